"""What messy lists brought to light: cells that say two things, and what no cell says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bangfu.intake.kinds import kind_of
from bangfu.intake.verdicts import Judged
from bangfu.ledger.models import Income
from bangfu.lists.headings import catalogue
from bangfu.tables.opposite import as_asked
from bangfu.tables.told import WrongValue
from bangfu.tables.understand import understand
from tests.intake.lists import accept, identity, judged_file, sorts, two_rows_of_headings
from tests.intake.lists import judged as listed
from tests.intake.test_programme_rows import NEEDED
from tests.intake.test_records import book, judged
from tests.village import IDENTITY, Village

pytestmark = pytest.mark.django_db
NEW = identity("19800503", 11)
MEMBERS = ["行政村", "户主姓名", "姓名", "与户主关系", "身份证号码", "性别", "出生日期"]


def _head(*more: Any) -> list[Any]:
    return ["前岫村", "周新来", "周新来", "户主", NEW, *more]


def test_birth_and_sex_unlike_the_number_are_asked(village: Village, tmp_path: Path) -> None:
    found = listed(tmp_path, MEMBERS, [_head("男", "1973-05-03"), _head("女", "1980.5.3")])
    assert sorts(found) == ["doubtful", "doubtful"]
    assert [one.cell for one in found.verdicts[0].reasons][0] == "G2"
    assert "F3" in [one.cell for one in found.verdicts[1].reasons]
    assert sorts(listed(tmp_path, MEMBERS, [_head("男", "1980年5月3日")])) == ["new"]
    held = listed(tmp_path, ["行政村", "姓名", "身份证号", "残疾证号"],
                  [["前岫村", "周新来", NEW, identity("19810503", 13) + "43"]])  # fmt: skip
    assert sorts(held) == ["doubtful"]


def test_one_number_for_two_names_is_neithers(village: Village, tmp_path: Path) -> None:
    rows = [["前岫村", "周新来", "周新来", "户主", NEW, "", ""],
            ["前岫村", "孙又来", "孙又来", "户主", NEW, "", ""]]  # fmt: skip
    assert sorts(listed(tmp_path, MEMBERS, rows)) == ["doubtful", "doubtful"]
    assert sorts(listed(tmp_path, MEMBERS, [rows[0], rows[0]])) == ["new", "doubtful"]


def test_every_field_of_a_sheet_can_be_a_column(village: Village, tmp_path: Path) -> None:
    """A column of plain words broke a whole list; breaks of lines in a cell say nothing."""
    head = [*MEMBERS, "务工企业名称", "所属行业"]
    found = listed(tmp_path, head, [_head("男", "", "青禾县第\n二建筑公司", "建筑业")])
    person = found.verdicts[0].person
    assert person is not None and sorts(found) == ["new"]
    assert person.sheet["employer"] == "青禾县第二建筑公司"
    assert person.sheet["industry"] == "建筑业"


def test_a_blank_beside_merged_villages_says_nothing(village: Village, tmp_path: Path) -> None:
    rows = [
        ["前岫村", "甲一心", "户主"],
        ["", "甲二心", "户主"],
        ["", "甲三心", "户主"],
        ["后岫村", "甲四心", "户主"],
    ]
    file = book(tmp_path, "人员名单", [["行政村", "姓名", "与户主关系"]], rows, merged=["A3:A4"])
    found = judged(file)
    assert [one.place for one in found.verdicts] == ["前岫村", "前岫村", "", "后岫村"]
    assert sorts(found) == ["new", "new", "doubtful", "new"]


def test_somebody_new_lives_in_a_village_and_not_in_a_town(
    village: Village, tmp_path: Path
) -> None:
    found = listed(tmp_path, ["乡镇", "姓名", "与户主关系"], [["云岫镇", "周新来", "户主"]])
    assert sorts(found) == ["doubtful"]
    (asked,) = found.verdicts[0].reasons
    assert "哪个村" in asked.says.zh and asked.choices[0][1].zh == "就登记在云岫镇"


def test_members_beside_their_head_are_persons_and_never_heads(
    village: Village, tmp_path: Path
) -> None:
    head = ["村名", "农户姓名", "姓名", "身份证编号", "手机号"]
    file = book(tmp_path, "帮扶对象花名册", [head], [["前岫村", "赵大山", "周新来", NEW, ""]])
    found = judged(file)
    assert found.kind == "person"
    assert found.verdicts[0].home is None or found.verdicts[0].home.name == "赵大山"


# ------------------------------------------------------------------ records


def _sorted(path: Path, *rows: Sequence[Any]) -> Judged:
    head = ["村", "姓名", "身份证号", "需求分类", "分类时间"]
    return judged(book(path, "返乡农民工需求分类名单", [head], rows), word=NEEDED)


def test_a_number_and_a_name_of_two_people_are_asked_and_never_written(
    village: Village, tmp_path: Path
) -> None:
    """The number decided alone: what was said of one person was written of another."""
    number = IDENTITY
    rows = [
        ["前岫村", "赵大山", number, "生活困难", ""],
        ["后岫村", "钱二河", number, "生活困难", ""],
        ["前岫村", "赵大山", identity("19700101", 15), "生活困难", ""],
    ]
    found = _sorted(tmp_path, *rows)
    assert sorts(found) == ["new", "doubtful", "refused"]
    (asked,) = found.verdicts[1].reasons
    assert asked.cell == "B4" and "另一个姓名" in asked.says.zh
    assert {key for key, _ in asked.choices} == {str(village.zhao.fact), str(village.qian.fact)}
    assert "没有找到" in found.verdicts[2].reasons[0].says.zh


def test_a_line_of_income_is_called_the_same_with_its_unit_and_without(
    village: Village, tmp_path: Path
) -> None:
    def of(head: Sequence[str]) -> Judged:
        rows = [["前岫村", "赵大山", 12000, 300]]
        return judged(book(tmp_path, "2008年农户收入核算表", [["村", "户主姓名", *head]], rows))

    accept(of(["工资性收入(元)", "转移性收入(元)"]))
    assert set(Income.objects.current().values_list("item", flat=True)) >= {
        "工资性收入",
        "转移性收入",
    }
    assert sorts(of(["工资性收入", "转移性收入"])) == ["unchanged"]


def test_yuan_in_a_column_of_ten_thousands_are_asked(village: Village, tmp_path: Path) -> None:
    head = ["行政村", "姓名", "与户主关系", "务工月收入(万元)"]
    rows = [["前岫村", "周新来", "户主", 0.35], ["前岫村", "孙又来", "户主", 3500]]
    found = listed(tmp_path, head, rows)
    assert sorts(found) == ["new", "doubtful"]
    (asked,) = found.verdicts[1].reasons
    assert asked.cell == "D3" and "3500万元" in asked.says.zh and asked.choices


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (["村", "户主姓名", "问题内容", "问题类别", "发现时间", "办结日期"], "need"),
        (["村", "姓名", "身份证号", "困难类别", "分类依据", "分类时间"], "class"),
    ],
)
def test_a_list_without_a_title_is_known_by_its_columns(
    village: Village, tmp_path: Path, head: list[str], kind: str
) -> None:
    file = book(tmp_path, "附件1", [head], [["前岫村", "赵大山", "", "住房"]] * 3)
    ((_sheet, table),) = understand(file, catalogue()).tables()
    assert kind_of(table) == kind


def test_the_unit_that_answers_for_a_need_is_a_unit_and_its_term_a_day(
    village: Village, tmp_path: Path
) -> None:
    head = ["村", "户主姓名", "问题内容", "发现时间", "责任单位", "完成时限"]
    row = ["前岫村", "赵大山", "屋顶漏水", "2009.3.1", "县中医院", "2009.6.1"]
    found = judged(book(tmp_path, "问题清单", [head], [row]))
    (record,) = found.verdicts[0].records
    assert record.told["organisation"] == village.clinic
    assert record.told["due"] == dt.date(2009, 6, 1)


HOUSES = ["行政村", "户主姓名", "家庭人口", "户类型"]


@pytest.mark.parametrize(
    ("head", "said", "held"),
    [
        ("饮水是否安全", "√", {"water": "met"}),
        ("饮水是否安全", "×", {"water": "not_met"}),
        ("是否有饮水困难", "是", {}),
        ("饮水困难", "无", {}),
        ("住房是否不安全", "是", {}),
    ],
)
def test_a_heading_that_asks_the_opposite_turns_no_answer_round(
    village: Village, tmp_path: Path, head: str, said: str, held: dict[str, str]
) -> None:
    """Whose water is difficult was written as met, since a yes stood below 饮水困难."""
    rows = [["前岫村", "周新来", 3, "脱贫户", said]]
    home = listed(tmp_path, [*HOUSES, head], rows).verdicts[0].home
    assert home is not None and dict(home.verdicts) == held


@pytest.mark.parametrize(
    ("ticks", "held"),
    [
        (["√", ""], {"water": "met"}),
        (["", "√"], {"water": "not_met"}),
        (["√", "×"], {"water": "met"}),
        (["", ""], {}),
        (["√", "√"], {}),
        (["", "一般"], {}),
    ],
)
@pytest.mark.parametrize("words", [("是", "否"), ("安全", "不安全")])
def test_a_tick_below_one_of_two_headings_of_a_question(
    village: Village, tmp_path: Path, ticks: list[str], held: dict[str, str],
    words: tuple[str, str],
) -> None:  # fmt: skip
    head = [*HOUSES, *(f"饮水是否安全/{word}" for word in words)]
    rows = [["前岫村", "周新来", 3, "脱贫户", *ticks]]
    file = two_rows_of_headings(tmp_path / "list.xlsx", head, rows)
    home = judged_file(file).verdicts[0].home
    assert home is not None and dict(home.verdicts) == held


@pytest.mark.parametrize(
    ("heading", "said", "read"),
    [("饮水困难", "√", "否"), ("住房不安全", "是", "否"), ("饮水是否安全", "√", "是")],
)
def test_a_yes_below_the_opposite_is_a_no_once_it_is_known_what_it_asks(
    heading: str, said: str, read: str
) -> None:
    (asked,) = (one for one in catalogue().headings if one.field == "household.water_verdict")
    assert as_asked(heading, asked, said) == read
    for unsure in ("饮水困难", "饮水问题是否解决", "未发现饮水隐患"):
        with pytest.raises(WrongValue, match="opposite"):
            as_asked(unsure, asked, "是" if unsure != "饮水困难" else "否")


def test_a_place_in_one_piece_lies_in_its_township(village: Village, tmp_path: Path) -> None:
    head = ["乡镇/村", *HOUSES[1:]]
    rows = [["云岫镇/前岫村", "周新来", 3, ""], ["石门镇/前岫村", "孙又来", 3, ""]]
    assert sorts(listed(tmp_path, head, rows)) == ["new", "refused"]


def test_several_numbers_in_one_cell_are_said_to_be_so(village: Village, tmp_path: Path) -> None:
    rows = [["前岫村", "周新来", f"{NEW} 1101234567X"], ["前岫村", "孙又来", f"{NEW}、{IDENTITY}"],
            ["前岫村", "孙又来", f"{NEW[:-1]}{(int(NEW[-1]) + 1) % 10}、11012345678"]]  # fmt: skip
    found = listed(tmp_path, ["行政村", "姓名", "身份证号"], rows)
    assert sorts(found) == ["refused", "refused", "refused"]
    assert all("一格里有2个号码" in one.reasons[0].says.zh for one in found.verdicts[1:])


@pytest.mark.parametrize("beside", ["{} 11012345678", "{}/电话:11012345678", "11012345678；{}"])
@pytest.mark.parametrize("head", ["身份证号", "身份证号及电话"])
def test_a_number_and_a_phone_in_one_cell_are_read_apart(
    village: Village, tmp_path: Path, head: str, beside: str
) -> None:
    rows = [["前岫村", "周新来", beside.format(NEW)]]
    (found,) = listed(tmp_path, ["行政村", "姓名", head], rows).verdicts
    assert found.sort == "new" and found.person is not None
    assert (found.person.sheet["identity"], found.person.sheet["phone"]) == (NEW, "11012345678")
    assert any("分开读取" in note.says.zh for note in found.notes)
