"""What an installation should have and lacks: migrations, and what the database refuses."""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor

from bangfu.ledger.models import SubjectKey
from bangfu.ledger.refusals import missing, pieces


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
    return [piece.name for piece in missing(DEFAULT_DB_ALIAS)]


def expected_refusals() -> list[str]:
    """The names of the constraints and triggers that should stand on this kind of database."""
    return [piece.name for piece in pieces(DEFAULT_DB_ALIAS)]
