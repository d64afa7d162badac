"""What can be done from a page: the actions that the reader's roles allow, with their forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from bangfu.ledger.access import may
from bangfu.ledger.models import User
from bangfu.programmes.kinds import Kind


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done: the action, what the button says, its icon, where its form is.

    ``when`` says of which records it can be done at all; ``first`` marks what is done most.
    """

    verb: str
    text: str
    icon: str
    route: str
    when: Callable[[Any], bool] = lambda row: True
    first: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """An act as a page offers it."""

    text: str
    icon: str
    address: str
    first: bool


def _open(need: Any) -> bool:
    return need.closed is None


def _closed(need: Any) -> bool:
    return need.closed is not None and need.confirmed is None


_RAISE = Act("need.raise_", gettext_noop("Raise a need"), "message", "desk:need_raise")
_VISIT = Act("activity.visit", gettext_noop("Record a visit"), "pencil", "desk:visit", first=True)
_BEFORE = Act("activity.visit", gettext_noop("Before I knock"), "home", "desk:before")
ACTS: Mapping[str, tuple[Act, ...]] = {
    "person": (_VISIT, _BEFORE, _RAISE),
    "household": (_VISIT, _BEFORE, _RAISE),
    "organisation": (_RAISE,),
    "site": (_RAISE,),
    "place": (_RAISE,),
    "need": (
        Act("need.close", gettext_noop("Close it"), "check", "desk:need_close", _open, True),
        Act("need.assign", gettext_noop("Give to a unit"), "users", "desk:need_assign", _open),
        Act("need.confirm", gettext_noop("Ask who raised it"), "message", "desk:need_confirm",
            _closed, True),
    ),
}  # fmt: skip


def acts_on(user: User, kind: Kind, key: UUID, row: Any) -> list[Offered]:
    """What the account may do with a record, what is done most first."""
    offered = [
        Offered(act.text, act.icon, reverse(act.route, args=[key]), act.first)
        for act in ACTS.get(kind.name) or ACTS.get(kind.basic, ())
        if may(user, act.verb) and act.when(row)
    ]
    return sorted(offered, key=lambda one: not one.first)
