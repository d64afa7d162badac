"""Affiliations 会员: who stands on the roster of a body."""

from bangfu.ledger.vocabulary.words import SPAN, book, code, fields, one, text
from bangfu.programmes.kinds import Kind, Label

AFFILIATION_KINDS = book(
    resident=("本地", "Resident"),
    inflow=("流入", "Moved in"),
    outflow=("流出", "Moved out"),
    body=("团体", "Body"),
)

ROLES = book(
    member=("会员（成员）", "Member"),
    team_leader=("组长（队长）", "Leader of a team"),
    council=("理事", "Member of the council"),
    standing_council=("常务理事", "Member of the standing council"),
    supervisor=("监事", "Supervisor"),
    secretary=("秘书长", "Secretary-general"),
    deputy_head=("副会长（副理事长）", "Deputy head"),
    head=("会长（理事长）", "Head"),
)

END_REASONS = book(
    left=("自愿退出", "Left by own wish"),
    moved=("迁走", "Moved away"),
    term=("任期届满", "Term was over"),
    died=("去世", "Died"),
    dissolved=("组织撤销", "The body was dissolved"),
    other=("其他", "Other"),
)

KIND = Kind(
    name="affiliation",
    label=Label("会员", "Member of a body"),
    nature="state",
    model="Affiliation",
    fields=fields(
        one("subject", "会员姓名（名称）", "Who", "会员", "成员", "社员", to="subject"),
        one("organisation", "所属组织", "Body", "协会", "协会名称", "所属协会", to="organisation"),
        code("kind", "会员类别", "Kind", "成员类别", codes=AFFILIATION_KINDS, grows=True),
        code("role", "组织内职务", "Role", "协会职务", "会内职务", codes=ROLES),
        text("number", "会员编号", "Member's number", "登记编号", sensitivity="personal"),
        text("card", "会员证号", "Card", "会员证编号", sensitivity="personal"),
        code("end_reason", "退出原因", "Why it ended", codes=END_REASONS, column=False),
        *SPAN,
    ),
    ties={
        "person": ("subject",),
        "household": ("subject",),
        "organisation": ("organisation", "subject"),
    },
    doer={"person": "subject"},
    purpose=Label("办理会务，联系会员", "Running the body and reaching its members"),
    ground="consent",
    keep_years=5,
)
