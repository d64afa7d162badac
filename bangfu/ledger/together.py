"""What the rows of one list ask in common is asked once for all: a list is one action.

Whether the account may do it is asked of what stood before the list, and of what it wrote once all
of it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from bangfu.ledger.once import parts_taken_back

T = TypeVar("T")


@dataclass(slots=True)
class Together:
    """A list under way: whom and which places its rows name, what was asked, what was written.

    ``row`` is the number of the row that is being written; of each record that was written it is
    kept which row wrote it and by which action.
    """

    named: frozenset[UUID]
    row: int = 0
    answers: dict[Any, Any] = field(default_factory=dict)
    written: list[tuple[int, str, Any]] = field(default_factory=list)

    def once(self, key: Any, ask: Callable[[], T]) -> T:
        """An answer that holds for the whole list."""
        if key not in self.answers:
            self.answers[key] = ask()
        found: T = self.answers[key]
        return found


_together: ContextVar[Together | None] = ContextVar("together", default=None)


def together() -> Together | None:
    """The list whose rows are being written, if it is one."""
    return _together.get()


@contextmanager
def asked_together(named: Iterable[UUID]) -> Iterator[Together]:
    """Rows of a list that name these subjects and places are written one after another."""
    token = _together.set(asked := Together(frozenset(named)))
    try:
        with parts_taken_back():
            yield asked
    finally:
        _together.reset(token)
