"""What happened to households within a time: who was visited, who came under watch or left it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bangfu.paper.forms.classwords import both, without_time
from bangfu.programmes.kinds import Kind
from bangfu.tables.spans import RELATIVE
from bangfu.tables.understood import Column, Period, Table

_VISITED = re.compile(
    r"(?:已|共)?(?:入户|实地|上门)?(?:走访|入户|遍访|家访)(?:帮扶|探访|到)?(?:农户|家庭|户)?"
)
_WATCHED = r"(?:(?:防返贫)?监测(?:对象|户|帮扶对象)?)?"
#: The day of a household's sheet that tells of it, by words that say what happened.
_DAYS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("identified", re.compile(rf"(?:新增|新识别|新纳入|新认定|识别|纳入)(?:识别|纳入)?{_WATCHED}")),
    ("risk_removed", re.compile(rf"(?:已)?(?:消除风险|风险消除|风险已消除){_WATCHED}")),
)
#: These say themselves that something happened; 风险已消除 is a state where no time is asked.
_NEW = re.compile("^新")


def happened(
    kind: Kind, column: Column, table: Table, period: Period | None
) -> tuple[tuple[str, ...], Mapping[str, Any]] | None:
    """The words of a column that say nothing of the sort, and the condition of those that do.

    Nothing where no word says what happened. The condition is empty where the time is not known.
    """
    if kind.name not in ("household", "person"):
        return None
    rest: list[str] = []
    where: dict[str, Any] = {}
    told = False
    days = _days(period)
    for word in map(without_time, column.classes):
        if kind.name == "household" and visiting(word):
            told, where = True, both(where, _visited(days) if days else {})
        elif (day := _day_of(word)) and (_NEW.match(word) or _of_a_time(column, table)):
            told, where = True, both(where, _watched(kind, day, days) if days else {})
        elif word == "退出" and any(map(_day_of, column.classes)):
            # The heading above 风险消除, which says how they left.
            continue
        else:
            rest.append(word)
    return (tuple(rest), where) if told else None


def visiting(word: str) -> bool:
    """Whether a word of a heading says that somebody was visited."""
    return bool(_VISITED.fullmatch(without_time(word)))


def _day_of(word: str) -> str | None:
    return next((key for key, way in _DAYS if way.fullmatch(word)), None)


def _days(period: Period | None) -> Mapping[str, Any] | None:
    """The days of a time, as a condition; nothing where it has no beginning or no end."""
    if period is None or period.first is None or period.last is None or period.unit == "as_of":
        return None
    return {"from": period.first, "to": period.last}


def _of_a_time(column: Column, table: Table) -> bool:
    """Whether a column asks what happened in a time, and not how things stand.

    That is sure where its own headings name one, beside one that adds up over the year: no state
    does.
    """
    headings = _headings(table)
    asked = any(RELATIVE.match(word) for word in column.path)
    return (
        asked
        and any("累计" in heading for heading in headings)
        or any(_IN_ITSELF.match("".join(word.split())) for word in column.path)
    )


#: A heading that says in one word of which time and what: 本年风险消除户数.
_IN_ITSELF = re.compile(
    r"(?:本|当|上|今|去)(?:日|周|月|季度?|年度?|半年|期)(?:度)?.{0,3}(?:消除|识别|纳入|退出)"
)


def _headings(table: Table) -> Sequence[str]:
    columns = [slot.column for slot in table.slots] or table.columns
    return ["".join(column.path) for column in columns]


def _visited(days: Mapping[str, Any]) -> Mapping[str, Any]:
    """Households of which a visit tells, to them or to somebody who lives there."""
    visit = {"visit": {"as": "whom", "date": days}}
    return {"any": [visit, {"person": {"as": "household", **visit}}]}


def _watched(kind: Kind, day: str, days: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of households under watch those of which a day lies within a time, or who lives there."""
    home = {"kind": "monitored", day: days}
    return home if kind.name == "household" else {"household": home}
