"""A judged list is accepted as one event, changes nothing the second time, and is undone whole."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.ledger import vault
from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import enrolment, journal
from bangfu.ledger.actions import file as files
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.upload import Brought
from bangfu.ledger.models import Assurance, Event, EventRows, Household, Person, Subject
from bangfu.ledger.moment import Moment
from tests.intake.lists import LISTED, MEMBERS, accept, identity, judged, sorts
from tests.pictures import blank_pdf
from tests.village import IDENTITY, OPERATOR, Village, undone

pytestmark = pytest.mark.django_db

FIRST, SECOND = identity("19600101", 11), identity("19620202", 22)
ROWS = [
    ["云岫镇", "前岫村", "王大", "王大", "户主", FIRST, "11033334444", "小学"],
    ["云岫镇", "前岫村", "王大", "李花", "之妻", SECOND, "", ""],
    ["云岫镇", "前岫村", "赵大山", "赵大山", "户主", IDENTITY, "11055556666", ""],
]


def _counts() -> tuple[int, int, int]:
    standing = {"ended__isnull": True}
    return (
        Subject.objects.current().filter(**standing).count(),
        Person.objects.current().filter(**standing).count(),
        Household.objects.current().filter(**standing).count(),
    )


def _phone(subject: Subject) -> str:
    return vault.unseal(subject, "phone", persons.sheet_on(subject).phone)


def test_a_list_is_one_event_with_a_digest_of_every_row(village: Village, tmp_path: Path) -> None:
    before, events = _counts(), Event.objects.count()
    event = accept(judged(tmp_path, MEMBERS, ROWS))
    assert Event.objects.count() == events + 1
    assert [b - a for a, b in zip(before, _counts(), strict=True)] == [3, 2, 1]
    runs = {run.table: len(bytes(run.rows)) // 32 for run in EventRows.objects.filter(event=event)}
    assert runs["ledger_person"] >= 3 and runs["ledger_subject"] == 3
    assert journal.verify().sound


def test_what_was_written_is_what_the_list_says(village: Village, tmp_path: Path) -> None:
    accept(judged(tmp_path, MEMBERS, ROWS))
    home = Subject.objects.current().get(kind="household", name="王大")
    sheet = Household.objects.current().get(fact=home.fact, ended__isnull=True)
    head = Subject.objects.current().get(kind="person", name="王大")
    assert (sheet.head_id, home.place_id) == (head.fact, village.village.fact)
    held = persons.sheet_on(head)
    assert (held.household_id, held.relation, held.education) == (home.fact, "head", "primary")
    assert (held.birth, held.sex, held.source) == (dt.date(1960, 1, 1), "1", "名单")
    assert vault.unseal(head, "identity", held.identity) == FIRST
    assert _phone(village.zhao) == "11055556666"


def test_the_same_list_twice_changes_nothing(village: Village, tmp_path: Path) -> None:
    accept(judged(tmp_path, MEMBERS, ROWS))
    again = judged(tmp_path, MEMBERS, ROWS)
    assert sorts(again) == ["unchanged"] * 3
    assert not again.accepted()
    with pytest.raises(Refused, match="No row of this list"):
        accept(again)


def test_the_same_key_again_writes_nothing(village: Village, tmp_path: Path) -> None:
    found = judged(tmp_path, MEMBERS, ROWS)
    event = accept(found)
    counts = _counts()
    by = By(None, "test", event.pk)
    assert actions.accept(by=by, rows=found.accepted(), on=LISTED, source="名单") == 4
    assert _counts() == counts


def test_no_number_of_the_list_lies_in_clear(village: Village, tmp_path: Path) -> None:
    event = accept(judged(tmp_path, MEMBERS, ROWS))
    said = str([event.fields, event.outcome, event.purpose])
    assert FIRST not in said and "11033334444" not in said and "王大" not in said


def test_undone_everything_is_as_it_was_and_was_known_meanwhile(
    village: Village, tmp_path: Path
) -> None:
    before, phone = _counts(), _phone(village.zhao)
    began = persons.sheet_on(village.zhao).began
    event = accept(judged(tmp_path, MEMBERS, ROWS))
    assert actions.undo(by=OPERATOR, event=event.pk) == 4
    assert (_counts(), _phone(village.zhao)) == (before, phone)
    assert persons.sheet_on(village.zhao).began == began
    known = Subject.objects.at(Moment(LISTED, event.at)).filter(name="王大")
    assert known.count() == 2
    spans = Person.objects.current().filter(fact=village.zhao.fact)
    assert spans.count() == 1
    assert journal.verify().sound


def test_undone_it_can_be_taken_in_again(village: Village, tmp_path: Path) -> None:
    event = accept(judged(tmp_path, MEMBERS, ROWS))
    actions.undo(by=OPERATOR, event=event.pk)
    assert sorts(judged(tmp_path, MEMBERS, ROWS)) == ["new", "new", "changes"]
    accept(judged(tmp_path, MEMBERS, ROWS))
    assert sorts(judged(tmp_path, MEMBERS, ROWS)) == ["unchanged"] * 3


def test_what_stands_on_a_list_keeps_it(village: Village, tmp_path: Path) -> None:
    event = accept(judged(tmp_path, MEMBERS, ROWS))
    head = Subject.objects.current().get(kind="person", name="王大")
    taken: Any = enrolment.take_in(
        by=OPERATOR, programme=village.programme, name="sweep", subject=head, on=LISTED
    )
    counts = _counts()
    with pytest.raises(Refused) as refused:
        actions.undo(by=OPERATOR, event=event.pk)
    assert (refused.value.code, refused.value.parts["kinds"]) == ("stands_on_it", "enrolment")
    assert _counts() == counts
    assert taken.superseded_at is None


def test_a_file_keeps_it_too(village: Village, tmp_path: Path) -> None:
    event = accept(judged(tmp_path, MEMBERS, ROWS))
    head = Subject.objects.current().get(kind="person", name="王大")
    paper = Brought(blank_pdf())
    files.add(by=OPERATOR, subject=head, brought=paper, title="申请书", on=LISTED)
    with pytest.raises(Refused) as refused:
        actions.undo(by=OPERATOR, event=event.pk)
    assert (refused.value.code, refused.value.parts["kinds"]) == ("stands_on_it", "file")


def test_a_later_correction_keeps_it_too(village: Village, tmp_path: Path) -> None:
    event = accept(judged(tmp_path, MEMBERS, ROWS))
    persons.correct_sheet(by=OPERATOR, subject=village.zhao, phone="11099990000")
    with pytest.raises(Refused) as refused:
        actions.undo(by=OPERATOR, event=event.pk)
    assert refused.value.code == "stands_on_it"
    assert _phone(village.zhao) == "11099990000"


def test_undoing_twice_and_undoing_nothing_say_so(village: Village, tmp_path: Path) -> None:
    event = accept(judged(tmp_path, MEMBERS, ROWS))
    actions.undo(by=OPERATOR, event=event.pk)
    with pytest.raises(Refused, match="not|Nothing"):
        actions.undo(by=OPERATOR, event=event.pk)
    other = Event.objects.exclude(verb="intake.accept").first()
    assert other is not None
    with pytest.raises(Refused, match="no accepted list"):
        actions.undo(by=OPERATOR, event=other.pk)


def test_a_list_reaches_no_further_than_its_account(village: Village, tmp_path: Path) -> None:
    near = By(village.account("near", "clerk", place=village.town), "desk")
    far = By(village.account("far", "clerk", place=village.far_town), "desk")
    found = judged(tmp_path, MEMBERS, ROWS)
    counts = _counts()
    with pytest.raises(NotAllowed):
        accept(found, by=far)
    assert _counts() == counts
    event = accept(found, by=near)
    with pytest.raises(NotAllowed):
        actions.undo(by=far, event=event.pk)
    assert actions.undo(by=near, event=event.pk) == 4


def test_who_only_looks_takes_nothing_in(village: Village, tmp_path: Path) -> None:
    looks = By(village.account("looks", "inspector", place=village.county), "desk")
    with pytest.raises(NotAllowed):
        accept(judged(tmp_path, MEMBERS, ROWS), by=looks)


# ------------------------------------------------------------------ the household sheet

SHEETED = [
    *MEMBERS, "健康状况", "残疾证号", "劳动技能", "在校生状况", "务工时间(月)", "务工月收入",
    "是否参加城乡居民基本医疗保险", "享受低保政策情况",
]  # fmt: skip
HOUSED = [
    "行政村", "户主姓名", "家庭人口", "致贫原因", "耕地面积(亩)", "住房面积", "住房安全",
    "饮水安全", "入户路是否硬化",
]  # fmt: skip


def test_the_fields_of_the_collection_form_are_taken_and_the_health_is_sealed(
    village: Village, tmp_path: Path
) -> None:
    certificate = f"{FIRST}42"
    row = [
        *ROWS[0],
        "长期慢性病",
        certificate,
        "弱劳动力",
        "非在校生",
        8,
        "3500.50",
        "否",
        "农村低保",
    ]
    accept(judged(tmp_path, SHEETED, [row]))
    head = Subject.objects.current().get(kind="person", name="王大")
    held = persons.sheet_on(head)
    assert (held.labour, held.school, held.work_months) == ("weak", "none", 8)
    assert (held.monthly_pay, held.resident_insured, held.allowance) == (350_050, False, "rural")
    assert vault.unseal(head, "health", held.health) == "chronic"
    assert vault.unseal(head, "disability", held.disability) == certificate
    assert sorts(judged(tmp_path, SHEETED, [row])) == ["unchanged"]
    row[8], row[14] = "健康", "是"
    changed = judged(tmp_path, SHEETED, [row])
    shown = [(d.label.zh, d.old, d.new) for v in changed.verdicts for d in v.differences]
    assert (
        shown == [("健康状况", "●●●", "●●●"), ("参加城乡居民医保", "否", "是")] or len(shown) == 2
    )


def test_house_land_and_verdicts_are_taken(village: Village, tmp_path: Path) -> None:
    row = ["前岫村", "王大", 3, "缺劳力、因病", "3.5", 86, "不安全", "是", "否"]
    accept(judged(tmp_path, HOUSED, [row]))
    home = Subject.objects.current().get(kind="household", name="王大")
    sheet = Household.objects.current().get(fact=home.fact)
    assert vault.unseal(home, "risks", sheet.risks) == "缺劳动力、因病"
    assert (str(sheet.farmland), str(sheet.house_area), sheet.hard_road) == ("3.50", "86.00", False)
    stands = {a.kind: a.verdict for a in Assurance.objects.current().filter(subject=home.fact)}
    assert stands == {"housing": "not_met", "water": "met"}
    assert sorts(judged(tmp_path, HOUSED, [row])) == ["unchanged"]
    row[6] = "安全"
    again = judged(tmp_path, HOUSED, [row])
    assert sorts(again) == ["changes"]
    later = accept(again)
    assert Assurance.objects.current().get(kind="housing").verdict == "met"
    actions.undo(by=OPERATOR, event=later.pk)
    assert Assurance.objects.current().get(kind="housing").verdict == "not_met"
    assert journal.verify().sound


def test_verdicts_of_a_list_are_taken_back_with_it(village: Village, tmp_path: Path) -> None:
    row = ["前岫村", "王大", 3, "因病", "3.5", 86, "不安全", "是", "否"]
    event = accept(judged(tmp_path, HOUSED, [row]))
    actions.undo(by=OPERATOR, event=event.pk)
    assert Assurance.objects.exists() and not Assurance.objects.current().exists()
    assert journal.verify().sound


def test_a_word_that_no_book_has_is_left_with_the_words_there_are(
    village: Village, tmp_path: Path
) -> None:
    found = judged(tmp_path, HOUSED, [["前岫村", "王大", 3, "命苦", "十", 86, "", "", ""]])
    assert sorts(found) == ["new"]
    said = {reason.cell: reason.says.zh for reason in found.verdicts[0].unread}
    assert "因病" in said["D2"] and "数字" in said["E2"]


def _spans(subject: Subject) -> list[tuple[Any, ...]]:
    """Everything that was ever believed of somebody's sheet."""
    rows = Person._base_manager.filter(fact=subject.fact)
    told = rows.order_by("began", "recorded_at", "superseded_at")
    return [(r.began, r.ended, r.education, r.superseded_at is None) for r in told]


def test_many_changes_are_written_as_single_ones_are(village: Village, tmp_path: Path) -> None:
    """Once by a list, once by hand: the same spans, the same believed, no fault in the journal."""
    with undone():
        persons.update(by=OPERATOR, subject=village.zhao, on=LISTED, education="junior_high")
        by_hand = _spans(village.zhao)
    row = [*ROWS[2]]
    row[6], row[7] = "", "初中"
    found = judged(tmp_path, MEMBERS, [row])
    assert sorts(found) == ["changes"]
    accept(found)
    assert _spans(village.zhao) == by_hand and len(by_hand) > 1
    assert journal.verify().sound


def test_what_knows_of_later_days_is_changed_for_the_days_between(
    village: Village, tmp_path: Path
) -> None:
    later = LISTED + dt.timedelta(days=30)
    persons.update(by=OPERATOR, subject=village.zhao, on=later, education="senior_high")
    row = [*ROWS[2]]
    row[6], row[7] = "", "初中"
    accept(judged(tmp_path, MEMBERS, [row]))
    stood = {began: education for began, _end, education, believed in _spans(village.zhao)
             if believed}  # fmt: skip
    assert (stood[LISTED], stood[later]) == ("junior_high", "senior_high")
    assert journal.verify().sound


def test_many_changes_reach_no_further_than_the_account(village: Village, tmp_path: Path) -> None:
    far = By(village.account("far", "clerk", place=village.far_town), "desk")
    row = [*ROWS[2]]
    row[6], row[7] = "", "初中"
    found = judged(tmp_path, MEMBERS, [row])
    before = _spans(village.zhao)
    with pytest.raises(NotAllowed):
        accept(found, by=far)
    assert _spans(village.zhao) == before


def test_no_question_is_asked_for_each_changed_row(village: Village, tmp_path: Path) -> None:
    near = By(village.account("near", "clerk", place=village.county), "desk")
    head = ["行政村", "姓名", "身份证号码", "文化程度"]
    numbers = [identity(f"1970{1 + n % 12:02d}{1 + n % 28:02d}", n) for n in range(60)]
    names = [f"{a}{b}" for a in "赵钱孙李周吴" for b in "一二三四五六七八九十"]

    def listed(education: str, count: int) -> list[list[str]]:
        return [["前岫村", names[n], numbers[n], education] for n in range(count)]

    accept(judged(tmp_path, head, listed("小学", 60)), by=near)
    asked = []
    for count, education in ((10, "初中"), (60, "高中"), (10, "小学"), (60, "初中")):
        # Each list is a day later, so that by the third all know of days before that stay.
        on = LISTED + dt.timedelta(days=len(asked) // 2)
        with CaptureQueriesContext(connection) as queries:
            accept(judged(tmp_path, head, listed(education, count), by=near), by=near, on=on)
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 12, asked
    assert asked[3] <= asked[2] + 12, asked
    for name in (names[0], names[59]):
        subject = Subject.objects.get(name=name)
        assert [s[0] for s in _spans(subject) if s[-1]] == [LISTED, on], name
    assert journal.verify().sound


def test_sealed_values_of_many_are_changed_together(village: Village, tmp_path: Path) -> None:
    near = By(village.account("near", "clerk", place=village.county), "desk")
    head = ["行政村", "姓名", "身份证号码", "联系电话", "健康状况"]
    numbers = [identity(f"1970{1 + n % 12:02d}{1 + n % 28:02d}", n) for n in range(60)]
    names = [f"{a}{b}" for a in "赵钱孙李周吴" for b in "一二三四五六七八九十"]

    def listed(turn: int, count: int) -> list[list[str]]:
        health = ("健康", "患有大病")[turn % 2]
        return [["前岫村", names[n], numbers[n], f"110{turn}{n:07d}", health] for n in range(count)]

    accept(judged(tmp_path, head, listed(1, 60)), by=near)
    asked = []
    for turn, count in ((2, 10), (3, 60)):
        found = judged(tmp_path, head, listed(turn, count), by=near)
        assert set(sorts(found)) == {"changes"}
        with CaptureQueriesContext(connection) as queries:
            event = accept(found, by=near)
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 12, asked
    assert {"phone", "phone_index", "health"} <= set(event.fields["person"])
    for n in (0, 59):
        (key,) = persons.find_by_number(sort="phone", clear=f"1103{n:07d}")
        held = Subject.objects.get(pk=key)
        assert (held.name, _phone(held)) == (names[n], f"1103{n:07d}")
    assert not persons.find_by_number(sort="phone", clear=f"1101{0:07d}")
    assert set(sorts(judged(tmp_path, head, listed(3, 60), by=near))) == {"unchanged"}
    assert journal.verify().sound


def test_what_is_accepted_is_told_apart_by_a_short_digest(village: Village, tmp_path: Path) -> None:
    one = judged(tmp_path, MEMBERS, ROWS).accepted()
    again = actions.Accepted(one.homes, one.persons, one.changes, one.records)
    assert str(one) == str(again) and len(str(one)) == 64
    other = actions.Accepted(one.homes, one.persons[:1], one.changes, one.records)
    sheet = {**one.persons[0].sheet, "education": "none"}
    changed = dataclasses.replace(one.persons[0], sheet=sheet)
    third = dataclasses.replace(one, persons=(changed, *one.persons[1:]))
    assert len({str(one), str(other), str(third)}) == 3


def test_undoing_many_changes_asks_no_more_than_undoing_one(
    village: Village, tmp_path: Path
) -> None:
    told = [("前岫村", "赵大山", village.zhao), ("前岫村", "赵大山", village.sun),
            ("后岫村", "钱二河", village.qian)]  # fmt: skip
    rows = [["云岫镇", place, home, whom.name, "", "", "", "初中"] for place, home, whom in told]

    def asked(some: list[list[str]]) -> list[str]:
        found = judged(tmp_path, MEMBERS, some)
        assert sorts(found) == ["changes"] * len(some)
        event = accept(found)
        with CaptureQueriesContext(connection) as queries:
            assert actions.undo(by=OPERATOR, event=event.pk) == len(some)
        said = (one["sql"] for one in queries.captured_queries)
        # What is written for many rows at once is told with how many they are.
        return [re.sub(r"^\d+ times: ", "", sql).split()[0] for sql in said
                if '"ledger_person"' in sql]  # fmt: skip

    before = [_spans(whom) for _, _, whom in told]
    assert asked(rows[:1]) == asked(rows)
    believed = [[s for s in _spans(whom) if s[-1]] for _, _, whom in told]
    assert believed == [[s for s in spans if s[-1]] for spans in before]
    assert journal.verify().sound
