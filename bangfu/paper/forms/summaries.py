"""A summary filled: one row for each place, unit, person or class, every number a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import Q

from bangfu.ledger.access import area, visible
from bangfu.ledger.models import Organisation, Pairing, Place, Post, Programme, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import Figure
from bangfu.lists.numbers import Reading
from bangfu.lists.pages import placed_under
from bangfu.lists.related import Related
from bangfu.paper.forms.added_up import doubt_of_sum, lacking
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.called import places_called
from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.classwords import Words, both
from bangfu.paper.forms.counting import apart
from bangfu.paper.forms.in_places import InPlaces
from bangfu.paper.forms.narrowing import in_place, narrowed_by
from bangfu.paper.forms.opened import places_open, told_of
from bangfu.paper.forms.over import Read, of_whom_it_is_over
from bangfu.paper.forms.sources import level_of
from bangfu.paper.forms.told import CellTold, ColumnTold
from bangfu.paper.forms.values import number_for
from bangfu.programmes.kinds import Label
from bangfu.tables.understood import Column, Sheet, Table

NO_BASE = "分母为零或未知"
NOTHING = "没有一条登记了这一项，算不出比例"
NONE_TOLD = "没有一条登记了这一项"
OVER = "超过100%：分子里有早先提出的"
#: Words of a first column that name no row of their own.
_DOTS = frozenset(("…", "……", "...", "…..", "——"))
#: By which field a counted record belongs to a unit or to a person.
_OF = {"organisation": ("organisation", "owner"), "person": ("who", "helper", "owner")}


@dataclass(frozen=True, slots=True)
class Stub:
    """What one row of a summary is about: what to call it, and the condition of its records.

    ``kind`` is that of ``subject``. ``condition`` says it for each kind that is counted; ``None``
    where nothing is known of the row. ``fresh``: its name must be written, the form has it blank.
    ``people`` are those of a unit, by their posts: what they do as helpers is the unit's too.
    ``within``: the place in which the records of a class are counted. ``above``: the places in
    which one lies, by their levels.
    """

    name: str
    place: Place | None = None
    subject: UUID | None = None
    kind: str = ""
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    people: tuple[UUID, ...] = ()
    fresh: bool = True
    within: Place | None = None
    above: Mapping[str, Place] = field(default_factory=dict)

    @property
    def key(self) -> tuple[UUID, ...]:
        """The record that the row is about."""
        if self.place is not None:
            return (self.place.fact_key,)
        return (self.subject,) if self.subject else ()

    def condition(self, figure: Figure) -> Mapping[str, Any] | None:
        """The condition that a counted record belongs to this row."""
        if self.place is not None:
            return in_place(figure.kind, self.place)
        if self.subject is not None:
            for name in _OF[self.kind]:
                if name in figure.kind:
                    return {name: self.subject}
            return self._as_helpers(figure) if self.kind == "organisation" else None
        where = in_place(figure.kind, self.within) if self.within else {}
        said = self.words.get(figure.kind.name)
        if where is None or said is None:
            return None
        asked = figure.listing.where
        # What a column says of the same field otherwise is not what the row and it ask together.
        return None if any(asked.get(key, v) != v for key, v in said.items()) else both(said, where)

    def _as_helpers(self, figure: Figure) -> Mapping[str, Any] | None:
        """What a unit and its people do as helpers: their pairings, and whom they help by them."""
        heads = figure.aggregate == "distinct" and figure.field == "helper"
        helping = [*self.people] if heads else [self.subject, *self.people]
        if "helper" in figure.kind:
            return {"helper": helping}
        if figure.kind.name not in ("household", "person"):
            return None
        own = {"pairing": {"as": "subject", "helper": helping}}
        if figure.kind.name == "person":
            return {"any": [own, {"household": own}]}
        return {"any": [own, {"person": {"as": "household", **own}}]}


def stubs_of(sheet: Sheet, table: Table, request: Request) -> tuple[list[Stub], Label]:
    """The rows of a summary, in order, and in words what they are."""
    column = stub_column(table)
    given = [_stub_text(sheet, row, column) for row in table.body] if column else []
    sums = {*table.totals, *table.subtotals}
    given = [
        "" if text in _DOTS or row in sums else text
        for row, text in zip(table.body, given, strict=False)
    ]
    if any(given):
        named = places_called(given, request) if table.subject.kind == "place" else {}
        stubs = [_given(text, table, request, given, named) for text in given]
        return _open_only(_with_people(stubs, request.moment), table, request)
    if table.subject.kind == "place":
        return _places(column, request)
    if table.subject.kind == "organisation" and request.programme is not None:
        return _units(request, request.programme)
    if table.subject.kind == "person":
        return [], Label(
            "按人统计的表不由系统列出人名；先写上姓名再填",
            "a table about persons one by one is not listed by the system; write the names first",
        )
    if table.subject.kind == "organisation":
        return [], Label(
            "按单位统计的表，先选定活动，就列出它的帮扶单位；或者先写上单位名称再填",
            "a table by units: choose a programme and its units are listed, or write their names",
        )
    return [], Label("表上没有写明各行", "the form does not name its rows")


def stub_column(table: Table) -> Column | None:
    """The column that says what rows are called: of several levels of places the lowest."""
    found = [column for column in table.columns if column.role == "stub"]
    places = [column for column in found if column.party == "place"]
    if table.subject.kind == "place" and places:
        return places[-1]
    return next(iter(found), None)


def _open_only(stubs: list[Stub], table: Table, request: Request) -> tuple[list[Stub], Label]:
    """The rows that a form names, with nothing to count where the account may not know it."""
    if table.subject.kind == "person" and request.user is not None:
        told = told_of(request, (stub.subject for stub in stubs if stub.subject))
        stubs = [stub if stub.subject in told else replace(stub, subject=None) for stub in stubs]
        return stubs, Label(
            "表上已写明各行；按人的数只给本人和所负责单位的人",
            "the rows that the form names; numbers of persons are given only of oneself and of "
            "the people of a unit that one leads",
        )
    open_ = places_open(request, [stub.place for stub in stubs if stub.place])
    stubs = [
        stub if stub.place is None or stub.place.pk in open_ else replace(stub, place=None)
        for stub in stubs
    ]
    return stubs, Label("表上已写明各行", "the rows that the form names")


def _stub_text(sheet: Sheet, row: int, column: Column) -> str:
    return sheet.grid.text(row, column.index)


def _given(
    text: str,
    table: Table,
    request: Request,
    beside: Sequence[str],
    named: Mapping[str, Place | None],
) -> Stub:
    if not text:
        return Stub("", fresh=False)
    moment = request.moment
    if table.subject.kind == "place":
        return Stub(text, place=named[text], fresh=False)
    if table.subject.kind in ("organisation", "person"):
        rows = Subject.objects.at(moment).filter(kind=table.subject.kind, name=text)
        keys = list(rows.values_list("fact", flat=True)[:2])
        key = keys[0] if len(keys) == 1 else None
        return Stub(text, subject=key, kind=table.subject.kind, fresh=False)
    words, said = Words(moment, request.programme), text.removeprefix("其中").lstrip(":：")
    kinds = [VOCABULARY[name] for name in {c.of for c in table.columns if c.of} & set(VOCABULARY)]
    told = {kind.name: words.counted(kind, [said]) for kind in kinds}
    known = {n: apart(counted.where, beside) for n, counted in told.items() if not counted.left}
    return Stub(text, words=known, fresh=False, within=request.place)


def _places(column: Column | None, request: Request) -> tuple[list[Stub], Label]:
    if request.place is None:
        return [], Label("没有指定地方", "no place was named")
    level = level_of(column) if column else ""
    places = _of_level(request.place, level, request.moment)
    open_ = places_open(request, places)
    places = [place for place in places if place.pk in open_]
    said = Label(
        f"{request.place.name}所辖{len(places)}个地方",
        f"the {len(places)} places of {request.place.name}",
    )
    return [Stub(place.name, place=place) for place in places], said


def _units(request: Request, programme: Programme) -> tuple[list[Stub], Label]:
    """The units that help in a programme, themselves or by their people, by name."""
    pairs = Pairing.objects.at(request.moment).filter(programme=programme)
    posts = Post.objects.at(request.moment).filter(person__in=pairs.values("helper"))
    rows = Subject.objects.at(request.moment).filter(kind="organisation")
    helping = rows.filter(
        Q(fact__in=pairs.values("helper")) | Q(fact__in=posts.values("organisation"))
    )
    if request.user is not None:
        kind = VOCABULARY["organisation"]
        helping = helping.filter(fact__in=visible(request.user, kind).values("fact"))
    found = _with_people(
        [
            Stub(unit.name, subject=unit.fact, kind="organisation")
            for unit in helping.order_by("sort_key", "pk")
        ],
        request.moment,
    )
    said = Label(
        f"活动的{len(found)}个帮扶单位", f"the {len(found)} units that help in the programme"
    )
    return found, said


def _with_people(stubs: Sequence[Stub], moment: Moment) -> list[Stub]:
    """The units among some rows with those who hold a post there or in a body below."""
    if not any(stub.kind == "organisation" and stub.subject for stub in stubs):
        return list(stubs)
    above = dict(Organisation.objects.at(moment).values_list("fact", "parent"))
    held: dict[UUID, set[UUID]] = defaultdict(set)
    for unit, person in Post.objects.at(moment).values_list("organisation", "person"):
        over: UUID | None = unit
        seen: set[UUID] = set()
        while over is not None and over not in seen:
            seen.add(over)
            held[over].add(person)
            over = above.get(over)
    return [
        replace(stub, people=tuple(sorted(held.get(stub.subject, ()))))
        if stub.subject is not None and stub.kind == "organisation"
        else stub
        for stub in stubs
    ]


def _of_level(place: Place, level: str, moment: Moment) -> list[Place]:
    """The places of a level inside a place; without a level, those directly inside it.

    None where the place itself lies below that level: a village is no row of a list of towns.
    """
    inside = area(place, on=moment.on).exclude(fact=place.fact_key).order_by("path")
    if level == place.level and level in _LEVELS:
        return [place]
    if level:
        found = list(inside.filter(level=level))
        if found:
            return found
        if level in _LEVELS and place.level in _LEVELS[_LEVELS.index(level) + 1 :]:
            return []
    return list(placed_under(place, moment)) or [place]


#: Levels that headings name for sure, from the highest down.
_LEVELS = ("county", "township", "village")


# ------------------------------------------------------------------ the numbers


def counted_rows(
    stubs: Sequence[Stub], columns: Sequence[ColumnTold], first: int, unit: str, request: Request
) -> tuple[list[dict[int, Value]], list[CellTold]]:
    """The rows of a summary from row ``first`` on, and of every cell the figure behind it."""
    rows: list[dict[int, Value]] = []
    told: list[CellTold] = []
    stubs = _with_places_above(stubs, columns, request.moment)
    places = InPlaces((s.place for s in stubs if s.place), request.moment, request.place)
    for number, stub in enumerate(stubs):
        values: dict[int, Value] = {}
        for column in columns:
            at = first + number, column.column.index
            value = _cell(stub, number, column, at, unit, told, places)
            if value is not None:
                values[at[1]] = value
        rows.append(values)
    return rows, told


def _with_places_above(
    stubs: Sequence[Stub], columns: Sequence[ColumnTold], moment: Moment
) -> Sequence[Stub]:
    """The rows with the places in which theirs lie, of every level that a column asks for."""
    levels = {c.source.level for c in columns if c.source.sort == "place"}
    keys = [stub.place.fact_key for stub in stubs if stub.place]
    tops = {level: Related(moment).above(keys, level) for level in levels}
    return [
        replace(stub, above={n: top for n, found in tops.items() if (top := found.get(*stub.key))})
        if stub.place
        else stub
        for stub in stubs
    ]


def _cell(
    stub: Stub,
    number: int,
    column: ColumnTold,
    at: tuple[int, int],
    unit: str,
    told: list[CellTold],
    places: InPlaces,
) -> Value:
    sort = column.source.sort
    if sort == "serial":
        if stub.name:
            column.filled += 1
        return number + 1 if stub.name else None
    if sort == "stub" and stub.fresh:
        column.filled += 1
        told.append(CellTold(*at, kind="place" if stub.place else "", keys=stub.key))
        return stub.name
    if sort == "place" and stub.fresh and (top := stub.above.get(column.source.level)):
        column.filled += 1
        told.append(CellTold(*at, kind="place", keys=(top.fact_key,)))
        return top.name
    if sort != "figure" or column.source.figure is None or not stub.name:
        return None
    figure = narrowed_by(column.source.figure, stub.condition)
    if figure is None:
        column.blank += 1
        told.append(CellTold(*at, keys=stub.key, blank=True, why="unclear"))
        return None
    read = places.reader(stub.place) if stub.place else None
    return figure_cell(column.source.figure, column, at, unit, told, own=figure, read=read)


def figure_cell(
    figure: Figure,
    column: ColumnTold,
    at: tuple[int, int],
    unit: str,
    told: list[CellTold],
    *,
    own: Figure | None = None,
    read: Read | None = None,
) -> Value:
    """One number, with its question; one that may be higher is written and said to be so.

    ``own``: what the figure is in this row, where ``read`` reads it with those of other rows.
    """
    read, figure = (read, figure) if read else (Figure.reading, own or figure)
    now, own = read(figure), own or figure
    if now.low is None:
        column.blank += 1
        told.append(
            CellTold(*at, figure=own.as_data(), doubt=NO_BASE, blank=True, why="unrecorded")
        )
        return None
    if figure.is_share and now.low == 0 and now.high is not None and now.high >= 1:
        column.blank += 1
        blank = CellTold(*at, figure=own.as_data(), doubt=NOTHING, blank=True, why="unrecorded")
        told.append(blank)
        return None
    if not now.rows and lacking(figure, read):
        column.blank += 1
        none = CellTold(*at, figure=own.as_data(), doubt=NONE_TOLD, blank=True, why="unrecorded")
        told.append(none)
        return None
    over = figure.is_share and column.column.aggregate != "average" and now.low > 1
    doubt = _doubt(now) or (OVER if over else "") or of_whom_it_is_over(figure, read)
    doubt = doubt or doubt_of_sum(figure, read, now)
    column.filled += 1
    column.doubtful += bool(doubt)
    told.append(CellTold(*at, figure=own.as_data(), doubt=doubt))
    return number_for(figure, now.low, column.column, unit)


def _doubt(now: Reading) -> str:
    return "" if now.exact else f"另有{now.unknown}条记录不能判定" if now.unknown else "有未填的数"
