"""Reads programme files: parse, check every word, check every name, report all errors at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from bangfu.programmes.codes import grow
from bangfu.programmes.kinds import Label, Vocabulary
from bangfu.programmes.literals import NAME
from bangfu.programmes.names import Names
from bangfu.programmes.positions import Positions, Route, positions
from bangfu.programmes.problems import (
    Problem,
    ProgrammeErrors,
    Report,
    both,
    choose,
    near,
)
from bangfu.programmes.programme import Programme
from bangfu.programmes.references import Needs, built_on, circles
from bangfu.programmes.schema import SECTIONS, Entry, Head, ProgrammeFile, words_of
from bangfu.programmes.sections import SectionChecker
from bangfu.programmes.subjects import SubjectChecker
from bangfu.programmes.wording import problems_of, syntax_problem

FILE: Final = "programme.toml"
_HEAD: Final = words_of(Head)


def load(text: str, *, name: str, vocabulary: Vocabulary, standing: bool = False) -> Programme:
    """Read a programme file; raises ProgrammeErrors with every problem (syntax errors alone).

    ``standing``: a version that was started, and so was found right by the checks of its day. What
    later checks ask of one word beside others does not stop a programme that goes on.
    """
    raw, places = parse(text, file=f"{name}/{FILE}")
    report = Report(f"{name}/{FILE}", places)
    head = _head(raw, report)
    names = Names(vocabulary)
    _first_pass(raw, names, report)
    grow(names, report)
    clauses = _clauses(raw, report)
    if head is not None and not standing:
        _second_pass(raw, names, head, clauses, report)
    if report.problems or head is None:
        raise ProgrammeErrors(report.problems)
    return Programme(name, _whole(head, clauses, names), names, places)


def parse(text: str, *, file: str) -> tuple[dict[str, Any], Positions]:
    """The tables of a TOML text, arrays as tuples, and where everything stands."""
    text = text.removeprefix("\ufeff")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProgrammeErrors([syntax_problem(file, str(error), text)]) from error
    return _tupled(raw), positions(text)


def _tupled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tupled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple(_tupled(inner) for inner in value)
    return value


def _head(raw: Mapping[str, Any], report: Report) -> Head | None:
    for key in _strange(raw):
        report.add(
            (key,),
            both(
                f"没有 [{key}] 这一节，也没有“{key}”这个词",
                f"There is no section or word “{key}”",
            ),
            choose(key, _instead(key, raw)),
        )
    meant = [near(key, _instead(key, raw)) or "" for key in _strange(raw)]
    told = {key: raw[key] for key in _HEAD if key in raw}
    head = _read(Head, told, (), report, elsewhere=meant)
    if isinstance(head, Head) and head.to < head.from_:
        report.add(
            ("to",),
            both(
                f"末日 {head.to} 早于首日 {head.from_}",
                f"It ends {head.to}, before it begins {head.from_}",
            ),
            both("把 from 和 to 按先后写", "Put from and to in order"),
        )
    return head if isinstance(head, Head) else None


def _strange(raw: Mapping[str, Any]) -> list[str]:
    """The words at the top of a file that name no section and say nothing of the whole."""
    return [key for key in raw if key not in (*_HEAD, "clause", *SECTIONS)]


def _instead(key: str, raw: Mapping[str, Any]) -> list[str]:
    """What may be meant by a strange word at the top: a section, or a word that is not there."""
    if isinstance(raw[key], Mapping):
        return ["clause", *SECTIONS]
    return [word for word in _HEAD if word not in raw] or [*_HEAD]


def _read(
    model: type[BaseModel],
    raw: object,
    route: Route,
    report: Report,
    *,
    elsewhere: Collection[str] = (),
) -> BaseModel | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for where, message, cure in problems_of(error.errors(), model, raw, elsewhere=elsewhere):
            report.add((*route, *where), message, cure)
        return None


def _first_pass(raw: Mapping[str, Any], names: Names, report: Report) -> None:
    """Every entry by itself: its name, and the words in it."""
    for section in raw:
        if section not in SECTIONS:
            continue
        if not isinstance(raw[section], Mapping):
            report.add(
                (section,),
                both(f"[{section}] 要写成一节", f"[{section}] is a section"),
                both(f"写成 [{section}.名称]", f"Write [{section}.name]"),
            )
            continue
        for name, entry in raw[section].items():
            _first_look(section, name, entry, names, report)
    for key in _strange(raw):
        section = near(key, SECTIONS) or ""
        if section and isinstance(raw[key], Mapping):
            _pass_over(section, (name for name in raw[key] if name not in names), names)


def _pass_over(section: str, entries: Iterable[str], names: Names) -> None:
    """The names of a section that is called otherwise: known, and nothing is said about them."""
    for name in entries:
        names.unread[name] = section
        names.broken.add(name)


def _first_look(section: str, name: str, raw: Any, names: Names, report: Report) -> None:
    route = (section, name)
    if section != "paper" and not NAME.fullmatch(name):
        report.add(
            route,
            both(
                f"名称“{name}”只能用小写字母、数字和下划线",
                f"“{name}” is not a name: small letters, digits, _",
            ),
            both("换一个名称，中文写在 title 里", "Use another name; the Chinese goes into title"),
        )
    if name in names.vocabulary:
        report.add(
            route,
            both(
                f"“{name}”是一种记录，不能再作名称",
                f"“{name}” is a kind of record, not a free name",
            ),
            both("换一个更具体的名称", "Choose a more particular name"),
        )
        names.broken.add(name)
        return
    if name in names and "code" in (section, names.section(name)):
        there = _beside_a_code(name, section, names, report)
        if section == "code":
            name = there
    elif name in names:
        bearers = sorted(
            (report.positions.of(one).line, one) for one in (route, (names.section(name), name))
        )
        (first, (there, _)), (_, later) = bearers
        report.add(
            later,
            both(
                f"“{name}”已经用在第 {first} 行的 [{there}]",
                f"“{name}” already names an entry of [{there}] on line {first}",
            ),
            both("一个名称只指一样东西，换一个", "One name for one thing: choose another"),
        )
        names.twice.add(name)
        names.broken.add(name)
        return
    entry = _read(SECTIONS[section], raw, route, report)
    if isinstance(entry, Entry):
        names.entries[name] = (section, entry)
    else:
        names.unread[name] = section
        names.broken.add(name)


def _beside_a_code(name: str, section: str, names: Names, report: Report) -> str:
    """Say that added words bear the name of another entry; both are read on, under two names."""
    other = names.section(name)
    line = report.positions.of((other if section == "code" else section, name)).line
    entry = other if section == "code" else section
    free = f"{name}_codes"
    report.add(
        ("code", name),
        both(
            f"“{name}”已经用在第 {line} 行的 [{entry}]",
            f"“{name}” already names an entry of [{entry}] on line {line}",
        ),
        both(
            f"一个名称只指一样东西。选项的名称别处用不到，写成 [code.{free}] 就行",
            f"One name for one thing. Nothing refers to added words: write [code.{free}]",
        ),
    )
    if section != "code":
        names.renamed(name, free)
    return free


def _clauses(raw: Mapping[str, Any], report: Report) -> dict[str, str]:
    clauses = raw.get("clause", {})
    if not isinstance(clauses, Mapping):
        return {}
    for key, title in clauses.items():
        if not isinstance(title, str) or not title.strip():
            report.add(
                ("clause", key),
                both("条款后面要写标题", "A clause takes its heading"),
                both(f'"{key}" = "标题"', f'"{key}" = "heading"'),
            )
    told = {key: title for key, title in clauses.items() if isinstance(title, str)}
    return {key: title for key, title in told.items() if title.strip()}


def _second_pass(
    raw: Mapping[str, Any], names: Names, head: Head, clauses: dict[str, str], report: Report
) -> None:
    """What words mean for each other; broken names are passed over in silence."""
    known = (*names.entries, *names.unread)
    tables = {name: raw.get(names.section(name), {}).get(name, {}) for name in known}
    forget_circles(names, tables, {name: built_on(raw) for name, raw in tables.items()}, report)
    needs = Needs(names)
    every = {name: needs.of(name, tables[name]) for name in tables}
    forget_circles(names, tables, every, report)
    checker = SectionChecker.over(names, head, tuple(clauses), report)
    subjects = SubjectChecker(names, report)
    if head.owner is not None:
        checker.refers.answerable((), "owner", (head.owner,))
    for name, table in tables.items():
        subjects.conditions((names.section(name), name), table)
    for name, (section, entry) in names.entries.items():
        subjects.check((section, name), section, name, entry)
        if name not in names.broken or name in names.twice:
            checker.check((section, name), entry)


def forget_circles(
    names: Names, tables: Mapping[str, Any], needs: Mapping[str, list[str]], report: Report
) -> None:
    """Report names that go in a circle, then pass over them, or everything below would recurse."""
    sound = {name: chosen for name, chosen in needs.items() if name not in names.broken}
    for circle in circles(sound):
        way = " → ".join([*circle, circle[0]])
        report.add(
            (names.section(circle[0]), circle[0]),
            both(f"名称绕成了圈：{way}", f"These names go in a circle: {way}"),
            both("让其中一个直接从记录的种类写起", "Let one of them start from a kind of record"),
        )
        names.forget(circle)


def _whole(head: Head, clauses: dict[str, str], names: Names) -> ProgrammeFile:
    words: dict[str, Any] = {
        "title": head.title,
        "owner": head.owner,
        "area": head.area,
        "from": head.from_,
        "to": head.to,
        "unclear": head.unclear,
        "clause": clauses,
    }
    for name, (section, entry) in names.entries.items():
        words.setdefault(section, {})[name] = entry
    return ProgrammeFile(**words)


def library() -> tuple[str, ...]:
    """The names of the programmes that come with the product."""
    found = [one.name for one in _library().iterdir() if one.joinpath(FILE).is_file()]
    return tuple(sorted(found))


def read_library(name: str, *, vocabulary: Vocabulary) -> Programme:
    """A programme that comes with the product; an unknown name is a LookupError."""
    return load(library_text(name, FILE), name=name, vocabulary=vocabulary)


def library_papers(name: str) -> dict[str, str]:
    """The prose of the papers that stand beside a programme of the library, by file name."""
    folder = _library().joinpath(name, "papers")
    if not folder.is_dir():
        return {}
    found = sorted(one.name for one in folder.iterdir() if one.name.endswith(".md"))
    return {file: library_text(name, f"papers/{file}") for file in found}


def library_text(name: str, file: str) -> str:
    """A file of a programme in the library: programme.toml, cases.toml, papers/bulletin.md."""
    if name not in library():
        guess = near(name, library())
        raise LookupError(
            f"no programme {name!r} in the library" + (f"; {guess}?" if guess else "")
        )
    return _library().joinpath(name, *re.split("/", file)).read_text(encoding="utf-8")


def _library() -> Traversable:
    return resources.files("bangfu.programmes").joinpath("library")


__all__ = [
    "FILE",
    "Entry",
    "Label",
    "Problem",
    "ProgrammeErrors",
    "library",
    "library_papers",
    "library_text",
    "load",
    "parse",
    "read_library",
]
