"""One sheet of a workbook: rows added as the form has them, and cells written into them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from bangfu.paper.forms.added_rows import Added, Like
from bangfu.paper.forms.cells import Value, Writer
from bangfu.paper.forms.growing import Room
from bangfu.paper.forms.references import (
    LAST_ROW,
    Insertion,
    bounds,
    column_number,
    copied_across,
    copied_down,
    covered_columns,
    moved_area,
    moved_areas,
    moved_cell,
    shifted,
    split,
)
from bangfu.paper.forms.workbook import Workbook
from bangfu.tables.grid import letter

_FORMULAS = frozenset(("f", "formula", "formula1", "formula2"))
_ONE_CELL = frozenset(("activeCell", "topLeftCell"))
_PLACE = "bangfu-rows"


class Sheet:
    """A sheet that is being filled. ``kept`` and ``hidden`` are cells that could not be."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.book, self.name = book, name
        self.part = book.sheets[name]
        self.root = book.package.root(self.part)
        self.space = f"{{{etree.QName(self.root).namespace}}}"
        self.data = self.root.find(f"{self.space}sheetData")
        self.kept: list[tuple[int, int]] = []
        self.hidden: list[tuple[int, int]] = []
        self._added: list[Added] = []
        self._rows: dict[int, Any] = {}
        self._number_rows()
        self._room = Room.of(self.root, self.space, book.styles)
        self._columns = [
            (int(one.get("min")), int(one.get("max")), int(one.get("style", "0")))
            for one in self.root.iterfind(f"{self.space}cols/{self.space}col")
        ]

    def _number_rows(self) -> None:
        """Say of every row and cell where it stands; programs may leave that out."""
        row = 0
        for line in self.data.iterchildren(f"{self.space}row"):
            row = int(line.get("r") or row + 1)
            if not 1 <= row <= LAST_ROW:
                raise ValueError(f"there is no row {row}")
            line.set("r", str(row))
            self._rows[row] = line
            column = 0
            for cell in line.iterchildren(f"{self.space}c"):
                said = cell.get("r")
                column = column_number(split(said)[0]) if said else column + 1
                cell.set("r", f"{letter(column)}{row}")

    # -------------------------------------------------------------- adding rows

    def add_rows(self, by: Insertion) -> None:
        """Add rows to a block: what stands below, and all that points there, moves."""
        self._spell_out_shared_formulas()
        self._move_formulas(by)
        self._move_beside(by)
        template = self._rows.get(by.template)
        self._move_rows(by)
        for added in self._added:
            added.start = by.row(added.start)
        added = Added(by.at, by.more, template)
        self._place(added)
        self._added.append(added)
        self._repeat_merges(by)

    def _spell_out_shared_formulas(self) -> None:
        """Give every cell of a shared formula its own, as rows in between would part them."""
        shared: dict[str, tuple[int, int, str]] = {}
        for row, column, formula in self._formulas():
            if formula.get("t") != "shared":
                continue
            key = formula.get("si")
            if formula.text:
                shared[key] = row, column, formula.text
            elif key in shared:
                top, left, text = shared[key]
                formula.text = _copied(text, row - top, column - left)
            for name in ("t", "si", "ref"):
                formula.attrib.pop(name, None)

    def _formulas(self) -> Iterator[tuple[int, int, Any]]:
        for formula in self.data.iter(f"{self.space}f"):
            letters, row = split(formula.getparent().get("r"))
            yield row, column_number(letters), formula

    def _move_formulas(self, by: Insertion) -> None:
        for row, _, formula in self._formulas():
            if formula.text:
                formula.text = self._shifted(formula.text, by, row)
            if formula.get("ref"):
                formula.set("ref", moved_area(formula.get("ref"), by))

    def _shifted(self, formula: str, by: Insertion, row: int | None = None) -> str:
        return shifted(formula, by, sheet=self.name, home=self.name, row=row)

    def _move_beside(self, by: Insertion) -> None:
        """Move whatever points at cells from outside of the rows."""
        for part in self.root.iterchildren():
            if part is not self.data:
                for element in part.iter(etree.Element):
                    self._move_element(element, by)

    def _move_element(self, element: Any, by: Insertion) -> None:
        name = etree.QName(element).localname
        for key in ("ref", "sqref", *_ONE_CELL):
            if said := element.get(key):
                one = key in _ONE_CELL or (name == "hyperlink" and ":" not in said)
                element.set(key, moved_cell(said, by) if one else moved_areas(said, by))
        if element.get("location"):
            element.set("location", self._shifted(element.get("location"), by))
        if name in _FORMULAS and element.text:
            element.text = self._shifted(element.text, by)
        if name == "sqref" and element.text:
            element.text = moved_areas(element.text, by)
        if name == "brk" and etree.QName(element.getparent()).localname == "rowBreaks":
            element.set("id", str(by.row(int(element.get("id")) + 1) - 1))
        if name == "row" and element.text and element.text.isdigit():
            # The anchor of a control, counted from nought.
            element.text = str(by.row(int(element.text) + 1) - 1)

    def _move_rows(self, by: Insertion) -> None:
        moved = {}
        for row, line in self._rows.items():
            to = by.row(row)
            moved[to] = line
            if to != row:
                line.set("r", str(to))
                for cell in line.iterchildren(f"{self.space}c"):
                    cell.set("r", f"{split(cell.get('r'))[0]}{to}")
        self._rows = moved

    def _place(self, added: Added) -> None:
        """Mark where the added rows come; they are written as text, being many."""
        mark = etree.ProcessingInstruction(_PLACE, str(len(self._added)))
        below = min((row for row in self._rows if row > added.start), default=None)
        if below is None:
            self.data.append(mark)
        else:
            self._rows[below].addprevious(mark)

    def _repeat_merges(self, by: Insertion) -> None:
        merges = self.root.find(f"{self.space}mergeCells")
        across = [m for m in self._merges() if m[0] == m[2] == by.template]
        for row in range(by.at, by.at + by.more):
            for _, left, _, right in across:
                area = f"{letter(left)}{row}:{letter(right)}{row}"
                etree.SubElement(merges, f"{self.space}mergeCell", ref=area)
        if across:
            merges.set("count", str(len(merges)))

    def _merges(self) -> list[tuple[int, int, int, int]]:
        found = self.root.iterfind(f"{self.space}mergeCells/{self.space}mergeCell")
        return [bounds(one.get("ref")) for one in found]

    # -------------------------------------------------------------- writing

    def write_block(
        self, top: int, by: Insertion, rows: Sequence[Mapping[int, Value]], writer: Writer
    ) -> None:
        """Write rows of values from a row on; those that were added are made on the way."""
        start = top + by.at - by.first
        added = next((a for a in self._added if a.start == start and by.more), None)
        merges = [m for m in self._merges() if m[2] >= top and m[0] < top + len(rows)]
        before, amid = start - top, start - top + by.more
        if added is not None:
            # Before the row that they are like is written, and may grow.
            self._write_added(added, rows[before:amid], writer, merges)
        for place, values in enumerate(rows):
            if added is None or not before <= place < amid:
                self._write_row(top + place, values, writer, merges)

    def write(self, row: int, column: int, value: Value, writer: Writer) -> None:
        """Write one cell."""
        self._write_row(row, {column: value}, writer, self._merges())

    def _write_row(
        self,
        row: int,
        values: Mapping[int, Value],
        writer: Writer,
        merges: Sequence[tuple[int, int, int, int]],
    ) -> None:
        line, needed = self._row(row), 0.0
        fixed = self._room.is_fixed(line.attrib)
        cells = {split(cell.get("r"))[0]: cell for cell in line.iterchildren(f"{self.space}c")}
        covered = covered_columns(row, merges)
        for column in sorted(values):
            if values[column] is None:
                continue
            if column in covered:
                self.hidden.append((row, column))
                continue
            letters = letter(column)
            cell = cells.get(letters)
            if cell is None:
                cell = cells[letters] = self._new_cell(line, row, column)
            if cell.find(f"{self.space}f") is not None:
                self.kept.append((row, column))
                continue
            self._put(cell, values[column], writer)
            if not fixed:
                style = int(cell.get("s", "0"))
                style, high = self._room.look(values[column], style, row, column, merges)
                needed = max(needed, high)
                if high and style:
                    cell.set("s", str(style))
        if needed:
            self._room.let_grow(line, needed)

    def _row(self, row: int) -> Any:
        if row not in self._rows:
            line = etree.Element(f"{self.space}row", r=str(row))
            below = min((other for other in self._rows if other > row), default=None)
            if below is None:
                self.data.append(line)
            else:
                self._rows[below].addprevious(line)
            self._rows[row] = line
        return self._rows[row]

    def _new_cell(self, line: Any, row: int, column: int) -> Any:
        cell = etree.Element(f"{self.space}c", r=f"{letter(column)}{row}")
        if style := self._style(line, column):
            cell.set("s", str(style))
        for other in line.iterchildren(f"{self.space}c"):
            if column_number(split(other.get("r"))[0]) > column:
                other.addprevious(cell)
                return cell
        line.append(cell)
        return cell

    def _style(self, line: Any, column: int) -> int:
        """The style of a cell that is not there: its row's, else its column's."""
        if line is not None and line.get("s") and line.get("customFormat") in ("1", "true"):
            return int(line.get("s"))
        return next((s for first, last, s in self._columns if first <= column <= last), 0)

    def _put(self, cell: Any, value: Value, writer: Writer) -> None:
        style, kind, inside = writer.parts(value, int(cell.get("s", "0")))
        for child in list(cell):
            cell.remove(child)
        for name in ("t", "vm", "cm"):
            cell.attrib.pop(name, None)
        if style != int(cell.get("s", "0")):
            cell.set("s", str(style))
        if inside:
            if kind:
                cell.set("t", kind)
            space = etree.QName(self.root).namespace
            cell.extend(etree.fromstring(f"<c xmlns={quoteattr(space)}>{inside}</c>"))

    # -------------------------------------------------------------- rows that were added

    def _write_added(
        self,
        added: Added,
        rows: Sequence[Mapping[int, Value]],
        writer: Writer,
        merges: Sequence[tuple[int, int, int, int]],
    ) -> None:
        likes = self._likes(added, {column for values in rows for column in values})
        above = [m for m in merges if m[0] < added.start <= m[2]]
        repeated = [m for m in merges if m[0] == m[2] == added.start]
        own = [*above, *repeated]
        covered = covered_columns(added.start, own)
        told = added.template.attrib if added.template is not None else {}
        opening, high_opening = self._opening(told), self._opening(told, grown=True)
        origin = int(told.get("r", 0))
        grows = not self._room.is_fixed(told)
        for place, values in enumerate(rows):
            row, needed = added.start + place, 0.0
            styles: dict[int, int] = {}
            for like in likes if grows else ():
                value = values.get(like.column)
                look = self._room.look(value, like.style, added.start, like.column, own)
                styles[like.column], needed = look[0], max(needed, look[1])
            line = self._line(row, values, likes, covered, writer, row - origin, styles)
            start = opening
            if needed:
                start = f'{high_opening} ht="{self._room.grown(told, needed):.1f}" customHeight="1"'
            added.lines[row] = f'{start} r="{row}">{line}</row>'

    def _likes(self, added: Added, columns: set[int]) -> list[Like]:
        found: dict[int, Like] = {}
        template = added.template
        for cell in template.iterchildren(f"{self.space}c") if template is not None else ():
            letters = split(cell.get("r"))[0]
            formula = cell.find(f"{self.space}f")
            text = formula.text if formula is not None else None
            column = column_number(letters)
            found[column] = Like(column, letters, int(cell.get("s", "0")), text)
        for column in columns - set(found):
            letters = letter(column)
            found[column] = Like(column, letters, self._style(template, column), None)
        return [found[column] for column in sorted(found)]

    def _opening(self, template: Mapping[Any, str], *, grown: bool = False) -> str:
        """The start of an added row's element, with the looks of the row it is like; ``grown``:
        without its height.
        """
        space = etree.QName(self.root).namespace
        said = f" xmlns={quoteattr(space)}" if self.root.prefix else ""
        prefixes = {uri: prefix for prefix, uri in self.root.nsmap.items() if prefix}
        for key, value in template.items():
            name = etree.QName(key)
            if name.namespace:
                if name.namespace not in prefixes:
                    continue
                said += f" {prefixes[name.namespace]}:{name.localname}={quoteattr(value)}"
            elif key not in ("r", "spans", *(("ht", "customHeight") if grown else ())):
                said += f" {key}={quoteattr(value)}"
        return f"<row{said}"

    def _line(
        self,
        row: int,
        values: Mapping[int, Value],
        likes: Sequence[Like],
        covered: set[int],
        writer: Writer,
        down: int,
        styles: Mapping[int, int],
    ) -> str:
        cells = []
        for like in likes:
            value = values.get(like.column)
            style, kind, inside = styles.get(like.column, like.style), "", ""
            if like.formula is not None:
                inside = f"<f>{escape(copied_down(like.formula, down))}</f>"
            if value is not None:
                if like.formula is not None:
                    self.kept.append((row, like.column))
                elif like.column in covered:
                    self.hidden.append((row, like.column))
                else:
                    style, kind, inside = writer.parts(value, style)
            head = f'<c r="{like.letters}{row}"'
            if style:
                head += f' s="{style}"'
            if kind and inside:
                head += f' t="{kind}"'
            cells.append(f"{head}>{inside}</c>" if inside else f"{head}/>")
        return "".join(cells)

    # -------------------------------------------------------------- the end

    def finish(self) -> None:
        """Write the sheet's part; values that formulas had are left to be worked out anew."""
        for _, _, formula in self._formulas():
            cell = formula.getparent()
            cell.attrib.pop("t", None)
            for told in cell.findall(f"{self.space}v"):
                cell.remove(told)
        self._measure()
        self.book.package.keep(self.part)
        content = self.book.package.changed[self.part]
        for place, added in enumerate(self._added):
            mark = f"<?{_PLACE} {place}?>".encode()
            lines = "".join(added.in_order()).encode()
            content = content.replace(mark, lines, 1)
        self.book.package.changed[self.part] = content
        if next(self._formulas(), None) is not None:
            self.book.reckon_anew(rows_moved=bool(self._added))

    def _measure(self) -> None:
        """Let the sheet's dimension cover what was written."""
        dimension = self.root.find(f"{self.space}dimension")
        rows = [*self._rows, *(a.start + a.count - 1 for a in self._added)]
        if dimension is None or not rows:
            return
        last = max(rows)
        top, left, bottom, right = bounds(dimension.get("ref", "A1"))
        if last > bottom:
            first = f"{letter(left)}{top}"
            dimension.set("ref", f"{first}:{letter(right)}{last}")


def _copied(formula: str, rows: int, columns: int) -> str:
    return copied_across(copied_down(formula, rows), columns)
