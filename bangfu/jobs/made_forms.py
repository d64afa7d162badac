"""Blank forms that nobody asked for: many layouts, each with what its columns mean beside it.

The same seed makes the same forms. What a column means is told in the words of the vocabulary and
stands apart from the form, so that whoever fills it is judged by somebody else's key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from bangfu.jobs.made_cards import draw_card, draw_document
from bangfu.jobs.made_keys import ColumnKey, MadeForm
from bangfu.jobs.made_questions import Asked, pool
from bangfu.jobs.made_sheets import draw
from bangfu.lists.headings import catalogue
from bangfu.tables.catalogue import Catalogue

__all__ = ["ColumnKey", "MadeForm", "forms"]

_TOWN = Asked(
    ("乡镇", "所属乡镇", "乡镇(街道)"), "place.name", "place", level="township",
    others=("所在乡镇街道", "镇街"),
)  # fmt: skip
_VILLAGE = Asked(
    ("村名", "行政村", "所在村"), "place.name", "place", level="village",
    others=("村(居)", "所属村"),
)  # fmt: skip
_PHONE = ("联系电话", "电话", "手机号码")
_HELPED = ("帮扶责任人", "帮扶干部", "结对帮扶责任人")
_HELPER = (
    Asked(("姓名",), "person.name", "helper", _HELPED),
    Asked(("工作单位", "单位"), "organisation.name", "unit", _HELPED, ("所在单位",)),
    Asked(_PHONE, "person.phone", "helper", _HELPED, ("联系号码",)),
    Asked(("结对时间", "结对起始时间"), "pairing.began", "helper", _HELPED, ("结对日期",)),
)
_ODD = Asked(("兴趣爱好", "所喜图书", "家中宠物", "T恤尺码"), held=False)
_KIND = ("户类型", "农户类别")
_VISITS = ("走访次数", "走访数", "入户走访次数")
_COUNTED = (
    Asked(("总人数", "人员总数", "人数合计"), aggregate="count", of="person", unit="人"),
    Asked(("男",), aggregate="count", of="person", classes=("男",), group=("其中", "性别")),
    Asked(("女",), aggregate="count", of="person", classes=("女",), group=("其中", "性别")),
    Asked(("60岁及以上",), aggregate="count", of="person", classes=("60岁及以上",)),
    Asked(("80周岁以上",), aggregate="count", of="person", classes=("80周岁以上",)),
    Asked(("总户数", "户数"), aggregate="count", of="household", unit="户"),
    Asked(("监测户", "监测户数"), aggregate="count", of="household", classes=("监测户",),
          group=_KIND),
    Asked(("脱贫户", "脱贫户数"), aggregate="count", of="household", classes=("脱贫户",),
          group=_KIND),
    Asked(("本月",), aggregate="count", of="visit", group=_VISITS),
    Asked(("本年",), aggregate="count", of="visit", group=_VISITS),
    Asked(("党员数",), aggregate="count", of="person", classes=("党员",), held=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of form: what its rows are, what it is called, what it asks in any case."""

    kind: str
    titles: tuple[str, ...]
    must: tuple[str, ...] = ()
    beside: tuple[Asked, ...] = ()
    weight: int = 2


_SORTS = (
    Sort("person", ("帮扶对象花名册", "人员信息登记表", "人员情况一览表", "务工人员台账",
                    "参训人员签到表", "家庭成员信息采集表", "学生资助花名册", "公益岗位人员台账"),
         ("person.name", "person.identity", "person.sex"), (_TOWN, _VILLAGE, *_HELPER), 5),
    Sort("household", ("农户基本情况表", "家庭情况台账", "农户情况一览表", "三保障核查表",
                       "农户收入测算表", "低收入家庭信息表", "户情台账"),
         ("household.name", "household.size"), (_TOWN, _VILLAGE, *_HELPER), 5),
    Sort("visit", ("入户走访记录表", "走访情况登记表", "走访台账", "春节慰问走访登记表"),
         ("visit.date", "visit.whom", "visit.note"), (_TOWN, _VILLAGE), 3),
    Sort("need", ("问题清单", "群众需求台账", "问题整改台账", "困难诉求登记表"),
         ("need.date", "need.text", "need.kind"), (), 2),
    Sort("project", ("产业项目台账", "帮扶项目进度表", "项目库申报表"),
         ("项目名称", "总投资额", "建设地点"), (_TOWN, _VILLAGE), 2),
    Sort("hospital_stay", ("住院报销台账", "住院救治人员登记表"),
         ("person.name", "person.identity", "入院日期", "医疗总费用"), (_TOWN, _VILLAGE), 2),
)  # fmt: skip
_SUMMARY = Sort("place", ("各村情况统计表", "基本情况统计表", "帮扶工作情况汇总表"), weight=3)


def forms(
    seed: int, count: int, *, held_back: float = 0.0, reader: Catalogue | None = None
) -> Iterator[MadeForm]:
    """``count`` blank forms; ``held_back`` is the share of headings that a reader does not know.

    ``reader``: what is known of headings, where it is not the vocabulary of the product.
    """
    chance, known = Random(seed), reader or catalogue()
    pools = {sort.kind: pool(sort.kind, known) for sort in _SORTS}
    every = [sort for sort in (*_SORTS, _SUMMARY) for _ in range(sort.weight)]
    for number in range(1, count + 1):
        yield _form(chance, f"form-{number:03d}", held_back, chance.choice(every), pools)


def _form(
    chance: Random, name: str, held_back: float, sort: Sort, pools: dict[str, tuple[Asked, ...]]
) -> MadeForm:
    shape = "summary" if sort is _SUMMARY else "records"
    if sort.kind in ("person", "household") and chance.random() < 0.2:
        shape = "single"
    made = MadeForm(name, chance.choice(sort.titles), sort.kind, shape)
    questions = _chosen(chance, sort, shape, pools.get(sort.kind, ()))
    labels = _labels(chance, questions, held_back)
    if shape == "single":
        made.title = made.title.replace("花名册", "登记表").replace("一览表", "登记卡")
        draw_card(chance, made, questions, labels)
    elif shape == "records" and not any(one.group for one in questions) and chance.random() < 0.4:
        draw_document(chance, made, questions, labels)
    else:
        draw(chance, made, questions, labels)
    return made


def _chosen(chance: Random, sort: Sort, shape: str, asked: Sequence[Asked]) -> list[Asked]:
    """What tells the table apart always, the rest by luck; whoever is asked for has a group."""
    if shape == "summary":
        return [one for n, one in enumerate(_COUNTED) if n < 2 or chance.random() < 0.7]
    must = [one for one in asked if (one.field or one.says) in sort.must]
    rest = [one for one in asked if one not in must]
    kept = chance.sample(rest, min(len(rest), chance.randint(4, 12)))
    kept = [*must, *sorted(kept, key=asked.index)]
    beside = [one for one in sort.beside if not one.group and chance.random() < 0.6]
    helpers = [one for one in sort.beside if one.group and shape == "records"]
    odd = [_ODD] if chance.random() < 0.3 else []
    return [*beside, *kept, *odd, *(helpers if chance.random() < 0.4 else [])]


def _labels(chance: Random, asked: Sequence[Asked], held_back: float) -> list[tuple[str, bool]]:
    """A name for each question, no two the same; and whether a reader knows it."""
    found: list[tuple[str, bool]] = []
    for one in asked:
        back = bool(one.others) and chance.random() < held_back
        names = [n for n in (one.others if back else one.names) if (n, not back) not in found]
        found.append((chance.choice(names or list(one.names)), not back))
    return found
