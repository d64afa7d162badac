"""Work in the background is asked for, cancelled, tried again; and what workers write of it.

Asking, cancelling and the end are actions with an event each. What a worker writes on the way is
no fact and leaves no event: that it is at it, how far it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from bangfu.ledger import clock, proofs
from bangfu.ledger.access import NotAllowed, require, who_may
from bangfu.ledger.accounts import keeps_installation
from bangfu.ledger.actions.event import By, Refused, action, current_act
from bangfu.ledger.models import Download, Event, Intake, Work


class Act(Protocol):
    """An action on a piece of work."""

    def __call__(self, *, by: By, work: Work) -> Work: ...


#: Each kind of work, as the journal calls it too.
KINDS = ("verify", "backup", "recount", "quality", "duplicates", "erase", "rewrite")
#: The kinds that are about one list that is taken in, and by which actions they are asked for.
FOR_LISTS = {
    "judge": (
        "intake.stage",
        "intake.stage_table",
        "intake.choose",
        "intake.teach",
        "intake.mend",
        "intake.replace",
    ),
    "accept": ("intake.begin",),
}
#: By which actions a file is asked for.
FOR_FILES = ("list.prepare", "list.again")
#: Without a sign of life for so long, a worker counts as gone and its work is taken up again.
GONE_AFTER = dt.timedelta(seconds=30)
#: So often is a piece of work begun before it counts as failed.
MOST_TRIES = 3
_GOING = ("waiting", "running")


def _require_keeper(by: By, verb: str) -> None:
    """Refuse whoever keeps only a part of what is here."""
    if not keeps_installation(by.user, verb):
        raise NotAllowed(verb, (role.name for role in who_may(verb)))


def _told(work: Work) -> Work:
    event = current_act().event
    event.about_kind, event.about, event.purpose = "work", work.pk, work.kind
    return work


def asked_for(work: Work) -> bool:
    """Whether the journal says that this very work was asked for by whom it names.

    A row that was put in past the program would otherwise be done in somebody's name.
    """
    if work.kind in FOR_LISTS:
        verbs = FOR_LISTS[work.kind]
        asked = Event.objects.filter(verb__in=verbs, about=work.about_id, by=work.by)
    elif work.download_id:
        asked = Event.objects.filter(verb__in=FOR_FILES, about=work.download_id, by=work.by)
    else:
        asked = Event.objects.filter(verb="work.ask", about=work.pk, by=work.by, purpose=work.kind)
    return _proved(asked)


def on_record(download: Download) -> bool:
    """Whether the journal says that a file was asked for by whom its row names."""
    asked = Event.objects.filter(verb="list.prepare", about=download.pk, by=download.user)
    return _proved(asked)


def _proved(asked: QuerySet[Event]) -> bool:
    return any(
        bytes(event.proof) == proofs.of_event(proofs.event_digest(event, [])) for event in asked
    )


@action("work.ask")
def ask(*, by: By, kind: str) -> Work:
    """Ask for a piece of work; one of each kind is in hand at a time."""
    require(by.user, "work.ask")
    _require_keeper(by, "work.ask")
    if kind not in KINDS:
        raise Refused("no_such_work", "%(kind)s is no kind of work.", kind=kind)
    going = Work.objects.filter(kind=kind, about=None, state__in=_GOING).first()
    if going is not None:
        raise Refused(
            "work_in_hand",
            "This is in hand already, asked for at %(at)s; wait for it or cancel it.",
            at=f"{going.asked_at.astimezone(clock.ZONE):%Y-%m-%d %H:%M}",
        )
    return _told(Work.objects.create(kind=kind, by=by.user, asked_at=clock.now()))


@action("work.cancel")
def cancel(*, by: By, work: Work) -> Work:
    """Stop a piece of work: at once while it waits, else as soon as its worker looks up."""
    require(by.user, "work.cancel")
    _require_keeper(by, "work.cancel")
    held = Work.objects.select_for_update().get(pk=work.pk)
    if held.state not in _GOING:
        raise Refused("work_over", "This is over already; nothing was cancelled.")
    held.to_cancel = True
    if held.state == "waiting":
        held.state, held.ended_at = "cancelled", clock.now()
    held.save()
    return _told(held)


@action("work.retry")
def retry(*, by: By, work: Work) -> Work:
    """Try a piece of work again that failed or was cancelled."""
    require(by.user, "work.retry")
    _require_keeper(by, "work.retry")
    held = Work.objects.select_for_update().get(pk=work.pk)
    if held.state not in ("failed", "cancelled"):
        raise Refused("work_not_over", "Only what failed or was cancelled is tried again.")
    if Work.objects.filter(kind=held.kind, state__in=_GOING).exists():
        raise Refused("work_in_hand", "This is in hand already; wait for it or cancel it.")
    held.state, held.tries, held.to_cancel, held.done, held.of = "waiting", 0, False, 0, None
    held.message, held.ended_at, held.worker = {}, None, ""
    held.save()
    return _told(held)


def put_in_hand(*, by: By, kind: str, intake: Intake) -> Work:
    """Let a worker do something with a list, as part of the action that asks for it.

    Reading that goes on is stopped, being asked for anew; accepting is not.
    """
    current_act()
    going = Work.objects.filter(about=intake, state__in=_GOING)
    if going.filter(kind="accept").exists():
        raise Refused("work_in_hand_list", "This list is being accepted; wait for it or stop it.")
    stop_for(intake)
    return Work.objects.create(kind=kind, about=intake, by=by.user, asked_at=clock.now())


def stop_for(intake: Intake) -> None:
    """Let no worker go on with a list: what it is at it finds gone."""
    current_act()
    going = Work.objects.filter(about=intake, state__in=_GOING)
    going.update(state="cancelled", to_cancel=True, ended_at=clock.now())


@action("work.end")
def end(*, by: By, work: Work, state: str, message: Mapping[str, object]) -> Work:
    """Write how a piece of work ended; its worker alone does."""
    require(by.user, "work.end")
    held = Work.objects.select_for_update().get(pk=work.pk)
    if held.worker == work.worker and held.state in _GOING:
        held.state, held.message, held.ended_at = state, dict(message), clock.now()
        held.done, held.of = work.done, work.of
        held.save()
    _told(held)
    current_act().event.purpose = f"{held.kind}: {held.state}"
    return held


# ------------------------------------------------------------------ what workers write on the way


def claim(worker: str, *, about: Intake | None = None) -> Work | None:
    """The work that waits longest, or whose worker is gone, taken by this worker alone.

    ``about``: only what is to be done with that list.
    """
    with transaction.atomic():
        now = clock.now()
        gone = Q(state="running") & Q(beat_at__lt=now - GONE_AFTER)
        waiting = Work.objects.filter(Q(state="waiting") | gone).order_by("asked_at")
        if about is not None:
            waiting = waiting.filter(about=about)
        skips = connection.features.has_select_for_update_skip_locked
        found = waiting.select_for_update(skip_locked=skips).first()
        if found is None:
            return None
        found.state, found.worker, found.tries = "running", worker, found.tries + 1
        found.started_at = found.beat_at = now
        found.done, found.of, found.message = 0, None, {}
        found.save()
    return found


def beat(work: Work) -> bool:
    """Say that the worker is at it and how far it is; False where it is to stop."""
    mine = Work.objects.filter(pk=work.pk, worker=work.worker, state="running")
    mine.update(beat_at=clock.now(), done=work.done, of=work.of)
    return mine.filter(to_cancel=False).exists()


def put_back(work: Work) -> None:
    """Let another worker, or this one after a restart, take the work up again."""
    mine = Work.objects.filter(pk=work.pk, worker=work.worker, state="running")
    mine.update(state="waiting", worker="", tries=max(0, work.tries - 1))
