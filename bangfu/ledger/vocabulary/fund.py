"""Funds 资金 and entries 收支."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import BigIntegerField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from bangfu.ledger.models import Entry
from bangfu.ledger.vocabulary.words import (
    SPAN,
    book,
    code,
    computed,
    day,
    fields,
    money,
    one,
    text,
)
from bangfu.programmes.kinds import Kind, Label

DIRECTIONS = book(
    promised=("承诺", "Promised"), **{"in": ("收入", "Received"), "out": ("支出", "Paid")}
)
ENTRY_KINDS = book(
    pledge=("认捐", "Pledge"),
    budget=("财政安排", "Allotted by the budget"),
    donation=("捐助", "Donation"),
    subsidy=("补助", "Subsidy"),
    self_raised=("自筹", "Self-raised"),
    payment=("支付", "Payment"),
)
USES = book(
    clinic=("医疗点设施", "Clinic facilities"),
    road=("道路维修", "Road repair"),
    logistics=("后勤保障", "Logistics"),
    greening=("绿化", "Greening"),
    condolence=("慰问", "Condolences"),
    other=("其他", "Other"),
)


def _added(direction: str) -> Callable[..., Any]:
    """What came into a fund, or went out of it, as was known then; later days are left out."""

    def read(on: Any, known_at: dt.datetime | None) -> Any:
        until = OuterRef(on) if isinstance(on, OuterRef) else on
        some = Entry.objects.known(known_at).filter(fund=OuterRef("fact"), direction=direction)
        some = some.filter(date__lte=until).order_by()
        added = some.annotate(all=Value(1)).values("all").annotate(n=Sum("amount")).values("n")
        return Coalesce(Subquery(added), 0, output_field=BigIntegerField())

    return read


FUND = Kind(
    name="fund",
    label=Label("资金", "Fund"),
    nature="state",
    model="Fund",
    fields=fields(
        code("name", "资金代号", "Key", column=False),
        text("title", "资金名称", "Fund"),
        computed(money("received", "到账合计（元）", "Received in all (yuan)"), _added("in")),
        computed(money("paid", "支出合计（元）", "Paid in all (yuan)"), _added("out")),
        *SPAN,
    ),
    purpose=Label("管好用好资金", "Accounting for money"),
)

ENTRY = Kind(
    name="entry",
    label=Label("收支", "Entry"),
    nature="event",
    model="Entry",
    fields=fields(
        day(
            "date",
            "日期",
            "Date",
            "到账日期",
            "到账时间",
            "捐款时间",
            "捐赠时间",
            "捐助时间",
            "认捐时间",
            "支出时间",
            "支付时间",
            "拨付时间",
            "入账时间",
        ),
        one("fund", "资金", "Fund", to="fund"),
        code("direction", "收支方向", "Direction", codes=DIRECTIONS),
        code("kind", "类别", "Kind", codes=ENTRY_KINDS),
        code("use", "用途", "Use", "资金用途", "支出用途", "使用方向", codes=USES, grows=True),
        one(
            "organisation",
            "单位",
            "Unit",
            "捐助单位",
            "出资单位",
            "捐赠单位",
            "捐赠方",
            "捐款单位",
            "认捐单位",
            "收款单位",
            "收款方",
            "捐款企业",
            "捐赠企业",
            to="organisation",
        ),
        one("measure", "对应措施", "For measure", to="measure"),
        one("project", "对应项目", "For project", to="project"),
        money(
            "amount",
            "金额（元）",
            "Amount (yuan)",
            "金额",
            "资金（元）",
            "资助金额",
            "捐赠金额",
            "捐款金额",
            "捐助金额",
            "认捐金额",
        ),
        money("amount_most", "承诺上限（元）", "At most (yuan)"),
        text("voucher", "凭证", "Voucher", "凭证号", "凭证编号", "票据号", "收据号", "发票号"),
    ),
    ties={
        "organisation": ("organisation",),
        "fund": ("fund",),
        "measure": ("measure",),
        "project": ("project",),
    },
    doer={"organisation": "organisation"},
    purpose=Label("管好用好资金", "Accounting for money"),
    keep_years=30,
)
