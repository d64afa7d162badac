"""Worked cases are read into typed rows and expectations, with errors at their place."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.programmes.cases import (
    Case,
    ExpectNumber,
    ExpectRows,
    ExpectTable,
    Reading,
    drawn_table,
    load_cases,
    met_by_number,
    met_by_rows,
    missing_rows,
    read,
)
from bangfu.programmes.loader import library_text, read_library
from bangfu.programmes.problems import Problem, ProgrammeErrors
from tests.programmes.vocabulary_for_tests import SMALL

PROGRAMME = read_library("returnees", vocabulary=SMALL)
SOUND = '''\
[[case]]
title = "两名"
on    = 2009-02-01
given.person = """
id | birth      | education
甲 | 1970-01-01 | college
乙 |            |
"""
given.visit = """
date       | whom  | people
2009-01-20 | 甲,乙 | 3
"""
given.entry = """
date       | amount  | kind
2009-01-20 | 1999.99 | donation
"""
expect.home_visits    = 1
expect.returnees      = ["甲"]
expect.base_share     = "1/2"
expect.money_received = "1999.99"
expect.money_by_use   = """
use    | reading
clinic | 12.5
"""
'''


def cases(text: str) -> tuple[Case, ...]:
    return load_cases(text, programme=PROGRAMME)


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ProgrammeErrors) as caught:
        cases(text)
    return caught.value.problems


def test_drawn_tables_become_typed_rows_and_blanks_stay_blank() -> None:
    (case,) = cases(SOUND)
    assert (case.title, case.on, case.line) == ("两名", dt.date(2009, 2, 1), 1)
    assert case.given["person"] == (
        {"id": "甲", "birth": dt.date(1970, 1, 1), "education": "college"},
        {"id": "乙", "birth": None, "education": None},
    )
    assert case.given["visit"][0]["whom"] == ("甲", "乙")
    assert case.given["visit"][0]["people"] == 3


def test_money_is_drawn_in_yuan_and_comes_out_in_fen() -> None:
    (case,) = cases(SOUND)
    assert case.given["entry"][0]["amount"] == 199999
    assert case.expect["money_received"] == ExpectNumber(
        Reading(Fraction(199999), Fraction(199999)), scale=100
    )
    assert case.expect["money_by_use"] == ExpectTable(
        ({"use": "clinic", "reading": "1250"},), scale=100
    )


def test_expectations_are_numbers_records_or_rows() -> None:
    (case,) = cases(SOUND)
    assert case.expect["home_visits"] == ExpectNumber(Reading(Fraction(1), Fraction(1)))
    assert case.expect["returnees"] == ExpectRows(("甲",))
    assert case.expect["base_share"] == ExpectNumber(Reading(Fraction(1, 2), Fraction(1, 2)))


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "cure"),
    [
        ("given.person", "given.persn", 4, "persn", "person"),
        ("| birth ", "| brith ", 4, "brith", "birth"),
        ("1970-01-01", "1970", 4, "1970", "2018-12-31"),
        ("college", "collage", 4, "collage", "college"),
        ("1999.99 |", "约两千  |", 13, "约两千", "2000.00"),
        ("乙 |            |", "乙 |            | | |", 4, "格数", "|"),
        ("expect.home_visits ", "expect.home_visit ", 17, "home_visit", "home_visits"),
        ('"1/2"', '"一半"', 19, "一半", "2/3"),
        ("on    = 2009-02-01", 'on    = "今天"', 3, "日期", "2018-12-31"),
        ('title = "两名"\n', "", 1, "标题", "title"),
        ("on    =", "day   =", 3, "day", "on"),
    ],
)
def test_a_broken_case_says_where_what_and_what_instead(
    old: str, new: str, line: int, message: str, cure: str
) -> None:
    assert old in SOUND
    found = problems(SOUND.replace(old, new, 1))
    here = [one for one in found if one.line == line]
    assert any(message in one.message.zh and cure in one.cure.zh for one in here), found


def test_a_case_without_expectation_proves_nothing() -> None:
    (problem,) = problems('[[case]]\ntitle = "空"\non = 2009-01-20\n')
    assert "应当读出什么" in problem.message.zh


def test_a_single_word_is_a_single_record() -> None:
    assert drawn_table("甲").rows == [{"id": "甲"}]
    assert drawn_table("\nid\n甲\n\n乙\n").rows == [{"id": "甲"}, {"id": "乙"}]


def test_readings_as_they_are_written() -> None:
    assert read("0..1") == Reading(Fraction(0), Fraction(1))
    assert read("1/3..2/3") == Reading(Fraction(1, 3), Fraction(2, 3))
    assert read("2..") == Reading(Fraction(2), None)
    with pytest.raises(ValueError):
        read("一半")


@given(st.fractions(), st.fractions())
def test_a_reading_written_is_read_back(low: Fraction, width: Fraction) -> None:
    for high in (low + abs(width), None):
        assert read(Reading(low, high).text()) == Reading(low, high)


def test_comparing_what_was_read_with_what_was_expected() -> None:
    assert met_by_number(ExpectNumber(read("0..1")), 0, 1)
    assert not met_by_number(ExpectNumber(read("1")), 0, 1)
    assert met_by_rows(ExpectRows(("甲", "乙")), ["乙", "甲"])
    assert not met_by_rows(ExpectRows(("甲",)), ["乙", "甲"])
    table = ExpectTable(({"each": "院", "reading": "1"}, {"each": "所", "ended": ""}))
    rows = [{"each": "院", "reading": Fraction(1), "verdict": "met"}, {"each": "所", "ended": None}]
    assert missing_rows(table, rows) == ()
    assert missing_rows(table, rows[:1]) == ({"each": "所", "ended": ""},)


def test_the_cases_of_the_library_are_read() -> None:
    found = cases(library_text("returnees", "cases.toml"))
    assert len(found) >= 15
    assert len({case.title for case in found}) == len(found)
