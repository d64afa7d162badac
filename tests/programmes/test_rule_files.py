"""Files of rules of data quality: what is wrong in one is told with its line and its cure."""

from __future__ import annotations

import re

import pytest

from bangfu.ledger.rules import grounds, rules
from bangfu.programmes.problems import ProgrammeErrors
from bangfu.programmes.rule import Rule
from bangfu.programmes.rule_files import load_rules, rule_files

SOUND = '''title = "核查"
[paper.law]
title = "义务教育法"
[value.school_from]
title = "入学年龄"
items = [ { from = 2015-09-01, is = 6, paper = "law" } ]
area.990001.items = [ { from = 2020-09-01, is = 7, paper = "law" } ]
[rule.not_at_school]
of       = "person"
title    = { zh = "学龄不在校", en = "Not at school" }
severity = "doubtful"
wrong    = { age = { at_least = "school_from", at_most = 15 }, school = "none" }
message  = { zh = "{name}{age}岁,{household.name}户", en = "{name} is {age}" }
fix      = { zh = "问清", en = "Ask", form = "person.update" }
source   = "law"
owner    = ["helper", "village_officer"]
[[rule.not_at_school.case]]
title = "一个不在校,一个在校"
on    = 2026-03-31
given.person = """
id | birth      | school
甲 | 2014-05-01 | none
乙 | 2014-05-01 | primary
"""
wrong = ["甲"]
right = ["乙"]
'''


def _read(text: str) -> tuple[Rule, ...]:
    return load_rules(text, file="quality/x.toml", grounds=grounds())


def test_a_rule_is_read_with_its_values_regions_and_cases() -> None:
    (rule,) = _read(SOUND)
    assert rule.key == "not_at_school" and rule.kind.name == "person"
    assert rule.parameters() == ("school_from",) and rule.areas() == ("990001",)
    assert rule.blanks == ("name", "age", "household.name")
    assert list(rule.sources()) == ["义务教育法"]
    assert [(one.wrong, one.right) for one in rule.cases] == [(("甲",), ("乙",))]


@pytest.mark.parametrize(
    ("written", "instead", "line", "says"),
    [
        ('of       = "person"', 'of = "persom"', 9, "是不是 person"),
        ('school = "none"', 'scool = "none"', 12, "是不是 school"),
        ('school = "none"', 'school = "nobody"', 12, "没有“nobody”这个选项"),
        ('"school_from", at_most', '"shool_from", at_most', 12, "是不是 school_from"),
        ('severity = "doubtful"', 'severity = "doubtfull"', 11, "是不是 doubtful"),
        ("{age}岁", "{agee}岁", 13, "是不是 age"),
        ("{household.name}户", "{household.nam}户", 13, "没有“household.nam”这个字段"),
        ('form = "person.update"', 'form = "person.updat"', 14, "是不是 person.update"),
        ('form = "person.update"', 'form = "household.update"', 14, "没有“household.update”"),
        ('form = "person.update"', 'on = "househol", form = "household.update"', 14, "household"),
        ('source   = "law"', 'source = "lau"', 15, "是不是 law"),
        ('"village_officer"]', '"village_oficer"]', 16, "是不是 village_officer"),
        ('right = ["乙"]', "", 17, "没有一例画出对的记录"),
        ('right = ["乙"]', 'right = ["丁"]', 26, "没有画出"),
        ("id | birth ", "id | birht ", 20, "是不是 birth"),
        ("area.990001.items", "area.county.items", 7, "不是区划代码"),
        ('is = 7, paper = "law"', 'is = 7, paper = "low"', 7, "是不是 law"),
        ('[rule.not_at_school]', '[rule.not-at-school]', 8, "只能用小写字母"),
        ('title = "核查"', 'titel = "核查"', 1, "title"),
        ("[paper.law]", "[papers.law]", 2, "paper"),
        ('school = "none"', 'ethnicity = "x"', 12, "民族"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    written: str, instead: str, line: int, says: str
) -> None:
    assert written in SOUND
    with pytest.raises(ProgrammeErrors) as caught:
        _read(SOUND.replace(written, instead, 1))
    told = {p.line: p.text() for p in caught.value.problems}
    assert line in told, caught.value.text()
    assert says in told[line], told[line]
    assert all(re.search(r"\w", p.cure.zh) for p in caught.value.problems)


def test_a_value_that_names_no_paper_or_goes_in_a_circle_is_told() -> None:
    circle = '[list.one]\nof = "two"\n[list.two]\nof = "one"\n'
    with pytest.raises(ProgrammeErrors) as caught:
        _read(SOUND + circle)
    assert "绕成了圈" in caught.value.text()


def test_every_rule_that_comes_with_the_product_has_its_case_and_its_words() -> None:
    assert rule_files() and rules()
    for rule in rules().values():
        assert any(one.wrong for one in rule.cases) and any(one.right for one in rule.cases)
        assert rule.title.en and rule.title.zh and list(rule.sources())
