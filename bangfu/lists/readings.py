"""Readings of large lists, kept and used only while nothing they stand on has changed.

A kept reading carries a mark of what the journal had said of the tables it reads
(``bangfu.lists.marks``).

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
from time import perf_counter
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from bangfu.ledger import clock, proofs
from bangfu.ledger.conditions import Unsayable, sheet_of
from bangfu.ledger.models import Reading as Kept
from bangfu.lists.figure import Figure
from bangfu.lists.listing import digest_of_data
from bangfu.lists.marks import fact_tables, marks_now, most_rows, seen_of
from bangfu.lists.numbers import Group, Number, Reading
from bangfu.lists.together import Together

_TABLE = re.compile(r"\bledger_[a-z]+\b")
#: What a question is compiled out of is looked up in these, whether or not it names them.
_ALWAYS = frozenset(("ledger_place", "ledger_programme", "ledger_programmeversion"))
#: How old a reading may be that takes longer than ``_LONG`` seconds over more rows than ``_MANY``.
_A_MINUTE = dt.timedelta(minutes=1)
_LONG, _MANY = 0.2, 20_000
#: A page of many figures lets those be a minute old that take longer than this over many rows.
_SOME = 0.01
#: How long a reading is kept at most; one that is still asked for is counted anew.
_KEPT = dt.timedelta(days=30)
#: What counting anew writes of a reading that is there; nobody waits for it any more.
_COUNTED = ("counted_at", "seen", "answer", "proof", "wanted_at")

Answer = dict[str, Any]


class Counted(NamedTuple):
    """An answer, the tables that it stands on, and the seconds that went into it before."""

    answer: Answer
    tables: Iterable[str]
    earlier: float = 0.0


def reading(figure: Figure) -> tuple[Reading, dt.datetime]:
    """A figure's reading, kept or counted anew, and the time it is true for."""
    question = question_of(figure)
    with _Held([question]) as held:
        answer, true_for = held.answer(question, _Counting(figure))
    return _read(answer), true_for


def count_anew(figure: Figure) -> None:
    """Count a figure whatever is kept of it, and keep what was counted."""
    if _sayable(figure):
        with _Held([]) as held:
            held.count(question_of(figure), _Counting(figure))


def readings(figures: Sequence[Figure]) -> list[tuple[Reading, dt.datetime]]:
    """The readings of several figures: two queries, and what must be counted anew.

    What takes long enough to be felt, over many rows, may be a minute old.
    """
    questions = [question_of(figure) for figure in figures]
    found = []
    with _Held(questions) as held:
        together = held.to_be_counted(figures, questions)
        for question, figure in zip(questions, figures, strict=True):
            told = held.as_it_was(question) if held.felt(question) else None
            answer, true_for = told or held.answer(question, _Counting(figure, together))
            found.append((_read(answer), true_for))
    return found


def readings_within(
    figures: Sequence[Figure], seconds: float
) -> list[tuple[Reading | None, dt.datetime] | None]:
    """The readings of several figures, as far as they can be had in so many seconds.

    What time was too short for is given as it was last counted, with the time that was true for,
    or as None where it never was. What was counted within the last minute is given as it was then
    if it takes long enough to be felt, over many rows, as in a county while many write; other
    readings once a fifth of the time is gone.
    What cannot be asked of the database here has no reading.
    """
    began = perf_counter()
    soon, until = began + seconds / 5, began + seconds
    questions = [question_of(figure) for figure in figures]
    found: dict[int, tuple[Reading | None, dt.datetime] | None] = {}
    with _Held(questions) as held:
        together = held.to_be_counted(figures, questions)
        for place in held.longest_waiting_first(questions):
            question, figure = questions[place], figures[place]
            there = held.there.get(question)
            if there is None and not _sayable(figure):
                found[place] = None
                continue
            passed = perf_counter()
            told = held.as_it_was(question) if held.felt(question) or passed > soon else None
            if told is None and passed > until and not held.stands(there):
                told = held.wanting(there) if there else None
                found[place] = (_read(told[0]), told[1]) if told else (None, clock.now())
                continue
            answer, true_for = told or held.answer(question, _Counting(figure, together))
            found[place] = (_read(answer), true_for)
    return [found[place] for place in range(len(figures))]


class _Held:
    """What is kept of some questions, what is counted anew of them, and what a page still wants.

    The last two are written when all are answered: what was counted in one query, and what is
    wanted one by one, since that happens once until the worker has counted it.
    """

    def __init__(self, questions: Sequence[str]) -> None:
        self.marks = marks_now()
        self.there = genuine(Kept.objects.filter(pk__in=questions)) if questions else {}
        self.fresh: dict[str, Kept] = {}
        self.wanted: list[str] = []

    def __enter__(self) -> _Held:
        return self

    def __exit__(self, failed: object, *_told: object) -> None:
        if failed is not None:
            return
        if self.fresh:
            # In one order, so that two pages that write the same never wait for each other.
            Kept.objects.bulk_create(
                [self.fresh[question] for question in sorted(self.fresh)],
                update_conflicts=True,
                unique_fields=["question"],
                update_fields=_COUNTED,
            )
        for question in self.wanted:
            Kept.objects.filter(pk=question, wanted_at=None).update(wanted_at=clock.now())

    def stands(self, there: Kept | None) -> bool:
        """Whether nothing that it reads was written since it was counted."""
        return there is not None and there.seen == seen_of(
            there.answer.get("tables", ()), self.marks
        )

    def to_be_counted(self, figures: Sequence[Figure], questions: Sequence[str]) -> Together:
        """Those of some figures of which nothing that still stands is kept."""
        told = zip(figures, questions, strict=True)
        return Together(one for one, question in told if not self.stands(self.there.get(question)))

    def felt(self, question: str) -> bool:
        """Whether counting it is felt, as far as is known."""
        there = self.there.get(question)
        return there is not None and bool(there.answer.get("felt"))

    def as_it_was(self, question: str) -> tuple[Answer, dt.datetime] | None:
        """What was counted within the last minute, though something was written since."""
        there = self.there.get(question)
        if there is None or self.stands(there) or there.counted_at + _A_MINUTE <= clock.now():
            return None
        return self.wanting(there)

    def wanting(self, there: Kept) -> tuple[Answer, dt.datetime]:
        """What was counted, of which a page would rather have had a newer one."""
        if there.wanted_at is None:
            self.wanted.append(there.question)
        return there.answer, there.counted_at

    def answer(self, question: str, count: Callable[[], Counted]) -> tuple[Answer, dt.datetime]:
        """A question's answer, as kept or counted anew."""
        there = self.there.get(question)
        if there is not None and self.stands(there):
            return there.answer, clock.now()
        told = self.as_it_was(question) if there and there.answer.get("slow") else None
        return told or self.count(question, count)

    def count(self, question: str, count: Callable[[], Counted]) -> tuple[Answer, dt.datetime]:
        """Count it, whatever is kept."""
        now, began = clock.now(), perf_counter()
        answer, read, earlier = count()
        tables = sorted({*read, *_ALWAYS})
        took = perf_counter() - began + earlier
        answer["tables"] = tables
        answer["felt"] = took > _SOME and most_rows(tables) > _MANY
        answer["slow"] = answer["felt"] and took > _LONG
        seen = seen_of(tables, self.marks)
        fresh = Kept(question=question, counted_at=now, seen=seen, answer=answer)
        fresh.proof = proofs.of_reading(fresh)
        self.fresh[question] = self.there[question] = fresh
        return answer, now

    def longest_waiting_first(self, questions: Sequence[str]) -> list[int]:
        """The order in which a page with little time counts: else the last never has a turn."""
        never = dt.datetime.min.replace(tzinfo=dt.UTC)

        def waited(place: int) -> dt.datetime:
            old = self.there.get(questions[place])
            return old.counted_at if old else never

        return sorted(range(len(questions)), key=waited)


def forget_old() -> int:
    """Drop readings that were counted long ago; returns how many."""
    return Kept.objects.filter(counted_at__lt=clock.now() - _KEPT).delete()[0]


def want_no_more(questions: Iterable[str]) -> None:
    """Leave readings that are not found again in the background to the pages that show them."""
    Kept.objects.filter(pk__in=list(questions)).update(wanted_at=None)


def _sayable(figure: Figure) -> bool:
    try:
        return figure.worked_out or figure.listing.possible() is not None
    except Unsayable:
        return False


def genuine(kept: Iterable[Kept]) -> dict[str, Kept]:
    """Those that the program wrote, by their questions; what was edited since is not there."""
    return {k.question: k for k in kept if bytes(k.proof) == proofs.of_reading(k)}


def kept(
    question: str, tables: Iterable[str], count: Callable[[], Answer], *, lately: bool = False
) -> Answer:
    """The answer to a question that reads some tables, kept or found anew.

    ``lately``: what takes long enough to be felt, over many rows, may be a minute old.
    """
    with _Held([question]) as held:
        told = held.as_it_was(question) if lately and held.felt(question) else None
        return (told or held.answer(question, lambda: Counted(count(), tables)))[0]


def counted_at(question: str) -> dt.datetime | None:
    """When a question was answered last; None where it never was."""
    there = genuine(Kept.objects.filter(pk=question)).get(question)
    return there.counted_at if there else None


def kept_of(
    what: str, rows: QuerySet[Any], count: Callable[[], Answer], *, lately: bool = False
) -> Answer | None:
    """What is counted of some rows, kept or found anew; None where there can be none."""
    try:
        sql = str(rows.query)
    except EmptyResultSet:
        return None
    question = hashlib.sha256(f"{what} of {sql}".encode()).hexdigest()
    return kept(question, tables_in(sql), count, lately=lately)


def groups_of(figure: Figure) -> list[Group]:
    """A figure by its groups, kept or counted anew."""
    sorts = [field.type for field in figure.given_by()]
    if not sorts or not set(sorts) <= _KEYS.keys():
        return figure.groups()

    def count() -> Counted:
        told = [
            [[None if k is None else str(k) for k in _several(g.key)], _written(g.reading)]
            for g in figure.groups()
        ]
        return Counted({"groups": told}, tables_of(figure))

    question = digest_of_data({"groups": question_of(figure), "by": list(figure.by)})
    with _Held([question]) as held:
        answer, _ = held.answer(question, count)
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
    question = digest_of_data({what: [question_of(figure) for figure in figures]})

    def counting() -> Counted:
        tables = {table for figure in figures for table in tables_of(figure)}
        return Counted({"numbers": [str(number) for number in count()]}, tables)

    with _Held([question]) as held:
        answer, _ = held.answer(question, counting)
    return [_number(text) for text in answer["numbers"]]


class _Counting:
    """Counts a figure when it is called, with others of which it is one."""

    def __init__(self, figure: Figure, others: Together | None = None) -> None:
        self.figure, self.others = figure, others or Together(())

    def __call__(self) -> Counted:
        began = perf_counter()
        told = None if self.figure.worked_out else self.others.of(self.figure)
        since = perf_counter() - began
        answer = _written(self.figure.reading(told and told.told))
        if (programme := self.figure.listing.programme) is not None:
            answer["of"] = [str(programme.fact), self.figure.name]
        earlier = max(0.0, told.seconds - since) if told else 0.0
        return Counted(answer, tables_of(self.figure), earlier)


# ------------------------------------------------------------------ what a figure asks


def question_of(figure: Figure) -> str:
    """By what the reading of a figure is found."""
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


def tables_of(figure: Figure) -> list[str]:
    """The tables that a figure reads; what is worked out may read all of them."""
    if figure.worked_out or figure.listing.is_worked_out:
        return sorted(fact_tables())
    asked = figure.listing.asked
    found = set(tables_in(asked.sql)) if asked else set()
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
