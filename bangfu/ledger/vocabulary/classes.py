"""Classes 分类."""

from bangfu.ledger.vocabulary.words import SPAN, code, fields, one, sealed
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

KIND = Kind(
    name="class",
    label=Label("分类", "Class"),
    nature="state",
    model="Class",
    fields=fields(
        code("name", "分类项目", "Scheme"),
        one("subject", "对象", "Subject", to="subject"),
        code("option", "类别", "Class"),
        sealed("grounds", "依据", "Grounds", column=False),
        *SPAN,
    ),
    ties={k: ("subject",) for k in SUBJECT_KINDS},
    purpose=Label("按需要安排措施", "Choosing measures by need"),
    keep_years=5,
)
