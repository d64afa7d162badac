"""Every line of the condition language against a reading of it in plain Python.

The same little tables are held twice: as rows of the ledger, and as plain dictionaries that an
evaluator with three truth values reads as the language says (true, false, not known).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from django.db.models import QuerySet
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bangfu.ledger.actions import place as places
from bangfu.ledger.actions.event import insert
from bangfu.ledger.actions.subject import new_subject
from bangfu.ledger.beside import gone_through
from bangfu.ledger.codes import EDUCATION, RANK
from bangfu.ledger.conditions import NoNames, Scope, Unsayable, compile_where, rows_of, value_of
from bangfu.ledger.deep import checked
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import (
    Activity,
    Class,
    Enrolment,
    Entry,
    Fund,
    Household,
    Need,
    Organisation,
    Pairing,
    Participant,
    Person,
    Place,
    Post,
    Programme,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.how_many import how_many_each
from bangfu.programmes.comparing import COMPARISONS, read_other, several
from bangfu.programmes.period import shifted
from bangfu.programmes.problems import ProgrammeErrors
from tests.village import OPERATOR, Village, undone, write

DAY = dt.timedelta(days=1)
FIRST = dt.date(2009, 1, 1)
#: The day from which the second village lies in the far town.
MOVED = FIRST + 40 * DAY
LAST = 120
RANKS, LEVELS = list(RANK), list(EDUCATION)
CODES = ("990001000000", "990001101000", "990001102000", "990001101201", "990001101202")
Truth = bool | None
Row = dict[str, Any]


def day(number: int) -> dt.date:
    return FIRST + number * DAY


# ------------------------------------------------------------------ the tables, held twice


@dataclass
class World:
    """Plain rows by kind; each has its key under ``fact``."""

    meaning: Meaning
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def of(self, kind: str) -> list[Row]:
        return self.rows.setdefault(kind, [])

    def one(self, kind: str, key: UUID | None) -> Row | None:
        return next((r for r in self.of(kind) if r["fact"] == key), None)


@pytest.fixture(scope="module")
def world(told_village: Village) -> Iterator[World]:
    """Persons with blanks, their posts, visits, needs, classes and pairings; one village moves."""
    chance, v = random.Random(2009), told_village
    with undone():
        places.move(by=OPERATOR, place=v.next_village, to=v.far_town, on=MOVED)
        made = World(Meaning.of(Programme.objects.current().get(), Moment(FIRST)))
        write(by=OPERATOR, what=lambda: _fill(made, v, chance))
        yield made


def _fill(w: World, v: Village, chance: random.Random) -> None:
    spots = [v.village, v.next_village, v.far_village, v.town, None]
    for n in range(4):
        unit = new_subject(
            kind="organisation", name=f"单位{n}", place=chance.choice(spots), began=day(-900)
        )
        kind = chance.choice(["county_medical_unit", "bureau", ""])
        insert(Organisation(fact=unit, kind=kind, began=day(-900)))
        w.of("organisation").append(
            {"fact": unit.fact, "name": unit.name, "kind": kind, "place": _fact(unit.place)}
        )
    for n in range(3):
        home = new_subject(
            kind="household", name=f"户{n}", place=chance.choice(spots), began=day(-900)
        )
        size, kind = chance.choice([None, 1, 4, 7]), chance.choice(["", "poor", "ordinary"])
        insert(Household(fact=home, size=size, kind=kind, began=day(-900)))
        w.of("household").append(
            {"fact": home.fact, "size": size, "kind": kind, "place": _fact(home.place)}
        )
    for n in range(9):
        _person(w, chance, n, spots)
    for _ in range(10):
        _post(w, chance)
    for _ in range(26):
        _activity(w, chance, spots)
    for _ in range(9):
        _need(w, chance)
    for _ in range(8):
        _decided(w, chance)
    _money(w, chance)


def _fact(place: Any) -> UUID | None:
    return place.fact if place is not None else None


def _span(chance: random.Random) -> tuple[dt.date, dt.date | None]:
    began = chance.randrange(-50, LAST)
    return day(began), chance.choice([None, day(began + chance.randrange(0, 90))])


def _person(w: World, chance: random.Random, n: int, spots: list[Any]) -> None:
    who = new_subject(kind="person", name=f"人{n}", place=chance.choice(spots), began=day(-900))
    row: Row = {"fact": who.fact, "name": who.name, "place": _fact(who.place), "sheets": []}
    cut = chance.choice([None, chance.randrange(5, LAST)])
    spans = [(day(-900), None)] if cut is None else [(day(-900), day(cut - 1)), (day(cut), None)]
    if n == 0:
        spans = spans[:0]  # a person of whom nothing was ever collected
    for began, ended in spans:
        living = chance.choice(spots)
        home = chance.choice([*w.of("household"), None])
        sheet: Row = {
            "began": began,
            "ended": ended,
            "sex": chance.choice(["", "1", "2"]),
            "birth": chance.choice([None, dt.date(1950 + chance.randrange(50), 3, 1)]),
            "education": chance.choice(["", *LEVELS]),
            "work_reported": chance.choice([None, day(chance.randrange(0, LAST))]),
            "living_place": _fact(living),
            "household": home["fact"] if home else None,
        }
        given_ = {k: x for k, x in sheet.items() if k not in ("living_place", "household")}
        insert(
            Person(
                fact=who,
                living_place_id=sheet["living_place"],
                household_id=sheet["household"],
                **given_,
            )
        )
        row["sheets"].append(sheet)
    w.of("person").append(row)


def _post(w: World, chance: random.Random) -> None:
    began, ended = _span(chance)
    row: Row = {
        "person": chance.choice(w.of("person"))["fact"],
        "organisation": chance.choice(w.of("organisation"))["fact"],
        "rank": chance.choice(["", *RANKS]),
        "real": chance.choice([None, True, False]),
        "title": f"职{len(w.of('post'))}",
        "began": began,
        "ended": ended,
    }
    made = insert(
        Post(
            person_id=row["person"],
            organisation_id=row["organisation"],
            **{k: row[k] for k in ("rank", "real", "title", "began", "ended")},
        )
    )
    w.of("post").append({**row, "fact": made.fact})


def _activity(w: World, chance: random.Random, spots: list[Any]) -> None:
    people = [p["fact"] for p in w.of("person")]
    row: Row = {
        "date": day(chance.randrange(0, LAST)),
        "kind": chance.choice(["visit", "talk", "visit"]),
        "topic": chance.choice(["", "condolence", "law"]),
        "mode": chance.choice(["", "home", "phone"]),
        "people": chance.choice([None, 1, 3, 9]),
        "place": _fact(chance.choice(spots)),
        "organisation": chance.choice([*w.of("organisation"), {"fact": None}])["fact"],
        "who": chance.sample(people, chance.randrange(0, 3)),
        "whom": chance.sample(people, chance.randrange(0, 4)),
    }
    plain = ("date", "kind", "topic", "mode", "people")
    made = insert(
        Activity(
            place_id=row["place"],
            organisation_id=row["organisation"],
            **{k: row[k] for k in plain},
        )
    )
    for part in ("who", "whom"):
        for subject in row[part]:
            insert(Participant(activity=made, subject_id=subject, part=part))
    w.of("activity").append({**row, "fact": made.fact})


def _need(w: World, chance: random.Random) -> None:
    raised = chance.randrange(0, LAST)
    row: Row = {
        "date": day(raised),
        "subject": chance.choice([*w.of("person"), *w.of("household")])["fact"],
        "kind": chance.choice(["", "road", "water"]),
        "due": chance.choice([None, day(raised + 20)]),
        "closed": chance.choice([None, day(raised + chance.randrange(0, 60))]),
        "confirmed": chance.choice([None, True, False]),
    }
    values = {k: x for k, x in row.items() if k != "subject"}
    made = insert(Need(subject_id=row["subject"], **values))
    w.of("need").append({**row, "fact": made.fact})


def _decided(w: World, chance: random.Random) -> None:
    """Classes, enrolments and pairings of the programme."""
    programme, people = w.meaning.row, w.of("person")
    n = len(w.of("class"))
    began, ended = _span(chance)
    person = people[n % len(people)]["fact"]
    row = {
        "subject": person,
        "name": "need_kind",
        "option": chance.choice(["hardship", "rights", "wishes"]),
        "began": began,
        "ended": ended,
    }
    made = insert(
        Class(
            programme=programme,
            subject_id=person,
            **{k: x for k, x in row.items() if k != "subject"},
        )
    )
    w.of("class").append({**row, "fact": made.fact})
    began, ended = _span(chance)
    made_in = insert(
        Enrolment(
            programme=programme, name="returnees", subject_id=person, began=began, ended=ended
        )
    )
    w.of("enrolment").append(
        {
            "fact": made_in.fact,
            "name": "returnees",
            "subject": person,
            "began": began,
            "ended": ended,
        }
    )
    helper = people[(n + 3) % len(people)]["fact"]
    began, ended = _span(chance)
    pair = insert(
        Pairing(
            programme=programme,
            name="one_to_one",
            helper_id=helper,
            subject_id=person,
            began=began,
            ended=ended,
        )
    )
    w.of("pairing").append(
        {
            "fact": pair.fact,
            "name": "one_to_one",
            "helper": helper,
            "subject": person,
            "began": began,
            "ended": ended,
        }
    )


def _money(w: World, chance: random.Random) -> None:
    fund = Fund.objects.current().get(programme=w.meaning.row)
    for n in range(8):
        unit = chance.choice(w.of("organisation"))["fact"]
        row: Row = {
            "date": day(n * 13),
            "organisation": unit,
            "direction": "in",
            "kind": "donation",
            "amount": chance.choice([100_000, 200_000, 250_050]),
        }
        values = {k: x for k, x in row.items() if k != "organisation"}
        made = insert(Entry(fund=fund, organisation_id=unit, **values))
        w.of("entry").append({**row, "fact": made.fact})


# ------------------------------------------------------------------ the language, read plainly


def both(values: Iterable[Truth]) -> Truth:
    found = list(values)
    return False if False in found else (None if None in found else True)


def either(values: Iterable[Truth]) -> Truth:
    return opposite(both(opposite(v) for v in values))


def opposite(value: Truth) -> Truth:
    return None if value is None else not value


def holds_on(row: Row, on: dt.date) -> bool:
    if "date" in row:
        return bool(row["date"] <= on)
    return bool(row["began"] <= on and (row["ended"] is None or row["ended"] >= on))


#: What a blank means: these are answers, the others are not known.
NONE_OF_THESE = {"sex", "kind", "topic", "mode", "name", "title"}
RANKED = {"education": LEVELS, "rank": RANKS}
HAPPENS = {"closed"}
#: A record that still runs has surely not ended.
LAST_DAYS = {"ended"}
DAYS = ("before", "after", "from", "to")
#: Kinds of which every row is there on every day.
THINGS = ("person", "household", "organisation")
MONEY = {"amount"}


@dataclass
class Plain:
    """The plain reading over one world."""

    world: World
    #: The records outside of what is said of tied ones, innermost last, with their kinds.
    outside: list[tuple[str, Row]] = field(default_factory=list)

    def where(self, kind: str, row: Row, condition: Mapping[str, Any], on: dt.date) -> Truth:
        return both(self.line(kind, row, left, right, on) for left, right in condition.items())

    def line(self, kind: str, row: Row, left: str, right: Any, on: dt.date) -> Truth:
        if left in ("any", "none"):
            found = either(self.where(kind, row, group, on) for group in right)
            return found if left == "any" else opposite(found)
        if left == "twin":
            return self.twin(kind, row, right, self.around(row, on))
        if isinstance(right, Mapping) and left not in TIED:
            others = {w: x for w, x in right.items() if w in COMPARISONS and isinstance(x, str)}
            if others:
                rest = {w: x for w, x in right.items() if w not in others}
                told = [self.compared(kind, row, left, w, x, on) for w, x in others.items()]
                return both([*told, *([self.line(kind, row, left, rest, on)] if rest else [])])
        if left in ("cadres", "units", "returnees", "need_kind"):
            return getattr(self, left)(row, right, on)
        if left in TIED:
            return self.tied(row, left, right, self.around(row, on))
        if left in ("who", "whom"):
            return self.many(row[left], right, row["date"])
        if left == "age":
            return self.age(row, right, on)
        if kind == "person" and left != "place" and left != "name":
            return self.on_sheet(row, left, right, on)
        return self.field(row, left, right, on, self.around(row, on))

    def compared(self, kind: str, row: Row, left: str, word: str, text: str, on: dt.date) -> Truth:
        """A field held against another one, of this row or of the one outside."""
        other = read_other(text)
        assert other is not None
        far_kind, far = self.outside[-1] if other.outside else (kind, row)
        mine, its = self.said(kind, row, (left,), on), self.said(far_kind, far, other.steps, on)
        values = []
        for name, value in ((left, mine), (other.steps[-1], its)):
            if name in HAPPENS and value is not None and value > on:
                value = None
            if value in (None, "") and name in NONE_OF_THESE | HAPPENS | LAST_DAYS:
                return False
            values.append(value)
        if None in values or "" in values:
            # A blank of words on either side would have been an answer.
            plain = {left, other.steps[-1]} & NONE_OF_THESE
            return False if plain else None
        if other.unit:
            values[1] = shifted(values[1], other.count, other.unit)
        one, another = values
        found = (
            {
                "before": one < another,
                "after": one > another,
                "from": one >= another,
                "to": one <= another,
            }
            if word in DAYS
            else {}
        )
        if word in ("above", "below"):
            found = {"above": one > another, "below": one < another}
        return found[word] if found else one == another

    def said(self, kind: str, row: Row, steps: tuple[str, ...], on: dt.date) -> Any:
        """What a path of fields says of a row."""
        around = self.around(row, on)
        if kind == "person" and steps[0] not in row:
            row = next((s for s in row["sheets"] if holds_on(s, around)), {})
        value = row.get(steps[0])
        if len(steps) == 1:
            return value
        far = self.world.one(steps[0], value)
        return None if far is None else self.said(steps[0], far, steps[1:], around)

    def twin(self, kind: str, row: Row, right: Mapping[str, Any], on: dt.date) -> Truth:
        inner = {k: x for k, x in right.items() if k not in ("by", "apart")}
        by, apart = several(right["by"]), several(right.get("apart", ()))
        met: list[Truth] = []
        for other in self.world.of(kind):
            if other is row or not (kind in THINGS or holds_on(other, on)):
                continue
            pairs = [
                (self.said(kind, row, (k,), on), self.said(kind, other, (k,), on))
                for k in (*by, *apart)
            ]
            if any(x in (None, "") for pair in pairs for x in pair):
                continue
            alike = all(a == b for a, b in pairs[: len(by)])
            if alike and all(a != b for a, b in pairs[len(by) :]):
                self.outside.append((kind, row))
                met.append(self.where(kind, other, inner, on))
                self.outside.pop()
        return either(met)

    def around(self, row: Row, on: dt.date) -> dt.date:
        """What surrounds an event is read on the event's own day."""
        return row["date"] if "date" in row else on

    def on_sheet(self, row: Row, left: str, right: Any, on: dt.date) -> Truth:
        sheet = next((s for s in row["sheets"] if holds_on(s, on)), None)
        if sheet is None:
            if isinstance(right, Mapping) and "known" in right:
                return not right["known"]
            pointer = left in ("living_place", "household")
            return False if pointer or left in NONE_OF_THESE else None
        return self.field({k: x for k, x in sheet.items()}, left, right, on, on)

    def field(self, row: Row, left: str, right: Any, on: dt.date, around: dt.date) -> Truth:
        value = row[left]
        if left in ("place", "living_place", "household", "organisation", "subject", "person"):
            return self.pointer(left, value, right, around)
        if left in HAPPENS and value is not None and value > on:
            value = None
        blank = value in (None, "")
        if isinstance(right, Mapping) and set(right) == {"known"}:
            return blank is not right["known"]
        if blank:
            return False if left in NONE_OF_THESE | HAPPENS | LAST_DAYS else None
        if not isinstance(right, Mapping):
            return value in (right if isinstance(right, list) else [right])
        return all(self.bound(left, value, word, b) for word, b in right.items())

    def bound(self, left: str, value: Any, word: str, bound: Any) -> bool:
        if left in RANKED:
            value, bound = RANKED[left].index(value), RANKED[left].index(bound)
        if left in MONEY:
            bound = round(bound * 100)
        compare: dict[str, Callable[[Any, Any], bool]] = {
            "at_least": lambda a, b: a >= b,
            "from": lambda a, b: a >= b,
            "at_most": lambda a, b: a <= b,
            "to": lambda a, b: a <= b,
            "exactly": lambda a, b: a == b,
            "above": lambda a, b: a > b,
            "after": lambda a, b: a > b,
            "below": lambda a, b: a < b,
            "before": lambda a, b: a < b,
        }
        return compare[word](value, bound)

    def age(self, row: Row, right: Any, on: dt.date) -> Truth:
        sheet = next((s for s in row["sheets"] if holds_on(s, on)), None)
        if sheet is None or sheet["birth"] is None:
            return None
        born = sheet["birth"]
        years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        return all(self.bound("age", years, word, b) for word, b in right.items())

    def pointer(self, left: str, key: UUID | None, right: Any, on: dt.date) -> Truth:
        if isinstance(right, str | list):
            codes = right if isinstance(right, list) else [right]
            return any(self.lies_in(key, code, on) for code in codes)
        if set(right) == {"known"}:
            return (key is not None) is right["known"]
        if left in ("place", "living_place"):
            return self.place_is(key, right, on)
        kinds = [left] if left != "subject" else ["person", "household"]
        kinds = [
            k for k in kinds if all(word in VOCABULARY[k] or word == "units" for word in right)
        ]
        found = [self.where(k, r, right, on) for k in kinds if (r := self.world.one(k, key))]
        return found[0] if found else False

    def place_is(self, key: UUID | None, right: Mapping[str, Any], on: dt.date) -> Truth:
        held = Place.objects.at(Moment(on)).filter(fact=key).first()
        return held is not None and all(getattr(held, k) == x for k, x in right.items())

    def lies_in(self, key: UUID | None, code: str, on: dt.date) -> bool:
        """By walking up from parent to parent as they were on the day."""
        while key is not None:
            held = Place.objects.at(Moment(on)).filter(fact=key).first()
            if held is None:
                return False
            if held.code == code:
                return True
            key = held.parent_id
        return False

    def tied(self, row: Row, left: str, right: Mapping[str, Any], on: dt.date) -> Truth:
        kind, ties = TIED[left]
        ties = (right["as"],) if "as" in right else ties
        bounds = {k: x for k, x in right.items() if k in ("at_least", "at_most", "exactly")}
        bounds |= {k: x for k, x in right.items() if k in ("above", "below")}
        counted_by = ("as", "sum", "distinct")
        inner = {k: x for k, x in right.items() if k not in bounds and k not in counted_by}
        met, weights, days = [], [], []
        for other in self.world.of(kind):
            leads = (
                row["fact"] in x if isinstance(x, list) else row["fact"] == x
                for x in (self.said(kind, other, (tie,), on) for tie in ties)
            )
            there = kind in THINGS or holds_on(other, on)
            if there and _is_a(left, other) and any(leads):
                self.outside.append((kind_of(row), row))
                met.append(self.where(kind, other, inner, on))
                self.outside.pop()
                weights.append(other[right["sum"]] if "sum" in right else 1)
                days.append(other.get("date"))
        if "distinct" in right:
            few = len({day for day, m in zip(days, met, strict=True) if m is True})
            many = len({day for day, m in zip(days, met, strict=True) if m is not False})
            return between(few, many, bounds or {"at_least": 1})
        if not any(isinstance(x, str) for x in bounds.values()) and "sum" not in right:
            return counted(met, bounds or {"at_least": 1})
        return both(self.measured(row, met, weights, w, x, on) for w, x in bounds.items())

    def measured(
        self, row: Row, met: list[Truth], weights: list[int], word: str, bound: Any, on: dt.date
    ) -> Truth:
        """What tied records add up to, or how many they are, against a field or a share."""
        low = Fraction(sum(n for m, n in zip(met, weights, strict=True) if m is True))
        high = Fraction(sum(n for m, n in zip(met, weights, strict=True) if m is not False))
        if isinstance(bound, str) and "/" in bound:
            if not met:
                return False
            low, high, limit = low / len(met), high / len(met), Fraction(bound)
        elif isinstance(bound, str):
            said = self.said(kind_of(row), row, (bound,), on)
            if said is None:
                return None
            limit = Fraction(said)
        else:
            limit = Fraction(bound) * (100 if set(weights) - {1} else 1)
        verdicts = {self.bound("", value, word, limit) for value in (low, high)}
        return verdicts.pop() if len(verdicts) == 1 else None

    def many(self, keys: list[UUID], right: Mapping[str, Any], on: dt.date) -> Truth:
        bounds = {k: x for k, x in right.items() if k in ("at_least", "at_most", "exactly")}
        inner = {k: x for k, x in right.items() if k not in bounds}
        people = [self.world.one("person", key) for key in keys]
        met = [self.where("person", p, inner, on) for p in people if p]
        return counted(met, bounds or {"at_least": 1})

    # names of the programme

    def units(self, row: Row, right: bool, on: dt.date) -> Truth:
        found = row["kind"] == "county_medical_unit"
        return found is right

    def cadres(self, row: Row, right: bool, on: dt.date) -> Truth:
        found = self.tied(
            row,
            "post",
            {"real": True, "rank": {"at_least": "deputy_section"}, "organisation": {"units": True}},
            on,
        )
        return found if right else opposite(found)

    def returnees(self, row: Row, right: bool, on: dt.date) -> Truth:
        enrolled = any(
            e["subject"] == row["fact"] and holds_on(e, on) for e in self.world.of("enrolment")
        )
        return enrolled is right

    def need_kind(self, row: Row, right: Any, on: dt.date) -> Truth:
        held = {
            c["option"]
            for c in self.world.of("class")
            if c["subject"] == row["fact"] and holds_on(c, on)
        }
        if held & set(right if isinstance(right, list) else [right]):
            return True
        return False if held else None  # everybody must have one: none is not known yet


def kind_of(row: Row) -> str:
    """The kind of a row that has tied records."""
    if "sheets" in row:
        return "person"
    return "household" if "size" in row else "organisation"


def counted(met: list[Truth], bounds: Mapping[str, int]) -> Truth:
    return between(sum(m is True for m in met), sum(m is not False for m in met), bounds)


def between(low: int, high: int, bounds: Mapping[str, int]) -> Truth:
    verdicts: list[Truth] = []
    for word, n in bounds.items():
        if word in ("at_least", "exactly"):
            verdicts.append(True if low >= n else (False if high < n else None))
        if word in ("at_most", "exactly"):
            verdicts.append(True if high <= n else (False if low > n else None))
        if word == "above":
            verdicts.append(True if low > n else (False if high <= n else None))
        if word == "below":
            verdicts.append(True if high < n else (False if low >= n else None))
    return both(verdicts)


#: Names that stand for tied records: their kind, and by which fields they belong to a person.
TIED: dict[str, tuple[str, tuple[str, ...]]] = {
    "post": ("post", ("person",)),
    "visit": ("activity", ("whom",)),
    "private_talk": ("activity", ("whom",)),
    "one_to_one": ("pairing", ("helper", "subject")),
    "need": ("need", ("subject",)),
    "entry": ("entry", ("organisation",)),
    "person": ("person", ("household",)),
}


def _is_a(name: str, row: Row) -> bool:
    if name == "visit":
        return bool(row["kind"] == "visit")
    if name == "private_talk":
        return bool(row["kind"] == "talk")
    return True


# ------------------------------------------------------------------ conditions at random


def day_bounds() -> st.SearchStrategy[Any]:
    days = st.integers(-5, LAST).map(day)
    return st.one_of(
        st.fixed_dictionaries({"from": days}),
        st.fixed_dictionaries({"to": days}),
        st.fixed_dictionaries({"from": days, "to": days}),
        st.fixed_dictionaries({"before": days}),
        st.fixed_dictionaries({"after": days}),
    )


def bounds(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        *(st.fixed_dictionaries({w: values}) for w in ("at_least", "at_most", "exactly")),
        st.fixed_dictionaries({"at_least": values, "at_most": values}),
    )


def against(*texts: str, words: Iterable[str] = DAYS) -> st.SearchStrategy[Any]:
    """A comparison with one of some fields."""
    return st.tuples(st.sampled_from([*words, "same_as"]), st.sampled_from(texts)).map(
        lambda p: {p[0]: p[1]}
    )


KNOWN = st.booleans().map(lambda b: {"known": b})
COUNT = st.one_of(st.just({}), bounds(st.integers(0, 3)))
AREA = st.one_of(st.sampled_from(CODES), st.lists(st.sampled_from(CODES), min_size=1, max_size=2))
PLACE_IS = st.one_of(
    st.just({"key": True}), st.sampled_from(["village", "township"]).map(lambda x: {"level": x})
)


def some(codes: Iterable[str]) -> st.SearchStrategy[Any]:
    values = list(codes)
    return st.one_of(
        st.sampled_from(values), st.lists(st.sampled_from(values), min_size=1, max_size=2)
    )


def lines(**choices: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One or two lines out of those that a kind takes."""
    one = [v.map(lambda x, k=k: {k: x}) for k, v in choices.items()]
    return st.lists(st.one_of(*one), min_size=1, max_size=2).map(
        lambda found: {k: x for part in found for k, x in part.items()}
    )


def grouped(flat: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The lines themselves, or groups of them."""
    groups = st.lists(flat, min_size=1, max_size=3)
    return st.one_of(
        flat,
        groups.map(lambda g: {"any": g}),
        groups.map(lambda g: {"none": g}),
        st.tuples(flat, groups).map(lambda p: {**p[0], "none": p[1]}),
        st.tuples(groups, groups).map(lambda p: {"any": [*p[0], {"none": p[1]}]}),
    )


ORGANISATION = lines(kind=some(["county_medical_unit", "bureau"]), units=st.booleans(), place=AREA)
HOUSEHOLD = lines(
    kind=some(["poor", "ordinary"]), size=st.one_of(bounds(st.integers(0, 8)), KNOWN), place=AREA
)
POST = lines(
    rank=st.one_of(bounds(st.sampled_from(RANKS)), some(RANKS), KNOWN),
    real=st.one_of(st.booleans(), KNOWN),
    organisation=ORGANISATION,
    began=st.one_of(day_bounds(), against("person.birth", "60 years after person.birth")),
    ended=st.one_of(day_bounds(), KNOWN, against("began", "1 month after began")),
)
PERSON_FLAT = {
    "sex": some(["1", "2"]),
    "education": st.one_of(bounds(st.sampled_from(LEVELS)), some(LEVELS), KNOWN),
    "birth": st.one_of(st.integers(1950, 2000).map(lambda y: {"from": dt.date(y, 1, 1)}), KNOWN),
    "age": bounds(st.integers(8, 60)),
    "place": AREA,
    "living_place": st.one_of(AREA, PLACE_IS, KNOWN),
    "household": st.one_of(HOUSEHOLD, KNOWN),
    "work_reported": st.one_of(day_bounds(), KNOWN, against("birth", "50 years after birth")),
    "need_kind": some(["hardship", "rights"]),
    "returnees": st.booleans(),
    "cadres": st.booleans(),
}
PERSON_THERE = lines(**PERSON_FLAT)
VISIT = {
    "mode": some(["home", "phone"]),
    "topic": some(["law", "condolence"]),
    "date": day_bounds(),
    "people": st.one_of(bounds(st.integers(0, 9)), KNOWN),
    "place": st.one_of(AREA, PLACE_IS, KNOWN),
    "organisation": st.one_of(ORGANISATION, KNOWN),
    "who": st.one_of(PERSON_THERE, st.tuples(PERSON_THERE, COUNT).map(lambda p: p[0] | p[1])),
    "whom": PERSON_THERE,
}
NEED = {
    "kind": some(["road", "water"]),
    "closed": st.one_of(day_bounds(), KNOWN, against("due", "3 weeks before due", "date")),
    "due": st.one_of(day_bounds(), KNOWN),
    "confirmed": st.one_of(st.booleans(), KNOWN),
    "date": day_bounds(),
}


def tied(inner: st.SearchStrategy[Any], **fixed: Any) -> st.SearchStrategy[Any]:
    return st.tuples(st.one_of(st.just({}), inner), COUNT).map(lambda p: {**p[0], **p[1], **fixed})


PERSON = grouped(
    lines(
        **PERSON_FLAT,
        post=tied(POST),
        visit=st.one_of(
            tied(grouped(lines(**VISIT)), **{"as": "whom"}),
            tied(grouped(lines(**VISIT)), **{"as": "whom", "distinct": "day"}),
            tied(lines(**VISIT), **{"as": "who"}),
        ),
        private_talk=tied(lines(**VISIT), **{"as": "whom"}),
        one_to_one=tied(st.just({})),
        need=tied(lines(**NEED)),
    )
)  # fmt: skip
MEMBER = st.one_of(
    lines(**PERSON_FLAT),
    st.just({"work_reported": {"known": True}, "sex": {"same_as": "education"}}),
)
# A twin is looked for among all records, also those of the village, which the plain reading does
# not know; posts are tied to the persons made here.
CONDITIONS = {
    "person": PERSON,
    "visit": grouped(lines(**VISIT)),
    "need": grouped(lines(**NEED, subject=HOUSEHOLD.filter(lambda c: "size" in c))),
    "post": grouped(
        st.one_of(POST, st.just({"twin": {"by": "person", "began": {"before": "this.began"}}}))
    ),
    "household": grouped(
        lines(
            size=st.one_of(bounds(st.integers(0, 8)), KNOWN),
            person=st.one_of(
                tied(MEMBER, above="size"),
                tied(MEMBER, below="size"),
                st.tuples(MEMBER, st.sampled_from(["1/2", "1/3"])).map(
                    lambda p: {**p[0], "at_least": p[1]}
                ),
                tied(MEMBER),
            ),
        )
    ),
    "organisation": grouped(
        lines(
            kind=some(["county_medical_unit", "bureau"]),
            entry=st.fixed_dictionaries(
                {"sum": st.just("amount"), "date": day_bounds()},
                optional={w: st.sampled_from([1000, 2500.5, 4000]) for w in ("above", "at_most")},
            ).filter(lambda e: "above" in e or "at_most" in e),
        )
    ),
    "entry": grouped(
        lines(amount=bounds(st.sampled_from([1000, 2000, 2500.5])), organisation=ORGANISATION)
    ),
}
MANY = settings(
    max_examples=120,
    deadline=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("kind", CONDITIONS)
def test_a_condition_says_the_same_to_the_database_and_to_a_plain_reading(
    world: World, db: None, kind: str
) -> None:
    seen = {True: 0, False: 0, None: 0}

    @MANY
    @given(CONDITIONS[kind], st.integers(-5, LAST + 5).map(day))
    def claim(condition: Any, on: dt.date) -> None:
        plain = Plain(world)
        basic = VOCABULARY[kind].basic or kind
        wanted = {
            row["fact"]: plain.where(basic, row, condition, on)
            for row in world.of(basic)
            if (kind in THINGS or holds_on(row, on)) and _is_a(kind, row)
        }
        sure, possible = _asked(world, kind, condition, on)
        assert sure == {k for k, truth in wanted.items() if truth is True}
        assert possible == {k for k, truth in wanted.items() if truth is not False}
        for truth in wanted.values():
            seen[truth] += 1

    claim()
    assert seen[True] > 20 and seen[False] > 20, "the conditions told nothing apart"


def _asked(
    world: World, kind: str, condition: Mapping[str, Any], on: dt.date
) -> tuple[set[UUID], set[UUID]]:
    of = VOCABULARY[kind]
    scope = Scope.at(Moment(on), world.meaning, of)
    verdict = compile_where(of, condition, scope)
    mine = {r["fact"] for rows in world.rows.values() for r in rows}
    rows = rows_of(of, scope)
    sure, possible = (
        _keys(rows.filter(verdict.sure)) & mine,
        _keys(rows.filter(verdict.possible)) & mine,
    )
    asked = [rows.filter(verdict.sure), rows.filter(verdict.possible)]
    if verdict.doubt is not None:
        asked.append(rows.filter(verdict.doubt))
        assert _keys(asked[-1]) & mine == possible - sure
    assert how_many_each(asked) == [one.count() for one in asked]
    return sure, possible


def _keys(rows: QuerySet[Any]) -> set[UUID]:
    """The keys of some rows: the same, and each as often, where all of them are gone through."""
    keys = sorted(rows.values_list("fact", flat=True))
    parts = gone_through(rows)
    assert keys == sorted(k for part in parts for k in part.values_list("fact", flat=True))
    return set(keys)


# ------------------------------------------------------------------ particular claims


def _visited_by_none(who: Mapping[str, Any]) -> dict[str, Any]:
    return {"any": [{"sex": "1"}, {"sex": "1", "visit": {"none": [who], "as": "whom"}}]}


@pytest.mark.sqlite
def test_of_what_sqlite_cannot_read_a_page_can_say_so(world: World, db: None) -> None:
    condition = _visited_by_none({"who": _visited_by_none({"whom": {"returnees": False}})})
    with pytest.raises(Unsayable, match="inside each other"):
        _asked(world, "person", condition, day(LAST))


NESTED = """
title = "示例"
owner = "office"
area  = "990001"
from  = 2020-01-01
to    = 2020-12-31

[organisation.office]
title = "办公室"

[list.few]
of    = "person"
where = { any = [{ sex = "1" }, { sex = "1", visit = { as = "whom", none = [{ who = %s }] } }] }

[duty.calls]
each     = "few"
of       = "visit"
per      = "month"
at_least = 1

[list.called]
of    = "person"
where = { calls = { verdict = "met" } }
"""
DEEPER = """{ any = [{ sex = "1" }, { sex = "1", visit = { as = "whom", none = [
  { whom = { household = { kind = "poor" }, post = { as = "person", real = true } } }] } }] }"""


@pytest.mark.sqlite
def test_a_file_that_asks_more_than_sqlite_can_read_is_told_so_without_a_database() -> None:
    assert checked(NESTED % '{ sex = "1" }', "flat").title
    with pytest.raises(ProgrammeErrors) as caught:
        checked(NESTED % DEEPER, "nested")
    (found,) = caught.value.problems
    assert (found.line, found.key) == (13, "list.few.where")
    assert "inside each other" in found.message.en and "enrolment" in found.cure.en


def test_a_condition_inside_of_many_others_can_still_be_asked(world: World, db: None) -> None:
    """SQLite reads with a stack of a hundred symbols: each question must leave few of them."""
    plain = Plain(world)
    condition = _visited_by_none({"whom": {"returnees": False}})
    told = {
        row["fact"]: plain.where("person", row, condition, day(LAST))
        for row in world.of("person")
        if _is_a("person", row)
    }
    sure, possible = _asked(world, "person", condition, day(LAST))
    assert sure == {fact for fact, truth in told.items() if truth is True}
    assert possible == {fact for fact, truth in told.items() if truth is not False}


def test_the_parts_of_an_event_inside_of_another_condition_are_read_on_its_day(
    world: World, db: None
) -> None:
    """Whom somebody visited who was then living in the far town: three questions deep."""
    end = day(LAST)
    condition = {"visit": {"who": {"sex": "1", "living_place": "990001102000"}, "as": "whom"}}
    plain = Plain(world)
    wanted = {r["fact"] for r in world.of("person") if plain.where("person", r, condition, end)}
    assert _asked(world, "person", condition, end)[0] == wanted


def ask(world: World, kind: str, condition: Mapping[str, Any], on: dt.date) -> set[UUID]:
    sure, possible = _asked(world, kind, condition, on)
    assert sure == possible
    return sure


def test_what_surrounds_an_event_is_read_on_its_own_day(world: World, db: None) -> None:
    """A visit in the second village counts for the town in which the village lay that day."""
    rows = [r for r in world.of("activity") if r["place"] == _second(world)]
    before = {r["fact"] for r in rows if r["date"] < MOVED and r["kind"] == "visit"}
    after = {r["fact"] for r in rows if r["date"] >= MOVED and r["kind"] == "visit"}
    assert before and after
    end = day(LAST)
    in_town = ask(world, "visit", {"place": "990001101000"}, end)
    in_far_town = ask(world, "visit", {"place": "990001102000"}, end)
    assert before <= in_town and not after & in_town
    assert after <= in_far_town and not before & in_far_town


def _second(world: World) -> UUID:
    key: UUID = (
        Place.objects.current().filter(code="990001101202").values_list("fact", flat=True)[0]
    )
    return key


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (dt.date(1963, 3, 1), dt.date(2009, 1, 1), 45),
        (dt.date(1963, 3, 1), dt.date(2009, 2, 28), 45),
        (dt.date(1963, 3, 1), dt.date(2009, 3, 1), 46),
        (dt.date(2004, 2, 29), dt.date(2009, 2, 28), 4),
        (dt.date(2004, 2, 29), dt.date(2009, 3, 1), 5),
    ],
)
def test_an_age_is_whole_years_from_the_birthday_on(
    told_village: Village, db: None, born: dt.date, on: dt.date, years: int
) -> None:
    Person.objects.filter(fact=told_village.qian.fact).update(birth=born, began=day(-900))
    of = VOCABULARY["person"]
    row = rows_of(of, Scope.at(Moment(day(99)), NoNames(), of)).filter(fact=told_village.qian.fact)
    told = row.annotate(v=value_of(of["age"], of, Moment(on))).values_list("v", flat=True).get()
    assert (told, type(told)) == (years, int)


def test_a_word_that_is_a_field_speaks_of_the_kind_that_has_it(world: World, db: None) -> None:
    """Visits to somebody in no household: not visits to a place in which a household lies."""
    end, condition = day(LAST), {"whom": {"household": {"known": False}}}
    plain = Plain(world)
    wanted = {
        r["fact"]
        for r in world.of("activity")
        if r["kind"] == "visit" and plain.where("activity", r, condition, end)
    }
    assert wanted and ask(world, "visit", condition, end) == wanted


def test_lists_of_lists_and_kinds_built_on_a_kind_are_told_apart(world: World, db: None) -> None:
    """A talk is an activity, but not every activity is a talk."""
    end = day(LAST)
    talks = {r["fact"] for r in world.of("activity") if r["kind"] == "talk"}
    assert ask(world, "activity", {"private_talk": True}, end) == talks
    assert ask(world, "activity", {"visit": False}, end) == talks


def test_a_day_that_is_relative_to_each_event_is_refused_in_words(world: World, db: None) -> None:
    with pytest.raises(Unsayable, match="30 days ago"):
        _asked(world, "visit", {"whom": {"birth": {"from": "30 days ago"}}}, day(LAST))


def test_a_tie_by_a_field_that_the_record_does_not_have_is_refused_in_words(
    world: World, db: None
) -> None:
    with pytest.raises(Unsayable, match="no field decided_at"):
        _asked(world, "task", {"meeting": {"as": "decided_at"}}, day(LAST))


def test_days_of_a_condition_are_read_on_the_day_that_is_asked_about(
    world: World, db: None
) -> None:
    on = day(60)
    wanted = {
        r["fact"]
        for r in world.of("activity")
        if r["kind"] == "visit" and on - 30 * DAY <= r["date"] <= on
    }
    assert wanted and ask(world, "visit", {"date": {"from": "30 days ago"}}, on) == wanted


class Dated:
    """A meaning in which one value changes on a day."""

    def __init__(self, meaning: Meaning, steps: list[tuple[dt.date, Any]]) -> None:
        self.meaning, self.steps = meaning, steps

    def __getattr__(self, name: str) -> Any:
        return getattr(self.meaning, name)

    def steps_of(self, name: str) -> Any:
        return self.steps

    def value_on(self, name: str, on: dt.date) -> Any:
        return next((v for since, v in reversed(self.steps) if since <= on), None)


def test_a_dated_value_is_read_on_the_day_of_the_row(world: World, db: None) -> None:
    """An amount is held against the line of its own day; before the first day nothing is known."""
    steps = [(day(20), 1000), (day(60), 2500.5)]
    of, on = VOCABULARY["entry"], day(LAST)
    scope = Scope.at(Moment(on), Dated(world.meaning, steps), of)
    verdict = compile_where(of, {"amount": {"at_least": "line"}}, scope)
    rows = rows_of(of, scope)
    sure = set(rows.filter(verdict.sure).values_list("fact", flat=True))
    possible = set(rows.filter(verdict.possible).values_list("fact", flat=True))
    for row in world.of("entry"):
        line = next((v for since, v in reversed(steps) if since <= row["date"]), None)
        told = None if line is None else row["amount"] >= line * 100
        assert (row["fact"] in sure, row["fact"] in possible) == (told is True, told is not False)


def test_a_dated_value_is_read_on_the_day_of_the_event_around(world: World, db: None) -> None:
    """The size of a visited household against the line of the day of the need."""
    steps = [(day(30), 2), (day(70), 5)]
    of, on = VOCABULARY["need"], day(LAST)
    scope = Scope.at(Moment(on), Dated(world.meaning, steps), of)
    verdict = compile_where(of, {"subject": {"size": {"at_least": "line"}}}, scope)
    rows = rows_of(of, scope)
    sure = set(rows.filter(verdict.sure).values_list("fact", flat=True))
    possible = set(rows.filter(verdict.possible).values_list("fact", flat=True))
    for row in world.of("need"):
        home = world.one("household", row["subject"])
        line = next((v for since, v in reversed(steps) if since <= row["date"]), None)
        told: Truth = False
        if home:
            told = None if line is None or home["size"] is None else home["size"] >= line
        assert (row["fact"] in sure, row["fact"] in possible) == (told is True, told is not False)
