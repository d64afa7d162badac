"""Places are found by what people type: a name, pinyin initials, a code, a former or other name.

Every search is a lookup or a range of an index, so that the whole national table answers as
quickly as one county. Where nothing fits, names that may be the same one spelt otherwise are
proposed, each with its reason; a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Case, Q, QuerySet, Value, When

from bangfu.ledger.conditions import upwards
from bangfu.ledger.divisions import LEVELS, full_code, initials_of, spelling_variants
from bangfu.ledger.divisions.spellings import ENDINGS
from bangfu.ledger.models import Place, PlaceAlias
from bangfu.ledger.moment import Moment
from bangfu.programmes.kinds import Label

Way = Literal["code", "name", "initials", "alias", "former", "later", "spelling"]
WAYS: dict[Way, Label] = {
    "code": Label("代码", "code"),
    "name": Label("名称", "name"),
    "initials": Label("拼音首字母", "initials"),
    "alias": Label("又名", "also known as"),
    "former": Label("曾用", "formerly"),
    "later": Label("后来", "later"),
    "spelling": Label("写法相近", "spelt alike"),
}
#: How many names are compared at most when nothing fits.
_COMPARED = 3000
_LAST = "\U0010ffff"
#: A county before a village of the same beginning.
_RANK = Case(
    *(When(level=level, then=Value(rank)) for rank, level in enumerate(LEVELS)),
    default=Value(len(LEVELS)),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A place as it is at the moment, by what it was found, and where it lies."""

    place: Place
    by: Way
    matched: str
    why: Label
    within: str = ""


def find_places(text: str, *, moment: Moment, limit: int = 20) -> list[Found]:
    """The places that a text may mean, likeliest first; none for a blank."""
    typed = "".join(text.split())
    if not typed:
        return []
    found: dict[UUID, Found] = {}
    for one in _ways(typed, moment, limit):
        found.setdefault(one.place.fact, one)
        if len(found) == limit:
            break
    if not found:
        found = {one.place.fact: one for one in islice(_alike(typed, moment), limit)}
    return _with_whereabouts(list(found.values()), moment)


def _ways(typed: str, moment: Moment, limit: int) -> Iterator[Found]:
    if typed.isascii() and typed.isdigit():
        yield from _by_code(typed, moment, limit)
        yield from _by_alias(typed, moment, limit)
        return
    if typed.isascii():
        letters = typed.lower()
        rows = _standing(moment).filter(_letters_from("initials", letters))
        for place in rows.order_by("initials", "code")[:limit]:
            yield Found(place, "initials", place.initials, WAYS["initials"])
    yield from _by_name(typed, moment, limit)
    yield from _by_alias(typed, moment, limit)
    yield from _by_former(typed, moment, limit)


def _standing(moment: Moment) -> QuerySet[Place]:
    return Place.objects.at(moment)


def _by_code(digits: str, moment: Moment, limit: int) -> Iterator[Found]:
    # The zeros that fill a short code up come first among what begins with it.
    rows = _standing(moment).filter(code__gte=digits, code__lt=digits + ":")
    for place in rows.order_by("code")[:limit]:
        yield Found(place, "code", place.code, WAYS["code"])
    exact = digits.ljust(12, "0")
    former = Place.objects.current().filter(code=exact).exclude(Place.so_on(moment.on))
    yield from _present(former, "code", moment, limit)


def _by_name(name: str, moment: Moment, limit: int) -> Iterator[Found]:
    standing = _standing(moment)
    for asked in (Q(name=name), begins("name", name)):
        for place in standing.filter(asked).order_by(_RANK, "name", "code")[:limit]:
            yield Found(place, "name", place.name, WAYS["name"])


def _by_alias(text: str, moment: Moment, limit: int) -> Iterator[Found]:
    rows = PlaceAlias.objects.known(moment.known_at).filter(begins("text", text))
    aliases = list(rows.order_by("text", "pk")[:limit])
    places = _by_fact((alias.place_id for alias in aliases), moment)
    for alias in aliases:
        if alias.place_id in places:
            way: Way = "former" if alias.sort.startswith("former") else "alias"
            yield Found(places[alias.place_id], way, alias.text, WAYS[way])


def _by_former(name: str, moment: Moment, limit: int) -> Iterator[Found]:
    former = Place.objects.current().filter(name=name).exclude(Place.so_on(moment.on))
    yield from _present(former, "name", moment, limit)


def _present(rows: QuerySet[Place], column: str, moment: Moment, limit: int) -> Iterator[Found]:
    """What places are at the moment that were or came to be otherwise on another day."""
    then = list(rows.order_by("code", "began")[:limit])
    places = _by_fact((row.fact for row in then), moment)
    for row in then:
        if row.fact in places:
            way: Way = "later" if row.began > moment.on else "former"
            yield Found(places[row.fact], way, getattr(row, column), WAYS[way])


def _by_fact(facts: Iterable[UUID], moment: Moment) -> dict[UUID, Place]:
    return {place.fact: place for place in _standing(moment).filter(fact__in=set(facts))}


def begins(column: str, text: str) -> Q:
    """That a column begins with a text: a range where the database compares bytes."""
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": text, f"{column}__lt": text + _LAST})
    return Q(**{f"{column}__startswith": text})


def _letters_from(column: str, letters: str) -> Q:
    """That a column of small letters and digits begins with some: a range in every collation."""
    if not letters.isalnum():
        return Q(**{f"{column}__startswith": letters})
    stem = letters.rstrip("z")
    if not stem:  # nothing comes after what begins with z alone
        return Q(**{f"{column}__gte": letters})
    after = "a" if stem[-1] == "9" else chr(ord(stem[-1]) + 1)
    return Q(**{f"{column}__gte": letters, f"{column}__lt": stem[:-1] + after})


# ------------------------------------------------------------------ where nothing fits


def _alike(typed: str, moment: Moment) -> Iterator[Found]:
    """Places whose names may be the same one spelt otherwise, likeliest first."""
    candidates: dict[str, None] = {}
    for asked in _near(typed):
        names = _standing(moment).filter(asked).values_list("name", flat=True)
        candidates.update(dict.fromkeys(names[:_COMPARED]))
    variants = spelling_variants(typed, candidates)[:50]
    rows = _standing(moment).filter(name__in=[variant.name for variant in variants])
    places: dict[str, list[Place]] = {}
    for place in rows.order_by("code"):
        places.setdefault(place.name, []).append(place)
    for variant in variants:
        for place in places.get(variant.name, ()):
            yield Found(place, "spelling", variant.name, variant.why)


def _near(typed: str) -> Iterator[Q]:
    """Questions that an index answers, and that most other spellings meet."""
    letters = initials_of(typed)
    if letters:
        shorter = {letters[:i] + letters[i + 1 :] for i in range(len(letters))}
        yield Q(initials__in={letters, *(s for s in shorter if len(s) > 1)})
    for length in (len(_stem(typed)), 2, 1):
        if 0 < length <= len(typed):
            yield begins("name", typed[:length])


def _stem(name: str) -> str:
    """A name without its ending."""
    for ending in sorted((e for row in ENDINGS for e in row), key=len, reverse=True):
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name


# ------------------------------------------------------------------ where it lies


def _with_whereabouts(found: Sequence[Found], moment: Moment) -> list[Found]:
    """The same with the names of what each lies in, in one query for each level."""
    above: dict[UUID, Place] = {}
    asked = {one.place.parent_id for one in found} - {None}
    while asked:
        fresh = _by_fact((key for key in asked if key), moment)
        above.update(fresh)
        asked = {place.parent_id for place in fresh.values()} - above.keys() - {None}
    return [replace(one, within=" / ".join(_names(one.place, above))) for one in found]


def _names(place: Place, above: Mapping[UUID, Place]) -> list[str]:
    names: list[str] = []
    key: Any = place.parent_id
    while key in above:
        names.append(above[key].name)
        key = above[key].parent_id
    return names[::-1]


def lineage_of(place: Place, moment: Moment) -> list[Place]:
    """What a place lies in at a moment, from the province down."""
    above = upwards(_path_at(place, moment))[:-1]
    return list(_standing(moment).filter(path__in=above).order_by("path")) if above else []


def _path_at(place: Place, moment: Moment) -> str:
    """The path of a place at a moment; its own row says it, if it held then."""
    lasting = place.began <= moment.on and (place.ended is None or place.ended >= moment.on)
    if lasting and place.superseded_at is None and moment.known_at is None:
        return place.path
    found = _standing(moment).filter(fact=place.fact).values_list("path", flat=True).first()
    return found or place.path


def place_of_code(code: str, moment: Moment | None = None) -> Place | None:
    """The place that has a code of 2 to 14 digits, at a moment or else as it stands last."""
    exact = full_code(code)
    if moment is not None:
        return _standing(moment).filter(code=exact).first()
    return Place.objects.current().filter(code=exact).order_by("-began").first()
