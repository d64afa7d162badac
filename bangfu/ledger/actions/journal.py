"""The journal is sealed into a chain shortly after commit, and held against the tables.

Sealing takes no lock that a writer waits for: it reads events that are committed and not yet
sealed, and marks them. Only one sealer works at a time.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import cast
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import F

from bangfu.ledger import clock, proofs, vault
from bangfu.ledger.actions.event import event_under_way
from bangfu.ledger.digests import LINK_BYTES, START, link, row_digest
from bangfu.ledger.keys import Suite
from bangfu.ledger.models import Document, Event, EventRows, Reading, Seal, SubjectKey
from bangfu.ledger.rows import digest_of, journalled, key_bytes

_RECORD = 32
_SEALER_LOCK = 0x62616E67
_BATCH = 2000
#: So many digits of a head are printed on papers.
PRINTED_DIGITS = 16
_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]+)")


@dataclass(frozen=True, slots=True)
class Head:
    """The state of the chain after one link, for keeping outside: its number and digest.

    Of one that was copied from a paper, ``head`` is the beginning of the digest.
    """

    number: int
    head: str

    def __str__(self) -> str:
        return f"{self.number}:{self.head}"

    @property
    def printed(self) -> str:
        """As it stands on paper: the number and the first sixteen digits."""
        return f"{self.number}:{self.head[:PRINTED_DIGITS]}"

    @classmethod
    def read(cls, text: str) -> Head:
        """A head as it was kept."""
        found = _HEAD.fullmatch(text.strip())
        if not found or len(found[2]) != LINK_BYTES * 2:
            raise ValueError(f"{text!r} is not a head of the journal: number:64 hexadecimal digits")
        return cls(int(found[1]), found[2])

    @classmethod
    def read_printed(cls, text: str) -> Head:
        """A head as somebody copies it from a paper; its digest may be cut short.

        What an input method or a line break did to it (full width, capitals, spaces) is undone.
        """
        plain = "".join(unicodedata.normalize("NFKC", text).split()).lower()
        found = _HEAD.fullmatch(plain)
        if not found or not PRINTED_DIGITS <= len(found[2]) <= LINK_BYTES * 2:
            raise ValueError(
                f"{text!r} is not a head as papers print it: "
                f"number:{PRINTED_DIGITS} hexadecimal digits"
            )
        return cls(int(found[1]), found[2])


def latest_head() -> Head | None:
    """The last link of the chain; None while nothing was sealed."""
    seal = Seal.objects.order_by("-number").first()
    return Head(seal.number, bytes(seal.head).hex()) if seal else None


def heads() -> Iterator[Head]:
    """Every link, oldest first, for keeping outside of the database."""
    for seal in Seal.objects.order_by("number").iterator():
        yield Head(seal.number, bytes(seal.head).hex())


def seal() -> Head | None:
    """Bind all committed events that are not yet bound into further links; the last link."""
    while _seal_batch():
        pass
    return latest_head()


def _seal_batch() -> bool:
    with transaction.atomic():
        if not _only_sealer():
            return False
        unsealed = Event.objects.filter(seal__isnull=True).order_by("at", "id")
        if own := event_under_way():
            unsealed = unsealed.exclude(pk=own)
        events = list(unsealed[:_BATCH])
        if not events:
            return False
        last = Seal.objects.order_by("-number").first()
        previous = bytes(last.head) if last else START
        made = Seal(
            number=last.number + 1 if last else 1,
            sealed_at=clock.now(),
            events=len(events),
            suite=vault.keyring().suite,
        )
        made.head = _linked(previous, _digests(events), made)
        made.proof = proofs.of_link(made)
        made.save(force_insert=True)
        Event.objects.filter(pk__in=[e.pk for e in events]).update(seal=made)
    return len(events) == _BATCH


def _only_sealer() -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def _linked(previous: bytes, digests: Mapping[UUID, bytes], made: Seal) -> bytes:
    """The head of a link: over the link before it, what it says of itself, and its events."""
    suite = cast("Suite", made.suite)
    said = {"number": made.number, "sealed_at": made.sealed_at, "events": made.events}
    members = [row_digest("ledger_seal", said, suite=suite), *digests.values()]
    return link(previous, members, suite=suite)


def _digests(events: Iterable[Event]) -> dict[UUID, bytes]:
    """The digest of each event with the rows it explains, in the order of their keys."""
    parts: dict[UUID, list[EventRows]] = {e.pk: [] for e in events}
    for part in EventRows.objects.filter(event__in=parts.keys()):
        parts[part.event_id].append(part)
    ordered = sorted(events, key=lambda e: e.pk)
    return {e.pk: proofs.event_digest(e, parts[e.pk]) for e in ordered}


# ------------------------------------------------------------------ holding it against the tables


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as the journal says: where, and what is wrong."""

    code: str
    where: str
    detail: str


@dataclass(slots=True)
class Verdict:
    """What verification found; without faults the ledger is as its journal says."""

    events: int = 0
    sealed: int = 0
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.faults

    def fault(self, code: str, where: str, detail: str) -> None:
        """Remember a fault."""
        self.faults.append(Fault(code, where, detail))


def _unheard(count: int) -> None:
    """Nobody asks how far it is."""


def how_much() -> int:
    """How many events and rows verification looks at, for those who wait for it."""
    return Event.objects.count() + sum(model._base_manager.count() for model in journalled())


def verify(*, kept: Iterable[Head] = (), told: Callable[[int], None] = _unheard) -> Verdict:
    """Hold the chain against its events, the events against the rows, and both against heads kept.

    ``kept`` are heads from outside of the database; those printed on issued papers are always
    held against the chain too. Runs in one transaction, so that it sees one state. ``told`` hears
    how many more events and rows were looked at, and may stop it by raising.
    """
    verdict = Verdict()
    with _one_state():
        _verify_chain(verdict, told)
        _verify_days(verdict)
        _verify_kept(verdict, kept)
        _verify_tables(verdict, told)
        _verify_readings(verdict)
    return verdict


@contextlib.contextmanager
def _one_state() -> Iterator[None]:
    """A transaction that reads one state from first to last and that no writer waits for."""
    if connection.in_atomic_block:
        yield
        return
    mode = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode  # type: ignore[attr-defined]


def _verify_days(verdict: Verdict) -> None:
    """The order in which rows were written is that of the events, which the chain holds."""
    for part in EventRows.objects.exclude(at=F("event__at")).defer("rows"):
        verdict.fault(
            "rows_misdated", f"event {part.event_id}", f"its rows of {part.table} have another time"
        )


def _verify_chain(verdict: Verdict, told: Callable[[int], None]) -> None:
    previous, number = START, 0
    for made in Seal.objects.order_by("number").iterator():
        number += 1
        if made.number != number:
            verdict.fault("link_missing", f"seal {number}", f"the chain goes on with {made.number}")
            number = made.number
        events = list(Event.objects.filter(seal=made))
        digests = _digests(events)
        if len(events) != made.events:
            verdict.fault(
                "events_missing",
                f"seal {made.number}",
                f"{made.events} events were sealed, {len(events)} are there",
            )
        if _linked(previous, digests, made) != bytes(made.head):
            verdict.fault("link_broken", f"seal {made.number}", _first_and_last(events))
        if bytes(made.proof) != proofs.of_link(made):
            verdict.fault("link_forged", f"seal {made.number}", "the program did not make it")
        _verify_events(verdict, events, digests)
        previous = bytes(made.head)
        verdict.sealed += len(events)
        told(len(events))
    for events in _unsealed():
        _verify_events(verdict, events, _digests(events))
        told(len(events))
    verdict.events = Event.objects.count()


def _unsealed() -> Iterator[list[Event]]:
    """The events that await their seal, some at a time."""
    waiting = Event.objects.filter(seal__isnull=True).order_by("pk")
    part = list(waiting[:_BATCH])
    while part:
        yield part
        part = list(waiting.filter(pk__gt=part[-1].pk)[:_BATCH])


def _verify_events(
    verdict: Verdict, events: Iterable[Event], digests: Mapping[UUID, bytes]
) -> None:
    """Each was written by the program, with just these rows."""
    for event in events:
        if bytes(event.proof) != proofs.of_event(digests[event.pk]):
            verdict.fault(
                "event_forged",
                f"event {event.pk}",
                f"{event.verb} of {event.at:%Y-%m-%d %H:%M:%S} was put in or changed by hand",
            )


def _first_and_last(events: list[Event]) -> str:
    if not events:
        return "none of its events is there"
    ordered = sorted(events, key=lambda e: e.at)
    return (
        f"an event between {ordered[0].at:%Y-%m-%d %H:%M:%S} and {ordered[-1].at:%Y-%m-%d %H:%M:%S}"
        " was changed, removed or added"
    )


def _verify_kept(verdict: Verdict, kept: Iterable[Head]) -> None:
    there = {h.number: h.head for h in heads()}
    for head in (*kept, *_printed(verdict)):
        if head.number not in there:
            verdict.fault(
                "cut_off",
                f"seal {head.number}",
                "it was kept outside, but the chain ends before it",
            )
        elif not there[head.number].startswith(head.head):
            verdict.fault(
                "rewritten", f"seal {head.number}", "the chain is not the one that was kept outside"
            )


def _printed(verdict: Verdict) -> Iterator[Head]:
    """The heads on issued papers; one that cannot be read is a fault itself."""
    for key, text in Document.objects.exclude(head="").values_list("pk", "head"):
        try:
            yield Head.read(text)
        except ValueError as unreadable:
            verdict.fault("head_unreadable", f"document {key}", str(unreadable))


def _verify_tables(verdict: Verdict, told: Callable[[int], None]) -> None:
    """Every table as its events left it, each as the journal comes to it; then what it never names.

    What is asked of all tables alike is asked once: most of them hold few rows.
    """
    models_of = {model._meta.db_table: model for model in journalled()}
    salts = _salts()
    for table, parts in groupby(_written(*models_of), key=itemgetter(0)):
        _verify_table(verdict, models_of.pop(table), _expected(parts), salts, told)
    for model in models_of.values():
        _verify_table(verdict, model, {}, salts, told)


def _verify_table(
    verdict: Verdict, model: type[models.Model], expected: dict[bytes, tuple[bytes, Suite]],
    salts: Mapping[UUID, bytes], told: Callable[[int], None] = _unheard,
) -> None:  # fmt: skip
    table = model._meta.db_table
    for row in model._base_manager.all().iterator(chunk_size=2000):
        verdict.rows += 1
        told(1)
        key = key_bytes(row.pk)
        left, where = expected.pop(key, None), f"{table} {_key_of(model, key)}"
        if left is None:
            verdict.fault("row_unexplained", where, "no event tells of this row")
        elif left[0] != digest_of(row, salts, left[1]):
            verdict.fault("row_changed", where, "the row is not as its last event left it")
    for lost in expected:
        where = f"{table} {_key_of(model, lost)}"
        verdict.fault("row_missing", where, "its event is there, the row is not")


def _key_of(model: type[models.Model], key: bytes) -> UUID | int:
    """A key as people would look for it: accounts have numbers."""
    numbered = isinstance(model._meta.pk, models.IntegerField)
    return int.from_bytes(key, "big") if numbered else UUID(bytes=key)


def _verify_readings(verdict: Verdict) -> None:
    """Readings that are kept may go at any time, but nobody else writes them."""
    for kept in Reading.objects.iterator():
        if bytes(kept.proof) != proofs.of_reading(kept):
            verdict.fault(
                "reading_forged",
                f"{Reading._meta.db_table} {kept.question}",
                "it was put in or changed by hand; it is not used",
            )


def _salts() -> Mapping[UUID, bytes]:
    held = SubjectKey.objects.filter(salt__isnull=False).values_list("subject_id", "salt")
    return {subject: bytes(salt or b"") for subject, salt in held.iterator()}


def _written(*tables: str) -> Iterator[tuple[str, bytes, Suite]]:
    """What events wrote to tables, one after the other; with the hash of its digests."""
    parts = EventRows.objects.filter(table__in=tables).order_by("table", "at", "event_id")
    for table, rows, suite in parts.values_list("table", "rows", "event__suite").iterator(50):
        yield table, bytes(rows), cast("Suite", suite)


def _expected(parts: Iterable[tuple[str, bytes, Suite]]) -> dict[bytes, tuple[bytes, Suite]]:
    """For each row of a table the digest that the last event which wrote it left, and its hash."""
    expected: dict[bytes, tuple[bytes, Suite]] = {}
    for _table, run, suite in parts:
        for at in range(0, len(run), _RECORD):
            expected[run[at : at + 16]] = (run[at + 16 : at + _RECORD], suite)
    return expected
