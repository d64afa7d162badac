"""What is on record about one subject, on paper: facts in pairs, then a table for each kind."""

from collections.abc import Iterator

from bangfu.paper.layout import (
    SIZE_5,
    SMALL_2,
    SMALL_4,
    SMALL_5,
    UPRIGHT,
    Element,
    Grid,
    Layout,
    Line,
    plain,
)
from bangfu.paper.pages import Block, Dossier, Heading, TableBlock, numbered
from bangfu.paper.parts import shares_of, spans


def dossier(paper: Dossier) -> Layout:
    """The layout of a dossier (档案): upright A4, tables in 5号 under headings in 黑体."""
    return Layout(
        title=paper.title,
        author=paper.printed_by,
        made=paper.printed_at,
        elements=(*_head(paper), *_body(paper), _foot(paper)),
        setup=UPRIGHT,
    )


def _head(paper: Dossier) -> Iterator[Line]:
    yield Line(
        spans=plain(paper.title), face="mark", size=SMALL_2, pitch=26, spread="center", after=6,
        keep=True, title=True,
    )  # fmt: skip
    yield Line(
        spans=plain(paper.where), far=plain(f"打印时间：{paper.printed_at:%Y-%m-%d %H:%M}"),
        size=SIZE_5, pitch=16, spread="apart", after=3, keep=True,
    )  # fmt: skip


def _body(paper: Dossier) -> Iterator[Element]:
    for block in numbered(paper.blocks):
        yield _element(block)


def _element(block: Block) -> Element:
    if isinstance(block, Heading):
        return Line(
            spans=plain(block.text), face="hei", size=SMALL_4, pitch=22, spread="left", before=8,
            after=2, keep=True, level=block.level,
        )  # fmt: skip
    if isinstance(block, TableBlock):
        return Grid(
            heads=tuple(column.heading for column in block.columns),
            aligns=tuple(column.align for column in block.columns),
            shares=shares_of(block),
            rows=tuple(tuple(spans((cell,)) for cell in row) for row in block.rows),
            size=SIZE_5,
            pitch=15.5,
        )
    return Line(spans=spans(block.runs), size=SIZE_5, pitch=16, spread="left", after=4)


def _foot(paper: Dossier) -> Line:
    text = (
        f"由{paper.printed_by}打印，用途：{paper.purpose}。"
        "打印已写入日志；用后按档案管理规定保管或销毁。"
    )
    return Line(spans=plain(text), face="kai", size=SMALL_5, pitch=14, spread="left", before=8)
