"""Whether records show what a step asks: which ones were made for a subject on some days.

This is what an action can ask of the records before it writes; whole lists are counted in
``bangfu.lists``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet

from bangfu.ledger.conditions import (
    Scope,
    Unsayable,
    basic,
    compile_where,
    rows_of,
    select,
)
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Participant, Subject, known
from bangfu.ledger.moment import Moment
from bangfu.ledger.there_is import ThereIs
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind
from bangfu.programmes.literals import is_number
from bangfu.programmes.schema import Step


@dataclass(frozen=True, slots=True)
class Shown:
    """What the records of a step come to, how much is asked, and which records they are."""

    count: int
    least: int | None
    most: int | None
    rows: tuple[UUID, ...]

    @property
    def met(self) -> bool:
        """Whether it is as the file asks."""
        enough = self.least is None or self.count >= self.least
        return enough and (self.most is None or self.count <= self.most)


def surely(
    meaning: Meaning, of: Iterable[str], where: Mapping[str, Any], subject: UUID, on: dt.date
) -> bool:
    """Whether a subject surely is one of those that ``of`` and ``where`` select on a day.

    ``of`` may name what is about the subject (its benefits) instead of the subject itself.
    """
    return any(_of_one(meaning, name, where, subject, on).exists() for name in of)


def _of_one(
    meaning: Meaning, name: str, where: Mapping[str, Any], subject: UUID, on: dt.date
) -> QuerySet[Any]:
    kind = select(name, Scope(meaning, None, on, on))[0]
    scope = Scope.at(Moment(on), meaning, kind)
    verdict = select(name, scope)[1] & compile_where(kind, where, scope)
    rows = rows_of(kind, scope).filter(verdict.sure)
    if kind.name in SUBJECT_KINDS:
        return rows.filter(fact=subject)
    return rows.filter(_about(kind, "", subject))


def shown(meaning: Meaning, step: Step, subject: Subject, began: dt.date, on: dt.date) -> Shown:
    """The records that show a step, made from its first day on; Unsayable for what cannot be."""
    found: set[UUID] = set()
    values: set[UUID] = set()
    for name in step.of or ():
        rows = _of_one(meaning, name, step.where or {}, subject.fact, on)
        kind = select(name, Scope(meaning, None, on, on))[0]
        if kind.nature == "event":
            rows = rows.filter(date__gte=began)
        if step.as_:
            rows = rows.filter(_about(kind, step.as_, subject.fact))
        found |= set(rows.values_list("fact", flat=True))
        values |= set(_told_apart(kind, step.distinct, rows)) if step.distinct else set()
    if step.sum or step.out_of:
        raise Unsayable("a step counts records, or the different people in them")
    return Shown(len(values) if step.distinct else len(found), *_bounds(step), tuple(sorted(found)))


def _bounds(step: Step) -> tuple[int | None, int | None]:
    """How many a step asks; at least one where it says nothing."""
    told = [step.exactly, step.at_least, step.at_most]
    if any(one is not None and not is_number(one) for one in told):
        raise Unsayable("a step is held against a plain number")
    exactly, least, most = (None if one is None else int(str(one)) for one in told)
    if exactly is not None:
        return exactly, exactly
    return (1 if least is None and most is None else least), most


def _about(kind: Kind, path: str, subject: UUID) -> Q:
    """The rows of a kind that are about a subject: by the given field, else as who receives."""
    held = Subject.objects.filter(pk=subject).values_list("kind", flat=True).first() or ""
    name = path or kind.receiver.get(held) or next(iter(kind.ties.get(held, ())), "")
    if name not in kind:
        raise Unsayable(f"a {kind.name} does not say that it is about a {held}")
    field = kind[name]
    if field.type != "many":
        return Q(**{field.read or field.key: subject})
    parts = Participant.objects.filter(known(None), activity=OuterRef("fact"), part=field.read)
    return Q(ThereIs(parts.filter(subject=subject)))


def _told_apart(kind: Kind, name: str, rows: QuerySet[Any]) -> Iterable[UUID]:
    """The different records that a field of some rows points at."""
    if name not in kind or kind[name].type not in ("one", "many"):
        raise Unsayable(f"{name} of a {basic(kind)} points at no records that can be told apart")
    field = kind[name]
    if field.type == "one":
        return rows.order_by().values_list(field.read or field.key, flat=True)
    parts = Participant.objects.filter(known(None), part=field.read)
    return parts.filter(activity__in=rows.values("fact")).values_list("subject", flat=True)
