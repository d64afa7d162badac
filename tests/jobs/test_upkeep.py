"""Old log-ins and ended sessions go, what is past its term is said, and nobody is erased."""

from __future__ import annotations

import datetime as dt
import logging
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.test import Client

from bangfu.jobs import upkeep
from bangfu.ledger import clock
from bangfu.ledger.models import Event, SubjectKey
from tests.village import Ticker, Village, ticker

__all__ = ["ticker"]
WRONG = "my-secret-typed-in-the-wrong-field"


def test_what_is_typed_at_the_door_is_kept_nowhere(village: Village) -> None:
    village.account("wang", "clerk", place=village.county)
    client = Client()
    client.post("/account/login/?next=/", {"login": WRONG, "password": "guess-one"})
    client.post("/account/login/", {"login": "wang", "password": WRONG})
    kept = [str(row) for row in AccessAttempt.objects.values()]
    assert len(kept) == 2
    for typed in (WRONG, "guess-one", "wang"):
        assert not [row for row in kept if typed in row], typed


def test_the_spelling_of_a_name_is_no_way_round_the_lock(village: Village) -> None:
    village.account("wang", "clerk", place=village.county)
    client = Client()
    spellings = ("wang", "WANG", " wang", "ｗａｎｇ", "Wang")
    answers = [
        client.post("/account/login/", {"login": name, "password": "guess"}).status_code
        for name in spellings
    ]
    assert answers[-1] == 429


def test_log_ins_go_after_six_months_and_failures_when_they_no_longer_count(
    village: Village, ticker: Ticker
) -> None:
    now = ticker.instant
    for days in (1, 170, 185, 400):
        entry = AccessLog.objects.create(username="wang", user_agent="", path_info="/")
        AccessLog.objects.filter(pk=entry.pk).update(attempt_time=now - dt.timedelta(days=days))
    for minutes in (5, 20):
        tried = AccessAttempt.objects.create(
            username=f"w{minutes}", user_agent="", failures_since_start=4, path_info="/"
        )
        at = now - dt.timedelta(minutes=minutes)
        AccessAttempt.objects.filter(pk=tried.pk).update(attempt_time=at)
    assert upkeep.purge(now) == 3
    ages = {(now - at).days for at in AccessLog.objects.values_list("attempt_time", flat=True)}
    assert ages == {1, 170}
    assert [a.username for a in AccessAttempt.objects.all()] == ["w5"]


@pytest.mark.parametrize("engine", ["file", "db"])
def test_sessions_that_ended_are_cleared_in_either_place(
    db: None, settings: Any, tmp_path: Path, engine: str
) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    if hasattr(store, "_storage_path"):
        del store._storage_path
    keys = []
    for seconds in (-60, 600):
        session = store()
        session["began"] = 1
        session.set_expiry(clock.now() + dt.timedelta(seconds=seconds))
        session.save()
        keys.append(session.session_key)
    upkeep.purge(clock.now())
    left = {path.name for path in tmp_path.iterdir()}
    there = [any(key in name for name in left) or _row(engine, key) for key in keys]
    assert there == [False, True]
    if hasattr(store, "_storage_path"):
        del store._storage_path


def _row(engine: str, key: str) -> bool:
    from django.contrib.sessions.models import Session

    return engine == "db" and Session.objects.filter(pk=key).exists()


def test_what_is_past_its_term_is_said_and_left_to_people(
    village: Village, caplog: pytest.LogCaptureFixture
) -> None:
    events = Event.objects.count()
    with caplog.at_level(logging.INFO, "bangfu.jobs.upkeep"):
        upkeep.tell_what_is_due(dt.date(2014, 1, 1))
        assert caplog.records == [], "the programme goes on, and the rest is too young"
        upkeep.tell_what_is_due(clock.today())
    said = caplog.records[-1].getMessage()
    assert "2 persons, 0 households" in said and "bangfu retention due" in said
    assert "孙秀英" not in said
    assert Event.objects.count() == events
    assert not SubjectKey.objects.filter(salt__isnull=True).exists()


def test_it_is_done_at_once_and_then_once_a_day(
    db: None, ticker: Ticker, monkeypatch: pytest.MonkeyPatch
) -> None:
    days: list[dt.date] = []
    monkeypatch.setattr(upkeep, "tell_what_is_due", days.append)
    once = upkeep.Upkeep()
    done = []
    for minutes in (0, 1, 24 * 60 - 2, 1, 24 * 60):
        ticker.go_on(minutes)
        done.append(once.when_due())
    assert done == [True, False, False, True, True]
    assert len(days) == 3
