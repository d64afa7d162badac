"""Of whom a title speaks: 脱贫户, 监测户, 残疾人; whatever is filled below is of them alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bangfu.ledger.vocabulary.household import HOUSEHOLD_KINDS
from bangfu.programmes.kinds import Kind, Label
from bangfu.tables.understood import Table

#: Words by which titles narrow of whom a table is, longest first.
_GROUP = re.compile(
    "建档立卡贫困|易地搬迁|相对贫困|边缘易致贫|脱贫不稳定|突发严重困难|计划生育|严重精神障碍|"
    "贫困|脱贫|监测|低收入|低保|五保|特困|残疾|留守|空巢|独居|孤儿|孕产妇|老年|儿童|妇女|"
    "高血压|糖尿病|慢性病|大病|肺结核|退役|优抚|失独|党员|危房|失学|辍学|困境|"
    "乡村医生|村医|医生|医务|卫生室|签到|参训|培训|务工|就业|学生|资助|住院|救治|患者|驻村|工作队|"
    "公益岗|公益性岗位|劳动力|志愿者|会员|返乡|外出|村干部|干部|新生儿|毕业生|创业"
)
#: Groups that are no households, and so narrow persons only.
_OF_PERSONS = re.compile(
    "乡村医生|村医|医生|医务|卫生室|签到|参训|培训|务工|就业|学生|资助|住院|救治|患者|驻村|工作队|公益岗|"
    "公益性岗位|劳动力|志愿者|会员|返乡|外出|干部|毕业生|创业"
)
#: What is called otherwise by now: taken so, and said to be.
_CALLED = {"贫困": "poor", "建档立卡贫困": "poor", "脱贫": "poor", "监测": "monitored"}
_CALLED |= {"低收入": "low_income"}

#: By these a summary says whose work it sums up, not whom it counts.
_OF_WORK = re.compile("驻村|工作队|干部|村干部|培训|签到|参训|志愿者")


@dataclass(frozen=True, slots=True)
class Group:
    """What a title says of whom a table is: the condition for a kind, or that none is known.

    ``word`` is what the title says; empty where it narrows nothing.
    """

    word: str = ""
    where: Mapping[str, Any] | None = None
    remark: Label | None = None


def group_of(table: Table, kind: Kind) -> Group:
    """Of whom a table is, among the records of a kind."""
    title = "".join(line.text for line in table.title[:2])
    found = list(dict.fromkeys(_GROUP.findall(title)))
    if kind.name != "person":
        found = [word for word in found if not _OF_PERSONS.fullmatch(word)]
    elif table.subject.shape == "summary":
        found = [word for word in found if not _OF_WORK.fullmatch(word)]
    if not found:
        return Group()
    if len(found) > 1 or found[0] not in _CALLED:
        return Group("、".join(found))
    code = _CALLED[found[0]]
    if kind.name == "household":
        where: Mapping[str, Any] = {"kind": code}
    elif kind.name == "person":
        where = {"household": {"kind": code}}
    else:
        return Group()
    return Group(found[0], where, _remark(found[0], code))


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
    return Label(
        f"标题限于“{group.word}”,系统没有这一分类",
        f"the title speaks of “{group.word}”, a class that the ledger does not hold",
    )
