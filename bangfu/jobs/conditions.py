"""A condition given on the command line: JSON in the words of a programme file, checked whole."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from bangfu.jobs.console import Failure
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.conditions import ConditionChecker
from bangfu.programmes.kinds import Kind
from bangfu.programmes.literals import is_day
from bangfu.programmes.names import Names
from bangfu.programmes.positions import positions
from bangfu.programmes.problems import ProgrammeErrors, Report
from bangfu.programmes.programme import Programme


def read(text: str, kind: Kind, programme: Programme | None) -> Mapping[str, Any]:
    """The condition; a Failure for what is no JSON, ProgrammeErrors for wrong words."""
    try:
        where = _as_in_a_file(json.loads(text))
    except ValueError as wrong:
        raise Failure("--where 不是 JSON：{w}", "--where is no JSON: {w}", w=wrong) from None
    report = Report("--where", positions(""))
    names = programme.names if programme else Names(VOCABULARY)
    ConditionChecker(names, report).check((), where, [kind])
    if report.problems:
        raise ProgrammeErrors(report.problems)
    found: Mapping[str, Any] = where
    return found


def _as_in_a_file(value: Any) -> Any:
    """JSON as TOML would have it: arrays are tuples, days are days."""
    if isinstance(value, dict):
        return {key: _as_in_a_file(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple(_as_in_a_file(inner) for inner in value)
    return dt.date.fromisoformat(value) if _is_written_day(value) else value


def _is_written_day(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != len("2026-11-22"):
        return False
    try:
        return is_day(dt.date.fromisoformat(value))
    except ValueError:
        return False
