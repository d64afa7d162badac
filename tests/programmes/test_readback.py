"""Every section and word of the language is read back, in both languages."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.loader import load, read_library
from bangfu.programmes.programme import Programme
from bangfu.programmes.readback import clauses_without_entry, readback
from bangfu.programmes.schema import SECTIONS, Entry, ProgrammeFile, word_of
from bangfu.programmes.sentences import sentence_of_figure, sentence_of_list
from bangfu.programmes.words import SECTION_LABELS, WORD_LABELS
from tests.programmes.vocabulary_for_tests import SMALL, WIDE

HERE = Path(__file__).parent
SKETCHES = sorted((HERE / "sketches").glob("*.toml"))
EVERY_WORD = HERE / "every_word.toml"


def every_word() -> Programme:
    return load(EVERY_WORD.read_text(encoding="utf-8"), name="every_word", vocabulary=WIDE)


def said(programme: Programme) -> str:
    passages = readback(programme)
    return "\n".join(f"{one.heading}{one.sentences}{one.clause}" for one in passages)


def words(value: Any) -> Iterator[tuple[str, str, Any, Any]]:
    """Every word written in an entry: model, word, and the entry without it."""
    if isinstance(value, BaseModel):
        for key, field in type(value).model_fields.items():
            inner = getattr(value, key)
            if inner is None or inner == field.get_default(call_default_factory=True):
                continue
            word = word_of(key, type(value))
            yield type(value).__name__, word, value.model_copy(update={key: None}), key
            for model, deeper, without, at in words(inner):
                yield model, deeper, value.model_copy(update={key: without}), at
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            for model, word, without, at in words(inner):
                yield model, word, {**value, key: without}, at
    elif isinstance(value, tuple):
        for number, inner in enumerate(value):
            for model, word, without, at in words(inner):
                yield model, word, (*value[:number], without, *value[number + 1 :]), at


def changed(programme: Programme, name: str, entry: Entry) -> Programme:
    entries = {**programme.names.entries, name: (programme.section_of(name), entry)}
    names = dataclasses.replace(programme.names, entries=entries, _known={})
    return dataclasses.replace(programme, names=names)


#: Words without which the sentence cannot be made at all; the sentences name them always.
NEEDED = {
    ("Code", "of"),
    ("Code", "items"),
    ("Class", "items"),
    ("Class", "each"),
    ("Value", "items"),
    ("Dated", "from"),
    ("Dated", "is"),
    ("Dated", "paper"),
    ("Phase", "from"),
    ("Phase", "to"),
    ("Pairing", "helper"),
    ("Pairing", "subject"),
    ("Agreement", "helper"),
    ("Agreement", "subject"),
    ("Obligation", "owner"),
    ("Question", "type"),
    ("Checklist", "each"),
    ("Workflow", "each"),
    ("Workflow", "items"),
    ("Review", "items"),
    ("Document", "type"),
    ("Document", "items"),
    ("Part", "items"),
    ("Milestone", "on"),
    ("ScoreStep", "is"),
    ("Checklist", "items"),
    ("Organisation", "items"),
    ("Activity", "items"),
    ("Agreement", "items"),
    ("Fund", "items"),
    ("Enrol", "of"),
    ("Inline", "of"),
    ("Side", "of"),
}


#: A function reads each record of a list, and a measure is read as a whole.
ELSEWHERE = {("Measure", "function"), ("Measure", "each")}


def test_a_word_that_is_taken_out_changes_what_is_read_back() -> None:
    programme = every_word()
    whole, silent, seen = said(programme), set(), set()
    for name, entry in programme.entries():
        for model, word, without, _ in words(entry):
            seen.add((model, word))
            if (model, word) in NEEDED:
                continue
            if said(changed(programme, name, without)) == whole:
                silent.add((name, model, word))
    assert not silent
    whole_sorts = {one for one in all_words() if one[0] in SPOKEN}
    assert sorted(whole_sorts - seen - ELSEWHERE) == []
    assert {word for _, word in all_words()} <= {word for _, word in seen}


def all_words() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    waiting: list[type[BaseModel]] = list(SECTIONS.values())
    while waiting:
        model = waiting.pop()
        if model.__name__ in {one for one, _ in found}:
            continue
        found |= {(model.__name__, word_of(key, model)) for key in model.model_fields}
        waiting += [
            one for field in model.model_fields.values() for one in models(field.annotation)
        ]
    return found


#: Sorts of entry and line that the file of every word must hold with every one of their words.
SPOKEN = {
    "Paper",
    "Organisation",
    "Post",
    "List",
    "Enrol",
    "Class",
    "Option",
    "Pairing",
    "Side",
    "Activity",
    "Question",
    "Value",
    "Dated",
    "Phase",
    "Milestone",
    "Document",
    "Part",
    "ScoreStep",
    "Duty",
    "Measure",
}


def models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [one for inner in getattr(annotation, "__args__", ()) for one in models(inner)]


def test_every_section_is_in_the_file_of_every_word_and_is_read_back() -> None:
    programme = every_word()
    read = {one.section for one in readback(programme)}
    assert read == {"", "clause", *SECTIONS}


def test_every_section_and_word_has_a_label() -> None:
    assert set(SECTION_LABELS) == {"clause", *SECTIONS}
    head = {word_of(key, ProgrammeFile) for key in ProgrammeFile.model_fields}
    found = {word for _, word in all_words()} | head
    assert found - set(SECTION_LABELS) <= set(WORD_LABELS)


@pytest.mark.parametrize("path", SKETCHES, ids=lambda path: path.stem)
def test_whole_programmes_are_read_back_in_both_languages(path: Path) -> None:
    programme = load(path.read_text(encoding="utf-8"), name=path.stem, vocabulary=WIDE)
    for passage in readback(programme):
        for sentence in (passage.heading, *passage.sentences):
            assert sentence.zh and sentence.en
            for broken in ("None", "{", "()", "()", "“”", ",,", "、、"):
                assert broken not in sentence.zh + sentence.en, sentence


def test_the_library_is_read_back_without_a_code_word() -> None:
    programme = read_library("returnees", vocabulary=SMALL)
    for passage in readback(programme):
        for sentence in passage.sentences:
            assert not re.search("[a-z]", sentence.zh), sentence.zh


def test_claims_read_as_an_official_would_say_them() -> None:
    programme = load(
        (HERE / "sketches/s3e.toml").read_text(encoding="utf-8"), name="s3e", vocabulary=WIDE
    )
    read = {one.name: one.sentences[0].zh for one in readback(programme) if one.section == "duty"}
    assert read["ten_visits"] == (
        "“局领导和科室负责人”，每年，“走访服务对象”（按走访对象去重）不少于10户（家），"
        "并且同一批记录（按走访对象的类别去重）不少于2类。"
    )
    assert read["stay_seven"] == (
        "“局领导和科室负责人”，每年，“住村日(公务外出报备的也算)”（按日子去重）不少于7天，"
        "请假（approved为“是”）的日子除外。"
    )


def test_lists_and_figures_have_a_sentence_of_their_own() -> None:
    programme = read_library("returnees", vocabulary=SMALL)
    assert sentence_of_list(programme, "unpaired_cadres").zh == (
        "“还没有结对的干部”：“副科级以上实职党员干部”，要求：没有“一对一结对”。"
    )
    assert sentence_of_figure(programme, "money_received").zh == (
        "“捐助到账合计”：“单位捐助到账”的金额合计，单位：元。"
    )
    assert "compared with a year earlier" in sentence_of_figure(programme, "out_migration").en


def test_a_clause_that_no_entry_names_is_shown_as_not_carried_out() -> None:
    programme = every_word()
    assert clauses_without_entry(programme) == ("9",)
    passage = next(one for one in readback(programme) if one.name == "9")
    assert passage.sentences[0].zh == "没有条目落实这一条。"


def test_a_time_limit_says_from_when_it_runs_and_a_score_is_no_part_of_a_period() -> None:
    elders, advisers = (
        said(read_library(name, vocabulary=VOCABULARY))
        for name in ("lone_elders", "legal_advisers")
    )
    assert "每半年，“书面报告”不少于1，期满后10天之内" in elders
    assert "每次“天气预警”，“上门”不少于1，开始后24小时之内" in elders
    assert "不少于12，做到一部分的按比例给分，最多30分" in advisers


def test_a_passage_is_one_text_and_chinese_sentences_have_no_blank_between_them() -> None:
    passage = next(one for one in readback(every_word()) if len(one.sentences) > 1)
    first, second = passage.sentences[:2]
    assert passage.text.zh.startswith(f"{first.zh}{second.zh}")
    assert passage.text.en.startswith(f"{first.en} {second.en}")
