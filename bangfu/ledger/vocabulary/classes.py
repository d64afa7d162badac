"""Classes 分类."""

from bangfu.ledger.vocabulary.words import SPAN, code, day, fields, one, sealed
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

KIND = Kind(
    name="class",
    label=Label("分类", "Class"),
    nature="state",
    model="Class",
    fields=fields(
        code("name", "分类项目", "Scheme"),
        one("subject", "对象", "Subject", to="subject"),
        code(
            "option",
            "类别",
            "Class",
            "分类结果",
            "所属类别",
            "需求分类",
            "困难类别",
            "人群类别",
            "户类",
        ),
        sealed("grounds", "依据", "Grounds", "分类依据", "分类理由", column=False),
        day("began", "起始日期", "From", *SPAN[0].aliases, "分类时间", "分类日期", planned=True),
        SPAN[1],
    ),
    ties={k: ("subject",) for k in SUBJECT_KINDS},
    purpose=Label("按需要安排措施", "Choosing measures by need"),
    keep_years=5,
)
