"""What a household's income of one year was reckoned to be (2025年人均纯收入)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.access import kind_for, opens
from bangfu.ledger.models import Reckoning
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import Cell as Read
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.joining import Cell
from bangfu.paper.forms.told import ColumnTold
from bangfu.paper.forms.values import value_for

#: In which column of a reckoning a field of the household stands.
_COLUMNS = {
    "net_income": "net", "per_head_income": "per_head", "wages": "wages", "business": "business",
    "property_income": "assets", "transfers": "transfer", "costs": "cost", "claims": "claim",
    "self_paid": "self_paid",
}  # fmt: skip
#: A year's income is reckoned over twelve months that end in it, from this month on.
_FROM_MONTH, _DAYS = 9, 360


def reckoned_in(
    request: Request, homes: Sequence[UUID], column: ColumnTold, unit: str
) -> Mapping[UUID, Cell]:
    """What the latest reckoning of a year says of households; nothing where there was none."""
    one, year = column.source.field, column.source.year
    assert one is not None
    if request.user is not None and one.key not in kind_for(request.user, VOCABULARY["household"]):
        return {home: Cell((), (), withheld=True) for home in homes}
    rows: QuerySet[Any] = Reckoning.objects.known(request.moment.known_at).filter(
        subject__in=homes, until__year=year, until__month__gte=_FROM_MONTH
    )
    if request.user is not None:
        rows = opens(request.user, VOCABULARY["reckoning"], rows)
    found: dict[UUID, Cell] = {}
    for row in rows.order_by("until", "date"):
        if (row.until - row.since).days >= _DAYS:
            amount = getattr(row, _COLUMNS[one.key])
            value = value_for(one, Read(amount, ""), column.column, unit)
            found[row.subject_id] = Cell((value,), (row.subject_id,))
    return found
