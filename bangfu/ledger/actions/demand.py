"""Demands: written down when a filled form is given out, asked about, and handed up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, insert
from bangfu.ledger.models import Demand, Place, Subject, Task


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
    entered: int = 0,
    asker: str = "",
    paper: str = "",
) -> Demand:
    """Write down that a form of others was filled: who asked for it, on what paper, what it took.

    ``columns`` are the form's headings, ``layout`` their digest. The same form taken again on the
    same day for the same asker was not asked for twice: its numbers are brought up to date.
    """
    require(by.user, "demand.note", place=place)
    if not columns or not layout:
        raise Refused("no_columns", "A form without headings cannot be known again.")
    same = {"date": clock.today(), "place": place, "layout": layout, "given_by": by.user}
    numbers = {"rows": rows, "filled": filled, "left": left, "entered": entered}
    if held := _taken_today(same, asker.strip(), paper.strip()):
        return _again(by, held, numbers, asker=asker.strip(), paper=paper.strip())
    demand = Demand(
        title=title.strip()[:200] or "-",
        asker=asker.strip(),
        paper=paper.strip(),
        columns=list(columns),
        **same,
        **numbers,
    )
    insert(demand)
    require_written(by.user, "demand.note", demand)
    return demand


def _taken_today(same: Mapping[str, Any], asker: str, paper: str) -> Demand | None:
    """The same form as it was taken before on that day, for the same asker or for nobody named."""
    rows = Demand.objects.current().filter(**same, handed_up__isnull=True)
    fits = [
        one for one in rows.order_by("-recorded_at")
        if one.asker in ("", asker) and one.paper in ("", paper)
    ]  # fmt: skip
    return fits[0] if fits else None


def _again(by: By, held: Demand, numbers: Mapping[str, int], *, asker: str, paper: str) -> Demand:
    """The numbers of a form that is taken again; what was typed for it before counts on."""
    require(by.user, "demand.note", held)
    entered = max(held.entered, numbers["entered"])
    told = {**numbers, "entered": entered, "asker": asker, "paper": paper}
    changed = {name: value for name, value in told.items() if getattr(held, name) != value}
    return correct(held, **changed) if changed else held


@action("demand.ask")
def ask(
    *, by: By, demand: Demand, asked: Sequence[tuple[Subject, str]], due: dt.date
) -> list[Task]:
    """Ask those who can know for the cells of a form, each by a task of the own, until a day.

    ``asked``: who answers, and what for, without the name of anybody who is helped.
    """
    require(by.user, "demand.ask", demand)
    if not asked:
        raise Refused("nobody_asked", "Say who is asked for something.")
    if demand.handed_up is not None:
        raise Refused(
            "handed_up_already", "This form was handed up on %(on)s.", on=demand.handed_up
        )
    if due < clock.today():
        raise Refused("due_already", "%(due)s has gone by already.", due=due)
    return [_ask_one(by, demand, owner, text.strip(), due) for owner, text in asked]


def _ask_one(by: By, demand: Demand, owner: Subject, text: str, due: dt.date) -> Task:
    if owner.kind not in ("person", "organisation"):
        raise Refused("no_owner", "A person or a unit answers for a task.")
    if not text:
        raise Refused("text_missing", "Say what is to be done.")
    if Task.objects.current().filter(demand=demand.fact, owner=owner, state="open").exists():
        raise Refused(
            "asked_already", "%(owner)s was asked for this form already.", owner=owner.name
        )
    task = Task(demand=demand, date=clock.today(), text=text[:300], owner=owner, due=due)
    insert(task)
    require_written(by.user, "demand.ask", task)
    return task


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
