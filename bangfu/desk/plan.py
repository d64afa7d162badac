"""The targets and measures of a programme as one list: narrowed, put in order, handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bangfu.desk.errors import says_who_may
from bangfu.desk.lines_out import Lines, hand_out, number_cell
from bangfu.desk.page import (
    Asked,
    asked,
    day_of,
    meaning_at,
    page_of,
    programme_or_404,
    reader,
    said,
)
from bangfu.ledger.models import Programme
from bangfu.lists.duty_words import asked_text, number_text
from bangfu.lists.plan_lines import Plan, PlanLine, Wanted, called_in, plan
from bangfu.paper.pages import LedgerColumn, Value
from bangfu.programmes.amount import percent
from bangfu.programmes.names import VERDICTS
from bangfu.programmes.units import with_unit


@dataclass(frozen=True, slots=True)
class Shown:
    """One line in words: for whom, what was reached and asked, what lacks, how it stands."""

    told: PlanLine
    called: str
    done: str
    wanted: str
    margin: str
    part: str
    verdict: str
    mark: str


@require_GET
def show(request: HttpRequest, name: str) -> HttpResponse:
    """The list, a page at a time."""
    programme, dates, whole, wanted = _asked(request, name)
    lines = wanted.of(whole.lines, dates.moment)
    page = page_of(request, lines, len(lines))
    context = {
        "programme": programme,
        "dates": dates,
        "whole": whole,
        "wanted": wanted,
        "page": page,
        "total": len(lines),
        "lines": _shown(list(page.object_list), dates),
        "verdicts": [(key, VERDICTS[key]) for key in ("met", "short", "over", "open", "unknown")],
        "days": sorted({one.due for one in whole.lines if one.due}),
        "columns": _sorted(wanted.order),
        "asked": request.GET,
    }
    return render(request, "desk/plan.html", context)


@require_http_methods(["GET", "POST"])
@says_who_may
def handed_out(request: HttpRequest, name: str) -> HttpResponseBase:
    """The list as a workbook."""
    programme, dates, whole, wanted = _asked(request, name)
    lines = wanted.of(whole.lines, dates.moment)
    if not lines:
        raise Http404
    told = {"of": wanted.entry, "verdict": wanted.verdict}
    told["due"] = wanted.due.isoformat() if wanted.due else ""
    back = reverse("desk:plan", args=[name]) + f"?{request.GET.urlencode()}"
    return hand_out(
        request,
        Lines(
            programme, "plan", _("Targets and measures"), "measure", dates, _columns(),
            [_cells(one) for one in _shown(lines, dates)],
            {word: text for word, text in told.items() if text}, _narrowed(whole, wanted),
        ),
        back,
    )  # fmt: skip


def _asked(request: HttpRequest, name: str) -> tuple[Programme, Asked, Plan, Wanted]:
    programme, dates = programme_or_404(request, name), asked(request)
    meaning_at(programme, dates)
    told = request.GET
    wanted = Wanted(
        entry=told.get("of", ""), verdict=told.get("verdict", ""), due=day_of(told.get("due")),
        words=told.get("q", "").strip(), order=told.get("sort", ""),
    )  # fmt: skip
    return (
        programme,
        dates,
        plan(reader(request), programme, dates.moment, only=wanted.entry),
        wanted,
    )


def _narrowed(whole: Plan, wanted: Wanted) -> list[str]:
    """By what the list is narrowed, in words."""
    found = [whole.titles[wanted.entry]] if wanted.entry in whole.titles else []
    found += [said(VERDICTS[wanted.verdict])] if wanted.verdict in VERDICTS else []
    found += [_("due %(day)s") % {"day": wanted.due}] if wanted.due else []
    return found + (
        [_("name contains “%(words)s”") % {"words": wanted.words}] if wanted.words else []
    )


def _sorted(order: str) -> list[tuple[str, str, str, str]]:
    """The columns that put the list in order: label, what a click asks, how it is now, its sort."""
    key, falling = order.removeprefix("-"), order.startswith("-")
    labels = (("due", _("By"), ""), ("of", _("Of whom, or who answers"), ""),
              ("reached", _("Reached"), "n"), ("margin", _("Margin"), "n"),
              ("part", _("Part of the plan"), "n"))  # fmt: skip
    return [
        (
            label,
            f"-{one}" if one == key and not falling else one,
            ("descending" if falling else "ascending") if one == key else "",
            sort,
        )
        for one, label, sort in labels
    ]


def _shown(lines: Sequence[PlanLine], dates: Asked) -> list[Shown]:
    called: Mapping[UUID | None, str] = called_in(lines, dates.moment)
    return [_line(one, called.get(one.of, "")) for one in lines]


def _line(one: PlanLine, called: str) -> Shown:
    unit = one.unit if one.low is not None else ""
    margin = "" if one.margin is None else number_text(one.margin, one.sort)
    return Shown(
        one,
        called,
        said(with_unit(number_text(one.low, one.sort, one.high), unit)),
        said(asked_text(one.bounds, one.sort, one.unit)),
        f"+{margin}" if one.margin is not None and one.margin > 0 else margin.replace("-", "−"),
        "" if one.part is None else percent(one.part),
        said(VERDICTS[one.verdict]),
        "good" if one.verdict == "met" else "bad" if one.verdict in ("short", "over") else "",
    )


def _columns() -> tuple[LedgerColumn, ...]:
    return (
        LedgerColumn(_("Target or measure"), width=32), LedgerColumn(_("By"), "date"),
        LedgerColumn(_("Of whom, or who answers"), width=24),
        LedgerColumn(_("Reached"), "number", 14), LedgerColumn(_("To be reached"), width=18),
        LedgerColumn(_("Margin"), "number", 12), LedgerColumn(_("Part of the plan"), width=12),
        LedgerColumn(_("Unit of measure"), width=12), LedgerColumn(_("State"), width=12),
    )  # fmt: skip


def _cells(one: Shown) -> list[Any]:
    told = one.told
    cells: list[Value] = [
        told.title, told.due, one.called, number_cell(told.low, told.sort, told.high), one.wanted,
        number_cell(told.margin, told.sort), one.part, said(with_unit("", told.unit)).strip(),
        one.verdict,
    ]  # fmt: skip
    return cells
