"""Many steps of a migration whose state is drawn up once, not after each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class TablesAtOnce(Operation):
    """Makes the tables of an empty ledger as they are after all of these steps.

    Django draws up every model that is tied to a changed one anew after each step, and in a ledger
    every model is tied to every other: two hundred steps took ten seconds of a processor. Here a
    table is made once, with all that later steps add to it. For steps that only make models and add
    to models made among them.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Take every step, with nothing drawn up in between."""
        drawn_up = state.__dict__.pop("apps", None) is not None
        for step in self.operations:
            step.state_forwards(app_label, state)
        if drawn_up:
            state.apps  # noqa: B018 - what is asked for here is kept

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Make each table in its last shape."""
        for step in self._made():
            model = to_state.apps.get_model(app_label, step.name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop them, the last first."""
        for step in reversed(self._made()):
            model = from_state.apps.get_model(app_label, step.name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)

    def describe(self) -> str:
        """What Django says of it."""
        return f"Make {len(self._made())} tables at once"

    def _made(self) -> list[CreateModel]:
        return [step for step in self.operations if isinstance(step, CreateModel)]
