"""Writers are killed at any moment: whatever was acknowledged is there, once and whole.

Runs some twenty seconds; with BANGFU_LONG=1 two minutes. CONTRIBUTING.md says how.
"""

from __future__ import annotations

import collections
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from bangfu.ledger.actions.journal import seal, verify
from bangfu.ledger.models import Activity, Entry, Event, EventRows, Need, Participant
from tests.ledger.writing import LEFT
from tests.village import Village

SECONDS = 120 if os.environ.get("BANGFU_LONG") == "1" else 20
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db(transaction=True)
def test_killed_writers_lose_nothing_and_leave_nothing_half_written(
    lasting_village: Village, tmp_path: Path
) -> None:
    before = {m: m.objects.count() for m in (Activity, Participant, Need, Entry, Event)}
    writers = _Writers(tmp_path, count=12 if connection.vendor == "postgresql" else 4)
    deaths = writers.die_and_come_back(SECONDS)
    sent, kept = writers.told()
    told = f"{deaths} died, {len(kept)} acts acknowledged of {len(sent)} sent"
    sys.stdout.write(f"{connection.vendor}, {writers.count} writers, {SECONDS} s: {told}\n")
    assert deaths > 10 and len(kept) > 50, (deaths, len(kept))

    events = {e.pk: e for e in Event.objects.filter(door="test", pk__in=sent)}
    assert set(kept) <= set(events), "acknowledged and gone"
    rows: dict[object, dict[str, int]] = collections.defaultdict(dict)
    for part in EventRows.objects.filter(event__in=events):
        rows[part.event_id][part.table] = len(bytes(part.rows)) // 32
    for key in events:
        assert rows[key] == LEFT[sent[key]], key

    done = collections.Counter(sent[key] for key in events)
    assert Activity.objects.count() - before[Activity] == done[0]
    assert Participant.objects.count() - before[Participant] == 3 * done[0]
    assert Need.objects.count() - before[Need] == done[1]
    assert Entry.objects.count() - before[Entry] == done[2]
    assert Event.objects.count() - before[Event] == len(events)
    for model in (Activity, Need, Entry):
        assert model.objects.filter(event__in=events).count() == done[_NUMBER[model]]
    seal()
    assert verify().faults == []


_NUMBER = {Activity: 0, Need: 1, Entry: 2}


class _Writers:
    """Processes that write, each with its log; a dead one is replaced by the next."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.count, self.begun = folder, count, 0
        self.running: list[tuple[int, Path]] = []
        self.chance = random.Random(2009)
        self.errors = (folder / "errors").open("wb")
        self.mother = subprocess.Popen(
            [sys.executable, "-m", "tests.ledger.writing"],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "bangfu.config.settings",
                "PYTHONPATH": str(ROOT),
                "BANGFU_DATABASE_URL": _address(),
                "BANGFU_DATA": str(settings.BANGFU_DATA),
                "BANGFU_KEYS_FILE": str(settings.BANGFU_KEYS_FILE),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )

    def die_and_come_back(self, seconds: int) -> int:
        """Kill one or two at random again and again; how many died while they worked."""
        deaths = 0
        self.running = [self._begin() for _ in range(self.count)]
        until = time.monotonic() + seconds
        try:
            while time.monotonic() < until:
                time.sleep(self.chance.uniform(0.05, 0.4))
                for victim in self.chance.sample(range(self.count), self.chance.choice((1, 1, 2))):
                    number, log = self.running[victim]
                    if not log.exists() or log.stat().st_size == 0:
                        continue  # it has not come so far as to write; spare it
                    os.kill(number, signal.SIGKILL)
                    deaths += 1
                    self.running[victim] = self._begin()
        finally:
            for number, _ in self.running:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            self.mother.kill()
            self.mother.communicate()
            self.errors.close()
        return deaths

    def _begin(self) -> tuple[int, Path]:
        self.begun += 1
        log = self.folder / f"{self.begun}.log"
        assert self.mother.stdin and self.mother.stdout
        print(log, file=self.mother.stdin, flush=True)
        return int(self.mother.stdout.readline()), log

    def told(self) -> tuple[dict[object, int], list[object]]:
        """Every key that was sent, with its sort of act, and those that were acknowledged."""
        import uuid

        sent: dict[object, int] = {}
        kept: list[object] = []
        for log in self.folder.glob("*.log"):
            for line in log.read_text(encoding="ascii").splitlines():
                words = line.split()
                if len(words) == 3 and len(words[1]) == 36:
                    key = uuid.UUID(words[1])
                    if words[0] == "sent":
                        sent[key] = int(words[2])
                    else:
                        kept.append(key)
        errors = (self.folder / "errors").read_text()
        assert not errors, errors[-2000:]
        assert len(kept) == len(set(kept))
        return sent, kept


def _address() -> str:
    if connection.vendor == "sqlite":
        return f"sqlite:///{connection.settings_dict['NAME']}"
    said = connection.settings_dict
    return f"postgres://{said['USER']}@/{said['NAME']}?host={said['HOST']}"
