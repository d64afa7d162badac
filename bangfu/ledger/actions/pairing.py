"""Pairings are made, ended, passed on, and replaced when a programme changes its mode."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions import handover_steps
from bangfu.ledger.actions.event import (
    By,
    Refused,
    about_is,
    action,
    correct,
    end,
    insert,
    withdraw,
)
from bangfu.ledger.actions.sides import require_belongs
from bangfu.ledger.conditions import Scope, select
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Handover, Pairing, Programme, Subject
from bangfu.ledger.moment import Moment
from bangfu.programmes.entries import Side


@action("pairing.make")
def make(
    *,
    by: By,
    programme: Programme,
    name: str,
    helper: Subject,
    subject: Subject,
    on: dt.date,
) -> Pairing:
    """Pair a helper with a subject from a day on, as one of the programme's pairings allows."""
    require(by.user, "pairing.make", subject.fact, programme=programme, brings=[helper])
    row = _made(programme, name, helper, subject, on)
    require_written(by.user, "pairing.make", row)
    return row


def _made(
    programme: Programme, name: str, helper: Subject, subject: Subject, on: dt.date
) -> Pairing:
    meaning = Meaning.of(programme, Moment(on))
    if meaning.sort_of(name) != "pairing":
        raise Refused("no_such_pairing", "The programme has no pairing %(name)s.", name=name)
    rule = meaning.pairing(name)
    _in_time(meaning, name, on)
    require_belongs(meaning, rule.helper, helper, on)
    require_belongs(meaning, rule.subject, subject, on)
    row = Pairing(programme=programme, name=name, helper=helper, subject=subject, began=on)
    row.helper_single, row.subject_single = _single(rule.helper), _single(rule.subject)
    _free(row)
    return insert(row)


def _single(side: Side) -> bool:
    """Whether a side may have one partner at a time."""
    return 1 in (side.exactly, side.at_most)


def _in_time(meaning: Meaning, name: str, on: dt.date) -> None:
    rule = meaning.pairing(name)
    first, last = rule.from_ or meaning.file.from_, rule.to or meaning.file.to
    if not first <= on <= last:
        raise Refused(
            "outside_its_time",
            "%(name)s holds from %(first)s to %(last)s; %(on)s lies outside.",
            name=meaning.file.title_of(name),
            first=first,
            last=last,
            on=on,
        )


def _free(row: Pairing, sides: Sequence[str] = ("helper", "subject")) -> None:
    """Say who already has a partner, before the database refuses it without words."""
    standing = Pairing.objects.current().filter(programme=row.programme, name=row.name)
    overlapping = standing.filter(Q(ended__isnull=True) | Q(ended__gte=row.began))
    for single, side in ((row.helper_single, "helper"), (row.subject_single, "subject")):
        if not single or side not in sides:
            continue
        partner = getattr(row, side)
        taken = overlapping.filter(**{side: partner.fact}).order_by("began").first()
        if taken is not None:
            raise Refused(
                "taken",
                "%(who)s is paired already, since %(since)s; end that pairing first.",
                who=partner.name,
                since=taken.began,
            )


@action("pairing.end")
def close(*, by: By, pairing: Pairing, on: dt.date, reason: str) -> Pairing:
    """Let a pairing end, for a reason; ``on`` is its last day."""
    require(by.user, "pairing.end", pairing)
    return _closed(pairing, on, reason)


def _closed(pairing: Pairing, on: dt.date, reason: str) -> Pairing:
    if not reason.strip():
        raise Refused("reason_missing", "Say why the pairing ends.")
    _let_lapse(pairing)
    return end(pairing, on, end_reason=reason)


def _let_lapse(pairing: Pairing) -> None:
    """What was offered of a pairing and is not answered falls with it."""
    for offer in Handover.objects.current().filter(pairing=pairing.fact, state="open"):
        correct(offer, state="lapsed", answered=clock.today())
        handover_steps.fall(offer)


@action("pairing.undo")
def undo(*, by: By, pairing: Pairing) -> Pairing:
    """Take back a pairing that was entered by mistake."""
    require(by.user, "pairing.undo", pairing)
    _let_lapse(pairing)
    return withdraw(pairing)


def may_take_over(pairings: Sequence[Pairing], to: Subject, on: dt.date) -> None:
    """Refuse what a successor could not take over on a day, before he or she is asked."""
    for number, pairing in enumerate(pairings):
        _still_going(pairing, on)
        meaning = Meaning.of(pairing.programme, Moment(on))
        rule = meaning.pairing(pairing.name)
        _in_time(meaning, pairing.name, on)
        require_belongs(meaning, rule.helper, to, on)
        row = Pairing(programme=pairing.programme, name=pairing.name, helper=to, began=on)
        row.helper_single = _single(rule.helper)
        _free(row, ("helper",))
        if row.helper_single and number:
            raise Refused(
                "one_alone",
                "By the programme %(who)s helps one alone; offer one.",
                who=to.name,
            )


def may_go(pairings: Sequence[Pairing], on: dt.date) -> None:
    """Refuse to hand over on a day what does not go on then, whoever is to take it."""
    for pairing in pairings:
        _still_going(pairing, on)
        _in_time(Meaning.of(pairing.programme, Moment(on)), pairing.name, on)


def helped_by_units(pairing: Pairing, on: dt.date) -> bool:
    """Whether the programme lets a unit help in that mode, and not people alone."""
    meaning = Meaning.of(pairing.programme, Moment(on))
    of = meaning.pairing(pairing.name).helper.of
    return any(select(name, Scope(meaning, None, on, on))[0].name == "organisation" for name in of)


def _still_going(pairing: Pairing, on: dt.date) -> None:
    if pairing.ended is not None:
        raise Refused(
            "ended_before",
            "This ended on %(ended)s; it cannot be otherwise from %(day)s on.",
            ended=pairing.ended,
            day=on,
        )
    if on <= pairing.began:
        raise Refused(
            "before_it_began",
            "%(who)s is helped since %(began)s; name a later day.",
            who=pairing.subject.name,
            began=pairing.began,
        )


def pass_on(pairing: Pairing, to: Subject, on: dt.date, reason: str) -> Pairing:
    """Give a subject to another helper from a day on, without a day between."""
    _still_going(pairing, on)
    _closed(pairing, on - dt.timedelta(days=1), reason)
    return _made(pairing.programme, pairing.name, to, pairing.subject, on)


@action("pairing.change_mode")
def change_mode(
    *,
    by: By,
    programme: Programme,
    old: str,
    new: str,
    pairs: Sequence[tuple[Subject, Subject]],
    on: dt.date,
    reason: str,
) -> list[Pairing]:
    """End all pairings of one mode and open those of another, on a day and for a reason."""
    helpers, subjects = [h for h, _s in pairs], [s.fact for _h, s in pairs]
    require(by.user, "pairing.change_mode", programme, *subjects, brings=helpers)
    last = on - dt.timedelta(days=1)
    standing = Pairing.objects.at(Moment(last)).filter(programme=programme, name=old)
    for pairing in standing.filter(ended__isnull=True) | standing.filter(ended__gt=last):
        _closed(pairing, last, reason)
    made = [_made(programme, new, helper, subject, on) for helper, subject in pairs]
    require_written(by.user, "pairing.change_mode", *made)
    about_is(programme)
    return made
