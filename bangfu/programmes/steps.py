"""Where a workflow stands: which steps were done, which are open, and which open next.

Nothing is looked up here: what was done comes in as passes in the order in which they were opened,
and which steps the subject's own conditions leave out is handed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from bangfu.programmes.period import later
from bangfu.programmes.schema import Step, Workflow
from bangfu.programmes.workdays import WorkingDays

_DAY: Final = dt.timedelta(days=1)
#: The words of a step's condition that speak of the case itself, not of its subject.
OF_THE_CASE: Final = ("outcome", "urgent")


@dataclass(frozen=True, slots=True)
class Pass:
    """One time at which a step was opened, and what became of it (``result`` empty: still open).

    ``until``: how long it stands once it is done. ``again``: it was opened by a return.
    """

    step: str
    opened: dt.date
    closed: dt.date | None = None
    result: str = ""
    until: dt.date | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """A step that can be opened: the first day on which it may be done, and the last in time."""

    step: str
    day: dt.date
    due: dt.date | None


@dataclass(frozen=True, slots=True, order=True)
class Since:
    """The first day on which a step may be done, and the day from which its deadline counts."""

    first: dt.date
    counted: dt.date


def case_words(step: Step) -> Mapping[str, Any]:
    """What a step's condition asks of the case: its outcome so far, whether it is urgent."""
    return {key: one for key, one in (step.where or {}).items() if key in OF_THE_CASE}


def subject_words(step: Step) -> Mapping[str, Any]:
    """What the condition of a step without ``of`` asks of the subject."""
    if step.of is not None:
        return {}
    return {key: one for key, one in (step.where or {}).items() if key not in OF_THE_CASE}


def is_appeal(step: Step) -> bool:
    """Whether a step is opened by an appeal only."""
    return case_words(step).get("outcome") == "appealed"


def earlier(flow: Workflow, step: str) -> tuple[str, ...]:
    """The steps that come before a step, however far, in the file's order."""
    found: set[str] = set()
    waiting = list(flow.items[step].after or ())
    while waiting:
        one = waiting.pop()
        if one not in found and one in flow.items:
            found.add(one)
            waiting += flow.items[one].after or ()
    return tuple(one for one in flow.items if one in found)


def in_a_circle(flow: Workflow) -> tuple[str, ...]:
    """The steps that would wait for themselves."""
    return tuple(one for one in flow.items if one in earlier(flow, one))


@dataclass(frozen=True)
class Course:
    """A workflow as far as it has come for one case that began on a day.

    ``off``: steps that the subject's own conditions leave out. ``free``: steps that an exception
    of the file spares it; what comes after them goes on as if they were done.
    """

    flow: Workflow
    began: dt.date
    workdays: WorkingDays
    urgent: bool = False
    passes: Sequence[Pass] = ()
    off: frozenset[str] = frozenset()
    free: frozenset[str] = field(default=frozenset())

    @cached_property
    def _last(self) -> dict[str, int]:
        return {one.step: place for place, one in enumerate(self.passes)}

    @cached_property
    def standing(self) -> dict[str, Pass]:
        """The pass of each step that counts: the last, unless a return went back beyond it."""
        found = {}
        for step, place in self._last.items():
            one = self.passes[place]
            if step not in self.flow.items or one.result in ("returned", "lapsed"):
                continue
            if all(place > again for again in self._returned_before(step)):
                found[step] = one
        return found

    def _returned_before(self, step: str) -> Iterator[int]:
        for before in earlier(self.flow, step):
            for place, one in enumerate(self.passes):
                if one.step == before and one.again:
                    yield place

    @property
    def open(self) -> list[Pass]:
        """The steps that wait to be done."""
        return [one for one in self.standing.values() if one.closed is None]

    def openings(self) -> list[Opening]:
        """The steps that open next, in the file's order."""
        found = []
        for step in self.flow.items:
            since = None if step in self.standing else self._gate(step)
            if isinstance(since, Since):
                found.append(self.opening(step, since.counted, since.first))
        return found

    def opening(self, step: str, counted: dt.date, first: dt.date | None = None) -> Opening:
        """A step that opens because of something that was so on a day, perhaps from a later one."""
        within = self.flow.items[step].within
        due = later(counted, within, workdays=self.workdays) if within else None
        day = first or counted
        return Opening(step, day, max(due, day) if due else None)

    def stands_until(self, step: str, closed: dt.date) -> dt.date | None:
        """How long a step stands that is done on a day; None if nothing is said."""
        lasts = self.flow.items[step].lasts
        return later(closed, lasts, workdays=self.workdays) if lasts else None

    def _gate(self, step: str) -> Since | Literal["off"] | None:
        """Since when a step is open; None while it waits; "off" where it is not gone."""
        entry = self.flow.items[step]
        asked = case_words(entry)
        if "urgent" in asked and asked["urgent"] != self.urgent:
            return "off"
        if step in self.off or asked.get("outcome") == "appealed":
            return "off"
        found: list[Since] = []
        for before in entry.after or ():
            told = self._passed(before, asked.get("outcome") == "refused")
            if told is None:
                return None
            if isinstance(told, Since):
                found.append(told)
            elif told == "closed":
                return "off"
        if entry.after and not found:
            return "off"
        return max(found, default=Since(self.began, self.began))

    def _passed(self, step: str, refusal: bool) -> Since | Literal["off", "closed"] | None:
        """Since when a step lets what follows go on; ``refusal``: what follows its refusal."""
        one = self.standing.get(step)
        if one is None:
            return "off" if self._gate(step) == "off" else None
        if one.closed is None:
            return None
        if one.result == "refused":
            turned = self._turned(step)
            if turned is not None and not refusal:
                return Since(turned, turned)
            return _after(one) if refusal else "closed"
        return "closed" if refusal else _after(one)

    def _turned(self, step: str) -> dt.date | None:
        """The day on which an appeal turned a step's refusal round."""
        for other, one in self.standing.items():
            if is_appeal(self.flow.items[other]) and one.result == "done" and one.closed:
                if self._last[other] > self._last[step]:
                    return one.closed
        return None

    @property
    def refused(self) -> bool:
        """Whether a step was refused and no appeal has turned that round."""
        return any(
            one.result == "refused"
            and not is_appeal(self.flow.items[step])
            and self._turned(step) is None
            for step, one in self.standing.items()
        )

    @property
    def ended(self) -> dt.date | None:
        """The day on which it ended; None while something is open or still to open."""
        if self.open or self.openings():
            return None
        days = [one.until or one.closed or one.opened for one in self.standing.values()]
        return max(days, default=self.began)

    def appealable(self, on: dt.date) -> str | None:
        """The step that an appeal of a day would open; None where none can be made then."""
        for step, entry in self.flow.items.items():
            if is_appeal(entry) and step not in {one.step for one in self.open}:
                if any(self._objectable(before, on) for before in entry.after or ()):
                    return step
        return None

    def _objectable(self, step: str, on: dt.date) -> bool:
        """Whether a step stands open for objections on a day: while it lasts, or as a refusal."""
        one = self.standing.get(step)
        if one is None or one.closed is None or on < one.closed:
            return False
        return on <= one.until if one.until else one.result == "refused"

    def appeal_waits(self) -> bool:
        """Whether an appeal is open, so that nothing else goes on."""
        return any(is_appeal(self.flow.items[one.step]) for one in self.open)


def _after(one: Pass) -> Since:
    """Since when what follows a step is open: the day after it has stood, or its own."""
    assert one.closed is not None
    if one.until:
        return Since(one.until + _DAY, one.until)
    return Since(one.closed, one.closed)
