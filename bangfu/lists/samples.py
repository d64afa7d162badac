"""Samples of rounds: who may be drawn, who was, who is still to be called on, and by whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger.access import may, opens, own_person, rights_of
from bangfu.ledger.actions.round import sheet_of
from bangfu.ledger.actions.sample import drawn_at, size_for
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Place, Round, Sample, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.paths import value_along
from bangfu.ledger.prepared import Question, asked
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.belonging import Counting, counted_for
from bangfu.lists.listing import Listing
from bangfu.lists.pages import total_of
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind
from bangfu.programmes.period import Span
from bangfu.programmes.sampling import Candidate, digest, drawn
from bangfu.programmes.schema import Review


def frame_of(held: Round, moment: Moment) -> list[Candidate]:
    """Who may be drawn for a round at a moment: those of the list who surely belong to the unit."""
    meaning, review = Meaning.of(held.programme, Moment(held.opened)), sheet_of(held)
    listing = Listing(
        tuple(review.of or ()), moment, review.where or {}, held.programme, file=meaning
    )
    owner = Listing((review.each,), moment, programme=held.programme, file=meaning).kind
    only = frozenset((held.subject_id,))
    counting = Counting(listing, via=review.as_ or "", only=only)
    rows = counted_for(counting, owner, _days(held, listing.kind, moment))
    facts = [row.fact for row in rows.get(held.subject_id, ()) if row.sure]
    return _candidates(facts, listing, review, meaning)


def _days(held: Round, kind: Kind, moment: Moment) -> Span:
    """What happened is drawn from the period until now, what lasts from what is so on the day."""
    if kind.nature == "event":
        return Span(held.began, min(held.ended or moment.on, moment.on))
    return Span(moment.on, moment.on)


def _candidates(
    facts: Iterable[UUID], listing: Listing, review: Review, meaning: Meaning
) -> list[Candidate]:
    kind, asked = listing.kind, tuple(facts)
    rows = Listing((kind.name,), listing.moment).sure().filter(fact__in=asked).order_by()
    columns, told, field = _whom(kind), {}, None
    if review.by:
        value = value_along(review.by[0], kind, listing.moment, meaning)
        told, field = {"group": value.expression}, value.field
    found: dict[UUID, Any] = {}
    for key, *group in rows.annotate(**told).values_list(columns, *told):
        found.setdefault(key, group[0] if group else None)
    called = _called(field, found.values(), listing.moment) if field else {}
    return [Candidate(key, called.get(group, "")) for key, group in sorted(found.items())]


def _whom(kind: Kind) -> str:
    """The column that says who is called on: the record itself, or whom it is about."""
    if kind.name in SUBJECT_KINDS:
        return "fact"
    for key in dict.fromkeys(kind.receiver.values()):
        if kind[key].type == "one":
            return kind[key].read or key
    raise Unsayable(f"a {kind.name} does not say who would be called on")


def _called(field: Field, groups: Iterable[Any], moment: Moment) -> Mapping[Any, str]:
    """What groups are called, no two alike."""
    wanted = {one for one in groups if one is not None}
    if field.type != "one":
        codes = field.codes
        return {one: codes[one].zh if one in codes else str(one)[:60] for one in wanted}
    names = {row.fact: row.name for row in Subject.objects.at(moment).filter(fact__in=wanted)}
    codes_of: dict[UUID, str] = {}
    for row in Place.objects.at(moment).filter(fact__in=wanted):
        names[row.fact], codes_of[row.fact] = row.name, row.code
    often = Counter(names.values())
    return {
        key: name[:40] if often[name] == 1 else f"{name[:40]} {codes_of.get(key) or str(key)[:8]}"
        for key, name in names.items()
    }


@dataclass(frozen=True, slots=True)
class DrawnAgain:
    """Whether a drawing comes out the same when it is done again."""

    same_list: bool
    same_drawn: bool


def draw_again(held: Round) -> DrawnAgain:
    """Draw a round's sample again, from what was known when it was drawn."""
    found = frame_of(held, drawn_at(held))
    first = Sample.objects.current().filter(round=held.fact, instead_of__isnull=True)
    keys = list(first.order_by("number").values_list("subject", flat=True))
    again = [one.key for one in drawn(held.seed, found, size_for(held))]
    return DrawnAgain(digest(found) == held.frame_digest, again == keys)


# ------------------------------------------------------------------ who was drawn


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the calls of a round are."""

    drawn: int
    met: int
    missed: int
    open: int


def progress(held: Round) -> Progress:
    """How many were drawn, met, missed and wait: the same numbers for every reader of the round."""
    states = Sample.objects.current().filter(round=held.fact).values_list("state", flat=True)
    told = Counter(states)
    return Progress(sum(told.values()), told["met"], told["missed"], told["open"])


def samples_of(user: User, held: Round) -> QuerySet[Sample]:
    """Who was drawn for a round, as far as the account may open it, in the order of the drawing."""
    rows = Sample.objects.current().filter(round=held.fact)
    told = opens(user, VOCABULARY["sample"], rows)
    beside = ("subject", "subject__place", "inspector", "instead_of")
    return told.select_related(*beside).order_by("number")


def calls_waiting(user: User, moment: Moment, *, most: int) -> tuple[list[Sample], int]:
    """Who is still to be called on: of an inspector those dealt to it, else all; how many."""
    if not may(user, "sample.meet"):
        return [], 0
    person = own_person(user)

    def of() -> QuerySet[Sample]:
        rows = Sample.objects.at(moment).filter(state="open", round__issued__isnull=True)
        if person is not None:
            rows = rows.filter(Q(inspector=person) | Q(inspector__isnull=True))
        return opens(user, VOCABULARY["sample"], rows)

    def first(_: object) -> QuerySet[Sample]:
        beside = ("subject", "subject__place", "round", "round__subject", "programme")
        told = of().select_related(*beside)
        return told.order_by("subject__place__path", "number", "pk")[:most]

    found = asked(Question(("calls", rights_of(user), person, moment, most), first))
    return found, len(found) if len(found) < most else total_of(of())
