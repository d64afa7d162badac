"""Tables of others at the command line: what is understood, what becomes of each row, taking in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from bangfu.intake import explain
from bangfu.intake.card_sheets import together
from bangfu.intake.cells import Reason
from bangfu.intake.judging import judge
from bangfu.intake.kinds import kind_of, unlike_people
from bangfu.intake.under import Under, entries, named_words, under_of
from bangfu.intake.verdicts import SORTS, Judged, Verdict
from bangfu.jobs.console import (
    DAY,
    FILE,
    Failure,
    Noun,
    Verb,
    answer,
    console,
    spoken,
    table,
    words,
)
from bangfu.ledger import clock
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Place
from bangfu.lists.headings import catalogue_with_corrections
from bangfu.lists.places import place_of_code
from bangfu.programmes.kinds import Label
from bangfu.tables.understand import understand
from bangfu.tables.understood import Book, Sheet, Table


class _FileOrVerb(Noun):
    """``bangfu intake FILE`` and ``bangfu intake undo ID``: what is no verb is a file."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb; a file name goes to ``take``."""
        if args and args[0] not in self.commands:
            return "take", self.commands["take"], args
        return super().resolve_command(ctx, args)


@click.group(cls=_FileOrVerb)
def intake() -> None:
    """Take in any table: say how it is understood, judge its rows, accept the good ones."""


@intake.command(cls=Verb)
@click.argument("file", type=FILE)
@click.option("--sheet", help="The one sheet that is wanted.")
@click.option("--explain", "explained", is_flag=True, help="Only say how it is understood.")
@click.option("--accept", type=click.Choice(["good"]), help="Write the rows found good.")
@click.option("--place", "code", help="Code of the place that the list is from.")
@click.option("--on", type=DAY, help="The day on which it was collected.")
@click.option("--under", "word", default="", help="PROGRAMME/ENTRY by which records are made.")
def take(
    file: Path,
    sheet: str | None,
    explained: bool,
    accept: str | None,
    code: str | None,
    on: dt.date | None,
    word: str,
) -> None:
    """Say what becomes of every row of FILE: new, changes, unchanged, doubtful, refused.

    Nothing is written without --accept good, and then only rows that are new or change something.
    """
    book = understand(file, catalogue_with_corrections(), sheet=sheet, bundles=True, upright=True)
    if explained:
        told = explain.told(book)
        answer(told, lambda: "\n\n".join(_in_words(told)))
        return
    by, place = By(None, "command"), _place(code)
    judged = _judged(together(book), by, on or clock.today(), place, word)
    told = {"file": book.name, "tables": [_told(one) for one in judged], "accepted": []}
    if accept:
        told["accepted"] = [
            _accept(one, on or clock.today(), book.name) for one in judged if one.accepted()
        ]
    answer(told, lambda: "\n\n".join(_judged_in_words(told)))


@intake.command(cls=Verb)
@click.argument("event", metavar="ID", type=click.UUID)
def undo(event: UUID) -> None:
    """Take back what one accepted list wrote.

    ID is what accepting answered. Refused where anything entered since stands on it.
    """
    count = actions.undo(by=By(None, "command"), event=event)
    answer(
        {"event": event, "undone": count},
        lambda: words(
            "已撤销，涉及 {n} 个人、户、措施或地方",
            "Undone: about {n} persons, households, measures or places.",
            n=count,
        ),
    )


def _place(code: str | None) -> Place | None:
    if code is None:
        return None
    if (place := place_of_code(code)) is None:
        raise Failure("没有代码为 {c} 的区划", "There is no place with the code {c}.", c=code)
    return place


def _judged(book: Book, by: By, on: dt.date, place: Place | None, word: str) -> list[Judged]:
    found = [
        judged
        for sheet, one in book.tables()
        if (judged := judge(by=by, sheet=sheet, table=one, on=on, place=place,
                            under=_under(sheet, one, on, word), source=book.name[:100]))
        is not None
    ]  # fmt: skip
    if not found:
        told = next((why for _, one in book.tables() if (why := unlike_people(one))), None)
        raise Failure(
            "没有找到能接收的名单{z}；加 --explain 看文件是怎样识别的",
            "No list that can be taken in was found{e}; --explain says how the file is understood",
            z=f"（{told.zh}）" if told else "",
            e=f" ({told.en})" if told else "",
        )
    return found


def _under(sheet: Sheet, one: Table, on: dt.date, word: str) -> Under | None:
    """The entry that is meant, for kinds that are made by one; a wrong word is told the right."""
    kind = kind_of(one)
    offered = entries(None, kind, on)
    if word and offered and word not in {one.word for one in offered}:
        listed = "、".join(one.word for one in offered)
        raise Failure("没有 {w}；可以选：{l}", "There is no {w}; there are: {l}", w=word, l=listed)
    return under_of(None, kind, on, word, named_words(one, sheet.grid))


def _accept(judged: Judged, on: dt.date, source: str) -> dict[str, Any]:
    """Write the good rows of one table under a number by which they can be taken back."""
    event, rows = clock.new_id(), judged.accepted()
    by = By(None, "command", key=event)
    count = actions.take_in(by=by, rows=rows, on=on, source=source[:100])
    return {"sheet": judged.sheet, "event": event, "written": count}


# ── said to machines and people ───────────────────────────────────────────────────────────────


def _told(judged: Judged) -> dict[str, Any]:
    return {
        "sheet": judged.sheet,
        "kind": judged.kind,
        "under": judged.under.word if judged.under else None,
        "counts": judged.counts(),
        "left": [{"column": judged.stood(left.cell), **_both(left.says)} for left in judged.left],
        "rows": [_row(verdict, judged) for verdict in judged.verdicts],
    }


def _row(verdict: Verdict, judged: Judged) -> dict[str, Any]:
    return {
        "row": verdict.row,
        "at": judged.stood(str(verdict.row)),
        "verdict": verdict.sort,
        "changes": [
            {"field": d.field, "label": _both(d.label), "old": d.old, "new": d.new}
            for d in verdict.differences
        ],
        "reasons": _cells(judged, verdict.reasons),
        "unread": _cells(judged, verdict.unread),
        "notes": _cells(judged, verdict.notes),
    }


def _cells(judged: Judged, reasons: Iterable[Reason]) -> list[dict[str, str]]:
    return [{"cell": judged.stood(one.cell), **_both(one.says)} for one in reasons]


def _both(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}


def _judged_in_words(told: dict[str, Any]) -> Iterator[str]:
    for one in told["tables"]:
        counts = ",".join(f"{spoken(SORTS[sort])} {n}" for sort, n in one["counts"].items())
        lines = [f"【{one['sheet']}】 {counts}"]
        lines += [f"  {left['column']}: {_say(left)}" for left in one["left"]]
        lines += filter(None, map(_row_in_words, one["rows"]))
        yield "\n".join(lines)
    for accepted in told["accepted"]:
        yield words(
            "【{sheet}】 已写入 {n} 条；撤销：bangfu intake undo {event}",
            "[{sheet}] {n} written; to take back: bangfu intake undo {event}",
            sheet=accepted["sheet"],
            n=accepted["written"],
            event=accepted["event"],
        )


def _row_in_words(row: dict[str, Any]) -> str:
    """One row, unless there is nothing to say of it."""
    changes = [f"{_say(c['label'])}:{c['old'] or '-'} → {c['new'] or '-'}" for c in row["changes"]]
    said = [f"{told['cell']} {_say(told)}" for told in (*row["reasons"], *row["notes"])]
    said += [words("{c} {t}（此格不收）", "{c} {t} (this cell is left)", c=one["cell"], t=_say(one))
             for one in row["unread"]]  # fmt: skip
    if row["verdict"] in ("new", "unchanged") and not said:
        return ""
    label = spoken(SORTS[row["verdict"]])
    at = row["at"]
    at = words("第{n}行", "row {n}", n=at) if at.isdigit() else at
    return f"  {at} {label} {';'.join([*changes, *said])}"


def _in_words(told: dict[str, Any]) -> Iterator[str]:
    for remark in told["remarks"]:
        yield _say(remark)
    if not told["tables"]:
        yield words("没有找到表格", "No table was found.")
    for one in told["tables"]:
        yield "\n".join(filter(None, _table_in_words(one)))


def _table_in_words(one: dict[str, Any]) -> Iterator[str]:
    subject = one["row_subject"]
    yield f"【{one['sheet']}】 {' '.join(one['title'])}"
    yield words(
        "每行：{kind}（{shape}），把握 {sure:.0%}：{why}",
        "Rows: {kind} ({shape}), {sure:.0%} sure: {why}",
        kind=_say(subject["label"]),
        shape=spoken(explain.SHAPES[subject["shape"]]),
        sure=subject["confidence"],
        why=_say(subject["reason"]),
    )
    yield words(
        "表头行 {head}，数据行 {body}，合计行 {totals}",
        "Header rows {head}, body rows {body}, total rows {totals}",
        head=_range(one["header_rows"]),
        body=_range(one["body_rows"]),
        totals="、".join(map(str, one["total_rows"])) or "-",
    )
    if one["unit"] or one["period"]:
        time = one["period"]["text"] if one["period"] else "-"
        yield words("单位 {u}，时间 {t}", "Unit {u}, time {t}", u=one["unit"] or "-", t=time)
    lines = [_column_in_words(column, column["column"]) for column in one["columns"]]
    lines += [_column_in_words(cell, cell["cell"]) for cell in one["cells"]]
    yield table(lines)
    if one["asked"]:
        yield words("要问：", "Would be asked:")
        yield table(
            (question["about"], _say(question["question"]), " / ".join(question["suggestions"]))
            for question in one["asked"]
        )


def _column_in_words(column: dict[str, Any], at: str) -> tuple[str, ...]:
    counted = ""
    if column["aggregate"]:
        of = spoken(explain.kind_label(column["of"])) if column["of"] else ""
        classes = "+".join(column["classes"])
        counted = f"{spoken(explain.AGGREGATES[column['aggregate']])} {of} {classes}".strip()
    time = column["period"]["text"] if column["period"] else ""
    reason = column["refused"] or column["reason"]
    return (
        at,
        " > ".join(column["path"]) or "-",
        spoken(explain.ROLES[column["role"]]),
        column["field"] or counted or _say(column["says"]),
        column["party"] if column["party"] != "row" else "",
        column["unit"],
        time,
        f"{column['confidence']:.0%}",
        _say(reason),
    )


def _range(rows: list[int] | None) -> str:
    return f"{rows[0]}-{rows[1]}" if rows else "-"


def _say(label: dict[str, str]) -> str:
    return str(label[console().language])
