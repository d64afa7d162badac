"""The villages that somebody looks after: their pairings, and what is open, due and late there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bangfu.ledger.access import ROLES, area, grants_of, opens
from bangfu.ledger.conditions import Unsayable, basic
from bangfu.ledger.meaning import NotInForce
from bangfu.ledger.models import Handling, Need, Pairing, Place, Programme, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.duties import DutyOf
from bangfu.lists.duty_board import duties_in, question_of
from bangfu.lists.listing import digest_of_data
from bangfu.lists.marks import fact_tables
from bangfu.lists.my_duties import NEAR, state_of
from bangfu.lists.readings import kept
from bangfu.lists.today import going

#: So many villages stand on the first page, those where most is late first.
MOST = 12
#: Duties are worked out record by record; where more owe them, their board by unit says it.
FEW = 300
#: A grant for one of these is one for villages; who has a county has boards and lists.
LEVELS = ("township", "village", "group")
#: Who tends households looks after the village, be it as clerk of the town or as its officer.
TENDING = "household.update"


@dataclass(slots=True)
class Waits:
    """How many of one sort wait in a village, and how many of these are late and soon due."""

    open: int = 0
    late: int = 0
    soon: int = 0

    @property
    def behind(self) -> int:
        """How many are neither late nor soon due."""
        return self.open - self.late - self.soon

    def add(self, *, open: int, late: int, soon: int) -> None:
        """Count further ones."""
        self.open, self.late, self.soon = self.open + open, self.late + late, self.soon + soon


@dataclass(frozen=True, slots=True)
class Due:
    """A duty of a programme of which something waits in a village."""

    programme: Programme
    name: str
    title: str
    waits: Waits


@dataclass(slots=True)
class Village:
    """One village: its pairings, the needs and steps that stand open, what is owed."""

    place: Place
    paired: int = 0
    needs: Waits = field(default_factory=Waits)
    steps: Waits = field(default_factory=Waits)
    duties: list[Due] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The place's key, as addresses have it."""
        return str(self.place.fact)

    @property
    def waits(self) -> bool:
        """Whether anything waits there."""
        return any(self.pressing)

    @property
    def pressing(self) -> tuple[int, int, int]:
        """How much is late there, soon due, and open."""
        sorts = (self.needs, self.steps, *(one.waits for one in self.duties))
        late, soon = sum(one.late for one in sorts), sum(one.soon for one in sorts)
        return late, soon, sum(one.open for one in sorts)


def my_villages(
    user: User, programmes: Sequence[Programme], moment: Moment
) -> tuple[list[Village], int]:
    """The villages within the account's grants, the most pressing first, and how many there are."""
    by_place = _villages(user, moment)
    if not by_place:
        return [], 0
    _count_paired(user, by_place, moment)
    _count_waiting(user, by_place, moment)
    for programme in programmes:
        _count_duties(user, programme, by_place, moment)
    found = list({one.place.fact: one for one in by_place.values()}.values())
    late_first = sorted(found, key=lambda one: [-number for number in one.pressing])
    return late_first[:MOST], len(found)


def _villages(user: User, moment: Moment) -> dict[UUID, Village]:
    """The village that each place in the account's towns and villages lies in, by the place."""
    tended = {
        grant.place.fact: grant.place
        for grant in grants_of(user)
        if grant.place and grant.place.level in LEVELS and ROLES[grant.role].may(TENDING)
    }
    found: dict[UUID, Village] = {}
    # A town comes before a village of its own, whose places lie in it already.
    for place in sorted(tended.values(), key=lambda one: one.path):
        if place.fact not in found:
            found |= _lying_in([*area(place, on=moment.on).order_by("path")])
    return found


def _lying_in(places: Sequence[Place]) -> Iterator[tuple[UUID, Village]]:
    """Places from the top down, each with its village; a group stands alone if granted alone."""
    inside: Village | None = None
    for place in places:
        if place.level == "township":
            continue
        if inside is None or not place.path.startswith(inside.place.path):
            inside = Village(place)
        yield place.fact, inside


def _count_paired(user: User, by_place: Mapping[UUID, Village], moment: Moment) -> None:
    pairs = Pairing.objects.at(moment).filter(going(moment), subject__place__in=by_place)
    for row in _by_place(user, "pairing", pairs, paired=Count("pk")):
        by_place[row["subject__place"]].paired += row["paired"]


def _count_waiting(user: User, by_place: Mapping[UUID, Village], moment: Moment) -> None:
    """The needs and the steps of proceedings that stand open."""
    waiting = Q(going(moment), closed__isnull=True, subject__place__in=by_place)
    numbers = {
        "open": Count("pk"),
        "late": Count("pk", filter=Q(due__lt=moment.on)),
        "soon": Count("pk", filter=Q(due__gte=moment.on, due__lte=moment.on + NEAR)),
    }
    for row in _by_place(user, "need", Need.objects.at(moment).filter(waiting), **numbers):
        by_place[row.pop("subject__place")].needs.add(**row)
    for row in _by_place(user, "handling", Handling.objects.at(moment).filter(waiting), **numbers):
        by_place[row.pop("subject__place")].steps.add(**row)


def _by_place(user: User, kind: str, rows: QuerySet[Any], **numbers: Count) -> list[dict[str, Any]]:
    """Records that the account may open, counted by the place of whom they are about."""
    told = opens(user, VOCABULARY[kind], rows).order_by()
    return list(told.values("subject__place").annotate(**numbers))


def _count_duties(
    user: User, programme: Programme, by_place: Mapping[UUID, Village], moment: Moment
) -> None:
    """What pairings, households and sites of the villages, and the villages themselves, owe."""
    try:
        named = duties_in(programme, moment)
    except NotInForce:
        return
    for name, entry in named:
        try:
            waits = _owed(user, programme, name, by_place, moment)
        except Unsayable:
            continue
        for village, told in waits:
            village.duties.append(Due(programme, name, entry.title or name, told))


def _owed(
    user: User,
    programme: Programme,
    name: str,
    by_place: Mapping[UUID, Village],
    moment: Moment,
) -> Iterable[tuple[Village, Waits]]:
    """Where something of a duty waits, kept while no fact changes."""
    every = DutyOf.named(programme, name, moment)
    whose = _whose(user, basic(every.owner), programme, by_place, moment)
    if not whose:
        return ()
    duty = replace(every, only=frozenset(whose))

    def look() -> dict[str, Any]:
        states = [(whose[one.key], state_of(one, moment.on)) for one in duty.owed(moment.on - NEAR)
                  if one.verdict != "free"]  # fmt: skip
        return {"waits": [(str(place), state) for place, state in states if state]}

    keys = digest_of_data({"of": sorted(str(key) for key in whose)})
    question = question_of(duty.meaning, moment, duty=name, villages=keys)
    found: dict[UUID, tuple[Village, Waits]] = {}
    for place, state in kept(question, fact_tables(), look)["waits"]:
        village = by_place[UUID(place)]
        _, waits = found.setdefault(village.place.fact, (village, Waits()))
        waits.add(open=1, late=state == "late", soon=state == "soon")
    return found.values()


def _whose(
    user: User,
    owner: str,
    programme: Programme,
    by_place: Mapping[UUID, Village],
    moment: Moment,
) -> Mapping[UUID, UUID]:
    """The records of the villages that may owe a duty, with their place; none if they are many."""
    if owner == "place":
        return {key: key for key in by_place}
    if owner == "pairing":
        rows: Any = Pairing.objects.at(moment).filter(programme=programme)
        place = "subject__place"
    elif owner in ("household", "site"):
        rows, place = Subject.objects.at(moment).filter(kind=owner), "place"
    else:
        return {}
    there = opens(user, VOCABULARY[owner], rows.filter(**{f"{place}__in": by_place}))
    found = list(there.values_list("fact", place)[: FEW + 1])
    return dict(found) if len(found) <= FEW else {}
