"""Funds 资金 and entries 收支."""

from bangfu.ledger.vocabulary.words import (
    SPAN,
    book,
    code,
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

FUND = Kind(
    name="fund",
    label=Label("资金", "Fund"),
    nature="state",
    model="Fund",
    fields=fields(
        code("name", "资金代号", "Key", column=False), text("title", "资金名称", "Fund"), *SPAN
    ),
    purpose=Label("管好用好资金", "Accounting for money"),
)

ENTRY = Kind(
    name="entry",
    label=Label("收支", "Entry"),
    nature="event",
    model="Entry",
    fields=fields(
        day("date", "日期", "Date", "到账日期"),
        one("fund", "资金", "Fund", to="fund"),
        code("direction", "收支方向", "Direction", codes=DIRECTIONS),
        code("kind", "类别", "Kind", codes=ENTRY_KINDS),
        code("use", "用途", "Use", "资金用途", codes=USES, grows=True),
        one(
            "organisation",
            "单位",
            "Unit",
            "捐助单位",
            "出资单位",
            "捐赠单位",
            "捐赠方",
            "捐款单位",
            to="organisation",
        ),
        one("measure", "对应措施", "For measure", to="measure"),
        money(
            "amount",
            "金额(元)",
            "Amount (yuan)",
            "金额",
            "资金(元)",
            "资助金额",
            "捐赠金额",
            "捐款金额",
            "捐助金额",
        ),
        money("amount_most", "承诺上限(元)", "At most (yuan)"),
        text("voucher", "凭证", "Voucher", "凭证号"),
    ),
    ties={"organisation": ("organisation",), "fund": ("fund",), "measure": ("measure",)},
    doer={"organisation": "organisation"},
    purpose=Label("管好用好资金", "Accounting for money"),
    keep_years=30,
)
