"""Ticks 勾选."""

from bangfu.ledger.vocabulary.words import code, day, fields, one, text
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label

KIND = Kind(
    name="tick",
    label=Label("清单勾选", "Tick"),
    nature="event",
    model="Tick",
    fields=fields(
        day("date", "勾选日期", "Seen to be so on"),
        one("subject", "对象", "Subject", to="subject"),
        code("name", "清单", "Checklist"),
        code("item", "条目", "Item"),
        text("evidence", "佐证", "Evidence"),
        one("file", "附件", "File", to="file"),
    ),
    ties={**{k: ("subject",) for k in SUBJECT_KINDS}, "file": ("file",)},
    receiver={k: "subject" for k in SUBJECT_KINDS},
    purpose=Label("清单上没有记录可查的条目，由人看过再勾", "Items that no record shows"),
    keep_years=5,
)
