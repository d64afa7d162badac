"""Proposals of classes 分类建议."""

from bangfu.ledger.vocabulary.words import book, code, day, fields, flag, one, sealed, text
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

STATES = book(
    open=("待确认", "To be confirmed"),
    confirmed=("已确认", "Confirmed"),
    declined=("未同意", "Declined"),
)

KIND = Kind(
    name="proposal",
    label=Label("分类建议", "Proposed class"),
    nature="event",
    model="Proposal",
    fields=fields(
        day("date", "提出日期", "Proposed on"),
        one("subject", "对象", "Subject", to="subject"),
        code("name", "分类项目", "Scheme"),
        code("option", "类别", "Class"),
        day("from_day", "起始日期", "From the day", planned=True),
        flag("by_rule", "按方案条件提出", "By the programme's condition"),
        sealed("grounds", "依据", "Grounds", column=False),
        code("state", "状态", "State", codes=STATES),
        day("answered", "答复日期", "Answered on", happens=True),
        text("answer_reason", "不同意的原因", "Why declined"),
    ),
    ties={k: ("subject",) for k in SUBJECT_KINDS},
    purpose=Label("分类先提出、后确认", "Proposing classes before they count"),
    keep_years=5,
)
