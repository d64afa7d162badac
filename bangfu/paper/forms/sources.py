"""Where the answer to a column comes from, and if from nowhere, why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import Figure
from bangfu.paper.forms.whether import Whether, asks_whether, question_in
from bangfu.programmes.kinds import Field, Kind, Label
from bangfu.tables.periods import period_in
from bangfu.tables.understood import SURE, Column, Party, Period

#: An answer that leaves a column as it is.
BLANK = "-"
#: worked: from other numbers of its row; added: of the rows above it.
Sort = Literal["serial", "field", "place", "figure", "worked", "added", "stub", "none"]

_NAME = VOCABULARY["person"]["name"]
#: Which level of the tree of places a heading asks for.
_LEVELS = (
    ("province", re.compile(r"省")),
    ("prefecture", re.compile(r"市(?!民)|州|地区(?!别)")),
    ("county", re.compile(r"县|区县|旗")),
    ("township", re.compile(r"乡|镇|街道")),
    ("village", re.compile(r"村(?!民?小?组)|社区|居委")),
    ("group", re.compile(r"小组|村组|自然村|屯|^组")),
)
_STEPS = {"head": "head", "household": "household", "helper": "helper", "unit": "unit"}

NOT_HELD = Label("系统没有这一项", "the ledger does not hold this")
TO_ASK = Label("没有把握，要问", "not sure: to be asked")
LEFT = Label("按答复留空", "left blank as answered")
NO_WAY = Label("从这张表的一行到不了这一项", "nothing leads there from a row of this table")
ANOTHER_TIME = Label(
    "问的是另一个时间；请把填报日期选到那时再填，或者自己填",
    "it asks for another time: fill the form as on a day of that time, or type it",
)
DERIVED = Label("由表内其他栏得出", "worked out from other columns of the form")
TWICE = Label("与前面一栏问的像是同一项，要问", "looks like an earlier column: to be asked")
NO_KIND = Label("系统没有这一类记录", "the ledger holds no records of this kind")
RANKED = Label("不给人排名次，留空", "persons are not ranked; left blank")


@dataclass(frozen=True, slots=True)
class Source:
    """How the cells of a column are answered; ``why`` says why they are not.

    ``parts``: where one cell takes several answers, those; the source itself is then the first.
    ``whether``: the parts tell whether something is so, and the cell takes yes or no. ``then``: it
    is told as of that earlier day, which the column names; ``year``: as reckoned of that year.
    """

    sort: Sort
    why: Label = Label("", "")
    target: str = ""
    kind: Kind | None = None
    field: Field | None = None
    level: str = ""
    figure: Figure | None = None
    parts: tuple[Source, ...] = ()
    whether: Whether | None = None
    then: dt.date | None = None
    year: int = 0

    @property
    def path(self) -> str:
        """The field in the vocabulary's words, with the step that leads there."""
        if self.parts:
            return " + ".join(part.path for part in self.parts)
        if self.kind is None or self.field is None:
            return f"place:{self.level}" if self.level else ""
        own = self.target in (self.kind.name, self.kind.basic)
        return f"{'' if own else self.target + ': '}{self.kind.name}.{self.field.key}"


WHOEVER_APPLIES = Label(
    "这是申请（领取）人的，系统不知道是户里哪一位",
    "this is of whoever applies or receives: the ledger does not know who of the household that is",
)


def nothing(why: Label) -> Source:
    """No answer."""
    return Source("none", why)


def source_of(row: Kind, column: Column, answer: str, on: dt.date) -> Source:
    """Where a column of a table of records is answered from, in rows about ``row`` as on a day."""
    if answer == BLANK:
        return nothing(LEFT)
    if column.refused is not None or column.role == "forbidden":
        return nothing(column.refused or NOT_HELD)
    if column.role == "serial":
        return Source("serial")
    if column.aggregate == "rank":
        return nothing(RANKED)
    if answer:
        return _of_field(row, column, answer, sure=True)
    if question := question_in(column.heading, row):
        return _whether(row, column, question)
    if column.parts:
        return _of_parts(row, column, on)
    if column.role == "unknown" or column.confidence < SURE:
        return nothing(TO_ASK if column.alternatives or column.field else NOT_HELD)
    column = _parted(column)
    if column.field is not None and (_turned(column) or _part_of_a_sum(row, column)):
        return nothing(TO_ASK)
    if column.field is not None and _a_day_for_a_number(column):
        return nothing(TO_ASK)
    if column.field is not None and row.nature != "event" and of_another_time(column, on):
        return _as_it_was(row, column, on)
    return _answered(row, column)


def _as_it_was(row: Kind, column: Column, on: dt.date) -> Source:
    """What was so at the end of a time that is over, or was reckoned of a year, where one is named.

    What a year's income came to is not what was so on its last day.
    """
    named = {period for words in column.path if (period := period_in(words)) and period.known}
    last = next(iter(named)).last if len(named) == 1 else None
    source = _answered(row, column)
    if last is None or last >= on or source.sort not in ("field", "place"):
        return nothing(ANOTHER_TIME)
    if source.field is None or not source.field.told_by:
        return replace(source, then=last)
    return in_year(source, next(iter(named)))


def in_year(source: Source, period: Period) -> Source:
    """What was reckoned, of the year that is named; of another time it is not told."""
    if period.unit != "year" or period.last is None:
        return nothing(ANOTHER_TIME)
    return replace(source, year=period.last.year)


def _answered(row: Kind, column: Column) -> Source:
    """Where a column is answered from whose words ask for no other time."""
    if _asks_for_yes(column):
        return nothing(TO_ASK)
    if column.field == "pairing.helper" and _names_a_unit(column):
        return nothing(TO_ASK)
    if _an_amount_for_yes(row, column):
        return nothing(NOT_HELD)
    field = column.field or _KNOWN_BY.get((row.name, column.says.zh), "")
    if not field or (column.field is None and _COUNTED.search(column.heading)):
        return nothing(DERIVED if column.role == "derived" else NOT_HELD)
    return _of_field(row, column, field, sure=False)


def _names_a_unit(column: Column) -> bool:
    """Whether a unit is asked for which need not be the one that helps: 责任单位 of a problem."""
    return column.party != "unit" and column.heading.endswith(("单位", "部门"))


#: What forms call otherwise than any field, and by which field it is known all the same.
_KNOWN_BY: Mapping[tuple[str, str], str] = {
    ("project", "项目进展情况"): "project.state",
    ("project", "建设规模及内容"): "project_part.title",
    ("training", "培训时间"): "training.date", ("training", "培训地点"): "training.place",
    ("meeting", "会议时间"): "meeting.date", ("meeting", "会议地点"): "meeting.place",
}  # fmt: skip
#: How far something is in numbers, which no word says: 形象进度(%), and 进度 that may be one.
_COUNTED = re.compile(r"形象|%|%|比例|率|^进度$")


def _whether(row: Kind, column: Column, question: Whether) -> Source:
    """Whether something is so of the row itself, or of the household of a person's row."""
    if column.party not in ("row", "household"):
        return nothing(TO_ASK)
    kind = VOCABULARY[question.kind]
    parts = tuple(_led(row, replace(column, party="row"), kind, key) for key in question.fields)
    if any(part.sort == "none" for part in parts):
        return nothing(NO_WAY)
    return replace(parts[0], parts=parts, whether=question)


def _asks_for_yes(column: Column) -> bool:
    """Whether yes or no is asked, and the field that is meant answers with other words."""
    name, _, key = (column.field or "").partition(".")
    if not asks_whether(column.heading) or name not in VOCABULARY or key not in VOCABULARY[name]:
        return False
    held = VOCABULARY[name][key]
    return held.type != "flag" and not held.key.endswith("_verdict")


#: What stands above the parts of an amount.
_AMOUNTS = re.compile("报销|补偿|支付|赔付|金额|费用|资金|收入|支出|万?元")


def _an_amount_for_yes(row: Kind, column: Column) -> bool:
    """Whether a heading asks how much (报销情况 above 基本医保), and the field says yes or no."""
    name, _, key = (column.field or "").partition(".")
    held = VOCABULARY[name][key] if name in VOCABULARY and key in VOCABULARY[name] else None
    amounts = row.name == "encounter" or any(map(_AMOUNTS.search, column.path))
    return held is not None and held.type == "flag" and amounts


def of_another_time(column: Column, on: dt.date) -> bool:
    """Whether headings name a time themselves in which the day asked about does not lie."""
    named = [period for words in column.path if (period := period_in(words)) and period.known]
    return any(
        (one.last is not None and one.last < on) or (one.first is not None and one.first > on)
        for one in named
    )


def _of_parts(row: Kind, column: Column, on: dt.date) -> Source:
    """A heading that asks for several things: answered when every one of them is."""
    parts = tuple(source_of(row, part, "", on) for part in column.parts)
    lacking = [
        part.heading for part, source in zip(column.parts, parts, strict=True)
        if source.sort not in ("field", "place")
    ]  # fmt: skip
    if lacking:
        said = "、".join(lacking)
        return nothing(Label(f"系统没有其中的“{said}”", f"the ledger does not hold {said}"))
    return replace(parts[0], parts=parts)


#: Characters by which a heading asks for another thing than what is named without them.
_TURNING = "被未非不无原曾前"
#: Who is helped, as the passive says it: whose it is, and no other thing.
_AS_HELPED = re.compile(r"被(?=帮扶|慰问|走访|访|服务|救助|资助|培训)")


def _turned(column: Column) -> bool:
    """Whether a heading has a word that turns its meaning and that no name of the field has."""
    name, _, key = (column.field or "").partition(".")
    if name not in VOCABULARY or key not in VOCABULARY[name]:
        return False
    one = VOCABULARY[name][key]
    names = "".join((one.label.zh, *one.aliases, *VOCABULARY["place"]["name"].aliases))
    said = _AS_HELPED.sub("", column.heading)
    return any(word in said and word not in names for word in _TURNING)


_BEGINS = re.compile(r"(起始|开始|起止|结束|截止|返乡|终止)(时间|日期|年月)")


def _a_day_for_a_number(column: Column) -> bool:
    """Whether a heading asks when something began or ended, and the field is a number."""
    name, _, key = (column.field or "").partition(".")
    held = VOCABULARY[name][key] if name in VOCABULARY and key in VOCABULARY[name] else None
    counted = held is not None and held.type in ("number", "money")
    return counted and bool(_BEGINS.search(column.heading))


#: What the last level of a heading says where the sum itself is meant.
_SUMS = frozenset(("小计", "合计", "总计", "总额", "金额"))


def _part_of_a_sum(row: Kind, column: Column) -> bool:
    """Whether a heading stands as a part below an amount that is held as a whole.

    Below 工资性收入 the word 务工收入 is one part of it and not the whole; 公益岗 is an amount
    there, not the name of a post.
    """
    name, _, key = (column.field or "").partition(".")
    if name not in VOCABULARY or key not in VOCABULARY[name] or column.path[-1] in _SUMS:
        return False
    held = VOCABULARY[name][key]
    for whole in row.fields.values():
        named = {whole.label.zh, re.split("[(（]", whole.label.zh)[0], *whole.aliases}
        if whole.type == "money" and named & set(column.path[:-1]):
            return held.type != "money" or (name, key) == (row.name, whole.key)
    return False


#: Words before a heading by which it is somebody else's.
_WHOSE: tuple[tuple[str, Party], ...] = (
    ("户主", "head"),
    ("帮扶责任人", "helper"),
    ("帮扶干部", "helper"),
    ("帮扶人", "helper"),
)


def _parted(column: Column) -> Column:
    """A heading that says in one word whose and what (户主身份证号), taken apart."""
    for whose, party in _WHOSE if column.field is None and column.role == "value" else ():
        rest = column.heading.removeprefix(whose).removeprefix("的")
        for one in VOCABULARY["person"].fields.values():
            if rest != column.heading and rest in (one.label.zh, *one.aliases):
                return replace(column, field=f"person.{one.key}", party=party)
    return column


#: Of these the ledger tells nothing.
_OTHERS = ("leader", "recorder", "relative", "other")
#: What is asked of a household's children, who may be several, and never of its head.
_OF_CHILDREN = frozenset(("school", "unschooled"))


#: What is known by its name, and no number of it is held.
_NAMED = frozenset(("person.household", "household.name"))
_NUMBERED = re.compile(r"(编号|编码|代码|户号|证号)$")


def _of_field(row: Kind, column: Column, path: str, *, sure: bool) -> Source:
    name, _, key = path.partition(".")
    if name not in VOCABULARY or key not in VOCABULARY[name]:
        return nothing(NOT_HELD)
    kind = VOCABULARY[name]
    done = key == "who" and column.party == "helper"
    helped = path == "pairing.helper" and column.party != "unit"
    if (helped or done) and "who" in row:
        # In a record of work the helper is who did it.
        return Source("field", target="helper", kind=VOCABULARY["person"], field=_NAME)
    if path in _NAMED and _NUMBERED.search(column.heading):
        return nothing(NOT_HELD)
    if path == "household.name" and "户主" in column.heading and not sure:
        return Source("field", target="head", kind=VOCABULARY["person"], field=_NAME)
    if path == "pairing.helper" and column.party == "unit":
        called = VOCABULARY["organisation"]["name"]
        return Source("field", target="unit", kind=VOCABULARY["organisation"], field=called)
    if column.party == "applicant" and row.name == "person":
        column = replace(column, party="row")
    if column.party == "applicant" and not sure:
        return nothing(WHOEVER_APPLIES)
    if column.party in _OTHERS and not sure:
        return nothing(NOT_HELD)
    if kind.name == "place" or kind[key].to == "place":
        level = level_of(column)
        if kind.name == "place" and key not in ("name", "parent", "level"):
            return Source("field", target="place", kind=kind, field=kind[key])
        if level:
            return Source("place", target="place", level=level)
    if key == "date" and "whom" in kind and "whom" not in row and _LAST.search(column.heading):
        visit = VOCABULARY["visit"]
        return Source("field", target="last_visit", kind=visit, field=visit["date"])
    return _led(row, column, kind, key)


#: Asks for the latest of several, in rows about those to whom it happened.
_LAST = re.compile(r"最近|最后|最新|上次|末次")


def _led(row: Kind, column: Column, kind: Kind, key: str) -> Source:
    base = kind.basic or kind.name
    own = base == (row.basic or row.name)
    target = _STEPS.get(column.party, "")
    if target in ("household", "head") and base == "household":
        target = "" if own else "household"
    if not target and not own:
        if base == "person" and row.name == "household":
            if key in _OF_CHILDREN:
                return nothing(NOT_HELD)
            target = "head"
        else:
            target = base
    if target in ("helper", "unit") and base in ("pairing", "class", "enrolment"):
        target = "" if own else base
    if target in ("helper", "unit") and base in ("organisation", "person"):
        # Of a helper's unit and not of the helper, whichever of the two was named.
        target = "unit" if base == "organisation" else "helper"
    if target == "helper" and base == "post":
        target = "helper_post"
    if target == "head" and row.name == "person" and own and column.party == "row":
        target = ""
    kind = row if own and not target else kind
    if target and target not in _REACHED:
        return nothing(NO_WAY)
    return Source("field", target=target or base, kind=kind, field=kind[key])


#: What can be reached from the rows of any table, beside the rows themselves.
_REACHED = frozenset(
    "household person head helper unit helper_post pairing place organisation measure class "
    "enrolment post benefit project_part".split()
)


def level_of(column: Column) -> str:
    """The level of place that a column's headings ask for, the lowest heading first."""
    for heading in reversed(column.path):
        found = [level for level, word in _LEVELS if word.search(heading)]
        if found:
            several = len(found) > 3 and found[-1] != "group"
            return "village" if several else found[-1]
    return ""
