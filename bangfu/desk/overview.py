"""A programme on one page: how it stands, to be looked at and to be printed on one sheet of A4."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from bangfu.desk.drawing import Days, Stretch, days, small_line
from bangfu.desk.kinds import kinds_seen
from bangfu.desk.page import (
    asked,
    day_of,
    meaning_at,
    number_said,
    page_of,
    programme_or_404,
    reader,
)
from bangfu.desk.programme import papers_of
from bangfu.desk.table import table, usual_order
from bangfu.desk.trend import days_of
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning, version_at
from bangfu.ledger.models import Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary.fund import USES
from bangfu.lists.alerts import alarms
from bangfu.lists.bridge import bridge
from bangfu.lists.columns import columns_of
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.gaps import gap, gaps
from bangfu.lists.measures import Progress, measures_open, progress
from bangfu.lists.numbers import Number, Reading
from bangfu.lists.pages import total_of
from bangfu.lists.places import lineage_of
from bangfu.lists.purse import purse
from bangfu.lists.readings import readings_within
from bangfu.lists.sweep import SIDES
from bangfu.lists.units import COLUMNS, MONEY, Unit, longest, units

#: So many ends of months make the small line; so many days lie between the ends of a bridge.
POINTS, APART = 6, 30
#: So many seconds go into small lines, and as many into bridges; a further look has more of them.
PATIENCE = 0.7
CALLED: Mapping[str, Any] = {
    "paired": gettext_lazy("Subjects paired"),
    "visits": gettext_lazy("Visits done"),
    "open": gettext_lazy("Needs open"),
    "late": gettext_lazy("of these late"),
    "promised": gettext_lazy("Promised (yuan)"),
    "received": gettext_lazy("Received (yuan)"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A figure on the sheet: its reading, how it came about since a day, and its small line."""

    figure: Figure
    reading: Reading
    path: str
    points: Sequence[tuple[dt.date, Reading]]
    bridge: str


@require_GET
def show(request: HttpRequest, name: str) -> HttpResponse:
    """How a programme stands on a day, on one page."""
    programme, dates, user = programme_or_404(request, name), asked(request), reader(request)
    meaning, moment, seen = meaning_at(programme, dates), dates.moment, kinds_seen(request)
    file, measures = meaning.file, progress(programme, dates.moment)
    since = day_of(request.GET.get("since")) or moment.on - dt.timedelta(days=APART)
    context = {
        "programme": programme,
        "file": file.file,
        "dates": dates,
        "since": since,
        "version": version_at(programme, moment),
        "where": [*lineage_of(programme.area, moment), programme.area],
        "papers": papers_of(meaning),
        "organisations": list(file.entries("organisation")),
        "measures": measures,
        "measures_open": measures_open(reader(request), measures),
        "alarms": [one for one in alarms(user, programme, moment) if one.count],
        "days": _days(meaning, measures, moment.on),
        "lines": _lines(programme, meaning, moment, since),
        "gaps": _gaps(user, meaning, moment, seen),
        "purse": purse(programme, moment) if "entry" in seen else None,
        "uses": USES,
        **_units(request, user, programme, moment, seen),
        "asked": request.GET,
    }
    return render(request, "desk/overview.html", context)


def _days(meaning: Meaning, measures: Sequence[Progress], on: dt.date) -> Days:
    """Phases and the windows of measures over the days of the programme."""
    file = meaning.file.file
    phases = [_phase(name, entry, on) for name, entry in meaning.file.entries("phase")]
    windows = [stretch for one in measures if (stretch := _window(one))]
    whole = Stretch(_("The whole programme"), file.from_, file.to, "whole")
    return days([whole, *phases, *windows], file.from_, file.to, on)


def _phase(name: str, entry: Any, on: dt.date) -> Stretch:
    state = "now" if entry.from_ <= on <= entry.to else "phase"
    return Stretch(entry.title or name, entry.from_, entry.to, state)


def _window(one: Progress) -> Stretch | None:
    first, last = one.measure.window_from, one.measure.window_to
    return Stretch(one.measure.title, first, last, one.state) if first and last else None


# ------------------------------------------------------------------ figures


def _lines(programme: Programme, meaning: Meaning, moment: Moment, since: dt.date) -> list[Line]:
    """The figures with their readings, small lines and bridges, as far as time allows."""
    figures = [f for n, _e in meaning.file.entries("figure") if (f := _figure(meaning, n, moment))]
    ends = days_of(meaning.file.file.from_, moment.on, "month")[-POINTS:-1]
    then = [f.at(moment.on_day(day)) for f in figures for day in ends]
    now = readings_within(figures, PATIENCE)
    before = readings_within(then, PATIENCE)
    until, found = perf_counter() + PATIENCE, []
    for place, (figure, told) in enumerate(zip(figures, now, strict=True)):
        if told is None or told[0] is None:
            continue
        past = before[place * len(ends) : (place + 1) * len(ends)]
        points = [(d, p[0]) for d, p in zip(ends, past, strict=True) if p and p[0]]
        points.append((moment.on, told[0]))
        whole = len(points) > len(ends) and all(r.low is not None for _d, r in points)
        path = small_line([float(r.low or 0) for _d, r in points]) if whole else ""
        crossed = _bridged(figure, since) if perf_counter() < until else ""
        found.append(Line(figure, told[0], path, points if path else (), crossed))
    return found


def _figure(meaning: Meaning, name: str, moment: Moment) -> Figure | None:
    try:
        return figure_of(meaning.row, name, moment, meaning=meaning)
    except Unsayable:
        return None


def _bridged(figure: Figure, since: dt.date) -> str:
    """What came and went since a day; a share has no bridge, nor what counts for a unit."""
    if figure.share is not None or figure.each or figure.worked_out or since >= figure.moment.on:
        return ""
    crossed = bridge(figure, figure.moment.on_day(since), figure.moment)
    parts = []
    for term in crossed.terms:
        size: Number = term.amount if term.amount >= 0 else -term.amount
        if size:
            parts.append(f"{'+' if term.amount > 0 else '−'}{number_said(figure, size)}")
    return " ".join(parts) or _("unchanged")


# ------------------------------------------------------------------ coverage


def _gaps(
    user: User, meaning: Meaning, moment: Moment, seen: Collection[str]
) -> list[dict[str, Any]]:
    return [
        {
            "gap": one,
            "title": meaning.file.title_of(one.entry),
            "address": reverse("desk:gap", args=[meaning.row.name, one.entry, one.side]),
        }
        for one in gaps(user, meaning, moment)
        if one.kind.name in seen
    ]


@require_GET
def gap_rows(request: HttpRequest, name: str, entry: str, side: str) -> HttpResponse:
    """Who on one side of a pairing has nobody on the day."""
    programme, dates, user = programme_or_404(request, name), asked(request), reader(request)
    meaning = meaning_at(programme, dates)
    if side not in SIDES or meaning.sort_of(entry) != "pairing":
        raise Http404
    found = gap(user, meaning, entry, side, dates.moment)
    if found.kind.name not in kinds_seen(request):
        raise Http404
    total, lines = found.count, total_of(found.named)
    page = page_of(request, found.named.order_by(*usual_order(found.kind)), lines)
    context = {
        "programme": programme,
        "dates": dates,
        "entry": entry,
        "side": side,
        "title": meaning.file.title_of(entry),
        "kind": found.kind,
        "total": total,
        "whole": found.whole,
        "hidden": total - lines,
        "page": page,
        "table": table(found.listing, page.object_list, columns_of(found.kind)),
        "asked": request.GET,
    }
    return render(request, "desk/gap.html", context)


# ------------------------------------------------------------------ units


def _units(
    request: HttpRequest, user: User, programme: Programme, moment: Moment, seen: Collection[str]
) -> dict[str, Any]:
    """The units beside one another: a table that sorts, and bars of the column it is sorted by."""
    if "organisation" not in seen:
        return {"units": []}
    money = "entry" in seen
    shown = [c for c in COLUMNS if money or c not in MONEY]
    sort = request.GET.get("sort", "")
    told = units(user, programme, moment, sort=sort, money=money)
    drawn = sort if sort in shown else shown[0]
    return {
        "units": [_unit(one, shown, drawn, longest(told, drawn)) for one in told],
        "unit_columns": [(c, CALLED[c], c == sort, c in MONEY) for c in shown],
        "drawn": CALLED[drawn],
        "sorted": sort if sort in shown else "",
    }


def _unit(one: Unit, shown: Sequence[str], drawn: str, most: int) -> dict[str, Any]:
    return {
        "unit": one,
        "cells": [(c, CALLED[c], one.numbers[c], c in MONEY) for c in shown],
        "width": 100 * one.numbers[drawn] / most if most else 0,
    }
