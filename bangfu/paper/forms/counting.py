"""What a column of a summary counts: the words of its headings as a list and its condition."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Place, Programme
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import Figure, figure_names, figure_of
from bangfu.lists.headings import ways
from bangfu.lists.listing import Listing
from bangfu.paper.forms.groups import group_of, not_held, within
from bangfu.paper.forms.sources import (
    ANOTHER_TIME,
    NOT_HELD,
    RANKED,
    TO_ASK,
    Source,
    nothing,
    of_another_time,
)
from bangfu.paper.forms.times import then, to_come
from bangfu.programmes.kinds import Field, Kind, Label
from bangfu.tables.periods import part_of_year
from bangfu.tables.spans import asked_in
from bangfu.tables.understood import SURE, Column, Period, Table

_NOTHING_SAID = re.compile(
    r"(总|合计|全部|总计|小计|其中|共)?"
    r"(户数?|人数?|人口数?|数|数量|个数|次数|件数?|总数|总户数|总人数)?"
)
#: Headings above headings that narrow nothing.
_GENERAL = re.compile(r"(基本|总体|各村|有关|相关|主要|人员|家庭)*(情况|信息|统计|数据|指标|汇总)+")
_ENDING = re.compile(r"(户数|人数|人口|对象|家庭|人员|户|人|数)$")
_AGE_FROM = re.compile(r"(\d{1,3})(?:周?岁)(?:及|或|\(含\)|（含）)?以上")
_AGE_TO = re.compile(r"(\d{1,3})(?:周?岁)(?:及|或|\(含\)|（含）)?以下")
_AGE_SPAN = re.compile(r"(\d{1,3})(?:周?岁)?[-—~至到](\d{1,3})周?岁")
_TOTAL = re.compile(r"(合|总|小|共)计|总数|合计[户人]?数")
PARTS = Label(
    "合计的各项里有系统没有的分类", "among what it adds up are classes that the ledger lacks"
)
NOT_SAID = Label("时段没有写明", "the period is not said")
_HELPERS = re.compile(r"(结对)?帮扶(责任|干部|责任人|人员)人?")
#: Households are counted, whatever is so of who lives there.
_HOMES = re.compile(r"户(数|次|总数)?$")
_PEOPLE = re.compile(r"人员总?数|总人数|总人口数?|人口总数")
_PERIOD = re.compile(r"(本|上|当|今|前|累计|去年|第.季|\d+月|\d{4}年|[一二三四五六七八九十]+月)")
#: What is done at all, by a record of work.
_WORK = re.compile("(?:结对)?(?:帮扶)?(?:工作)?(?:开展)?")
#: The time of a column, which is told by its period.
_TIMES = re.compile(r"^(?:本|当|上)(?:日|周|月|季度?|年度?|半年)|^(?:累计|今年|截至目前|全年)")
_ARISEN = re.compile(r"^(?:新增|新发现|发现|收集|新提出|提出|开展)的?")
#: What is counted anyway, as headings name it.
_OWN = {
    "need": "问题|需求|诉求|困难", "activity": "走访|入户|到户|遍访|家访",
    "meeting": "(?:召开)?(?:会议|座谈会?)", "training": "(?:举办)?培训(?:班|会|活动)?",
    "household": "农户|家庭|农村户|农", "person": "农户|农村",
}  # fmt: skip
_CLOSED = re.compile(r"(?:已|得到|完成)?(?:办结|解决|整改|销号|处理)(?:完成|到位)?")
_OPEN = re.compile(r"(?:未|尚未|正在|在)(?:办结|解决|整改|销号|处理|办|办理)(?:中)?")
_ALLOWED = re.compile("(?:享受)?(?:(?P<low>低保)|特困(?:供养)?)(?:政策|人员|对象|人口|人数|人)*")
_AT_WORK = re.compile(r"(?:务工就业|就业务工|务工)(?:人数|人员|人口|劳动力|总数|数)*")
_WHO = "帮扶(?:责任)?人|责任人|帮扶干部"
_HAS_HELPER = re.compile(rf"已?结对|(?:已?落实|有)(?:{_WHO})|(?:{_WHO})已?落实")
_HAS_NO_HELPER = re.compile(rf"未结对|(?:未落实|没有|无)(?:{_WHO})|(?:{_WHO})未落实")
PAIRED: Mapping[str, Any] = {"pairing": {"as": "subject"}}
#: Who helps one who lives there helps a household; who helps a household helps who lives there.
HELPED: Mapping[str, Mapping[str, Any]] = {
    "household": {"any": [PAIRED, {"person": {"as": "household", **PAIRED}}]},
    "person": {"any": [PAIRED, {"household": PAIRED}]},
}


@dataclass(frozen=True, slots=True)
class Counted:
    """A list in the making: its condition, and the words left over."""

    where: Mapping[str, Any]
    left: tuple[str, ...] = ()


class Words:
    """What words of headings stand for, under a programme and at a moment."""

    def __init__(self, moment: Moment, programme: Programme | None) -> None:
        self.moment, self.programme = moment, programme
        self.meaning = Meaning.of(programme, moment) if programme else None

    def counted(self, kind: Kind, words: Iterable[str], above: Sequence[str] = ()) -> Counted:
        """Records of a kind, narrowed by every word that is understood under the headings above."""
        where: dict[str, Any] = {}
        left: list[str] = []
        for word in (listed := tuple(words)):
            said = self._said(kind, _plain(word), above)
            if said is None and not _calls_a_field(kind, word, listed[-1], above):
                left.append(word)
            elif said is None:
                continue
            elif isinstance(said, str):
                where |= {said: True}
            else:
                where = _both(where, said)
        return Counted(where, tuple(left))

    def _said(self, kind: Kind, word: str, above: Sequence[str]) -> Mapping[str, Any] | str | None:
        word = _without_own(kind, word)
        if kind.nature == "event" and _WORK.fullmatch(word):
            return {}
        if _NOTHING_SAID.fullmatch(word.removeprefix(kind.label.zh)) or _GENERAL.fullmatch(word):
            return {}
        if any(word == field.label.zh for field in kind.fields.values()):
            return {}
        return (
            self._of_programme(kind, word)
            or _of_allowance(kind, word)
            or _of_codes(kind, word, above)
            or _of_age(kind, word)
            or _of_work(kind, word)
            or _of_pairing(kind, word)
            or _of_home(kind, word)
            or _of_ending(kind, word)
        )

    def _of_programme(self, kind: Kind, word: str) -> Mapping[str, Any] | str | None:
        if self.meaning is None:
            return None
        for name, entry in self.meaning.file.entries("list", "enrol"):
            if _alike(entry.title or "", word) and self._kind_of(name) == kind.name:
                return name
        for name, entry in self.meaning.file.entries("class"):
            for option, title in (getattr(entry, "items", None) or {}).items():
                if _alike(title if isinstance(title, str) else title.title or "", word):
                    return {name: option}
        return None

    def _kind_of(self, name: str) -> str:
        return Listing((name,), self.moment, programme=self.programme).kind.name

    def taken_in(self, name: str) -> bool:
        """Whether a list is of whom the programme takes in."""
        return self.meaning is not None and self.meaning.sort_of(name) == "enrol"

    def figures(self) -> list[tuple[str, Label]]:
        """The programme's figures and lists, with their titles."""
        if self.programme is None or self.meaning is None:
            return []
        names = figure_names(self.programme, self.moment)
        titled = [(name, self.meaning.file.title_of(name) or name) for name in names]
        return [(name, Label(title, title)) for name, title in titled]

    def lists_of(self, kind: Kind) -> list[tuple[str, str]]:
        """The programme's own lists of a kind, with their titles: who is taken in comes first."""
        if self.meaning is None:
            return []
        entries = [*self.meaning.file.entries("enrol"), *self.meaning.file.entries("list")]
        return [(n, e.title or n) for n, e in entries if self._kind_of(n) == kind.name]


def _calls_a_field(kind: Kind, word: str, last: str, above: Sequence[str]) -> bool:
    """Whether a heading above a word of a code book calls its field in short: 住房 above A级."""
    told = _of_codes(kind, _plain(last), above) or _of_home(kind, _plain(last))
    if word == last or not told:
        return False
    (key,) = told
    if key in ("kind", "household"):
        return word in _ALL_SORTS
    names = (kind[key].label.zh, *kind[key].aliases)
    return any(name.startswith(word) for name in names)


#: Headings above kinds of households that mean all of them together.
_ALL_SORTS = frozenset(("贫困", "帮扶", "重点", "重点人群"))


def _both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Both conditions; one that speaks of the same field again stands in a group of its own."""
    clashing = {k: v for k, v in other.items() if k in one and one[k] != v}
    merged = {**one, **{k: v for k, v in other.items() if k not in clashing}}
    if clashing:
        merged["none"] = [*merged.get("none", ()), {"none": [clashing]}]
    return merged


def _plain(word: str) -> str:
    return re.sub(r"[\s()（）:：]", "", word).casefold()


def _alike(title: str, word: str) -> bool:
    """Whether a heading is what a title says, with or without 户, 人, 数 at its end."""
    one, other = _plain(title), _plain(word)
    return bool(one) and (one == other or _ENDING.sub("", one) == _ENDING.sub("", other) != "")


def _of_codes(kind: Kind, word: str, above: Sequence[str] = ()) -> Mapping[str, Any] | None:
    """A word of one field's code book; of several the one that a heading above names."""
    found = [
        (field.key, code)
        for field in kind.fields.values()
        if field.codes and field.key != "relation" and field.key not in kind.preset
        # What is sealed is not counted, so a word of its book means something else here.
        if field.sensitivity != "sealed"
        for code in field.codes
        if any(_alike(way, word) for way in ways(field, code) if not way.isdigit())
    ]
    if len(found) > 1:
        named = {_plain(heading) for heading in above}
        found = [(k, code) for k, code in found if named & {kind[k].label.zh, *kind[k].aliases}]
    return {found[0][0]: found[0][1]} if len(found) == 1 else None


def _of_work(kind: Kind, word: str) -> Mapping[str, Any] | None:
    """Persons who work for wages, away or near: 务工人数 says neither."""
    if kind.name != "person" or not _AT_WORK.fullmatch(word):
        return None
    return {"work_kind": ["away", "local"]}


def _of_allowance(kind: Kind, word: str) -> Mapping[str, Any] | None:
    """Persons with an allowance of any sort: 低保 and 特困 do not say of which."""
    if kind.name != "person" or not (found := _ALLOWED.fullmatch(word)):
        return None
    key = "allowance" if found["low"] else "destitute"
    return {key: [code for code in kind[key].codes if code != "none"]}


def _of_age(kind: Kind, word: str) -> Mapping[str, Any] | None:
    if "age" not in kind:
        return None
    if span := _AGE_SPAN.search(word):
        return {"age": {"at_least": int(span[1]), "at_most": int(span[2])}}
    if least := _AGE_FROM.search(word):
        return {"age": {"at_least": int(least[1])}}
    if most := _AGE_TO.search(word):
        # Where nothing else is said, 以上 and 以下 count the number itself in.
        return {"age": {"at_most": int(most[1])}}
    return None


def _without_own(kind: Kind, word: str) -> str:
    """A word without the time it speaks of and without what is counted anyway."""
    word = _TIMES.sub("", word)
    if kind.nature == "event":
        word = _ARISEN.sub("", word)
    own = _OWN.get(kind.name) or _OWN.get(kind.basic or kind.name)
    return re.sub(rf"^(?:{own})|(?:{own})$", "", word) if own else word


def _of_home(kind: Kind, word: str) -> Mapping[str, Any] | None:
    """Persons by the kind of their household: 监测对象 and 脱贫人口 of persons."""
    if kind.name != "person":
        return None
    found = _of_codes(VOCABULARY["household"], word)
    return {"household": found} if found else None


def _of_ending(kind: Kind, word: str) -> Mapping[str, Any] | None:
    """Needs that are closed, or still open."""
    if kind.name != "need":
        return None
    if _CLOSED.fullmatch(word):
        return {"closed": {"known": True}}
    return {"closed": {"known": False}} if _OPEN.fullmatch(word) else None


def _of_pairing(kind: Kind, word: str) -> Mapping[str, Any] | None:
    if kind.name not in VOCABULARY["pairing"].ties:
        return None
    helped = HELPED.get(kind.name, PAIRED)
    if _HAS_HELPER.fullmatch(word):
        return helped
    return {"none": [helped]} if _HAS_NO_HELPER.fullmatch(word) else None


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
    period, certain = _time_of(column, table, on)
    if not certain:
        return nothing(NOT_SAID)
    column = replace(column, period=period)
    if kind.nature == "event" and period and period.first and period.first > on:
        return nothing(ANOTHER_TIME)
    if kind.nature != "event" and _of_another_time(column, table, words.moment):
        return nothing(ANOTHER_TIME)
    if helpers:
        return _helpers(column, words, then(words.moment, period))
    if (held := _held(column.field)) and held.sensitivity == "sealed":
        return nothing(SEALED)
    above = (*column.path[:-1], *_called(column.field))
    counted = words.counted(kind, column.classes, above)
    if counted.left and "人" in column.heading:
        kind = VOCABULARY["person"]
        counted = words.counted(kind, column.classes)
    if counted.left:
        return nothing(_not_understood(counted.left))
    if not counted.where and not _asks_how_many(column, kind):
        return nothing(TO_ASK)
    counted = replace(counted, where=_apart(counted.where, table))
    if counted.where.get("kind") not in (None, "monitored") and "monitored_as" in counted.where:
        # A kind of household is one alone here, and 脱贫不稳定户 are not all kept as 脱贫户.
        return nothing(TO_ASK)
    group = group_of(table, kind)
    narrowed = within(group, kind, counted.where, "".join(column.path))
    if narrowed is None:
        return nothing(not_held(group))
    counted = replace(counted, where=narrowed)
    if not column.classes and _TOTAL.fullmatch(column.heading):
        siblings = _siblings(column, table, words, kind)
        if siblings is None:
            return nothing(PARTS)
        if siblings:
            counted = replace(counted, where={**counted.where, "any": siblings})
    window = _window(column.period, kind, on, "closed" if _closed(counted) else "date")
    if window is None:
        return nothing(NOT_SAID)
    where = {**counted.where, **window} if _closed(counted) else _both(counted.where, window)
    moment = words.moment if kind.nature == "event" else then(words.moment, period)
    listing = Listing((kind.name,), moment, where, words.programme)
    return _figure(column, kind, listing, words, window)


SEALED = Label("这一项加密保存,不能汇总", "this is kept sealed, and so it cannot be counted")


def _held(path: str | None) -> Field | None:
    """The field whose word heads a column."""
    kind, _, key = (path or "").partition(".")
    return VOCABULARY[kind][key] if kind in VOCABULARY and key in VOCABULARY[kind] else None


def _called(path: str | None) -> tuple[str, ...]:
    held = _held(path)
    return (held.label.zh,) if held else ()


def _time_of(column: Column, table: Table, on: dt.date) -> tuple[Period | None, bool]:
    """The time of a column: its own headings' before the table's; whether the days are known."""
    for words in reversed(column.path):
        if part := part_of_year(words, table.period):
            return part, part.known
        if asked := asked_in(words, table.period, on):
            return asked.period, asked.period.known
    return column.period, True


def _of_another_time(column: Column, table: Table, moment: Moment) -> bool:
    """Whether a column asks how things stood at a time that its headings do not name as a day."""
    period, on = column.period, moment.on
    if to_come(table, moment) or period and (period.first or period.last or on) > on:
        return True
    if any(asked_in(words, table.period, on) for words in column.path):
        # What adds up over a time is no state; 上月 is how things stood at its end.
        return period is not None and period.unit in ("span", "to_date")
    if period is not None and period.unit == "as_of" or period == table.period:
        return False
    if any(part_of_year(words, None) for words in column.path):
        return period is None or not period.known or any("累计" in said for said in column.path)
    return of_another_time(column, on)


def _apart(where: Mapping[str, Any], table: Table) -> Mapping[str, Any]:
    """An age up to (or from) a number that a neighbour's span begins (or ends) with leaves it out:
    16岁以下 beside 16-59岁.
    """
    age = where.get("age")
    if not isinstance(age, Mapping) or len(age) != 1:
        return where
    spans = [
        span for column in table.columns for word in column.classes
        if (span := _AGE_SPAN.search(word))
    ]  # fmt: skip
    if "at_most" in age and age["at_most"] in {int(span[1]) for span in spans}:
        return {**where, "age": {"at_most": age["at_most"] - 1}}
    if "at_least" in age and age["at_least"] in {int(span[2]) for span in spans}:
        return {**where, "age": {"at_least": age["at_least"] + 1}}
    return where


def _of_persons(column: Column) -> Column:
    """A column headed by a sex or an age counts persons, whatever else the table counts."""
    person, word = VOCABULARY["person"], _plain(column.heading)
    people = _PEOPLE.fullmatch(word) or _of_age(person, word) or _of_codes(person, word)
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
    heading = _plain(column.heading)
    if column.aggregate != "count" or _PERIOD.match(heading) or part_of_year(heading, None):
        return True
    unit = {"person": "人", "household": "户"}.get(kind.name, "次")
    return bool(re.search(rf"(数|次|人口|总计|合计|小计|{unit})$", heading))


def _helpers(column: Column, words: Words, moment: Moment) -> Source:
    """How many help: each counted once, whoever of them helps several."""
    if len(column.classes) > 1 or column.aggregate != "count":
        return nothing(NOT_HELD)
    if not column.heading.endswith("数"):
        return nothing(TO_ASK)
    name = "".join(column.path)
    pairings = Listing(("pairing",), moment, {}, words.programme)
    return Source("figure", figure=Figure(name, name, pairings, "distinct", "helper"))


def _siblings(
    column: Column, table: Table, words: Words, kind: Kind
) -> list[Mapping[str, Any]] | None:
    """The conditions of the columns that a total adds up; None where one is not understood."""
    found = []
    for other in table.columns:
        if other.of == column.of and other.aggregate == "count" and other.classes:
            above = (*other.path[:-1], *_called(other.field))
            counted = words.counted(kind, other.classes, above)
            if counted.left:
                return None
            found.append(counted.where)
    return found


def _not_understood(left: Sequence[str]) -> Label:
    said = "、".join(left)
    return Label(f"系统没有“{said}”这一分类", f"the ledger has no class “{said}”")


def _named_figure(answer: str, words: Words) -> Source:
    if words.programme is None or answer not in figure_names(words.programme, words.moment):
        return nothing(NOT_HELD)
    return Source("figure", figure=figure_of(words.programme, answer, words.moment))


def _figure(
    column: Column, kind: Kind, listing: Listing, words: Words, window: Mapping[str, Any]
) -> Source:
    name = "".join(column.path)
    if column.aggregate in ("count", "share"):
        figure = Figure(name, name, listing)
        if column.aggregate == "share":
            whole = words.counted(kind, column.base)
            if whole.left:
                return nothing(_not_understood(whole.left))
            base = replace(listing, where=_both(whole.where, window))
            if base.where == listing.where:
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
        return {by: {"to": period.last if period and period.last else on}}
    if period.known:
        return {by: {"from": period.first or period.last, "to": period.last}}
    first = _first_of(period.unit, on)
    return None if first is None else {by: {"from": first, "to": on}}


def _first_of(unit: str, on: dt.date) -> dt.date | None:
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


# ------------------------------------------------------------------ for one row of the summary


def narrowed_to(figure: Figure, condition: Mapping[str, Any]) -> Figure:
    """The same figure of one row's own records, its whole too."""
    share = narrowed_to(figure.share, condition) if figure.share else None
    return replace(figure, listing=figure.listing.narrowed(condition), share=share)


def in_place(kind: Kind, place: Place) -> Mapping[str, Any] | None:
    """The condition that a record lies in a place; None where such records lie nowhere."""
    where: Any = place.code or place.fact_key
    base = kind.basic or kind.name
    if base == "place":
        return None
    if "place" in kind:
        return {"place": where}
    if "subject" in kind:
        return {"subject": {"place": where}}
    return None
