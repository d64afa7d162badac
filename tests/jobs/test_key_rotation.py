"""Every sealed value moves to a new master key, and the old one can be retired."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import models

from bangfu.ledger import keys, vault
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import key as actions
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Activity, Fact, HealthDetail, Person
from bangfu.ledger.models.subject import Subject
from bangfu.ledger.rows import journalled
from tests.jobs.conftest import Call
from tests.village import IDENTITY, ILLNESS, PHONE, Village, fill

Ask = Callable[..., Any]
BY = By(None, "test")


@pytest.fixture(autouse=True)
def own_keys(keyring: object, tmp_path: Path) -> Iterator[None]:
    """A keys file that these tests may change."""
    shared = settings.BANGFU_KEYS_FILE
    copy = tmp_path / "keys.toml"
    copy.write_bytes(Path(shared).read_bytes())
    copy.chmod(0o600)
    settings.BANGFU_KEYS_FILE = copy
    vault.forget_keyring()
    yield
    settings.BANGFU_KEYS_FILE = shared
    vault.forget_keyring()


@pytest.fixture
def village(village: Village) -> Village:
    """The village with something in every sealed column."""
    fill(village)
    return village


def opened(subject: Subject, field: str) -> str:
    """One sealed field of a person's present sheet."""
    return vault.unseal(subject, field, getattr(persons.sheet_on(subject), field))


def test_every_sealed_column_is_declared() -> None:
    declared = {(t.model, c) for t in actions.SEALED for c in t.columns if not t.salt}
    held = {
        (model, field.name)
        for model in journalled()
        if issubclass(model, Fact)
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
        if not field.name.endswith("_index") and field.name != "grain"
    }
    assert declared == held


def test_after_a_rotation_everything_opens_and_the_old_master_can_go(
    ask: Ask, call: Call, village: Village
) -> None:
    persons.update(by=BY, subject=village.zhao, on=_later(village.zhao), phone="11087654321")
    before = ask("keys", "show")["masters"]
    assert [m["version"] for m in before] == [1] and before[0]["values"] > 5
    said = ask("keys", "rotate")
    assert said["current"] == 2 and said["added"] and said["rows"] > 3
    after = {m["version"]: m["values"] for m in ask("keys", "show")["masters"]}
    assert after == {1: 0, 2: before[0]["values"]}
    assert ask("keys", "remove", "1")["versions"] == [2]
    assert opened(village.zhao, "phone") == "11087654321"
    assert persons.find_by_number(sort="identity", clear=IDENTITY)
    for row in Person._base_manager.filter(fact=village.zhao.fact).exclude(phone=None):
        assert vault.unseal(village.zhao, "phone", row.phone) in (PHONE, "11087654321")
    health = HealthDetail.objects.current().first()
    assert health is not None
    assert vault.unseal(health.subject_id, "sort", health.sort) == ILLNESS
    journal.seal()
    assert journal.verify().faults == []


def _later(subject: Subject) -> dt.date:
    return persons.sheet_on(subject).began + dt.timedelta(days=90)


def test_a_rotation_that_broke_off_goes_on_without_a_further_key(
    ask: Ask, village: Village
) -> None:
    keys.Keyring.add_master(settings.BANGFU_KEYS_FILE)
    first = actions._awaiting(actions.SEALED[0])[:1]
    assert actions.reseal(by=BY, table="ledger_person", rows=first) == 1
    said = ask("keys", "rotate")
    assert said["current"] == 2 and not said["added"] and said["rows"] > 1
    assert ask("keys", "rotate", "--no-new")["rows"] == 0


def test_a_master_that_still_seals_something_is_not_removed(call: Call, village: Village) -> None:
    assert call("keys", "remove", "1").exit_code == 1
    keys.Keyring.add_master(settings.BANGFU_KEYS_FILE)
    refused = call("keys", "remove", "1")
    assert refused.stderr == "Master key 1 still seals values; run bangfu keys rotate first.\n"
    assert call("keys", "remove", "7").exit_code == 1


def test_a_change_of_ciphers_is_a_rotation(ask: Ask, village: Village) -> None:
    ask("keys", "rotate", "--suite", "sm")
    assert ask("keys", "show")["suite"] == "sm"
    assert opened(village.zhao, "identity") == IDENTITY
    journal.seal()
    assert journal.verify().faults == []


def test_an_erased_person_stays_erased(ask: Ask, village: Village) -> None:
    subjects.erase(by=BY, subject=village.zhao, reason="request")
    ask("keys", "rotate")
    with pytest.raises(keys.Erased):
        vault.key_of(village.zhao)
    journal.seal()
    assert journal.verify().faults == []


def test_what_is_said_of_an_activity_in_confidence_is_sealed_anew_too(
    ask: Ask, village: Village
) -> None:
    noted = Activity.objects.current().exclude(private_note=None)
    assert noted.exists()
    ask("keys", "rotate")
    assert {keys.sealed_version(n) for n in noted.values_list("private_note", flat=True)} == {2}


def test_a_process_that_serves_learns_of_a_new_master(village: Village) -> None:
    assert vault.keyring().current == 1
    keys.Keyring.add_master(settings.BANGFU_KEYS_FILE)
    assert vault.keyring().current == 2
