"""List pages: of a kind, or of an entry of a programme, filtered, sorted, on a day."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bangfu.desk import filters
from bangfu.desk.acts import new_in
from bangfu.desk.acts_of_entries import in_entries
from bangfu.desk.beginnings import ON_THE_PAGE, beginning_of
from bangfu.desk.kinds import groups_of, kinds_seen, several
from bangfu.desk.page import (
    PAGE_SIZE,
    Asked,
    asked,
    meaning_at,
    page_of,
    programme_or_404,
    reader,
    said,
)
from bangfu.desk.table import Table, choices_of, choose, in_order, kind_or_none, table
from bangfu.desk.words import as_filters, meaningless, question_of, understood
from bangfu.desk.work import line_of
from bangfu.ledger import clock
from bangfu.ledger.access import kind_for, kinds_of, may, writes
from bangfu.ledger.actions.saved_list import is_key
from bangfu.ledger.conditions import NOTHING, Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme, User
from bangfu.lists.downloads import downloads_of
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.listing import Listing
from bangfu.lists.pages import holding, named, search, total_of
from bangfu.lists.saved_lists import lists_like, open_list
from bangfu.lists.work import work_for
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label
from bangfu.programmes.programme import Programme as ProgrammeFile
from bangfu.programmes.sentences import sentence_of_list, sentence_of_rows

#: Sections whose entries stand for records that can be listed.
LISTABLE = (
    "list", "enrol", "pairing", "class", "activity", "fund", "organisation", "measure",
)  # fmt: skip

#: Sections whose entries count records otherwise than by standing for them.
COUNTED = ("figure", "measure")
#: So many rows are put on one page to be printed.
PRINTED = 1_000


@dataclass(frozen=True, slots=True)
class Source:
    """What a list page lists before anybody narrows it: a kind, or an entry of a programme."""

    asker: User
    listing: Listing
    title: str
    address: str
    programme: Programme | None = None
    entry: str = ""
    sentence: Label | None = None
    closed: bool = False
    of_figure: bool = False
    kind: Kind = field(init=False)

    def __post_init__(self) -> None:
        """The kind of record that is listed, with the fields that are open to who asks."""
        object.__setattr__(self, "kind", kind_for(self.asker, self.listing.kind))

    def is_shut(self) -> bool:
        """Whether none of its rows open to who asks, whatever lies where."""
        seen = self.kind.name in kinds_of(self.asker)
        return not seen or self.closed or self.listing.is_kept_from(self.asker)

    def at(self, what: str) -> str:
        """The address of what can be done with the list: save it, download it."""
        if self.programme is None:
            return reverse(f"desk:list_{what}", args=[self.kind.name])
        return reverse(f"desk:programme_list_{what}", args=[self.programme.name, self.entry])


@dataclass(slots=True)
class Seen:
    """A list as a reader sees it: narrowed and counted, its rows in their order."""

    source: Source
    dates: Asked
    filters: filters.Filters
    total: int
    rows: QuerySet[Any]
    narrow: Listing


def source_of_kind(request: HttpRequest, name: str, dates: Asked) -> Source:
    """All records of a kind, if any of the reader's roles opens it."""
    kind = kind_or_none(name)
    if kind is None or name not in kinds_seen(request):
        raise Http404
    address = reverse("desk:list", args=[name])
    return Source(reader(request), Listing((name,), dates.moment), said(several(kind)), address)


def source_of_entry(request: HttpRequest, name: str, entry: str, dates: Asked) -> Source:
    """The records that an entry of a programme stands for, or those that a figure counts."""
    programme = programme_or_404(request, name)
    meaning = meaning_at(programme, dates)
    if entry not in meaning.file:
        raise Http404
    sort = meaning.sort_of(entry)
    if sort == "figure" or (sort in COUNTED and request.GET.get("base") == "figure"):
        figure = figure_of(programme, entry, dates.moment, meaning=meaning)
        return _source_of_figure(request, figure, meaning.file)
    if sort not in LISTABLE:
        raise Http404
    return Source(
        reader(request),
        Listing((entry,), dates.moment, programme=programme),
        meaning.file.title_of(entry),
        reverse("desk:programme_list", args=[name, entry]),
        programme,
        entry,
        sentence_of_list(meaning.file, entry),
        getattr(meaning.file.entry(entry), "readers", None) == (),
    )


def _source_of_figure(request: HttpRequest, figure: Figure, file: ProgrammeFile) -> Source:
    """What a figure counts, without those lines of its condition that the filters say."""
    programme, entry = figure.listing.programme, file.entry(figure.name)
    assert programme is not None
    _said, rest = as_filters(
        kind_for(reader(request), figure.kind), figure.listing.where, reader(request)
    )
    return Source(
        reader(request),
        replace(figure.listing, where=rest),
        figure.title,
        reverse("desk:figure_list", args=[programme.name, figure.name]),
        programme,
        figure.name,
        sentence_of_rows(file, figure.listing.of, rest),
        getattr(entry, "readers", None) == () or figure.listing.totals_only,
        of_figure=True,
    )


def see(request: HttpRequest, source: Source, dates: Asked) -> Seen:
    """The list as the address narrows and sorts it, as far as the reader may open its rows."""
    found, narrow, rows = _open_rows(request, source)
    total = total_of(rows)
    ordered = in_order(source.kind, source.listing.moment, rows, request.GET, total)
    return Seen(source, dates, found, total, ordered, narrow)


def how_many(request: HttpRequest, source: Source, most: int) -> int:
    """How many rows a list has as the address narrows it; more than so many are not counted."""
    _found, _narrow, rows = _open_rows(request, source)
    return rows.order_by()[: most + 1].count()


def _open_rows(
    request: HttpRequest, source: Source
) -> tuple[filters.Filters, Listing, QuerySet[Any]]:
    """What the address asks of a list, and its rows as far as the reader may open them."""
    listing, user = source.listing, reader(request)
    found = filters.read(source.kind, request.GET, user, choices_of(listing))
    found.wrong += meaningless(source.kind, request.GET)
    narrow = listing.narrowed(found.where)
    rows = filters.of_going(request.GET, found, narrow.opened(user, narrow.sure()), listing.moment)
    return found, narrow, _searched(request, source.kind, rows, found)


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


def _perhaps(request: HttpRequest, seen: Seen) -> int:
    """How many more may belong to a list, where something is not known of them."""
    narrow, found = seen.narrow, seen.filters
    bounded = any(isinstance(v, dict) and "known" not in v for v in found.where.values())
    if not bounded and narrow.programme is None:
        return 0
    if request.GET.get("q") or request.GET.get("going") or found.nothing:
        return 0
    if narrow.exact:
        return 0
    return total_of(narrow.opened(reader(request), narrow.possible())) - seen.total


@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """What lists there are, by kind."""
    seen, takes = kinds_seen(request), may(reader(request), "intake.stage")
    files = [
        (one, line_of(work) if (work := work_for(one)) else None)
        for one in downloads_of(reader(request))
    ]
    context = {"groups": groups_of(seen), "kinds_open": seen, "takes": takes, "files": files}
    return render(request, "desk/lists.html", context)


@require_GET
def of_kind(request: HttpRequest, kind: str) -> HttpResponse:
    """All records of a kind that the reader may open."""
    dates = asked(request)
    source = source_of_kind(request, kind, dates)
    seen = see(request, source, dates)
    acts = new_in(reader(request), source.kind) if dates.present else []
    more: dict[str, Any] = {"purpose": source.kind.purpose, "whole": seen.total, "acts": acts}
    if dates.present and not any(one.first for one in acts) and writes(reader(request), kind):
        more["added"] = beginning_of(source.kind)
    return _answer(request, seen, more)


@require_GET
def of_programme(request: HttpRequest, name: str, entry: str) -> HttpResponse:
    """The records that an entry of a programme stands for, as far as the reader may open them."""
    dates = asked(request)
    source = source_of_entry(request, name, entry, dates)
    if source.of_figure:
        raise Http404
    assert source.programme is not None
    meaning = source.listing.meaning
    assert isinstance(meaning, Meaning)
    acts = in_entries(reader(request), meaning, [entry]).get(entry, [])
    told: dict[str, Any] = {"acts": acts}
    if any(one.first for one in acts):
        told["begins"] = ON_THE_PAGE
    return _of_source(request, source, dates, told)


@require_GET
def of_figure(request: HttpRequest, name: str, figure: str) -> HttpResponse:
    """The rows of a figure as a list: what its condition says in filters can be changed."""
    dates = asked(request)
    try:
        if request.GET.get("base") != "figure":
            return redirect(_with_its_filters(request, name, figure, dates))
        source = source_of_entry(request, name, figure, dates)
    except Unsayable:
        told = {"programme": programme_or_404(request, name), "title": figure}
        return render(request, "desk/list_unsayable.html", told)
    if not source.of_figure:
        raise Http404
    return _of_source(request, source, dates, {})


def _with_its_filters(request: HttpRequest, name: str, figure: str, dates: Asked) -> str:
    """The list of a figure, with its condition in the address as far as filters say it."""
    programme = programme_or_404(request, name)
    meaning = meaning_at(programme, dates)
    if figure not in meaning.file or meaning.sort_of(figure) not in (*COUNTED, *LISTABLE):
        raise Http404
    whole = figure_of(programme, figure, dates.moment, meaning=meaning).listing
    said_so, _rest = as_filters(kind_for(reader(request), whole.kind), whole.where, reader(request))
    counted = meaning.sort_of(figure) in COUNTED
    route = "desk:figure_list" if counted else "desk:programme_list"
    # What the address asks of a field goes before what the figure says of it.
    words = ({"base": ["figure"]} if counted else {}) | said_so | dict(request.GET.lists())
    return f"{reverse(route, args=[name, figure])}?{urlencode(words, doseq=True)}"


def _of_source(
    request: HttpRequest, source: Source, dates: Asked, more: dict[str, Any]
) -> HttpResponse:
    """The page of a programme's list, or why there is none."""
    told = {
        "programme": source.programme,
        "entry": source.entry,
        "title": source.title,
        "sentence": source.sentence,
        "closed": source.closed,
        **more,
    }
    if source.is_shut():
        told["kept_for"] = source.listing.kept_for(source.asker)
        return render(request, "desk/list_closed.html", told)
    try:
        seen = see(request, source, dates)
        told["whole"] = total_of(source.listing.sure())
    except Unsayable:
        return render(request, "desk/list_unsayable.html", told)
    return _answer(request, seen, told)


def _answer(request: HttpRequest, seen: Seen, more: dict[str, Any]) -> HttpResponse:
    source, printed = seen.source, request.GET.get("print") == "1"
    page = page_of(request, seen.rows, seen.total, size=PRINTED if printed else PAGE_SIZE)
    drawn = table(
        source.listing,
        page.object_list,
        choose(source.kind, request.GET),
        asked=request.GET,
        total=seen.total,
    )
    if request.GET.get("format") == "json":
        said_so = {"ensure_ascii": False}
        return JsonResponse(_as_data(seen, page, drawn), json_dumps_params=said_so)
    kind = source.kind
    shown = {column.key for column in drawn.columns}
    context = {
        "kind": kind,
        "title": source.title,
        "source": source,
        "dates": seen.dates,
        "filters": seen.filters,
        "total": seen.total,
        "page": page,
        "table": drawn,
        "perhaps": _perhaps(request, seen),
        "begins": beginning_of(kind),
        "columns": [(f.key, f.label, f.key in shown) for f in kind.fields.values()],
        "searchable": kind.name in SUBJECT_KINDS,
        "name_label": kind["name"].label if "name" in kind else None,
        "numbers": [(key, kind[key].label) for key in ("identity", "phone") if key in kind],
        "handed": filters.kept(request.GET, kind),
        "asked": request.GET,
        "words": request.GET.urlencode(),
        "understood": understood(kind, request.GET),
        "save": f"{source.at('save')}?{request.GET.urlencode()}",
        "download": f"{source.at('download')}?{request.GET.urlencode()}",
        "bare": "?base=figure" if source.of_figure else seen.dates.parameters,
        "saved": _saved(request, source),
        "others": lists_like(reader(request), kind.name, source.programme, source.entry),
        "counted_at": clock.now(),
        "reader": reader(request),
        **more,
    }
    return render(request, "desk/list_printed.html" if printed else "desk/list.html", context)


def _saved(request: HttpRequest, source: Source) -> dict[str, Any] | None:
    """The saved list that the address names, whose it is, and whether it asks otherwise by now."""
    key, user = request.GET.get("saved", ""), reader(request)
    row = open_list(user, UUID(key)) if is_key(key) else None
    if row is None or (row.kind, row.entry) != (source.kind.name, source.entry):
        return None
    asks = question_of(source.kind, request.GET, user)
    return {"row": row, "mine": row.user_id == user.pk, "changed": asks != row.asked}


def _as_data(seen: Seen, page: Page[Any], drawn: Table) -> dict[str, Any]:
    return {
        "title": seen.source.title,
        "on": seen.dates.moment.on.isoformat(),
        "known_at": seen.dates.known or None,
        "total": seen.total,
        "page": page.number,
        "columns": [{"key": c.key, "label": c.label} for c in drawn.columns],
        "rows": [
            {"key": str(row.fact), **{c.key: cell.text for c, cell in cells}}
            for row, cells in drawn.lines
        ],
    }
