"""What the rows of a table are: records of a kind, a summary by something, one subject's card."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bangfu.programmes.kinds import Label
from bangfu.tables.headings import canonical, written
from bangfu.tables.layout import Block
from bangfu.tables.matching import Lexicon
from bangfu.tables.places_in import level_of
from bangfu.tables.subjects import guesses, leaf_of, stub_of
from bangfu.tables.summaries import counts
from bangfu.tables.understood import SURE, Subject


def subject_of(
    block: Block, paths: Mapping[int, tuple[str, ...]], title: str, units: tuple[str, ...],
    lexicon: Lexicon, coded: Mapping[int, str],
) -> Subject:  # fmt: skip
    likely = guesses(list(paths.values()), title)
    if block.layout == "card" and _of_a_place([path[-1] for path in paths.values()], title):
        return Subject("single", "place", 0.9, Label("说的是一个地方", "tells of a place"))
    if block.layout == "card":
        kind, sure, why = _likeliest_of_card(likely)
        return Subject("single", kind, sure, why)
    if stub := _stub(block, title, units, lexicon, likely[0].kind if likely else "", coded):
        kind, share = stub
        reason = Label(
            f"第一列是统计对象，其余列{share:.0%}是数字", f"{share:.0%} of the columns count"
        )
        return Subject("summary", kind, round(0.6 + 0.35 * share, 2), reason)
    many = any(leaf_of(path) in _MANY_HOMES for path in paths.values())
    if not likely or (likely[0].kind == "household" and many):
        return Subject(
            "records", "unknown", 0.2, Label("看不出每行是什么", "rows of no known kind")
        )
    return Subject("records", likely[0].kind, likely[0].confidence, likely[0].reason)


#: How many households there are, which no row about one of them says.
_MANY_HOMES = frozenset(("户数", "总户数", "农户数", "家庭户数"))


#: How many projects there are, which no row about one of them says.
_MANY_PROJECTS = re.compile(r"项目(总数|个数|数|数量)")


def _of_a_place(labels: Sequence[str], title: str) -> bool:
    """Whether a card tells of a village and not of one household: how many live there."""
    names = [canonical(written(label).bare) for label in labels]
    if any(_PERSONAL.search(name) and not _LEADS.search(name) for name in names):
        return False
    many = any(name in _MANY_HOMES for name in names)
    return many and (bool(_OF_PLACES.search(title)) or any(map(level_of, names)))


_LEADS = re.compile("书记|主任|队长|负责人|联系人")
_OF_PLACES = re.compile("[村镇乡县]情|[村镇乡县]级?(?:基本)?(?:情况|概况|简介)|概况")


def _likeliest_of_card(likely: list[Any]) -> tuple[str, float, Label]:
    first = next((g for g in likely if g.kind in ("household", "person", "visit", "project")), None)
    if first is None:
        return "unknown", 0.2, Label("看不出是谁的卡片", "a card of nobody known")
    return first.kind, first.confidence, first.reason


def _stub(
    block: Block, title: str, units: tuple[str, ...], lexicon: Lexicon, kind: str,
    coded: Mapping[int, str],
) -> tuple[str, float] | None:  # fmt: skip
    """The kind that each row of a summary is of, and the share of columns that count."""
    if _LISTED.search(title):
        return None
    named = [path for path in block.paths.values() if path]
    told = [path for path in named if leaf_of(path) not in ("序号", "序", "备注", "行次", "编号")]
    if len(told) < 2:
        return None
    personal = any(_of_somebody(path, lexicon) for path in told)
    if _of_happenings(told, kind, lexicon) or personal and any(map(_signed_for, told)):
        return None
    many = kind == "project" and any(_MANY_PROJECTS.fullmatch(leaf_of(path)) for path in told)
    records = personal or (kind in _NAMED_RECORDS and not many)
    words = {block.paths[index] for index in coded} if not records else ()
    summing = [
        path
        for path in told
        if path in words
        or counts(path, units, title)
        and not (records and _of_record(path, kind, lexicon))
    ]
    stubs = [stub for path in told[:6] if len(path) == 1 and (stub := stub_of(path))]
    if "class" in stubs and set(stubs) != {"class"}:
        stubs = [stub for stub in stubs if stub != "class"]
    share = len(summing) / len(told)
    if not stubs or share < (0.6 if personal else 0.5) or (personal and len(summing) < 4):
        return None
    return ("person" if personal and "person" in stubs else stubs[0]), share


def stub_column(block: Block, subject: Subject) -> int:
    """Which column says what each row of a summary is called: the lowest place, or the name."""
    if subject.shape != "summary":
        return 0
    stubs = [i for i, p in block.paths.items() if len(p) == 1 and stub_of(p) == subject.kind]
    return stubs[-1] if subject.kind == "place" and stubs else min(stubs, default=0)


def _of_somebody(path: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether a column says something of one person or household, which no summary does."""
    if _PERSONAL.search(leaf_of(path)):
        return True
    likeliest = lexicon.matches(path[-1])[:1]
    return any(m.confidence >= SURE and m.heading.field in _TELLING for m in likeliest)


def _signed_for(path: tuple[str, ...]) -> bool:
    """Whether each row is signed or received by somebody, which no row of a summary is."""
    return bool(_RECEIVED.search(leaf_of(path)))


_RECEIVED = re.compile(r"签字|签名|签章|签收|领取人|领用人|与户主(的)?关系|身份证号|银行")


def _of_happenings(told: list[tuple[str, ...]], kind: str, lexicon: Lexicon) -> bool:
    """Whether columns ask when something happened, or in words what: no summary does."""
    days = words = 0
    for path in told:
        sure = [m for m in lexicon.matches(path[-1], kind=kind)[:1] if m.confidence >= SURE]
        if not sure or sure[0].heading.kind in ("any", "place", "organisation"):
            continue
        leaf = leaf_of(path)
        days += sure[0].heading.type == "day" and bool(_WHEN.search(leaf))
        words += sure[0].heading.type in ("text", "many", "one") and bool(_IN_WORDS.search(leaf))
    return days > 0 or words > 1


#: What a title calls a list of single records.
_LISTED = re.compile("清单|花名册|名册|名单|问题.{0,4}台账|整改.{0,4}台账")
_WHEN = re.compile(r"(时间|年月日|年月)$")
_IN_WORDS = re.compile(r"(内容|记录|问题|诉求|说明|描述|姓名|对象|干部|人员|打算|意见|建议)$")
_TELLING = frozenset(
    ("person.name", "household.name", "person.identity", "person.phone", "person.relation")
)
_PERSONAL = re.compile(
    r"^(姓名|身份证号|证件号|户主(姓名)?|.*户主|.*户(主)?姓名|员工姓名|性别|户编号|.*户名称)$"
)
_NAMED_RECORDS = frozenset(
    {"project", "hospital_stay", "visit", "benefit", "training", "meeting", "need", "measure"}
)
_RECORDS = _NAMED_RECORDS | {"household", "person"}


def _of_record(path: tuple[str, ...], kind: str, lexicon: Lexicon) -> bool:
    """Whether a heading surely asks something of one record, though it is a number."""
    return kind in _RECORDS and any(
        match.confidence >= 0.9 and match.heading.kind in (kind, "any")
        for match in lexicon.matches(path[-1], path[-2] if len(path) > 1 else "")
    )
