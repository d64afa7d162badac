"""Where things stand on a page: lines, tables and the foot, in points and characters.

A paper is composed once into these elements; docx and pdf draw the same elements, so the two
never say different things. Measures are those of GB/T 9704-2012.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Face = Literal["mark", "song", "hei", "kai", "fang"]
Spread = Literal["left", "center", "right", "both", "apart"]
Counting = Literal["dashes", "of"]

WANTED: dict[Face, str] = {
    "mark": "方正小标宋简体",
    "song": "宋体",
    "hei": "黑体",
    "kai": "楷体_GB2312",
    "fang": "仿宋_GB2312",
}
LATIN = "Times New Roman"
RED = "E60012"
MM = 72 / 25.4

SIZE_1, SIZE_2, SMALL_2 = 26.0, 22.0, 18.0
SIZE_3, SIZE_4, SMALL_4, SIZE_5, SMALL_5 = 16.0, 14.0, 12.0, 10.5, 9.0
PITCH = 28.95
CLOSER = -0.22
"""Points taken from each 3号 character so that 28 stand in 156 mm."""


WHOLE_ROWS = 14
"""A table of up to so many rows is not torn over two pages."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text; ``note`` is the number of the note that explains it."""

    text: str
    note: int | None = None
    face: Face | None = None


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line under a text: thickness and distance in points."""

    weight: float
    gap: float
    red: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph: its type, how it is spread, indents in characters, distances in points."""

    spans: Spans
    far: Spans = ()
    face: Face = "fang"
    size: float = SIZE_3
    pitch: float = PITCH
    spread: Spread = "both"
    red: bool = False
    bold: bool = False
    first: float = 0
    left: float = 0
    right: float = 0
    before: float = 0
    after: float = 0
    rule: Rule | None = None
    keep: bool = False
    new_page: bool = False
    level: int = 0
    title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: shares of the width add up to one; the heading row is repeated on each page."""

    heads: tuple[str, ...]
    aligns: tuple[Literal["left", "center", "right"], ...]
    shares: tuple[float, ...]
    rows: tuple[tuple[Spans, ...], ...]
    total: tuple[Spans, ...] | None = None
    size: float = SMALL_4
    pitch: float = 19.0
    after: float = 8.0

    @property
    def whole(self) -> bool:
        """Whether it is short enough to stand on one page rather than be torn."""
        return len(self.rows) <= WHOLE_ROWS


@dataclass(frozen=True, slots=True)
class FootRow:
    """A row of the 版记: left and right part, and whether a line is drawn above it."""

    left: str
    right: str = ""
    ruled: bool = True


Element = Line | Grid


@dataclass(frozen=True, slots=True)
class Setup:
    """Paper, margins in millimetres, and how pages are counted."""

    width: float = 210
    height: float = 297
    top: float = 37
    bottom: float = 35
    left: float = 28
    right: float = 26
    counting: Counting = "dashes"
    pitch: float = PITCH

    @property
    def measure(self) -> float:
        """Width of the text in points."""
        return (self.width - self.left - self.right) * MM


OFFICIAL = Setup()
LANDSCAPE = Setup(
    width=297, height=210, top=18, bottom=18, left=18, right=18, counting="of", pitch=16
)
UPRIGHT = Setup(top=20, bottom=18, left=20, right=18, counting="of", pitch=16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A composed paper, ready to be drawn."""

    title: str
    author: str
    made: dt.datetime
    elements: tuple[Element, ...]
    foot: tuple[FootRow, ...] = ()
    setup: Setup = OFFICIAL
    draft: bool = False
    secrecy: str = ""


DRAFT_WORD = "草稿"
DRAFT_LINE = "草稿 未经签发"


def plain(text: str) -> Spans:
    """One stretch of text without a note."""
    return (Span(text),)


def em_width(text: str) -> float:
    """Width in characters: Chinese counts one, half-width letters and digits one half."""
    return sum(0.5 if ord(char) < 0x2E80 and char not in "—…“”‘’×·" else 1.0 for char in text)
