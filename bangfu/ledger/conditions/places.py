"""Places in conditions: by code, name or path, and what lies inside."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q

from bangfu.ledger.beside import PLACED, Beside
from bangfu.ledger.conditions.rows import stated
from bangfu.ledger.conditions.scope import Scope, below
from bangfu.ledger.conditions.verdict import NOTHING, either_of
from bangfu.ledger.models import Place, Subject, known
from bangfu.ledger.there_is import ThereIs


def is_place(column: str) -> Q:
    """That a pointer at any subject leads to a place, which few do; asked before what lies there.

    PostgreSQL else finds out of every place first whether it meets the condition.
    """
    return Q(ThereIs(Subject.objects.filter(pk=OuterRef(f"{column}_id"), kind="place")))


def within_places(column: str, codes: list[Any], scope: Scope) -> Q:
    """In one of the places or anywhere inside them, by the tree as it stood on the day."""
    inner, q = below(scope), NOTHING
    for spans in _spans_named(codes, scope):
        several = len({span.path for span in spans}) > 1
        for root in spans if several else spans[:1]:
            inside = stated(Place, inner).filter(under(root.path))
            if several:
                # A place that moved has the path of each span only on the days of that span.
                then = stated(Place, below(inner)).filter(pk=root.pk)
                inside = inside.filter(ThereIs(then))
            q = either_of(q, Q(Beside(inside, "fact", PLACED, outer=column)))
    return q


def _spans_named(codes: list[Any], scope: Scope) -> list[list[Place]]:
    """The spans of each place that is meant by its key or by a code that it has or once had."""
    believed = Place.objects.filter(known(scope.known_at))
    facts: set[UUID] = set()
    for code in codes:
        if isinstance(code, UUID):
            facts.add(code)
            continue
        bearing = believed.filter(code__in=spellings(code))
        own = scope.own
        on_the_day = bearing.filter(Place.so_on(own)) if isinstance(own, dt.date) else bearing
        # A code may have passed to another place: whoever has it on the day goes first.
        for rows in (on_the_day, bearing):
            if held := set(rows.values_list("fact", flat=True)):
                facts |= held
                break
    spans: dict[UUID, list[Place]] = {}
    for span in believed.filter(fact__in=facts).order_by("began"):
        spans.setdefault(span.fact, []).append(span)
    return list(spans.values())


def spellings(code: str) -> list[str]:
    """The lengths in which one division code is written: 6, 9 and 12 digits."""
    digits = str(code).strip()
    return sorted({digits, digits.ljust(12, "0")})


def under(path: str) -> Q:
    """The place of that path and everything inside it, as a range of the index."""
    return Q(path__gte=path, path__lt=path + "~")


def upwards(path: str) -> list[str]:
    """The paths of a place and of everything it lies in, from the top down."""
    steps = path.split("/")[:-1]
    return ["/".join(steps[: n + 1]) + "/" for n in range(len(steps))]
