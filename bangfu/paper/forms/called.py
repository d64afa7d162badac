"""The places that words of a form name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bangfu.ledger.models import Place
from bangfu.lists.places import find_places
from bangfu.paper.forms.asked import Request


def places_called(texts: Iterable[str], request: Request) -> Mapping[str, Place | None]:
    """The one place of each name inside the request's; None where there are several or none.

    Those that bear a name itself are asked for together, and only other words one by one.
    """
    wanted = {text for text in texts if text}
    there = Place.objects.at(request.moment).filter(path__startswith=_inside(request))
    bearing: dict[str, list[Place]] = defaultdict(list)
    for place in there.filter(name__in=wanted).order_by("path"):
        bearing[place.name].append(place)
    return {text: _only(bearing.get(text) or _found(text, request)) for text in sorted(wanted)}


def _found(text: str, request: Request) -> list[Place]:
    inside = _inside(request)
    return [
        one.place
        for one in find_places(text, moment=request.moment, limit=50)
        if one.by in ("name", "code", "alias", "former") and one.place.path.startswith(inside)
    ]


def _inside(request: Request) -> str:
    return request.place.path if request.place else ""


def _only(found: list[Place]) -> Place | None:
    return found[0] if len(found) == 1 else None
