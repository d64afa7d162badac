"""Proceedings 办件 and their steps 办理步骤."""

from bangfu.ledger.vocabulary.words import book, code, day, fields, flag, one, text
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

OUTCOMES = book(
    done=("办成", "Carried through"),
    refused=("不予", "Refused"),
    dropped=("终止", "Given up"),
)
RESULTS = book(
    done=("通过（办好）", "Done"),
    refused=("不同意", "Refused"),
    returned=("退回", "Returned"),
    free=("免办", "Not needed"),
    lapsed=("不再需要", "Lapsed"),
)

KIND = Kind(
    name="proceeding",
    label=Label("办件", "Proceeding"),
    nature="episode",
    model="Proceeding",
    fields=fields(
        code("name", "流程", "Workflow"),
        one("subject", "对象", "Subject", to="subject"),
        one("need", "对应需求", "Need", to="need"),
        one("handover", "对应移交", "Hand-over", to="handover"),
        one("document", "对应材料", "Paper", to="document"),
        one("stint", "对应请假", "Leave", to="stint"),
        day("began", "受理日期", "Started on"),
        day("due", "全程期限", "Whole due by", planned=True),
        day("ended", "流程办结日期", "Ended on", happens=True),
        code("outcome", "流程结果", "Outcome", codes=OUTCOMES),
        flag("urgent", "绿色通道（先帮后补）", "Green channel"),
        text("reason", "启动缘由", "Why it was started"),
    ),
    ties={
        **{k: ("subject",) for k in SUBJECT_KINDS},
        "need": ("need",),
        "handover": ("handover",),
        "document": ("document",),
        "stint": ("stint",),
    },
    receiver={k: "subject" for k in SUBJECT_KINDS},
    purpose=Label("按规定的程序和时限办事，步步有据", "Carrying a procedure out in time"),
    keep_years=10,
)

HANDLING = Kind(
    name="handling",
    label=Label("办理步骤", "Step of a proceeding"),
    nature="event",
    model="Handling",
    fields=fields(
        day("date", "可办日期", "Open from"),
        one("proceeding", "办件", "Proceeding", to="proceeding"),
        one("subject", "对象", "Subject", to="subject"),
        one("document", "审签的材料", "Paper", to="document"),
        one("stint", "审批的请假", "Leave", to="stint"),
        code("step", "步骤", "Step"),
        one("organisation", "本步承办单位", "Unit", to="organisation"),
        one("party", "本步指名答复人", "Asked by name", to="subject"),
        day("due", "本步时限", "Due by", planned=True),
        day("closed", "本步办理日期", "Done on", happens=True),
        code("result", "本步结果", "Result", codes=RESULTS),
        one("who", "本步经办人", "By whom", to="person"),
        day("until", "公示（答复）期至", "Stands until", planned=True),
        text("evidence", "佐证", "Evidence"),
        text("reason", "不同意或退回的原因", "Why refused or returned"),
        code("back_to", "退回到", "Returned to"),
        text("asked", "为什么重办（复核）", "Why it was opened"),
        one("file", "附件", "File", to="file"),
    ),
    ties={
        **{k: ("subject",) for k in SUBJECT_KINDS},
        "organisation": ("organisation",),
        "proceeding": ("proceeding",),
        "document": ("document",),
        "stint": ("stint",),
        "file": ("file",),
    },
    doer={"organisation": "organisation", "person": "who"},
    receiver={k: "subject" for k in SUBJECT_KINDS},
    purpose=Label("每一步谁办、何时办、凭什么办", "Who did each step, when, on what evidence"),
    keep_years=10,
)
