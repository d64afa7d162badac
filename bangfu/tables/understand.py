"""Understand any table: the one call that ``intake`` and ``paper`` stand on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path

from bangfu.programmes.kinds import Label
from bangfu.tables.catalogue import Catalogue
from bangfu.tables.coded import coded_by
from bangfu.tables.columns import SAID_BEFORE, columns, counted
from bangfu.tables.grid import Grid
from bangfu.tables.halves import in_two
from bangfu.tables.headings import canonical, in_title, plain, units_below, units_of_line, written
from bangfu.tables.indicators import Indicators, indicators_of
from bangfu.tables.layout import Block, blocks
from bangfu.tables.matching import Lexicon
from bangfu.tables.meanings import Setting
from bangfu.tables.members import read_again
from bangfu.tables.named_rows import naming_column
from bangfu.tables.parties import Parties
from bangfu.tables.periods import period_in, without_period
from bangfu.tables.places_in import level_of
from bangfu.tables.reading import read
from bangfu.tables.row_kinds import stub_column, subject_of
from bangfu.tables.subjects import leaf_of
from bangfu.tables.summaries import counts
from bangfu.tables.understood import (
    Book,
    Line,
    Period,
    Rows,
    Sheet,
    Slot,
    Subject,
    Table,
    Turned,
)
from bangfu.tables.unreadable import Unreadable
from bangfu.tables.upright import lying, stood_up
from bangfu.tables.worked_out import worked_in

#: What a column says that names the unit of the numbers beside it.
UNIT = Label("计量单位", "unit of count")

__all__ = ["Unreadable", "layout_key", "path_key", "understand"]

_ASIDE = re.compile(r"^(附件|附表|表)[一二三四五六七八九十0-9]*$|[:：]")


def understand(
    path: Path, catalogue: Catalogue, *, sheet: str | None = None, bundles: bool = False,
    upright: bool = False,
) -> Book:  # fmt: skip
    """Every table of a file, with what its rows and columns are; raises :class:`Unreadable`.

    ``sheet`` names the one sheet that is wanted; ``bundles``: an archive of files is read as one;
    ``upright``: a list that lies on its side is read as one that stands.
    """
    found = read(path, bundles=bundles)
    named = [name for name, _, _ in found.sheets]
    if sheet is not None and sheet not in named:
        raise Unreadable(
            f"{path.name} 没有名为“{sheet}”的工作表；有：{'、'.join(named)}",
            f"{path.name} has no sheet {sheet!r}; there are {', '.join(named)}",
        )
    lexicon = _lexicon(_Same(catalogue))
    sheets = tuple(
        (_upright(name, grid, hidden, lexicon, catalogue) if upright else None)
        or Sheet(name, _tables(grid, lexicon, catalogue), grid, hidden)
        for name, grid, hidden in found.sheets
        if sheet in (None, name)
    )
    if found.format == "docx":
        sheets = tuple(_from_page_to_page(sheets))
    turned = (_turned(one.name) for one in sheets if any(isinstance(t, Turned) for t in one.tables))
    return Book(path.name, found.format, sheets, (*found.remarks, *turned))


def _from_page_to_page(sheets: Sequence[Sheet]) -> Iterator[Sheet]:
    """Tables of a paper; one without a title, under the headings of the one before, goes on in it:
    what stands above that one is said of it too.
    """
    above: Table | None = None
    for sheet in sheets:
        if len(sheet.tables) == 1 and above is not None and _goes_on(sheet.tables[0], above):
            one = sheet.tables[0]
            one = replace(one, title=above.title, unit=above.unit, period=above.period)
            sheet = replace(sheet, tables=(one,))
        above = sheet.tables[0] if len(sheet.tables) == 1 else None
        yield sheet


def _goes_on(table: Table, above: Table) -> bool:
    heads = [[column.path for column in one.columns] for one in (table, above)]
    return not table.title and table.layout == "rows" and bool(heads[0]) and heads[0] == heads[1]


def _upright(
    name: str, grid: Grid, hidden: bool, lexicon: Lexicon, catalogue: Catalogue
) -> Sheet | None:
    """A sheet whose one list lay on its side, stood up; nothing where there is no such list."""
    if (found := lying(grid, lexicon.knows)) is None:
        return None
    rows, left = found
    grid = stood_up(grid, rows, left)
    tables = _tables(grid, lexicon, catalogue)
    if len(tables) != 1 or tables[0].header is None or tables[0].subject.shape != "records":
        return None
    told = {one.name: getattr(tables[0], one.name) for one in fields(Table)}
    return Sheet(name, (Turned(**told, top=rows.first, left=left),), grid, hidden)


def _turned(name: str) -> Label:
    return Label(
        f"“{name}”里每列是一条记录，已转正读取（表头行、数据行按转正后的说）",
        f"each column of “{name}” is a record; it is read stood up, and so rows are told of it",
    )


class _Same:
    """A catalogue by its headings, so that the lexicon of the same ones is made once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.catalogue.headings is self.catalogue.headings

    def __hash__(self) -> int:
        return id(self.catalogue.headings)


@lru_cache(maxsize=4)
def _lexicon(same: _Same) -> Lexicon:
    return Lexicon(same.catalogue)


def layout_key(paths: Mapping[int, tuple[str, ...]]) -> str:
    """A digest of a table's headings, under which corrections are remembered."""
    return _digest("\n".join("\t".join(map(plain, path)) for path in paths.values()))


def path_key(path: tuple[str, ...]) -> str:
    """A digest of one column's headings; of none, it stands for what the rows are about."""
    return _digest("\t".join(map(plain, path)))


def _digest(told: str) -> str:
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _tables(grid: Grid, lexicon: Lexicon, catalogue: Catalogue) -> tuple[Table, ...]:
    found: list[Table] = []
    for block in blocks(grid, lexicon.knows):
        inside = all(line.row in grid.drawn for line in block.above)
        goes_on = bool(found) and found[-1].of_card is not None and inside
        card = next((table for table in reversed(found) if table.layout == "card"), None)
        table = _table(grid, block, lexicon, catalogue, card=card if goes_on else None)
        if not (found and _signed(table)):
            found.append(table)
    return tuple(found)


def _signed(table: Table) -> bool:
    """Whether what looks like headings is the line below a table: 填表人:张三, 审核人:李四."""
    headings = [column.heading for column in table.columns if column.heading]
    return table.layout == "rows" and bool(headings) and all(map(_SIGNED.search, headings))


_SIGNED = re.compile(r"[:：]")


def _table(
    grid: Grid, block: Block, lexicon: Lexicon, catalogue: Catalogue, *, card: Table | None
) -> Table:
    unit_line = next((line for line in block.above if units_of_line(line.text)), None)
    below = units_below(line.text for line in block.notes)
    units = units_of_line(unit_line.text) if unit_line else below
    title = title_of(block.above)
    period = _period(block.above, title)
    paths = block.paths or {n: (_label(p[4]),) for n, p in enumerate(block.pairs)}
    told = {n: path for n, path in paths.items() if not _measures(grid, block, n)}
    coded = coded_by(paths, title, lexicon) if block.layout != "card" else {}
    subject = subject_of(block, told, title, units, lexicon, coded)
    indicators = indicators_of(grid, block, title, period, lexicon)
    naming = naming_column(grid, block, title, units, lexicon)
    if indicators is not None or naming:
        subject = Subject("summary", "class", 0.95, SAY_THEMSELVES)
    if block.layout == "card" and card is not None:
        # The card goes on below its list of members: the same subject, the same helper.
        subject = card.subject
    key = layout_key(paths)
    said = {p: w for (layout, p), w in catalogue.remembered.items() if layout == key}
    remembered = {path: said[path_key(path)] for path in paths.values() if path_key(path) in said}
    if (kind := said.get(path_key(()))) and block.layout != "card":
        subject = Subject("records", kind, 0.99, SAID_BEFORE)
    stub = naming or stub_column(block, subject)
    setting = Setting(
        subject, lexicon, grid, block.body, units, title, period, remembered, stub, coded
    )
    read = columns(setting, block.paths)
    if subject.reason is not SAID_BEFORE and block.layout != "card":
        setting, read = read_again(setting, read)
        subject = setting.subject
    found = tuple(
        replace(column, role="derived", field=None, says=UNIT)
        if column.field == "organisation.name" and _measures(grid, block, column.index)
        else column
        for column in in_two(read, subject)
    )
    return Table(
        layout="card" if block.layout == "card" else "rows",
        subject=subject,
        columns=found,
        body=block.body,
        title=tuple(line for line in block.above if line is not unit_line or in_title(line.text)),
        notes=tuple(block.notes),
        unit="、".join(units),
        unit_line=unit_line,
        period=period,
        header=block.header,
        number_row=block.number_row,
        totals=tuple(block.totals),
        subtotals=tuple(block.subtotals),
        repeats=tuple(block.repeats),
        same_as_above=_same_as_above(grid, block),
        slots=_numbers(setting, indicators) if indicators else _slots(setting, block),
        of_card=block.of_card,
        continues=block.continues,
    )


def _measures(grid: Grid, block: Block, column: int) -> bool:
    """Whether a column 单位 says in what the numbers beside it are, and names nobody."""
    if block.layout != "rows" or leaf_of(block.paths.get(column, ())) not in ("单位", "计量单位"):
        return False
    said = ["".join(grid.text(row, column).split()) for row in block.body]
    words = [word for word in said if word]
    return bool(words) and all(map(_UNIT_OF_COUNT.fullmatch, words))


#: Why a table is one of indicators.
SAY_THEMSELVES = Label("各行自己写明统计什么", "each row says what it counts")

_UNIT_OF_COUNT = re.compile(
    r"[万千亿百]?元|[万千]?[户人个名次件家处场期份]|人次|户次|户数|人数|亩|公里|平方米|㎡|公斤|吨|天|月|年|%|‰|项|所|岁"
)


def _label(text: str) -> str:
    """The label of a card without its spaces and its colon."""
    return "".join(text.split()).rstrip(":：")


def title_of(above: list[Line]) -> str:
    """What a table is called: the longest line above it that is no aside."""
    lines = [line.text for line in above if not _ASIDE.search("".join(line.text.split()))]
    named = [text for text in lines if without_period("".join(text.split())).strip("()（）")]
    return max(named or lines, key=len, default="")


def _period(above: list[Line], title: str) -> Period | None:
    """The time that the title names, else any line above; a named one before a mere word.

    A day in a line of its own is that on which the form is filled: how things stood then.
    """
    found = [p for text in _one_each(title, above) if (p := period_in(text, blanks=True))]
    told = next((p for p in found if p.known), found[0] if found else None)
    if told is None or told.unit != "day" or not told.known or period_in(title) == told:
        return told
    return Period("as_of", told.text, None, told.last)


def _one_each(title: str, above: list[Line]) -> list[str]:
    return [title, *(line.text for line in above)]


def _same_as_above(grid: Grid, block: Block) -> tuple[int, ...]:
    """Columns in which merged cells of the body mean: the same as above."""
    columns_ = {
        span.left
        for span in grid.merged
        if span.top in block.body and span.bottom > span.top and span.left in block.paths
    }
    return tuple(sorted(columns_))


def _numbers(setting: Setting, told: Indicators) -> tuple[Slot, ...]:
    """The numbers of a table of indicators, each understood as a column of a summary would be."""
    worked = worked_in(told.values, told.worked)
    found = []
    for row in told.rows:
        coded = told.coded.get(row.row, "")
        for index, heading in told.values.items():
            ways = [counted(setting, index, path, row.unit, coded) for path in row.paths(heading)]
            found.append(Slot(row.row, 0, row.row, *ways))
        for column in worked.values():
            path = (*column.path, *row.above, row.label)
            found.append(Slot(row.row, 0, row.row, replace(column, path=path)))
    return tuple(found)


def _slots(setting: Setting, block: Block) -> tuple[Slot, ...]:
    """The answers of a card, each understood as a column with one value."""
    found, parties = [], Parties()
    for row, label_column, value_row, column, text in block.pairs:
        words = _label(text)
        numbered = setting.subject.kind == "place" and not level_of(canonical(words))
        if numbered and counts((words,), setting.units, setting.title):
            asked = counted(setting, column, (words,), written(words).unit)
            found.append(Slot(row, label_column, value_row, asked))
            continue
        one = Setting(
            setting.subject, setting.lexicon, setting.grid, Rows(value_row, value_row),
            setting.units, setting.title, setting.period, setting.remembered,
        )  # fmt: skip
        found.append(
            Slot(row, label_column, value_row, columns(one, {column: (words,)}, parties)[0])
        )
    return tuple(found)
