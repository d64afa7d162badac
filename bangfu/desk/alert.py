"""The pages of alerts: the rows of a watched list; for whom a claim holds, and what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from bangfu.desk.duties import turns_page
from bangfu.desk.kinds import kinds_seen
from bangfu.desk.page import (
    Asked,
    address_of,
    asked,
    meaning_at,
    page_of,
    programme_or_404,
    reader,
    said,
)
from bangfu.desk.table import table, usual_order
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.models import Programme, User
from bangfu.lists.alerts import Alarm, AlertOf, Raised, alarm, open_keys, watched
from bangfu.lists.columns import columns_of
from bangfu.lists.duty_words import asked_text, number_text
from bangfu.lists.figure import Figure
from bangfu.lists.listing import Listing
from bangfu.lists.pages import names_of, total_of
from bangfu.lists.targets import Reached
from bangfu.programmes.names import ROW
from bangfu.programmes.readback import entry_readback
from bangfu.programmes.schema import Alert
from bangfu.programmes.units import with_unit


@dataclass(frozen=True, slots=True)
class Line:
    """One record for which an alert is raised, or the whole, as the page shows it."""

    raised: Raised
    called: str
    page: str
    done: str
    bound: str
    rows: str


@require_GET
def show(request: HttpRequest, name: str, alert: str) -> HttpResponse:
    """An alert: the rows of a watched list, or those for whom a claim holds."""
    programme, dates = programme_or_404(request, name), asked(request)
    meaning = meaning_at(programme, dates)
    if not isinstance(meaning.file.entry(alert) if alert in meaning.file else None, Alert):
        raise Http404
    try:
        figure = watched(meaning, alert, dates.moment)
        if figure is not None:
            return _list(request, programme, figure, dates)
    except Unsayable as wrong:
        raise Http404 from wrong
    user = reader(request)
    told = alarm(user, meaning, alert, dates.moment)
    if not told.why and told.kind not in kinds_seen(request):
        raise Http404
    says = said(entry_readback(meaning.file, "alert", alert).text)
    lines = page_of(request, told.lines, len(told.lines))
    context = {
        "programme": programme,
        "dates": dates,
        "title": told.title,
        "says": says,
        "told": told,
        "each": told.alert is not None and told.alert.entry.each is not None,
        "hidden": told.state.whole - len(told.lines) if told.state else 0,
        "page": lines,
        "lines": _lines(user, told, list(lines.object_list), dates, kinds_seen(request)),
        "asked": request.GET,
    }
    return render(request, "desk/alert_claim.html", context)


def _list(request: HttpRequest, programme: Programme, figure: Figure, dates: Asked) -> HttpResponse:
    """The rows of one watched list that the reader may open."""
    if figure.kind.name not in kinds_seen(request):
        raise Http404
    context = _rows(request, programme, figure.listing, dates)
    return render(request, "desk/alert.html", {**context, "title": figure.title})


def _rows(
    request: HttpRequest, programme: Programme, listing: Listing, dates: Asked
) -> dict[str, Any]:
    kind = listing.kind
    rows = listing.opened(reader(request), listing.sure())
    total, whole = total_of(rows), total_of(listing.sure())
    page = page_of(request, rows.order_by(*usual_order(kind)), total)
    return {
        "programme": programme,
        "dates": dates,
        "kind": kind,
        "total": total,
        "withheld": max(0, whole - total),
        "kept_for": listing.kept_for(reader(request)),
        "page": page,
        "table": table(listing, page.object_list, columns_of(kind)),
        "asked": request.GET,
    }


# ------------------------------------------------------------------ claims


def _lines(
    user: User, told: Alarm, shown: Sequence[Raised], dates: Asked, seen: set[str]
) -> list[Line]:
    if told.alert is None:
        return []
    alert, opened = told.alert, _opened(told.alert, user, seen)
    each = alert.entry.each and Listing((alert.entry.each,), alert.moment, programme=told.programme)
    called = names_of((one.key for one in shown if one.key), alert.moment)
    found = []
    for one in shown:
        where = [told.programme.name, told.name, *([one.key] if one.key else [])]
        route = "alert_of" if one.key else "alert_whole"
        found.append(
            Line(
                one,
                called.get(one.key, "") if one.key else "",
                address_of(each.kind.name, one.key) if each and one.key else "",
                said(with_unit(number_text(one.low, alert.sort, one.high), alert.asked.unit)),
                said(asked_text(one.bounds, alert.sort, alert.asked.unit)),
                reverse(f"desk:{route}", args=where) + dates.parameters if opened else "",
            )
        )
    return found


def _opened(alert: AlertOf, user: User, seen: set[str]) -> bool:
    """Whether the rows that were counted can be shown at all."""
    listing = alert.asked.counting(alert.meaning, alert.moment).listing
    shut = listing.totals_only or listing.is_kept_from(user)
    return listing.kind.name in {*seen, ROW} and not shut


@require_GET
def rows(request: HttpRequest, name: str, alert: str, key: UUID | None = None) -> HttpResponse:
    """The rows that were counted for one record, or for the whole."""
    programme, dates = programme_or_404(request, name), asked(request)
    meaning, user = meaning_at(programme, dates), reader(request)
    if not isinstance(meaning.file.entry(alert) if alert in meaning.file else None, Alert):
        raise Http404
    try:
        if watched(meaning, alert, dates.moment) is not None:
            raise Http404
        claim = AlertOf.of_meaning(meaning, alert, dates.moment)
        line = _line(user, claim, key)
        if line is None or not _opened(claim, user, kinds_seen(request)):
            raise Http404
        called = names_of((key,), dates.moment).get(key, "") if key else ""
        if (behind := claim.turns_of(line)) is not None:
            return turns_page(
                request, behind, dates, title=meaning.file.title_of(alert), about=called,
                back=reverse("desk:alert", args=[name, alert]),
            )  # fmt: skip
        listing = _counted(claim, line)
        context = _rows(request, programme, listing, dates)
    except Unsayable as wrong:
        raise Http404 from wrong
    title = " · ".join(filter(None, (meaning.file.title_of(alert), called)))
    return render(request, "desk/alert.html", {**context, "title": title})


def _line(user: User, alert: AlertOf, key: UUID | None) -> Reached | None:
    """What was read for a record that the reader may see; None if there is no such line."""
    line = next((one for one in alert.reached() if one.key == key), None)
    if line is None or line.reading is None or not open_keys(user, alert, [key]):
        return None
    return line


def _counted(alert: AlertOf, line: Reached) -> Listing:
    """The records that were counted at a line."""
    if line.figure is not None:
        return line.figure.listing
    assert line.reading is not None
    listing = alert.asked.counting(alert.meaning, alert.moment.on_day(line.on)).listing
    return replace(listing, keys=line.reading.facts)
