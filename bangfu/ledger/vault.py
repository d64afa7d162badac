"""Opening and closing what is sealed under a subject's own key."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from bangfu.ledger import keys
from bangfu.ledger.models import Subject, SubjectKey
from bangfu.ledger.prepared import Question, asked_of_keys


@functools.lru_cache(maxsize=1)
def _read(path: str, written: int) -> keys.Keyring:
    return keys.Keyring.read(Path(path))


def keyring() -> keys.Keyring:
    """The installation's keys, from the file the settings name; read again when it was changed.

    Processes that serve must know a new master key before they meet what it sealed.
    """
    path = str(settings.BANGFU_KEYS_FILE)
    try:
        written = os.stat(path).st_mtime_ns
    except OSError:
        written = 0
    return _read(path, written)


def forget_keyring() -> None:
    """Read the keys file anew next time, after it was changed."""
    _read.cache_clear()


def key_of(subject: Subject | UUID) -> keys.SubjectKey:
    """The key of one subject; raises ``Erased`` when the subject was erased."""
    fact = subject if isinstance(subject, UUID) else subject.fact
    return keys_of([fact])[fact]


def keys_of(subjects: Iterable[UUID]) -> Mapping[UUID, keys.SubjectKey]:
    """The keys of several subjects in one query; erased ones are missing from the answer."""

    def of(keys: list[UUID]) -> QuerySet[Any, Any]:
        return SubjectKey.objects.filter(subject__in=keys, salt__isnull=False)

    held, ring = asked_of_keys(Question("subject keys", of), [*subjects]), keyring()
    return _Keys({k.subject_id: ring.key_for(k.subject_id, bytes(k.salt or b"")) for k in held})


class _Keys(dict[UUID, keys.SubjectKey]):
    def __missing__(self, fact: UUID) -> keys.SubjectKey:
        raise keys.Erased(f"subject {fact} has no key: it was erased, or never had one")


def seal(subject: Subject | UUID, field: str, clear: str) -> bytes | None:
    """Seal a personal value under the subject's key; an empty value is no value."""
    return key_of(subject).seal(field, clear) if clear else None


def unseal(subject: Subject | UUID, field: str, sealed: bytes | memoryview | None) -> str:
    """Open a personal value; an absent one is an empty text."""
    return key_of(subject).open(field, bytes(sealed)) if sealed else ""


def index(kind: str, clear: str) -> bytes | None:
    """The keyed index by which a number is found again exactly."""
    return keyring().index(kind, clear) if clear else None


def indexes(kind: str, clear: Iterable[str]) -> dict[str, bytes]:
    """The same of many numbers of one kind."""
    ring = keyring()
    return {number: ring.index(kind, number) for number in clear}
