"""Agreements are signed, renewed and ended; what each side owes is counted from records."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, end, insert, withdraw
from bangfu.ledger.actions.sides import require_belongs
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Agreement, Programme, Subject
from bangfu.ledger.moment import Moment
from bangfu.programmes.period import add_term
from bangfu.programmes.schema import Agreement as Rule


@action("agreement.sign")
def sign(
    *,
    by: By,
    programme: Programme,
    name: str,
    helper: Subject,
    subject: Subject,
    signed: dt.date,
    began: dt.date | None = None,
    ended: dt.date | None = None,
    number: str = "",
) -> Agreement:
    """Put a signed agreement on record; without days it begins when signed and lasts its term."""
    require(by.user, "agreement.sign", subject.fact, programme=programme, brings=[helper])
    meaning = Meaning.of(programme, Moment(signed))
    rule = _rule(meaning, name)
    require_belongs(meaning, rule.helper, helper, signed)
    require_belongs(meaning, rule.subject, subject, signed)
    row = _row(rule, signed, began, ended)
    row.programme, row.name, row.helper, row.subject = programme, name, helper, subject
    row.number = number.strip()
    insert(row)
    require_written(by.user, "agreement.sign", row)
    return row


def _rule(meaning: Meaning, name: str) -> Rule:
    if meaning.sort_of(name) != "agreement":
        raise Refused("no_such_agreement", "The programme has no agreement %(name)s.", name=name)
    entry = meaning.file.entry(name)
    assert isinstance(entry, Rule)
    return entry


def _row(rule: Rule, signed: dt.date, began: dt.date | None, ended: dt.date | None) -> Agreement:
    if signed > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=signed)
    first = began or signed
    last = ended or (add_term(first, rule.lasts) if rule.lasts else None)
    if last is not None and last < first:
        raise Refused(
            "days_crossed",
            "It would end on %(last)s, before it begins on %(first)s.",
            last=last,
            first=first,
        )
    return Agreement(signed=signed, began=first, ended=last)


@action("agreement.renew")
def renew(
    *,
    by: By,
    agreement: Agreement,
    signed: dt.date,
    ended: dt.date | None = None,
    number: str = "",
) -> Agreement:
    """Go on from an agreement on the day after its last; one without a last day needs none."""
    require(by.user, "agreement.renew", agreement)
    if agreement.ended is None:
        raise Refused("goes_on", "This agreement has no last day and goes on; there is no renewal.")
    began = agreement.ended + dt.timedelta(days=1)
    rule = _rule(Meaning.of(agreement.programme, Moment(signed)), agreement.name)
    row = _row(rule, signed, began, ended)
    row.programme, row.name = agreement.programme, agreement.name
    row.helper, row.subject = agreement.helper, agreement.subject
    row.number, row.renews_id = number.strip(), agreement.fact
    insert(row)
    require_written(by.user, "agreement.renew", row)
    return row


@action("agreement.end")
def close(*, by: By, agreement: Agreement, on: dt.date, reason: str) -> Agreement:
    """End an agreement before its time, for a reason; ``on`` is its last day."""
    require(by.user, "agreement.end", agreement)
    if not reason.strip():
        raise Refused("reason_missing", "Say why the agreement ends.")
    return end(agreement, on, end_reason=reason)


@action("agreement.withdraw")
def take_back(*, by: By, agreement: Agreement) -> Agreement:
    """Take back an agreement that was put on record by mistake."""
    require(by.user, "agreement.withdraw", agreement)
    return withdraw(agreement)
