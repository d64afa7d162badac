"""The way on which a hand-over goes: begun with the offer, and ended by what becomes of it.

Which steps there are the programme's file says of the pairing; else the successor alone is asked.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.ledger import clock
from bangfu.ledger.actions.event import By, correct, insert
from bangfu.ledger.actions.proceeding_course import (
    flow_of,
    given_up,
    go_on,
    meaning_of,
    rows_in,
)
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Handling, Handover, Proceeding
from bangfu.ledger.moment import Moment
from bangfu.ledger.workdays import working_days
from bangfu.programmes.handing_over import answers_of, way_of
from bangfu.programmes.period import later
from bangfu.programmes.schema import Workflow
from bangfu.programmes.steps import earlier


def begin(offer: Handover) -> Proceeding:
    """Open the first steps of what was offered, by the file of the day."""
    meaning = Meaning.of(offer.programme, Moment(offer.date))
    name = way_of(meaning.file, offer.pairing.name)
    flow = flow_of(meaning, name)
    held = insert(
        Proceeding(
            programme=offer.programme,
            name=name,
            subject=offer.subject,
            handover=offer,
            began=offer.date,
            due=later(offer.date, flow.within, workdays=working_days()) if flow.within else None,
        )
    )
    go_on(held, meaning, flow)
    return held


def way_under_way(offer: Handover) -> Proceeding | None:
    """The way of what was offered, if it has not come to its end."""
    return Proceeding.objects.current().filter(handover=offer.fact_key, outcome="").first()


def answer_asked(offer: Handover) -> Handling | None:
    """The step in which the successor answers, once it is his or her turn."""
    return _answers_open().filter(proceeding__handover=offer.fact_key).first()


def its_turn() -> Q:
    """The hand-overs whose successor is asked now: whoever is asked before has agreed."""
    return Q(Exists(_answers_open().filter(proceeding__handover=OuterRef("fact"))))


def _answers_open() -> QuerySet[Handling]:
    rows = Handling.objects.current().filter(party__isnull=False, closed__isnull=True)
    return rows.filter(date__lte=clock.today())


def answered(
    by: By, offer: Handover, result: str, on: dt.date, *, reason: str = "", evidence: str = ""
) -> None:
    """Write down at the successor's step, whose turn it is, what the answer was; others follow."""
    row = answer_asked(offer)
    assert row is not None
    correct(
        row,
        closed=on,
        result=result,
        reason=reason,
        evidence=evidence,
        who=by.user.person if by.user else None,
    )
    held = correct(Proceeding.objects.current().get(pk=row.proceeding_id))
    meaning = meaning_of(held)
    go_on(held, meaning, flow_of(meaning, held.name))


def fall(offer: Handover, reason: str = "") -> None:
    """Give up the way of what is not to be answered any more."""
    if (held := way_under_way(offer)) is not None:
        given_up(held, clock.today(), reason)


def spare_the_rest(held: Proceeding, flow: Workflow, on: dt.date) -> None:
    """Of what one did not agree to, ask nobody else who would have been asked beside."""
    before = earlier(flow, answers_of(flow)[0])
    for one in rows_in(held):
        if one.closed is None and one.step in before:
            correct(one, closed=max(on, one.date), result="free")
