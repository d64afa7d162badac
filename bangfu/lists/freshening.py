"""Readings that a page showed as they were, though it wanted newer ones, are counted behind it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from bangfu.ledger import clock
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning, NotInForce
from bangfu.ledger.models import Programme
from bangfu.ledger.models import Reading as Kept
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import one_page
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.readings import count_anew, genuine, question_of, want_no_more

#: A reading is counted anew no sooner than so long after the last time, however often it is wanted.
NO_SOONER = dt.timedelta(seconds=20)


def freshen() -> Iterator[None]:
    """Count anew what pages wanted newer, one figure at a time.

    Those of another day than today, and of a file that was replaced, are left to their pages.
    """
    due = Kept.objects.filter(wanted_at__isnull=False, counted_at__lt=clock.now() - NO_SOONER)
    wanted = list(due.order_by("wanted_at"))
    if not wanted:
        return
    left = {one.question for one in wanted}
    for question, figure in _figures(genuine(wanted).values()):
        with one_page():
            count_anew(figure)
        left.discard(question)
        yield
    want_no_more(left)


def _figures(wanted: Iterable[Kept]) -> Iterator[tuple[str, Figure]]:
    """The figures that some readings are of, found by their names as a page finds them today."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for one in wanted:
        programme, name = one.answer.get("of") or ("", "")
        names[programme][one.question] = name
    asked = {UUID(key): sought for key, sought in names.items() if key}
    moment = Moment.present()
    for programme in Programme.objects.at(moment).filter(fact__in=asked):
        sought = asked[programme.fact]
        for figure in _named(programme, set(sought.values()), moment):
            if (question := question_of(figure)) in sought:
                yield question, figure


def _named(programme: Programme, names: Collection[str], moment: Moment) -> Iterator[Figure]:
    try:
        meaning = Meaning.of(programme, moment)
    except NotInForce:
        return
    for name in [name for name, _entry in meaning.file.entries() if name in names]:
        try:
            yield figure_of(programme, name, moment, meaning=meaning)
        except Unsayable:
            continue
