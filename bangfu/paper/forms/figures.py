"""The number that a column or a cell of a summary asks for: a count, an amount, a rate."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.paper.forms.classwords import Words, at_odds, without_time
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
    source = figure_of_any(column, table, words, answer)
    figure = source.figure
    if figure is None or answer:
        return source
    where = figure.listing.where
    unclear = at_odds(figure.kind, where) or _told_apart(column, table) or _of_all(column, table)
    headings = ["".join(one.path) for one in _columns(table)]
    unclear = unclear or either_may_be_meant(where, headings)
    return nothing(TO_ASK) if unclear else source


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
