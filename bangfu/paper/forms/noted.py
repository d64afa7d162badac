"""A filled form is a demand that was met: who asked for it, and how it is known again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bangfu.ledger import clock
from bangfu.ledger.access import ROLES, NotAllowed, grants_of, seats_of
from bangfu.ledger.actions import demand as demands
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Demand, Place
from bangfu.ledger.moment import Moment
from bangfu.lists.demands import Earlier, earlier, taken_today
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.fill import FilledForm
from bangfu.paper.forms.told import ColumnTold, TableTold
from bangfu.tables.understand import layout_key


def headings_of(tables: Sequence[TableTold]) -> list[str]:
    """Every heading of a form but running numbers, with those above it."""
    columns = [column for table in tables for column in table.columns]
    paths = [c.column.path for c in columns if c.column.role != "serial" and c.column.path]
    return list(dict.fromkeys(" › ".join(path) for path in paths))


def layout_of(tables: Sequence[TableTold]) -> str:
    """The digest by which a form is known again, whatever its file is called."""
    columns = [column for table in tables for column in table.columns]
    return layout_key({place: column.column.path for place, column in enumerate(columns)})


def asked_before(request: Request, tables: Sequence[TableTold]) -> list[Earlier]:
    """What was given before of a form like this one, as far as the account may see it."""
    return earlier(request.user, layout_of(tables), headings_of(tables))


def noted_today(request: Request, tables: Sequence[TableTold]) -> Demand | None:
    """The record of this very form, where the account took it today already."""
    place = _place(request)
    if place is None:
        return None
    return taken_today(request.user, place.pk, layout_of(tables), clock.today())


def note(
    *,
    by: By,
    request: Request,
    done: FilledForm,
    title: str,
    asker: str,
    paper: str,
    entered: int = 0,
) -> Demand | None:
    """Write a filled form down; nothing where the account writes no demands of that place.

    ``entered``: cells that were typed here and went on record while it was filled.
    """
    columns, place = headings_of(done.tables), _place(request)
    if place is None or not columns:
        return None
    try:
        return demands.note(
            by=by, place=place, title=title, asker=asker, paper=paper,
            layout=layout_of(done.tables), columns=columns,
            rows=sum(table.rows for table in done.tables), filled=done.filled,
            left=sum(left_in(table) for table in done.tables),
            entered=entered + sum(table.kept for table in done.tables),
        )  # fmt: skip
    except NotAllowed:
        return None


def called(file: str, done: FilledForm) -> str:
    """What a form is called: its title, else its file."""
    titles = [table.title for table in done.tables if table.title]
    return titles[0] if titles else Path(file).stem


def left_in(table: TableTold) -> int:
    """The cells of a table's rows that were left blank."""
    return sum(_left(column, table.rows) for column in table.columns)


def _left(column: ColumnTold, rows: int) -> int:
    return column.blank if column.answered else rows - column.typed


def _place(request: Request) -> Place | None:
    """Of what the form was asked: the place that was named, the programme's, else the widest in
    which the account writes demands; without an account the whole tree.
    """
    if request.place is not None:
        return request.place
    if request.programme is not None:
        return request.programme.area
    if request.user is not None:
        grants = [g for g in grants_of(request.user) if ROLES[g.role].may("demand.note")]
        places = [place for grant in grants for place in seats_of(grant) if place is not None]
        return min(places, key=lambda place: len(place.path), default=None)
    tops = Place.objects.at(Moment(request.moment.on)).filter(parent__isnull=True)
    return tops.order_by("path").first()
