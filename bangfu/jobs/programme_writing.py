"""A programme file by questions at the command line, and what a file would give today."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bangfu.jobs.console import Failure, answer, spoken, table, tell, words
from bangfu.jobs.programme import programme, source
from bangfu.ledger import clock
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.actions.programme import area_of
from bangfu.ledger.deep import checked
from bangfu.ledger.models import Programme as ProgrammeRow
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists import duty_words
from bangfu.lists.foreseen import Foreseen, foreseen, meaning_of
from bangfu.lists.wording import number_text
from bangfu.programmes.names import VERDICTS
from bangfu.programmes.patterns import (
    Blank,
    Pattern,
    WrongAnswer,
    choices_of,
    fitting,
    written,
)
from bangfu.programmes.problems import ProgrammeErrors
from bangfu.programmes.words import SECTION_LABELS

#: So long the numbers of a file are counted before the rest is left out.
PATIENCE = 60.0


@programme.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def new(file: Path) -> None:
    """Write a programme FILE by answering questions, a sentence of the notice at a time.

    An existing FILE is gone on with. Every sentence is kept as soon as it is answered; end with
    an empty choice.
    """
    text = file.read_text("utf-8") if file.exists() else ""
    told = False
    while (pattern := _chosen(text, told=told)) is not None:
        told = told or len(fitting(text)) > 1
        text = _asked(pattern, text)
        file.write_text(text, encoding="utf-8")
        _faults(text, file)
    if not text:
        raise Failure("没有写下什么", "Nothing was written")
    wrong = _problems(text, file)
    answer(
        {"file": str(file), "valid": not wrong, "problems": wrong},
        lambda: words("已写入 {f}", "Written: {f}", f=file),
    )


def _chosen(text: str, *, told: bool = False) -> Pattern | None:
    """Which sentence comes next: what begins a file without asking, then by its number.

    ``told``: the sentences stand above already, and are shown again on a question mark.
    """
    found = list(fitting(text).values())
    if len(found) == 1:
        return found[0]
    for number, one in enumerate(() if told else found, 1):
        click.echo(f"{number:3} {spoken(one.label)}  ({one.says})", err=True)
    said = click.prompt(
        words("下一句是哪一种？（? 看有哪些，空行结束）",
              "Which is the next sentence? (? shows them, an empty line ends)"),
        default="", show_default=False, err=True,
    )  # fmt: skip
    if not said.strip():
        return None
    if not said.strip().isdigit() or not 0 < int(said) <= len(found):
        if said.strip() not in ("?", "？"):
            tell("没有第 {n} 种", "There is no number {n}", n=said.strip())
        return _chosen(text)
    return found[int(said) - 1]


def _asked(pattern: Pattern, text: str) -> str:
    """The file with a sentence more; a blank that does not fit is asked again."""
    tell("—— {t}", "—— {t}", t=spoken(pattern.label))
    answers: dict[str, Any] = {}
    asking = list(pattern.blanks)
    while True:
        for blank in asking:
            answers[blank.name] = _answer_to(blank, text)
        try:
            return written(text, pattern, answers, VOCABULARY)
        except WrongAnswer as wrong:
            click.echo(f"{spoken(wrong.blank.label)}: {spoken(wrong.label)}", err=True)
            asking = [wrong.blank]


def _answer_to(blank: Blank, text: str) -> str | list[str]:
    choices = choices_of(blank, text, VOCABULARY)
    if choices is not None:
        for key, label in choices.items():
            click.echo(f"      {key}  {spoken(label)}", err=True)
    may = words("（可空）", " (may stay open)") if blank.optional else ""
    said = str(
        click.prompt(f"   {spoken(blank.label)}{may}", default="", show_default=False, err=True)
    )
    return said.replace("、", " ").replace(",", " ").split() if blank.several else said


def _problems(text: str, file: Path) -> list[dict[str, Any]]:
    try:
        checked(text, file.stem)
    except ProgrammeErrors as errors:
        return [
            {"line": one.line, "key": one.key, "message": spoken(one.message),
             "cure": spoken(one.cure)}
            for one in errors.problems
        ]  # fmt: skip
    return []


def _faults(text: str, file: Path) -> None:
    for one in _problems(text, file):
        click.echo(f"{file}:{one['line']} {one['key']}: {one['message']}。{one['cure']}", err=True)


@programme.command()
@click.argument("file")
def ahead(file: str) -> None:
    """What a FILE would give on today's records: its lists, duties, targets. Nothing is written.

    The name of a programme that runs, or a folder or file of that name, is read over what that
    programme holds.
    """
    one = source(file)
    try:
        read = one.read()
    except ProgrammeErrors as errors:
        n = len(errors.problems)
        raise Failure(
            "文件有 {n} 处错误，先用 check 看", "The file has {n} faults; see check first.", n=n
        ) from None
    row = ProgrammeRow.objects.current().filter(name=one.name).first()
    try:
        area = row.area if row is not None else area_of(read.file.area)
    except Refused as refused:
        raise Failure(
            "区划表里没有 {a}，先加载区划", "{r}", a=read.file.area, r=refused
        ) from refused
    day = min(max(clock.today(), read.from_), read.to)
    found = list(foreseen(meaning_of(read, area, row), Moment(day), seconds=PATIENCE))
    data = {"name": one.name, "on": day, "entries": [_data(entry) for entry in found]}
    answer(
        data,
        lambda: table(
            (spoken(SECTION_LABELS[e.section]), e.name, e.title, _said(e)) for e in found
        ),
    )


def _data(one: Foreseen) -> dict[str, Any]:
    told: dict[str, Any] = {"section": one.section, "name": one.name, "title": one.title}
    if one.why:
        return told | {"why": one.why, "word": one.word}
    if one.reading is not None:
        low, high = one.reading.low, one.reading.high
        assert one.figure is not None
        return told | {
            "low": None if low is None else number_text(one.figure, low),
            "high": None if high is None else number_text(one.figure, high),
        }
    if one.sides is not None:
        return told | {"helpers": one.sides[0], "helped": one.sides[1]}
    if one.owed is not None:
        return told | {"owed": one.owed, "met": one.met}
    if one.raised is not None:
        return told | {"raised": one.raised[0], "judged": one.raised[1]}
    if one.reached is None:
        return told
    reading = one.reached.reading
    return told | {
        "by": one.reached.ended,
        "reached": None
        if reading is None
        else duty_words.number_text(reading.low, one.reached.sort),
        "verdict": one.reached.verdict,
    }


def _said(one: Foreseen) -> str:
    if one.why == "later":
        return words("还没有数", "not counted yet")
    if one.why:
        return words("算不出：{w}", "cannot be worked out: {w}", w=one.word)
    if one.reading is not None:
        low, high = one.reading.low, one.reading.high
        assert one.figure is not None
        told = "—" if low is None else number_text(one.figure, low)
        if one.reading.exact:
            return told
        return f"{told}–{'…' if high is None else number_text(one.figure, high)}"
    if one.sides is not None:
        return words("可以帮的 {a}，要帮的 {b}", "{a} may help, {b} are to be helped",
                     a=one.sides[0], b=one.sides[1])  # fmt: skip
    if one.owed is not None:
        return words("应办 {a} 次，已办 {b}", "owed {a} times, met {b}", a=one.owed, b=one.met)
    if one.raised is not None:
        raised, judged = one.raised
        return words("{b} 项中 {a} 项预警", "raised for {a} of {b}", a=raised, b=judged)
    if one.reached is None:
        return "—"
    reading = one.reached.reading
    told = "—"
    if reading is not None:
        told = duty_words.number_text(reading.low, one.reached.sort, reading.high)
    return f"{told} {one.reached.ended} {spoken(VERDICTS[one.reached.verdict])}"
