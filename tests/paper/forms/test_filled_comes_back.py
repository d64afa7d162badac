"""A filled form that is sent back in says of every row that nothing changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from bangfu.intake.judging import judge
from bangfu.intake.kinds import kind_of, unlike_people
from bangfu.intake.under import entries
from bangfu.intake.verdicts import Verdict
from bangfu.ledger.actions import benefit as benefits
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import payout as payouts
from bangfu.ledger.actions import person as persons
from bangfu.ledger.moment import Moment
from bangfu.lists.headings import catalogue
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.fill import FilledForm, fill
from bangfu.tables.understand import understand
from tests.paper.forms.blanks import drawn
from tests.village import OPERATOR, VISITED, Village

ON = dt.date(2009, 3, 10)
#: Lists of persons and of households in layouts that offices use, by their headings.
LISTS = {
    "jiedui": """
序号|结对帮扶对象|<|<|<|<|<|结对帮扶单位帮扶干部及联系人|<|<|<|<|<
^|对接村|<|户主姓名|家庭人数|劳动力人数|联系电话(手机)|结对帮扶干部|<|<|<|分管领导(联系人)|<
^|所属镇|村名|^|^|^|^|工作单位|姓名|联系电话(手机)|结对起始时间|姓名|联系电话
""",
    "taizhang": """
序号|乡镇|行政村|户主姓名|家庭成员姓名|证件号码|性别|与户主关系|家庭成员数|帮扶责任人|帮扶人手机号|派出单位|备注
""",
    "shouru": """
序号|户主姓名|家庭人口|收入|<|<|<|人均纯收入
^|^|^|总收入|工资性收入|生产经营性收入|财产性收入|^
""",
    "huzhu": """
序号|所在乡镇|所在村|村民小组|户主姓名|户主身份证号|家庭人口|户类型|耕地面积(亩)|住房面积|主要燃料类型
""",
    "renyuan": """
序号|所在村|姓名|性别|出生年月|身份证号|民族|文化程度|联系电话|是否参加城乡居民基本医疗保险|务工地点
""",
    "butie": """
序号|姓名|身份证号|补贴项目|发放金额(元)|发放时间|签字
""",
    "zoufang": """
序号|所在村|走访对象|走访时间|走访人|走访方式|走访内容
""",
    "wenti": """
序号|所在村|户主姓名|问题类别|具体问题|收集时间|责任单位|完成时限|办结时间
""",
    "suqiu": """
序号|所在村|反映人|诉求内容|诉求类别|反映时间|办理情况
""",
    "wumingwenti": """
序号|乡镇|行政村|问题类别|问题描述|发现时间|整改完成时间
""",
    "cuoshi": """
序号|措施名称|牵头单位|计量单位|计划数|累计完成
""",
    "daiyu": """
序号|户主姓名|身份证号|享受待遇名称|享受起始时间|补贴标准(元/月)|停发时间
""",
    "bangfuren": """
序号|帮扶责任人|帮扶单位|职务|联系电话|帮扶对象
""",
    "lvzhi": """
序号|帮扶责任人|工作单位及职务|联系电话|结对户数|走访次数
""",
    "jiedui2": """
序号|帮扶干部姓名|所在单位|结对户主姓名|结对时间
""",
    "nafu": """
序号|所在村|姓名|身份证号|纳入时间|纳入原因
""",
    "chengyuan": """
序号|村|户主姓名|户主联系方式|成员姓名|与户主关系|身份证号码|帮扶责任人(姓名及电话)|单位及职务
""",
}
TITLES = {
    "jiedui": "结对帮扶对象及帮扶干部一览表", "taizhang": "帮扶台账",
    "shouru": "2009年家庭收入核算表",
    "huzhu": "农户基本情况表", "renyuan": "人员花名册", "chengyuan": "家庭成员登记表",
    "butie": "2009年补贴发放花名册",
    "zoufang": "2009年走访记录表", "wenti": "2009年问题清单", "suqiu": "2009年群众诉求台账",
    "wumingwenti": "2009年问题排查整改台账", "cuoshi": "2009年帮扶措施台账",
    "daiyu": "享受待遇人员名单", "bangfuren": "帮扶责任人花名册", "jiedui2": "帮扶干部结对情况表",
    "nafu": "帮扶对象名单", "lvzhi": "帮扶责任人履职情况表",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LISTS))
@pytest.mark.parametrize("purpose", ["", "上报县里"])
def test_every_row_says_unchanged(
    village: Village, tmp_path: Path, name: str, purpose: str
) -> None:
    households.update(by=OPERATOR, subject=village.qian_home, on=ON, head=village.qian)
    persons.update(by=OPERATOR, subject=village.zhao, on=ON, education="junior_high",
                   work_region="外省（本人自述）")  # fmt: skip
    for to, kind, title in (
        (village.qian, "pension", ""),
        (village.zhao_home, "industry", "柑橘提质"),
    ):
        payouts.enter(by=OPERATOR, subject=to, kind=kind, title=title, amount=21_000, on=VISITED)
    _more(village)
    blank: dict[str, Any] = {
        "name": name, "above": [TITLES[name]], "grid": LISTS[name], "body": 4,
    }  # fmt: skip
    asked = Request(Moment(ON), place=village.county, purpose=purpose)
    done = fill(drawn(blank, tmp_path), asked)
    back = tmp_path / "back.xlsx"
    back.write_bytes(done.content)
    ((sheet, table),) = understand(back, catalogue()).tables()
    under = next(
        (u for u in entries(None, kind_of(table), ON) if u.name in {"one_to_one", "measure"}), None
    )
    found = judge(by=OPERATOR, sheet=sheet, table=table, on=ON, place=None, under=under)
    assert found is not None and len(found.verdicts) == _told(done) > 0
    said = [
        (verdict.sort, [reason.says.zh for reason in verdict.reasons])
        for verdict in found.verdicts
        if verdict.sort != "unchanged"
    ]
    assert said == []


def test_a_list_of_helpers_is_of_them_and_none_of_people_of_the_village(
    village: Village, tmp_path: Path
) -> None:
    grid = "序号|帮扶责任人姓名|帮扶单位|职务|联系电话|备注"
    blank: dict[str, Any] = {"name": "x", "above": ["帮扶责任人花名册"], "grid": grid, "body": 2}
    asked = Request(Moment(ON), place=village.county)
    head = "序号|帮扶干部姓名|工作单位及职务|走访次数"
    both = blank | {"grid": head, "above": ["帮扶干部履职情况表"]}
    (table,) = fill(drawn(both, tmp_path), asked).tables
    assert [row[3] for row in table.sample] == ["县人民医院 副院长", "县中医院 副院长"]
    done = fill(drawn(blank, tmp_path), asked)
    assert [list(row.values())[1:] for row in done.tables[0].sample] == [
        ["李建国", "县人民医院", "副院长"], ["周敏", "县中医院", "副院长"]
    ]  # fmt: skip
    back = tmp_path / "back.xlsx"
    back.write_bytes(done.content)
    ((_sheet, table),) = understand(back, catalogue()).tables()
    assert kind_of(table) == "" and (said := unlike_people(table)) and "驻村人员" in said.zh


@pytest.mark.parametrize("changed", [{5: "2009-03-04"}, {4: "道路设施"}, {3: "后岫村"}])
def test_a_need_that_names_nobody_and_is_not_on_record_is_refused(
    village: Village, tmp_path: Path, changed: dict[int, str]
) -> None:
    _more(village)
    said = {3: "前岫村", 4: "住房", 5: "2009-03-03"} | changed
    found = _needs("|".join(["1", "云岫镇", said[3], said[4], "", said[5], ""]), tmp_path)
    assert [(one.sort, len(one.records)) for one in found] == [("refused", 0)]


def test_a_need_on_record_is_met_by_a_row_that_names_nobody(
    village: Village, tmp_path: Path
) -> None:
    _more(village)
    row = "1|云岫镇|前岫村|住房||2009-03-03|2009-03-09"
    met, again = _needs(f"{row}\n2{row[1:]}", tmp_path)
    assert met.sort == "changes" and [one.verb for one in met.records] == ["need.close"]
    # Without words each need on record answers for one row.
    assert again.sort == "refused"


def _needs(rows: str, folder: Path) -> list[Verdict]:
    """What is said of rows that name a village and nobody who lives there."""
    grid = LISTS["wumingwenti"].strip().replace("整改完成时间", "办结时间")
    blank = {"name": "x", "above": [TITLES["wumingwenti"]], "grid": f"{grid}\n{rows}"}
    ((sheet, table),) = understand(drawn(blank, folder), catalogue()).tables()
    found = judge(by=OPERATOR, sheet=sheet, table=table, on=ON, place=None, under=None)
    assert found is not None
    return list(found.verdicts)


def _more(village: Village) -> None:
    """A need of the household, one of each of two people, one that is met, and a benefit."""
    for to, text, kind in (
        (village.zhao_home, "屋顶漏雨", "housing"), (village.sun, "看病路远", "medical"),
        (village.qian, "想学手艺", "employment"),
    ):  # fmt: skip
        need = needs.raise_(by=OPERATOR, subject=to, on=VISITED, text=text, kind=kind,
                            organisation=village.hospital, due=ON)  # fmt: skip
    needs.close(by=OPERATOR, need=need, on=ON, evidence="已报名")
    benefits.enter(by=OPERATOR, subject=village.zhao, kind="allowance", began=VISITED,
                   amount=38_000, per="month", source="乡民政办")  # fmt: skip


def _told(done: FilledForm) -> int:
    """The rows in which more than a running number stands."""
    (table,) = done.tables
    plain = [column.column.index for column in table.columns if column.source.sort != "serial"]
    return sum(any(row.get(index) is not None for index in plain) for row in table.sample)
