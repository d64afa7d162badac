"""Whose a value is: as its heading says, the headings above it, or the name left of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bangfu.programmes.kinds import Label
from bangfu.tables.headings import canonical, written
from bangfu.tables.understood import Party

_RECORDER = re.compile(r"填表|填报|制表|录入|采集|审核|登记人|经办|核算人")
_RELATIVE = re.compile(
    r"监护人|照料(?:护理)?人|照护人|护理人|代养人|家长|紧急联系人|(?:父亲|母亲|配偶|子女|法定代理人)(?=姓名|电话|联系|身份|信息|情况|基本|$)"
)
#: Others who have to do with somebody, beside the helper: a doctor, a teacher, who keeps watch.
_OTHER = re.compile(
    r"(?:家庭|签约|责任|主治|包村|联系)(?:签约)?医[生师]|网格[员长]|信息员|班主任|任课教师|(?:包保|结对|帮扶)教师|"
    r"劝返(?:责任)?人|控辍(?:责任)?人|(?:车间|企业|基地|合作社|带动主体)(?:负责人|联系人)"
)
#: Whoever comes for the household, and may be any of them, or nobody of them.
_APPLICANT = re.compile(
    r"(?<!与)(?:申请|申报|申领|领取|领用|代领|代办|签收|报告|反映|来访|求助)人(?!数|口|均)"
)
_LEADER = re.compile(r"领导|第一书记|队长|县长|书记姓名|包村|挂村|包片")
_UNIT = re.compile(
    r"(帮扶|派出|结对|包联|挂钩|选派|定点|包扶|驻村|挂包|派驻|联系)(责任)?(单位|部门)(名称)?"
    r"|帮扶(责任)?人(所在|工作)?单位"
)
_HELPER = re.compile(
    r"(?<!被)帮扶(责任)?人|帮扶干部|帮扶联系人|结对(帮扶)?(责任)?(干部|人|党员)|包户|包保|包联干部|联户干部|干部(名称|姓名)?$|"
    r"挂钩干部|帮扶党员|党员帮扶人|包扶(干部|人)|帮包干部|联系人员|(?<!被)走访人|帮扶责任人员|帮扶力量"
)
_HEAD = re.compile(
    r"^(?:(?:建档立卡|贫困|脱贫|监测|低保|特困|五保|搬迁|困难|一般|所在|所属|家庭|农|本|该)户?)*户主(?!本人)"
)
_HELPED = re.compile(
    r"帮扶对象|结对对象|贫困户|脱贫户|监测户|帮扶户|受助|家庭成员|家庭基本|户基本|农户"
)

_NAME = re.compile(
    r"(姓名|名字|名称|人员?|干部|党员|领导|书记|队长|单位|部门|户主|走访对象|慰问对象)$"
)
_PHONE = re.compile(r"(电话|手机|联系电话|电话号)$")
_OFFICE = re.compile(
    r"^[现原]?(职务|职务职称|职级|职务级别|(工作|所在)?单位([及和与、]?(职务|职称))?)$"
)
#: The name of whoever a row or the heading above is about.
_OWN_NAME = re.compile(r"^(?:家庭)?(?:成员|人员)?姓名$")
#: Who was it before: of whom nothing else is known.
_FORMER = re.compile(r"^(原|前任|上任|上一任)")

_MEMBERS = re.compile("成员|家庭人口")
#: What is said of the head beside the head's name, where members stand below a heading of theirs.
_OF_HEAD = re.compile(
    "身份证号|证件号|性别|年龄|出生|民族|文化程度|学历|健康状况|身体状况|劳动(?:技能|能力|力)|婚姻"
)
#: What is said of one person right beside the name.
_OF_ONE = re.compile(r"^(身份证号码?|证件号码?|性别|年龄|出生(年月|日期|时间)?|与户主(的)?关系)$")

CALLED: dict[Party, Label] = {
    "row": Label("", ""),
    "head": Label("户主", "head"),
    "household": Label("所在户", "household"),
    "helper": Label("帮扶责任人", "helper"),
    "unit": Label("帮扶单位", "helping unit"),
    "relative": Label("监护人", "guardian"),
    "leader": Label("分管领导", "leader in charge"),
    "applicant": Label("申请人", "whoever applies"),
    "place": Label("", ""),
    "recorder": Label("填报人", "who filled it"),
    "other": Label("另一人", "somebody else"),
}


def said_in(words: str) -> Party | None:
    """Whose something is, as words themselves say; nothing where they do not."""
    for way, party in _SAID:
        if way.search(words):
            return party
    return None


_SAID: tuple[tuple[re.Pattern[str], Party], ...] = (
    (_RECORDER, "recorder"),
    (_RELATIVE, "relative"),
    (_APPLICANT, "applicant"),
    (_OTHER, "other"),
    (_UNIT, "unit"),
    (_LEADER, "leader"),
    (_HELPER, "helper"),
    (_HEAD, "head"),
)


def _members_beside_the_head(paths: Iterable[tuple[str, ...]]) -> bool:
    """Whether a name is asked below the head of the household, and another one elsewhere."""
    names = [
        any(said_in(canonical(written(word).bare)) == "head" for word in path[:-1])
        for path in paths
        if path and _OWN_NAME.match(canonical(written(path[-1]).bare))
    ]
    return any(names) and not all(names)


def _head_beside_members(paths: Iterable[tuple[str, ...]]) -> bool:
    """Whether the head is named below no other heading, and the members below one of theirs."""
    leaves = [(canonical(written(path[-1]).bare), path) for path in paths if path]
    head = any(len(p) == 1 and _HEAD.match(leaf) and _NAME.search(leaf) for leaf, p in leaves)
    names = [path for leaf, path in leaves if _OWN_NAME.match(leaf) and len(path) > 1]
    return head and any(_MEMBERS.search(word) for path in names for word in path[:-1])


def _named_beside_the_row(paths: Iterable[tuple[str, ...]]) -> frozenset[tuple[str, ...]]:
    """The upper headings below which a name is asked, where the row's own stands below none."""
    names = [path for path in paths if path and _OWN_NAME.match(canonical(written(path[-1]).bare))]
    own = any(len(path) == 1 for path in names)
    return frozenset(path[:-1] for path in names if own and len(path) > 1)


class Parties:
    """Goes along the columns from the left and says of each whose it is."""

    def __init__(self, paths: Iterable[tuple[str, ...]] = ()) -> None:
        paths = list(paths)
        self.beside_the_head = _members_beside_the_head(paths)
        self.of_others = _named_beside_the_row(paths)
        self.before_members = _head_beside_members(paths)
        self.anchor: Party = "row"
        self.person: Party = "row"
        self.phones: set[Party] = set()
        self.group: tuple[str, ...] = ()
        self.named = self.applied = False

    def of(self, path: tuple[str, ...]) -> Party:
        """Whose the value of a column is."""
        leaf = canonical(written(path[-1]).bare) if path else ""
        above = path[:-1]
        if above != self.group:
            self.anchor, self.group = ("row", above) if above else (self.anchor, above)
        party = said_in(leaf) or self._above(above) or self._beside(leaf)
        if self.before_members and self.anchor == "head" and not above and _OF_HEAD.match(leaf):
            party = "head"
        if party == "applicant" and self.named and not self.applied:
            # Beside somebody else who is named: another one, of whom nothing is known.
            party = "relative"
        if _PHONE.search(leaf):
            self.phones.add(party)
        elif _NAME.search(leaf) or _APPLICANT.search(leaf) or _OTHER.fullmatch(leaf):
            former = party in ("helper", "unit", "leader") and bool(_FORMER.match(leaf))
            self.anchor, self.named = "other" if former else party, True
            self.applied = bool(_APPLICANT.search(leaf))
            self.person = self.person if party == "unit" else party
        return party

    def _above(self, above: tuple[str, ...]) -> Party | None:
        for words in reversed([canonical(written(word).bare) for word in above]):
            if _HELPED.search(words) and not _HELPER.search(words):
                return None
            if (party := said_in(words)) and (party != "head" or self.beside_the_head):
                return party
        return "other" if above in self.of_others else None

    def _beside(self, leaf: str) -> Party:
        """A phone, a post, a unit belongs to whoever is named last; anything else to the row."""
        if _PHONE.search(leaf) and self.anchor == "unit":
            # A unit's own phone is asked after the phone of the person who comes from it.
            return self.person if self.person not in self.phones else "unit"
        if _OFFICE.match(leaf) and self.anchor == "unit" and self.person == "helper":
            return "helper"
        of_somebody = self.anchor in ("helper", "leader", "relative", "other")
        if _PHONE.search(leaf) or (_OFFICE.match(leaf) and of_somebody):
            return self.anchor
        if self.applied and _OF_ONE.match(leaf):
            return self.anchor
        return "row"
