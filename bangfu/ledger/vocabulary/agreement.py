"""Agreements 协议."""

from bangfu.ledger.vocabulary.words import SPAN, code, day, fields, one, text
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

KIND = Kind(
    name="agreement",
    label=Label("协议", "Agreement"),
    nature="state",
    model="Agreement",
    fields=fields(
        code("name", "协议种类", "Which agreement"),
        one("helper", "帮扶方", "Who helps", "甲方", to="subject"),
        one("subject", "对象方", "Who is helped", "乙方", to="subject"),
        day("signed", "签订日期", "Signed on", "签约日期", "签约时间"),
        text("number", "协议编号", "Number", "编号", sensitivity="personal"),
        text("end_reason", "终止原因", "Why it ended"),
        one("renews", "续签自", "Renews", to="agreement", column=False),
        *SPAN,
    ),
    ties={k: ("helper", "subject") for k in SUBJECT_KINDS},
    doer={"person": "helper", "organisation": "helper"},
    receiver={k: "subject" for k in SUBJECT_KINDS},
    purpose=Label("落实双方约定的事", "Following what both sides agreed"),
    keep_years=5,
)
