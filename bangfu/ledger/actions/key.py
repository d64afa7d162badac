"""Sealed values are sealed anew under the present master key, so that an old one can be retired."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import BinaryField, F, Func, Q, QuerySet, Value

from bangfu.ledger import keys, vault
from bangfu.ledger.access import require
from bangfu.ledger.actions.event import By, action, current_act
from bangfu.ledger.models import (
    Activity,
    Class,
    Download,
    Enrolment,
    Fact,
    File,
    HealthDetail,
    Household,
    Intake,
    Need,
    Participant,
    Person,
    Proposal,
    Qualification,
)

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table's sealed columns, each sealed under its own name, and whose key sealed them.

    ``subject`` is the column that names whose; without one it is whom an activity was for.
    ``salt`` is the column of a row that has a key of its own.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    subject: str = ""
    salt: str = ""


#: Everything that is sealed; a test holds it against the tables.
SEALED: tuple[Sealed, ...] = (
    Sealed(Person, ("identity", "phone", "wishes", "health", "disability"), "fact_id"),
    Sealed(Household, ("risks",), "fact_id"),
    Sealed(Enrolment, ("grounds",), "subject_id"),
    Sealed(Class, ("grounds",), "subject_id"),
    Sealed(Proposal, ("grounds",), "subject_id"),
    Sealed(Need, ("private_text", "private_evidence"), "subject_id"),
    Sealed(HealthDetail, ("sort", "detail"), "subject_id"),
    Sealed(Qualification, ("number",), "person_id"),
    Sealed(File, ("secret",), "subject_id"),
    Sealed(Activity, ("private_note",)),
    Sealed(Intake, ("secret",), salt="salt"),
    Sealed(Download, ("secret",), salt="salt"),
)


def counted() -> dict[int, int]:
    """How many sealed values stand under each version of the master key."""
    found: dict[int, int] = {}
    for table in SEALED:
        for column in table.columns:
            rows = _with_value(table, column).values_list("under", flat=True)
            for under in rows.iterator():
                version = int.from_bytes(bytes(under), "big")
                found[version] = found.get(version, 0) + 1
    return dict(sorted(found.items()))


def _with_value(table: Sealed, column: str) -> QuerySet[Any]:
    """The rows, of every version, that hold a value; ``under`` is its master's version."""
    under = Func(F(column), Value(3), Value(2), function="SUBSTR", output_field=BinaryField())
    held = table.model._base_manager.filter(**{f"{column}__isnull": False})
    rows: QuerySet[Any] = held.annotate(under=under)
    return rows.exclude(under=b"")


def rotate(*, by: By, told: Callable[[int], None] | None = None) -> int:
    """Seal anew whatever an older master sealed, some rows at a time; returns how many rows.

    Broken off, it goes on from there when it is called again.
    """
    count = 0
    for table in SEALED:
        for part in _parts(_awaiting(table)):
            count += reseal(by=by, table=table.model._meta.db_table, rows=part)
            if told:
                told(count)
    return count


def _awaiting(table: Sealed) -> list[UUID]:
    """The rows of a table with a value that is not under the present master."""
    present = vault.keyring().current.to_bytes(2, "big")
    found: set[UUID] = set()
    for column in table.columns:
        rows = _with_value(table, column).exclude(under=present)
        found.update(rows.values_list("pk", flat=True))
    return sorted(found)


def _parts(rows: Sequence[UUID]) -> Iterator[list[UUID]]:
    for first in range(0, len(rows), _CHUNK):
        yield list(rows[first : first + _CHUNK])


@action("keys.rotate")
def reseal(*, by: By, table: str, rows: Iterable[UUID]) -> int:
    """Seal the values of some rows of a table under the present master key.

    What the values say does not change, so no row is superseded; the journal has the new digests.
    """
    require(by.user, "keys.rotate")
    sealed = next(one for one in SEALED if one.model._meta.db_table == table)
    found = list(sealed.model._base_manager.select_for_update().filter(pk__in=list(rows)))
    owners = _owners(sealed, found)
    held = _keys_of(sealed, found, owners)
    current_act().event.purpose = f"master {vault.keyring().current}"
    return sum(_reseal(row, sealed, owners[row.pk], held) for row in found)


def _keys_of(
    sealed: Sealed, rows: Sequence[Any], owners: Mapping[UUID, Sequence[UUID]]
) -> Mapping[UUID, keys.SubjectKey]:
    """The keys that sealed the values of some rows."""
    if sealed.salt:
        ring = vault.keyring()
        return {row.pk: ring.key_for(row.pk, getattr(row, sealed.salt)) for row in rows}
    return vault.keys_of({subject for several in owners.values() for subject in several})


def _owners(sealed: Sealed, rows: Sequence[Any]) -> dict[UUID, list[UUID]]:
    """Whose key may have sealed the values of each row."""
    if sealed.salt:
        return {row.pk: [row.pk] for row in rows}
    if sealed.subject:
        return {row.pk: [getattr(row, sealed.subject)] for row in rows}
    parts = Participant._base_manager.filter(
        activity__in={row.fact for row in rows}, part="whom"
    ).values_list("activity_id", "subject_id")
    whom: dict[UUID, list[UUID]] = {}
    for activity, subject in parts:
        whom.setdefault(activity, []).append(subject)
    return {row.pk: whom.get(row.fact, []) for row in rows}


def _reseal(
    row: Any, sealed: Sealed, owners: Sequence[UUID], held: Mapping[UUID, keys.SubjectKey]
) -> bool:
    changed = []
    for column in sealed.columns:
        value = getattr(row, column)
        if value:
            fresh = _opened_by(column, bytes(value), [held[o] for o in owners if o in held])
            if fresh != bytes(value):
                setattr(row, column, fresh)
                changed.append(column)
    if changed:
        act = current_act()
        if isinstance(row, Fact):
            act.after(row)
        row.save(update_fields=changed)
        if isinstance(row, Fact):
            act.touch(row, *changed)
    return bool(changed)


def _opened_by(column: str, value: bytes, owners: Sequence[keys.SubjectKey]) -> bytes:
    """The value under the present master, by the key that opens it; as it is where none is left."""
    wrong: keys.NotGenuine | None = None
    for key in owners:
        try:
            return key.reseal(column, value)
        except keys.NotGenuine as other:
            wrong = other
    if wrong is not None:
        raise wrong
    return value


def any_under(version: int) -> bool:
    """Whether any value stands under a version of the master key."""
    under = version.to_bytes(2, "big")
    return any(
        _with_value(table, column).filter(Q(under=under)).exists()
        for table in SEALED
        for column in table.columns
    )
