"""How many of a household's people are of some sort (务工人数), in rows of households."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.conditions import all_of
from bangfu.ledger.models import Person, Programme
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import Figure
from bangfu.lists.listing import Listing
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.classwords import Words
from bangfu.paper.forms.joining import Cell
from bangfu.paper.forms.sources import Source
from bangfu.paper.forms.times import fields_asked
from bangfu.paper.forms.told import ColumnTold
from bangfu.programmes.kinds import Kind
from bangfu.tables.summaries import counts
from bangfu.tables.understood import Column

#: Where such a number is read: at those who live in the household.
MEMBERS = "members"
_PERSON = VOCABULARY["person"]
#: What a total row adds up of them, as it does the members of households.
SIZE = VOCABULARY["household"]["size"]
_HOW_MANY = re.compile(r"(?:人数|人口数?|口数)$")
#: Whom the whole household is, and nobody of it alone; what is of no use to count in one.
_OF_ALL = frozenset(("household", "came", "gone"))


def members_source(row: Kind, column: Column, words: Words) -> Source | None:
    """Where a number of people of one household comes from; nothing for any other column."""
    if row.name != "household" or column.party not in ("row", "household"):
        return None
    if column.aggregate is not None or not _HOW_MANY.search(column.heading):
        return None
    told = counts((column.heading,), (), "")
    if told is None or told.of != "person" or not told.classes:
        return None
    counted = words.counted(_PERSON, told.classes)
    if counted.left or not counted.where or _OF_ALL & set(counted.where):
        return None
    listing = Listing((_PERSON.name,), words.moment, counted.where, _naming(words, counted.where))
    figure = Figure(column.heading, column.heading, listing)
    return Source("field", target=MEMBERS, kind=_PERSON, figure=figure)


def _naming(words: Words, where: Mapping[str, Any]) -> Programme | None:
    """The programme, where a condition means a list or class of its own."""
    file = words.meaning.file if words.meaning else ()
    return words.programme if any(name in file for name in where) else None


def counted_members(
    request: Request, homes: Sequence[UUID], wanted: Sequence[tuple[int, ColumnTold]]
) -> Iterator[tuple[int, Mapping[UUID, Cell]]]:
    """Of each household how many of its people are of a sort, and who they are.

    Where nothing is known of anybody the cell stays blank; where something is not known of some,
    the number may be higher. Of a household with people that are closed, or of whom the account may
    not be told whether they are of the sort, nothing is told.
    """
    living: dict[UUID, set[UUID]] = defaultdict(set)
    people = Person.objects.at(request.moment).filter(household__in=homes)
    for home, key in people.values_list("household", "fact"):
        living[home].add(key)
    everybody = [key for keys in living.values() for key in keys]
    for number, column in wanted:
        assert column.source.figure is not None
        listing = column.source.figure.listing.at(request.moment)
        opened = _opened(request, listing, everybody)
        sure = _among(listing.sure(), everybody)
        unknown = _among(_not_known(listing), everybody) - sure
        yield (
            number,
            {
                home: _cell(people, sure, unknown, shut=not people <= opened)
                for home, people in living.items()
            },
        )


def _not_known(listing: Listing) -> QuerySet[Any]:
    """Those of whom something is not on record that a condition asks for."""
    keys = {key for _, key in fields_asked(_PERSON, listing.where)}
    if not keys:
        return listing.unknown()
    lacking = [{key: {"known": False}} for key in sorted(keys)]
    return replace(listing, where={"any": lacking}).sure()


def _among(rows: QuerySet[Any], keys: Sequence[UUID]) -> set[UUID]:
    return set(rows.filter(fact__in=keys).values_list("fact", flat=True))


def _opened(request: Request, listing: Listing, keys: Sequence[UUID]) -> set[UUID]:
    rows = all_of(_PERSON, request.moment)
    return _among(rows if request.user is None else listing.opened(request.user, rows), keys)


def _cell(people: set[UUID], sure: set[UUID], unknown: set[UUID], *, shut: bool) -> Cell:
    if shut:
        return Cell((), (), withheld=True)
    of_it, maybe = tuple(sorted(people & sure)), len(people & unknown)
    if maybe == len(people):
        return Cell((), tuple(sorted(people)))
    doubt = f"另有{maybe}人没有登记这一项" if maybe else ""
    return Cell((len(of_it),), of_it or tuple(sorted(people)), doubt=doubt)
