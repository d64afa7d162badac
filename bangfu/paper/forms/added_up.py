"""What records hold, added up in a summary: households' incomes, what projects cost and bring."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import Figure
from bangfu.lists.numbers import Reading
from bangfu.paper.forms.classwords import Words
from bangfu.paper.forms.counting import figure_source
from bangfu.paper.forms.over import Read
from bangfu.paper.forms.sources import ANOTHER_TIME, Source, nothing
from bangfu.tables.headings import written
from bangfu.tables.understood import Column, Table

#: What is known of a household whose income was reckoned, and of no other.
_RECKONED: Mapping[str, Any] = {"net_income": {"known": True}}
_PER_HEAD, _PER_HOME = "per_head_income", re.compile("户均(?:家庭)?(?:年?纯收入|收入)")
#: Those whom several projects benefit are told by each of them.
_SEVERAL_TIMES = frozenset(("households", "people"))
#: What a summary of projects counts, and what only a list of single records says.
_PROJECTS = re.compile("(?:项目|工程)(?:个数|总数|数量|数)")
_OF_ONE = re.compile("姓名|户主|户名|身份证|(?:项目|工程)名称")


def _headings(table: Table) -> list[str]:
    columns = [slot.column for slot in table.slots] or table.columns
    return [written(column.heading).bare for column in columns]


@functools.cache
def _named(kind: str) -> Mapping[str, str]:
    """The fields of a kind that can be added up, by each name that headings give them."""
    found: dict[str, str] = {}
    for one in VOCABULARY[kind].fields.values():
        told = one.told_by == "reckoning" if kind == "household" else True
        if told and one.type in ("number", "money") and one.key != "income_persons":
            names = (one.label.zh, *one.aliases)
            found |= {written(name).bare: one.key for name in names}
    return found


def added_up_source(column: Column, table: Table, words: Words) -> Source | None:
    """The sum, or the mean, of what records hold; nothing where a heading names no such field."""
    said, headings = written(column.heading).bare, _headings(table)
    if any(map(_OF_ONE.search, headings)):
        return None
    if column.aggregate in ("sum", "average") and (key := _named("household").get(said)):
        return _income(column, table, words, key)
    if column.aggregate == "average" and _PER_HOME.fullmatch(said):
        return _income(column, table, words, "")
    if any(map(_PROJECTS.fullmatch, headings)) and (key := _named("project").get(said)):
        source = _listed(column, table, words, "project", "项目数")
        return _sum(source, column, key) if source.figure is not None else source
    return None


def _income(column: Column, table: Table, words: Words, key: str) -> Source:
    """Of the households whose income was reckoned: its sum, or that over those who were counted.

    A year that is over has its own reckonings, which are no households' sheets.
    """
    source = _listed(column, table, words, "household", "户数")
    if source.figure is None:
        return source
    if source.figure.moment.on.year != words.moment.on.year:
        return nothing(ANOTHER_TIME)
    listing = source.figure.listing.narrowed(_RECKONED)
    name = source.figure.name
    if key and key != _PER_HEAD:
        return replace(source, figure=Figure(name, name, listing, "sum", key))
    over = Figure("", "", listing, *(("sum", "income_persons") if key else ()))
    return replace(source, figure=Figure(name, name, listing, "sum", "net_income", share=over))


def _listed(column: Column, table: Table, words: Words, of: str, heading: str) -> Source:
    """The records whose values are added up, as the table would count them."""
    own = written(column.heading).bare
    classes = tuple(word for word in column.classes if word not in own)
    asked = replace(
        column, path=(*column.path[:-1], heading), unit="", base=(), aggregate="count", of=of,
        classes=classes, field=None, confidence=1.0, terms=None,
    )  # fmt: skip
    return figure_source(asked, table, words, "")


def _sum(source: Source, column: Column, key: str) -> Source:
    assert source.figure is not None
    name, listing = "".join(column.path), source.figure.listing.narrowed({key: {"known": True}})
    return replace(source, figure=Figure(name, name, listing, "sum", key))


def is_of_income(figure: Figure) -> bool:
    """Whether a figure adds up what was reckoned of households."""
    kind, key = figure.kind, figure.field
    summed = figure.aggregate == "sum" and kind.name == "household" and key in kind
    return summed and kind[key].told_by == "reckoning"


def lacking(figure: Figure, read: Read) -> int:
    """Of how many records nothing is on record that a sum adds up."""
    key = "net_income" if is_of_income(figure) else figure.field
    if figure.aggregate != "sum" or figure.listing.where.get(key) != {"known": True}:
        return 0
    others = replace(figure.listing, where={**figure.listing.where, key: {"known": False}})
    return read(Figure("", "", others)).rows


def doubt_of_sum(figure: Figure, read: Read, now: Reading) -> str:
    """What is said of a sum: of how many nothing is on record, and who is told twice."""
    if number := lacking(figure, read):
        of_income = is_of_income(figure)
        return f"另有{number}户没有收入核算" if of_income else f"另有{number}条没有登记这一项"
    twice = figure.kind.name == "project" and figure.field in _SEVERAL_TIMES
    return "同一户（人）可能受益于几个项目" if twice and now.rows > 1 else ""
