"""The page of the records behind one number of a checklist or a score sheet."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bangfu.desk.page import page_of, reader
from bangfu.desk.table import table, usual_order
from bangfu.ledger.models import Programme
from bangfu.lists.columns import columns_of
from bangfu.lists.listing import Listing
from bangfu.lists.pages import total_of


def rows_page(
    request: HttpRequest, listing: Listing, facts: Collection[UUID], *,
    programme: Programme, title: str, about: str, back: str,
) -> HttpResponse:  # fmt: skip
    """The records that counted, as far as the reader may open them, and how many are withheld."""
    opened = listing.opened(reader(request), listing.sure())
    total = total_of(opened)
    page = page_of(request, opened.order_by(*usual_order(listing.kind)), total)
    context = {
        "programme": programme,
        "title": title,
        "about": about,
        "back": back,
        "kind": listing.kind,
        "total": total,
        "withheld": max(0, len(facts) - total),
        "page": page,
        "table": table(listing, page.object_list, columns_of(listing.kind)),
        "asked": request.GET,
    }
    return render(request, "desk/behind.html", context)
