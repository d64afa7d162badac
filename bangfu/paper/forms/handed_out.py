"""A filled form is handed out: written down as the download of a list is, for a purpose."""

from __future__ import annotations

from collections import defaultdict

from bangfu.ledger.actions import saved_list as saved_lists
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.subject import say_purpose
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.fill import FilledForm
from bangfu.paper.forms.told import TableTold


def hand_out(*, by: By, request: Request, done: FilledForm) -> None:
    """Write down of every table which records and columns it gives out; refused without purpose.

    A table into which nothing of the ledger came leaves no event.
    """
    say_purpose(by)
    for table in done.tables:
        if columns := _columns(table):
            _write_down(by, request, table, columns)


def _write_down(by: By, request: Request, table: TableTold, columns: dict[str, list[str]]) -> None:
    kind, place = VOCABULARY[table.rows_kind], request.place
    asked = {"on": [request.moment.on.isoformat()]}
    if place is not None:
        asked["place"] = [place.code or str(place.fact)]
    saved_lists.download(
        by=by,
        kind=kind.name,
        asked=asked,
        columns=columns.pop(kind.name, []),
        rows=table.rows,
        programme=(table.rows_programme or request.programme) if table.rows_entry else None,
        entry=table.rows_entry,
        beside=columns,
    )


def _columns(table: TableTold) -> dict[str, list[str]]:
    """The fields that were filled, or of what the numbers are, by kind."""
    found: dict[str, list[str]] = defaultdict(list)
    for column in table.columns:
        source = column.source
        if not column.filled:
            continue
        if source.figure is not None:
            keys = found[source.figure.kind.name]
            if source.figure.field in source.figure.kind:
                keys.append(source.figure.field)
        elif source.sort == "place":
            found["place"].append("name")
        elif source.field is not None and source.kind is not None:
            found[source.kind.name].append(source.field.key)
    return dict(found)
