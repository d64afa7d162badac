"""Of which time a column of a summary is, and whether how things stood then can be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bangfu.ledger.moment import Moment
from bangfu.paper.forms.classwords import both
from bangfu.paper.forms.sources import of_another_time
from bangfu.paper.forms.times import to_come
from bangfu.tables.periods import part_of_year, period_in
from bangfu.tables.spans import asked_in
from bangfu.tables.understood import Column, Period, Table


def time_of(column: Column, table: Table, on: dt.date) -> tuple[Period | None, bool]:
    """The time of a column: its own headings' before the table's; whether the days are known.

    They are not where the words of a row (本月支出) name another time than its column (本年累计).
    """
    if table.slots and _of_two_times(column, table, on):
        return column.period, False
    for words in reversed(column.path):
        if part := part_of_year(words, table.period):
            return part, part.known
        if asked := asked_in(words, table.period, on):
            return asked.period, asked.period.known
    return column.period, True


def _of_two_times(column: Column, table: Table, on: dt.date) -> bool:
    """Whether the heading of a number and the words of its row name different times."""
    heading, *rest = column.path
    first = asked_in(heading, table.period, on)
    own = [asked for words in rest if (asked := asked_in(words, table.period, on))]
    return first is not None and any(_days(asked.period) != _days(first.period) for asked in own)


def _days(period: Period) -> tuple[dt.date | None, dt.date | None]:
    return period.first, period.last


def asks_another_time(column: Column, table: Table, moment: Moment) -> bool:
    """Whether a column asks how things stood at a time that its headings do not name as a day."""
    period, on = column.period, moment.on
    if to_come(table, moment) or period and (period.first or period.last or on) > on:
        return True
    if any(asked_in(words, table.period, on) for words in column.path):
        # What adds up over a time is no state; 上月 is how things stood at its end.
        return period is not None and period.unit in ("span", "to_date")
    if period is not None and period.unit == "as_of" or period == table.period:
        return False
    if any(part_of_year(words, None) for words in column.path):
        return period is None or not period.known or any("累计" in said for said in column.path)
    # A year or a month that is over, alone: how things stood at its end.
    return of_another_time(column, on) and (len(_named(column)) > 1 or not _over(period, on))


def _over(period: Period | None, on: dt.date) -> bool:
    return period is not None and period.last is not None and period.last < on


def _named(column: Column) -> set[Period]:
    """The times that a column's headings name themselves."""
    return {period for words in column.path if (period := period_in(words)) and period.known}


def lifted_then(column: Column, table: Table) -> bool:
    """Whether a year may be that in which households were lifted out: 2024年脱贫户数.

    It is not where it stands above how many there were at all in that year.
    """
    if not _named(column) or not any("脱贫" in word for word in column.classes):
        return False
    year, *below = column.path
    if not below or "脱贫" in year:
        return True
    beside = [one for one in table.columns if one.path[:1] == (year,)] or table.columns
    return not any(one.aggregate == "count" and not one.classes for one in beside)


#: Days by which projects came a step further.
_STEPS = ("approved", "started", "finished", "accepted")


def open_then(where: Mapping[str, Any], period: Period | None, on: dt.date) -> Mapping[str, Any]:
    """What is so at the end of a time that is over: still open, also what was closed since.

    Past its term is what was so then; a project came as far as it had come by then.
    """
    if period is None or not _over(period, on):
        return where
    assert period.last is not None
    since = {"from": period.last + dt.timedelta(days=1)}
    asked = {key: where.get(key) for key in ("closed", *_STEPS)}
    not_yet = [key for key, said in asked.items() if said == {"known": False}]
    came = {key: {"to": period.last} for key in _STEPS if asked[key] == {"known": True}}
    rest = {key: said for key, said in where.items() if key not in not_yet} | came
    if "closed" in not_yet and "due" in rest:
        rest["due"] = {"to": period.last - dt.timedelta(days=1)}
    for key in not_yet:
        rest = both(rest, {"any": [{key: {"known": False}}, {key: since}]})
    return rest
