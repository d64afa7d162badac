"""Records of a long list that are made before the transaction of their action (SQLite).

On SQLite one writes at a time. The records are written some at a time by the actions of their
kinds, each time in a transaction that is taken back, and what these wrote is laid into tables in
memory. What is left to the action's own transaction is to copy it (decision 0057).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from bangfu.ledger.actions.coming import rest
from bangfu.ledger.actions.event import (
    Act,
    By,
    Given,
    Overtaken,
    on_trial,
    said_in_words,
    write_lines,
)
from bangfu.ledger.actions.insert_values import laid_ready, last_written, write_ready
from bangfu.ledger.actions.intake_new import parts
from bangfu.ledger.actions.intake_rows import NewRecord, named_in, write_all
from bangfu.ledger.models import (
    Activity,
    Award,
    Encounter,
    Household,
    Need,
    Participant,
    Payout,
    Person,
    Subject,
    SubjectKey,
)
from bangfu.ledger.rows import columns_of, digest_of_line, key_bytes

#: What only adds to what is on record, and of which its action asks nothing that such rows say.
_ADDING = frozenset(
    ("activity.visit", "need.raise_", "award.give", "payout.enter", "encounter.record")
)
#: What makes more of such a record: something that stands is closed, sealed detail is noted.
_MORE = ("closed", "met", "photo", "diagnosis")
#: What others may write meanwhile: no such action asks for it. A key is new with its subject.
_BESIDE = frozenset(
    model._meta.db_table
    for model in (Activity, Participant, Need, Award, Payout, Encounter, SubjectKey)
)
#: Whether others may depends on whom it is about.
_ABOUT: tuple[type[Subject | Person | Household], ...] = (Subject, Person, Household)
#: So many records are written in one transaction that is taken back.
_TOGETHER = 200


def may_be_made(records: Sequence[NewRecord]) -> bool:
    """Whether records may be made before their transaction: each adds, and changes nothing."""
    return all(one.verb in _ADDING and not any(map(one.told.get, _MORE)) for one in records)


@dataclass(slots=True)
class MadeRecords:
    """The records of a list that lie ready; ``seen`` was the last event when the first was made."""

    act: Act
    whom: frozenset[UUID]
    seen: int

    def write(self) -> None:
        """Copy what lies ready, unless something came between on which it may depend."""
        if any(self._overtakes(table, keys) for table, keys in _written_since(self.seen)):
            raise Overtaken
        for _ in write_ready(self.act):
            pass

    def _overtakes(self, table: str, keys: Collection[UUID]) -> bool:
        if table in _BESIDE:
            return False
        model = next((one for one in _ABOUT if one._meta.db_table == table), None)
        return model is None or not self.whom.isdisjoint(_about(model, keys))


def lay_ready(by: By, act: Act, records: Sequence[NewRecord]) -> MadeRecords:
    """Make all records of a list and lay them ready; after some, others have as long as it took.

    Raises what their actions say against them.
    """
    whom = frozenset(named_in(records))
    made = MadeRecords(act, whom | frozenset(_at_home(whom)), last_written())
    for some in parts(records, _TOGETHER):
        began = time.monotonic()
        with said_in_words(), on_trial(act, by):
            write_all(by, some)
        rest(time.monotonic() - began)
        _lay(act)
    return made


def _lay(act: Act) -> None:
    """Lay the rows that were taken back into memory, with their digests."""
    for model, keys in act.rows.items():
        given = Given(connections[DEFAULT_DB_ALIAS], columns_of(model))
        rows = [(key, act.fresh.pop((model, key))) for key in sorted(keys)]
        into = laid_ready(model, first=model not in act.bulk)
        run = act.bulk.setdefault(model, bytearray())
        for key, values in rows:
            run += key_bytes(key) + digest_of_line(model, values, {}, act.suite)
        write_lines(model, [given.line(values) for _, values in rows], table=into)
    act.rows.clear()


def _at_home(people: Collection[UUID]) -> Iterator[UUID]:
    """The households of some people, by which it is told too who may write about them."""
    for some in parts(list(people), 500):
        homes = Person.objects.current().filter(fact__in=some, household__isnull=False)
        yield from homes.values_list("household", flat=True)


def _about(model: type[models.Model], keys: Collection[UUID]) -> Iterator[UUID]:
    """Whom some rows are about, and the households that they name."""
    names = ("fact", "household") if model is Person else ("fact",)
    for some in parts(list(keys), 500):
        for row in model._base_manager.filter(pk__in=some).values_list(*names):
            yield from filter(None, row)


def _written_since(event: int) -> Iterator[tuple[str, list[UUID]]]:
    """Each table of which later events wrote rows, with the keys of these."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT r."table", r."rows" FROM ledger_event e JOIN ledger_eventrows r '
            "ON r.event_id = e.id WHERE e.rowid > %s",
            [event],
        )
        for table, run in [(table, bytes(run)) for table, run in cursor.fetchall()]:
            yield table, [UUID(bytes=run[at : at + 16]) for at in range(0, len(run), 32)]
