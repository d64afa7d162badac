"""What the sections and words of the language are called when a file is read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bangfu.programmes.kinds import Label

SECTION_LABELS: Final[Mapping[str, Label]] = {
    "clause": Label("条款", "Clauses"),
    "paper": Label("依据", "Papers"),
    "code": Label("选项", "Codes"),
    "organisation": Label("组织", "Organisations"),
    "list": Label("名单", "Lists"),
    "enrol": Label("纳入", "Enrolments"),
    "class": Label("分类", "Classes"),
    "pairing": Label("结对", "Pairings"),
    "agreement": Label("协议", "Agreements"),
    "activity": Label("工作记录", "Activities"),
    "checklist": Label("清单", "Checklists"),
    "value": Label("参数", "Values"),
    "phase": Label("阶段", "Phases"),
    "target": Label("目标", "Targets"),
    "measure": Label("措施", "Measures"),
    "duty": Label("任务", "Duties"),
    "figure": Label("数字", "Figures"),
    "fund": Label("资金", "Funds"),
    "workflow": Label("流程", "Workflows"),
    "alert": Label("预警", "Alerts"),
    "review": Label("考核", "Reviews"),
    "document": Label("材料", "Documents"),
}

WORD_LABELS: Final[Mapping[str, Label]] = {
    "title": Label("名称", "title"),
    "clause": Label("条款", "clause"),
    "unclear": Label("待确认", "unclear"),
    "owner": Label("负责", "owner"),
    "readers": Label("可见", "readers"),
    "reviewer": Label("审核", "reviewer"),
    "signer": Label("签发", "signer"),
    "purpose": Label("用途", "purpose"),
    "from": Label("起", "from"),
    "to": Label("止", "to"),
    "on": Label("日期", "on"),
    "after": Label("之后", "after"),
    "lasts": Label("有效", "lasts"),
    "items": Label("条目", "items"),
    "type": Label("类型", "type"),
    "unit": Label("单位", "unit"),
    "proof": Label("佐证", "proof"),
    "is": Label("为", "is"),
    "of": Label("对象", "of"),
    "where": Label("条件", "where"),
    "any": Label("任一", "any"),
    "none": Label("均不", "none"),
    "known": Label("已填", "known"),
    "sum": Label("合计", "sum"),
    "distinct": Label("去重", "distinct"),
    "out_of": Label("占", "out of"),
    "by": Label("分组", "by"),
    "function": Label("函数", "function"),
    "at_least": Label("不少于", "at least"),
    "at_most": Label("不超过", "at most"),
    "exactly": Label("正好", "exactly"),
    "baseline": Label("基数", "baseline"),
    "times": Label("倍", "times"),
    "plus": Label("加", "plus"),
    "partial": Label("部分", "partial"),
    "each": Label("每个", "each"),
    "as": Label("作为", "as"),
    "per": Label("每期", "per"),
    "window": Label("时段", "window"),
    "within": Label("时限", "within"),
    "held": Label("持续", "held"),
    "in_a_row": Label("连续", "in a row"),
    "also": Label("并且", "also"),
    "except": Label("除外", "except"),
    "area": Label("区域", "area"),
    "helper": Label("帮扶方", "helper"),
    "subject": Label("对象", "subject"),
    "budget": Label("预算", "budget"),
    "points": Label("分值", "points"),
    "step": Label("每处", "step"),
    "grades": Label("等次", "grades"),
    "questionnaire": Label("问卷", "questionnaire"),
    "workflow": Label("流程", "workflow"),
    "phase": Label("阶段", "phase"),
    "paper": Label("依据", "paper"),
}

QUESTION_TYPES: Final[Mapping[str, Label]] = {
    "text": Label("填文字", "text"),
    "number": Label("填数", "a number"),
    "yes_no": Label("答是或否", "yes or no"),
    "choice": Label("选一项", "one choice"),
    "choices": Label("可选几项", "several choices"),
    "date": Label("填日期", "a date"),
    "photo": Label("附照片", "a photo"),
    "paper": Label("附纸质材料", "a paper"),
}
DOCUMENT_TYPES: Final[Mapping[str, Label]] = {
    "ledger": Label("台账", "ledger"),
    "form": Label("表", "form"),
    "card": Label("卡", "card"),
    "bulletin": Label("简报", "bulletin"),
    "report": Label("报告", "report"),
    "notice": Label("通报", "notice"),
    "file": Label("卷宗", "file"),
}
PROOFS: Final[Mapping[str, Label]] = {
    "photo": Label("照片", "a photo"),
    "paper": Label("材料", "a paper"),
    "note": Label("文字说明", "a note"),
}
HELD: Final[Mapping[str, Label]] = {
    "end": Label("以期末那天为准", "as of the period's last day"),
    "any": Label("期内有一天即可", "on any day of the period"),
    "every": Label("期内每天都要", "on every day of the period"),
}
PARTIAL: Final[Mapping[str, Label]] = {
    "share": Label("不满一期的按天数折算", "a part of a period counts by its days"),
    "all": Label("不满一期的也按整期", "a part of a period counts as a whole one"),
    "each": Label("每差一个单位都计", "each unit missed counts"),
}
#: The same of a line of a score sheet, which has no part of a period.
SCORED: Final[Mapping[str, Label]] = {
    **PARTIAL,
    "share": Label("做到一部分的按比例给分", "points in proportion to what was done"),
}
