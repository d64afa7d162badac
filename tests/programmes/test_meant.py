"""Words that people write for those of the language: the cure names the one that is meant."""

from __future__ import annotations

import pytest

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.loader import load
from bangfu.programmes.meant import as_day, as_duration, as_number, as_window_day, meant
from bangfu.programmes.problems import Problem, ProgrammeErrors

SOUND = """\
title = "示例"
owner = "office"
area  = "990001"
from  = 2026-01-01
to    = 2026-12-31

[organisation.office]
title = "办公室"

[list.monitored]
of = "household"
where.kind = "monitored"

[list.cadres]
of = "person"
where.post.real = true

[pairing.link]
helper  = { of = "cadres" }
subject = { of = "monitored" }

[activity.home_visit]
of = "visit"
where.mode = "home"

[list.needs]
of = "need"
"""
TARGET = '[target.t]\nof = "monitored"\n'
REVIEW = (
    '[list.orgs]\nof = "organisation"\n'
    '[review.r]\nowner = "office"\neach = "orgs"\nper = "year"\n'
    'grades = [ { at_least = 60, is = "好" }, { at_least = 0, is = "差" } ]\n'
    'items.a = { title = "台账", points = 100 }\n'
    '[list.l]\nof = "orgs"\n'
)
DUTY = '[duty.d]\neach = "link"\nof = "home_visit"\n'


def problems(text: str) -> tuple[Problem, ...]:
    """Every problem of a file, in the order of its lines."""
    with pytest.raises(ProgrammeErrors) as caught:
        load(text, name="wrong", vocabulary=VOCABULARY)
    return caught.value.problems


@pytest.mark.parametrize(
    ("added", "cure"),
    [
        (DUTY + 'every = "quarterly"\nat_least = 1\n', "per"),
        (DUTY + 'per = "quarterly"\nat_least = 1\n', "quarter"),
        (DUTY + 'per = "monthly"\nat_least = 1\n', "month"),
        (DUTY + 'per = "annually"\nat_least = 1\n', "year"),
        (DUTY + 'per = "semiannual"\nat_least = 1\n', "half_year"),
        (DUTY + 'per = "每季度"\nat_least = 1\n', 'per = "quarter"'),
        (DUTY + 'per = "every 2 months"\nat_least = 1\n', 'per = "2 months"'),
        (DUTY + 'per = "month"\nmin = 1\n', "at_least"),
        (DUTY + 'per = "month"\nat_least = "1次"\n', "at_least = 1"),
        (DUTY + 'per = "month"\nat_least = "10"\n', "at_least = 10"),
        (DUTY + 'within = "5个工作日"\nat_least = 1\n', 'within = "5 working days"'),
        (DUTY + 'within = "24小时"\nat_least = 1\n', 'within = "24 hours"'),
        (DUTY + 'window = ["农历12-23", "lunar 01-15"]\nat_least = 1\n', '"lunar 12-23"'),
        (DUTY + 'window = ["5月1日", "05-31"]\nat_least = 1\n', '"05-01"'),
        (DUTY + 'window = { from = "05-01", to = "05-31" }\nat_least = 1\n', '["05-01", "05-31"]'),
        ('[list.a]\nof = "monitored"\nfilter.size = 3\n', "where"),
        ('[list.a]\nof = "family"\n', "household"),
        ('[list.a]\nof = "township"\n', 'where.level = "township"'),
        ('[list.a]\nof = "place"\nwhere.kind = "village"\n', 'level = "village"'),
        ('[list.a]\nof = "household"\nwhere.kind = "脱贫户"\n', "写 poor（脱贫户）"),
        ('[list.a]\nof = "person"\nwhere.gender = "2"\n', "sex"),
        ('[list.a]\nof = "person"\nwhere.age = { gte = 60 }\n', "at_least"),
        ('[list.a]\nof = "person"\nwhere.age = { lt = 60 }\n', "below"),
        ('[list.a]\nof = "need"\nwhere.closed.to = "7 days after dat"\n', "date"),
        ('[list.a]\nof = "need"\nwhere.closed.to = "7 working days after date"\n', "within"),
        ('[figure.a]\nof = "monitored"\ngroup_by = "place"\n', "by"),
        ('[figure.a]\nof = "entry"\nsum = "money"\n', "amount"),
        ('[activity.a]\nof = "visit"\nitems.q = { title = "问", type = "boolean" }\n', "yes_no"),
        ('[activity.a]\nof = "visit"\nitems.q = { title = "问", type = "select",'
         ' items = { a = "甲" } }\n', "choice"),
        ('[document.a]\ntype = "briefing"\nitems.a = { title = "一", items = ["home_visit"] }\n',
         "bulletin"),
        ('[class.a]\neach = "monitored"\noptions = { a = "甲" }\n', "items"),
        ('[goal.a]\nof = "monitored"\nat_least = 1\n', "target"),
    ],
)  # fmt: skip
def test_the_word_that_was_meant_is_the_one_that_is_named(added: str, cure: str) -> None:
    (found,) = problems(f"{SOUND}\n{added}")
    assert cure in found.cure.zh


def test_a_word_that_is_called_otherwise_is_not_missing_besides() -> None:
    wrong = SOUND.replace("title =", "name =", 1).replace("from  =", "start =")
    assert [(one.line, one.key) for one in problems(wrong)] == [(1, "name"), (4, "start")]


def test_what_stands_in_a_section_that_is_called_otherwise_is_not_missing_besides() -> None:
    wrong = SOUND.replace("[organisation.office]", "[organizations.office]")
    (found,) = problems(wrong)
    assert "organisation" in found.cure.zh


def test_a_name_that_is_a_kind_is_said_once() -> None:
    added = '[activity.meeting]\nof = "visit"\nitems.hours = { title = "时长", type = "number" }\n'
    uses = '\n[figure.hours_spent]\nof = "meeting"\nsum = "hours"\n'
    (found,) = problems(f"{SOUND}\n{added}{uses}")
    assert "是一种记录" in found.message.zh


def test_numbers_that_somebody_stated_may_be_shares_of_each_other() -> None:
    added = """
[code.numbers]
of    = "statistic.name"
items = { loans = "贷款余额", bad_loans = "不良贷款余额" }

[list.bad]
of = "statistic"
where.name = "bad_loans"

[list.whole]
of = "statistic"
where.name = "loans"

[target.few_bad]
of       = "bad"
sum      = "value"
out_of   = { of = "whole", sum = "value" }
at_most  = "2%"
"""
    load(SOUND + added, name="right", vocabulary=VOCABULARY)


def test_the_last_grade_is_told_how_to_say_the_rest() -> None:
    added = """
[review.r]
owner = "office"
each  = "office"
items.a = { title = "等次", items = [ { at_least = 90, is = "优" }, { is = "差" } ] }
"""
    assert any("at_least = 0" in one.cure.zh for one in problems(SOUND + added))


@pytest.mark.parametrize(
    ("added", "route", "told"),
    [
        (
            '[activity.talk_sort]\nof = "talk"\n'
            'items.kind = { title = "类", type = "choice", items = { guide = "指导" } }\n',
            "activity.talk_sort.items.kind",
            "kind_told",
        ),
        (
            '[list.days]\nof = "stint"\n'
            '[duty.there]\neach = "link"\nof = "days"\nper = "month"\nat_least = 1\n',
            "duty.there.each",
            'as = "person"',
        ),
        (
            DUTY + 'per = "month"\nat_least = 1\n'
            '[list.l]\nof = "monitored"\n'
            'where.d = { as = "each.subject", verdict = "short", in_a_row = 2, at_least = 3 }\n',
            "list.l.where.d.in_a_row",
            "at_least",
        ),
        (
            DUTY + 'per = "month"\nat_least = 1\n'
            '[list.l]\nof = "monitored"\nwhere.d = { as = "each.subject", in_a_row = 2 }\n',
            "list.l.where.d.in_a_row",
            "verdict",
        ),
        (
            '[list.orgs]\nof = "organisation"\n'
            '[review.r]\nowner = "office"\neach = "orgs"\n'
            'items.a = { of = "home_visit", as = "organisation", at_most = 0, is = "差" }\n',
            "review.r.items.a.is",
            "grades",
        ),
        (
            '[list.orgs]\nof = "organisation"\n'
            '[review.r]\nowner = "office"\neach = "orgs"\n'
            'grades = [ { at_least = 0, is = "差" } ]\nitems.a = { points = 5, is = "差" }\n',
            "review.r.items.a.points",
            "points",
        ),
        (
            '[list.orgs]\nof = "organisation"\n'
            '[review.r]\nowner = "office"\neach = "orgs"\n'
            'grades = [ { at_least = 0, is = "差" } ]\n'
            'items.a = { of = "home_visit", as = "organisation", at_most = 0, proof = "note" }\n',
            "review.r.items.a.proof",
            "proof",
        ),
        (
            '[list.orgs]\nof = "organisation"\n'
            '[review.r]\nowner = "office"\neach = "orgs"\n'
            'grades = [ { at_least = 0, is = "差" } ]\n'
            'items.a = { of = "home_visit", as = "organisation", is = "差" }\n',
            "review.r.items.a.is",
            "at_most = 0",
        ),
        (REVIEW + 'where.r = { grade = "差", in_a_row = 2 }\n', "list.l.where.r.in_a_row", "whole"),
        (
            REVIEW + 'where.r = { item = ["a", "whole"], grade = "差", in_a_row = 2 }\n',
            "list.l.where.r.in_a_row",
            "whole",
        ),
        (
            REVIEW + 'where.r = { item = "whole", in_a_row = 2 }\n',
            "list.l.where.r.in_a_row",
            "grade",
        ),
        (
            REVIEW + 'where.r = { item = "whole", grade = "差", in_a_row = 2, at_least = 2 }\n',
            "list.l.where.r.in_a_row",
            "at_least",
        ),
        (
            REVIEW + 'where.r = { as = "round", item = "whole", grade = "差", in_a_row = 2 }\n',
            "list.l.where.r.as",
            "as",
        ),
        (
            REVIEW + 'where.r = { item = "whole", grade = "差差", in_a_row = 2 }\n',
            "list.l.where.r.grade",
            "差",
        ),
        (REVIEW + 'where.r = { item = "hole", grade = "差" }\n', "list.l.where.r.item", "whole"),
        (
            REVIEW + '[list.v]\nof = "visit"\n'
            'where.organisation.r = { item = "whole", grade = "差", in_a_row = 2 }\n',
            "list.v.where.organisation.r.in_a_row",
            "名单",
        ),
        (
            REVIEW + 'where.visit = { as = "organisation", in_a_row = 2 }\n',
            "list.l.where.visit.in_a_row",
            "任务的各期，或考核的结果",
        ),
        (DUTY + "at_least = 1\nin_a_row = 2\n", "duty.d.in_a_row", "条件（where）"),
        (TARGET + "at_least = { plus = 2 }\n", "target.t.at_least", "baseline"),
        (
            TARGET + 'baseline = "a year earlier"\nat_least = { plus = "2%" }\n',
            "target.t.at_least.plus",
            "{ times = 1.1 }",
        ),
        (
            TARGET + 'baseline = 2025-12-31\nout_of = "household"\nat_least = { plus = 2 }\n',
            "target.t.at_least.plus",
            'plus = "2%"',
        ),
        (TARGET + 'at_least = { plus = "2 more" }\n', "target.t.at_least", "{ plus = 2 }"),
        (
            TARGET + 'baseline = 2025-12-31\nat_least = { plus = "two" }\n',
            "target.t.at_least.plus",
            "[value.",
        ),
        (
            TARGET + 'baseline = 2025-12-31\nat_least = { times = "monitored" }\n',
            "target.t.at_least.times",
            "[value.",
        ),
        (TARGET + 'baseline = "88%"\nat_least = 3\n', "target.t.baseline", "out_of"),
        (DUTY.replace('each = "link"', 'each = ["a", "b"]'), "duty.d.each", "of = ["),
        (DUTY + 'at_least = 1\nlasts = "1 year"\n', "duty.d.lasts", "[agreement]"),
        (
            '[list.l]\nof = "household"\nwhere.partial = "share"\n',
            "list.l.where.partial",
            "[duty]",
        ),
    ],
)
def test_what_would_not_count_is_told(added: str, route: str, told: str) -> None:
    found = [one for one in problems(SOUND + added) if one.key == route]
    assert any(told in one.cure.zh for one in found), [str(one) for one in problems(SOUND + added)]


def test_a_list_may_bear_the_name_of_a_word_of_conditions() -> None:
    added = '[list.below]\nof = "household"\nwhere.size.below = 3\n'
    added += '[list.at_least]\nof = "household"\nwhere.visit = { as = "whom", at_least = 2 }\n'
    load(SOUND + added, name="sound", vocabulary=VOCABULARY)


def test_what_is_no_value_is_not_read_as_one() -> None:
    assert as_duration("soon") is None and as_duration("1 day") == "1 day"
    assert as_number("two") is None and as_number("≥90%") == '"90%"'
    assert as_number("30万") == "300000" and as_number("1.5亿元") == "150000000"
    assert as_day("2026-03") is None and as_day("2026年3月5日") == "2026-03-05"
    assert as_window_day("13-45") is None and as_window_day("2026-03-05") == "2026-03-05"
    assert meant("wibble", ["month"]) is None and meant("Every Month", ["month"]) == "month"


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("last workday", '"last working day"'),
        ("first business day", '"first working day"'),
        ("每月最后一个工作日", '"last working day"'),
        ("第一个工作日", '"first working day"'),
        ("one month before ended", '"1 month before ended"'),
        ("2 moths after began", '"2 months after began"'),
        ("2 working days before ended", None),
        ("3 hours after began", None),
    ],
)
def test_a_side_of_a_window_is_told_as_the_language_writes_it(said: str, right: str | None) -> None:
    assert as_window_day(said) == right
