"""The way on which leave is approved, as it is built in."""

from __future__ import annotations

from typing import Final

from bangfu.programmes.kinds import Label
from bangfu.programmes.schema import Workflow

#: Under this name stands leave. It is a kind of record, so no entry of a file is called so.
LEAVE: Final = "stint"
#: The step in which somebody approves it.
GRANTED: Final = "granted"
#: What the built-in way and its step are called.
TITLE: Final = Label("请假审批", "Approval of leave")
CALLED: Final = {GRANTED: Label("准假", "Leave is approved")}
#: No regulation sets these days. When leave begins, it is to be answered in any case.
WITHIN: Final = "3 working days"
BUILT_IN: Final = Workflow.model_validate(
    {
        "title": TITLE.zh,
        "each": LEAVE,
        "items": {GRANTED: {"title": CALLED[GRANTED].zh, "within": WITHIN}},
    }
)
