"""Samples of reviews 抽查对象."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from bangfu.ledger.models import Subject
from bangfu.ledger.vocabulary.words import book, code, computed, day, fields, number, one, text
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

STATES = book(open=("待查", "To be called on"), met=("已查", "Met"), missed=("未见到", "Not met"))
#: Why somebody could not be met.
REASONS = book(
    away=("外出，近期不回", "Away for long"),
    moved=("已搬走", "Moved away"),
    gone=("已去世或已销户", "No longer there"),
    refused=("本人不愿接受走访", "Did not want to be called on"),
    unwell=("身体原因不便受访", "Not well enough"),
    other=("其他", "Other"),
)


def lives_in(on: Any, known_at: dt.datetime | None) -> Any:
    """Where who was drawn lives, by name: what whoever calls has to know."""
    held = Subject.objects.known(known_at).filter(fact=OuterRef("subject_id"), began__lte=on)
    return Coalesce(Subquery(held.order_by("-began").values("place__name")[:1]), Value(""))


KIND = Kind(
    name="sample",
    label=Label("抽查对象", "Sample"),
    nature="event",
    model="Sample",
    fields=fields(
        day("date", "抽取日期", "Drawn on"),
        one("round", "考核轮次", "Round", to="round"),
        number("number", "抽取序号", "Number"),
        one("subject", "被抽到的对象", "Who was drawn", to="subject"),
        computed(text("lives_in", "所在地", "Where they live"), lives_in),
        text("stratum", "分组", "Group"),
        one("inspector", "核查人", "Inspector", "检查人", "调查员", to="person"),
        code("state", "核查状态", "State", codes=STATES),
        day("closed", "核查日期", "Called on", happens=True),
        code("why", "未见到的原因", "Why not met", codes=REASONS),
        text("reason", "未见到的说明", "In words"),
        one("instead_of", "替换谁", "Instead of", to="sample"),
        one("sheet", "问卷答卷", "Sheet", to="activity"),
    ),
    ties={**{k: ("subject",) for k in SUBJECT_KINDS}, "round": ("round",)},
    doer={"person": "inspector"},
    receiver={k: "subject" for k in SUBJECT_KINDS},
    purpose=Label("督导考核随机抽查，见人核实", "Checking by chance what a review is told"),
    keep_years=3,
)
