"""The headings of a table: where they begin, how deep they go, what each column is called."""

from __future__ import annotations

import re

from bangfu.tables.grid import Span
from bangfu.tables.headings import label_like, units_of_line
from bangfu.tables.page import Page

TOTAL = re.compile(
    r"^(?:合计|总计|总数|共计|累计|全计|全[县区市镇乡村省](?:合?计|总计|汇总)?|[^0-9]{0,8}合计|计)[:：]?$"
)
SUBTOTAL = re.compile(r"^(?:小计|.{0,12}小计|其中[:：]?.{0,8}小计)[:：]?$")
_NUMBERS = "甲乙丙丁戊己庚辛"
#: What heads the words of rows that say themselves what they count.
OF_ROWS = re.compile(
    r"(?:主要|统计|核心|工作|考核|监测|报告)?(?:[一二三四]级)?(?:指标|项目|数据项|内容|事项|任务)(?:名称|内容)?"
)
#: How many levels headings have at most.
_LEVELS = 4


def is_header(page: Page, row: int) -> bool:
    """Whether a table's headings begin in a row: several labels that cover its width."""
    own = _without_days(page.own(row))
    if len(own) < 2 or is_number_row(page, row):
        return False
    labels = [text for _, text in own if label_like(text) and not _said_line(text)]
    if len(labels) < 2 or len(labels) < 0.8 * len(own):
        return False
    known = sum(map(page.knows, labels))
    left, right = page.edges(row)
    reach = sum(page.right(row, column) - column + 1 for column, _ in page.own(row))
    wide = reach >= 0.5 * (right - left + 1)
    if page.grid.drawn and not page.drawn(row):
        return wide and known >= max(2, 0.5 * len(labels)) and not page.drawn(row + 1)
    if any(span.bottom > row or span.right > span.left for span in page.by_top.get(row, ())):
        return wide and (page.drawn(row) or known >= 1 or _names_below(page, row))
    return wide and (known >= 2 or known >= 0.3 * len(labels) or _unlike_below(page, row))


def _without_days(own: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The cells of a row without the days of a month that stand among them: 姓名 1 2 3 … 31."""
    days = [text for _, text in own if text.isdecimal()]
    run = days == [str(number) for number in range(1, len(days) + 1)] and len(days) <= 31
    return [one for one in own if not one[1].isdecimal()] if run and len(days) >= 7 else own


def _names_below(page: Page, row: int) -> bool:
    """Whether the row below holds known headings, so that this one holds their groups."""
    return sum(page.knows(text) for _, text in page.own(row + 1)) >= 2


def _said_line(text: str) -> bool:
    """Words such as ``填报单位:`` or ``单位:元``, which stand beside a table."""
    tight = text.replace(" ", "")
    return (
        tight.endswith((":", "："))
        or bool(units_of_line(text))
        or "年月日" in tight
        or bool(_OF_ALL.fullmatch(tight))
        or bool(_A_SUM.fullmatch(tight))
    )


#: How many or how much all is, which stands above a table.
_A_SUM = re.compile(r".{1,10}[:：][0-9,，.]+(?:万?元|人次?|户|个|条|份|名|亩)?")


#: A word and what it is, which stands above a table and is true of all its rows.
_OF_ALL = re.compile(
    r".{0,4}(时间|日期|地点|主题|内容|主持人|主讲人|授课人|讲师|单位|部门|责任人|负责人|记录人|填表人"
    r"|填报人|审核人|联系人|电话)[:：].+"
)


def _unlike_below(page: Page, row: int) -> bool:
    """Whether numbers or blanks stand below the words of a row: so it may be headings."""
    below = [page.text(row + 1, column) for column, _ in page.own(row)]
    filled = [text for text in below if text]
    labels = [text for text in filled if label_like(text)]
    return len(labels) < 0.6 * len(below)


def is_number_row(page: Page, row: int) -> bool:
    """Whether a row numbers the columns, 甲 乙 1 2 3, or gives the codes of a system, AC01 AC02."""
    said = [text for _, text in page.own(row)]
    if said and said[0] in ("栏次", "列次", "序号", "代码"):
        said = said[1:]
    if len(said) < 3:
        return False
    if all(map(_CODE.fullmatch, said)):
        return len(set(said)) == len(said)
    letters = [text for text in said if text in _NUMBERS]
    numbers = [text.strip("()（）①") for text in said if text not in _NUMBERS]
    if not all(number.isdecimal() for number in numbers):
        return False
    values = [int(number) for number in numbers]
    steps = [b - a for a, b in zip(values, values[1:], strict=False)]
    in_order = all(step == 1 for step in steps) and (not values or values[0] in (0, 1, 2))
    return in_order and (bool(letters) or len(values) >= 4)


#: What a column is called in a system: AC01, AAB_004.
_CODE = re.compile(r"[A-Za-z]{1,4}[-_]?[0-9]{1,4}[A-Za-z]?")


def heads_a_part(page: Page, row: int, columns: int) -> bool:
    """Whether a row only says what the ones below it are: 一 | 产业类, and nothing beside."""
    own = page.own(row)
    return columns > _WIDE and len(own) == 2 and bool(_ORDINAL.fullmatch(own[0][1].strip()))


_ORDINAL = re.compile(r"[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?")
#: A table of more columns says more of a record than two cells.
_WIDE = 4


def edges_of(page: Page, first: int, last: int) -> tuple[int, int]:
    """How far headings reach to either side."""
    edges = [page.edges(row) for row in range(first, last + 1)]
    left = min((e[0] for e in edges if e[1]), default=1)
    right = max((e[1] for e in edges), default=0)
    return left, right


def depth(page: Page, first: int) -> tuple[int, list[Span]]:
    """The last row of headings, and the labels at the side that go on down the body."""
    last, side = first, list[Span]()
    while last - first + 1 < _LEVELS:
        spans = [s for row in range(first, last + 1) for s in page.by_top.get(row, ())]
        side = [s for s in spans if s.bottom >= first + _LEVELS or _at_the_side(page, first, s)]
        deep = max((s.bottom for s in spans if s not in side), default=last)
        if deep > last:
            last = deep
        elif _has_children(page, first, last, side):
            last += 1
        else:
            break
    return last, side


def _at_the_side(page: Page, first: int, span: Span) -> bool:
    """Whether the one cell that goes on downwards is the label of a block at its left."""
    left, _ = page.edges(first)
    if span.left != left or span.bottom == span.top:
        return False
    others = [column for column, _ in page.own(first) if column != span.left]
    return bool(others) and all(
        page.bottom(first, column) == first
        and (page.right(first, column) == column or not page.own(first + 1))
        for column in others
    )


def _has_children(page: Page, first: int, last: int, side: list[Span]) -> bool:
    """Whether the row below names parts of the headings above it."""
    below = last + 1
    own = page.own(below)
    if not own or is_number_row(page, below) or not all(label_like(t) for _, t in own):
        return False
    if any(TOTAL.match(text.replace(" ", "")) for _, text in own[:1]) and len(own) == 1:
        return False
    sides = {column for s in side for column in range(s.left, s.right + 1)}
    wide = {
        column
        for start, _ in page.own(last)
        if page.right(last, start) > start
        for column in range(start, page.right(last, start) + 1)
    } - sides
    under = [column for column, _ in own if column in wide]
    if under and len(under) >= 0.5 * len(own):
        return True
    if page.grid.merged:
        return False
    return _fills_gaps(page, last, own)


def _fills_gaps(page: Page, last: int, own: list[tuple[int, str]]) -> bool:
    """Where nothing is merged (csv): labels below the gaps of a row of group headings."""
    above = {column for column, _ in page.own(last)}
    gaps = [text for column, text in own if column not in above]
    known = sum(page.knows(text) for _, text in own)
    return bool(gaps) and known >= 0.5 * len(own) and len(own) > 1


def paths_of(
    page: Page, first: int, last: int, left: int, right: int
) -> dict[int, tuple[str, ...]]:
    """The headings of each column from the top down; a heading over several rows counts once."""
    paths: dict[int, tuple[str, ...]] = {}
    for column in range(left, right + 1):
        path: list[str] = []
        seen: set[tuple[int, int]] = set()
        for row in range(first, last + 1):
            at = page.anchor(row, column)
            text = page.text(row, column)
            if not text and row < last and not page.grid.merged:
                at, text = _to_the_left(page, row, column, left)
            if text and at not in seen:
                seen.add(at)
                path.append("".join(text.split()))
        if not path and not _anything_below(page, last, column):
            continue
        if _is_leaf(page, last, column) or _names_parts(page, last, column, path):
            paths[column] = tuple(path)
    return paths


def _names_parts(page: Page, last: int, column: int, path: list[str]) -> bool:
    """Whether a heading is merged over what rows count and the parts of it: 农村低保 | 户数."""
    if not path or not OF_ROWS.fullmatch(path[-1]):
        return False
    return any(column == own for row in (last + 1, last + 2) for own, _ in page.own(row))


def _to_the_left(page: Page, row: int, column: int, left: int) -> tuple[tuple[int, int], str]:
    """A group heading of an unmerged row goes on to the right until the next one."""
    if page.text(row + 1, column):
        for other in range(column - 1, left - 1, -1):
            if text := page.text(row, other):
                return ((row, other), text) if page.text(row + 1, other) else ((row, column), "")
    return (row, column), ""


def _anything_below(page: Page, last: int, column: int) -> bool:
    reach = range(last + 1, min(last + 30, page.height) + 1)
    return any(page.grid.text(row, column) for row in reach)


def _is_leaf(page: Page, last: int, column: int) -> bool:
    """The further columns of a heading that was merged for its width only are none."""
    return page.anchor(last, column)[1] == column
