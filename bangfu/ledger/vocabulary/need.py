"""Needs 需求/问题."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from bangfu.ledger.calendar_parts import DaysBetween
from bangfu.ledger.models import MeasureNeed
from bangfu.ledger.vocabulary.words import (
    book,
    code,
    computed,
    day,
    fields,
    flag,
    number,
    one,
    sealed,
    text,
)
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

NEED_KINDS = book(
    medical=("就医看病", "Medical care"),
    legal=("法律维权", "Law and rights"),
    employment=("务工就业", "Work"),
    education=("教育", "Schooling"),
    housing=("住房", "Housing"),
    water=("饮水", "Drinking water"),
    road=("道路设施", "Roads"),
    other=("其他", "Other"),
)


def measures_of(on: Any, known_at: dt.datetime | None) -> Any:
    """How many measures answer a need, as was known then."""
    links = MeasureNeed.objects.known(known_at).filter(need=OuterRef("fact")).order_by()
    counted = links.values("need").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def days_taken(on: Any, known_at: dt.datetime | None) -> Any:
    """How many days a need took until it was closed; nothing while it is open."""
    day_value = on if hasattr(on, "resolve_expression") else Value(on)
    closed = Q(LessThanOrEqual(F("closed"), day_value))
    return Case(When(closed, then=DaysBetween("closed", "date")), default=None)


KIND = Kind(
    name="need",
    label=Label("需求（问题）", "Need"),
    nature="event",
    model="Need",
    fields=fields(
        day(
            "date",
            "提出日期",
            "Raised on",
            *"提出时间 发现时间 发现日期 收集时间".split(),
        ),
        one(
            "subject",
            "提出人（对象）",
            "Raised by or for",
            *"对象 涉及户 涉及农户 涉及户主 涉及对象 诉求人 反映人 困难户 问题户".split(),
            to="subject",
        ),
        code("kind", "类别", "Kind", "问题类别", "需求类别", codes=NEED_KINDS, grows=True),
        text(
            "text",
            "内容",
            "What",
            "问题",
            "需求",
            "存在问题",
            "需求内容",
            "问题内容",
            "问题描述",
            "诉求内容",
            "诉求",
            "反映问题",
            "困难问题",
            "群众诉求",
            "主要问题",
            "存在困难",
            "存在的问题",
            "发现问题",
            "反馈问题",
        ),
        sealed("private_text", "本人原话", "In own words", column=False),
        one("raised_at", "提出场合", "Raised at", to="activity"),
        one(
            "organisation",
            "责任单位",
            "Owner",
            *"整改责任单位 承办单位".split(),
            to="organisation",
        ),
        day(
            "due",
            "办理期限",
            "Due",
            "完成时限",
            "整改时限",
            "整改期限",
            "完成期限",
            "办结时限",
            planned=True,
        ),  # fmt: skip
        day(
            "closed",
            "办结日期",
            "Closed on",
            *"解决时间 销号时间 销号日期 办结时间".split(),
            happens=True,
        ),
        text("evidence", "办结依据", "Evidence"),
        sealed("private_evidence", "办结依据（个人）", "Evidence (of a person)", column=False),
        flag("confirmed", "提出人确认", "Confirmed"),
        computed(number("days_taken", "办理天数", "Days taken"), days_taken),
        computed(number("measures", "对应措施数", "Measures"), measures_of),
    ),
    ties={
        **{k: ("subject",) for k in SUBJECT_KINDS},
        "organisation": ("organisation", "subject"),
        "activity": ("raised_at",),
    },
    doer={"organisation": "organisation"},
    receiver={k: "subject" for k in SUBJECT_KINDS},
    purpose=Label("跟踪需求直到办结", "Following a need until it is closed"),
    keep_years=5,
)
