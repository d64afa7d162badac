"""The verdict of a checklist or a workflow in a condition, as one question to the database.

A checklist is met where every item is so; an item that names records is the condition that says the
same. A workflow stands as its latest proceeding does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Case, CharField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from bangfu.ledger.conditions import (
    EVERYTHING,
    NOTHING,
    Scope,
    Unsayable,
    Verdict,
    compile_where,
    day_named,
    expression_of,
    select,
    stated,
)
from bangfu.ledger.models import Proceeding, Tick
from bangfu.ledger.moment import Moment
from bangfu.ledger.there_is import ThereIs
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.worked_out import those, worked_out
from bangfu.programmes.entries import Check
from bangfu.programmes.kinds import Kind
from bangfu.programmes.period import period_of
from bangfu.programmes.schema import Checklist, Workflow
from bangfu.programmes.verdicts import OF_CHECKLIST, OF_WORKFLOW, as_condition, claims_of, why_not

#: As what an item that is so stands on the checklist's page.
_SO = ("met", "counted", "late", "free")


def verdict_line(kind: Kind, name: str, right: Any, scope: Scope) -> Verdict:
    """That a checklist or a workflow has come to one of some verdicts for a record."""
    wanted = list(right) if isinstance(right, list | tuple) else [right]
    entry = scope.meaning.entry_of(name)
    if isinstance(entry, Workflow):
        _known(name, wanted, OF_WORKFLOW)
        return _carried(kind, name, wanted, scope)
    assert isinstance(entry, Checklist)
    _known(name, wanted, OF_CHECKLIST)
    whole = EVERYTHING
    for item, check in entry.items.items():
        whole = whole & _item(kind, name, item, check, scope)
    told = Verdict.plain(NOTHING)
    if "met" in wanted:
        told = told | whole
    return told | ~whole if "short" in wanted else told


def _known(name: str, wanted: list[Any], words: Mapping[str, Any]) -> None:
    for word in wanted:
        if word not in words:
            raise Unsayable(f"{name} never is {word}; it may be {', '.join(words)}")


# ------------------------------------------------------------------ checklists


def _item(kind: Kind, name: str, item: str, check: Check, scope: Scope) -> Verdict:
    claims = (check, *list(claims_of(check))[1:])
    kinds = [select(one.of[0], scope.within(kind))[0] if one.of else None for one in claims]
    if any(why_not(one, of) is not None for one, of in zip(claims, kinds, strict=True)):
        return _worked_out(name, item, scope)
    if check.of is None:
        return _ticked(name, item, check, scope)
    told = EVERYTHING
    for claim, of in zip(claims, kinds, strict=True):
        assert of is not None
        since = _since(claim, scope)
        told = told & compile_where(kind, as_condition(claim, of, kind, since), scope)
    return told


def _worked_out(name: str, item: str, scope: Scope) -> Verdict:
    """That an item is so which says what no condition does: told of everybody on the checklist."""
    day = scope.own
    if not isinstance(day, dt.date):
        raise Unsayable(
            f"the item {item} of {name} is worked out for one day; this is read on the day of each "
            "event"
        )
    told = worked_out("BANGFU_ITEMS", scope.meaning, name, item, Moment(day, scope.known_at))
    sure = [key for key, verdict in told.items() if verdict in _SO]
    return those(sure, (key for key, verdict in told.items() if verdict in (*_SO, "unknown")))


def _since(check: Check, scope: Scope) -> Any:
    """The first day of an item's period, which holds the day that is asked about."""
    if check.per is None:
        return None
    return period_of(day_named(scope.inner, check.per), check.per).began


def _ticked(name: str, item: str, check: Check, scope: Scope) -> Verdict:
    """That somebody saw an item to be so, in its period."""
    rows = stated(Tick, scope.within(VOCABULARY["tick"])).filter(
        programme=scope.meaning.programme_key(), name=name, item=item, subject=OuterRef("fact")
    )
    since = _since(check, scope)
    return Verdict.plain(Q(ThereIs(rows if since is None else rows.filter(date__gte=since))))


# ------------------------------------------------------------------ workflows


def _carried(kind: Kind, name: str, wanted: list[Any], scope: Scope) -> Verdict:
    """How the latest proceeding of a record stands on the day; without one it is free."""
    inner = scope.within(VOCABULARY["proceeding"])
    day = expression_of(inner.own)
    whose = {"need": OuterRef("fact")} if kind.name == "need" else {"subject": OuterRef("fact")}
    rows = stated(Proceeding, inner).filter(
        programme=scope.meaning.programme_key(), name=name, **whose
    )
    stands = Case(
        When(outcome="done", ended__lte=day, then=Value("met")),
        When(ended__lte=day, then=Value("short")),
        When(due__lt=day, then=Value("behind")),
        default=Value("open"),
        output_field=CharField(),
    )
    latest = rows.order_by("-began", "-fact").annotate(stands=stands).values("stands")[:1]
    found = Coalesce(Subquery(latest), Value("free"), output_field=CharField())
    return Verdict.plain(Q(In(found, wanted)))
