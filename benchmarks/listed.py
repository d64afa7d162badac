"""Every other household of made lists is entered into the ledger, with those who help."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from bangfu.jobs import county as divisions
from bangfu.jobs.made_lists import VILLAGES, About, World
from bangfu.ledger import clock
from bangfu.ledger.actions import bulk
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions import place as places
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.divisions import fictional_villages
from bangfu.ledger.models import Person, Place, Programme
from bangfu.programmes.loader import library_text
from benchmarks import county
from benchmarks.accepted import BY, Ledger

_TAKEN_IN = dt.date(2026, 1, 15)
_TWO_EACH = "at_least = 1, at_most = 2 }"


def enter(world: World) -> Ledger:
    """The places, two programmes, the units, those who help, and every other household."""
    home = divisions.enter(by=BY)["990001000000"]
    places.load(by=BY, table=fictional_villages(VILLAGES), edition="made up",
                began=dt.date(2000, 1, 1))  # fmt: skip
    programmes.start(by=BY, name="returnees", text=county._file())
    text = library_text("hardship_workers", "programme.toml")
    assert _TWO_EACH in text
    programme = programmes.start(
        by=BY, name="hardship_workers", text=text.replace(_TWO_EACH, "at_least = 1 }")
    )
    units = {
        name: organisations.register(
            by=BY, name=name, kind="county_medical_unit", place=home, on=_TAKEN_IN
        ).fact
        for name in world.units
    }
    persons, helpers = _people(world, programme, units)
    rows = Person.objects.current().filter(fact__in=persons.values(), household__isnull=False)
    serials = {key: serial for serial, key in persons.items()}
    homes = {
        world.told[serials[key] - 1].person.household: held
        for key, held in rows.values_list("fact", "household")
    }
    return Ledger(world, persons, homes, helpers)


def _people(
    world: World, programme: Programme, units: dict[str, UUID]
) -> tuple[dict[int, UUID], dict[str, UUID]]:
    villages = dict(Place.objects.current().filter(level="village").values_list("code", "fact"))
    persons: dict[int, UUID] = {}
    helpers: dict[str, UUID] = {}
    helping = {one.person.household for one in world.helpers}
    made = []
    for number, members in world.homes.items():
        if number % 2 and number not in helping:
            continue
        place = villages[members[0].village.code]
        listed = [_member(world, one, place, units) for one in members]
        persons |= {one.person.serial: m.key for one, m in zip(members, listed, strict=True)}
        made.append(bulk.Home(place, listed))
    bulk.people(by=BY, homes=made, on=_TAKEN_IN, source="摸底表", programme=programme)
    helpers = {one.person.name: persons[one.person.serial] for one in world.helpers}
    return persons, helpers


def _member(world: World, one: About, place: UUID, units: dict[str, UUID]) -> bulk.Member:
    """One person of a household; two heads of three are among those whom the programme helps."""
    drawn = one.person
    sheet = {"sex": drawn.sex, "birth": drawn.birth, "education": drawn.education,
             "relation": drawn.relation, "identity": drawn.identity, "phone": drawn.phone,
             "living_place_id": place}  # fmt: skip
    enrolled = (("workers", _TAKEN_IN),) if drawn.serial % 3 else ()
    post = None
    if one in world.helpers:
        post = {"organisation_id": units[world.unit_of(one)], "title": "副局长",
                "rank": "deputy_section", "real": True, "began": _TAKEN_IN}  # fmt: skip
    return bulk.Member(clock.new_id(), drawn.name, sheet, enrolled, post=post)
