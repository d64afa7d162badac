"""Households 户."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import F, OuterRef, Subquery

from bangfu.ledger.codes import FUEL, HOUSE_GRADE, MONITORED, REMOVAL, VERDICT, WATER_SUPPLY
from bangfu.ledger.models import Assurance, Reckoning
from bangfu.ledger.vocabulary.words import (
    book,
    code,
    computed,
    day,
    fields,
    flag,
    money,
    number,
    on_sheet,
    one,
    sealed,
    text,
)
from bangfu.programmes.kinds import Field, Kind, Label

HOUSEHOLD_KINDS = book(
    ordinary=("一般户", "Ordinary"),
    poor=("脱贫户", "Lifted out of poverty"),
    monitored=("监测户", "Monitored"),
    low_income=("低收入户", "Low income"),
)
#: The national system writes 一般农户.
_KINDS_CALLED = {"ordinary": ("一般农户",), "poor": ("已脱贫户",), "monitored": ("监测对象户",)}


def _day_within(on: Any) -> Any:
    """A day as seen from one subquery further in."""
    return OuterRef(on) if isinstance(on, OuterRef) else on


def _judged(kind: str) -> Callable[..., Any]:
    """The latest verdict of one assurance up to a day: an expression over a household's sheet."""

    def read(on: Any, known_at: dt.datetime | None) -> Any:
        told = Assurance.objects.known(known_at).filter(subject=OuterRef("fact"), kind=kind)
        return Subquery(
            told.filter(date__lte=_day_within(on)).order_by("-date").values("verdict")[:1]
        )

    return read


def _reckoned(column: str) -> Callable[..., Any]:
    """A column of the latest reckoning up to a day: an expression over a household's sheet."""

    def read(on: Any, known_at: dt.datetime | None) -> Any:
        told = Reckoning.objects.known(known_at).filter(subject=OuterRef("fact"))
        told = told.filter(date__lte=_day_within(on))
        return Subquery(told.order_by("-date", "-until").annotate(v=F(column)).values("v")[:1])

    return read


def _verdict(key: str, zh: str, en: str, *aliases: str) -> Field:
    told = code(f"{key}_verdict", zh, en, *aliases, codes=VERDICT, column=False)
    return computed(told, _judged(key))


def _sum(key: str, column: str, zh: str, en: str, *aliases: str) -> Field:
    return _retold(money(key, zh, en, *aliases, column=False), column)


def _retold(field: Field, column: str) -> Field:
    """A field that says what the latest reckoning says, open to whoever may open reckonings."""
    return dataclasses.replace(computed(field, _reckoned(column)), told_by="reckoning")


def _of_the_house(field: Field) -> Field:
    """A field of the sheet; house, land and water tell of nobody."""
    told = on_sheet(field)
    personal = told.sensitivity == "sealed" or field.key in PERSONAL
    return told if personal else dataclasses.replace(told, sensitivity="open")


#: Of these a wiped sheet says that they were known.
PERSONAL = ("monitored_as", "removed_how")
#: How many risks a household's sheet names at most.
RISKS = 5
#: What the collection form asks of the household besides.
MORE = (
    code("monitored_as", "监测对象类别", "Sort of monitored household",
         *"监测类别 监测户类别 监测类型 监测对象类型".split(), codes=MONITORED),
    day("identified", "首次识别时间", "First registered on",
            *"""识别时间 识别监测时间 纳入监测时间 建档时间 建档立卡时间
            贫困识别时间 认定时间""".split()),
    day("risk_removed", "风险消除时间", "Without risk since",
            *"消除风险时间 风险消除日期 消除时间".split()),
    code("removed_how", "风险消除方式", "How the risk ended", *"消除方式 风险消除类型".split(),
         codes=REMOVAL),
    sealed("risks", "致贫返贫风险", "Risks or causes",
            *"""致贫原因 主要致贫原因 致贫返贫原因 贫困原因 主要贫困原因
            困难原因 主要困难原因 致困原因 致贫主因 返贫致贫风险 主要风险 风险点
            返贫风险 致贫风险 存在风险 风险类型 风险类别 AAC007""".split()),
    number("farmland", "耕地面积（亩）", "Farmland (mu)",
        *"""耕地面积 耕地 承包地面积 承包耕地面积 土地面积 责任田面积""".split()),
    number("irrigated", "有效灌溉面积（亩）", "Irrigated land (mu)",
           *"有效灌溉面积 灌溉面积 水田面积 水浇地面积".split()),
    number("woodland", "林地面积（亩）", "Woodland (mu)",
        *"""林地面积 林地 山林面积 山地面积""".split()),
    number("returned_land", "退耕还林面积（亩）", "Farmland returned to forest (mu)",
           *"退耕还林面积 退耕还林".split()),
    number("orchard", "林果面积（亩）", "Orchard (mu)", *"林果面积 果园面积 经济林面积".split()),
    number("pasture", "牧草地面积（亩）", "Pasture (mu)", *"牧草地面积 草地面积 草场面积".split()),
    number("water_surface", "水面面积（亩）", "Water surface (mu)",
           *"水面面积 水域面积 鱼塘面积".split()),
    flag("cooperative", "是否加入合作社", "Member of a cooperative",
         *"是否加入农民专业合作社 加入合作社 是否参加合作社 合作社".split()),
    flag("taken_along", "是否有带动主体", "Taken along by an enterprise",
             *"""有无龙头企业带动 是否有龙头企业带动 是否有致富带头人带动
             是否有创业致富带头人带动""".split()),
    number("house_area", "住房面积（平方米）", "Housing area (m²)",
           *"住房面积 房屋面积 住房建筑面积 建筑面积".split()),
    code("house_grade", "房屋安全等级", "Grade of the house",
            *"""危房等级 危房级别 房屋等级 住房等级 房屋鉴定等级 住房鉴定等级""".split(),
         codes=HOUSE_GRADE),
    flag("relocated", "是否易地搬迁户", "Resettled household",
        *"""是否易地扶贫搬迁 是否搬迁户 易地搬迁 易地扶贫搬迁户 是否易地扶贫搬迁户
        易地扶贫搬迁 是否搬迁""".split()),
    code("water_supply", "供水方式", "Water supply", *"饮水来源 水源类型 供水类型 饮水方式".split(),
         codes=WATER_SUPPLY),
    flag("power", "是否通生活用电", "Electricity", *"是否通电 通电情况 生活用电".split()),
    flag("broadcast", "是否通广播电视", "Broadcasting", *"广播电视 是否通广播".split()),
    flag("toilet", "是否有卫生厕所", "Sanitary toilet", *"卫生厕所 厕所情况 是否有厕所".split()),
    flag("hard_road", "入户路是否硬化", "Hard road to the house",
         *"入户道路是否硬化 入户路 入户道路 入户路情况".split()),
    number("road_distance", "与村主干路距离（公里）", "Distance to the main road (km)",
           *"与村主干路距离 距主干路距离 与主干路距离 距村主干道距离".split()),
    code("fuel", "主要燃料类型", "Main fuel", *"燃料类型 主要燃料".split(), codes=FUEL),
)  # fmt: skip
#: What the latest check and the latest reckoning say of it.
LATEST = (
    _verdict("food", "不愁吃", "Enough food", "吃不愁", "是否不愁吃"),
    _verdict("clothing", "不愁穿", "Enough clothing", "穿不愁", "是否不愁穿"),
    _verdict("schooling", "义务教育", "Compulsory schooling",
             *"义务教育保障 义务教育情况 教育保障 义务教育有保障".split()),
    _verdict("medical", "基本医疗", "Basic medical care",
             *"基本医疗保障 医疗保障 基本医疗有保障 医疗保障情况".split()),
    _verdict("housing", "住房安全", "Safe housing",
        *"""住房安全情况 住房是否安全 是否有安全住房 安全住房 住房保障 住房安全保障
        住房情况 住房状况""".split()),
    _verdict("water", "饮水安全", "Safe drinking water",
        *"""是否解决安全饮用水 饮水是否安全 饮水安全情况 安全饮水 是否有安全饮水
        饮用水情况 饮水情况 安全饮水情况 是否饮水安全""".split()),
    _sum("net_income", "net", "家庭纯收入", "Net household income",
         *"年纯收入 纯收入 家庭年纯收入 全年纯收入".split()),
    _sum("per_head_income", "per_head", "人均纯收入", "Net income per head",
        *"""家庭人均纯收入 年人均纯收入 人均年纯收入 农民人均纯收入 户人均纯收入
        年人均收入 人均收入 家庭人均收入 人均年收入""".split()),
    _sum("wages", "wages", "工资性收入", "Wage income",
         *"工资收入 务工收入 工资性 打工收入 工资性收入小计".split()),
    _sum("business", "business", "生产经营性收入", "Business income",
        *"""经营性收入 家庭经营性收入 家庭经营收入 经营收入 生产经营收入""".split()),
    _sum("property_income", "assets", "财产性收入", "Property income",
         *"财产收入 资产性收入".split()),
    _sum("transfers", "transfer", "转移性收入", "Transfer income",
         *"转移收入 政策性收入 转移性收入小计".split()),
    _sum("costs", "cost", "生产经营性支出", "Business costs",
         *"经营性支出 生产支出 生产性支出 经营支出 生产经营支出".split()),
    _sum("claims", "claim", "理赔收入", "Insurance payments", *"理赔金额 保险理赔".split()),
    _sum("self_paid", "self_paid", "合规自付支出", "Approved out-of-pocket spending",
         "合规自付费用"),
    _retold(
        number("income_persons", "收入核算人口", "Persons of the reckoning", column=False),
        "persons",
    ),
    _retold(
        day("income_until", "收入核算截止日期", "Income reckoned up to", column=False), "until"
    ),
)  # fmt: skip

KIND = Kind(
    name="household",
    label=Label("户", "Household"),
    nature="thing",
    model="Subject",
    sheet="Household",
    fields=fields(
        text(
            "name",
            "户名",
            "Household",
            "户主姓名",
            "户主",
            "户主名字",
            "户主名称",
            "贫困户姓名",
            "贫困户户主",
            "贫困户户主姓名",
            "贫困户名称",
            "脱贫户姓名",
            "脱贫户户主",
            "监测户姓名",
            "监测户户主",
            "监测对象户主姓名",
            "农户姓名",
            "农户户主",
            "低保户姓名",
            "困难户姓名",
            "帮扶户姓名",
            "帮扶对象户主",
            "被帮扶户姓名",
            "结对户姓名",
            "户代表姓名",
            "帮扶户主",
            "帮扶户主姓名",
            sensitivity="personal",
        ),
        one(
            "place",
            "所在村",
            "Village",
            "行政村",
            "村",
            "村名",
            "所属村",
            "村社区",
            "村居",
            to="place",
        ),
        text(
            "group",
            "村民小组",
            "Group",
            "组",
            "自然村",
            "组别",
            "村组",
            "小组",
            "村民组",
            "屯",
            "社",
            read="sheet.group",
            sensitivity="personal",
        ),
        number(
            "size",
            "人数",
            "Members",
            "家庭人口",
            "家庭人数",
            "家庭人口数",
            "家庭成员数",
            "家庭成员人数",
            "家庭总人口",
            "户人口",
            "户人数",
            "人口",
            "人口数",
            "家庭成员总数",
            "户内人口",
            "家庭人口总数",
            read="sheet.size",
        ),
        code(
            "kind",
            "户类型",
            "Kind",
            "户属性",
            "户类别",
            "农户类别",
            "农户类型",
            "农户属性",
            "户类别",
            "家庭类型",
            codes=HOUSEHOLD_KINDS,
            called=_KINDS_CALLED,
            read="sheet.kind",
        ),
        one("head", "户主本人", "Head", to="person", read="sheet.head"),
        *(_of_the_house(one) for one in MORE),
        *LATEST,
    ),
    ties={"place": ("place",), "person": ("head",)},
    purpose=Label("按户了解情况，落实帮扶", "Knowing and helping by household"),
    keep_years=5,
)
