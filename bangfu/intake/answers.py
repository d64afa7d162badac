"""What the columns of a list of records answer: whom a row means, who helps, what, and when."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from bangfu.intake.declared import DECLARED, targets_of
from bangfu.ledger.codes import CodeError, book
from bangfu.tables.headings import written

#: The kinds of record that a list may tell, besides persons and households themselves.
KINDS = ("pairing", "visit", "need", "enrolment", "income", "class", "measure", "membership",
         "entry", "benefit", "payout", "project", "training", "meeting", *DECLARED)  # fmt: skip
#: The targets that name somebody.
NAMES = (
    "person.name",
    "household.name",
    "subject.name",
    "helper.helpers",
    "move.head",
    "parting.members",
    "parting.into",
)
#: What each kind cannot be without, where a row says it.
ESSENTIAL = ("pairing.began", "pairing.ended", "visit.date", "need.date", "need.text",
             "enrolment.began", "income.amount", "income.date", "helper.unit", "class.option",
             "class.began", "measure.title", "report.amount", "report.date",
             "entry.amount", "entry.date", "entry.direction", "entry.kind",
             "payout.amount", "payout.date", "benefit.began",
             *(f"project.{key}" for key in ("title", "number", "kind", "place", "date",
                                            "approved", "contracted", "started", "finished",
                                            "accepted")),
             *(f"{kind}.{key}" for kind, way in DECLARED.items()
               for key in ("kind", "began", "ended", "date", "title") if key not in way.right),
             "move.date", "move.reason", "move.direction", "move.head", "parting.members",
             "parting.into")  # fmt: skip
#: Whoever a row is about, by the fields in which headings say so.
_WHOM = frozenset(
    f"{kind}.{key}"
    for kind, key in (
        ("pairing", "subject"), ("visit", "whom"), ("activity", "whom"), ("need", "subject"),
        ("enrolment", "subject"), ("class", "subject"), ("income", "subject"),
        ("benefit", "subject"), ("payout", "subject"),
        *((kind, way.whose) for kind, way in DECLARED.items()),
    )
)  # fmt: skip
_WHO = frozenset(("pairing.helper", "visit.who", "activity.who"))
#: What a list tells of a project: what it is, and the days on which it came so far.
PROJECT = (
    "title", "number", "kind", "nature", "place", "owner", "answerable", "approval", "estimate",
    "tender", "contractor", "contract", "contract_sum", "start", "due", "households", "people",
    "date", "state", "approved", "contracted", "started", "finished", "accepted",
)  # fmt: skip
#: What each kind takes besides: the field of a heading, and the target that it answers.
_OWN: Mapping[str, frozenset[str]] = {
    "pairing": frozenset(("pairing.began", "pairing.ended", "pairing.end_reason")),
    "visit": frozenset(
        ("visit.date", "visit.note", "visit.mode", "visit.topic", "need.text", "need.kind")
    ),
    "need": frozenset(
        ("need.date", "need.text", "need.kind", "need.due", "need.closed", "need.evidence")
    ),
    "enrolment": frozenset(("enrolment.began", "enrolment.grounds")),
    "class": frozenset(("class.option", "class.began", "class.grounds")),
    "membership": frozenset(("person.came", "person.gone")),
    **dict.fromkeys(("statistic", "training", "meeting"), frozenset()),
    "measure": frozenset(("measure.title", "report.amount", "report.date", "report.note")),
    "entry": frozenset(
        ("entry.date", "entry.amount", "entry.direction", "entry.kind", "entry.use",
         "entry.voucher", "entry.measure")
    ),
    "benefit": frozenset(
        f"benefit.{key}" for key in ("kind", "amount", "per", "began", "ended", "end_reason")
    ),
    "project": frozenset(f"project.{key}" for key in PROJECT),
    "payout": frozenset(("payout.date", "payout.kind", "payout.amount")),
    **{kind: targets_of(kind) for kind in DECLARED},
    "income": frozenset(
        ("income.date", "income.first_day", "income.kind", "income.item", "income.amount",
         "income.evidence")
    ),
}  # fmt: skip
#: The same question under the name of another kind; of several the one that the list's kind takes.
_SAME: Mapping[str, tuple[str, ...]] = {
    "activity.date": ("visit.date", "report.date"), "activity.note": ("visit.note", "report.note"),
    "activity.mode": ("visit.mode",), "activity.topic": ("visit.topic",),
    "activity.amount": ("report.amount",), "visit.amount": ("report.amount",),
    "pairing.began": ("enrolment.began", "class.began"),
    "enrolment.began": ("pairing.began", "class.began"),
    "household.identified": ("enrolment.began", "class.began"),
    "class.began": ("enrolment.began",), "enrolment.grounds": ("class.grounds",),
    "class.grounds": ("enrolment.grounds",), "need.kind": ("class.option",),
    "household.kind": ("class.option",),
    "need.organisation": ("helper.unit",), "visit.organisation": ("helper.unit",),
    "payout.amount": ("entry.amount", "benefit.amount"), "payout.date": ("entry.date",),
    "entry.amount": ("payout.amount", "benefit.amount"), "entry.date": ("payout.date",),
    "payout.kind": ("benefit.kind",), "benefit.kind": ("payout.kind",),
    "entry.organisation": ("helper.unit",), "measure.owner": ("helper.unit",),
    "measure.window_to": ("need.due",), "practice.kind": ("qualification.kind",),
    "qualification.kind": ("practice.kind",), "organisation.level": ("award.level",),
    "post.title": ("affiliation.role",), "document.number": ("award.paper",),
}  # fmt: skip
#: The sums of a household's income, and the sort of line that a column of them is.
_SUMS: Mapping[str, str] = {
    "household.wages": "wages", "household.business": "business",
    "household.property_income": "assets", "household.transfers": "transfer",
    "household.costs": "cost", "household.claims": "claim",
}  # fmt: skip
#: What lists call that which no field of the ledger is called by, and what it answers.
_CALLED: Mapping[tuple[str, str], str] = {
    ("visit", "发现问题"): "need.text", ("need", "完成情况"): "need.evidence",
    ("need", "解决情况"): "need.evidence",
    ("payout", "救助金额"): "payout.amount",
    ("project", "项目进展情况"): "project.state",
    ("measure", "项目进展情况"): "report.note", ("measure", "完成情况"): "report.note",
    ("measure", "填报人·填报日期"): "report.date",
    ("membership", "人员变动原因"): "move.reason", ("membership", "人员变动时间"): "move.date",
    ("membership", "人员变动类型"): "move.direction", ("membership", "变动后户主"): "move.head",
    ("membership", "变动前户主"): "household.name",
    ("membership", "变动前户主身份证号"): "person.identity",
    ("membership", "分出人员"): "parting.members", ("membership", "并入户主"): "parting.into",
    ("membership", "分户或并户时间"): "move.date",
    **{(kind, says): to for kind, way in DECLARED.items() for says, to in way.says.items()},
}  # fmt: skip


def target_of(field: str, party: str, kind: str) -> str:
    """What a column of a list of some kind answers; an empty text for what is not taken."""
    if field in _OWN[kind]:
        return field
    if party in ("helper", "unit"):
        return _of_helpers(field, party)
    if field in _WHO:
        return "helper.helpers"
    if field in _WHOM:
        return "subject.name"
    if field in _EMPLOYS and kind in ("entry", "award", "training", "meeting", *_SERVING):
        return "helper.unit"
    if field in ("person.name", "household.name", "person.identity"):
        return field if party in ("row", "head", "household") else ""
    if field == "person.phone" and party in ("row", "head"):
        return ""
    same = _SAME.get(field, ())
    return next((one for one in same if one in _OWN[kind] or one == "helper.unit"), "")


#: The fields in which headings say by which unit somebody is employed.
_EMPLOYS = ("organisation.name", "post.organisation", "person.employer")
_SERVING = tuple(kind for kind, way in DECLARED.items() if way.serving)


def asked_of() -> tuple[str, ...]:
    """The fields that a column of a list of records can be said to ask."""
    own = {field for kind in KINDS if kind in _NAMED for field in _OWN[kind]}
    named = (f"{kind}.{key}" for kind, key in _NAMED.items())
    return (*named, "pairing.helper", *sorted(own))


_NAMED = {"pairing": "subject", "visit": "whom", "need": "subject", "enrolment": "subject",
          "income": "subject", "class": "subject", "measure": "owner",
          "entry": "organisation", "benefit": "subject", "payout": "subject",
          "project": "title",
          **{kind: way.whose for kind, way in DECLARED.items()}}  # fmt: skip


#: What summaries by place call the numbers that are kept as statistics, beside their own names.
_STATED: Mapping[str, str] = {
    **dict.fromkeys(("总户数", "户籍户数", "户数"), "households"),
    **dict.fromkeys(("户籍人口", "户籍人口数", "户籍总人口", "总人口(户籍)"), "population"),
    **dict.fromkeys(("人均纯收入", "农民人均纯收入"), "per_head_income"),
    **dict.fromkeys(("外出人员数", "外出务工人数", "外出人数", "外出务工人员"), "out_migrants"),
    **dict.fromkeys(("低保人口", "低保人数"), "allowance_people"),
    **dict.fromkeys(("特困供养人口", "特困人数", "特困供养人数"), "destitute_people"),
    **dict.fromkeys(("持证残疾人口", "持证残疾人数", "残疾人数"), "disabled_people"),
    **dict.fromkeys(("卫生室数", "村卫生室数", "卫生所数"), "village_clinics"),
    **dict.fromkeys(("公共厕所数", "公共卫生厕所数", "公厕数"), "public_toilets"),
    **dict.fromkeys(("文化室数", "图书室数", "文化(图书)室数"), "libraries"),
    **dict.fromkeys(("垃圾集中堆放点数", "垃圾集中点数"), "waste_points"),
    "参保率": "insured_rate", "住院分娩率": "hospital_delivery_rate",
    "健康素养水平": "literacy_rate", "县域内就诊率": "visits_in_county",
    "服务人口": "served_population",
}  # fmt: skip


def stated_in(path: tuple[str, ...]) -> str:
    """The statistic that a column of a summary by place gives, by its name; else nothing."""
    words = "".join(path[0].split()).replace("（", "(").replace("）", ")") if len(path) == 1 else ""
    bare = words if words in _STATED else words.partition("(")[0]
    return f"statistic.value#{_STATED[bare]}" if bare in _STATED else ""


def told_in_words(says: str, kind: str) -> str:
    """What a column answers in lists of a kind that no field of the ledger is called by."""
    return _CALLED.get((kind, says), "")


#: Headings that mean one thing in lists of a kind, though elsewhere they may mean anything.
_PLAINLY: Mapping[tuple[str, str], str] = {
    **{("income", f"{of}{begin}{day}"): "income.first_day" for of in ("", "收入", "核算")
       for begin in ("起始", "开始") for day in ("日期", "时间", "日")},
    **{("income", f"{of}{end}{day}"): "income.date" for of in ("", "收入", "核算")
       for end in ("截止", "结束") for day in ("日期", "时间", "日")},
    **{("entry", f"{way}金额{unit}"): "entry.amount" for unit in ("", "(元)", "(万元)")
       for way in ("到账", "支出", "支付", "拨付", "使用")},
    **{("payout", f"{sum_}{unit}"): "payout.amount" for unit in ("", "(元)") for sum_ in (
        "合计金额", "金额合计", "发放合计", "合计发放金额", "实发合计", "实发金额", "补贴合计",
        "补助合计")},
    ("membership", "原因"): "move.reason", ("membership", "日期"): "move.date",
    ("membership", "时间"): "move.date", ("membership", "类型"): "move.direction",
    ("membership", "增减"): "move.direction",
    **{(kind, head): to for kind, way in DECLARED.items() for head, to in way.heads.items()},
}  # fmt: skip


def plainly(heading: str, kind: str) -> str:
    """What a heading answers that means one thing in lists of a kind."""
    words = unicodedata.normalize("NFKC", heading).strip()
    return _PLAINLY.get((kind, words.removeprefix("其中").lstrip(":")), "")


def line_of(field: str | None, path: tuple[str, ...]) -> str:
    """The line of income that a column of amounts tells: its sort, and the heading as its item.

    A sum that the ledger reckons is a line of its sort; a part stands under a heading of its sort.
    """
    if field is not None:
        return f"income.{_SUMS[field]}#{_item(path[-1])}" if field in _SUMS else ""
    for above in reversed(path[:-1]):
        try:
            return f"income.{book('income').read(written(above).bare)}#{_item(path[-1])}"
        except CodeError:
            continue
    return ""


def _item(heading: str) -> str:
    """What a line of income is called: its heading without the unit, so that it is one line."""
    return _UNIT.sub("", "".join(heading.split())) or heading


_UNIT = re.compile(r"[(（](?:单位[:：])?(?:元|千元|万元)(?:/年)?[)）]$")


def _of_helpers(field: str, party: str) -> str:
    if field in _WHO:
        return "helper.unit" if party == "unit" else "helper.helpers"
    if field == "organisation.name":
        return "helper.unit"
    return "helper.phone" if field == "person.phone" and party == "helper" else ""
