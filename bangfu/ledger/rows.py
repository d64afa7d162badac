"""The canonical values of a row, for its digest; the same from Python and from the database."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from bangfu.ledger.digests import row_digest
from bangfu.ledger.keys import Suite
from bangfu.ledger.models import Fact, FrozenReading, FrozenTable, SubjectKey, User


def values_of(row: models.Model) -> dict[str, Any]:
    """Column values in the form in which the database gives them back."""
    found: dict[str, Any] = {}
    for name, plain, field in columns_of(type(row)):
        value = getattr(row, name)
        # Most values have the column's own type already, and then nothing is to be settled.
        found[name] = value if value is None or type(value) is plain else settled(field, value)
    return found


@functools.cache
def columns_of(
    model: type[models.Model],
) -> tuple[tuple[str, type | None, models.Field[Any, Any]], ...]:
    """The columns of a table: attribute, the type whose values need no settling, and field."""
    return tuple((f.attname, _plain_type(f), f) for f in model._meta.concrete_fields)


def _plain_type(field: models.Field[Any, Any]) -> type | None:
    if isinstance(field, models.ForeignKey):
        return _plain_type(field.target_field)
    return next((plain for sort, plain in _PLAIN if isinstance(field, sort)), None)


#: More special before more general: a day is no instant, though Django's fields derive so.
_PLAIN: tuple[tuple[type[models.Field[Any, Any]], type], ...] = (
    (models.UUIDField, UUID),
    (models.CharField, str),
    (models.TextField, str),
    (models.DateTimeField, dt.datetime),
    (models.DateField, dt.date),
    (models.BinaryField, bytes),
    (models.BooleanField, bool),
    (models.IntegerField, int),
)


def settled(field: models.Field[Any, Any], value: Any) -> Any:
    """One value as its column keeps it: decimals at the column's scale, bytes as bytes."""
    if value is None:
        return None
    if isinstance(field, models.BinaryField):
        return bytes(value)
    if isinstance(field, models.ForeignKey):
        return settled(field.target_field, value)
    if isinstance(field, models.DecimalField):
        return Decimal(value).quantize(Decimal(1).scaleb(-field.decimal_places))
    return field.to_python(value)


#: Tables in which something about a person stands in clear: their digests are salted with the
#: subject's own salt, so that nobody can check a guess once the subject is erased.
TOLD_IN_CLEAR = frozenset(("ledger_subject", "ledger_person", "ledger_household"))


#: What changes outside of actions and so stands in no digest: Django notes each log-in.
UNGUARDED: Mapping[str, frozenset[str]] = {"ledger_user": frozenset(("last_login",))}


def digest_of(row: models.Model, salts: Mapping[UUID, bytes], suite: Suite) -> bytes:
    """The 16-byte digest of a row's guarded columns; ``salts`` by subject, for those in need."""
    return digest_of_values(row, values_of(row), salts, suite)


def digest_of_values(
    row: models.Model, values: Mapping[str, Any], salts: Mapping[UUID, bytes], suite: Suite
) -> bytes:
    """The same, of values that were taken from the row already."""
    return digest_of_line(type(row), values, salts, suite)


def digest_of_line(
    model: type[models.Model], values: Mapping[str, Any], salts: Mapping[UUID, bytes], suite: Suite
) -> bytes:
    """The same, of the values of a row of which there is no object."""
    table, salt = model._meta.db_table, b""
    if table in TOLD_IN_CLEAR:
        salt = salts.get(values["fact" if "fact" in values else "fact_id"], b"")
    return row_digest(table, _told(model, values), salt=salt, suite=suite)


def _told(model: type[models.Model], values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values that a digest is taken of: without what changes outside, and empty later ones."""
    if outside := UNGUARDED.get(model._meta.db_table):
        values = {name: value for name, value in values.items() if name not in outside}
    later: tuple[str, ...] = getattr(model, "later", ())
    empty = [name for name in later if values[name] in (None, "", b"")]
    return {k: v for k, v in values.items() if k not in empty} if empty else values


def _fact(row: models.Model) -> UUID:
    assert isinstance(row, Fact)
    return row.fact_key


def salts_for(
    rows: Iterable[models.Model], held: Mapping[UUID, bytes] | None = None
) -> dict[UUID, bytes]:
    """The salts that the digests of some rows need, in one query for those not held already."""
    told = {_fact(row) for row in rows if row._meta.db_table in TOLD_IN_CLEAR}
    salts = {key: held[key] for key in told if key in held} if held else {}
    missing = SubjectKey.objects.filter(subject__in=told - salts.keys(), salt__isnull=False)
    for subject, salt in missing.values_list("subject_id", "salt"):
        salts[subject] = bytes(salt or b"")
    return salts


def journalled() -> tuple[type[models.Model], ...]:
    """The tables whose every row some event must explain."""
    tables = apps.get_app_config("ledger").get_models()
    facts = (m for m in tables if issubclass(m, Fact))
    return (*facts, SubjectKey, FrozenReading, FrozenTable, User)


def key_bytes(key: Any) -> bytes:
    """The sixteen bytes by which a run names a row: its key, or its number written out."""
    if isinstance(key, UUID):
        return key.bytes
    return key.to_bytes(16, "big") if isinstance(key, int) else key_bytes(key.pk)
