"""A ledger of an earlier version is sound after the migrations that this one brings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bangfu.ledger import refusals
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.journal import seal, verify
from bangfu.ledger.models import Event, EventRows, User
from tests.village import OPERATOR, PAIRED, Village, dropping, unrefused

#: The last state without proofs; what later columns hold would be lost further back.
FIRST_VERSION = ("ledger", "0004_erasing_leaves_nothing")


def migrate(*targets: tuple[str, str]) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


@pytest.fixture
def first_version(lasting_village: Village) -> Iterator[Village]:
    """The known people as version 0.1.0 kept them: accounts outside of the journal, no proofs."""
    lasting_village.account("fang", "clerk", place=lasting_village.county)
    lasting_village.account("chen", "clinician", place=lasting_village.county)
    with unrefused():
        EventRows.objects.filter(table="ledger_user")._raw_delete(using="default")
    seal()
    needs.raise_(by=OPERATOR, subject=lasting_village.sun, on=PAIRED, text="未封的一条")
    _drop_refusals()
    migrate(FIRST_VERSION)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(refusals, "REFUSALS", [_then(rule) for rule in refusals.REFUSALS])
        refusals.install("default")
    yield lasting_village
    migrate()
    refusals.install("default")


def _drop_refusals() -> None:
    with connection.cursor() as cursor:
        for statement in dropping():
            cursor.execute(statement)


def _then(rule: Any) -> Any:
    """What the database refused then: events had no proofs that could be compared."""
    if rule.name == "event_never_changed":
        return refusals.Refuse(rule.name, rule.table, rule.doing)
    return rule


@pytest.mark.django_db(transaction=True)
def test_the_journal_of_the_first_version_is_proven_and_takes_the_accounts_up(
    first_version: Village,
) -> None:
    migrate()
    refusals.install("default")
    assert verify().faults == []
    assert Event.objects.filter(verb="user.take_up").count() == 1
    User.objects.filter(username="fang").update(is_active=False)
    (fault,) = verify().faults
    fang = User.objects.get(username="fang")
    assert (fault.code, fault.where) == ("row_changed", f"ledger_user {fang.pk}")
    User.objects.filter(pk=fang.pk).update(is_active=True)
    users.close(by=OPERATOR, user=fang)
    seal()
    assert verify().faults == []
