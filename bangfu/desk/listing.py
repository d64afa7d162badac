"""List pages: of a kind, or of an entry of a programme, filtered, sorted, on a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.desk import filters
from bangfu.desk.acts import in_entry, new_in
from bangfu.desk.page import (
    Asked,
    asked,
    meaning_at,
    page_of,
    programme_or_404,
    reader,
    said,
)
from bangfu.desk.table import Table, choices_of, choose, in_order, kind_or_none, table
from bangfu.ledger.access import ROLES, opens, roles_of
from bangfu.ledger.actions.person import SEALED, find_by_number
from bangfu.ledger.conditions import NOTHING, Unsayable
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.listing import Listing
from bangfu.lists.pages import holding, named, reachable, search, total_of
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label
from bangfu.programmes.sentences import sentence_of_list

#: Sections whose entries stand for records that can be listed.
LISTABLE = (
    "list", "enrol", "pairing", "class", "activity", "fund", "organisation", "measure",
)  # fmt: skip


def kinds_seen(request: HttpRequest) -> set[str]:
    """The kinds of record that the reader's roles open."""
    return {name for role in roles_of(reader(request)) for name in ROLES[role].sees}


@dataclass(slots=True)
class _Seen:
    """A list as a reader sees it: narrowed, counted, one page of it as a table."""

    listing: Listing
    dates: Asked
    filters: filters.Filters
    total: int
    page: Page[Any]
    table: Table
    more: int


def _see(request: HttpRequest, listing: Listing, dates: Asked) -> _Seen:
    kind, user = listing.kind, reader(request)
    found = filters.read(kind, request.GET, user, choices_of(listing))
    narrow = listing.narrowed(found.where)
    rows = _searched(request, kind, opens(user, kind, narrow.sure()), found)
    total = total_of(rows)
    ordered = in_order(listing, rows, request.GET, total)
    page = page_of(request, ordered, total)
    fields = choose(kind, request.GET)
    drawn = table(listing, page.object_list, fields, asked=request.GET, total=total)
    return _Seen(listing, dates, found, total, page, drawn, _perhaps(request, narrow, found))


def _searched(
    request: HttpRequest, kind: Kind, rows: QuerySet[Any], found: filters.Filters
) -> QuerySet[Any]:
    """The rows whose name the search box names."""
    if found.nothing:
        return rows.filter(NOTHING)
    text = request.GET.get("q", "").replace("\0", "").strip()
    if not text or kind.name not in SUBJECT_KINDS:
        return rows
    label = _("name “%(text)s”") % {"text": text}
    found.chips.insert(0, filters.Chip(label, filters.without(request.GET, "q")))
    if kind.name == "place":
        return rows.filter(fact__in=search(reader(request), kind, text).values("fact"))
    begun = rows.filter(named(kind, text))
    if len(text) < 2 or total_of(begun):
        return begun
    return rows.filter(holding(text))


def _perhaps(request: HttpRequest, narrow: Listing, found: filters.Filters) -> int:
    """How many more may belong to a list, where something is not known of them."""
    bounded = any(isinstance(v, dict) and "known" not in v for v in found.where.values())
    if not bounded and narrow.programme is None:
        return 0
    if request.GET.get("q") or found.nothing:
        return 0
    return total_of(opens(reader(request), narrow.kind, narrow.unknown()))


@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """What lists there are, by kind."""
    return render(request, "desk/lists.html", {"groups": groups_of(kinds_seen(request))})


GROUPS: tuple[tuple[Label, tuple[str, ...]], ...] = (
    (Label("人和地方", "People and places"),
     ("person", "household", "organisation", "site", "place")),
    (Label("定下的事", "What was decided"),
     ("enrolment", "class", "proposal", "pairing", "handover", "measure", "task", "post")),
    (Label("做过的事", "What was done"),
     ("activity", "visit", "phone_call", "talk", "training", "meeting", "clinic_day", "report",
      "need")),
    (Label("钱和数", "Money and numbers"), ("fund", "entry", "statistic")),
    (Label("材料", "Papers"), ("document",)),
)  # fmt: skip


def groups_of(seen: set[str]) -> list[tuple[Label, list[tuple[str, Label]]]]:
    """The kinds that may be seen, in groups: their names and labels."""
    told = [
        (title, [(name, VOCABULARY[name].label) for name in names if name in seen])
        for title, names in GROUPS
    ]
    return [(title, kinds) for title, kinds in told if kinds]


@require_GET
def of_kind(request: HttpRequest, kind: str) -> HttpResponse:
    """All records of a kind that the reader may open."""
    known = kind_or_none(kind)
    if known is None or kind not in kinds_seen(request):
        raise Http404
    dates = asked(request)
    seen = _see(request, Listing((kind,), dates.moment), dates)
    acts = new_in(reader(request), known) if dates.present else []
    more = {
        "title": said(known.label),
        "purpose": known.purpose,
        "whole": seen.total,
        "acts": acts,
    }
    return _answer(request, seen, more)


@require_GET
def of_programme(request: HttpRequest, name: str, entry: str) -> HttpResponse:
    """The records that an entry of a programme stands for, as far as the reader may open them."""
    programme = programme_or_404(request, name)
    dates = asked(request)
    meaning = meaning_at(programme, dates)
    if entry not in meaning.file or meaning.sort_of(entry) not in LISTABLE:
        raise Http404
    listing = Listing((entry,), dates.moment, programme=programme)
    more: dict[str, Any] = {
        "programme": programme,
        "entry": entry,
        "title": meaning.file.title_of(entry),
        "sentence": sentence_of_list(meaning.file, entry),
        "closed": getattr(meaning.file.entry(entry), "readers", None) == (),
        "acts": in_entry(reader(request), programme, meaning.sort_of(entry), entry),
    }
    if listing.kind.name not in kinds_seen(request) or more["closed"]:
        return render(request, "desk/list_closed.html", more | {"kind": listing.kind})
    try:
        seen = _see(request, listing, dates)
        more["whole"] = total_of(listing.sure())
    except Unsayable:
        return render(request, "desk/list_unsayable.html", more)
    return _answer(request, seen, more)


def _answer(request: HttpRequest, seen: _Seen, more: dict[str, Any]) -> HttpResponse:
    if request.GET.get("format") == "json":
        said_so = {"ensure_ascii": False}
        return JsonResponse(_as_data(seen, more["title"]), json_dumps_params=said_so)
    kind = seen.listing.kind
    shown = {column.key for column in seen.table.columns}
    context = {
        "kind": kind,
        "dates": seen.dates,
        "filters": seen.filters,
        "total": seen.total,
        "page": seen.page,
        "table": seen.table,
        "perhaps": seen.more,
        "columns": [(f.key, f.label, f.key in shown) for f in kind.fields.values()],
        "searchable": kind.name in SUBJECT_KINDS,
        "name_label": kind["name"].label if "name" in kind else None,
        "numbers": [(key, kind[key].label) for key in ("identity", "phone") if key in kind],
        "handed": filters.kept(request.GET, kind),
        "asked": request.GET,
        **more,
    }
    return render(request, "desk/list.html", context)


def _as_data(seen: _Seen, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "on": seen.dates.moment.on.isoformat(),
        "known_at": seen.dates.known or None,
        "total": seen.total,
        "page": seen.page.number,
        "columns": [{"key": c.key, "label": c.label} for c in seen.table.columns],
        "rows": [
            {"key": str(row.fact), **{c.key: cell.text for c, cell in cells}}
            for row, cells in seen.table.lines
        ],
    }


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
    """The search box above every page: goes to the list of the kind that has the name."""
    text, seen = request.GET.get("q", "").replace("\0", "").strip(), kinds_seen(request)
    for name in ("household", "person", "organisation", "place", "site"):
        kind = kind_or_none(name)
        if kind and name in seen and text and search(reader(request), kind, text).exists():
            address = "desk:places" if name == "place" else "desk:list"
            target = redirect(address) if name == "place" else redirect(address, name)
            target["Location"] += "?" + urlencode({"q": text})
            return target
    if text:
        message = _("Nothing that you may open is called “%(text)s”.")
        messages.warning(request, message % {"text": text})
    return redirect("desk:lists")
