"""Lists of classes and of measures: sorted in, reported, taken back, and what stands against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bangfu.intake.kinds import kind_of
from bangfu.intake.under import entries as entries_of
from bangfu.intake.under import named_words, under_of
from bangfu.intake.verdicts import Judged
from bangfu.ledger import clock, vault
from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import measure as measures
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Activity, Class, Grant, Measure, Statistic
from bangfu.lists.headings import catalogue
from bangfu.programmes.loader import library_text
from bangfu.tables.understand import understand
from tests.intake.lists import accept, sorts
from tests.intake.test_records import ON, book, judged
from tests.village import OPERATOR, Village

pytestmark = pytest.mark.django_db

SORTED = ["序号", "村", "姓名", "身份证号", "需求分类", "分类依据", "分类时间"]
NEEDED = "returnees/need_kind"


def _sorted(path: Path, *rows: Sequence[Any], word: str = NEEDED) -> Judged:
    return judged(book(path, "返乡农民工需求分类名单", [SORTED], rows), word=word)


def _classes() -> set[tuple[str, str]]:
    rows = Class.objects.current().filter(ended__isnull=True, name="need_kind")
    return {(one.subject.name, one.option) for one in rows}


def test_people_are_sorted_into_classes_by_their_words_and_taken_out_again(
    village: Village, tmp_path: Path
) -> None:
    rows = [
        [1, "前岫村", "赵大山", "", "生活困难、返乡创业", "全家靠他", "2009-3-1"],
        [2, "后岫村", "钱二河", "", "愿望与障碍", "", ""],
        [3, "后岫村", "钱二河", "", "低保户,五保户", "", ""],
        [4, "前岫村", "赵大山", "", "", "", ""],
        [5, "前岫村", "没有这人", "", "生活困难", "", ""],
    ]
    found = _sorted(tmp_path, *rows)
    assert found.kind == "class"
    assert sorts(found) == ["new", "new", "refused", "refused", "refused"]
    unknown = found.verdicts[2].reasons[0]
    assert len(found.verdicts[2].reasons) == 1, "one cell is mended once"
    assert (
        unknown.cell == "E5"
        and "“低保户”“五保户”" in unknown.says.zh
        and "转岗就业" in unknown.says.zh
    )
    assert "没有写明" in found.verdicts[3].reasons[0].says.zh
    event = accept(found)
    assert _classes() == {("赵大山", "hardship"), ("赵大山", "start_up"), ("钱二河", "wishes")}
    made = Class.objects.current().get(subject=village.zhao, option="hardship")
    assert made.began == dt.date(2009, 3, 1)
    assert vault.unseal(village.zhao, "grounds", made.grounds) == "全家靠他"
    assert sorts(_sorted(tmp_path, *rows))[:2] == ["unchanged", "unchanged"]
    assert actions.undo(by=OPERATOR, event=event.pk) == 2
    assert _classes() == set() and journal.verify().sound


def test_it_is_asked_first_which_way_to_sort_it_is(village: Village, tmp_path: Path) -> None:
    found = _sorted(tmp_path, [1, "前岫村", "赵大山", "", "生活困难", "", ""], word="")
    assert sorts(found) == ["doubtful"] or found.under is not None


def test_where_one_class_may_stand_another_takes_its_place_on_its_day(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(_sorted(tmp_path, [1, "前岫村", "赵大山", "", "生活困难", "", "2009-3-1"]))
    from bangfu.ledger.meaning import Meaning

    monkeypatch.setattr(Meaning, "class_single", lambda self, name: True)
    early, late = (
        _sorted(tmp_path, [1, "前岫村", "赵大山", "", "转岗就业", "", day])
        for day in ("2009-3-1", "2009-3-4")
    )
    assert sorts(early) == ["refused"] and "2009-03-01" in early.verdicts[0].reasons[0].says.zh
    assert sorts(late) == ["changes"]
    told = [(one.old, one.new) for one in late.verdicts[0].differences]
    assert told[0] == ("生活困难", "转岗就业")
    event = accept(late)
    assert _classes() == {("赵大山", "job_change")}
    ended = Class.objects.current().get(option="hardship")
    assert ended.ended == dt.date(2009, 3, 3)
    actions.undo(by=OPERATOR, event=event.pk)
    assert _classes() == {("赵大山", "hardship")}


# ------------------------------------------------------------------ measures

MEASURES = ["序号", "措施名称", "责任单位", "计划数", "计量单位", "完成时限", "已完成数",
            "进展情况", "填报日期"]  # fmt: skip


def _progress(path: Path, *rows: Sequence[Any], by: By = OPERATOR) -> Judged:
    file = book(path, "七件实事办理进度表", [MEASURES], rows)
    return judged(file, by=by, word="returnees/measure")


def test_a_list_says_how_far_measures_are_and_only_what_is_more_is_reported(
    village: Village, tmp_path: Path
) -> None:
    def listed(done: Any, day: str) -> Judged:
        return _progress(
            tmp_path,
            [1, "1.办法律培训班", "", 2, "期", "2009-4-1", done, "办了", day],
            [2, "饮用水监测消毒", "县中医院", 1, "轮", "", "", "", ""],
            [3, "修路", "县人民医院", 1, "公里", "", 1, "", ""],
            [4, "村卫生室", "", 1, "所", "", 1, "", ""],
        )

    found = listed(1, "2009-3-2")
    assert found.kind == "measure"
    assert sorts(found) == ["new", "changes", "refused", "doubtful"]
    assert "活动文件" in found.verdicts[2].reasons[0].says.zh
    (asked,) = found.verdicts[3].reasons
    assert [label.zh for _key, label in asked.choices] == ["建村卫生室"]
    first = accept(found)
    made = Measure.objects.current().get(name="law_classes")
    water = Measure.objects.current().get(name="water")
    (report,) = Activity.objects.current().filter(measure=made)
    assert (report.amount, report.note, report.date) == (1, "办了", dt.date(2009, 3, 2))
    assert water.owner == village.clinic
    assert sorts(listed(1, "2009-3-2"))[:2] == ["unchanged", "unchanged"]
    again = listed(1.5, "2009-3-4")
    assert sorts(again)[0] == "new"
    assert [(d.old, d.new) for d in again.verdicts[0].differences][0] == ("1", "1.5")
    second = accept(again)
    reports = Activity.objects.current().filter(measure=made).order_by("date")
    assert [one.amount for one in reports] == [1, Decimal("0.5")]
    less = listed(1, "2009-3-5")
    assert sorts(less)[0] == "refused" and "1.5" in less.verdicts[0].reasons[0].says.zh
    assert actions.undo(by=OPERATOR, event=second.pk) == 1
    assert actions.undo(by=OPERATOR, event=first.pk) == 2
    assert not Activity.objects.current().filter(measure=made).exists()
    assert Measure.objects.current().get(name="water").owner != village.clinic
    assert journal.verify().sound
    with pytest.raises(Refused, match="Nothing of this list"):
        actions.undo(by=OPERATOR, event=first.pk)


def test_who_may_not_report_a_measure_is_told_so_and_nothing_is_undone_from_outside(
    village: Village, tmp_path: Path
) -> None:
    far = By(village.account("officer", "village_officer", place=village.village), "desk")
    row = [1, "办法律培训班", "", 2, "期", "", 1, "", ""]
    assert sorts(_progress(tmp_path, row, by=far)) in (["refused"], ["doubtful"])
    event = accept(_progress(tmp_path, row))
    with pytest.raises(NotAllowed):
        actions.undo(by=far, event=event.pk)


def test_what_was_reported_since_of_a_measure_does_not_stand_on_the_list(
    village: Village, tmp_path: Path
) -> None:
    event = accept(_progress(tmp_path, [1, "办法律培训班", "", 2, "期", "", 1, "", "2009-3-2"]))
    made = Measure.objects.current().get(name="law_classes")
    measures.progress(
        by=OPERATOR, measure=made, on=dt.date(2009, 3, 5), amount=Decimal(1), note="又一期"
    )
    actions.undo(by=OPERATOR, event=event.pk)
    (left,) = Activity.objects.current().filter(measure=made)
    assert left.note == "又一期"


# ------------------------------------------------------------------ statistics

SUMMED = ["序号", "乡镇", "村", "总户数", "户籍人口", "低保人数", "人均纯收入(元)"]


def _summary(path: Path, title: str, *rows: Sequence[Any], by: By = OPERATOR) -> Judged:
    return judged(book(path, title, [SUMMED], rows), by=by)


def test_numbers_of_villages_are_stated_with_their_source_and_put_right(
    village: Village, tmp_path: Path
) -> None:
    def listed(households: Any) -> Judged:
        return _summary(
            tmp_path, "2008年度各村基本情况统计表",
            [1, "云岫镇", "前岫村", households, "1,204", 31, 3120.5],
            [2, "云岫镇", "后岫村", 288, 1100, "约20", 2900],
            [3, "云岫镇", "无此村", 288, 1100, 20, 2900],
            ["合计", "", "", 588, 2304, "", ""],
        )  # fmt: skip

    found = listed(300)
    assert (found.kind, sorts(found)) == ("statistic", ["new", "doubtful", "refused"])
    assert found.verdicts[1].reasons[0].cell == "F4"
    assert [one.label.zh for one in found.verdicts[0].differences] == [
        "户数", "户籍人口", "低保人口", "人均纯收入（元）", "起始日期", "截止日期",
    ]  # fmt: skip
    first = accept(found)
    held = {one.name: one for one in Statistic.objects.current().filter(place=village.village)}
    assert {name: one.value for name, one in held.items()} == {
        "households": 300, "population": 1204, "allowance_people": 31,
        "per_head_income": Decimal("3120.5"),
    }  # fmt: skip
    one = held["households"]
    assert (one.began, one.ended) == (dt.date(2008, 1, 1), dt.date(2008, 12, 31)) and one.source
    assert sorts(listed(300))[0] == "unchanged"
    again = listed(301)
    assert sorts(again)[0] == "changes"
    assert [(d.old, d.new) for d in again.verdicts[0].differences][:1] == [("300", "301")]
    second = accept(again)
    assert actions.undo(by=OPERATOR, event=second.pk) == 1
    assert Statistic.objects.current().get(fact=one.fact).value == 300
    with pytest.raises(Refused, match="stand on"):
        actions.undo(by=OPERATOR, event=first.pk)
    assert journal.verify().sound


def test_a_summary_of_no_known_time_or_of_a_place_elsewhere_is_refused(
    village: Village, tmp_path: Path
) -> None:
    row = [1, "云岫镇", "前岫村", 300, 1204, 31, 3120]
    others = book(tmp_path, "2008年度各村脱贫户基本情况统计表", [SUMMED], [row])
    ((_sheet, table),) = understand(others, catalogue()).tables()
    assert kind_of(table) == "", "it counts some who live there"
    asked = _summary(tmp_path, "本月各村基本情况统计表", row)
    assert sorts(asked) == ["refused"] and "哪一段时间" in asked.verdicts[0].reasons[0].says.zh
    far = By(village.account("far", "clerk", place=village.far_town), "desk")
    (outside,) = _summary(tmp_path, "2008年度各村基本情况统计表", row, by=far).verdicts
    assert outside.sort == "refused" and "授权范围" in outside.reasons[0].says.zh
    event = accept(_summary(tmp_path, "2008年度各村基本情况统计表", row))
    with pytest.raises(NotAllowed):
        actions.undo(by=far, event=event.pk)
    assert actions.undo(by=OPERATOR, event=event.pk) == 1
    assert not Statistic.objects.current().filter(place=village.village).exists()


def test_numbers_of_a_place_are_taken_back_only_by_who_may_still_state_them_there(
    village: Village, tmp_path: Path
) -> None:
    user = village.account("near", "clerk", place=village.county)
    near = By(user, "desk")
    row = [1, "云岫镇", "前岫村", 300, 1204, 31, 3120]
    event = accept(_summary(tmp_path, "2008年度各村基本情况统计表", row, by=near), by=near)
    for grant in Grant.objects.current().filter(user=user):
        users.take_back(by=OPERATOR, granted=grant)
    users.grant(by=OPERATOR, user=user, role="clerk", place=village.far_town, reason="调岗",
                on=clock.today())  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.undo(by=near, event=event.pk)
    assert Statistic.objects.current().filter(place=village.village).exists()


def test_reports_of_a_measure_are_taken_back_only_by_who_may_still_reach_it(
    village: Village, tmp_path: Path
) -> None:
    user = village.account("near", "clerk", programme=village.programme)
    near = By(user, "desk")
    row = [1, "办法律培训班", "", 2, "期", "", 1, "", "2009-3-2"]
    event = accept(_progress(tmp_path, row, by=near), by=near)
    for grant in Grant.objects.current().filter(user=user):
        users.take_back(by=OPERATOR, granted=grant)
    text = library_text("returnees", "programme.toml")
    second = programmes.start(by=OPERATOR, name="second", text=text)
    users.grant(by=OPERATOR, user=user, role="clerk", programme=second, reason="调岗",
                on=clock.today())  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.undo(by=near, event=event.pk)


# ------------------------------------------------------------------ what a list says by its words


def test_of_several_programmes_the_one_is_meant_that_knows_what_the_rows_say(
    village: Village, tmp_path: Path
) -> None:
    text = library_text("returnees", "programme.toml").replace(
        'rights = "维护权益"', 'rights = "就医"'
    )
    programmes.start(by=OPERATOR, name="second", text=text)
    entries = entries_of(None, "class", ON)
    assert {one.word for one in entries} == {"returnees/need_kind", "second/need_kind"}
    assert under_of(None, "class", ON) is None
    said = {"维护权益", "转岗就业", "生活困难"}
    found = under_of(None, "class", ON, "", said)
    assert found is not None and found.word == "returnees/need_kind"
    assert under_of(None, "class", ON, "", {"没有这一类"}) is None
    rows = [[1, "前岫村", "赵大山", "", "维护权益、转岗就业", "", ""]]
    ((sheet, table),) = understand(
        book(tmp_path, "返乡农民工需求分类名单", [SORTED], rows), catalogue()
    ).tables()
    assert named_words(table, sheet.grid) == {"维护权益", "转岗就业"}
