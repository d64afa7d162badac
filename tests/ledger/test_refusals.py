"""What the database itself refuses, whoever writes; and that it lets pass what is right."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from bangfu.ledger import clock, refusals
from bangfu.ledger.actions import classes
from bangfu.ledger.actions import consent as consents
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import handover as handovers
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import post as posts
from bangfu.ledger.actions.event import Refused, correct, rule_of
from bangfu.ledger.models import (
    Activity,
    Class,
    Entry,
    Event,
    FrozenTable,
    Fund,
    Need,
    Pairing,
    Participant,
    Proceeding,
    SubjectKey,
    User,
)
from bangfu.ledger.refusals import REFUSALS, NoOverlap, Refuse, install
from tests.village import (
    CHOSEN,
    OPERATOR,
    PAIRED,
    VISITED,
    Village,
    offered_file,
    settle,
    staged_list,
    undone,
    write,
)

DAY = dt.timedelta(days=1)
OVERLAPS = [r for r in REFUSALS if isinstance(r, NoOverlap)]
REFUSES = [r for r in REFUSALS if isinstance(r, Refuse)]


@pytest.fixture(scope="module")
def complete(told_village: Village, django_db_blocker: Any) -> Village:
    """One record at least of every kind, entered once."""
    with django_db_blocker.unblock():
        staged_list(told_village)
        offered_file()
        settle()
    return told_village


@pytest.fixture
def told(complete: Village, db: None) -> Village:
    """The same; each test undoes what it does."""
    return complete


def _model(table: str) -> type[models.Model]:
    return next(m for m in apps.get_app_config("ledger").get_models() if m._meta.db_table == table)


@contextlib.contextmanager
def refused(name: str) -> Iterator[None]:
    with pytest.raises(IntegrityError) as wrong, transaction.atomic():
        yield
    assert name in str(wrong.value)


# ------------------------------------------------------------------ spans that share a day


@pytest.mark.parametrize("rule", OVERLAPS, ids=lambda r: r.name)
def test_two_standing_rows_that_share_a_day_are_refused(told: Village, rule: NoOverlap) -> None:
    with undone():
        _without_the_others(rule)
        row = _standing(rule)
        _bound(row, PAIRED, VISITED)
        for began, ended in (
            (PAIRED, VISITED),
            (VISITED, None),
            (PAIRED - DAY, PAIRED),
            (PAIRED + DAY, VISITED - DAY),
            (PAIRED - DAY, None),
        ):
            with refused(rule.name):
                _again(row, rule, began, ended)


@pytest.mark.parametrize("rule", OVERLAPS, ids=lambda r: r.name)
def test_rows_that_share_no_day_or_are_not_believed_stand_together(
    told: Village, rule: NoOverlap
) -> None:
    with undone():
        _without_the_others(rule)
        row = _standing(rule)
        _bound(row, PAIRED, VISITED)
        _again(row, rule, VISITED + DAY, None)
        _again(row, rule, PAIRED - 5 * DAY, PAIRED - DAY)
        _again(row, rule, PAIRED, VISITED, superseded_at=clock.now())


@pytest.mark.parametrize("rule", OVERLAPS, ids=lambda r: r.name)
def test_a_row_that_is_moved_over_another_is_refused(told: Village, rule: NoOverlap) -> None:
    with undone():
        _without_the_others(rule)
        row = _standing(rule)
        _bound(row, PAIRED, VISITED)
        later = _again(row, rule, VISITED + DAY, None)
        with refused(rule.name):
            later.began = VISITED
            later.save(update_fields=["began"])
        with refused(rule.name):
            superseded = _again(row, rule, PAIRED, None, superseded_at=clock.now())
            superseded.superseded_at = None
            superseded.save(update_fields=["superseded_at"])


@pytest.mark.parametrize("rule", OVERLAPS, ids=lambda r: r.name)
def test_rows_of_different_things_share_their_days(told: Village, rule: NoOverlap) -> None:
    """Whichever of its columns differs; for a rule on single ones, also where it is not single."""
    with undone():
        _without_the_others(rule)
        row = _standing(rule)
        _bound(row, PAIRED, VISITED)
        if rule.only:
            _again(row, rule, PAIRED, VISITED, **NOT_UNDER.get(rule.name, {rule.only: False}))


#: What takes a row out of a rule on some of them, where that is no flag of its own.
NOT_UNDER = {"place_code_once": {"code": ""}}


def _standing(rule: NoOverlap) -> Any:
    """A row under the rule."""
    rows = _model(rule.table)._base_manager.filter(superseded_at__isnull=True)
    if rule.name == "proceeding_once":
        rows = rows.filter(handover=None, document=None, stint=None)  # of these there is one anyway
    if rule.name == "class_single":
        Class.objects.update(single=True)
    if rule.name == "statistic_once":
        return rows.first()
    if rule.name in NOT_UNDER:
        rows = rows.exclude(**NOT_UNDER[rule.name])
    elif rule.only:
        rows = rows.filter(**{rule.only: True})
    found = rows.first()
    assert found is not None, rule.name
    return found


def _bound(row: Any, began: dt.date, ended: dt.date) -> None:
    others = type(row)._base_manager.filter(superseded_at__isnull=True).exclude(pk=row.pk)
    others.update(superseded_at=clock.now())
    row.began, row.ended = began, ended
    row.save(update_fields=["began", "ended"])


def _again(row: Any, rule: NoOverlap, began: dt.date, ended: dt.date | None, **other: Any) -> Any:
    """A second row that agrees in the rule's columns and in no other that a rule looks at."""
    twin = copy.copy(row)
    twin._state = copy.copy(row._state)
    twin.id = uuid.uuid4()
    if "fact" not in rule.columns and not isinstance(
        row._meta.get_field("fact"), models.ForeignKey
    ):
        twin.fact = twin.id
    twin.began, twin.ended = began, ended
    if hasattr(twin, "number") and rule.table != "ledger_qualification":
        twin.number = 1 + type(row)._base_manager.count()
    for name, value in other.items():
        setattr(twin, name, value)
    twin.save(force_insert=True)
    return twin


def _without_the_others(rule: NoOverlap) -> None:
    """Only the rule in question stands, for this transaction."""
    with connection.cursor() as cursor:
        for other in OVERLAPS:
            if other.table == rule.table and other.name != rule.name:
                if connection.vendor == "postgresql":
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute(f"ALTER TABLE {other.table} DROP CONSTRAINT {other.name}")
                else:
                    for moment in ("insert", "update"):
                        cursor.execute(f"DROP TRIGGER {other.name}_{moment}")


# ------------------------------------------------------------------ what is kept for good


@pytest.mark.parametrize("rule", REFUSES, ids=lambda r: r.name)
def test_what_is_kept_is_neither_changed_nor_removed(told: Village, rule: Refuse) -> None:
    model = _model(rule.table)
    for row in _under(rule, model):
        with refused(rule.name):
            if rule.doing == "DELETE":
                model._base_manager.filter(pk=row.pk)._raw_delete(using="default")
            else:
                column = _harmless(model)
                model._base_manager.filter(pk=row.pk).update(**{column: _other(row, column)})


def _under(rule: Refuse, model: type[models.Model]) -> list[models.Model]:
    rows = model._base_manager.all()
    if rule.name == "document_issued_never_changed":
        rows = rows.filter(status="issued")
    if rule.name == "subject_key_never_replaced":
        rows = rows.filter(salt__isnull=False)
    found = list(rows[:1])
    assert found, rule.name
    return found


def _harmless(model: type[models.Model]) -> str:
    """A column whose change breaks no other rule."""
    for name in ("verb", "table", "sealed_at", "words", "title", "voucher", "salt", "digests"):
        if name in {f.name for f in model._meta.concrete_fields}:
            return name
    raise AssertionError(f"{model} has no such column")


def _other(row: models.Model, column: str) -> Any:
    now = getattr(row, column)
    if now is None:
        return b"else"
    if isinstance(now, dt.datetime):
        return now + DAY
    return bytes(reversed(bytes(now))) if isinstance(now, bytes | memoryview) else f"{now}x"


@pytest.mark.parametrize(
    "column", "at by_id door verb about_kind about purpose fields outcome asked suite".split()
)
def test_an_unsealed_event_lets_itself_be_sealed_and_nothing_else(
    told: Village, column: str
) -> None:
    needs.raise_(by=OPERATOR, subject=told.zhao, on=VISITED, text="修路")
    event = Event.objects.filter(seal__isnull=True).first()
    assert event is not None
    field = Event._meta.get_field(column.removesuffix("_id"))
    value: Any = f"{getattr(event, column)}x"
    if isinstance(field, models.DateTimeField):
        value = event.at + DAY
    if isinstance(field, models.JSONField):
        value = {"else": 1}
    if isinstance(field, models.BinaryField):
        value = b"else"
    if isinstance(field, models.UUIDField):
        value = uuid.uuid4()
    if isinstance(field, models.ForeignKey):
        value = told.accounts["chen"].pk
    if column == "suite":
        value = "sm"
    with refused("event_never_changed"):
        Event.objects.filter(pk=event.pk).update(**{column: value})


def test_every_table_of_facts_is_under_a_refusal(db: None) -> None:
    from bangfu.ledger.models import Fact

    tables = {
        m._meta.db_table
        for m in apps.get_app_config("ledger").get_models()
        if issubclass(m, Fact) or m is SubjectKey
    }
    assert tables <= {r.table for r in REFUSES if r.doing == "DELETE"}


def _altering() -> list[str]:
    """What installing the refusals does to the database."""
    with CaptureQueriesContext(connection) as asked:
        install("default")
    told = [query["sql"] for query in asked.captured_queries]
    return [sql for sql in told if sql.startswith(("ALTER", "DROP", "CREATE TRIGGER"))]


def test_what_stands_is_let_stand_and_what_is_gone_or_different_is_put_in_place(
    told: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with undone():
        install("default")
        assert _altering() == []
        others = [r for r in REFUSALS if r.name != "event_never_removed"]
        gone = Refuse("event_never_removed", "ledger_event", "DELETE", "OLD.verb = 'nothing'")
        monkeypatch.setattr(refusals, "REFUSALS", (*others, gone))
        assert len(_altering()) == 2
        monkeypatch.undo()
        assert len(_altering()) == 2
        with refused("event_never_removed"):
            Event.objects.filter(verb="person.register")._raw_delete(using="default")
    assert _altering() == []


# ------------------------------------------------------------------ constraints


def _with(model: type[models.Model], **changes: Any) -> Any:
    """A standing row of a table with other values."""
    row = model._base_manager.exclude(**{k: v for k, v in changes.items() if v is not None}).first()
    assert row is not None
    model._base_manager.filter(pk=row.pk).update(**changes)
    return row


@pytest.mark.parametrize(
    ("name", "table", "changes"),
    [
        ("subject_kind_known", "subject", {"kind": "animal"}),
        ("participant_part_known", "participant", {"part": "cook"}),
        ("entry_direction_known", "entry", {"direction": "sideways"}),
        ("entry_negative_only_to_counter", "entry", {"amount": -5}),
        ("entry_range_only_promised", "entry", {"amount_most": 1}),
        ("file_people_agreed", "file", {"people": "agreed"}),
        ("file_form_known", "file", {"form": "gif"}),
        ("need_closed_after_raised", "need", {"closed": dt.date(2000, 1, 1)}),
        ("pairing_not_with_oneself", "pairing", {"helper": models.F("subject")}),
        ("agreement_not_with_oneself", "agreement", {"helper": models.F("subject")}),
        ("affiliation_not_with_oneself", "affiliation", {"organisation": models.F("subject")}),
        ("practice_somewhere", "practice", {"organisation": None, "site": None}),
        ("project_estimate_above_nothing", "project", {"estimate": 0}),
        ("project_contract_above_nothing", "project", {"contract_sum": 0}),
        ("project_days_in_order", "project", {"start": VISITED, "due": PAIRED}),
        ("project_part_above_nothing", "projectpart", {"planned": 0}),
        ("project_part_done_on_a_day", "projectpart", {"done_on": None}),
        ("handover_state_known", "handover", {"state": "perhaps"}),
        ("handover_not_to_oneself", "handover", {"successor": models.F("giver")}),
        ("proposal_answered_whole", "proposal", {"state": "confirmed"}),
        ("task_closed_with_its_day", "task", {"state": "done"}),
        ("task_comes_from_somewhere", "task", {"round": None, "decided_at": None}),
        ("sample_closed_with_its_day", "sample", {"state": "met", "closed": None}),
        ("proceeding_outcome_known", "proceeding", {"outcome": "won"}),
        ("handling_closed_with_its_day", "handling", {"result": "lost"}),
        ("handling_about_one", "handling", {"asks": "text"}),
        ("proceeding_about_one", "proceeding", {"subject": None, "document": None}),
        ("handling_of_one_programme", "handling", {"programme": None}),
        ("proceeding_of_one_programme", "proceeding", {"programme": None}),
        ("stint_answered_one_way", "stint", {"approved": VISITED, "refused": VISITED}),
        ("handling_returned_somewhere", "handling", {"result": "returned", "closed": VISITED}),
        ("income_above_nothing", "income", {"amount": 0}),
        ("income_days_in_order", "income", {"since": dt.date(2030, 1, 1)}),
        ("benefit_amount_per_something", "benefit", {"per": ""}),
        ("encounter_own_is_the_rest", "encounter", {"own": 1}),
        ("encounter_settled_afterwards", "encounter", {"settled": dt.date(1990, 1, 1)}),
        ("encounter_sent_before", "encounter", {"sent": dt.date(2030, 1, 1)}),
        ("payout_above_nothing", "payout", {"amount": 0}),
        ("payout_days_in_order", "payout", {"since": dt.date(2030, 1, 1)}),
        ("reckoning_counts_somebody", "reckoning", {"persons": 0}),
        ("reckoning_days_in_order", "reckoning", {"since": dt.date(2030, 1, 1)}),
        ("defect_left_on_a_day", "defect", {"left": VISITED}),
        ("defect_accepted_on_a_day", "defect", {"state": "accepted"}),
        ("demand_handed_up_with_its_number", "demand", {"typed": 3}),
        ("demand_counts", "demand", {"filled": -1}),
        ("duplicate_kind_known", "duplicate", {"kind": "site"}),
        ("duplicate_state_known", "duplicate", {"state": "perhaps"}),
        ("duplicate_of_another", "duplicate", {"other": models.F("one")}),
        ("duplicate_kept_one_of_both", "duplicate", {"state": "same"}),
        ("document_step_known", "documentstep", {"step": "signed"}),
        ("document_issued_whole", "document", {"status": "draft", "number": 7}),
        ("frozen_table_whole_or_digested", "frozentable", {"digests": b"twice"}),
        ("subject_key_there_or_erased", "subjectkey", {"salt": None}),
        ("work_state_known", "work", {"state": "asleep"}),
        (
            "intake_state_known",
            "intake",
            {"state": "asleep", "salt": None, "secret": None, "mended": None},
        ),
        ("intake_ended_is_empty", "intake", {"state": "discarded"}),
        ("download_ended_is_empty", "download", {"ended_at": clock.now()}),
        *(
            (f"{name}_days_in_order", table, {"ended": dt.date(1990, 1, 1)})
            for name, table in (
                ("affiliation", "affiliation"),
                ("agreement", "agreement"),
                ("benefit", "benefit"),
                ("class", "class"),
                ("consent", "consent"),
                ("enrolment", "enrolment"),
                ("fund", "fund"),
                ("grant", "grant"),
                ("health_detail", "healthdetail"),
                ("household", "household"),
                ("measure", "measure"),
                ("organisation", "organisation"),
                ("pairing", "pairing"),
                ("person", "person"),
                ("proceeding", "proceeding"),
                ("round", "round"),
                ("place", "place"),
                ("place_alias", "placealias"),
                ("post", "post"),
                ("practice", "practice"),
                ("qualification", "qualification"),
                ("stint", "stint"),
                ("project_state", "projectstate"),
                ("programme", "programme"),
                ("programme_version", "programmeversion"),
                ("site", "site"),
                ("statistic", "statistic"),
                ("subject", "subject"),
            )
        ),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(
    told: Village, name: str, table: str, changes: dict[str, Any]
) -> None:
    _free("entry_never_changed", "ledger_entry")
    _free("frozen_table_never_changed", "ledger_frozentable")
    rows = _model(f"ledger_{table}")._base_manager
    row = rows.filter(status="draft").first() if table == "document" else rows.first()
    assert row is not None
    if table == "handling":
        row = rows.filter(party=None, document=None, stint=None).first()
    if table == "proceeding":
        row = rows.filter(stint=None).first()
    if table == "entry":
        row = Entry.objects.filter(counters__isnull=True, direction="in").first()
    with refused(name):
        rows.filter(pk=row.pk).update(**changes)


def _free(trigger: str, table: str) -> None:
    """Let rows of a table be changed, for this transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"DROP TRIGGER {trigger} ON {table}")
        else:
            cursor.execute(f"DROP TRIGGER {trigger}")


def test_every_check_constraint_has_its_row_above() -> None:
    marks = test_a_row_that_contradicts_itself_is_refused.pytestmark
    named = {case[0] for mark in marks for case in mark.args[1]}
    there = {
        rule.name
        for model in apps.get_app_config("ledger").get_models()
        for rule in model._meta.constraints
        if isinstance(rule, models.CheckConstraint)
    }
    assert there == named


ONCE = [
    (model, rule)
    for model in apps.get_app_config("ledger").get_models()
    for rule in model._meta.constraints
    if isinstance(rule, models.UniqueConstraint)
]


@pytest.mark.parametrize(("model", "rule"), ONCE, ids=lambda one: getattr(one, "name", ""))
def test_what_there_is_once_is_refused_twice(
    told: Village, model: type[models.Model], rule: models.UniqueConstraint
) -> None:
    twin = _twin(_once(model, rule))
    with pytest.raises(IntegrityError) as wrong, transaction.atomic():
        twin.save(force_insert=True)
    assert rule_of(wrong.value) == rule.name


@pytest.mark.parametrize(("model", "rule"), ONCE, ids=lambda one: getattr(one, "name", ""))
def test_what_there_is_once_may_be_followed_by_another(
    told: Village, model: type[models.Model], rule: models.UniqueConstraint
) -> None:
    """Where one column differs, or where the first is not believed any more."""
    row = _once(model, rule)
    with undone():
        twin = _twin(row)
        last = rule.fields[-1]
        setattr(twin, model._meta.get_field(last).attname, _different(row, last))
        twin.save(force_insert=True)
    if "superseded_at" in str(rule.condition):
        with undone():
            twin = _twin(row)
            twin.superseded_at = clock.now()
            twin.save(force_insert=True)


def _once(model: type[models.Model], rule: models.UniqueConstraint) -> Any:
    """A row under the rule."""
    rows = model._base_manager.filter(**{f"{name}__isnull": False for name in rule.fields})
    row = (rows.filter(rule.condition) if rule.condition else rows).first()
    assert row is not None, rule.name
    return row


def _twin(row: Any) -> Any:
    """The same row under another key, as another fact and at another time."""
    twin = copy.copy(row)
    twin._state = copy.copy(row._state)
    twin.pk = uuid.uuid4()
    if hasattr(twin, "fact"):
        twin.fact = twin.pk
    if hasattr(twin, "began"):
        twin.began = twin.ended = dt.date(1990, 1, 1)
    return twin


def _different(row: Any, name: str) -> Any:
    column = type(row)._meta.get_field(name)
    if isinstance(column, models.ForeignKey):
        if name == "stint":
            # There is one with steps; another follows it without.
            other = _twin(row.stint)
            other.save(force_insert=True)
            return other.pk
        others = column.related_model._base_manager.exclude(pk=getattr(row, column.attname))
        if name == "document":
            others = others.exclude(pk__in=Proceeding.objects.filter(document__isnull=False)
                                    .values("document"))  # fmt: skip
        return others.values_list("pk", flat=True).first()
    if isinstance(column, models.IntegerField):
        return getattr(row, name) + 900
    if name == "part":
        return next(p for p in ("who", "whom", "attendee") if p != row.part)
    return f"{getattr(row, name)}2"


def test_no_column_is_unique_by_itself_but_keys_and_the_names_of_accounts() -> None:
    """A unique column has no rule's name of its own that both databases would tell."""
    unique = {
        (model.__name__, column.name)
        for model in apps.get_app_config("ledger").get_models()
        for column in model._meta.concrete_fields
        if column.unique and not column.primary_key
    }
    assert unique == {("User", "username"), ("FrozenTable", "reading")}


def test_an_account_has_a_name_that_no_other_has(told: Village) -> None:
    twin = User.objects.get(username="fang")
    twin.pk = None
    with pytest.raises(IntegrityError) as wrong, transaction.atomic():
        twin.save(force_insert=True)
    assert rule_of(wrong.value) == "user_name_once"


def test_a_reading_of_a_paper_has_one_table(told: Village) -> None:
    row = FrozenTable.objects.first()
    assert row is not None
    with pytest.raises(IntegrityError) as wrong, transaction.atomic():
        _twin(row).save(force_insert=True)
    assert rule_of(wrong.value) == "frozen_table_once"


def test_a_key_is_given_once(told: Village) -> None:
    row = Need.objects.first()
    assert row is not None
    with pytest.raises(IntegrityError) as wrong, transaction.atomic():
        row.save(force_insert=True)
    assert rule_of(wrong.value) == "there_already"


@pytest.mark.parametrize(
    "changes",
    [{"text": None}, {"people": -1}, {"place": uuid.uuid4()}],
    ids=lambda c: next(iter(c)),
)
def test_what_has_no_rule_of_its_own_is_a_contradiction_on_both_databases(
    told: Village, changes: dict[str, Any]
) -> None:
    """A column left empty, a number below zero, a pointer to nothing."""
    model = Need if "text" in changes else Activity
    with pytest.raises(Refused) as wrong, transaction.atomic():
        write(by=OPERATOR, what=lambda: _changed(model, changes))
    assert wrong.value.code == "contradiction"


def _changed(model: type[models.Model], changes: dict[str, Any]) -> None:
    row = model._base_manager.first()
    for name, value in changes.items():
        setattr(row, model._meta.get_field(name).attname, value)
    row.save()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        elif "place" in changes:
            connection.check_constraints()


# ------------------------------------------------------------------ in words, through the actions


def test_a_refusal_of_the_database_is_told_under_its_own_name(told: Village) -> None:
    """The same words on both databases, and nothing is left half-written."""
    programme, zhao = told.programme, told.zhao
    again = {"programme": programme, "subject": zhao}
    fund = Fund.objects.get(programme=programme)
    attempts = {
        "enrolment_once": lambda: enrolments.take_in(
            by=OPERATOR, name="returnees", on=CHOSEN, **again
        ),
        "class_once": lambda: classes.give(
            by=OPERATOR, name="need_kind", option="hardship", on=VISITED, **again
        ),
        "consent_once": lambda: consents.give(
            by=OPERATOR, subject=zhao, purpose="随访", on=VISITED, text="我同意"
        ),
        "post_once": lambda: posts.appoint(
            by=OPERATOR, person=told.li, organisation=told.hospital, on=VISITED, title="副院长"
        ),
        "entry_range_only_promised": lambda: funds.promise(
            by=OPERATOR, fund=fund, organisation=told.clinic, on=VISITED, amount=9, amount_most=3
        ),
        "participant_once": lambda: write(
            by=OPERATOR,
            what=lambda: Participant.objects.create(
                **{
                    f.attname: getattr(Participant.objects.first(), f.attname)
                    for f in Participant._meta.concrete_fields
                    if f.name != "id"
                }
            ),
        ),
        "taken": lambda: pairings.make(
            by=OPERATOR,
            programme=programme,
            name="one_to_one",
            helper=told.li,
            subject=told.qian,
            on=PAIRED,
        ),
    }
    before = Event.objects.count()
    for code, attempt in attempts.items():
        with pytest.raises(Refused) as wrong, transaction.atomic():
            attempt()
        assert wrong.value.code == code
    assert Event.objects.count() == before


def test_text_that_does_not_fit_is_refused_whole_on_both_databases(told: Village) -> None:
    for changes, code in (({"note": "长" * 501}, "too_long"), ({"note": "a\0b"}, "not_text")):
        with pytest.raises(Refused) as wrong:
            write(by=OPERATOR, what=lambda c=changes: correct(_visit(told), **c))
        assert wrong.value.code == code
    with pytest.raises(Refused) as wrong:
        persons.register(by=OPERATOR, name="长" * 61, place=told.village, on=VISITED, source="入户")
    assert wrong.value.code == "too_long"


def _visit(told: Village) -> Activity:
    return Activity.objects.get(pk=told.visit.pk)


def test_pairings_follow_one_another_without_a_day_between(told: Village) -> None:
    """What is right is not refused: hand over, end, take back, and pair anew."""
    first = Pairing.objects.get(pk=told.pairing.pk)
    pairings.undo(by=OPERATOR, pairing=Pairing.objects.get(subject=told.qian))
    handovers.on_paper(
        by=OPERATOR, pairings=[first], to=told.zhou, on=VISITED, reason="调动", paper="函"
    )
    second = Pairing.objects.current().get(subject=told.zhao, helper=told.zhou)
    first.refresh_from_db()
    assert first.ended == VISITED - DAY
    pairings.undo(by=OPERATOR, pairing=second)
    third = pairings.make(
        by=OPERATOR,
        programme=told.programme,
        name="one_to_one",
        helper=told.li,
        subject=told.zhao,
        on=VISITED,
    )
    standing = Pairing.objects.current().filter(subject=told.zhao, name="one_to_one")
    assert {p.fact for p in standing} == {first.fact, third.fact}


def test_no_index_bears_the_name_of_a_refusal() -> None:
    """On PostgreSQL a constraint and an index share one set of names."""
    named = {
        rule.name
        for model in apps.get_app_config("ledger").get_models()
        for rule in (*model._meta.indexes, *model._meta.constraints)
    }
    assert named.isdisjoint(r.name for r in REFUSALS)
