"""As what the rows of a table are taken in: people themselves, or what was decided or done."""

from __future__ import annotations

import re

from bangfu.intake.answers import KINDS, line_of, plainly, stated_in, told_in_words
from bangfu.intake.card_sheets import Cards
from bangfu.intake.declared import DECLARED
from bangfu.intake.signed import attended, signs
from bangfu.programmes.kinds import Label
from bangfu.tables.columns import SAID_BEFORE
from bangfu.tables.grid import position
from bangfu.tables.understood import SURE, Table

#: Rows that are persons or households themselves; the others tell what was decided or done.
WHOLE = ("person", "household")
TAKEN = (*WHOLE, *KINDS)
#: Rows about people, which may tell of them what was decided, done or given.
_OF_PEOPLE = (*WHOLE, "benefit", "payout", "team", "hospital_stay", "visit", "unknown")


def kind_of(table: Table) -> str:
    """As what the rows of a table are taken in; a list of who helps whom gives pairings."""
    told = table.subject
    if isinstance(table, Cards):
        return told.kind
    if told.shape == "summary" and table.layout == "rows":
        return "statistic" if _states(table) else ""
    if told.shape != "records" or table.layout != "rows":
        return ""
    if told.reason is not SAID_BEFORE and _parts(table):
        return "membership"
    if told.reason is not SAID_BEFORE and told.kind == "organisation" and _names_both(table):
        return "pairing"
    if told.reason is not SAID_BEFORE and signs(table):
        return attended(table) if _names_people(table) else ""
    if told.reason is not SAID_BEFORE and (declared := _declared(table)):
        return declared
    if told.reason is not SAID_BEFORE and (told.kind in _OF_PEOPLE or _needs_nothing(table)):
        kind = next((kind for kind, tells in _TELLS if tells(table)), told.kind)
        return kind if kind in TAKEN and not (kind in WHOLE and unlike_people(table)) else ""
    return told.kind if told.kind in TAKEN else ""


#: Lists that are called so tell of households that part.
SPLITS = re.compile("分户|立户")
#: Lists that are called so tell of heads alone.
HEADS = re.compile("(?:户主.{0,2}(?:变更|更换|变动)|(?:变更|更换|变动).{0,2}户主)")
#: What is called so tells of days at work, or of households that part and join, and not of people.
_UNLIKE = (
    (re.compile("考勤|值班|排班|轮值"), Label(
        "这是考勤(值班)表,不是人员名单;驻村天数和请假要写明起止日期",
        "who was at work is no list of people; days there and leave need their first and last day",
    )),
    (re.compile(f"分户|并户|合户|立户|{HEADS.pattern}"), Label(
        "分户、并户名单要有“原户主”“分出人员”“分户后户主”(或“并入户主”)和时间各列;换户主要有“原户主”和“新户主”",
        "splits and merges need the columns 原户主, 分出人员, 分户后户主 (or 并入户主) and the "
        "day; changes of the head 原户主 and 新户主",
    )),
)  # fmt: skip


_ONE_A_ROW = Label(
    "一行写了几个家庭成员(成员一、成员二……),请改成一人一行再导入",
    "a row names several members of a household side by side; write one person a row",
)


def _several_a_row(table: Table) -> bool:
    """Whether a row names several people side by side, each below a heading of its own."""
    named = [c for c in table.columns if c.field == "person.name" and c.confidence >= SURE]
    own = {c.path[:-1] for c in named if c.party == "row" and len(c.path) > 1}
    return len(own) > 1


#: Who helps, serves or was sent is not at home where the list is from.
_WHO_HELPS = Label(
    "这是帮扶、驻村人员的名册,不当作本村人员接收;结对关系要一行写一户,帮扶人一列标“帮扶责任人”",
    "these are people who help or were sent, not people of the village; for pairings write one "
    "household a row, with the helper under 帮扶责任人",
)
_SENT = (
    r"帮扶(责任|联系)?(人|干部)|驻村(工作队|干部|人员|队员)|第一书记|[选下]派干部|包[村户联保]干部"
)


def _of_helpers(table: Table) -> bool:
    """Whether each row is somebody who helps others, and not one of those who live there."""
    asked = _asked(table)
    if asked & {"household.name", "person.relation", "person.household", "pairing.helper"}:
        return False
    serves = asked & {"organisation.name", "post.title", "post.organisation"}
    return "pairing.subject" in asked or bool(serves and _titled(table, _SENT))


def unlike_people(table: Table) -> Label | None:
    """Why a list that names people is not taken in as people, by what it is called or asks."""
    if _of_helpers(table):
        return _WHO_HELPS
    if _several_a_row(table):
        return _ONE_A_ROW
    return next((why for way, why in _UNLIKE if _titled(table, way.pattern)), None)


def _declared(table: Table) -> str:
    """As which of the declared kinds a list is taken in, by what it is called and asks."""
    if table.subject.kind not in (*_OF_PEOPLE, "organisation"):
        return ""
    asked, named = _asked(table), _names_people(table)
    for kind, way in DECLARED.items():
        heads = {way.heads.get(column.heading) for column in table.columns} - {None}
        told = asked & way.known or heads & way.known
        stays = kind == "encounter" and table.subject.kind == "hospital_stay"
        fits = _titled(table, way.titled.pattern) and (told or kind == "affiliation") or stays
        unlike = way.unlike is not None and _titled(table, way.unlike.pattern)
        bodies = kind == "award" and "organisation.name" in asked
        if fits and not unlike and (bodies or (named and table.subject.kind in _OF_PEOPLE)):
            return kind
    return ""


def _states(table: Table) -> bool:
    """Whether a summary by place tells of the places themselves, and not of some who live there.

    Its title says which: 脱贫户统计表 counts others than 各村基本情况统计表 under the same heading.
    """
    told = table.subject
    return (
        told.kind == "place"
        and told.confidence >= SURE
        and _titled(table, r"基本情况|村情|镇情|乡情|概况|基础数据|统计年报|国民经济")
        and not _titled(table, r"脱贫|贫困|监测|低保|帮扶|困难|残疾|务工|移民|搬迁|参保|对象")
        and any(stated_in(column.path) for column in table.columns)
    )


def _pairs(table: Table) -> bool:
    """Whether a list says who helps whom: it names helpers, and since when or that it does so."""
    fields = {(c.field, c.party) for c in table.columns if c.confidence >= SURE}
    helped = fields & {("pairing.helper", "helper"), ("pairing.helper", "unit")}
    says = any(_PAIRED.search(line.text) for line in table.title)
    return bool(helped) and (says or any(field == "pairing.began" for field, _party in fields))


def _names_both(table: Table) -> bool:
    """Whether rows that seem to be about units say whom somebody helps, and who that is."""
    fields = {(c.field, c.party) for c in table.columns if c.confidence >= SURE}
    return ("pairing.helper", "helper") in fields and "pairing.subject" in _asked(table)


def _needs(table: Table) -> bool:
    """Whether a list of people says what each of them needs, and is called so or says when too."""
    asked = _asked(table)
    followed = asked & {"need.date", "need.kind", "need.due", "need.closed"}
    return "need.text" in asked and (
        len(followed) > 1 or _titled(table, r"问题|需求|诉求|困难|清单")
    )


def _needs_nothing(table: Table) -> bool:
    """Whether rows look like needs by their sorts alone, and no column says what is needed."""
    return table.subject.kind == "need" and "need.text" not in _asked(table)


def _takes_in(table: Table) -> bool:
    """Whether a list says on what grounds each is taken in."""
    return "enrolment.grounds" in _asked(table)


def _moves(table: Table) -> bool:
    """Whether a list says who joined or left a household and why, and is called so."""
    tells = _asked(table) & {"person.came", "person.gone"} or any(
        column.says.zh in ("人员变动原因", "人员变动类型") and column.confidence >= SURE
        for column in table.columns
    )
    return bool(tells) and _titled(table, r"增减|变动|异动|变更|增加|减少|新增|出生|死亡|迁[入出]")


def _parts(table: Table) -> bool:
    """Whether a list says who leaves a household, or into which one another goes, since when; or
    who is the head of one now.
    """
    said = {told_in_words(c.says.zh, "membership") for c in table.columns if c.confidence >= SURE}
    said |= {field for field in _asked(table) if field in ("household.name", "person.name")}
    if _titled(table, HEADS.pattern):
        return {"household.name", "move.head"} <= said
    names = {"parting.members", "parting.into"}
    if _titled(table, SPLITS.pattern) and "move.head" in said:
        names |= {"person.name"}
    return {"household.name", "move.date"} <= said and bool(said & names)


def _names_people(table: Table) -> bool:
    """Whether each row names a person or household."""
    return bool(_asked(table) & {
        "person.name", "person.identity", "household.name", "payout.subject", "benefit.subject",
        *(f"{kind}.{way.whose}" for kind, way in DECLARED.items()),
    })  # fmt: skip


def _paid_out(table: Table) -> bool:
    """Whether a list says what each of some people was paid, and is called so."""
    paid = _asked(table) & {"payout.amount", "entry.amount"} or any(
        column.says.zh == _AID and column.confidence >= SURE
        or plainly(column.heading, "payout") == "payout.amount"
        for column in table.columns
    )  # fmt: skip
    return (
        bool(paid)
        and _names_people(table)
        and _titled(table, _GIVEN)
        and not _titled(table, r"捐[款赠助]|认捐|收支")
    )


#: An amount of aid, which no field is called by.
_AID = "救助金额"
_GIVEN = r"发放|补贴|补助|津贴|救助|资助|奖补|补偿|抚恤|低保金|供养金|养老金"


def _entitled(table: Table) -> bool:
    """Whether a list says to what each of some people is entitled, and is called so."""
    says = _asked(table) & {"benefit.began", "benefit.amount", "benefit.per", "benefit.ended"}
    named = "benefit.kind" in _asked(table) or bool(says)
    return named and _names_people(table) and _titled(table, r"享受|待遇|在享|政策落实|保障对象")


def _pays(table: Table) -> bool:
    """Whether a list says what was given to whom, and is called so."""
    gives = _asked(table) & {"entry.amount", "payout.amount"}
    return bool(gives) and _titled(table, r"发放|捐[款赠助]|认捐|资金.{0,4}(使用|支出|收支|拨付)")


#: Which way money goes, by the words of a title; each alone says it.
_WAYS = (
    ("promised", re.compile(r"认捐|承诺|捐赠意向")),
    ("in", re.compile(r"捐[款赠助]|到账|募集|募捐|收入")),
    ("out", re.compile(r"使用|支出|支付|拨付|发放|开支")),
)


_ONE_WAY = re.compile(r"(收入|到账|支出|支付|拨付|使用)(?=金额)")


def direction_of(table: Table) -> str:
    """Which way the money of a list goes, by what it is called, else by its headings.

    With a column for each way it goes both, and each row has to say.
    """
    ways = {found[0] for c in table.columns if (found := _ONE_WAY.search(c.heading))}
    if ways & {"收入", "到账"} and ways - {"收入", "到账"}:
        return ""
    for texts in ([line.text for line in table.title], [c.heading for c in table.columns]):
        said = {way for way, words in _WAYS if any(map(words.search, texts))}
        if said == {"promised", "in"}:
            said = {"promised"}
        if said:
            return said.pop() if len(said) == 1 else ""
    return ""


def _classes(table: Table) -> bool:
    """Whether a list says into which class each is sorted, and is called so or says why or when."""
    asked = _asked(table)
    sorts = {"class.option", "need.kind", "household.kind"} & asked
    reasoned = {"class.option", "need.kind"} & asked and {"class.grounds", "class.began"} & asked
    return bool(sorts) and bool(reasoned or _titled(table, r"分类|归类|类别|户类"))


def _incomes(table: Table) -> bool:
    """Whether a list of households tells their income by its sorts, and is called so."""
    lines = {line_of(c.field, c.path) for c in table.columns if c.type == "money"} - {""}
    return len(lines) > 1 and _titled(table, r"收入|收支|核算")


def _asked(table: Table) -> set[str | None]:
    return {column.field for column in table.columns if column.confidence >= SURE}


def _titled(table: Table, way: str) -> bool:
    """Whether a table is called so; a line that lists its own headings calls it nothing."""
    heads = {one for c in table.columns if (one := c.heading) and not one.isdecimal()}
    lines = (line.text for line in table.title if sum(head in line.text for head in heads) < 3)
    return any(re.search(way, text) for text in lines)


def called(table: Table) -> str:
    """What a table is called, in one line."""
    return " ".join(line.text.strip() for line in table.title)


#: As what rows of people are taken in that tell of them what was decided or done; else as people.
_TELLS = (
    ("membership", _moves), ("payout", _paid_out), ("benefit", _entitled), ("entry", _pays),
    ("pairing", _pairs), ("need", _needs), ("class", _classes), ("enrolment", _takes_in),
    ("income", _incomes),
)  # fmt: skip
_PAIRED = re.compile(r"结对|包联|包保|挂钩|联户|帮扶(责任人|干部|联系人|花名册|台账)")


def is_taken(table: Table) -> bool:
    """Whether the rows of a table are of a kind that is taken in."""
    return kind_of(table) != ""


def titled_at(table: Table) -> str:
    """The cell above a table that says of which time it tells; empty where none does."""
    said = table.period.text if table.period else ""
    lines = (line for line in table.title if said and said in line.text)
    return next((position(line.row, line.column) for line in lines), "")
