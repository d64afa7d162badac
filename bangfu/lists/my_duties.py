"""What a reader owes in these days: by the own person, by the own pairings, by the units led."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from typing import Literal
from uuid import UUID

from bangfu.ledger.access import opens, own_person
from bangfu.ledger.conditions import Unsayable, basic
from bangfu.ledger.meaning import Meaning, NotInForce
from bangfu.ledger.models import Agreement, Pairing, Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.agreements import obligation
from bangfu.lists.duties import DutyOf
from bangfu.lists.duty_board import Board, duties_in
from bangfu.lists.judging import Owed
from bangfu.lists.own_work import units_led
from bangfu.lists.pages import names_of
from bangfu.programmes.schema import Agreement as Rule

#: A turn that was missed is told of for so many days; one that is due within them, before.
NEAR = dt.timedelta(days=14)
#: So many names stand in one line.
NAMED = 3
State = Literal["late", "soon", "behind"]


@dataclass(frozen=True, slots=True)
class OwnDuty:
    """One duty and turn that the reader has not met: how pressing, by when, and for whom.

    ``agreements``: of an obligation, the agreements under which it waits.
    """

    programme: Programme
    name: str
    title: str
    state: State
    due: dt.date
    waiting: int
    owed: int
    called: tuple[str, ...]
    agreements: tuple[UUID, ...] = ()

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
        found += _obligations(user, programme, moment)
    return sorted(found, key=lambda one: (one.state != "late", one.due, one.title))


def _of(user: User, programme: Programme, name: str, moment: Moment) -> Iterator[OwnDuty]:
    keys = _own_keys(user, DutyOf.named(programme, name, moment), moment)
    if not keys:
        return
    board = Board.of(programme, name, moment, since=moment.on - NEAR, only=frozenset(keys))
    owed = sorted((one for one in board.owed if one.verdict != "free"), key=lambda one: one.due)
    title = board.duty.entry.title or name
    for state, due, open_, whole in _standing(owed, moment):
        named = open_[:NAMED] if board.sides else []
        called = board.called(named)
        names = tuple(called[one.key] for one in named)
        yield OwnDuty(programme, name, title, state, due, len(open_), whole, names)


def _standing(
    owed: Iterable[Owed], moment: Moment
) -> Iterator[tuple[State, dt.date, list[Owed], int]]:
    """Each turn of which something stands open: how, by when, what of it, and of how many."""
    for due, turn in groupby(owed, key=lambda one: one.due):
        all_of_it = list(turn)
        open_ = [one for one in all_of_it if state_of(one, moment.on)]
        if open_ and (state := state_of(open_[0], moment.on)):
            yield state, due, open_, len(all_of_it)


def _obligations(user: User, programme: Programme, moment: Moment) -> Iterator[OwnDuty]:
    """What the reader, or a unit that he leads, owes by agreements, a line for each turn."""
    meaning = Meaning.of(programme, moment)
    for name, rule in meaning.file.entries("agreement"):
        assert isinstance(rule, Rule)
        for party in ("helper", "subject"):
            items = [item for item, line in rule.items.items() if line.owner == party and line.of]
            others = _own_agreements(user, meaning, name, party, moment) if items else {}
            for item in items if others else ():
                title = f"{meaning.file.title_of(name)} · {rule.items[item].title or item}"
                try:
                    of = obligation(meaning, name, item, moment, frozenset(others))
                    owed = list(of.owed(moment.on - NEAR)) if of else []
                except Unsayable:
                    continue
                yield from _turns(programme, name, title, owed, others, moment)


def _turns(
    programme: Programme,
    name: str,
    title: str,
    owed: Sequence[Owed],
    others: Mapping[UUID, UUID],
    moment: Moment,
) -> Iterator[OwnDuty]:
    asked = sorted((o for o in owed if o.verdict != "free"), key=lambda one: (one.due, one.key))
    for state, due, open_, whole in _standing(asked, moment):
        keys = tuple(one.key for one in open_)
        called = names_of((others[key] for key in keys[:NAMED]), moment)
        names = tuple(called.get(others[key], "") for key in keys[:NAMED])
        yield OwnDuty(programme, name, title, state, due, len(open_), whole, names, keys)


def _own_agreements(
    user: User, meaning: Meaning, name: str, party: str, moment: Moment
) -> dict[UUID, UUID]:
    """The agreements in which the reader or a unit he leads stands on a side, with the other."""
    own = {key for key in (own_person(user), *units_led(user)) if key}
    rows = Agreement.objects.at(moment).filter(
        programme=meaning.programme_key(), name=name, **{f"{party}__in": own}
    )
    other = "subject" if party == "helper" else "helper"
    return dict(opens(user, VOCABULARY["agreement"], rows).values_list("fact", other))


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


def state_of(one: Owed, on: dt.date) -> State | None:
    """How pressing a record's duty is; None where nothing waits, or not yet."""
    if one.verdict in ("short", "over", "unknown") and one.due < on:
        return "late" if one.verdict == "short" else None
    if one.verdict in ("short", "open", "behind"):
        if one.due <= on + NEAR:
            return "soon"
        return "behind" if one.verdict == "behind" else None
    return None
