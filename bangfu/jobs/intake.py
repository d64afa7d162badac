"""Tables of others at the command line: what is understood of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bangfu.intake import explain
from bangfu.jobs.console import FILE, Failure, Noun, Verb, answer, console, table, words
from bangfu.lists.headings import catalogue
from bangfu.programmes.kinds import Label
from bangfu.tables.understand import understand
from bangfu.tables.understood import Book
from bangfu.tables.unreadable import Unreadable


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
    """Take in any table: FILE [--sheet S] --explain says how it is understood."""


@intake.command(cls=Verb)
@click.argument("file", type=FILE)
@click.option("--sheet", help="The one sheet that is wanted.")
@click.option("--explain", "explained", is_flag=True, help="Say how the tables are understood.")
def take(file: Path, sheet: str | None, explained: bool) -> None:
    """Say how every table of FILE is understood: rows, columns, how sure, what would be asked."""
    told = explain.told(understood(file, sheet))
    answer(told, lambda: "\n\n".join(_in_words(told)))


def understood(file: Path, sheet: str | None) -> Book:
    """A file's tables; a file that cannot be read says why."""
    try:
        return understand(file, catalogue(), sheet=sheet)
    except Unreadable as wrong:
        raise Failure(wrong.label.zh, wrong.label.en) from wrong


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
        "每行:{kind}({shape}),把握 {sure:.0%}:{why}",
        "Rows: {kind} ({shape}), {sure:.0%} sure: {why}",
        kind=_say(subject["label"]),
        shape=_word(explain.SHAPES[subject["shape"]]),
        sure=subject["confidence"],
        why=_say(subject["reason"]),
    )
    yield words(
        "表头行 {head},数据行 {body},合计行 {totals}",
        "Header rows {head}, body rows {body}, total rows {totals}",
        head=_range(one["header_rows"]),
        body=_range(one["body_rows"]),
        totals="、".join(map(str, one["total_rows"])) or "-",
    )
    if one["unit"] or one["period"]:
        time = one["period"]["text"] if one["period"] else "-"
        yield words("单位 {u},时间 {t}", "Unit {u}, time {t}", u=one["unit"] or "-", t=time)
    lines = [_column_in_words(column, column["column"]) for column in one["columns"]]
    lines += [_column_in_words(cell, cell["cell"]) for cell in one["cells"]]
    yield table(lines)
    if one["asked"]:
        yield words("要问:", "Would be asked:")
        yield table(
            (question["about"], _say(question["question"]), " / ".join(question["suggestions"]))
            for question in one["asked"]
        )


def _column_in_words(column: dict[str, Any], at: str) -> tuple[str, ...]:
    counted = ""
    if column["aggregate"]:
        of = _word(explain.kind_label(column["of"])) if column["of"] else ""
        classes = "+".join(column["classes"])
        counted = f"{_word(explain.AGGREGATES[column['aggregate']])} {of} {classes}".strip()
    time = column["period"]["text"] if column["period"] else ""
    reason = column["refused"] or column["reason"]
    return (
        at,
        " > ".join(column["path"]) or "-",
        _word(explain.ROLES[column["role"]]),
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


def _word(label: Label) -> str:
    return label.zh if console().language == "zh" else label.en
