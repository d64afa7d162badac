"""Verdicts in conditions: what a checklist or a workflow may come to, and what its items ask.

An item that names records asks what a condition on tied records asks, so it is said as one; an
item of another form is worked out for everybody on the checklist.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bangfu.programmes.entries import Bounded, Check
from bangfu.programmes.kinds import Kind, Label
from bangfu.programmes.literals import APART, MULTIPLE, PERIODS, SHARE
from bangfu.programmes.names import Names
from bangfu.programmes.problems import both
from bangfu.programmes.schema import word_of

#: How many records an item asks for.
_BOUNDS: Final = tuple(Bounded.model_fields)
#: What a checklist comes to for one record: every item is so, or not every one.
OF_CHECKLIST: Final[Mapping[str, Label]] = {
    "met": Label("齐全", "complete"),
    "short": Label("不齐", "not complete"),
}
#: What the latest proceeding of a workflow has come to for one record.
OF_WORKFLOW: Final[Mapping[str, Label]] = {
    "met": Label("办成", "carried through"),
    "short": Label("没有办成（不同意或终止）", "refused or given up"),
    "open": Label("正在办理", "under way"),
    "behind": Label("过了全程期限还在办", "under way past its last day"),
    "free": Label("没有办过", "never started"),
}
_TAKEN: Final = {
    "of", "where", "as_", "per", "held", "partial", "title", "clause", "unclear", "proof", "unit",
    "sum", "distinct", "also", *_BOUNDS,
}  # fmt: skip
#: What a claim below another may say for itself.
_CLAIM: Final = ("of", "where", "as_", "per", "held", "sum", "distinct", "also", *_BOUNDS)


def why_not(check: Check, kind: Kind | None) -> Label | None:
    """Why an item is no condition on tied records, and so is worked out; nothing where it is one.

    ``kind``: of what its records are, if it names any.
    """
    per = check.per
    if per is not None and (per == "phase" or not (per in PERIODS or MULTIPLE.fullmatch(per))):
        return both(f"周期“{per}”不是日历上的", f"{per} is no calendar period")
    if check.of is None or kind is None:
        return None
    for key in type(check).model_fields:
        if key not in _TAKEN and getattr(check, key) is not None:
            word = word_of(key, Check)
            return both(f"写了 {word}", f"it says {word}")
    if len(check.of) > 1:
        return both("of 里有几种", "it names several lists")
    if check.distinct in APART and check.distinct != "day":
        return both(f"按 {check.distinct} 去重", f"it tells each {check.distinct} apart")
    if check.as_ and "." in check.as_:
        return both("as 经过几个字段", "its as leads through several fields")
    if any(_is_share(getattr(check, word)) for word in _BOUNDS):
        return both("界限是份额", "its bound is a share")
    if kind.nature in ("state", "episode") and (check.held != "end" or per is not None):
        return both('持续的记录没有写 held = "end"', 'records that last want held = "end"')
    if any(one.per not in (None, check.per) for one in check.also or ()):
        return both("also 里另有周期", "its also has a period of its own")
    return None


def why_worked_out(check: Check, names: Names) -> Label | None:
    """Why an item is worked out for everybody instead of being a condition; nothing where it is."""
    told = (
        why_not(one, names.common(one.of) if one.of else None)
        for one in (check, *list(claims_of(check))[1:])
    )
    return next(filter(None, told), None)


def claims_of(check: Check) -> Iterator[Check]:
    """An item's own claim and those below it, with what they take over from it."""
    yield check.model_copy(update={"also": None})
    for one in check.also or ():
        told = {key: getattr(one, key) for key in _CLAIM if getattr(one, key) is not None}
        if one.of is None:
            counts = ("sum", "distinct") if one.sum is None and one.distinct is None else ()
            kept = ("of", "where", "as_", "held", *counts)
            told = {**{key: getattr(check, key) for key in kept}, **told}
        yield from claims_of(Check.model_construct(**{"per": check.per, **told}))


def _is_share(bound: object) -> bool:
    return isinstance(bound, str) and bool(SHARE.fullmatch(bound))


def as_condition(check: Check, kind: Kind, owner: Kind, since: dt.date | None) -> dict[str, Any]:
    """What an item asks of one record, as the condition on tied records that says the same."""
    assert check.of is not None
    if (kind.basic or kind.name) == (owner.basic or owner.name):
        return {check.of[0]: True, **(check.where or {})}
    said: dict[str, Any] = {
        word: bound for word in _BOUNDS if (bound := getattr(check, word)) is not None
    } or {"at_least": 1}
    said |= {w: told for w in ("sum", "distinct") if (told := getattr(check, w)) is not None}
    if check.where:
        # In a group of its own: the days of the period must hold beside it.
        said["any"] = [dict(check.where)]
    if since is not None and kind.nature == "event":
        said["date"] = {"from": since}
    return {check.of[0]: {**said, **_tie(check, kind, owner)}}


def _tie(check: Check, kind: Kind, owner: Kind) -> dict[str, str]:
    """The field by which its records belong: that which says for whom it was done."""
    told = check.as_ or kind.receiver.get(owner.basic or owner.name)
    return {"as": told} if told else {}
