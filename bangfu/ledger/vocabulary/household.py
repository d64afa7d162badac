"""Households 户."""

from bangfu.ledger.vocabulary.words import book, code, fields, number, one, text
from bangfu.programmes.kinds import Kind, Label

HOUSEHOLD_KINDS = book(
    ordinary=("一般户", "Ordinary"),
    poor=("脱贫户", "Lifted out of poverty"),
    monitored=("监测户", "Monitored"),
    low_income=("低收入户", "Low income"),
)

KIND = Kind(
    name="household",
    label=Label("户", "Household"),
    nature="thing",
    model="Subject",
    sheet="Household",
    fields=fields(
        text("name", "户名", "Household", "户主姓名", "户主", sensitivity="personal"),
        one("place", "所在村", "Village", "行政村", "村", to="place"),
        text(
            "group", "村民小组", "Group", "组", "自然村", read="sheet.group", sensitivity="personal"
        ),
        number("size", "人数", "Members", "家庭人口", "家庭人数", read="sheet.size"),
        code("kind", "户类型", "Kind", "户属性", codes=HOUSEHOLD_KINDS, read="sheet.kind"),
        one("head", "户主本人", "Head", to="person", read="sheet.head"),
    ),
    ties={"place": ("place",), "person": ("head",)},
    purpose=Label("按户了解情况,落实帮扶", "Knowing and helping by household"),
    keep_years=5,
)
