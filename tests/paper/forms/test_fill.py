"""Forms filled about known people: every cell is right, says where it came from, or is blank."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import person as persons
from bangfu.ledger.moment import Moment
from bangfu.paper.forms import choosing
from bangfu.paper.forms import fill as filling
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.blanks import blanks_of
from bangfu.paper.forms.fill import FilledForm
from bangfu.programmes.kinds import Label
from bangfu.tables.grid import Grid
from bangfu.tables.understood import Book, Column, Line, Rows, Sheet, Subject, Table
from tests.village import OPERATOR, VISITED, Village

SAID = Label("", "")
NAME = "一览表"
MARCH = Moment(dt.date(2009, 3, 10))


def column(index: int, heading: str, field: str | None, role: str = "value", **more: Any) -> Column:
    path = tuple(heading.split("/"))
    more = {"confidence": 0.95, "reason": SAID, **more}
    return Column(index, path, role, field, Label(path[-1], path[-1]), **more)  # type: ignore[arg-type]


def table(
    kind: str, columns: Sequence[Column], *, body: Rows, shape: str = "records", **more: Any
) -> Table:
    subject = Subject(shape, kind, 1.0, SAID)  # type: ignore[arg-type]
    return Table("rows", subject, tuple(columns), body, header=Rows(3, 3), **more)


def filled(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tables: Sequence[Table],
    request: Request,
    cells: Mapping[str, Any] | None = None,
) -> tuple[Any, FilledForm]:
    """The sheet of a form that was understood as these tables, once filled, and what was told."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = NAME
    for name, value in (cells or {"A1": "表"}).items():
        sheet[name] = value
    path = tmp_path / "form.xlsx"
    book.save(path)
    grid = Grid([[c.value for c in row] for row in sheet.iter_rows()])
    understood = Book("form.xlsx", "xlsx", (Sheet(NAME, tuple(tables), grid),))
    monkeypatch.setattr(filling, "understand", lambda path, catalogue: understood)
    done = filling.fill_any(path, request)
    return openpyxl.load_workbook(io.BytesIO(done.content))[NAME], done


PAIRED = [
    column(1, "序号", None, "serial"),
    column(2, "结对帮扶对象/对接村/所属镇", "place.name", party="place"),
    column(3, "结对帮扶对象/对接村/村名", "place.name", party="place"),
    column(4, "结对帮扶对象/姓名", "person.name"),
    column(5, "结对帮扶对象/身份证号", "person.identity"),
    column(6, "帮扶干部/姓名", "person.name", party="helper"),
    column(7, "帮扶干部/工作单位", "organisation.name", party="unit"),
    column(8, "帮扶干部/结对起始时间", "pairing.began", party="helper"),
    column(9, "户主", "person.name", party="head"),
    column(10, "家庭人数", "household.size", party="household"),
    column(11, "银行卡号", None, "unknown", confidence=0.1),
    column(12, "出生年月", "person.birth"),
]


def test_one_row_for_each_person_with_helper_unit_and_household(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = table("person", PAIRED, body=Rows(4, 5))
    request = Request(MARCH, place=village.county, programme=village.programme)
    request = replace(request, answers={f"{NAME}!4": "returnees"})
    sheet, done = filled(tmp_path, monkeypatch, [form], request)
    rows = [[c.value for c in row] for row in sheet["A4:L5"]]
    assert rows == [
        [1, "云岫镇", "前岫村", "赵大山", "****************10", "李建国", "县人民医院",
         dt.datetime(2009, 2, 10), "赵大山", 4, None, "1970-03"],
        [2, "云岫镇", "后岫村", "钱二河", None, "周敏", "县中医院",
         dt.datetime(2009, 2, 10), None, None, None, "1975-06"],
    ]  # fmt: skip
    told = {c.spot.rpartition("!")[2]: c for c in done.tables[0].columns}
    assert told["E4"].masked == 1 and told["E4"].blank == 1
    assert told["K4"].source.why.zh == "系统没有这一项"
    origin = {c.as_data()["cell"]: c.as_data() for c in done.tables[0].cells}
    assert origin["F4"] == {"cell": "F4", "kind": "person", "records": [str(village.li.fact)]}
    assert origin["H5"]["kind"] == "pairing"
    assert origin["E5"]["blank"] is True


def test_a_purpose_opens_numbers_one_by_one_into_the_journal(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bangfu.ledger.models import Event
    from tests.village import IDENTITY

    form = table("person", PAIRED, body=Rows(4, 5))
    request = Request(MARCH, place=village.village, purpose="核对社保")
    sheet, _ = filled(tmp_path, monkeypatch, [form], request)
    assert IDENTITY in [c.value for c in sheet["E"]]
    (event,) = Event.objects.filter(verb="person.reveal")
    assert event.about == village.zhao.fact


def test_who_may_not_see_gets_a_blank_and_the_form_says_so(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = village.account("han", "village_officer", place=village.village)
    form = table("person", PAIRED, body=Rows(4, 5))
    everybody = {f"{NAME}!4": "person"}
    request = Request(MARCH, user=officer, answers=everybody)
    sheet, done = filled(tmp_path, monkeypatch, [form], request)
    assert [c.value for c in sheet["D"][3:]] == ["赵大山", "孙秀英"]
    secret = replace(request, purpose="想看看")
    sheet, done = filled(tmp_path, monkeypatch, [form], secret)
    assert "****************10" in [c.value for c in sheet["E"]]


def test_of_what_is_closed_neither_name_nor_key_nor_link_is_told(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The officer sees the household; the phone of who helps it is closed: only that is said."""
    officer = village.account("han", "village_officer", place=village.village)
    columns = [
        column(1, "姓名", "person.name"),
        column(2, "帮扶人电话", "person.phone", party="helper"),
        column(3, "文化程度", "person.education"),
        column(4, "信仰", None, "forbidden", refused=SAID),
        column(5, "车牌", None),
    ]
    request = Request(MARCH, user=officer, answers={f"{NAME}!4": "person"})
    _, done = filled(tmp_path, monkeypatch, [table("person", columns, body=Rows(4, 5))], request)
    found = {(blank.cell, blank.reason): blank for blank in blanks_of(done.tables)}
    # 孙秀英 has no helper and no schooling on record; 赵大山's helper is at home elsewhere.
    assert set(found) == {
        ("B4", "closed"), ("D4", "forbidden"), ("E4", "not_held"),
        ("B5", "unrecorded"), ("C5", "unrecorded"), ("D5", "forbidden"), ("E5", "not_held"),
    }  # fmt: skip
    closed = found["B4", "closed"]
    assert (closed.held, closed.kind) == (None, "")
    assert str(village.li.fact) not in json.dumps(done.as_data(), default=str)


def test_a_summary_counts_each_place_and_every_number_has_its_question(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bangfu.lists.figure import Figure

    count = {"aggregate": "count", "of": "person"}
    columns = [
        column(1, "村名", "place.name", "stub"),
        column(2, "总人数", None, **count),
        column(3, "其中/已结对", None, classes=("已结对",), **count),
        column(4, "结对率(%)", None, aggregate="share", of="person", classes=("已结对",), unit="%"),
        column(5, "党员", None, classes=("党员",), **count),
        column(6, "走访次数/本月", None, aggregate="count", of="visit"),
    ]
    form = table("place", columns, body=Rows(4, 4), shape="summary", totals=(5,))
    request = Request(MARCH, place=village.town)
    sheet, done = filled(tmp_path, monkeypatch, [form], request, {"A3": "村名", "A5": "合计"})
    rows = [[c.value for c in row] for row in sheet["A4:F6"]]
    assert rows == [
        ["前岫村", 2, 1, 50, None, 1],
        ["后岫村", 1, 1, 100, None, 0],
        ["合计", 3, 2, 66.67, None, 1],
    ]
    told = done.tables[0]
    assert told.columns[4].source.why.zh == "系统没有“党员”这一分类"
    cell = next(c for c in told.cells if (c.row, c.column) == (4, 3))
    assert cell.figure is not None
    again = Figure.from_data(cell.figure, MARCH)
    assert again.reading().low == 1


def test_rows_that_the_form_names_are_found_or_left_and_said(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [
        column(1, "姓名", "person.name", "key"),
        column(2, "村", "place.name", party="place"),
    ]
    form = table("person", columns, body=Rows(4, 6))
    cells = {"A4": "钱二河", "A5": "查无此人", "A6": "赵大山"}
    sheet, done = filled(tmp_path, monkeypatch, [form], Request(MARCH), cells)
    assert [c.value for c in sheet["B"][3:]] == ["后岫村", None, "前岫村"]
    assert [c.value for c in sheet["A"][3:]] == ["钱二河", "查无此人", "赵大山"]
    assert done.tables[0].remarks[0].zh == "表上有1行对不上唯一的一条记录，没有填"


def test_an_answer_says_what_a_column_means(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [
        column(1, "户名", "household.name"),
        column(2, "口数", "household.size", confidence=0.4),
        column(3, "人数", "household.size"),
    ]
    form = table("household", columns, body=Rows(4, 4), title=(Line(1, 1, "花名册"),))
    blank, done = filled(tmp_path, monkeypatch, [form], Request(MARCH, place=village.village))
    assert [c.value for c in blank[4]] == ["赵家", None, 4]
    assert done.tables[0].to_ask[0].choices == [("household.size", Label("口数", "口数"))]
    answers = {f"{NAME}!B4": "household.size", f"{NAME}!C4": "-"}
    request = Request(MARCH, place=village.village, answers=answers)
    sheet, _ = filled(tmp_path, monkeypatch, [form], request)
    assert [c.value for c in sheet[4]][:3] == ["赵家", 4, None] or sheet.max_column == 2


def test_visits_of_the_year_stand_by_their_days(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [
        column(1, "编号", None, "serial"),
        column(2, "到户时间", "activity.date"),
        column(3, "贫困户名称", "activity.whom"),
        column(4, "干部名称", "activity.who"),
        column(5, "单位", "organisation.name", party="unit"),
        column(6, "村", "place.name", party="place"),
    ]
    form = table("visit", columns, body=Rows(4, 4))
    sheet, done = filled(tmp_path, monkeypatch, [form], Request(MARCH, place=village.county))
    assert [c.value for c in sheet[4]] == [
        1, dt.datetime.combine(VISITED, dt.time()), "赵大山", "李建国", "县人民医院", "前岫村",
    ]  # fmt: skip
    later = Request(Moment(dt.date(2010, 3, 1)), place=village.county)
    sheet, done = filled(tmp_path, monkeypatch, [form], later)
    assert done.tables[0].rows == 0 and done.filled == 0


def test_who_heads_a_household_is_named_and_a_familys_name_is_no_head(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bangfu.ledger.actions import household as households
    from tests.village import OPERATOR, SWEPT

    households.register(by=OPERATOR, name="冯有田", place=village.village, on=SWEPT, source="排查")
    form = table("household", [column(1, "户主姓名", "household.name")], body=Rows(4, 4))
    sheet, done = filled(tmp_path, monkeypatch, [form], Request(MARCH, place=village.town))
    # 钱家 has nobody who is registered as its head.
    assert [sheet[f"A{row}"].value for row in (4, 5, 6)] == ["冯有田", "赵大山", None]
    told = {c.row: c for c in done.tables[0].cells}
    assert told[4].doubt == "户名；户主未登记" and not told[5].doubt and told[6].blank


def test_a_unit_is_not_named_where_a_person_is_asked_for(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [
        column(1, "姓名", "person.name"),
        column(2, "帮扶干部/工作单位", "organisation.name", party="helper"),
        column(3, "派出单位", "pairing.helper", party="unit"),
        column(4, "帮扶责任人", "pairing.helper", party="helper"),
        column(5, "帮扶党员", "pairing.helper", party="helper"),
    ]
    form = table("person", columns, body=Rows(4, 4))
    sheet, done = filled(tmp_path, monkeypatch, [form], Request(MARCH, place=village.village))
    assert [c.value for c in sheet[4]][:4] == ["赵大山", "县人民医院", None, "李建国"]
    assert done.tables[0].columns[4].source.why.zh == "与前面一栏问的像是同一项，要问"


def test_a_title_narrows_of_whom_a_table_is_or_asks(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [column(1, "户名", "household.name")]
    unknown = table("household", columns, body=Rows(4, 4), title=(Line(1, 1, "残疾人家庭名单"),))
    _, done = filled(tmp_path, monkeypatch, [unknown], Request(MARCH))
    assert done.filled == 0
    assert done.tables[0].remarks[0].zh == "标题限于“残疾”，系统没有这一分类"
    assert done.tables[0].rows_choices == [("household", Label("全部户", "every household"))]
    poor = table("household", columns, body=Rows(4, 4), title=(Line(1, 1, "贫困户名单"),))
    _, done = filled(tmp_path, monkeypatch, [poor], Request(MARCH))
    assert done.filled == 0
    assert [r.zh for r in done.tables[0].remarks] == ["标题里的“贫困”按户类型“脱贫户”填"]
    everybody = Request(MARCH, answers={f"{NAME}!4": "household"})
    _, done = filled(tmp_path, monkeypatch, [unknown], everybody)
    assert done.filled == 2


def test_a_total_of_classes_that_are_not_held_is_left_blank(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = {"aggregate": "count", "of": "household"}
    columns = [
        column(1, "村名", "place.name", "stub"),
        column(2, "五保户", None, classes=("五保户",), **count),
        column(3, "监测户", None, classes=("监测户",), **count),
        column(4, "合计", None, **count),
    ]
    form = table("place", columns, body=Rows(4, 4), shape="summary")
    sheet, done = filled(tmp_path, monkeypatch, [form], Request(MARCH, place=village.town))
    assert [c.value for c in sheet[4]] == ["前岫村", None, 0]
    assert done.tables[0].columns[3].source.why.zh == "合计的各项里有系统没有的分类"


def test_whose_and_what_in_one_heading_are_taken_apart(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [column(1, "户名", "household.name"), column(2, "户主身份证号", None)]
    form = table("household", columns, body=Rows(4, 4))
    sheet, done = filled(tmp_path, monkeypatch, [form], Request(MARCH, place=village.village))
    assert sheet["B4"].value == "****************10"
    assert done.tables[0].columns[1].source.path == "head: person.identity"


def test_a_heading_that_asks_for_two_things_gets_both_or_nothing(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def both(index: int, heading: str, *fields: str, party: str = "helper") -> Column:
        parts = tuple(
            column(index, field, field, party="unit" if "organisation" in field else party)
            for field in fields
        )
        return column(index, heading, None, confidence=0.7, parts=parts)

    columns = [
        column(1, "姓名", "person.name"),
        both(2, "帮扶人姓名及单位", "person.name", "organisation.name"),
        both(3, "姓名及身份证号", "person.name", "person.identity", party="row"),
        both(4, "帮扶人单位及邮编", "organisation.name", "organisation.postcode"),
    ]
    form = table("person", columns, body=Rows(4, 5))
    request = Request(MARCH, place=village.county, programme=village.programme)
    request = replace(request, answers={f"{NAME}!4": "returnees"})
    sheet, done = filled(tmp_path, monkeypatch, [form], request)
    rows = [[c.value for c in row] for row in sheet["A4:D5"]]
    assert rows == [
        ["赵大山", "李建国 县人民医院", "赵大山 ****************10", None],
        ["钱二河", "周敏 县中医院", None, None],
    ]
    told = {c.spot.rpartition("!")[2]: c for c in done.tables[0].columns}
    assert told["C4"].masked == 1 and told["C4"].blank == 1
    assert "organisation.postcode" in told["D4"].source.why.zh


HELPED = [
    column(1, "姓名", "person.name"),
    column(2, "帮扶人", "pairing.helper", party="helper"),
]


def _helped(title: str) -> Table:
    return table("person", HELPED, body=Rows(4, 5), title=(Line(1, 1, title),))


def test_a_form_of_the_helped_says_of_which_programmes_and_offers_their_lists(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = Request(MARCH, place=village.county)
    form = _helped("帮扶对象花名册")
    _, done = filled(tmp_path, monkeypatch, [form], request)
    (told,) = done.tables
    assert "有帮扶责任人的人员（在实施的活动：" in told.rows_are.zh
    assert village.programme.title in told.rows_are.zh
    names = [name for name, _ in told.rows_choices]
    assert {"returnees/returnees", "returnees/sweep", "person"} <= set(names)
    one = replace(request, answers={f"{NAME}!4": "returnees/returnees"})
    _, done = filled(tmp_path, monkeypatch, [form], one)
    assert (done.tables[0].rows_entry, done.tables[0].rows) == ("returnees", 2)
    after = replace(request, moment=Moment(dt.date(2008, 1, 1)))
    _, done = filled(tmp_path, monkeypatch, [form], after)
    assert "在实施的活动" not in done.tables[0].rows_are.zh


def test_the_only_list_that_fits_is_taken_and_that_is_said(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was taken in is listed, with a helper or without; of 结对 those with one."""
    lists = choosing.taken_in_now
    monkeypatch.setattr(choosing, "taken_in_now", lambda *said: _named("returnees", lists(*said)))
    request = Request(MARCH, place=village.county)
    _, done = filled(tmp_path, monkeypatch, [_helped("帮扶对象花名册")], request)
    (told,) = done.tables
    assert (told.rows_entry, told.rows_programme) == ("returnees", village.programme)
    assert told.rows == 2 and any("没有选活动" in remark.zh for remark in told.remarks)
    pairings.close(by=OPERATOR, pairing=village.pairing, on=MARCH.on, reason="试用")
    later = replace(request, moment=Moment(MARCH.on + dt.timedelta(days=1)))
    _, done = filled(tmp_path, monkeypatch, [_helped("帮扶对象花名册")], later)
    assert done.tables[0].rows == 2
    _, done = filled(tmp_path, monkeypatch, [_helped("结对帮扶对象花名册")], later)
    assert done.tables[0].rows == 1


def _named(name: str, lists: Sequence[Any]) -> list[Any]:
    return [one for one in lists if one.entry == name]


def test_where_only_a_list_can_tell_whom_a_title_means_the_lists_are_offered(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """返乡 is no field; two lists of a programme may be meant, and nobody guesses."""
    request = Request(MARCH, place=village.county)
    _, done = filled(tmp_path, monkeypatch, [_helped("返乡人员花名册")], request)
    (told,) = done.tables
    assert told.rows == 0 and "returnees/returnees" in [name for name, _ in told.rows_choices]


def test_subtotals_add_up_the_rows_above_them_and_count_nowhere_twice(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [
        column(1, "村名", None, "stub"),
        column(2, "人数", None, "value", aggregate="count", of="person", classes=()),
    ]
    form = table(
        "place", columns, body=Rows(4, 9), shape="summary", subtotals=(6, 8), totals=(10,),
        title=(Line(1, 1, "各村情况统计表"),),
    )  # fmt: skip
    names = ["前岫村", "后岫村", "小计", "前岫村", "小计", "后岫村", "合计"]
    cells = {"A1": "各村情况统计表", **{f"A{row}": name for row, name in enumerate(names, 4)}}
    request = Request(MARCH, place=village.county)
    sheet, done = filled(tmp_path, monkeypatch, [form], request, cells)
    numbers = [sheet[f"B{row}"].value for row in range(4, 11)]
    near, next_ = numbers[0], numbers[1]
    assert near and next_ is not None
    assert numbers == [near, next_, near + next_, near, near, next_, 2 * (near + next_)]
    assert "小计" not in done.tables[0].called


def test_persons_stand_household_by_household_the_head_first(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    born = {"son": dt.date(1995, 1, 1), "daughter": dt.date(1993, 1, 1)}
    for relation, birth in born.items():
        persons.register(
            by=OPERATOR, name=f"阿{birth.year}", place=village.village, on=VISITED, source="入户",
            household=village.zhao_home, relation=relation, birth=birth,
        )  # fmt: skip
    persons.register(by=OPERATOR, name="周无户", place=village.village, on=VISITED, source="入户")
    columns = [column(1, "姓名", "person.name"), column(2, "与户主关系", "person.relation")]
    request = Request(MARCH, place=village.village, answers={f"{NAME}!4": "person"})
    sheet, _done = filled(
        tmp_path, monkeypatch, [table("person", columns, body=Rows(4, 12))], request
    )
    names = [sheet.cell(row, 1).value for row in range(4, 9)]
    assert names == ["赵大山", "阿1995", "阿1993", "孙秀英", "周无户"]


@pytest.mark.parametrize(
    ("kind", "named"), [("person", "person.name"), ("household", "household.name")]
)
def test_the_latest_visit_is_told_beside_whom_it_was_to(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, named: str
) -> None:
    """The visit was to 赵大山: his household was visited then too, and nobody else's."""
    activities.visit(
        by=OPERATOR, kind="visit", on=dt.date(2009, 3, 20), subject=village.zhao, who=(village.li,),
        programme=village.programme, place=village.village, note="", mode="home", raised=[],
    )  # fmt: skip
    columns = [column(1, "姓名", named), column(2, "最近走访日期", "activity.date", type="day")]
    request = Request(MARCH, place=village.county, answers={f"{NAME}!4": kind})
    sheet, _ = filled(tmp_path, monkeypatch, [table(kind, columns, body=Rows(4, 12))], request)
    told = {sheet.cell(row, 1).value: sheet.cell(row, 2).value for row in range(4, 13)}
    name = "赵大山" if kind == "person" else "赵家"
    assert str(told.pop(name)).startswith(VISITED.isoformat())
    assert set(told.values()) == {None}
