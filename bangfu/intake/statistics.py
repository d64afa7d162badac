"""Rows that sum up a place each: the numbers that are kept as statistics, with their source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from bangfu.intake.cells import Reason, Row, cell_of
from bangfu.intake.differences import tell
from bangfu.intake.verdicts import Difference, Verdict
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.ledger.models import Place
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import plain_text
from bangfu.programmes.kinds import Label

if TYPE_CHECKING:
    from bangfu.intake.records import Records

_NO_PLACE = Label("没有写明哪个地方", "it does not say which place")
_OF_WHEN = Label(
    "没有写明是哪一段时间的数；请在标题里写上年度、月份或“截至”哪一天",
    "it does not say of which time; name the year, the month or the day in the title",
)


def judge_statistics(records: Records, row: Row, place: Place | None, verdict: Verdict) -> None:
    """The numbers of a place for the time of the list; another one is put right."""
    span = _span(records)
    if place is None and not row.wrong:
        row.wrong.append(Reason(cell_of(row, "place.village"), _NO_PLACE))
    if span is None:
        row.wrong.append(Reason(records.titled or f"{row.number}", _OF_WHEN))
    if place is None or span is None or row.wrong or row.doubts:
        return
    verdict.name = place.name
    names = VOCABULARY["statistic"]["name"].codes
    for target, said in row.told.items():
        _of, _, name = target.partition("#")
        if not name or said.state != "sure":
            continue
        value = Decimal(str(said.value))
        stands = records.stated.get((place.fact, name, *span))
        if stands is not None and stands.value == value:
            continue
        told: dict[str, object] = {"value": value, "source": records.source or "汇总表"}
        if stands is None:
            told |= {"place": place, "name": name, "began": span[0], "ended": span[1]}
            verdict.records.append(NewRecord("statistic.state", told))
        else:
            verdict.records.append(NewRecord("statistic.correct", {**told, "statistic": stands}))
            verdict.sort = "changes"
        old = plain_text(stands.value, "number") if stands is not None else ""
        label = _labelled(names, name)
        verdict.differences.append(
            Difference(f"statistic.{name}", label, old, plain_text(value, "number"))
        )
    if verdict.records:
        tell(verdict, "statistic", began=span[0], ended=span[1])
    else:
        verdict.sort = "unchanged"


def _labelled(names: Mapping[str, Label], name: str) -> Label:
    return names.get(name, Label(name, name))


def _span(records: Records) -> tuple[dt.date, dt.date] | None:
    """The time of which a list tells: as its title says; without a word of it, its own day."""
    period = records.period
    if period is None:
        return records.on, records.on
    if period.last is None:
        return None
    return (period.last if period.unit == "as_of" else period.first or period.last), period.last
