"""People who do not exist: for demonstrations, benchmarks and tests, the same for the same seed.

Every identity number lies in division 990001, which is nobody's, and every phone begins with
110, which is never given out; both pass the readers of :mod:`bangfu.ledger.numbers`. A million
people take some ten seconds and little memory.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate, count, islice
from random import Random
from typing import NamedTuple

from stdnum.cn import ric, uscc

from bangfu.jobs.name_tables import (
    DOTTED_FIRST,
    DOTTED_LAST,
    GIVEN_ONE,
    GIVEN_TWO,
    ORGANISATION_KINDS,
    PLACE_NAMES,
    RARE,
    SURNAMES,
)

DIVISION = "990001"
#: The day as of which ages are drawn, unless another is given.
DRAWN_ON = date(2026, 1, 1)
_YEAR = timedelta(days=365.25)
_SEQUENCES = 499
_PHONES = 10**8
_PHONE_STEP = 61_803_399
_YOUNGEST_SPOUSE = 20.0


class Person(NamedTuple):
    """One person: codes as in the code books, ``household`` the number of the household.

    ``serial`` counts from 1 in the order drawn; ``phone`` is empty for children.
    """

    serial: int
    household: int
    relation: str
    name: str
    sex: str
    birth: date
    identity: str
    phone: str
    education: str
    village: str


class Organisation(NamedTuple):
    """One organisation with a credit code that passes its checks and is nobody's."""

    serial: int
    name: str
    kind: str
    credit_code: str


class Village(NamedTuple):
    """One village with its 12-digit code and the 9-digit code and name of its town."""

    code: str
    name: str
    town_code: str
    town: str


class _Member(NamedTuple):
    relation: str
    sex: str
    age: float
    surname: str


def people(
    seed: int, count: int, villages: Sequence[str], *, on: date = DRAWN_ON
) -> Iterator[Person]:
    """``count`` people, household by household with the head first; the last may be cut.

    ``villages`` are the codes they live under, the first ones more populous; ages are as of
    ``on``. Raises :class:`ValueError` without villages.
    """
    return islice((person for home in households(seed, villages, on=on) for person in home), count)


def households(
    seed: int, villages: Sequence[str], *, on: date = DRAWN_ON
) -> Iterator[tuple[Person, ...]]:
    """Households without end, each a tuple of its people with the head first."""
    if not villages:
        raise ValueError("people live in villages: name at least one")
    return _households(_Draw(seed, on), villages)


def organisations(seed: int, count: int, *, county: str = "示例县") -> Iterator[Organisation]:
    """``count`` organisations of a county that does not exist, each with its own name and code.

    Kinds are the words of the vocabulary. Names repeat after some twenty thousand.
    """
    chance = Random(seed)
    for serial in range(1, count + 1):
        kind, prefix, endings = ORGANISATION_KINDS[(serial - 1) % len(ORGANISATION_KINDS)]
        turn = (serial - 1) // len(ORGANISATION_KINDS)
        place = _place_name(turn // len(endings))
        name = f"{county}{place}{endings[turn % len(endings)]}"
        body = f"Y{chance.randrange(10)}{serial:06d}"
        code = f"{prefix}{DIVISION}{body}{organisation_check(body)}"
        yield Organisation(serial, name, kind, code + str(uscc.calc_check_digit(code)))


def villages(count: int, *, per_town: int = 12) -> tuple[Village, ...]:
    """``count`` villages of the county 990001, in towns of ``per_town``.

    Raises :class:`ValueError` beyond 99 towns or 180 villages in a town.
    """
    if not 1 <= per_town <= 180 or count > 99 * per_town:
        raise ValueError("a county has at most 99 towns of at most 180 villages each")
    found = []
    for number in range(count):
        town, place = divmod(number, per_town)
        town_code = f"{DIVISION}{100 + town}"
        name = _place_name(number + 50)
        found.append(
            Village(f"{town_code}{200 + place}", f"{name}村", town_code, f"{_place_name(town)}镇")
        )
    return tuple(found)


def organisation_check(body: str) -> str:
    """The check character of an organisation code of eight characters (GB 11714)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(letter, 36) * weight for letter, weight in zip(body, weights, strict=True))
    return "0X987654321"[total % 11]


def _place_name(number: int) -> str:
    turn, which = divmod(number, len(PLACE_NAMES))
    return (PLACE_NAMES[turn % len(PLACE_NAMES)][0] if turn else "") + PLACE_NAMES[which]


class _Draw:
    """Draws names, births and numbers, never the same number twice."""

    def __init__(self, seed: int, on: date) -> None:
        self.chance = Random(seed)
        self.on = on
        self.serial = 0
        self.phone_start = self.chance.randrange(_PHONES)
        self.taken: dict[tuple[date, str], int] = {}
        self.surnames = tuple(SURNAMES)
        self.surname_steps = tuple(accumulate(SURNAMES.values()))

    def surname(self) -> str:
        place = self.chance.random() * self.surname_steps[-1]
        return self.surnames[bisect(self.surname_steps, place)]

    def given(self, sex: str) -> str:
        chance = self.chance.random()
        first = _pick(self.chance, GIVEN_ONE[sex] if chance > 0.03 else RARE)
        return first if chance > 0.8 else first + _pick(self.chance, GIVEN_TWO[sex])

    def name(self, surname: str, sex: str) -> str:
        if self.chance.random() < 0.004:
            return f"{_pick(self.chance, DOTTED_FIRST[sex])}·{_pick(self.chance, DOTTED_LAST)}"
        return surname + self.given(sex)

    def birth_and_identity(self, age: float, sex: str) -> tuple[date, str]:
        birth = self.on - age * _YEAR
        while self.taken.get((birth, sex), 0) >= _SEQUENCES:
            birth -= timedelta(days=1)
        turn = self.taken[birth, sex] = self.taken.get((birth, sex), 0) + 1
        sequence = 2 * turn - 1 if sex == "1" else 2 * turn
        number = f"{DIVISION}{birth:%Y%m%d}{sequence:03d}"
        return birth, number + ric.calc_check_digit(number + "0")

    def phone(self) -> str:
        return f"110{(self.phone_start + self.serial * _PHONE_STEP) % _PHONES:08d}"

    def person(self, member: _Member, household: int, village: str) -> Person:
        self.serial += 1
        birth, identity = self.birth_and_identity(member.age, member.sex)
        return Person(
            serial=self.serial,
            household=household,
            relation=member.relation,
            name=self.name(member.surname, member.sex),
            sex=member.sex,
            birth=birth,
            identity=identity,
            phone=self.phone() if member.age >= 12 else "",
            education=_education(self.chance.random(), member.age),
            village=village,
        )


def _pick(chance: Random, among: Sequence[str]) -> str:
    return among[int(chance.random() * len(among))]


def _households(draw: _Draw, villages: Sequence[str]) -> Iterator[tuple[Person, ...]]:
    for number in count(1):
        village = villages[int(draw.chance.random() ** 1.3 * len(villages))]
        yield tuple(draw.person(member, number, village) for member in _members(draw))


def _members(draw: _Draw) -> Iterator[_Member]:
    """The head, then a spouse, parents, children and grandchildren as chance has it."""
    random = draw.chance.random
    head = _Member("head", "1" if random() < 0.85 else "2", 24 + 62 * random(), draw.surname())
    yield head
    line = head.surname
    if random() < (0.8 if head.age < 70 else 0.5):
        spouse = _Member(
            "spouse", "2" if head.sex == "1" else "1", _near(random(), head.age), draw.surname()
        )
        yield spouse
        line = line if head.sex == "1" else spouse.surname
    if head.age < 60 and random() < 0.35:
        yield from _parents(draw, head)
    if head.age < 46 + 30 * random():
        yield from _children(draw, head, line)


def _near(chance: float, age: float) -> float:
    return max(_YOUNGEST_SPOUSE, age - 5 + 8 * chance)


def _parents(draw: _Draw, head: _Member) -> Iterator[_Member]:
    random = draw.chance.random
    if random() < 0.6:
        yield _Member("father", "1", head.age + 20 + 12 * random(), head.surname)
    yield _Member("mother", "2", head.age + 19 + 10 * random(), draw.surname())


def _children(draw: _Draw, head: _Member, line: str) -> Iterator[_Member]:
    random = draw.chance.random
    eldest = head.age - 21 - 9 * random()
    for turn in range(int(3.2 * random())):
        age = eldest - 3 * turn - random()
        if age < 0:
            return
        sex = "1" if random() < 0.52 else "2"
        yield _Member("son" if sex == "1" else "daughter", sex, age, line)
        if sex == "1" and age > 27 and random() < 0.5:
            yield _Member("daughter_in_law", "2", _near(random(), age), draw.surname())
            if random() < 0.6:
                boy = random() < 0.52
                relation = "grandson" if boy else "granddaughter"
                yield _Member(relation, "1" if boy else "2", (age - 22) * random(), line)


_SCHOOL_AGES = ((6, "none"), (12.5, "primary"), (15.5, "junior_high"), (18, "senior_high"))
_WORDS = (
    "none",
    "primary",
    "junior_high",
    "senior_high",
    "secondary_vocational",
    "college",
    "bachelor",
    "master",
)
#: The shares up to each word but the last, for people up to 35, 60 and older.
_SHARES = (
    (35, (0.005, 0.05, 0.42, 0.58, 0.72, 0.88, 0.99)),
    (60, (0.03, 0.32, 0.78, 0.88, 0.94, 0.98, 0.998)),
    (200, (0.3, 0.75, 0.94, 0.98, 0.99, 0.997, 0.9999)),
)


def _education(chance: float, age: float) -> str:
    for until, word in _SCHOOL_AGES:
        if age < until:
            return word
    shares = next(shares for until, shares in _SHARES if age < until)
    return _WORDS[bisect(shares, chance)]
