"""What stands on a paper: plain values without a word about faces, files or tables.

A number that the system counted is a ``FigureMark``; its note says what was counted, as of which
day, and from how many rows. A paper refuses a mark without its note and a note without its mark.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

#: A paper is a draft or issued; a sheet that is only worked with is neither.
State = Literal["draft", "issued", "working"]
Align = Literal["left", "center", "right"]
ColumnKind = Literal["text", "number", "money", "date"]
Level = Literal[1, 2, 3, 4]


@dataclass(frozen=True, slots=True)
class FigureMark:
    """A number counted by the system, with the number of the note that explains it."""

    text: str
    number: int


Run = str | FigureMark
Value = str | int | Decimal | dt.date | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4 (一、 （一） 1. （1）), printed as it is given."""

    level: Level
    text: str

    def __post_init__(self) -> None:
        if self.level not in (1, 2, 3, 4):
            raise ValueError(f"heading {self.text!r}: level {self.level}, allowed are 1 to 4")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of prose around counted numbers."""

    runs: tuple[Run, ...]
    indented: bool = True


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table inside a text; ``share`` is its relative width, else it is estimated."""

    heading: str
    align: Align = "left"
    unit: str = ""
    share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBlock:
    """A table inside a text, with its caption above and its source below."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Run, ...], ...]
    total: tuple[Run, ...] | None = None
    caption: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        check_rows(self.caption, len(self.columns), self.rows, self.total)


Block = Heading | Paragraph | TableBlock


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureNote:
    """The explanation of one counted number, printed in the appendix 数据说明."""

    number: int
    counted: str
    on: dt.date
    known_at: dt.datetime
    rows: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """How a reader checks the paper: its number, a short head of the journal, and an address."""

    document: str
    journal_head: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """An issue of a briefing (简报): masthead, text, and the lists of who receives it."""

    masthead: str
    issuer: str
    date: dt.date
    title: str
    blocks: tuple[Block, ...]
    state: State
    issue: int | None = None
    running: int | None = None
    editors_note: str = ""
    source: str = ""
    editor: str = ""
    reviewer: str = ""
    signer: str = ""
    phone: str = ""
    report_to: tuple[str, ...] = ()
    send_to: tuple[str, ...] = ()
    issue_to: tuple[str, ...] = ()
    copies: int | None = None
    secrecy: str = ""
    notes: tuple[FigureNote, ...] = ()
    verification: Verification | None = None

    def __post_init__(self) -> None:
        check_notes(self.title, self.blocks, self.notes)
        if self.state == "issued":
            needed = {
                "issue": self.issue,
                "signer": self.signer,
                "verification": self.verification,
            }
            check_issued(self.title, needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A paper attached to an official paper; it begins on a new page."""

    title: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialLetter:
    """A general official paper (公文) with the parts of GB/T 9704-2012."""

    mark: str
    title: str
    addressees: tuple[str, ...]
    blocks: tuple[Block, ...]
    signatory: str
    date: dt.date
    state: State
    reference: str = ""
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    signer: str = ""
    attachments: tuple[Attachment, ...] = ()
    remark: str = ""
    copy_to: tuple[str, ...] = ()
    printer: str = ""
    printed_on: dt.date | None = None
    notes: tuple[FigureNote, ...] = ()
    verification: Verification | None = None

    def __post_init__(self) -> None:
        attached = (block for attachment in self.attachments for block in attachment.blocks)
        check_notes(self.title, (*self.blocks, *attached), self.notes)
        if self.state == "issued":
            needed = {"reference": self.reference, "verification": self.verification}
            check_issued(self.title, needed)


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """A column of a ledger; ``width`` counts half-width characters, money is in yuan."""

    heading: str
    kind: ColumnKind = "text"
    width: float = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSheet:
    """A ledger or a list of names (台账、名单), with its sign-off line."""

    title: str
    organisation: str
    period: str
    printed_at: dt.datetime
    columns: tuple[LedgerColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    state: State
    totals: tuple[Value, ...] | None = None
    unit: str = ""
    secrecy: str = ""
    preparer: str = ""
    reviewer: str = ""
    responsible: str = ""
    verification: Verification | None = None

    def __post_init__(self) -> None:
        check_rows(self.title, len(self.columns), self.rows, self.totals)
        if self.state == "issued":
            check_issued(self.title, {"verification": self.verification})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is on record about one person, household or place (档案), for a stated purpose."""

    title: str
    where: str
    printed_at: dt.datetime
    printed_by: str
    purpose: str
    blocks: tuple[Block, ...]


Paper = Briefing | OfficialLetter | LedgerSheet | Dossier


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished file and what a clerk should know about it (cleaned text, replaced faces)."""

    content: bytes
    media_type: str
    notes: tuple[str, ...] = ()


def check_rows(
    name: str,
    width: int,
    rows: Iterable[tuple[object, ...]],
    total: tuple[object, ...] | None,
) -> None:
    """Refuse a table without columns or with a row of another length."""
    if not width:
        raise ValueError(f"table {name!r} has no columns")
    for place, row in enumerate(rows, start=1):
        if len(row) != width:
            raise ValueError(f"table {name!r}, row {place}: {len(row)} cells, {width} columns")
    if total is not None and len(total) != width:
        raise ValueError(f"table {name!r}, total row: {len(total)} cells, {width} columns")


def marks(blocks: Iterable[Block]) -> Iterator[FigureMark]:
    """Every counted number in reading order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (run for run in block.runs if isinstance(run, FigureMark))
        elif isinstance(block, TableBlock):
            rows = (*block.rows, block.total or ())
            yield from (run for row in rows for run in row if isinstance(run, FigureMark))


def check_notes(name: str, blocks: Iterable[Block], notes: tuple[FigureNote, ...]) -> None:
    """Refuse a counted number without its note, a note without its number, and doubled notes."""
    marked = {mark.number for mark in marks(blocks)}
    noted = [note.number for note in notes]
    if len(set(noted)) != len(noted):
        raise ValueError(f"paper {name!r}: a note number is used twice: {sorted(noted)}")
    if marked - set(noted):
        raise ValueError(f"paper {name!r}: numbers without a note: {sorted(marked - set(noted))}")
    if set(noted) - marked:
        raise ValueError(f"paper {name!r}: notes without a number: {sorted(set(noted) - marked)}")


def check_issued(name: str, needed: Mapping[str, object]) -> None:
    """Refuse an issued paper that lacks what an issued paper must carry."""
    missing = [key for key, value in needed.items() if value is None or value == ""]
    if missing:
        raise ValueError(f"issued paper {name!r} lacks: {', '.join(missing)}")


def numbered(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with their headings numbered 一、 （一） 1. （1）, each level from one again."""
    counts = [0, 0, 0, 0]
    done: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (4 - block.level)
            text = _heading_number(block.level, counts[block.level - 1]) + block.text
            block = Heading(block.level, text)
        done.append(block)
    return tuple(done)


def _heading_number(level: Level, count: int) -> str:
    word = chinese_numeral(count)
    return (f"{word}、", f"（{word}）", f"{count}.", f"（{count}）")[level - 1]


def chinese_numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese, as headings use it."""
    if not 1 <= number <= 99:
        raise ValueError(f"headings are numbered 1 to 99, not {number}")
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else digits[tens] + "十")
    return head + (digits[ones] if ones else "")
