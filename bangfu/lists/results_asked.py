"""How many results of a review that are such as a condition asks came one after another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Round, Score, known
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.turns import Told
from bangfu.lists.asked_once import AskedOnce
from bangfu.lists.listing import Listing
from bangfu.programmes.runs import State, longest


def work_out(meaning: Meaning, name: str, where: Mapping[str, Any], moment: Moment) -> Told:
    """Of each unit or place how many results came one after another at most: surely, perhaps.

    Results go by the periods that were reviewed, and count from the day on which they are issued.
    A period without a result breaks no run; a result without the line that is asked for, whose
    points or grade could not be told, may be such as is asked.
    """
    return _worked_out(AskedOnce.of(meaning, name, where, moment))


@once
def _worked_out(asked: AskedOnce) -> Told:
    meaning, moment = asked.meaning, asked.moment
    such = Listing((asked.name,), moment, asked.where, meaning.row, file=meaning)
    sure, may = ({*rows.values_list("round", flat=True)} for rows in (such.sure(), such.possible()))
    scores = Score.objects.filter(known(moment.known_at), item=asked.where["item"])
    there = {*scores.filter(programme=asked.programme).values_list("round", flat=True)}
    states: dict[UUID, list[State]] = defaultdict(list)
    for key, held in _issued(asked):
        state = True if held in sure else None if held in may or held not in there else False
        states[key].append(state)
    return {key: longest(told) for key, told in states.items()}


def _issued(asked: AskedOnce) -> list[tuple[UUID, UUID]]:
    """Who was reviewed in which round whose result was issued by the day, by period."""
    rows = Round.objects.filter(known(asked.moment.known_at), issued__lte=asked.moment.on)
    rows = rows.filter(programme=asked.programme, name=asked.name)
    return list(rows.order_by("began", "pk").values_list("subject", "fact"))
