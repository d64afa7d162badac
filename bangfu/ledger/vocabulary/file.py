"""Files 附件."""

from bangfu.ledger.vocabulary.words import book, code, day, fields, number, one, text
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

FORMS = book(
    photo=("照片", "Photo"),
    pdf=("PDF 文件", "PDF"),
    docx=("Word 文件", "Word document"),
    xlsx=("Excel 表格", "Workbook"),
)
PEOPLE = book(
    none=("没有拍到人", "Nobody is in it"),
    agreed=("拍到的人已同意", "Who is in it agreed"),
    unasked=("拍到人，尚未遮挡", "Persons in it, not yet blurred"),
    blurred=("拍到的人已遮挡", "Persons in it were blurred"),
)
#: What somebody in a photo agrees to, each a consent of its own.
PHOTO_USES = book(
    record=("照片：只留存备查", "Photo: kept for the record only"),
    paper=("照片：用于材料", "Photo: shown in papers"),
    public=("照片：公开宣传", "Photo: shown in public"),
)

KIND = Kind(
    name="file",
    label=Label("附件", "File"),
    nature="event",
    model="File",
    fields=fields(
        day("date", "日期", "Date", "拍摄日期"),
        text("title", "名称", "Title", "附件名称", sensitivity="personal"),
        code("form", "格式", "Form", codes=FORMS),
        one("subject", "对象", "Subject", to="subject"),
        one("activity", "工作记录", "Activity", to="activity", column=False),
        one("need", "需求（问题）", "Need", to="need", column=False),
        code("people", "拍到的人", "Persons in it", codes=PEOPLE),
        number("size", "大小（字节）", "Size (bytes)", column=False),
    ),
    ties={
        **{k: ("subject",) for k in SUBJECT_KINDS},
        "activity": ("activity",),
        "need": ("need",),
    },
    receiver={k: "subject" for k in SUBJECT_KINDS},
    purpose=Label("留存办理依据和现场照片", "Keeping evidence and pictures of places"),
    keep_years=5,
)
