"""Words of headings that say which needs are meant: what they are about, and whether closed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from bangfu.programmes.kinds import Kind

_CLOSED = re.compile(r"(?:已|得到|完成)?(?:办结|解决|整改|销号|处理)(?:完成|到位)?")
_OPEN = re.compile(r"(?:未|尚未|正在|在)(?:办结|解决|整改|销号|处理|办|办理)(?:中|完成|到位)?")
_LATE = re.compile(
    r"(?:超期|逾期|超时)(?:仍|尚)?(?:未(?:办结|解决|整改|销号|处理|办理)(?:完成|到位)?)"
)
#: What needs are about, as offices call it otherwise than the book does.
_TROUBLES: Mapping[str, re.Pattern[str]] = {
    code: re.compile(f"(?:{words})(?:安全|保障|问题|方面|类|帮扶|有保障)*")
    for code, words in (
        ("medical", "基本医疗|医疗|看病|健康|就医"), ("employment", "就业|务工|稳岗就业"),
        ("education", "义务教育|教育|上学"), ("housing", "安全住房|住房"),
        ("water", "安全饮水|饮水"), ("road", "道路|出行|交通"),
    )
}  # fmt: skip


def of_trouble(kind: Kind, word: str) -> Mapping[str, Any] | None:
    """Needs by what they are about: 住房安全, 义务教育."""
    if kind.name != "need":
        return None
    return next(({"kind": code} for code, way in _TROUBLES.items() if way.fullmatch(word)), None)


def of_ending(kind: Kind, word: str, on: dt.date) -> Mapping[str, Any] | None:
    """Needs that are closed, or still open, past their term too."""
    if kind.name != "need":
        return None
    if _CLOSED.fullmatch(word):
        return {"closed": {"known": True}}
    if _LATE.fullmatch(word):
        return {"closed": {"known": False}, "due": {"to": on - dt.timedelta(days=1)}}
    return {"closed": {"known": False}} if _OPEN.fullmatch(word) else None
