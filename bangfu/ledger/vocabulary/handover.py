"""Hand-overs 移交."""

from bangfu.ledger.vocabulary.words import book, code, day, fields, one, text
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

STATES = book(
    open=("待答复", "To be answered"),
    accepted=("已接手", "Accepted"),
    refused=("未接手", "Refused"),
    withdrawn=("已撤回", "Withdrawn"),
    lapsed=("已失效", "Lapsed"),
)

KIND = Kind(
    name="handover",
    label=Label("移交", "Hand-over"),
    nature="event",
    model="Handover",
    fields=fields(
        day("date", "提出日期", "Offered on"),
        one("subject", "帮扶对象", "Subject", to="subject"),
        one("giver", "移交人", "Who hands over", to="subject"),
        one("successor", "接手人", "Successor", "接替人", to="subject"),
        one("taken_by", "单位指定的接手人", "Named by the unit", to="person"),
        day("from_day", "接手日期", "From the day", planned=True),
        code("state", "状态", "State", codes=STATES),
        day("answered", "答复日期", "Answered on", happens=True),
        text("reason", "移交原因", "Why"),
        text("promised", "口头答应过的事", "Promised by word"),
        text("answer_reason", "答复说明", "What was answered"),
        text("paper", "书面凭据", "Accepted on paper"),
        one("pairing", "原结对", "Pairing", to="pairing"),
    ),
    ties={k: ("subject", "giver", "successor", "taken_by") for k in SUBJECT_KINDS},
    purpose=Label("换人时交接清楚", "Handing over without losing anything"),
    keep_years=5,
)
