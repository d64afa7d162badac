"""What is built by a project, in one cell: each of its parts with how much of it is planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.access import kind_for, opens
from bangfu.ledger.conditions import all_of
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.joining import Cell

#: Where it is read: at the parts of the project.
PARTS = "project_part"
_TOLD = ("title", "planned", "unit")


def parts_built(request: Request, keys: Sequence[UUID]) -> Mapping[UUID, Cell]:
    """Of some parts of projects what each is, as 路面硬化600平方米, as far as they are open."""
    kind, user = VOCABULARY[PARTS], request.user
    if user is not None and not set(_TOLD) <= set(kind_for(user, kind).fields):
        return {key: Cell((), (), withheld=True) for key in keys}
    rows: QuerySet[Any] = all_of(kind, request.moment).filter(fact__in=keys)
    if user is not None:
        rows = opens(user, kind, rows)
    told = {
        key: f"{title}{_number(planned)}{unit if planned is not None else ''}"
        for key, title, planned, unit in rows.values_list("fact", *_TOLD)
    }
    shut = {key: Cell((), (), withheld=True) for key in keys if key not in told}
    return {**shut, **{key: Cell((text,), (key,)) for key, text in told.items()}}


def _number(planned: Decimal | None) -> str:
    return "" if planned is None else f"{planned.normalize():f}"
