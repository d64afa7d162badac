"""Qualifications 资质证书, and where they are used 执业地点."""

from bangfu.ledger.codes import QUALIFICATION
from bangfu.ledger.vocabulary.words import SPAN, book, code, fields, flag, one, sealed, text
from bangfu.programmes.kinds import Kind, Label

END_REASONS = book(
    replaced=("换领新证", "Replaced by a new one"),
    given_up=("本人注销", "Given up by the holder"),
    cancelled=("发证机关注销", "Cancelled by the issuer"),
    revoked=("吊销", "Revoked"),
    other=("其他", "Other"),
)

QUALIFICATION_KIND = Kind(
    name="qualification",
    label=Label("资质证书", "Qualification"),
    nature="state",
    model="Qualification",
    fields=fields(
        one("person", "姓名", "Person", "持证人", to="person"),
        code(
            "kind",
            "资质类别",
            "Kind",
            "证书类别",
            "资格类别",
            "执业资格",
            "证书名称",
            codes=QUALIFICATION,
        ),
        text("title", "专业（等级）", "Subject or level", "执业范围", "专业", "技能等级", "工种"),
        sealed(
            "number", "证书编号", "Number", "证书号", "证书号码", "执业证号", sealed_by="person"
        ),
        text("issuer", "发证机关", "Issued by", "发证单位", "颁发机构"),
        code("end_reason", "失效原因", "Why it ended", codes=END_REASONS, column=False),
        *SPAN,
    ),
    ties={"person": ("person",)},
    doer={"person": "person"},
    purpose=Label("核实从业资格，提醒到期换证", "Knowing who is qualified, and until when"),
    keep_years=10,
)

PRACTICE_KIND = Kind(
    name="practice",
    label=Label("执业地点", "Place of practice"),
    nature="state",
    model="Practice",
    fields=fields(
        one("person", "姓名", "Person", "执业人员", to="person"),
        code("kind", "资质类别", "Qualification", "执业类别", codes=QUALIFICATION),
        one("organisation", "执业机构", "Organisation", "注册机构", to="organisation"),
        one("site", "执业场所", "Site", "所在卫生室", to="site"),
        flag("main", "主要执业地点", "Main place", "主执业机构"),
        text("sessions", "坐诊时间", "Sessions", "出诊时间"),
        *SPAN,
    ),
    ties={"person": ("person",), "organisation": ("organisation",), "site": ("site",)},
    doer={"person": "person", "organisation": "organisation"},
    purpose=Label("掌握每处场所由谁执业", "Knowing who practises where"),
    keep_years=10,
)
