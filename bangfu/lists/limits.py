"""How much a claim asks of each record on a day: numbers, dated values, readings of figures.

A dated value may have a number for each case: by a field of the record, the post of a person, the
place, or how the programme sorts it. What is reckoned from a baseline is worked out here too.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.conditions import Unsayable, all_of, basic, spellings, value_of
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Class, Place, Post
from bangfu.ledger.moment import Moment
from bangfu.lists.claims import Bounds
from bangfu.lists.figure import number_named
from bangfu.programmes.amount import points, share
from bangfu.programmes.entries import Bounded
from bangfu.programmes.kinds import Kind
from bangfu.programmes.literals import POINTS, SHARE, Plus, Times, is_number
from bangfu.programmes.period import Span
from bangfu.programmes.schema import Value


@dataclass
class Limits:
    """The bounds of a claim for each record of a list (or as a whole), read once for each day.

    ``only``: the few records that are asked about, so that no others need be looked up.
    """

    meaning: Meaning
    owner: Kind | None
    scale: int
    only: frozenset[UUID] | None = None
    known: dict[tuple[str, dt.date], Mapping[UUID, Fraction | None] | Fraction | None] = field(
        default_factory=dict
    )

    def of(self, claim: Bounded, key: UUID, moment: Moment) -> Bounds:
        """How much a claim asks of one record on a day."""
        return self.between(claim.at_least, claim.at_most, claim.exactly, key, moment)

    def stretches(self, claim: Bounded, over: Span) -> list[Span]:
        """Some days, parted where a dated value that bounds the claim changes."""
        values = _values_in(self.meaning, claim)
        changed = {since for name in values for since, _ in self.meaning.steps_of(name)}
        firsts = [over.began, *sorted(day for day in changed if over.began < day <= over.ended)]
        lasts = [*(day - dt.timedelta(days=1) for day in firsts[1:]), over.ended]
        return [Span(first, last) for first, last in zip(firsts, lasts, strict=True)]

    def between(
        self, least: Any, most: Any, exactly: Any, key: UUID | None, moment: Moment
    ) -> Bounds:
        """The same of bounds as they stand in a file; a fraction is one that was worked out."""
        if exactly is not None:
            told = self.one(exactly, key, moment)
            return Bounds(told, told, unknown=told is None)
        low = None if least is None else self.one(least, key, moment)
        high = None if most is None else self.one(most, key, moment)
        unknown = (least is not None and low is None) or (most is not None and high is None)
        return Bounds(low, high, unknown)

    def one(self, bound: Any, key: UUID | None, moment: Moment) -> Fraction | None:
        """What one bound of a file says of one record on a day; None if it is not known."""
        if isinstance(bound, Fraction):
            return bound
        if is_number(bound):
            return _exact(bound) * self.scale
        if isinstance(bound, str) and SHARE.fullmatch(bound):
            return share(bound)
        if not isinstance(bound, str):
            raise Unsayable("what is reckoned from a baseline is a bound of targets")
        told = self.named(bound, moment)
        if isinstance(told, Mapping):
            return told.get(key) if key else None
        return told

    def named(self, name: str, moment: Moment) -> Mapping[UUID, Fraction | None] | Fraction | None:
        """What a dated value or a figure says on a day, perhaps for each record; read once."""
        asked = (name, moment.on)
        if asked not in self.known:
            self.known[asked] = self._named(name, moment)
        return self.known[asked]

    def _named(self, name: str, moment: Moment) -> Mapping[UUID, Fraction | None] | Fraction | None:
        """A dated value, perhaps one for each record, or the reading of a figure."""
        if self.meaning.sort_of(name) != "value":
            told = number_named(self.meaning, name, moment, self.scale)
            return None if told is None or told.low is None else Fraction(told.low)
        value = self.meaning.value_on(name, moment.on)
        entry = self.meaning.file.entry(name)
        assert isinstance(entry, Value)
        if not isinstance(value, Mapping):
            return None if value is None else Fraction(str(value)) * self.scale
        if self.owner is None:
            raise Unsayable(f"{name} has a number for each case, and nobody to look it up for")
        numbers = {code: Fraction(str(one)) * self.scale for code, one in value.items()}
        by = entry.by or ""
        if self.meaning.sort_of(by) == "class":
            return _by_class(self.meaning, by, numbers, moment, self.only)
        return dict(_by_case(by, numbers, self.owner, moment, self.only))


def by_case(meaning: Meaning, claim: Bounded) -> bool:
    """Whether a dated value has a number for each case, so that records are asked differently."""
    values = _values_in(meaning, claim)
    return any(isinstance(told, Mapping) for name in values for _, told in meaning.steps_of(name))


def _values_in(meaning: Meaning, claim: Bounded) -> list[str]:
    """The dated values that bound a claim, by themselves or as what a baseline changes by."""
    said: list[Any] = [claim.at_least, claim.at_most, claim.exactly]
    said += [getattr(one, word, None) for one in said for word in ("times", "plus")]
    return [one for one in said if isinstance(one, str) and meaning.sort_of(one) == "value"]


@functools.lru_cache(maxsize=256)
def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def _by_case(
    path: str,
    numbers: Mapping[str, Fraction],
    owner: Kind,
    moment: Moment,
    only: frozenset[UUID] | None,
) -> Iterable[tuple[UUID, Fraction | None]]:
    """The number for each record by its own case: its field, its post's field, or its place."""
    if path == "place":
        yield from _by_place(numbers, owner, moment, only)
    elif path in owner:
        rows = _narrowed(all_of(owner, moment), "fact", only)
        told = rows.annotate(case=value_of(owner[path], owner, moment)).values_list("fact", "case")
        yield from ((key, numbers.get(str(case))) for key, case in told)
    elif owner.name == "person" and path.removeprefix("post.") in ("rank", "kind"):
        yield from _by_post(path.removeprefix("post."), numbers, moment, only).items()
    else:
        raise Unsayable(f"a value by {path} cannot be looked up for a {owner.name}")


def _narrowed(rows: QuerySet[Any], column: str, only: frozenset[UUID] | None) -> QuerySet[Any]:
    return rows.order_by() if only is None else rows.order_by().filter(**{f"{column}__in": only})


def _by_post(
    column: str, numbers: Mapping[str, Fraction], moment: Moment, only: frozenset[UUID] | None
) -> dict[UUID, Fraction | None]:
    """By the posts that a person holds on the day; of several the one that asks most."""
    found: dict[UUID, Fraction | None] = {}
    posts = _narrowed(Post.objects.at(moment), "person", only)
    for key, case in posts.values_list("person", column):
        if case in numbers:
            found[key] = max(numbers[case], found.get(key) or numbers[case])
    return found


def _by_class(
    meaning: Meaning,
    name: str,
    numbers: Mapping[str, Fraction],
    moment: Moment,
    only: frozenset[UUID] | None,
) -> dict[UUID, Fraction | None]:
    """By how the programme sorts a record on the day; of several options what asks most."""
    found: dict[UUID, Fraction | None] = {}
    sorted_so = Class.objects.at(moment).filter(programme=meaning.programme_key(), name=name)
    for key, option in _narrowed(sorted_so, "subject", only).values_list("subject", "option"):
        if option in numbers:
            found[key] = max(numbers[option], found.get(key) or numbers[option])
    return found


def _by_place(
    numbers: Mapping[str, Fraction],
    owner: Kind,
    moment: Moment,
    only: frozenset[UUID] | None,
) -> Iterable[tuple[UUID, Fraction | None]]:
    named = {code: number for text, number in numbers.items() for code in spellings(text)}
    places = Place.objects.at(moment).order_by("path").values_list("fact", "path", "code")
    told: dict[str, Fraction] = {}
    there: dict[UUID, Fraction | None] = {}
    for key, path, code in places:
        above = path.rstrip("/").rpartition("/")[0] + "/"
        number = named.get(code, told.get(above))
        if number is not None:
            told[path] = number
        there[key] = number
    if basic(owner) == "place":
        yield from there.items()
        return
    rows = _narrowed(all_of(owner, moment), "fact", only).values_list("fact", "place")
    yield from ((key, there.get(place)) for key, place in rows)


# ------------------------------------------------------------------ from a baseline


def reckoned(
    bounded: Bounded,
    baseline: Fraction | None,
    limits: Limits,
    moment: Moment,
    key: UUID | None,
) -> Bounds:
    """The bounds of a claim, those that are reckoned from the baseline worked out."""
    told = (bounded.at_least, bounded.at_most, bounded.exactly)
    least, most, exactly = (_reckoned(bound, baseline, limits, moment, key) for bound in told)
    if [one is None for one in told] != [one is None for one in (least, most, exactly)]:
        return Bounds(unknown=True)
    return limits.between(least, most, exactly, key, moment)


def _reckoned(
    bound: Any, baseline: Fraction | None, limits: Limits, moment: Moment, key: UUID | None
) -> Any:
    """A bound that is so many times the baseline, or so much more; any other as it stands.

    None if the baseline, or the dated value by which it changes, is not known.
    """
    if isinstance(bound, Times):
        times = _change(bound.times, limits, moment, key)
        return None if baseline is None or times is None else times / limits.scale * baseline
    if isinstance(bound, Plus):
        more = _change(bound.plus, limits, moment, key)
        return None if baseline is None or more is None else baseline + more
    return bound


def _change(told: float | str, limits: Limits, moment: Moment, key: UUID | None) -> Fraction | None:
    """By how much a baseline is to change: a number, a dated value's, or so much of a hundred."""
    if isinstance(told, str) and POINTS.fullmatch(told):
        return points(told)
    return limits.one(told, key, moment)
