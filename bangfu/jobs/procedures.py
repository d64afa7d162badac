"""Procedures in worked examples: proceedings carried out step by step, checklists, score sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from bangfu.ledger.actions import handover as handovers
from bangfu.ledger.actions import proceeding as proceedings
from bangfu.ledger.actions.event import By
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Handling, Handover, Need, Proceeding, Programme, Round, Subject
from bangfu.ledger.moment import Moment
from bangfu.lists.checklists import checklists_in, stand
from bangfu.lists.listing import Listing
from bangfu.lists.proceedings import verdict_of
from bangfu.lists.rounds import Line, reviews_in, sheet, totals, whole
from bangfu.programmes.cases import Case
from bangfu.programmes.period import Span, period_of
from bangfu.programmes.scoring import WHOLE


def carry_out(
    by: By, programme: Programme, case: Case, names: Mapping[UUID, str]
) -> dict[UUID, str]:
    """Start and handle what a case draws, in the order of its rows; the names of proceedings.

    The way of a hand-over that is drawn as open bears the name of the hand-over.
    """
    keys = {name: key for key, name in names.items()}
    held: dict[str, Proceeding] = {}
    for row in case.given.get("proceeding", ()):
        held[str(row["id"])] = _start(by, programme, row, keys)
    ways = Proceeding.objects.current().filter(programme=programme, handover__isnull=False)
    for way in ways.select_related("handover"):
        assert way.handover is not None
        held[names[way.handover.fact]] = way
    for row in case.given.get("handling", ()):
        drawn = held.get(str(row.get("proceeding")))
        if drawn is None:
            raise Unsayable(f"no proceeding {row.get('proceeding')} is drawn")
        _handle(by, drawn, row)
    return {one.fact: name for name, one in held.items()}


def _start(
    by: By, programme: Programme, row: Mapping[str, Any], keys: Mapping[str, UUID]
) -> Proceeding:
    drawn = str(row.get("need") or row.get("subject"))
    if drawn not in keys:
        raise Unsayable(f"nobody and nothing called {drawn} is drawn")
    need = Need.objects.current().filter(pk=keys[drawn]).first() if row.get("need") else None
    subject = need.subject if need else Subject.objects.get(pk=keys[drawn])
    return proceedings.start(
        by=by,
        programme=programme,
        name=str(row["name"]),
        subject=subject,
        need=need,
        on=row["began"],
        urgent=bool(row.get("urgent")),
        reason=str(row.get("reason") or ""),
    )


def _handle(by: By, held: Proceeding, row: Mapping[str, Any]) -> None:
    if row.get("asked"):
        proceedings.appeal(by=by, proceeding=held, on=row["date"], asked=str(row["asked"]))
        return
    rows = Handling.objects.current().filter(proceeding=held.fact, step=row["step"])
    open_ = rows.filter(closed__isnull=True).first()
    if open_ is None:
        raise Unsayable(f"the step {row['step']} is not open when it is drawn as done")
    if open_.party_id is not None:
        _answer(by, held, row)
        return
    proceedings.handle(
        by=by,
        handling=open_,
        on=row["closed"],
        result=str(row.get("result") or ""),
        evidence=str(row.get("evidence") or ""),
        reason=str(row.get("reason") or ""),
        back_to=str(row.get("back_to") or ""),
    )


def _answer(by: By, held: Proceeding, row: Mapping[str, Any]) -> None:
    """What the successor of a hand-over answered."""
    assert held.handover is not None
    offers = [Handover.objects.current().get(pk=held.handover.pk)]
    taken = row.get("result") == "done"
    handovers.answer(
        by=by,
        accepted=offers if taken else [],
        refused=[] if taken else offers,
        reason=str(row.get("reason") or ""),
        on=row["closed"],
    )


def steps(
    programme: Programme, name: str, moment: Moment, names: Mapping[UUID, str]
) -> list[Mapping[str, object]]:
    """Every step of a workflow's proceedings, as a case draws them."""
    rows = Handling.objects.current().filter(programme=programme, proceeding__name=name)
    return [
        {
            "each": names.get(row.proceeding_id, "?"),
            "step": row.step,
            "organisation": names.get(row.organisation_id) if row.organisation_id else None,
            "began": row.date,
            "due": row.due,
            "closed": row.closed,
            "result": row.result,
            "until": row.until,
            "verdict": verdict_of(row, moment.on),
        }
        for row in rows.order_by("pk")
    ]


def items(
    programme: Programme, name: str, moment: Moment, names: Mapping[UUID, str]
) -> list[Mapping[str, object]]:
    """Every item of a checklist for each of those it is for."""
    meaning = Meaning.of(programme, moment)
    entry = dict(checklists_in(programme, moment))[name]
    listing = Listing((entry.each,), moment, programme=programme, file=meaning)
    keys = list(listing.sure().values_list("fact", flat=True))
    return [
        {"each": names.get(line.key, "?"), "item": item, "verdict": one.verdict}
        for line in stand(programme, name, moment, keys)
        for item, one in line.items.items()
    ]


def scores(
    programme: Programme, name: str, moment: Moment, names: Mapping[UUID, str]
) -> list[Mapping[str, object]]:
    """Every line of a review for each unit that is counted or judged, over the day's period."""
    meaning = Meaning.of(programme, moment)
    review = dict(reviews_in(programme, moment))[name]
    span = period_of(moment.on, review.per) if review.per else Span(programme.began, moment.on)
    listing = Listing((review.each,), moment, programme=programme, file=meaning)
    drawn = Round.objects.current().filter(programme=programme, name=name, began=span.began)
    by_unit = {held.subject_id: held for held in drawn}
    found: list[Mapping[str, object]] = []
    for key in listing.sure().values_list("fact", flat=True):
        held = by_unit.get(key) or Round(
            programme=programme, name=name, subject_id=key, began=span.began, ended=span.ended,
            opened=moment.on,
        )  # fmt: skip
        each, lines = names.get(key, "?"), sheet(held, moment)
        found += [_scored(each, one) for one in lines if not one.waits]
        if review.grades and not any(one.waits for one in lines):
            found.append(_whole(each, lines, held))
    return found


def _scored(each: str, line: Line) -> Mapping[str, object]:
    """One line that is counted, or judged in the example."""
    if line.why:
        raise Unsayable(line.why)
    return {
        "each": each,
        "item": line.item,
        "reading": Fraction(line.low) if line.low else None,
        "points": None if line.points is None else Fraction(line.points),
        "grade": line.grade,
    }


def _whole(each: str, lines: Sequence[Line], held: Round) -> Mapping[str, object]:
    """What the whole comes to, where every line is counted from records or judged."""
    given, _, _ = totals(lines)
    return {"each": each, "item": WHOLE, "reading": None, "points": Fraction(given),
            "grade": whole(held, lines).settled}  # fmt: skip
