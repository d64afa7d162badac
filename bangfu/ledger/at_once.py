"""Many steps of a migration whose state is drawn up once, not after each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import RunSQL, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation


class TablesAtOnce(Operation):
    """Makes the tables of an empty ledger as they are after all of these steps.

    Django draws up every model that is tied to a changed one anew after each step, and in a ledger
    every model is tied to every other: two hundred steps took ten seconds of a processor. Here a
    table is made once, with all that later steps add to it. What a step does to rows is left out:
    there are none. A step whose SQL is written by hand is refused, since it would be lost.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        by_hand = [one for one in operations if isinstance(one, RunSQL | SeparateDatabaseAndState)]
        if by_hand:
            raise TypeError(f"cannot be made at once: {by_hand[0].describe()}")
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
        for model in self._added(app_label, from_state, to_state):
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop them, the last first."""
        for model in reversed(self._added(app_label, to_state, from_state)):
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)

    def describe(self) -> str:
        """What Django says of it."""
        return "Make all tables at once"

    def _added(self, app_label: str, before: Any, after: Any) -> list[Any]:
        """The models of this application that the later of two states has beyond the earlier."""
        keys = [key for key in after.models if key[0] == app_label and key not in before.models]
        return [after.apps.get_model(*key) for key in keys]
