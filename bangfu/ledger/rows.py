"""The canonical values of a row, for its digest; the same from Python and from the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from bangfu.ledger.digests import row_digest
from bangfu.ledger.keys import Suite
from bangfu.ledger.models import Fact, FrozenReading, SubjectKey


def values_of(row: models.Model) -> dict[str, Any]:
    """Column values in the form in which the database gives them back."""
    return {f.attname: settled(f, getattr(row, f.attname)) for f in row._meta.concrete_fields}


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
_TOLD_IN_CLEAR = frozenset(("ledger_subject", "ledger_person", "ledger_household"))


def digest_of(row: models.Model, salts: Mapping[UUID, bytes], suite: Suite) -> bytes:
    """The 16-byte digest of all columns of a row; ``salts`` by subject, for those that need it."""
    table = row._meta.db_table
    salt = salts.get(_fact(row), b"") if table in _TOLD_IN_CLEAR else b""
    return row_digest(table, values_of(row), salt=salt, suite=suite)


def _fact(row: models.Model) -> UUID:
    assert isinstance(row, Fact)
    return row.fact_key


def salts_for(
    rows: Iterable[models.Model], held: Mapping[UUID, bytes] | None = None
) -> dict[UUID, bytes]:
    """The salts that the digests of some rows need, in one query for those not held already."""
    salts = dict(held or {})
    told = {_fact(row) for row in rows if row._meta.db_table in _TOLD_IN_CLEAR}
    missing = SubjectKey.objects.filter(subject__in=told - salts.keys(), salt__isnull=False)
    for subject, salt in missing.values_list("subject_id", "salt"):
        salts[subject] = bytes(salt or b"")
    return salts


def journalled() -> tuple[type[models.Model], ...]:
    """The tables whose every row some event must explain."""
    tables = apps.get_app_config("ledger").get_models()
    return (*(m for m in tables if issubclass(m, Fact)), SubjectKey, FrozenReading)
