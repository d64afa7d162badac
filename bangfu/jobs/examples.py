"""Worked examples and the figures of a source, in a ledger that is made for the run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from django.conf import settings
from django.db import connection

from bangfu.jobs import story
from bangfu.jobs.cases import Outcome, run
from bangfu.jobs.console import Failure, Verb, answer, read_text, table, words
from bangfu.jobs.programme import Source, source
from bangfu.jobs.sheet import STATUSES, Line, sheet
from bangfu.ledger import clock, keys, vault
from bangfu.ledger.actions.event import By
from bangfu.programmes.cases import CASES, load_cases
from bangfu.programmes.loader import FILE, library, library_text


@click.command(cls=Verb)
@click.argument("names", nargs=-1)
@click.option("--sheet", "whole", is_flag=True, help="Every figure of the source of returnees.")
def cases(names: tuple[str, ...], whole: bool) -> None:
    """Work out the examples of programmes and compare them with what was expected.

    A NAME is a programme that comes with the product, or a programme file (a folder that holds
    programme.toml) with cases.toml beside it. Runs in an empty ledger of its own on the same kind
    of database, and leaves nothing behind.
    """
    drawn = [drawn_beside(name) for name in names or library()]
    with _empty_ledger():
        if whole:
            _tell_sheet(_sheet())
        else:
            _tell_outcomes([found for one, text in drawn for found in _outcomes(one, text)])


@contextmanager
def _empty_ledger() -> Iterator[None]:
    """A database of the same kind with keys of its own, removed afterwards."""
    held, was = settings.BANGFU_KEYS_FILE, connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory() as folder:
        settings.BANGFU_KEYS_FILE = Path(folder) / "keys.toml"
        keys.Keyring.create(settings.BANGFU_KEYS_FILE)
        vault.forget_keyring()
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(str(was), verbosity=0)
            settings.BANGFU_KEYS_FILE = held
            vault.forget_keyring()


def drawn_beside(file: str) -> tuple[Source, str]:
    """A programme and the text of the cases beside it; a Failure where there are none."""
    one, path = source(file), Path(file)
    if not (path / FILE if path.is_dir() else path).is_file():
        return one, library_text(file, CASES)
    beside = (path if path.is_dir() else path.parent) / CASES
    if not beside.is_file():
        raise Failure(
            "{f} 旁边没有 {c}，没有小例子可算",
            "There is no {c} beside {f}: no examples to work out.",
            f=file,
            c=CASES,
        )
    return one, read_text(beside)


def _outcomes(one: Source, text: str) -> Iterator[tuple[str, Outcome]]:
    file = one.read()
    for outcome in run(file, one.text, load_cases(text, programme=file)):
        yield one.name, outcome


def _tell_outcomes(found: list[tuple[str, Outcome]]) -> None:
    wrong = [outcome for _, outcome in found if not outcome.agrees]
    rows = {row for _, outcome in found for row in outcome.row.split()}
    answer(
        [{"programme": name, **asdict(outcome)} for name, outcome in found],
        lambda: table(
            [
                [words("活动", "programme"), words("行", "line"), words("来源", "source"),
                 words("名称", "name"), ""],
                *([n, o.line, o.row, o.name, _mark(o.agrees)] for n, o in found),
                [words(f"{len(found)} 处，来源 {len(rows)} 行",
                       f"{len(found)} expectations of {len(rows)} rows of the sources"),
                 "", "", "", ""],
            ]
        )
        + "".join(_apart(name, outcome) for name, outcome in found if not outcome.agrees),
    )  # fmt: skip
    if wrong:
        raise Failure(
            "{wrong} 处与小例子不符，共 {all} 处",
            "{wrong} of {all} expectations were not met.",
            wrong=len(wrong),
            all=len(found),
        )


def _apart(name: str, wrong: Outcome) -> str:
    """One expectation that was not met: what was drawn and what was counted, each on its lines."""
    place = words(f"{name} 第 {wrong.line} 行", f"{name}:{wrong.line}")
    expected, counted = words("应当是", "expected"), words("数出", "counted")
    told = [f"\n\n{place} {wrong.case}:{wrong.name}"]
    for title, text in ((expected, wrong.expected), (counted, wrong.counted)):
        told += [f"  {title}", *(f"    {line}" for line in text.splitlines())]
    return "\n".join(told)


def _mark(agrees: bool) -> str:
    return words("相符", "met") if agrees else words("不符", "NOT MET")


def _sheet() -> list[Line]:
    told = story.tell(by=By(None, "command"), today=clock.today())
    assert told.programme is not None
    return list(sheet(told.programme, on=story.BULLETIN))


def _tell_sheet(lines: list[Line]) -> None:
    answer(
        [{**asdict(line), "agrees": line.agrees} for line in lines],
        lambda: table(
            [
                [line.row, line.says, STATUSES[line.status], line.name, line.counted, line.why]
                for line in lines
            ]
        ),
    )
    if any(not line.agrees for line in lines):
        raise Failure("有数字与来源不符", "A figure does not agree with its source.")
