"""Pairings 结对."""

from bangfu.ledger.vocabulary.words import SPAN, code, fields, one, text
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

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
            to="subject",
        ),
        one("subject", "帮扶对象", "Subject", "结对对象", to="subject"),
        text("end_reason", "终止原因", "Why it ended", "变更原因"),
        *SPAN,
    ),
    ties={k: ("helper", "subject") for k in SUBJECT_KINDS},
    doer={"person": "helper", "organisation": "helper"},
    receiver={k: "subject" for k in SUBJECT_KINDS},
    purpose=Label("明确谁负责帮谁", "Knowing who answers for whom"),
    keep_years=5,
)
