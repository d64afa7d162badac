"""Households of which something is so: 卫生厕所户数, 入户路硬化户数, 住房安全有保障户数."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bangfu.lists.headings import ways
from bangfu.programmes.kinds import Kind

#: What a question of yes and no says around what it asks.
_WHETHER = re.compile("是否|^已?有?|[户了]$")


def of_flag(kind: Kind, word: str) -> Mapping[str, Any] | None:
    """Households of which something is so that is asked by yes and no: 卫生厕所户数, 通电户数."""
    found = [
        field.key
        for field in kind.fields.values()
        if kind.name == "household" and field.type == "flag"
        if _WHETHER.sub("", word) in {_WHETHER.sub("", n) for n in (field.label.zh, *field.aliases)}
    ]
    return {found[0]: True} if len(found) == 1 else None


_RISK_STAYS = re.compile("(?:返贫致贫|返贫|致贫)?(?:风险未消除|未消除风险|风险尚未消除)")


def of_risk(kind: Kind, word: str) -> Mapping[str, Any] | None:
    """Households under watch whose risk is not over, or who lives there: 风险未消除."""
    if kind.name not in ("household", "person") or not _RISK_STAYS.fullmatch(word):
        return None
    home = {"kind": "monitored", "none": [{"monitored_as": "removed"}]}
    return home if kind.name == "household" else {"household": home}


def of_verdict(kind: Kind, word: str) -> Mapping[str, Any] | None:
    """Households by a verdict that a word names together with what it is on: 义务教育有保障."""
    found = {
        (field.key, code)
        for field in kind.fields.values()
        if kind.name == "household" and field.key.endswith("_verdict")
        for name in (field.label.zh, *field.aliases)
        for code in field.codes
        if word in {name + way for way in ways(field, code) if len(way) > 1}
    }
    return dict(found) if len(found) == 1 else None
