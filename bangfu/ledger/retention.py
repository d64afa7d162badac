"""What is past its term: persons and households whom nothing has concerned for so many years.

Each kind declares in the vocabulary for how many years after its last use it is kept
(``keep_years``). A person is in use while enrolled, paired, in a post or entitled to
something, and on each day on which
something was done or asked for. The end of a programme ends what it took in. A household is past
its term with the last of those who live in it, and its head with it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.ledger.models import (
    Benefit,
    Consent,
    Duplicate,
    Encounter,
    Enrolment,
    File,
    Handling,
    HealthDetail,
    Household,
    Need,
    Pairing,
    Participant,
    Payout,
    Person,
    Post,
    Subject,
    SubjectKey,
    Tick,
    User,
)
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.period import add_months


def past_term(kind: str, *, today: dt.date) -> QuerySet[Subject]:
    """The persons, or the households, that nothing has concerned within their kind's term."""
    years = VOCABULARY[kind].keep_years
    if years is None or kind not in ("person", "household"):
        return Subject.objects.none()
    since = _since(kind, today)
    there = SubjectKey.objects.filter(subject=OuterRef("fact"), salt__isnull=False)
    held = Subject.objects.current().filter(kind=kind, began__lt=since, ended__isnull=True)
    kept = _kept_home(today) if kind == "household" else _kept_person(today)
    return held.filter(Exists(there)).exclude(kept).order_by("sort_key", "pk")


def _since(kind: str, today: dt.date) -> dt.date:
    years = VOCABULARY[kind].keep_years
    assert years is not None
    return add_months(today, -12 * years)


def _kept_person(today: dt.date) -> Q:
    """Whether a person is kept: used since, or the head of a household that is kept."""
    headed = Household.objects.current().filter(head=OuterRef("fact"), ended__isnull=True)
    keyed = SubjectKey.objects.filter(subject=OuterRef("fact"), salt__isnull=False)
    homes = headed.filter(Exists(keyed)).filter(_kept_home(today))
    return _used("person", _since("person", today)) | Q(Exists(homes))


def _kept_home(today: dt.date) -> Q:
    """Whether a household is kept: used since, or somebody lives in it who was."""
    since = _since("person", today)
    keyed = SubjectKey.objects.filter(subject=OuterRef("fact"), salt__isnull=False)
    there = Person.objects.current().filter(household=OuterRef("fact"), ended__isnull=True)
    new = Q(Exists(_standing_subject(since)))
    members = there.filter(Exists(keyed)).filter(_used("person", since) | new)
    return _used("household", _since("household", today)) | Q(Exists(members))


def _standing_subject(since: dt.date) -> QuerySet[Subject]:
    """The subject itself, if it was put on record since a day."""
    return Subject.objects.current().filter(fact=OuterRef("fact"), began__gte=since)


def files_past_term(*, today: dt.date) -> QuerySet[File]:
    """Files of places, organisations and sites whose day lies before the term of files.

    Those of persons and households go with whom they show.
    """
    years = VOCABULARY["file"].keep_years
    assert years is not None
    held = File.objects.current().filter(secret__isnull=False)
    of_people = Q(subject__kind__in=("person", "household"))
    return held.exclude(of_people).filter(date__lt=add_months(today, -12 * years))


def _used(kind: str, since: dt.date) -> Q:
    """Whether anything touched a subject itself since a day, whoever lives with it."""
    me = OuterRef("fact")
    q = (
        Q(Exists(_lasting(Enrolment, since).filter(subject=me)))
        | Q(Exists(_lasting(Pairing, since).filter(Q(subject=me) | Q(helper=me))))
        | Q(Exists(_standing(Benefit, since).filter(subject=me)))
        | Q(Exists(Payout.objects.current().filter(subject=me, date__gte=since)))
        | Q(Exists(Encounter.objects.current().filter(subject=me, date__gte=since)))
        | Q(Exists(Need.objects.current().filter(subject=me, date__gte=since)))
        | Q(Exists(_parts(since).filter(subject=me)))
        | Q(Exists(Handling.objects.current().filter(subject=me, stint=None, date__gte=since)))
        | Q(Exists(Tick.objects.current().filter(subject=me, date__gte=since)))
    )
    if kind == "household":
        return q | Q(Exists(_standing(Household, since).filter(fact=me)))
    return (
        q
        | Q(Exists(_standing(Post, since).filter(person=me)))
        | Q(Exists(_standing(Consent, since).filter(subject=me)))
        | Q(Exists(_standing(HealthDetail, since).filter(subject=me)))
        | Q(Exists(Duplicate.objects.current().filter(kept=me, decided__gte=since)))
        | Q(Exists(User.objects.filter(person=me, is_active=True)))
    )


def _standing(model: Any, since: dt.date) -> QuerySet[Any]:
    """Rows that held on a day or later; a household's own sheet counts from when it was made."""
    rows: QuerySet[Any] = model.objects.current()
    if model is Household:
        return rows.filter(began__gte=since)
    return rows.filter(Q(ended__isnull=True) | Q(ended__gte=since))


def _lasting(model: Any, since: dt.date) -> QuerySet[Any]:
    """Rows of a programme that held on a day or later, as long as the programme did."""
    going = Q(programme__ended__isnull=True) | Q(programme__ended__gte=since)
    return _standing(model, since).filter(going)


def _parts(since: dt.date) -> QuerySet[Participant]:
    return Participant.objects.current().filter(activity__date__gte=since)
