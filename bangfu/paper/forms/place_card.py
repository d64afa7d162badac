"""A card about a village or a town (村情简介): its names, and how many live there."""

from __future__ import annotations

from bangfu.ledger.models import Place
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.classwords import Words
from bangfu.paper.forms.figures import asked_figure
from bangfu.paper.forms.kept import keep_in_card
from bangfu.paper.forms.narrowing import within_place
from bangfu.paper.forms.opened import ONLY_OPEN, opened_source, place_is_open
from bangfu.paper.forms.part import Part
from bangfu.paper.forms.records import Reader, blank_cell
from bangfu.paper.forms.sources import NOT_HELD, TO_ASK, Source, nothing, source_of
from bangfu.paper.forms.summaries import figure_cell
from bangfu.paper.forms.told import CellTold, ColumnTold, TableTold
from bangfu.programmes.kinds import Label
from bangfu.tables.places_in import level_of
from bangfu.tables.understood import SURE, Column, Table

WHICH = Label(
    "请先选定这张表说的是哪个村（乡镇）",
    "say first of which village or town the form is",
)


def place_source(
    column: Column, table: Table, words: Words, request: Request, answer: str
) -> Source:
    """Where an answer comes from: a number of what lies there, or the place's own names.

    People who are named or phoned on such a card are none of those who live there.
    """
    if column.aggregate is not None:
        source = asked_figure(column, table, words, answer)
        return opened_source(request.user, source, of_programme=bool(answer))
    if column.confidence < SURE and not answer:
        return nothing(TO_ASK)
    source = source_of(VOCABULARY["place"], column, answer, request.moment.on)
    own = source.sort == "place" or source.kind is not None and source.kind.name == "place"
    return source if own or source.sort == "none" else nothing(NOT_HELD)


def place_card(table: Table, told: TableTold, request: Request) -> Part:
    """A card filled about the subject of the form, or the place that it is filled for."""
    place = _place(table, request)
    if place is None:
        told.remarks.append(WHICH)
        return Part(told)
    told.rows_are, told.rows = Label(place.name, place.name), 1
    told.rows_kind, told.about = "place", [place.fact_key]
    kind = VOCABULARY["place"]
    read = Reader(request, kind, table.unit).read([place.fact_key], told.columns)
    cells: dict[tuple[int, int], Value] = {}
    for number, column in enumerate(told.columns):
        at = column.row, column.column.index
        if column.source.figure is not None:
            value = _counted(column, place, at, table.unit, told)
        elif cell := read[place.fact_key].get(number):
            value = cell.value
            column.filled, column.blank = int(value is not None), int(value is None)
            keys = cell.keys or (place.fact_key,)
            told.cells.append(
                blank_cell(at, "place", cell, place.fact_key)
                if value is None
                else CellTold(*at, kind="place", keys=keys)
            )
        else:
            continue
        if value is not None:
            cells[at] = value
    if request.user is not None:
        told.remarks.append(ONLY_OPEN)
    keep_in_card(told, cells, request)
    return Part(told, cells=cells)


def _counted(
    column: ColumnTold, place: Place, at: tuple[int, int], unit: str, told: TableTold
) -> Value:
    figure = column.source.figure
    assert figure is not None
    own = within_place(figure, place)
    if own is None:
        column.source = nothing(NOT_HELD)
        return None
    return figure_cell(own, column, at, unit, told.cells)


def _place(table: Table, request: Request) -> Place | None:
    """The place that a card is about; none where the lowest that its labels name is another."""
    place = request.place
    if request.subject is not None:
        rows = Place.objects.at(request.moment).filter(fact=request.subject)
        place = rows.first() or place
    if place is None or not place_is_open(request, place):
        return None
    asked = (level_of(slot.column.heading) for slot in table.slots)
    levels = [_ORDER.index(found[0]) for found in asked if found and found[0] in _ORDER]
    return place if not levels or _ORDER[max(levels)] == place.level else None


_ORDER = ("province", "prefecture", "county", "township", "village")
