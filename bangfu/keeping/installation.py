"""What an installation should have and lacks: migrations, and what the database refuses."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bangfu.ledger.models import SubjectKey
from bangfu.ledger.refusals import REFUSALS, NoOverlap


def pending_migrations() -> list[str]:
    """The migrations that this database has not seen yet, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, backwards in plan]


def is_new() -> bool:
    """Whether the database has no tables of ours yet."""
    return SubjectKey._meta.db_table not in connection.introspection.table_names()


def missing_refusals() -> list[str]:
    """What the database should refuse by itself and does not, by name."""
    present = _standing()
    return [name for name in expected_refusals() if name not in present]


def expected_refusals() -> list[str]:
    """The names of the constraints and triggers that should stand on this kind of database."""
    names: list[str] = []
    for refusal in REFUSALS:
        if isinstance(refusal, NoOverlap) and connection.vendor == "sqlite":
            names += [f"{refusal.name}_insert", f"{refusal.name}_update"]
        else:
            names.append(refusal.name)
    return names


def _standing() -> set[str]:
    asked = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger "
        "WHERE tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {str(name) for (name,) in cursor.fetchall()}
