"""Alerts at the command line: what is raised, for whom, and since when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from bangfu.jobs.console import DAY, INSTANT, Verb, answer, spoken, table, words
from bangfu.jobs.user import programme_named
from bangfu.ledger import clock
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.moment import Moment
from bangfu.lists.alerts import AlertOf, entries_of, state, watched
from bangfu.lists.duty_words import asked_text, number_text
from bangfu.lists.pages import names_of
from bangfu.programmes.readback import entry_readback

_HEADS = ("谁,数到,到多少预警,自,", "who,counted,raised when,since,")


@click.command(cls=Verb)
@click.argument("programme")
@click.option("--on", type=DAY, help="As it was on a day (today).")
@click.option("--known-at", type=INSTANT, help="As it was known then (now).")
def alerts(programme: str, on: dt.date | None, known_at: dt.datetime | None) -> None:
    """Show which alerts of a programme are raised, for whom, and since when."""
    moment, row = Moment(on or clock.today(), known_at), programme_named(programme)
    meaning = Meaning.of(row, moment)
    told = [_told(meaning, name, moment) for name, _ in entries_of(meaning)]
    data = {"programme": row.name, "on": moment.on, "alerts": told}
    answer(data, lambda: "\n\n".join(map(_text, told)) or words("没有预警", "No alerts."))


def _told(meaning: Meaning, name: str, moment: Moment) -> dict[str, Any]:
    says = spoken(entry_readback(meaning.file, "alert", name).text)
    told = {"name": name, "title": meaning.file.title_of(name), "says": says}
    try:
        figure = watched(meaning, name, moment)
        if figure is not None:
            return told | {"rows": figure.reading().rows}
        alert = AlertOf.of_meaning(meaning, name, moment)
        found = state(alert)
    except Unsayable as why:
        return told | {"not_worked_out": str(why)}
    called = names_of((one.key for one in found.raised if one.key), moment)
    lines = [
        {
            "who": called.get(one.key, str(one.key)) if one.key else "",
            "counted": number_text(one.low, alert.sort, one.high),
            "raised_when": spoken(asked_text(one.bounds, alert.sort, alert.asked.unit)),
            "since": one.since,
            "or_earlier": not one.exact,
        }
        for one in found.raised
    ]
    return told | {"raised": found.whole, "of": found.judged, "unknown": found.unknown,
                   "lines": lines}  # fmt: skip


def _text(told: dict[str, Any]) -> str:
    head = f"{told['name']}  {told['title']}\n  {told['says']}"
    if "not_worked_out" in told:
        why = told["not_worked_out"]
        return head + "\n  " + words("没有算出：{w}", "Not worked out: {w}", w=why)
    if "rows" in told:
        return head + "\n  " + words("{n} 条", "{n} rows", n=told["rows"])
    numbers = {key: told[key] for key in ("raised", "of", "unknown")}
    head += "\n  " + words(
        "{of} 项中 {raised} 项预警，{unknown} 项说不准",
        "raised for {raised} of {of}; {unknown} cannot be told",
        **numbers,
    )
    earlier = words("或更早", "or earlier")
    lines = [
        [line["who"], line["counted"], line["raised_when"], line["since"],
         earlier if line["or_earlier"] else ""]
        for line in told["lines"]
    ]  # fmt: skip
    return head + "\n" + table([words(*_HEADS).split(","), *lines]) if lines else head
