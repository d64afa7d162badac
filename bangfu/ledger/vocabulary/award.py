"""Awards 表彰: praise only, shown where its holder agrees."""

from bangfu.ledger.vocabulary.words import book, code, day, fields, flag, one, text
from bangfu.programmes.kinds import Kind, Label

LEVELS = book(
    village=("村级", "Village"),
    township=("乡级", "Township"),
    county=("县级", "County"),
    city=("市级", "City"),
    province=("省级", "Province"),
    nation=("国家级", "Nation"),
)

KIND = Kind(
    name="award",
    label=Label("表彰", "Award"),
    nature="event",
    model="Award",
    fields=fields(
        day("date", "表彰日期", "Given on", "表彰时间", "授予时间", "获奖时间"),
        one("subject", "受表彰对象", "Who", "获奖人", "获奖单位", to="subject"),
        text("title", "表彰名称", "For what", "荣誉称号", "奖项名称", sensitivity="personal"),
        code("level", "级别", "Level", codes=LEVELS),
        text("issuer", "表彰单位", "Given by", "授予单位"),
        text("paper", "表彰文号", "Paper", sensitivity="personal"),
        flag("shown", "同意展示", "May be shown"),
    ),
    ties={
        "person": ("subject",),
        "household": ("subject",),
        "organisation": ("subject",),
        "place": ("subject",),
        "site": ("subject",),
    },
    receiver={
        "person": "subject",
        "household": "subject",
        "organisation": "subject",
        "place": "subject",
        "site": "subject",
    },
    purpose=Label("表彰先进，宣传典型须本人同意", "Honouring good work, shown by consent"),
    keep_years=10,
)
