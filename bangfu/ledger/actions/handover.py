"""Hand-overs are offered, answered by the successor, taken back, or accepted on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from bangfu.ledger import clock
from bangfu.ledger.access import (
    NotAllowed,
    answers_in_person,
    asked_to_take_over,
    can_take_over,
    require,
    require_written,
    units_under,
)
from bangfu.ledger.actions import handover_steps as steps
from bangfu.ledger.actions.event import (
    By,
    Refused,
    about_is,
    action,
    correct,
    current_act,
    insert,
)
from bangfu.ledger.actions.pairing import helped_by_units, may_go, may_take_over, pass_on
from bangfu.ledger.models import Handover, Pairing, Post, Subject, User
from bangfu.ledger.moment import Moment


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

    A unit may be asked where people help: whoever leads it names one of its people. Whom the
    programme asks before the successor has to agree first.

    ``promised``: by pairing, what was promised by word and stands nowhere else.
    """
    require(by.user, "handover.offer", *pairings, brings=[to])
    if not can_take_over(to):
        raise Refused(
            "cannot_be_asked",
            "%(who)s has no account in which to answer, and no lead of a unit has one. Have it "
            "accepted on paper and name the paper; then it is handed over at once.",
            who=to.name,
        )
    names = [one for one in pairings if to.kind == "organisation" and not helped_by_units(one, on)]
    may_go(names, on)
    may_take_over([one for one in pairings if one not in names], to, on)
    offers = _offered(by, pairings, to, on, reason, promised or {})
    for one in offers:
        steps.begin(one)
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
    taken_by: Subject | None = None,
    on: dt.date | None = None,
) -> list[Handover]:
    """Answer what was offered: the accepted change hands from their day on, all in one event.

    ``on``: the day of the answer, if not today. ``taken_by``: of what a unit is asked to take over,
    who of its people helps from then on.
    """
    offers = [*accepted, *refused]
    require(by.user, "handover.answer", *offers)
    if not offers:
        raise Refused("nothing_answered", "Say which of those offered you accept or refuse.")
    _require_asked(by.user, offers)
    if refused and not reason.strip():
        raise Refused("reason_missing", "Say why you cannot take them over.")
    for one in offers:
        _still_open(one)
    day = on or clock.today()
    _its_turn(offers, day)
    if taken_by is not None and accepted:
        _may_name(accepted, taken_by)
    for one in accepted:
        if taken_by is None:
            _named_where_people_help(one)
        correct(one, state="accepted", answered=day, taken_by=taken_by)
        pass_on(one.pairing, taken_by or one.successor, one.from_day, one.reason)
        steps.answered(by, one, "done", day)
    for one in refused:
        correct(one, state="refused", answered=day, answer_reason=reason.strip())
        steps.answered(by, one, "refused", day, reason=reason.strip())
    about_is(offers[0])
    return offers


def _require_asked(user: User | None, offers: Sequence[Handover]) -> None:
    keys = {one.fact_key for one in offers}
    if user is None:
        return
    asked = Handover.objects.current().filter(asked_to_take_over(user), fact__in=keys)
    if asked.count() != len(keys):
        raise NotAllowed("handover.answer")


def _may_name(offers: Sequence[Handover], who: Subject) -> None:
    """Refuse a name that is nobody of the unit asked, or who could not take over."""
    posts = Post.objects.at(Moment.present()).filter(person=who.fact)
    if any(one.giver_id == who.fact for one in offers):
        raise Refused(
            "hands_over",
            "%(who)s is the one who hands over; name somebody else.",
            who=who.name,
        )
    units = {one.successor_id: one.successor for one in offers}
    for unit in units.values():
        if unit.kind != "organisation":
            raise Refused(
                "asked_in_person",
                "%(who)s is asked in person; nobody else is named.",
                who=unit.name,
            )
        if not posts.filter(organisation__in=units_under(unit.fact)).exists():
            raise Refused(
                "not_of_the_unit",
                "%(who)s holds no post in %(unit)s today; name one of its people.",
                who=who.name,
                unit=unit.name,
            )
    for day in {one.from_day for one in offers}:
        may_take_over([one.pairing for one in offers if one.from_day == day], who, day)


def _named_where_people_help(one: Handover) -> None:
    if one.successor.kind == "organisation" and not helped_by_units(one.pairing, one.from_day):
        raise Refused(
            "nobody_named_to_help",
            "In this programme people help, not units; name who of %(unit)s takes over.",
            unit=one.successor.name,
        )


def _its_turn(offers: Sequence[Handover], day: dt.date) -> None:
    """Refuse an answer for which others have not cleared the way, or of a day before or to come."""
    if day > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=day)
    for one in offers:
        row = steps.answer_asked(one)
        if row is None:
            raise Refused(
                "not_its_turn",
                "Others are asked before the successor; they have not agreed yet. Nothing was "
                "changed.",
            )
        if day < row.date:
            raise Refused("before_its_turn", "This step can be done from %(day)s on.", day=row.date)


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
        steps.fall(one, reason.strip())
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
    """Hand over to a successor without an account, who accepted by the paper named.

    At once, or as soon as those have agreed whom the programme asks before the successor.
    """
    require(by.user, "handover.on_paper", *pairings, brings=[to])
    if answers_in_person(to):
        raise Refused(
            "can_be_asked",
            "%(who)s has an account and answers there; offer it instead.",
            who=to.name,
        )
    if not paper.strip():
        raise Refused("paper_missing", "Name the paper on which it was accepted, with its day.")
    may_take_over(pairings, to, on)
    offers = _offered(by, pairings, to, on, reason, promised or {})
    for one in offers:
        correct(one, paper=paper.strip())
        steps.begin(one)
    made = [pairing for one in offers if (pairing := _accepted_on_paper(by, one)) is not None]
    require_written(by.user, "handover.on_paper", *offers, *made)
    about_is(offers[0])
    return offers


def _accepted_on_paper(by: By, offer: Handover) -> Pairing | None:
    """Let hands change by the paper on which it was accepted, if nobody else is asked before."""
    if steps.answer_asked(offer) is None:
        return None
    correct(offer, state="accepted", answered=clock.today())
    made = pass_on(offer.pairing, offer.successor, offer.from_day, offer.reason)
    steps.answered(by, offer, "done", clock.today(), evidence=offer.paper)
    return made


def follow(by: By, offer: Handover, *, refused: bool, reason: str) -> None:
    """What a step that was done or refused on its way does to an offer that is not answered."""
    if offer.state != "open":
        return
    if refused:
        correct(offer, state="refused", answered=clock.today(), answer_reason=reason)
    elif offer.paper:
        _accepted_on_paper(by, offer)
