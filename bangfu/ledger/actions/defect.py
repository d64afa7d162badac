"""Defects are found and leave as the rules say; people may accept one as true, with a reason.

A run writes only what changed: what a rule finds anew, what it does not find any more, what was
accepted and is not what it was. Everything is compared in the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, UUIDField, Value

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, one_at_a_time
from bangfu.ledger.actions.insert_values import insert_values
from bangfu.ledger.conditions import NOTHING, all_of, model_of, sheet_of, value_of
from bangfu.ledger.models import Defect
from bangfu.ledger.moment import Moment
from bangfu.ledger.rules import fields_read, looked_at, place_of, rules, subject_of
from bangfu.programmes.kinds import Kind
from bangfu.programmes.rule import Rule

#: So many are written in one event; the next one goes on from there.
MOST = 5_000


@action("defect.find")
def find(*, by: By, rule: str, only: Collection[UUID] | None = None, most: int = MOST) -> int:
    """Hold the records against one rule and write what changed; how many defects were written.

    ``only``: these records alone. Where more than ``most`` changed, the rest waits for the next
    time.
    """
    require(by.user, "defect.find")
    one_at_a_time(b"defects")
    told, moment = rules().get(rule), Moment.present()
    if told is None:
        # A rule that is not there any more finds nothing.
        return _let_leave(standing(rule, only)[:most])
    changed = 0
    if standing(rule, only).exists():
        changed = _leave(told, moment, only, most)
        changed += _open_again(told, moment, only, most - changed)
        changed += _move(told, moment, only, most - changed)
    return changed + insert_values(Defect, list(_new(told, moment, only, most - changed)))


def standing(rule: str, only: Collection[UUID] | None = None) -> QuerySet[Any]:
    """The defects of a rule that have not left."""
    rows = Defect.objects.current().filter(rule=rule).exclude(state="left")
    return rows if only is None else rows.filter(record__in=list(only))


def _leave(rule: Rule, moment: Moment, only: Collection[UUID] | None, most: int) -> int:
    return _let_leave(gone(rule, moment, only)[:most])


def _let_leave(rows: QuerySet[Any]) -> int:
    today, changed = clock.today(), 0
    for one in rows:
        correct(one, state="left", left=max(today, one.date))
        changed += 1
    return changed


def gone(rule: Rule, moment: Moment, only: Collection[UUID] | None = None) -> QuerySet[Any]:
    """The standing defects that the rule does not find any more."""
    return standing(rule.key, only).exclude(_found(rule, moment))


def _found(rule: Rule, moment: Moment) -> Q:
    """That the rule finds the record of a defect."""
    parts = (rows.filter(fact=OuterRef("record")) for rows in looked_at(rule, moment))
    return reduce(or_, (Q(Exists(rows)) for rows in parts), NOTHING)


def found(rule: Rule, moment: Moment, only: Collection[UUID] | None = None) -> set[UUID]:
    """The records that a rule finds wrong."""
    return {
        key
        for rows in looked_at(rule, moment)
        for key in _some(rows, only).order_by().values_list("fact", flat=True)
    }


def fresh(rule: Rule, moment: Moment, only: Collection[UUID] | None = None) -> list[QuerySet[Any]]:
    """The records that a rule finds and for which no defect stands, in as many questions."""
    there = standing(rule.key).filter(record=OuterRef("fact"))
    return [_some(rows.filter(~Exists(there)), only) for rows in looked_at(rule, moment)]


def _some(rows: QuerySet[Any], only: Collection[UUID] | None) -> QuerySet[Any]:
    """Only some records, fetched by their keys: else one database goes through all of the kind."""
    if only is None:
        return rows
    versions = rows.model._base_manager.filter(fact__in=list(only))
    return rows.filter(pk__in=versions.values("pk"))


def _new(
    rule: Rule, moment: Moment, only: Collection[UUID] | None, most: int
) -> Iterator[dict[str, Any]]:
    """What stands in the columns of the defects that a rule finds anew."""
    subject, place = subject_of(rule.kind), place_of(rule.kind)
    for rows in fresh(rule, moment, only):
        told = rows.order_by().values_list("fact", _column(subject), _column(place))
        for record, about, where in told[: max(most, 0)]:
            most -= 1
            key = clock.new_id()
            yield {
                "id": key,
                "fact": key,
                "rule": rule.key,
                "about": rule.kind.basic or rule.kind.name,
                "record": record,
                "subject_id": about,
                "place_id": where,
                "severity": rule.entry.severity,
                "date": clock.today(),
            }


def _column(path: str | None) -> Any:
    return F(path) if path else Value(None, output_field=UUIDField())


def _open_again(rule: Rule, moment: Moment, only: Collection[UUID] | None, most: int) -> int:
    """What was accepted opens again when its day has passed or the record says something else."""
    changed = 0
    for one in outlived(rule, moment, only):
        if changed < most:
            correct(one, **_UNACCEPTED)
            changed += 1
    return changed


def outlived(rule: Rule, moment: Moment, only: Collection[UUID] | None = None) -> Iterator[Defect]:
    """The accepted defects that do not hold as they were accepted; they are few."""
    accepted = standing(rule.key, only).filter(state="accepted")
    over = Q(until__lt=moment.on)
    for one in accepted.filter(over | _touched_since(rule.kind)).order_by("pk"):
        if one.until is not None and one.until < moment.on:
            yield one
        elif _says(rule, one.record, moment) != _says(
            rule, one.record, Moment(moment.on, one.recorded_at)
        ):
            yield one


def _touched_since(kind: Kind) -> Q:
    """That something was written of the record after its defect was accepted."""
    later = {"fact": OuterRef("record"), "recorded_at__gt": OuterRef("recorded_at")}
    tables = [model_of(kind), *([sheet_of(kind)] if kind.sheet else [])]
    return reduce(or_, (Q(Exists(table._base_manager.filter(**later))) for table in tables))


def _says(rule: Rule, record: UUID, moment: Moment) -> list[Any]:
    """What a record says in the fields that the rule reads, as known at a time."""
    kind = rule.kind
    told = {f"told{n}": value_of(kind[k], kind, moment) for n, k in enumerate(fields_read(rule))}
    rows = all_of(kind, moment).filter(fact=record).annotate(**told)
    return list(rows.values_list(*told)) if told else []


def _move(rule: Rule, moment: Moment, only: Collection[UUID] | None, most: int) -> int:
    """Open defects follow the place where their record lies now."""
    changed = 0
    for one in moved(rule, moment, only)[: max(most, 0)]:
        correct(one, place_id=one.lies)
        changed += 1
    return changed


def moved(rule: Rule, moment: Moment, only: Collection[UUID] | None = None) -> QuerySet[Any]:
    """The open defects whose record lies elsewhere by now, with the place where it ``lies``."""
    path, there = place_of(rule.kind), standing(rule.key, only).filter(state="open")
    if path is None:
        return there.none()
    lies = all_of(rule.kind, moment).filter(fact=OuterRef("record")).values(path)[:1]
    rows: QuerySet[Any] = there.annotate(lies=Subquery(lies, output_field=UUIDField()))
    rows = rows.filter(lies__isnull=False)
    return rows.exclude(place=F("lies"))


@action("defect.accept")
def accept(*, by: By, defect: Defect, reason: str, until: dt.date | None) -> Defect:
    """Say that what a rule found is true of this record, for a reason, and until when at most."""
    require(by.user, "defect.accept", defect)
    if defect.state != "open":
        raise Refused("defect_not_open", "This defect is not open any more; nothing was changed.")
    if not reason.strip():
        raise Refused("reason_missing", "Say why it is true.")
    if until is not None and until < clock.today():
        raise Refused("until_passed", "%(until)s has passed already.", until=until)
    correct(
        defect,
        state="accepted",
        accepted=clock.today(),
        accepted_by=by.user,
        reason=reason.strip(),
        until=until,
    )
    require_written(by.user, "defect.accept", defect)
    return defect


@action("defect.reopen")
def reopen(*, by: By, defect: Defect) -> Defect:
    """Take back that a defect was accepted as true: it is open again."""
    require(by.user, "defect.reopen", defect)
    if defect.state != "accepted":
        raise Refused("defect_not_accepted", "Nobody accepted this defect; nothing was changed.")
    return correct(defect, **_UNACCEPTED)


#: What a defect is again once it is not accepted any more.
_UNACCEPTED: dict[str, Any] = {
    "state": "open", "accepted": None, "accepted_by": None, "reason": "", "until": None
}  # fmt: skip
