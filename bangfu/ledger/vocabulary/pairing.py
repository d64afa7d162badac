"""Pairings 结对."""

from bangfu.ledger.vocabulary.words import code, day, fields, one, text
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

FROM = (
    "开始日期", "起始时间", "开始时间", "结对起始时间", "结对时间", "结对日期", "帮扶开始时间",
    "帮扶起始时间", "开始帮扶时间", "帮扶开始日期",
)  # fmt: skip
UNTIL = (
    "结束日期", "截止时间", "结束时间", "结对终止时间", "帮扶结束时间", "帮扶截止时间",
    "帮扶结束日期",
)  # fmt: skip

KIND = Kind(
    name="pairing",
    label=Label("结对", "Pairing"),
    nature="state",
    model="Pairing",
    fields=fields(
        code("name", "结对方式", "Mode"),
        one(
            "helper",
            "帮扶责任人",
            "Helper",
            "帮扶人",
            "帮扶人姓名",
            "帮扶干部",
            "帮扶单位",
            "帮扶责任人姓名",
            "帮扶干部姓名",
            "结对干部",
            "结对帮扶干部",
            "结对帮扶人",
            "结对帮扶责任人",
            "帮扶联系人",
            "包户干部",
            "包户责任人",
            "包保责任人",
            "包保干部",
            "包联干部",
            "联户干部",
            "挂钩干部",
            "帮包干部",
            "包扶干部",
            "包扶人",
            "包保人",
            "结对帮扶单位",
            "结对单位",
            "帮扶责任单位",
            "包联单位",
            "挂钩单位",
            "包扶单位",
            "帮扶党员",
            "结对党员",
            to="subject",
        ),
        one(
            "subject",
            "帮扶对象",
            "Subject",
            "结对对象",
            "结对帮扶对象",
            "被帮扶对象",
            "帮扶户",
            "结对户",
            "帮扶对象户主姓名",
            to="subject",
        ),
        text("end_reason", "终止原因", "Why it ended", "变更原因"),
        day("began", "起始日期", "From", *FROM, planned=True),
        day("ended", "截止日期", "Until", *UNTIL, planned=True),
    ),
    ties={k: ("helper", "subject") for k in SUBJECT_KINDS},
    doer={"person": "helper", "organisation": "helper"},
    receiver={k: "subject" for k in SUBJECT_KINDS},
    purpose=Label("明确谁负责帮谁", "Knowing who answers for whom"),
    keep_years=5,
)
