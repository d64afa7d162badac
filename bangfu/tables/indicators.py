"""Tables whose rows say what is counted (指标, 单位, 数量) and whose columns say of which time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bangfu.tables.coded import coded_by
from bangfu.tables.grid import Grid
from bangfu.tables.headings import canonical, unit_in, written
from bangfu.tables.heads import OF_ROWS
from bangfu.tables.layout import Block
from bangfu.tables.matching import Lexicon
from bangfu.tables.periods import part_of_year, period_in
from bangfu.tables.places_in import level_of
from bangfu.tables.spans import RELATIVE
from bangfu.tables.subjects import leaf_of
from bangfu.tables.summaries import counts
from bangfu.tables.understood import Period

_LABEL = re.compile(rf"^(?:{OF_ROWS.pattern}|类别|分类|名称|指标项)?$")
#: What stands beside a label: of what it is a part.
_GROUP = re.compile(r"^(?:类别|类型|分类|大类|指标类别|指标类型|项目类别|类)?$")
#: Groups of a list of aims, which narrow nothing: 产出指标, 社会效益.
_AIM = re.compile(r".{0,4}(?:指标|效益)$")
_UNIT = re.compile(r"^(?:计量)?单位$")
_SERIAL = re.compile(r"^(?:序号?|行次|编号|代码|栏次|项次|顺序号|指标代码)$")
_ASIDE = re.compile(
    r"^(?:备注|说明|填报说明|指标解释|指标说明|数据来源|(?:责任|牵头|填报|主管|提供)?(?:单位|部门)|填报人)$"
)
#: Headings of numbers that say neither a kind nor a time.
_NUMBER = re.compile(
    r"^(?:数量|数值|数据|指标值|数额|实际|实际数|实际完成(?:数|值)?|完成值|实有数?|现状值?|现有数?|统计数|统计结果|合计|总数|总量|数|人数或户数|"
    r"全[省市州县区旗乡镇村](?:合计|总计|小计|总数|总量|数|数量)?)$"
)
_DONE = re.compile(r"^(?:实际)?(?:完成|发生|开展)(?:数|量|额|情况)?$|^金额$|^末$|^底$")
#: What is planned, and what is worked out from other columns.
_PLANNED = re.compile(r"计划|目标|任务|预期|预计|应")
_WORKED_OUT = re.compile(r"增减|增长|增幅|同比|环比|比重|占比|比例|完成率|进度|±|差")
_MARKS = (
    re.compile(r"^[一二三四五六七八九十]{1,3}[、.．]"),
    re.compile(r"^[(（][一二三四五六七八九十]{1,3}[)）]"),
    re.compile(r"^[0-9]{1,2}[、.．)）](?![0-9])"),
    re.compile(r"^[(（][0-9]{1,2}[)）]|^[①-⑳]"),
)
_OF_IT = re.compile(r"^其中[:：]?|^#")
_DOTTED = re.compile(r"^[0-9]{1,2}(?:[.．][0-9]{1,2})+$")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is called, its unit, and of what it is a part, from the highest down.

    ``maybe`` is what a row above is called of which it may be a part, or not. ``sums``: it adds up
    the rows of the table.
    """

    row: int
    label: str
    above: tuple[str, ...] = ()
    unit: str = ""
    maybe: str = ""
    sums: bool = False

    def paths(self, heading: str) -> list[tuple[str, ...]]:
        """What the cell below a heading asks, down to the row's own words; two where it may be."""
        ways = [(heading, *self.above, self.label)]
        return [*ways, (heading, *self.above, self.maybe, self.label)] if self.maybe else ways


@dataclass(frozen=True, slots=True)
class Indicators:
    """The rows of such a table, and by column the headings of its numbers, and of what is worked
    out from them. ``coded``: of which field the words of rows are, where they are of a code book.
    """

    rows: tuple[Row, ...]
    values: Mapping[int, str]
    worked: Mapping[int, str]
    coded: Mapping[int, str] = field(default_factory=dict)


def indicators_of(
    grid: Grid, block: Block, title: str, period: Period | None, lexicon: Lexicon
) -> Indicators | None:
    """What the rows of a table count, where they say it; nothing where they are anything else."""
    if block.layout != "rows" or block.header is None:
        return None
    values = _values(block, period)
    labels = _labels(grid, block, values)
    units = next((c for c, p in block.paths.items() if _UNIT.match(leaf_of(p))), 0)
    if not values:
        return None
    if not labels:
        return _by_place(grid, block, values, title, lexicon)
    rows = tuple(_rows(grid, block, labels, units))
    counting = [row for row in rows if counts((named(row.label, row.unit),), (), title)]
    blank = all(not grid.text(row.row, column) for row in rows for column in values)
    if len(rows) < 2 or len(counting) < 0.5 * len(rows) or not blank:
        return None
    worked = {
        column: "".join(path)
        for column, path in block.paths.items()
        if column not in values and path and _WORKED_OUT.search(path[-1])
    }
    return Indicators(rows, values, worked)


def _by_place(
    grid: Grid, block: Block, values: Mapping[int, str], title: str, lexicon: Lexicon
) -> Indicators | None:
    """A table whose rows are classes (户类型, 文化程度, 年龄段) and whose columns are places.

    Every row must say what it counts, by itself or as a word of the book that heads it.
    """
    places = [column for column in values if names_place(block.paths[column])]
    own = next((c for c, p in block.paths.items() if c not in values and not _aside(p)), 0)
    beside = [c for c, p in block.paths.items() if c not in values and c != own and not _aside(p)]
    if len(places) < 2 or not 0 < own < min(values) or beside:
        return None
    heading = "".join(block.paths[own])
    said = {row: _without_marks(grid.text(row, own)) for row in block.body}
    paths = {row: (heading, text) for row, text in said.items()}
    coded = coded_by(paths, title, lexicon)
    read = all(t and (row in coded or counts(paths[row], (), title)) for row, t in said.items())
    blank = all(not grid.text(row, column) for row in block.body for column in values)
    if not read or not blank or len(said) < 2 or block.subtotals:
        return None
    rows = [Row(row, text, (heading,)) for row, text in said.items()]
    rows += [Row(row, _TOTAL, (heading,), sums=True) for row in block.totals]
    return Indicators(tuple(rows), values, {}, coded)


#: How the row is called that adds up the others.
_TOTAL = "合计"


def _aside(path: Sequence[str]) -> bool:
    leaf = leaf_of(tuple(path))
    bare = canonical(written(leaf).bare) if leaf else ""
    return (
        not bare
        or any(way.match(bare) for way in (_SERIAL, _ASIDE))
        or bool(_WORKED_OUT.search(bare))
    )


def named(label: str, unit: str) -> str:
    """A label with its unit, as headings have it."""
    return f"{label}({unit})" if unit and not written(label).unit else label


def _values(block: Block, period: Period | None) -> dict[int, str]:
    """The columns of numbers; none where a heading is neither of one nor beside one.

    Before the names of places one column may be headed by what the rows are words of.
    """
    found: dict[int, str] = {}
    by_place = sum(map(names_place, block.paths.values())) > 1
    for column, path in block.paths.items():
        leaf = "".join(path[-1].split()) if path else ""
        if _is_number(leaf, path, period) or names_place(path):
            found[column] = "".join(path)
        elif leaf and not _stands_beside(leaf) and not (by_place and not found):
            return {}
    return found


def names_place(path: Sequence[str]) -> bool:
    """Whether a column of numbers is headed by the name of one place (云岫镇) and by no level."""
    leaf = "".join(path[0].split()) if len(path) == 1 else ""
    return bool(_PLACE.fullmatch(leaf)) and level_of(leaf) is None


_PLACE = re.compile(
    r"(?!各|全|本|所|每|贫困|脱贫|重点|示范)[\u3400-\u9fff]{1,10}(?:[镇乡村县区旗]|街道|社区)"
)


def _is_number(leaf: str, path: Sequence[str], period: Period | None) -> bool:
    bare = canonical(written(leaf).bare) if leaf else ""
    if not bare or _PLANNED.search(bare) or _WORKED_OUT.search(bare):
        return False
    if asked := RELATIVE.match(leaf):
        rest = leaf[asked.end() :].strip("()（）")
        return not rest or bool(_NUMBER.match(rest) or _DONE.match(rest))
    if part_of_year(leaf, period) is not None:
        return True
    rest = _TIME.sub("", bare)
    return bool(_NUMBER.match(bare)) or bool(period_in(leaf)) and rest in ("", "数", "累计")


_TIME = re.compile(
    r"20[0-9]{2}年?|[0-9]{1,2}月?[至到-]?|[年月日度底末止]|截[至止到]|季度?|第?[一二三四]季|上下半"
)


def _stands_beside(leaf: str) -> bool:
    bare = canonical(written(leaf).bare)
    known = (_LABEL, _GROUP, _UNIT, _SERIAL, _ASIDE)
    return any(way.match(bare) for way in known) or bool(
        _PLANNED.search(bare) or _WORKED_OUT.search(bare)
    )


def _labels(grid: Grid, block: Block, values: Mapping[int, str]) -> list[int]:
    """The columns of words before the numbers, from the left: groups, and last the labels."""
    found = []
    for column, path in block.paths.items():
        leaf = leaf_of(path)
        if column > min(values, default=0) or _UNIT.match(leaf) or _SERIAL.match(leaf):
            continue
        said = sum(bool(re.search("[\u3400-\u9fff]", grid.text(row, column))) for row in block.body)
        if (_LABEL.match(leaf) or _GROUP.match(leaf)) and said:
            found.append(column)
    last = [grid.text(row, found[-1]) for row in block.body] if found else []
    return found if sum(map(bool, last)) >= 0.7 * len(last) else []


def _rows(grid: Grid, block: Block, labels: Sequence[int], units: int) -> Iterator[Row]:
    *groups, own = labels
    above: dict[int, str] = {}
    outline = _Outline()
    serial = next((c for c, p in block.paths.items() if _SERIAL.match(leaf_of(p))), 0)
    for row in block.body:
        for column in groups:
            if (text := grid.text(row, column)) != above.get(column, "") and text:
                above[column] = _within_the_last(text, above.get(column, ""))
                outline = _Outline()
            elif not any(s.top <= row <= s.bottom for s in grid.merged if s.left == column):
                above.pop(column, None)
        text = grid.text(row, own)
        raw = str(grid.value(row, own) or "")
        if row in block.repeats or not text:
            outline = _Outline()
            continue
        unit = unit_in(grid.text(row, units)) if units else ""
        label, number = _without_marks(text), grid.text(row, serial) if serial else ""
        told = counts((named(label, unit),), (), "")
        wholes, maybe = outline.place(raw, number, (told.of if told else None) or unit)
        said = tuple(
            _without_marks(part)
            for c in groups if c in above
            for part in above[c].split("\n") if not _AIM.fullmatch(part)
        )  # fmt: skip
        yield Row(row, label, (*said, *wholes), unit, maybe)


def _within_the_last(text: str, last: str) -> str:
    """A group of rows; 其中 makes it a part of the one above, which is named in a line before."""
    return f"{last.split(chr(10))[0]}\n{text}" if last and _OF_IT.match(text) else text


def _without_marks(text: str) -> str:
    text = "".join(text.split())
    for way in (*_MARKS, _OF_IT, *_MARKS):
        text = way.sub("", text)
    return text


class _Outline:
    """Of what each row is a part, by its marks, its indent and 其中."""

    def __init__(self) -> None:
        self.numbered: list[tuple[int, str]] = []  # ranks of marks, from the highest down
        self.last = ""
        self.counts = ""
        self.indent = 0
        self.listed = False

    def place(self, raw: str, number: str, counts: str) -> tuple[tuple[str, ...], str]:
        """What the row is a part of, from the highest down, and what it may be a part of.

        ``counts``: the kind that it counts, or its unit; persons are no part of households.
        """
        text, label = raw.strip(), _without_marks(raw)
        indent, rank = len(raw) - len(raw.lstrip()), _rank(text, number)
        if _OF_IT.match(text):
            self.listed = True
            return self._wholes(self.last), ""
        if rank:
            while self.numbered and self.numbered[-1][0] >= rank:
                self.numbered.pop()
            wholes = self._wholes()
            self.numbered.append((rank, label))
        elif indent > self.indent:
            return self._wholes(self.last), ""
        elif self.listed and self.numbered and self.numbered[-1][1] == self.last:
            # Below a numbered row, what has no number goes on with its parts.
            return self._wholes(self.last), ""
        elif self.listed and counts == self.counts:
            return self._wholes(), self.last
        else:
            wholes = self._wholes()
        self.last, self.indent, self.counts, self.listed = label, indent, counts, False
        return wholes, ""

    def _wholes(self, last: str = "") -> tuple[str, ...]:
        above = [label for _, label in self.numbered]
        return tuple(dict.fromkeys([*above, last] if last else above))


def _rank(text: str, number: str) -> int:
    """How deep the mark before a row's words puts it, or its number 1.2; 0 without either."""
    if _DOTTED.match(number):
        return len(_MARKS) + len(re.findall("[.．]", number))
    return next((n for n, way in enumerate(_MARKS, 1) if way.match(text)), 0)
