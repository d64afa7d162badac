"""The people of demonstrations exist nowhere, pass every check, and are the same every time."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from itertools import groupby, islice

import pytest

from bangfu.jobs.people import (
    DRAWN_ON,
    Person,
    households,
    organisation_check,
    organisations,
    people,
    villages,
)
from bangfu.ledger.codes import EDUCATION, RELATION, SEX
from bangfu.ledger.numbers import (
    birth_of,
    identity_kind,
    read_credit_code,
    read_identity,
    read_phone,
    sex_of,
)

VILLAGES = [village.code for village in villages(20)]


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    return list(people(7, 20_000, VILLAGES))


def test_the_same_seed_draws_the_same_people(crowd: list[Person]) -> None:
    assert list(people(7, 20_000, VILLAGES)) == crowd
    assert list(people(7, 100, VILLAGES)) == crowd[:100]
    assert list(people(8, 100, VILLAGES)) != crowd[:100]


def test_as_many_are_drawn_as_asked(crowd: list[Person]) -> None:
    assert [person.serial for person in crowd] == list(range(1, 20_001))


def test_every_identity_number_passes_and_is_nobodys(crowd: list[Person]) -> None:
    for person in crowd:
        assert read_identity(person.identity, today=DRAWN_ON) == person.identity
        assert identity_kind(person.identity) == "fictional"
        assert person.identity.startswith("990001")
        assert birth_of(person.identity) == person.birth
        assert sex_of(person.identity) == person.sex
    assert len({person.identity for person in crowd}) == len(crowd)


def test_every_phone_passes_and_can_ring_nowhere(crowd: list[Person]) -> None:
    phones = [person.phone for person in crowd if person.phone]
    assert len(set(phones)) == len(phones) > 15_000
    for phone in phones:
        assert read_phone(phone) == phone
        assert phone.startswith("110")


def test_more_people_of_one_day_than_its_numbers_move_to_the_day_before() -> None:
    from bangfu.jobs.people import _Draw

    draw = _Draw(1, DRAWN_ON)
    drawn = [draw.birth_and_identity(30.0, "2") for _ in range(1200)]
    assert len({number for _, number in drawn}) == 1200
    assert len({birth for birth, _ in drawn}) == 3
    for birth, number in drawn:
        assert birth_of(read_identity(number, today=DRAWN_ON)) == birth
        assert sex_of(number) == "2"


def test_codes_are_those_of_the_code_books(crowd: list[Person]) -> None:
    assert {person.sex for person in crowd} <= SEX.keys()
    assert {person.relation for person in crowd} <= RELATION.keys()
    assert {person.education for person in crowd} == EDUCATION.keys()
    assert {person.village for person in crowd} == set(VILLAGES)


def test_households_have_one_head_who_comes_first_and_live_in_one_village(
    crowd: list[Person],
) -> None:
    whole = [tuple(home) for _, home in groupby(crowd, key=lambda person: person.household)]
    for home in whole:
        assert [person.relation for person in home].count("head") == 1
        assert home[0].relation == "head"
        assert len({person.village for person in home}) == 1
    assert [home[0].household for home in whole] == list(range(1, len(whole) + 1))
    sizes = Counter(map(len, whole[:-1]))
    assert set(range(1, 6)) <= sizes.keys()
    assert max(sizes) <= 15


def test_parents_are_older_than_their_children() -> None:
    younger = {"son", "daughter"}
    for home in islice(households(3, VILLAGES), 5000):
        head = home[0]
        for person in home[1:]:
            if person.relation in younger:
                assert head.birth < person.birth
            if person.relation in ("father", "mother"):
                assert person.birth < head.birth


def test_the_sex_fits_the_relation(crowd: list[Person]) -> None:
    fits = {"son": "1", "father": "1", "grandson": "1", "daughter": "2", "mother": "2"}
    fits |= {"granddaughter": "2", "daughter_in_law": "2"}
    for person in crowd:
        assert person.sex == fits.get(person.relation, person.sex)


def test_names_include_what_breaks_software(crowd: list[Person]) -> None:
    names = "".join(person.name for person in crowd)
    for character in "喆昇珺祎堃·𬭎":
        assert character in names
    assert {len(person.name) for person in crowd} >= {2, 3, 4}
    assert any(person.name.startswith("欧阳") for person in crowd)


def test_nobody_is_born_after_the_day_drawn_on() -> None:
    day = date(2020, 2, 29)
    for person in people(5, 5000, VILLAGES, on=day):
        assert person.birth <= day


def test_people_need_a_village() -> None:
    with pytest.raises(ValueError, match="name at least one"):
        next(people(1, 1, []))


def test_drawing_a_million_takes_seconds() -> None:
    began = time.process_time()
    for _ in people(1, 20_000, VILLAGES):
        pass
    assert (time.process_time() - began) * 50 < 120


def test_villages_have_codes_and_names_of_their_own() -> None:
    found = villages(1000)
    assert len({village.code for village in found}) == 1000
    assert len({village.name for village in found}) == 1000
    assert all(len(v.code) == 12 and v.code.startswith(v.town_code) for v in found)
    assert len({v.town for v in found}) == len({v.town_code for v in found}) == 84


@pytest.mark.parametrize(("count", "per_town"), [(1189, 12), (1, 0), (1, 181)])
def test_a_county_holds_only_so_many_villages(count: int, per_town: int) -> None:
    with pytest.raises(ValueError, match="at most 99 towns"):
        villages(count, per_town=per_town)


def test_organisations_have_codes_that_pass_and_names_of_their_own() -> None:
    found = list(organisations(1, 3000))
    assert len({one.name for one in found}) == len({one.credit_code for one in found}) == 3000
    for one in found:
        assert read_credit_code(one.credit_code) == one.credit_code
        assert one.credit_code[2:8] == "990001"
        assert organisation_check(one.credit_code[8:16]) == one.credit_code[16]
    assert list(organisations(1, 50)) == found[:50]


def test_the_check_of_an_organisation_code_is_the_standards() -> None:
    assert organisation_check("D2143569") == "X"
    assert organisation_check("M000100Y") == "4"
