"""Keyed bytes over events, links and kept readings: who has only the database writes none.

A row is explained by its event, and an event by its proof, so that neither can be made up or
altered without the keys file, not even before the event is sealed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, cast

from bangfu.ledger import vault
from bangfu.ledger.digests import row_digest, row_encoding
from bangfu.ledger.keys import Suite
from bangfu.ledger.models import Event, EventRows, Reading, Seal

#: What an event comes to say only after it was written, and of a reading what a page wants of it.
_LATER = frozenset(("seal", "proof", "wanted_at"))


def event_digest(event: Event, parts: Iterable[EventRows]) -> bytes:
    """The digest of an event with the rows that it explains."""
    said: dict[str, Any] = {
        f.attname: getattr(event, f.attname)
        for f in event._meta.concrete_fields
        if f.name not in _LATER
    }
    said["asked"] = bytes(event.asked)
    rows = [[p.table, hashlib.sha256(bytes(p.rows)).digest(), p.at, p.pk] for p in parts]
    said["rows"] = sorted(rows, key=lambda row: row[0])
    return row_digest("ledger_event", said, suite=cast("Suite", event.suite))


def of_event(digest: bytes) -> bytes:
    """The proof of an event that has this digest."""
    return vault.keyring().prove("event", digest)


def of_link(link: Seal) -> bytes:
    """The proof of a link of the chain; its head stands for all that it says."""
    return vault.keyring().prove("seal", bytes(link.head))


def of_reading(kept: Reading) -> bytes:
    """The proof of a kept reading: what was asked, what it was, and when and of what state."""
    said = {
        f.attname: getattr(kept, f.attname)
        for f in kept._meta.concrete_fields
        if f.name not in _LATER
    }
    return vault.keyring().prove("reading", row_encoding("ledger_reading", said))
