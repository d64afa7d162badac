"""The programmes that come with the product: they load, are whole, and keep to the ethics."""

from __future__ import annotations

import re

import pytest

from bangfu.programmes.loader import library, library_text, read_library
from bangfu.programmes.schema import Document, Enrol, Measure, Pairing
from tests.programmes.vocabulary_for_tests import SMALL

PROGRAMME = read_library("returnees", vocabulary=SMALL)
BRIEFING = library_text("returnees", "papers/bulletin.md")


def test_the_library_has_the_programme_and_refuses_what_it_has_not() -> None:
    assert "returnees" in library()
    with pytest.raises(LookupError, match="returnees"):
        library_text("returnee", "programme.toml")


def test_the_story_of_the_source_is_there() -> None:
    returnees = PROGRAMME.entry("returnees")
    assert isinstance(returnees, Enrol)
    assert returnees.exactly == 16 and returnees.items
    first, second = PROGRAMME.entry("one_to_one"), PROGRAMME.entry("unit_to_village")
    assert isinstance(first, Pairing) and isinstance(second, Pairing)
    assert first.helper.exactly == first.subject.exactly == 1
    assert second.after == ("one_to_one",) and first.to is not None and second.from_ is not None
    assert (second.from_ - first.to).days == 1
    assert len(list(PROGRAMME.entries("measure"))) == 7
    for _, measure in PROGRAMME.entries("measure"):
        assert isinstance(measure, Measure) and measure.clause == "4"


def test_every_placeholder_of_the_briefing_is_a_figure_and_no_number_is_typed() -> None:
    figures = {name for name, _ in PROGRAMME.entries("figure")}
    placed = set(re.findall(r"\{\{(\w+)\}\}", BRIEFING))
    assert placed and placed <= figures
    prose = re.sub(r"\{\{\w+\}\}|3月3日", "", BRIEFING)
    assert not re.search(r"\d", prose)


def test_the_briefing_shows_what_the_document_names() -> None:
    document = PROGRAMME.entry("bulletin")
    assert isinstance(document, Document) and document.type == "bulletin"
    assert not isinstance(document.items, tuple)
    named = {name for part in document.items.values() for name in part.items}
    placed = set(re.findall(r"\{\{(\w+)\}\}", BRIEFING))
    assert named <= placed


def test_nobody_is_sorted_by_thoughts_or_pregnancy() -> None:
    options = PROGRAMME.file.class_["need_kind"].items
    assert "wishes" in options and not any("思想" in (one.title or "") for one in options.values())
    assert not any(
        "孕" in (entry.title or "") for name, entry in PROGRAMME.entries("list", "class")
    )


def test_everything_is_carried_out_or_said_to_be_unclear() -> None:
    for name, entry in PROGRAMME.entries("list", "activity", "measure", "duty", "figure"):
        assert entry.title, name
    assert PROGRAMME.file.area == "990001"
