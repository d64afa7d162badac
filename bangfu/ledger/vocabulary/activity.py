"""Activities 工作记录, and the kinds built on them."""

from __future__ import annotations

from bangfu.ledger.vocabulary.words import (
    book,
    code,
    day,
    fields,
    many,
    number,
    one,
    sealed,
    text,
)
from bangfu.programmes.kinds import Kind, Label

ACTIVITY_KINDS = book(
    visit=("走访", "Visit"),
    phone_call=("电话联系", "Phone call"),
    talk=("谈心", "Talk"),
    training=("培训", "Training"),
    meeting=("会议", "Meeting"),
    clinic_day=("义诊", "Clinic day"),
    report=("进展报告", "Progress report"),
    questionnaire=("问卷答卷", "Sheet of a questionnaire"),
)

MODES = book(
    home=("入户", "At home"),
    village=("到村", "In the village"),
    office=("在单位", "At the office"),
    phone=("电话", "By phone"),
)

FIELDS = fields(
    day(
        "date",
        "日期",
        "Date",
        "时间",
        "走访时间",
        "到户时间",
        "活动时间",
        "入户时间",
        "走访日期",
        "入户日期",
        "到户日期",
        "慰问时间",
        "下乡时间",
        "活动日期",
        "开展时间",
        "帮扶时间",
        "最近走访日期",
        "最近走访时间",
        "最近一次走访日期",
        "最近一次走访时间",
        "最近入户日期",
        "最近入户时间",
        "最近一次入户时间",
        "上次走访时间",
        "最后走访时间",
    ),
    code("kind", "工作类别", "Kind", codes=ACTIVITY_KINDS),
    code("topic", "主题", "Topic", "事由"),
    code(
        "mode",
        "方式",
        "Mode",
        "走访形式",
        "走访方式",
        "联系形式",
        "入户方式",
        "活动方式",
        codes=MODES,
        grows=True,
    ),
    one("place", "地点", "Place", "所在村", to="place"),
    one("organisation", "承办单位", "Unit", "单位", to="organisation"),
    many(
        "who",
        "参加人员",
        "Who",
        "走访人",
        "干部名称",
        "帮扶干部",
        "走访人员",
        "走访干部",
        "入户干部",
        "帮扶责任人",
        "参与人员",
        "入户人员",
        "走访人姓名",
        to="person",
        read="who",
    ),
    many(
        "whom",
        "对象",
        "Whom",
        "走访对象",
        "贫困户名称",
        "走访户",
        "走访农户",
        "被走访户",
        "户主姓名",
        "户主",
        "走访户主",
        "慰问对象",
        "入户对象",
        "服务对象",
        to="subject",
        read="whom",
    ),
    many("attendees", "到会人员", "Attendees", "参会人员", to="person", read="attendee"),
    many("absentees", "缺席人员", "Who did not come", "未到人员", to="person", read="absent"),
    number("people", "人数", "Number present", "参加人数", "人次", "参与人数", "参加人次"),
    one("measure", "对应措施", "For measure", to="measure"),
    number("amount", "完成数", "Amount done", "完成数量", "已完成数", "累计完成", "累计完成数"),
    text(
        "note",
        "内容",
        "Note",
        "工作内容",
        "走访内容",
        "入户内容",
        "走访情况",
        "入户情况",
        "走访记录",
        "帮扶内容",
        "扶持内容",
        "帮扶工作内容",
        "工作开展情况",
        "活动内容",
        "工作记录",
        "帮扶工作情况",
        "走访入户情况",
    ),
    sealed("private_note", "保密记录", "Confidential note", column=False),
)

TIES = {
    "person": ("who", "whom", "attendees", "absentees"),
    "household": ("whom",),
    "organisation": ("organisation", "whom"),
    "place": ("place", "whom"),
    "site": ("whom",),
    "measure": ("measure",),
}
DOER = {"person": "who", "organisation": "organisation"}
RECEIVER = {"person": "whom", "household": "whom", "organisation": "whom", "place": "whom"}

KIND = Kind(
    name="activity",
    label=Label("工作记录", "Activity"),
    nature="event",
    model="Activity",
    fields=FIELDS,
    ties=TIES,
    doer=DOER,
    receiver=RECEIVER,
    purpose=Label("记录做过的工作", "Recording what was done"),
    keep_years=5,
)

#: What people answer when they were drawn for a review: freely, after consent.
_ASKING = Label("督导抽查时征得同意后听取意见", "Hearing those who were drawn and agree")

#: Kinds that are an activity of one sort: a programme names them as kinds of their own.
BUILT_ON_IT = tuple(
    Kind(
        name=name,
        label=label,
        nature="event",
        model="Activity",
        basic="activity",
        preset={"kind": name},
        fields=FIELDS,
        ties=TIES,
        doer=DOER,
        receiver=RECEIVER,
        purpose=_ASKING if name == "questionnaire" else KIND.purpose,
        ground="consent" if name == "questionnaire" else KIND.ground,
        keep_years=3 if name == "questionnaire" else KIND.keep_years,
    )
    for name, label in ACTIVITY_KINDS.items()
)
