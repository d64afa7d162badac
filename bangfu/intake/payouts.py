"""Rows that say what people are entitled to and what they were paid, held against the ledger."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from bangfu.intake.cells import AS_IS, Reason, Row, cell_of
from bangfu.intake.differences import tell
from bangfu.intake.readers import SEVERAL
from bangfu.intake.verdicts import Verdict
from bangfu.intake.whom import nothing_said
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.ledger.codes import BENEFIT, CodeError, book
from bangfu.ledger.models import Subject
from bangfu.programmes.kinds import Label

if TYPE_CHECKING:
    from bangfu.intake.records import Records


def benefit_called(text: str) -> tuple[str, str]:
    """The benefit that a text names, and what it is called where no book knows it."""
    try:
        return book("benefit").read(text), ""
    except CodeError:
        return ("other", text) if text else ("", "")


def several_in(name: str, text: str) -> bool:
    """Whether a text that a book does not know names several things, one of which it knows."""
    parts = [part for part in SEVERAL.split(text) if part]
    return len(parts) > 1 and any(
        part in book(name).aliases or any(part.endswith(one) for one in book(name).aliases)
        for part in parts
    )


def benefit_in(title: str) -> str:
    """The one benefit that the title of a list names (2009年3月农村低保金发放花名册)."""
    names = {text: word for text, word in book("benefit").aliases.items() if word != "other"}
    found = {text for text in names if text in title and text not in BENEFIT}
    # 残疾人生活补贴 also holds 生活补贴 …: what is part of a longer name says nothing of its own.
    whole = {text for text in found if not any(text in other for other in found - {text})}
    words = {names[text] for text in whole}
    return words.pop() if len(words) == 1 else ""


def judge_payout(records: Records, row: Row, whom: Subject, verdict: Verdict) -> None:
    """What somebody was paid on a day; a payout that stands so already is unchanged."""
    if nothing_said(row, verdict):
        return
    amount, on = row.sure("payout.amount"), _paid_on(records, row)
    kind, title = _what(records, row, "payout.kind")
    if amount in (None, 0) and not row.wrong and not row.doubts:
        row.wrong.append(Reason(cell_of(row, "payout.amount"), _HOW_MUCH))
    if row.wrong or row.doubts or on is None or not kind:
        return
    assert isinstance(amount, int)
    told: dict[str, Any] = {"subject": whom, "kind": kind, "title": title, "on": on,
                            "amount": amount, "source": records.source[:60]}  # fmt: skip
    if row.sure("payout.date") is None and records.period is not None:
        told["since"] = records.period.first
    same = whom.fact, kind, title, on, amount
    if records.paid[same] > 0:
        # Each payout on record answers for one row.
        records.paid[same] -= 1
        verdict.sort = "unchanged"
        return
    _asked_once(records, row, same)
    records.days[row.number] = cell_of(row, "payout.date")
    verdict.records.append(NewRecord("payout.enter", told))
    tell(verdict, "payout", kind=kind, title=title, date=on, amount=amount)


def _what(records: Records, row: Row, target: str) -> tuple[str, str]:
    """Which benefit a row is about: by its own cell, else by what the list is called."""
    kind, title = benefit_called(row.text(target))
    if title and several_in("benefit", title) and not row.wrong:
        row.wrong.append(Reason(cell_of(row, target), ONE_EACH))
    kind = kind or benefit_in(records.called)
    if not kind and not row.wrong and not row.doubts:
        row.wrong.append(Reason(cell_of(row, target), _WHICH))
    return kind, title


def _paid_on(records: Records, row: Row) -> dt.date | None:
    """The day of a payout; where no cell says it, the last day of the time in the title."""
    on = row.sure("payout.date")
    period = records.period
    if on is None and period is not None and period.first and period.last:
        # A year or a quarter names no day, not even nearly.
        on = period.last if (period.last - period.first).days < _A_MONTH else None
    if on is None and not row.wrong and not row.doubts:
        row.wrong.append(Reason(cell_of(row, "payout.date"), _WHEN))
    return on if isinstance(on, dt.date) else None


def _asked_once(records: Records, row: Row, key: tuple[Any, ...]) -> None:
    """The same as a row above may be a second payout, or the first one written twice."""
    before = records.said.setdefault(key, row.number)
    if before != row.number and row.settled != AS_IS:
        says = Label(
            f"与第{before}行相同，是两笔还是重复", f"the same as row {before}; two of them?"
        )
        choices = ((AS_IS, Label("是两笔，都记", "two payouts; write both")),)
        row.doubts.append(Reason(cell_of(row, "payout.amount"), says, choices))


def judge_benefit(records: Records, row: Row, whom: Subject, verdict: Verdict) -> None:
    """What somebody is entitled to from when; what stands so already is unchanged, or ends."""
    if not benefit_in(records.called) and nothing_said(row, verdict):
        return
    kind, title = _what(records, row, "benefit.kind")
    if row.wrong or row.doubts or not kind:
        return
    began, ended = row.sure("benefit.began"), row.sure("benefit.ended")
    told = {"title": title, **_how_much(row)}
    stands = records.entitled.get((whom.fact, kind, title))
    if stands is None:
        new = {"subject": whom, "kind": kind, "began": began or records.on, "ended": ended,
               "source": records.source[:60], **told}  # fmt: skip
        verdict.records.append(NewRecord("benefit.enter", new))
        tell(verdict, "benefit", kind=kind, title=title, began=new["began"], ended=ended,
             amount=told.get("amount"), per=told.get("per"))  # fmt: skip
        return
    if "amount" in told and (stands.amount, stands.per) != (told["amount"], told["per"]):
        changes = {"amount": told["amount"], "per": told["per"]}
        verdict.records.append(NewRecord("benefit.correct", {"benefit": stands, **changes}))
        tell(verdict, "benefit", **changes)
    if ended is not None and stands.ended is None:
        end = {"benefit": stands, "on": ended, "reason": row.text("benefit.end_reason") or _ENDED}
        verdict.records.append(NewRecord("benefit.end", end))
        tell(verdict, "benefit", ended=ended)
    verdict.sort = "changes" if verdict.records else "unchanged"


def _how_much(row: Row) -> dict[str, Any]:
    """The amount of a benefit, where the row says for each what it is."""
    amount, per = row.sure("benefit.amount"), row.text("benefit.per")
    if isinstance(amount, int) and amount and per:
        return {"amount": amount, "per": per}
    if amount:
        row.unread.append(Reason(cell_of(row, "benefit.amount"), _FOR_EACH_WHAT))
    return {}


_ENDED, _A_MONTH = "按名单停发", 31
ONE_EACH = Label("一格里有几项，请一行写一项", "several in one cell; one to a row, please")
_HOW_MUCH = Label("没有写明发了多少", "it does not say how much was paid")
_WHICH = Label(
    "看不出是哪项补贴；请加一列“补贴项目”，或在标题里写明",
    "which benefit is it? say it in a column 补贴项目, or in the title",
)
_WHEN = Label(
    "没有写明哪一天发放；请加一列“发放日期”，或在标题里写明月份",
    "it does not say on which day; add a column 发放日期, or name the month in the title",
)
_FOR_EACH_WHAT = Label(
    "没有写明是每月还是每年的；请加一列“发放周期”",
    "for each month, or each year? add a column 发放周期",
)
