"""Paths of fields (``whom.kind``, ``organisation.place``), read as one value of a row.

A path leads through fields that point at one record, or begins at one that points at several; it
ends at a field, or at a way to sort of which a record has one class at a time. What surrounds an
event is read on the event's own day, as in conditions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models import Value as Blank
from django.db.models.functions import Coalesce

from bangfu.ledger.conditions import (
    Meaning,
    Scope,
    Unsayable,
    answer_of,
    attached_to,
    below,
    expression_of,
    rows_of,
    sheet_of,
    stated,
    value_of,
)
from bangfu.ledger.models import Class, Participant, known
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind, Label


@dataclass(frozen=True, slots=True)
class Value:
    """What a path reads: the field at its end, and how a row (or one part in it) says it.

    ``parts``: the field of several that it goes through first; then ``expression`` is of a
    participant.
    """

    field: Field
    expression: Any
    parts: Field | None = None

    def of_parts(self, rows: QuerySet[Any], moment: Moment) -> QuerySet[Any]:
        """The parts in some rows, each with what it says as ``told``."""
        assert self.parts is not None
        found = Participant.objects.filter(known(moment.known_at), part=self.parts.read)
        inside = found.filter(activity__in=rows.order_by().values("fact")).order_by()
        told: QuerySet[Any] = inside.annotate(date=F("activity__date")).annotate(
            told=self.expression
        )
        return told


def value_along(path: str, kind: Kind, moment: Moment, meaning: Meaning) -> Value:
    """What a path of fields reads from records of a kind; Unsayable where it leads nowhere."""
    step, *rest = path.split(".")
    scope = Scope.at(moment, meaning, kind)
    if step not in kind:
        return Value(_class_field(step, meaning), _class_of(step, "fact", scope))
    field = kind[step]
    if not rest:
        if field.type == "many":
            return Value(field, F("subject"), field)
        return Value(field, value_of(field, kind, moment))
    if field.type == "many":
        end, told = _beyond("subject_id", field, rest, scope)
        return Value(end, told, field)
    return Value(*onward(kind, field, rest, scope))


def onward(kind: Kind, field: Field, rest: Sequence[str], scope: Scope) -> tuple[Field, Any]:
    """What the rest of a path says, from a field of a row that points at one record."""
    if field.type != "one":
        raise Unsayable(f"{field.key} of a {kind.name} does not lead on")
    if not field.read.startswith("sheet."):
        return _beyond(f"{field.read or field.key}_id", field, rest, scope)
    beside = below(scope)
    end, told = _beyond(f"{field.read.removeprefix('sheet.')}_id", field, rest, beside)
    sheet = stated(sheet_of(kind), beside).filter(fact=OuterRef("fact")).order_by()
    return end, Subquery(sheet.annotate(said=told).values("said")[:1])


def _beyond(column: str, via: Field, steps: Sequence[str], scope: Scope) -> tuple[Field, Any]:
    """What the rest of a path says of the record that a column points at."""
    step = steps[0]
    if scope.meaning.sort_of(step) == "class":
        return _class_field(step, scope.meaning), _class_of(step, column, scope)
    names = SUBJECT_KINDS if via.to == "subject" else (via.to,)
    kinds = [VOCABULARY[n] for n in names if n in VOCABULARY and step in VOCABULARY[n]]
    if not kinds:
        raise Unsayable(f"{step} is no field of what {via.key} points at")
    found = [of_target(one, column, steps, scope) for one in kinds]
    fields, told = [field for field, _ in found], [expression for _, expression in found]
    codes: dict[str, Label] = {}
    for field in fields:
        codes |= field.codes
    end = Field(fields[0].key, fields[0].label, fields[0].type, to=fields[0].to, codes=codes)
    return end, told[0] if len(told) == 1 else Coalesce(*told)


def of_target(kind: Kind, column: Any, steps: Sequence[str], scope: Scope) -> tuple[Field, Any]:
    """What a path says of the record of a kind whose key a column of the scope's rows holds."""
    field, inner = kind[steps[0]], scope.within(kind)
    rows = rows_of(kind, inner).filter(fact=OuterRef(column))
    told = in_scope(field, kind, inner)
    if len(steps) == 1:
        pointer = UUIDField() if field.type == "one" else None
        said = rows.order_by().annotate(said=told).values("said")[:1]
        return field, Subquery(said, output_field=pointer)
    end, further = onward(kind, field, steps[1:], inner)
    return end, Subquery(rows.order_by().annotate(said=further).values("said")[:1])


def in_scope(field: Field, kind: Kind, scope: Scope) -> Any:
    """A field of a row that stands in a subquery, on that subquery's day."""
    if field.is_attached:
        return attached_to(field, scope.known_at)
    if field.is_answer:
        return answer_of(field)
    if not kind.sheet or not (field.compute or field.read.startswith("sheet.")):
        if field.compute is not None:
            return field.compute(expression_of(scope.own), scope.known_at)
        return F(field.read or field.key)
    beside = below(scope)
    sheet = stated(sheet_of(kind), beside).filter(fact=OuterRef("fact"))
    if field.compute is not None:
        told = field.compute(beside.row_day(), scope.known_at)
        return Subquery(sheet.annotate(reckoned=told).values("reckoned")[:1])
    pointer = UUIDField() if field.type == "one" else None
    return Subquery(sheet.values(field.read.removeprefix("sheet."))[:1], output_field=pointer)


def _class_field(name: str, meaning: Meaning) -> Field:
    if meaning.sort_of(name) != "class":
        raise Unsayable(f"{name} is neither a field nor a way to sort")
    label, options = meaning.class_words(name)
    return Field(name, label, "code", codes=options)


def _class_of(name: str, column: str, scope: Scope) -> Any:
    """The one class of a record by a scheme; nothing where it has none."""
    rows = stated(Class, scope.within(VOCABULARY["class"])).filter(
        programme=scope.meaning.programme_key(), name=name, subject=OuterRef(column)
    )
    return Coalesce(Subquery(rows.order_by().values("option")[:1]), Blank(""))
