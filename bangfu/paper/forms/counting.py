"""What a column of a summary counts: the words of its headings as a list and its condition."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import Figure, figure_names, figure_of
from bangfu.lists.listing import Listing
from bangfu.paper.forms.asked_time import asks_another_time, lifted_then, open_then, time_of
from bangfu.paper.forms.classwords import (
    AGE_SPAN,
    FLOW,
    Counted,
    Words,
    both,
    of_age,
    of_codes,
    plain,
)
from bangfu.paper.forms.groups import Group, group_of, not_held, within
from bangfu.paper.forms.happened import happened
from bangfu.paper.forms.sealed_words import of_sealed
from bangfu.paper.forms.sources import (
    ANOTHER_TIME,
    NOT_HELD,
    RANKED,
    TO_ASK,
    Source,
    nothing,
)
from bangfu.paper.forms.times import then
from bangfu.programmes.kinds import Field, Kind, Label
from bangfu.tables.headings import written
from bangfu.tables.periods import part_of_year
from bangfu.tables.places_in import level_of
from bangfu.tables.understood import SURE, Column, Period, Table

_TOTAL = re.compile(r"(合|总|小|共)计|总数|合计[户人]?数")
PARTS = Label(
    "合计的各项里有系统没有的分类", "among what it adds up are classes that the ledger lacks"
)
A_CHANGE = Label(
    "问的是一段时间里的变化，不是当时的情况",
    "it asks what changed within a time, and not how things stood",
)
#: How things stood when a time began, which no day of what happened tells.
_BEGINNING = re.compile("[年期]初(?!以来|至今)")
NOT_SAID = Label("时段没有写明", "the period is not said")
_HELPERS = re.compile(r"(结对)?帮扶(责任|干部|责任人|人员)人?")
#: Households are counted, whatever is so of who lives there.
_HOMES = re.compile(r"户(数|次|总数)?$")
_PEOPLE = re.compile(r"人员总?数|总人数|总人口数?|人口总数")
#: Units of what is counted.
_HOW_MANY = frozenset("户 人 个 次 件 场 期 人次 户次 场次 名".split())
_PERIOD = re.compile(r"(本|上|当|今|前|累计|去年|第.季|\d+月|\d{4}年|[一二三四五六七八九十]+月)")


# ------------------------------------------------------------------ the figure of a column


def figure_source(column: Column, table: Table, words: Words, answer: str) -> Source:
    """The figure that a column of a summary asks for, or why there is none."""
    on = words.moment.on
    column = _of_persons(column)
    if column.aggregate == "rank":
        return nothing(RANKED)
    if column.refused is not None:
        return nothing(column.refused)
    if answer:
        return _named_figure(answer, words)
    if column.terms is not None:
        return Source("worked")
    if column.aggregate is None or column.confidence < SURE:
        return nothing(NOT_HELD)
    if column.of is None or column.of not in VOCABULARY:
        return nothing(NOT_HELD)
    helpers = any(_HELPERS.fullmatch(word) for word in column.classes)
    kind = VOCABULARY["pairing" if helpers else column.of]
    period, certain = time_of(column, table, on)
    if not certain:
        return nothing(NOT_SAID)
    column = replace(column, period=period)
    if kind.nature == "event" and period and period.first and period.first > on:
        return nothing(ANOTHER_TIME)
    done = happened(kind, column, table, period)
    if done is not None and (not done[1] or period and period.first and period.first > on):
        return nothing(ANOTHER_TIME if done[1] else NOT_SAID)
    if kind.nature == "event" and any(map(_BEGINNING.match, column.path)):
        return nothing(NOT_SAID)
    if kind.nature != "event" and done is None:
        if asks_another_time(column, table, words.moment):
            return nothing(ANOTHER_TIME)
        if any(map(FLOW.match, column.path)) or lifted_then(column, table):
            return nothing(A_CHANGE)
    if helpers:
        return _helpers(column, words, then(words.moment, period))
    held = _held(column.field)
    if held and held.sensitivity == "sealed" or _names_sealed(column.path):
        return nothing(SEALED)
    title = "".join(line.text for line in table.title[:2])
    above = (title, *column.path[:-1])
    if not of_sealed(column.heading):
        above += _called(column.field)
    classes = done[0] if done else column.classes
    counted = words.counted(kind, classes, above)
    if done is not None:
        counted = replace(counted, where=both(counted.where, done[1]))
    elif counted.left and "人" in column.heading and not _HOMES.search(column.heading):
        kind = VOCABULARY["person"]
        counted = words.counted(kind, column.classes, above)
    if kind.name == "place":
        return _places(column, words)
    if counted.left:
        return nothing(not_understood(counted.left))
    if not counted.where and not _asks_how_many(column, kind):
        return nothing(TO_ASK)
    spans = [word for other in table.columns for word in other.classes]
    counted = replace(counted, where=apart(counted.where, spans))
    if counted.where.get("kind") not in (None, "monitored") and "monitored_as" in counted.where:
        # A kind of household is one alone here, and 脱贫不稳定户 are not all kept as 脱贫户.
        return nothing(TO_ASK)
    if not counted.where and _adds_up(column, table) and _bear_its_name(column, table):
        siblings = _siblings(column, table, words, kind)
        if siblings is None:
            return nothing(PARTS)
        if siblings:
            counted = replace(counted, where={**counted.where, "any": siblings})
    group = group_of(table, kind)
    narrowed = within(group, kind, counted.where, "".join(column.path))
    if narrowed is None:
        return nothing(not_held(group))
    counted = replace(counted, where=narrowed)
    if any(_WHY & set(part) for part in (counted.where, *counted.where.get("any", ()))):
        return nothing(A_CHANGE)
    window = _window(column.period, kind, on, "closed" if _closed(counted) else "date")
    if window is None:
        return nothing(NOT_SAID)
    whole = {**counted.where, **window} if _closed(counted) else both(counted.where, window)
    where = open_then(whole, column.period, on)
    moment = words.moment if kind.nature == "event" else then(words.moment, period)
    listing = Listing((kind.name,), moment, where, words.programme)
    return _figure(column, listing, words, window, group)


SEALED = Label("这一项加密保存，不能汇总", "this is kept sealed, and so it cannot be counted")


def _held(path: str | None) -> Field | None:
    """The field whose word heads a column."""
    kind, _, key = (path or "").partition(".")
    return VOCABULARY[kind][key] if kind in VOCABULARY and key in VOCABULARY[kind] else None


def _names_sealed(path: Sequence[str]) -> bool:
    """Whether a heading above is the name of what is kept sealed: 风险类型 above 因病."""
    held = [one for name in ("household", "person") for one in VOCABULARY[name].fields.values()]
    sealed = [one for one in held if one.sensitivity == "sealed"]
    names = {name for one in sealed for name in (one.label.zh, *one.aliases)}
    return any(_SORTED_BY.sub("", written(word).bare) in names for word in path[:-1])


#: What says of a heading above that it parts by what it names: 按致贫原因分.
_SORTED_BY = re.compile("^按|(?:分类?|划分|统计)$")


def _called(path: str | None) -> tuple[str, ...]:
    held = _held(path)
    return (held.label.zh,) if held else ()


def apart(where: Mapping[str, Any], beside: Sequence[str]) -> Mapping[str, Any]:
    """An age up to (or from) a number that a neighbour's span begins (or ends) with leaves it out:
    16岁以下 beside 16-59岁. ``beside``: the words of all of them.
    """
    age = where.get("age")
    if not isinstance(age, Mapping) or len(age) != 1:
        return where
    spans = [span for word in beside if (span := AGE_SPAN.search(word))]
    if "at_most" in age and age["at_most"] in {int(span[1]) for span in spans}:
        return {**where, "age": {"at_most": age["at_most"] - 1}}
    if "at_least" in age and age["at_least"] in {int(span[2]) for span in spans}:
        return {**where, "age": {"at_least": age["at_least"] + 1}}
    return where


def _of_persons(column: Column) -> Column:
    """A column headed by a sex or an age counts persons, whatever else the table counts."""
    person, word = VOCABULARY["person"], plain(column.heading)
    people = _PEOPLE.fullmatch(word) or of_age(person, word) or of_codes(person, word)
    if not people or _HOMES.search(word):
        return column
    if column.aggregate not in (None, "count", "share") or column.role in ("stub", "serial"):
        return column
    classes = column.classes or (column.heading,)
    aggregate, sure = column.aggregate or "count", max(column.confidence, SURE)
    return replace(
        column, role="value", aggregate=aggregate, of="person", classes=classes, confidence=sure
    )


def _asks_how_many(column: Column, kind: Kind) -> bool:
    """Whether a heading that names no class asks for a number: 人数 does, 走访对象 does not."""
    heading = plain(column.heading)
    if column.aggregate != "count" or _PERIOD.match(heading) or part_of_year(heading, None):
        return True
    if column.unit in _HOW_MANY:
        return True
    unit = {"person": "人", "household": "户"}.get(kind.name, "次")
    return bool(re.search(rf"(数|次|人口|总计|合计|小计|{unit})$", heading))


def _helpers(column: Column, words: Words, moment: Moment) -> Source:
    """How many help: each counted once, whoever of them helps several."""
    if len(column.classes) > 1 or column.aggregate != "count":
        return nothing(NOT_HELD)
    if not column.heading.endswith("数") and not _TOTAL.fullmatch(column.heading):
        return nothing(TO_ASK)
    name = "".join(column.path)
    pairings = Listing(("pairing",), moment, {}, words.programme)
    return Source("figure", figure=Figure(name, name, pairings, "distinct", "helper"))


def _places(column: Column, words: Words) -> Source:
    """How many places of a level there are: 村数, where communities (社区) are none of them."""
    level = level_of(_NUMBER_OF.sub("", plain(column.heading)))
    if len(column.path) > 1 and column.classes and level_of(column.classes[-1]) != level:
        return nothing(not_understood(column.classes))
    if level is None or level[0] not in ("township", "village"):
        return nothing(TO_ASK)
    name = "".join(column.path)
    listing = Listing(("place",), words.moment, {"level": level[0]})
    if level[0] == "village" and (said := _committee(column.heading)):
        listing = listing.narrowed({"committee": said})
    elif level[0] == "village" and not _RESIDENTS.search(column.heading):
        if listing.narrowed({"committee": "community"}).sure().exists():
            return nothing(TO_ASK)
    return Source("figure", figure=Figure(name, name, listing))


def _committee(heading: str) -> str:
    """Whose committee a heading names alone: 行政村数, 社区数; neither where it names both."""
    residents = _RESIDENTS.search(heading)
    if residents:
        return "" if "村" in heading else "community"
    return "village" if _VILLAGERS.search(heading) else ""


_RESIDENTS, _VILLAGERS = re.compile("社区|居"), re.compile("行政村|建制村|村委会")
_NUMBER_OF = re.compile("(?:个数|总数|数量|数)$")


#: Why somebody came or went is held, and not on which day.
_WHY = frozenset(("came", "gone"))


def _adds_up(column: Column, table: Table) -> bool:
    """Whether a column is the total of others, by its own heading or by the one above 户 and 人.

    Beside 其中 such a one is all there are.
    """
    if _TOTAL.fullmatch(column.heading):
        return True
    parts = any("其中" in word for other in table.columns for word in other.path)
    return len(column.path) > 1 and bool(_TOTAL.fullmatch(column.path[0])) and not parts


def _bear_its_name(column: Column, table: Table) -> bool:
    """Whether a total has no name of its own, or its parts all bear it: 劳动力 of 技能劳动力."""
    group = column.path[:-1]
    parts = [one.classes for one in table.columns if one.path[:-1] == group and one.classes]
    own = column.classes[-1] if column.classes else ""
    return all(own in classes[-1] for classes in parts)


def _siblings(
    column: Column, table: Table, words: Words, kind: Kind
) -> list[Mapping[str, Any]] | None:
    """The conditions of the columns that a total adds up; None where one is not understood.

    A total below a heading adds up what else stands below it.
    """
    found: list[Mapping[str, Any]] = []
    group = column.path[:-1] if _TOTAL.fullmatch(column.heading) else ()
    for other in table.columns:
        if (
            other.path[: len(group)] == group
            and other.of == column.of
            and other.aggregate == "count"
            and other.classes
        ):
            above = (*other.path[:-1], *_called(other.field))
            counted = words.counted(kind, other.classes, above)
            if counted.left:
                return None
            found.append(counted.where)
    return found


def not_understood(left: Sequence[str]) -> Label:
    """Why nothing is counted: some words stand for no class that the ledger holds."""
    said = "、".join(left)
    return Label(f"系统没有“{said}”这一分类", f"the ledger has no class “{said}”")


def _named_figure(answer: str, words: Words) -> Source:
    if words.programme is None or answer not in figure_names(words.programme, words.moment):
        return nothing(NOT_HELD)
    return Source("figure", figure=figure_of(words.programme, answer, words.moment))


def _figure(
    column: Column, listing: Listing, words: Words, window: Mapping[str, Any], group: Group
) -> Source:
    name, kind = "".join(column.path), listing.kind
    if column.aggregate in ("count", "share"):
        figure = Figure(name, name, listing)
        if column.aggregate == "share":
            whole = words.counted(kind, column.base)
            if whole.left:
                return nothing(not_understood(whole.left))
            among = within(group, kind, whole.where, "".join(column.path[:-1]))
            if among is None:
                return nothing(not_held(group))
            base = replace(listing, where=both(among, window))
            if base.where == listing.where or "work_kind" in listing.where:
                # 就业率 is of those who are able to work, whom nobody counts.
                # 走访率 does not say of what: everything is all of itself.
                return nothing(TO_ASK)
            figure = replace(figure, share=Figure("", "", base))
        return Source("figure", figure=figure)
    if column.aggregate == "sum" and column.field:
        _, _, key = column.field.partition(".")
        if key in kind and kind[key].type in ("number", "money"):
            return Source("figure", figure=Figure(name, name, listing, "sum", key))
    return nothing(NOT_HELD)


def _closed(counted: Counted) -> bool:
    """Whether needs are counted that were closed: then by the day on which they were."""
    said = counted.where.get("closed")
    return isinstance(said, Mapping) and said.get("known") is True


def _window(period: Period | None, kind: Kind, on: dt.date, by: str) -> Mapping[str, Any] | None:
    """The days that a column speaks of, as a condition; nothing for what is so on a day."""
    if kind.nature != "event" or "date" not in kind:
        return {}
    if period is None or period.unit in ("to_date", "as_of"):
        last = period.last if period and period.last else on
        return {by: {"from": period.first, "to": last} if period and period.first else {"to": last}}
    if period.known:
        return {by: {"from": period.first or period.last, "to": period.last}}
    first = first_of(period.unit, on)
    return None if first is None else {by: {"from": first, "to": on}}


def first_of(unit: str, on: dt.date) -> dt.date | None:
    """The first day of the period in which a day lies."""
    match unit:
        case "day":
            return on
        case "week":
            return on - dt.timedelta(days=on.weekday())
        case "month":
            return on.replace(day=1)
        case "quarter":
            return on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1)
        case "half":
            return on.replace(month=1 if on.month < 7 else 7, day=1)
        case "year":
            return on.replace(month=1, day=1)
        case _:
            return None
