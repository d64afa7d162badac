"""Looking for somebody or something: by a name, or by a whole number."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.desk.kinds import kinds_seen
from bangfu.desk.page import reader, said
from bangfu.desk.table import kind_or_none
from bangfu.ledger.actions.person import SEALED, find_by_number
from bangfu.lists.pages import reachable, search


@require_POST
def by_number(request: HttpRequest) -> HttpResponse:
    """Finds a person by a whole number; it comes in a form, never in an address."""
    sort, clear = request.POST.get("sort", ""), request.POST.get("number", "").strip()
    if sort not in SEALED or not SEALED[sort] or "person" not in kinds_seen(request):
        raise Http404
    keys = reachable(reader(request), find_by_number(sort=sort, clear=clear)) if clear else []
    if len(keys) == 1:
        return redirect("desk:subject", keys[0])
    if keys:
        messages.info(request, _("Several persons have this number; open them one by one."))
        return render(request, "desk/several.html", {"keys": keys})
    messages.warning(
        request,
        _("Nobody whom you may open has this number. Check each digit; nothing was kept of it."),
    )
    return redirect("desk:list", "person")


@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """The search box above every page: goes to the list of a kind that has the name.

    People first; where records of other kinds are called so too, the page says which, with links.
    """
    text, seen = request.GET.get("q", "").replace("\0", "").strip(), kinds_seen(request)
    found = []
    for name in ("person", "household", "organisation", "site", "place"):
        kind = kind_or_none(name)
        if kind and name in seen and text and search(reader(request), kind, text).exists():
            place = name == "place"
            address = reverse("desk:places") if place else reverse("desk:list", args=[name])
            found.append((said(kind.label), f"{address}?{urlencode({'q': text})}"))
    if found:
        if also := format_html_join(" · ", '<a href="{1}">{0}</a>', found[1:]):
            messages.info(request, format_html("{} {}", _("Also called so:"), also))
        return redirect(found[0][1])
    if text:
        message = _("Nothing that you may open is called “%(text)s”.")
        messages.warning(request, message % {"text": text})
    return redirect("desk:lists")
