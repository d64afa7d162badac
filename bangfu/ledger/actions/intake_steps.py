"""A list on its way in: brought, read, mended, let go; what its columns mean is remembered.

Accepting and undoing are in ``intake``. What the worker writes while it reads is no fact and leaves
no event; what people do leaves one, and no value of the list stands in it.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from bangfu.ledger import cabinet, clock, staging
from bangfu.ledger.access import own_account, require
from bangfu.ledger.actions import work as works
from bangfu.ledger.actions.event import (
    By,
    Refused,
    action,
    correct,
    current_act,
    insert,
    refuse_numbers,
)
from bangfu.ledger.actions.subject import say_purpose
from bangfu.ledger.actions.upload import Brought
from bangfu.ledger.models import ColumnMeaning, Intake, IntakePart, Place
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Label

#: How long a list lies staged; then it is let go by itself.
TERM = dt.timedelta(days=14)
#: So many lists of one account lie staged at a time.
MOST_OPEN = 20
MOST_BYTES = 60 * 2**20
#: On what a list is taken in.
GROUNDS: Mapping[str, Label] = {
    "duty": Label("履行法定职责（有文件依据）", "a duty by law (a paper says so)"),
    "consent": Label("本人或监护人已同意", "those listed, or their guardians, agreed"),
}
#: What a column can be said to be besides a field: a level of division, or nothing.
LEVELS = ("province", "prefecture", "county", "township", "village")
LEFT = "-"
#: What a row may be about besides a record: who joined or left a household.
MOVES = "membership"
_JUDGE = "judge"


@action("intake.stage")
def stage(
    *,
    by: By,
    brought: Brought,
    name: str,
    place: Place | None,
    on: dt.date,
    ground: str,
    paper: str = "",
) -> Intake:
    """Bring a file as a list, sealed until it is accepted or let go; it is read by a worker.

    ``place`` is where it is from, ``on`` the day it tells of, ``ground`` one of ``GROUNDS``.
    """
    require(by.user, "intake.stage", place=place)
    say_purpose(by)
    _look_over(brought)
    if on > clock.today():
        raise Refused("not_yet", "The day lies in the future.")
    if ground not in GROUNDS:
        raise Refused("no_such_ground", "Say on what ground the list is taken in.")
    _not_too_many(by)
    for column, words in (("name", name), ("paper", paper)):
        refuse_numbers(column, words)
    intake = Intake(user=by.user, brought_at=clock.now(), name=name[:100], on=on)
    intake.place_id = place.fact if place else None
    intake.purpose = by.purpose.strip()
    intake.ground, intake.paper = ground, paper.strip()[:100]
    staging.locked(brought.content, intake)
    intake.save(force_insert=True)
    return _to_be_read(by, intake)


#: So many tables of one file are looked at beside the one that it was brought for.
MOST_TABLES = 12


@action("intake.stage_table")
def stage_table(*, by: By, intake: Intake, table: int) -> Intake:
    """Lay another table of a file beside the first as a list of its own, to be judged with it.

    It tells of the same place and day, for the same purpose; it is mended, accepted and taken back
    by itself, and lies under a key of its own.
    """
    require(by.user, "intake.stage_table")
    held = hold(by, "intake.stage_table", intake)
    there = Intake.objects.filter(whole=held, chosen=table).first()
    if there is not None:
        return there
    made = Intake(user=held.user, brought_at=held.brought_at, on=held.on, whole=held, chosen=table)
    made.name = f"{held.name[:90]} · 表{table + 1}"
    made.place_id, made.entry = held.place_id, held.entry
    made.purpose, made.ground, made.paper = held.purpose, held.ground, held.paper
    with staging.as_path(held) as path:
        staging.locked(path.read_bytes(), made)
    made.save(force_insert=True)
    return _to_be_read(by, made)


def _look_over(brought: Brought) -> None:
    if not brought.content:
        raise Refused("file_empty", "The file is empty; choose another.")
    if len(brought.content) > MOST_BYTES:
        raise Refused(
            "list_too_large",
            "The file has more than %(most)s MB; split it into several files.",
            most=MOST_BYTES // 2**20,
        )


def _not_too_many(by: By) -> None:
    open_ones = Intake.objects.filter(user=by.user, salt__isnull=False, whole=None).count()
    if open_ones >= MOST_OPEN:
        raise Refused(
            "too_many_lists",
            "%(most)s lists of yours are still open; accept or discard some of them first.",
            most=MOST_OPEN,
        )


def _told(intake: Intake) -> Intake:
    event = current_act().event
    event.about_kind, event.about = "intake", intake.pk
    return intake


def _to_be_read(by: By, intake: Intake) -> Intake:
    """Have a list read anew: what was read before is gone."""
    works.put_in_hand(by=by, kind=_JUDGE, intake=intake)
    intake.state, intake.trouble, intake.counts, intake.digest = "waiting", {}, {}, ""
    intake.save(update_fields=["state", "trouble", "counts", "digest"])
    return _told(intake)


def hold(by: By, verb: str, intake: Intake) -> Intake:
    """A list that is still open, held until the end; refused to all but who brought it."""
    if intake.user is not None:
        own_account(by.user, verb, intake.user)
    held = Intake.objects.select_for_update().get(pk=intake.pk)
    if not held.open:
        raise Refused("list_over", "This list is accepted or discarded already; bring it again.")
    return held


@action("intake.choose")
def choose(
    *, by: By, intake: Intake, table: int | None, place: Place | None, on: dt.date,
    entry: str = "",
) -> Intake:  # fmt: skip
    """Say which table of the file is meant, where the list is from and of which day it tells.

    ``entry`` is the one of a programme by which records are made, as ``programme/entry``.
    """
    require(by.user, "intake.choose", place=place)
    held = hold(by, "intake.choose", intake)
    if on > clock.today():
        raise Refused("not_yet", "The day lies in the future.")
    if held.chosen != table:
        held.mended = None
    held.chosen, held.place_id, held.on = table, place.fact if place else None, on
    held.entry = entry
    held.save(update_fields=["chosen", "place", "on", "mended", "entry"])
    return _to_be_read(by, held)


@action("intake.teach")
def teach(*, by: By, intake: Intake, told: Mapping[str, Mapping[str, str]]) -> Intake:
    """Say what columns and labels ask, by layout and the digest of their headings.

    It is remembered for these layouts.
    """
    require(by.user, "intake.teach")
    held = hold(by, "intake.teach", intake)
    if not any(told.values()):
        raise Refused("nothing_said", "Choose for at least one column what it asks.")
    for layout, meanings in told.items():
        for digest, meaning in meanings.items():
            _remember(by, layout, digest, meaning)
    return _to_be_read(by, held)


def _remember(by: By, layout: str, digest: str, meaning: str) -> None:
    if not _known(meaning):
        raise Refused("no_such_meaning", "%(word)s is no field that is held.", word=meaning)
    rows = ColumnMeaning.objects.current().filter(layout=layout, digest=digest)
    stood = rows.first()
    if stood is None:
        insert(ColumnMeaning(user=by.user, layout=layout, digest=digest, meaning=meaning,
                             date=clock.today()))  # fmt: skip
    else:
        correct(stood, meaning=meaning, user=by.user, date=clock.today())


def _known(meaning: str) -> bool:
    kind, dot, key = meaning.partition(".")
    if not dot:
        return meaning in (LEFT, MOVES) or kind in VOCABULARY
    return (kind == "place" and key in LEVELS) or (kind in VOCABULARY and key in VOCABULARY[kind])


@action("intake.mend")
def mend(*, by: By, intake: Intake, mends: Mapping[str, Any]) -> Intake:
    """Keep what was mended in the browser, sealed like the file; the list is read anew with it."""
    require(by.user, "intake.mend")
    held = hold(by, "intake.mend", intake)
    held.mended = staging.sealed_mends(held, mends)
    held.save(update_fields=["mended"])
    return _to_be_read(by, held)


@action("intake.replace")
def replace(*, by: By, intake: Intake, brought: Brought, mends: Mapping[str, Any]) -> Intake:
    """Let a mended file take the place of a list's; the one before is destroyed.

    ``mends`` is what still holds of what was mended in the browser.
    """
    require(by.user, "intake.replace")
    held = hold(by, "intake.replace", intake)
    _look_over(brought)
    transaction.on_commit(functools.partial(cabinet.destroy, list(held.pieces)))
    staging.put(brought.content, held)
    held.mended = staging.sealed_mends(held, mends)
    held.save(update_fields=["pieces", "size", "mended"])
    return _to_be_read(by, held)


@action("intake.begin")
def begin(*, by: By, intake: Intake) -> Intake:
    """Ask that the good rows of a list be written by a worker."""
    require(by.user, "intake.begin")
    held = hold(by, "intake.begin", intake)
    if held.state != "judged":
        raise Refused("list_not_read", "The list is not read yet; wait until it is.")
    works.put_in_hand(by=by, kind="accept", intake=held)
    return _told(held)


@action("intake.stop")
def stop(*, by: By, intake: Intake) -> Intake:
    """Stop what a worker does with a list; nothing of it is written."""
    require(by.user, "intake.stop")
    held = hold(by, "intake.stop", intake)
    works.stop_for(held)
    if held.state == "waiting":
        held.state = "failed"
        held.trouble = {"zh": "已停止读取", "en": "Reading it was stopped"}
        held.save(update_fields=["state", "trouble"])
    return _told(held)


@action("intake.discard")
def discard(*, by: By, intake: Intake) -> Intake:
    """Let a list go: the file and all that was read in it are destroyed, nothing was written."""
    require(by.user, "intake.discard")
    held = Intake.objects.select_for_update().get(pk=intake.pk)
    if by.user is not None:
        held = hold(by, "intake.discard", intake)
    works.stop_for(held)
    return emptied(held, "discarded")


def emptied(intake: Intake, state: str, event: UUID | None = None) -> Intake:
    """A list that is over: its key, its file and what was read in it are destroyed."""
    transaction.on_commit(functools.partial(cabinet.destroy, list(intake.pieces)))
    IntakePart.objects.filter(intake=intake).delete()
    intake.state, intake.ended_at, intake.event_id = state, clock.now(), event
    intake.salt = intake.secret = intake.mended = None
    intake.pieces = []
    intake.save()
    return _told(intake)


def discard_old(*, now: dt.datetime) -> int:
    """Let go whatever lies staged past its term; how many."""
    old = Intake.objects.filter(salt__isnull=False, brought_at__lt=now - TERM)
    for intake in old:
        discard(by=By(None, "command"), intake=intake)
    return len(old)


# ------------------------------------------------------------------ what the worker writes


def read(
    intake: Intake, *, kind: str, chosen: int, counts: Mapping[str, int], digest: str,
    parts: Iterable[IntakePart],
) -> None:  # fmt: skip
    """Keep what was read in a list instead of what was read before."""
    with transaction.atomic():
        IntakePart.objects.filter(intake=intake).delete()
        for some in _several(parts):
            IntakePart.objects.bulk_create(some)
        rows = Intake.objects.filter(pk=intake.pk, salt__isnull=False)
        rows.update(kind=kind, chosen=chosen, counts=dict(counts), digest=digest, state="judged",
                    trouble={})  # fmt: skip


def not_read(intake: Intake, trouble: Label, parts: Iterable[IntakePart] = ()) -> None:
    """Keep why a list could not be read, and what was understood of it all the same."""
    with transaction.atomic():
        IntakePart.objects.filter(intake=intake).delete()
        IntakePart.objects.bulk_create(parts)
        rows = Intake.objects.filter(pk=intake.pk, salt__isnull=False)
        rows.update(state="failed", trouble={"zh": trouble.zh, "en": trouble.en})


def _several(parts: Iterable[IntakePart], size: int = 40) -> Iterable[Sequence[IntakePart]]:
    some: list[IntakePart] = []
    for part in parts:
        some.append(part)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some
