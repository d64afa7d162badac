"""The page of a figure: its value, what is counted, its rows, its bridge, its line of time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bangfu.desk.duties import turns_page
from bangfu.desk.kinds import kinds_seen
from bangfu.desk.page import (
    PAGE_SIZE,
    Asked,
    asked,
    day_of,
    meaning_at,
    number_said,
    page_of,
    programme_or_404,
    reader,
    said,
    words_of,
)
from bangfu.desk.table import Table, table, usual_order
from bangfu.desk.trend import days_of, trend
from bangfu.ledger.access import ROLES
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme
from bangfu.lists.bridge import Bridge, bridge
from bangfu.lists.columns import columns_of
from bangfu.lists.each import by_each
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.numbers import Group, Number, Reading
from bangfu.lists.pages import total_of
from bangfu.lists.readings import groups_of, reading
from bangfu.lists.turn_bridge import TurnBridge, bridge_of, turn_bridge
from bangfu.lists.turn_figures import Behind, TurnFigure
from bangfu.lists.wording import change_text, groups_called, in_book_order

#: So many seconds a line of time may take unasked, and when it was asked for.
IN_PASSING, AT_LEISURE = 1.0, 60.0
LINED = ("month", "quarter", "half_year", "year")
COUNTABLE = ("figure", "list", "enrol", "pairing", "class", "activity", "measure", "fund")


@dataclass(slots=True)
class _Asked:
    """A figure as it was asked for."""

    programme: Programme
    figure: Figure
    dates: Asked
    entry: Any
    meaning: Meaning

    @property
    def closed(self) -> bool:
        """Whether only totals are shown of it: its entry or its list names nobody as reader."""
        named_nobody = getattr(self.entry, "readers", None) == ()
        return named_nobody or self.figure.listing.totals_only

    def is_shut(self, request: HttpRequest) -> bool:
        """Whether none of its rows open to the reader, whatever his or her roles open."""
        return self.closed or self.figure.listing.is_kept_from(reader(request))


def _ask(request: HttpRequest, name: str, figure: str) -> _Asked:
    programme = programme_or_404(request, name)
    dates = asked(request)
    meaning = meaning_at(programme, dates)
    if figure not in meaning.file or meaning.sort_of(figure) not in COUNTABLE:
        raise Http404
    entry = meaning.file.entry(figure)
    return _Asked(programme, figure_of(programme, figure, dates.moment), dates, entry, meaning)


@require_GET
def show(request: HttpRequest, name: str, figure: str) -> HttpResponse:
    """One figure at two dates, with everything that stands behind it."""
    try:
        told = _ask(request, name, figure)
        now, true_for = reading(told.figure)
    except Unsayable:
        return _cannot(request, name, figure)
    if request.GET.get("format") == "json":
        return JsonResponse(_as_data(told, now, true_for))
    context = {
        "programme": told.programme,
        "figure": told.figure,
        "name": figure,
        "dates": told.dates,
        "reading": now,
        "true_for": true_for,
        "words": words_of(told.figure),
        "compared": _compared(told.figure, now),
        "groups": _groups(told.figure),
        "asked": request.GET,
        **_rows(request, told, now),
        **_bridge(request, told),
        **_line(request, told),
    }
    return render(request, "desk/figure.html", context)


def _cannot(request: HttpRequest, name: str, figure: str) -> HttpResponse:
    programme = programme_or_404(request, name)
    file = Meaning.of(programme).file
    title = file.title_of(figure) if figure in file else figure
    return render(request, "desk/list_unsayable.html", {"programme": programme, "title": title})


def _as_data(told: _Asked, now: Reading, true_for: dt.datetime) -> dict[str, Any]:
    moment = told.figure.moment
    return {
        "figure": told.figure.name,
        "title": told.figure.title,
        "words": said(words_of(told.figure)),
        "on": moment.on.isoformat(),
        "known_at": moment.known_at.isoformat() if moment.known_at else None,
        "low": None if now.low is None else str(now.low),
        "high": None if now.high is None else str(now.high),
        "unit": "fen" if told.figure.is_money else told.figure.unit,
        "rows": now.rows,
        "unknown": now.unknown,
        "true_for": true_for.isoformat(),
    }


# ------------------------------------------------------------------ against an earlier day


def _compared(figure: Figure, now: Reading) -> dict[str, Any] | None:
    """The reading of the baseline and the change against it in words."""
    try:
        then = figure.compared()
    except ValueError:
        return None
    if then is None:
        return None
    return {"reading": then, "change": change_text(figure, now, then)}


# ------------------------------------------------------------------ rows


def _rows(request: HttpRequest, told: _Asked, now: Reading) -> dict[str, Any]:
    figure, kind = told.figure, told.figure.kind
    if figure.worked_out:
        address = reverse("desk:figure_rows", args=[told.programme.name, figure.name, "rows"])
        return {"kind": kind, "closed": told.closed, "total": now.rows, "turns": address}
    roles = [role for role in ROLES.values() if kind.name in role.sees and not role.own]
    told_of = {"kind": kind, "may_open": roles, "closed": told.closed, "total": now.rows}
    told_of["kept_for"] = figure.listing.kept_for(reader(request))
    if told.is_shut(request) or kind.name not in kinds_seen(request):
        return {**told_of, "table": None, "opened": 0, "withheld": now.rows}
    user = reader(request)
    rows = figure.listing.opened(user, figure.rows())
    opened = total_of(rows)
    doubtful = figure.listing.opened(user, figure.unknown()) if now.unknown else None
    return {
        **told_of,
        "table": _table(figure, rows),
        "opened": opened,
        "withheld": max(0, now.rows - opened),
        "doubtful": _table(figure, doubtful) if doubtful is not None else None,
        "whole_list": _whole_list(told),
        "as_list": _as_list(told),
    }


def _table(figure: Figure, rows: Any) -> Table:
    ordered = rows.order_by(*usual_order(figure.kind))[:PAGE_SIZE]
    return table(figure.listing, ordered, columns_of(figure.kind)).filled()


def _whole_list(told: _Asked) -> str:
    address = reverse("desk:figure_rows", args=[told.programme.name, told.figure.name, "rows"])
    return address + told.dates.parameters


def _as_list(told: _Asked) -> str:
    """Where its rows stand as a list that can be narrowed further."""
    address = reverse("desk:figure_list", args=[told.programme.name, told.figure.name])
    return address + told.dates.parameters


def _groups(figure: Figure) -> list[dict[str, Any]]:
    """The figure by its groups, with what each is called and which part of the whole it is."""
    if figure.each:
        return _each(figure)
    if not figure.by:
        return []
    groups = in_book_order(figure, groups_of(figure))
    most = max((g.reading.low or 0 for g in groups), default=0)
    return [
        {
            "called": " · ".join(said(one) for one in called),
            "reading": group.reading,
            "width": float(group.reading.low or 0) / float(most) * 100 if most else 0,
            "rows": _rows_of_group(figure, group),
        }
        for group, called in zip(groups, groups_called(figure, groups), strict=True)
    ]


def _each(figure: Figure) -> list[dict[str, Any]]:
    """The figure for each record of a list, the largest first."""
    found = by_each(figure, figure.each, figure.via)
    most = max((g.reading.low or 0 for g in found), default=0)
    return [
        {
            "called": group.called or _("(erased)"),
            "reading": group.reading,
            "width": float(group.reading.low or 0) / float(most) * 100 if most else 0,
            "rows": "",
        }
        for group in sorted(found, key=lambda g: g.reading.low or 0, reverse=True)
    ]


def _rows_of_group(figure: Figure, group: Group) -> str:
    """The address words that narrow the figure's rows to a group; only codes can be asked so."""
    if len(figure.by) != 1 or figure.given_by()[0].type != "code":
        return ""
    if figure.of_group((group.key,)) is None:
        return ""
    return urlencode({figure.by[0]: group.key or "-"})


# ------------------------------------------------------------------ the bridge, the line


def _bridge(request: HttpRequest, told: _Asked) -> dict[str, Any]:
    since = day_of(request.GET.get("since"))
    usual = told.dates.moment.on.replace(day=1) - dt.timedelta(days=1)
    shown = since.isoformat() if since else usual.isoformat()
    if since is None:
        return {"since": shown, "bridge": None}
    whole = replace(told.figure, share=None)
    found = bridge_of(whole, told.dates.moment.on_day(since), told.dates.moment)
    return {
        "since": shown,
        "bridge": found,
        "counted": whole,
        "terms": [_term(told, found, whole, place) for place in range(len(found.terms))],
        "sum": _sum(whole, found),
    }


def _term(told: _Asked, found: Bridge | TurnBridge, whole: Figure, place: int) -> dict[str, Any]:
    term = found.terms[place]
    size: Number = term.amount if term.amount >= 0 else -term.amount
    address = reverse("desk:figure_rows", args=[told.programme.name, told.figure.name, term.sort])
    words = {"since": found.earlier.on.isoformat(), "on": found.later.on.isoformat()}
    if told.dates.known:
        words["known"] = told.dates.known
    sign = "+" if term.amount >= 0 else "−"
    return {
        "term": term,
        "amount": f"{sign} {number_said(whole, size)}",
        "address": f"{address}?{urlencode(words)}",
    }


def _sum(whole: Figure, found: Bridge | TurnBridge) -> str:
    """The bridge in one line: 1204 = 1198 + 9 − 3."""
    parts = [number_said(whole, found.end), "=", number_said(whole, found.start)]
    for term in found.terms:
        more = term.amount >= 0
        parts += ["+" if more else "−", number_said(whole, term.amount if more else -term.amount)]
    return " ".join(parts)


def _line(request: HttpRequest, told: _Asked) -> dict[str, Any]:
    file, moment = told.meaning.file, told.dates.moment
    per = getattr(told.entry, "per", None)
    last = max(min(moment.on, file.to), file.from_)
    days = days_of(file.from_, last, per if per in LINED else "month")
    wanted = request.GET.get("trend") == "1"
    drawn = trend(told.figure, days, seconds=AT_LEISURE if wanted else IN_PASSING)
    if drawn is None:
        return {"trend": None, "trend_offered": True}
    return {"trend": drawn if drawn.shown else None, "trend_offered": False}


# ------------------------------------------------------------------ the rows of a part


@require_GET
def rows(request: HttpRequest, name: str, figure: str, part: str) -> HttpResponse:
    """All rows of a figure, of its doubtful rows, or of one term of a bridge."""
    told = _ask(request, name, figure)
    kind = told.figure.kind
    if isinstance(told.figure, TurnFigure) and not told.is_shut(request):
        behind, about = _turns(request, told, told.figure, part)
        return turns_page(
            request, behind, told.dates, title=told.figure.title, about=about,
            back=reverse("desk:figure", args=[name, figure]),
        )  # fmt: skip
    if told.is_shut(request) or kind.name not in kinds_seen(request):
        raise Http404
    found, at, title = _part(request, told, part)
    opened = told.figure.listing.opened(reader(request), found)
    total, whole = total_of(opened), total_of(found)
    page = page_of(request, opened.order_by(*usual_order(kind)), total)
    context = {
        "programme": told.programme,
        "figure": told.figure,
        "name": figure,
        "dates": told.dates,
        "title": title,
        "kind": kind,
        "total": total,
        "withheld": max(0, whole - total),
        "as_list": _group_as_list(request, told) if part == "rows" else "",
        "page": page,
        "table": table(at.listing, page.object_list, columns_of(kind)),
        "asked": request.GET,
    }
    return render(request, "desk/figure_rows.html", context)


def _turns(request: HttpRequest, told: _Asked, figure: TurnFigure, part: str) -> tuple[Behind, str]:
    """The turns of a figure, or of one term of its bridge, and which they are in words."""
    since = day_of(request.GET.get("since"))
    if part == "rows":
        return figure.behind(), ""
    if since is not None and part in _TERMS:
        earlier = told.dates.moment.on_day(since)
        for term in turn_bridge(figure, earlier, told.dates.moment).terms:
            if term.sort == part:
                return term.behind, f"{_TURNS[part]()} · {earlier.on} – {told.dates.moment.on}"
    raise Http404


def _group_as_list(request: HttpRequest, told: _Asked) -> str:
    """The same as a list, narrowed to the group that the address names."""
    by, address = told.figure.by, _as_list(told)
    asked_for = {word: request.GET[word] for word in by[:1] if word in request.GET}
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{urlencode(asked_for)}" if asked_for and len(by) == 1 else address


def _part(request: HttpRequest, told: _Asked, part: str) -> tuple[Any, Figure, str]:
    figure = told.figure
    if part == "rows":
        return _narrowed(request, figure), figure, _("rows counted")
    if part == "unknown":
        return figure.unknown(), figure, _("rows of which it is not known")
    since = day_of(request.GET.get("since"))
    if since is None:
        raise Http404
    earlier = told.dates.moment.on_day(since)
    whole = replace(figure, share=None)
    for term in bridge(whole, earlier, told.dates.moment).terms:
        if term.sort == part:
            at = figure.at(earlier) if part == "gone" else figure
            return term.rows, at, _TERMS[part]()
    raise Http404


def _narrowed(request: HttpRequest, figure: Figure) -> Any:
    """The rows of one group, where the address names one."""
    if len(figure.by) != 1 or figure.by[0] not in request.GET:
        return figure.rows()
    value = request.GET[figure.by[0]]
    if figure.given_by()[0].type != "code":
        return figure.rows()
    listing = figure.of_group(("" if value == "-" else value,))
    return figure.rows() if listing is None else listing.sure()


_TURNS = {
    "came": lambda: _("turns that came"),
    "gone": lambda: _("turns that count no longer"),
    "changed": lambda: _("turns that count for another amount"),
}
_TERMS = {
    "came": lambda: _("rows that came"),
    "gone": lambda: _("rows that went"),
    "changed": lambda: _("rows that count for another amount"),
}
