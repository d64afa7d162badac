"""Forms of others at the desk: brought in, understood column by column, given back filled.

Nothing of a form is kept: the blank file travels with the page until it is filled.
"""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bangfu.desk.asks import Day
from bangfu.desk.entry import EntryForm
from bangfu.desk.errors import says_who_may
from bangfu.desk.page import address_of, as_file, reader, refusal, said, words_of
from bangfu.desk.pick import Pick
from bangfu.ledger import clock
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.place import LEVELS
from bangfu.lists.demands import Earlier
from bangfu.lists.figure import Figure
from bangfu.lists.pages import programme_for, programmes_of
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.converting import CannotConvert
from bangfu.paper.forms.document import MEDIA_TYPE as WORD
from bangfu.paper.forms.fill import FilledForm, fill_any
from bangfu.paper.forms.handed_out import hand_out
from bangfu.paper.forms.noted import asked_before, called, note
from bangfu.paper.forms.package import NoWorkbook
from bangfu.paper.forms.references import TooManyRows
from bangfu.paper.forms.sources import Source
from bangfu.paper.forms.told import CellTold, ColumnTold, TableTold
from bangfu.paper.sheet import MEDIA_TYPE
from bangfu.tables.grid import letter
from bangfu.tables.understand import Unreadable
from bangfu.tables.unreadable import Limits

#: What a blank form may be at most; it travels with the page.
MOST = 1_500_000
#: Rows that a table takes here; longer ones are filled at the command line.
MOST_ROWS = 5_000
#: How large a form may be that is read while somebody waits for the page.
LIMITS = Limits(part=50_000_000, unpacked=50_000_000, cells=1_100_000)
SUFFIXES = (".xlsx", ".xls", ".et", ".ods", ".docx")
_ANSWER = "to:"


class BlankForm(EntryForm):
    """A blank form, and of what it is to be filled."""

    file = forms.FileField(
        required=False, label=gettext_lazy("The blank form (xlsx, docx, xls, et, ods)"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )  # fmt: skip
    place = Pick("place", required=False, label=gettext_lazy("Of what lies in"))
    programme = forms.ChoiceField(required=False, label=gettext_lazy("Under the programme"))
    on = Day(required=False, label=gettext_lazy("As things were on"))
    asker = forms.CharField(
        required=False, label=gettext_lazy("Who asks for it"), max_length=100,
        help_text=gettext_lazy("The office. It is counted who asks for how much."),
    )  # fmt: skip
    paper = forms.CharField(
        required=False, label=gettext_lazy("On what paper (number)"), max_length=100
    )
    subject = Pick(
        "person", "household", required=False,
        label=gettext_lazy("About whom, if it is a card for one"),
    )  # fmt: skip
    purpose = forms.CharField(
        required=False, label=gettext_lazy("Purpose"), min_length=2, max_length=200,
        help_text=gettext_lazy(
            "Say it without names. Who, when, for what, which question and how many rows are kept."
        ),
    )  # fmt: skip
    held = forms.CharField(required=False, widget=forms.HiddenInput)
    called = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    folded = ("subject",)

    def clean(self) -> dict[str, Any]:
        """The form's bytes and its name, just brought or travelling with the page."""
        told = super().clean() or {}
        brought = told.get("file")
        if brought is not None:
            told["called"] = Path(brought.name).name[:200]
            told["content"] = brought.read(MOST + 1)
        else:
            told["content"] = _bytes(told.get("held", ""))
        if not told["content"]:
            self.add_error("file", _("Bring the blank form as a file."))
        elif len(told["content"]) > MOST:
            text = _("The file has more than %(most)s bytes; a blank form has fewer.")
            self.add_error("file", text % {"most": f"{MOST:,}"})
        elif Path(told["called"]).suffix.lower() not in SUFFIXES:
            text = _("“%(name)s” is no form that can be filled; save it as xlsx.")
            self.add_error("file", text % {"name": told["called"]})
        return told


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


@require_http_methods(["GET", "POST"])
@says_who_may
def show(request: HttpRequest) -> HttpResponse:
    """Brings a blank form in, says what its columns ask, and gives it back filled."""
    form = BlankForm(request, initial={"on": clock.today()})
    user = reader(request)
    told = ((p.name, p.title) for p in programmes_of(user))
    form.let_choose("programme", [("", _("whichever programme")), *told])
    done = None
    if request.method == "POST" and not form.looking and form.is_valid():
        asks = _asked(request, form.cleaned_data)
        done = _filled(form, asks)
        if done is not None and request.POST.get("step") == "file" and _told(form, asks, done):
            return _file(form.cleaned_data["called"], done)
    before = asked_before(asks, done.tables) if done is not None else []
    return _page(request, form, done, before)


def _told(form: BlankForm, asks: Request, done: FilledForm) -> bool:
    """Whether it was written down that the form is handed out; else the page says why not."""
    by = By(asks.user, "desk", purpose=form.cleaned_data["purpose"].strip())
    try:
        hand_out(by=by, request=asks, done=done)
        told = form.cleaned_data
        note(
            by=by,
            request=asks,
            done=done,
            title=called(told["called"], done),
            asker=told["asker"],
            paper=told["paper"],
        )
    except Refused as refused:
        if refused.code != "purpose_missing":
            form.refuse(refused)
        else:
            form.add_error("purpose", refusal(refused))
        return False
    return True


def _asked(request: HttpRequest, told: Mapping[str, Any]) -> Request:
    subject, user = told.get("subject"), reader(request)
    answers = {
        key.removeprefix(_ANSWER): value
        for key, value in request.POST.items()
        if key.startswith(_ANSWER) and isinstance(value, str) and value
    }
    return Request(
        moment=Moment(told.get("on") or clock.today()),
        user=user,
        place=told.get("place"),
        programme=programme_for(user, told["programme"]) if told.get("programme") else None,
        subject=subject.fact if subject is not None else None,
        door="desk",
        most=MOST_ROWS,
        answers=answers,
        limits=LIMITS,
    )


def _filled(form: BlankForm, asked: Request) -> FilledForm | None:
    """The form filled; what cannot be read is said at the file, and nothing of it stays behind."""
    told = form.cleaned_data
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"form{Path(told['called']).suffix.lower()}"
        path.write_bytes(told["content"])
        try:
            return fill_any(path, asked)
        except (Unreadable, NoWorkbook, CannotConvert) as wrong:
            text = said(wrong.label).replace(path.name, told["called"])
            form.add_error("file", text)
        except TooManyRows:
            form.add_error("file", _("A sheet cannot hold so many rows; name a smaller place."))
    return None


def _file(called: str, done: FilledForm) -> HttpResponse:
    sort = WORD if done.suffix == ".docx" else MEDIA_TYPE
    response = HttpResponse(done.content, content_type=sort)
    return as_file(response, f"{Path(called).stem}-已填{done.suffix}")


# ------------------------------------------------------------------ the page


def _page(
    request: HttpRequest, form: BlankForm, done: FilledForm | None, before: Sequence[Earlier]
) -> HttpResponse:
    wrong = form.is_bound and bool(form.errors)
    content, called = _brought(request, form)
    context = {
        "form": form,
        "title": _("Fill a form of others"),
        "held": base64.b64encode(content).decode(),
        "called": called,
        "done": done,
        "tables": [_table(request, one) for one in done.tables] if done else [],
        "cells": done.filled if done else 0,
        "before": [(one, address_of("demand", one.demand.fact)) for one in before],
    }
    return render(request, "desk/form_fill.html", context, status=422 if wrong else 200)


def _brought(request: HttpRequest, form: BlankForm) -> tuple[bytes, str]:
    """The form's bytes and its name: they travel with the page, also while a place is sought."""
    if form.is_bound:
        return form.cleaned_data.get("content", b""), form.cleaned_data.get("called", "")
    file = request.FILES.get("file")
    if file is not None and (file.size or 0) <= MOST:
        return file.read(), Path(file.name or "").name[:200]
    return _bytes(request.POST.get("held", "")), request.POST.get("called", "")[:200]


def _table(request: HttpRequest, one: TableTold) -> dict[str, Any]:
    return {
        "told": one,
        "kind": said(VOCABULARY[one.kind].label) if one.kind in VOCABULARY else one.kind,
        "sure": _percent(one.confidence),
        "rows": _choice(request, one.rows_spot, one.rows_choices) if one.rows_choices else None,
        "columns": [_column(request, column) for column in one.columns],
        "sample": _sample(one),
        "asked": len(one.to_ask),
    }


def _choice(request: HttpRequest, spot: str, choices: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """One question: its name on the page, what was answered, and what may be."""
    name = f"{_ANSWER}{spot}"
    answered = request.POST.get(name, "")
    told = [(word, said(label)) for word, label in choices]
    return {"name": name, "id": "q-" + name.encode().hex(), "answered": answered, "choices": told}


def _column(request: HttpRequest, column: ColumnTold) -> dict[str, Any]:
    name = f"{_ANSWER}{column.spot}"
    asks = bool(column.choices) and (not column.answered or name in request.POST)
    return {
        "told": column,
        "at": column.spot.rpartition("!")[2],
        "path": " › ".join(column.column.path),
        "means": _meaning(column.source),
        "sure": _percent(column.column.confidence),
        "reason": said(column.column.reason),
        "why": "" if column.answered else said(column.source.why),
        "question": _choice(request, column.spot, _named(column)) if asks else None,
    }


def _named(column: ColumnTold) -> list[tuple[str, Any]]:
    """What may be answered, fields by their own labels and not by the heading that is asked."""
    return [(word, _label_of(word) or label) for word, label in column.choices]


def _label_of(path: str) -> Any:
    kind, _dot, key = path.partition(".")
    if kind in VOCABULARY and key in VOCABULARY[kind]:
        return VOCABULARY[kind][key].label
    return None


def _meaning(source: Source) -> str:
    """Where a column is answered from, in words."""
    if source.sort == "serial":
        return _("running number")
    if source.sort == "stub":
        return _("name of the row")
    if source.level:
        return said(LEVELS[source.level])
    if source.figure is not None:
        return said(words_of(source.figure))
    if source.field is None or source.kind is None:
        return ""
    whose = {"helper": _("helper"), "head": _("head of the household"), "unit": _("unit")}
    first = whose.get(source.target, said(source.kind.label))
    return f"{first} · {said(source.field.label)}"


def _percent(confidence: float) -> str:
    return f"{confidence:.0%}"


@dataclass(frozen=True, slots=True)
class _Shown:
    """One cell of the sample: its text, what it opens, and what is to be said of it."""

    heading: str
    text: str
    address: str = ""
    title: str = ""
    doubt: str = ""


def _sample(one: TableTold) -> list[list[_Shown]]:
    """The first rows as they were filled; each cell opens to where it came from."""
    where = {(cell.row, cell.column): cell for cell in one.cells}
    columns = [c for c in one.columns if c.answered]
    return [
        [
            _shown(column, values.get(column.column.index), where.get((row, column.column.index)))
            for column in columns
        ]
        for row, values in enumerate(one.sample, start=one.top)
    ]


def _shown(column: ColumnTold, value: Any, cell: CellTold | None) -> _Shown:
    heading = column.column.heading or letter(column.column.index)
    text = "" if value is None else str(value)
    if cell is None:
        return _Shown(heading, text)
    figure = column.source.figure
    if cell.figure is not None and figure is not None:
        address = _rows_behind(figure, cell.figure)
        return _Shown(heading, text, address, said(words_of(figure)), cell.doubt)
    address = address_of(cell.kind, cell.keys[0]) if len(cell.keys) == 1 and cell.kind else ""
    return _Shown(heading, text, address, doubt=cell.doubt)


def _rows_behind(figure: Figure, asked: Mapping[str, Any]) -> str:
    """The list that a number counts, where an address can say its condition."""
    where = asked["listing"]["where"]
    plain = {key: value for key, value in where.items() if isinstance(value, str)}
    if len(plain) != len(where) or figure.aggregate != "count":
        return ""
    return f"{reverse('desk:list', args=[figure.kind.name])}?{urlencode(plain)}"
