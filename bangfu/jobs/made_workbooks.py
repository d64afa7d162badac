"""Messy lists of people who do not exist: one truth, many ways of writing it, every defect counted.

The same seed makes the same files. Beside each stands its key: what every column asks, what is true
of every row, and each cell that is not as a careful clerk would write it, with what it should say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bangfu.jobs.made_drawing import Drawing, as_csv, as_docx, as_xlsx
from bangfu.jobs.made_lists import (
    SORTS,
    About,
    Question,
    Sort,
    World,
    answered,
    rows_of,
)
from bangfu.jobs.made_questions import names_of
from bangfu.jobs.made_ways import LOSING, WAYS, Cell, Truth, plainly
from bangfu.lists.headings import catalogue
from bangfu.tables.catalogue import Catalogue

__all__ = ["Defect", "ListColumn", "ListRow", "MadeWorkbook", "workbooks"]

#: One cell of so many is written otherwise than a careful clerk would.
_CLEAN = 25
_ROWS = (12, 45)
#: Kinds of list that only their title tells apart, or the time that they are of.
_BY_TITLE = ("income", "class", "need", "enrolment")


@dataclass(frozen=True, slots=True)
class Defect:
    """One cell that is not as it should be."""

    sheet: str
    row: int
    column: str
    sort: str
    written: str
    true: str

    @property
    def losing(self) -> bool:
        """Whether the truth can no longer be read from it."""
        return self.sort in LOSING


@dataclass(frozen=True, slots=True)
class ListColumn:
    """What one column asks: its target, and whether a reader was taught its heading."""

    column: int
    heading: str
    target: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row: where it stands, the person it is about, and what is true under each target."""

    row: int
    serial: int
    true: Mapping[str, Any]


@dataclass(slots=True)
class MadeWorkbook:
    """A messy list: the file, its layout, what its columns ask, what is true, every defect."""

    name: str
    kind: str
    title: str
    under: str = ""
    sheet: str = ""
    content: bytes = b""
    header: tuple[int, int] = (0, 0)
    columns: list[ListColumn] = field(default_factory=list)
    rows: list[ListRow] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many defects of each sort there are."""
        found: dict[str, int] = {}
        for one in self.defects:
            found[one.sort] = found.get(one.sort, 0) + 1
        return dict(sorted(found.items()))


def workbooks(
    seed: int, told: World, count: int, *, held_back: float = 0.0, reader: Catalogue | None = None
) -> list[MadeWorkbook]:
    """So many lists of the same people, each of a kind, a layout and defects of its own.

    ``held_back`` is the share of headings that a reader does not know; ``reader`` is what is known
    of headings, where it is not the vocabulary of the product.
    """
    known = reader or catalogue()
    return [
        _workbook(Random(f"{seed}/{n}"), f"list-{n:03d}", told, SORTS[(n - 1) % len(SORTS)],
                  held_back, known)
        for n in range(1, count + 1)
    ]  # fmt: skip


def _workbook(
    chance: Random, name: str, told: World, sort: Sort, held_back: float, reader: Catalogue
) -> MadeWorkbook:
    ending = chance.choice(("xlsx", "xlsx", "xlsx", "csv", "docx"))
    made = MadeWorkbook(f"{name}.{ending}", sort.kind, chance.choice(sort.titles), sort.under)
    made.sheet = "csv" if ending == "csv" else chance.choice(("Sheet1", "名单", "台账"))
    questions = _chosen(chance, sort)
    titled = sort.kind in _BY_TITLE
    drawing = Drawing(chance, made.title, plain=ending != "xlsx", titled=titled)
    headings = [_heading(chance, one, sort, held_back, reader) for one in questions]
    units = [drawing.unit(one.sort) for one in questions]
    words = [drawing.with_unit(word, unit) for (word, _), unit in zip(headings, units, strict=True)]
    first = drawing.head(words, [one.target for one in questions])
    made.header = drawing.header
    for place, (one, word) in enumerate(zip(questions, words, strict=True)):
        said = headings[place][1]
        made.columns.append(ListColumn(first + place, word, one.target, said))
    _fill(chance, made, drawing, told, sort, list(zip(questions, units, strict=True)), first)
    drawing.finish()
    made.drawn = drawing.told
    made.content = {"xlsx": as_xlsx, "csv": as_csv, "docx": as_docx}[ending](drawing, made.sheet)
    return made


def _chosen(chance: Random, sort: Sort) -> list[Question]:
    """What tells the list apart always, the rest by luck; places before whoever lives there."""
    count = min(len(sort.may), chance.randint(2, sort.most))
    kept = [*sort.must, *chance.sample(sort.may, count)]
    if sort.kind == "income" and sum("#" in one.target for one in kept) < 2:
        kept += [one for one in sort.may if "#" in one.target and one not in kept][:2]
    rank = {"place": 0, "name": 1, "identity": 2}
    return sorted(kept, key=lambda one: (one.target.startswith("helper."), rank.get(one.sort, 3)))


def _heading(
    chance: Random, one: Question, sort: Sort, held_back: float, reader: Catalogue
) -> tuple[str, bool]:
    """How a question is headed, and whether the reader knows it by that name."""
    known, others = names_of(one.field, one.names, one.target, sort.kind, reader)
    back = bool(others) and (chance.random() < held_back or not known)
    return chance.choice(others if back else known), not back


# ── rows ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Bearing:
    """What bears a cell out: the identity number beside it, the row above of the same village."""

    number: bool
    same_place: bool


def _fill(
    chance: Random, made: MadeWorkbook, drawing: Drawing, told: World, sort: Sort,
    asked: Sequence[tuple[Question, str]], first: int,
) -> None:  # fmt: skip
    styles = [chance.randrange(60) for _ in asked]
    listed, above = rows_of(told, sort, chance, chance.randint(*_ROWS)), None
    for about, drawn in listed:
        truths = [answered(told, one, about, drawn) for one, _ in asked]
        truths = [
            Truth(t.sort, t.value, t.codes, unit)
            for t, (_, unit) in zip(truths, asked, strict=True)
        ]
        true = {one.target: t.value for (one, _), t in zip(asked, truths, strict=True)}
        row = drawing.next_row(about.village.name)
        cells, borne_out, again = [], False, about.village == above
        above = about.village
        for place, ((one, _), truth) in enumerate(zip(asked, truths, strict=True)):
            bearing = _Bearing(borne_out, again)
            cell, defect = _cell(chance, one, truth, styles[place], listed, bearing)
            cells.append(cell)
            if one.target == "person.identity":
                borne_out = not defect
            if defect:
                at = drawing.position(row, first + place)
                shown = "" if cell is None else str(cell)
                made.defects.append(Defect(made.sheet, row, at, defect, shown, truth.text))
        drawing.write(cells)
        made.rows.append(ListRow(row, about.person.serial, true))
        if chance.randrange(_CLEAN * 4) == 0:
            twice = drawing.next_row(about.village.name)
            drawing.write(cells)
            made.rows.append(ListRow(twice, about.person.serial, true))
            made.defects.append(Defect(made.sheet, twice, "", "row.again", "", ""))


def _cell(
    chance: Random, one: Question, truth: Truth, style: int, listed: Sequence[tuple[About, Any]],
    bearing: _Bearing,
) -> tuple[Cell, str]:  # fmt: skip
    """What stands in a cell, and by which defect, if by any.

    What nothing bears out (another sex, no number beside it; 同上 below another village) is a lie
    that nobody can find.
    """
    plain = plainly(truth, style)
    if plain is None or chance.randrange(_CLEAN):
        return plain, ""
    ways: dict[str, Any] = dict(WAYS.get(truth.sort, {}))
    other = chance.choice(listed)[0].person
    if one.target == "person.identity" and other.identity != truth.value:
        ways["neighbour"] = lambda t, c: other.identity
    if not bearing.same_place:
        ways.pop("ditto", None)
    if one.target in _BORN_OUT and bearing.number:
        ways["other"] = _BORN_OUT[one.target]
    sort = chance.choice(sorted(ways))
    written = ways[sort](truth, chance)
    if written is None or written == plain:
        return plain, ""
    return (None if written == "" else written), f"{truth.sort}.{sort}"


def _other_sex(truth: Truth, chance: Random) -> Cell:
    return "女" if truth.value == "1" else "男"


#: What an identity number beside bears out, and how it is written otherwise.
_BORN_OUT: Mapping[str, Any] = {
    "person.sex": _other_sex,
    "person.birth": lambda truth, chance: f"{truth.value.year - 7}-{truth.value:%m-%d}",
}
