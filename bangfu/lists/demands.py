"""What others ask for in forms: known again by its headings, and added up by who asks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bangfu.ledger.access import opens, visible
from bangfu.ledger.models import Demand, Task, User
from bangfu.ledger.vocabulary import VOCABULARY

#: So large a share of its headings was handed up before, if a form is much like another.
MUCH = 0.8
#: So many earlier forms are looked at, the latest first.
_LOOKED_AT = 500
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Earlier:
    """A demand of before: the very same form, or one that asked most of the same columns."""

    demand: Demand
    same: bool
    shared: int
    of: int

    def as_data(self) -> dict[str, Any]:
        """As plain data."""
        demand = self.demand
        return {
            "record": str(demand.fact),
            "title": demand.title,
            "on": demand.date,
            "asker": demand.asker,
            "paper": demand.paper,
            "same": self.same,
            "columns": [self.shared, self.of],
        }


def earlier(user: User | None, layout: str, columns: Sequence[str]) -> list[Earlier]:
    """Forms handed out before that asked the same, as far as an account may see it."""
    rows = Demand.objects.current() if user is None else visible(user, VOCABULARY["demand"])
    asked, found = set(columns), list[Earlier]()
    latest = rows.select_related("place", "given_by").order_by("-date", "-recorded_at")
    for demand in latest[:_LOOKED_AT]:
        shared = len(asked & set(demand.columns))
        same = demand.layout == layout
        if same or (asked and shared >= MUCH * len(asked) and shared > 1):
            found.append(Earlier(demand, same, shared, len(asked)))
    found.sort(key=lambda one: not one.same)
    return found[:_SHOWN]


def taken_today(user: User | None, place: UUID, layout: str, today: dt.date) -> Demand | None:
    """The same form as the account took it on a day already and has not handed up."""
    rows = Demand.objects.current().filter(
        date=today, place=place, layout=layout, given_by=user, handed_up__isnull=True
    )
    return rows.order_by("-recorded_at").first()


def still_asked(user: User, demand: Demand) -> dict[UUID, Task]:
    """Who was asked for cells of a form and has not answered yet, as far as one may see it."""
    rows = Task.objects.current().filter(demand=demand.fact, state="open")
    return {task.owner_id: task for task in opens(user, VOCABULARY["task"], rows)}


@dataclass(slots=True)
class Asker:
    """What one asker wanted: how many forms, how often again, and what they took."""

    name: str
    forms: int = 0
    repeats: int = 0
    filled: int = 0
    typed: int = 0
    left: int = 0
    layouts: set[str] = field(default_factory=set)

    def add(self, demand: Demand, *, again: bool) -> None:
        """One form more."""
        self.forms += 1
        self.repeats += again
        self.filled += demand.filled
        self.typed += demand.typed or 0
        self.left += demand.left
        self.layouts.add(demand.layout)

    def as_data(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "asker": self.name,
            "forms": self.forms,
            "different": len(self.layouts),
            "repeats": self.repeats,
            "filled": self.filled,
            "typed": self.typed,
            "left": self.left,
        }


def burden(rows: Iterable[Demand]) -> tuple[Asker, list[Asker]]:
    """Demands added up: all together, and by who asked, who asked most often first."""
    whole, askers, seen = Asker(""), dict[str, Asker](), defaultdict[str, int](int)
    for demand in sorted(rows, key=lambda one: (one.date, one.recorded_at)):
        again = seen[demand.layout] > 0
        seen[demand.layout] += 1
        name = demand.asker
        for one in (whole, askers.setdefault(name, Asker(name))):
            one.add(demand, again=again)
    return whole, sorted(askers.values(), key=lambda one: (-one.forms, one.name))
