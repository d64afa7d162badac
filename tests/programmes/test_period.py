"""Periods, spans, durations, lunar days, windows, working days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.programmes.period import (
    Span,
    add_months,
    as_lunar,
    day_in_condition,
    later,
    lunar_day,
    month_day_fits,
    period_of,
    periods,
    periods_touched,
    windows,
)
from bangfu.programmes.workdays import WorkingDays

D = dt.date
DAYS = st.dates(D(1990, 1, 1), D(2040, 12, 31))
PERIODS = st.sampled_from(
    ["day", "week", "ten_days", "half_month", "month", "quarter", "half_year", "year",
     "2 weeks", "10 days", "2 months", "5 months", "2 quarters", "2 years", "3 years"]
)  # fmt: skip


@given(DAYS, PERIODS)
def test_a_day_lies_in_its_period_and_every_day_of_it_has_the_same(day: D, per: str) -> None:
    period = period_of(day, per)
    assert day in period
    assert period_of(period.began, per) == period == period_of(period.ended, per)


@given(DAYS, PERIODS)
def test_periods_follow_each_other_without_a_gap(day: D, per: str) -> None:
    period = period_of(day, per)
    after = period_of(period.ended + dt.timedelta(days=1), per)
    assert after.began == period.ended + dt.timedelta(days=1)


@given(DAYS, st.integers(0, 900), PERIODS)
def test_the_periods_of_a_span_cover_it_once(day: D, length: int, per: str) -> None:
    span = Span(day, day + dt.timedelta(days=length))
    found = periods(span, per)
    if per != "week":
        assert found[0].began <= span.began and found[-1].ended >= span.ended
    assert all(one.ended < two.began for one, two in zip(found, found[1:], strict=False))


@pytest.mark.parametrize(
    ("day", "per", "began", "ended"),
    [
        (D(2024, 2, 29), "month", D(2024, 2, 1), D(2024, 2, 29)),
        (D(2023, 2, 25), "ten_days", D(2023, 2, 21), D(2023, 2, 28)),
        (D(2023, 1, 15), "half_month", D(2023, 1, 1), D(2023, 1, 15)),
        (D(2023, 1, 16), "half_month", D(2023, 1, 16), D(2023, 1, 31)),
        (D(2023, 7, 1), "half_year", D(2023, 7, 1), D(2023, 12, 31)),
        (D(2023, 1, 1), "week", D(2022, 12, 26), D(2023, 1, 1)),
        (D(2023, 4, 30), "2 months", D(2023, 3, 1), D(2023, 4, 30)),
    ],
)
def test_known_periods(day: D, per: str, began: D, ended: D) -> None:
    assert period_of(day, per) == Span(began, ended)


def test_a_week_belongs_where_its_monday_lies() -> None:
    weeks = periods(Span(D(2023, 1, 1), D(2023, 1, 31)), "week")
    assert weeks[0].began == D(2023, 1, 2)
    assert weeks[-1] == Span(D(2023, 1, 30), D(2023, 2, 5))


@given(DAYS, st.integers(-60, 60))
def test_months_added_keep_the_day_or_take_the_last(day: D, months: int) -> None:
    moved = add_months(day, months)
    assert moved.day == day.day or (moved + dt.timedelta(days=1)).day == 1
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months


def test_the_lunar_day_of_the_source_is_the_day_it_names() -> None:
    assert lunar_day(2008, 12, 27) == D(2009, 1, 22)
    assert as_lunar(D(2009, 1, 22)) == (2008, 12, 27, False)


@given(DAYS)
def test_lunar_days_come_back(day: D) -> None:
    year, month, number, leap = as_lunar(day)
    if not leap:
        assert lunar_day(year, month, number) == day


@given(st.integers(1990, 2040))
def test_a_missing_thirtieth_is_the_twenty_ninth(year: int) -> None:
    eve = lunar_day(year, 12, 30)
    assert lunar_day(year + 1, 1, 1) - eve <= dt.timedelta(days=1)


def test_working_days_know_holidays_and_make_up_days() -> None:
    work = WorkingDays()
    assert not work.is_worked(D(2024, 10, 1))
    assert work.is_worked(D(2024, 9, 29)), "a Sunday that makes up for the holiday"
    assert later(D(2024, 9, 30), "1 working day", workdays=work) == D(2024, 10, 8)
    assert work.between(D(2024, 10, 1), D(2024, 10, 8)) == 1


def test_an_office_may_add_its_own_days() -> None:
    work = WorkingDays({D(2099, 1, 1): False})
    assert not work.is_worked(D(2099, 1, 1))
    assert work.is_worked(D(2099, 1, 2)) and not work.is_known(D(2099, 1, 2))
    assert work.is_known(D(2099, 1, 1))


@given(DAYS, st.integers(0, 30))
def test_working_days_after_a_day_are_as_many_as_said(day: D, count: int) -> None:
    work = WorkingDays()
    end = later(day, f"{count} working days", workdays=work)
    if count:
        assert work.is_worked(end)
        assert work.between(day + dt.timedelta(days=1), end) == count


@pytest.mark.parametrize(
    ("duration", "end"),
    [
        ("3 days", D(2024, 2, 3)),
        ("2 weeks", D(2024, 2, 14)),
        ("1 month", D(2024, 2, 29)),
        ("2 years", D(2026, 1, 31)),
        ("1 hour", D(2024, 2, 1)),
    ],
)
def test_durations(duration: str, end: D) -> None:
    assert later(D(2024, 1, 31), duration, workdays=WorkingDays()) == end


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("today", D(2024, 5, 31)),
        ("30 days ago", D(2024, 5, 1)),
        ("3 months ago", D(2024, 2, 29)),
        ("in 2 weeks", D(2024, 6, 14)),
        ("start of year", D(2024, 1, 1)),
        ("start of half_year", D(2024, 1, 1)),
        ("start of week", D(2024, 5, 27)),
        (D(2020, 1, 1), D(2020, 1, 1)),
    ],
)
def test_days_of_a_condition(said: str | D, meant: D) -> None:
    assert day_in_condition(said, on=D(2024, 5, 31)) == meant


WORKDAYS = WorkingDays()
YEAR = Span(D(2019, 1, 1), D(2019, 12, 31))


def test_a_lunar_window_across_new_year_belongs_to_the_year_of_that_new_year() -> None:
    found = windows((("lunar 12-08", "lunar 01-15"),), YEAR, workdays=WORKDAYS)
    assert found == (Span(D(2019, 1, 13), D(2019, 2, 19)),)


def test_windows_are_one_set_of_days() -> None:
    pairs = (("06-01", "06-20"), ("06-10", "06-30"), ("start", "01-02"))
    assert windows(pairs, YEAR, workdays=WORKDAYS) == (
        Span(D(2019, 1, 1), D(2019, 1, 2)),
        Span(D(2019, 6, 1), D(2019, 6, 30)),
    )


def test_windows_by_weekday_month_day_and_end() -> None:
    month = Span(D(2019, 2, 1), D(2019, 2, 28))
    assert windows((("wednesday", "wednesday"),), month, workdays=WORKDAYS)[0] == Span(
        D(2019, 2, 6), D(2019, 2, 6)
    )
    assert windows((("day 25", "day 31"),), month, workdays=WORKDAYS) == (
        Span(D(2019, 2, 25), D(2019, 2, 28)),
    )
    assert windows((("10 days before end", "end"),), month, workdays=WORKDAYS) == (
        Span(D(2019, 2, 18), D(2019, 2, 28)),
    )


def test_a_month_day_may_fit_a_span_once_twice_or_never() -> None:
    assert month_day_fits("06-30", D(2019, 1, 1), D(2019, 12, 31)) == 1
    assert month_day_fits("06-30", D(2019, 1, 1), D(2020, 12, 31)) == 2
    assert month_day_fits("02-29", D(2019, 1, 1), D(2019, 12, 31)) == 0
    assert month_day_fits("lunar 12-27", D(2009, 1, 15), D(2009, 12, 31)) == 1


def test_a_span_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="cannot begin"):
        Span(D(2020, 1, 2), D(2020, 1, 1))


def test_a_day_of_the_first_or_last_month_of_a_period_is_one_day() -> None:
    spring = Span(D(2026, 4, 1), D(2026, 6, 30))
    assert windows((("start", "day 25 of last month"),), spring, workdays=WORKDAYS) == (
        Span(D(2026, 4, 1), D(2026, 6, 25)),
    )
    assert windows(
        (("day 5 of first month", "day 31 of last month"),), spring, workdays=WORKDAYS
    ) == (Span(D(2026, 4, 5), D(2026, 6, 30)),)


def test_a_deadline_moves_on_where_nobody_works_on_it() -> None:
    moved = " or next working day"
    # 4 and 5 October 2026 are holidays, and so is 7 October; 10 October is worked.
    assert later(D(2026, 9, 30), f"5 days{moved}", workdays=WORKDAYS) == D(2026, 10, 8)
    assert later(D(2026, 9, 30), f"10 days{moved}", workdays=WORKDAYS) == D(2026, 10, 10)
    october = Span(D(2026, 10, 1), D(2026, 10, 31))
    pair = (f"day 5{moved}", f"day 5{moved}")
    assert windows((pair,), october, workdays=WORKDAYS) == (Span(D(2026, 10, 8), D(2026, 10, 8)),)
    beyond = (("start", f"day 31{moved}"),)
    assert windows(beyond, october, workdays=WORKDAYS) == (october,)


def test_periods_that_some_days_touch_count_once() -> None:
    assert periods_touched((), "month") == frozenset()
    said = [Span(D(2026, 1, 31), D(2026, 3, 1)), Span(D(2026, 3, 31), D(2026, 3, 31))]
    assert periods_touched(said, "month") == {D(2026, 1, 1), D(2026, 2, 1), D(2026, 3, 1)}
    # A Sunday lies in the week of the Monday before.
    assert periods_touched([Span(D(2026, 3, 1), D(2026, 3, 2))], "week") == {
        D(2026, 2, 23), D(2026, 3, 2),
    }  # fmt: skip


def test_the_first_and_the_last_monday_of_each_month() -> None:
    pairs = (("first monday", "first monday"), ("last friday", "last friday"))
    spring = Span(D(2026, 4, 1), D(2026, 5, 31))
    assert [span.began for span in windows(pairs, spring, workdays=WORKDAYS)] == [
        D(2026, 4, 6), D(2026, 4, 24), D(2026, 5, 4), D(2026, 5, 29),
    ]  # fmt: skip
    months = Span(D(2026, 2, 1), D(2026, 5, 31))
    for which, days in {
        "first": [D(2026, 2, 2), D(2026, 3, 2), D(2026, 4, 1), D(2026, 5, 6)],
        "last": [D(2026, 2, 28), D(2026, 3, 31), D(2026, 4, 30), D(2026, 5, 29)],
    }.items():
        worked = f"{which} working day"
        found = windows(((worked, worked),), months, workdays=WORKDAYS)
        assert [span.began for span in found] == days
    moved = "first monday or next working day"
    found = windows(((moved, moved),), Span(D(2026, 5, 1), D(2026, 5, 31)), workdays=WORKDAYS)
    assert found == (Span(D(2026, 5, 6), D(2026, 5, 6)),)
