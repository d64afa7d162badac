"""What a household's lines came to is reckoned on a day, for a window that is stated."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, insert
from bangfu.ledger.income_sums import SORTS, Sums, sums, usual_window
from bangfu.ledger.models import Household, Income, Person, Reckoning, Subject
from bangfu.ledger.moment import Moment


@action("reckoning.make")
def make(
    *,
    by: By,
    subject: Subject,
    on: dt.date,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> Reckoning:
    """Reckon a household's income; without a window, for the twelve months before the month.

    Reckoned again on the same day for the same window, the earlier one is put right.
    """
    require(by.user, "reckoning.make", subject.fact)
    if subject.kind != "household":
        raise Refused("not_a_household", "Income is kept by household.")
    usual = usual_window(on)
    first, last = since or usual[0], until or usual[1]
    _check(on, first, last)
    made = _made(subject, on, first, last)
    require_written(by.user, "reckoning.make", made)
    return made


def _check(on: dt.date, since: dt.date, until: dt.date) -> None:
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)
    if since > until:
        raise Refused("days_in_order", "The first day lies after the last day.")
    if until > on:
        raise Refused(
            "window_in_the_future", "The window ends after the day on which it is reckoned."
        )


def _made(subject: Subject, on: dt.date, since: dt.date, until: dt.date) -> Reckoning:
    persons, counted_from = counted(subject, on)
    found = sums_of(subject, since, until, persons)
    if not found.lines:
        raise Refused(
            "no_lines",
            "No line of income lies between %(since)s and %(until)s; enter them first.",
            since=since,
            until=until,
        )
    columns = {**_columns(found), "persons": persons, "counted_from": counted_from}
    standing = Reckoning.objects.current().filter(subject=subject, date=on, since=since)
    if held := standing.filter(until=until).first():
        return correct(held, **columns)
    return insert(Reckoning(subject=subject, date=on, since=since, until=until, **columns))


def counted(subject: Subject, on: dt.date) -> tuple[int, str]:
    """How many share a household's income on a day, and from where that is known."""
    members = Person.objects.at(Moment(on)).filter(household=subject.fact).count()
    if members:
        return members, "members"
    held = Household.objects.at(Moment(on)).filter(fact=subject.fact).first()
    if held is None or not held.size:
        raise Refused(
            "nobody_counted",
            "On %(on)s no member of this household is on record, nor how many they are.",
            on=on,
        )
    return held.size, "sheet"


def sums_of(subject: Subject, since: dt.date, until: dt.date, persons: int) -> Sums:
    """What the lines that are believed now come to."""
    lines = Income.objects.current().filter(subject=subject, date__gte=since, since__lte=until)
    return sums(lines.order_by("date", "pk"), since=since, until=until, persons=persons)


def _columns(found: Sums) -> dict[str, int]:
    return {
        **{sort: found.by_sort[sort] for sort in SORTS},
        "net": found.net,
        "per_head": found.per_head,
        "per_head_after": found.per_head_after,
        "lines": len(found.lines),
    }


def reckon_anew(line: Income) -> None:
    """Put right what was reckoned of a household in windows that a line touches."""
    touched = Reckoning.objects.current().filter(
        subject=line.subject_id, since__lte=line.date, until__gte=line.since
    )
    for held in touched.select_related("subject"):
        found = sums_of(held.subject, held.since, held.until, held.persons)
        correct(held, **_columns(found))
