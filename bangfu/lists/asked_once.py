"""What a condition asks of turns or results, as plain values, so that a page works it out once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from bangfu.ledger.meaning import Meaning
from bangfu.ledger.moment import Moment


@dataclass(frozen=True, slots=True)
class AskedOnce:
    """A question about an entry of a programme; two that ask the same at a moment are equal."""

    programme: UUID
    digest: str
    name: str
    said: str
    moment: Moment
    meaning: Meaning = field(compare=False)
    where: Mapping[str, Any] = field(compare=False)

    @classmethod
    def of(
        cls, meaning: Meaning, name: str, where: Mapping[str, Any], moment: Moment, *more: object
    ) -> Self:
        """The question; ``more`` is what another sort of question has besides."""
        said = json.dumps(where, sort_keys=True, default=str)
        key, digest = meaning.programme_key(), meaning.file.digest
        return cls(key, digest, name, said, moment, meaning, where, *more)
