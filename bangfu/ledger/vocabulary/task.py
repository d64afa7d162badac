"""Tasks 交办事项."""

from bangfu.ledger.vocabulary.words import book, code, day, fields, one, text
from bangfu.programmes.kinds import Kind, Label

STATES = book(open=("办理中", "Open"), done=("已办结", "Done"), dropped=("不再办理", "Dropped"))

KIND = Kind(
    name="task",
    label=Label("交办事项", "Task"),
    nature="event",
    model="Task",
    fields=fields(
        day("date", "议定日期", "Decided on"),
        text("text", "事项", "What", "议定事项", "工作任务"),
        one("owner", "责任人（单位）", "Who answers", "责任人", "牵头单位", to="subject"),
        day("due", "完成时限", "By when", "办理时限", planned=True),
        code("state", "状态", "State", codes=STATES),
        day("closed", "了结日期", "Closed on", "办结日期", happens=True),
        text("evidence", "办理情况", "How it was done"),
        text("reason", "改期或不办的原因", "Why moved or dropped"),
        one("decided_at", "议定的会议", "Decided at", to="activity"),
        one("round", "出自哪次考核", "Found in round", to="round"),
        one("demand", "为哪张表补数", "Asked for which form", to="demand"),
    ),
    ties={
        "person": ("owner",),
        "organisation": ("owner",),
        "activity": ("decided_at",),
        "meeting": ("decided_at",),
        "round": ("round",),
        "demand": ("demand",),
    },
    doer={"person": "owner", "organisation": "owner"},
    purpose=Label(
        "会上定的、考核发现的、填表要补的事有人办、有回音",
        "Following what was decided, found or asked for",
    ),
    keep_years=5,
)
