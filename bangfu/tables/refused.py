"""Columns that nobody may ask for, with the reason: the ethics register, as for programmes."""

from __future__ import annotations

import re

from bangfu.programmes.kinds import Label
from bangfu.programmes.subjects import forbidden

#: Beside what no programme may select by: what no table may collect.
_MORE: tuple[tuple[re.Pattern[str], Label], ...] = (
    (re.compile(r"行踪|活动轨迹|动向|定位|实时位置|经纬度"),
     Label("跟踪个人行踪没有法定目的；只记本人自述的务工县和日期",
           "tracking where somebody is has no lawful purpose; keep the county as stated")),
    (re.compile(r"信访|上访|缠访"),
     Label("反映问题是权利，不能给人贴标签；改记“需求”并办结",
           "complaining is a right and no label; record a need and close it")),
    (re.compile(r"配合程度|感恩|懒|表现(评价|等次)|内生动力评"),
     Label("评判一个人的品性没有法定目的；改为本人自述的愿望与障碍",
           "judging character has no lawful purpose; use wishes in the person's own words")),
    (re.compile(r"艾滋|HIV|性病|吸毒|精神病史|犯罪|前科|刑满"),
     Label("这类信息只能由法定机构保管，帮扶台账不收集",
           "only the bodies that the law names may hold this")),
    (re.compile(r"政治面[貌目]|是否(?:为|是)?(?:中共)?(?:预备)?党员|党员身份|入党(?:时间|日期)|党派"),
     Label("政治面貌由组织部门按需掌握，不与帮扶、健康信息放在一处；请向组织部门核填",
           "political status is kept by the organisation department alone and never beside aid or "
           "health; ask there")),
)  # fmt: skip
_RANKED = Label("不给个人排名次、打积分", "persons are not ranked and given no points")


def why_refused(words: str) -> Label | None:
    """Why a column of that heading may not be taken from persons; nothing where it may."""
    for way, reason in _MORE:
        if way.search(words):
            return reason
    one = forbidden(words)
    # Ethnicity may be known and is nowhere a ground to choose by; the ledger has no field for it.
    if one is None or one.subject.zh == "民族":
        return None
    return Label(f"{one.reason.zh};{one.instead.zh}", f"{one.reason.en}. {one.instead.en}")


def why_unranked(kind: str) -> Label | None:
    """Why persons get no rank; units and places may."""
    return _RANKED if kind in ("person", "household") else None
