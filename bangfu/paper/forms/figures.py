"""The number that a column or a cell of a summary asks for: a count, an amount, a rate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import Figure
from bangfu.paper.forms.added_up import added_up_source, is_of_income
from bangfu.paper.forms.classwords import Words, at_odds, both, without_time
from bangfu.paper.forms.counting import figure_source
from bangfu.paper.forms.insured import either_may_be_meant
from bangfu.paper.forms.money import ANSWERS, money_source
from bangfu.paper.forms.rates import days_source, mean_source, rate_source
from bangfu.paper.forms.sources import TO_ASK, Source, nothing
from bangfu.tables.periods import period_in
from bangfu.tables.spans import RELATIVE
from bangfu.tables.understood import SURE, Column, Table


def asked_figure(column: Column, table: Table, words: Words, answer: str = "") -> Source:
    """The figure that a number of a summary asks for, or why there is none.

    What contradicts itself, as a 监测户 below 脱贫户 does, is asked: nothing is ever both. So is
    what only its neighbour tells apart.
    """
    column = _of_its_whole(column, table)
    source = figure_of_any(column, table, words, answer)
    if source.figure is None or answer:
        return source
    source = _within_its_whole(source, source.figure, column, table, words)
    figure = source.figure
    if figure is None:
        return source
    where = figure.listing.where
    unclear = at_odds(figure.kind, where) or _told_apart(column, table) or _of_all(column, table)
    headings = ["".join(one.path) for one in _columns(table)]
    unclear = unclear or either_may_be_meant(where, headings)
    return nothing(TO_ASK) if unclear else source


_OF_IT = re.compile("其中")
_PARTS = re.compile("其中[:：]?")


def _of_its_whole(column: Column, table: Table) -> Column:
    """A number below 其中 as a part of the one that stands left of all that stands below it.

    公益性岗位人数, 其中 above 脱贫户 and 女: those who have such a post. A part of persons is
    persons.
    """
    group = column.path[:-1]
    if not group or not _PARTS.fullmatch(group[-1]) or column.aggregate != "count":
        return column
    first = min(one.index for one in table.columns if one.path[:-1] == group)
    left = [c for c in table.columns if c.index < first and c.aggregate == "count"]
    kinds = {"person", "household"}
    left = [one for one in left if one.of in kinds and one.path[: len(group)] != group]
    own = [one for one in left if one.of == column.of]
    if not left or column.of not in kinds:
        return column
    whole = (own or left)[-1]
    said = tuple(dict.fromkeys((*whole.classes, *column.classes)))
    return replace(column, of=whole.of, classes=said)


def _within_its_whole(
    source: Source, figure: Figure, column: Column, table: Table, words: Words
) -> Source:
    """A number headed 其中, or beside such a one of the same field, within what stands left of it.

    结对户数, 其中:监测户 counts those who are paired; of what is not known it is no part.
    """
    beside = [one for one in table.columns if one.path[:-1] == column.path[:-1]]
    left = [one for one in beside if one.index < column.index and one.aggregate]
    marked = next((one for one in [column, *reversed(left)] if _OF_IT.match(one.heading)), None)
    wholes = [one for one in left if marked and one.index < marked.index and one.of == column.of]
    if marked is None or not wholes or figure.share is not None or is_of_income(figure):
        return source
    first = source if marked is column else figure_of_any(marked, table, words)
    whole = figure_of_any(wholes[-1], table, words)
    if first.figure is None or set(first.figure.listing.where) != set(figure.listing.where):
        return source
    if whole.figure is None or whole.figure.kind is not figure.kind:
        return nothing(TO_ASK)
    if set(whole.figure.listing.where) <= set(figure.listing.where):
        return source
    where = both(whole.figure.listing.where, figure.listing.where)
    return replace(source, figure=replace(figure, listing=replace(figure.listing, where=where)))


def _of_all(column: Column, table: Table) -> bool:
    """Whether it asks for all there are, or what is open, and of no time beside what is of one.

    Beside what is of a month and what adds up (累计) anything that happened may be of either.
    """
    kind = VOCABULARY[column.of] if column.of and column.of in VOCABULARY else None
    if kind is None or kind.nature != "event" or any(map(RELATIVE.match, column.path)):
        return False
    words = [word for one in _columns(table) if one.of == column.of for word in one.path]
    times = {found[0] for word in words if (found := RELATIVE.match(word))}
    adding = {time for time in times if "累计" in time}
    either = bool(adding) and adding != times and not any(map(period_in, column.path))
    return either or bool(times) and bool(_ALL.search(column.heading))


_ALL = re.compile("总(?!结)|合计|^(?:其中[:：]?)?(?:尚?未|超期|逾期|正在)")


def _columns(table: Table) -> Sequence[Column]:
    return [slot.column for slot in table.slots] or table.columns


#: What was begun, and what was not: the ledger tells only what is closed.
_BEGUN, _NOT_BEGUN = re.compile("^(?:正在|在办)"), re.compile("^(?:尚)?未")


def _told_apart(column: Column, table: Table) -> bool:
    """Whether needs that are open are parted into 正在整改 and 未整改, which the ledger cannot."""
    said = without_time(column.heading)
    if column.of != "need" or not (_BEGUN.match(said) or _NOT_BEGUN.match(said)):
        return False
    columns = _columns(table)
    words = [without_time(one.heading) for one in columns if one.of == "need"]
    return any(map(_BEGUN.match, words)) and any(map(_NOT_BEGUN.match, words))


def figure_of_any(column: Column, table: Table, words: Words, answer: str = "") -> Source:
    """The same also of what contradicts itself, and so is nothing."""
    plain = column.terms is None and column.refused is None and column.confidence >= SURE
    if not plain or answer and answer not in ANSWERS:
        return figure_source(column, table, words, answer)
    if (added := added_up_source(column, table, words)) is not None:
        return added
    match column.aggregate:
        case "sum" if column.of in ("entry", "payout"):
            return money_source(column, table, words, answer)
        case "share" if (rate := rate_source(column, table, words)) is not None:
            return rate
        case "average" if column.of == "need":
            return days_source(column, table, words)
        case "average" if column.of in ("person", "household"):
            return mean_source(column, table, words)
        case _:
            return figure_source(column, table, words, answer)
