"""Which payments a list of them is of: those of the benefit that its title names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.headings import ways
from bangfu.programmes.kinds import Label
from bangfu.tables.periods import without_period
from bangfu.tables.understood import Table

#: What titles say around the name of a benefit, and which narrows nothing.
_AROUND = re.compile(
    "惠民惠农|惠农惠民|惠民|惠农|一卡通|财政|政策性?|各类|各项|补贴|补助|资金|款项|金额?|发放|享受|领取|兑付|兑现|"
    "人员|对象|农户|到户|情况|信息|明细|花名|名册|登记|公示|汇总|统计|签领|台账|清单|名单|一览|[册表单]|[()（）:：《》的]"
)
_WHERE = re.compile("^.{1,8}?(?:省|市|县|区|乡|镇|街道|村|社区)(?!居民)")
_KIND = VOCABULARY["payout"]["kind"]
WHICH_BENEFIT = Label(
    "标题说的是哪一种补贴，没有认准，要问",
    "which benefit the title speaks of is not sure: to be asked",
)


def paid_as_asked(table: Table) -> Mapping[str, str] | None:
    """The condition of the payments that a list is of; None where its title says more than that.

    A list without any such word, or with a column that says of what each is, is of all.
    """
    title = "".join("".join(line.text.split()) for line in table.title[:1])
    said = _WHERE.sub("", without_period(title))
    named = [code for code in _KIND.codes if any(way in said for way in ways(_KIND, code))]
    if len(named) == 1:
        return {"kind": named[0]}
    return None if named or _AROUND.sub("", said) else {}
