"""Income 收支明细 and what was reckoned from it 收入核算."""

from bangfu.ledger.codes import INCOME
from bangfu.ledger.vocabulary.words import book, code, day, fields, money, number, one, text
from bangfu.programmes.kinds import Kind, Label

COUNTED_FROM = book(
    members=("登记的家庭成员", "members on record"), sheet=("户信息上的人数", "number on the sheet")
)

LINE = Kind(
    name="income",
    label=Label("收支明细", "Income line"),
    nature="event",
    model="Income",
    fields=fields(
        day("date", "止", "Until"),
        day("first_day", "起", "From", read="since"),
        one("subject", "户", "Household", to="household"),
        one("person", "成员", "Member", to="person"),
        code("kind", "收支类别", "Sort", codes=INCOME),
        text("item", "项目", "Item", sensitivity="personal"),
        money("amount", "金额（元）", "Amount (yuan)"),
        text("evidence", "依据", "Evidence", sensitivity="personal"),
    ),
    ties={"household": ("subject",), "person": ("person",)},
    receiver={"household": "subject"},
    purpose=Label("核算家庭收入", "Reckoning a household's income"),
    keep_years=5,
)

RECKONING = Kind(
    name="reckoning",
    label=Label("收入核算", "Reckoning of income"),
    nature="event",
    model="Reckoning",
    fields=fields(
        day("date", "核算日期", "Reckoned on"),
        one("subject", "户", "Household", to="household"),
        money("per_head", "人均纯收入（元）", "Net income per head (yuan)"),
        money("net", "家庭纯收入（元）", "Net income (yuan)"),
        number("persons", "计算人口", "Persons counted"),
        day("first_day", "核算期起", "Window from", read="since"),
        day("until", "核算期止", "Window until"),
        code("counted_from", "人口来源", "Counted from", codes=COUNTED_FROM, column=False),
        number("lines", "明细条数", "Lines", column=False),
        money("wages", "工资性收入（元）", "Wages (yuan)"),
        money("business", "生产经营性收入（元）", "Business (yuan)"),
        money("assets", "财产性收入（元）", "Property (yuan)"),
        money("transfer", "转移性收入（元）", "Transfers (yuan)"),
        money("cost", "生产经营性支出（元）", "Business costs (yuan)"),
        money("claim", "理赔收入（元）", "Insurance payments (yuan)", column=False),
        money("self_paid", "合规自付支出（元）", "Approved own spending (yuan)", column=False),
        money(
            "per_head_after", "扣减自付后人均（元）", "Per head after own spending", column=False
        ),
    ),
    ties={"household": ("subject",)},
    receiver={"household": "subject"},
    purpose=Label("核算家庭收入", "Reckoning a household's income"),
    keep_years=5,
)
