"""Who came to a training or meeting: who is on record, and who was expected by a list."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from bangfu.ledger.access import opens
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Activity, Participant, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.listing import Listing


def who_came(activity: Activity) -> dict[str, list[UUID]]:
    """The keys of who came and of who did not, under ``came`` and ``away``."""
    parts = Participant.objects.current().filter(activity=activity.fact)
    told: dict[str, list[UUID]] = {"came": [], "away": []}
    for part, subject in parts.order_by("pk").values_list("part", "subject"):
        if side := {"attendee": "came", "absent": "away"}.get(part):
            told[side].append(subject)
    return told


def lists_of_people(meaning: Meaning) -> list[tuple[str, str]]:
    """A programme's lists of people, by name and title."""
    file = meaning.file
    names = [name for name, _entry in file.entries("list", "enrol")]
    return [(name, file.title_of(name)) for name in names if file.kind_of(name) == "person"]


def missing(
    user: User, activity: Activity, meaning: Meaning, name: str, *, but: Collection[UUID], most: int
) -> list[Subject]:
    """Those of a list on the day, as far as the account opens them, who are not among ``but``."""
    listing = Listing((name,), Moment(activity.date), {}, meaning.row, file=meaning)
    rows = opens(user, VOCABULARY["person"], listing.sure())
    return list(rows.exclude(fact__in=list(but))[:most])
