"""Work in hand: what goes on in the background, how far it is, cancelled and tried again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from bangfu.desk.errors import says_who_may
from bangfu.desk.page import back_to, reader, refusal
from bangfu.keeping.work import FILE_KINDS, KINDS, LIST_KINDS
from bangfu.ledger import clock
from bangfu.ledger.accounts import keeps_installation
from bangfu.ledger.actions import work as works
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Work
from bangfu.lists.work import latest_of, latest_work, work_of
from bangfu.programmes.kinds import Label

#: So many pieces of work are shown, the latest first.
SHOWN = 30
#: A worker that gave no sign of life for so long may be gone.
SILENT = dt.timedelta(seconds=10)


#: How a piece of work ended, as the journal tells of it.
STATES = {
    "done": Label("已完成", "finished"),
    "failed": Label("没有成功", "did not succeed"),
    "cancelled": Label("已取消", "cancelled"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of work as pages show it."""

    work: Work
    label: Label
    message: Label | None
    lines: tuple[str, ...]
    percent: int | None
    left: str
    unattended: bool

    @property
    def going(self) -> bool:
        """Whether it waits or is being done."""
        return self.work.state in ("waiting", "running")


def line_of(work: Work) -> Line:
    """A piece of work with how far it is and how long it will take."""
    told = work.message
    return Line(
        work,
        _called(work.kind),
        Label(told["zh"], told["en"]) if told else None,
        tuple(told.get("lines", ())),
        _percent(work),
        _left(work),
        _unattended(work),
    )


def _called(kind: str) -> Label:
    found = {**KINDS, **LIST_KINDS, **FILE_KINDS}.get(kind)
    return found.label if found else Label(kind, kind)


def _percent(work: Work) -> int | None:
    if work.state != "running" or not work.of:
        return None
    return min(99, work.done * 100 // work.of)


def _left(work: Work) -> str:
    """How long it will take at the pace so far."""
    if work.state != "running" or not work.of or not work.done or work.started_at is None:
        return ""
    spent = ((work.beat_at or clock.now()) - work.started_at).total_seconds()
    seconds = max(0, round(spent * (work.of - work.done) / work.done))
    if seconds < 60:
        return ngettext("about %(n)d second left", "about %(n)d seconds left", seconds) % {
            "n": seconds
        }
    minutes = round(seconds / 60)
    return ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes) % {"n": minutes}


def _unattended(work: Work) -> bool:
    """Whether no worker seems to be at it: none has taken it up, or it fell silent."""
    since = {"waiting": work.asked_at, "running": work.beat_at}.get(work.state)
    return since is not None and clock.now() - since > SILENT


def of_kind(kind: str) -> Line | None:
    """The latest piece of work of a kind."""
    found = latest_of(kind)
    return line_of(found) if found else None


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """What is in hand and what was; its table alone where the page asks for it anew."""
    if not keeps_installation(reader(request), "work.ask"):
        raise Http404
    lines = [line_of(work) for work in latest_work(SHOWN)]
    context = {
        "title": _("Work in hand"),
        "lines": lines,
        "going": any(line.going for line in lines),
        "kinds": [(name, kind) for name, kind in KINDS.items() if name not in ("erase", "rewrite")],
    }
    part = request.headers.get("HX-Request") == "true"
    template = "desk/parts/work.html" if part else "desk/work.html"
    return render(request, template, context)


@require_POST
@says_who_may
def ask(request: HttpRequest) -> HttpResponse:
    """Asks for a piece of work."""
    kind, back = request.POST.get("kind", ""), back_to(request.POST.get("to", ""), "desk:work")
    if kind == "erase" and "sure" not in request.POST:
        messages.error(request, _("Nothing was erased: say first that you want it."))
        return redirect(back)
    by = By(reader(request), "desk")
    try:
        works.ask(by=by, kind=kind)
    except Refused as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, _("It is in hand; the page shows how far it is."))
    return redirect(back)


@require_POST
@says_who_may
def cancel(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stops a piece of work."""
    return _with(request, key, works.cancel, _("It is being stopped."))


@require_POST
@says_who_may
def retry(request: HttpRequest, key: UUID) -> HttpResponse:
    """Tries a piece of work again."""
    return _with(request, key, works.retry, _("It is in hand again."))


def _with(request: HttpRequest, key: UUID, act: works.Act, word: str) -> HttpResponse:
    user = reader(request)
    work = work_of(key) if keeps_installation(user, "work.ask") else None
    if work is None:
        raise Http404
    try:
        act(by=By(user, "desk"), work=work)
    except Refused as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, word)
    return redirect("desk:work")
