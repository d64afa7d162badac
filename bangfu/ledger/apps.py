"""The one Django app that owns tables."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from bangfu.ledger.day_bounds import keep_out_of_indexes


class LedgerConfig(AppConfig):
    """Registers the ledger and keeps its refusals standing after each migration.

    A signal is used here and nowhere else: SQLite rebuilds a table when it is altered and drops
    its triggers in doing so, and no other hook runs after every migration, also in tests.
    """

    name = "bangfu.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        keep_out_of_indexes()
        post_migrate.connect(_stand_again, sender=self)


def _stand_again(**said: Any) -> None:
    from bangfu.ledger.actions.upgrade import refuse_anew

    refuse_anew(said["using"])
