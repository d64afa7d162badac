"""Lists of certificates, rosters, leave, honours and services become records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bangfu.intake.verdicts import Judged
from bangfu.ledger import vault
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import (
    Affiliation,
    Award,
    Encounter,
    Handling,
    HealthDetail,
    Practice,
    Qualification,
    Stint,
)
from tests.intake.lists import accept, sorts
from tests.intake.test_records import book, judged
from tests.village import FOUNDED, IDENTITY, OPERATOR, Village

pytestmark = pytest.mark.django_db
DAY = dt.date(2009, 2, 2)

#: Of each kind what its list is called, its headings, and a row that says all of them.
LISTS: Mapping[str, tuple[str, Sequence[str], Sequence[Any]]] = {
    "qualification": (
        "云岫镇乡村医生执业资格花名册",
        ["序号", "村", "姓名", "身份证号", "资格类别", "证书编号", "发证机关",
         "发证日期", "有效期至"],
        [1, "前岫村", "赵大山", IDENTITY, "乡村医生", "乡医2008001", "县卫健局", "2008-01-01",
         "2012-12-31"],
    ),
    "practice": (
        "乡村医生执业地点登记表",
        ["序号", "姓名", "单位", "执业类别", "执业机构", "是否主要执业地点",
         "注册日期", "坐诊时间"],
        [1, "李建国", "县人民医院", "执业医师", "县中医院", "是", "2008.1.1", "每周三上午"],
    ),
    "affiliation": (
        "县中医院会员名册",
        ["序号", "会员编号", "姓名", "身份证号", "会员类别", "协会职务", "会员证号", "入会时间"],
        [1, "A01", "赵大山", IDENTITY, "本地", "理事", "Z01", "2008年1月1日"],
    ),
    "stint": (
        "驻村工作队员请假登记表",
        ["序号", "姓名", "单位", "请假类别", "请假开始时间", "请假结束时间", "天数",
         "批准人", "批准日期"],
        [1, "李建国", "县人民医院", "事假", "2009-02-02", "2009-02-04", 3, "周敏", "2009-02-01"],
    ),
    "award": (
        "2009年度表彰名单",
        ["序号", "姓名", "所在村", "荣誉称号", "级别", "授予单位", "表彰文号", "表彰时间"],
        [1, "赵大山", "前岫村", "脱贫光荣户", "县级", "县政府", "青发〔2009〕1号", "2009-02-02"],
    ),
    "encounter": (
        "城乡居民住院报销台账",
        ["序号", "村", "患者姓名", "身份证号", "医疗机构", "入院日期", "出院日期",
         "出院诊断", "总费用",
         "医保报销", "大病报销", "自付金额", "结算方式"],
        [1, "前岫村", "赵大山", IDENTITY, "县人民医院", "2009-02-02", "2009-02-09", "股骨骨折",
         12000, "7,000", 1000, "4000.00", "一站式结算"],
    ),
}  # fmt: skip
MODELS: Mapping[str, type[Any]] = {
    "qualification": Qualification, "practice": Practice, "affiliation": Affiliation,
    "stint": Stint, "award": Award, "encounter": Encounter,
}  # fmt: skip


def listed(path: Path, kind: str, *rows: Sequence[Any], by: By = OPERATOR) -> Judged:
    """The verdicts of a list of a kind."""
    title, head, _row = LISTS[kind]
    found = judged(book(path, title, [head], rows), by=by)
    assert found.kind == kind
    return found


def with_(kind: str, **cells: Any) -> list[Any]:
    """The row of a kind with some cells otherwise, by their headings."""
    _title, head, row = LISTS[kind]
    return [cells.get(name, value) for name, value in zip(head, row, strict=True)]


def stands(kind: str) -> list[Any]:
    """What stands of a kind."""
    return list(MODELS[kind].objects.current().order_by("recorded_at"))


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_of_each_kind_is_written_once_and_taken_back(
    village: Village, tmp_path: Path, kind: str
) -> None:
    row = LISTS[kind][2]
    who = next(name for name in ("赵大山", "李建国") if name in row)
    nobody = ["没有这人" if cell == who else "" if cell == IDENTITY else cell for cell in row]
    found = listed(tmp_path, kind, row, nobody)
    assert sorts(found) == ["new", "refused"], [v.reasons for v in found.verdicts]
    event = accept(found)
    (made,) = stands(kind)
    again = "doubtful" if MODELS[kind] in (Award, Encounter) else "unchanged"
    assert sorts(listed(tmp_path, kind, row, row)) == ["unchanged", again]
    assert made.event_id == event.pk
    actions.undo(by=OPERATOR, event=event.pk)
    assert stands(kind) == []
    assert not Handling.objects.current().filter(stint__isnull=False).exists()
    assert not journal.verify().faults


def test_what_the_cells_of_each_kind_say_is_what_is_written(
    village: Village, tmp_path: Path
) -> None:
    for kind in LISTS:
        accept(listed(tmp_path, kind, LISTS[kind][2]))
    (held,) = stands("qualification")
    assert (held.kind, held.issuer, held.began, held.ended) == (
        "village_doctor", "县卫健局", dt.date(2008, 1, 1), dt.date(2012, 12, 31),
    )  # fmt: skip
    assert vault.unseal(village.zhao, "number", held.number) == "乡医2008001"
    (held,) = stands("practice")
    assert (held.kind, held.organisation, held.main, held.sessions) == (
        "physician", village.clinic, True, "每周三上午",
    )  # fmt: skip
    (held,) = stands("affiliation")
    assert (held.organisation, held.kind, held.role, held.number, held.card) == (
        village.clinic, "resident", "council", "A01", "Z01",
    )  # fmt: skip
    (held,) = stands("stint")
    assert (held.person, held.kind, held.days, held.present, held.approver, held.approved) == (
        village.li, "personal", 3, False, village.zhou, dt.date(2009, 2, 1),
    )  # fmt: skip
    (held,) = stands("award")
    assert (held.subject, held.title, held.level, held.issuer, held.paper, held.shown) == (
        village.zhao, "脱贫光荣户", "county", "县政府", "青发〔2009〕1号", None,
    )  # fmt: skip
    (held,) = stands("encounter")
    assert (held.kind, held.date, held.provider, held.settlement) == (
        "inpatient", DAY, village.hospital, "one_stop",
    )  # fmt: skip
    assert (held.cost, held.reimbursed, held.own) == (1_200_000, 800_000, 400_000)


def test_what_is_put_right_and_what_ends(village: Village, tmp_path: Path) -> None:
    for kind in LISTS:
        accept(listed(tmp_path, kind, LISTS[kind][2]))
    otherwise: dict[str, dict[str, Any]] = {
        "qualification": {"证书编号": "乡医2008002", "发证机关": "县卫生局"},
        "practice": {"坐诊时间": "每周四"},
        "affiliation": {"协会职务": "会长", "会员证号": "Z02"},
        "stint": {"请假结束时间": "2009-02-03", "天数": 2},
        "award": {"级别": "市级"},
        "encounter": {"总费用": 12500, "自付金额": 4500},
    }
    for kind, cells in otherwise.items():
        found = listed(tmp_path, kind, with_(kind, **cells))
        assert sorts(found) == ["changes"], kind
        accept(found)
        assert sorts(listed(tmp_path, kind, with_(kind, **cells))) == ["unchanged"], kind
    assert vault.unseal(village.zhao, "number", stands("qualification")[0].number) == "乡医2008002"
    assert stands("stint")[0].ended == dt.date(2009, 2, 3)
    assert {one.role for one in stands("affiliation")} == {"council", "head"}
    assert stands("encounter")[0].own == 450_000


def test_a_diagnosis_is_taken_from_those_who_may_note_it_alone(
    village: Village, tmp_path: Path
) -> None:
    clerk = village.account("clerk", "clerk", place=village.county)
    for by in (OPERATOR, By(clerk, "desk")):
        found = listed(tmp_path, "encounter", LISTS["encounter"][2], by=by)
        (said,) = [one for one in found.left if one.cell == "H"]
        assert "健康明细" in said.says.zh
        assert sorts(found) == ["new"]
        event = accept(found, by=by)
        assert stands("encounter") and not HealthDetail.objects.exists()
        actions.undo(by=by, event=event.pk)
    users.grant(by=OPERATOR, user=clerk, role="clinician", reason="试用", place=village.county,
                on=FOUNDED)  # fmt: skip
    found = listed(tmp_path, "encounter", LISTS["encounter"][2], by=By(clerk, "desk"))
    assert "H" not in {one.cell for one in found.left}
    assert ("", "●●●") in {(one.old, one.new) for one in found.verdicts[0].differences}
    event = accept(found, by=By(clerk, "desk"))
    detail = HealthDetail.objects.current().get(encounter=stands("encounter")[0])
    assert vault.unseal(village.zhao, "detail", detail.detail) == "股骨骨折"
    actions.undo(by=By(clerk, "desk"), event=event.pk)
    assert not HealthDetail.objects.current().exists()


def test_what_does_not_add_up_is_asked_or_refused(village: Village, tmp_path: Path) -> None:
    wrong: list[tuple[str, dict[str, Any], str, str]] = [
        ("encounter", {"自付金额": 3000}, "doubtful", "L3"),
        ("encounter", {"医疗机构": "没有的医院"}, "refused", "E3"),
        ("encounter", {"入院日期": "", "出院日期": ""}, "refused", "F3"),
        ("stint", {"天数": 5}, "doubtful", "G3"),
        ("stint", {"请假结束时间": ""}, "refused", "F3"),
        ("stint", {"请假类别": ""}, "refused", "D3"),
        ("stint", {"单位": "县中医院"}, "doubtful", "B3"),
        ("award", {"表彰时间": ""}, "refused", "H3"),
        ("award", {"荣誉称号": "通报批评"}, "refused", "3"),
        ("qualification", {"身份证号": "", "村": "后岫村"}, "doubtful", "C3"),
    ]
    for kind, cells, sort, cell in wrong:
        found = listed(tmp_path, kind, with_(kind, **cells))
        assert (sorts(found), found.verdicts[0].reasons[0].cell) == ([sort], cell), (kind, cells)


def test_what_a_title_calls_days_there_and_leave_at_once_is_neither(
    village: Village, tmp_path: Path
) -> None:
    head = ["姓名", "单位", "起始日期", "截止日期", "天数"]
    row = ["李建国", "县人民医院", "2009-02-02", "2009-02-04", 3]
    found = judged(book(tmp_path, "驻村工作队在岗及请假情况登记表", [head], [row]))
    assert (found.kind, sorts(found)) == ("stint", ["refused"])


def test_days_in_the_village_are_as_many_as_lie_between(village: Village, tmp_path: Path) -> None:
    head = ["序号", "驻村", "姓名", "驻村起始时间", "驻村截止时间", "驻村天数"]
    title = "2009年2月驻村干部驻村天数登记表"
    rows = [
        [1, "石门村", "李建国", "2009-02-01", "2009-02-20", 20],
        [2, "石门村", "周敏", "2009-02-01", "2009-02-28", 20],
    ]
    found = judged(book(tmp_path, title, [head], rows))
    assert (found.kind, sorts(found)) == ("stint", ["new", "doubtful"])
    accept(found)
    (made,) = stands("stint")
    assert (made.kind, made.place, made.days, made.present) == (
        "in_village", village.far_village, 20, True,
    )  # fmt: skip


def test_a_unit_in_the_title_holds_for_parts_that_no_field_is_called_by(
    village: Village, tmp_path: Path
) -> None:
    head = ["姓名", "身份证号", "医院", "入院日期", "总费用", "报销金额合计", "其中:基本医保",
            "大病保险", "个人负担"]  # fmt: skip
    row = ["赵大山", IDENTITY, "县人民医院", "2009-02-02", 1.2, 0.9, 0.7, 0.2, 0.3]
    found = judged(book(tmp_path, "住院报销台账(单位:万元)", [head], [row]))
    assert sorts(found) == ["new"]
    accept(found)
    (made,) = stands("encounter")
    assert (made.cost, made.reimbursed, made.own) == (1_200_000, 900_000, 300_000)


def test_a_roster_of_another_body_is_not_that_of_the_unit_in_its_title(
    village: Village, tmp_path: Path
) -> None:
    _title, head, row = LISTS["affiliation"]
    found = judged(book(tmp_path, "县中医院志愿服务队会员名册", [head], [row]))
    assert sorts(found) == ["refused"] and "所属组织" in found.verdicts[0].reasons[0].says.zh


def test_a_service_is_a_persons_and_never_taken_for_the_heads(
    village: Village, tmp_path: Path
) -> None:
    head = ["户主姓名", "患者姓名", "随访日期", "随访机构"]
    rows = [["赵大山", "孙秀英", DAY, "县人民医院"], ["赵大山", "", DAY, "县人民医院"]]
    found = judged(book(tmp_path, "慢性病患者健康随访登记表", [head], rows))
    assert (found.kind, sorts(found)) == ("encounter", ["new", "refused"])
    accept(found)
    assert [one.subject for one in stands("encounter")] == [village.sun]


@pytest.mark.parametrize(
    ("title", "head", "row"),
    [
        ("低保资格认定花名册", ["姓名", "身份证号", "资格类别"], ["赵大山", IDENTITY, "低保"]),
        ("持证残疾人花名册", ["姓名", "身份证号", "证书编号"], ["赵大山", IDENTITY, "1"]),
        ("乡村医生花名册", ["姓名", "身份证号", "执业证号"], ["赵大山", IDENTITY, "1"]),
    ],
)
def test_lists_of_other_things_stay_lists_of_people(
    village: Village, tmp_path: Path, title: str, head: Sequence[str], row: Sequence[Any]
) -> None:
    assert judged(book(tmp_path, title, [head], [row])).kind == "person"


def test_a_second_service_of_one_day_is_asked(village: Village, tmp_path: Path) -> None:
    twice = with_("encounter", 总费用=13000, 自付金额=5000)
    found = listed(tmp_path, "encounter", LISTS["encounter"][2], twice)
    assert sorts(found) == ["new", "doubtful"]
    assert [word for word, _ in found.verdicts[1].reasons[0].choices] == ["as_is"]


def test_a_certificate_that_no_book_knows_keeps_its_name(village: Village, tmp_path: Path) -> None:
    cells = {"资格类别": "育婴员", "有效期至": "长期有效"}
    accept(listed(tmp_path, "qualification", with_("qualification", **cells)))
    (made,) = stands("qualification")
    assert (made.kind, made.title, made.ended) == ("other", "育婴员", None)
    for word in ("无", "乡村医生、育婴员"):
        found = listed(tmp_path, "qualification", with_("qualification", 资格类别=word))
        assert sorts(found) == ["refused"]
