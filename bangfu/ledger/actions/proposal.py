"""Classes are proposed by people or by the programme's conditions, and confirmed by others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from bangfu.ledger import clock
from bangfu.ledger.access import opens, require, require_written
from bangfu.ledger.actions.classes import given, scheme_of
from bangfu.ledger.actions.enrolment import sealed_words
from bangfu.ledger.actions.event import By, Refused, about_is, action, correct, insert
from bangfu.ledger.conditions import Scope, compile_where, rows_of, select
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Class, Programme, Proposal, Subject
from bangfu.ledger.moment import Moment
from bangfu.programmes.schema import Option

#: So many are proposed at once; the next time goes on from there.
MOST = 500


@action("class.propose")
def propose(
    *,
    by: By,
    programme: Programme,
    name: str,
    subject: Subject,
    option: str,
    on: dt.date,
    grounds: str,
) -> Proposal:
    """Propose a class for a subject from a day on; it does not count before another confirms it."""
    require(by.user, "class.propose", subject.fact, programme=programme)
    scheme_of(programme, name, option, on)
    if not grounds.strip():
        raise Refused("grounds_missing", "Say on which grounds.")
    held = Class.objects.at(Moment(on)).filter(programme=programme, name=name, option=option)
    if held.filter(subject=subject.fact).exists():
        raise Refused("has_it_already", "%(who)s is sorted so already.", who=subject.name)
    _not_proposed(programme, name, subject, option)
    row = Proposal(programme=programme, name=name, subject=subject, option=option, from_day=on)
    row.date, row.proposed_by = clock.today(), by.user
    row.grounds = sealed_words(subject.fact, "grounds", grounds)
    insert(row)
    require_written(by.user, "class.propose", row)
    return row


def _not_proposed(programme: Programme, name: str, subject: Subject, option: str) -> None:
    rows = Proposal.objects.current().filter(programme=programme, name=name, state="open")
    if rows.filter(subject=subject.fact, option=option).exists():
        raise Refused("proposed_already", "This was proposed already and waits to be confirmed.")


@action("class.propose_by_rule")
def propose_by_rule(*, by: By, programme: Programme, name: str, on: dt.date) -> list[Proposal]:
    """Let the conditions of a scheme propose its classes; who was declined is left alone."""
    require(by.user, "class.propose_by_rule", programme)
    meaning = Meaning.of(programme, Moment(on))
    made: list[Proposal] = []
    for option, entry in scheme_of(programme, name, "", on).items.items():
        if entry.where is None:
            continue
        for subject in _found(by, meaning, name, option, entry, on)[: MOST - len(made)]:
            row = Proposal(programme=programme, name=name, subject=subject, option=option)
            row.date, row.from_day = clock.today(), on
            row.by_rule, row.proposed_by = True, by.user
            made.append(insert(row))
    if made:
        about_is(made[0])
    return made


def _found(
    by: By, meaning: Meaning, name: str, option: str, entry: Option, on: dt.date
) -> QuerySet[Any]:
    """Who surely meets a condition and neither has the class nor was proposed for it."""
    each = scheme_of(meaning.row, name, option, on).each
    kind = select(each, Scope(meaning, None, on, on))[0]
    scope = Scope.at(Moment(on), meaning, kind)
    verdict = select(each, scope)[1] & compile_where(kind, entry.where or {}, scope)
    rows = rows_of(kind, scope).filter(verdict.sure)
    if by.user is not None:
        rows = opens(by.user, kind, rows)
    classes = Class.objects.at(Moment(on)).filter(programme=meaning.row, name=name)
    proposals = Proposal.objects.current().filter(programme=meaning.row, name=name)
    if not meaning.class_single(name):
        classes = classes.filter(option=option)
        proposals = proposals.filter(option=option)
    told = proposals.filter(state__in=("open", "declined"))
    rows = rows.exclude(fact__in=classes.values("subject"))
    found = rows.exclude(fact__in=told.values("subject")).values("fact")
    return Subject.objects.current().filter(pk__in=found).order_by("sort_key", "pk")


@action("class.confirm")
def confirm(*, by: By, proposals: Sequence[Proposal]) -> list[Class]:
    """Confirm what another person, or a condition, proposed; from their days on they count."""
    require(by.user, "class.confirm", *proposals)
    _answerable(proposals)
    made = []
    for one in proposals:
        if by.user is not None and not one.by_rule and one.proposed_by_id == by.user.pk:
            raise Refused(
                "own_proposal",
                "You proposed this for %(who)s yourself; another person confirms it.",
                who=one.subject.name,
            )
        correct(one, state="confirmed", answered=clock.today())
        made.append(
            given(one.programme, one.name, one.subject, one.option, one.from_day, one.grounds)
        )
    require_written(by.user, "class.confirm", *made)
    about_is(proposals[0])
    return made


@action("class.decline")
def decline(*, by: By, proposals: Sequence[Proposal], reason: str) -> list[Proposal]:
    """Decline what was proposed, for a reason."""
    require(by.user, "class.decline", *proposals)
    _answerable(proposals)
    if not reason.strip():
        raise Refused("reason_missing", "Say why not.")
    for one in proposals:
        correct(one, state="declined", answered=clock.today(), answer_reason=reason.strip())
    about_is(proposals[0])
    return list(proposals)


def _answerable(proposals: Sequence[Proposal]) -> None:
    if not proposals:
        raise Refused("nothing_named", "Say which of those proposed.")
    if any(one.state != "open" for one in proposals):
        raise Refused(
            "answered_already",
            "This was answered, taken back or settled meanwhile; nothing was changed.",
        )
