"""Rounds of reviews 考核轮次 and their lines 考核得分."""

from bangfu.ledger.vocabulary.words import code, day, fields, flag, number, one, text
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

KIND = Kind(
    name="round",
    label=Label("考核轮次", "Review round"),
    nature="episode",
    model="Round",
    fields=fields(
        code("name", "考核", "Review"),
        one("subject", "被考核的单位（地方）", "Unit or place", to="subject"),
        day("began", "考核期起", "Period from"),
        day("ended", "考核期止", "Period until", planned=True),
        day("opened", "考核开始日期", "Opened on"),
        day("issued", "结果印发日期", "Issued on", happens=True),
        number("points", "得分", "Points"),
        number("most", "满分", "Full points"),
        day("drawn", "抽样日期", "Sample drawn on", happens=True),
        text("seed", "抽样种子", "Seed", told_by="sample"),
        number("frame", "从多少个里抽", "Drawn out of"),
        number("sheets", "不记名答卷数", "Sheets that name nobody"),
    ),
    ties={k: ("subject",) for k in SUBJECT_KINDS},
    receiver={k: "subject" for k in SUBJECT_KINDS},
    purpose=Label("按期督导考核单位，不给个人排名", "Reviewing units, never ranking persons"),
    keep_years=10,
)

SCORE = Kind(
    name="score",
    label=Label("考核得分", "Score"),
    nature="event",
    model="Score",
    fields=fields(
        day("date", "评定日期", "Judged on"),
        one("round", "考核轮次", "Round", to="round"),
        one("subject", "被考核的单位（地方）", "Unit or place", to="subject"),
        code("item", "评分项", "Line"),
        number("points", "得分", "Points"),
        text("grade", "等次", "Grade"),
        flag("counted", "由记录数出", "Counted from records"),
        text("low", "读数（确定）", "Reading (sure)"),
        text("high", "读数（可能）", "Reading (possible)"),
        text("reason", "评定理由", "Why"),
        text("evidence", "佐证", "Evidence"),
        one("file", "附件", "File", to="file"),
    ),
    ties={**{k: ("subject",) for k in SUBJECT_KINDS}, "round": ("round",), "file": ("file",)},
    receiver={k: "subject" for k in SUBJECT_KINDS},
    purpose=Label("考核各项得分有据可查", "Each line of a review with its ground"),
    keep_years=10,
)
