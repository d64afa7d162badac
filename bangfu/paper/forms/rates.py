"""Rates in a summary (办结率, 走访覆盖率, 支出进度): one number of the same table over another."""

from __future__ import annotations

import re
from dataclasses import replace

from bangfu.lists.figure import Figure
from bangfu.paper.forms.asked_time import time_of
from bangfu.paper.forms.classwords import Words
from bangfu.paper.forms.counting import figure_source
from bangfu.paper.forms.happened import visiting
from bangfu.paper.forms.money import money_source
from bangfu.paper.forms.sources import NOT_HELD, TO_ASK, Source, nothing
from bangfu.tables.headings import written
from bangfu.tables.spans import RELATIVE
from bangfu.tables.understood import Aggregate, Column, Period, Table

#: How things stand: within a month it may be what happened in it, or how they stood at its end.
_STATE = "风险已消除"
#: What a rate says is done, and of what, as headings of numbers have it.
_RATES: tuple[tuple[re.Pattern[str], str, str, str], ...] = (
    (re.compile(r"(?:问题|需求|诉求|困难)?(?:办结|整改|解决|化解|销号)(?:完成|到位)?率"),
     "need", "办结", ""),
    (re.compile(r"(?:入户)?(?:走访|遍访)(?:覆盖)?率"), "household", "走访", ""),
    (re.compile(r"(?:结对|帮扶)(?:帮扶)?(?:覆盖)?率"), "household", "结对", ""),
    (re.compile(r"(?:项目)?开工率"), "project", "已开工", ""),
    (re.compile(r"(?:项目)?(?:完工|竣工)率"), "project", "已完工", ""),
    (re.compile(r"(?:项目)?验收率"), "project", "已验收", ""),
    (re.compile(r"风险消除率"), "household", _STATE, "监测户"),
    (re.compile(r"城乡居民(?:基本)?(?:医保|医疗保险)参保率"), "person", "参加城乡居民医保", ""),
    (re.compile(r"城乡居民(?:基本)?养老保险参保率"), "person", "参加城乡居民养老保险", ""),
    (re.compile(r"(?:基本)?(?:医疗保险|医保)参保率"), "person", "医保参保", ""),
    (re.compile(r"(?:基本)?养老保险参保率"), "person", "养老保险参保", ""),
    (re.compile(r"参保率"), "person", "参保", ""),
)  # fmt: skip
_SPENT = re.compile(r"(?:资金)?(?:支出|拨付)(?:进度|率)")


def rate_source(column: Column, table: Table, words: Words) -> Source | None:
    """A rate as the one number over the other, each as the table would count it by itself.

    Nothing where the heading is no rate of that kind.
    """
    said = written(column.heading).bare
    if column.of != "entry" and any(map(_DUE.match, _headings(table))):
        # Of whom it ought to be so the ledger does not know, and all are more than those.
        return nothing(TO_ASK)
    if _SPENT.fullmatch(said):
        spent, there = (
            replace(_named(column, f"{way}资金", "sum"), of="entry", classes=(f"{way}资金",))
            for way in ("支出", "到位")
        )
        return _over(column, money_source(spent, table, words), money_source(there, table, words))
    for way, of, done, whole in _RATES:
        if way.fullmatch(said):
            of = column.of if of in _PEOPLE and column.of in _PEOPLE else of
            if done == _STATE and any(map(RELATIVE.match, column.path)):
                return nothing(TO_ASK)
            above = [word for word in column.classes[:-1] if not visiting(word)]
            part = replace(_named(column, f"{done}数", "count"), of=of, classes=(*above, done))
            classes = (*above, whole) if whole else tuple(above)
            all_ = replace(_of_all(column, table, words, of), classes=classes)
            return _over(column, figure_source(part, table, words, ""),
                         figure_source(all_, table, words, ""))  # fmt: skip
    if len(column.classes) == 1 and (part_of := _PART.fullmatch(said)):
        of = "household" if part_of[1].endswith("户") else "person"
        part = replace(_named(column, f"{part_of[1]}数", "count"), of=of)
        all_ = replace(_of_all(column, table, words, of), classes=())
        return _over(column, figure_source(part, table, words, ""),
                     figure_source(all_, table, words, ""))  # fmt: skip
    return None


#: How many it ought to be: 应走访户数, 应参保人数.
_DUE = re.compile("应(?!急|届|用)")


def _headings(table: Table) -> list[str]:
    columns = [slot.column for slot in table.slots] or table.columns
    return [column.heading for column in columns]


#: A share that does not say of what, of all there are: 脱贫户占比.
_PART = re.compile(r"(.{1,8}(?:户|人口|人员))数?(?:所?占比|所?占比例|比例)")
_PEOPLE = ("household", "person")
#: How all records of a kind are headed.
_ALL = {"need": "问题数", "project": "项目数", "household": "总户数", "person": "总人口"}


def _of_all(column: Column, table: Table, words: Words, of: str) -> Column:
    """All there are of a kind: needs within the time of a rate, of others how many at its end."""
    whole = replace(_named(column, _ALL[of], "count"), of=of)
    if of in ("need", "project"):
        return whole
    period, _ = time_of(column, table, words.moment.on)
    last = period.last if period and period.last else None
    return replace(
        whole, path=(_ALL[of],), period=Period("as_of", "", None, last) if last else None
    )


def _named(column: Column, heading: str, aggregate: Aggregate) -> Column:
    """The number that a heading of its own would ask for in the place of a rate."""
    return replace(column, path=(*column.path[:-1], heading), unit="", base=(), aggregate=aggregate)


def _over(column: Column, part: Source, whole: Source) -> Source:
    if part.figure is None or whole.figure is None:
        return part if part.figure is None else whole
    alike = part.figure.kind == whole.figure.kind
    if alike and part.figure.listing.where == whole.figure.listing.where:
        return nothing(TO_ASK)
    name = "".join(column.path)
    return replace(part, figure=replace(part.figure, name=name, title=name, share=whole.figure))


#: What a mean is of, and over what, as headings of numbers have them.
_MEANS: tuple[tuple[re.Pattern[str], tuple[str, str], tuple[str, str]], ...] = (
    (re.compile(r"户均(?:家庭)?人(?:口数?|数)"), ("person", "人口数"), ("household", "户数")),
    (re.compile(r"人均(?:结对|帮扶|联系)(?:帮扶)?户数"), ("household", "结对户数"),
     ("person", "帮扶责任人数")),
)  # fmt: skip
_DONE_BY = {"结对户数": "结对", "帮扶责任人数": "帮扶责任人"}


def mean_source(column: Column, table: Table, words: Words) -> Source:
    """One number over another (户均人口), each as the table would count it by itself."""
    said = written(column.heading).bare
    for way, *ends in _MEANS:
        if way.fullmatch(said):
            part, whole = (
                figure_source(_counting(column, of, heading), table, words, "")
                for of, heading in ends
            )
            return _over(column, part, whole)
    return nothing(NOT_HELD)


def _counting(column: Column, of: str, heading: str) -> Column:
    """The column that would count one end of a mean."""
    done = (_DONE_BY[heading],) if heading in _DONE_BY else ()
    return replace(_named(column, heading, "count"), of=of, classes=(*column.classes[:-1], *done))


def days_source(column: Column, table: Table, words: Words) -> Source:
    """How many days needs took on the average until they were closed."""
    asked = replace(_named(column, "办结数", "count"), of="need", classes=("办结",))
    done = figure_source(asked, table, words, "")
    if done.figure is None:
        return done if done.sort == "none" else nothing(NOT_HELD)
    listing, name = done.figure.listing, "".join(column.path)
    whole = Figure("", "", listing)
    return replace(done, figure=Figure(name, name, listing, "sum", "days_taken", share=whole))
