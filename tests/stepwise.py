"""A ledger that was brought up to date step by step, as those of earlier versions were."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


class _Stepwise(MigrationLoader):
    """Knows the steps only, not the one that makes all tables of a new ledger at once."""

    def load_disk(self) -> None:
        super().load_disk()
        self.disk_migrations = {
            key: step for key, step in self.disk_migrations.items() if not step.replaces
        }


def migrate(*targets: tuple[str, str]) -> None:
    """To these steps, or to the last."""
    executor: Any = MigrationExecutor(connection)
    executor.loader = _Stepwise(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())
