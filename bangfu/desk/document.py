"""The page of a paper: its text with each figure, what has changed since, and its files."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.desk.document_steps import steps_shown
from bangfu.desk.entry import only_looking
from bangfu.desk.errors import says_who_may
from bangfu.desk.page import as_file, day_of, page_of, programme_or_404, reader, refusal
from bangfu.desk.printed import ledger_drawn, row_figure, rows_since
from bangfu.desk.prose import between, frozen_shown, prose_shown
from bangfu.desk.table import table, usual_order
from bangfu.ledger import clock
from bangfu.ledger.access import ROLES, allows
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Document, FrozenReading
from bangfu.ledger.moment import Moment
from bangfu.ledger.readers import readers_of
from bangfu.lists.bridge import bridge
from bangfu.lists.columns import columns_of
from bangfu.lists.figure import Figure
from bangfu.lists.pages import total_of
from bangfu.lists.papers import corrections_of, document_for
from bangfu.paper import drafting, files
from bangfu.paper.prose import ProseError
from bangfu.paper.tables import is_ledger

#: The words around the prose that an office fills in, as the form asks for them.
ASKED = ("issuer", "source", "editor", "reviewer", "phone")
ASKED_IN_LINES = ("report_to", "send_to", "issue_to")


def _document_or_404(request: HttpRequest, key: UUID) -> Document:
    found = document_for(reader(request), key)
    if found is None:
        raise Http404
    return found


@require_GET
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """A paper as it stands: issued with its frozen readings, or a draft with today's."""
    document = _document_or_404(request, key)
    issued = document.status == "issued"
    whole = request.GET.get("compare") == "1"
    since = drafting.since(document, whole=whole)
    programme = document.programme
    missing = [] if issued else [refusal(wrong) for wrong in drafting.check(document)]
    moved = any(one.differs for one in since)
    context = {
        "document": document,
        "programme": programme,
        "body": document.body,
        "issued": issued,
        "parts": prose_shown(document),
        "ledger": _ledger(request, document),
        "frozen": frozen_shown(since),
        "otherwise": [told for one in since if (told := rows_since(request, document, one))],
        "formats": files.formats_of(document),
        "corrections": corrections_of(document),
        "readers": readers_of(document),
        "edits": not issued and allows(reader(request), "document.edit", document),
        "corrects": issued and allows(reader(request), "document.draft", programme, document),
        "missing": missing,
        **steps_shown(reader(request), document, moved=moved, ready=not missing),
    }
    return render(request, "desk/document.html", context)


def _ledger(request: HttpRequest, document: Document) -> dict[str, Any] | None:
    """What a ledger prints, as far as it opens for the reader."""
    if not is_ledger(document):
        return None
    return ledger_drawn(request, document, next(iter(drafting.readings_of(document)), None))


@require_GET
def reading(request: HttpRequest, key: UUID, place: int, part: str) -> HttpResponse:
    """The rows of a frozen reading as they were, or those that came, went or changed since."""
    document = _document_or_404(request, key)
    found = next((r for r in drafting.readings_of(document) if r.place_in_text == place), None)
    if found is None:
        raise Http404
    then = _asked_then(request, document, found)
    rows, figure = _rows(found, then, part)
    opened = then.listing.opened(reader(request), rows)
    total, whole = total_of(opened), total_of(rows)
    page = page_of(request, opened.order_by(*usual_order(then.kind)), total)
    context = {
        "document": document,
        "reading": found,
        "row": then.title if "row" in request.GET else "",
        "part": part,
        "stands": drafting.still_stands(found),
        "total": total,
        "withheld": max(0, whole - total),
        "may_open": [r for r in ROLES.values() if then.kind.name in r.sees and not r.own],
        "kept_for": then.listing.kept_for(reader(request)),
        "page": page,
        "kind": then.kind,
        "table": table(figure.listing, page.object_list, columns_of(then.kind)),
        "asked": request.GET,
    }
    return render(request, "desk/reading.html", context)


def _asked_then(request: HttpRequest, document: Document, found: FrozenReading) -> Figure:
    """What the reading counted, or one row of its table that the address names."""
    if "row" not in request.GET:
        return drafting.figure_then(found)
    try:
        figure = row_figure(document, found, request.GET["row"])
    except ValueError as none:
        raise Http404 from none
    if figure is None:
        raise Http404
    return figure


def _rows(found: FrozenReading, then: Figure, part: str) -> tuple[Any, Figure]:
    if part == "rows":
        return then.rows(), then
    now = then.at(Moment(found.on))
    for term in between(then, bridge(then, then.moment, now.moment)).terms:
        if term.sort == part:
            return term.rows, then if part == "gone" else now
    raise Http404


# ------------------------------------------------------------------ drafting and issuing


@require_POST
@says_who_may
def begin(request: HttpRequest, name: str) -> HttpResponse:
    """Begins a paper of the programme that speaks of a day."""
    programme = programme_or_404(request, name)
    on = day_of(request.POST.get("on")) or clock.today()
    by = By(reader(request), "desk")
    try:
        made = drafting.draft(by=by, programme=programme, name=request.POST.get("name", ""), on=on)
    except Refused as refused:
        messages.error(request, refusal(refused))
        return redirect("desk:programme", name)
    return redirect("desk:document_edit", made.fact_key)


@require_http_methods(["GET", "POST"])
@says_who_may
def edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """The form in which a draft's prose and its furniture are edited."""
    document = _document_or_404(request, key)
    if document.status != "draft" or not allows(reader(request), "document.edit", document):
        raise Http404
    if reader(request).seen_by is not None:
        return only_looking(request)
    looking = request.method == "POST" and "look" in request.POST
    if request.method == "POST" and not looking:
        wrong = _save(request, document)
        if not wrong:
            messages.success(request, _("The draft is kept."))
            return redirect("desk:document", key)
        messages.error(request, wrong)
    typed = request.POST.get("prose", str(document.body.get("prose", "")))
    context = {
        "document": document,
        "programme": document.programme,
        "parts": prose_shown(_spoken_of(document, request.POST.get("on")), typed),
        "prose": typed,
        "title": request.POST.get("title", document.title),
        "on": request.POST.get("on", document.date.isoformat()),
        "asked": [(word, _WORDS[word](), _said(request, document, word)) for word in ASKED],
        "lines": [(word, _WORDS[word](), _in_lines(document, word)) for word in ASKED_IN_LINES],
        "names": _names(document),
        "ledger": is_ledger(document),
    }
    return render(request, "desk/document_edit.html", context)


def _spoken_of(document: Document, day: str | None) -> Document:
    """A draft as if it spoke of the day that is typed, for looking at; it is not kept."""
    looked_at = copy.copy(document)
    looked_at.date = day_of(day) or document.date
    return looked_at


def _said(request: HttpRequest, document: Document, word: str) -> str:
    return request.POST.get(word, str(document.body.get(word, "") or ""))


def _in_lines(document: Document, word: str) -> str:
    return "\n".join(document.body.get(word) or ())


def _save(request: HttpRequest, document: Document) -> str:
    """Keeps what was typed; what is wrong with it, or nothing."""
    posted, on = request.POST, day_of(request.POST.get("on"))
    title = posted.get("title", "").strip()[:120]
    if on is None or not title:
        return _("A paper needs a title and the day that it speaks of.")
    body = {**document.body}
    if body.get("sort") != "ledger":
        body["prose"] = posted.get("prose", "").replace("\r\n", "\n")
    body |= {word: posted.get(word, "").strip() for word in ASKED}
    body |= {word: _several(posted.get(word, "")) for word in ASKED_IN_LINES}
    try:
        by = By(reader(request), "desk")
        documents.edit(by=by, document=document, title=title, on=on, body=body)
    except Refused as refused:
        return refusal(refused)
    return ""


def _several(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _names(document: Document) -> list[tuple[str, str]]:
    """The figures that a prose may name, with their titles."""
    file = Meaning.of(document.programme, Moment(document.date)).file
    sections = ("figure", "list", "enrol", "pairing", "measure")
    return [(name, entry.title or name) for name, entry in file.entries(*sections)]


_WORDS = {
    "issuer": lambda: _("Issued by"),
    "source": lambda: _("Source"),
    "editor": lambda: _("Editor"),
    "reviewer": lambda: _("Checked by"),
    "phone": lambda: _("Phone of the office"),
    "report_to": lambda: _("Report to (one a line)"),
    "send_to": lambda: _("Send to (one a line)"),
    "issue_to": lambda: _("Issue to (one a line)"),
}


@require_POST
@says_who_may
def discard(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts away a draft that is not wanted any more."""
    document = _document_or_404(request, key)
    name = document.programme.name
    try:
        documents.discard(by=By(reader(request), "desk"), document=document)
    except Refused as refused:
        messages.error(request, refusal(refused))
        return redirect("desk:document", key)
    messages.success(request, _("The draft was put away."))
    return redirect("desk:programme", name)


@require_POST
@says_who_may
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Begins a paper that corrects an issued one; the issued one stays as it is."""
    document = _document_or_404(request, key)
    if document.status != "issued":
        raise Http404
    by = By(reader(request), "desk")
    try:
        made = documents.draft(
            by=by,
            programme=document.programme,
            name=document.name,
            on=document.date,
            title=document.title,
            body=document.body,
            corrects=document,
        )
    except Refused as refused:
        messages.error(request, refusal(refused))
        return redirect("desk:document", key)
    return redirect("desk:document_edit", made.fact_key)


@require_GET
def file(request: HttpRequest, key: UUID, form: str) -> HttpResponse:
    """A paper as a file."""
    document = _document_or_404(request, key)
    if form not in files.formats_of(document):
        raise Http404
    address = request.build_absolute_uri(reverse("desk:document", args=[key]))
    try:
        printed = files.render(document, form, address=address)
    except (ProseError, KeyError, Unsayable):
        messages.error(request, _("The text names a figure that the programme does not have."))
        return redirect("desk:document", key)
    response = HttpResponse(printed.content, content_type=printed.media_type)
    return as_file(response, files.file_name(document, form))
