"""Rounds of a review are opened, judged, followed up by tasks, and their result issued.

A round is held for a unit or a place, never for a person. What can be counted is counted when it
is issued, by whoever hands in ``count``; people judge only what no record shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, about_is, action, correct, insert
from bangfu.ledger.actions.evidence import proved
from bangfu.ledger.conditions import may_belong
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import File, Programme, Round, Sample, Score, Subject, Task
from bangfu.ledger.moment import Moment
from bangfu.programmes.literals import MULTIPLE, PERIODS
from bangfu.programmes.period import period_of
from bangfu.programmes.schema import Review, ScoreLine
from bangfu.programmes.scoring import WHOLE, grade_of, judged, lines_of

#: What a round may be held for: never a person, never a household.
UNITS = ("organisation", "place", "site")


@dataclass(frozen=True, slots=True)
class Counted:
    """A line of a score sheet as it was counted: the points, or the grade, and what was read."""

    item: str
    points: Decimal | None
    grade: str = ""
    low: str = ""
    high: str = ""


Count = Callable[[Round, Moment], Sequence[Counted]]


def review_of(meaning: Meaning, name: str) -> Review:
    """The review of a name in a programme's file."""
    entry = meaning.file.entry(name) if meaning.sort_of(name) == "review" else None
    if not isinstance(entry, Review):
        raise Refused("no_such_review", "The programme has no review %(name)s.", name=name)
    return entry


def sheet_of(held: Round) -> Review:
    """The review by which a round is judged: as the file stood when it was opened."""
    return review_of(Meaning.of(held.programme, Moment(held.opened)), held.name)


@action("round.open")
def open_(
    *, by: By, programme: Programme, name: str, subject: Subject, day: dt.date, on: dt.date
) -> Round:
    """Open a round for a unit or place, for the period that holds ``day``."""
    require(by.user, "round.open", subject.fact, programme=programme)
    meaning = Meaning.of(programme, Moment(on))
    review = review_of(meaning, name)
    _reviewable(meaning, review, subject, on)
    began, ended = programme.began, programme.ended or on
    if review.per is not None:
        if review.per == "phase" or not (review.per in PERIODS or MULTIPLE.fullmatch(review.per)):
            raise Refused(
                "no_calendar_period",
                "This review is held per %(per)s; rounds are opened for calendar periods.",
                per=review.per,
            )
        began, ended = period_of(day, review.per).began, period_of(day, review.per).ended
    if began > on or on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=max(began, on))
    _not_held_twice(programme, name, subject, began, ended)
    row = Round(
        programme=programme, name=name, subject=subject, began=began, ended=ended, opened=on
    )
    insert(row)
    require_written(by.user, "round.open", row)
    return row


def _not_held_twice(
    programme: Programme, name: str, subject: Subject, began: dt.date, ended: dt.date
) -> None:
    held = Round.objects.current().filter(programme=programme, name=name, subject=subject)
    there = held.filter(began__lte=ended, ended__gte=began).first()
    if there is not None:
        raise Refused(
            "round_there",
            "%(who)s has its round of %(began)s to %(ended)s already, opened on %(opened)s; go on "
            "with that one.",
            who=subject.name,
            began=there.began,
            ended=there.ended,
            opened=there.opened,
        )


def _reviewable(meaning: Meaning, review: Review, subject: Subject, on: dt.date) -> None:
    if meaning.file.kind_of(review.each) not in UNITS or subject.kind not in UNITS:
        raise Refused(
            "units_only",
            "Rounds are held for units and places, never for persons or households.",
        )
    if not may_belong(subject.fact, (review.each,), {}, meaning, on):
        raise Refused(
            "not_on_the_list",
            "%(who)s is not one of those who are reviewed.",
            who=subject.name,
        )


@action("round.score")
def score(
    *,
    by: By,
    round: Round,
    item: str,
    on: dt.date,
    points: Decimal | None = None,
    vetoed: bool | None = None,
    reason: str = "",
    evidence: str = "",
    file: File | None = None,
) -> Score:
    """Judge a line that no record shows: so many of its points, and why.

    ``vetoed``: of a line that decides about the whole, whether what it speaks of was found.
    """
    require(by.user, "round.score", round)
    not_issued(round)
    line = dict(lines_of(sheet_of(round))).get(item)
    if line is None or not judged(line):
        raise Refused(
            "counted_from_records",
            "The line %(item)s is counted from records; nobody types its points.",
            item=item,
        )
    told = _veto(line, points, vetoed, reason) if line.is_ else _points(line, points, reason)
    proved(None if vetoed is False else line.proof, round.subject, evidence, file)
    told |= {"reason": reason.strip(), "evidence": evidence.strip(), "file": file, "date": on}
    if on < round.opened or on > clock.today():
        raise Refused("day_outside", "%(on)s does not lie between the opening and today.", on=on)
    row = Score.objects.current().filter(round=round.fact, item=item).first()
    if row is not None:
        return correct(row, **told)
    row = Score(round=round, programme=round.programme, subject=round.subject, item=item, **told)
    insert(row)
    require_written(by.user, "round.score", row)
    return row


def _veto(
    line: ScoreLine, points: Decimal | None, vetoed: bool | None, reason: str
) -> dict[str, Any]:
    """What is written of a line that decides about the whole: its grade where it was found."""
    if vetoed is None or points is not None:
        raise Refused("veto_not_said", "Say whether it was found; points are not given here.")
    if vetoed and not reason.strip():
        raise Refused("reason_missing", "Say what was found.")
    return {"points": Decimal(0), "grade": line.is_ if vetoed else ""}


def _points(line: ScoreLine, points: Decimal | None, reason: str) -> dict[str, Any]:
    """What is written of a line that gives points."""
    if points is None:
        raise Refused("points_missing", "Say how many points.")
    _points_fit(line, points)
    if not reason.strip():
        raise Refused("reason_missing", "Say why so many points.")
    return {"points": points}


def _points_fit(line: ScoreLine, points: Decimal) -> None:
    most = Decimal(str(line.points or 0))
    low, high = min(most, Decimal(0)), max(most, Decimal(0))
    if not low <= points <= high:
        raise Refused(
            "points_outside",
            "Between %(low)s and %(high)s points can be given here.",
            low=low,
            high=high,
        )


def not_issued(held: Round) -> None:
    """Refuse what would change a round whose result was issued."""
    if held.issued is not None:
        raise Refused(
            "issued_already", "The result was issued on %(on)s and stands.", on=held.issued
        )


@action("round.find")
def find(*, by: By, round: Round, text: str, owner: Subject, on: dt.date, due: dt.date) -> Task:
    """Write down what a round found and is to be put right: it becomes a task with its day."""
    require(by.user, "round.find", round)
    if not text.strip():
        raise Refused("text_missing", "Say what is to be done.")
    if owner.kind not in ("person", "organisation"):
        raise Refused("no_owner", "A person or a unit answers for a task.")
    if on < round.opened or on > clock.today():
        raise Refused("day_outside", "%(on)s does not lie between the opening and today.", on=on)
    if due < on:
        raise Refused("due_before_found", "%(due)s lies before %(on)s.", due=due, on=on)
    task = Task(
        programme=round.programme, round=round, date=on, text=text.strip(), owner=owner, due=due
    )
    insert(task)
    require_written(by.user, "round.find", task)
    about_is(task)
    return task


@action("round.issue", alone=True)
def issue(*, by: By, round: Round, on: dt.date, count: Count) -> Round:
    """Issue the result: every counted line is written down as it stands, and nothing changes."""
    require(by.user, "round.issue", round)
    not_issued(round)
    assert round.ended is not None
    if on < round.ended or on > clock.today():
        raise Refused(
            "period_goes_on",
            "The period ends on %(ended)s; its result is issued then or later, not in the future.",
            ended=round.ended,
        )
    review = sheet_of(round)
    _all_called_on(round, review)
    counted = count(round, Moment(round.ended))
    by_hand = Score.objects.current().filter(round=round.fact, counted=False)
    lines: list[Counted | Score] = [*by_hand, *counted]
    _all_there(review, {one.item for one in lines})
    for one in counted:
        insert(_written(round, one, on))
    points = sum((one.points for one in lines if one.points is not None), Decimal(0))
    most = sum(
        (Decimal(str(line.points)) for _, line in lines_of(review) if (line.points or 0) > 0),
        Decimal(0),
    )
    if grade := _grade(review, lines, points, most):
        insert(_written(round, Counted(WHOLE, None, grade), on))
    return correct(round, issued=on, points=points, most=most)


def _grade(review: Review, lines: Sequence[Counted | Score], points: Decimal, most: Decimal) -> str:
    """What the whole comes to; nothing where it is not known of a line what it gives."""
    if any(one.points is None and not one.grade for one in lines):
        return ""
    held_down = (one.grade for one in lines)
    return grade_of(review.grades, Fraction(points), Fraction(most), held_down)


def _written(held: Round, one: Counted, on: dt.date) -> Score:
    return Score(
        round=held,
        programme=held.programme,
        subject=held.subject,
        date=on,
        item=one.item,
        points=one.points,
        grade=one.grade,
        counted=True,
        low=one.low,
        high=one.high,
    )


def _all_called_on(held: Round, review: Review) -> None:
    """Refuse a result for which those who are to be drawn were not, or not all were called on."""
    if review.of is None:
        return
    if held.drawn is None:
        raise Refused("not_drawn", "The sample of this round was not drawn yet.")
    waiting = Sample.objects.current().filter(round=held.fact, state="open").count()
    if waiting:
        raise Refused(
            "samples_open",
            "%(number)s of those who were drawn are still to be called on. Nothing was issued.",
            number=waiting,
        )
    if (
        review.questionnaire is not None
        and _nameless(held, review.questionnaire)
        and held.sheets is None
    ):
        raise Refused("not_counted", "The sheets that name nobody were not counted yet.")


def _nameless(held: Round, questionnaire: str) -> bool:
    entry = Meaning.of(held.programme, Moment(held.opened)).file.entry(questionnaire)
    return getattr(entry, "readers", None) == ()


def _all_there(review: Review, told: Collection[str]) -> None:
    missing = list(_titles(review, told))
    if missing:
        raise Refused(
            "lines_missing",
            "Still to be judged: %(lines)s. Nothing was issued.",
            lines=", ".join(missing),
        )


def _titles(review: Review, told: Collection[str]) -> Iterator[str]:
    for key, line in lines_of(review):
        if key not in told:
            yield line.title or key
