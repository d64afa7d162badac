"""Rows that say how far a measure of a programme is, held against what was reported of it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from bangfu.intake.cells import Reason, Row, cell_of
from bangfu.intake.differences import tell
from bangfu.intake.verdicts import Difference, Verdict
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.ledger.models import Measure
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import plain_text
from bangfu.programmes.kinds import Label

if TYPE_CHECKING:
    from bangfu.intake.records import Records

_UNNAMED = Label("没有写明是哪项措施", "it does not say which measure")
_WHICH = Label("是活动里的哪一项措施", "which measure of the programme is it")
_ABSENT = Label(
    "活动里没有这项措施；措施来自活动文件，新的措施先写进活动文件",
    "the programme has no such measure; they come from its file, where a new one is written first",
)


def judge_measure(records: Records, row: Row, verdict: Verdict) -> None:
    """How much of a measure was done by a day, and which unit answers for it.

    A list says how much was done in all; what goes beyond what was reported is reported anew.
    """
    measure = _measure(records, row)
    units = records.units_of(row)
    if measure is None or row.wrong or row.doubts:
        return
    verdict.name = measure.title
    if units and units[0].fact != measure.owner_id:
        verdict.records.append(
            NewRecord("measure.set_owner", {"measure": measure, "owner": units[0]})
        )
        verdict.sort = "changes"
        old = measure.owner.name if measure.owner else ""
        label = VOCABULARY["measure"]["owner"].label
        verdict.differences.append(Difference("measure.owner", label, old, units[0].name))
    _report(records, row, measure, verdict)
    if not verdict.records and not row.wrong:
        verdict.sort = "unchanged"


def _report(records: Records, row: Row, measure: Measure, verdict: Verdict) -> None:
    done, note = row.sure("report.amount"), row.text("report.note")
    if not isinstance(done, int | float | Decimal):
        return
    before = records.done.get(measure.fact, Decimal(0))
    more = Decimal(str(done)) - before
    if more < 0:
        told = plain_text(before, "number")
        says = Label(
            f"台账里已报完成{told}，名单里比这少；多报了请先在台账里更正",
            f"{told} was reported already, and the list says less; put that right first",
        )
        row.wrong.append(Reason(cell_of(row, "report.amount"), says))
    elif more > 0:
        on = row.sure("report.date") or records.on
        verdict.records.append(
            NewRecord("measure.progress",
                      {"measure": measure, "on": on, "amount": more, "note": note})
        )  # fmt: skip
        label = VOCABULARY["report"]["amount"].label
        shown = plain_text(before, "number") if before else "", plain_text(before + more, "number")
        verdict.differences.append(Difference("report.amount", label, *shown))
        tell(verdict, "report", date=on, note=note)


def _measure(records: Records, row: Row) -> Measure | None:
    """The measure that a row names by its title; one called nearly so is asked."""
    cell, title = cell_of(row, "measure.title"), _plain(row.text("measure.title"))
    if not title:
        if not row.wrong:
            row.wrong.append(Reason(cell, _UNNAMED))
        return None
    called = {_plain(one.title): one for one in records.measures}
    if title in called:
        return called[title]
    near = [one for words, one in called.items() if title in words or words in title]
    if meant := next((one for one in near if str(one.fact) == row.settled), None):
        return meant
    if near:
        choices = tuple((str(one.fact), Label(one.title, one.title)) for one in near[:8])
        row.doubts.append(Reason(cell, _WHICH, choices))
    elif records.under is not None:
        row.wrong.append(Reason(cell, _ABSENT))
    return None


def _plain(title: str) -> str:
    """A title without its number and marks."""
    return re.sub(r"^[\d一二三四五六七八九十]+[.、．)）]|[\W_]+", "", title)
