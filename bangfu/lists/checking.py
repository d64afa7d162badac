"""Records are held against the rules of data quality: one rule after the other, only where needed.

A rule is asked anew when something was written in a table that it reads, and on every new day; what
changed since is written, in events of a bounded size. Asking everything anew comes to the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bangfu.ledger import clock
from bangfu.ledger.actions import defect
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Defect
from bangfu.ledger.moment import Moment
from bangfu.ledger.rules import rules, tables_of
from bangfu.lists.readings import kept
from bangfu.programmes.rule import Rule

#: Somebody who is told how many rules are done, and may stop it by raising.
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of holding the records against one rule: how many defects changed."""

    rule: str
    changed: int


def retired() -> list[str]:
    """The rules that found something that stands and are not there any more."""
    there = Defect.objects.current().exclude(state="left").order_by("rule")
    told = there.values_list("rule", flat=True).distinct()
    return [key for key in told if key not in rules()]


def check(
    *, by: By, keys: Iterable[str] | None = None, anew: bool = False, told: Told | None = None
) -> Iterator[Checked]:
    """Hold the records against some rules, or all; with ``anew`` also where nothing was written."""
    for key in keys if keys is not None else (*rules(), *retired()):
        rule = rules().get(key)
        if rule is None or anew:
            yield Checked(key, _whole(by, key))
        else:
            yield Checked(key, _where_needed(by, rule))
        if told is not None:
            told(1)


def _where_needed(by: By, rule: Rule) -> int:
    """Ask a rule unless nothing was written since it was asked today."""
    changed = 0

    def ask() -> dict[str, int]:
        nonlocal changed
        changed = _whole(by, rule.key)
        return {}

    kept(_question(rule), tables_of(rule, Moment.present()), ask)
    return changed


def _question(rule: Rule) -> str:
    """What is kept of a rule: of what it says, on a day."""
    said = f"{clock.today()} {rule.key} {rule.entry.model_dump_json()} {rule.parameters()}"
    values = [rule.names.entry(name).model_dump_json() for name in rule.names.entries]
    return hashlib.sha256("\n".join((said, *values)).encode()).hexdigest()


def _whole(by: By, key: str) -> int:
    """Everything that a rule changes, event after event; none where nothing changes."""
    changed = 0
    while _anything(key):
        written = defect.find(by=by, rule=key)
        changed += written
        if written == 0:
            break
    return changed


def _anything(key: str) -> bool:
    """Whether a rule would change anything: asked before an event is written."""
    rule, moment = rules().get(key), Moment.present()
    if rule is None:
        return defect.standing(key).exists()
    return (
        defect.gone(rule, moment).exists()
        or any(rows.exists() for rows in defect.fresh(rule, moment))
        or any(True for _ in defect.outlived(rule, moment))
        or bool(defect.moved(rule, moment))
    )
