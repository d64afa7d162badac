"""Blank forms that nobody asked for: many layouts, each with what its columns mean beside it.

The same seed makes the same forms. What a column means is told in the words of the vocabulary and
stands apart from the form, so that whoever fills it is judged by somebody else's key.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

import xlsxwriter

_A4 = 9
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its headings as offices write them, those held back, and what it means.

    ``group`` is the heading above it. ``held`` says whether the ledger holds an answer.
    """

    names: tuple[str, ...]
    field: str = ""
    party: str = "row"
    group: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    level: str = ""
    aggregate: str = ""
    of: str = ""
    classes: tuple[str, ...] = ()
    unit: str = ""
    held: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnKey:
    """What one column of a made form means: the answer that a reader of the form must find."""

    column: int
    path: tuple[str, ...]
    role: str
    field: str = ""
    party: str = "row"
    level: str = ""
    aggregate: str = ""
    of: str = ""
    classes: tuple[str, ...] = ()
    known: bool = True
    held: bool = True


@dataclass(slots=True)
class MadeForm:
    """A blank form and its key."""

    name: str
    title: str
    kind: str
    shape: str
    content: bytes = b""
    header: tuple[int, int] = (0, 0)
    number_row: int | None = None
    body: tuple[int, int] = (0, 0)
    total_row: int | None = None
    columns: list[ColumnKey] = field(default_factory=list)

    def key(self) -> dict[str, Any]:
        """The hidden mapping, as plain data."""
        said = asdict(self)
        del said["content"]
        return said


_TOWN = Asked(
    ("乡镇", "所属乡镇", "乡镇(街道)"),
    "place.name",
    "place",
    level="township",
    others=("所在乡镇街道", "镇街"),
)
_VILLAGE = Asked(
    ("村名", "行政村", "所在村"),
    "place.name",
    "place",
    level="village",
    others=("村(居)", "所属村"),
)
_PHONE = ("联系电话", "电话", "手机号码")
_HELPED = ("帮扶责任人", "帮扶干部", "结对帮扶责任人")
_HELPER = (
    Asked(("姓名",), "person.name", "helper", _HELPED),
    Asked(("工作单位", "单位"), "organisation.name", "unit", _HELPED, ("所在单位",)),
    Asked(_PHONE, "person.phone", "helper", _HELPED, ("联系号码",)),
    Asked(("结对时间", "结对起始时间"), "pairing.began", "helper", _HELPED, ("结对日期",)),
)
_NOT_HELD = (
    Asked(("备注",), held=False),
    Asked(("开户银行",), held=False),
    Asked(("兴趣爱好",), held=False),
)
_PERSON = (
    _TOWN,
    _VILLAGE,
    Asked(("姓名", "人员姓名", "成员姓名"), "person.name", group=("本人情况", "基本情况"),
          others=("本人姓名",)),
    Asked(("性别",), "person.sex", group=("本人情况", "基本情况"), choices=("男", "女")),
    Asked(("身份证号", "身份证号码", "公民身份号码", "证件号码"), "person.identity",
          group=("本人情况", "基本情况"), others=("居民身份证号码", "身份证编号")),
    Asked(("出生日期", "生日"), "person.birth", group=("本人情况", "基本情况"),
          others=("出生时间",)),
    Asked(("年龄", "周岁"), "person.age", group=("本人情况", "基本情况"), others=("年龄(岁)",)),
    Asked(("文化程度", "学历", "受教育程度"), "person.education", others=("教育程度",)),
    Asked(("与户主关系",), "person.relation", others=("与户主的关系",)),
    Asked(_PHONE, "person.phone", others=("本人电话",)),
    *_HELPER,
)  # fmt: skip
_HOUSEHOLD = (
    _TOWN,
    _VILLAGE,
    Asked(("村民小组", "组"), "household.group", others=("所在小组",)),
    Asked(("户主姓名", "户主"), "person.name", "head", others=("户主名字",)),
    Asked(("家庭人口", "家庭人数"), "household.size", "household", others=("家庭人口数",)),
    Asked(("户类型", "户属性"), "household.kind", "household", others=("农户类型",)),
    *_HELPER,
)
_VISIT = (
    Asked(("走访时间", "到户时间", "日期"), "activity.date", others=("走访日期",)),
    _VILLAGE,
    Asked(("走访对象", "走访户"), "activity.whom", others=("被走访人",)),
    Asked(("走访人", "帮扶干部"), "activity.who", others=("走访干部",)),
    Asked(("走访内容", "工作内容"), "activity.note", others=("走访情况",)),
)
_NEED = (
    Asked(("提出时间", "提出日期"), "need.date", others=("反映时间",)),
    Asked(("问题类别", "需求类别"), "need.kind", others=("诉求类别",)),
    Asked(("存在问题", "问题"), "need.text", others=("问题描述",)),
    Asked(("责任单位",), "need.organisation", others=("承办单位",)),
    Asked(("办理期限", "完成时限"), "need.due", others=("办结时限",)),
    Asked(("办结日期", "解决时间"), "need.closed", others=("办结时间",)),
)
_COUNTED = (
    Asked(("总人数", "人员总数"), aggregate="count", of="person", unit="人"),
    Asked(("男",), aggregate="count", of="person", classes=("男",), group=("其中", "性别")),
    Asked(("女",), aggregate="count", of="person", classes=("女",), group=("其中", "性别")),
    Asked(("60岁及以上", "60周岁以上"), aggregate="count", of="person", classes=("60岁及以上",)),
    Asked(("总户数", "户数"), aggregate="count", of="household", unit="户"),
    Asked(("监测户", "监测户数"), aggregate="count", of="household", classes=("监测户",),
          group=("户类型",)),
    Asked(("脱贫户", "脱贫户数"), aggregate="count", of="household", classes=("脱贫户",),
          group=("户类型",)),
    Asked(("本月",), aggregate="count", of="visit", group=("走访次数", "走访数")),
    Asked(("本年",), aggregate="count", of="visit", group=("走访次数", "走访数")),
    Asked(("党员数",), aggregate="count", of="person", classes=("党员",), held=False),
)  # fmt: skip
_SORTS = (
    ("person", "records", ("帮扶对象花名册", "人员信息登记表", "人员情况一览表"), _PERSON),
    ("household", "records", ("农户基本情况表", "家庭情况台账", "农户情况一览表"), _HOUSEHOLD),
    ("visit", "records", ("入户走访记录表", "走访情况登记表"), _VISIT),
    ("need", "records", ("问题清单", "群众需求台账"), _NEED),
    ("place", "summary", ("各村情况统计表", "基本情况统计表"), _COUNTED),
)


def forms(seed: int, count: int, *, held_back: float = 0.0) -> Iterator[MadeForm]:
    """``count`` blank forms; ``held_back`` is the share of headings that no list of aliases has."""
    chance = Random(seed)
    for number in range(1, count + 1):
        yield _form(chance, f"form-{number:03d}", held_back)


def _form(chance: Random, name: str, held_back: float) -> MadeForm:
    kind, shape, titles, pool = chance.choice(_SORTS)
    made = MadeForm(name, chance.choice(titles), kind, shape)
    questions = _chosen(chance, pool, shape)
    labels = [_label(chance, one, held_back) for one in questions]
    _draw(chance, made, questions, labels)
    return made


def _chosen(chance: Random, pool: Sequence[Asked], shape: str) -> list[Asked]:
    """Some of the questions in their order: what tells the table apart always, the rest by luck."""
    most = 4 if shape == "records" else 2
    kept = [
        one for place, one in enumerate(pool)
        if place < most or one.group or chance.random() < 0.7
    ]  # fmt: skip
    if shape == "records" and chance.random() < 0.5:
        kept.append(chance.choice(_NOT_HELD))
    return kept


def _label(chance: Random, one: Asked, held_back: float) -> tuple[str, bool]:
    if one.others and chance.random() < held_back:
        return chance.choice(one.others), False
    return chance.choice(one.names), True


class _Page:
    """A sheet being drawn: borders, faces, and where the next row goes."""

    def __init__(self, chance: Random) -> None:
        self.target = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.target, _OPTIONS)
        self.sheet = self.book.add_worksheet(chance.choice(("Sheet1", "附表", "汇总表")))
        face = chance.choice(("宋体", "仿宋", "微软雅黑"))
        plain = {"font_name": face, "font_size": 11, "valign": "vcenter"}
        boxed = {**plain, "border": 1, "align": "center", "text_wrap": True}
        self.plain = self.book.add_format(plain)
        self.right = self.book.add_format({**plain, "align": "right"})
        self.title = self.book.add_format(
            {**plain, "font_size": 18, "bold": True, "align": "center"}
        )
        self.head = self.book.add_format({**boxed, "bold": chance.random() < 0.5})
        self.cell = self.book.add_format({**plain, "border": 1})
        self.row = 0

    def merge(self, top: int, left: int, bottom: int, right: int, text: str, look: Any) -> None:
        """A cell, merged where it is more than one."""
        if (top, left) == (bottom, right):
            self.sheet.write_string(top, left, text, look)
        else:
            self.sheet.merge_range(top, left, bottom, right, text, look)


def _draw(
    chance: Random, made: MadeForm, questions: Sequence[Asked], labels: Sequence[tuple[str, bool]]
) -> None:
    page = _Page(chance)
    groups = [chance.choice(one.group) if one.group else "" for one in questions]
    groups = _one_word_a_group(questions, groups)
    first = _leading(chance, made)
    width = len(first) + len(questions)
    _draw_top(chance, page, made, width)
    _draw_heads(chance, page, made, first, list(zip(questions, labels, groups, strict=True)))
    _draw_body(chance, page, made, first, questions, width)
    page.sheet.set_landscape()
    page.sheet.set_paper(_A4)
    page.sheet.fit_to_pages(1, 0)
    page.book.close()
    made.content = page.target.getvalue()


def _one_word_a_group(questions: Sequence[Asked], words: Sequence[str]) -> list[str]:
    """Neighbours of one group stand under one heading."""
    told: list[str] = []
    for place, (one, word) in enumerate(zip(questions, words, strict=True)):
        same = place and questions[place - 1].group == one.group and one.group
        told.append(told[-1] if same else word)
    return told


def _leading(chance: Random, made: MadeForm) -> list[tuple[str, ColumnKey]]:
    """The serial column, and the stub of a summary."""
    found = []
    if made.shape == "records" or chance.random() < 0.6:
        found.append(("序号", ColumnKey(1, ("序号",), "serial")))
    if made.shape == "summary":
        word = chance.choice(("村名", "行政村"))
        key = ColumnKey(len(found) + 1, (word,), "stub", "place.name", level="village")
        found.append((word, key))
    return found


def _draw_top(chance: Random, page: _Page, made: MadeForm, width: int) -> None:
    if chance.random() < 0.4:
        page.sheet.write_string(page.row, 0, f"附件{chance.randint(1, 9)}", page.plain)
        page.row += 1
    page.sheet.set_row(page.row, 30)
    page.merge(page.row, 0, page.row, width - 1, made.title, page.title)
    page.row += 1
    if chance.random() < 0.7:
        page.sheet.write_string(page.row, 0, "填报单位:", page.plain)
        page.sheet.write_string(page.row, width - 1, "填报日期:", page.right)
        page.row += 1


def _draw_heads(
    chance: Random,
    page: _Page,
    made: MadeForm,
    first: Sequence[tuple[str, ColumnKey]],
    columns: Sequence[tuple[Asked, tuple[str, bool], str]],
) -> None:
    grouped = any(group for _, _, group in columns)
    over = grouped and chance.random() < 0.25
    top, levels = page.row, 1 + grouped + over
    bottom = top + levels - 1
    for place, (word, key) in enumerate(first):
        page.merge(top, place, bottom, place, word, page.head)
        made.columns.append(key)
    start = len(first)
    if over:
        last = start + len(columns) - 1
        page.merge(top, start, top, last, f"{made.title[:4]}信息", page.head)
    run = start
    for place, (one, (word, known), group) in enumerate(columns, start=start):
        if group:
            if place == run or columns[place - start - 1][2] != group:
                run = place
            end = place - start + 1
            if end == len(columns) or columns[end][2] != group:
                page.merge(bottom - 1, run, bottom - 1, place, group, page.head)
            page.sheet.write_string(bottom, place, word, page.head)
        else:
            page.merge(top + over, place, bottom, place, word, page.head)
            run = place + 1
        path = tuple(w for w in (f"{made.title[:4]}信息" if over else "", group, word) if w)
        role = "value" if one.field or one.aggregate else "unknown"
        made.columns.append(
            ColumnKey(place + 1, path, role, one.field, one.party, one.level,
                      one.aggregate, one.of, one.classes, known, one.held)
        )  # fmt: skip
    made.header = top + 1, bottom + 1
    page.row = bottom + 1
    if chance.random() < 0.2:
        words = ["甲", *map(str, range(1, start + len(columns)))]
        for place, word in enumerate(words):
            page.sheet.write_string(page.row, place, word, page.head)
        page.row += 1
        made.number_row = page.row


def _draw_body(
    chance: Random,
    page: _Page,
    made: MadeForm,
    first: Sequence[Any],
    questions: Sequence[Asked],
    width: int,
) -> None:
    rows = chance.randint(1, 12)
    place = chance.choice(("", "below", "above")) if made.shape == "summary" else ""
    if place == "above":
        made.total_row = page.row + 1
        page.row += 1
    top = page.row
    made.body = top + 1, top + rows
    for row in range(top, top + rows):
        for column in range(width):
            page.sheet.write_blank(row, column, None, page.cell)
        if first and first[0][0] == "序号" and chance.random() < 0.6:
            page.sheet.write_number(row, 0, row - top + 1, page.cell)
    page.row = top + rows
    if place == "below":
        made.total_row = page.row + 1
        page.row += 1
    if made.total_row:
        _draw_total(chance, page, made, first, width)
    for column, one in enumerate(questions, start=len(first)):
        if one.choices:
            said = {"validate": "list", "source": list(one.choices)}
            page.sheet.data_validation(top, column, top + rows - 1, column, said)
        page.sheet.set_column(column, column, 18 if one.field.endswith("identity") else 11)
    if chance.random() < 0.6:
        page.sheet.write_string(page.row, 0, "填表人:        审核人:        联系电话:", page.plain)


def _draw_total(
    chance: Random, page: _Page, made: MadeForm, first: Sequence[Any], width: int
) -> None:
    assert made.total_row is not None
    row = made.total_row - 1
    page.sheet.write_string(row, 0, "合计", page.head)
    formulas = chance.random() < 0.5
    for column in range(1, width):
        if formulas and column >= len(first):
            letter = chr(65 + column)
            area = f"{letter}{made.body[0]}:{letter}{made.body[1]}"
            page.sheet.write_formula(row, column, f"=SUM({area})", page.cell)
        else:
            page.sheet.write_blank(row, column, None, page.cell)
