"""What stands on record of the kinds that are declared, for those whom the rows may mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from bangfu.intake.bodies import Bodies
from bangfu.intake.cells import Row
from bangfu.intake.declared import DECLARED
from bangfu.intake.on_record import parts
from bangfu.ledger import vault
from bangfu.ledger.actions.event import By
from bangfu.ledger.keys import SubjectKey
from bangfu.ledger.models import (
    Affiliation,
    Award,
    Encounter,
    Practice,
    Qualification,
    Stint,
)

_MODELS: Mapping[str, type[Any]] = {
    "practice": Practice, "qualification": Qualification, "affiliation": Affiliation,
    "stint": Stint, "award": Award, "encounter": Encounter,
}  # fmt: skip


class Held:
    """The records of one kind on record, each by whose it is, and the bodies that rows name."""

    def __init__(self, by: By, kind: str) -> None:
        self.kind, self.bodies = kind, Bodies(by)
        #: What lasts stands once, as it was last; ``since`` are the first days of all.
        self.of: dict[UUID, list[Any]] = {}
        self.since: dict[UUID, Any] = {}
        #: Those of which each has answered for a row already.
        self.answered: set[UUID] = set()
        self.keys: Mapping[UUID, SubjectKey] = {}

    def look_up(self, read: Sequence[Row], whose: Collection[UUID], title: str) -> None:
        """What stands for all of them, in a few questions."""
        way = DECLARED[self.kind]
        for part in parts(whose):
            rows = _MODELS[self.kind].objects.current().filter(**{f"{way.whose}__in": part})
            latest = {}
            for one in rows.order_by(way.day):
                self.since.setdefault(one.fact_key, getattr(one, way.day))
                latest[one.fact_key] = one
            for one in latest.values():
                self.of.setdefault(getattr(one, f"{way.whose}_id"), []).append(one)
        self.bodies.look_up(read, self.kind, way.bodies, title, way.body)
        if any(row.asks("qualification.number") for row in read):
            self.keys = vault.keys_of(self.of)

    def opened(self, one: Any, key: str) -> str:
        """What stands sealed in a record, to be compared."""
        whose: UUID = getattr(one, f"{DECLARED[self.kind].whose}_id")
        return self.keys[whose].open(key, bytes(getattr(one, key)))
