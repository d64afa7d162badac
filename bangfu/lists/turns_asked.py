"""What a condition asks of the turns of a duty, worked out for every record at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bangfu.ledger.meaning import Meaning
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.turns import Told
from bangfu.lists.asked_once import AskedOnce
from bangfu.lists.claims import read
from bangfu.lists.duties import DutyOf
from bangfu.lists.listing import Listing
from bangfu.lists.turn_rows import OfTurns, longest_runs, turn_rows
from bangfu.programmes.kinds import Kind
from bangfu.programmes.period import Span, day_in_condition


@dataclass(frozen=True, slots=True)
class _Asked(AskedOnce):
    """A question about the turns that belong to each record of a kind."""

    kind: str
    owner: Kind = field(compare=False)


def work_out(
    meaning: Meaning, name: str, where: Mapping[str, Any], kind: Kind, moment: Moment
) -> Told:
    """Of each record of a kind how many turns belong to it, or what they come to (``sum``)."""
    return _worked_out(_Asked.of(meaning, name, where, moment, kind.name, kind))


@once
def _worked_out(asked: _Asked) -> Told:
    words = ("as", "sum", "distinct", "in_a_row")
    where = {word: told for word, told in asked.where.items() if word not in words}
    meaning, moment = asked.meaning, asked.moment
    via, added, apart, in_a_row = (asked.where.get(word, "") for word in words)
    listing = Listing((asked.name,), moment, where, meaning.row, file=meaning)
    counting = OfTurns(listing, added or apart, bool(added), via=via)
    over = Span(min(_since(where, meaning, moment), moment.on), moment.on)
    duty = DutyOf.of_meaning(meaning, asked.name, moment)
    if in_a_row:
        return longest_runs(duty, counting, asked.owner, over)
    found = turn_rows(duty, counting, asked.owner, over)
    told = {key: read(rows, counting, (over,)) for key, rows in found.items()}
    return {key: (one.low, one.high) for key, one in told.items()}


def _since(where: Mapping[str, Any], meaning: Meaning, moment: Moment) -> dt.date:
    """The first day on which a turn that counts may fall due: earlier ones are not worked out."""
    due, first = where.get("due"), meaning.file.from_
    told = due.get("from") if isinstance(due, Mapping) else None
    return first if told is None else max(first, day_in_condition(told, on=moment.on))
