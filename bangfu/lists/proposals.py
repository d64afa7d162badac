"""Classes that were proposed and wait for somebody else's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from bangfu.ledger.access import may, opens
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme, Proposal, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.pages import total_of, totals_by
from bangfu.programmes.schema import Class as Scheme

#: So many are looked through at once.
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Proposed:
    """One proposal with what the scheme and the class are called."""

    row: Proposal
    scheme: str
    option: str

    def is_own(self, user: User) -> bool:
        """Whether the account proposed it itself: somebody else has to confirm it."""
        return not self.row.by_rule and self.row.proposed_by_id == user.pk


def _open(user: User, programmes: Sequence[Programme]) -> QuerySet[Proposal]:
    rows = Proposal.objects.current().filter(state="open", programme__in=programmes)
    return opens(user, VOCABULARY["proposal"], rows)


def open_proposals(user: User, programme: Programme) -> tuple[list[Proposed], int]:
    """What waits in a programme and is open to the account, the oldest first; how many in all."""
    rows = _open(user, [programme])
    found = rows.select_related("programme", "subject__place", "proposed_by")
    told = [_called(one) for one in found.order_by("date", "name", "subject__sort_key")[:AT_ONCE]]
    return told, len(told) if len(told) < AT_ONCE else total_of(rows)


def _called(row: Proposal) -> Proposed:
    file = Meaning.of(row.programme, Moment(row.from_day)).file
    entry = file.entry(row.name) if row.name in file else None
    if not isinstance(entry, Scheme) or row.option not in entry.items:
        return Proposed(row, row.name, row.option)
    return Proposed(row, entry.title or row.name, entry.items[row.option].title or row.option)


def proposals_waiting(user: User, programmes: Sequence[Programme]) -> list[tuple[Programme, int]]:
    """How many proposals of others wait in each programme, for those who confirm them."""
    if not may(user, "class.confirm"):
        return []
    others = _open(user, programmes).exclude(proposed_by=user, by_rule=False)
    counted = totals_by(others, "programme")
    return [(one, counted[one.pk]) for one in programmes if one.pk in counted]


def schemes_with_conditions(meaning: Meaning) -> list[tuple[str, str]]:
    """The ways to sort of which a condition proposes at least one class, with their titles."""
    return [
        (name, entry.title or name)
        for name, entry in meaning.file.entries("class")
        if isinstance(entry, Scheme) and any(one.where for one in entry.items.values())
    ]
