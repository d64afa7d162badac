"""Turns of a duty and results of a review in a condition: so many of them, so many in a row.

They are worked out and stand in no table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any
from uuid import UUID

from bangfu.ledger.conditions import EVERYTHING, NOTHING, Scope, Unsayable, Verdict
from bangfu.ledger.moment import Moment
from bangfu.ledger.worked_out import those, worked_out
from bangfu.programmes.kinds import Kind
from bangfu.programmes.literals import is_number
from bangfu.programmes.runs import IN_A_ROW

#: Of each record with turns how many it surely has, and how many at most; None: no upper end.
#: Where ``in_a_row`` is asked, how many of them came one after another at most.
Told = Mapping[UUID, tuple[Fraction, Fraction | None]]
_WORDS = ("at_least", "at_most", "exactly", "above", "below")


def turns_line(kind: Kind, name: str, right: Any, scope: Scope) -> Verdict:
    """That the turns of a duty which belong to a record, and meet what is asked, are so many."""
    day = scope.own
    if not isinstance(day, dt.date):
        raise Unsayable(f"{name} is worked out for one day; this is read on the day of each event")
    asked = dict(right) if isinstance(right, Mapping) else {}
    bounds = {word: asked.pop(word) for word in _WORDS if word in asked} or {"at_least": 1}
    if IN_A_ROW in asked:
        bounds = {"at_least": asked[IN_A_ROW]}
        asked[IN_A_ROW] = True
    if right is False:
        bounds = {"exactly": 0}
    moment = Moment(day, scope.known_at)
    told: Told = worked_out("BANGFU_TURNS", scope.meaning, name, asked, kind, moment)
    verdict = EVERYTHING
    for word, bound in bounds.items():
        verdict = verdict & _bounded(word, _number(name, bound, scope, day), told)
    return verdict


def results_line(name: str, right: Mapping[str, Any], scope: Scope) -> Verdict:
    """That so many results of a review which meet what is asked came one after another."""
    day = scope.own
    if not isinstance(day, dt.date):
        raise Unsayable(f"{name} is worked out for one day; this is read on the day of each event")
    asked = {word: one for word, one in right.items() if word not in ("as", IN_A_ROW)}
    told: Told = worked_out(
        "BANGFU_RESULTS", scope.meaning, name, asked, Moment(day, scope.known_at)
    )
    return _bounded("at_least", _number(name, right[IN_A_ROW], scope, day), told)


def _number(name: str, bound: Any, scope: Scope, day: dt.date) -> Fraction | None:
    """A plain number, or a dated value; None before its first day."""
    value = scope.meaning.value_on(bound, day) if isinstance(bound, str) else bound
    if value is not None and not is_number(value):
        raise Unsayable(f"{name}: {bound} is no number of turns")
    return None if value is None else Fraction(str(value))


def _bounded(word: str, bound: Fraction | None, told: Told) -> Verdict:
    if bound is None:
        return Verdict(NOTHING, ~NOTHING)
    more, less = (lambda n: n > bound), (lambda n: n >= bound)
    match word:
        case "at_least":
            return _reaching(less, told)
        case "above":
            return _reaching(more, told)
        case "at_most":
            return ~_reaching(more, told)
        case "below":
            return ~_reaching(less, told)
    return _reaching(less, told) & ~_reaching(more, told)


def _reaching(enough: Callable[[Fraction], bool], told: Told) -> Verdict:
    """Those who have enough; who has no turns has none."""
    if enough(Fraction(0)):
        return EVERYTHING
    sure = [key for key, (low, _) in told.items() if enough(low)]
    may = [key for key, (_, high) in told.items() if high is None or enough(high)]
    return those(sure, may)
