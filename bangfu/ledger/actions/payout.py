"""What was paid out to people is written down, put right and taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.benefit import as_shown, require_people
from bangfu.ledger.actions.event import By, Refused, action, correct, insert
from bangfu.ledger.actions.event import withdraw as withdraw_row
from bangfu.ledger.models import Payout, Subject


@action("payout.enter")
def enter(
    *,
    by: By,
    subject: Subject,
    kind: str,
    on: dt.date,
    amount: int,
    title: str = "",
    since: dt.date | None = None,
    account: str = "",
    source: str = "",
) -> Payout:
    """Write down what was paid out to a person or household on a day, in fen."""
    require(by.user, "payout.enter", subject.fact)
    require_people(subject)
    row = Payout(subject=subject, kind=kind, date=on, amount=amount, title=title.strip())
    row.since, row.source, row.account = since, source.strip(), as_shown(account)
    _check(row)
    insert(row)
    require_written(by.user, "payout.enter", row)
    return row


@action("payout.correct")
def correct_payout(*, by: By, payout: Payout, **changes: Any) -> Payout:
    """Put one payout right; what was believed before stays on record."""
    require(by.user, "payout.correct", payout)
    if "account" in changes:
        changes["account"] = as_shown(changes["account"])
    for name, value in changes.items():
        setattr(payout, name, value)
    _check(payout)
    correct(payout, **changes)
    require_written(by.user, "payout.correct", payout)
    return payout


@action("payout.withdraw")
def withdraw(*, by: By, payout: Payout) -> Payout:
    """Take back a payout that should not have been entered."""
    require(by.user, "payout.withdraw", payout)
    return withdraw_row(payout)


def _check(row: Payout) -> None:
    if not row.kind:
        raise Refused("kind_missing", "Say which benefit it is.")
    if row.kind == "other" and not row.title:
        raise Refused("title_missing", "Say what the other benefit is called.")
    if row.amount <= 0:
        raise Refused("no_amount", "Write an amount above nothing; take back what was not paid.")
    if row.date > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=row.date)
    if row.since is not None and row.since > row.date:
        raise Refused("days_in_order", "The first day lies after the last day.")
