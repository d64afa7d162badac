"""How far the promised measures are: planned, done, and by when; counted from records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet, Sum

from bangfu.ledger.access import opens, rights_of
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Activity, Measure, Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.prepared import Question, asked_of_keys
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.numbers import Number
from bangfu.lists.pages import names_of
from bangfu.lists.readings import readings
from bangfu.programmes.kinds import Label
from bangfu.programmes.schema import Measure as MeasureEntry
from bangfu.programmes.units import with_unit

State = Literal["done", "open", "late", "counted"]


@dataclass(frozen=True)
class Progress:
    """One measure at a moment. ``figure`` opens to its rows; without one, amounts were reported."""

    measure: Measure
    owner: str
    done: Number
    state: State
    figure: Figure | None

    @property
    def planned(self) -> Label:
        """The planned quantity: 1, 1 to 2, or nothing."""
        least, most = self.measure.planned_least, self.measure.planned_most
        if least is None and most is None:
            return Label("", "")
        low, high = (_plain(v) if v is not None else "" for v in (least, most))
        last = with_unit(high or low, self.measure.unit)
        if low == high or not high:
            return last
        return Label(f"{low}至{last.zh}", f"{low} to {last.en}")

    @property
    def window(self) -> str:
        """When it is to be done, as days."""
        first, last = self.measure.window_from, self.measure.window_to
        return f"{first} 至 {last}" if first and last else ""


def progress_of(measure: Measure, moment: Moment) -> Progress | None:
    """How far one measure is; nothing of one that its programme's file does not name then."""
    told = progress(measure.programme, moment)
    return next((one for one in told if one.measure.fact == measure.fact), None)


def _plain(value: Decimal) -> str:
    return f"{value.to_integral() if value == value.to_integral() else value.normalize():f}"


def progress(programme: Programme, moment: Moment, *, anew: bool = False) -> Sequence[Progress]:
    """Every measure of a programme with what was done of it by a day.

    ``anew``: counted from the rows, as a paper must be, and not by kept readings.
    """
    meaning = Meaning.of(programme, moment)
    standing = Measure.objects.known(moment.known_at).filter(programme=programme)
    rows = {m.name: m for m in standing}
    entries = [
        (rows[name], entry)
        for name, entry in meaning.file.entries("measure")
        if name in rows and isinstance(entry, MeasureEntry)
    ]
    figures = {
        row.name: figure_of(programme, row.name, moment, meaning=meaning)
        for row, entry in entries
        if entry.of
    }
    counted = _counted(figures, anew)
    owners = names_of((row.owner_id for row, _ in entries if row.owner_id), moment)
    reported = _reported([row.fact for row, entry in entries if not entry.of], moment)
    return [
        Progress(
            row,
            owners.get(row.owner_id, "") if row.owner_id else "",
            done := counted[row.name] if entry.of else reported.get(row.fact, Decimal(0)),
            _state(row, done, moment.on),
            figures.get(row.name),
        )
        for row, entry in entries
    ]


def _counted(figures: Mapping[str, Figure], anew: bool) -> dict[str, Number]:
    """What was done of each measure that is counted from records."""
    if anew:
        return {name: figure.reading().low or 0 for name, figure in figures.items()}
    found = readings(list(figures.values()))
    return {name: one.low or 0 for name, (one, _) in zip(figures, found, strict=True)}


def measures_open(user: User, some: Iterable[Progress]) -> set[UUID]:
    """Of some measures those that the account may open."""

    def of(keys: list[UUID]) -> QuerySet[Any, Any]:
        rows = Measure.objects.current().filter(fact__in=keys)
        return opens(user, VOCABULARY["measure"], rows).values_list("fact", flat=True)

    question = Question(("measures", rights_of(user)), of)
    return set(asked_of_keys(question, [one.measure.fact for one in some]))


def _reported(measures: Sequence[UUID], moment: Moment) -> dict[Any, Decimal]:
    """What was reported as done of some measures, in one query."""
    reports = Activity.objects.at(moment).filter(measure__in=measures)
    sums = reports.order_by().values("measure").annotate(done=Sum("amount"))
    return {line["measure"]: line["done"] or Decimal(0) for line in sums}


def _state(row: Measure, done: Number, on: dt.date) -> State:
    if row.planned_least is None:
        return "counted"
    if done >= row.planned_least:
        return "done"
    return "late" if row.window_to and on > row.window_to else "open"
