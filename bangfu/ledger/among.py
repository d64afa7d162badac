"""That a key is one of many, which are handed to the database all at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Func


def as_kept(key: UUID) -> Any:
    """A key in the form in which the database writes it, and columns of many rows hold it."""
    return str(key) if connection.features.has_native_uuid_field else key.hex


class Among(Func):
    """That a key is one of some; in the form in which the database keeps keys."""

    output_field = BooleanField()

    def __init__(self, column: Any, keys: Iterable[Any]) -> None:
        super().__init__(column)
        self.keys = [*map(str, keys)]

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """As a list in JSON."""
        sql, parameters = compiler.compile(self.source_expressions[0])
        told = f"{sql} IN (SELECT value FROM json_each(%s))"
        return told, (*parameters, json.dumps(self.keys))

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """As an array."""
        sql, parameters = compiler.compile(self.source_expressions[0])
        return f"{sql} = ANY(%s::uuid[])", (*parameters, self.keys)
