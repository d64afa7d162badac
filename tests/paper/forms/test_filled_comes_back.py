"""A filled form that is sent back in says of every row that nothing changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from bangfu.intake.judging import judge
from bangfu.intake.kinds import kind_of
from bangfu.intake.under import entries
from bangfu.ledger.actions import household as households
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
    "chengyuan": """
序号|村|户主姓名|户主联系方式|成员姓名|与户主关系|身份证号码|帮扶责任人(姓名及电话)|单位及职务
""",
}
TITLES = {
    "jiedui": "结对帮扶对象及帮扶干部一览表", "taizhang": "帮扶台账",
    "shouru": "2009年家庭收入核算表",
    "huzhu": "农户基本情况表", "renyuan": "人员花名册", "chengyuan": "家庭成员登记表",
    "butie": "2009年补贴发放花名册",
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
    blank: dict[str, Any] = {
        "name": name, "above": [TITLES[name]], "grid": LISTS[name], "body": 4,
    }  # fmt: skip
    asked = Request(Moment(ON), place=village.county, purpose=purpose)
    done = fill(drawn(blank, tmp_path), asked)
    back = tmp_path / "back.xlsx"
    back.write_bytes(done.content)
    ((sheet, table),) = understand(back, catalogue()).tables()
    under = next((u for u in entries(None, kind_of(table), ON) if u.name == "one_to_one"), None)
    found = judge(by=OPERATOR, sheet=sheet, table=table, on=ON, place=None, under=under)
    assert found is not None and len(found.verdicts) == _told(done) > 0
    said = [
        (verdict.sort, [reason.says.zh for reason in verdict.reasons])
        for verdict in found.verdicts
        if verdict.sort != "unchanged"
    ]
    assert said == []


def _told(done: FilledForm) -> int:
    """The rows in which more than a running number stands."""
    (table,) = done.tables
    plain = [column.column.index for column in table.columns if column.source.sort != "serial"]
    return sum(any(row.get(index) is not None for index in plain) for row in table.sample)
