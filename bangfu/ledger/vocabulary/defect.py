"""Defects 疑点."""

from bangfu.ledger.vocabulary.words import book, code, day, fields, one, text
from bangfu.programmes.kinds import Kind, Label
from bangfu.programmes.rule import SEVERITIES
from bangfu.programmes.rule_files import titles

STATES = book(
    open=("待核实", "Open"), accepted=("核实属实", "Accepted as true"), left=("已消除", "Gone")
)

KIND = Kind(
    name="defect",
    label=Label("疑点", "Defect"),
    nature="event",
    model="Defect",
    fields=fields(
        code("rule", "核查规则", "Rule", codes=titles()),
        code("severity", "程度", "Severity", codes=SEVERITIES),
        one("subject", "对象", "Of whom", to="subject"),
        one("place", "所在地", "Place", to="place"),
        day("date", "发现日期", "Found on"),
        code("state", "状态", "State", codes=STATES),
        day("left", "消除日期", "Gone on", happens=True),
        text("reason", "属实原因", "Why it is true", sensitivity="personal"),
        day("until", "属实有效期至", "Accepted until", planned=True),
    ),
    ties={
        "person": ("subject",),
        "household": ("subject",),
        "organisation": ("subject",),
        "site": ("subject",),
        "place": ("place",),
    },
    receiver={
        "person": "subject", "household": "subject", "organisation": "subject", "site": "subject",
    },
    purpose=Label("发现并改正登记里的错漏", "Finding and mending what is wrong on record"),
    keep_years=5,
)  # fmt: skip
