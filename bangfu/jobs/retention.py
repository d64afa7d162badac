"""What is past its term, at the command line: shown, and erased when somebody says so."""

from __future__ import annotations

import click

from bangfu.jobs.console import Noun, answer, words
from bangfu.jobs.rewriting import rewrite_and_tell
from bangfu.ledger import clock
from bangfu.ledger.actions import retention as actions
from bangfu.ledger.actions.event import By
from bangfu.ledger.retention import files_past_term, past_term


@click.group(cls=Noun)
def retention() -> None:
    """Show and erase what is past its term."""


@retention.command()
def due() -> None:
    """Say how many persons, households, and files of places and units are past their term."""
    today = clock.today()
    found = {kind: past_term(kind, today=today).count() for kind in ("person", "household")}
    found["file"] = files_past_term(today=today).count()
    answer(
        found,
        lambda: words(
            "过了保存期限：{person} 人，{household} 户，地方和单位的附件 {file} 个",
            "Past their term: {person} persons, {household} households, {file} files of places "
            "and units.",
            **found,
        ),
    )


@retention.command()
@click.option("--most", type=click.IntRange(min=1), default=1000, show_default=True)
@click.confirmation_option(prompt="Erase them? It cannot be undone")
def erase(most: int) -> None:
    """Erase those past their term, each as an event of its own."""
    erased = actions.erase_due(by=By(None, "command"), today=clock.today(), most=most)
    rewritten = rewrite_and_tell() if erased else True
    answer(
        {"erased": len(erased), "rewritten": rewritten},
        lambda: words("已删除 {n} 个", "{n} were erased.", n=len(erased)),
    )


@retention.command()
def rewrite() -> None:
    """Write PostgreSQL's tables anew, so that what was erased leaves its files.

    Erasing does so by itself. Each table is closed while that lasts; SQLite needs none of it.
    """
    done = rewrite_and_tell()
    answer(
        {"rewritten": done},
        lambda: words("数据库里没有旧行了", "No old row is left in the database.") if done else "",
    )
