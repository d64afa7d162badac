"""Activities are recorded where they happen, put right, and taken back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bangfu.ledger import clock, vault
from bangfu.ledger.access import reached_among, require, require_written
from bangfu.ledger.actions import file as files
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions.event import By, Refused, action, correct, insert, withdraw
from bangfu.ledger.actions.file import Photo
from bangfu.ledger.models import Activity, Measure, Need, Participant, Place, Programme, Subject
from bangfu.ledger.questions import questions_of
from bangfu.ledger.vocabulary.activity import ACTIVITY_KINDS
from bangfu.programmes.kinds import Field

PARTS = ("who", "whom", "attendee", "absent")


@action("activity.record")
def record(
    *,
    by: By,
    kind: str,
    on: dt.date,
    programme: Programme | None = None,
    place: Place | None = None,
    organisation: Subject | None = None,
    measure: Measure | None = None,
    topic: str = "",
    mode: str = "",
    people: int | None = None,
    note: str = "",
    private_note: str = "",
    answers: Mapping[str, Any] | None = None,
    who: Sequence[Subject] = (),
    whom: Sequence[Subject] = (),
    attendees: Sequence[Subject | tuple[Subject, str]] = (),
) -> Activity:
    """Record what was done on a day, by whom and for whom.

    ``attendees`` may carry the role in which each attended. A ``private_note`` is about the one
    person in ``whom`` and is sealed under that person's key.
    """
    require(
        by.user,
        "activity.record",
        *(s.fact for s in whom),
        *(_person_of(s).fact for s in attendees),
        place=place,
        organisation=organisation,
        programme=programme,
    )
    if kind not in ACTIVITY_KINDS:
        raise Refused("no_such_kind", "%(kind)s is not a kind of activity.", kind=kind)
    if kind == "questionnaire":
        raise Refused(
            "sheets_of_reviews", "Sheets of a questionnaire are kept by calls on a review's sample."
        )
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)
    activity = Activity(
        kind=kind,
        date=on,
        programme=programme,
        place=place,
        organisation=organisation,
        measure=measure,
        topic=topic,
        mode=mode,
        people=people,
        note=note,
        answers=dict(answers or {}),
    )
    activity.private_note = _sealed_note(private_note, whom)
    insert(activity)
    for part, subjects in (("who", who), ("whom", whom), ("attendee", attendees)):
        for subject in subjects:
            _take_part(activity, part, subject)
    _as_asked(activity, activity.answers)
    require_written(by.user, "activity.record", activity)
    return activity


def _as_asked(activity: Activity, answers: Mapping[str, Any]) -> None:
    """Refuse answers to what is not asked of this work, and those that are none."""
    if not answers or activity.programme_id is None:
        return
    answers_to(questions_of(activity), answers)


def answers_to(asked: Mapping[str, Field], answers: Mapping[str, Any]) -> None:
    """Refuse answers to what is not asked, and those that are none."""
    for key, value in answers.items():
        if key not in asked:
            raise Refused(
                "no_such_question",
                "%(key)s is not asked of this work; asked are: %(asked)s.",
                key=key,
                asked=", ".join(asked) or "—",
            )
        if not _answers(asked[key], value):
            raise Refused(
                "no_such_answer",
                "“%(question)s” cannot be answered by %(value)s.",
                question=asked[key].label.zh,
                value=value,
            )


def _answers(field: Field, value: Any) -> bool:
    """Whether a value answers a question: a word of its options, a number, a day, yes or no."""
    if field.several:
        return isinstance(value, list) and all(one in field.codes for one in value)
    match field.type:
        case "code":
            return value in field.codes
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "flag":
            return isinstance(value, bool)
        case "day":
            return isinstance(value, str) and bool(_ISO.fullmatch(value))
    return isinstance(value, str)


_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def _sealed_note(note: str, whom: Sequence[Subject]) -> bytes | None:
    if not note.strip():
        return None
    if len(whom) != 1:
        raise Refused(
            "note_about_one", "A confidential note is about exactly one person; name that person."
        )
    return vault.seal(whom[0], "private_note", note.strip())


def _person_of(attendee: Subject | tuple[Subject, str]) -> Subject:
    return attendee[0] if isinstance(attendee, tuple) else attendee


def _take_part(activity: Activity, part: str, subject: Subject | tuple[Subject, str]) -> None:
    role = subject[1] if isinstance(subject, tuple) else ""
    insert(Participant(activity=activity, subject=_person_of(subject), part=part, role=role))


@action("activity.visit")
def visit(
    *,
    by: By,
    kind: str,
    on: dt.date,
    subject: Subject,
    also: Sequence[Subject] = (),
    programme: Programme | None = None,
    place: Place | None = None,
    measure: Measure | None = None,
    topic: str = "",
    mode: str = "",
    people: int | None = None,
    note: str = "",
    who: Sequence[Subject] = (),
    raised: Sequence[tuple[str, str]] = (),
    met: Sequence[Need] = (),
    photo: Photo | None = None,
) -> Activity:
    """Record a visit or call together with what it brought, in one event.

    ``also``: who else was met; ``raised``: needs of the subject, each with its kind and words;
    ``met``: needs that are closed by it, on the note as evidence; ``photo``: kept with the subject.
    """
    require(by.user, "activity.visit", subject.fact)
    made = record(
        by=by,
        kind=kind,
        on=on,
        programme=programme,
        place=place,
        measure=measure,
        topic=topic,
        mode=mode,
        people=people,
        note=note,
        who=who,
        whom=[subject, *also],
    )
    for sort, text in raised:
        needs.raise_(
            by=by, subject=subject, on=on, text=text, kind=sort, programme=programme, raised_at=made
        )
    for need in met:
        needs.close(by=by, need=need, on=on, evidence=note[:300])
    if photo is not None:
        files.add_photo(by=by, subject=subject, photo=photo, activity=made)
    return made


@action("activity.correct")
def correct_record(*, by: By, activity: Activity, **changes: Any) -> Activity:
    """Put right what was recorded wrongly; what was believed before stays on record."""
    named: dict[str, Any] = {name: changes.get(name) for name in ("place", "organisation")}
    require(by.user, "activity.correct", activity, **named)
    if activity.kind == "questionnaire":
        raise Refused("sheet_stands", "What was answered stands; nobody puts it right.")
    allowed = {
        "date", "place", "topic", "mode", "people", "note", "organisation", "measure", "answers",
    }  # fmt: skip
    if unknown := set(changes) - allowed:
        raise Refused(
            "not_correctable",
            "%(fields)s cannot be corrected here.",
            fields=", ".join(sorted(unknown)),
        )
    if changes.get("date") and changes["date"] > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=changes["date"])
    if "answers" in changes:
        changes["answers"] = {
            k: v for k, v in changes["answers"].items() if v not in (None, "", [])
        }
        _as_asked(activity, changes["answers"])
    correct(activity, **changes)
    require_written(by.user, "activity.correct", activity)
    return activity


@action("activity.attend")
def attend(
    *, by: By, activity: Activity, came: Sequence[Subject], away: Sequence[Subject] = ()
) -> Activity:
    """Say by name who came to a training or meeting, and who of those expected did not.

    Said anew it takes the place of what was said before, which stays on record; what was said of
    people whom the account may not open stays as it is.
    """
    people = {row.fact: row for row in (*came, *away)}
    require(by.user, "activity.attend", activity, *people)
    if activity.kind not in ("training", "meeting"):
        raise Refused("no_attendance", "Who came is said of trainings and meetings.")
    if both := {row.fact for row in came} & {row.fact for row in away}:
        raise Refused(
            "came_and_away",
            "%(who)s cannot have come and stayed away.",
            who="、".join(sorted(people[key].name for key in both)),
        )
    wanted = {row.fact: "attendee" for row in came} | {row.fact: "absent" for row in away}
    held = Participant.objects.current().filter(
        activity=activity.fact, part__in=("attendee", "absent")
    )
    seen = {part.subject_id for part in held}
    if by.user is not None:
        seen = reached_among(by.user, seen)
    for part in held:
        if wanted.get(part.subject_id) == part.part:
            del wanted[part.subject_id]
        elif part.subject_id in seen:
            withdraw(part)
    for key, said in wanted.items():
        _take_part(activity, said, people[key])
    if (activity.people or 0) < len({row.fact for row in came}):
        correct(activity, people=len({row.fact for row in came}))
    require_written(by.user, "activity.attend", activity)
    return activity


@action("activity.withdraw")
def take_back(*, by: By, activity: Activity) -> Activity:
    """Take back a record that should not have been made."""
    require(by.user, "activity.withdraw", activity)
    return withdraw(activity)
