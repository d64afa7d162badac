"""The page of an alert: the rows of a watched list."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.desk.listing import kinds_seen
from bangfu.desk.page import asked, meaning_at, page_of, programme_or_404, reader
from bangfu.desk.table import table, usual_order
from bangfu.ledger.conditions import Unsayable
from bangfu.lists.alerts import alerts_of
from bangfu.lists.columns import columns_of
from bangfu.lists.pages import total_of


@require_GET
def show(request: HttpRequest, name: str, alert: str) -> HttpResponse:
    """The rows of one watched list that the reader may open."""
    programme, dates = programme_or_404(request, name), asked(request)
    meaning_at(programme, dates)
    try:
        figure = next((f for f in alerts_of(programme, dates.moment) if f.name == alert), None)
        if figure is None or figure.kind.name not in kinds_seen(request):
            raise Http404
        rows = figure.listing.opened(reader(request), figure.rows())
        total, whole = total_of(rows), total_of(figure.rows())
    except Unsayable as wrong:
        raise Http404 from wrong
    page = page_of(request, rows.order_by(*usual_order(figure.kind)), total)
    context = {
        "programme": programme,
        "dates": dates,
        "title": figure.title,
        "kind": figure.kind,
        "total": total,
        "withheld": max(0, whole - total),
        "page": page,
        "table": table(figure.listing, page.object_list, columns_of(figure.kind)),
        "asked": request.GET,
    }
    return render(request, "desk/alert.html", context)
