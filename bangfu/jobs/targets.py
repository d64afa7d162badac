"""Targets at the command line: each milestone, and when it is reached at the present pace."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from bangfu.jobs.console import DAY, INSTANT, Verb, answer, spoken, table, words
from bangfu.jobs.user import programme_named
from bangfu.ledger import clock
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.duty_words import asked_text, number_text, pace_text
from bangfu.lists.pages import names_of
from bangfu.lists.targets import Reached, reached, targets_in
from bangfu.programmes.names import VERDICTS
from bangfu.programmes.readback import entry_readback

_HEADS = ("到,谁,达到,应达到,基数,判定,按现在的进度", "by,who,reached,asked,baseline,verdict,pace")


@click.command(cls=Verb)
@click.argument("programme")
@click.option("--on", type=DAY, help="As it was on a day (today).")
@click.option("--known-at", type=INSTANT, help="As it was known then (now).")
def targets(programme: str, on: dt.date | None, known_at: dt.datetime | None) -> None:
    """Show how far the targets of a programme are reached, milestone by milestone."""
    moment, row = Moment(on or clock.today(), known_at), programme_named(programme)
    told = [_told(row, name, moment) for name, _ in targets_in(row, moment)]
    data = {"programme": row.name, "on": moment.on, "targets": told}
    answer(data, lambda: "\n\n".join(map(_text, told)) or words("没有目标", "No targets."))


def _told(row: Programme, name: str, moment: Moment) -> dict[str, Any]:
    file = Meaning.of(row, moment).file
    says = spoken(entry_readback(file, "target", name).text)
    told = {"name": name, "title": file.title_of(name), "says": says}
    try:
        found = reached(row, name, moment)
    except Unsayable as why:
        return told | {"not_worked_out": str(why), "milestones": []}
    called = names_of((one.key for one in found if one.key), moment)
    return told | {"milestones": [_line(one, called) for one in found]}


def _line(one: Reached, called: Any) -> dict[str, Any]:
    low, high = (one.reading.low, one.reading.high) if one.reading else (None, None)
    return {
        "by": one.ended,
        "who": called.get(one.key, str(one.key)) if one.key else "",
        "reached": number_text(low, one.sort, high),
        "asked": spoken(asked_text(one.bounds, one.sort, one.unit)),
        "baseline": number_text(one.baseline, one.sort) if one.baseline is not None else "",
        "verdict": one.verdict,
        "reached_on": one.pace.day if one.pace else None,
        "pace": spoken(pace_text(one.pace, one.sort, one.unit)) if one.pace else "",
    }


def _text(told: dict[str, Any]) -> str:
    head = f"{told['name']}  {told['title']}\n  {told['says']}"
    if "not_worked_out" in told:
        why = told["not_worked_out"]
        return head + "\n  " + words("没有算出：{w}", "Not worked out: {w}", w=why)
    lines = [
        [
            *(one[key] for key in ("by", "who", "reached", "asked", "baseline")),
            spoken(VERDICTS[one["verdict"]]),
            one["pace"],
        ]
        for one in told["milestones"]
    ]
    return head + "\n" + table([words(*_HEADS).split(","), *lines])
