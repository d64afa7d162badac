"""The number that a column or a cell of a summary asks for: a count, an amount, a rate."""

from __future__ import annotations

import re

from bangfu.paper.forms.classwords import Words, at_odds, without_time
from bangfu.paper.forms.counting import figure_source
from bangfu.paper.forms.money import ANSWERS, money_source
from bangfu.paper.forms.rates import days_source, mean_source, rate_source
from bangfu.paper.forms.sources import TO_ASK, Source, nothing
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
    unclear = at_odds(figure.kind, figure.listing.where) or _told_apart(column, table)
    return nothing(TO_ASK) if unclear else source


#: What was begun, and what was not: the ledger tells only what is closed.
_BEGUN, _NOT_BEGUN = re.compile("^(?:正在|在办)"), re.compile("^(?:尚)?未")


def _told_apart(column: Column, table: Table) -> bool:
    """Whether needs that are open are parted into 正在整改 and 未整改, which the ledger cannot."""
    said = without_time(column.heading)
    if column.of != "need" or not (_BEGUN.match(said) or _NOT_BEGUN.match(said)):
        return False
    columns = [slot.column for slot in table.slots] or table.columns
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
