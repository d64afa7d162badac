"""Places: found by name, by the initials one types, by code, by what they were called before."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.desk.page import asked, reader
from bangfu.ledger.models import Place
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.pages import former_names, places_named, topmost

#: How many places one search shows.
SHOWN = 100


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The search, or the topmost places that the reader may see."""
    text = " ".join(request.GET.get("q", "").split())
    user = reader(request)
    found = places_named(user, text, limit=SHOWN) if text else topmost(user, asked(request).moment)
    context = {
        "text": text,
        "places": _told(found),
        "level": VOCABULARY["place"]["level"],
        "cut": len(found) == SHOWN,
    }
    return render(request, "desk/places.html", context)


def _told(found: list[Place]) -> list[dict[str, object]]:
    """Places with what they lie in and what else they are called."""
    others = former_names([place.fact_key for place in found])
    levels = VOCABULARY["place"]["level"].codes
    return [
        {
            "place": place,
            "level": levels.get(place.level),
            "parent": place.parent,
            "others": others.get(place.fact_key, []),
        }
        for place in found
    ]
