"""Demands are written down when a filled form is given out, and when it was handed up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, insert
from bangfu.ledger.models import Demand, Place


@action("demand.note")
def note(
    *,
    by: By,
    place: Place,
    title: str,
    layout: str,
    columns: Sequence[str],
    rows: int,
    filled: int,
    left: int,
    asker: str = "",
    paper: str = "",
) -> Demand:
    """Write down that a form of others was filled: who asked for it, on what paper, what it took.

    ``columns`` are the form's headings, ``layout`` their digest.
    """
    require(by.user, "demand.note", place=place)
    if not columns or not layout:
        raise Refused("no_columns", "A form without headings cannot be known again.")
    demand = Demand(
        date=clock.today(),
        place=place,
        title=title.strip()[:200] or "-",
        asker=asker.strip(),
        paper=paper.strip(),
        layout=layout,
        columns=list(columns),
        rows=rows,
        filled=filled,
        left=left,
        given_by=by.user,
    )
    insert(demand)
    require_written(by.user, "demand.note", demand)
    return demand


@action("demand.hand_up")
def hand_up(*, by: By, demand: Demand, on: dt.date, typed: int) -> Demand:
    """Say when a filled form was handed up, and how many of its cells were typed by hand."""
    require(by.user, "demand.hand_up", demand)
    if demand.handed_up is not None:
        raise Refused(
            "handed_up_already", "This form was handed up on %(on)s.", on=demand.handed_up
        )
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)
    if on < demand.date:
        raise Refused(
            "before_it_was_filled",
            "%(on)s lies before the day on which it was filled (%(filled)s).",
            on=on,
            filled=demand.date,
        )
    if typed < 0:
        raise Refused("less_than_none", "Say how many cells were typed: none or more.")
    return correct(demand, handed_up=on, typed=typed)
