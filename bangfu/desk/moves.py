"""Who came into the households of a place in a month and who went, counted and one by one."""

from __future__ import annotations

import datetime as dt
import re
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.desk.kinds import kinds_seen
from bangfu.desk.page import asked, page_of, reader, subject_or_404
from bangfu.ledger.models import Place
from bangfu.lists.moves import moves_in, moves_of, tallies_of

_DAY = dt.timedelta(days=1)


@require_GET
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The comings and goings of one month in a place."""
    user, moment = reader(request), asked(request).moment
    _kind, place = subject_or_404(request, key, moment)
    if not isinstance(place, Place) or "person" not in kinds_seen(request):
        raise Http404
    first = _month(request.GET.get("month", ""), moment.on)
    after = (first + 31 * _DAY).replace(day=1)
    rows = moves_in(user, place, first, after - _DAY, moment)
    tallies = tallies_of(rows)
    page = page_of(request, rows, sum(one.number for one in tallies))
    context = {
        "place": place,
        "key": key,
        "first": first,
        "last": after - _DAY,
        "before": (first - _DAY).replace(day=1),
        "after": after if after <= moment.on else None,
        "came": [one for one in tallies if not one.went],
        "went": [one for one in tallies if one.went],
        "came_all": sum(one.number for one in tallies if not one.went),
        "went_all": sum(one.number for one in tallies if one.went),
        "page": page,
        "moves": moves_of(list(page.object_list)),
    }
    return render(request, "desk/moves.html", context)


def _month(text: str, today: dt.date) -> dt.date:
    """The first day of the month that an address asks for; nonsense is the month of the day."""
    found = re.fullmatch(r"([12]\d{3})-(0[1-9]|1[0-2])", text, re.ASCII)
    return dt.date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)
