"""Funds are opened; entries promise, receive, pay and counter. Nothing is ever changed."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, insert
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Entry, Fund, Measure, Programme, Project, Subject
from bangfu.ledger.moment import Moment


@action("fund.open_all")
def open_all(*, by: By, programme: Programme, on: dt.date | None = None) -> list[Fund]:
    """Open the funds that the programme's file names and that are not open yet."""
    require(by.user, "fund.open_all", programme)
    began = on or programme.began
    file = Meaning.of(programme, Moment(began)).file
    there = set(Fund.objects.current().filter(programme=programme).values_list("name", flat=True))
    return [
        insert(Fund(programme=programme, name=name, title=entry.title or name, began=began))
        for name, entry in file.entries("fund")
        if name not in there
    ]


@action("entry.promise")
def promise(
    *,
    by: By,
    fund: Fund,
    organisation: Subject,
    on: dt.date,
    amount: int,
    amount_most: int | None = None,
    use: str = "",
    kind: str = "pledge",
    project: Project | None = None,
) -> Entry:
    """Write down what somebody promised, in fen; a range keeps both of its ends.

    What is promised for a project is its budget.
    """
    about = _of(project)
    require(by.user, "entry.promise", *about, organisation=organisation, programme=fund.programme)
    _positive(amount)
    entry = insert(
        Entry(
            fund=fund,
            direction="promised",
            kind=kind,
            organisation=organisation,
            date=on,
            amount=amount,
            amount_most=amount_most,
            use=use,
            project=project,
        )
    )
    require_written(by.user, "entry.promise", entry)
    return entry


@action("entry.receive")
def receive(
    *,
    by: By,
    fund: Fund,
    organisation: Subject | None,
    on: dt.date,
    amount: int,
    kind: str = "donation",
    use: str = "",
    voucher: str = "",
    project: Project | None = None,
) -> Entry:
    """Write down what came in, in fen."""
    require(by.user, "entry.receive", fund, *_of(project))
    _positive(amount)
    entry = insert(
        Entry(
            fund=fund,
            direction="in",
            kind=kind,
            organisation=organisation,
            date=on,
            amount=amount,
            use=use,
            voucher=voucher,
            project=project,
        )
    )
    require_written(by.user, "entry.receive", entry)
    return entry


@action("entry.pay")
def pay(
    *,
    by: By,
    fund: Fund,
    on: dt.date,
    amount: int,
    use: str,
    voucher: str,
    organisation: Subject | None = None,
    measure: Measure | None = None,
    project: Project | None = None,
) -> Entry:
    """Write down what was paid, in fen, with its voucher."""
    require(by.user, "entry.pay", fund, *_of(project))
    _positive(amount)
    if not voucher.strip():
        raise Refused("voucher_missing", "A payment needs the number of its voucher.")
    entry = insert(
        Entry(
            fund=fund,
            direction="out",
            kind="payment",
            organisation=organisation,
            date=on,
            amount=amount,
            use=use,
            voucher=voucher,
            measure=measure,
            project=project,
        )
    )
    require_written(by.user, "entry.pay", entry)
    return entry


@action("entry.counter")
def counter(*, by: By, entry: Entry, on: dt.date, voucher: str) -> Entry:
    """Take back an entry by a further one of the same amount below zero, on a day of its own."""
    require(by.user, "entry.counter", entry, entry.fund)
    if entry.counters_id or Entry.objects.filter(counters=entry).exists():
        raise Refused("countered_already", "This entry was countered already.")
    return insert(
        Entry(
            fund_id=entry.fund_id,
            direction=entry.direction,
            kind=entry.kind,
            use=entry.use,
            organisation_id=entry.organisation_id,
            measure_id=entry.measure_id,
            project_id=entry.project_id,
            amount=-entry.amount,
            date=on,
            voucher=voucher,
            counters=entry,
        )
    )


def standing_in(rows: QuerySet[Entry]) -> list[Entry]:
    """Those of some entries that stand and were not countered, the earliest first."""
    own = rows.filter(superseded_at__isnull=True, counters__isnull=True)
    countered = Entry.objects.current().filter(counters__in=own).values("counters")
    return list(own.exclude(pk__in=countered).select_related("fund").order_by("date", "pk"))


def _of(project: Project | None) -> list[Project]:
    """The project that an entry is for, if it is for one."""
    return [] if project is None else [project]


def _positive(amount: int) -> None:
    if amount <= 0:
        raise Refused("amount_not_positive", "An amount is more than nothing, in whole fen.")
