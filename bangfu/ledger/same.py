"""Who is the same as whom: persons who were on record twice and were merged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from bangfu.ledger.models import Duplicate
from bangfu.ledger.once import once
from bangfu.ledger.prepared import Question, asked_of_keys


def goes_on_as(key: UUID) -> UUID | None:
    """The person who goes on for one who was merged; None for everybody else."""
    found: UUID | None = None
    while (pair := _pair_of(found or key)) is not None:
        found = pair.kept_id
    return found


def _pair_of(gone: UUID) -> Duplicate | None:
    """The merge by which somebody went."""
    pairs = Duplicate.objects.current().filter(state="same").exclude(kept=gone)
    return pairs.filter(Q(one=gone) | Q(other=gone)).order_by("pk").first()


def merged_into(keys: Iterable[UUID]) -> list[UUID]:
    """Everybody who was merged into some persons, also by way of one who was merged since."""
    found: list[UUID] = []
    fresh = list(keys)
    while fresh:
        both = asked_of_keys(Question("merged", _merges), fresh)
        gone = [other if one == kept else one for one, other, kept in both]
        fresh = [key for key in gone if key not in found]
        found += fresh
    return found


def _merges(kept: list[UUID]) -> QuerySet[Any, Any]:
    """The merges of which some persons were kept: both sides, and who was kept."""
    pairs = Duplicate.objects.current().filter(state="same", kept__in=kept)
    return pairs.exclude(one=F("kept"), other=F("kept")).values_list("one", "other", "kept")


@once
def and_merged(key: UUID) -> tuple[UUID, ...]:
    """A person's key and those of everybody who was merged into that person."""
    return (key, *merged_into([key]))
