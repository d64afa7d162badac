"""A list is downloaded: for a purpose that is written down, with what the reader may open.

A short one is sent at once; a long one is made in the background and offered for some days.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.desk.download_making import (
    Workbook,
    file_name,
    rows_said,
    seen_of_entry,
    still_seen,
    what,
)
from bangfu.desk.entry import EntryForm, asking, told_taken
from bangfu.desk.errors import says_who_may
from bangfu.desk.listing import Seen, see, source_of_kind
from bangfu.desk.page import as_file, asked, language, reader, refusal, unkept
from bangfu.desk.table import choose
from bangfu.desk.words import question_of
from bangfu.desk.work import line_of
from bangfu.intake.sent_back import EDITED
from bangfu.keeping.work import FILE_KINDS
from bangfu.ledger import staging
from bangfu.ledger.access import may
from bangfu.ledger.actions import download as actions
from bangfu.ledger.actions import saved_list as saved_lists
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.cabinet import Lost
from bangfu.ledger.models import Download, User
from bangfu.lists.downloads import download_of, still_open
from bangfu.lists.work import work_for
from bangfu.paper.list_sheet import too_large
from bangfu.paper.sheet import MEDIA_TYPE
from bangfu.programmes.kinds import Field

#: Longer lists are made in the background; so many rows take a few seconds.
AT_ONCE = 5_000


class DownloadForm(EntryForm):
    """For what the list is needed, and whether it is to be edited and sent back."""

    kept = forms.BooleanField(
        required=False,
        label=gettext_lazy("To be edited and sent back: only what you change is taken in again"),
    )

    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        min_length=2,
        max_length=200,
        help_text=gettext_lazy(
            "Say it without names. Who, when, for what, which question and how many rows are kept."
        ),
    )


@require_http_methods(["GET", "POST"])
@says_who_may
def of_kind(request: HttpRequest, kind: str) -> HttpResponseBase:
    """All records of a kind, as the address narrows them."""
    dates = asked(request)
    return _download(request, see(request, source_of_kind(request, kind, dates), dates))


@require_http_methods(["GET", "POST"])
@says_who_may
def of_entry(request: HttpRequest, name: str, entry: str) -> HttpResponseBase:
    """What a programme's list, or a figure, holds."""
    return _download(request, seen_of_entry(request, name, entry))


def _download(request: HttpRequest, seen: Seen) -> HttpResponseBase:
    form, source = DownloadForm(request), seen.source
    fields = choose(source.kind, request.GET)
    if not _may_come_back(request, seen):
        del form.fields["kept"]
    back = f"{source.address}?{request.GET.urlencode()}"
    if form.is_bound and form.is_valid():
        answer = _answered(request, seen, form, fields)
        if answer is not None:
            return answer
    wrong = [*seen.filters.wrong, *seen.dates.wrong]
    return asking(
        request, form, title=_("Download: %(list)s") % {"list": source.title}, back=back,
        button=_("Download as xlsx"), gives_file=True,
        about=_("%(rows)s will be handed out") % {"rows": rows_said(seen.total)},
        hint=what(seen, fields), warned=wrong,
    )  # fmt: skip


def _answered(
    request: HttpRequest, seen: Seen, form: DownloadForm, fields: Sequence[Field]
) -> HttpResponseBase | None:
    """The workbook, or where it is made; None where something stands against it, and is said."""
    if seen.filters.wrong or seen.dates.wrong:
        form.add_error(None, _("Put right first what the list did not understand; it would hand "
                               "out more than was meant."))  # fmt: skip
        return None
    kept, purpose = bool(form.cleaned_data.get("kept")), form.cleaned_data["purpose"].strip()
    later = seen.total > AT_ONCE
    if too_large(seen.total, len(fields) + 2):
        form.add_error(None, _("A sheet does not hold so many rows and columns; narrow the list."))
        return None
    book = None if later else Workbook.of(request, seen, purpose=purpose, kept=kept)
    said_so: dict[str, Any] = {
        "by": By(reader(request), "desk", key=form.cleaned_data.get("key"), purpose=purpose),
        "kind": seen.source.kind.name,
        "asked": question_of(seen.source.kind, request.GET, reader(request)),
        "columns": [field.key for field in (book.fields if book else fields)],
        "rows": book.count if book else seen.total,
        "programme": seen.source.programme,
        "entry": seen.source.entry,
    }
    try:
        if book is None:
            return _prepared(request, seen, form, said_so)
        saved_lists.download(**said_so)
    except Refused as refused:
        form.refuse(refused)
        return None
    response = StreamingHttpResponse(book.parts(), content_type=MEDIA_TYPE)
    told_taken(response, form.cleaned_data.get("key"))
    return as_file(response, book.name)


def _prepared(
    request: HttpRequest, seen: Seen, form: DownloadForm, said_so: dict[str, Any]
) -> HttpResponse:
    """The page of a file that is made in the background."""
    question = {
        "query": request.GET.urlencode(),
        "columns": said_so["columns"],
        "purpose": form.cleaned_data["purpose"].strip(),
        "kept": bool(form.cleaned_data.get("kept")),
        "language": translation.get_language() or language(),
        "day": seen.dates.moment.on.strftime("%Y%m%d"),
    }
    download = actions.prepare(**said_so, title=seen.source.title, question=question)
    response = redirect("desk:prepared", key=download.pk)
    told_taken(response, form.cleaned_data.get("key"))
    return response


def _may_come_back(request: HttpRequest, seen: Seen) -> bool:
    """Whether a list is one of present persons or households that the reader may take in."""
    kind = seen.source.kind.name
    return kind in EDITED and seen.dates.present and may(reader(request), "intake.stage")


# ------------------------------------------------------------------ what was made


def own_or_404(request: HttpRequest, key: UUID) -> Download:
    """A file that the reader asked for; of others nothing is said."""
    found = download_of(reader(request), key)
    if found is None:
        raise Http404
    return found


@require_GET
def prepared(request: HttpRequest, key: UUID) -> HttpResponse:
    """One file: how far it is, or where it is fetched; its progress alone where a page asks."""
    download = own_or_404(request, key)
    work = work_for(download)
    line = line_of(work) if work else None
    going = line is not None and line.going
    context = {
        "title": download.title,
        "download": download,
        "rows": rows_said(download.rows),
        "work": line,
        "going": going,
        "label": FILE_KINDS["download"].label,
        "expires": download.asked_at + actions.TERM,
    }
    if request.headers.get("HX-Request") != "true":
        return unkept(render(request, "desk/prepared.html", context))
    response = render(request, "desk/parts/prepared_progress.html", context)
    if not going:
        response["HX-Refresh"] = "true"
    return unkept(response)


def _offered(download: Download) -> bool:
    return download.made_at is not None and download.ended_at is None


def _still_open(user: User, download: Download) -> bool:
    return still_seen(download) and still_open(user, download)


@require_POST
@says_who_may
def fetch(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The file, to whoever asked for it, while every row and column is still open to them."""
    download = own_or_404(request, key)
    by = By(reader(request), "desk")
    try:
        if _offered(download) and not _still_open(reader(request), download):
            actions.let_go(by=by, download=download)
            messages.error(request, _(
                "Something in this file is not open to you any more, so it was not handed out and "
                "is destroyed. Ask for the list anew: you get what you may open now."
            ))  # fmt: skip
            return redirect("desk:prepared", key=key)
        actions.fetch(by=by, download=download)
        day = staging.question_of(download)["day"]
    except Refused as refused:
        messages.error(request, refusal(refused))
        return redirect("desk:prepared", key=key)
    except Lost:
        messages.error(request, _("The file is not there any more; ask for the list anew."))
        return redirect("desk:prepared", key=key)
    parts = staging.taken(download, "file", download.pieces)
    response = StreamingHttpResponse(parts, content_type=MEDIA_TYPE)
    response["Content-Length"] = str(download.size)
    return as_file(response, file_name(download.title, day))


@require_POST
@says_who_may
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stops the making of a file."""
    return _with(request, key, actions.stop, _("It is being stopped."))


@require_POST
@says_who_may
def again(request: HttpRequest, key: UUID) -> HttpResponse:
    """Has a file made anew."""
    return _with(request, key, actions.again, _("It is in hand again."))


@require_POST
@says_who_may
def let_go(request: HttpRequest, key: UUID) -> HttpResponse:
    """Destroys a file that is not wanted any more."""
    return _with(request, key, actions.let_go, _("The file was destroyed."))


def _with(request: HttpRequest, key: UUID, act: Callable[..., Download], word: str) -> HttpResponse:
    download = own_or_404(request, key)
    try:
        act(by=By(reader(request), "desk"), download=download)
    except Refused as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, word)
    return redirect("desk:prepared", key=key)
