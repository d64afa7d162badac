"""Benefits of people are put on record, put right, ended and taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q

from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, end, insert
from bangfu.ledger.actions.event import withdraw as withdraw_row
from bangfu.ledger.masks import mask_number
from bangfu.ledger.models import Benefit, Subject
from bangfu.ledger.vocabulary.benefit import PER

#: How an account is written that shows its last two characters and nothing more.
_SHOWN = 2


@action("benefit.enter")
def enter(
    *,
    by: By,
    subject: Subject,
    kind: str,
    began: dt.date,
    ended: dt.date | None = None,
    title: str = "",
    amount: int | None = None,
    per: str = "",
    account: str = "",
    source: str = "",
) -> Benefit:
    """Put on record what a person or household is given from a day on, in fen for each period."""
    require(by.user, "benefit.enter", subject.fact)
    require_people(subject)
    row = Benefit(subject=subject, kind=kind, title=title.strip(), amount=amount, per=per)
    row.began, row.ended, row.source = began, ended, source.strip()
    row.account = as_shown(account)
    _check(row)
    insert(row)
    require_written(by.user, "benefit.enter", row)
    return row


@action("benefit.correct")
def correct_benefit(*, by: By, benefit: Benefit, **changes: Any) -> Benefit:
    """Put one benefit right; what was believed before stays on record."""
    require(by.user, "benefit.correct", benefit)
    if "account" in changes:
        changes["account"] = as_shown(changes["account"])
    for name, value in changes.items():
        setattr(benefit, name, value)
    _check(benefit)
    correct(benefit, **changes)
    require_written(by.user, "benefit.correct", benefit)
    return benefit


@action("benefit.end")
def close(*, by: By, benefit: Benefit, on: dt.date, reason: str) -> Benefit:
    """Let a benefit end, with the reason; ``on`` is its last day."""
    require(by.user, "benefit.end", benefit)
    if not reason.strip():
        raise Refused("reason_missing", "Say why the benefit ends.")
    return end(benefit, on, end_reason=reason.strip())


@action("benefit.withdraw")
def withdraw(*, by: By, benefit: Benefit) -> Benefit:
    """Take back a benefit that should not have been entered."""
    require(by.user, "benefit.withdraw", benefit)
    return withdraw_row(benefit)


def require_people(subject: Subject) -> None:
    """Refuse whoever is no person and no household: units are paid by entries of a fund."""
    if subject.kind not in ("person", "household"):
        raise Refused("not_people", "Benefits are those of persons and households.")


def as_shown(account: str) -> str:
    """An account or certificate as it may be kept: stars, and its last two characters."""
    said = "".join(account.split())
    hidden = said[:-_SHOWN]
    return said if hidden and set(hidden) == {"*"} else mask_number(said)


def _check(row: Benefit) -> None:
    if not row.kind:
        raise Refused("kind_missing", "Say which benefit it is.")
    if row.kind == "other" and not row.title:
        raise Refused("title_missing", "Say what the other benefit is called.")
    if row.amount is not None and row.amount <= 0:
        raise Refused("no_amount", "Write an amount above nothing, or leave it open.")
    if (row.amount is None) != (not row.per):
        raise Refused("amount_per_what", "Say the amount and for each what: once, a month, a year.")
    if row.per and row.per not in PER:
        allowed = ", ".join(PER)
        raise Refused("no_such_word", "It is paid one of: %(words)s.", words=allowed)
    if row.ended is not None and row.ended < row.began:
        raise Refused("days_in_order", "The first day lies after the last day.")
    _once(row)


def _once(row: Benefit) -> None:
    """Refuse a benefit that the same subject is given already on one of its days."""
    same = (
        Benefit.objects.current()
        .filter(subject=row.subject_id, kind=row.kind, title=row.title)
        .exclude(fact=row.fact)
    )
    going = same.filter(Q(ended__isnull=True) | Q(ended__gte=row.began))
    if row.ended is not None:
        going = going.filter(began__lte=row.ended)
    if (held := going.order_by("began").first()) is not None:
        raise Refused(
            "given_already",
            "This benefit is on record from %(began)s already; let that one end first, or say how "
            "this one is called.",
            began=held.began,
        )
