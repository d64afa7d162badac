"""Assurances 保障核查: the two assurances, the three guarantees, drinking water."""

from bangfu.ledger.codes import ASSURANCE, VERDICT
from bangfu.ledger.vocabulary.words import code, day, fields, one, text
from bangfu.programmes.kinds import Kind, Label

KIND = Kind(
    name="assurance",
    label=Label("保障核查", "Assurance"),
    nature="event",
    model="Assurance",
    fields=fields(
        day("date", "核查日期", "Checked on"),
        one("subject", "户", "Household", to="household"),
        code("kind", "保障内容", "What", codes=ASSURANCE),
        code("verdict", "核查结论", "Verdict", codes=VERDICT),
        text("evidence", "依据", "Evidence", sensitivity="personal"),
        one("judge", "核查人", "Judged by", to="person"),
    ),
    ties={"household": ("subject",)},
    doer={"person": "judge"},
    receiver={"household": "subject"},
    purpose=Label("核查基本生活有没有保障", "Checking that nobody lacks the basics"),
    keep_years=5,
)
