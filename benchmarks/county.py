"""A county of so many people, entered through actions: everybody in the returnees programme.

The people are made up, the same for the same number; the programme is the library's own, moved to
the present so that its helpers see whom they help, and one helper may answer for several people, as
a county of this size would need.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from time import perf_counter
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Length

from bangfu.jobs import county, people
from bangfu.ledger import clock
from bangfu.ledger.actions import bulk
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions import place as places
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By
from bangfu.ledger.divisions import fictional_villages
from bangfu.ledger.models import EventRows, Pairing, Place, Programme, Subject, User
from bangfu.programmes.loader import library_text

BY = By(None, "command")
SEED = 2009
VILLAGES = 300
UNITS = 20
#: Persons of whom one is a helper, and pairs that each helper answers for.
PER_HELPER, PAIRS = 100, 10
#: Persons in one event: what one county's upload would hold.
IN_ONE_EVENT = 50_000

_TODAY = clock.today()
#: The programme's year, and its last day: each of its windows lies in it once, and so does today.
YEAR = _TODAY.year if (_TODAY.month, _TODAY.day) > (3, 20) else _TODAY.year - 1
LAST = dt.date(YEAR, 12, 31) if YEAR == _TODAY.year else dt.date(YEAR + 1, 3, 20)
BEFORE = dt.date(YEAR - 1, 12, 1)
COLLECTED = dt.date(YEAR, 1, 15)
SWEPT = dt.date(YEAR, 1, 24)
CHOSEN = dt.date(YEAR, 2, 6)
PAIRED = dt.date(YEAR, 2, 10)
VISITED = dt.date(YEAR, 3, 3)
#: The day on which figures are read, and an earlier one for their bridges.
ON, EARLIER = min(dt.date(YEAR, 5, 31), _TODAY), dt.date(YEAR, 2, 9)

_ONE_HELPER_ONE_PERSON = 'helper  = { of = "cadres", exactly = 1 }'
_ONE_HELPER_SEVERAL = 'helper  = { of = "cadres", at_least = 1 }'
_NEEDS = ("wishes", "hardship", "rights", "job_change", "start_up")


@dataclass(frozen=True, slots=True)
class County:
    """What the benchmarks ask about."""

    people: int
    programme: Programme
    place: Place
    clerk: User
    helper: User
    helped: UUID
    seconds: float
    rows: int

    @property
    def rows_a_second(self) -> float:
        """How many rows of the ledger were written in a second, sealing and digests included."""
        return self.rows / self.seconds


def enter(count: int, *, told: Callable[[str], None] = lambda text: None) -> County:
    """Fill an empty database with a county of so many people."""
    began = perf_counter()
    home = county.enter(by=BY)["990001000000"]
    places.load(
        by=BY, table=fictional_villages(VILLAGES), edition="made up", began=dt.date(2000, 1, 1)
    )
    programme = programmes.start(by=BY, name="returnees", text=_file())
    drawn = _Drawn(count, programme, _villages(), _units(home))
    loading = perf_counter()
    drawn.load(told)
    seconds = perf_counter() - loading
    clerk, helper = _accounts(home, drawn.helpers[0])
    told(f"{count} people and what belongs to them: {perf_counter() - began:.1f} s")
    return County(count, programme, home, clerk, helper, drawn.helped, seconds, _written())


def found(count: int) -> County:
    """The county of so many people that was entered before; how long that took is not known."""
    helper = User.objects.get(username="helper")
    pairs = Pairing.objects.current().filter(helper=helper.person_id).order_by("id")
    return County(
        count, Programme.objects.current().get(name="returnees"),
        Place.objects.current().get(code="990001000000"), User.objects.get(username="clerk"),
        helper, pairs.values_list("subject", flat=True)[0], 0.0, _written(),
    )  # fmt: skip


def _written() -> int:
    """How many rows the events of the take-over wrote: each has a record of 32 bytes."""
    told = EventRows.objects.filter(event__verb__startswith="bulk.")
    return int((told.aggregate(all=Sum(Length("rows")))["all"] or 0) // 32)


def _file() -> str:
    """The programme file of this county."""
    text = library_text("returnees", "programme.toml")
    for was, now in (
        (_ONE_HELPER_ONE_PERSON, _ONE_HELPER_SEVERAL),
        ('window   = ["lunar 12-27", "lunar 12-27"]\n', ""),
        ("= 2009-12-31", f"= {LAST}"),
        ("2009-", f"{YEAR}-"),
    ):
        assert was in text, was
        text = text.replace(was, now)
    return text


def _villages() -> dict[str, UUID]:
    """The made-up villages by their codes."""
    made = {line.code for line in fictional_villages(VILLAGES) if line.level == "village"}
    rows = Place.objects.current().filter(level="village", code__in=made)
    return dict(rows.values_list("code", "fact"))


def _units(home: Place) -> list[UUID]:
    return [
        organisations.register(
            by=BY, name=unit.name, kind="county_medical_unit", place=home, on=BEFORE
        ).fact
        for unit in people.organisations(SEED, UNITS, county="青禾县")
    ]


def _accounts(home: Place, person: UUID) -> tuple[User, User]:
    made = []
    helper = Subject.objects.get(pk=person)
    for role, whose in (("clerk", None), ("helper", helper)):
        user = users.create(
            by=BY, username=role, password="benchmark-2026", display_name=role, person=whose
        )
        place = None if whose else home
        users.grant(by=BY, user=user, role=role, on=BEFORE, reason="benchmark", place=place)
        made.append(user)
    return made[0], made[1]


class _Drawn:
    """The people as they are drawn, helpers first, so that others can be paired with them."""

    def __init__(
        self, count: int, programme: Programme, villages: dict[str, UUID], units: list[UUID]
    ) -> None:
        self.count, self.programme, self.villages, self.units = count, programme, villages, units
        self.chance = Random(SEED)
        self.helpers: list[UUID] = []
        self.pairs: list[tuple[UUID, UUID, UUID]] = []
        self.wanted = max(1, count // PER_HELPER)

    @property
    def helped(self) -> UUID:
        """Somebody who is paired and was visited."""
        return self.pairs[0][1]

    def load(self, told: Callable[[str], None]) -> None:
        """Enter everybody, an event for each so many, and then what was done for the paired."""
        homes = people.households(SEED, sorted(self.villages), on=dt.date(YEAR, 1, 1))
        left = self.count
        while left > 0:
            part = self.homes(homes, min(left, IN_ONE_EVENT))
            left -= bulk.people(
                by=BY, homes=part, on=COLLECTED, source="摸底表", programme=self.programme
            )
            told(f"{self.count - left} of {self.count} people")
        bulk.deeds(by=BY, deeds=self.deeds(), programme=self.programme)

    def homes(self, drawn: Iterator[Sequence[people.Person]], most: int) -> Iterator[bulk.Home]:
        """So many persons in their households; the last one may be cut."""
        taken = 0
        while taken < most:
            home = list(islice(next(drawn), most - taken))
            taken += len(home)
            place = self.villages[home[0].village]
            yield bulk.Home(place, [self.member(person, place) for person in home])

    def member(self, drawn: people.Person, place: UUID) -> bulk.Member:
        """One person; the first so many adults are cadres who help, every tenth other is helped."""
        key = clock.new_id()
        sheet = {
            "sex": drawn.sex,
            "birth": drawn.birth,
            "education": drawn.education,
            "relation": drawn.relation,
            "identity": drawn.identity,
            "phone": drawn.phone,
            "living_place_id": place,
        }
        enrolled = (("sweep", SWEPT), ("returnees", CHOSEN))
        classes = (("need_kind", self.chance.choice(_NEEDS), CHOSEN),)
        if len(self.helpers) < self.wanted and drawn.relation == "head":
            self.helpers.append(key)
            return bulk.Member(key, drawn.name, sheet, enrolled, classes, post=self.post())
        helped = ()
        if drawn.serial % 10 == 0 and self.helpers:
            helper = self.helpers[len(self.pairs) // PAIRS % len(self.helpers)]
            helped = ((helper, "one_to_one", PAIRED),)
            self.pairs.append((helper, key, place))
        return bulk.Member(key, drawn.name, sheet, enrolled, classes, helped_by=helped)

    def post(self) -> dict[str, Any]:
        """A post that makes its holder a cadre of the programme."""
        unit = self.units[len(self.helpers) % len(self.units)]
        return {
            "organisation_id": unit,
            "title": "副院长",
            "rank": "deputy_section",
            "real": True,
            "began": BEFORE,
        }

    def deeds(self) -> Iterator[bulk.Deed]:
        """A visit and a talk for everybody who is helped; every fifth visit finds a need."""
        for number, (helper, person, place) in enumerate(self.pairs):
            day = VISITED + dt.timedelta(days=number % 60)
            need = {"kind": "medical"} if number % 5 == 0 else None
            yield bulk.Deed(
                "visit", day, place, [helper], [person], {"topic": "condolence", "people": 2}, need
            )
            yield bulk.Deed("talk", day, place, [helper], [person])
