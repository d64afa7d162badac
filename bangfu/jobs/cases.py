"""Worked examples are run: entered, read on their day, compared, and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction

from bangfu.jobs import procedures
from bangfu.jobs.console import console
from bangfu.jobs.failures import refusal_text
from bangfu.ledger.actions import example, place, programme
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.conditions import Unsayable, spellings
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Place, Programme
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import one_page
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.agreements import obliged
from bangfu.lists.alerts import AlertOf, may_hold, state, watched
from bangfu.lists.coverage import coverage
from bangfu.lists.duties import owed
from bangfu.lists.each import by_each
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.judging import Owed
from bangfu.lists.listing import Listing
from bangfu.lists.measures import progress
from bangfu.lists.numbers import Reading
from bangfu.lists.targets import reached
from bangfu.programmes import cases as drawn
from bangfu.programmes.cases import Case, ExpectNumber, ExpectRows, ExpectTable
from bangfu.programmes.period import period_of
from bangfu.programmes.programme import Programme as File
from bangfu.programmes.schema import Measure as MeasureEntry


class _TakeBack(Exception):
    """Ends the transaction of an example without keeping anything."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation of one case: what the paper says, what was counted, whether they agree.

    ``row``: the rows of the source that the case works out.
    """

    case: str
    line: int
    name: str
    expected: str
    counted: str
    agrees: bool
    row: str = ""


def run(file: File, text: str, cases: tuple[Case, ...]) -> Iterator[Outcome]:
    """Run the cases of a programme one after another; each begins with an empty programme."""
    for case in cases:
        for outcome in _run(file, text, case):
            yield replace(outcome, row=" ".join(case.row))


def _run(file: File, text: str, case: Case) -> list[Outcome]:
    outcomes: list[Outcome] = []
    try:
        with transaction.atomic():
            outcomes = _outcomes(file, text, case)
            raise _TakeBack
    except _TakeBack:
        return outcomes
    except (Refused, Unsayable) as why:
        return [_not_entered(case, name, one, why) for name, one in case.expect.items()]


def _not_entered(case: Case, name: str, expected: Any, why: Exception) -> Outcome:
    """What was expected of a case whose records could not be entered, and why they could not."""
    line, told = case.line, str(why)
    if isinstance(why, Refused):
        line = case.lines.get(str(why.parts.get("heading")), case.line)
        told = refusal_text(why, console())
    return Outcome(case.title, line, name, _said(expected), f"({told})", False)


def _outcomes(file: File, text: str, case: Case) -> list[Outcome]:
    by = By(None, "command")
    _area(file, by)
    row = programme.start(by=by, name=f"example_{file.name}", text=text)
    given = {
        name: (_kind(file, name), rows)
        for name, rows in case.given.items()
        if name not in ("proceeding", "handling")
    }
    entered = example.enter(by=by, programme=row, given=_with_presets(file, given))
    names = {UUID(key): name for key, _, name in (line.partition("=") for line in entered)}
    names |= procedures.carry_out(by, row, case, names)
    moment = Moment(case.on)
    with one_page():  # nothing is written any more
        return [
            _sayable(case, row, name, expected, moment, names)
            for name, expected in case.expect.items()
        ]


def _sayable(case: Case, row: Programme, name: str, expected: Any, *more: Any) -> Outcome:
    try:
        return _outcome(case, row, name, expected, *more)
    except Unsayable as why:
        return Outcome(case.title, case.line, name, _said(expected), f"({why})", False)


def _area(file: File, by: By) -> None:
    code = file.file.area
    if not Place.objects.current().filter(code__in=spellings(code)).exists():
        place.add(
            by=by,
            name="县",
            level="county",
            parent=None,
            began=example.LONG_AGO,
            code=code.ljust(12, "0"),
        )


def _kind(file: File, name: str) -> Any:
    return VOCABULARY[name] if name in VOCABULARY else file.record(name)


def _with_presets(file: File, given: Mapping[str, Any]) -> dict[str, Any]:
    """Rows drawn under one of the programme's own activities get what makes them one."""
    found = {}
    for name, (kind, rows) in given.items():
        if name in VOCABULARY:
            found[name] = (kind, rows)
            continue
        preset = {
            key: value
            for _, where in file.conditions(name)
            for key, value in where.items()
            if not isinstance(value, Mapping | list | tuple)
        }
        found[name] = (kind, tuple({**preset, **row} for row in rows))
    return found


def _outcome(
    case: Case,
    row: Programme,
    name: str,
    expected: Any,
    moment: Moment,
    names: Mapping[UUID, str],
) -> Outcome:
    sort = Meaning.of(row, moment).sort_of(name)
    if sort == "duty":
        return _duty(case, row, name, expected, moment, names)
    if sort == "target":
        return _target(case, row, name, expected, moment, names)
    if sort == "alert" and isinstance(expected, ExpectTable):
        return _alert(case, row, name, expected, moment, names)
    if sort == "workflow":
        return _held_against(case, name, expected, procedures.steps(row, name, moment, names))
    if sort == "checklist":
        return _held_against(case, name, expected, procedures.items(row, name, moment, names))
    if sort == "review":
        return _held_against(case, name, expected, procedures.scores(row, name, moment, names))
    drawn_sides = isinstance(expected, ExpectTable) and any("side" in r for r in expected.rows)
    if isinstance(expected, ExpectTable) and sort == "agreement" and not drawn_sides:
        return _agreement(case, row, name, expected, moment, names)
    if isinstance(expected, ExpectTable) and sort in ("pairing", "agreement"):
        return _coverage(case, row, name, expected, moment, names)
    if isinstance(expected, ExpectNumber) and sort == "measure" and _is_reported(row, name, moment):
        return _measure(case, row, name, expected, moment)
    watches = watched(Meaning.of(row, moment), name, moment) if sort == "alert" else None
    figure = watches or figure_of(row, name, moment)
    if isinstance(expected, ExpectRows):
        rows = figure.rows() if watches else _listing(row, name, moment)
        ids = [names.get(k, "?") for k in rows.values_list("fact", flat=True)]
        said, counted = "、".join(sorted(expected.ids)), "、".join(sorted(ids))
        return Outcome(case.title, case.line, name, said, counted, drawn.met_by_rows(expected, ids))
    if isinstance(expected, ExpectNumber):
        reading = figure.reading()
        low = None if reading.low is None else Fraction(reading.low)
        high = None if reading.high is None else Fraction(reading.high)
        agrees = low is not None and drawn.met_by_number(expected, low, high)
        read = None if low is None else drawn.Reading(low, high).over(expected.scale)
        counted = "—" if read is None else read.text()
        return Outcome(case.title, case.line, name, _said(expected), counted, agrees)
    assert isinstance(expected, ExpectTable)
    found = list(_table(figure, row, moment, names))
    return _held_against(case, name, expected, found)


def _is_reported(row: Programme, name: str, moment: Moment) -> bool:
    entry = Meaning.of(row, moment).file.entry(name)
    return isinstance(entry, MeasureEntry) and not entry.of


def _measure(
    case: Case, row: Programme, name: str, expected: ExpectNumber, moment: Moment
) -> Outcome:
    """How much was reported as done of a measure that nothing counts."""
    found = (one for one in progress(row, moment, anew=True) if one.measure.name == name)
    done = Fraction(next(one.done for one in found))
    agrees = drawn.met_by_number(expected, done, done)
    said, counted = expected.reading.text(), drawn.Reading(done, done).text()
    return Outcome(case.title, case.line, name, said, counted, agrees)


def _held_against(
    case: Case, name: str, expected: Any, found: Sequence[Mapping[str, object]]
) -> Outcome:
    """Whether every row that was drawn is among those found."""
    missing = drawn.missing_rows(expected, found)
    counted = expected.drawn(found)
    return Outcome(case.title, case.line, name, _said(expected), counted, not missing)


def _duty(
    case: Case,
    row: Programme,
    name: str,
    expected: Any,
    moment: Moment,
    names: Mapping[UUID, str],
) -> Outcome:
    found = [_of_owed(o, names) for o in owed(row, name, moment)]
    return _held_against(case, name, expected, found)


def _of_owed(o: Owed, names: Mapping[UUID, str]) -> dict[str, object]:
    return {
        "each": names.get(o.key, str(o.key)),
        "reading": None if o.reading is None else drawn.Reading(o.reading, o.high),
        "bound": o.lines[0].bounds.least,
        "began": o.turn.asked.began,
        "ended": o.ended,
        "due": o.due,
        "verdict": o.verdict,
    }


def _target(
    case: Case,
    row: Programme,
    name: str,
    expected: Any,
    moment: Moment,
    names: Mapping[UUID, str],
) -> Outcome:
    found = [
        {
            "each": names.get(r.key, str(r.key)) if r.key else None,
            "ended": r.ended,
            "reading": drawn.Reading(r.reading.low, r.reading.high) if r.reading else None,
            "bound": r.bounds.least if r.bounds.least is not None else r.bounds.most,
            "baseline": r.baseline,
            "reached": r.pace.day if r.pace else None,
            "verdict": r.verdict,
        }
        for r in reached(row, name, moment)
    ]
    return _held_against(case, name, expected, found)


def _alert(
    case: Case,
    row: Programme,
    name: str,
    expected: ExpectTable,
    moment: Moment,
    names: Mapping[UUID, str],
) -> Outcome:
    """An alert with a bound drawn as a table: for each record whether it holds, and since when."""
    alert = AlertOf.named(row, name, moment)
    days = {one.key: one for one in state(alert).raised}
    found: list[dict[str, object]] = [
        {
            "each": names.get(r.key, str(r.key)) if r.key else None,
            "reading": drawn.Reading(r.reading.low, r.reading.high) if r.reading else None,
            "bound": r.bounds.least if r.bounds.least is not None else r.bounds.most,
            "raised": "yes" if r.key in days else "unknown" if may_hold(r, alert) else "no",
            "since": days[r.key].since if r.key in days else None,
        }
        for r in alert.reached()
    ]
    return _held_against(case, name, expected, found)


def _agreement(
    case: Case,
    row: Programme,
    name: str,
    expected: ExpectTable,
    moment: Moment,
    names: Mapping[UUID, str],
) -> Outcome:
    """An agreement drawn as a table: a row for each obligation, agreement and turn."""
    found: list[dict[str, object]] = [
        {"item": item, **_of_owed(o, names)} for item, o in obliged(row, name, moment)
    ]
    return _held_against(case, name, expected, found)


def _coverage(
    case: Case,
    row: Programme,
    name: str,
    expected: ExpectTable,
    moment: Moment,
    names: Mapping[UUID, str],
) -> Outcome:
    """A pairing or agreement drawn as a table: both sides, a row for each gap or one without."""
    found: list[dict[str, object]] = []
    for one in coverage(row, name, moment):
        spans: list[tuple[object, object]] = [(gap.began, gap.ended) for gap in one.gaps]
        found += [
            {
                "side": one.side,
                "each": names.get(one.key, str(one.key)),
                "has": one.has,
                "began": began,
                "ended": ended,
                "over": "yes" if one.too_many else "no",
            }
            for began, ended in spans or [(None, None)]
        ]
    return _held_against(case, name, expected, found)


def _listing(row: Programme, name: str, moment: Moment) -> Any:
    meaning = Meaning.of(row, moment)
    if meaning.sort_of(name) == "figure":
        return figure_of(row, name, moment).rows()
    return Listing((name,), moment, programme=row).sure()


def _table(
    figure: Figure, row: Programme, moment: Moment, names: Mapping[UUID, str]
) -> Iterator[Mapping[str, object]]:
    if figure.each:
        for group in by_each(figure, figure.each, figure.via):
            yield {"each": names.get(group.key, str(group.key)), "reading": _whole(group)}
    for group in figure.groups():
        key = names.get(group.key, group.key) if isinstance(group.key, UUID) else group.key
        yield {figure.by[0]: key, "reading": _whole(group)}
    if figure.per:
        then, now = figure.compared(), figure.reading()
        ended = period_of(moment.on, figure.per).ended
        yield {"ended": ended, "reading": _fraction(now), "baseline": _fraction(then)}


def _whole(group: Any) -> Fraction:
    return Fraction(group.reading.low or 0)


def _fraction(reading: Reading | None) -> Fraction | None:
    return None if reading is None or reading.low is None else Fraction(reading.low)


def _said(expected: Any) -> str:
    if isinstance(expected, ExpectNumber):
        return expected.reading.over(expected.scale).text()
    if isinstance(expected, ExpectRows):
        return "、".join(expected.ids)
    said: str = expected.drawn(expected.rows)
    return said
