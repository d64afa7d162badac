"""Which record a row of a workbook is: its key, with a proof that it was written here."""

from __future__ import annotations

from uuid import UUID

from bangfu.ledger import vault

_PURPOSE = "row of a list"


def mark_of(key: UUID) -> str:
    """The mark of a record, for the hidden column of a workbook that is to be sent back."""
    return f"{key.hex}.{_proof(key)}"


def key_in(text: str) -> UUID | None:
    """The record that a mark names; ``None`` where it is none that was written here."""
    named, _dot, proof = text.strip().partition(".")
    try:
        key = UUID(hex=named)
    except ValueError:
        return None
    return key if proof == _proof(key) else None


def _proof(key: UUID) -> str:
    return vault.keyring().prove(_PURPOSE, key.bytes).hex()[:16]
