"""The journal finds whatever was done behind its back, and says where."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import Error, connection, models, transaction

from bangfu.ledger import clock, proofs
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.journal import Head, seal, verify
from bangfu.ledger.digests import START
from bangfu.ledger.models import (
    AskedSalt,
    Ballot,
    Coming,
    Consent,
    Document,
    DocumentStep,
    Download,
    Event,
    EventRows,
    File,
    FrozenReading,
    Handling,
    Intake,
    IntakePart,
    Need,
    Proceeding,
    Proposal,
    Reading,
    Round,
    Sample,
    Seal,
    Subject,
    SubjectKey,
    Task,
    User,
    Work,
)
from bangfu.ledger.rows import UNGUARDED, digest_of, journalled
from tests.village import OPERATOR, PAIRED, Village, offered_file, staged_list, undone, unrefused


@pytest.fixture
def sealed(told_village: Village, db: None) -> Iterator[Village]:
    """One record of every kind, bound into the chain, open to one with SQL access."""
    with unrefused():
        _keep_readings()
        staged_list(told_village)
        offered_file()
        yield told_village


def _keep_readings() -> None:
    for number in (1, 2):
        kept = Reading(question=f"{number:064x}", counted_at=clock.now(), seen="x", answer={"a": 1})
        kept.proof = proofs.of_reading(kept)
        kept.save(force_insert=True)


#: The journal's own tables, which the chain and the proofs guard.
JOURNAL = (Event, EventRows, Seal)
#: Another salt only has a repeated entry refused, where it would have been answered again; work
#: that the journal does not know is not done. What is written of a list on its way in is written
#: by its acceptance, under the rights of who accepts. A file is handed out to whom the journal
#: names as its asker, and only while its rows are open to them. Of what is hidden as a list that is
#: on its way the rows are missing; what nobody sees harms nobody.
HARMLESS = {AskedSalt, Ballot, Coming, Work, Intake, IntakePart, Download}


def test_every_table_of_the_ledger_is_tried_here_and_has_a_row(sealed: Village) -> None:
    tables = set(apps.get_app_config("ledger").get_models(include_auto_created=True))
    assert tables == {*journalled(), *JOURNAL, Reading, *HARMLESS}
    assert [m.__name__ for m in tables - HARMLESS if not m._base_manager.exists()] == []
    assert verify().faults == []


# ------------------------------------------------------------------ with SQL access


#: Columns that a constraint lets change only together with others, and which.
TOGETHER = {
    ("SubjectKey", "erased_at"): "subject_key_there_or_erased",
    ("Document", "status"): "document_issued_whole",
    ("FrozenTable", "digests"): "frozen_table_whole_or_digested",
    ("File", "consent"): "file_people_agreed",
    ("DocumentStep", "signer"): "document_step_known",
    ("Defect", "state"): "defect_left_on_a_day",
    ("Defect", "left"): "defect_left_on_a_day",
    ("Demand", "typed"): "demand_handed_up_with_its_number",
    ("Demand", "handed_up"): "demand_handed_up_with_its_number",
    ("Duplicate", "kind"): "duplicate_kind_known",
    ("Duplicate", "state"): "duplicate_state_known",
    ("Duplicate", "kept"): "duplicate_kept_one_of_both",
    ("Encounter", "reimbursed"): "encounter_own_is_the_rest",
    ("Encounter", "own"): "encounter_own_is_the_rest",
    ("Task", "state"): "task_closed_with_its_day",
    ("Task", "closed"): "task_closed_with_its_day",
    ("Task", "decided_at"): "task_comes_from_somewhere",
    ("Task", "round"): "task_comes_from_somewhere",
    ("Task", "demand"): "task_comes_from_somewhere",
    ("Sample", "state"): "sample_closed_with_its_day",
    ("Sample", "closed"): "sample_closed_with_its_day",
    ("Proceeding", "outcome"): "proceeding_outcome_known",
    ("Handling", "result"): "handling_closed_with_its_day",
    ("Handling", "closed"): "handling_closed_with_its_day",
    ("Proposal", "state"): "proposal_answered_whole",
    ("Proposal", "answered"): "proposal_answered_whole",
}
UNTRIED = TOGETHER.keys() | {("User", name) for name in UNGUARDED["ledger_user"]}


@pytest.mark.parametrize("model", journalled(), ids=lambda m: m.__name__)
def test_a_changed_column_is_found_with_its_row(sealed: Village, model: type[models.Model]) -> None:
    rows = sorted(model._base_manager.all(), key=_filled, reverse=True)[:8]
    for column in model._meta.concrete_fields:
        if not column.primary_key and (model.__name__, column.name) not in UNTRIED:
            assert any(_changed(row, column) for row in rows), column.name


def _filled(row: models.Model) -> int:
    return sum(getattr(row, f.attname) is not None for f in row._meta.concrete_fields)


def _changed(row: models.Model, column: Any) -> bool:
    """Whether another value was taken; if so, it was found."""
    for value in _others(row, column):
        if value == getattr(row, column.attname):
            continue
        with undone():
            try:
                with transaction.atomic():
                    _update(row, column, value)
            except Error:
                continue  # refused by a constraint; another value may do
            verdict, table = journal.Verdict(), row._meta.db_table
            expected = journal._expected(journal._written(table))
            journal._verify_table(verdict, type(row), expected, journal._salts())
            where = f"{table} {row.pk}"
            assert [(f.code, f.where) for f in verdict.faults] == [("row_changed", where)]
            return True
    return False


def _update(row: models.Model, column: Any, value: Any) -> None:
    key = row._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE {row._meta.db_table} SET "{column.column}" = %s WHERE "{key.column}" = %s',
            [
                column.get_db_prep_value(value, connection),
                key.get_db_prep_value(row.pk, connection),
            ],
        )


def _others(row: models.Model, column: Any) -> list[Any]:
    """Other values of the column's own type, some of which its constraints take."""
    now = getattr(row, column.attname)
    if isinstance(column, models.ForeignKey):
        target = column.target_field
        keys = column.related_model._base_manager.values_list(target.attname, flat=True)
        return [k for k in [*keys[:50], None, uuid.uuid4()] if k != now and _fits(target, k)]
    if isinstance(column, models.UUIDField):
        return [uuid.uuid4()]
    if isinstance(column, models.BinaryField):
        return [bytes(now or b"x" * 16)[:-1] + b"y", None, b""]
    if isinstance(column, models.JSONField):
        return [{"else": 1}]
    if isinstance(column, models.BooleanField):
        return [not now]
    if isinstance(column, models.DateTimeField):
        return [(now or clock.now()) + dt.timedelta(microseconds=1)]
    if isinstance(column, models.DateField):
        return [(now or PAIRED) + dt.timedelta(days=n) for n in (1, -1, 900)]
    if isinstance(column, models.IntegerField | models.DecimalField):
        return [(now or 0) + n for n in (1, -1, 1000)]
    return [f"{now}x"[-(column.max_length or 99) :], *WORDS]


#: Words of which one is taken by each column that its constraints hold to a few.
WORDS = (
    "", "issued", "draft", "in", "out", "who", "whom", "site", "organisation", "pdf", "blurred",
    "returned", "withdrawn", "text", "review",
)  # fmt: skip


def _fits(target: Any, key: Any) -> bool:
    return key is None or not isinstance(key, uuid.UUID) or isinstance(target, models.UUIDField)


LATER = PAIRED + dt.timedelta(days=900)


def test_columns_that_only_change_together_are_found(sealed: Village) -> None:
    for row, columns in (
        (SubjectKey.objects.get(pk=sealed.sun.pk), {"salt": None, "erased_at": clock.now()}),
        (Document.objects.get(status="issued"), {"status": "draft", "number": None}),
        (File.objects.get(), {"people": "agreed", "consent": Consent.objects.first()}),
        (DocumentStep.objects.get(), {"step": "signed", "signer": sealed.sun}),
        (Task.objects.get(round=None), {"state": "dropped", "closed": LATER}),
        (Task.objects.get(round=None), {"decided_at": None, "round": Round.objects.first()}),
        (Sample.objects.current().get(state="open"), {"state": "met", "closed": LATER}),
        (
            Proceeding.objects.get(handover=None, document=None, stint=None),
            {"outcome": "done", "ended": LATER},
        ),
        (Handling.objects.get(step="decide"), {"result": "done", "closed": LATER}),
        (Proposal.objects.get(), {"state": "declined", "answered": LATER}),
    ):
        with undone():
            type(row)._base_manager.filter(pk=row.pk).update(**columns)
            assert ("row_changed", f"{row._meta.db_table} {row.pk}") in _found()


def test_what_is_outside_of_the_journal_is_a_log_in_and_no_fault(sealed: Village) -> None:
    assert {"ledger_user": {"last_login"}} == UNGUARDED
    with undone():
        User.objects.update(last_login=clock.now())
        assert verify().faults == []


@pytest.mark.parametrize("model", journalled(), ids=lambda m: m.__name__)
def test_a_row_taken_away_or_put_in_is_found(sealed: Village, model: type[models.Model]) -> None:
    row = max(model._base_manager.all(), key=_filled)
    where = f"{model._meta.db_table} {row.pk}"
    with undone():
        _sql(f"DELETE FROM {model._meta.db_table} WHERE {_pk(model)} = %s", _stored(model, row))
        assert ("row_missing", where) in _found()
    with undone():
        strange = model._base_manager.get(pk=row.pk)
        strange.pk = None if model is User else uuid.uuid4()
        _put_in(model, strange)
        assert "row_unexplained" in {code for code, _ in _found()}


def _put_in(model: type[models.Model], row: models.Model) -> None:
    """An inserted row, its unique columns made free first as one with SQL access would."""
    if model is User:
        row.username = "strange"
    if model is SubjectKey:
        fresh = Subject(id=uuid.uuid4(), kind="site", name="x", began=PAIRED)
        fresh.fact, fresh.recorded_at = fresh.id, clock.now()
        fresh.event = Event.objects.first()
        fresh.save(force_insert=True)
        row.subject_id = fresh.pk
    for column, value in (("superseded_at", clock.now()), ("place_in_text", 99)):
        if hasattr(row, column):
            setattr(row, column, value)
    if hasattr(row, "reading_id"):
        row.reading = FrozenReading.objects.get(place_in_text=2)
    if hasattr(row, "counters_id"):
        row.counters_id, row.amount = None, 1
    row.save(force_insert=True)


def _pk(model: type[models.Model]) -> str:
    return f'"{model._meta.pk.column}"'


def _stored(model: type[models.Model], row: models.Model) -> Any:
    return model._meta.pk.get_db_prep_value(row.pk, connection)


def _sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _found() -> set[tuple[str, str]]:
    return {(f.code, f.where) for f in verify().faults}


@pytest.mark.parametrize("model", [*JOURNAL, Reading], ids=lambda m: m.__name__)
def test_a_changed_column_of_the_journal_itself_is_found(
    sealed: Village, model: type[models.Model]
) -> None:
    row = model._base_manager.order_by("pk")[1]
    for column in model._meta.concrete_fields:
        # That a page wants a newer reading changes no number: the worker counts once more.
        assert column.name == "wanted_at" or _changed_any(row, column), column.name


def _changed_any(row: models.Model, column: Any) -> bool:
    """Whether another value was taken; if so, verification found something."""
    for value in _others(row, column):
        with undone():
            try:
                with transaction.atomic():
                    _update(row, column, value)
            except Error:
                continue  # refused by a constraint; another value may do
            faults = verify().faults
            assert faults and all(f.where and f.detail for f in faults), column.name
            return True
    return False


@pytest.mark.parametrize("bound", [True, False], ids=["sealed", "not sealed"])
@pytest.mark.parametrize("model", JOURNAL, ids=lambda m: m.__name__)
def test_a_row_of_the_journal_itself_taken_away_or_put_in_is_found(
    sealed: Village, model: type[models.Model], bound: bool
) -> None:
    need = needs.raise_(by=OPERATOR, subject=sealed.sun, on=PAIRED, text="还想再问")
    if bound:
        seal()
    event = Event.objects.get(pk=need.event_id)
    row = {Event: event, EventRows: event.rows.first(), Seal: Seal.objects.order_by("pk")[1]}[model]
    with undone():
        for of, by in ((EventRows, "event"), (Event, "seal")):
            if model is of._meta.get_field(by).related_model:
                _set_free(of, by, row)
        _sql(f"DELETE FROM {model._meta.db_table} WHERE {_pk(model)} = %s", _stored(model, row))
        assert _found()
    with undone():
        _put_in_the_journal(row)
        assert _found()


def _set_free(of: type[models.Model], by: str, row: models.Model) -> None:
    """Nothing points to a row any more, as foreign keys want it."""
    rows = of._base_manager.filter(**{by: row.pk})
    if of._meta.get_field(by).null:
        rows.update(**{by: None})
    else:
        rows._raw_delete(using="default")


def _put_in_the_journal(row: Any) -> None:
    """A further row as one would make it who knows how the program does it, but not the keys."""
    if isinstance(row, Seal):
        row.number = Seal.objects.latest("number").number + 1
        row.head = journal._linked(bytes(Seal.objects.latest("number").head), {}, row)
    elif isinstance(row, EventRows):
        row.pk, row.table = uuid.uuid4(), "ledger_fund"
    else:
        row.pk = uuid.uuid4()
    row.save(force_insert=True)


def test_a_visit_made_up_whole_before_it_is_sealed_is_found(sealed: Village) -> None:
    """Row, event and record, each as the program would write it, but without its keys."""
    need = needs.raise_(by=OPERATOR, subject=sealed.sun, on=PAIRED, text="还想再问")
    event = Event.objects.get(pk=need.event_id)
    part = EventRows.objects.get(event=event)
    with undone():
        need.pk = need.fact = uuid.uuid4()
        event.pk = need.event_id = part.event_id = uuid.uuid4()
        event.save(force_insert=True)
        need.save(force_insert=True)
        part.pk, part.rows = uuid.uuid4(), need.pk.bytes + digest_of(need, {}, "aes")
        part.save(force_insert=True)
        journal.seal()
        assert _found() == {("event_forged", f"event {event.pk}")}


def test_a_chain_made_anew_without_the_keys_is_found(sealed: Village) -> None:
    """Who takes an event out of the middle and binds the rest again cannot prove the links."""
    with undone():
        previous = START
        for made in Seal.objects.order_by("number"):
            events = list(Event.objects.filter(seal=made))
            made.sealed_at += dt.timedelta(seconds=1)
            previous = made.head = journal._linked(previous, journal._digests(events), made)
            made.save()
        numbers = Seal.objects.values_list("number", flat=True)
        forged = {where for code, where in _found() if code == "link_forged"}
        assert forged == {f"seal {number}" for number in numbers}


def test_an_event_taken_away_with_all_that_it_wrote_is_found(sealed: Village) -> None:
    event = Event.objects.filter(verb="need.raise_").order_by("at").last()
    key = Event._meta.pk.get_db_prep_value(event.pk, connection)
    with undone():
        _sql("DELETE FROM ledger_eventrows WHERE event_id = %s", key)
        _sql("DELETE FROM ledger_need WHERE event_id = %s OR superseded_by_id = %s", key, key)
        _sql("DELETE FROM ledger_event WHERE id = %s", key)
        codes = {code for code, _ in _found()}
        assert {"events_missing", "link_broken"} <= codes


def test_two_events_that_change_places_are_found(sealed: Village) -> None:
    """An earlier and a later visit told in the other order."""
    first, second = Event.objects.order_by("at")[2:4]
    with undone():
        for one, other in ((first, second), (second, first)):
            _sql(
                "UPDATE ledger_event SET at = %s WHERE id = %s",
                Event._meta.get_field("at").get_db_prep_value(other.at, connection),
                Event._meta.pk.get_db_prep_value(one.pk, connection),
            )
        assert "link_broken" in {code for code, _ in _found()}


def test_an_older_state_put_back_with_its_own_record_is_found(sealed: Village) -> None:
    """Who puts back what a row was before, and lets the older record look like the later one."""
    need = Need.objects.current().get(private_text__isnull=False)
    parts = EventRows.objects.filter(table="ledger_need", rows__isnull=False).order_by("at")
    older = [p for p in parts if need.pk.bytes in bytes(p.rows)][0]
    before = Need._base_manager.get(fact=need.fact, superseded_at__isnull=False)
    with undone():
        for column in Need._meta.concrete_fields:
            value = getattr(before, column.attname)
            if column.name not in ("id", "superseded_at", "superseded_by"):
                _update(need, column, value)
        _sql(
            "UPDATE ledger_eventrows SET at = %s WHERE id = %s",
            EventRows._meta.get_field("at").get_db_prep_value(clock.now(), connection),
            EventRows._meta.pk.get_db_prep_value(older.pk, connection),
        )
        codes = {code for code, _ in _found()}
        assert {"rows_misdated", "link_broken"} <= codes


def test_an_end_cut_off_with_all_its_rows_is_found_by_a_head_kept_outside(
    sealed: Village,
) -> None:
    need = needs.raise_(by=OPERATOR, subject=sealed.sun, on=PAIRED, text="还想再问")
    kept = seal()
    assert kept is not None
    with undone():
        _cut_off_the_last_link()
        assert not Need.objects.filter(pk=need.pk).exists()
        assert verify().faults == [], "nothing inside tells of it"
        assert [f.code for f in verify(kept=[kept]).faults] == ["cut_off"]


def _cut_off_the_last_link() -> None:
    last = Seal.objects.latest("number")
    for event in Event.objects.filter(seal=last):
        key = Event._meta.pk.get_db_prep_value(event.pk, connection)
        for model in journalled():
            if "event" in {f.name for f in model._meta.fields}:
                _sql(f"DELETE FROM {model._meta.db_table} WHERE event_id = %s", key)
        _sql("DELETE FROM ledger_eventrows WHERE event_id = %s", key)
        _sql("DELETE FROM ledger_event WHERE id = %s", key)
    _sql("DELETE FROM ledger_seal WHERE number = %s", last.number)


def test_an_end_cut_off_is_found_by_the_head_that_an_issued_paper_prints(
    sealed: Village,
) -> None:
    printed = Head.read(Document.objects.get(status="issued").head)
    with undone():
        for number in range(Seal.objects.latest("number").number, printed.number - 1, -1):
            _sql("UPDATE ledger_event SET seal_id = NULL WHERE seal_id = %s", number)
            _sql("DELETE FROM ledger_seal WHERE number = %s", number)
        assert ("cut_off", f"seal {printed.number}") in _found()
        journal.seal()
        assert ("rewritten", f"seal {printed.number}") in _found()


def test_a_link_taken_out_of_the_middle_is_found(sealed: Village) -> None:
    with undone():
        _sql("UPDATE ledger_event SET seal_id = NULL WHERE seal_id = 1")
        _sql("DELETE FROM ledger_seal WHERE number = 1")
        assert ("link_missing", "seal 1") in _found()


def test_a_head_that_was_made_unreadable_is_a_fault_and_no_crash(sealed: Village) -> None:
    with undone():
        _sql("UPDATE ledger_document SET head = 'x' WHERE status = 'issued'")
        assert "head_unreadable" in {code for code, _ in _found()}


def test_an_erased_person_leaves_a_sound_journal(sealed: Village) -> None:
    with undone():
        for subject in (sealed.zhao, sealed.zhao_home, sealed.qian, sealed.qian_home):
            subjects.erase(by=OPERATOR, subject=subject, reason="request")
        seal()
        assert verify().faults == []
