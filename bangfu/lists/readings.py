"""Readings of large lists, kept and used only while nothing they stand on has changed.

A kept reading carries a mark of what the journal had said of the tables it reads: for each table
the time of the last event, and how many events there were in the ten minutes before that. A
transaction that was still under way when the figure was counted, and was stamped earlier, changes
the second number; no action lasts that long.

A reading is used only with its proof (``bangfu.ledger.proofs``): one that was edited past the
program is counted anew.

What takes long to count in a large county may be up to a minute old when something was written
meanwhile; every reading comes with the time it is true for.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from time import perf_counter
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from bangfu.ledger import clock, proofs
from bangfu.ledger.conditions import Unsayable, sheet_of
from bangfu.ledger.models import EventRows, Fact
from bangfu.ledger.models import Reading as Kept
from bangfu.ledger.once import once
from bangfu.lists.figure import Figure, Group, Number, Reading
from bangfu.lists.listing import digest_of_data

_TABLE = re.compile(r"\bledger_[a-z]+\b")
#: What a question is compiled out of is looked up in these, whether or not it names them.
_ALWAYS = frozenset(("ledger_place", "ledger_programme", "ledger_programmeversion"))
#: How old a reading may be that takes longer than ``_LONG`` seconds over more rows than ``_MANY``.
_A_MINUTE = dt.timedelta(minutes=1)
_LONG, _MANY = 0.2, 20_000
#: From so many seconds on, over so many rows, counting is for those who waited a minute for it.
_SOME = 0.01
#: How long a reading is kept at most; one that is still asked for is counted anew.
_KEPT = dt.timedelta(days=30)
#: What counting anew writes of a reading that is there.
_COUNTED = ("counted_at", "seen", "answer", "proof")

Answer = dict[str, Any]
Marks = Mapping[str, str]


def reading(figure: Figure) -> tuple[Reading, dt.datetime]:
    """A figure's reading, kept or counted anew, and the time it is true for."""
    return readings([figure])[0]


def count_anew(figure: Figure) -> None:
    """Count a figure whatever is kept of it, and keep what was counted."""
    if _sayable(figure):
        Kept.objects.filter(question=_question(figure)).delete()
        reading(figure)


def readings(figures: Sequence[Figure]) -> list[tuple[Reading, dt.datetime]]:
    """The readings of several figures: two queries, and what must be counted anew."""
    marks, questions = marks_now(), [_question(figure) for figure in figures]
    there = _genuine(Kept.objects.filter(pk__in=questions))
    found = []
    for question, figure in zip(questions, figures, strict=True):
        answer, true_for = _answered(question, there.get(question), marks, _Counting(figure))
        found.append((_read(answer), true_for))
    return found


def readings_within(
    figures: Sequence[Figure], seconds: float
) -> list[tuple[Reading | None, dt.datetime] | None]:
    """The readings of several figures, as far as they can be had in so many seconds.

    What time was too short for is given as it was last counted, with the time that was true for,
    or as None where it never was. Once a fifth of the time is gone, as in a county while many
    write, what was counted within the last minute is given as it was then; of what takes long
    enough to be felt, over many rows, once a twentieth is.
    What cannot be asked of the database here has no reading.
    """
    began = perf_counter()
    at_once, soon, until = began + seconds / 20, began + seconds / 5, began + seconds
    marks, questions = marks_now(), [_question(figure) for figure in figures]
    there = _genuine(Kept.objects.filter(pk__in=questions))
    found: dict[int, tuple[Reading | None, dt.datetime] | None] = {}
    for place in _longest_waiting_first(questions, there):
        question, figure = questions[place], figures[place]
        old = there.get(question)
        if old is None and not _sayable(figure):
            found[place] = None
            continue
        passed = until
        if old is not None and _young(old):
            passed = at_once if old.answer.get("felt") else soon
        if perf_counter() > passed and not _stands(old, marks):
            found[place] = (_read(old.answer), old.counted_at) if old else (None, clock.now())
            continue
        answer, true_for = _answered(question, old, marks, _Counting(figure))
        found[place] = (_read(answer), true_for)
    return [found[place] for place in range(len(figures))]


def _young(there: Kept) -> bool:
    return there.counted_at + _A_MINUTE > clock.now()


def _longest_waiting_first(questions: Sequence[str], there: Mapping[str, Kept]) -> list[int]:
    """The order in which a page with little time counts: else the last would never have a turn."""
    never = dt.datetime.min.replace(tzinfo=dt.UTC)

    def waited(place: int) -> dt.datetime:
        old = there.get(questions[place])
        return old.counted_at if old else never

    return sorted(range(len(questions)), key=waited)


def forget_old() -> int:
    """Drop readings that were counted long ago; returns how many."""
    return Kept.objects.filter(counted_at__lt=clock.now() - _KEPT).delete()[0]


def _sayable(figure: Figure) -> bool:
    try:
        return figure.worked_out or figure.listing.possible() is not None
    except Unsayable:
        return False


def _genuine(kept: Iterable[Kept]) -> dict[str, Kept]:
    """Those that the program wrote, by their questions; what was edited since is not there."""
    return {k.question: k for k in kept if bytes(k.proof) == proofs.of_reading(k)}


def _stands(there: Kept | None, marks: Marks) -> bool:
    return there is not None and there.seen == _seen(there.answer.get("tables", ()), marks)


def kept(question: str, tables: Iterable[str], count: Callable[[], Answer]) -> Answer:
    """The answer to a question that reads some tables, kept or found anew."""
    there = _genuine(Kept.objects.filter(pk=question)).get(question)
    return _answered(question, there, marks_now(), lambda: (count(), tables))[0]


def counted_at(question: str) -> dt.datetime | None:
    """When a question was answered last; None where it never was."""
    there = _genuine(Kept.objects.filter(pk=question)).get(question)
    return there.counted_at if there else None


def kept_of(what: str, rows: QuerySet[Any], count: Callable[[], Answer]) -> Answer | None:
    """What is counted of some rows, kept or found anew; None where there can be none."""
    try:
        sql = str(rows.query)
    except EmptyResultSet:
        return None
    question = hashlib.sha256(f"{what} of {sql}".encode()).hexdigest()
    return kept(question, tables_in(sql), count)


def groups_of(figure: Figure) -> list[Group]:
    """A figure by its groups, kept or counted anew."""
    sorts = [field.type for field in figure.given_by()]
    if not sorts or not set(sorts) <= _KEYS.keys():
        return figure.groups()

    def count() -> tuple[Answer, list[str]]:
        told = [
            [[None if k is None else str(k) for k in _several(g.key)], _written(g.reading)]
            for g in figure.groups()
        ]
        return {"groups": told}, tables_of(figure)

    question = digest_of_data({"groups": _question(figure), "by": list(figure.by)})
    there = _genuine(Kept.objects.filter(pk=question)).get(question)
    answer, _ = _answered(question, there, marks_now(), count)
    return [_group(sorts, key, told) for key, told in answer["groups"]]


#: How the key of a group is read back, by the type of the field that it stands for.
_KEYS: Mapping[str, Callable[[str], Any]] = {
    "code": str,
    "ranked": str,
    "text": str,
    "one": UUID,
    "day": dt.date.fromisoformat,
}


def _several(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


def _group(sorts: Sequence[str], said: Sequence[str | None], told: Answer) -> Group:
    parts = [None if k is None else _KEYS[s](k) for s, k in zip(sorts, said, strict=True)]
    key = parts[0] if len(parts) == 1 else tuple(parts)
    return Group(key, key, _read(told))


def kept_numbers(
    what: str, figures: Sequence[Figure], count: Callable[[], Sequence[Number]]
) -> list[Number]:
    """Numbers that some figures stand behind, kept or counted anew."""
    question = digest_of_data({what: [_question(figure) for figure in figures]})
    there = _genuine(Kept.objects.filter(pk=question)).get(question)

    def counting() -> tuple[Answer, set[str]]:
        tables = {table for figure in figures for table in tables_of(figure)}
        return {"numbers": [str(number) for number in count()]}, tables

    answer, _ = _answered(question, there, marks_now(), counting)
    return [_number(text) for text in answer["numbers"]]


def _answered(
    question: str, there: Kept | None, marks: Marks, count: Callable[[], tuple[Answer, Any]]
) -> tuple[Answer, dt.datetime]:
    now = clock.now()
    if there is not None:
        answer: Answer = there.answer
        if there.seen == _seen(answer.get("tables", ()), marks):
            return answer, now
        if answer.get("slow") and there.counted_at + _A_MINUTE > now:
            return answer, there.counted_at
    began = perf_counter()
    answer, read = count()
    tables = sorted({*read, *_ALWAYS})
    answer["tables"] = tables
    took = perf_counter() - began
    answer["felt"] = took > _SOME and _most_rows(tables) > _MANY
    answer["slow"] = answer["felt"] and took > _LONG
    fresh = Kept(question=question, counted_at=now, seen=_seen(tables, marks), answer=answer)
    fresh.proof = proofs.of_reading(fresh)
    Kept.objects.bulk_create(
        [fresh], update_conflicts=True, unique_fields=["question"], update_fields=_COUNTED
    )
    return answer, now


class _Counting:
    """Counts a figure when it is called: the answer, and the tables that it stands on."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure

    def __call__(self) -> tuple[Answer, list[str]]:
        return _written(self.figure.reading()), tables_of(self.figure)


# ------------------------------------------------------------------ what the journal said so far


@once
def marks_now() -> Marks:
    """For each table the mark of what the journal has said of it so far, in one query.

    Asked once for a page: what is counted later than its marks were taken is at worst counted
    anew by the next page.
    """
    with connection.cursor() as cursor:
        cursor.execute(_marking(connection.vendor))
        return {table: f"{last}:{recent}" for table, last, recent in cursor.fetchall()}


@cache
def _marking(vendor: str) -> str:
    said = EventRows._meta.db_table
    tables = sorted(m._meta.db_table for m in apps.get_app_config("ledger").get_models())
    # One question for each of the names: as a union of as many it takes longer to plan than to ask.
    asked = ", ".join(f"('{table}')" for table in tables)
    each = f'SELECT name, (SELECT MAX(at) FROM {said} WHERE "table" = asked.name) AS at FROM asked'
    before = {
        "postgresql": "last.at - interval '10 minutes'",
        "sqlite": "strftime('%Y-%m-%d %H:%M:%f', last.at, '-10 minutes')",
    }[vendor]
    recent = f'SELECT COUNT(*) FROM {said} e WHERE e."table" = last.name AND e.at >= {before}'
    named = f"asked(name) AS (VALUES {asked}), last AS ({each})"
    return f"WITH {named} SELECT last.name, last.at, ({recent}) FROM last"


def _seen(tables: Iterable[str], marks: Marks) -> str:
    told = "|".join(f"{table}:{marks.get(table)}" for table in sorted(tables))
    return hashlib.sha256(told.encode()).hexdigest()


def _most_rows(tables: Iterable[str]) -> int:
    """About how many rows the largest of some tables has."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            most = ", ".join(f"(SELECT COALESCE(MAX(rowid), 0) FROM {t})" for t in tables)
            cursor.execute(f"SELECT {most}")
            return int(max(cursor.fetchone()))
        cursor.execute(
            "SELECT MAX(reltuples) FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s)",
            [list(tables)],
        )
        found: float = cursor.fetchone()[0] or 0
        return int(found)


# ------------------------------------------------------------------ what a figure asks


def _question(figure: Figure) -> str:
    known_at = figure.moment.known_at
    said = {
        **figure.as_data(),
        "on": figure.moment.on.isoformat(),
        "known_at": known_at.isoformat() if known_at else "",
        "file": _file_digest(figure),
    }
    return digest_of_data(said)


def _file_digest(figure: Figure) -> str:
    meaning: Any = figure.listing.meaning
    return str(meaning.file.digest) if figure.listing.programme else ""


def fact_tables() -> set[str]:
    """What such an answer may be worked out from: every table of facts."""
    models = apps.get_app_config("ledger").get_models()
    return {model._meta.db_table for model in models if issubclass(model, Fact)}


def tables_of(figure: Figure) -> list[str]:
    """The tables that a figure reads; what is worked out may read all of them."""
    if figure.worked_out:
        return sorted(fact_tables())
    try:
        found = set(tables_in(str(figure.listing.possible().query)))
    except EmptyResultSet:
        found = set()
    if figure.aggregate != "count":
        # What is added up or told apart may stand on a sheet or among those who took part.
        found |= {"ledger_participant"}
        if figure.kind.sheet:
            found.add(sheet_of(figure.kind)._meta.db_table)
    if figure.share is not None:
        found |= set(tables_of(figure.share))
    return sorted(found)


def tables_in(sql: str) -> list[str]:
    """The tables that a question names."""
    return sorted(set(_TABLE.findall(sql)))


def _written(counted: Reading) -> dict[str, Any]:
    return {
        "low": None if counted.low is None else str(counted.low),
        "high": None if counted.high is None else str(counted.high),
        "rows": counted.rows,
        "unknown": counted.unknown,
    }


def _read(answer: Answer) -> Reading:
    low, high = (None if answer[k] is None else _number(answer[k]) for k in ("low", "high"))
    return Reading(low, high, answer["rows"], answer["unknown"])


def _number(text: str) -> Number:
    if "/" in text:
        return Fraction(text)
    return int(text) if text.lstrip("-").isdigit() else Decimal(text)
