"""Lists of money: what came in, what went out, what was promised, as their words say."""

from __future__ import annotations

from pathlib import Path

from bangfu.ledger.actions import fund as funds
from bangfu.ledger.models import Fund
from bangfu.paper.forms.purse import WHICH_WAY
from tests.paper.forms.test_county_papers import filled
from tests.paper.forms.test_strange import BLANK
from tests.village import OPERATOR, VISITED, Village


def test_a_list_of_money_is_of_the_way_that_its_words_say(village: Village, tmp_path: Path) -> None:
    fund, by = Fund.objects.get(programme=village.programme), OPERATOR
    unit = {"by": by, "fund": fund, "organisation": village.hospital, "on": VISITED}
    funds.promise(**unit, amount=500_000)
    funds.receive(**unit, amount=200_000)
    funds.pay(by=by, fund=fund, on=VISITED, amount=70_000, use="road", voucher="记-9")

    def amounts(title: str, *heads: str) -> list[object]:
        table, rows = filled(tmp_path, village, (title,), heads, *[BLANK[:3]] * 4)
        return [row[2] for row in rows[2:] if row[2]] or [remark.zh for remark in table.remarks][:1]

    assert amounts("捐款台账", "捐款单位", "捐款时间", "捐款金额(元)") == [2000]
    assert amounts("帮扶资金支出台账", "收款单位", "支付时间", "金额(元)") == [700]
    assert amounts("认捐登记表", "认捐单位", "认捐时间", "金额(元)") == [5000]
    both = "社会捐赠资金使用情况公示表", "捐赠单位", "捐赠时间", "捐赠金额(元)", "支出时间"
    assert amounts(*both) == [WHICH_WAY.zh]
    assert amounts("帮扶资金台账", "到账日期", "收支方向", "金额(元)", "资金用途") == [
        5000,
        2000,
        700,
    ]
