"""The number that a column or a cell of a summary asks for: a count, an amount, a rate."""

from __future__ import annotations

from bangfu.paper.forms.classwords import Words, at_odds
from bangfu.paper.forms.counting import figure_source
from bangfu.paper.forms.money import ANSWERS, money_source
from bangfu.paper.forms.rates import days_source, rate_source
from bangfu.paper.forms.sources import TO_ASK, Source, nothing
from bangfu.tables.understood import SURE, Column, Table


def asked_figure(column: Column, table: Table, words: Words, answer: str = "") -> Source:
    """The figure that a number of a summary asks for, or why there is none.

    What contradicts itself, as a 监测户 below 脱贫户 does, is asked: nothing is ever both.
    """
    source = figure_of_any(column, table, words, answer)
    figure = source.figure
    if figure is not None and not answer and at_odds(figure.kind, figure.listing.where):
        return nothing(TO_ASK)
    return source


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
        case _:
            return figure_source(column, table, words, answer)
