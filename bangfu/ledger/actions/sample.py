"""The sample of a round is drawn once by a printed seed; who cannot be met is replaced by lot.

Who may be drawn is worked out by whoever hands in ``frame``, as it was known when it was drawn.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max, Min

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_many, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, insert, insert_many
from bangfu.ledger.actions.round import not_issued, sheet_of
from bangfu.ledger.actions.sheet import keep, questionnaire_of
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Pairing, Person, Post, Round, Sample, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary.sample import REASONS
from bangfu.programmes.sampling import Candidate, Size, digest, drawn, next_of, size_of

Frame = Callable[[Round, Moment], Sequence[Candidate]]
#: Nobody calls on more; a share of a whole county is a figure, not a sample.
MOST = 2_000
#: A seed that was thrown in the presence of others has so many characters at least.
SHORTEST = 4


@action("round.draw", alone=True)
def draw(
    *,
    by: By,
    round: Round,
    on: dt.date,
    frame: Frame,
    seed: str = "",
    inspectors: Sequence[Subject] = (),
) -> Round:
    """Draw the sample of a round, once, and deal it out to the inspectors.

    ``seed``: thrown in the presence of others; without one it is made by chance. It is kept, so
    that anybody can draw the same again.
    """
    require(by.user, "round.draw", round)
    not_issued(round)
    _not_drawn(round, on)
    seed = seed.strip() or secrets.token_hex(8)
    if not SHORTEST <= len(seed) <= 64:
        raise Refused(
            "seed_length",
            "A seed has %(least)s to 64 characters; left blank, one is made by chance.",
            least=SHORTEST,
        )
    _inspect(inspectors)
    found = frame(round, Moment(on))
    chosen = drawn(seed, found, size_for(round))
    if len(chosen) > MOST:
        raise Refused(
            "sample_too_large",
            "%(number)s would be drawn; a sample has at most %(most)s. Nothing was drawn.",
            number=len(chosen),
            most=MOST,
        )
    subjects = _subjects(one.key for one in chosen)
    for kind in sorted({one.kind for one in subjects.values()}):
        keys = [key for key, one in subjects.items() if one.kind == kind]
        require_many(by.user, "round.draw", kind, keys)
    insert_many(Sample, _dealt(round, on, chosen, subjects, inspectors))
    return correct(round, drawn=on, seed=seed, frame=len(found), frame_digest=digest(found))


def _not_drawn(held: Round, on: dt.date) -> None:
    if sheet_of(held).of is None:
        raise Refused("no_sample", "This review says nothing of a sample.")
    if held.drawn is not None:
        raise Refused(
            "drawn_already",
            "The sample was drawn on %(on)s and stands; nobody draws until it suits.",
            on=held.drawn,
        )
    if on < held.opened or on > clock.today():
        raise Refused("day_outside", "%(on)s does not lie between the opening and today.", on=on)


def size_for(held: Round) -> Size:
    """How many are drawn for a round, by the dated values of the day on which it was opened."""
    meaning, review = Meaning.of(held.programme, Moment(held.opened)), sheet_of(held)
    said = (review.exactly, review.at_least, review.at_most)
    names = [one for one in said if isinstance(one, str) and meaning.sort_of(one) == "value"]
    values = {name: meaning.value_on(name, held.opened) for name in names}
    if missing := [name for name, value in values.items() if value is None]:
        raise Refused("no_value_yet", "%(name)s has no value on that day yet.", name=missing[0])
    return size_of(review, values)


def _inspect(inspectors: Iterable[Subject]) -> None:
    for one in inspectors:
        if one.kind != "person":
            raise Refused("no_inspector", "A person calls on those who were drawn.")


def _subjects(keys: Iterable[UUID]) -> dict[UUID, Subject]:
    rows = Subject.objects.current().filter(pk__in=list(keys))
    return {row.pk: row for row in rows}


def _dealt(
    held: Round,
    on: dt.date,
    chosen: Sequence[Candidate],
    subjects: Mapping[UUID, Subject],
    inspectors: Sequence[Subject],
) -> list[Sample]:
    """One row for each, neighbours to the same inspector, to nobody whom it concerns."""
    biased = _biased(held, [one.fact for one in inspectors], list(subjects), on)
    rows = []
    for number, one in enumerate(chosen, start=1):
        first = (number - 1) * len(inspectors) // len(chosen)
        turn = [*inspectors[first:], *inspectors[:first]]
        free = [who for who in turn if (who.fact, one.key) not in biased]
        rows.append(
            Sample(
                round=held,
                programme=held.programme,
                subject=subjects[one.key],
                date=on,
                number=number,
                stratum=one.group,
                inspector=free[0] if free else None,
            )
        )
    return rows


def _biased(
    held: Round, inspectors: Sequence[UUID], subjects: Sequence[UUID], on: dt.date
) -> set[tuple[UUID, UUID]]:
    """Who would inspect the own work: helps them, lives with them, serves in the unit reviewed."""
    moment = Moment(on)
    homes = Person.objects.at(moment).filter(fact__in=[*subjects, *inspectors])
    home = dict(homes.filter(household__isnull=False).values_list("fact", "household"))
    helped = set(
        Pairing.objects.at(moment)
        .filter(helper__in=inspectors, subject__in=[*subjects, *home.values()])
        .values_list("helper", "subject")
    )
    posts = Post.objects.at(moment).filter(person__in=inspectors, organisation=held.subject_id)
    serving = set(posts.values_list("person", flat=True))
    return {
        (who, whom)
        for who in inspectors
        for whom in subjects
        if who == whom
        or who in serving
        or (who, whom) in helped
        or whom in home
        and (who, home[whom]) in helped
        or who in home
        and home[who] in (whom, home.get(whom))
    }


@action("sample.assign")
def assign(*, by: By, sample: Sample, inspector: Subject) -> Sample:
    """Say who calls on somebody who was drawn."""
    require(by.user, "sample.assign", sample)
    _open(sample)
    _inspect([inspector])
    if _biased(sample.round, [inspector.fact], [sample.subject_id], sample.date):
        raise Refused(
            "own_work",
            "%(who)s helps here, lives here or serves in the unit reviewed; somebody else calls.",
            who=inspector.name,
        )
    return correct(sample, inspector=inspector)


def _open(sample: Sample) -> None:
    if sample.state != "open":
        raise Refused("closed_already", "This was closed on %(on)s.", on=sample.closed)
    not_issued(sample.round)


def _callable(sample: Sample, on: dt.date) -> None:
    _open(sample)
    if on < sample.date or on > clock.today():
        raise Refused("day_outside", "%(on)s does not lie between the drawing and today.", on=on)


@action("sample.meet")
def meet(
    *,
    by: By,
    sample: Sample,
    on: dt.date,
    agreed: bool = False,
    answers: Mapping[str, Any] | None = None,
) -> Sample:
    """Say that somebody who was drawn was met on a day, and what was answered.

    ``agreed``: to be asked, after being told for what, and that nothing follows from a refusal.
    Who was met and does not want to be asked is met all the same, without a sheet.
    """
    require(by.user, "sample.meet", sample)
    _callable(sample, on)
    questionnaire, said = questionnaire_of(sample.round), answers or {}
    if said and questionnaire is None:
        raise Refused("no_questionnaire", "This review asks no questionnaire.")
    if said and not agreed:
        raise Refused(
            "not_agreed", "Ask first whether he or she agrees; without that nothing is kept."
        )
    sheet = keep(by, sample, questionnaire, on, said) if questionnaire and agreed else None
    return correct(sample, state="met", closed=on, sheet=sheet)


@action("sample.replace", alone=True)
def replace(
    *, by: By, sample: Sample, on: dt.date, why: str, frame: Frame, reason: str = ""
) -> Sample:
    """Say why somebody could not be met; whose lot comes next is drawn instead.

    Where nobody is left in the group, nobody is; the answer is then the one who was not met.
    """
    require(by.user, "sample.replace", sample)
    _callable(sample, on)
    if why not in REASONS:
        raise Refused(
            "no_such_reason",
            "%(why)s is no reason; there are: %(reasons)s.",
            why=why,
            reasons=", ".join(REASONS),
        )
    if why == "other" and not reason.strip():
        raise Refused("reason_missing", "Say why.")
    held = Round.objects.current().get(fact=sample.round_id)
    missed = correct(sample, state="missed", closed=on, why=why, reason=reason.strip())
    taken = Sample.objects.current().filter(round=held.fact)
    found = next_of(
        held.seed,
        frame(held, drawn_at(held)),
        sample.stratum,
        taken.values_list("subject", flat=True),
    )
    if found is None:
        return missed
    return _instead(by, held, missed, found, on)


def _instead(by: By, held: Round, missed: Sample, found: Candidate, on: dt.date) -> Sample:
    subjects = _subjects([found.key])
    inspectors = [missed.inspector] if missed.inspector else []
    row = _dealt(held, on, [found], subjects, inspectors)[0]
    last = Sample.objects.current().filter(round=held.fact).aggregate(n=Max("number"))["n"]
    row.number, row.instead_of = last + 1, missed
    insert(row)
    require_written(by.user, "sample.replace", row)
    return row


def drawn_at(held: Round) -> Moment:
    """The day of the drawing, as things were known then."""
    assert held.drawn is not None
    first = Sample.objects.filter(round=held.fact).aggregate(at=Min("recorded_at"))["at"]
    return Moment(held.drawn, first)
