"""The rows of a kind of record, and what a field of them reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.apps import apps
from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DecimalField,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from bangfu.ledger.conditions.scope import NoNames, Scope, expression_of
from bangfu.ledger.conditions.verdict import Unsayable
from bangfu.ledger.models import Fact, File, known
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.there_is import ThereIs
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Field, Kind


def model_of(kind: Kind) -> Any:
    """The table that lists a kind."""
    return apps.get_model("ledger", kind.model)


def sheet_of(kind: Kind) -> Any:
    """The table of dated sheets beside a kind of subject."""
    return apps.get_model("ledger", kind.sheet)


def stated(model: type[Fact], scope: Scope) -> QuerySet[Any]:
    """The rows of a table that were so on the scope's day, as known at its time."""
    if isinstance(scope.own, dt.date):
        return model.objects.at(Moment(scope.own, scope.known_at))
    said = model.so_on(expression_of(scope.own))
    return model._default_manager.filter(said, known(scope.known_at))


def rows_of(kind: Kind, scope: Scope) -> QuerySet[Any]:
    """All records of a kind on the scope's day, as known at its time."""
    return _of_kind(kind, stated(model_of(kind), scope))


def _of_kind(kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those rows of the table that lists a kind which are of that kind."""
    sort = {"kind": kind.name} if kind.model == "Subject" else {}
    return rows.filter(**sort, **kind.preset) if sort or kind.preset else rows


def all_of(kind: Kind, moment: Moment) -> QuerySet[Any]:
    """All records of a kind at a moment."""
    return rows_of(kind, Scope.at(moment, NoNames(), kind))


def lasting(kind: Kind, moment: Moment) -> QuerySet[Any]:
    """All records of a lasting kind, whatever their days, as known at a moment."""
    return _of_kind(kind, model_of(kind).objects.known(moment.known_at))


def common(kind: Kind, other: Kind) -> Kind:
    """What two kinds both are: themselves, or what both are built on."""
    if other.name == kind.name:
        if other.fields.keys() == kind.fields.keys():
            return kind
        return replace(kind, fields={**other.fields, **kind.fields})
    if basic(other) != basic(kind):
        raise Unsayable(f"a list cannot be of {kind.name} and of {other.name} at once")
    return VOCABULARY[basic(kind)]


def basic(kind: Kind) -> str:
    """The kind under which the records of a kind are kept."""
    return kind.basic or kind.name


def attached_to(field: Field, known_at: dt.datetime | None) -> ThereIs:
    """Whether a piece of work has a file beside it: a photo, or a paper of any form."""
    beside = File.objects.known(known_at).filter(activity=OuterRef("fact"))
    return ThereIs(beside.filter(form="photo") if field.read == "files.photo" else beside)


def as_answer(value: Any) -> Any:
    """A value as it is kept among answers: days are written out."""
    return value.isoformat() if isinstance(value, dt.date) else value


def answer_of(field: Field) -> Any:
    """An expression that reads a question's answer; nothing where there is none."""
    told = KeyTextTransform(field.key, "answers")
    if field.type == "number":
        return Cast(told, DecimalField(max_digits=18, decimal_places=4))
    if field.type == "day":
        return Cast(told, DateField())
    if field.type == "flag":
        whens = [When(**{f"answers__{field.key}": v}, then=Value(v)) for v in (True, False)]
        return Case(*whens, default=None, output_field=BooleanField())
    return told


@once
def sheet_rows(sheet: type[Fact], moment: Moment) -> QuerySet[Any]:
    """The sheet of a listed row, on the day of a moment."""
    return sheet._default_manager.at(moment).filter(fact=OuterRef("fact"))


def value_of(field: Field, kind: Kind, moment: Moment) -> Any:
    """An expression that reads a field of a listed row, for showing, sorting and adding up."""
    if field.compute is not None and not kind.sheet:
        return field.compute(moment.on, moment.known_at)
    if field.is_attached:
        return attached_to(field, moment.known_at)
    if field.is_answer:
        return answer_of(field)
    if field.compute is None and not field.read.startswith("sheet."):
        return F(field.read or field.key)
    sheet = sheet_rows(sheet_of(kind), moment)
    if field.compute is not None:
        return Subquery(
            sheet.annotate(computed_now=field.compute(moment.on, moment.known_at)).values(
                "computed_now"
            )[:1]
        )
    # A pointer read out of a subquery would lose its type and come as the text SQLite keeps it in.
    column = field.read.removeprefix("sheet.")
    pointer = UUIDField() if field.type == "one" else None
    return Subquery(sheet.values(column)[:1], output_field=pointer)
