"""The parts that papers share: title, body, tables, the notes to counted numbers."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from bangfu.paper.layout import (
    PITCH,
    SIZE_2,
    SIZE_4,
    SIZE_5,
    SMALL_4,
    SMALL_5,
    Element,
    Face,
    Grid,
    Line,
    Span,
    Spans,
    em_width,
    plain,
)
from bangfu.paper.pages import (
    Block,
    FigureMark,
    FigureNote,
    Heading,
    Paragraph,
    Run,
    TableBlock,
    Verification,
    marks,
)

TITLE_CHARACTERS = 20
"""How many characters of 2号 stand on one line."""

TITLE_WORDS = tuple(
    "关于 印发 转发 进一步 加强 开展 做好 推进 落实 实施 活动 工作 情况 进展 方案 通知 意见 "
    "报告 通报 办法 制度 总结 汇报 建设 管理 服务 系统 单位 帮扶 结对 健康 卫生 医疗 人员 干部 "
    "职工 农民工 困难 群众 家庭 农村 乡村 乡镇 医院 医生 问题 整改 考核 督导 检查 培训 资金".split()
)
"""Words that a line break in a title does not tear."""

_HALF = re.compile(r"(?<=[⺀-鿿”’）])[:,;()]|[:,;()](?=[⺀-鿿“‘（])")
_WIDE = str.maketrans(":,;()", "：，；（）")

HEADING_FACES: dict[int, Face] = {1: "hei", 2: "kai", 3: "fang", 4: "fang"}


def day_in_words(day: dt.date) -> str:
    """A day as papers write it: 2009年3月10日."""
    return f"{day.year}年{day.month}月{day.day}日"


def full_width(text: str) -> str:
    """Marks beside Chinese characters as papers set them (GB/T 15834), whoever typed them."""
    return _HALF.sub(lambda mark: mark[0].translate(_WIDE), text)


def title_lines(text: str) -> list[str]:
    """A title in lines of balanced length; line breaks that are given are kept."""
    if "\n" in text or em_width(text) <= TITLE_CHARACTERS:
        return text.split("\n")
    count = -(-len(text) // TITLE_CHARACTERS)
    lines: list[str] = []
    rest = text
    for left in range(count, 1, -1):
        cut = _best_cut(rest, -(-len(rest) // left))
        lines.append(rest[:cut])
        rest = rest[cut:]
    return [*lines, rest]


def _best_cut(text: str, wanted: int) -> int:
    """A place near the wanted one that tears no number and no word that titles are made of."""
    words = {
        place: len(word)
        for word in TITLE_WORDS
        for place in range(len(text))
        if text.startswith(word, place)
    }
    inside = {start + step for start, length in words.items() for step in range(1, length)}
    edges = set(words) | {start + length for start, length in words.items()}

    def dislike(cut: int) -> float:
        before, after = text[cut - 1], text[cut]
        torn = cut in inside or (
            before.isalnum() and after.isalnum() and (before + after).isascii()
        )
        ugly = after in "的、，：；》）”了等和与及" or before in "《（“和与及"
        liked = cut in edges or before in "的、，：；》 "
        return abs(cut - wanted) + 20 * torn + 20 * ugly - 4 * liked

    reach = range(max(1, wanted - 5), min(len(text) - 1, TITLE_CHARACTERS, wanted + 5) + 1)
    return min(reach, key=dislike, default=wanted)


def title(text: str, *, before: float) -> Iterator[Line]:
    """The title in 2号 小标宋, centred, with an empty line under it."""
    lines = title_lines(text)
    for place, words in enumerate(lines):
        last = place == len(lines) - 1
        yield Line(
            spans=plain(words),
            face="mark",
            size=SIZE_2,
            pitch=32,
            spread="center",
            before=before if place == 0 else 0,
            after=PITCH if last else 0,
            keep=True,
            title=True,
        )


def body(blocks: Iterable[Block]) -> Iterator[Element]:
    """The text: headings in their faces, paragraphs indented by two characters, tables."""
    for block in blocks:
        if isinstance(block, Heading):
            face = HEADING_FACES[block.level]
            yield Line(spans=plain(block.text), face=face, first=2, keep=True, level=block.level)
        elif isinstance(block, Paragraph):
            yield Line(spans=spans(block.runs), first=2 if block.indented else 0)
        else:
            yield from table(block)


def spans(runs: Iterable[Run]) -> Spans:
    """Runs as stretches of text, counted numbers with the number of their note."""
    return tuple(
        Span(run.text, note=run.number) if isinstance(run, FigureMark) else Span(run)
        for run in runs
    )


def table(block: TableBlock) -> Iterator[Element]:
    """A table with its caption above and its source below."""
    if block.caption:
        yield Line(
            spans=plain(full_width(block.caption)),
            face="hei",
            size=SIZE_4,
            pitch=24,
            spread="center",
            before=8,
            after=4,
            keep=True,
        )
    yield Grid(
        heads=tuple(
            f"{column.heading}\n（{column.unit}）" if column.unit else column.heading
            for column in block.columns
        ),
        aligns=tuple(column.align for column in block.columns),
        shares=shares_of(block),
        rows=tuple(tuple(spans((_wide(cell),)) for cell in row) for row in block.rows),
        total=tuple(spans((cell,)) for cell in block.total) if block.total else None,
        size=SMALL_4,
        after=2 if block.source else 10,
    )
    if block.source:
        yield Line(
            spans=plain(f"资料来源：{block.source}"), size=SIZE_5, pitch=18, after=8, spread="left"
        )


def _wide(cell: Run) -> Run:
    return full_width(cell) if isinstance(cell, str) else cell


def shares_of(block: TableBlock) -> tuple[float, ...]:
    """Relative widths: as given, else by the longest cell, damped so that prose does not starve."""
    rows = (*block.rows, *((block.total,) if block.total else ()))
    widths = []
    for place, column in enumerate(block.columns):
        cells = [column.heading, *(_cell_text(row[place]) for row in rows)]
        longest = max(em_width(line) for cell in cells for line in cell.split("\n"))
        widths.append(column.share or max(2.5, min(longest, 10) + min(longest, 40) ** 0.5))
    return tuple(width / sum(widths) for width in widths)


def _cell_text(cell: Run) -> str:
    return f"{cell.text}[{cell.number}]" if isinstance(cell, FigureMark) else cell


def figure_notes(blocks: Iterable[Block], notes: tuple[FigureNote, ...]) -> Iterator[Element]:
    """The appendix 数据说明: what each counted number counts, and from which rows."""
    if not notes:
        return
    values: dict[int, str] = {}
    for mark in marks(blocks):
        values.setdefault(mark.number, mark.text)
    yield Line(
        spans=plain("数据说明"),
        face="hei",
        size=SMALL_4,
        pitch=22,
        spread="left",
        before=14,
        after=3,
        keep=True,
    )
    yield Grid(
        heads=("注", "数值", "统计内容", "截至日期", "查知时间", "行数", "摘要"),
        aligns=("center", "right", "left", "center", "center", "right", "center"),
        shares=(0.06, 0.11, 0.3, 0.135, 0.195, 0.08, 0.12),
        rows=tuple(
            _note_row(note, values[note.number]) for note in sorted(notes, key=_note_number)
        ),
        size=SMALL_5,
        pitch=13.5,
        after=4,
    )


def _note_number(note: FigureNote) -> int:
    return note.number


def _note_row(note: FigureNote, value: str) -> tuple[Spans, ...]:
    cells = (
        str(note.number),
        value,
        full_width(note.counted),
        note.on.isoformat(),
        f"{note.known_at:%Y-%m-%d %H:%M}",
        f"{note.rows:,}",
        note.digest,
    )
    return tuple(plain(cell) for cell in cells)


def verification_text(check: Verification) -> str:
    """The sentence by which a reader checks the paper; the address where one is known."""
    address = f"，核验网址{check.address}" if check.address else ""
    return f"核验：材料编号{check.document}，留痕链首{check.journal_head}{address}"


def verification_lines(check: Verification | None) -> tuple[Line, ...]:
    """The verification line in small type, or nothing."""
    if check is None:
        return ()
    text = verification_text(check)
    return (Line(spans=plain(text), face="kai", size=SMALL_5, pitch=14, spread="left", before=4),)
