"""Duties at the command line: how each stands by turn, and record by record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import click

from bangfu.jobs.console import DAY, INSTANT, Failure, Verb, answer, spoken, table, words
from bangfu.jobs.user import programme_named
from bangfu.ledger import clock
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.duty_board import Board, duties_in
from bangfu.lists.duty_words import asked_text, number_text
from bangfu.lists.judging import Owed
from bangfu.lists.tallies import Tally
from bangfu.programmes.kinds import Label
from bangfu.programmes.names import VERDICTS
from bangfu.programmes.readback import entry_readback

_TURN_HEADS = Label("期,应办,已办,迟办,未办,只计数,截止", "turn,owed,met,late,waiting,counted,due")
_ROW_HEADS = Label("谁,期,已办/应办,判定,截止,空缺", "who,turn,done / asked,verdict,due,gaps")


@click.command(cls=Verb)
@click.argument("programme")
@click.argument("name", required=False)
@click.option("--on", type=DAY, help="As it was on a day (today).")
@click.option("--known-at", type=INSTANT, help="As it was known then (now).")
@click.option("--since", type=DAY, help="From the period that holds this day (the latest six).")
@click.option("--waiting", is_flag=True, help="Only what is still owed.")
def duties(
    programme: str,
    name: str | None,
    on: dt.date | None,
    known_at: dt.datetime | None,
    since: dt.date | None,
    waiting: bool,
) -> None:
    """Show how the duties of a programme stand; with NAME, what each record owes of one."""
    moment, row = Moment(on or clock.today(), known_at), programme_named(programme)
    if name is None:
        _all(row, moment, since)
        return
    if name not in [one for one, _ in duties_in(row, moment)]:
        raise Failure(
            "活动里没有叫 {n} 的任务；任务有：{k}",
            "The programme has no duty {n}; its duties: {k}.",
            n=name,
            k=", ".join(one for one, _ in duties_in(row, moment)) or "—",
        )
    _one(Board.of(row, name, moment, since=since), waiting)


def _all(row: Programme, moment: Moment, since: dt.date | None) -> None:
    told = [_summary(row, name, moment, since) for name, _ in duties_in(row, moment)]
    data = {"programme": row.name, "on": moment.on, "duties": told}
    answer(data, lambda: "\n\n".join(map(_summary_text, told)) or words("没有任务", "No duties."))


def _summary(row: Programme, name: str, moment: Moment, since: dt.date | None) -> dict[str, Any]:
    file = Meaning.of(row, moment).file
    says = spoken(entry_readback(file, "duty", name).text)
    told = {"name": name, "title": file.title_of(name), "says": says}
    try:
        board = Board.of(row, name, moment, since=since)
    except Unsayable as why:
        return told | {"not_worked_out": str(why), "turns": []}
    return told | {"turns": _turns(board)}


def _turns(board: Board) -> list[dict[str, Any]]:
    if not board.duty.entry.per:
        return [_tally(board.total()) | {"due": max((o.due for o in board.owed), default=None)}]
    return [
        {"from": turn.asked.began, "to": turn.asked.ended, "due": turn.due}
        | _tally(board.total(one for one in board.owed if one.turn == turn))
        for turn in board.turns
    ]


def _tally(told: Tally) -> dict[str, int]:
    names = ("owed", "met", "late", "waiting", "counted")
    return {name: getattr(told, name) for name in names}


def _summary_text(told: dict[str, Any]) -> str:
    head = f"{told['name']}  {told['title']}\n  {told['says']}"
    if "not_worked_out" in told:
        return (
            head + "\n  " + words("没有算出：{w}", "Not worked out: {w}", w=told["not_worked_out"])
        )
    heads = spoken(_TURN_HEADS).split(",")
    lines = [
        [
            f"{turn['from']} – {turn['to']}" if "from" in turn else "—",
            *(turn[n] for n in ("owed", "met", "late", "waiting", "counted")),
            turn["due"] or "—",
        ]
        for turn in told["turns"]
    ]
    return head + "\n" + table([heads, *lines])


def _one(board: Board, waiting: bool) -> None:
    shown = [
        one
        for one in board.owed
        if one.verdict != "free" and (not waiting or one.verdict not in ("met", "counted", "late"))
    ]
    called = board.called(shown)
    data = {
        "duty": board.duty.name,
        "on": board.duty.moment.on,
        "rows": [_row(board, one) | {"called": called[one.key]} for one in shown],
    }
    answer(data, lambda: _rows_text(board, shown, called))


def _row(board: Board, one: Owed) -> dict[str, Any]:
    line = one.lines[0]
    return {
        "key": str(one.key),
        "unit": str(board.units[one.key]) if one.key in board.units else None,
        "from": one.turn.asked.began,
        "to": one.ended,
        "due": one.due,
        "reading": number_text(line.reading, line.sort, line.high),
        "bound": spoken(asked_text(line.bounds, line.sort, line.unit)),
        "verdict": one.verdict,
        "rows": [str(fact) for fact in one.facts],
        "gaps": [[gap.began, gap.ended] for gap in one.gaps],
    }


def _rows_text(board: Board, shown: Sequence[Owed], called: Any) -> str:
    lines = [
        [
            called[one.key],
            f"{one.turn.asked.began} – {one.ended}",
            "; ".join(
                f"{number_text(line.reading, line.sort, line.high)} / "
                f"{spoken(asked_text(line.bounds, line.sort, line.unit))}"
                for line in one.lines
            ),
            spoken(VERDICTS[one.verdict]),
            one.due,
            " ".join(f"{gap.began}–{gap.ended}" for gap in one.gaps),
        ]
        for one in shown
    ]
    heads = spoken(_ROW_HEADS).split(",")
    return table([heads, *lines]) if lines else words("没有", "None.")
