"""Proceedings, ticks and rounds: what is refused, what opens, who may do which step."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions import proceeding as proceedings
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import round as rounds
from bangfu.ledger.actions import tick as ticks
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Handling, Proceeding, Programme, Reading, Subject, Task, Tick
from bangfu.ledger.moment import Moment
from bangfu.lists import checklists
from bangfu.lists import rounds as counted
from bangfu.lists.listing import Listing
from bangfu.lists.proceedings import Told, proceedings_in, steps_waiting
from bangfu.programmes.loader import library_text
from tests.village import FOUNDED, OPERATOR, Village

DAY = dt.timedelta(days=1)
BEGAN = dt.date(2026, 3, 2)


@pytest.fixture
def watch(village: Village) -> Programme:
    """The identification of monitored households, with a committee and a town office."""
    for name, kind, place in (
        ("前岫村委会", "village_committee", village.village),
        ("后岫村委会", "village_committee", village.next_village),
        ("云岫镇政府", "township_government", village.town),
        ("县农业农村局", "bureau", village.county),
    ):
        organisations.register(by=OPERATOR, name=name, kind=kind, place=place, on=FOUNDED)
    text = library_text("watch_parallel", "programme.toml")
    return programmes.start(by=OPERATOR, name="watch", text=text)


@pytest.fixture
def link(village: Village) -> Programme:
    """The programme of today, in which Zhao is helped."""
    text = library_text("village_link", "programme.toml")
    row = programmes.start(by=OPERATOR, name="link", text=text)
    enrolments.take_in(
        by=OPERATOR, programme=row, name="helped", subject=village.zhao, on=dt.date(2026, 1, 10)
    )
    return row


def begin(programme: Programme, home: Subject, **more: Any) -> Proceeding:
    """An admission that begins on the first day."""
    words: dict[str, Any] = {"by": OPERATOR, "name": "admission", "on": BEGAN, **more}
    return proceedings.start(programme=programme, subject=home, **words)


def row_of(held: Proceeding, step: str) -> Handling:
    """The open row of a step."""
    return Handling.objects.current().get(proceeding=held.fact, step=step, closed=None)


def do(held: Proceeding, step: str, on: dt.date, **more: Any) -> Handling:
    """A step that is done on a day, on paper."""
    words: dict[str, Any] = {"by": OPERATOR, "result": "done", "evidence": "存档", **more}
    return proceedings.handle(handling=row_of(held, step), on=on, **words)


def up_to_the_notice(v: Village, held: Proceeding) -> None:
    """Applied, visited by two, compared, appraised, posted."""
    do(held, "apply", BEGAN)
    visit(v, v.li, v.zhou)
    do(held, "check", BEGAN + DAY)
    do(held, "compare", BEGAN + DAY)
    do(held, "appraise", BEGAN + 2 * DAY)
    do(held, "notice", BEGAN + 3 * DAY)


def visit(v: Village, *who: Subject) -> None:
    """Somebody visits the household."""
    activities.record(
        by=OPERATOR, kind="visit", on=BEGAN + DAY, mode="home", place=v.village, who=list(who),
        whom=[v.zhao_home], people=len(who),
    )  # fmt: skip


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    """The stable code of a refusal."""
    return refused.value.code


def test_the_step_is_the_nearest_units_and_only_its_people_do_it(
    village: Village, watch: Programme
) -> None:
    held = begin(watch, village.zhao_home)
    row = row_of(held, "apply")
    assert row.organisation is not None and row.organisation.name == "前岫村委会"
    near = village.account("near", "village_officer", place=village.village)
    far = village.account("far", "village_officer", place=village.next_village)
    town = village.account("town", "clerk", place=village.town)
    for account in (far,):
        with pytest.raises(NotAllowed):
            proceedings.handle(
                by=By(account, "test"), handling=row, on=BEGAN, result="done", evidence="有"
            )
    proceedings.handle(by=By(near, "test"), handling=row, on=BEGAN, result="done", evidence="有")
    compare = row_of(held, "compare")
    assert compare.organisation is not None and compare.organisation.name == "县农业农村局"
    for account in (near, town):
        with pytest.raises(NotAllowed):
            proceedings.handle(
                by=By(account, "test"), handling=compare, on=BEGAN, result="done", evidence="有"
            )


def test_today_shows_each_the_own_steps_alone(village: Village, watch: Programme) -> None:
    held = begin(watch, village.zhao_home)
    do(held, "apply", BEGAN)
    officer = village.account("near", "village_officer", place=village.village)
    town = village.account("town", "clerk", place=village.town)
    moment = Moment(BEGAN + 10 * DAY)
    assert steps_waiting(officer, moment, soon=14, most=9) == ([], 0)
    waiting, all_of_them = steps_waiting(town, moment, soon=14, most=9)
    assert [(one.row.step, one.late) for one in waiting] == [("check", True)] and all_of_them == 1


def test_a_step_is_not_done_before_the_records_show_it(village: Village, watch: Programme) -> None:
    held = begin(watch, village.zhao_home)
    do(held, "apply", BEGAN)
    visit(village, village.li)
    with pytest.raises(Refused) as refused:
        do(held, "check", BEGAN + DAY)
    assert code_of(refused) == "not_shown" and refused.value.parts["count"] == 1
    visit(village, village.zhou)
    assert do(held, "check", BEGAN + DAY).result == "done"
    (line,) = [one for one in Told.of(held, BEGAN + DAY).lines if one.name == "check"]
    assert line.shown is not None and line.shown.count == 2 and len(line.shown.rows) == 2


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"evidence": ""}, "paper_missing"),
        ({"on": BEGAN - DAY}, "before_its_turn"),
        ({"on": dt.date(2099, 1, 1)}, "in_the_future"),
        ({"result": "refused"}, "reason_missing"),
        ({"result": "returned", "reason": "缺页"}, "no_way_back"),
        ({"result": "won"}, "no_such_result"),
    ],
)
def test_what_a_step_is_refused(
    village: Village, watch: Programme, more: dict[str, Any], code: str
) -> None:
    held = begin(watch, village.zhao_home)
    with pytest.raises(Refused) as refused:
        do(held, "apply", **{"on": BEGAN, **more})
    assert code_of(refused) == code
    assert row_of(held, "apply").closed is None


def test_an_objection_holds_everything_up_and_sends_it_back(
    village: Village, watch: Programme
) -> None:
    held = begin(watch, village.zhao_home)
    up_to_the_notice(village, held)
    review = row_of(held, "review")
    assert (review.date, review.due) == (BEGAN + 9 * DAY, BEGAN + 11 * DAY)
    proceedings.appeal(by=OPERATOR, proceeding=held, on=BEGAN + 5 * DAY, asked="他家有门面房")
    with pytest.raises(Refused) as refused:
        do(held, "review", BEGAN + 9 * DAY)
    assert code_of(refused) == "appeal_waits"
    do(held, "objection", BEGAN + 6 * DAY, result="returned", reason="重评", back_to="appraise")
    appraise = row_of(held, "appraise")
    assert appraise.again and appraise.asked == "重评"
    gone = Handling.objects.current().get(pk=review.pk)
    assert gone.result == "lapsed"
    assert do(held, "appraise", BEGAN + 7 * DAY).result == "done"
    assert row_of(held, "notice").date == BEGAN + 7 * DAY
    assert verify().faults == []


def test_after_the_time_for_objections_there_is_nothing_to_appeal(
    village: Village, watch: Programme
) -> None:
    held = begin(watch, village.zhao_home)
    with pytest.raises(Refused) as refused:
        proceedings.appeal(by=OPERATOR, proceeding=held, on=BEGAN, asked="早了")
    assert code_of(refused) == "nothing_to_appeal"
    up_to_the_notice(village, held)
    with pytest.raises(Refused) as late:
        proceedings.appeal(by=OPERATOR, proceeding=held, on=BEGAN + 9 * DAY, asked="晚了")
    assert code_of(late) == "nothing_to_appeal"


def test_the_programme_takes_in_only_for_whom_it_was_carried_through(
    village: Village, watch: Programme
) -> None:
    words: dict[str, Any] = {
        "by": OPERATOR, "programme": watch, "name": "monitored", "subject": village.zhao_home
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        enrolments.take_in(on=BEGAN, **words)
    assert code_of(refused) == "workflow_first"
    held = begin(watch, village.zhao_home)
    up_to_the_notice(village, held)
    for number, step in ((9, "review"), (10, "decide"), (11, "announce"), (12, "help")):
        do(held, step, BEGAN + number * DAY)
    ended = Proceeding.objects.get(pk=held.pk)
    assert (ended.outcome, ended.ended) == ("done", BEGAN + 12 * DAY)
    with pytest.raises(Refused):
        enrolments.take_in(on=BEGAN + 11 * DAY, **words)
    assert enrolments.take_in(on=BEGAN + 12 * DAY, **words).began == BEGAN + 12 * DAY


def test_one_is_under_way_at_a_time_and_for_the_right_ones(
    village: Village, watch: Programme
) -> None:
    held = begin(watch, village.zhao_home)
    for more, code in (
        ({}, "proceeding_once"),
        ({"name": "nothing"}, "no_such_workflow"),
        ({"name": "removal"}, "not_one_of_them"),
    ):
        with pytest.raises(Refused) as refused:
            begin(watch, village.zhao_home, **more)
        assert code_of(refused) == code
    with pytest.raises(Refused) as wrong:
        begin(watch, village.zhao)
    assert code_of(wrong) == "wrong_kind"
    with pytest.raises(Refused) as unsaid:
        begin(watch, village.qian_home, urgent=True)
    assert code_of(unsaid) == "reason_missing"
    proceedings.drop(by=OPERATOR, proceeding=held, on=BEGAN, reason="不申请了")
    assert begin(watch, village.zhao_home, on=BEGAN + DAY).outcome == ""


def test_the_green_channel_opens_help_at_once_and_ends_only_with_the_papers(
    village: Village, watch: Programme
) -> None:
    held = begin(watch, village.zhao_home, urgent=True, reason="失火")
    do(held, "first_help", BEGAN)
    rows = Handling.objects.current().filter(proceeding=held.fact, closed=None)
    assert [one.step for one in rows] == ["apply"]
    assert Proceeding.objects.get(pk=held.pk).outcome == ""


def test_proceedings_are_narrowed_by_how_they_stand(village: Village, watch: Programme) -> None:
    clerk = village.account("clerk", "clerk", place=village.county)
    held = begin(watch, village.zhao_home)
    do(held, "apply", BEGAN)
    other = begin(watch, village.qian_home, on=BEGAN + 8 * DAY)

    def told(state: str, on: dt.date, of: str = "") -> set[Any]:
        rows = proceedings_in(clerk, watch, "admission", Moment(on), state=state, of=of)
        return {one.pk for one in rows}

    day = BEGAN + 8 * DAY
    assert told("", day) == told("open", day) == {held.pk, other.pk}
    assert told("late", day) == {held.pk}
    assert told("", day, "钱") == {other.pk}
    assert told("", BEGAN) == {held.pk}
    assert told("refused", day) == set()


# ------------------------------------------------------------------ checklists


def test_an_item_ticks_itself_or_is_ticked_by_hand(village: Village, link: Programme) -> None:
    v, on = village, dt.date(2026, 3, 20)

    def verdicts() -> dict[str, str]:
        (line,) = checklists.stand(link, "link_papers", Moment(on), [v.zhao.fact])
        return {item: one.verdict for item, one in line.items.items()}

    assert verdicts() == {"helper": "short", "visit": "behind", "card": "short"}
    words: dict[str, Any] = {"by": OPERATOR, "programme": link, "name": "link_papers"}
    with pytest.raises(Refused) as itself:
        ticks.mark(item="visit", subject=v.zhao, on=on, **words)
    with pytest.raises(Refused) as unproved:
        ticks.mark(item="card", subject=v.zhao, on=on, **words)
    with pytest.raises(Refused) as other:
        ticks.mark(item="card", subject=v.sun, on=on, evidence="交了", **words)
    assert [code_of(one) for one in (itself, unproved, other)] == [
        "ticks_itself", "evidence_missing", "not_on_the_list"
    ]  # fmt: skip
    tick = ticks.mark(item="card", subject=v.zhao, on=on, evidence="当面交的", **words)
    visit_of(v, link, on)
    assert verdicts() == {"helper": "short", "visit": "met", "card": "met"}
    ticks.take_back(by=OPERATOR, tick=Tick.objects.get(pk=tick.pk))
    assert verdicts()["card"] == "short"


def visit_of(v: Village, programme: Programme, on: dt.date) -> None:
    """Zhao is visited at home by the hospital."""
    activities.record(
        by=OPERATOR, kind="visit", on=on, mode="home", place=v.village, who=[v.li],
        whom=[v.zhao], people=1, programme=programme, organisation=v.hospital,
    )  # fmt: skip


def test_who_lacks_what_is_told_to_those_who_may_see_them(
    village: Village, link: Programme
) -> None:
    moment = Moment(dt.date(2026, 3, 20))
    near = village.account("near", "village_officer", place=village.village)
    far = village.account("far", "village_officer", place=village.far_village)
    (one,) = checklists.lacking_for(near, [link], moment)
    assert (one.name, one.people) == ("link_papers", 1)
    assert one.items == ("有责任人", "今年走访过", "联系卡交到手上")
    assert checklists.lacking_for(far, [link], moment) == []


def test_what_many_lack_is_kept_while_nothing_changes_for_those_who_see_them(
    village: Village, link: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = Moment(dt.date(2026, 3, 20))
    near = village.account("near", "village_officer", place=village.village)
    far = village.account("far", "village_officer", place=village.far_village)
    anew = checklists.lacking_for(near, [link], moment)
    assert not Reading.objects.exists()
    monkeypatch.setattr(checklists, "FEW", 0)
    assert checklists.lacking_for(near, [link], moment) == anew
    assert Reading.objects.count() == 1
    assert checklists.lacking_for(far, [link], moment) == []
    visit_of(village, link, moment.on)
    (one,) = checklists.lacking_for(near, [link], moment)
    assert one.items == ("有责任人", "联系卡交到手上")
    monkeypatch.setattr(checklists, "MOST", 0)
    assert checklists.lacking_for(near, [link], moment) == []


# ------------------------------------------------------------------ reviews


def opened(v: Village, link: Programme) -> Any:
    """A round of the hospital for the first half of the year."""
    day = dt.date(2026, 3, 1)
    return rounds.open_(
        by=OPERATOR, programme=link, name="half_year", subject=v.hospital, day=day, on=day
    )


def test_a_unit_has_one_round_of_a_period(village: Village, link: Programme) -> None:
    held = opened(village, link)
    with pytest.raises(Refused) as refused:
        opened(village, link)
    assert code_of(refused) == "round_there" and str(held.ended) in str(refused.value)
    rounds.open_(
        by=OPERATOR, programme=link, name="half_year", subject=village.hospital,
        day=dt.date(2026, 7, 1), on=dt.date(2026, 7, 1),
    )  # fmt: skip


def test_a_round_counts_what_can_be_counted_and_people_judge_the_rest(
    village: Village, link: Programme
) -> None:
    held = opened(village, link)
    assert (held.began, held.ended) == (dt.date(2026, 1, 1), dt.date(2026, 6, 30))
    for number in range(4):
        visit_of(village, link, dt.date(2026, 3, 3 + number))
    lines = {one.item: one for one in counted.sheet(held, Moment.present())}
    assert lines["visits"].points == Decimal(16) and len(lines["visits"].facts) == 4
    assert lines["needs"].points == Decimal(30) and lines["ledger"].points is None
    with pytest.raises(Refused) as typed:
        judge(held, "visits", 40)
    with pytest.raises(Refused) as much:
        judge(held, "ledger", 21)
    assert [code_of(one) for one in (typed, much)] == ["counted_from_records", "points_outside"]
    with pytest.raises(Refused) as early:
        rounds.issue(by=OPERATOR, round=held, on=dt.date(2026, 6, 29), count=counted.count)
    assert code_of(early) == "period_goes_on"
    with pytest.raises(Refused) as missing:
        rounds.issue(by=OPERATOR, round=held, on=dt.date(2026, 7, 1), count=counted.count)
    assert code_of(missing) == "lines_missing"
    judge(held, "ledger", 15)
    judge(held, "meetings", 10)
    judge(held, "ledger", 17)
    issued = rounds.issue(by=OPERATOR, round=held, on=dt.date(2026, 7, 1), count=counted.count)
    assert (issued.points, issued.most) == (Decimal(73), Decimal(100))
    visit_of(village, link, dt.date(2026, 3, 9))
    lines = {one.item: one for one in counted.sheet(held, Moment.present())}
    assert lines["visits"].points == Decimal(16)
    with pytest.raises(Refused) as closed:
        judge(held, "ledger", 1)
    assert code_of(closed) == "issued_already"
    assert verify().faults == []


def judge(held: Any, item: str, points: int) -> None:
    """The inspectors judge a line."""
    rounds.score(
        by=OPERATOR, round=held, item=item, points=Decimal(points), on=dt.date(2026, 3, 2),
        reason="看过台账",
    )  # fmt: skip


GRADED = """[review.half_year]
grades = [ { at_least = "70%", is = "优秀" },
           { at_least = 60, is = "合格" }, { at_least = 0, is = "不合格" } ]
items.seen = { of = "home_visit", as = "organisation", at_least = 4, is = "合格" }
items.false = { title = "弄虚作假", proof = "paper", is = "不合格" }
"""
FAILED = """
[list.held_down]
title = "评为合格的单位"
of    = "units"
where.half_year = { item = "whole", grade = "合格" }

[list.false_twice]
title = "连续两次有弄虚作假的单位"
of    = "units"
where.half_year = { item = "false", grade = "不合格", in_a_row = 2 }

[list.failed_twice]
title = "连续两次不合格的单位"
of    = "units"
where.half_year = { item = "whole", grade = "不合格", in_a_row = 2 }
"""


def test_the_whole_gets_its_grade_and_a_line_holds_it_down(village: Village) -> None:
    text = library_text("village_link", "programme.toml")
    text = text.replace("[review.half_year]\n", GRADED, 1) + FAILED
    link = programmes.start(by=OPERATOR, name="link", text=text)
    held, present = opened(village, link), Moment.present()
    for number in range(3):
        visit_of(village, link, dt.date(2026, 3, 3 + number))
    for item, points in (("ledger", 20), ("meetings", 10)):
        judge(held, item, points)
    with pytest.raises(Refused) as missing:
        issue(held, dt.date(2026, 7, 1))
    assert code_of(missing) == "lines_missing"
    so_far = counted.whole(held, counted.sheet(held, present))
    assert (so_far.grade, so_far.settled) == ("合格", ""), "a line is open that may lower it"
    veto(held, vetoed=False)
    lines = counted.sheet(held, present)
    assert {one.item: one.grade for one in lines}["seen"] == "合格"
    assert counted.totals(lines)[:2] == (72, 100) and counted.whole(held, lines).settled == "合格"
    listing = Listing(("held_down",), present, programme=link)
    assert not listing.sure().exists()
    issued = rounds.issue(by=OPERATOR, round=held, on=dt.date(2026, 7, 1), count=counted.count)
    visit_of(village, link, dt.date(2026, 3, 9))
    assert counted.whole(issued, counted.sheet(issued, present)).grade == "合格"
    assert [row.fact for row in listing.sure()] == [village.hospital.fact]
    assert verify().faults == []


def issue(held: Any, on: dt.date) -> Any:
    """The result is issued as it was counted."""
    return rounds.issue(by=OPERATOR, round=held, on=on, count=counted.count)


def veto(held: Any, **told: Any) -> None:
    """The inspectors say whether a veto was found, on the day on which the round was opened."""
    rounds.score(by=OPERATOR, round=held, item="false", on=held.opened, **told)


def test_people_find_a_veto_and_two_results_in_a_row_are_told(village: Village) -> None:
    text = library_text("village_link", "programme.toml")
    text = text.replace("[review.half_year]\n", GRADED, 1) + FAILED
    text = text.replace("from  = 2026-01-01", "from  = 2025-01-01", 1)
    link = programmes.start(by=OPERATOR, name="link", text=text)
    first, second = (
        rounds.open_(
            by=OPERATOR, programme=link, name="half_year", subject=village.hospital, day=day, on=day
        )
        for day in (dt.date(2025, 9, 1), dt.date(2026, 3, 1))
    )
    for told, code in (
        ({"points": Decimal(5)}, "veto_not_said"),
        ({"vetoed": True, "evidence": "县纪委通报"}, "reason_missing"),
        ({"vetoed": True, "reason": "补写走访记录"}, "paper_missing"),
    ):
        with pytest.raises(Refused) as refused:
            veto(first, **told)
        assert code_of(refused) == code
        assert counted.whole(first, counted.sheet(first, Moment.present())).settled == ""
    veto(first, vetoed=True, reason="补写走访记录", evidence="县纪委通报")
    lines = counted.sheet(first, Moment.present())
    decided = counted.whole(first, lines)
    assert counted.totals(lines)[2] == 2 and decided.settled == "不合格"
    assert [one.item for one in decided.because] == ["false"]
    for held in (first, second):
        for item, points in (("ledger", 20), ("meetings", 10)):
            rounds.score(by=OPERATOR, round=held, item=item, points=Decimal(points),
                         on=held.opened, reason="看过台账")  # fmt: skip
        veto(held, vetoed=True, reason="补写走访记录", evidence="县纪委通报")
    assert counted.whole(first, counted.sheet(first, Moment.present())).settled == "不合格"

    def twice(name: str, on: dt.date) -> list[Any]:
        listing = Listing((name,), Moment(on), programme=link)
        return [row.fact for row in listing.sure()]

    issue(first, dt.date(2026, 1, 10))
    assert twice("false_twice", dt.date(2026, 7, 1)) == []
    issue(second, dt.date(2026, 7, 15))
    for name in ("false_twice", "failed_twice"):
        assert twice(name, dt.date(2026, 7, 14)) == []
        assert twice(name, dt.date(2026, 7, 15)) == [village.hospital.fact]
    assert verify().faults == []


def test_a_finding_is_a_task_with_its_day(village: Village, link: Programme) -> None:
    held = opened(village, link)
    day = dt.date(2026, 3, 2)
    words: dict[str, Any] = {"by": OPERATOR, "round": held, "text": "照片归档", "on": day}
    with pytest.raises(Refused) as before:
        rounds.find(owner=village.hospital, due=day - DAY, **words)
    assert code_of(before) == "due_before_found"
    task = rounds.find(owner=village.hospital, due=day + 9 * DAY, **words)
    assert Task.objects.current().get(round=held.fact).pk == task.pk
    lead = village.account("lead", "unit_lead", organisation=village.hospital)
    assert [one.pk for one in counted.findings_of(lead, held)] == [task.pk]


def test_no_person_is_reviewed(village: Village) -> None:
    text = library_text("village_link", "programme.toml").replace(
        'each   = "units"\nper    = "half_year"', 'each   = "cadres"\nper    = "half_year"'
    )
    text = text.replace('as = "organisation", at_least = 10', "at_least = 10")
    text = text.replace(
        'of = "late_needs", as = "organisation", step = -5', 'of = "home_visit", step = -5'
    )
    row = programmes.start(by=OPERATOR, name="persons", text=text)
    day = dt.date(2026, 3, 1)
    with pytest.raises(Refused) as refused:
        rounds.open_(
            by=OPERATOR, programme=row, name="half_year", subject=village.li, day=day, on=day
        )
    assert code_of(refused) == "units_only"
