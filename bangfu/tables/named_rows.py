"""Tables whose rows are times, ages or kinds of things that they name: 1月 2月, 0-6岁, 低保金."""

from __future__ import annotations

import re

from bangfu.tables.coded import coded_by, word_of
from bangfu.tables.grid import Grid
from bangfu.tables.layout import Block
from bangfu.tables.matching import Lexicon
from bangfu.tables.periods import part_of_year, period_in
from bangfu.tables.subjects import leaf_of
from bangfu.tables.summaries import counts

_TIMES = re.compile(r"^(?:月份?|季度|年度|年份|时间|时段|期间)$")
_AGES = re.compile(r"^(?:年龄|年龄段|年龄组|年龄结构)$")
_AGE = re.compile(r"[0-9]+周?岁?(?:[-—~～至到][0-9]+周?岁|(?:\(?[含及]\)?)?以[上下])|[0-9]+周?岁")
_SORTS = re.compile(r"^(?:补贴|补助|救助|资助|发放|问题|需求|诉求)(?:项目|名称|类别|类型|种类)$")
_ASIDE = re.compile(r"^(?:序号?|备注|说明)$")


def naming_column(
    grid: Grid, block: Block, title: str, units: tuple[str, ...], lexicon: Lexicon
) -> int:
    """The column that names what each row counts, where the others are blank numbers; else 0.

    Of times, ages and words of a code book every row is read; of kinds of things it is enough that
    they are named.
    """
    if block.layout != "rows" or block.header is None:
        return 0
    told = {index: leaf_of(path) for index, path in block.paths.items() if path}
    coded = _coded(grid, block, title, lexicon)
    found = next((index for index, leaf in told.items() if _names(leaf)), 0) or coded
    numbers = [index for index, leaf in told.items() if index != found and not _ASIDE.match(leaf)]
    if not found or not numbers or found > min(numbers):
        return 0
    said = ["".join(grid.text(row, found).split()) for row in block.body]
    own = [text for row, text in zip(block.body, said, strict=True) if row not in block.subtotals]
    blank = all(not grid.text(row, index) for row in block.body for index in numbers)
    counting = all(counts(block.paths[index], units, title) for index in numbers)
    read = own and (found == coded or all(_reads(told[found], text) for text in own))
    return found if blank and counting and read and len(own) > 1 else 0


def _coded(grid: Grid, block: Block, title: str, lexicon: Lexicon) -> int:
    """The first column where its rows are words of the one code book that heads it; else 0."""
    own = next(
        (c for c, path in block.paths.items() if path and not _ASIDE.match(leaf_of(path))), 0
    )
    if not own:
        return 0
    sums, leaf = {*block.totals, *block.subtotals}, leaf_of(block.paths[own])
    rows = [row for row in block.body if row not in sums]
    # Of most lists the first row tells that it names no word of a book.
    if len(rows) < 2 or not all(word_of(grid.text(row, own)) in lexicon.coded for row in rows):
        return 0
    said = {row: (leaf, grid.text(row, own)) for row in rows}
    return own if coded_by(said, title, lexicon).keys() == said.keys() else 0


def _names(leaf: str) -> bool:
    return any(way.match(leaf) for way in (_TIMES, _AGES, _SORTS))


def _reads(leaf: str, text: str) -> bool:
    """Whether a row's words are what the heading of its column says they are."""
    if _TIMES.match(leaf):
        period = period_in(text)
        return part_of_year(text, None) is not None or period is not None and period.known
    return bool(_AGE.search(text)) if _AGES.match(leaf) else bool(text)
