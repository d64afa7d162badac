"""Coverage both ways, on every day: who has nobody, who has too few or too many, and from when.

Each side of a pairing is a list with a bound on how many of the other side it has; so is each side
of an agreement. A sweep over the days on which they begin and end finds the gaps; no day in between
is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme, User
from bangfu.ledger.moment import Moment
from bangfu.lists.duty_board import open_by_name, question_of
from bangfu.lists.marks import fact_tables
from bangfu.lists.readings import kept
from bangfu.lists.sweep import SIDES, Covered, SideName, Swept, meant
from bangfu.lists.unread import as_key
from bangfu.programmes.bounds import says_how_many
from bangfu.programmes.entries import Side
from bangfu.programmes.kinds import Kind
from bangfu.programmes.schema import Agreement as AgreementEntry
from bangfu.programmes.schema import Pairing as PairingEntry

Rule = PairingEntry | AgreementEntry
#: Up to so many with whom something is amiss are kept by their keys.
FEW = 1_000


def pairings_in(programme: Programme, moment: Moment) -> list[tuple[str, Rule]]:
    """The pairings of a programme, and its agreements that say how many, in the file's order."""
    return judged_in(Meaning.of(programme, moment))


def judged_in(meaning: Meaning) -> list[tuple[str, Rule]]:
    """The same of a file that was read already."""
    return [
        (name, entry)
        for name, entry in meaning.file.entries("pairing", "agreement")
        if isinstance(entry, PairingEntry)
        or (isinstance(entry, AgreementEntry) and any(map(says_how_many, _sides(entry))))
    ]


def _sides(rule: Rule) -> tuple[Side, Side]:
    return rule.helper, rule.subject


def kind_of(programme: Programme, name: str, side: SideName, moment: Moment) -> Kind:
    """The kind of record that stands on a side of a pairing."""
    return meant(Meaning.of(programme, moment), name, side, moment).kind


def coverage(programme: Programme, name: str, moment: Moment) -> list[Covered]:
    """Both sides of a pairing on a day, and their gaps since the pairing was decided."""
    meaning = Meaning.of(programme, moment)
    swept = (Swept.of(meaning, name, side, moment) for side in SIDES)
    return [one for side in swept if side is not None for one in side.everybody()]


@dataclass(frozen=True, slots=True)
class Sum:
    """How many stand on a side of a pairing, and with how many something is amiss.

    ``few``: which these are, as long as they are few.
    """

    total: int
    short: int
    over: int
    gapped: int
    amiss: int
    few: tuple[UUID, ...] | None


def summed(programme: Programme, name: str, side: SideName, moment: Moment) -> Sum:
    """A side of a pairing in numbers: kept while nothing that it stands on has changed."""
    meaning = Meaning.of(programme, moment)

    def look() -> dict[str, Any]:
        swept = Swept.of(meaning, name, side, moment)
        return _NOBODY if swept is None else _counted(swept)

    answer = kept(question_of(meaning, moment, coverage=name, side=side), fact_tables(), look)
    total, short, over, gapped, wrong = answer["counted"]
    few = None if answer["few"] is None else tuple(map(UUID, answer["few"]))
    return Sum(total, short, over, gapped, wrong, few)


_NOBODY = {"counted": [0, 0, 0, 0, 0], "few": []}


def _counted(swept: Swept) -> dict[str, Any]:
    """What is kept of a side: the numbers, and those with whom something is amiss."""
    counted, amiss = [0, 0, 0, 0, 0], list[UUID]()
    for one, keys in swept.alike():
        says = (True, one.short, one.too_many, bool(one.gaps), one.amiss)
        counted = [n + len(keys) * said for n, said in zip(counted, says, strict=True)]
        if one.amiss and len(amiss) <= FEW:
            amiss += map(as_key, keys[: FEW + 1])
    return {"counted": counted, "few": [*map(str, amiss)] if len(amiss) <= FEW else None}


def amiss_for(
    user: User, programme: Programme, name: str, side: SideName, found: Sum, moment: Moment,
    *, most: int,
) -> list[Covered]:  # fmt: skip
    """The first of a side with whom something is amiss and whom the account may see by name."""
    if not found.amiss:
        return []

    def narrow(kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
        those = rows if found.few is None else rows.filter(fact__in=found.few)
        return open_by_name(user, side, kind, those, moment)

    swept = Swept.of(Meaning.of(programme, moment), name, side, moment)
    assert swept is not None
    rows = narrow(swept.listing.kind, swept.listing.sure())
    return list(islice((one for one in swept.each_of(rows) if one.amiss), most))
