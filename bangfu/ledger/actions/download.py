"""A large list as a file: asked for, made by a worker, fetched by its asker, let go.

What the worker writes is no fact and leaves no event. What was asked stands in the journal as for a
list that is sent at once; the file, the question and the keys of its rows lie sealed meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from bangfu.ledger import cabinet, clock, staging
from bangfu.ledger.access import own_account
from bangfu.ledger.actions import offered
from bangfu.ledger.actions import work as works
from bangfu.ledger.actions.event import By, Refused, action, current_act
from bangfu.ledger.actions.saved_list import Asked, tell_of
from bangfu.ledger.models import Download, Programme, Work

#: How long a file is offered; then it is let go by itself.
TERM = dt.timedelta(days=2)
#: So many files of one account are offered or being made at a time.
MOST_OPEN = 5


@action("list.prepare")
def prepare(
    *,
    by: By,
    kind: str,
    asked: Asked,
    columns: Sequence[str],
    rows: int,
    title: str,
    question: Mapping[str, Any],
    programme: Programme | None = None,
    entry: str = "",
) -> Download:
    """Ask that a list be made into a file by a worker.

    ``question``: all that whoever makes it must know, sealed until the file is let go.
    """
    tell_of(by, "list.prepare", kind=kind, asked=asked, columns=columns, programme=programme,
            entry=entry)  # fmt: skip
    if Download.objects.filter(user=by.user, ended_at=None).count() >= MOST_OPEN:
        raise Refused(
            "too_many_downloads",
            "%(most)s files of yours are offered or being made; fetch some and let them go first.",
            most=MOST_OPEN,
        )
    row = Download(user=by.user, asked_at=clock.now(), kind=kind, entry=entry, rows=rows)
    row.programme, row.title = programme, title[:200]
    row.asked = staging.locked_question(row, question)
    row.save(force_insert=True)
    _in_hand(by, row)
    return _told(row)


def _in_hand(by: By, download: Download) -> Work:
    return Work.objects.create(kind="download", download=download, by=by.user, asked_at=clock.now())


def _told(download: Download) -> Download:
    event = current_act().event
    event.about_kind, event.about = "download", download.pk
    return download


def _hold(by: By, verb: str, download: Download) -> Download:
    """A file that is not let go yet, held until the end; refused to all but its asker."""
    if download.user is not None:
        own_account(by.user, verb, download.user)
    held = Download.objects.select_for_update().get(pk=download.pk)
    if held.ended_at is not None:
        raise Refused("download_over", "This file is not offered any more; ask for it anew.")
    return held


@action("list.again")
def again(*, by: By, download: Download) -> Download:
    """Have a file made anew whose making was stopped or did not succeed."""
    held = _hold(by, "list.again", download)
    if held.made_at is not None or offered.going_for(held).exists():
        raise Refused("work_not_over", "Only what failed or was cancelled is tried again.")
    _in_hand(by, held)
    return _told(held)


@action("list.stop")
def stop(*, by: By, download: Download) -> Download:
    """Let no worker go on with a file."""
    held = _hold(by, "list.stop", download)
    offered.going_for(held).update(state="cancelled", to_cancel=True, ended_at=clock.now())
    return _told(held)


@action("list.fetch")
def fetch(*, by: By, download: Download) -> int:
    """Write down that a file is handed out to whoever asked for it; how many rows it has."""
    held = _hold(by, "list.fetch", download)
    if held.made_at is None or not works.on_record(held):
        raise Refused("download_not_made", "This file is not made yet; wait until it is.")
    _told(held)
    return held.rows


@action("list.let_go")
def let_go(*, by: By, download: Download) -> Download:
    """Offer a file no longer: its key and its sealed bytes are destroyed."""
    if by.user is not None:
        _hold(by, "list.let_go", download)
    held = Download.objects.select_for_update().get(pk=download.pk)
    offered.empty(Download.objects.filter(pk=held.pk, ended_at=None))
    held.refresh_from_db()
    return _told(held)


def let_old_go(*, now: dt.datetime) -> int:
    """Let go what is offered past its term; how many."""
    old = Download.objects.filter(ended_at=None, asked_at__lt=now - TERM)
    for download in old:
        let_go(by=By(None, "command"), download=download)
    return len(old)


# ------------------------------------------------------------------ what the worker writes


def made(download: Download, content: Iterable[bytes], keys: bytes) -> bool:
    """Seal a file, part by part as it comes, with the keys of its rows; False if it was let go."""
    pieces: list[str] = []
    try:
        held = staging.put_sealed(download, "key", [keys], pieces)
        first = len(pieces)
        size = staging.put_sealed(download, "file", content, pieces)
        with transaction.atomic():
            still = Download.objects.filter(pk=download.pk, ended_at=None, made_at=None)
            kept = still.update(held=pieces[:first], pieces=pieces[first:], size=size,
                                rows=held // KEY, made_at=clock.now())  # fmt: skip
    except BaseException:
        cabinet.destroy(pieces)
        raise
    if not kept:
        cabinet.destroy(pieces)
    return bool(kept)


#: The bytes of one row's key.
KEY = 16
