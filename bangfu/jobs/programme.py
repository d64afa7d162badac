"""Programme files at the command line: checked, started, replaced, read back, compared."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from bangfu.jobs.console import DAY, Failure, Noun, answer, console, read_text, spoken, table, words
from bangfu.jobs.user import programme_named
from bangfu.keeping.installation import is_new
from bangfu.ledger import clock
from bangfu.ledger.actions import programme as actions
from bangfu.ledger.actions.event import By
from bangfu.ledger.deep import checked
from bangfu.ledger.meaning import Meaning, version_at
from bangfu.ledger.models import Programme as Row
from bangfu.ledger.models import ProgrammeVersion
from bangfu.ledger.moment import Moment
from bangfu.programmes import loader
from bangfu.programmes.difference import difference
from bangfu.programmes.problems import ProgrammeErrors
from bangfu.programmes.programme import Programme
from bangfu.programmes.readback import clauses_without_entry, readback


@dataclass(frozen=True, slots=True)
class Source:
    """A programme file and the papers that stand beside it."""

    name: str
    text: str
    papers: dict[str, str]

    def read(self) -> Programme:
        """The file, checked; ProgrammeErrors names every fault."""
        return checked(self.text, self.name)


@click.group(cls=Noun)
def programme() -> None:
    """Check, start and compare programme files.

    FILE is a programme file, a folder that holds programme.toml, or the name of a programme that
    comes with the product.
    """


def source(file: str, name: str | None = None) -> Source:
    """The source that a FILE names; a Failure where there is none."""
    path = Path(file)
    path = path / loader.FILE if path.is_dir() else path
    if path.is_file():
        return Source(name or _name_of(path), read_text(path), _papers(path.parent / "papers"))
    if file in loader.library():
        return _from_library(file, name)
    raise Failure(
        "没有文件 {f}；自带的活动有：{k}",
        "There is no file {f}; the programmes that come with the product: {k}.",
        f=file,
        k=", ".join(loader.library()),
    )


def _name_of(path: Path) -> str:
    return path.resolve().parent.name if path.name == loader.FILE else path.stem


def _papers(folder: Path) -> dict[str, str]:
    return {path.name: read_text(path) for path in sorted(folder.glob("*.md"))}


def _from_library(file: str, name: str | None) -> Source:
    text, papers = loader.library_text(file, loader.FILE), loader.library_papers(file)
    return Source(name or file, text, papers)


@programme.command()
@click.argument("file")
def check(file: str) -> None:
    """Read a programme file; ends with 1 and names every fault with its line."""
    one = source(file)
    try:
        read = one.read()
    except ProgrammeErrors as errors:
        _answer_faults(one, errors)
        raise Failure("有 {n} 处错误", "faults: {n}.", n=len(errors.problems)) from None
    open_clauses = list(clauses_without_entry(read))
    data = {
        "name": one.name,
        "title": read.title,
        "valid": True,
        "problems": [],
        "entries": sum(1 for _ in read.entries()),
        "clauses_without_entry": open_clauses,
    }
    answer(data, lambda: _checked(data))


def _checked(data: dict[str, Any]) -> str:
    told = words("{t}：没有错误，{n} 项", "{t}: no faults; entries: {n}",
                 t=data["title"], n=data["entries"])  # fmt: skip
    if data["clauses_without_entry"]:
        told += "\n" + words("没有条目落实的条款：{c}", "Clauses that no entry carries out: {c}",
                             c="、".join(data["clauses_without_entry"]))  # fmt: skip
    return told


def _answer_faults(one: Source, errors: ProgrammeErrors) -> None:
    language = console().language
    problems = [
        {"line": p.line, "column": p.column, "key": p.key, "message": spoken(p.message),
         "cure": spoken(p.cure)}
        for p in errors.problems
    ]  # fmt: skip
    answer({"name": one.name, "valid": False, "problems": problems}, errors.text(language))


@programme.command("list")
def list_() -> None:
    """The programmes that were started, with the versions of their files."""
    found = [_row(row) for row in Row.objects.current().order_by("-began", "name")]
    answer(
        {"programmes": found, "library": list(loader.library())},
        lambda: (
            table(
                (p["name"], p["title"], p["area"], p["began"], p["ended"] or "", p["version"])
                for p in found
            )
            if found
            else words("还没有启动活动", "No programme was started yet")
        ),
    )


def _row(row: Row) -> dict[str, Any]:
    version = version_at(row, Moment(clock.today()))
    return {
        "name": row.name,
        "title": row.title,
        "area": row.area.name,
        "owner": row.owner.name if row.owner else None,
        "began": row.began,
        "ended": row.ended,
        "version": version.number,
        "digest": version.digest,
    }


@programme.command()
@click.argument("name")
@click.option("--text", "whole", is_flag=True, help="The text of the file in force.")
def show(name: str, whole: bool) -> None:
    """One programme that was started: its versions and what its file names."""
    row = programme_named(name)
    if whole:
        version = version_at(row, Moment(clock.today()))
        answer({"name": name, "number": version.number, "text": version.text}, version.text)
        return
    file = Meaning.of(row).file
    versions = ProgrammeVersion.objects.current().filter(programme=row).order_by("number")
    data = _row(row) | {
        "versions": [
            {"number": v.number, "began": v.began, "ended": v.ended, "note": v.note,
             "digest": v.digest}
            for v in versions
        ],
        "entries": [
            {"section": file.section_of(key), "name": key, "title": entry.title}
            for key, entry in file.entries()
        ],
    }  # fmt: skip
    answer(data, lambda: _shown(data))


def _shown(data: dict[str, Any]) -> str:
    lines = [f"{data['name']}  {data['title']}  {data['area']}  {data['began']} – {data['ended']}"]
    lines += [
        f"v{v['number']}  {v['began']} – {v['ended'] or ''}  {v['note']}" for v in data["versions"]
    ]
    lines.append(table((e["section"], e["name"], e["title"] or "") for e in data["entries"]))
    return "\n".join(lines)


@programme.command()
@click.argument("file")
@click.option("--name", help="Its short name (the file's, or its folder's).")
def start(file: str, name: str | None) -> None:
    """Start a programme from its file."""
    one = source(file, name)
    row = actions.start(by=By(None, "command"), name=one.name, text=one.text, papers=one.papers)
    answer(_row(row), lambda: words("已启动：{t}（{n}）", "Started: {t} ({n})", t=row, n=row.name))


@programme.command()
@click.argument("name")
@click.argument("file")
@click.option("--on", type=DAY, required=True, help="From which day the new version holds.")
@click.option("--note", required=True, help="The paper that says so.")
def replace(name: str, file: str, on: dt.date, note: str) -> None:
    """Let a new version of a programme's file hold from a day on."""
    row, one = programme_named(name), source(file, name)
    version = actions.replace(
        by=By(None, "command"),
        programme=row,
        text=one.text,
        on=on,
        note=note,
        papers=one.papers or None,
    )
    answer(
        {"name": name, "number": version.number, "began": version.began, "note": version.note},
        lambda: words(
            "{t} 第 {v} 版自 {d} 起执行", "{t}: version {v} holds from {d}",
            t=row, v=version.number, d=on,
        ),
    )  # fmt: skip


def _file_of(name: str) -> Programme:
    """The file in force of a programme that was started, else the file that is named."""
    row = None if is_new() else Row.objects.current().filter(name=name).first()
    return Meaning.of(row).file if row else source(name).read()


@programme.command("readback")
@click.argument("name")
def readback_(name: str) -> None:
    """A programme (started, or a FILE) in plain sentences, for the official who signs it."""
    passages = readback(_file_of(name))
    data = [
        {"section": p.section, "name": p.name, "heading": spoken(p.heading), "clause": p.clause,
         "sentences": [spoken(s) for s in p.sentences]}
        for p in passages
    ]  # fmt: skip
    text = (
        "\n".join([spoken(p.heading), *(f"  {spoken(s)}" for s in p.sentences)]) for p in passages
    )
    answer({"name": name, "passages": data}, "\n".join(text))


@programme.command()
@click.argument("name")
@click.argument("file")
def diff(name: str, file: str) -> None:
    """What a file would change of a programme that was started (or of another FILE)."""
    changes = difference(_file_of(name), source(file, name).read())
    data = [{"sort": c.sort, "key": c.key, "text": spoken(c.text)} for c in changes]
    answer(
        {"changes": data},
        lambda: "\n".join(c["text"] for c in data) or words("没有变化", "Nothing changes"),
    )
