"""Of whom a title speaks: 脱贫户, 监测户, 残疾人; whatever is filled below is of them alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.household import HOUSEHOLD_KINDS
from bangfu.paper.forms.classwords import of_age, of_allowance, of_codes
from bangfu.paper.forms.schooling import at_school
from bangfu.programmes.kinds import Kind, Label
from bangfu.tables.understood import Table

#: Words by which titles narrow of whom a table is, longest first.
_GROUP = re.compile(
    "帮扶责任人|(?:帮扶|结对|联户|包户)干部|建档立卡贫困|易地(?:扶贫)?搬迁|相对贫困|边缘易致贫|脱贫不稳定|突发严重困难|计划生育|严重精神障碍|"
    "贫困|脱贫(?!攻坚|成果|致富)|(?<!人口动态)(?<!对象动态)(?<!安全)(?<!安全动态)(?<!保障)(?<!保障动态)(?<!收入)(?<!收入动态)"
    "监测(?!表|指标|报表|数据|(?:帮扶)?[和及与、][^户人对]{2,8}工作)|低收入|低保边缘|低保|五保|"
    "特困(?:职工|学生|家庭|群众|党员)|特困|残疾|留守|空巢|独居|孤儿|孕产妇|老年|儿童|妇女|"
    "高血压|糖尿病|慢性病|大病|肺结核|退役|优抚|失独|党员|危房|失学|辍学|困境|"
    "乡村医生|村医|医生|医务|卫生室|签到|参训|培训|务工|就业|学生|资助|住院|救治|患者|驻村|工作队|"
    "(?<![人惠])民政|(?<!临时)救助|高龄|失能|患病|因病|因残|因学|因灾|受灾|移民|搬迁|种植|养殖|带头人|军人|军属|烈属|"
    "精神|育龄|独生|流动人口|小额信贷|贷款|参保|缴费|"
    "公益岗|公益性岗位|劳动力|志愿者|会员|返乡|外出|村干部|干部|新生儿|毕业生|创业|"
    "困难(?=群众|群体|户|家庭|党员|职工|人员|学生|老|妇女)"
)
#: Which units a title speaks of, where the rows are units.
_UNITS = re.compile(
    "县直|市直|省直|中央|驻地|机关|企业|公司|合作社|学校|医院|卫生院|社会组织|银行|协会|工作队"
)
#: What was done for some of them, or befell some: only somebody who knows can say for whom.
_SOME = re.compile(
    "慰问|发放|签领|领取|领用|申请|申报|审批|补助|补贴|资助|受益|受灾|新增|拟纳入|拟退出|退出|销号|减少|"
    "死亡|迁出|迁入|分户|新识别|风险消除|调整|变更|变动|更换|代缴|收益分配|分红|奖补|奖励|验收|抽查|抽样|兑付|兑现|认领|疑点|执业|医护|护士|教师|签约|比对|信访|举报|线索"
)
#: By whom problems were found, which are not those that people have.
_FOUND_BY = re.compile("督导|督查|巡视|巡察|巡查|审计|考核|评估|暗访|检查")
#: Groups that are no households, and so narrow persons only.
_OF_PERSONS = re.compile(
    "乡村医生|村医|医生|医务|卫生室|签到|参训|培训|务工|就业|学生|资助|住院|救治|患者|驻村|工作队|公益岗|"
    "公益性岗位|劳动力|志愿者|会员|返乡|外出|(?:帮扶|结对|联户|包户)?干部|帮扶责任人|毕业生|创业"
)
#: What asks for everybody, whomever a title speaks of.
_EVERYBODY = re.compile("农户|农村|全[村镇乡县]|常住|户籍|辖区")
#: What is called otherwise by now: taken so, and said to be.
_CALLED = {"贫困": "poor", "建档立卡贫困": "poor", "脱贫": "poor", "监测": "monitored"}
_CALLED |= {"低收入": "low_income"}

#: What the ledger cannot tell of whom a title speaks, and a column of a summary tells itself.
_TOLD_BY: Mapping[str, tuple[str, ...]] = {
    "老年": ("age",),
    "儿童": ("age",),
    "妇女": ("sex",),
    "危房": ("house_grade",),
    "困难": ("allowance", "destitute"),
    "民政": ("allowance", "destitute"),
    "救助": ("allowance", "destitute"),
    "务工": ("work_kind",),
    "外出": ("work_kind",),
    "就业": ("work_kind", "public_post"),
    # Who works is able to.
    "劳动力": ("labour", "work_kind", "public_post"),
    "公益岗": ("public_post",),
    "参保": ("resident_insured", "employee_insured", "resident_pension", "employee_pension"),
    "公益性岗位": ("public_post",),
    # 低收入人口 are all of these together.
    "低收入": ("allowance", "destitute", "person", "kind", "household"),
}

#: By these a summary says whose work it sums up, not whom it counts.
_OF_WORK = re.compile(
    "驻村|工作队|(?:帮扶|结对|联户|包户)?干部|帮扶责任人|村干部|培训|签到|参训|志愿者"
)


@dataclass(frozen=True, slots=True)
class Group:
    """What a title says of whom a table is: the condition for a kind, or that none is known.

    ``word`` is what the title says; empty where it narrows nothing. ``apart``: it names several
    groups one beside the other (低保、特困人员), and what is asked is of one of them. ``topics``:
    which of its words say what a summary is about (参保情况), and not of whom.
    """

    word: str = ""
    where: Mapping[str, Any] | None = None
    remark: Label | None = None
    apart: bool = False
    topics: frozenset[str] = frozenset()


#: What titles of summaries are about: 参保情况, 劳动力资源, 转移就业.
_TOPIC = re.compile(
    "(参保|缴费|就业|务工|劳动力)(?=(?:转移)?(?:就业|务工)?(?:[及和与、]\\w{2,4}?)?(?:情况|资源|进度|进展|工作|统计))"
)
#: Everybody there is, of whatever the title tells.
_ALL_THERE = re.compile("总人口|总人数|人口总数|总户数|农户总数|户籍人口|常住人口")


def group_of(table: Table, kind: Kind) -> Group:
    """Of whom a table is, among the records of a kind."""
    title = _title(table)
    found = _GROUP.findall(title)
    if table.subject.shape == "records" and kind.name in ("person", "household"):
        found += _SOME.findall(title) + _named(table, kind)
    if table.subject.shape == "records" and kind.name == "organisation":
        found = _UNITS.findall(title)
    if kind.name == "need":
        found += _FOUND_BY.findall(title)
    if table.subject.kind == "team" and kind.name == "person":
        found.append("驻村")
    found = list(dict.fromkeys(found))
    if kind.name != "person":
        found = [word for word in found if not _OF_PERSONS.fullmatch(word)]
    elif table.subject.shape == "summary" or table.subject.kind == "place":
        found = [word for word in found if not _OF_WORK.fullmatch(word)]
    if any(column.field == "pairing.helper" for column in table.columns):
        # Whose helper is asked beside them is helped.
        found = [word for word in found if word not in _HELPERS]
    if table.subject.shape == "records" and (several := _told_of(title, found, kind)):
        return several
    if not found:
        return Group()
    if len(found) > 1 or found[0] not in _CALLED:
        summary = table.subject.shape == "summary"
        topics = frozenset(_TOPIC.findall(title)) if summary else frozenset()
        return Group("、".join(found), apart=_listed_apart(title, found), topics=topics)
    code = _CALLED[found[0]]
    where = _of_kind(kind, code)
    if where is None:
        about = next((key for key in ("whom", "subject") if key in kind), "")
        if not about:
            return Group()  # a unit is of no group
        if not all(about in kind.ties.get(name, ()) for name in ("household", "person")):
            return Group(found[0])
        own = [_of_kind(VOCABULARY[name], code) for name in ("household", "person")]
        return Group(found[0], {"any": [{about: one} for one in own]}, _as_of_today(found[0], code))
    return Group(found[0], where, _remark(found[0], code))


def _title(table: Table) -> str:
    """The first lines above a table, without a sentence of running text."""
    lines = [line.text for line in table.title[:2]]
    return "".join(text for text in lines if not _SENTENCE.search(text))


#: Running text, in which of everybody something is said: 全村共  户  人，其中脱贫户  户。
_SENTENCE = re.compile("[，,;；].{3,}[。.;；，,]|。$")


def _told_of(title: str, words: Sequence[str], kind: Kind) -> Group | None:
    """Of whom a list is that the ledger can tell otherwise than by one kind of household.

    By an age (80岁以上), by what somebody receives (低保), or by several of these one beside the
    other: then whoever is of any of them.
    """
    if kind.name not in ("person", "household") or not (words or of_age(kind, title)):
        return None
    if kind.name == "person" and (whole := _of_one_sort(title, words)):
        return Group("、".join(words), whole)
    if (age := of_age(kind, title)) and all(w in _OF_AN_AGE for w in words):
        return Group("、".join(words), age)
    ways = [_one_of(title, word, kind) for word in words]
    if (len(words) == 1 and words[0] in _CALLED) or not all(ways):
        return None
    if len(words) > 1 and not _listed_apart(title, words):
        return None
    remarks = [_remark(word, _CALLED[word]) for word in words if word in _CALLED]
    where = ways[0] if len(ways) == 1 else {"any": ways}
    return Group("、".join(words), where, next((one for one in remarks if one), None))


#: Posts of those whom a unit sends to live in a village.
_SENT = ("first_secretary", "team_captain", "team_member")
#: Words of which one says no more than another beside it.
_AT_WORK, _RESIDENT = frozenset(("务工", "外出")), frozenset(("驻村", "工作队", "干部"))


def _of_one_sort(title: str, words: Sequence[str]) -> Mapping[str, Any] | None:
    """Who works away or for wages, who was sent to live in a village: by their sheets and posts."""
    said = frozenset(words)
    if "务工" in said and said <= _AT_WORK:
        return {"work_kind": "away" if "外出" in said else ["away", "local"]}
    if said == {"学生"}:
        return at_school(title)
    if said & {"驻村", "工作队"} and said <= _RESIDENT:
        only = "第一书记" in title and not re.search("工作队|队员|干部", title)
        return {"post": {"as": "person", "kind": list(_SENT[:1] if only else _SENT)}}
    return None


#: Whom titles call so is who helps somebody.
_HELPERS = frozenset(("帮扶责任人", "帮扶干部", "结对干部", "联户干部", "包户干部"))
#: What says no more than an age beside it does.
_OF_AN_AGE = frozenset(("老年", "儿童", "高龄"))


def _one_of(title: str, word: str, kind: Kind) -> Mapping[str, Any] | None:
    """The condition that somebody, or a household, is of one group."""
    if word in _CALLED:
        return _of_kind(kind, _CALLED[word])
    if word in _HELPERS and kind.name == "person":
        return {"pairing": {"as": "helper"}}
    if word in ("低保", "特困"):
        kept = next((one + word for one in ("农村", "城市") if one + word in title), word)
        return of_codes(kind, kept) or of_allowance(kind, word)
    if "搬迁" in word and word != "搬迁":
        home = {"relocated": True}
        return home if kind.name == "household" else {"household": home}
    return None


def _as_of_today(word: str, code: str) -> Label:
    """That a record is of whoever is of a kind now, whatever they were on its day."""
    called = HOUSEHOLD_KINDS[code]
    return Label(
        f"标题里的“{word}”按填表时户类型是“{called.zh}”的户和人填",
        f"“{word}” in the title is taken as those who are “{called.en}” as of the form's day",
    )


_AND = (
    r"(?:户|人员?|人口|对象|群众|家庭|供养|救助)*(?:[、,，和及与]|以及|[(（][含及]?)"
    r"(?:城乡|农村|防?止?返贫(?:致贫)?)*"
)


def _listed_apart(title: str, words: Sequence[str]) -> bool:
    """Whether a title names several groups one after the other, and not one by several words."""
    tight = "".join(title.split())
    return all(
        re.search(f"{one}(?:{_AND}|(?<=妇女)(?=儿童)){other}", tight)
        for one, other in zip(words, words[1:], strict=False)
    )


def _of_kind(kind: Kind, code: str) -> Mapping[str, Any] | None:
    """The condition that a household, or whoever lives there, is of a kind."""
    if kind.name == "household":
        return {"kind": code}
    return {"household": {"kind": code}} if kind.name == "person" else None


def within(
    group: Group, kind: Kind, where: Mapping[str, Any], said: str
) -> Mapping[str, Any] | None:
    """What a column of a summary counts of whom the title speaks; None where that is not known.

    ``said``: the column's headings. A column that names its own kind of household counts that one.
    """
    words = group.word.split("、") if group.word else []
    if words and group.topics.issuperset(words):
        if not where and _ALL_THERE.search(said):
            return where
        if any(_told(word, where) for word in words):
            return where
    if words and not where and _EVERYBODY.search(said):
        return None
    named = any(word in _CALLED and word in said for word in words)
    if named and "总" in said and ("kind" in where or "household" in where):
        # 脱贫人口总数 is all of them, whatever else the table is about.
        return where
    if any(word in _CALLED for word in words) and _OF_ITS_KIND.fullmatch(said) and where:
        return where
    meant = [word for word in words if word in said or _told(word, where)]
    if not (group.apart and meant):
        if any(word not in _CALLED and word not in meant for word in words):
            return None
        meant = words
    codes = {_CALLED[word] for word in meant if word in _CALLED and not _told(word, where)}
    if not codes or "kind" in where or "household" in where:
        return where
    of_kind = _of_kind(kind, codes.pop()) if len(codes) == 1 else None
    return None if of_kind is None else {**where, **of_kind}


#: A heading that names all of its own kind, whatever its neighbours are about: 脱贫人口数.
_OF_ITS_KIND = re.compile("(?:脱贫|监测)(?:户|人口|家庭|对象)(?:总?户数|总?人数|总?数)?")


def _told(word: str, where: Mapping[str, Any]) -> bool:
    """Whether a condition tells those of whom a title speaks by itself."""
    ways = (where, *where.get("any", ()))
    return any(key in way for way in ways for key in _TOLD_BY.get(word, ()))


def _named(table: Table, kind: Kind) -> list[str]:
    """Whom the heading of the name says the rows are: 学生姓名, 患者姓名."""
    headings = [c.heading for c in table.columns if c.field == f"{kind.name}.name"]
    return [word for heading in headings for word in _GROUP.findall(heading)]


def _remark(word: str, code: str) -> Label | None:
    called = HOUSEHOLD_KINDS[code]
    if word in called.zh:
        return None
    return Label(
        f"标题里的“{word}”按户类型“{called.zh}”填",
        f"“{word}” in the title is taken as the kind “{called.en}”",
    )


def not_held(group: Group) -> Label:
    """Why nothing is filled: the ledger does not know whom the title speaks of."""
    if _SOME.search(group.word):
        return Label(
            f"标题说的是“{group.word}”涉及的人（户），系统不知道是哪些",
            f"the title speaks of “{group.word}”: the ledger does not know of whom that is so",
        )
    return Label(
        f"标题限于“{group.word}”，系统没有这一分类",
        f"the title speaks of “{group.word}”, a class that the ledger does not hold",
    )
