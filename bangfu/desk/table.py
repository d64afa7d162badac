"""Rows of a list as a table: columns chosen and sorted, cells in words, each row with its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from bangfu.desk.filters import Choices, without
from bangfu.desk.page import address_of, language, said
from bangfu.ledger.conditions import model_of, value_of
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.ledger.prepared import Keyed
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import Cell, Line, Names, columns_of, lines
from bangfu.lists.dossier import versions_by_day
from bangfu.lists.listing import Listing
from bangfu.lists.pages import SORTED_FREELY, keyed, programmes_with
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind

#: Kinds whose rows were written by a programme, and where its name stands.
OWNED = ("enrolment", "class", "pairing", "measure", "document", "fund", "activity", "need",
         "project")  # fmt: skip
#: The section of a programme file that names the rows of a kind.
SECTIONS = {"enrolment": "enrol"} | {k: k for k in ("class", "pairing", "measure", "document")}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``sort`` is the address that sorts by it, ``order`` how it is sorted."""

    key: str
    label: str
    number: bool = False
    sort: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a table: its page, and its cells in the order of the columns."""

    fact: UUID
    kind: str
    cells: tuple[Cell, ...]

    @property
    def address(self) -> str:
        """Where it is opened; asked for by pages only, a workbook has no links."""
        return address_of(self.kind, self.fact)


@dataclass(frozen=True)
class Table:
    """What a template draws."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @cached_property
    def lines(self) -> list[tuple[Row, list[tuple[Column, Cell]]]]:
        """Each row with its cells beside their columns."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows]

    def only(self, facts: Sequence[UUID]) -> Table:
        """The same table with some of its rows, in their order."""
        rows = {row.fact: row for row in self.rows}
        return Table(self.columns, tuple(rows[fact] for fact in facts if fact in rows))

    def filled(self, *, but: UUID | None = None) -> Table:
        """The same table without columns in which nothing stands, or always the same record."""
        kept = [
            place
            for place, _column in enumerate(self.columns)
            if place == 0 or any(_tells(row.cells[place], but) for row in self.rows)
        ]
        rows = (replace(r, cells=tuple(r.cells[n] for n in kept)) for r in self.rows)
        return Table(tuple(self.columns[n] for n in kept), tuple(rows))


def _tells(cell: Cell, but: UUID | None) -> bool:
    return bool(cell.text) and not (but and cell.to and cell.to[1] == but)


def choose(kind: Kind, asked: QueryDict) -> list[Field]:
    """The columns that an address names, in the kind's own order; else the usual ones."""
    wanted = {key for text in asked.getlist("columns") for key in text.split(",")}
    chosen = [one for one in kind.fields.values() if one.key in wanted]
    return chosen or columns_of(kind)


def choices_of(listing: Listing) -> Mapping[str, Choices]:
    """The choices of fields whose words the list's programme agrees on."""
    meaning, kind = listing.meaning, listing.kind
    if not isinstance(meaning, Meaning) or kind.name not in SECTIONS:
        return {}
    entries = list(meaning.file.entries(SECTIONS[kind.name]))
    found = {"name": tuple((name, entry.title or name) for name, entry in entries)}
    if kind.name == "class":
        items = [item for _, entry in entries for item in getattr(entry, "items", {}).items()]
        found["option"] = tuple((key, one.title or key) for key, one in items)
    return found


# ------------------------------------------------------------------ order


def usual_order(kind: Kind) -> tuple[str, ...]:
    """The order of an index: subjects by their sound, places as a tree, the rest latest first."""
    if kind.name == "place":
        return ("path", "pk")
    if kind.name in SUBJECT_KINDS:
        return ("sort_key", "pk")
    return ("-date", "-pk") if kind.nature == "event" else ("-began", "-pk")


def sortable(kind: Kind, one: Field, total: int) -> bool:
    """Whether a list can be sorted by a column without keeping its reader waiting."""
    if one.type in ("many", "one") or one.sensitivity == "sealed":
        return False
    plain = one.compute is None and not one.read.startswith("sheet.")
    return plain or total <= SORTED_FREELY


def in_order(
    kind: Kind, moment: Moment, rows: QuerySet[Any], asked: QueryDict, total: int
) -> QuerySet[Any]:
    """The rows in the order that the address asks for, blanks last; else in the usual one."""
    text = asked.get("sort", "")
    key = text.removeprefix("-")
    if key not in kind or not sortable(kind, kind[key], total):
        return rows.order_by(*usual_order(kind))
    if key == "name" and kind.name in SUBJECT_KINDS and kind.name != "place":
        return rows.order_by("-sort_key" if text[0] == "-" else "sort_key", "pk")
    rows = rows.annotate(sorted_by=value_of(kind[key], kind, moment))
    by = F("sorted_by")
    first = by.desc(nulls_last=True) if text[0] == "-" else by.asc(nulls_last=True)
    return rows.order_by(first, "pk")


def _column(kind: Kind, one: Field, asked: QueryDict | None, total: int) -> Column:
    number = one.type in ("number", "money")
    column = Column(one.key, said(one.label), number)
    if asked is None or not sortable(kind, one, total):
        return column
    now = asked.get("sort", "")
    order = {one.key: "ascending", f"-{one.key}": "descending"}.get(now, "")
    rest = without(asked, "sort")
    turned = f"-{one.key}" if order == "ascending" else one.key
    return replace(column, sort=f"{rest}{'&' if len(rest) > 1 else ''}sort={turned}", order=order)


# ------------------------------------------------------------------ cells


def table(
    listing: Listing,
    rows: Any,
    fields: Sequence[Field],
    *,
    asked: QueryDict | None = None,
    total: int = 0,
) -> Table:
    """Some rows of a list (a queryset, or a page of one) as a table; ``asked`` makes it sort.

    The rows are found first and read afterwards, so that nothing is worked out for rows that are
    not shown.
    """
    found = list(rows.values_list("fact", "pk"))
    read = _lines_of(listing, rows.model, found, fields)
    return _drawn(listing, read, fields, asked, total)


def table_of(
    listing: Listing, found: Sequence[tuple[UUID, UUID]], fields: Sequence[Field]
) -> Table:
    """Rows that were found before as a table, in their order: their facts and their own keys."""
    return _drawn(listing, _lines_of(listing, model_of(listing.kind), found, fields), fields)


def _lines_of(
    listing: Listing, model: Any, found: Sequence[tuple[UUID, UUID]], fields: Sequence[Field]
) -> list[Line]:
    rows = keyed(model, [pk for _, pk in found])
    read = {line.fact: line for line in _read(listing, rows, fields)}
    return [read[fact] for fact, _pk in found]


def _read(listing: Listing, rows: Keyed, fields: Sequence[Field]) -> list[Line]:
    return lines(listing, rows, fields, language=language(), owned=_of_several(listing))


def _of_several(listing: Listing) -> bool:
    """Whether the rows may belong to several programmes."""
    return listing.programme is None and _base(listing.kind) in OWNED


def _drawn(
    listing: Listing,
    found: list[Line],
    fields: Sequence[Field],
    asked: QueryDict | None = None,
    total: int = 0,
) -> Table:
    columns = [_column(listing.kind, one, asked, total) for one in fields]
    if _of_several(listing):
        found, columns = _with_programme(listing, fields, found, columns)
    made = tuple(_row(listing.kind, line, fields) for line in found)
    return Table(tuple(columns), made)


def _base(kind: Kind) -> str:
    return kind.basic or kind.name


def _row(kind: Kind, line: Line, fields: Sequence[Field]) -> Row:
    cells = line.cells
    if kind.name in SUBJECT_KINDS and fields and fields[0].key == "name" and not cells[0].text:
        cells = (replace(cells[0], text=_("(erased)")), *cells[1:])
    return Row(line.fact, kind.name, tuple([_said(cell) for cell in cells]))


def _said(cell: Cell) -> Cell:
    """A pointer at an erased subject says so; everything else stays."""
    return cell if cell.text or not cell.to else replace(cell, text=_("(erased)"))


def _with_programme(
    listing: Listing,
    fields: Sequence[Field],
    found: list[Line],
    columns: list[Column],
) -> tuple[list[Line], list[Column]]:
    """Rows of several programmes: each says which, and its words are that programme's own."""
    known = programmes_with(line.programme for line in found)
    names = {key: Names.of(_listing_in(listing, row)) for key, row in known.items()}
    made = []
    for line in found:
        key = line.programme
        owner, words = (known.get(key), names.get(key, Names())) if key else (None, Names())
        cells = [_reworded(c, f, words) for c, f in zip(line.cells, fields, strict=True)]
        title = Cell(owner.name if owner else None, owner.title if owner else "")
        made.append(Line(line.fact, (*cells, title)))
    return made, [*columns, Column("programme", _("Programme"))]


def _listing_in(listing: Listing, programme: Programme) -> Listing:
    return Listing((listing.kind.name,), listing.moment, programme=programme)


def _reworded(cell: Cell, field: Field, words: Names) -> Cell:
    if field.type != "code" or field.codes or cell.raw not in words:
        return cell
    return replace(cell, text=said(words[cell.raw]))


def kind_or_none(name: str) -> Kind | None:
    """A kind of the vocabulary by its name."""
    return VOCABULARY[name] if name in VOCABULARY else None


def by_key(
    kind: Kind, facts: Iterable[UUID], moment: Moment, fields: Sequence[Field] = ()
) -> Table:
    """Some records by their keys as a table, with the usual columns or those that are named.

    Those that ended before the day are shown as when they ended.
    """
    listing, rows = Listing((kind.name,), moment), versions_by_day(kind, facts, moment)
    fields = fields or columns_of(kind)
    latest = {line.fact: line for line in _read(listing, rows, fields)}
    return _drawn(listing, list(latest.values()), fields)


def in_words(kind: Kind, row: Row, *, without: UUID) -> str:
    """A record in a few words: its values without the days and without one that is the subject.

    A bare yes or no says nothing without the word for what it answers, and is left out.
    """
    fields = [field for field in columns_of(kind) if field.type not in ("day", "flag")][:6]
    cells = dict(zip((field.key for field in columns_of(kind)), row.cells, strict=False))
    return " · ".join(cells[f.key].text for f in fields if _tells(cells[f.key], without))
