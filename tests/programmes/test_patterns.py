"""The sentences of notices: each writes entries that the language takes, and says what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.loader import load
from bangfu.programmes.patterns import (
    Blank,
    Pattern,
    WrongAnswer,
    choices_of,
    clauses_in,
    entries_in,
    fitting,
    patterns,
    written,
)
from bangfu.programmes.readback import clauses_without_entry

BASE = """\
title = "监测户结对帮扶"
owner = "office"
area = "990001"
from = 2026-01-01
to = 2028-12-31

[clause]
"1" = "结对"

# 组织
[organisation.office]
title = "县帮扶办公室"

[list.monitored]
title = "监测户"
of = "household"
where.kind = "monitored"

[list.cadres]
title = "帮扶干部"
of = "person"
where.post.real = true

[pairing.link]
title = "结对"
helper.of = "cadres"
subject.of = "monitored"

[figure]
monitored_in = { title = "监测户", of = "monitored", unit = "户" }
"""
PLAIN = {
    "text": "逐户走访", "word": "spring", "number": "4", "day": "2026-06-30",
    "options": "就业、就医", "area": "990001",
}  # fmt: skip
ALL = list(fitting(BASE).values())
ids = [one.name for one in ALL]


def answer_to(blank: Blank, text: str) -> str | Sequence[str]:
    """The first choice of a blank, or words that fit."""
    choices = choices_of(blank, text, VOCABULARY)
    if choices is None:
        return PLAIN[blank.sort]
    return [next(iter(choices))] if blank.several else next(iter(choices))


def answers_to(pattern: Pattern, text: str = BASE) -> dict[str, str | Sequence[str]]:
    found = {blank.name: answer_to(blank, text) for blank in pattern.blanks}
    return found | {"helper": "cadres"} if "helper" in found else found


@pytest.mark.parametrize("pattern", ALL, ids=ids)
def test_what_a_pattern_writes_is_a_programme_file(pattern: Pattern) -> None:
    text = written(BASE, pattern, answers_to(pattern), VOCABULARY)
    assert load(text, name="tried", vocabulary=VOCABULARY)
    again = written(text, pattern, answers_to(pattern, text) | again_in(pattern), VOCABULARY)
    file = load(again, name="tried", vocabulary=VOCABULARY)
    for name in pattern.names:
        assert name in file
        assert f"{name}_2" in file, "a second one gets a name of its own"


def again_in(pattern: Pattern) -> Mapping[str, str]:
    return {"number": "7"} if pattern.into else {}


@pytest.mark.parametrize("pattern", ALL, ids=ids)
def test_what_may_stay_open_may_stay_open(pattern: Pattern) -> None:
    needed = {blank.name for blank in pattern.blanks if not blank.optional}
    given_ = {key: one for key, one in answers_to(pattern).items() if key in needed}
    text = written(BASE, pattern, given_, VOCABULARY)
    assert "<<" not in text
    assert load(text, name="tried", vocabulary=VOCABULARY)


@pytest.mark.parametrize("pattern", ALL, ids=ids)
def test_an_open_blank_is_named(pattern: Pattern) -> None:
    for blank in pattern.blanks:
        if not blank.optional:
            told = answers_to(pattern) | {blank.name: " "}
            with pytest.raises(WrongAnswer) as wrong:
                written(BASE, pattern, told, VOCABULARY)
            assert wrong.value.blank.name == blank.name


def test_a_day_and_a_choice_are_written_as_a_clerk_writes_them() -> None:
    asked = patterns()["visited"]
    told = answers_to(asked) | {"each": "监测户", "per": "每季度"}
    assert 'each = "monitored"' in written(BASE, asked, told, VOCABULARY)
    assert 'per = "quarter"' in written(BASE, asked, told, VOCABULARY)
    phase = patterns()["phase"]
    told = answers_to(phase) | {"first": "2026年3月1日"}
    assert "from = 2026-03-01" in written(BASE, phase, told, VOCABULARY)


@pytest.mark.parametrize(
    ("name", "blank", "said"),
    [
        ("visited", "times", "四次"),
        ("visited", "per", "fortnight"),
        ("visited", "each", "nobody"),
        ("phase", "first", "三月一日"),
        ("reported", "topic", "月报"),
        ("sorted", "options", "就业"),
        ("households", "kind", "rich"),
    ],
)
def test_an_answer_that_fits_no_blank_is_refused(name: str, blank: str, said: str) -> None:
    pattern = patterns()[name]
    with pytest.raises(WrongAnswer) as wrong:
        written(BASE, pattern, answers_to(pattern) | {blank: said}, VOCABULARY)
    assert wrong.value.blank.name == blank


@given(st.text(min_size=1, max_size=40).filter(str.strip))
@example("true")
def test_whatever_is_typed_stays_a_text(title: str) -> None:
    pattern = patterns()["figure"]
    text = written(BASE, pattern, answers_to(pattern) | {"title": title}, VOCABULARY)
    found = {name: told for section, name, told in entries_in(text) if section == "figure"}
    assert found["number"] == title.strip()


def test_a_clause_joins_the_others_and_what_stands_below_stays() -> None:
    pattern = patterns()["clause"]
    text = written(BASE, pattern, {"number": "2", "heading": "走访"}, VOCABULARY)
    assert clauses_in(text) == {"1": "结对", "2": "走访"}
    assert "# 组织\n[organisation.office]" in text
    assert clauses_in(written("", pattern, {"number": "1", "heading": "总则"}, VOCABULARY)) == {
        "1": "总则"
    }


def test_a_file_is_begun_once() -> None:
    assert list(fitting("")) == list(fitting("# 说明\n")) == ["head"]
    head = fitting("")["head"]
    begun = written('[clause]\n"1" = "总则"\n', head, answers_to(head, ""), VOCABULARY)
    file = load(begun, name="tried", vocabulary=VOCABULARY)
    assert (file.title, file.file.area) == ("逐户走访", "990001")
    assert "head" not in fitting(begun)
    assert {"head", *fitting(begun)} == set(patterns())


def test_a_whole_notice_is_written_sentence_by_sentence() -> None:
    """The notice of docs/manual/writing-a-programme.md, without a line typed by hand."""
    said: list[tuple[str, dict[str, str | list[str]]]] = [
        ("head", {"title": "监测户结对帮扶", "office": "镇帮扶办公室", "area": "990001101000",
                  "first": "2026-01-01", "last": "2026-12-31"}),
        ("clause", {"number": "1", "heading": "结对"}),
        ("clause", {"number": "2", "heading": "走访"}),
        ("clause", {"number": "3", "heading": "问题办理"}),
        ("clause", {"number": "4", "heading": "义诊"}),
        ("organisation", {"title": "云岫镇卫生院"}),
        ("households", {"title": "监测户", "kind": ["monitored"], "clause": "1"}),
        ("cadres", {"title": "镇村干部", "clause": "1"}),
        ("paired", {"title": "结对", "helper": "cadres", "subject": "households", "least": "1",
                    "owner": "office", "clause": "1"}),
        ("visited", {"title": "每季度入户一次", "each": "pairs", "per": "quarter", "times": "1",
                     "clause": "2"}),
        ("needs_closed", {"title": "问题过了期限", "owner": "office", "clause": "3"}),
        ("measure", {"title": "到村义诊", "owner": "unit", "number": "2", "unit": "次",
                     "first": "2026-01-01", "last": "2026-12-31", "clause": "4"}),
        ("figure", {"title": "监测户", "of": "households", "unit": "户", "clause": "1"}),
        ("figure", {"title": "还没有责任人", "of": "unpaired", "unit": "户", "clause": "1"}),
        ("bulletin", {"title": "帮扶工作简报", "part": "进展", "figures": ["number", "number_2"]}),
    ]  # fmt: skip
    text = ""
    for name, answers in said:
        text = written(text, fitting(text)[name], answers, VOCABULARY)
    file = load(text, name="tried", vocabulary=VOCABULARY)
    assert not list(clauses_without_entry(file))
    assert file.title_of("unpaired") == "结对：还没有责任人的"


def test_a_file_with_a_slip_still_offers_its_names() -> None:
    broken = BASE + "\n[list.lost\n"
    assert ("list", "monitored", "monitored") in list(entries_in(broken))
    text = written(broken, patterns()["organisation"], {"title": "县卫生局"}, VOCABULARY)
    assert text.endswith('[organisation.unit]\ntitle = "县卫生局"\n')
