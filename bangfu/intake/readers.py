"""How the values of a list's cells are read, by what each asks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from bangfu.intake.own_numbers import NUMBERS
from bangfu.ledger import numbers
from bangfu.ledger.codes import ASSURANCE, read_several
from bangfu.ledger.vocabulary.household import MORE as HOUSE
from bangfu.ledger.vocabulary.household import RISKS
from bangfu.ledger.vocabulary.person import MORE as MEMBER
from bangfu.programmes.kinds import Label
from bangfu.tables import told, values
from bangfu.tables.catalogue import Heading
from bangfu.tables.days import day
from bangfu.tables.grid import Value
from bangfu.tables.told import BLANK, Told, WrongValue, as_text, nothing
from bangfu.tables.understood import Period

#: What is judged of a household, and so becomes a verdict of the day of the list.
ASSURED = tuple(f"{kind}_verdict" for kind in ASSURANCE)
PLACES = ("province", "prefecture", "county", "township", "village")
Reader = Callable[[Value, Heading | None, dt.date], Told]


def identity(value: Value, today: dt.date) -> Told:
    """An identity number; one that a spreadsheet has rounded is refused and never guessed."""
    if (said := nothing(value)) is not None:
        return _as_shown(said, value)
    if isinstance(value, float | int) and abs(value) >= 1e15:
        raise WrongValue(
            "号码在表格里存成了数字，末几位已经丢失；请把这一列设为文本格式，照证件重新填写",
            "the number was stored as a figure and has lost its last digits; format the column as "
            "text and type it again from the document",
        )
    if len(held := NUMBERS.findall(as_text(value))) > 1:
        raise WrongValue(
            f"一格里有{len(held)}个号码；请一格只填一个身份证号，电话另起一列，另一个人另起一行",
            f"there are {len(held)} numbers in one cell; write one identity number a cell, a phone "
            "in a column of its own and another person in a row of its own",
        )
    return Told(numbers.read_identity(as_text(value), today=today, archive=False))


def _identity(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return identity(value, today)


def _phone(value: Value, heading: Heading | None, today: dt.date) -> Told:
    said = nothing(value)
    return Told(numbers.read_phone(as_text(value))) if said is None else _as_shown(said, value)


def _as_shown(said: Told, value: Value) -> Told:
    """A masked number with what is left of it, to be held against the one on record."""
    return replace(said, value=as_text(value)) if said.state == "unknown" else said


def _code(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return values.code(value, heading.codes if heading else {})


def _not_before(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """A day on which a project came so far; that it is not there yet says nothing."""
    return BLANK if _NOT_YET.fullmatch(as_text(value)) else _birth(value, heading, today)


_NOT_YET = re.compile(
    r"([暂尚还]?未|没有?|正在|待)(批复|审批|签订?|签订合同|开工|动工|启动|实施|建设|施工|完工|竣工|建成|验收)"
    r"|在建|(建设|施工|实施)中"
)


def _mode(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """How somebody was met; that nobody was is no visit."""
    if _NOT_MET.fullmatch(as_text(value)):
        asks = Label(
            "写的是没有走访到；没有走访到的不记走访，请不要这一行",
            "this says that nobody was met, which is no visit; leave the row out",
        )
        return Told(None, "doubtful", asks=asks)
    return _code(value, heading, today)


_NOT_MET = re.compile(
    r"[×✗✘xX]|([未没]|没有|不)(走?访到?|入户|联系[上到]?|见[面到]?|去|到|在家?|遇)(人|本人)?|"
    r"无人(在家)?|外出未[见遇]"
)


def _whole(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """How many, counted in whole ones."""
    said = values.within(values.number(value), 0, 10**7, "应是0以上的数", "a number from 0 on")
    if said.state == "sure" and not isinstance(said.value, int):
        raise WrongValue("应为整数", "a whole number")
    return said


def _birth(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return day(value, today=today)


def _of_the_month(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """A day of which the national system keeps the month alone: the first of it, and that is said.

    It writes six digits. Who writes 2023.1 or 2023年1月 has left the day out, and is asked for it.
    """
    said = day(value, today=today)
    if said.value is None or not _MONTH.fullmatch(as_text(value)):
        return said
    if said.value > today:
        raise WrongValue("日期在今天之后", "the day lies in the future")
    return Told(said.value, notes=(ONLY_THE_MONTH,))


_MONTH = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])")
ONLY_THE_MONTH = Label("只写到月，按当月1日记", "only the month; taken as its first day")


def _planned(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """A day that may lie ahead: until when something is to be done, or goes on."""
    return day(value, today=today, planned=True)


def _size(value: Value, heading: Heading | None, today: dt.date) -> Told:
    said = values.within(values.number(value), 1, 40, "家庭人口应在1到40之间", "1 to 40 members")
    if said.state == "sure" and not isinstance(said.value, int):
        raise WrongValue("家庭人口应为整数", "members are a whole number")
    return said


def _name(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return told.name(value)


def _words(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return _short(_in_one_line(told.words(value)), 60)


def _one_of(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """What something is called; a word for none of them says nothing."""
    said = _words(value, heading, today)
    return BLANK if said.state == "sure" and _NONE.fullmatch(str(said.value)) else said


def _problem(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """What somebody lacks; that it is nothing says nothing."""
    said = _long(value, heading, today)
    return BLANK if said.state == "sure" and _NONE.fullmatch(str(said.value)) else said


_NONE = re.compile(
    r"(暂|目前|均)?(无|没有|未(享受|反映|发现)|不享受|否)"
    r"(其他|任何|新增|明显|突出)?(问题|困难|诉求|需求|意见|情况|政策|补贴|证书|反映)?[。.]?"
)


def _valid_until(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """A last day; what holds for good has none."""
    if _FOR_GOOD.fullmatch(as_text(value)):
        return BLANK
    return _planned(value, heading, today)


_FOR_GOOD = re.compile(r"(长期|永久|终身|无(固定)?期限?|不限)(有效|使用)?")


def _employer(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """Who employs somebody; how somebody makes a living without an employer names none."""
    said = _words(value, heading, today)
    if said.state == "sure" and _NO_EMPLOYER.fullmatch(str(said.value)):
        raise WrongValue("没有写明用工单位", "this names no employer")
    return said


_NO_EMPLOYER = re.compile(
    r"在?家?务农|在家|待业|失业|无业|没有?|无|不固定|不详|不定|(打|做|干)?(零工|散工|临工|短工)|"
    r"自由职业|灵活就业|自主(创业|就业)|个体(户|经营)?|自谋职业|个人"
)


def _group(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return _short(told.words(value), 30)


def _short(said: Told, most: int) -> Told:
    """Words that fit into their column; what is longer is refused and never cut."""
    if said.state == "sure" and len(str(said.value)) > most:
        raise WrongValue(f"超过{most}个字，请缩短", f"more than {most} characters; shorten it")
    return said


def _flag(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return values.flag(value)


def _money(value: Value, heading: Heading | None, today: dt.date) -> Told:
    said, unit = _donated(value, heading, today), heading.unit if heading else "元"
    if said.state == "sure" and unit == "万元" and said.value >= _MUCH:
        asks = Label(
            f"列的单位是万元，这一格折合{said.value // 1_000_000}万元，是不是按元写的",
            "the column is in 10,000 yuan; was this cell written in yuan",
        )
        return replace(said, state="doubtful", asks=asks)
    return said


def _donated(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """An amount of a fund, large or small."""
    said = values.money(value, unit=heading.unit if heading else "元")
    return values.within(said, 0, 10**12, "金额不能是负数", "an amount is not below nothing")


#: So many fen (a million yuan) are seldom a person's or a household's.
_MUCH = 10**8


def _stated(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """A number of a place; a share stands in per cent, as it is written."""
    if isinstance(value, str) and as_text(value).endswith("%"):
        value = as_text(value)[:-1]
    return values.within(values.number(value), 0, 10**12, "应是0以上的数", "a number from 0 on")


def _amount(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """How much was done, in the unit of what was promised."""
    said = values.number(value)
    return values.within(said, 0, 10**9, "完成数不能是负数", "an amount is not below nothing")


def _several(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """One word or several in a cell, parted in one way."""
    said = _short(told.words(value), 100)
    if said.state != "sure":
        return said
    parts = (part.strip() for part in SEVERAL.split(str(said.value)))
    return replace(said, value="、".join(filter(None, parts)))


def _count(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """How many days, halves too."""
    return values.within(values.number(value), 0, 366, "天数应在0到366之间", "0 to 366 days")


def _months(value: Value, heading: Heading | None, today: dt.date) -> Told:
    said = values.within(values.number(value), 0, 12, "月数应在0到12之间", "0 to 12 months")
    if said.state == "sure" and not isinstance(said.value, int):
        raise WrongValue("月数应为整数", "months are a whole number")
    return said


def _measured(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """A size or a distance, with two decimals."""
    told = values.within(values.number(value), 0, 9_999, "应在0到9999之间", "0 to 9999")
    if told.state == "sure":
        return replace(told, value=Decimal(str(told.value)).quantize(Decimal("0.01")))
    return told


def _disability(value: Value, heading: Heading | None, today: dt.date) -> Told:
    if (said := nothing(value)) is not None:
        return said
    return Told(numbers.read_disability(as_text(value), today=today))


def _risks(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """Up to five risks in one cell, in their order."""
    if (said := nothing(value)) is not None:
        return said
    text = as_text(value)
    bare = re.sub(r"\([^()]*\)", "", text)
    notes = () if bare == text else (_WITHOUT_REMARK,)
    return Told(read_several("risk", bare, most=RISKS), notes=notes)


_WITHOUT_REMARK = Label("括号里的说明没有接收", "what stands in brackets is not taken")


def _names(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """One name or several in a cell, parted in one way."""
    if (said := nothing(value)) is not None:
        return said
    parts = SEVERAL.split(_A_LINE_EACH.sub("、", as_text(value)))
    read = [told.name(part) for part in parts if part.strip()]
    doubtful = next((one for one in read if one.state != "sure"), None)
    names = "、".join(str(one.value) for one in read)
    return Told(names) if doubtful is None else replace(doubtful, value=names)


#: A break between whole names; one within a name is a narrow column's.
_A_LINE_EACH = re.compile(r"(?<=[^\s、,，;；]{2})[ \t]*[\r\n]+\s*(?=[^\s]{2})")
SEVERAL = re.compile(r"[、,，;；/／]|\s{2,}")


def _long(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return _short(told.words(value), 500)


def _line(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return _short(_in_one_line(told.words(value)), 100)


def _in_one_line(said: Told) -> Told:
    """Words without the breaks that a narrow column needed."""
    if said.state != "sure":
        return said
    return replace(said, value=re.sub(r"\s*[\r\n]+\s*", "", str(said.value)))


#: How a field of the collection form is read, by its type; what is not so stands by its key.
_BY_TYPE: Mapping[str, Reader] = {
    "code": _code, "ranked": _code, "flag": _flag, "money": _money, "number": _measured,
    "day": _birth, "text": _words,
}  # fmt: skip
_READ: Mapping[str, Reader] = {
    **{one.key: _BY_TYPE[one.type] for one in (*MEMBER, *HOUSE) if one.type in _BY_TYPE},
    **dict.fromkeys(ASSURED, _code),
    "work_months": _months, "post_months": _months, "disability": _disability, "risks": _risks,
    "name": _name, "identity": _identity, "phone": _phone, "sex": _code, "birth": _birth,
    "education": _code, "relation": _code, "work_region": _words, "size": _size, "group": _group,
    "employer": _employer,
    "kind": _code, "number": _words, **dict.fromkeys(PLACES, _words),
    "reason": _line, "per": _code, "head": _name,
    **dict.fromkeys(("began", "date", "closed", "first_day"), _birth),
    **dict.fromkeys(("ended", "due"), _planned),
    **dict.fromkeys(("note", "text", "evidence", "grounds"), _long),
    **dict.fromkeys(("unit", "end_reason", "item", "topic", "title"), _line),
    "option": _several, "helpers": _names, "mode": _code, "amount": _money,
    **dict.fromkeys(("direction", "use"), _code), "voucher": _words,
    **dict.fromkeys(("role", "level", "outcome", "setting", "settlement"), _code),
    **dict.fromkeys(("issuer", "paper", "card", "sessions", "organisation", "site", "provider"),
                    _line), **dict.fromkeys(("approver", "doctor"), _names),
    **dict.fromkeys(("main", "shown"), _flag), **dict.fromkeys(("settled", "approved"), _birth),
    **dict.fromkeys(("cost", "reimbursed", "own"), _money),
}  # fmt: skip


def reader(target: str) -> Reader:
    """How what a target asks is read."""
    if "#" in target:
        return _stated if target.startswith("statistic.") else _money
    own: Mapping[str, Reader] = {
        "report.amount": _amount, "entry.amount": _donated, "entry.measure": _line,
        "move.direction": _line, "parting.members": _names, "parting.into": _name,
        "payout.amount": _money, "need.text": _problem,
        **dict.fromkeys(("payout.kind", "benefit.kind", "qualification.kind", "practice.kind"),
                        _one_of),
        "qualification.ended": _valid_until, "practice.ended": _valid_until,
        "award.title": _one_of, "visit.mode": _mode,
        **dict.fromkeys((f"{kind}.kind" for kind in ("affiliation", "stint", "encounter")), _code),
        **dict.fromkeys((f"{k}.end_reason" for k in ("qualification", "affiliation")), _code),
        **dict.fromkeys((f"project.{key}" for key in ("households", "people")), _whole),
        **dict.fromkeys((f"project.{key}" for key in ("estimate", "contract_sum")), _donated),
        **dict.fromkeys((f"project.{key}" for key in ("kind", "nature", "state", "tender")), _code),
        **dict.fromkeys((f"project.{key}" for key in ("approved", "contracted", "started",
                                                      "finished", "accepted")), _not_before),
        **dict.fromkeys((f"project.{key}" for key in ("start", "due")), _planned),
        **dict.fromkeys((f"project.{key}" for key in ("place", "owner", "approval", "contractor",
                                                      "contract")), _line),
        "project.answerable": _names,
        # The national system holds these by month (200905).
        **dict.fromkeys(("household.identified", "household.risk_removed"), _of_the_month),
        "encounter.diagnosis": _line, "encounter.discharged": _birth, "stint.days": _count,
    }  # fmt: skip
    return own[target] if target in own else _READ[target.partition(".")[2]]


_NO_YEAR = re.compile(r"(\d{1,2})[月./-](\d{1,2})日?")


def with_year(value: Value, period: Period | None) -> dt.date | None:
    """A day without its year, where the time of the list has just one such day; else nothing."""
    found = _NO_YEAR.fullmatch("".join(value.split())) if isinstance(value, str) else None
    if not found or period is None or period.first is None or period.last is None:
        return None
    days = []
    for year in range(period.first.year, period.last.year + 1):
        try:
            days.append(dt.date(year, int(found[1]), int(found[2])))
        except ValueError:
            continue
    inside = [one for one in days if period.first <= one <= period.last]
    return inside[0] if len(inside) == 1 else None
