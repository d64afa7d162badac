"""One person is erased at the command line: told before, done when somebody says so, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from bangfu.jobs import rewriting as told
from bangfu.jobs.restored import erase_again
from bangfu.keeping import rewriting
from bangfu.ledger import clock
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import journal
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Event, Subject, SubjectKey, User
from tests.jobs.conftest import Call
from tests.village import VISITED, Village, added_file, fill, village_subject

Ask = Callable[..., Any]


def test_without_yes_it_is_only_told_what_would_be_done(
    ask: Ask, call: Call, village: Village
) -> None:
    fill(village)
    clerk = village.accounts["fang"]
    draft = documents.draft(
        by=By(clerk, "test"), programme=village.programme, name="bulletin", on=VISITED,
        title="三月简报", body={"prose": "走访了赵大山一户"},
    )  # fmt: skip
    key, events = village.zhao.fact, Event.objects.count()
    told = ask("subject", "erase", key, "--reason", "request")
    assert (told["name"], told["kind"], told["erased"]) == ("赵*山", "person", False)
    assert {"identity", "phone", "wishes", "source"} <= set(told["wiped"]["person"]["columns"])
    assert told["stays"]["enrolment"] == 2 and told["stays"]["activity"] == 3
    drafts = [(d["key"], d["by"], d["loses_the_name"]) for d in told["drafts"]]
    assert drafts == [(str(draft.fact), "fang", True)]
    said = call("subject", "erase", key, "--reason", "request").output
    assert (
        "loses the name; tell fang" in said
        and "Nothing was changed" in said
        and "赵大山" not in said
    )
    assert Event.objects.count() == events
    assert Subject.objects.get(pk=key).name == "赵大山"


def test_with_yes_it_is_done_once(ask: Ask, call: Call, village: Village) -> None:
    key = village.zhao.fact
    told = ask("subject", "erase", key, "--reason", "mistake", "--yes")
    assert told["erased"] and told["rewritten"] and told["reason"] == "mistake"
    assert SubjectKey.objects.get(pk=key).salt is None
    again = call("subject", "erase", key, "--reason", "mistake", "--yes")
    assert (again.exit_code, again.stderr) == (1, f"{key} was erased already.\n")


def test_only_a_reason_of_the_list_and_somebody_who_is_there(call: Call, village: Village) -> None:
    key = village.zhao.fact
    assert call("subject", "erase", key, "--reason", "本人来电要求", "--yes").exit_code == 2
    assert call("subject", "erase", "zhao", "--reason", "request", "--yes").exit_code == 2
    for nobody in (uuid4(), village.hospital.fact):
        refused = call("subject", "erase", nobody, "--reason", "request", "--yes")
        assert refused.exit_code == 1 and "no person or household" in refused.stderr
    assert Subject.objects.get(pk=key).name == "赵大山"


def test_an_open_account_is_named_and_keeps_the_person(
    ask: Ask, call: Call, village: Village
) -> None:
    village.account("zhao", "helper", person=village.zhao)
    key = village.zhao.fact
    assert ask("subject", "erase", key, "--reason", "request")["open_accounts"] == ["zhao"]
    refused = call("subject", "erase", key, "--reason", "request", "--yes")
    assert refused.exit_code == 1 and "open account (zhao)" in refused.stderr
    assert call("user", "close", "zhao").exit_code == 0
    assert ask("subject", "erase", key, "--reason", "request", "--yes")["erased"]


def test_a_restored_backup_that_opens_the_account_again_does_not_keep_the_person(
    village: Village,
) -> None:
    village.account("zhao", "helper", person=village.zhao)
    assert erase_again([village.zhao.fact]) == 1
    account = User.objects.get(person=village.zhao)
    assert not account.is_active and account.username == f"account-{account.pk}"
    assert Event.objects.get(verb="subject.erase").purpose == "restored"
    journal.seal()
    assert journal.verify().sound


def test_what_may_be_left_in_the_files_is_said(
    call: Call, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "rewrite", lambda: False)
    key = village.zhao.fact
    done = call("subject", "erase", key, "--reason", "request", "--yes")
    assert done.exit_code == 0 and "bangfu retention rewrite" in done.stderr


def test_files_of_places_past_their_term_are_counted(
    ask: Ask, call: Call, village: Village
) -> None:
    assert ask("retention", "due")["file"] == 0
    old, new = dt.date(2003, 1, 1), clock.today()
    for subject, on in (
        (village_subject(village), old),
        (village.clinic, old),
        (village.zhao, old),
    ):
        added_file(village, subject=subject, on=on)
    added_file(village, subject=village.clinic, on=new)
    assert ask("retention", "due")["file"] == 2, "those of persons go with them"
    assert "2 files of places" in call("retention", "due").output


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("holds", ["reads here", "writes elsewhere"])
def test_the_tables_are_not_said_to_be_clean_while_somebody_sees_the_old(
    holds: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg
    from django.db import connection

    monkeypatch.setattr(rewriting, "_PATIENCE", 0.5)
    given = connection.get_connection_params()
    reach = {k: given[k] for k in ("user", "password", "host", "port") if given.get(k)}
    name = given["dbname"] if holds == "reads here" else "postgres"
    with psycopg.connect(dbname=name, **reach) as other:
        if holds == "reads here":
            other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            other.execute("SELECT count(*) FROM ledger_event")
        else:
            other.execute("SELECT pg_current_xact_id()")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")  # something is written meanwhile
        assert not rewriting.rewrite()
