"""What may be picked for an entry: all that is open, or those whom a programme would take there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bangfu.ledger.access import opens, visible
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Class, Enrolment, Pairing, Proceeding, Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.holders import holders
from bangfu.lists.listing import Listing
from bangfu.lists.pages import holding, named, search
from bangfu.programmes.entries import Side
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind
from bangfu.programmes.schema import Agreement as AgreementEntry
from bangfu.programmes.schema import Checklist, Review, Workflow
from bangfu.programmes.schema import Class as ClassEntry
from bangfu.programmes.schema import Pairing as PairingEntry

#: What something is picked for: a place in one of the programme's entries, or nothing of these.
Role = Literal["", "enrol", "class", "helper", "subject", "each"]
ROLES: tuple[Role, ...] = ("", "enrol", "class", "helper", "subject", "each")
#: Kinds that belong to a programme and are narrowed to it where one is named.
OWN = ("measure", "need", "fund")


@dataclass(frozen=True, slots=True)
class Among:
    """Out of what something is picked.

    Records of some ``kinds``; with a ``role`` those whom the entry ``name`` of the programme would
    take on the day, without those whom it has and may not have twice. ``posted``: persons by their
    posts, for who opens posts and no persons. ``levels``: places of some levels of the tree alone.
    ``but``: who is not meant, such as the one who hands over.
    """

    kinds: tuple[str, ...]
    programme: Programme | None = None
    role: Role = ""
    name: str = ""
    on: dt.date | None = None
    posted: bool = False
    levels: tuple[str, ...] = ()
    but: UUID | None = None

    @property
    def moment(self) -> Moment:
        """The day on which they are asked for, as known now."""
        return Moment(self.on) if self.on else Moment.present()

    def rows(self, user: User, kind: Kind, *, whole: bool = False) -> QuerySet[Any]:
        """The records of one of the kinds that may be picked and that the account may open.

        ``whole``: for going through all of them.
        """
        rows = self._open(user, kind, whole=whole)
        return rows if self.but is None else rows.exclude(fact=self.but)

    def _open(self, user: User, kind: Kind, *, whole: bool) -> QuerySet[Any]:
        if self.posted:
            return holders(user)
        if self.role and self.programme is not None:
            listing, taken = _candidates(self, Meaning.of(self.programme, self.moment))
            return opens(user, kind, _but_not(listing.possible(), taken, whole=whole))
        rows = visible(user, kind, moment=self.moment)
        if self.programme is not None and kind.name in OWN:
            rows = rows.filter(programme=self.programme)
        return rows.filter(level__in=self.levels) if self.levels and kind.name == "place" else rows

    def called(self, user: User, kind: Kind, text: str) -> QuerySet[Any]:
        """Those of them that a text names; without one, all."""
        rows = self.rows(user, kind)
        if not text:
            return rows
        if kind.name == "place":
            return rows.filter(fact__in=search(user, kind, text).values("fact"))
        if kind.name in SUBJECT_KINDS:
            begun = rows.filter(named(kind, text))
            return begun if len(text) < 2 or begun.exists() else rows.filter(holding(text))
        column = "title" if "title" in kind else "text"
        return rows.filter(Q(**{f"{column}__icontains": text}))

    def unpartnered(self, user: User, kind: Kind, *, whole: bool = False) -> QuerySet[Any]:
        """Those of them who have nobody in the pairing on the day."""
        rows = self.rows(user, kind, whole=whole)
        assert self.programme is not None
        if _candidates(self, Meaning.of(self.programme, self.moment))[1] is not None:
            return rows  # who may have one partner and has one may not be picked again
        standing = Pairing.objects.at(self.moment).filter(programme=self.programme, name=self.name)
        return _but_not(rows, (standing, self.role), whole=whole)

    def fetched(self, user: User, keys: Iterable[UUID]) -> dict[UUID, Any]:
        """The rows themselves of those keys that may be picked."""
        found: dict[UUID, Any] = {}
        wanted = list(keys)
        for name in self.kinds if wanted else ():
            rows = self.rows(user, VOCABULARY[name]).filter(fact__in=wanted)
            found |= {row.fact_key: row for row in rows}
        return found

    def fit(self, user: User, keys: Iterable[UUID]) -> set[UUID]:
        """Those of some keys whom the entry would take, were they not in it already."""
        assert self.programme is not None
        listing, _taken = _candidates(self, Meaning.of(self.programme, self.moment))
        wanted = list(keys)
        found: set[UUID] = set()
        for name in self.kinds if wanted else ():
            rows = opens(user, VOCABULARY[name], listing.possible()).filter(fact__in=wanted)
            found |= set(rows.values_list("fact", flat=True))
        return found

    def partners(self, keys: Iterable[UUID]) -> Mapping[UUID, int]:
        """How many partners each of some helpers or subjects has in the pairing on the day."""
        if self.role not in ("helper", "subject"):
            return {}
        standing = Pairing.objects.at(self.moment).filter(programme=self.programme, name=self.name)
        held = standing.filter(**{f"{self.role}__in": list(keys)}).order_by()
        counted = held.values(self.role).annotate(n=Count("pk"))
        return {line[self.role]: line["n"] for line in counted}


def kinds_for(meaning: Meaning, role: Role, name: str) -> tuple[str, ...]:
    """The kinds of record that an entry of a programme takes in a role."""
    match role:
        case "enrol":
            return (meaning.file.kind_of(name),)
        case "class":
            return (meaning.file.kind_of(_scheme(meaning, name).each),)
        case "helper" | "subject":
            of = _side(meaning, name, role).of
            return tuple(dict.fromkeys(_kind_of(meaning, one) for one in of))
        case "each":
            return (_kind_of(meaning, _each(meaning, name)),)
    return ()


def _side(meaning: Meaning, name: str, role: str) -> Side:
    """One side of a pairing or an agreement of the programme."""
    entry = meaning.file.entry(name)
    assert isinstance(entry, PairingEntry | AgreementEntry)
    return entry.helper if role == "helper" else entry.subject


def _kind_of(meaning: Meaning, name: str) -> str:
    return name if name in VOCABULARY else meaning.file.kind_of(name)


def _each(meaning: Meaning, name: str) -> str:
    """For whom a workflow, a checklist or a review is."""
    entry = meaning.file.entry(name)
    assert isinstance(entry, Workflow | Checklist | Review)
    return entry.each


def _scheme(meaning: Meaning, name: str) -> ClassEntry:
    entry = meaning.file.entry(name)
    assert isinstance(entry, ClassEntry)
    return entry


#: Rows in which somebody stands already, and the column that names whom.
Taken = tuple[QuerySet[Any], str]


def _but_not(rows: QuerySet[Any], taken: Taken | None, *, whole: bool) -> QuerySet[Any]:
    """Rows without those who are taken: looked for row by row, if not the ``whole`` is wanted."""
    if taken is None:
        return rows
    held, column = taken
    if whole:
        return rows.exclude(fact__in=held.values(column))
    return rows.filter(~Exists(held.filter(**{column: OuterRef("fact")})))


def _candidates(among: Among, meaning: Meaning) -> tuple[Listing, Taken | None]:
    """Who may stand in a role, and who stands there and may not twice."""
    return _BY_ROLE[among.role](among, meaning)


def _listed(
    among: Among, meaning: Meaning, of: tuple[str, ...], where: Mapping[str, Any]
) -> Listing:
    return Listing(of, among.moment, where, meaning.row, file=meaning)


def _for_enrolment(among: Among, meaning: Meaning) -> tuple[Listing, Taken | None]:
    of, where = meaning.listed(among.name)
    held = Enrolment.objects.at(among.moment).filter(programme=meaning.row, name=among.name)
    return _listed(among, meaning, of, where), (held, "subject")


def _for_class(among: Among, meaning: Meaning) -> tuple[Listing, Taken | None]:
    listing = _listed(among, meaning, (_scheme(meaning, among.name).each,), {})
    if not meaning.class_single(among.name):
        return listing, None
    held = Class.objects.at(among.moment).filter(programme=meaning.row, name=among.name)
    return listing, (held, "subject")


def _for_pairing(among: Among, meaning: Meaning) -> tuple[Listing, Taken | None]:
    assert among.role in ("helper", "subject")
    side = _side(meaning, among.name, among.role)
    listing = _listed(among, meaning, tuple(side.of), side.where or {})
    signs = meaning.sort_of(among.name) == "agreement"
    if signs or 1 not in (side.exactly, side.at_most):
        return listing, None
    # Who is paired on that day or will be later is not free from that day on.
    lasting = Q(ended__isnull=True) | Q(ended__gte=among.moment.on)
    standing = Pairing.objects.current().filter(lasting, programme=meaning.row, name=among.name)
    return listing, (standing, among.role)


def _for_each(among: Among, meaning: Meaning) -> tuple[Listing, Taken | None]:
    """For whom an entry is; a workflow is not under way twice for the same."""
    listing = _listed(among, meaning, (_each(meaning, among.name),), {})
    if meaning.sort_of(among.name) != "workflow":
        return listing, None
    held = Proceeding.objects.current().filter(programme=meaning.row, name=among.name, outcome="")
    return listing, (held, "need" if listing.kind.name == "need" else "subject")


_BY_ROLE: Mapping[str, Callable[[Among, Meaning], tuple[Listing, Taken | None]]] = {
    "enrol": _for_enrolment,
    "class": _for_class,
    "helper": _for_pairing,
    "subject": _for_pairing,
    "each": _for_each,
}
