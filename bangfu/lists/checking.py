"""Records are held against the rules of data quality: one rule after the other, only where needed.

A rule is asked anew when something was written in a table that it reads, and on every new day; what
changed since is written, in events so small that others write in between. Asking everything anew
comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter, sleep
from uuid import UUID

from bangfu.ledger import clock
from bangfu.ledger.actions import defect
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Defect
from bangfu.ledger.moment import Moment
from bangfu.ledger.rules import rules, tables_of
from bangfu.lists.listing import digest_of_data
from bangfu.lists.readings import counted_at, kept
from bangfu.lists.touched import touched_since
from bangfu.programmes.programme import plain
from bangfu.programmes.rule import Rule

#: Somebody who is told how many rules are done, and may stop it by raising.
Told = Callable[[int], None]

#: Somebody who is told for how many seconds nobody else had a turn, and lets them have one.
Rests = Callable[[float], None]

#: Others wait as long as an event takes: on SQLite with what they write, elsewhere for one of few
#: cores. So many seconds are aimed at, by the number of records that an event writes of.
SECONDS = 0.2
LEAST, MOST = 200, 2_000
#: After an event so much of the time that it took is left to those who wait.
PAUSE = 0.25
#: So many are written of in the first event of a rule, before it is known how long that takes.
_AT_FIRST = 200


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


def shortly(took: float) -> None:
    """Let those who wait have a turn, where somebody waits for the outcome too."""
    sleep(took * PAUSE)


def check(
    *,
    by: By,
    keys: Iterable[str] | None = None,
    anew: bool = False,
    told: Told | None = None,
    rest: Rests = shortly,
) -> Iterator[Checked]:
    """Hold the records against some rules, or all; with ``anew`` also where nothing was written.

    ``rest``: what is done between two events; it may raise to leave the rule for another time.
    """
    for key in keys if keys is not None else (*rules(), *retired()):
        rule = rules().get(key)
        if rule is None or anew:
            yield Checked(key, _whole(by, key, rest))
        else:
            yield Checked(key, _where_needed(by, rule, rest))
        if told is not None:
            told(1)


def _where_needed(by: By, rule: Rule, rest: Rests) -> int:
    """Ask a rule unless nothing was written since it was asked today; of few, where few changed."""
    changed, today, question = 0, clock.today(), _question(rule)

    def ask() -> dict[str, int]:
        nonlocal changed
        since = counted_at(question)
        only = touched_since(rule, since, today) if since else None
        changed = _whole(by, rule.key, rest, only)
        return {}

    kept(question, tables_of(rule.key, today), ask)
    return changed


def _question(rule: Rule) -> str:
    """What is kept of a rule: of what it says and the names of its file say, on a day."""
    names = {name: plain(entry) for name, (_, entry) in rule.names.entries.items()}
    return digest_of_data({"on": str(clock.today()), "rule": plain(rule.entry), "names": names})


def _whole(by: By, key: str, rest: Rests, only: Collection[UUID] | None = None) -> int:
    """Everything that a rule changes: looked for once, and written in small events."""
    since = perf_counter()
    changed, waiting, size = 0, _changing(key, only), _AT_FIRST
    while waiting:
        began = perf_counter()
        changed += defect.find(by=by, rule=key, only=waiting[:size])
        took = perf_counter() - began
        waiting = waiting[size:]
        size = min(MOST, max(LEAST, round(size * SECONDS / max(took, 1e-6))))
        if waiting:
            rest(perf_counter() - since)
            since = perf_counter()
    return changed


def _changing(key: str, only: Collection[UUID] | None) -> list[UUID]:
    """The records of which a rule says something else than before, in order.

    What it finds and what stands are each read once and held against one another here.
    """
    rule, moment = rules().get(key), Moment.present()
    standing = set(defect.standing(key, only).values_list("record", flat=True))
    if rule is None:
        return sorted(standing)
    found = defect.found(rule, moment, only) ^ standing
    if standing:
        found.update(one.record for one in defect.outlived(rule, moment, only))
        found.update(defect.moved(rule, moment, only).values_list("record", flat=True))
    return sorted(found)
