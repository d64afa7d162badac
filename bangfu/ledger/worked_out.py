"""What a condition asks and no table holds: worked out in a room above, which the settings name.

What it tells of each record is asked of the database as keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from bangfu.ledger.among import Among, as_kept
from bangfu.ledger.conditions import NOTHING, Verdict

T = TypeVar("T")
Told = Mapping[UUID, T]
_put_only: ContextVar[bool] = ContextVar("put_only", default=False)


@contextmanager
def not_worked_out() -> Iterator[None]:
    """Within it questions are put and not asked: of no record anything is told."""
    token = _put_only.set(True)
    try:
        yield
    finally:
        _put_only.reset(token)


def worked_out(setting: str, *asked: Any) -> Told[Any]:
    """What the room that a setting names tells of each record."""
    if _put_only.get():
        return {}
    room: Callable[..., Told[Any]] = import_string(getattr(settings, setting))
    return room(*asked)


def those(sure: Iterable[UUID], may: Iterable[UUID]) -> Verdict:
    """That a record is surely, or possibly, one of some."""
    sure, may = list(sure), list(may)
    if len(sure) == len(may):
        return Verdict.plain(_one_of(sure))
    return Verdict(_one_of(sure), _one_of(may))


def _one_of(keys: list[UUID]) -> Q:
    return Q(Among("fact", map(as_kept, keys))) if keys else NOTHING
