"""Forms of others at the desk: brought in, understood column by column, given back filled.

Nothing of a form is kept: the blank file travels with the page until it is filled.
"""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bangfu.desk import form_blanks as blanks
from bangfu.desk import form_entry as entry
from bangfu.desk.asks import Day
from bangfu.desk.entry import EntryForm, only_looking
from bangfu.desk.errors import says_who_may
from bangfu.desk.form_blanks import SHOWN, Missing
from bangfu.desk.form_told import ANSWER, table_told
from bangfu.desk.page import address_of, as_file, reader, refusal, said
from bangfu.desk.pick import Pick
from bangfu.ledger import clock
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Demand
from bangfu.ledger.moment import Moment
from bangfu.lists.demands import Earlier
from bangfu.lists.pages import programme_for, programmes_of
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.converting import CannotConvert
from bangfu.paper.forms.document import MEDIA_TYPE as WORD
from bangfu.paper.forms.fill import FilledForm, fill_any
from bangfu.paper.forms.handed_out import hand_out
from bangfu.paper.forms.noted import asked_before, called, note, noted_today
from bangfu.paper.forms.package import NoWorkbook
from bangfu.paper.forms.references import TooManyRows
from bangfu.paper.forms.since import Since, since
from bangfu.paper.sheet import MEDIA_TYPE
from bangfu.tables.understand import Unreadable
from bangfu.tables.unreadable import Limits

#: What a blank form may be at most; it travels with the page.
MOST = 1_500_000
#: Rows that a table takes here; longer ones are filled at the command line.
MOST_ROWS = 5_000
#: How large a form may be that is read while somebody waits for the page.
LIMITS = Limits(part=50_000_000, unpacked=50_000_000, cells=1_100_000)
SUFFIXES = (".xlsx", ".xls", ".et", ".ods", ".docx")


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
    user = reader(request)
    if user.seen_by is not None:
        return only_looking(request)
    form = BlankForm(request, initial={"on": clock.today()})
    told = ((p.name, p.title) for p in programmes_of(user))
    form.let_choose("programme", [("", _("whichever programme")), *told])
    if request.method != "POST" or form.looking or not form.is_valid():
        return _page(request, form, None)
    asks = _asked(request, form.cleaned_data)
    done = _filled(form, asks)
    if done is None:
        return _page(request, form, None)
    return _step(request, form, asks, done) or _page(
        request, form, Work(asks, done, entry.entered_so_far(request))
    )


@dataclass(frozen=True, slots=True)
class Work:
    """A form that was filled, and what was asked of it."""

    asks: Request
    done: FilledForm
    entered: int = 0

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What travels with the page: what the form keeps, and how many cells went on record."""
        kept = [(entry.KEPT + spot, text) for spot, text in self.asks.kept.items()]
        return [*kept, (entry.ENTERED, str(self.entered))]


def _step(
    request: HttpRequest, form: BlankForm, asks: Request, done: FilledForm
) -> HttpResponse | None:
    """What was asked besides looking at the filled form; nothing where the page is shown again."""
    title = called(form.cleaned_data["called"], done)
    if request.POST.get("step") in entry.STEPS or "turn" in request.POST:
        return _entered(request, form, asks, done)
    match request.POST.get("step"):
        case "file" if _told(form, asks, done):
            return _file(form.cleaned_data["called"], done)
        case "blanks" if _told(form, asks, done):
            return blanks.printed(request, asks, Missing.of(asks, done), title)
        case "ask":
            _ask(request, form, asks, done)
    return None


def _entered(
    request: HttpRequest, form: BlankForm, asks: Request, done: FilledForm
) -> HttpResponse:
    """Blank cells typed; once they are accepted the form is filled anew and shown."""
    title = called(form.cleaned_data["called"], done)
    answer = entry.enter(request, done, Missing.of(asks, done), form, title)
    if isinstance(answer, HttpResponse):
        return answer
    entered = entry.entered_so_far(request) + answer.entered
    kept = {**entry.kept_so_far(request), **answer.kept}
    anew = replace(asks, kept=kept)
    filled = _filled(form, anew)
    work = Work(anew, filled, entered) if filled is not None else None
    return _page(request, form, work)


def _noted(form: BlankForm, asks: Request, done: FilledForm, by: By) -> Demand | None:
    told = form.cleaned_data
    return note(
        by=by, request=asks, done=done, title=called(told["called"], done), asker=told["asker"],
        paper=told["paper"], entered=entry.entered_so_far(form.request),
    )  # fmt: skip


def _ask(request: HttpRequest, form: BlankForm, asks: Request, done: FilledForm) -> None:
    """Asks those who can know; what was refused is said above the form."""
    try:
        demand = _noted(form, asks, done, By(asks.user, "desk"))
        if demand is None:
            form.add_error(None, _("You may not write down demands of this place."))
            return
        missing, title = Missing.of(asks, done), called(form.cleaned_data["called"], done)
        if wrong := blanks.ask(request, form.cleaned_data["key"], missing, demand, title):
            form.add_error(None, wrong)
    except Refused as refused:
        form.refuse(refused)


def _told(form: BlankForm, asks: Request, done: FilledForm) -> bool:
    """Whether it was written down that the form is handed out; else the page says why not."""
    by = By(asks.user, "desk", purpose=form.cleaned_data["purpose"].strip())
    try:
        hand_out(by=by, request=asks, done=done)
        _noted(form, asks, done, by)
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
        key.removeprefix(ANSWER): value
        for key, value in request.POST.items()
        if key.startswith(ANSWER) and isinstance(value, str) and value
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
        kept=entry.kept_so_far(request),
        limits=LIMITS,
    )


def _filled(form: BlankForm, asked: Request) -> FilledForm | None:
    """The form filled; what cannot be read is said at the file, and nothing of it stays behind."""
    told = form.cleaned_data
    with _as_path(told) as path:
        try:
            return fill_any(path, asked)
        except (Unreadable, NoWorkbook, CannotConvert) as wrong:
            text = said(wrong.label).replace(path.name, told["called"])
            form.add_error("file", text)
        except TooManyRows:
            form.add_error("file", _("A sheet cannot hold so many rows; name a smaller place."))
    return None


@contextmanager
def _as_path(told: Mapping[str, Any]) -> Iterator[Path]:
    """The brought form as a file, as long as it is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"form{Path(told['called']).suffix.lower()}"
        path.write_bytes(told["content"])
        yield path


def _since(
    request: HttpRequest, form: BlankForm, work: Work, before: Sequence[Earlier]
) -> Since | None:
    """What is otherwise than when the same form was given out, where that was asked."""
    wanted = request.POST.get("since", "")
    for one in before:
        if one.same and str(one.demand.fact) == wanted:
            with _as_path(form.cleaned_data) as path:
                return since(path, work.asks, work.done.tables, one.demand)
    return None


def _file(called: str, done: FilledForm) -> HttpResponse:
    sort = WORD if done.suffix == ".docx" else MEDIA_TYPE
    response = HttpResponse(done.content, content_type=sort)
    return as_file(response, f"{Path(called).stem}-已填{done.suffix}")


# ------------------------------------------------------------------ the page


def _page(request: HttpRequest, form: BlankForm, work: Work | None) -> HttpResponse:
    done, wrong = work.done if work else None, form.is_bound and bool(form.errors)
    now = noted_today(work.asks, work.done.tables) if work else None
    before = asked_before(work.asks, work.done.tables) if work else []
    content, called = _brought(request, form)
    context = {
        "form": form,
        "title": _("Fill a form of others"),
        "held": base64.b64encode(content).decode(),
        "called": called,
        "done": done,
        "tables": [table_told(request, one) for one in done.tables] if done else [],
        "cells": done.filled if done else 0,
        "kept": sum(one.kept for one in done.tables) if done else 0,
        "carried": [*(work.carried if work else ()), *entry.unsent(request)],
        "before": [(one, address_of("demand", one.demand.fact)) for one in before],
        "since": _since(request, form, work, before) if work else None,
        "shown": SHOWN,
        "missing": (blanks.shown(request, Missing.of(work.asks, work.done), now) if work else None),
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
