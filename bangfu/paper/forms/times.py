"""Which time a form speaks of: what was so then is filled, as far as the ledger reaches back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from bangfu.ledger.conditions import all_of
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import Figure
from bangfu.lists.listing import Listing
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.sources import nothing
from bangfu.paper.forms.told import ColumnTold
from bangfu.programmes.kinds import Kind, Label
from bangfu.tables.understood import Period, Table

TOO_EARLY = Label(
    "台账没有那时的情况，留空",
    "the ledger does not reach back to that time; left blank",
)


def leave_unreached(columns: Sequence[ColumnTold], kind: Kind, moment: Moment) -> None:
    """Blank what columns of a list ask as of an earlier day to which the ledger does not reach."""
    for day in {column.source.then for column in columns} - {None}:
        if day is not None and not reaches(kind, moment.on_day(day)):
            for column in columns:
                if column.source.then == day:
                    column.source = nothing(TOO_EARLY)


#: What is said of a number where not everything was on record at its time.
PARTLY = "那时有的记录没有登记这一项"


def day_of(table: Table, request: Request) -> Request:
    """The request as of the time that a table names, where that is over: how things stood then."""
    period, on = table.period, request.moment.on
    if period is None or period.last is None or period.last >= on:
        return request
    return replace(request, moment=request.moment.on_day(period.last))


def as_of(moment: Moment) -> Label:
    """What is said of a table that was filled as things stood on an earlier day."""
    return Label(
        f"按{moment.on}的情况填（表上写的时间）",
        f"filled as things stood on {moment.on}, the time that the form names",
    )


def to_come(table: Table, moment: Moment) -> bool:
    """Whether the time that a table names has not begun."""
    period = table.period
    first = (period.first or period.last) if period else None
    return first is not None and first > moment.on


def then(moment: Moment, period: Period | None) -> Moment:
    """The moment at which a state is read for a time: its last day, if that is over."""
    if period is None or period.last is None or period.last >= moment.on:
        return moment
    return moment.on_day(period.last)


def reaches(kind: Kind, moment: Moment) -> bool:
    """Whether the ledger holds any record of a kind at a moment."""
    return bool(all_of(kind, moment).exists())


def reach_of(figure: Figure, moment: Moment) -> Literal["none", "part", "whole"]:
    """How far a figure of an earlier day can be told; of today, and of events, it always can.

    Nothing was collected then where no record has the fields that it asks for; where some lack
    them, more may have been so.
    """
    if figure.moment.on >= moment.on or figure.kind.nature == "event":
        return "whole"
    if not reaches(figure.kind, figure.moment):
        return "none"
    asked = [*fields_asked(figure.kind, figure.listing.where)]
    if figure.field in figure.kind:
        asked.append((figure.kind, figure.field))
    told = [_told(kind, key, figure.moment) for kind, key in asked]
    return "none" if "none" in told else "part" if "part" in told else "whole"


def _told(kind: Kind, key: str, moment: Moment) -> Literal["none", "part", "whole"]:
    """Of how many records of a kind a field was known at a moment."""
    known = Listing((kind.name,), moment, {key: {"known": True}}).sure()
    if not known.exists():
        return "none"
    return "part" if all_of(kind, moment).exclude(pk__in=known.values("pk")).exists() else "whole"


def fields_asked(kind: Kind, where: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
    """The fields of subjects whose values a condition asks for."""
    for key, said in where.items():
        if key in kind and kind[key].type == "one" and isinstance(said, Mapping):
            yield from fields_asked(VOCABULARY[kind[key].to], said)
        elif key in kind and key not in _ALWAYS:
            yield kind, key
        elif isinstance(said, list | tuple):
            for one in said:
                if isinstance(one, Mapping):
                    yield from fields_asked(kind, one)


#: What every record says from its beginning.
_ALWAYS = frozenset(("name", "place"))
