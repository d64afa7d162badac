"""Files that were asked for of large lists: the own ones, and whether their rows are still open."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger import staging
from bangfu.ledger.access import opens
from bangfu.ledger.conditions import model_of
from bangfu.ledger.models import Download, User
from bangfu.ledger.vocabulary import VOCABULARY

#: So many keys are asked about at once.
_AT_ONCE = 5_000
_KEY = 16


def downloads_of(user: User) -> QuerySet[Download]:
    """The files of an account that are offered or being made, the latest first.

    Nobody else's, and none for who looks as somebody else.
    """
    rows = Download.objects.filter(user=user, ended_at=None).order_by("-asked_at", "-pk")
    return rows.none() if user.seen_by is not None else rows


def download_of(user: User, key: UUID) -> Download | None:
    """One file that an account asked for, also one that is over."""
    rows = Download.objects.filter(user=user, pk=key).select_related("programme")
    return None if user.seen_by is not None else rows.first()


def still_open(user: User, download: Download) -> bool:
    """Whether an account may open every row that a file holds, as it stood when it was made."""
    kind = VOCABULARY[download.kind]
    for piece in staging.taken(download, "key", download.held):
        keys = [UUID(bytes=piece[at : at + _KEY]) for at in range(0, len(piece), _KEY)]
        for first in range(0, len(keys), _AT_ONCE):
            some = keys[first : first + _AT_ONCE]
            rows = model_of(kind)._default_manager.filter(pk__in=some)
            if opens(user, kind, rows).count() != len(some):
                return False
    return True
