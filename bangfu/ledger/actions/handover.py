"""Hand-overs are offered, answered by the successor, taken back, or accepted on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed, may, require, require_written
from bangfu.ledger.actions.event import (
    By,
    Refused,
    about_is,
    action,
    correct,
    current_act,
    insert,
)
from bangfu.ledger.actions.pairing import may_take_over, pass_on
from bangfu.ledger.models import Handover, Pairing, Subject, User


def can_be_asked(successor: Subject) -> bool:
    """Whether somebody has an account in which to answer what is offered."""
    if successor.kind != "person":
        return False
    accounts = User.objects.filter(person=successor.fact, is_active=True)
    return any(may(account, "handover.answer") for account in accounts)


@action("handover.offer")
def offer(
    *,
    by: By,
    pairings: Sequence[Pairing],
    to: Subject,
    on: dt.date,
    reason: str,
    promised: Mapping[UUID, str] | None = None,
) -> list[Handover]:
    """Ask a successor to help some subjects from a day on; until the answer nothing changes.

    ``promised``: by pairing, what was promised by word and stands nowhere else.
    """
    require(by.user, "handover.offer", *pairings, brings=[to])
    if not can_be_asked(to):
        raise Refused(
            "cannot_be_asked",
            "%(who)s has no account in which to answer. Have it accepted on paper and name the "
            "paper; then it is handed over at once.",
            who=to.name,
        )
    offers = _offered(by, pairings, to, on, reason, promised or {})
    require_written(by.user, "handover.offer", *offers)
    about_is(offers[0])
    return offers


def _offered(
    by: By,
    pairings: Sequence[Pairing],
    to: Subject,
    on: dt.date,
    reason: str,
    promised: Mapping[UUID, str],
) -> list[Handover]:
    if not pairings:
        raise Refused("nobody_named", "Say whom somebody else is to help.")
    if not reason.strip():
        raise Refused("reason_missing", "Say why they are handed over.")
    may_take_over(pairings, to, on)
    for pairing in pairings:
        _not_offered(pairing)
    return [
        insert(
            Handover(
                programme=pairing.programme,
                pairing=pairing,
                giver=pairing.helper,
                subject=pairing.subject,
                successor=to,
                date=clock.today(),
                from_day=on,
                reason=reason.strip(),
                promised=promised.get(pairing.fact, "").strip(),
                together=current_act().event.id,
                offered_by=by.user,
            )
        )
        for pairing in pairings
    ]


def _not_offered(pairing: Pairing) -> None:
    open_one = Handover.objects.current().filter(pairing=pairing.fact, state="open").first()
    if open_one is not None:
        raise Refused(
            "offered_already",
            "%(who)s was offered to %(successor)s on %(on)s and is still to be answered; take that "
            "back first.",
            who=pairing.subject.name,
            successor=open_one.successor.name,
            on=open_one.date,
        )


@action("handover.answer")
def answer(
    *,
    by: By,
    accepted: Sequence[Handover],
    refused: Sequence[Handover] = (),
    reason: str = "",
) -> list[Handover]:
    """Answer what was offered: the accepted change hands from their day on, all in one event."""
    offers = [*accepted, *refused]
    require(by.user, "handover.answer", *offers)
    if not offers:
        raise Refused("nothing_answered", "Say which of those offered you accept or refuse.")
    if by.user is not None and {one.successor_id for one in offers} != {by.user.person_id}:
        raise NotAllowed("handover.answer")
    if refused and not reason.strip():
        raise Refused("reason_missing", "Say why you cannot take them over.")
    for one in offers:
        _still_open(one)
    day = clock.today()
    for one in accepted:
        correct(one, state="accepted", answered=day)
        pass_on(one.pairing, one.successor, one.from_day, one.reason)
    for one in refused:
        correct(one, state="refused", answered=day, answer_reason=reason.strip())
    about_is(offers[0])
    return offers


def _still_open(one: Handover) -> None:
    if one.state != "open":
        raise Refused(
            "answered_already",
            "This was answered, taken back or settled meanwhile; nothing was changed.",
        )


@action("handover.withdraw")
def take_back(*, by: By, offers: Sequence[Handover], reason: str) -> list[Handover]:
    """Take back what is not answered yet, or put away what was refused."""
    require(by.user, "handover.withdraw", *offers)
    if not offers:
        raise Refused("nothing_named", "Say which offer is taken back.")
    if not reason.strip():
        raise Refused("reason_missing", "Say why it is taken back.")
    for one in offers:
        if one.state not in ("open", "refused"):
            _still_open(one)
        correct(one, state="withdrawn", answered=clock.today(), answer_reason=reason.strip())
    about_is(offers[0])
    return list(offers)


@action("handover.on_paper")
def on_paper(
    *,
    by: By,
    pairings: Sequence[Pairing],
    to: Subject,
    on: dt.date,
    reason: str,
    paper: str,
    promised: Mapping[UUID, str] | None = None,
) -> list[Handover]:
    """Hand over at once to a successor without an account, who accepted by the paper named."""
    require(by.user, "handover.on_paper", *pairings, brings=[to])
    if can_be_asked(to):
        raise Refused(
            "can_be_asked",
            "%(who)s has an account and answers there; offer it instead.",
            who=to.name,
        )
    if not paper.strip():
        raise Refused("paper_missing", "Name the paper on which it was accepted, with its day.")
    offers = _offered(by, pairings, to, on, reason, promised or {})
    for one in offers:
        correct(one, state="accepted", answered=clock.today(), paper=paper.strip())
    made = [pass_on(one.pairing, to, on, one.reason) for one in offers]
    require_written(by.user, "handover.on_paper", *offers, *made)
    about_is(offers[0])
    return offers
