"""What made lists are about: one truth of people, told by lists of many kinds.

A question of a list has a target, as the taking in of lists names it, and a true answer for whoever
a row is about. The same seed gives the same answers, in whichever list they are asked.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from bangfu.jobs.made_ways import Truth
from bangfu.jobs.people import Person, Village, organisations, people
from bangfu.ledger.divisions import fictional_villages
from bangfu.lists.headings import catalogue

#: The day on which lists were collected, and the year that lists of income tell of.
COLLECTED = dt.date(2026, 10, 30)
INCOME_YEAR = 2025
VILLAGES = 12
_HELPERS = 9
_UNITS = 4
_SEX = {"1": "男", "2": "女"}


@dataclass(frozen=True, slots=True)
class About:
    """Whom a row is about, and where they live."""

    person: Person
    village: Village


@dataclass(frozen=True)
class World:
    """The people of a seed, their households and those who help; the truth of every list."""

    seed: int
    told: tuple[About, ...]

    @cached_property
    def homes(self) -> dict[int, list[About]]:
        """The members of each household, its head first."""
        found: dict[int, list[About]] = {}
        for one in self.told:
            found.setdefault(one.person.household, []).append(one)
        return found

    @cached_property
    def heads(self) -> list[About]:
        """The head of each household."""
        return [members[0] for members in self.homes.values()]

    @cached_property
    def units(self) -> list[str]:
        """The units whose people help."""
        return [one.name for one in organisations(self.seed, _UNITS, county="青禾县")]

    @cached_property
    def helpers(self) -> list[About]:
        """Those who help: the first heads whose names nobody else bears."""
        names = [one.person.name for one in self.told]
        return [one for one in self.heads if names.count(one.person.name) == 1][:_HELPERS]

    def unit_of(self, helper: About) -> str:
        """The unit of somebody who helps."""
        return self.units[self.helpers.index(helper) % len(self.units)]

    def chance(self, *of: Any) -> Random:
        """What is drawn of somebody, the same whoever asks."""
        return Random(f"{self.seed}/{'/'.join(map(str, of))}")


def world(seed: int, count: int) -> World:
    """So many people in the villages of the fictional county."""
    homes = {one.code: one for one in _villages()}
    drawn = people(seed, count, list(homes))
    return World(seed, tuple(About(one, homes[one.village]) for one in drawn))


def _villages() -> Iterator[Village]:
    town = ""
    for place in fictional_villages(VILLAGES):
        if place.level == "township":
            town = place.name
        else:
            yield Village(place.code, place.name, place.parent, town)


# ── questions and their true answers ──────────────────────────────────────────────────────────

Answer = Callable[[World, About, Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A column that a list may have: its target, sort and heading's field, and what is true.

    ``names`` are headings of its own, where no field of the vocabulary is asked; ``above`` is the
    heading over it. ``told`` says what else of the truth it gives, under other targets.
    """

    target: str
    sort: str
    answer: Answer
    field: str = ""
    names: tuple[str, ...] = ()
    above: str = ""
    book: str = ""


def _own(key: str) -> Answer:
    return lambda world, about, row: getattr(about.person, key)


def _head(world: World, about: About, row: Mapping[str, Any]) -> str:
    return world.homes[about.person.household][0].person.name


def _village(world: World, about: About, row: Mapping[str, Any]) -> str:
    return about.village.name


def _drawn(target: str, draw: Callable[[Random], Any]) -> Answer:
    return lambda world, about, row: draw(world.chance(about.person.serial, target))


def _of_home(target: str, draw: Callable[[Random], Any]) -> Answer:
    return lambda world, about, row: draw(world.chance("home", about.person.household, target))


def _of_row(key: str) -> Answer:
    """Something that the row as a whole was drawn with."""
    return lambda world, about, row: row[key]


def _any_day(first: int, last: int) -> Callable[[Random], dt.date]:
    return lambda chance: dt.date(chance.randint(first, last), chance.randint(1, 12),
                                  chance.randint(1, 28))  # fmt: skip


def _amount(chance: Random) -> int:
    return chance.choice((100, 500, 1_000, 2_450)) * chance.randint(1, 40) * 100


def _codes(field: str) -> Mapping[str, Sequence[str]]:
    return next(h.codes for h in catalogue().headings if h.field == field)


def _some_code(field: str) -> Callable[[Random], str]:
    return lambda chance: chance.choice(sorted(_codes(field)))


def _coded(
    kind: str, key: str, answer: Callable[[str, Callable[[Random], Any]], Answer]
) -> Question:
    name = f"{kind}.{key}"
    return Question(name, "code", answer(name, _some_code(name)), name, book=name)


def _members() -> Iterator[Question]:
    """What is asked of a person."""
    yield Question("person.sex", "code", _own("sex"), "person.sex", book="person.sex")
    yield Question("person.birth", "day", _own("birth"), "person.birth")
    yield Question("person.education", "code", _own("education"), "person.education",
                   book="person.education")  # fmt: skip
    yield Question("person.phone", "phone", _own("phone"), "person.phone")
    for key in ("labour", "work_kind", "work_channel", "public_post", "school"):
        yield _coded("person", key, _drawn)
    for key in ("point_to_point", "resident_insured", "illness_insured", "resident_pension",
                "employee_pension", "employee_insured"):  # fmt: skip
        name = f"person.{key}"
        yield Question(name, "flag", _drawn(name, lambda c: c.random() < 0.5), name)
    yield Question("person.work_months", "number",
                   _drawn("months", lambda c: c.randint(1, 12)), "person.work_months")  # fmt: skip
    yield Question("person.monthly_pay", "money", _drawn("pay", _amount), "person.monthly_pay")
    for key in ("work_began", "work_ended"):
        name = f"person.{key}"
        yield Question(name, "day", _drawn(name, _any_day(2015, 2025)), name)
    yield Question("person.employer", "text",
                   _drawn("employer", lambda c: f"青禾县第{c.randint(1, 40)}建筑公司"),
                   "person.employer")  # fmt: skip


def _of_households() -> Iterator[Question]:
    """What is asked of a household."""
    yield Question("household.size", "number",
                   lambda world, about, row: len(world.homes[about.person.household]),
                   "household.size")  # fmt: skip
    yield Question(
        "household.group",
        "text",
        _of_home("group", lambda c: f"{c.choice('一二三四五')}组"),
        "household.group",
    )
    for key in ("kind", "monitored_as", "house_grade", "water_supply", "fuel", "removed_how",
                "food_verdict", "housing_verdict", "water_verdict", "medical_verdict"):  # fmt: skip
        yield _coded("household", key, _of_home)
    for key in ("cooperative", "taken_along", "relocated", "power", "toilet", "hard_road"):
        name = f"household.{key}"
        yield Question(name, "flag", _of_home(name, lambda c: c.random() < 0.5), name)
    for key in ("farmland", "woodland", "orchard", "house_area", "road_distance", "irrigated"):
        name = f"household.{key}"
        yield Question(name, "number", _of_home(name, lambda c: c.randint(2, 90) / 2), name)
    for key in ("identified", "risk_removed"):
        name = f"household.{key}"
        yield Question(name, "day", _of_home(name, _any_day(2016, 2025)), name)


TOWN = Question("place.township", "place", lambda w, a, r: a.village.town, names=(
    "乡镇", "所属乡镇", "乡(镇)"))  # fmt: skip
VILLAGE = Question("place.village", "place", _village, names=("行政村", "所在村", "村名"))
NAME = Question("person.name", "name", _own("name"), "person.name")
IDENTITY = Question("person.identity", "identity", _own("identity"), "person.identity")
HEAD = Question("household.name", "name", _head, "household.name")
RELATION = Question("person.relation", "code", _own("relation"), "person.relation",
                    book="person.relation")  # fmt: skip
_HELPER = Question("helper.helpers", "name", _of_row("helper"), "pairing.helper")
_UNIT = Question("helper.unit", "text", _of_row("unit"), names=("帮扶单位", "结对帮扶单位"))


@dataclass(frozen=True, slots=True)
class Sort:
    """A kind of list: what it is called, whom its rows are about, what it asks."""

    kind: str
    titles: tuple[str, ...]
    must: tuple[Question, ...]
    may: tuple[Question, ...]
    most: int = 10
    every: bool = False
    row: Callable[[World, About, Random], dict[str, Any]] = field(default=lambda w, a, c: {})
    under: str = ""


def _pair(world: World, about: About, chance: Random) -> dict[str, Any]:
    helper = chance.choice([one for one in world.helpers if one is not about])
    return {"helper": helper.person.name, "unit": world.unit_of(helper),
            "began": dt.date(2026, chance.randint(2, 9), chance.randint(1, 28))}  # fmt: skip


_SAID = ("看病钱不够", "想找份活干", "屋顶漏水", "孩子上学远", "饮水不够", "路不好走")
_WENT = ("了解家里近况", "送去春耕种子", "讲解医保政策", "帮助办理报销", "查看住房")
_MODES = ("home", "village", "phone")


def _visit(world: World, about: About, chance: Random) -> dict[str, Any]:
    return {**_pair(world, about, chance), "note": chance.choice(_WENT),
            "mode": chance.choice(_MODES), "text": chance.choice(_SAID)}  # fmt: skip


def _need(world: World, about: About, chance: Random) -> dict[str, Any]:
    raised = dt.date(2026, chance.randint(1, 5), chance.randint(1, 28))
    return {"date": raised, "text": chance.choice(_SAID), "unit": chance.choice(world.units),
            "kind": chance.choice(("medical", "employment", "education", "housing", "water")),
            "due": raised + dt.timedelta(days=120),
            "closed": raised + dt.timedelta(days=chance.randint(5, 90))}  # fmt: skip


HARDSHIP = {"deep": "深度困难", "relative": "相对困难", "accident": "意外致困", "out": "已解困"}


def _sorted(world: World, about: About, chance: Random) -> dict[str, Any]:
    return {"option": chance.choice(sorted(HARDSHIP)),
            "grounds": chance.choice(("本人申请", "因病支出大", "失去主要劳力", "遭受水灾")),
            "began": dt.date(2026, chance.randint(2, 9), chance.randint(1, 28))}  # fmt: skip


_LINES = ("工资性收入", "经营性收入", "财产性收入", "转移性收入")


def _income(world: World, about: About, chance: Random) -> dict[str, Any]:
    return {name: _amount(chance) for name in _LINES}


MEASURES = (
    "办法律培训班",
    "建村卫生室",
    "医疗队义诊",
    "饮用水监测消毒",
    "传染病防治宣传与健康教育",
)


_PROGRESS = ("进展顺利", "已签合同", "正在组织")


def _done(world: World, about: About, chance: Random) -> dict[str, Any]:
    return {"amount": chance.randint(1, 30), "note": chance.choice(_PROGRESS),
            "date": dt.date(2026, chance.randint(2, 9), chance.randint(1, 28)),
            "title": chance.choice(MEASURES)}  # fmt: skip


def _asks(target: str, sort: str, key: str, name: str = "", book: str = "",
          names: tuple[str, ...] = ()) -> Question:  # fmt: skip
    """A question whose answer the row was drawn with."""
    return Question(target, sort, _of_row(key), "" if names else name or target, names, book=book)


SORTS = (
    Sort("person", ("帮扶对象花名册", "人员信息登记表", "家庭成员信息采集表", "务工人员台账"),
         (NAME, IDENTITY, VILLAGE), (TOWN, HEAD, RELATION, *_members()), 12, every=True),
    Sort("household", ("农户基本情况表", "家庭情况台账", "农户情况一览表", "户情台账"),
         (HEAD, VILLAGE), (TOWN, IDENTITY, *_of_households()), 12),
    Sort("pairing", ("干部结对帮扶花名册", "帮扶责任人结对台账"),
         (HEAD, VILLAGE, _HELPER, _asks("pairing.began", "day", "began", names=(
             "结对时间", "结对起始时间", "结对日期"))), (TOWN, IDENTITY, _UNIT), row=_pair,
         under="hardship_workers/contact"),
    Sort("visit", ("入户走访记录表", "走访台账", "走访情况登记表"),
         (VILLAGE, _asks("subject.name", "name", "subject", "visit.whom"),
          _asks("visit.date", "day", "began")),
         (TOWN, _asks("helper.helpers", "name", "helper", "visit.who"),
          _asks("visit.note", "text", "note"),
          _asks("visit.mode", "code", "mode", book="visit.mode"),
          _asks("need.text", "text", "text", names=("发现问题", "群众反映问题"))), row=_visit),
    Sort("need", ("群众需求台账", "问题清单", "困难诉求登记表"),
         (HEAD, VILLAGE, _asks("need.text", "text", "text"), _asks("need.date", "day", "date")),
         (IDENTITY, _asks("need.kind", "code", "kind", book="need.kind"),
          _asks("need.due", "day", "due"), _asks("need.closed", "day", "closed"),
          _asks("helper.unit", "text", "unit", names=("责任单位", "牵头单位"))), row=_need),
    Sort("enrolment", ("帮扶对象纳入名单", "困难职工纳入公示名单"),
         (NAME, VILLAGE, _asks("enrolment.grounds", "text", "grounds", names=("纳入理由",))),
         (TOWN, IDENTITY, _asks("enrolment.began", "day", "began", names=("纳入时间", "纳入日期"))),
         row=_sorted, under="hardship_workers/workers"),
    Sort("class", ("困难职工分类名单", "困难对象分类台账"),
         (NAME, VILLAGE, _asks("class.option", "class", "option", names=("困难类别", "分类结果"))),
         (TOWN, IDENTITY, _asks("class.grounds", "text", "grounds", names=("分类依据", "分类理由")),
          _asks("class.began", "day", "began", names=("分类时间", "分类日期"))),
         row=_sorted, under="hardship_workers/hardship"),
    Sort("income", (f"{INCOME_YEAR}年农户收入核算表", f"{INCOME_YEAR}年度家庭收入台账"),
         (HEAD, VILLAGE), (IDENTITY, *(
             _asks(f"income.{kind}#{name}", "money", name, names=(name,))
             for kind, name in zip(("wages", "business", "assets", "transfer"), _LINES, strict=True)
         )), row=_income),
    Sort("measure", ("措施落实台账", "实事办理进度表"),
         (_asks("measure.title", "text", "title"), _asks("report.amount", "number", "amount",
                                                        names=("完成数", "已完成数", "累计完成"))),
         (_asks("report.date", "day", "date", names=("填报日期", "填报时间")),
          _asks("report.note", "text", "note", names=("进展情况", "项目进展"))), row=_done,
         under="returnees/measure"),
)  # fmt: skip


def answered(world: World, question: Question, about: About, row: Mapping[str, Any]) -> Truth:
    """What is true of somebody, as a list asks it."""
    value = question.answer(world, about, row)
    if question.sort == "class":
        return Truth("text", HARDSHIP[value], {})
    return Truth(question.sort, value, _codes(question.book) if question.book else {})


def rows_of(
    world: World, sort: Sort, chance: Random, most: int
) -> list[tuple[About, dict[str, Any]]]:
    """Whom the rows of a list are about, by village, with what each row was drawn with."""
    among = list(world.heads)
    chosen = chance.sample(among, min(len(among), most))
    if sort.kind == "measure":
        chosen = chosen[: len(MEASURES)]
    if sort.every:
        homes = [world.homes[one.person.household] for one in chosen]
        chosen = [one for home in homes for one in home][:most]
    chosen.sort(key=lambda one: (one.village.town, one.village.name))
    drawn = []
    for number, one in enumerate(chosen):
        row = sort.row(world, one, world.chance(sort.kind, one.person.serial))
        row["subject"] = one.person.name
        if sort.kind == "measure":
            row["title"] = MEASURES[number]
        drawn.append((one, row))
    return drawn


def truth_csv(told: World) -> bytes:
    """The people of a world as a file that any program reads."""
    keys = ("town", "village", "household", "name", "sex", "identity", "birth", "relation",
            "education", "phone")  # fmt: skip
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(keys)
    for one in told.told:
        person = one.person
        writer.writerow((
            one.village.town, one.village.name, f"{person.household:06d}", person.name,
            _SEX[person.sex], person.identity, person.birth.isoformat(), person.relation,
            person.education, person.phone,
        ))  # fmt: skip
    return target.getvalue().encode("utf-8-sig")
