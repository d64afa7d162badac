"""Two that may be one: proposed, said to be different, merged without a word about the past."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bangfu.ledger import clock, vault
from bangfu.ledger.access import NotAllowed, visible
from bangfu.ledger.actions import agreement as agreements
from bangfu.ledger.actions import classes, journal
from bangfu.ledger.actions import duplicate as duplicates
from bangfu.ledger.actions import handover as handovers
from bangfu.ledger.actions import health as healths
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.duplicate import Proposed
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import (
    Agreement,
    Class,
    Duplicate,
    Enrolment,
    HealthDetail,
    Household,
    Need,
    Pairing,
    Person,
    Subject,
    SubjectKey,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.retention import past_term
from bangfu.ledger.same import and_merged, goes_on_as, merged_into
from bangfu.ledger.vocabulary import VOCABULARY
from tests.village import IDENTITY, OPERATOR, PAIRED, SWEPT, VISITED, Village, _cadre

DAY = dt.timedelta(days=1)
LATER = dt.date(2009, 6, 1)
NUMBER = "990001197001010014"
AGREEING = """
title = "签约"
area  = "990001"
from  = 2009-01-01
to    = 2010-12-31

[agreement.signing]
title   = "协议"
helper  = { of = "person" }
subject = { of = "person" }
lasts   = "6 months"

[agreement.signing.items]
comes = { title = "来访", owner = "helper" }
"""


@pytest.fixture
def twice(village: Village) -> Subject:
    """Zhao, registered a second time beside: with a number, a phone and no household."""
    return persons.register(
        by=OPERATOR, name="赵大柱", place=village.next_village, on=SWEPT, source="名单",
        identity=NUMBER, phone="11000000077", wishes="想学电工",
    )  # fmt: skip


def proposed(one: Subject, other: Subject, reasons: str = "name_same place_town") -> Proposed:
    return Proposed(one.kind, one.fact, other.fact, 0.998, reasons)


def merged(keep: Subject, gone: Subject, **more: Any) -> Duplicate:
    return duplicates.merge(by=OPERATOR, keep=keep, gone=gone, **{"on": VISITED} | more)


def whole() -> dict[str, list[tuple[Any, ...]]]:
    """What is believed now of everybody, without when it was written."""
    told = {}
    for model in (Subject, Person, Household, Enrolment, Pairing, Agreement, Class, HealthDetail):
        kept = {"id", "recorded_at", "event_id", "grain"}
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in kept]
        rows = model._base_manager.filter(superseded_at__isnull=True).order_by("fact", "began")
        told[model.__name__] = list(rows.values_list(*names))
    return told


# ------------------------------------------------------------------ proposals


def test_what_a_search_finds_is_kept_once_and_goes_when_it_is_not_found(village: Village) -> None:
    v = village
    found = [proposed(v.zhao, v.qian), proposed(v.sun, v.zhao)]
    assert duplicates.propose(by=OPERATOR, found=found) == 2
    since = Duplicate.objects.get(one__in=[v.qian, v.zhao], other__in=[v.qian, v.zhao])
    assert (since.state, since.sure, since.reasons) == ("open", 9980, "name_same place_town")
    assert duplicates.propose(by=OPERATOR, found=[proposed(v.qian, v.zhao)]) == 0
    [left] = Duplicate.objects.current()
    assert left.pk == since.pk
    assert left.recorded_at == since.recorded_at


def test_a_search_in_a_part_drops_nothing_elsewhere(village: Village) -> None:
    v = village
    duplicates.propose(by=OPERATOR, found=[proposed(v.zhao, v.qian)])
    duplicates.propose(by=OPERATOR, found=[], among=[v.zhao.fact, v.sun.fact])
    assert Duplicate.objects.current().count() == 1
    duplicates.propose(by=OPERATOR, found=[], among=[v.zhao.fact, v.qian.fact])
    assert not Duplicate.objects.current().exists()


def test_who_was_said_to_be_another_is_proposed_again_only_for_other_reasons(
    village: Village,
) -> None:
    v = village
    duplicates.propose(by=OPERATOR, found=[proposed(v.zhao, v.qian)])
    row = duplicates.differ(by=OPERATOR, one=v.zhao, other=v.qian)
    assert (row.state, row.decided) == ("different", clock.today())
    assert duplicates.propose(by=OPERATOR, found=[proposed(v.zhao, v.qian)]) == 0
    assert Duplicate.objects.current().get().state == "different"
    assert duplicates.propose(by=OPERATOR, found=[]) == 0
    assert Duplicate.objects.current().get().state == "different"
    again = proposed(v.zhao, v.qian, "name_same number_same")
    assert duplicates.propose(by=OPERATOR, found=[again]) == 1
    row = Duplicate.objects.current().get()
    assert (row.state, row.decided) == ("open", None)


def test_a_pair_needs_two_of_one_kind(village: Village) -> None:
    v = village
    for one, other in ((v.zhao, v.zhao), (v.zhao, v.zhao_home), (v.hospital, v.clinic)):
        with pytest.raises(Refused) as refused:
            duplicates.differ(by=OPERATOR, one=one, other=other)
        assert refused.value.code == "no_pair"


# ------------------------------------------------------------------ merging


def test_one_goes_on_with_what_was_chosen_and_the_other_ends_the_day_before(
    village: Village, twice: Subject
) -> None:
    v = village
    row = merged(v.zhao, twice, take=["identity", "phone", "wishes"])
    assert (row.state, row.kept_id, row.decided) == ("same", v.zhao.fact, VISITED)
    sheet = Person.objects.current().get(pk=persons.sheet_on(v.zhao).pk)
    assert vault.unseal(v.zhao, "identity", sheet.identity) == NUMBER
    assert vault.unseal(v.zhao, "wishes", sheet.wishes) == "想学电工"
    assert persons.find_by_number(sort="identity", clear=NUMBER) == [v.zhao.fact]
    assert sheet.household_id == v.zhao_home.fact
    assert sheet.birth == dt.date(1970, 1, 1), "it follows from the number"
    ended = Subject.objects.get(pk=twice.fact)
    assert ended.ended == VISITED - DAY
    kind = VOCABULARY["person"]
    account = v.account("office", "clerk", place=v.county)
    there = visible(account, kind, moment=Moment(VISITED)).filter(fact=twice.fact)
    before = visible(account, kind, moment=Moment(VISITED - DAY)).filter(fact=twice.fact)
    assert (there.count(), before.count()) == (0, 1)
    assert goes_on_as(twice.fact) == v.zhao.fact
    assert merged_into([v.zhao.fact]) == [twice.fact]
    assert goes_on_as(v.zhao.fact) is None
    assert journal.verify().sound


def test_a_household_says_as_many_members_as_before_where_nobody_left(
    village: Village, twice: Subject
) -> None:
    merged(village.zhao, twice)
    assert households.sheet_on(village.zhao_home).size == 4


def test_the_one_with_the_household_may_go_and_the_household_stays_whole(
    village: Village, twice: Subject
) -> None:
    v = village
    households.update(by=OPERATOR, subject=v.zhao_home, on=SWEPT, head=v.zhao)
    with pytest.raises(Refused) as refused:
        merged(twice, v.zhao)
    assert refused.value.code == "head_leaves_by_merging"
    merged(twice, v.zhao, take=["household", "sex"])
    assert persons.sheet_on(twice).household_id == v.zhao_home.fact
    assert persons.sheet_on(twice).relation == "head"
    assert households.sheet_on(v.zhao_home).head_id == twice.fact
    assert households.sheet_on(v.zhao_home).size == 4
    assert journal.verify().sound


def test_what_runs_goes_on_for_the_one_who_stays_from_the_day_on(
    village: Village, twice: Subject
) -> None:
    v = village
    merged(twice, v.zhao, take=["household"])
    pair = Pairing.objects.get(pk=v.pairing.pk)
    assert (pair.subject_id, pair.began) == (twice.fact, VISITED)
    before = Pairing.objects.current().get(fact=v.pairing.fact, ended=VISITED - DAY)
    assert (before.subject_id, before.began) == (v.zhao.fact, PAIRED)
    for name in ("sweep", "returnees"):
        held = Enrolment.objects.at(Moment(VISITED)).get(programme=v.programme, name=name,
                                                         subject=twice)  # fmt: skip
        assert held.began == VISITED
        earlier = Enrolment.objects.at(Moment(VISITED - DAY)).filter(
            programme=v.programme, name=name
        )
        assert v.zhao.fact in set(earlier.values_list("subject", flat=True))
        assert twice.fact not in set(earlier.values_list("subject", flat=True))


@pytest.mark.parametrize("side", ["subject", "helper"])
def test_an_agreement_goes_on_for_the_one_who_stays(
    village: Village, twice: Subject, side: str
) -> None:
    """What was agreed is owed by, and to, somebody who is there."""
    v, signed = village, PAIRED + DAY
    programme = programmes.start(by=OPERATOR, name="signing", text=AGREEING)
    parties = {"helper": v.li, "subject": v.zhao}
    row = agreements.sign(
        by=OPERATOR, programme=programme, name="signing", signed=signed, **parties
    )
    before, gone = whole(), parties[side]
    done = merged(twice, gone, **({"take": ["household"]} if side == "subject" else {}))
    held = Agreement.objects.at(Moment(VISITED)).get(fact=row.fact)
    assert (getattr(held, side), held.began, held.ended) == (twice, VISITED, row.ended)
    earlier = Agreement.objects.at(Moment(VISITED - DAY)).get(fact=row.fact)
    assert (getattr(earlier, side), earlier.began) == (gone, signed)
    duplicates.undo(by=OPERATOR, pair=done)
    assert whole() == before


def test_what_is_sealed_with_a_record_opens_under_the_other_key(
    village: Village, twice: Subject
) -> None:
    v = village
    given = classes.give(
        by=OPERATOR, programme=v.programme, name="need_kind", subject=twice, option="hardship",
        on=SWEPT, grounds="丧失劳力",
    )  # fmt: skip
    doctor = v.account("doctor", "clinician", place=v.county)
    healths.note(
        by=By(doctor, "test"), subject=twice, on=SWEPT, sort="慢性病", detail="高血压",
        ground="duty", purpose="随访",
    )  # fmt: skip
    merged(v.zhao, twice)
    now = Class.objects.get(pk=given.pk)
    assert now.subject_id == v.zhao.fact
    assert vault.unseal(v.zhao, "grounds", now.grounds) == "丧失劳力"
    noted = HealthDetail.objects.at(Moment(VISITED)).get(subject=v.zhao)
    assert vault.unseal(v.zhao, "detail", noted.detail) == "高血压"


def test_the_same_enrolment_of_both_goes_on_once(village: Village) -> None:
    v = village
    merged(v.zhao, v.qian, ends=[v.pairing.fact])
    held = Enrolment.objects.at(Moment(VISITED)).filter(programme=v.programme, name="sweep")
    mine = [row for row in held if row.subject_id in (v.zhao.fact, v.qian.fact)]
    assert [(row.subject_id, row.began) for row in mine] == [(v.zhao.fact, SWEPT)]
    before = Enrolment.objects.at(Moment(VISITED - DAY)).filter(name="sweep")
    assert {row.subject_id for row in before} == {v.zhao.fact, v.qian.fact}


def test_of_two_helpers_one_to_one_somebody_says_which_goes_on(village: Village) -> None:
    v = village
    before = whole()
    with pytest.raises(Refused) as refused:
        merged(v.zhao, v.qian)
    assert refused.value.code == "cannot_both_go_on"
    assert whole() == before
    other = Pairing.objects.current().get(subject=v.qian)
    row = merged(v.zhao, v.qian, ends=[v.pairing.fact])
    held = Pairing.objects.at(Moment(VISITED)).filter(subject=v.zhao, name="one_to_one")
    assert [pair.fact for pair in held] == [other.fact]
    assert Pairing.objects.get(pk=v.pairing.pk).ended == VISITED - DAY
    assert households.sheet_on(v.qian_home).size == 0
    assert journal.verify().sound
    duplicates.undo(by=OPERATOR, pair=row)
    assert whole() == before


def test_needs_and_deeds_stay_where_they_were_recorded(village: Village, twice: Subject) -> None:
    need = needs.raise_(by=OPERATOR, subject=twice, on=SWEPT, text="想学电工", kind="training")
    merged(village.zhao, twice)
    assert Need.objects.get(pk=need.pk).subject_id == twice.fact
    assert and_merged(village.zhao.fact) == (village.zhao.fact, twice.fact)


def test_what_would_leave_somebody_without_a_word_is_refused(
    village: Village, twice: Subject
) -> None:
    v = village

    def code(keep: Subject, gone: Subject, **more: Any) -> str:
        with pytest.raises(Refused) as refused:
            merged(keep, gone, **more)
        return refused.value.code

    assert code(v.zhao, twice, on=clock.today() + DAY) == "in_the_future"
    assert code(v.zhao, twice, take=["colour"]) == "unknown_field"
    assert code(v.zhao_home, v.qian_home) == "merge_households"
    v.account("zhao", "helper", person=twice)
    assert code(v.zhao, twice) == "account_of_the_other"
    assert code(v.zhao, v.li, take=["household"]) == "paired_with_each_other"
    other = _cadre("郭守义", v.clinic, v.far_village)
    v.account("guo", "helper", person=other)
    handovers.offer(by=OPERATOR, pairings=[v.pairing], to=other, on=VISITED, reason="调动")
    assert code(v.sun, v.zhao) == "handover_open"
    subjects.erase(by=OPERATOR, subject=v.outsider, reason="request")
    assert code(v.sun, v.outsider) == "erased_already"


def test_who_was_merged_is_not_merged_again_nor_said_to_be_another(
    village: Village, twice: Subject
) -> None:
    merged(village.zhao, twice)
    with pytest.raises(Refused) as refused:
        merged(village.zhao, twice)
    assert refused.value.code == "merged_already"
    with pytest.raises(Refused) as refused:
        duplicates.differ(by=OPERATOR, one=twice, other=village.zhao)
    assert refused.value.code == "merged_already"


# ------------------------------------------------------------------ taking it back


def test_a_merge_taken_back_gives_everything_back(village: Village, twice: Subject) -> None:
    v = village
    before = whole()
    row = merged(twice, v.zhao, take=["household", "name", "sex", "birth"])
    assert whole() != before
    duplicates.undo(by=OPERATOR, pair=row)
    assert whole() == before
    assert (row.state, row.kept_id) == ("open", None)
    assert goes_on_as(v.zhao.fact) is None
    assert journal.verify().sound


def test_what_was_said_since_stays_when_a_merge_is_taken_back(
    village: Village, twice: Subject
) -> None:
    v = village
    row = merged(v.zhao, twice, take=["identity", "phone"])
    persons.update(by=OPERATOR, subject=v.zhao, on=LATER, education="college")
    duplicates.undo(by=OPERATOR, pair=row)
    sheet = persons.sheet_on(v.zhao)
    assert sheet.education == "college"
    assert persons.find_by_number(sort="identity", clear=IDENTITY) == [v.zhao.fact]
    assert persons.find_by_number(sort="identity", clear=NUMBER) == [twice.fact]


def test_a_record_that_went_over_and_was_changed_since_hinders_it(
    village: Village, twice: Subject
) -> None:
    v = village
    row = merged(twice, v.zhao, take=["household"])
    pair = Pairing.objects.get(pk=v.pairing.pk)
    pairings.close(by=OPERATOR, pairing=pair, on=LATER, reason="调动")
    with pytest.raises(Refused) as refused:
        duplicates.undo(by=OPERATOR, pair=row)
    assert refused.value.code == "stands_on_the_merge"
    assert "pairing" in str(refused.value)


def test_only_a_merge_is_taken_back(village: Village) -> None:
    row = duplicates.differ(by=OPERATOR, one=village.zhao, other=village.qian)
    with pytest.raises(Refused) as refused:
        duplicates.undo(by=OPERATOR, pair=row)
    assert refused.value.code == "not_merged"


# ------------------------------------------------------------------ who may, and who is forgotten


def test_both_must_lie_inside_of_one_grant(village: Village, twice: Subject) -> None:
    v = village
    office = v.account("office", "clerk", place=v.county)
    elsewhere = v.account("elsewhere", "clerk", place=v.village)
    with pytest.raises(NotAllowed):
        duplicates.differ(by=By(elsewhere, "test"), one=v.zhao, other=twice)
    with pytest.raises(NotAllowed):
        duplicates.merge(by=By(elsewhere, "test"), keep=v.zhao, gone=twice, on=VISITED)
    row = duplicates.merge(by=By(office, "test"), keep=v.zhao, gone=twice, on=VISITED)
    with pytest.raises(NotAllowed):
        duplicates.undo(by=By(elsewhere, "test"), pair=row)
    duplicates.undo(by=By(office, "test"), pair=row)


def test_erasing_one_erases_who_was_merged_into_it(village: Village, twice: Subject) -> None:
    v = village
    duplicates.propose(by=OPERATOR, found=[proposed(v.zhao, twice)])
    row = merged(v.zhao, twice)
    with pytest.raises(Refused) as refused:
        subjects.erase(by=OPERATOR, subject=twice, reason="request")
    assert refused.value.code == "merged"
    subjects.erase(by=OPERATOR, subject=v.zhao, reason="request")
    assert not SubjectKey.objects.filter(
        subject__in=[v.zhao.fact, twice.fact], salt__isnull=False
    ).exists()
    assert Subject.objects.get(pk=twice.fact).name == ""
    assert {pair.reasons for pair in Duplicate._base_manager.all()} == {""}
    with pytest.raises(Refused) as refused:
        duplicates.undo(by=OPERATOR, pair=Duplicate.objects.get(pk=row.pk))
    assert refused.value.code == "erased_already"
    assert journal.verify().sound


def test_who_was_merged_lately_is_in_use(village: Village, twice: Subject) -> None:
    late = dt.date(2030, 6, 1)
    v = village
    assert v.outsider.fact in {s.fact for s in past_term("person", today=late)}
    merged(v.outsider, twice, on=clock.today())
    assert v.outsider.fact not in {s.fact for s in past_term("person", today=late)}
