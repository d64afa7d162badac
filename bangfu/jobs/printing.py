"""Papers at the command line: an issued one as it was issued, else a draft that is kept nowhere."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
from django.db import transaction

from bangfu.jobs.console import DAY, Failure, Verb, answer, tell, words
from bangfu.jobs.user import programme_named
from bangfu.ledger import clock
from bangfu.ledger.actions.event import By
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Document, Programme
from bangfu.ledger.moment import Moment
from bangfu.paper.drafting import draft
from bangfu.paper.files import file_name, formats_of, render
from bangfu.paper.pages import Printed

FORMATS = ("docx", "pdf", "xlsx")


class _TakeBack(Exception):
    """Ends the transaction of a draft that was only printed."""


@click.command("print", cls=Verb)
@click.argument("programme")
@click.argument("document")
@click.option("--on", type=DAY, help="Of this day (the last issued paper's, else today).")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Else as --out ends, or pdf.")
@click.option("--out", type=click.Path(path_type=Path), help="File or folder to write to.")
def print_(
    programme: str, document: str, on: dt.date | None, form: str | None, out: Path | None
) -> None:
    """Write a paper of a programme as a file.

    The paper that was issued for the day, with its frozen figures; if there is none, a draft as
    of that day, marked as a draft and kept nowhere else.
    """
    row, form = programme_named(programme), _format(form, out)
    issued = _issued(row, document, on)
    if issued is not None:
        name, printed = file_name(issued, form), _render(issued, form)
    else:
        name, printed = _draft(row, document, on or clock.today(), form)
    path = _write(out, name, printed)
    for note in printed.notes:
        tell("{n}", "{n}", n=note)
    answer(
        {
            "file": str(path),
            "issued": issued is not None,
            "number": issued.number if issued else None,
            "on": issued.date if issued else on or clock.today(),
            "notes": list(printed.notes),
        },
        lambda: words("已写入 {p}", "Written to {p}", p=path),
    )


def _format(said: str | None, out: Path | None) -> str:
    """The format that was said, or that the file's name says; both may not differ."""
    named = out.suffix.lower().removeprefix(".") if out is not None and not out.is_dir() else ""
    if said and named in FORMATS and named != said:
        raise Failure(
            "--format 是 {f}，文件名却是 {n}；请改成一样",
            "--format says {f} and the file is called {n}; make them agree.",
            f=said, n=out,
        )  # fmt: skip
    return said or (named if named in FORMATS else "pdf")


def _issued(programme: Programme, name: str, on: dt.date | None) -> Document | None:
    rows = Document.objects.current().filter(programme=programme, name=name, status="issued")
    if on is not None:
        rows = rows.filter(date=on)
    return rows.order_by("-date", "-number").first()


def _draft(programme: Programme, name: str, on: dt.date, form: str) -> tuple[str, Printed]:
    """A draft, rendered inside a transaction that is then taken back."""
    file = Meaning.of(programme, Moment(on)).file
    names = [key for key, _ in file.entries("document")]
    if name not in names:
        raise Failure(
            "活动里没有材料 {n}；有：{k}",
            "The programme has no paper {n}; there are: {k}.",
            n=name,
            k=", ".join(names) or "-",
        )
    try:
        with transaction.atomic():
            made = draft(by=By(None, "command"), programme=programme, name=name, on=on)
            found = file_name(made, form), _render(made, form)
            raise _TakeBack
    except _TakeBack:
        return found


def _render(document: Document, form: str) -> Printed:
    forms = formats_of(document)
    if form not in forms:
        raise Failure(
            "《{t}》不能输出为 {f}；可以是 {k}",
            "{t} cannot be had as {f}; it can as {k}.",
            t=document.title,
            f=form,
            k=", ".join(forms),
        )
    return render(document, form)


def _write(out: Path | None, name: str, printed: Printed) -> Path:
    path = (out or Path.cwd()) / name if out is None or out.is_dir() else out
    path.write_bytes(printed.content)
    return path
