"""Rows that say what somebody needs, held against the needs on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from bangfu.intake.cells import Reason, Row, cell_of
from bangfu.intake.differences import tell
from bangfu.intake.verdicts import Verdict
from bangfu.intake.whom import nothing_said
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.ledger.models import Need, Place, Subject
from bangfu.programmes.kinds import Label

if TYPE_CHECKING:
    from bangfu.intake.records import Records

_WHAT = Label("没有写明需要什么", "it does not say what is needed")
_KNOWN = Label(
    "按地方、类别和日期与台账里的一条对上了", "known by its place, kind and day from one on record"
)
#: By which names a row says whose need it is.
_WHOSE = ("person.name", "person.identity", "household.name", "subject.name")


def judge_need(records: Records, row: Row, whom: Subject, verdict: Verdict) -> None:
    """What somebody needs since when, who answers for it, and that it was met."""
    text = row.text("need.text")
    if nothing_said(row, verdict):
        return
    stands = _standing(records, row, records.needs_of(whom), text)
    if stands is None and not text and not row.wrong:
        row.wrong.append(Reason(cell_of(row, "need.text"), _WHAT))
    if row.wrong or row.doubts:
        return
    if stands is not None:
        _met(records, row, stands, verdict)
        return
    units, closed = records.units_of(row), row.sure("need.closed")
    on = row.sure("need.date") or records.on
    told: dict[str, Any] = {"on": on, "subject": whom, "text": text,
                            "kind": row.text("need.kind"), "due": row.sure("need.due"),
                            "organisation": units[0] if units else None}  # fmt: skip
    told |= {"closed": closed, "evidence": _evidence(row)} if closed else {}
    verdict.records.append(NewRecord("need.raise_", told))
    tell(verdict, "need", date=on, text=text, kind=row.sure("need.kind"), closed=closed)


def judge_nameless_need(records: Records, row: Row, place: Place | None, verdict: Verdict) -> bool:
    """Whether a row that names nobody tells of a need on record: by its place, kind and day."""
    if place is None or row.wrong or any(map(row.text, _WHOSE)):
        return False
    stands = _standing(records, row, records.needs_at.get(place.fact, ()), row.text("need.text"))
    if stands is None:
        return False
    verdict.notes.append(Reason(f"{row.number}", _KNOWN))
    verdict.place = place.name
    if not row.doubts:
        _met(records, row, stands, verdict)
    return True


def _met(records: Records, row: Row, stands: Need, verdict: Verdict) -> None:
    """A need on record that a row says was met since; else nothing changes."""
    records.answered.add(stands.fact_key)
    closed = row.sure("need.closed")
    if not closed or stands.closed is not None:
        verdict.sort = "unchanged"
        return
    told = {"need": stands, "on": closed, "evidence": _evidence(row)}
    verdict.records.append(NewRecord("need.close", told))
    verdict.sort = "changes"
    tell(verdict, "need", closed=closed)


def _evidence(row: Row) -> str:
    return row.text("need.evidence") or "按名单办结"


def _standing(records: Records, row: Row, held: Iterable[Need], text: str) -> Need | None:
    """The need on record that a row tells of: by its words, else by all that it says of it.

    Without words each need answers for one row.
    """
    held = list(held)
    if text:
        return records.raised(held, text)
    if row.sure("need.date") is None:
        return None
    fits = [need for need in held if need.fact_key not in records.answered and _fits(row, need)]
    same = [need for need in fits if need.closed == row.sure("need.closed")]
    return same[0] if same else fits[0] if len(fits) == 1 else None


def _fits(row: Row, need: Need) -> bool:
    """Whether a need on record is as a row says: since when, of which kind and until when."""
    said: Sequence[tuple[Any, Any]] = (
        (row.sure("need.date"), need.date),
        (row.text("need.kind"), need.kind),
        (row.sure("need.due"), need.due),
    )
    return all(one in (None, "", kept) for one, kept in said)


def days_of(read: Iterable[Row]) -> set[dt.date]:
    """On which days rows that name nobody say that something was needed."""
    nameless = (row for row in read if not any(map(row.text, _WHOSE)))
    days = (row.sure("need.date") for row in nameless)
    return {day for day in days if isinstance(day, dt.date)}
