"""Who can know what a form's blank cells ask: the helper, the village officer, the unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from bangfu.ledger.models import Grant, Subject
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.pages import names_of
from bangfu.lists.related import Led, Related
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.blanks import TO_KNOW, Blank
from bangfu.paper.forms.records import Reader
from bangfu.paper.forms.told import TableTold
from bangfu.programmes.kinds import Label

#: Whose own these are, the unit knows; all else is asked of who knows the household.
_OF_THE_UNIT = frozenset(("helper", "unit", "helper_post", "post", "organisation", "measure"))
SORTS: Mapping[str, Label] = {
    "helper": Label("帮扶责任人", "helper"),
    "village": Label("村干部", "village officer"),
    "unit": Label("单位", "unit"),
    "office": Label("尚不知道问谁", "nobody known"),
}
_MOST_TEXT = 300


@dataclass(slots=True)
class Knower:
    """One who can know: how, who (nobody: no task can be sent), which cells.

    ``places``: in which villages their rows lie, by how many cells.
    """

    sort: str
    owner: UUID | None
    name: str
    blanks: list[Blank] = field(default_factory=list)
    places: Counter[str] = field(default_factory=Counter)

    def asks(self, title: str) -> str:
        """What is asked of them, without anybody's name."""
        headings = Counter(blank.column.column.heading or blank.cell for blank in self.blanks)
        told = "、".join(
            heading if count == 1 else f"{heading} {count}格"
            for heading, count in headings.most_common()
        )
        where = "、".join(place for place, _ in self.places.most_common() if place)
        head = f"《{title[:60]}》要补{len(self.blanks)}格"
        text = f"{head}（{where[:80]}）：{told}" if where else f"{head}：{told}"
        return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"


def knowers(request: Request, tables: Sequence[TableTold], blanks: Iterable[Blank]) -> list[Knower]:
    """Who can know the cells for which nothing is on record: helpers first, then villages, units.

    Of people only those are named of whom the account that fills may know.
    """
    asking = [_Asking(request, table) for table in tables]
    found: dict[tuple[str, UUID | None, str], Knower] = {}
    for blank in blanks:
        if blank.reason in TO_KNOW:
            sort, owner, name, place = asking[blank.table].whom(blank)
            knower = found.setdefault((sort, owner, name), Knower(sort, owner, name))
            knower.blanks.append(blank)
            knower.places[place] += 1
    order = list(SORTS)
    return sorted(found.values(), key=lambda one: (order.index(one.sort), one.name))


def owners_of(asked: Iterable[Knower]) -> dict[UUID, Subject]:
    """The people and units themselves, by their keys."""
    return Subject.objects.in_bulk([one.owner for one in asked if one.owner is not None])


class _Asking:
    """Who belongs to the rows of one table, read at once for all of them."""

    def __init__(self, request: Request, table: TableTold) -> None:
        self.request = request
        keys = [key for key in dict.fromkeys(table.about) if key is not None]
        kind = VOCABULARY.kinds.get(table.rows_kind)
        if kind is None or table.shape == "summary":
            kind, keys = VOCABULARY["household"], []
        related = Related(request.moment, table.rows_programme or request.programme)
        reader = Reader(request, kind)
        self.helpers = self._people_known(reader, related, related.to(kind, keys, "helper"))
        self.units: Led = related.to(kind, keys, "unit")
        places = related.to(kind, keys, "place")
        ends = {end for led in places.values() for end in led}
        self.villages = related.above(ends, "village")
        self.places = {key: led[0] for key, led in places.items() if led}
        self.officers = self._officers(reader)
        ends = {end for led in (*self.helpers.values(), *self.units.values()) for end in led}
        self.names = names_of({*ends, *self.officers.values()}, request.moment)

    def _people_known(self, reader: Reader, related: Related, led: Led) -> Led:
        """Without people of whom the account may not know."""
        ends = list(dict.fromkeys(end for keys in led.values() for end in keys))
        kinds = related.kinds_of(ends)
        people = [end for end in ends if kinds.get(end) == "person"]
        told = reader.told_of(VOCABULARY["person"], people) | (set(ends) - set(people))
        return {key: [end for end in keys if end in told] for key, keys in led.items()}

    def _officers(self, reader: Reader) -> dict[UUID, UUID]:
        """The village officer of each village, by the village's key."""
        villages = {village.fact_key for village in self.villages.values()}
        grants = Grant.objects.at(self.request.moment).filter(
            role="village_officer", place__in=villages, user__is_active=True
        )
        pairs = grants.exclude(user__person=None).order_by("began", "pk")
        found = {place: person for place, person in pairs.values_list("place", "user__person")}
        told = reader.told_of(VOCABULARY["person"], list(found.values()))
        return {place: person for place, person in found.items() if person in told}

    def whom(self, blank: Blank) -> tuple[str, UUID | None, str, str]:
        """How somebody can know a cell, who it is, what they are called, and where the row lies."""
        about = blank.about
        if about is None:
            return "office", None, "", ""
        village = self.villages.get(self.places.get(about, about))
        place = village.name if village else ""
        helpers, units = self.helpers.get(about, ()), self.units.get(about, ())
        of_unit = blank.column.source.target in _OF_THE_UNIT or (
            blank.column.column.party in ("helper", "unit", "leader")
        )
        if of_unit and units:
            return "unit", units[0], self.names.get(units[0], ""), place
        if helpers:
            sort = "unit" if helpers[0] in units else "helper"
            return sort, helpers[0], self.names.get(helpers[0], ""), place
        officer = self.officers.get(village.fact_key) if village else None
        if village is None:
            return "office", None, "", place
        return "village", officer, self.names.get(officer, "") if officer else place, place
