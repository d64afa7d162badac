"""Columns that count: what is counted, of what kind, which class of it, a share of which whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bangfu.tables.headings import written
from bangfu.tables.periods import part_of_year, period_in, without_period
from bangfu.tables.understood import Aggregate

_RANK = re.compile(r"排名|名次|位次|排序|排位")
_SHARE = re.compile(
    r"((?<!效)率|(?:支出|资金|拨付)进度|比例|占比|百分比|比重|%|％|完成度)$|占.*(比|%)|所占比"
)
_AVERAGE = re.compile(r"人均|户均|平均|均值|村均")
#: Who does it, by name: no number of them.
_SOMEBODY = re.compile(
    r"(责任人|干部|书记|队长|医生|医师|联系人|负责人|工作人员|领导|经手人|户主)$"
)
#: Those of whom something is so, or is not.
_WHETHER = re.compile(r"^(?:有|无|没有|未|已|落实)")
_LEAST, _MOST = re.compile(r"最低|最小|最少"), re.compile(r"最高|最大|最多")
_SUM = re.compile(
    r"(金额|资金|投资额?|收入|支出|经费|费用|补助|补贴|面积|产值|产量|总额|款|贷款|里程|天数|工资|价值)"
    r"(总额|合计|小计|数|额)?$"
)
_COUNT = re.compile(
    r"(数|数量|人口|户|人|人次|次|个数|名额|总数|户次|场次|期数|份数|合计|总计|小计|累计|规模|编制)$"
)
#: Words that say of persons which ones: their sex, their age.
_AGES = re.compile(r"([0-9]{1,3})(?:周?岁)?[-—－~～至到]([0-9]{1,3}周?岁)")
_HOMES = re.compile(r"(?:户|户数|家庭)$")
_PERSONS = re.compile(r"^(?:其中)?(?:男|女)(?:性|生)?$|[0-9]+周?岁|^(?:老年|青年|中年|少年)$")
#: By what persons are parted, above a heading that names one part of them.
_TRAIT = re.compile(
    r"^(?:按)?(?:性别|年龄段?|文化程度|学历|受教育程度|健康状况)(?:情况)?(?:分|构成|结构|分布)?$"
)
#: Whom headings below part, each into those of whom something is so.
_THEY = re.compile("(?:监测|帮扶|救助|保障|低保|特困|供养)对象$")
_TOTALS = frozenset("合计 总计 总数 小计 共计 计 累计 数量 总量".split())
_GROUPS = frozenset("其中 合计 总计 小计 情况 指标 类型 类别 分类 基本情况 统计 数量 计".split())
#: What ends a heading above others that says of whom, or of what, these are.
_ENDS = re.compile(r"(?:的?(?:类型|类别|情况|分类|指标|构成|信息|数据|统计|属性|结构))+$")
#: What such a heading says and narrows nothing.
_GENERIC = re.compile(
    r"(?:帮扶工作|基本|总体|主要|各[村组镇乡]|有关|相关|农户|人口|家庭|成员|户|人员|人|农村|[全本][村县镇乡]|总|个人|"
    r"对象|数量|其他|年龄|性别|文化|学历|教育)*"
)
#: Headings above others that say by what these are parted, or nothing.
#: How a matter went on, above what it came to: 整改情况 above 未整改.
_HANDLED = re.compile(r"(?:问题)?(?:整改|办理|办结|解决|处理|处置|化解|落实|完成|进展)+")
#: Of what a group of numbers is, each of which says itself whom it counts: 问题办理, 医疗保障.
_TOPIC = re.compile(
    r"(?:问题|诉求|走访|入户|资金|经费|医疗|健康|教育|住房|饮水|就业|产业|基本|社会|责任|政策|工作|监测|民生|日常)"
    r"(?:办理|办结|整改|处理|化解|投入|使用|保障|帮扶|安全|工作|服务|管理|增收|落实|走访|遍访|概况)|"
    r"(?:结对)?帮扶(?:工作)?"
)
_SORTING = re.compile(
    r"(类型|类别|情况|分类|指标|构成|信息|数据|统计|属性|结构|按.{1,6})$|^(性别|年龄段?|文化程度|学历|各项)$"
)
_BARE = re.compile(
    r"^(?:所?占比例?|比例|比重|百分比|(?:人数|户数|人口|人口数|人员)(?:合计|总计|小计|总数)|人数|户数|人口|人口数|个数|数量|件数|次数|人次|户次|金额|总数|总人数|总户数|数|户|人|个|村数|人员|面积|合计|总计|小计|计)$"
)
_TAIL = re.compile(
    r"(?:人数|户数|人口数|人次数?|户次|场次数?|班次|个数|次数|件数|总数|数量|比例|占比|所占比例|金额|数|率)$"
)
#: What a heading's last words say is counted; the first that fits.
_OF: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(way), kind)
    for way, kind in (
        (r"(走访|入户|到户|慰问|遍访).{0,4}(次数|次|人次|户次)$", "visit"),
        (r"户(数|次|合计|总计|小计|总数)?$|家庭(数)?$|户数(合计|总计|小计)$", "household"),
        (r"(走访|入户|到户|慰问|遍访)(.{0,4}(数|次数|次|人次|户次))?$", "visit"),
        (r"(培训).{0,4}(期数?|班次|场次?|次数|数)$", "training"),
        (r"(发放|领取|补贴|补助)(人次|笔数|次数)$", "payout"),
        (r"(义诊).{0,4}(场次|次数|数)$", "clinic_day"),
        (r"(会议|座谈).{0,4}(场次?|次数|次|数)$", "meeting"),
        (r"(问题|需求|诉求|困难)(个数|总?数|数量|件数)?$", "need"),
        (r"^(已|未|尚未|正在|逾期未|超期未)(办结|解决|整改|销号|办理)(完成|到位|中)?(件?数)?$",
         "need"),
        (r"^(问题|需求|诉求)(办结|解决|整改|销号)(完成|到位)?件?数$", "need"),
        (r"(措施|实事)(个数|数|件数)?$", "measure"),
        (r"项目(个数|总?数|数量)?$", "project"),
        (r"^(已|未|尚未)(批复|开工|动工|完工|竣工|验收)(项目)?(个数|总?数|数量)?$|"
         r"^(批复|开工|动工|完工|竣工|在建|验收)(项目)?(个数|总?数|数量)$", "project"),
        (r"(村|社区|乡镇|街道|乡|镇|县|组)(个数|数|数量)?$", "place"),
        (r"(单位|机构|企业|合作社|学校|医院|组织|部门|卫生院|公司|协会|工作队|队伍)(个数|数|数量)$",
         "organisation"),
        (r"(卫生室|饮水点|服务站|场所|车间|基地)(个数|数|数量)?$", "site"),
        (r"(人数合计|人数总计|人数小计|人口合计|人口总数|人员|人员总?数|人员合计|人|人数|人口|人口数|总人口数?|人次|者|员|员数|儿童|妇女|居民|党员|干部|学生|老人|患者|医生|医师|民|民工|孕产妇|"
         r"书记|劳动力|力人数|残疾人|责任人|责任人数|新生儿|婴儿|老年人|成员|党员数|干部数|学生数|儿童数|患者数|劳力)$",
         "person"),
    )
)  # fmt: skip
#: Of what money is: what came into funds and went out of them, or what was paid to people.
_MONEY_OF: tuple[tuple[re.Pattern[str], str], ...] = (
    # 财政补助资金 is what a project gets.
    (re.compile(r"补贴|补助(?!资金)|惠民|惠农|津贴|低保金|发放"), "payout"),
    (re.compile(r"资金|经费|捐款|善款|款项|支出|拨付|到账|到位"), "entry"),
)
#: Of what a rate tells how much of it is done.
_RATE_OF: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(办结|整改|解决|化解|销号)(完成|到位)?率$"), "need"),
    (
        re.compile(r"(走访|入户|遍访|结对|帮扶|风险消除)(覆盖)?率$|户数?所?占(比|比例)$"),
        "household",
    ),
    (re.compile(r"(资金|支出|拨付).{0,4}(进度|率)$"), "entry"),
    (re.compile(r"^(项目)?(开工|完工|竣工|验收)率$"), "project"),
    (re.compile(r"(参保|医保|养老保险|务工|就业).{0,4}率$"), "person"),
)
_UNIT_OF = {"户": "household", "人": "person", "名": "person", "次": "visit", "户次": "visit"}


@dataclass(frozen=True, slots=True)
class Counts:
    """What a column of a summary counts, and how sure its words make that."""

    aggregate: Aggregate
    of: str | None
    classes: tuple[str, ...]
    base: tuple[str, ...]
    confidence: float


def counts(path: tuple[str, ...], units: tuple[str, ...], title: str) -> Counts | None:
    """What the headings of a column count; nothing where they count nothing."""
    if not path:
        return None
    leaf = written(path[-1]).bare
    aggregate = _aggregate(path, leaf, units)
    if aggregate is None:
        return None
    of = _of_aggregate(aggregate, leaf, title) or _of(path, units, title)
    classes = _classes(path)
    base = tuple(written(p).bare for p in path[:-1]) if aggregate == "share" else ()
    return Counts(aggregate, of, classes, base, 0.9 if of or aggregate != "count" else 0.7)


def _of_aggregate(aggregate: Aggregate, leaf: str, title: str) -> str | None:
    """The kind of which amounts are added up or rates told, where their own words say it."""
    if aggregate == "average" and _DAYS_TAKEN.search(leaf):
        return "need"
    if aggregate == "sum" and _PURSE.search(title) and _WAY.search(leaf):
        return "entry"
    listed = {"sum": _MONEY_OF, "share": _RATE_OF}.get(aggregate, ())
    return next((kind for way, kind in listed if way.search(leaf)), None)


#: A table of what came into funds and went out, in which 收入 is no income of people.
_PURSE = re.compile("(?:资金|经费|善款|捐款).{0,4}(?:收支|收入|支出|使用|往来)|收支")
_WAY = re.compile("(?:收入|支出)(?:合计|总额|总计|小计|金额)?$")
#: How long it took until needs were closed.
_DAYS_TAKEN = re.compile(r"平均(办理|办结|解决|整改)(天数|时间|时长|用时|周期)$")


def _aggregate(path: tuple[str, ...], leaf: str, units: tuple[str, ...]) -> Aggregate | None:
    unit = written(path[-1]).unit
    whole = written(path[-1]).whole
    if _RANK.search(leaf):
        return "rank"
    if _SHARE.search(leaf) or _SHARE.search(whole) or unit in ("%", "‰"):
        return "share"
    if _AVERAGE.search(leaf):
        return "average"
    if _MOST.search(leaf) or _LEAST.search(leaf):
        return "most" if _MOST.search(leaf) else "least"
    if "元" in unit or unit in ("亩", "公顷", "平方米", "公里", "吨") or _SUM.search(leaf):
        return "sum"
    if not unit and len(path) == 1 and _SOMEBODY.search(leaf) and not _WHETHER.match(leaf):
        return None
    if unit or _COUNT.search(leaf) or _PERSONS.search(leaf) or _of_words(leaf):
        return "count"
    if len(path) > 1 and (period_in(leaf) or leaf in _TOTALS or leaf in ("男", "女")):
        return _aggregate(path[:-1], written(path[-2]).bare, units) or "count"
    if len(path) > 1 and _aggregate(path[:-1], written(path[-2]).bare, units):
        return _aggregate(path[:-1], written(path[-2]).bare, units)
    if len(path) == 1 and len(leaf) < 7 and (period_in(leaf) or leaf in _TOTALS):
        return "count"
    above = written(path[-2]).bare if len(path) > 1 else ""
    if _TRAIT.search(above) or _THEY.search(above):
        return "count"
    if units and set(units) <= {"户", "人", "个", "名", "次", "户次", "人次"}:
        return "count"
    return None


def _of_words(words: str) -> str | None:
    words = without_period(words)
    return next((kind for way, kind in _OF if way.search(words)), None)


def _of(path: tuple[str, ...], units: tuple[str, ...], title: str) -> str | None:
    """The kind that is counted: as the lowest heading says that says it, the unit, the title."""
    unit = written(path[-1]).unit
    if unit in ("户", "人", "名"):
        return _UNIT_OF[unit]
    if unit in _TIMES_OF and (kind := _of_words(written(path[-1]).bare + unit)):
        return kind
    if len(path) > 1 and _TIMES_DONE.match(written(path[-1]).bare):
        # 次数 below 走访 is of what 走访次数 is.
        if kind := _of_words(written(path[-2]).bare + written(path[-1]).bare):
            return kind
    stripped = [
        re.sub("总数$", "数", re.sub(r"(所占比例|占比|比例|率|排名|情况)$", "", written(p).bare))
        for p in path
    ]
    for words, heading in zip(reversed(stripped), reversed(path), strict=True):
        if written(heading).unit == "户次":
            return "visit"
        if _WHETHER.match(words) and _SOMEBODY.search(words):
            # Of whom it is so, households or persons, is told elsewhere.
            continue
        if (_PERSONS.search(words) and not _HOMES.search(words)) or _TRAIT.search(words):
            return "person"
        if kind := _of_words(words):
            return kind
    if unit in _UNIT_OF:
        return _UNIT_OF[unit]
    if len(units) == 1 and units[0] in _UNIT_OF:
        return _UNIT_OF[units[0]]
    plain_title = re.sub(
        r"(工作)?(情况|类型|分类|数量)?(统计|汇总|登记|情况|一览|调查)?([日周旬月季年]?报)?表.*$",
        "",
        written(title).bare,
    )
    return None if plain_title.startswith(("各", "分")) else _of_words(plain_title)


#: Units of what is done or raised: 召开会议(场次).
_TIMES_OF = frozenset("场 场次 期 次 件".split())
#: How often something was done.
_TIMES_DONE = re.compile("^(?:次数|人次|户次|场次|期数|班次|笔数)$")


def _classes(path: tuple[str, ...]) -> tuple[str, ...]:
    """The words that narrow what is counted, from the top level down."""
    found: list[str] = []
    for level, heading in enumerate(path):
        words = _AGES.sub(r"\1-\2", "".join(heading.split()))
        words = words if "-" in words else without_period(written(heading).bare)
        last = level == len(path) - 1
        if not words or words in _GROUPS or _BARE.match(words):
            continue
        if last and period_in(heading) and len(words) <= 3 or part_of_year(heading, None):
            continue
        if not last and _SORTING.search(words):
            words = _ENDS.sub("", words)
            if _SORTING.search(words) or _GENERIC.fullmatch(words):
                continue
            if _HANDLED.fullmatch(words) and not _BARE.match(written(path[-1]).bare):
                continue
        if not last and _TOPIC.fullmatch(words) and not _BARE.match(written(path[-1]).bare):
            continue
        core = _TAIL.sub("", words) or words
        if core and core not in found:
            found.append(core)
    return tuple(found)
