"""Comparisons with another field, twins, sums and shares: what is refused, and how they read."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.conditions import ConditionChecker
from bangfu.programmes.names import Names
from bangfu.programmes.phrases import Phrases
from bangfu.programmes.positions import positions
from bangfu.programmes.problems import Report


def problems(kind: str, where: dict[str, Any]) -> list[str]:
    report = Report("x", positions(""))
    ConditionChecker(Names(VOCABULARY), report).check((), where, [VOCABULARY[kind]])
    return [one.text() for one in report.problems]


SAID = {
    "a day before another": (
        "need", {"closed": {"before": "date"}},
        "办结日期早于提出日期", "Closed on before Raised on",
    ),
    "a day so long after another": (
        "need", {"closed": {"after": "6 months after due"}},
        "办结日期晚于办理期限之后6个月", "Closed on after 6 months after Due",
    ),
    "a day up to so long after another": (
        "need", {"closed": {"to": "15 days after date"}},
        "办结日期不晚于提出日期之后15天", "Closed on not after 15 days after Raised on",
    ),
    "who has any tied record": (
        "household", {"visit": True, "need": False},
        "有走访、没有需求（问题）", "with Visit, no Need",
    ),
    "a day before another of a record that it points at": (
        "post", {"began": {"before": "person.birth"}},
        "起始日期早于姓名的出生日期", "From before Person › Born",
    ),
    "a number more than another": (
        "measure", {"planned_least": {"above": "planned_most"}},
        "计划数（至少）大于计划数（至多）", "Planned, at least more than Planned, at most",
    ),
    "a number below a plain one": (
        "person", {"age": {"below": 16}}, "年龄小于16", "Age less than 16",
    ),
    "a day strictly after today": (
        "household", {"identified": {"after": "today"}},
        "首次识别时间晚于当天", "First registered on after today",
    ),
    "the same word in two fields": (
        "person", {"work_region": {"same_as": "name"}},
        "务工所在地（本人自述，到县）等于姓名", "Workplace (as stated, by county) the same as Name",
    ),
    "another record with the same": (
        "person", {"twin": {"by": "phone", "apart": "household"}},
        "另有人员与之（联系电话相同，所在户不同）",
        "there is another Person (with the same Phone, with another Household)",
    ),
    "another record against this one": (
        "statistic",
        {"name": "population", "twin": {"by": "place", "name": "households",
                                   "value": {"below": "this.value"}}},
        "指标为“户籍人口”、另有统计值与之（地方相同，指标为“户数”、数值小于本条的数值）",
        "What is “Registered population”, there is another Statistic (with the same Place, "
        "What is “Households”, Value less than its own Value)",
    ),
    "more tied records than a field says": (
        "household", {"person": {"as": "household", "above": "size"}},
        "人员（按所在户）的个数大于人数", "the number of Person (by Household): more than Members",
    ),
    "a share of tied records": (
        "household", {"person": {"as": "household", "labour": "ordinary", "at_least": "1/2"}},
        "人员（按所在户）（劳动技能为“普通劳动力”）所占比例不少于2分之1",
        "the share of Person (by Household) (Ability to work is “ordinary”): at least 1/2",
    ),
    "a sum against a field": (
        "measure", {"entry": {"sum": "amount", "direction": "out", "above": "budget"}},
        "收支（收支方向为“支出”）的金额（元）合计大于预算（元）",
        "Amount (yuan) of Entry (Direction is “Paid”) in all: more than Budget (yuan)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("told", SAID.values(), ids=SAID)
def test_it_is_taken_and_read_back(told: tuple[str, dict[str, Any], str, str]) -> None:
    kind, where, zh, en = told
    assert problems(kind, where) == []
    said = Phrases.over(Names(VOCABULARY)).condition(where, [VOCABULARY[kind]])
    assert (said.zh, said.en) == (zh, en)


WRONG = {
    "no such field": ("need", {"closed": {"before": "dat"}}, "是不是 date"),
    "a field of another sort": ("need", {"closed": {"before": "kind"}}, "没有可以同“办结日期”比较"),
    "a word that the field does not take": ("need", {"closed": {"above": 3}}, "不能写 above"),
    "a shift of a number": (
        "measure", {"planned_least": {"above": "3 days after planned_most"}}, "不能同",
    ),
    "nothing outside": ("need", {"closed": {"before": "this.date"}}, "外面没有记录"),
    "a sealed field": ("person", {"name": {"same_as": "identity"}}, "没有可以同“姓名”比较"),
    "a twin by nothing": ("person", {"twin": {"apart": "household"}}, "哪个字段相同"),
    "a twin by what is sealed without an index": (
        "person", {"twin": {"by": "health"}}, "看不出两条记录",
    ),
    "a twin whose condition is wrong": (
        "person", {"twin": {"by": "phone", "agee": 3}}, "是不是 age",
    ),
    "a sum of words": (
        "measure", {"entry": {"sum": "voucher", "above": 3}}, "没有可以相加的字段",
    ),
    "a sum against words": (
        "measure", {"entry": {"sum": "amount", "above": "title"}}, "不是数",
    ),
    "exactly a share": (
        "household", {"person": {"as": "household", "exactly": "1/2"}}, "不是个数",
    ),
}  # fmt: skip


@pytest.mark.parametrize("told", WRONG.values(), ids=WRONG)
def test_what_no_record_could_answer_is_refused(told: tuple[str, dict[str, Any], str]) -> None:
    kind, where, says = told
    found = problems(kind, where)
    assert len(found) == 1 and says in found[0], found
