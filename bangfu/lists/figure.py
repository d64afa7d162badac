"""A figure is a list, counted over that very list; so it can always show its rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, cast
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Participant, Programme
from bangfu.ledger.models.base import known
from bangfu.ledger.moment import Moment
from bangfu.ledger.paths import Value, value_along
from bangfu.lists.how_many import how_many_each
from bangfu.lists.in_sql import InSql
from bangfu.lists.listing import Listing
from bangfu.lists.numbers import Group, Number, Reading, divided
from bangfu.lists.their_days import dated, held_since
from bangfu.lists.told_apart import period_column
from bangfu.programmes.entries import Inline
from bangfu.programmes.kinds import Field, Kind
from bangfu.programmes.literals import APART, YEAR_EARLIER
from bangfu.programmes.names import ROW
from bangfu.programmes.period import add_months
from bangfu.programmes.schema import Figure as FigureEntry
from bangfu.programmes.schema import Measure as MeasureEntry

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
Aggregate = Literal["count", "sum", "distinct"]
#: Rows that surely and that possibly belong, and what both come to.
_Counted = tuple[int, int, Number, Number | None]


@dataclass(frozen=True)
class Figure:
    """A list and an aggregate over it. ``share`` divides by another figure."""

    name: str
    title: str
    listing: Listing
    aggregate: Aggregate = "count"
    field: str = ""
    by: tuple[str, ...] = ()
    unit: str = ""
    share: Figure | None = None
    baseline: str = ""
    each: str = ""
    via: str = ""
    per: str = ""

    @property
    def moment(self) -> Moment:
        """The two dates at which it is read."""
        return self.listing.moment

    @property
    def kind(self) -> Kind:
        """The kind of record that it counts."""
        return self.listing.kind

    @property
    def worked_out(self) -> bool:
        """Whether what it counts stands in no table, so that its rows are no list."""
        return False

    @property
    def is_money(self) -> bool:
        """Whether it reads in fen: amounts added up, or their average over a list."""
        return self._adds_money and not (self.share is not None and self.share.is_money)

    @property
    def is_share(self) -> bool:
        """Whether it is a part of a whole, and not an average."""
        return self.share is not None and not self.is_money and not self.is_average

    @property
    def is_average(self) -> bool:
        """Whether it is a sum over how many there are: days for each need, yuan for each home."""
        return self.aggregate == "sum" and self.share is not None and self.share.aggregate != "sum"

    @property
    def _adds_money(self) -> bool:
        return self.aggregate == "sum" and self._read.field.type == "money"

    def value(self, path: str) -> Value:
        """What a field, or a path of several, reads from its rows."""
        return value_along(path, self.kind, self.moment, self.listing.meaning)

    def given_by(self) -> list[Field]:
        """The fields at the ends of what it is given by."""
        return [self.value(path).field for path in self.by]

    def at(self, moment: Moment) -> Figure:
        """The same figure at another moment."""
        share = self.share.at(moment) if self.share else None
        return replace(self, listing=self.listing.at(moment), share=share)

    def rows(self) -> QuerySet[Any]:
        """The records it counts."""
        return self.listing.sure()

    def keys(self) -> list[UUID]:
        """The keys of what it counts."""
        return list(self.rows().values_list("fact", flat=True))

    def unknown(self) -> QuerySet[Any]:
        """The records that may belong to it."""
        return self.listing.unknown()

    def reading(self, counted: Sequence[int] | None = None) -> Reading:
        """Count now, from the rows; ``counted``: how many ``counts`` there are, if known."""
        added_up = self.aggregate == "sum"
        rows, most, least, high = self._added_up() if added_up else self._counted(counted)
        low: Number | None = least
        if self.share is not None:
            low, high = divided(least, high, self.share.reading())
        return Reading(low, high, rows, most - rows)

    @property
    def counts(self) -> list[QuerySet[Any] | InSql]:
        """What must be counted for it; of amounts that are added up, nothing by itself."""
        return [] if self.aggregate == "sum" else self.listing.counts

    def _counted(self, counted: Sequence[int] | None) -> _Counted:
        rows, most = self.listing.counted(
            how_many_each(self.counts) if counted is None else counted
        )
        low = high = self.amount_over(self.listing.sure(), rows)
        if not self.listing.exact:
            high = self.amount_over(self.listing.possible(), most)
        return rows, most, low, high

    def _added_up(self) -> _Counted:
        """The same of amounts, which come to nothing known where one of them is missing."""
        rows, low, filled = most, high, _ = self._amounts(self.listing.sure())
        if not self.listing.exact:
            most, high, filled = self._amounts(self.listing.possible())
        return rows, most, low, high if filled == most else None

    def _amounts(self, rows: QuerySet[Any]) -> tuple[int, Number, int]:
        """How many rows there are, what they amount to, and how many say an amount."""
        told = rows.annotate(summed=self._value()).aggregate(
            rows=Count("pk"), amount=Sum("summed"), filled=Count("summed")
        )
        return told["rows"], told["amount"] or 0, told["filled"]

    def amount_over(self, rows: QuerySet[Any], counted: int) -> Number:
        """The aggregate over some of its rows; ``counted`` is how many they are."""
        if self.aggregate == "count":
            return counted
        if self.aggregate == "sum":
            return self._amounts(rows)[1]
        return self.values_over(rows).count()

    @cached_property
    def _read(self) -> Value:
        return self.value(self.field)

    def _value(self) -> Any:
        return self._read.expression

    def values_over(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The different values of the distinct field over some rows, one column."""
        if self.field in APART:
            dated = rows.order_by().annotate(told=period_column(self.field)).values("told")
            return cast("QuerySet[Any]", dated.distinct())
        if self._read.field.type == "many":
            parts = self._parts().filter(activity__in=rows.order_by().values("fact"))
            return parts.order_by().values("subject").distinct()
        if self._read.parts is not None:
            rows = self._read.of_parts(rows, self.moment)
        else:
            rows = rows.order_by().annotate(told=self._value())
        told: QuerySet[Any] = rows.filter(told__isnull=False).values("told").distinct()
        worded = self._read.field.type in ("text", "code", "ranked")
        return told.exclude(told="") if worded else told

    def rows_with(self, values: QuerySet[Any]) -> QuerySet[Any]:
        """Those of its rows that carry one of some values of the distinct field."""
        if self.field in APART:
            dated: QuerySet[Any] = self.rows().annotate(told=period_column(self.field))
            return dated.filter(told__in=values)
        if self._read.parts is not None:
            if self._read.field.type == "many":
                parts = self._parts().filter(subject__in=values)
            else:
                told = self._read.of_parts(self.rows(), self.moment)
                parts = told.filter(told__in=values)
            return self.rows().filter(fact__in=parts.values("activity"))
        rows: QuerySet[Any] = self.rows().annotate(told=self._value())
        return rows.filter(told__in=values)

    def _parts(self) -> QuerySet[Any]:
        return Participant.objects.filter(known(self.moment.known_at), part=self._read.field.read)

    def groups(self) -> list[Group]:
        """The figure by its groups, in one query; a record without a value stands under None."""
        if not self.by:
            return []
        told = [self.value(path) for path in self.by]
        rows = self.listing.sure().order_by()
        if parts := next((one for one in told if one.parts is not None), None):
            return self._groups_of_parts(parts, rows)
        named = {f"group{i}": one.expression for i, one in enumerate(told)}
        rows = rows.annotate(**named).values(*named)
        total: Any = Count("pk") if self.aggregate == "count" else self._summed()
        return [
            Group(key := _only(line, named), key, Reading(line["n"], line["n"], line["rows"], 0))
            for line in rows.annotate(n=total, rows=Count("pk")).order_by(*named)
        ]

    def _groups_of_parts(self, value: Value, rows: QuerySet[Any]) -> list[Group]:
        """The groups by those who took part: a row with parts in two groups counts in both."""
        assert value.parts is not None
        counted = {"": "activity", value.parts.key: "subject"}.get(self.field)
        if len(self.by) > 1 or counted is None or self.aggregate == "sum":
            raise Unsayable(f"{self.name}: by {self.by[0]}, rows or {value.parts.key} are counted")
        told = value.of_parts(rows, self.moment).values("told")
        n, of = Count(counted, distinct=True), Count("activity", distinct=True)
        return [
            Group(line["told"], line["told"], Reading(line["n"], line["n"], line["rows"], 0))
            for line in told.annotate(n=n, rows=of).order_by("told")
        ]

    def of_group(self, values: Sequence[Any]) -> Listing | None:
        """The rows of one group, by its values; None where words cannot ask for them."""
        listing = self.listing
        for path, value in zip(self.by, values, strict=True):
            read = self.value(path)
            if read.field.type not in ("code", "ranked", "text"):
                return None
            if value in (None, "") and ("." in path or path not in self.kind):
                return None
            asked: Any = {"known": False} if value in (None, "") else value
            for step in reversed(path.split(".")):
                asked = {step: asked}
            listing = listing.narrowed(asked)
        return listing

    def _summed(self) -> Any:
        if self.aggregate == "distinct":
            return Count(self._value(), distinct=True)
        return Sum(self._value())

    @property
    def compares_days(self) -> bool:
        """Whether change is shown against another day, and not against a number of today."""
        return self.baseline == YEAR_EARLIER or bool(_DAY.fullmatch(self.baseline))

    def compared(self) -> Reading | None:
        """The reading against which change is shown: a year earlier, or on a named day."""
        if not self.baseline:
            return None
        if self.baseline == YEAR_EARLIER:
            day = add_months(self.moment.on, -12)
        elif _DAY.fullmatch(self.baseline):
            day = dt.date.fromisoformat(self.baseline)
        else:
            return self._against()
        return self.at(self.moment.on_day(day)).reading()

    def _against(self) -> Reading | None:
        """A baseline that is a number, or the name of a dated value or of a figure."""
        meaning, told, scale = self.listing.meaning, self.baseline, 100 if self.is_money else 1
        if _NUMBER.fullmatch(told):
            number = Fraction(told) * scale
            return Reading(number, number, 0, 0)
        assert isinstance(meaning, Meaning)
        return number_named(meaning, told, self.moment, scale)

    def as_data(self) -> dict[str, Any]:
        """The question as plain data, for keeping in issued papers."""
        said: dict[str, Any] = {"aggregate": self.aggregate, "listing": self.listing.as_data()}
        if self.field:
            said["field"] = self.field
        if self.share is not None:
            said["share"] = self.share.as_data()
        return said

    @classmethod
    def from_data(cls, data: Mapping[str, Any], moment: Moment, *, name: str = "") -> Figure:
        """The figure that ``as_data`` wrote."""
        listing = replace(Listing.from_data(data["listing"], moment), entry=name)
        share = cls.from_data(data["share"], moment) if "share" in data else None
        made = made_of(listing)
        return made(name, name, listing, data["aggregate"], data.get("field", ""), share=share)


def _only(line: Mapping[str, Any], names: Mapping[str, Any]) -> Any:
    values = tuple(line[name] for name in names)
    return values[0] if len(values) == 1 else values


# ------------------------------------------------------------------ figures that a programme names


def figure_of(
    programme: Programme, name: str, moment: Moment, *, meaning: Meaning | None = None
) -> Figure:
    """The figure that a name of the programme stands for; any list is a figure by being counted.

    ``meaning``: the programme's file at the moment, where it was read already.
    """
    meaning = meaning or Meaning.of(programme, moment)
    title = meaning.file.title_of(name)
    entry = meaning.file.entry(name)
    if not isinstance(entry, FigureEntry | MeasureEntry):
        listing = Listing((name,), moment, programme=programme, file=meaning)
        return made_of(listing)(name, title, dated(listing, meaning))
    if entry.of is None:
        raise Unsayable(f"{name} is not counted from a list")
    listing = dated(_listing(entry, moment, meaning, entry.held), meaning)
    return made_of(listing)(
        name,
        title,
        replace(listing, entry=name),
        *aggregate_of(entry),
        by=entry.by or (),
        unit=entry.unit or "",
        share=_share(entry, moment, meaning),
        baseline=str(entry.baseline) if entry.baseline is not None else "",
        each=entry.each or "",
        via=entry.as_ or "",
        per=entry.per or "",
    )


def _listing(entry: Any, moment: Moment, meaning: Meaning, held: str | None) -> Listing:
    of, where = tuple(entry.of or ()), entry.where or {}
    listing = Listing(of, moment, where, meaning.row, file=meaning)
    return held_since(listing, meaning.file.from_) if held == "any" else listing


def made_of(listing: Listing) -> type[Figure]:
    """The sort of figure that counts a list: what a duty gives is worked out, not looked up."""
    if listing.kind.name != ROW:
        return Figure
    # Duties know figures, which may be their bounds.
    from bangfu.lists.turn_figures import TurnFigure

    return TurnFigure


def aggregate_of(entry: Any) -> tuple[Aggregate, str]:
    """How an entry of a programme counts its rows, and over which field."""
    if entry.sum:
        return "sum", entry.sum
    if entry.distinct:
        return "distinct", entry.distinct
    return "count", ""


def _share(entry: Any, moment: Moment, meaning: Meaning) -> Figure | None:
    if entry.out_of is None:
        return None
    if isinstance(entry.out_of, Inline):
        whole = _listing(entry.out_of, moment, meaning, entry.held)
        return made_of(whole)("", "", whole, *aggregate_of(entry.out_of))
    return figure_of(meaning.row, entry.out_of, moment, meaning=meaning)


def number_named(meaning: Meaning, name: str, moment: Moment, scale: int) -> Reading | None:
    """A dated value of one number, or the reading of a figure; None where it is not known.

    ``scale`` is 100 where it is held against fen: the file says yuan, and a figure that is not
    money is a number of yuan there.
    """
    if meaning.sort_of(name) == "value":
        told = meaning.value_on(name, moment.on)
        if told is None:
            return None
        if isinstance(told, Mapping):
            raise Unsayable(f"{name} has a number for each case, and nobody to look it up for")
        number = Fraction(str(told)) * scale
        return Reading(number, number, 0, 0)
    figure = figure_of(meaning.row, name, moment, meaning=meaning)
    read, times = figure.reading(), Fraction(scale, 100 if figure.is_money else 1)
    low, high = (None if one is None else Fraction(one) * times for one in (read.low, read.high))
    return None if low is None else replace(read, low=low, high=high)


def figure_names(programme: Programme, moment: Moment) -> list[str]:
    """The names of the programme's figures and lists, in the file's order."""
    meaning = Meaning.of(programme, moment)
    return [n for n, _ in meaning.file.entries("list", "enrol", "pairing", "agreement", "figure")]
