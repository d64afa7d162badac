"""Posts 任职."""

from bangfu.ledger.codes import POST_KIND, RANK
from bangfu.ledger.vocabulary.words import SPAN, code, fields, flag, one, ranked, text
from bangfu.programmes.kinds import Kind, Label

KIND = Kind(
    name="post",
    label=Label("任职", "Post"),
    nature="state",
    model="Post",
    fields=fields(
        one("person", "姓名", "Person", "任职人", to="person"),
        one("organisation", "单位", "Organisation", "工作单位", to="organisation"),
        text(
            "title",
            "职务",
            "Title",
            "职务名称",
            "职务职级",
            "职务职称",
            "职务级别",
            "现任职务",
        ),
        code("kind", "岗位类别", "Kind", codes=POST_KIND, grows=True),
        ranked("rank", "职级", "Rank", "级别", codes=RANK),
        flag("real", "实职", "With duties", "是否实职"),
        *SPAN,
    ),
    ties={"person": ("person",), "organisation": ("organisation",)},
    purpose=Label("按职务落实责任", "Duties go with posts"),
    keep_years=10,
)
