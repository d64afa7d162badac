"""Turns of what is owed, gaps in what must hold, and an office's own working days."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.programmes.holidays import read_table
from bangfu.programmes.period import Span, cut, days_in, gaps
from bangfu.programmes.problems import ProgrammeErrors
from bangfu.programmes.turns import due_after, part_of, turns
from bangfu.programmes.workdays import WorkingDays

DAY = dt.timedelta(days=1)
PLAIN = WorkingDays()
DAYS = st.dates(dt.date(2018, 1, 1), dt.date(2022, 12, 31))
PERS = st.sampled_from(
    ["week", "ten_days", "half_month", "month", "quarter", "half_year", "year", "2 months"]
)


@st.composite
def spans(draw: st.DrawFn, longest: int = 500) -> Span:
    began = draw(DAYS)
    return Span(began, began + draw(st.integers(0, longest)) * DAY)


@given(span=spans(), per=PERS)
def test_turns_follow_one_another_and_cover_every_day(span: Span, per: str) -> None:
    found = turns(span, per=per, workdays=PLAIN)
    covered = [day for turn in found for day in turn.covered.each_day()]
    first = span.began + ((7 - span.began.weekday()) % 7) * DAY if per == "week" else span.began
    assert covered == [d for d in span.each_day() if d >= first][: len(covered)]
    assert len(covered) == max((span.ended - first).days + 1, 0)
    assert all(turn.whole == (turn.covered == turn.asked) for turn in found)


@given(span=spans())
def test_of_a_list_that_has_no_rows_yet_there_is_no_turn(span: Span) -> None:
    assert turns(span, per="heat_warnings", spans=[], workdays=PLAIN) == ()
    (turn,) = turns(span, per="heat_warnings", spans=[span], workdays=PLAIN)
    assert turn.asked == span


@given(
    span=spans(),
    per=st.sampled_from(["month", "quarter", "year"]),
    within=st.sampled_from(["5 days", "3 working days", "1 month", "36 hours"]),
)
def test_with_a_deadline_after_the_period_each_day_still_belongs_to_one(
    span: Span, per: str, within: str
) -> None:
    found = turns(span, per=per, within=within, workdays=PLAIN)
    days = [day for turn in found for one in turn.counted for day in one.each_day()]
    assert days == list(Span(span.began, found[-1].due).each_day())
    assert all(turn.due > turn.asked.ended for turn in found)


@given(held=st.lists(spans(60), max_size=6), over=spans(120), least=st.integers(1, 3))
def test_a_gap_is_what_looking_at_every_day_finds(held: list[Span], over: Span, least: int) -> None:
    short = [d for d in over.each_day() if sum(d in span for span in held) < least]
    assert [d for gap in gaps(held, over, least=least) for d in gap.each_day()] == short


@given(parts=st.lists(spans(60), max_size=6), within=spans(120))
def test_each_day_counts_once_however_spans_overlap(parts: list[Span], within: Span) -> None:
    there = {day for part in parts for day in part.each_day() if day in within}
    assert days_in(cut(parts, within)) == len(there)
    assert {day for part in cut(parts, within) for day in part.each_day()} == there


@given(there=st.lists(spans(200), max_size=3), off=st.lists(spans(20), max_size=3), day=DAYS)
def test_what_a_record_owes_of_a_turn_is_counted_by_days(
    there: list[Span], off: list[Span], day: dt.date
) -> None:
    (turn,) = turns(Span(day, day + 90 * DAY), workdays=PLAIN)
    present = {d for one in there for d in one.each_day() if d in turn.asked}
    away = {d for one in off for d in one.each_day()}
    part = part_of(turn, there, off)
    if not present:
        assert part is None
        return
    assert part is not None
    assert part.whole == (len(present) == turn.asked.days)
    assert part.excepted == (present <= away)
    assert part.share == Fraction(len(present - away), turn.asked.days)


def test_a_lunar_window_counts_before_the_year_begins_unless_the_programme_does_not() -> None:
    window = (("lunar 12-08", "lunar 01-15"),)
    span = Span(dt.date(2020, 1, 1), dt.date(2021, 12, 31))
    first, second = turns(span, per="year", window=window, workdays=PLAIN)
    assert first.counted == (Span(dt.date(2020, 1, 2), dt.date(2020, 2, 8)),)
    assert second.counted == (Span(dt.date(2021, 1, 20), dt.date(2021, 2, 26)),)
    late = turns(Span(dt.date(2020, 2, 1), span.ended), per="year", window=window, workdays=PLAIN)
    assert not late[0].whole
    assert late[0].counted == (Span(dt.date(2020, 2, 1), dt.date(2020, 2, 8)),)


def test_a_deadline_runs_from_a_day_by_working_days_of_the_own_table() -> None:
    friday = dt.date(2027, 1, 1)
    own = read_table("off = [[2027-01-01, 2027-01-03], 2027-01-05]\nworked = [2027-01-09]\n")
    assert due_after(friday, "3 working days", workdays=PLAIN).due == dt.date(2027, 1, 6)
    assert due_after(friday, "3 working days", workdays=own).due == dt.date(2027, 1, 7)
    assert due_after(dt.date(2027, 1, 8), "1 working day", workdays=own).due == dt.date(2027, 1, 9)
    assert own.is_known(dt.date(2027, 1, 5))
    assert not PLAIN.is_known(dt.date(2027, 1, 5))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("of = [2027-01-01]", 1, "no word “of”"),
        ("off = [2027-01-01]\nworked = [2027-01-01]", 2, "both off and worked"),
        ('off = ["new year"]', 1, "is not a day or two in order"),
        ("off = [[2027-01-03, 2027-01-01]]", 1, "is not a day or two in order"),
        ("off = [2027-01-01", 1, ""),
    ],
)
def test_a_wrong_table_of_days_is_refused_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(ProgrammeErrors) as refused:
        read_table(text)
    (problem,) = refused.value.problems
    assert (problem.line, says in problem.message.en) == (line, True)
    assert problem.cure.en
