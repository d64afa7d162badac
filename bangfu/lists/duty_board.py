"""Duties as people look at them: by unit and turn for everybody, by person for those concerned."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.access import opens, reads
from bangfu.ledger.conditions import basic, lasting
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Pairing, Post, Programme, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.readers import Kept, kept_lists
from bangfu.ledger.workdays import working_days
from bangfu.lists.duties import DutyOf
from bangfu.lists.judging import Owed
from bangfu.lists.listing import digest_of_data
from bangfu.lists.marks import fact_tables
from bangfu.lists.own_work import is_of_people, people_open_to, units_led
from bangfu.lists.pages import names_of
from bangfu.lists.readings import kept
from bangfu.lists.tallies import Tallies, Tally, tallied
from bangfu.programmes.kinds import Kind
from bangfu.programmes.schema import Duty
from bangfu.programmes.turns import Turn

#: A board shows so many of the latest turns.
SHOWN = 6
#: Line by line so many records are shown; all are counted by unit.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit's line of the board: a tally for each turn."""

    key: UUID | None
    called: str
    tallies: Mapping[Turn | None, Tally]


@dataclass
class Board:
    """One duty at a moment: its turns, who owes what, and whose unit they are of."""

    duty: DutyOf
    owed: list[Owed]
    sides: Mapping[UUID, tuple[UUID, UUID]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        programme: Programme,
        name: str,
        moment: Moment,
        *,
        since: dt.date | None = None,
        only: frozenset[UUID] | None = None,
    ) -> Board:
        """The board of a duty; ``since`` a day, else of its latest turns; ``only`` some records."""
        duty = DutyOf.named(programme, name, moment, only)
        return cls.about(duty, list(duty.owed(since or _latest(duty))))

    @classmethod
    def about(cls, duty: DutyOf, owed: list[Owed]) -> Board:
        """The board of some turns that were worked out already."""
        keys, known_at = frozenset(one.key for one in owed), duty.moment.known_at
        sides = _sides(keys, known_at) if keys and duty.owner.name == "pairing" else {}
        return cls(duty, owed, sides)

    @cached_property
    def units(self) -> Mapping[UUID, UUID]:
        """The unit, or the place, under which each record is counted."""
        return _units(self.duty, {one.key for one in self.owed}, self.sides, self.duty.moment)

    @property
    def turns(self) -> list[Turn]:
        """The turns of the board, the earliest first; deadlines of single records have none."""
        if self.duty.entry.per is None:
            return []
        return sorted({one.turn for one in self.owed})

    @property
    def of_people(self) -> bool:
        """Whether it is people at work who owe it, so that lines are for few to see."""
        return is_of_people(self.duty.meaning, self.duty.name)

    def tallies(self) -> list[UnitLine]:
        """Each unit with its tallies, by name; those without a unit last."""
        found: dict[UUID | None, dict[Turn | None, Tally]] = defaultdict(dict)
        for one in self.owed:
            mine = found[self.units.get(one.key)]
            turn = one.turn if self.duty.entry.per else None
            mine[turn] = mine.get(turn, Tally()).plus(one)
        return _named(found, self.duty.moment)

    def total(self, owed: Iterable[Owed] | None = None) -> Tally:
        """All records and turns together."""
        told = Tally()
        for one in self.owed if owed is None else owed:
            told = told.plus(one)
        return told

    def shown_to(self, user: User) -> list[Owed]:
        """The records whose lines an account may see: its own, its units', or what it may open."""
        there = own_keys(user, self.duty)
        if there is None:
            rows = lasting(self.duty.owner, self.duty.moment)
            rows = rows.filter(fact__in={one.key for one in self.owed})
            there = frozenset(opens(user, self.duty.owner, rows).values_list("fact", flat=True))
        return [one for one in self.owed if one.key in there]

    def called(self, owed: Sequence[Owed]) -> dict[UUID, str]:
        """What to call some records: a pairing by both of its sides."""
        keys = {one.key for one in owed}
        sides = {side for key in keys for side in self.sides.get(key, ())}
        told = names_of(keys | sides, self.duty.moment)
        found = {key: told.get(key, "") for key in keys}
        for key in keys & self.sides.keys():
            found[key] = " — ".join(told.get(side, "") for side in self.sides[key])
        return {key: name or str(key)[:8] for key, name in found.items()}


def _latest(duty: DutyOf) -> dt.date | None:
    """The day from which the latest turns end."""
    latest = duty.turns()[-SHOWN:] if duty.entry.per is not None else ()
    return min((turn.due for turn in latest), default=None)


def _named(found: Tallies, moment: Moment) -> list[UnitLine]:
    """Units with their tallies, by name; those without a unit last."""
    named = names_of((key for key in found if key), moment)
    lines = [UnitLine(key, named.get(key, "") if key else "", t) for key, t in found.items()]
    return sorted(lines, key=lambda line: (line.key is None, line.called))


@dataclass(frozen=True)
class Summary:
    """A duty by unit, kept or worked out anew: its latest turns and a line for each unit."""

    duty: DutyOf
    turns: list[Turn]
    lines: list[UnitLine]

    def sums(self) -> dict[Turn | None, Tally]:
        """All units together, by turn."""
        found: dict[Turn | None, Tally] = {}
        for line in self.lines:
            for turn, tally in line.tallies.items():
                found[turn] = found.get(turn, Tally()) + tally
        return found


def summary(programme: Programme, name: str, moment: Moment) -> Summary:
    """A duty by unit for everybody: kept while nothing that it is worked out from has changed."""
    duty = DutyOf.named(programme, name, moment)
    turns = list(duty.turns()[-SHOWN:]) if duty.entry.per is not None else []

    places: dict[Turn | None, int] = {turn: place for place, turn in enumerate(turns)}

    def look() -> dict[str, Any]:
        found = tallied(duty, _latest(duty))
        board = Board.of(programme, name, moment).tallies() if found is None else None
        lines = _named(found or {}, moment) if board is None else board
        return {"lines": [_plain(line, places) for line in lines]}

    answer = kept(question_of(duty.meaning, moment, duty=name), fact_tables(), look)
    keys = [UUID(key) if key else None for key, _ in answer["lines"]]
    found = {
        key: _tallies(told, turns) for key, (_, told) in zip(keys, answer["lines"], strict=True)
    }
    return Summary(duty, turns, _named(found, moment))


def _plain(line: UnitLine, places: Mapping[Turn | None, int]) -> list[Any]:
    """A unit's line as it is kept; a duty without turns stands under -1."""
    told = [[places.get(turn, -1), *tally.numbers] for turn, tally in line.tallies.items()]
    return [str(line.key or ""), told]


def _tallies(told: Any, turns: list[Turn]) -> dict[Turn | None, Tally]:
    return {turns[place] if place >= 0 else None: Tally(*numbers) for place, *numbers in told}


def question_of(meaning: Meaning, moment: Moment, **what: str) -> str:
    """What stands for a question about an entry of a programme, for keeping the answer to it."""
    own = sorted(f"{day}{worked}" for day, worked in working_days().own.items())
    return digest_of_data(
        {
            **what,
            "programme": meaning.row.name,
            "file": meaning.file.digest,
            "on": moment.on.isoformat(),
            "known_at": moment.known_at.isoformat() if moment.known_at else "",
            "workdays": own,
        }
    )


def keys_shown(user: User, duty: DutyOf) -> tuple[frozenset[UUID], bool]:
    """Whose lines an account is shown, those on the list last first; and whether there are more."""
    own = own_keys(user, duty)
    if own is not None:
        return own, False
    found: set[UUID] = set()
    for rows in duty.listed(duty.turns()[-SHOWN:]):
        there = opens(user, duty.owner, rows).order_by("pk").values_list("fact", flat=True)
        found |= set(islice((k for k in there[: MOST + len(found) + 1] if k not in found),
                            MOST + 1 - len(found)))  # fmt: skip
        if len(found) > MOST:
            break
    return frozenset(sorted(found)[:MOST]), len(found) > MOST


def own_keys(user: User, duty: DutyOf) -> frozenset[UUID] | None:
    """Whose lines alone an account may see of a duty: its own and its units'; None if others too.

    So it is with duties of people, and with those that the file keeps for readers.
    """
    if not Board(duty, []).of_people:
        return units_led(user) if _kept_from(user, duty) else None
    people = people_open_to(user, duty.moment)
    if duty.owner.name != "pairing":
        return people
    rows = Pairing.objects.known(duty.moment.known_at).filter(
        programme=duty.meaning.programme_key(), helper__in=people | units_led(user)
    )
    return frozenset(opens(user, duty.owner, rows).values_list("fact", flat=True))


def kept_for(user: User, duty: DutyOf) -> list[str]:
    """What those are called for whom a duty's lines are kept, if they are kept from the account."""
    return [title for one in _kept_from(user, duty) for title in one.called()]


def _kept_from(user: User, duty: DutyOf) -> list[Kept]:
    named = kept_lists(duty.meaning.row, duty.moment, {duty.name})
    return [one for one in named if not reads(user, one)]


def open_by_name(
    user: User, side: str, kind: Kind, rows: QuerySet[Any], moment: Moment
) -> QuerySet[Any]:
    """Of the rows on a side of a pairing, whom an account may see by name as having too few.

    Of people who help that is the own person and those of the units led: for others they are a
    number.
    """
    if side == "helper" and kind.name == "person":
        return rows.filter(fact__in=people_open_to(user, moment))
    return opens(user, kind, rows)


def duties_in(programme: Programme, moment: Moment) -> list[tuple[str, Duty]]:
    """The duties of a programme's file as it was in force on a day, in the file's order."""
    file = Meaning.of(programme, moment).file
    return [(name, one) for name, one in file.entries("duty") if isinstance(one, Duty)]


@once
def _sides(keys: frozenset[UUID], known_at: dt.datetime | None) -> dict[UUID, tuple[UUID, UUID]]:
    rows = Pairing.objects.known(known_at).filter(fact__in=keys)
    told = rows.values_list("fact", "helper", "subject")
    return {fact: (helper, subject) for fact, helper, subject in told}


def _units(
    duty: DutyOf, keys: set[UUID], sides: Mapping[UUID, tuple[UUID, UUID]], moment: Moment
) -> dict[UUID, UUID]:
    """The unit, or the place, under which each record is counted on a board."""
    owner = basic(duty.owner)
    if owner in ("organisation", "place"):
        return {key: key for key in keys}
    if owner in ("household", "site"):
        rows = Subject.objects.at(moment).filter(fact__in=keys, place__isnull=False)
        return dict(rows.values_list("fact", "place"))
    whose = {key: sides[key][0] if key in sides else key for key in keys}
    people = set(whose.values())
    posts = Post.objects.at(moment).filter(person__in=people).order_by("began", "pk")
    held: dict[UUID, UUID] = {}
    for person, unit in posts.values_list("person", "organisation"):
        held.setdefault(person, unit)
    # A unit may itself be the one who helps.
    bodies = Subject.objects.at(moment).filter(fact__in=people, kind="organisation")
    held |= {key: key for key in bodies.values_list("fact", flat=True)}
    return {key: held[doer] for key, doer in whose.items() if doer in held}
