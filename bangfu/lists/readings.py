"""Readings of large lists, kept and used only while nothing they stand on has changed.

A kept reading carries a mark of what the journal had said of the tables it reads: for each table
the time of the last event, and how many events there were in the ten minutes before that. A
transaction that was still under way when the figure was counted, and was stamped earlier, changes
the second number; no action lasts that long.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Max

from bangfu.ledger import clock
from bangfu.ledger.models import EventRows
from bangfu.ledger.models import Reading as Kept
from bangfu.lists.figure import Figure, Number, Reading
from bangfu.lists.listing import digest_of_data

_TABLE = re.compile(r"\bledger_[a-z]+\b")
_STRAGGLERS = dt.timedelta(minutes=10)


def reading(figure: Figure) -> tuple[Reading, dt.datetime]:
    """A figure's reading, kept or counted anew, and the time it is true for."""
    question = _question(figure)
    seen = seen_of(tables_of(figure))
    kept = Kept.objects.filter(pk=question, seen=seen).first()
    now = clock.now()
    if kept is not None:
        return _read(kept.answer), now
    counted = figure.reading()
    Kept.objects.update_or_create(
        pk=question, defaults={"counted_at": now, "seen": seen, "answer": _written(counted)}
    )
    return counted, now


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


def tables_of(figure: Figure) -> list[str]:
    """The tables that a figure reads."""
    try:
        found = set(tables_in(str(figure.listing.possible().query)))
    except EmptyResultSet:
        found = set()
    if figure.aggregate == "distinct" and figure.field != "day":
        found.add("ledger_participant")
    if figure.share is not None:
        found |= set(tables_of(figure.share))
    return sorted(found)


def tables_in(sql: str) -> list[str]:
    """The tables that a question names."""
    return sorted(set(_TABLE.findall(sql)))


def seen_of(tables: Iterable[str]) -> str:
    """The mark of what the journal has said of some tables so far."""
    parts: list[str] = []
    for table in tables:
        events = EventRows.objects.filter(table=table)
        last = events.aggregate(m=Max("at"))["m"]
        recent = events.filter(at__gte=last - _STRAGGLERS).count() if last else 0
        parts.append(f"{table}:{last}:{recent}")
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _written(counted: Reading) -> dict[str, Any]:
    return {
        "low": None if counted.low is None else str(counted.low),
        "high": None if counted.high is None else str(counted.high),
        "rows": counted.rows,
        "unknown": counted.unknown,
    }


def _read(answer: dict[str, Any]) -> Reading:
    def number(text: str | None) -> Number | None:
        if text is None:
            return None
        if "/" in text:
            return Fraction(text)
        return int(text) if text.lstrip("-").isdigit() else Decimal(text)

    return Reading(number(answer["low"]), number(answer["high"]), answer["rows"], answer["unknown"])
