"""Who belongs to a household changes on a day: split, merged, moved, another head, gone, back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions import classes as classing
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions.event import By, Refused, action, change_from, end
from bangfu.ledger.actions.household import register, sheet_on
from bangfu.ledger.actions.person import sheet_on as person_on
from bangfu.ledger.actions.subject import sort_key_of
from bangfu.ledger.codes import CAME, GONE, RELATION
from bangfu.ledger.models import Class, Enrolment, Pairing, Person, Place, Subject
from bangfu.ledger.moment import Moment

_DAY = dt.timedelta(days=1)
#: Why a pairing ends whose helper or helped died; enrolments have a code for it.
_DIED = "去世"


def members_on(household: Subject, on: dt.date) -> list[Subject]:
    """Who lives in a household on a day."""
    there = Person.objects.at(Moment(on)).filter(household=household.fact)
    rows = Subject.objects.current().filter(fact__in=there.values("fact"), ended__isnull=True)
    return list(rows.order_by("sort_key", "pk"))


@action("household.split")
def split(
    *,
    by: By,
    subject: Subject,
    members: Sequence[Subject],
    head: Subject,
    on: dt.date,
    source: str,
    relations: Mapping[str, str] | None = None,
) -> Subject:
    """Let some members be a household of their own from a day on, called by its head.

    ``relations`` are those to the new head, by the members' keys; without one it is not known. The
    old household keeps its days before; who is left there stays.
    """
    require(by.user, "household.split", subject.fact, *(one.fact for one in members))
    _day_come(on)
    _live_there(subject, members, on)
    if head.fact not in {one.fact for one in members}:
        raise Refused("head_not_a_member", "The head must be one of those who live there.")
    if len(members) == len(members_on(subject, on)):
        raise Refused("nobody_left", "Somebody must stay; to change the head alone, do just that.")
    held = sheet_on(subject)
    if held.head_id in {one.fact for one in members}:
        raise Refused("head_leaves", "The head of the old household stays; change its head first.")
    told: dict[str, Any] = {"kind": held.kind, "group": held.group, "size": len(members)}
    made = register(
        by=by, name=head.name, place=subject.place, on=on, source=source, head=head, **told
    )
    for one in members:
        relation = "head" if one.fact == head.fact else _relation(relations, one)
        _goes_into(one, made, on, relation=relation, came="split", source=source)
    count_anew(subject, on)
    require_written(by.user, "household.split", subject.fact, made.fact)
    return made


@action("household.merge")
def merge(
    *,
    by: By,
    subject: Subject,
    into: Subject,
    on: dt.date,
    source: str,
    relations: Mapping[str, str] | None = None,
) -> Subject:
    """Let all who live in a household belong to another from a day on; the day before is its last.

    ``relations`` are those to the other's head, by the members' keys.
    """
    require(by.user, "household.merge", subject.fact, into.fact)
    _day_come(on)
    if subject.fact == into.fact:
        raise Refused("same_household", "A household cannot be merged with itself.")
    members = members_on(subject, on)
    for one in members:
        told = {"relation": _relation(relations, one), "came": "split", "source": source}
        _goes_into(one, into, on, **told)
    held = sheet_on(subject)
    if on <= held.began:
        raise Refused("began_later", "This household began on %(on)s.", on=held.began)
    _ends(subject, on - _DAY)
    count_anew(into, on)
    require_written(by.user, "household.merge", into.fact)
    return into


@action("household.move")
def move(*, by: By, subject: Subject, to: Place, on: dt.date) -> Subject:
    """Let a household live in another place from a day on, with all who live in it then."""
    members = members_on(subject, on)
    about = [subject.fact, *(one.fact for one in members)]
    require(by.user, "household.move", *about, place=to)
    _day_come(on)
    for one in (subject, *members):
        change_from(one, on, place=to)
    require_written(by.user, "household.move", *about)
    return subject


@action("household.change_head")
def change_head(
    *,
    by: By,
    subject: Subject,
    head: Subject,
    on: dt.date,
    relations: Mapping[str, str] | None = None,
) -> Subject:
    """Let another member be the head from a day on; the household is called by the new one.

    All others are related to the new head as ``relations`` says, or it is not known.
    """
    require(by.user, "household.change_head", subject.fact)
    _day_come(on)
    members = members_on(subject, on)
    _live_there(subject, [head], on)
    if sheet_on(subject).head_id == head.fact:
        raise Refused("head_already", "This person is the head already.")
    change_from(sheet_on(subject), on, head=head)
    change_from(subject, on, name=head.name, sort_key=sort_key_of(head.name, "household"))
    for one in members:
        relation = "head" if one.fact == head.fact else _relation(relations, one)
        change_from(person_on(one), on, relation=relation)
    return subject


@action("household.leave")
def leave(
    *,
    by: By,
    subject: Subject,
    on: dt.date,
    gone: str,
    source: str,
    head: Subject | None = None,
    relations: Mapping[str, str] | None = None,
    ends: bool = False,
) -> Subject:
    """Let a member not belong to the household any more from a day on, and why.

    Who died on a day is not there from the day after; all else about the days before stays. Where
    the head leaves others behind, ``head`` is the new one from that day on, and ``relations`` are
    those of the others to the new head. ``ends``: what was decided for who died ends on that day.
    A household ends with the last of its people who dies; of who left otherwise it may have back.
    """
    require(by.user, "household.leave", subject.fact)
    _day_come(on)
    _known(gone, GONE)
    held = person_on(subject)
    if held.household_id is None:
        raise Refused("in_no_household", "This person belongs to no household.")
    home = Subject.objects.get(pk=held.household_id)
    if sheet_on(home).head_id == subject.fact and len(members_on(home, on)) > 1:
        if head is None:
            raise Refused("head_leaves", "This person is the head; say who is the head then.")
        change_head(by=by, subject=home, head=head, on=on, relations=relations)
        held = person_on(subject)
    if gone == "died":
        if ends:
            _let_all_end(by, subject, on)
        change_from(held, on, gone=gone, source=source)
        _ends(subject, on)
        if not _ended_with_its_last(by, home, on, ends=ends):
            count_anew(home, on + _DAY)
        return subject
    change_from(held, on, household=None, relation="", gone=gone, source=source)
    count_anew(home, on)
    return subject


@action("household.join")
def join(
    *,
    by: By,
    subject: Subject,
    household: Subject,
    relation: str,
    on: dt.date,
    came: str,
    source: str,
) -> Subject:
    """Let somebody who is in no household belong to one from a day on: come back, married, born.

    Who joins as the head of one that has none is its head from then on.
    """
    require(by.user, "household.join", subject.fact, household.fact)
    _day_come(on)
    _known(came, CAME)
    _known(relation, RELATION)
    if person_on(subject).household_id is not None:
        raise Refused("lives_elsewhere", "This person belongs to a household; leave that first.")
    if relation == "head":
        _head_of(household, subject, on)
    told = {"relation": relation, "came": came, "gone": "", "source": source}
    _goes_into(subject, household, on, **told)
    count_anew(household, on)
    require_written(by.user, "household.join", subject.fact)
    return subject


def _head_of(household: Subject, person: Subject, on: dt.date) -> None:
    """Let who joins as the head be the head on the sheet too, where it names nobody else."""
    held = sheet_on(household)
    if held.head_id is None:
        change_from(held, on, head=person)
    elif held.head_id != person.fact:
        raise Refused(
            "has_a_head",
            "%(name)s has a head. Say how this person is related to the head, and change the head "
            "afterwards; nothing was saved.",
            name=household.name,
        )


def _goes_into(person: Subject, household: Subject, on: dt.date, **told: Any) -> None:
    change_from(person_on(person), on, household=household, **told)


def count_anew(household: Subject, on: dt.date) -> None:
    """The number on the sheet follows from a day on."""
    change_from(sheet_on(household), on, size=len(members_on(household, on)))


def _ended_with_its_last(by: By, home: Subject, day: dt.date, *, ends: bool) -> bool:
    """Whether a household ended with the last who lived in it; what goes on for it may keep it."""
    later = Q(ended__isnull=True) | Q(ended__gt=day)
    lived_in = Person.objects.current().filter(later, household=home.fact).exists()
    if lived_in:
        return False
    # Of two who died on one day the first let a sheet begin on the next; that one ends it.
    last = max(day, home.began, sheet_on(home).began)
    if ends:
        _let_all_end(by, home, day)
    elif any(rows.exists() for rows in going_on_after(home, last).values()):
        return False
    if last > day:
        count_anew(home, last)
    _ends(home, last)
    return True


def _ends(subject: Subject, day: dt.date) -> None:
    """A person or household is there for the last time on a day; its sheet ends with it.

    What was decided for it must have ended, or it would go on for nobody.
    """
    stands = sum(rows.count() for rows in going_on_after(subject, day).values())
    if stands:
        raise Refused(
            "still_helped",
            "%(count)s pairings, enrolments or classes of %(name)s go on after %(on)s. Let these "
            "end too, or first; nothing was changed.",
            count=stands,
            name=subject.name,
            on=day,
        )
    end(person_on(subject) if subject.kind == "person" else sheet_on(subject), day)
    end(subject, day)


def going_on_after(subject: Subject, day: dt.date) -> dict[str, QuerySet[Any]]:
    """What was decided for a subject, or by whom it helps, and goes on after a day, by its kind."""
    going = Q(ended__isnull=True) | Q(ended__gt=day)
    paired = Q(subject=subject.fact) | Q(helper=subject.fact)
    return {
        "pairing": Pairing.objects.current().filter(going, paired),
        "enrolment": Enrolment.objects.current().filter(going, subject=subject.fact),
        "class": Class.objects.current().filter(going, subject=subject.fact),
    }


def _let_all_end(by: By, subject: Subject, day: dt.date) -> None:
    """Let all of that end on the day; what was to begin later is taken back."""
    going = going_on_after(subject, day)
    for paired in going["pairing"]:
        if paired.began > day:
            pairings.undo(by=by, pairing=paired)
        else:
            pairings.close(by=by, pairing=paired, on=day, reason=_DIED)
    for given in going["class"]:
        if given.began > day:
            classing.undo(by=by, given=given)
        else:
            classing.close(by=by, given=given, on=day)
    for taken in going["enrolment"]:
        if taken.began > day:
            enrolments.take_back(by=by, enrolment=taken)
        else:
            enrolments.leave(by=by, enrolment=taken, on=day, reason="died")


def _day_come(on: dt.date) -> None:
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)


def _live_there(household: Subject, people: Sequence[Subject], on: dt.date) -> None:
    there = {one.fact for one in members_on(household, on)}
    if not people or any(one.fact not in there for one in people):
        raise Refused(
            "not_a_member", "Not everybody named lives in this household on %(on)s.", on=on
        )


def _relation(relations: Mapping[str, str] | None, person: Subject) -> str:
    said = (relations or {}).get(str(person.fact), "")
    if said:
        _known(said, RELATION)
    return said


def _known(word: str, words: Mapping[str, Any]) -> None:
    if word not in words:
        raise Refused(
            "no_such_word", "%(word)s is none of: %(words)s.", word=word, words=", ".join(words)
        )
