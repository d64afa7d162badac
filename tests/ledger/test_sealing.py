"""Sealing and verifying go on beside those who write, and hold nobody up."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections

from bangfu.ledger.actions import journal
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions.journal import Head, seal, verify
from bangfu.ledger.models import Event, Need, Seal
from tests.village import OPERATOR, PAIRED, Village


def test_sealing_binds_every_event_once_in_batches(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_BATCH", 5)
    count = Event.objects.count()
    head = seal()
    assert head == journal.latest_head()
    assert Event.objects.filter(seal__isnull=True).count() == 0
    batches = list(Seal.objects.values_list("events", flat=True))
    assert sum(batches) == count and set(batches[:-1]) == {5}
    assert seal() == head, "nothing new, no new link"
    assert verify().faults == []
    assert [str(h) for h in journal.heads()][-1] == str(head)
    assert Head.read(str(head)) == head


@pytest.mark.django_db(transaction=True)
def test_writers_are_neither_lost_nor_held_up_by_the_sealer(lasting_village: Village) -> None:
    """Four write while one seals without a pause; every event is bound once and all is sound."""
    village, errors, per_writer = lasting_village, [], 12
    over = threading.Event()

    def work(what: Any) -> None:
        try:
            what()
        except Exception as wrong:
            errors.append(wrong)
        finally:
            connections.close_all()

    def record() -> None:
        for _ in range(per_writer):
            needs.raise_(by=OPERATOR, subject=village.zhao, on=PAIRED, text="修路")

    def keep_sealing() -> None:
        while not over.is_set():
            seal()

    sealer = threading.Thread(target=work, args=[keep_sealing])
    writers = [threading.Thread(target=work, args=[record]) for _ in range(4)]
    for thread in (sealer, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    sealer.join()
    assert errors == []
    seal()
    assert Need.objects.count() == 4 * per_writer
    assert Event.objects.filter(seal__isnull=True).count() == 0
    assert verify().faults == []


@pytest.mark.django_db(transaction=True)
def test_verifying_sees_one_state_while_others_write(lasting_village: Village) -> None:
    """A ledger that is being written to is not called unsound for it, and nobody waits."""
    village, over, errors = lasting_village, threading.Event(), []

    def keep_writing() -> None:
        try:
            while not over.is_set():
                needs.raise_(by=OPERATOR, subject=village.zhao, on=PAIRED, text="修路")
        except Exception as wrong:
            errors.append(wrong)
        finally:
            connections.close_all()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        verdicts = [verify() for _ in range(25)]
    finally:
        over.set()
        writer.join()
    assert errors == []
    assert [v.faults for v in verdicts if not v.sound] == []
    assert verdicts[-1].events > verdicts[0].events
