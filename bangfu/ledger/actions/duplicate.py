"""Two that may be one: proposed, said to be different, merged, and taken apart again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions import merging
from bangfu.ledger.actions.change_many import withdraw_many
from bangfu.ledger.actions.event import (
    By,
    Refused,
    about_is,
    action,
    correct,
    insert,
    insert_many,
)
from bangfu.ledger.models import Duplicate, Event, Subject, SubjectKey


@dataclass(frozen=True, slots=True)
class Proposed:
    """Two subjects of a kind that may be one: how sure it is, from 0 to 1, and why, in codes."""

    kind: str
    one: UUID
    other: UUID
    sure: float
    reasons: str

    @property
    def both(self) -> tuple[UUID, UUID]:
        """Both keys in the order in which a pair is kept."""
        return in_order(self.one, self.other)

    @property
    def parts(self) -> int:
        """How sure it is in parts of ten thousand, never quite whole."""
        return min(9999, int(self.sure * 10_000))


def in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """Two keys, the first one first, so that a pair is kept once whoever names it."""
    return (one, other) if one.int < other.int else (other, one)


@action("duplicate.propose")
def propose(*, by: By, found: Iterable[Proposed], among: Collection[UUID] | None = None) -> int:
    """Keep what a search found, and drop what it does not find any more; how many are new.

    ``among``: the subjects that were looked at, if not everybody. What somebody said to be
    different is proposed again only for other reasons than then.
    """
    require(by.user, "duplicate.propose")
    known = {(row.one_id, row.other_id): row for row in Duplicate.objects.current()}
    told = {one.both: one for one in found}
    new = [_row(one) for both, one in told.items() if both not in known]
    insert_many(Duplicate, new)
    again = 0
    for both in told.keys() & known.keys():
        again += _anew(known[both], told[both])
    gone = {
        row.fact
        for both, row in known.items()
        if row.state == "open" and both not in told and (among is None or {*both} <= {*among})
    }
    withdraw_many(Duplicate, gone)
    return len(new) + again


def _row(one: Proposed) -> Duplicate:
    row = Duplicate(
        kind=one.kind, date=clock.today(), sure=one.parts, reasons=one.reasons,
        one_id=one.both[0], other_id=one.both[1],
    )  # fmt: skip
    row.fact = row.id
    return row


def _anew(row: Duplicate, found: Proposed) -> bool:
    """What was found again for other reasons; whether it is proposed where it was not."""
    if row.state == "same" or row.reasons == found.reasons:
        return False
    was = row.state
    correct(row, state="open", decided=None, sure=found.parts, reasons=found.reasons)
    return was != "open"


@action("duplicate.differ")
def differ(*, by: By, one: Subject, other: Subject) -> Duplicate:
    """Say that two persons, or two households, are not the same; they are not proposed again."""
    require(by.user, "duplicate.differ", one.fact, other.fact)
    row = _pair(one, other)
    if row.state == "same":
        raise Refused("merged_already", "These are one on record; take that back first.")
    return correct(row, state="different", decided=clock.today())


def _pair(one: Subject, other: Subject) -> Duplicate:
    """The row of two subjects; of two that no search found a new one."""
    if one.fact == other.fact or one.kind != other.kind or one.kind not in ("person", "household"):
        raise Refused("no_pair", "Name two different persons, or two different households.")
    first, second = in_order(one.fact, other.fact)
    held = Duplicate.objects.current().filter(one=first, other=second).first()
    if held is not None:
        return held
    row = Duplicate(kind=one.kind, date=clock.today(), one_id=first, other_id=second)
    return insert(row)


@action("duplicate.merge")
def merge(
    *,
    by: By,
    keep: Subject,
    gone: Subject,
    on: dt.date,
    take: Collection[str] = (),
    ends: Collection[UUID] = (),
) -> Duplicate:
    """Let two persons on record be one from a day on: ``keep`` goes on, ``gone`` ends before it.

    ``take`` are the fields in which what is on record for ``gone`` is right. What runs for ``gone``
    goes on for ``keep``; ``ends`` are the records that end instead, of two that cannot both go on.
    What was done before stays where it was recorded.
    """
    require(by.user, "duplicate.merge", keep.fact, gone.fact)
    row = _pair(keep, gone)
    if keep.kind != "person":
        raise Refused(
            "merge_households",
            "Households are merged by letting the members of one belong to the other from a day "
            "on; see the page of the household.",
        )
    if row.state == "same":
        raise Refused("merged_already", "These are one on record already.")
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)
    merging.merge(by, keep=keep, gone=gone, on=on, take=take, ends=ends)
    correct(row, state="same", kept=keep, decided=on)
    about = Q(one=gone.fact) | Q(other=gone.fact)
    others = Duplicate.objects.current().filter(about, state="open")
    withdraw_many(Duplicate, set(others.values_list("fact", flat=True)))
    require_written(by.user, "duplicate.merge", keep.fact)
    about_is(keep)
    return row


@action("duplicate.undo")
def undo(*, by: By, pair: Duplicate) -> Duplicate:
    """Take a merge back: both are on record again, each with what it had."""
    require(by.user, "duplicate.undo", pair.one_id, pair.other_id)
    if pair.state != "same" or pair.superseded_at is not None:
        raise Refused("not_merged", "These two are not merged; nothing was changed.")
    if SubjectKey.objects.filter(subject__in=(pair.one_id, pair.other_id), salt=None).exists():
        raise Refused("erased_already", "This subject was erased already.")
    gone = pair.other_id if pair.kept_id == pair.one_id else pair.one_id
    merging.take_apart(Event.objects.get(pk=pair.event_id), gone=gone)
    correct(pair, state="open", kept=None, decided=None)
    require_written(by.user, "duplicate.undo", pair.one_id, pair.other_id)
    return pair
