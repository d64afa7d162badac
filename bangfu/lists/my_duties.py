"""What a reader owes in these days: by the own person, by the own pairings, by the units led."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from typing import Literal
from uuid import UUID

from bangfu.ledger.access import opens, own_person
from bangfu.ledger.conditions import Unsayable, basic
from bangfu.ledger.meaning import NotInForce
from bangfu.ledger.models import Pairing, Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.duties import DutyOf
from bangfu.lists.duty_board import Board, duties_in, units_led
from bangfu.lists.judging import Owed

#: A turn that was missed is told of for so many days; one that is due within them, before.
NEAR = dt.timedelta(days=14)
#: So many names stand in one line.
NAMED = 3
State = Literal["late", "soon", "behind"]


@dataclass(frozen=True, slots=True)
class OwnDuty:
    """One duty and turn that the reader has not met: how pressing, by when, and for whom."""

    programme: Programme
    name: str
    title: str
    state: State
    due: dt.date
    waiting: int
    owed: int
    called: tuple[str, ...]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.waiting - len(self.called)


def my_duties(user: User, programmes: Sequence[Programme], moment: Moment) -> list[OwnDuty]:
    """The duties that the account's person or unit owes, the most pressing first."""
    found: list[OwnDuty] = []
    if own_person(user) is None and not units_led(user):
        return found
    for programme in programmes:
        try:
            named = duties_in(programme, moment)
        except NotInForce:
            continue
        for name, _entry in named:
            try:
                found += _of(user, programme, name, moment)
            except Unsayable:
                continue
    return sorted(found, key=lambda one: (one.state != "late", one.due, one.title))


def _of(user: User, programme: Programme, name: str, moment: Moment) -> Iterator[OwnDuty]:
    keys = _own_keys(user, DutyOf.named(programme, name, moment), moment)
    if not keys:
        return
    board = Board.of(programme, name, moment, since=moment.on - NEAR, only=frozenset(keys))
    owed = sorted((one for one in board.owed if one.verdict != "free"), key=lambda one: one.due)
    title = board.duty.entry.title or name
    for due, turn in groupby(owed, key=lambda one: one.due):
        all_of_it = list(turn)
        open_ = [one for one in all_of_it if _state(one, moment.on)]
        if not open_:
            continue
        state = _state(open_[0], moment.on)
        assert state is not None
        named = open_[:NAMED] if board.sides else []
        called = board.called(named)
        names = tuple(called[one.key] for one in named)
        yield OwnDuty(programme, name, title, state, due, len(open_), len(all_of_it), names)


def _own_keys(user: User, duty: DutyOf, moment: Moment) -> Set[UUID]:
    """The records that are the reader's own: himself, his pairings, the units he leads."""
    owner = basic(duty.owner)
    if owner == "organisation":
        return units_led(user)
    person = own_person(user)
    if person is None:
        return frozenset()
    if owner == "pairing":
        return _own_pairings(user, duty.meaning.programme_key(), moment)
    mine = owner == "person" and "person" in duty.counting.kind.doer
    return frozenset((person,) if mine else ())


@once
def _own_pairings(user: User, programme: UUID, moment: Moment) -> frozenset[UUID]:
    """The pairings of a programme in which the account's person helps."""
    rows = Pairing.objects.at(moment).filter(programme=programme, helper=user.person_id)
    return frozenset(opens(user, VOCABULARY["pairing"], rows).values_list("fact", flat=True))


def _state(one: Owed, on: dt.date) -> State | None:
    """How pressing a record's duty is; None where nothing waits, or not yet."""
    if one.verdict in ("short", "over", "unknown") and one.due < on:
        return "late" if one.verdict == "short" else None
    if one.verdict in ("short", "open", "behind"):
        if one.due <= on + NEAR:
            return "soon"
        return "behind" if one.verdict == "behind" else None
    return None
