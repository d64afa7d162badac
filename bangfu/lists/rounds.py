"""Rounds of reviews: the score sheet as it is counted, with the rows behind every line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.access import opens
from bangfu.ledger.actions.round import UNITS, Counted, sheet_of
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme, Round, Score, Task, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.asking import Claimed, behind, claimed, latest
from bangfu.lists.claims import Bounds, Read, Verdict, verdict
from bangfu.lists.judging import Owed
from bangfu.lists.listing import Listing
from bangfu.lists.turn_figures import Behind, turns_behind
from bangfu.lists.turn_rows import OfTurns
from bangfu.programmes import scoring
from bangfu.programmes.amount import share
from bangfu.programmes.entries import Bounded
from bangfu.programmes.literals import SHARE
from bangfu.programmes.period import Span
from bangfu.programmes.schema import Review, ScoreLine, ScoreStep
from bangfu.programmes.scoring import judged, lines_of, parts_of

_KNOWN: tuple[Verdict, ...] = ("met", "short", "over", "behind", "open", "late", "counted")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: what it may give, what it gives, and what that stands on."""

    item: str
    title: str
    heading: str
    most: Decimal | None
    points: Decimal | None
    grade: str
    by_hand: bool
    veto: bool
    low: str = ""
    high: str = ""
    asked: str = ""
    reason: str = ""
    evidence: str = ""
    file: UUID | None = None
    facts: tuple[UUID, ...] = ()
    opens: bool = False
    why: str = ""
    score: UUID | None = None

    @property
    def waits(self) -> bool:
        """Whether people have still to judge it."""
        return self.by_hand and self.points is None


def reviews_in(programme: Programme, moment: Moment) -> list[tuple[str, Review]]:
    """The reviews of a programme, in the file's order."""
    file = Meaning.of(programme, moment).file
    return [(n, e) for n, e in file.entries("review") if isinstance(e, Review)]


def of_units(meaning: Meaning, review: Review) -> bool:
    """Whether a review looks at units or places, so that rounds can be held."""
    return meaning.file.kind_of(review.each) in UNITS


def sheet(held: Round, moment: Moment) -> list[Line]:
    """The lines of a round as they stand at a moment; of an issued one as they were issued."""
    scores = {one.item: one for one in Score.objects.current().filter(round=held.fact)}
    review = sheet_of(held)
    return [
        _line(held, review, item, line, scores.get(item), moment) for item, line in lines_of(review)
    ]


def _line(
    held: Round, review: Review, item: str, line: ScoreLine, score: Score | None, moment: Moment
) -> Line:
    told = Line(
        item,
        line.title or item,
        _heading(review, item),
        None if line.points is None else Decimal(str(line.points)),
        score.points if score else None,
        score.grade if score else "",
        judged(line),
        line.is_ is not None,
        reason=score.reason if score else "",
        evidence=score.evidence if score else "",
        file=score.file_id if score else None,
        opens=not judged(line) and not isinstance(line.items, Mapping),
        score=score.fact if score else None,
    )
    if told.by_hand:
        return told
    try:
        counted, facts = count_line(held, review, item, line, moment)
    except Unsayable as why:
        return replace(told, why=str(why))
    if score is not None:
        return replace(told, low=score.low, high=score.high, facts=facts)
    return replace(
        told, points=counted.points, grade=counted.grade, low=counted.low, high=counted.high,
        facts=facts,
    )  # fmt: skip


def _heading(review: Review, item: str) -> str:
    """The titles of the lines above one."""
    found, items = [], review.items
    for key in item.split(".")[:-1]:
        found.append(items[key].title or key)
        below = items[key].items
        assert not isinstance(below, tuple) and below is not None
        items = below
    return " · ".join(found)


def count(held: Round, moment: Moment) -> Sequence[Counted]:
    """Every line that records show, as it stands: what ``round.issue`` writes down."""
    review = sheet_of(held)
    return [
        count_line(held, review, item, line, moment)[0]
        for item, line in lines_of(review)
        if not judged(line)
    ]


def count_line(
    held: Round, review: Review, item: str, line: ScoreLine, moment: Moment
) -> tuple[Counted, tuple[UUID, ...]]:
    """One line of a sheet, counted; Unsayable for what cannot be."""
    meaning = Meaning.of(held.programme, Moment(held.opened))
    owed = [_owed(meaning, held, review, item, part, moment) for part in parts_of(line)]
    facts = tuple(dict.fromkeys(fact for one in owed if one for fact in one.facts))
    low, high = _said(owed[0])
    if isinstance(line.items, tuple):
        return _graded(item, line.items, owed[0], held, low, high), facts
    points = scoring.points_for(line, [_counted(one, part) for one, part in
                                       zip(owed, parts_of(line), strict=True)])  # fmt: skip
    return Counted(item, _decimal(points.points), points.grade, low, high), facts


def _owed(
    meaning: Meaning, held: Round, review: Review, item: str, part: ScoreLine, moment: Moment
) -> Owed | None:
    """What was read of one line for the unit, over the days of the round."""
    return next(iter(latest(_asked(meaning, held, review, item, part, moment))), None)


def _asked(
    meaning: Meaning, held: Round, review: Review, item: str, part: ScoreLine, moment: Moment
) -> Claimed:
    assert held.ended is not None
    over = Span(held.began, held.ended)
    plain = part.model_copy(update={"per": None, "partial": None, "items": None})
    at = moment.on_day(min(moment.on, held.ended))
    asked = claimed(
        meaning, f"{held.name}.{item}", plain, review.each, over, at,
        side="doer", only=frozenset((held.subject_id,)),
    )  # fmt: skip
    if part.step is not None and not _bounded(part):
        asked.entry = asked.entry.model_copy(update={"at_least": None})
        asked.asked = (replace(asked.asked[0], claim=asked.entry), *asked.asked[1:])
    return asked


def rows_behind(held: Round, item: str, moment: Moment) -> tuple[Listing, tuple[UUID, ...]]:
    """The records that were counted for a line; Unsayable for one that stands on several lists."""
    meaning, review = Meaning.of(held.programme, Moment(held.opened)), sheet_of(held)
    line = dict(lines_of(review))[item]
    if judged(line) or isinstance(line.items, Mapping):
        raise Unsayable(f"{item} stands on no list of its own")
    asked = _asked(meaning, held, review, item, line, moment)
    facts = tuple(fact for one in latest(asked) for fact in one.facts)
    return behind(asked, facts), facts


def turns_of(held: Round, item: str, moment: Moment) -> Behind | None:
    """The turns of a duty that were counted for a line; None where records were."""
    meaning, review = Meaning.of(held.programme, Moment(held.opened)), sheet_of(held)
    line = dict(lines_of(review))[item]
    if judged(line) or isinstance(line.items, Mapping):
        return None
    asked = _asked(meaning, held, review, item, line, moment)
    if not isinstance(asked.counting, OfTurns):
        return None
    facts = {fact for one in latest(asked) for fact in one.facts}
    return turns_behind(meaning, asked.counting, facts)


def _bounded(line: Bounded) -> bool:
    return any(one is not None for one in (line.at_least, line.at_most, line.exactly))


def _said(one: Owed | None) -> tuple[str, str]:
    if one is None or one.reading is None:
        return "", ""
    return str(one.reading), "" if one.high is None else str(one.high)


def _counted(one: Owed | None, part: ScoreLine) -> scoring.Counted:
    if one is None:
        return scoring.Counted(None, None, None)
    known = one.verdict in _KNOWN
    met = one.verdict in ("met", "counted", "late")
    if part.is_ is not None:
        met = one.verdict not in ("short", "over")
    least = one.lines[0].bounds.least if _bounded(part) or part.step is None else None
    return scoring.Counted(one.reading, least, met if known else None)


def _graded(
    item: str, steps: Sequence[ScoreStep], one: Owed | None, held: Round, low: str, high: str
) -> Counted:
    """The first step whose bound holds: its points, or its grade."""
    if one is None or one.reading is None:
        return Counted(item, None, "", low, high)
    assert held.ended is not None
    days = Span(held.began, held.ended)
    for step in steps:
        told = Read(one.reading, one.high)
        bounds = _step_bounds(step)
        if verdict(told, bounds, due=held.ended, on=held.ended, days=days) == "met":
            if isinstance(step.is_, str):
                return Counted(item, None, step.is_, low, high)
            return Counted(item, Decimal(str(step.is_)), "", low, high)
    return Counted(item, Decimal(0), "", low, high)


def _step_bounds(step: ScoreStep) -> Bounds:
    least, most, exactly = (_fraction(one) for one in (step.at_least, step.at_most, step.exactly))
    return Bounds(exactly, exactly) if exactly is not None else Bounds(least, most)


def _decimal(value: Fraction | None) -> Decimal | None:
    if value is None:
        return None
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"))


# ------------------------------------------------------------------ many of them


def rounds_in(user: User, programme: Programme, name: str) -> QuerySet[Round]:
    """The rounds of a review that the account may open: the latest period first, then by name."""
    rows = Round.objects.current().filter(programme=programme, name=name)
    told = opens(user, VOCABULARY["round"], rows).select_related("subject")
    return told.order_by("-began", "subject__sort_key", "pk")


def findings_of(user: User, held: Round) -> list[Task]:
    """What a round found, as far as the account may open it, what is open first."""
    rows = Task.objects.current().filter(round=held.fact)
    told = opens(user, VOCABULARY["task"], rows).select_related("owner", "programme", "decided_at")
    return sorted(told.order_by("due", "pk"), key=lambda one: one.state != "open")


def totals(lines: Sequence[Line]) -> tuple[Decimal, Decimal, int]:
    """The points so far, the most there are, and how many lines are still to be judged."""
    given = sum((one.points for one in lines if one.points is not None), Decimal(0))
    most = sum((one.most for one in lines if one.most is not None and one.most > 0), Decimal(0))
    return given, most, sum(1 for one in lines if one.points is None and not one.grade)


@dataclass(frozen=True, slots=True)
class Whole:
    """What the whole comes to.

    ``at_best``: lines are open that may still lower it. ``because``: the lines that hold it there.
    """

    grade: str
    at_best: bool
    because: tuple[Line, ...]

    @property
    def settled(self) -> str:
        """The grade that no open line can change any more; nothing before."""
        return "" if self.at_best else self.grade


def whole(held: Round, lines: Sequence[Line]) -> Whole:
    """What the whole comes to: as it was issued, else as the lines stand that are not open."""
    grade, at_best = _whole(held, lines)
    return Whole(grade, at_best, tuple(one for one in lines if grade and one.grade == grade))


def _whole(held: Round, lines: Sequence[Line]) -> tuple[str, bool]:
    """The grade, and whether a line that is open may still lower it."""
    if held.issued is not None:
        told = Score.objects.current().filter(round=held.fact, item=scoring.WHOLE).first()
        return told.grade if told else "", False
    given, most, missing = totals(lines)
    grades, held_down = sheet_of(held).grades, [one.grade for one in lines]
    if not missing:
        return scoring.grade_of(grades, Fraction(given), Fraction(most), held_down), False
    best, last = scoring.best_left(grades, held_down)
    return best, bool(best) and not last


def _fraction(bound: object) -> Fraction | None:
    if bound is None:
        return None
    if isinstance(bound, str):
        if not SHARE.fullmatch(bound):
            raise Unsayable(f"{bound}: a step is held against a plain number or a share")
        return share(bound)
    return Fraction(str(bound))
