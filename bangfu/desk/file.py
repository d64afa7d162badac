"""Files at the desk: brought, shown to those who may see them, blurred, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bangfu.desk.asks import Day, ask, one_of
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, subject_for
from bangfu.desk.errors import says_who_may
from bangfu.desk.page import (
    address_of,
    as_file,
    name_of,
    reader,
    record_or_404,
    said,
    subject_or_404,
)
from bangfu.desk.pick import Pick
from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed, may
from bangfu.ledger.actions import file as files
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.upload import ENDINGS, TYPES, Area, Brought
from bangfu.ledger.cabinet import Lost
from bangfu.ledger.keys import Unreadable
from bangfu.ledger.models import Activity, File, Need
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.file import PHOTO_USES
from bangfu.lists.doorstep import reachable_subjects

#: A photo is divided into so many columns and rows, of which those to be blurred are chosen.
ACROSS, DOWN = 16, 12
#: What a browser offers first; what is taken is known by its bytes.
ACCEPTED = "image/jpeg,image/heic,image/heif,image/png,image/webp,.pdf,.docx,.xlsx"


class AddForm(EntryForm):
    """A file, what it is, and whether persons are in it."""

    file = forms.FileField(
        label=gettext_lazy("The file to add"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )  # fmt: skip
    title = forms.CharField(label=gettext_lazy("What it is, in a few words"), max_length=100)
    on = ask("file", "date", required=True, initial=clock.today)
    about = forms.ChoiceField(
        label=gettext_lazy("Whom or what it is about"), widget=forms.RadioSelect
    )
    people = one_of(
        [
            ("no", gettext_lazy("Nobody is in it, or it is no photo")),
            ("agreed", gettext_lazy("Persons are in it and agreed; who did is said under “More”")),
            ("blur", gettext_lazy("Persons are in it; I blur them next")),
        ],
        required=True,
        label=gettext_lazy("Persons in the photo"),
    )
    agreed_by = Pick("person", required=False, label=gettext_lazy("Who agreed"))
    agreed_on = Day(required=False, label=gettext_lazy("On which day"))
    agreed_to = forms.ChoiceField(required=False, label=gettext_lazy("To what"))
    folded = ("agreed_by", "agreed_on", "agreed_to")

    def __init__(self, request: HttpRequest, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(request, initial=initial)
        taken = _(
            "Photos (JPEG, HEIC, PNG, WebP), PDF, Word and Excel, up to %(most)s MB. Place, time "
            "and device are taken out of photos."
        )
        self.fields["file"].help_text = taken % {"most": settings.BANGFU_FILE_MB}
        self.let_choose("agreed_to", ((key, said(label)) for key, label in PHOTO_USES.items()))

    def clean(self) -> dict[str, Any]:
        """Who agreed is named where somebody did."""
        told = super().clean() or {}
        if told.get("people") == "agreed":
            for name in ("agreed_by", "agreed_on", "agreed_to"):
                if not told.get(name):
                    self.add_error(name, _("Say who agreed, when, and to what."))
        if self.errors and told.get("file"):
            self.add_error("file", _("Choose the file again; the browser does not keep it."))
        return told


@enters("file.add")
def add(request: HttpRequest, key: UUID) -> HttpResponse:
    """A file about a person, household, unit, place or site."""
    kind, row = subject_or_404(request, key, Moment.present())
    return _add(request, [(row, name_of(row))], back=address_of(kind.name, key))


@enters("file.add")
def add_to_activity(request: HttpRequest, key: UUID) -> HttpResponse:
    """A file that shows what was done."""
    activity: Activity = record_or_404(request, "activity", key)
    there = reachable_subjects(reader(request), files.concerned(activity))
    about: list[tuple[Any, str]] = [(row, name_of(row)) for row in there]
    if activity.place and activity.place_id not in {row.fact for row, _name in about}:
        about.append((activity.place, activity.place.name))
    return _add(request, about, back=address_of("activity", key), activity=activity)


@enters("file.add")
def add_to_need(request: HttpRequest, key: UUID) -> HttpResponse:
    """A file that shows a need, or by what it was met."""
    need: Need = record_or_404(request, "need", key)
    about = [(need.subject, name_of(need.subject))]
    return _add(request, about, back=address_of("need", key), need=need)


def _add(
    request: HttpRequest,
    about: Sequence[tuple[Any, str]],
    *,
    back: str,
    activity: Activity | None = None,
    need: Need | None = None,
) -> HttpResponse:
    if not about:
        raise Http404
    choices = [(str(row.fact), name) for row, name in about]
    first = about[0][0]
    given = {"about": choices[0][0], "agreed_on": clock.today()}
    if getattr(first, "kind", "") == "person":
        given["agreed_by"] = first.fact
    form = AddForm(request, initial=given)
    form.let_choose("about", choices)
    if len(choices) == 1:
        form.fields["about"].widget = forms.HiddenInput()
    rows = {str(row.fact): row for row, _name in about}

    def act(by: By, told: dict[str, Any]) -> File:
        people, who = told["people"], told["agreed_by"]
        agreed = files.Agreed(who, told["agreed_on"], told["agreed_to"])
        return files.add(
            by=by,
            subject=subject_for(by, rows[told["about"]]),
            brought=Brought(told["file"].read()),
            title=told["title"],
            on=told["on"],
            people=people != "no",
            agreed=agreed if people == "agreed" else None,
            activity=activity,
            need=need,
        )

    def then(file: File) -> str:
        return reverse("desk:file", args=[file.fact]) if file.people == "unasked" else back

    done = entered(request, form, act, word=_("The file is kept."), to=then)
    names = about[0][1] if len(about) == 1 else ""
    return done or asking(request, form, title=_("Add a file"), about=names, back=back)


# ------------------------------------------------------------------ shown


def _file_or_404(request: HttpRequest, key: UUID) -> File:
    file: File = record_or_404(request, "file", key)
    return file


@require_GET
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """A file with what is known of it, and what can be done with it."""
    file, user = _file_or_404(request, key), reader(request)
    blurs = file.form == "photo" and files.may_blur(user, file)
    context = {
        "file": file,
        "title": file.title or _("(erased)"),
        "kind": VOCABULARY["file"],
        "gone": not file.secret,
        "open": bool(file.secret) and files.open_to(user, file),
        "form_called": said(VOCABULARY["file"]["form"].codes[file.form]),
        "people_called": said(VOCABULARY["file"]["people"].codes[file.people]),
        "subject": address_of(file.subject.kind, file.subject_id),
        "activity": address_of("activity", file.activity_id) if file.activity_id else "",
        "need": address_of("need", file.need_id) if file.need_id else "",
        "blurs": blurs,
        "drops": may(user, "file.drop"),
        "kilobytes": -(-file.size // 1024),
    }
    return render(request, "desk/file.html", context)


@never_cache
@require_GET
@says_who_may
def content(request: HttpRequest, key: UUID) -> HttpResponse:
    """What is in a file, kept by no browser; that somebody saw persons in it is written down."""
    file = _file_or_404(request, key)
    try:
        whole = files.whole_of(by=By(reader(request), "desk"), file=file)
    except (Lost, Unreadable) as gone:
        raise Http404 from gone
    return _served(file, whole)


@never_cache
@require_GET
def small(request: HttpRequest, key: UUID) -> HttpResponse:
    """The thumbnail of a photo in which no person is to be recognised."""
    file = _file_or_404(request, key)
    try:
        thumbnail = files.small_of(file)
    except (Lost, Unreadable) as gone:
        raise Http404 from gone
    if not thumbnail:
        raise Http404
    return _served(file, thumbnail)


def _served(file: File, whole: bytes) -> HttpResponse:
    how = "inline" if file.form == "photo" else "attachment"
    response = HttpResponse(whole, content_type=TYPES[file.form])
    return as_file(response, f"{file.title}.{ENDINGS[file.form]}", how)


# ------------------------------------------------------------------ what becomes of it


class BlurForm(EntryForm):
    """Which parts of a photo are made unrecognisable."""

    cell = forms.MultipleChoiceField(
        choices=[(f"{r}-{c}", f"{r}-{c}") for r in range(DOWN) for c in range(ACROSS)],
        label=gettext_lazy("What is to be blurred"),
        error_messages={"required": gettext_lazy("Choose at least one part of the photo.")},
    )


@enters("file.blur")
def blur(request: HttpRequest, key: UUID) -> HttpResponse:
    """Blurs the chosen parts of a photo for good."""
    file, back = _file_or_404(request, key), reverse("desk:file", args=[key])
    if not files.may_blur(reader(request), file):
        raise NotAllowed("file.blur")
    form = BlurForm(request)

    def act(by: By, told: dict[str, Any]) -> File:
        return files.blur(by=by, file=file, areas=areas_of(told["cell"]))

    done = entered(request, form, act, word=_("The photo was blurred; as it was it is gone."),
                   to=back)  # fmt: skip
    context = {"form": form, "file": file, "title": file.title, "back": back,
               "cells": [[f"{r}-{c}" for c in range(ACROSS)] for r in range(DOWN)],
               "open": files.open_to(reader(request), file)}  # fmt: skip
    wrong = form.is_bound and bool(form.errors)
    return done or render(request, "desk/file_blur.html", context, status=422 if wrong else 200)


def areas_of(cells: Sequence[str]) -> list[Area]:
    """Chosen parts as areas; neighbours in a row become one, so that no seam shows a face."""
    chosen = {(int(r), int(c)) for r, _, c in (cell.partition("-") for cell in cells)}
    areas = []
    for row, first in sorted(chosen):
        if (row, first - 1) in chosen:
            continue
        last = first
        while (row, last + 1) in chosen:
            last += 1
        areas.append(
            (first * 1000 // ACROSS, row * 1000 // DOWN,
             (last + 1) * 1000 // ACROSS, (row + 1) * 1000 // DOWN)
        )  # fmt: skip
    return areas


@enters("file.drop")
def drop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes a file away: what is in it is destroyed."""
    file = _file_or_404(request, key)
    back = address_of(file.subject.kind, file.subject_id)
    form = NothingMore(request)
    done = entered(request, form, lambda by, told: files.drop(by=by, file=file),
                   word=_("The file is gone; that it was there stays on record."),
                   to=back)  # fmt: skip
    return done or asking(
        request, form, title=_("Take the file away"), about=file.title,
        hint=_("What is in it is destroyed and cannot be brought back."),
        button=_("Take it away"), back=reverse("desk:file", args=[key]),
    )  # fmt: skip
