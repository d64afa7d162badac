"""Coverage at the command line: both sides of each pairing, and the days with too few."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import click

from bangfu.jobs.console import DAY, INSTANT, Failure, Verb, answer, spoken, table, words
from bangfu.jobs.user import programme_named
from bangfu.ledger import clock
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.coverage import coverage, pairings_in
from bangfu.lists.duty_words import asked_text
from bangfu.lists.pages import names_of
from bangfu.lists.sweep import Covered

_HEADS = ("哪一方,谁,现有,应有,缺的日子", "side,who,has,asked,days with too few")


@click.command("coverage", cls=Verb)
@click.argument("programme")
@click.argument("pairing", required=False)
@click.option("--on", type=DAY, help="As it was on a day (today).")
@click.option("--known-at", type=INSTANT, help="As it was known then (now).")
@click.option("--all", "all_", is_flag=True, help="Also those with nothing amiss.")
def coverage_(
    programme: str,
    pairing: str | None,
    on: dt.date | None,
    known_at: dt.datetime | None,
    all_: bool,
) -> None:
    """Show for each pairing who has too few or too many of the other side, and since when."""
    moment, row = Moment(on or clock.today(), known_at), programme_named(programme)
    names = [name for name, _ in pairings_in(row, moment)]
    if pairing is not None and pairing not in names:
        raise Failure(
            "活动里没有叫 {n} 的结对；有：{k}",
            "The programme has no pairing {n}; there are: {k}.",
            n=pairing,
            k=", ".join(names) or "—",
        )
    told = [_told(row, name, moment, all_) for name in ([pairing] if pairing else names)]
    data = {"programme": row.name, "on": moment.on, "pairings": told}
    answer(data, lambda: "\n\n".join(map(_text, told)))


def _told(row: Programme, name: str, moment: Moment, all_: bool) -> dict[str, Any]:
    found = coverage(row, name, moment)
    shown = [one for one in found if all_ or one.gaps or one.short or one.too_many]
    called = names_of((one.key for one in shown), moment)
    return {
        "name": name,
        "helpers": sum(one.side == "helper" for one in found),
        "subjects": sum(one.side == "subject" for one in found),
        "rows": [_row(one, called) for one in shown],
    }


def _row(one: Covered, called: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "side": one.side,
        "key": str(one.key),
        "called": called.get(one.key, ""),
        "has": one.has,
        "asked": spoken(asked_text(one.bounds, "number")),
        "gaps": [[gap.began, gap.ended] for gap in one.gaps],
        "now": one.now,
        "too_many": one.too_many,
    }


def _text(told: dict[str, Any]) -> str:
    head = words(
        "{n}：帮扶方 {h}，对象 {s}",
        "{n}: {h} helpers, {s} subjects",
        n=told["name"],
        h=told["helpers"],
        s=told["subjects"],
    )
    sides = {"helper": words("帮扶方", "helper"), "subject": words("对象", "subject")}
    lines = [
        [
            sides[one["side"]],
            one["called"] or one["key"][:8],
            one["has"],
            one["asked"],
            " ".join(f"{began}–{ended}" for began, ended in one["gaps"]),
        ]
        for one in told["rows"]
    ]
    if not lines:
        return head + "\n  " + words("没有空缺", "Nothing is missing.")
    return head + "\n" + table([words(*_HEADS).split(","), *lines])
