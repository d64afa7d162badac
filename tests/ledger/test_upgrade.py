"""A ledger of an earlier version is sound after the migrations that this one brings."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL
from django.db.migrations.recorder import MigrationRecorder

from bangfu.jobs.installation import prepare
from bangfu.keeping.installation import missing_refusals
from bangfu.ledger import clock, refusals
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import document_steps as steps_now
from bangfu.ledger.actions import erasing, leave_steps
from bangfu.ledger.actions import handover as handovers
from bangfu.ledger.actions import handover_steps as steps
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import stint as stints
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.document_course import stages_of
from bangfu.ledger.actions.event import By, action, current_act, insert
from bangfu.ledger.actions.journal import seal, verify
from bangfu.ledger.actions.upgrade import given_twice, refuse_anew
from bangfu.ledger.at_once import TablesAtOnce
from bangfu.ledger.models import (
    Document,
    DocumentStep,
    Event,
    EventRows,
    Grant,
    Handling,
    Proceeding,
    Subject,
    User,
)
from tests.stepwise import migrate
from tests.village import (
    FOUNDED,
    OPERATOR,
    PAIRED,
    VISITED,
    Village,
    _cadre,
    dropping,
    unrefused,
)

#: The last state without proofs; what later columns hold would be lost further back.
FIRST_VERSION = ("ledger", "0004_erasing_leaves_nothing")
#: Where the newest steps begin, which the short form looks at.
NEWEST = ("ledger", "0028_days_there_awards_and_who_stayed_away")
DAY = dt.timedelta(days=1)
#: All steps back and forth take half a minute of a processor, and nothing changes in old ones.
long = pytest.mark.skipif(not os.environ.get("BANGFU_LONG"), reason="in the long form")


def shapes() -> dict[str, list[str]]:
    """The columns, constraints and indexes of each table of the ledger, in no order."""
    said = connection.introspection
    with connection.cursor() as cursor:
        tables = [t.name for t in said.get_table_list(cursor) if t.name.startswith("ledger_")]
        return {
            table: sorted(
                [f"{c.name} {c.type_code} {c.null_ok}" for c in columns]
                + [_bound(name, bound) for name, bound in bounds.items()]
            )
            for table in tables
            for columns in [said.get_table_description(cursor, table)]
            for bounds in [said.get_constraints(cursor, table)]
        }


def _bound(name: str, bound: dict[str, Any]) -> str:
    """On SQLite those without a name are numbered as they came, a check's columns in any order."""
    columns = bound["columns"] or []
    told = bound | {"columns": sorted(columns) if bound["check"] else columns}
    return f"{re.sub(r'__unnamed.*|^fk_[0-9]+$', '', name)} {told}"


@pytest.fixture
def at_once(lasting_village: Village) -> dict[str, list[str]]:
    """What the tables are when they are made at once, as for a new ledger."""
    return shapes()


@pytest.fixture
def first_version(lasting_village: Village, at_once: dict[str, list[str]]) -> Iterator[Village]:
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
def test_the_newest_steps_make_the_same_tables_as_a_new_ledger_has(
    at_once: dict[str, list[str]],
) -> None:
    _drop_refusals()
    migrate(NEWEST)
    assert shapes() != at_once
    migrate()
    refusals.install("default")
    assert shapes() == at_once and verify().faults == []


@long
@pytest.mark.django_db(transaction=True)
def test_the_journal_of_the_first_version_is_proven_and_takes_the_accounts_up(
    first_version: Village, at_once: dict[str, list[str]]
) -> None:
    migrate()
    refusals.install("default")
    assert shapes() == at_once, "the steps make the same tables"
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


@pytest.mark.django_db(transaction=True)
def test_a_role_that_was_given_twice_is_made_one_before_the_database_refuses_it(
    lasting_village: Village,
) -> None:
    """Versions before 0.2 let it stand; PostgreSQL would not take the rule any more."""
    v, days = lasting_village, {n: FOUNDED + n * dt.timedelta(days=1) for n in (0, 5, 9, 20, 30)}
    fang = v.account("fang", "clerk", place=v.county, on=days[0], until=days[9])
    other = v.account("chen", "clerk", place=v.county, on=days[0])
    _drop_refusals()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "_held_once", lambda row: None)
        for began, ended in ((5, 20), (30, None)):
            users.grant(
                by=OPERATOR, user=fang, role="clerk", place=v.county, reason="再次授予",
                on=days[began], until=ended and days[ended],
            )  # fmt: skip
    (twice,) = given_twice()
    assert (twice.user, twice.role, len(twice.keys), twice.until) == ("fang", "clerk", 2, days[20])
    refuse_anew("default")
    held = Grant.objects.current().filter(user=fang).order_by("began")
    assert [(g.began, g.ended) for g in held] == [(days[0], days[20]), (days[30], None)]
    assert Grant.objects.current().filter(user=other).count() == 1
    assert given_twice() == [] and verify().faults == []
    assert Event.objects.get(verb="upgrade.grants_once").fields["grant"]
    assert missing_refusals() == []


@pytest.mark.django_db(transaction=True)
def test_hand_overs_from_before_get_their_steps(lasting_village: Village) -> None:
    """Versions up to 0.2 wrote a hand-over without steps: its answer says what they were."""
    v, by = lasting_village, OPERATOR
    successor = _cadre("何能", v.hospital, v.village)
    taking = v.account("taking", "helper", person=successor)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("begin", "fall", "answered"):
            patch.setattr(steps, name, lambda *given, **more: None)
        patch.setattr(handovers, "_its_turn", lambda offers, day: None)
        words: dict[str, Any] = {"by": by, "pairings": [v.pairing], "to": successor}
        words |= {"on": PAIRED + DAY, "reason": "退休"}
        (gone,) = handovers.offer(**words)
        handovers.answer(by=By(taking, "desk"), accepted=[], refused=[gone], reason="住得太远")
        (waits,) = handovers.offer(**words)
    assert not Handling.objects.exists()
    refuse_anew("default")
    rows = {
        row.proceeding.handover_id: row for row in Handling.objects.select_related("proceeding")
    }
    refused, asked = rows[gone.fact], rows[waits.fact]
    assert (refused.result, refused.reason) == ("refused", "住得太远")
    assert refused.proceeding.outcome == "refused" and refused.closed == clock.today()
    assert (asked.result, asked.closed, asked.party_id) == ("", None, successor.fact)
    handovers.answer(by=By(taking, "desk"), accepted=[waits])
    assert Proceeding.objects.current().get(handover=waits.fact).outcome == "done"
    refuse_anew("default")
    assert Event.objects.filter(verb="upgrade.handover_steps").count() == 1
    assert verify().faults == []


@action("document.hand_in")
def _step_then(*, by: By, document: Document, step: str, **more: Any) -> DocumentStep:
    """A step of a paper as versions up to 0.2 wrote it: into a table of its own alone."""
    current_act().after(document)
    return insert(DocumentStep(document=document, step=step, date=clock.today(), **more))


@pytest.mark.django_db(transaction=True)
def test_papers_from_before_get_their_steps(lasting_village: Village) -> None:
    """Versions up to 0.2 wrote steps of papers by themselves: each paper went the built-in way."""
    v, words = lasting_village, {"programme": lasting_village.programme, "name": "bulletin"}
    writer, other = (By(v.account(n, "clerk", place=v.county), "desk") for n in ("wen", "zhou"))
    out, waits, changed, bare = (
        documents.draft(by=writer, on=VISITED, title=title, body={"a": 1}, **words)
        for title in ("印发的", "审核中的", "改过的", "刚起草的")
    )
    by_hand = {"by": OPERATOR, "document": out, "count": lambda moment: []}
    for paper in (out, waits, changed):
        _step_then(by=writer, document=paper, step="handed_in")
    _step_then(by=other, document=out, step="returned", reason="第二段不清楚")
    for paper in (out, changed):
        documents.edit(by=writer, document=paper, title="简报", on=VISITED, body={"a": 2})
    _step_then(by=writer, document=out, step="handed_in")
    _step_then(by=other, document=out, step="approved")
    signature = _step_then(by=writer, document=out, step="signed", signer=v.li, post="副院长")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "issued", lambda by, document: None)
        documents.issue(**by_hand)
    assert not Handling.objects.filter(document__isnull=False).exists()
    refuse_anew("default")
    rows = Handling.objects.filter(document=out.fact).order_by("pk")
    assert [(row.step, row.result, row.again, row.reason or row.evidence) for row in rows] == [
        ("written", "done", False, ""),
        ("reviewed", "returned", False, "第二段不清楚"),
        ("written", "done", True, ""),
        ("reviewed", "done", False, ""),
        ("signed", "done", False, "副院长"),
        ("issued", "done", False, ""),
    ]
    out = Document.objects.current().get(pk=out.pk)
    assert (out.signature_id, out.number) == (signature.fact, 1), "what was issued is untouched"
    assert {row.due for row in Handling.objects.all()} == {None}, "nobody is late afterwards"
    stages = stages_of(list(Document.objects.current().filter(status="draft")))
    assert [stages[p.fact] for p in (waits, changed, bare)] == ["handed_in", "draft", "draft"]
    assert not Proceeding.objects.filter(document=bare.fact).exists()
    steps_now.approve(by=other, document=waits)
    documents.issue(**{**by_hand, "document": waits})
    ways = dict(Proceeding.objects.current().values_list("document", "outcome"))
    assert (ways[out.fact], ways[waits.fact], ways[changed.fact]) == ("done", "done", "")
    refuse_anew("default")
    assert Event.objects.filter(verb="upgrade.paper_steps").count() == 1
    assert verify().faults == []


@pytest.mark.django_db(transaction=True)
def test_whoever_was_erased_before_comes_last(lasting_village: Village) -> None:
    """Versions up to 0.2 left nothing to sort an erased one by: it stood before every name."""
    v = lasting_village
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(erasing, "LAST", "")
        subjects.erase(by=OPERATOR, subject=v.zhao_home, reason="term")
    by_name = Subject.objects.current().filter(kind="household").order_by("sort_key", "pk")
    assert by_name[0].fact == v.zhao_home.fact
    seal()
    refuse_anew("default")
    assert by_name[0].name and by_name.last().fact == v.zhao_home.fact
    refuse_anew("default")
    assert Event.objects.filter(verb="upgrade.erased_last").count() == 1


@pytest.mark.django_db(transaction=True)
def test_leave_from_before_gets_its_steps(lasting_village: Village) -> None:
    """Versions up to 0.2 wrote leave without steps: whether it was approved says what they were."""
    v, by = lasting_village, OPERATOR
    told = [(v.li, "annual"), (v.zhou, "personal"), (v.sun, "in_village")]
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ask", "answered"):
            patch.setattr(leave_steps, name, lambda *given, **more: None)
        made = [
            stints.enter(by=by, person=who, kind=kind, began=VISITED, ended=VISITED + 3 * DAY)
            for who, kind in told
        ]
        stints.approve(by=by, stint=made[0], approver=v.zhou, on=VISITED - DAY)
    assert not Handling.objects.filter(stint__in=[one.fact for one in made]).exists()
    refuse_anew("default")
    rows = {row.stint_id: row for row in Handling.objects.filter(stint__isnull=False)}
    granted, waits = rows[made[0].fact], rows[made[1].fact]
    assert (granted.result, granted.closed, granted.who_id) == ("done", VISITED, v.zhou.fact)
    assert (waits.result, waits.closed, waits.due) == ("", None, VISITED)
    assert made[2].fact not in rows
    stints.approve(by=by, stint=made[1], approver=v.li, on=clock.today())
    ways = dict(Proceeding.objects.current().values_list("stint", "outcome"))
    assert (ways[made[0].fact], ways[made[1].fact]) == ("done", "done")
    refuse_anew("default")
    assert Event.objects.filter(verb="upgrade.leave_steps").count() == 1
    assert verify().faults == []


@pytest.mark.django_db(transaction=True)
def test_bringing_up_to_date_says_which_roles_were_made_one(lasting_village: Village) -> None:
    v = lasting_village
    fang = v.account("fang", "clerk", place=v.county)
    _drop_refusals()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "_held_once", lambda row: None)
        users.grant(
            by=OPERATOR, user=fang, role="clerk", place=v.county, reason="再次授予", on=PAIRED
        )
    done = prepare()
    assert done.joined == ["fang clerk"] and done.refusals and missing_refusals() == []
    assert not prepare().anything


@pytest.mark.django_db
def test_a_ledger_at_any_step_can_take_those_that_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``migrate`` does it, which also knows the step that makes all tables at once."""
    there = MigrationRecorder(connection).applied_migrations()
    known = MigrationLoader(None).disk_migrations
    steps = sorted(key for key, one in known.items() if key[0] == "ledger" and not one.replaces)
    at_once = {key for one in known.values() for key in one.replaces}
    assert set(steps) <= set(there)
    for last in steps:
        taken = {k: v for k, v in there.items() if k[0] != "ledger" or k in steps and k <= last}
        monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _, k=taken: k)
        loader = MigrationLoader(connection)
        loader.check_consistent_history(connection)
        assert set(steps) <= set(loader.graph.nodes) or at_once <= set(taken)


def test_a_step_that_would_be_lost_is_not_made_at_once() -> None:
    with pytest.raises(TypeError, match="cannot be made at once: Raw SQL operation"):
        TablesAtOnce([RunSQL("SELECT 1")])
