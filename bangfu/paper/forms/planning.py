"""What the columns of a form ask, and from where each would be answered, before any is read."""

from __future__ import annotations

import re
from dataclasses import replace

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.paper.forms.asked import Request, spot_of, spot_of_rows, spot_of_slot
from bangfu.paper.forms.choosing import subject_kind
from bangfu.paper.forms.classwords import Words
from bangfu.paper.forms.figures import asked_figure
from bangfu.paper.forms.members import members_source
from bangfu.paper.forms.money import ANSWERS
from bangfu.paper.forms.opened import opened_source
from bangfu.paper.forms.place_card import place_source
from bangfu.paper.forms.sources import (
    NO_KIND,
    NOT_HELD,
    TO_ASK,
    TWICE,
    Source,
    in_year,
    level_of,
    nothing,
    source_of,
)
from bangfu.paper.forms.summaries import stub_column
from bangfu.paper.forms.sums import number_sources
from bangfu.paper.forms.times import day_of
from bangfu.paper.forms.told import ColumnTold, TableTold
from bangfu.paper.forms.whether import Whether, insured_as
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label
from bangfu.tables.understood import SURE, Column, Sheet, Table

_SUMS_UP = re.compile("统计|汇总|报表")
TICKED_IN_TWO = Label(
    "“是”和“否”分在两栏打勾，不填", "yes and no are ticked in two columns, which are left"
)
IN_TWO = Label("一个号码分在两栏，不拆开填", "one number in two columns, which is not taken apart")


def planned(sheet: Sheet, table: Table, request: Request) -> TableTold:
    """A table with what each of its columns, or answers, asks."""
    if table.subject.shape != "summary" and not _of_events(table):
        request = day_of(table, request)
    told = TableTold(
        sheet=sheet.name,
        title=_title(table),
        shape=table.subject.shape,
        kind=table.subject.kind,
        header=(table.header.first, table.header.last) if table.header else None,
        confidence=table.subject.confidence,
        reason=table.subject.reason,
        rows_spot=spot_of_rows(sheet.name, table),
    )
    kind = kind_of(table, request)
    words = Words(request.moment, request.programme)
    if table.slots:
        told.columns = _of_slots(sheet.name, table, kind, words, request)
    else:
        told.columns = [
            _column(spot_of(sheet.name, table, column), column, table, kind, words, request)
            for column in table.columns
        ]
        _ask_about_twins(told, request)
        _ask_which_benefit(told, kind, request)
        _ask_into_what(told, request)
        if told.shape == "summary" and not _counts_something(told):
            for column in told.columns:
                if column.source.sort != "none":
                    column.source = nothing(TO_ASK)
    return told


def _of_slots(
    sheet: str, table: Table, kind: Kind | None, words: Words, request: Request
) -> list[ColumnTold]:
    """What the answers of a card ask, or the numbers of a table of indicators."""
    found = []
    for slot in table.slots:
        told = _column(spot_of_slot(sheet, slot), slot.column, table, kind, words, request)
        told.row = slot.row
        found.append(told)
    if table.subject.shape == "summary":
        for told, source in zip(found, number_sources(table, words), strict=True):
            if told.spot not in request.answers:
                told.source = opened_source(request.user, source, of_programme=False)
    return found


def _counts_something(told: TableTold) -> bool:
    """Whether a table is a summary indeed: it has a figure, or says so and asks for others."""
    asked = [c for c in told.columns if c.source.sort not in ("serial", "stub", "place")]
    if any(column.source.sort == "figure" for column in asked):
        return True
    if not asked or not _SUMS_UP.search(told.title):
        return False
    return all(c.column.aggregate and c.source.why != TO_ASK for c in asked)


def _title(table: Table) -> str:
    """The title without the lines that are filled in beside it (填报单位:)."""
    lines = [line.text.strip() for line in table.title]
    return " ".join(text for text in lines if not re.search(r"[:：]", text))


def _ask_about_twins(told: TableTold, request: Request) -> None:
    """Two columns with one source: the second is not taken for granted (第二帮扶人, 帮扶党员)."""
    seen: set[tuple[str, str, Whether | None, str]] = set()
    for column in told.columns:
        if column.source.sort != "field" or column.spot in request.answers:
            continue
        source, counted = column.source, column.source.figure
        beside = f"{source.then}{source.year}{counted.listing.where if counted else ''}"
        asked = source.target, source.path, source.whether, beside
        if asked in seen:
            column.source = nothing(TWICE)
        seen.add(asked)


def _ask_which_benefit(told: TableTold, kind: Kind | None, request: Request) -> None:
    """Beside somebody how much they get is asked where no column says of what.

    They may have several benefits.
    """
    if kind is None or kind.name not in ("person", "household"):
        return
    asked = [c for c in told.columns if c.source.target == "benefit" and c.source.field]
    if any(c.source.field is not None and c.source.field.key == "kind" for c in asked):
        return
    for column in asked:
        if column.spot not in request.answers:
            column.source = nothing(TO_ASK)


_WATCHED = re.compile("识别|监测|返贫|风险")


def _ask_into_what(told: TableTold, request: Request) -> None:
    """Since when somebody is in (纳入时间) is told of being watched only where that is meant."""
    for column in told.columns:
        said = "".join((told.title, *column.column.path))
        watched = column.column.field == "household.identified"
        if watched and column.spot not in request.answers and not _WATCHED.search(said):
            column.source = nothing(TO_ASK)


def kind_of(table: Table, request: Request) -> Kind | None:
    """What the rows of a table are about, or whom a card is about."""
    if table.layout == "card" and table.subject.kind == "place":
        return VOCABULARY["place"]
    if table.layout == "card":
        return subject_kind(request) or VOCABULARY.kinds.get(table.subject.kind)
    if table.subject.shape == "records" and _asks_for_payouts(table):
        return VOCABULARY["payout"]
    return VOCABULARY.kinds.get(_CALLED.get(table.subject.kind, table.subject.kind))


#: What offices keep lists of, as the ledger holds it.
_CALLED = {"hospital_stay": "encounter", "team": "person"}


def _asks_for_payouts(table: Table) -> bool:
    """Whether rows about benefits are single payments, and not what somebody is entitled to."""
    asked = {column.field for column in table.columns if column.confidence >= SURE}
    if table.subject.kind in SUBJECT_KINDS:
        # Somebody's register may say beside much else what was paid; a list of payments says when.
        return {"payout.date", "payout.amount"} <= asked
    return table.subject.kind == "benefit" and bool(asked & {"payout.date", "payout.amount"})


def _column(
    spot: str,
    column: Column,
    table: Table,
    kind: Kind | None,
    words: Words,
    request: Request,
) -> ColumnTold:
    answer = request.answers.get(spot, "")
    source = _source(column, table, kind, words, request, answer)
    return ColumnTold(spot, column, source, choices=_choices(column, table, words))


def _source(
    column: Column, table: Table, kind: Kind | None, words: Words, request: Request, answer: str
) -> Source:
    if table.subject.shape == "summary":
        if column.role == "serial":
            return Source("serial")
        if column.role == "stub":
            return _of_stub(column, table)
        source = asked_figure(column, table, words, answer)
        named = bool(answer) and answer not in ANSWERS
        return opened_source(request.user, source, of_programme=named)
    if kind is None:
        return nothing(NO_KIND)
    if table.layout == "card" and kind.name == "place":
        return place_source(column, table, words, request, answer)
    if column.rest and not answer:
        return nothing(IN_TWO if column.field == "person.identity" else TICKED_IN_TWO)
    if column.path and (said := insured_as(column.heading, _title(table))) != column.heading:
        column = replace(column, path=(*column.path[:-1], said))
    if not answer and (members := members_source(kind, column, words)):
        return members
    if _of_the_head(column, table, kind):
        column = replace(column, party="head")
    source = source_of(kind, column, answer, request.moment.on)
    if source.field is not None and source.field.told_by == "reckoning" and not source.year:
        return _of_its_year(source, table, request)
    return source


def _of_stub(column: Column, table: Table) -> Source:
    """What its rows are called, or the place of a higher level in which each of them lies."""
    own, level = stub_column(table), level_of(column)
    if own is None or own.index == column.index:
        return Source("stub")
    if table.subject.kind == "place" and column.party == "place" and level:
        return Source("place", target="place", level=level)
    return nothing(NOT_HELD)


def _of_the_head(column: Column, table: Table, kind: Kind) -> bool:
    """Whether what is asked of somebody is the head's, who alone is named in rows of other things.

    Whoever received a payment, or is spoken of, need not be the head.
    """
    if kind.name in SUBJECT_KINDS or column.party != "row":
        return False
    asked = (column.field or "").partition(".")
    named = [one for one in table.columns if (one.field or "").endswith(_NAMES)]
    return asked[0] == "person" and bool(named) and all(one.party == "head" for one in named)


#: Fields that name whom a row is of.
_NAMES = ("person.name", "household.name", ".subject", ".whom")


def _of_its_year(source: Source, table: Table, request: Request) -> Source:
    """Income in a table of a year that is over is what was reckoned of that year."""
    period = table.period
    if period is None or period.unit != "year" or not period.known or not period.last:
        return source
    return in_year(source, period) if period.last <= request.moment.on else source


def _choices(column: Column, table: Table, words: Words) -> list[tuple[str, Label]]:
    """What a person may answer: the fields that may be meant, or the programme's figures."""
    if column.role in ("serial", "stub", "forbidden") or column.party in ("leader", "recorder"):
        return []
    if table.subject.shape == "summary":
        funds = ANSWERS if column.aggregate == "sum" and column.of == "entry" else ()
        return [*((name, _label_of(name)) for name in funds), *words.figures()]
    meant = [(m.field, m.says) for m in column.alternatives if m.field]
    own = [(column.field, column.says)] if column.field else []
    return list(dict.fromkeys([*own, *meant]))


def _label_of(name: str) -> Label:
    kind, _, key = name.partition(".")
    return VOCABULARY[kind][key].label


def _of_events(table: Table) -> bool:
    kind = VOCABULARY.kinds.get(table.subject.kind)
    return kind is not None and kind.nature == "event"
