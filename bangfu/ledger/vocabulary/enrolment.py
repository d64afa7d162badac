"""Enrolments 纳入."""

from bangfu.ledger.vocabulary.words import SPAN, book, code, fields, one, sealed
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

END_REASONS = book(
    done=("帮扶完成", "Done"),
    moved=("迁出", "Moved away"),
    died=("去世", "Died"),
    declined=("本人不愿", "Declined"),
    mistaken=("误纳入", "Taken in by mistake"),
)

KIND = Kind(
    name="enrolment",
    label=Label("纳入", "Enrolment"),
    nature="state",
    model="Enrolment",
    fields=fields(
        code("name", "纳入项目", "Enrolled as"),
        one("subject", "对象", "Subject", "帮扶对象", to="subject"),
        sealed("grounds", "理由", "Grounds", "纳入理由", column=False),
        code("end_reason", "退出原因", "Why it ended", codes=END_REASONS),
        *SPAN,
    ),
    ties={k: ("subject",) for k in SUBJECT_KINDS},
    purpose=Label("确定帮扶对象", "Deciding who is helped"),
    keep_years=5,
)
