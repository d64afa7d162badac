"""The page of a paper: its text with each figure, what has changed since, and its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.desk.document_steps import steps_shown
from bangfu.desk.errors import says_who_may
from bangfu.desk.listing import kinds_seen
from bangfu.desk.page import as_file, day_of, page_of, programme_or_404, reader, refusal
from bangfu.desk.printed import drawn, ledger_drawn, row_figure, rows_since
from bangfu.desk.table import table, usual_order
from bangfu.ledger import clock
from bangfu.ledger.access import allows, opens
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Document, FrozenReading
from bangfu.ledger.moment import Moment
from bangfu.lists.bridge import Bridge, bridge
from bangfu.lists.columns import columns_of
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.pages import total_of
from bangfu.lists.papers import corrections_of, document_for, frozen_in
from bangfu.lists.wording import paper_text
from bangfu.paper import drafting, files
from bangfu.paper.prose import Part, ProseError, parts
from bangfu.paper.tables import is_ledger

#: The words around the prose that an office fills in, as the form asks for them.
ASKED = ("issuer", "source", "editor", "reviewer", "signer", "phone")
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
    since = drafting.since(document, whole=whole) if issued else []
    programme = document.programme
    context = {
        "document": document,
        "programme": programme,
        "body": document.body,
        "issued": issued,
        "parts": _parts(document),
        "ledger": _ledger(request, document),
        "frozen": [{"reading": s.reading, "since": s, "terms": _terms(s)} for s in since],
        "otherwise": [told for one in since if (told := rows_since(request, document, one))],
        "formats": files.formats_of(document),
        "corrections": corrections_of(document),
        "edits": not issued and allows(reader(request), "document.edit", document),
        "corrects": issued and allows(reader(request), "document.draft", programme, document),
        "missing": [] if issued else drafting.check(document),
        **steps_shown(reader(request), document),
    }
    return render(request, "desk/document.html", context)


def _terms(one: drafting.Since) -> list[Any]:
    """Why a reading has another answer or other rows by now, each term with its rows."""
    then = drafting.figure_then(one.reading)
    return list(_between(then, one.bridge).terms) if one.bridge else []


def _between(then: Figure, found: Bridge) -> Bridge:
    """The bridge of a figure; where its value stayed, that of the rows it stands on."""
    if found.terms:
        return found
    rows = replace(then, aggregate="count", field="", share=None)
    return bridge(rows, found.earlier, found.later)


# ------------------------------------------------------------------ the text


def _parts(document: Document) -> list[dict[str, Any]]:
    """The prose in pieces; each figure is what was frozen of it, or what it is now."""
    if is_ledger(document):
        return []
    frozen = {r.figure: r for r in frozen_in(document)}
    try:
        told = parts(document.body.get("prose", ""))
    except ProseError:
        return [{"sort": "raw", "text": document.body.get("prose", "")}]
    return [_piece(document, part, frozen) for part in told]


def _ledger(request: HttpRequest, document: Document) -> dict[str, Any] | None:
    """What a ledger prints, as far as it opens for the reader."""
    if not is_ledger(document):
        return None
    return ledger_drawn(request, document, next(iter(frozen_in(document)), None))


def _piece(document: Document, part: Part, frozen: Mapping[str, FrozenReading]) -> dict[str, Any]:
    pieces = [
        {"text": text} if sort == "text" else _mark(document, text, frozen)
        for sort, text in part.pieces()
    ]
    told = {"sort": part.sort, "level": part.level + 1, "text": part.text, "pieces": pieces}
    if part.sort != "table" or "wrong" in pieces[0]:
        return told
    name = part.names()[0]
    return told | {"table": drawn(document, name, frozen.get(name))}


def _mark(document: Document, name: str, frozen: Mapping[str, FrozenReading]) -> dict[str, Any]:
    if reading := frozen.get(name):
        return {"figure": name, "text": reading.value, "place": reading.place_in_text}
    moment = Moment(document.date)
    try:
        text, _reading = paper_text(figure_of(document.programme, name, moment))
    except (KeyError, Unsayable):
        return {"figure": name, "text": "{{" + name + "}}", "wrong": True}
    address = reverse("desk:figure", args=[document.programme.name, name])
    return {"figure": name, "text": text, "address": f"{address}?on={document.date.isoformat()}"}


@require_GET
def reading(request: HttpRequest, key: UUID, place: int, part: str) -> HttpResponse:
    """The rows of a frozen reading as they were, or those that came, went or changed since."""
    document = _document_or_404(request, key)
    found = next((r for r in frozen_in(document) if r.place_in_text == place), None)
    if found is None:
        raise Http404
    then = _asked_then(request, document, found)
    if then.kind.name not in kinds_seen(request):
        raise Http404
    rows, figure = _rows(found, then, part)
    opened = opens(reader(request), then.kind, rows)
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
    for term in _between(then, bridge(then, then.moment, now.moment)).terms:
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
    if request.method == "POST":
        wrong = _save(request, document)
        if not wrong:
            messages.success(request, _("The draft is kept."))
            return redirect("desk:document", key)
        messages.error(request, wrong)
    context = {
        "document": document,
        "programme": document.programme,
        "prose": request.POST.get("prose", document.body.get("prose", "")),
        "title": request.POST.get("title", document.title),
        "on": request.POST.get("on", document.date.isoformat()),
        "asked": [(word, _WORDS[word](), _said(request, document, word)) for word in ASKED],
        "lines": [(word, _WORDS[word](), _in_lines(document, word)) for word in ASKED_IN_LINES],
        "names": _names(document),
        "ledger": is_ledger(document),
    }
    return render(request, "desk/document_edit.html", context)


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
    "signer": lambda: _("Signed by"),
    "phone": lambda: _("Phone of the office"),
    "report_to": lambda: _("Report to (one a line)"),
    "send_to": lambda: _("Send to (one a line)"),
    "issue_to": lambda: _("Issue to (one a line)"),
}


@require_http_methods(["GET", "POST"])
@says_who_may
def issue(request: HttpRequest, key: UUID) -> HttpResponse:
    """Asks once more, then issues a draft: number, frozen readings, head of the journal."""
    document = _document_or_404(request, key)
    if document.status != "draft" or not allows(reader(request), "document.issue", document):
        raise Http404
    if request.method == "POST":
        try:
            drafting.issue(by=By(reader(request), "desk"), document=document)
        except Refused as refused:
            messages.error(request, refusal(refused))
        else:
            messages.success(request, _("The paper is issued; its figures are frozen."))
        return redirect("desk:document", key)
    context = {
        "document": document,
        "programme": document.programme,
        "missing": drafting.check(document),
        "parts": _parts(document),
    }
    return render(request, "desk/document_issue.html", context)


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
