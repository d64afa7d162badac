"""Measures are planned from the programme's file, linked to needs, and their progress reported."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from bangfu.ledger.access import require
from bangfu.ledger.actions.event import By, action, correct, end, insert
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Activity, Measure, MeasureNeed, Need, Programme, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.workdays import working_days
from bangfu.programmes.period import Span, windows
from bangfu.programmes.programme import Programme as File
from bangfu.programmes.schema import Measure as MeasureEntry


@action("measure.plan_all")
def plan_all(*, by: By, programme: Programme, on: dt.date | None = None) -> list[Measure]:
    """Write the measures of the programme's file as records, and bring changed ones up to date."""
    require(by.user, "measure.plan_all", programme)
    meaning = Meaning.of(programme, Moment(on or programme.began))
    return [
        _plan(programme, name, entry, meaning)
        for name, entry in meaning.file.entries("measure")
        if isinstance(entry, MeasureEntry)
    ]


def _plan(programme: Programme, name: str, entry: MeasureEntry, meaning: Meaning) -> Measure:
    from bangfu.ledger.actions.programme import organisation_named

    low, high = _quantity(entry)
    window = _window(entry, meaning)
    lead = meaning.file.title_of(entry.owner[0])
    said: dict[str, Any] = {
        "title": entry.title or name,
        "planned_least": low,
        "planned_most": high,
        "unit": entry.unit or "",
        "window_from": window.began if window else None,
        "window_to": window.ended if window else None,
        "budget": int(Decimal(str(entry.budget)) * 100) if entry.budget is not None else None,
        "owner": organisation_named(lead),
    }
    there = Measure.objects.current().filter(programme=programme, name=name).first()
    if there is not None:
        return correct(there, **said)
    began, ended = entry.from_ or meaning.file.from_, entry.to
    return insert(Measure(programme=programme, name=name, began=began, ended=ended, **said))


def _quantity(entry: MeasureEntry) -> tuple[Decimal | None, Decimal | None]:
    def plain(bound: Any) -> Decimal | None:
        return Decimal(str(bound)) if isinstance(bound, int | float) else None

    if entry.exactly is not None:
        return plain(entry.exactly), plain(entry.exactly)
    return plain(entry.at_least), plain(entry.at_most)


def _window(entry: MeasureEntry, meaning: Meaning) -> Span | None:
    if entry.window is None:
        return None
    file = meaning.file
    spans = windows(_pairs(entry.window), Span(file.from_, file.to), workdays=working_days())
    return Span(spans[0].began, spans[-1].ended) if spans else None


def _pairs(window: Any) -> Any:
    return window if isinstance(window[0], tuple) else (window,)


@action("measure.drop")
def drop(*, by: By, programme: Programme, kept: File, on: dt.date) -> list[Measure]:
    """End the measures that a new version of the file no longer names, the day before it holds."""
    require(by.user, "measure.drop", programme)
    standing = Measure.objects.current().filter(programme=programme, ended__isnull=True)
    gone = standing.exclude(name__in=[name for name, _ in kept.entries("measure")])
    return [end(measure, max(measure.began, on - dt.timedelta(days=1))) for measure in gone]


@action("measure.link")
def link(*, by: By, measure: Measure, need: Need) -> MeasureNeed:
    """Say that a measure answers a need."""
    require(by.user, "measure.link", measure, need)
    found = MeasureNeed.objects.current().filter(measure=measure, need=need).first()
    return found or insert(MeasureNeed(measure=measure, need=need))


@action("measure.set_owner")
def set_owner(*, by: By, measure: Measure, owner: Subject) -> Measure:
    """Say which unit answers for a measure."""
    require(by.user, "measure.set_owner", measure, organisation=owner)
    return correct(measure, owner=owner)


@action("measure.progress")
def progress(*, by: By, measure: Measure, on: dt.date, amount: Decimal, note: str = "") -> Activity:
    """Report how much of a measure was done on a day."""
    require(by.user, "measure.progress", measure)
    report = Activity(
        programme=measure.programme,
        kind="report",
        date=on,
        measure=measure,
        amount=amount,
        note=note,
        organisation=measure.owner,
    )
    return insert(report)
