"""How an item of a checklist stands for everybody on it, where no condition says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from bangfu.ledger.meaning import Meaning
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.lists.checklists import item_of
from bangfu.lists.claims import Verdict
from bangfu.lists.listing import Listing
from bangfu.programmes.schema import Checklist


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question about an item by plain values, so that a page asks it once."""

    programme: UUID
    digest: str
    name: str
    item: str
    moment: Moment
    meaning: Meaning = field(compare=False)


def work_out(meaning: Meaning, name: str, item: str, moment: Moment) -> Mapping[UUID, Verdict]:
    """The verdict on an item for each record that the checklist is about."""
    key, digest = meaning.programme_key(), meaning.file.digest
    return _worked_out(_Asked(key, digest, name, item, moment, meaning))


@once
def _worked_out(asked: _Asked) -> Mapping[UUID, Verdict]:
    meaning, moment = asked.meaning, asked.moment
    entry = meaning.file.entry(asked.name)
    assert isinstance(entry, Checklist)
    listing = Listing((entry.each,), moment, programme=meaning.row, file=meaning)
    keys = frozenset(listing.possible().values_list("fact", flat=True))
    told = item_of(meaning, asked.name, asked.item, moment, keys)
    return {key: one.verdict for key, one in told.items()}
