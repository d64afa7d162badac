"""A file that asks more questions inside each other than SQLite can read is told so when checked.

On PostgreSQL, which reads them all, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection

from bangfu.ledger.conditions import Scope, Unsayable, compile_where, rows_of, select
from bangfu.ledger.meaning import Meaning, read
from bangfu.ledger.models import Programme as Row
from bangfu.ledger.moment import Moment
from bangfu.ledger.there_is import is_too_deep
from bangfu.ledger.worked_out import not_worked_out
from bangfu.programmes.entries import Listed
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import ProgrammeErrors, Report, both
from bangfu.programmes.programme import Programme


def checked(text: str, name: str) -> Programme:
    """A programme file, read; ProgrammeErrors names every fault, and what is nested too deep."""
    file = read(text, name)
    if connection.vendor == "sqlite":
        _nested(file)
    return file


def _nested(file: Programme) -> None:
    meaning = Meaning(Row(fact=UUID(int=0), name=file.name), file)
    report = Report(f"{file.name}/programme.toml", file.positions)
    with not_worked_out():
        for name, entry in file.entries():
            for route, asked in _questions((file.section_of(name), name), entry):
                if _is_too_deep(meaning, asked):
                    report.add(
                        route,
                        both(
                            "这里的条件一层套一层太多，SQLite 读不了",
                            "More questions stand inside each other here than SQLite can read",
                        ),
                        both(
                            "把最里面的写成分类、纳入或手工打勾的清单，再用它的名字",
                            "Say the innermost by a class, an enrolment or a checklist that is "
                            "ticked by hand, and name that",
                        ),
                    )
    if report.problems:
        raise ProgrammeErrors(report.problems)


def _questions(route: Route, entry: Any) -> Iterator[tuple[Route, Listed]]:
    """Every list that an entry names or is: its own, and those of its claims and items."""
    if isinstance(entry, Listed) and entry.of:
        yield (*route, "where") if entry.where else route, entry
    for word in ("also", "items", "out_of", "except_"):
        told = getattr(entry, word, None)
        lines = told.items() if isinstance(told, Mapping) else enumerate(told or ())
        if isinstance(told, Listed):
            yield from _questions((*route, word.rstrip("_")), told)
        elif isinstance(told, Mapping | tuple):
            for key, one in lines:
                yield from _questions((*route, word, key), one)


def _is_too_deep(meaning: Meaning, asked: Listed) -> bool:
    moment = Moment(meaning.file.from_)
    for name in asked.of or ():
        try:
            kind = select(name, Scope(meaning, None, moment.on, moment.on))[0]
            scope = Scope.at(moment, meaning, kind)
            told = select(name, scope)[1] & compile_where(kind, asked.where or {}, scope)
            parts = (told.sure, told.possible)
            if any(is_too_deep(rows_of(kind, scope).filter(part)) for part in parts):
                return True
        except (Unsayable, EmptyResultSet):
            continue
    return False
