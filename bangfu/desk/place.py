"""Places: found by name, by the initials one types, by code, by what they were called before."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.desk.page import asked, reader
from bangfu.ledger.models import Place
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.pages import places_meant, topmost
from bangfu.lists.places import Found


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The places that a text may mean, or the topmost ones that the reader may see."""
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:40]
    user, dates = reader(request), asked(request)
    if text:
        lines = [_found(one) for one in places_meant(user, text, dates.moment)]
    else:
        lines = [_line(place) for place in topmost(user, dates.moment)]
    context = {"text": text, "places": lines, "dates": dates}
    return render(request, "desk/places.html", context)


def _line(place: Place) -> dict[str, Any]:
    level = VOCABULARY["place"]["level"].codes.get(place.level)
    return {"place": place, "level": level, "within": place.parent.name if place.parent else ""}


def _found(one: Found) -> dict[str, Any]:
    """A place with why it was found, where that is not plain from its name."""
    shown = one.by in ("alias", "former", "spelling")
    return {
        **_line(one.place),
        "within": one.within,
        "why": one.why if shown else None,
        "matched": one.matched if shown and one.matched != one.place.name else "",
    }
