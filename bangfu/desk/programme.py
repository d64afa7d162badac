"""The pages of a programme: how it stands, what its file says, how the file changed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from bangfu.desk.acts import Offered, acts_on, in_programme
from bangfu.desk.acts_of_entries import in_entries
from bangfu.desk.kinds import kinds_seen
from bangfu.desk.listing import LISTABLE
from bangfu.desk.page import asked, meaning_at, programme_or_404, reader, whole_number, words_of
from bangfu.ledger import clock
from bangfu.ledger.access import allows, reached_among, visible
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning, standing, version_at
from bangfu.ledger.models import Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.fund import USES
from bangfu.lists.alerts import alarms
from bangfu.lists.coverage import judged_in
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.measures import measures_open, progress
from bangfu.lists.numbers import Reading
from bangfu.lists.papers import documents_of, versions_of_programme, with_stages
from bangfu.lists.places import lineage_of
from bangfu.lists.proceedings import workflows_in
from bangfu.lists.purse import purse
from bangfu.lists.readings import readings_within
from bangfu.lists.tasks import tasks_of_programme
from bangfu.programmes.difference import difference
from bangfu.programmes.functions import FUNCTIONS, functions_in
from bangfu.programmes.kinds import Label
from bangfu.programmes.readback import clauses_without_entry, readback
from bangfu.programmes.schema import Paper
from bangfu.programmes.words import SECTION_LABELS

#: What stands in one table of the page, by the sections of the file.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "figures": ("figure",),
    "lists": ("list", "enrol", "class"),
    "pairings": ("pairing",),
    "activities": ("activity",),
}
#: So many seconds a page takes to count anew; the rest is shown as it was last counted.
PATIENCE = 1.0
FRESH = dt.timedelta(minutes=2)
#: How the number of an official paper ends (青卫组〔2026〕1号).
_NUMBERED = re.compile(r"\d号$")


@dataclass(frozen=True, slots=True)
class Line:
    """A list or figure of the programme with its present reading; no figure if it has none.

    No reading: it is long and was not counted yet. ``old``: the reading is no longer fresh.
    ``address`` is the list's where it is one, ``counted`` the figure's.
    """

    name: str
    title: str
    words: Label | None = None
    figure: Figure | None = None
    reading: Reading | None = None
    address: str = ""
    counted: str = ""
    old: dt.datetime | None = None
    acts: Sequence[Offered] = ()


@require_GET
def show(request: HttpRequest, name: str) -> HttpResponse:
    """How a programme stands on a day."""
    programme = programme_or_404(request, name)
    dates = asked(request)
    meaning = meaning_at(programme, dates)
    file, user, seen = meaning.file, reader(request), kinds_seen(request)
    lines = _lines(programme, meaning, dates.moment, *GROUPS.values())
    if dates.present:
        lines = _with_acts(user, meaning, lines)
    where = [*lineage_of(programme.area, dates.moment), programme.area]
    context = {
        "programme": programme,
        "file": file.file,
        "dates": dates,
        "version": version_at(programme, dates.moment),
        "where": where,
        "opened": reached_among(user, {one.fact for one in (*where, programme.owner) if one}),
        "unclear": list(unclear_of(meaning)),
        "papers": papers_of(meaning),
        "organisations": list(file.entries("organisation")),
        "phases": [_phase(n, e, dates.moment) for n, e in file.entries("phase")],
        **dict(zip(GROUPS, lines, strict=True)),
        "duties": any(file.entries("duty")),
        "covers": bool(judged_in(meaning)),
        "targets": any(file.entries("target")),
        "checklists": any(file.entries("checklist")) and "tick" in seen,
        "reviews": any(file.entries("review")) and "round" in seen,
        "workflows": bool(workflows_in(programme, dates.moment)) and "proceeding" in seen,
        "measures": (measures := progress(programme, dates.moment)),
        "measures_open": measures_open(user, measures),
        "alarms": list(alarms(user, programme, dates.moment)),
        "purse": purse(programme, dates.moment) if "entry" in seen else None,
        "funds": _funds(user, programme) if dates.present and "fund" in seen else [],
        "uses": USES,
        "documents": with_stages(documents_of(user, programme)) if "document" in seen else [],
        "sorts": list(file.entries("document")),
        "drafts": allows(user, "document.draft", programme),
        "acts": in_programme(user, programme) if dates.present else [],
        "tasks": tasks_of_programme(user, programme, dates.moment) if "task" in seen else [],
        "on": dates.moment.on,
        "seen": seen,
        "functions": [FUNCTIONS[one] for one in functions_in(file)],
    }
    return render(request, "desk/programme.html", context)


def _funds(user: User, programme: Programme) -> list[tuple[Any, list[Offered]]]:
    """The programme's funds that are open to the reader, and what can be written into each."""
    kind = VOCABULARY["fund"]
    rows = visible(user, kind).filter(programme=programme).order_by("began", "pk")
    return [(row, acts_on(user, kind, row.fact, row)) for row in rows]


def papers_of(meaning: Meaning) -> list[dict[str, Any]]:
    """The papers of a programme: what each is called, its number if it is known, its day.

    An entry with a title is called by its number where it has one, else by a word of the file's
    own, which says nothing to a reader.
    """
    return [
        {
            "title": paper.title or name,
            "number": name if paper.title and _NUMBERED.search(name) else "",
            "on": paper.on,
        }
        for name, paper in meaning.file.entries("paper")
        if isinstance(paper, Paper)
    ]


def unclear_of(meaning: Meaning) -> Iterator[tuple[str, str]]:
    """What the paper leaves open: of which entry, and the words."""
    for text in meaning.file.file.unclear or ():
        yield "", text
    for name, entry in meaning.file.entries():
        for text in entry.unclear or ():
            yield entry.title or name, text


def _phase(name: str, entry: Any, moment: Moment) -> dict[str, Any]:
    state = "now" if entry.from_ <= moment.on <= entry.to else ""
    return {"title": entry.title or name, "from": entry.from_, "to": entry.to, "state": state}


def _lines(
    programme: Programme, meaning: Meaning, moment: Moment, *groups: tuple[str, ...]
) -> list[list[Line]]:
    """The entries of some groups of sections with their readings, as far as they can be had."""
    names = [[name for name, _entry in meaning.file.entries(*group)] for group in groups]
    figures = {n: _figure(programme, n, moment, meaning) for group in names for n in group}
    countable = [figure for figure in figures.values() if figure is not None]
    read = zip(countable, readings_within(countable, PATIENCE), strict=True)
    told = {figure.name: one for figure, one in read}
    return [
        [_line(programme, meaning, name, figures[name], told.get(name)) for name in group]
        for group in names
    ]


def _with_acts(user: User, meaning: Meaning, groups: list[list[Line]]) -> list[list[Line]]:
    """The same lines with what the reader may do for each: take in, pair, record."""
    offered = in_entries(user, meaning, [line.name for lines in groups for line in lines])
    return [[replace(one, acts=offered.get(one.name, ())) for one in lines] for lines in groups]


def _figure(programme: Programme, name: str, moment: Moment, meaning: Meaning) -> Figure | None:
    """The figure of a name, if it is one."""
    try:
        return figure_of(programme, name, moment, meaning=meaning)
    except Unsayable:
        return None


def _line(
    programme: Programme,
    meaning: Meaning,
    name: str,
    figure: Figure | None,
    told: tuple[Reading | None, dt.datetime] | None,
) -> Line:
    title = meaning.file.title_of(name)
    if figure is None or told is None:
        return Line(name, title)
    now, true_for = told
    old = true_for if clock.now() - true_for > FRESH else None
    counted = address = reverse("desk:figure", args=[programme.name, name])
    if meaning.sort_of(name) in LISTABLE:
        address = reverse("desk:programme_list", args=[programme.name, name])
    return Line(name, title, words_of(figure), figure, now, address, counted, old)


# ------------------------------------------------------------------ the file


@require_GET
def read_back(request: HttpRequest, name: str) -> HttpResponse:
    """The whole file in plain sentences, for the official who signs it."""
    programme = programme_or_404(request, name)
    dates = asked(request)
    meaning = meaning_at(programme, dates)
    passages = readback(meaning.file)
    context = {
        "programme": programme,
        "dates": dates,
        "version": version_at(programme, dates.moment),
        "head": passages[0],
        "sections": _by_section(passages[1:]),
        "missing": clauses_without_entry(meaning.file),
        "clauses": meaning.file.file.clause,
        "digest": meaning.file.digest,
    }
    return render(request, "desk/readback.html", context)


def _by_section(passages: Any) -> list[tuple[str, Label, list[Any]]]:
    found: dict[str, list[Any]] = {}
    for passage in passages:
        found.setdefault(passage.section, []).append(passage)
    plain = Label("条款", "Clauses")
    return [(key, SECTION_LABELS.get(key, plain), told) for key, told in found.items()]


@require_GET
def versions(request: HttpRequest, name: str) -> HttpResponse:
    """Every version of the file, and what changed from one to the next."""
    programme = programme_or_404(request, name)
    rows = versions_of_programme(programme)
    wanted = whole_number(request.GET.get("number"), default=rows[0].number if rows else 0)
    new = next((row for row in rows if row.number == wanted), None)
    old = next((row for row in rows if row.number == wanted - 1), None)
    changes = None
    if new and old:
        changes = difference(standing(old.text, programme.name), standing(new.text, programme.name))
    context = {
        "programme": programme,
        "rows": rows,
        "new": new,
        "old": old,
        "changes": changes,
    }
    return render(request, "desk/versions.html", context)


@require_GET
def text(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One version of the file as it was written."""
    programme = programme_or_404(request, name)
    for row in versions_of_programme(programme):
        if row.number == number:
            return HttpResponse(row.text, content_type="text/plain; charset=utf-8")
    raise Http404
