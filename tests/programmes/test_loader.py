"""Programme files that are right load; those that are wrong say where, what, and what instead."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.programmes.loader import load
from bangfu.programmes.problems import Problem, ProgrammeErrors
from bangfu.programmes.programme import Programme
from tests.programmes.vocabulary_for_tests import SMALL, WIDE

SKETCHES = sorted((Path(__file__).parent / "sketches").glob("*.toml"))

SOUND = """\
title = "示例"
owner = "office"
area  = "990001"
from  = 2009-01-15
to    = 2009-12-31

[clause]
"1" = "组织"

[paper.notice]
title = "通知"

[organisation.office]
title = "办公室"

[list]
villages = { title = "村", of = "place", where = { level = "village" } }
units    = { title = "单位", of = "organisation", where = { kind = "unit" } }
cadres   = { title = "干部", of = "person", where = { post = { organisation = { units = true } } } }

[enrol.helped]
title = "帮扶对象"
of    = "person"

[class.need_kind]
title = "需求分类"
each  = "helped"
items = { rights = "维权", start_up = "创业" }

[pairing.link]
title   = "结对"
helper  = { of = "cadres", exactly = 1 }
subject = { of = "helped", exactly = 1 }

[value.line]
title = "线"
items = [ { from = 2009-01-15, is = 5, paper = "notice" } ]

[figure.visits]
title = "走访"
of    = "visit"
"""


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ProgrammeErrors) as caught:
        load(text, name="broken", vocabulary=SMALL)
    return caught.value.problems


def test_the_sound_file_is_sound() -> None:
    assert load(SOUND, name="sound", vocabulary=SMALL).title == "示例"


#: A way of papers, and a ledger that goes by it.
WAY = (
    '[workflow.w]\neach="document"\nitems.a={title="一",owner="writer"}\n'
    'items.b={title="二",after="a",owner="office"}\n'
    'items.c={title="三",after="b",owner="issuer"}\n'
)
LEDGER = '[document.d]\ntype="ledger"\nof="helped"\nitems=["name"]\nworkflow="w"\n'
#: What is added to the sound file ("!" marks the line of the error), and what the error and its
#: cure must say.
BROKEN = {
    "unknown word": ('[duty.d]\neach="units"\nof="visit"\n!at_leest=1', "at_leest", "at_least"),
    "unknown section": ('![dutty.d]\neach="units"', "dutty", "duty"),
    "word of another section": ('[list.x]\nof="visit"\n!per="month"', "[list]", "of"),
    "word of another line": (
        '[target.t]\nof="visit"\nitems=[\n! { on=2009-12-31, at_least=1, per="year" } ]',
        "per",
        "on",
    ),
    "missing word": ('![duty.d]\nof="visit"\nat_least=1', "each", "each"),
    "wrong sort of value": (
        '[duty.d]\neach="units"\nof="visit"\n!within="soon"\nat_least=1',
        "within",
        "5 working days",
    ),
    "wrong period": (
        '[duty.d]\neach="units"\nof="visit"\n!per="Monthly"\nat_least=1',
        "per",
        "month",
    ),
    "period that is no list": (
        '[duty.d]\neach="units"\nof="visit"\n!per="mont"\nat_least=1',
        "mont",
        "month",
    ),
    "wrong bound": ('[duty.d]\neach="units"\nof="visit"\n!at_least="许多"', "at_least", "90%"),
    "wrong window": (
        '[duty.d]\neach="units"\nof="visit"\n!window=["6月","06-30"]\nat_least=1',
        "6月",
        "06-30",
    ),
    "closed set": ('[document.d]\n!type="leger"\nof="link"\nitems=["began"]', "leger", "ledger"),
    "day with quotation marks": (
        '[phase.p]\n!from="2009-02-01"\nto=2009-03-01',
        "不加引号",
        "from = 2009-02-01",
    ),
    "unknown list": ('[figure.f]\n!of="vilages"', "vilages", "villages"),
    "unknown kind in each": ('[duty.d]\n!each="unit"\nof="visit"\nat_least=1', "unit", "units"),
    "a value where records belong": ('[figure.f]\n!of="line"', "[value]", ""),
    "unknown field": ('[list.x]\nof="person"\n!where.brith.known=true', "brith", "birth"),
    "unknown field behind a link": (
        '[list.x]\nof="post"\n!where.organisation.knd="unit"',
        "knd",
        "kind",
    ),
    "unknown code": ('[list.x]\nof="place"\n!where.level="vilage"', "vilage", "village"),
    "rank that is none": ('[list.x]\nof="post"\n!where.rank.at_least="boss"', "boss", "section"),
    "text where a number belongs": (
        '[list.x]\nof="person"\n!where.age.at_least="18岁"',
        "18岁",
        "at_least",
    ),
    "bounds on a code": ('[list.x]\nof="person"\n!where.sex.at_least=1', "at_least", "known"),
    "day that is none": (
        '[list.x]\nof="visit"\n!where.date.from="last week"',
        "last week",
        "30 days ago",
    ),
    "flag that is text": ('[list.x]\nof="place"\n!where.key="yes"', "yes", "true"),
    "list of the same kind": (
        '[list.x]\nof="person"\n!where.cadres={at_least=1}',
        "cadres",
        "cadres = true",
    ),
    "tied records as a bare value": (
        '[list.x]\nof="person"\n!where.link="yes"',
        "link",
        "at_least = 1",
    ),
    "as of the other side": (
        '[list.x]\nof="site"\n!where.person={as="surface"}',
        "没有“surface”这个字段",
        "household",
    ),
    "two ties": ('[list.x]\nof="person"\n!where.visit={at_least=1}', "几个字段", 'as = "whom"'),
    "no tie": (
        '[list.x]\nof="site"\n!where.post={organisation={units=true},at_least=1,as="nowhere"}',
        "nowhere",
        "site",
    ),
    "class of another kind": ('[list.x]\nof="place"\n!where.need_kind="rights"', "分的类", ""),
    "class that is none": ('[list.x]\nof="helped"\n!where.need_kind="right"', "right", "rights"),
    "any without an array": ('[list.x]\nof="person"\n!where.any={age=1}', "any", "[ {"),
    "kinds that cannot be mixed": ('[figure.f]\n!of=["visit","post"]', "不是同一种", "分成几项"),
    "tie of each": ('[figure.f]\n!each="cadres"\nof="visit"', "几个字段", 'as = "who"'),
    "as that leads elsewhere": (
        '[figure.f]\neach="units"\nof="visit"\n!as="who.household"',
        "到不了",
        "organisation",
    ),
    "sum of no number": ('[figure.f]\nof="entry"\n!sum="kind"', "kind", "amount"),
    "distinct of nothing": ('[figure.f]\nof="visit"\n!distinct="whoom"', "whoom", "whom"),
    "sum and distinct": (
        '[figure.f]\nof="entry"\nsum="amount"\n!distinct="organisation"',
        "不能同时",
        "其中一个",
    ),
    "date that is no date": ('[figure.f]\nof="need"\n!on="kind"', "kind", "closed"),
    "held on an event": ('[figure.f]\nof="visit"\n!held="every"', "一天", "held"),
    "exactly and at_least": (
        '[duty.d]\neach="units"\nof="visit"\nat_least=1\n!exactly=2',
        "不能同时",
        "",
    ),
    "bounds crossed": (
        '[duty.d]\neach="units"\nof="visit"\nat_least=3\n!at_most=2',
        "小于",
        "对调",
    ),
    "name of no value": ('[duty.d]\neach="units"\nof="visit"\n!at_least="lin"', "lin", "line"),
    "times without baseline": ('[target.t]\nof="visit"\n!at_least={times=2}', "基数", "baseline"),
    "share of nothing": ('[target.t]\nof="visit"\n!at_least="80%"', "份额", "out_of"),
    "share that is no part": (
        '[target.t]\nof="visit"\nout_of="units"\n!at_least="80%"',
        "一部分",
        "units",
    ),
    "duty without bound": ('![duty.d]\neach="units"\nof="visit"', "没有写多少", "unclear"),
    "weekday without week": (
        '[duty.d]\neach="units"\nof="visit"\nper="month"\n!window=["friday","friday"]\nat_least=1',
        "friday",
        "week",
    ),
    "window backwards": (
        '[duty.d]\neach="units"\nof="visit"\nat_least=1\n!window=[2009-05-01,2009-04-01]',
        "早于",
        "对调",
    ),
    "window across the year": (
        '[duty.d]\neach="units"\nof="visit"\nper="year"\nat_least=1\n!window=["12-20","01-10"]',
        "跨了年",
        "两段",
    ),
    "to before from": ("[phase.p]\nfrom=2009-03-01\n!to=2009-02-01", "早于", "先后"),
    "outside the programme": ("[phase.p]\nfrom=2009-03-01\n!to=2010-02-01", "不在活动期间", "日期"),
    "values out of order": (
        '[value.v]\nitems=[\n {from=2009-03-01,is=1,paper="notice"},\n'
        '! {from=2009-02-01,is=2,paper="notice"} ]',
        "先后",
        "先后",
    ),
    "milestones out of order": (
        '[target.t]\nof="visit"\nitems=[\n {on=2009-03-01,at_least=1},\n'
        "! {on=2009-02-01,at_least=2} ]",
        "先后",
        "先后",
    ),
    "unknown paper": (
        '[value.v]\n!items=[{from=2009-03-01,is=1,paper="notce"}]',
        "notce",
        "notice",
    ),
    "value for an unknown rank": (
        '[value.v]\nby="post.rank"\nitems=[\n'
        '! {from=2009-03-01,is={section=3,staf=1},paper="notice"}]',
        "staf",
        "staff",
    ),
    "value for a word that is no rank": (
        '[value.v]\nby="rank"\nitems=[\n! {from=2009-03-01,is={xyz=3},paper="notice"}]',
        "xyz",
        "deputy_section",
    ),
    "value by a field that is none": (
        '[value.v]\n!by="post.ranks"\nitems=[{from=2009-03-01,is={staff=1},paper="notice"}]',
        "post.ranks",
        "post.rank",
    ),
    "value for a place by its name": (
        '[value.v]\nby="place"\nitems=[\n! {from=2009-03-01,is={"甲村"=1},paper="notice"}]',
        "甲村",
        "区划代码",
    ),
    "days of the calendar as exceptions": (
        '[duty.d]\neach="units"\nof="visit"\nat_least=1\n!except=[["2009-02-01","2009-02-07"]]',
        "except",
        'except = "leave"',
    ),
    "days of the calendar as an exception": (
        '[duty.d]\neach="units"\nof="visit"\nat_least=1\n!except={from=2009-02-01}',
        "当场写的名单",
        "where",
    ),
    "different quarters": (
        '[figure.f]\nof="visit"\n!distinct="quarter"',
        "不能按“quarter”去重，只能按 day、week、month",
        'also = [ { per = "quarter"',
    ),
    "different months by another word": (
        '[figure.f]\nof="visit"\n!distinct="months"',
        "没有“months”这种去重",
        "是不是 month？",
    ),
    "window around a day that records lack": (
        '[duty.d]\neach="link"\nof="visit"\nat_least=1\n!window=["1 month before end","end"]',
        "结对没有“end”这一天",
        "ended",
    ),
    "window around each record's day in a target": (
        '[target.t]\nof="visit"\nat_least=1\n!window=["1 month before ended","ended"]',
        "不能写在这里",
        "duty",
    ),
    "window around each record's day in every month": (
        '[duty.d]\neach="link"\nof="visit"\nat_least=1\nper="month"\n'
        '!window=["1 month before ended","ended"]',
        "不能同 per 一起写",
        "删去 per",
    ),
    "window around each record's day that ends before it begins": (
        '[duty.d]\neach="link"\nof="visit"\nat_least=1\n'
        '!window=["3 months after began","2 months after began"]',
        "末日早于首日",
        "对调",
    ),
    "twins counted": (
        '[list.x]\nof="visit"\n!where.twin={by="who",exactly=0}',
        "不数有几条",
        "none = [",
    ),
    "pointers held against each other": (
        '[list.x]\nof="link"\n!where.helper={same_as="subject"}',
        "指向一条记录",
        "twin",
    ),
    "field that one of those outside lacks": (
        '[list.x]\nof="link"\n!where.helper={visit={as="who",date={before="this.began"}}}',
        "“began”",
        "birth",
    ),
    "way that leads to a place instead of to each": (
        '[duty.d]\neach="taken"\nof="visit"\n!as="whom"\nat_least=1\n'
        '[list.taken]\nof="enrolment"\nwhere.name="helped"',
        "到不了纳入",
        "about",
    ),
    "value by rank as one number": (
        '[value.v]\nby="rank"\n!items=[{from=2009-03-01,is=1,paper="notice"}]',
        "by",
        "is",
    ),
    "unknown clause": ('[figure.f]\n!clause="7"\nof="visit"', "7", "1"),
    "unknown owner": ('[alert.a]\n!owner="ofice"\nof="need"', "ofice", "office"),
    "owner that is no body": ('[alert.a]\n!owner="visits"\nof="need"', "不是组织", ""),
    "unknown reader": ('[list.x]\nof="need"\n!readers=["offic"]', "offic", "office"),
    "unknown reviewer": (
        '[document.d]\ntype="report"\n!reviewer="offic"\nitems.a={title="一",items=["need"]}',
        "offic",
        "office",
    ),
    "step that waits for itself": (
        '[workflow.w]\neach="helped"\n!items.a={title="一",after="b"}\nitems.b={after="a"}',
        "要等它自己",
        "圈",
    ),
    "step after an outcome that is none": (
        '[workflow.w]\neach="helped"\nitems.a={}\n!items.b={after="a",where={outcome="won"}}',
        "outcome 不能是",
        "refused",
    ),
    "step after an outcome of no step": (
        '[workflow.w]\neach="helped"\n!items.b={where={outcome="refused"}}',
        "哪一步",
        "after",
    ),
    "pairing handed over by a way without a successor": (
        '[pairing.q]\n!workflow="w"\nhelper={of="cadres"}\nsubject={of="helped"}\n'
        '[workflow.w]\neach="helped"\nitems.a={title="答复",owner="office"}',
        "要有一步由接手人答复",
        "successor",
    ),
    "way with two successors": (
        '[pairing.q]\n!workflow="w"\nhelper={of="cadres"}\nsubject={of="helped"}\n'
        '[workflow.w]\neach="helped"\nitems.a={title="答复",owner="successor"}\nitems.b={title="再答",owner="successor"}',
        "只有一步",
        "successor",
    ),
    "way for another kind": (
        '[pairing.q]\n!workflow="w"\nhelper={of="cadres"}\nsubject={of="helped"}\n'
        '[workflow.w]\neach="visit"\nitems.a={title="答复",owner="successor"}',
        "结对的对象是",
        "helped",
    ),
    "successor of no pairing": (
        '[pairing.q]\nhelper={of="cadres"}\nsubject={of="helped"}\n'
        '[workflow.w]\neach="helped"\n!items.a={title="答复",owner="successor"}',
        "没有哪种结对",
        "pairing",
    ),
    "successor beside another owner": (
        '[pairing.q]\nworkflow="w"\nhelper={of="cadres"}\nsubject={of="helped"}\n'
        '[workflow.w]\neach="helped"\n!items.a={title="答复",owner=["successor","office"]}',
        "不能与别的名字并列",
        "successor",
    ),
    "successor on a condition": (
        '[pairing.q]\nworkflow="w"\nhelper={of="cadres"}\nsubject={of="helped"}\n'
        '[workflow.w]\neach="helped"\n!items.a={title="答复",owner="successor",where={urgent=true}}',
        "不能附条件",
        "where",
    ),
    "successor with papers": (
        '[pairing.q]\nworkflow="w"\nhelper={of="cadres"}\nsubject={of="helped"}\n'
        '[workflow.w]\neach="helped"\n!items.a={title="答复",owner="successor",proof="note"}',
        "不用 proof",
        "另写一步",
    ),
    "appeal against a hand-over": (
        '[pairing.q]\nworkflow="w"\nhelper={of="cadres"}\nsubject={of="helped"}\n'
        '[workflow.w]\neach="helped"\nitems.a={title="答复",owner="successor"}\n!items.b={title="申诉",owner="office",after="a",where={outcome="appealed"}}',
        "没有申诉",
        "另行提出",
    ),
    "enrolment by a way of handing over": (
        '[pairing.q]\nworkflow="w"\nhelper={of="cadres"}\nsubject={of="helped"}\n'
        '[workflow.w]\neach="helped"\nitems.a={title="答复",owner="successor"}\n'
        '[enrol.e]\nof="person"\n!workflow="w"',
        "是移交用的",
        "另写",
    ),
    "paper by a workflow for subjects": (
        '[document.d]\ntype="ledger"\nof="helped"\nitems=["name"]\n!workflow="w"\n'
        '[workflow.w]\neach="helped"\nitems.a={title="一",owner="office"}',
        "不是审签材料用的",
        "writer",
    ),
    "paper by no workflow": (
        '[document.d]\ntype="ledger"\nof="helped"\nitems=["name"]\n!workflow="ww"\n' + WAY,
        "ww",
        "w",
    ),
    "paper that bears a signature and has no step for it": (
        '[document.d]\ntype="report"\nitems.a={title="一",items=["need"]}\n!workflow="w"\n' + WAY,
        "没有签发的一步",
        "signer",
    ),
    "signer whom no step asks": (
        '[document.d]\ntype="ledger"\nof="helped"\nitems=["name"]\nworkflow="w"\n'
        '!signer="office"\n' + WAY,
        "用不上",
        "去掉 signer",
    ),
    "reviewer's step without a reviewer": (
        '[document.d]\ntype="ledger"\nof="helped"\nitems=["name"]\n!workflow="w"\n'
        + WAY.replace('"office"', '"reviewer"'),
        "没有写 reviewer",
        "加上 reviewer",
    ),
    "way of papers for people": (
        LEDGER + WAY.replace('each="document"', '!each="helped"'),
        "办的是材料",
        "document",
    ),
    "way of papers that nobody issues": (
        LEDGER + WAY.replace('"issuer"', '"office"').replace("[workflow", "![workflow"),
        "印发的步骤有 0 个",
        "issuer",
    ),
    "way of papers that two write": (
        LEDGER + WAY.replace("items.b", "!items.b").replace('"office"', '"writer"'),
        "起草送审的步骤有 2 个",
        "writer",
    ),
    "review before it is written": (
        LEDGER + WAY.replace("items.b", "!items.b").replace(',after="a"', ""),
        "起草送审在最先",
        "after",
    ),
    "issue that waits for no review": (
        LEDGER + WAY.replace("items.c", "!items.c").replace('after="b"', 'after="a"'),
        "没有等“b”",
        "补上",
    ),
    "step of a paper that is nobody's": (
        LEDGER + WAY.replace("items.b", "!items.b").replace(',owner="office"', ""),
        "写一个 owner",
        "谁的步骤",
    ),
    "writer beside a unit": (
        LEDGER + WAY.replace("items.a", "!items.a").replace('"writer"', '["writer","office"]'),
        "不并列",
        "谁的步骤",
    ),
    "step of a paper on evidence": (
        LEDGER + WAY.replace("items.b", "!items.b").replace('"office"', '"office",proof="note"'),
        "不用 proof",
        "去掉 proof",
    ),
    "way of papers of no document": (
        WAY.replace("[workflow", "![workflow"),
        "没有哪份材料",
        "document",
    ),
    "enrolment by a way of papers": (
        LEDGER + '[enrol.e]\nof="person"\n!workflow="w"\n' + WAY,
        "审签材料用的",
        "另写",
    ),
    "unknown workflow": ('[enrol.e]\nof="person"\n!workflow="admision"', "admision", ""),
    "unknown phase": ('[measure.m]\nowner="office"\nof="visit"\nat_least=1\n!phase="p"', "p", ""),
    "unknown after": (
        '[pairing.q]\n!after="lnk"\nhelper={of="cadres"}\nsubject={of="helped"}',
        "lnk",
        "link",
    ),
    "step after no step": (
        '[workflow.w]\neach="helped"\nitems.a={title="一"}\n!items.b={title="二",after="aa"}',
        "aa",
        "a",
    ),
    "part that shows nothing": (
        '[document.d]\ntype="report"\n!items.a={title="一",items=["visit_"]}',
        "visit_",
        "visits",
    ),
    "column that is none": (
        '[document.d]\ntype="ledger"\nof="link"\n!items=["helpr","began"]',
        "helpr",
        "helper",
    ),
    "name used twice": ('![figure.villages]\nof="visit"', "villages", "换一个"),
    "name of a kind": ('![list.visit]\nof="person"', "visit", "名称"),
    "name with capitals": ('![list.Cadres]\nof="person"', "Cadres", "title"),
    "circle": ('![list.a]\nof="b"\n[list.b]\nof="a"', "a → b → a", "种类"),
    "circle through conditions": (
        '![list.a]\nof="helped"\nwhere.b=true\n[list.b]\nof="helped"\nwhere.a=true',
        "圈",
        "种类",
    ),
    "question named like a list": (
        '[activity.x]\nof="visit"\n!items.units={title="单位",type="text"}',
        "同名",
        "名字",
    ),
    "choice without options": (
        '[activity.x]\nof="visit"\n!items.q={title="问",type="choice"}',
        "选项",
        "items",
    ),
    "code of no book": ('[code.c]\n!of="person.sex"\nitems={x="其他"}', "person.sex", "need.kind"),
    "code that is there": ('[code.c]\nof="need.kind"\n!items={road="路"}', "road", "删去"),
    "code that is no word": ('[code.c]\nof="need.kind"\n!items={"Lamp"="灯"}', "Lamp", "例如"),
    "code that could be added": ('[list.x]\nof="need"\n!where.kind="lamp"', "lamp", "[code]"),
    "option that is none": (
        '[activity.x]\nof="visit"\nitems.q={title="问",type="choice",items={ok="好"}}\n'
        '[list.y]\nof="x"\n!where.q="okay"',
        "okay",
        "ok",
    ),
    "bound on an answer of words": (
        '[activity.x]\nof="visit"\nitems.q={title="问",type="text"}\n'
        '[list.y]\nof="x"\n!where.q={at_least=1}',
        "at_least",
        "known",
    ),
    "groups by several": ('[figure.f]\nof="visit"\n!by="who"', "分组", "each"),
    "groups by several answers": (
        '[activity.x]\nof="visit"\nitems.q={title="问",type="choices",items={ok="好"}}\n'
        '[figure.f]\nof="x"\n!by="q"',
        "几项",
        "名单",
    ),
    "groups by several classes": ('[figure.f]\nof="helped"\n!by="need_kind"', "几类", "at_most"),
    "distinct through several records": (
        '[figure.f]\nof="visit"\n!distinct="who.post.organisation"',
        "几条记录",
        "each",
    ),
    "figure in a condition": (
        '[list.x]\nof="place"\n!where.visit={at_least="visits",as="place"}',
        "visits",
        "参数",
    ),
    "value by case in a condition": (
        '[value.v]\nby="rank"\nitems=[{from=2009-03-01,is={staff=1},paper="notice"}]\n'
        '[list.x]\nof="person"\n!where.age.at_least="v"',
        "每种情况",
        "参数",
    ),
    "function without each": (
        '[target.f]\nof="visit"\nat_least=2\n!function="a_week_apart"',
        "each",
        "each",
    ),
    "function of nothing": (
        '[target.f]\neach="helped"\nat_least=2\n!function="a_week_apart"',
        "数的是什么",
        "of",
    ),
    "function that nobody wrote": (
        '[target.f]\nof="visit"\neach="helped"\nas="whom"\nat_least=2\n!function="travel_time"',
        "travel_time",
        "a_week_apart",
    ),
    "function in a figure": (
        '[figure.f]\nof="visit"\neach="helped"\nas="whom"\n!function="a_week_apart"',
        "不能写在这里",
        "任务",
    ),
    "function and sum": (
        '[target.f]\nof="visit"\neach="helped"\nas="whom"\nsum="people"\nat_least=2\n'
        '!function="a_week_apart"',
        "sum",
        "留下",
    ),
    "term of an agreement in hours": (
        '[agreement.a]\nhelper={of="cadres"}\nsubject={of="helped"}\n!lasts="3 hours"',
        "3 hours",
        "1 year",
    ),
    "obligation of nobody": (
        '[agreement.a]\nhelper={of="cadres"}\nsubject={of="helped"}\n'
        '!items.x={title="走访",owner="both",of="visit",at_least=1}',
        "both",
        "helper",
    ),
    "thought condition as a class": (
        '[class.c]\neach="helped"\n!items={thought="思想问题",other="其他"}',
        "思想状况",
        "本人自述",
    ),
    "pregnancy as a question": (
        '[activity.x]\nof="visit"\n!items.pregnancy={title="孕情",type="yes_no"}',
        "孕",
        "自愿",
    ),
    "ethnicity as a list": ('![list.x]\ntitle="少数民族群众"\nof="person"', "民族", "困难"),
    "religion as a condition": ('[list.x]\nof="person"\n!where.religion="x"', "宗教", "人数"),
    "points of villagers as a question": (
        '[activity.x]\nof="visit"\n!items.good={title="加分",type="number"}',
        "打分、排名",
        "自愿参加",
    ),
    "a board of the worst": (
        '[class.c]\neach="helped"\n!items={red="红榜",black="黑榜"}',
        "打分、排名",
        "全村合计",
    ),
    "a ranking of people": (
        '![figure.f]\ntitle="走访排名"\neach="helped"\nof="visit"\nas="whom"',
        "打分、排名",
        "考核单位",
    ),
    "untrustworthiness as grounds": (
        '[enrol.e]\nof="person"\n!items={blacklisted="失信人员"}',
        "失信",
        "自愿",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_says_where_what_and_what_instead(name: str) -> None:
    added, message, cure = BROKEN[name]
    line = SOUND.count("\n") + 1 + added[: added.index("!")].count("\n")
    found = problems(SOUND + added.replace("!", "", 1))
    said = [(one.line, one.text("zh")) for one in found]
    here = [one for one in found if one.line == line]
    assert here, said
    assert any(message in one.key + one.message.zh and cure in one.cure.zh for one in here), said
    assert all(one.message.en and one.cure.en for one in found)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('title = "a"\ntitle = "b"', 2, "两遍"),
        ("[list.a]\n[list.a]", 2, "两遍"),
        ('title = "a\nowner = "b"', 1, "引号"),
        ("标题 = 1", 1, "引号"),
        ("of = [1, 2", 1, "方括号"),
        ("x = { a = 1,\n b = 2 }", 1, "花括号"),
        ("from = 2009-02-30", 1, ""),
        ("a = 1 b = 2", 1, "一个词"),
        ("[list.a", 1, "方括号"),
        ("a = visit", 1, "引号"),
    ],
)
def test_what_is_not_toml_comes_alone_with_its_line(text: str, line: int, message: str) -> None:
    (problem,) = problems(text)
    assert problem.line == line
    assert message in problem.message.zh


def test_all_errors_come_at_once_in_the_order_of_lines() -> None:
    found = problems(
        SOUND + '[list.x]\nof="vilages"\nreader=["a"]\n[duty.d]\neach="unitz"\n'
        'of="visit"\nwindow=["x","y"]\n[figure.f]\nof="visit"\nsum="kind"\n'
    )
    keys = [one.key for one in found]
    assert keys == sorted(keys, key=lambda key: [one.line for one in found if one.key == key])
    assert {"list.x.reader", "duty.d.window", "figure.f.sum"} <= set(keys)


def test_a_month_day_that_fits_the_span_twice_is_an_error_and_once_is_not() -> None:
    two_years = SOUND.replace("to    = 2009-12-31", "to    = 2010-12-31")
    duty = '[duty.d]\neach="units"\nof="visit"\nat_least=1\nwindow=["06-01","06-30"]\n'
    load(SOUND + duty, name="once", vocabulary=SMALL)
    load(two_years + duty + 'per="year"', name="each year", vocabulary=SMALL)
    found = problems(two_years + duty)
    assert [one.key for one in found] == ["duty.d.window[1]", "duty.d.window[2]"]
    assert 'per = "year"' in found[0].cure.zh


def test_a_name_borne_twice_is_one_error_wherever_it_is_used() -> None:
    twice = """
[class.shops]
each  = "monitored"
items = { lamp = "路灯" }
[list.shops]
of = "organisation"
[list.near_shops]
of = "shops"
where.kind = "unit"
[figure.shop_visits]
of = "visit"
where.shops.at_least = 1
[duty.from_shops]
each = "shops"
of   = "visit"
per  = "shops"
at_least = "shops"
except = "shops"
after = "shops"
[document.of_shops]
type  = "bulletin"
items.one = { items = ["shops"] }
"""
    found = problems(SOUND + twice)
    assert [one.key for one in found] == ["list.shops"], [one.text() for one in found]


def test_added_words_that_bear_the_name_of_a_list_are_renamed_and_both_are_read_on() -> None:
    words = '[code.lamps]\nof = "need.kind"\nitems = { street_lamp = "路灯" }\n'
    those = '[list.lamps]\nof = "need"\nwhere.kind = "street_lamp"\n'
    more = '[list.late]\nof = "lamps"\nwhere.kind = "lamp_post"\n'
    for text in (words + those + more, those + words + more):
        found = {one.key: one.cure.zh for one in problems(SOUND + text)}
        assert [*found] == ["code.lamps", "list.late.where.kind"]
        assert "[code.lamps_codes]" in found["code.lamps"]
        assert "street_lamp" in found["list.late.where.kind"]


def test_a_broken_entry_is_not_blamed_on_those_that_name_it() -> None:
    found = problems(SOUND + '[list.x]\nof="person"\nwhy=1\n[figure.f]\nof="x"\n')
    assert [one.key for one in found] == ["list.x.why"]


@pytest.mark.parametrize("path", SKETCHES, ids=lambda path: path.stem)
def test_whole_programmes_load(path: Path) -> None:
    programme = load(path.read_text(encoding="utf-8"), name=path.stem, vocabulary=WIDE)
    assert len(programme.digest) == 64


def sketch(name: str) -> Programme:
    text = (Path(__file__).parent / "sketches" / f"{name}.toml").read_text(encoding="utf-8")
    return load(text, name=name, vocabulary=WIDE)


def test_a_list_knows_its_kind_and_its_whole_chain() -> None:
    s1 = sketch("s1")
    assert s1.kind_of("licensed_doctors") == "person"
    assert s1.conditions("licensed_doctors") == (
        ("person", {}),
        ("person", {"post": {"kind": "village_doctor"}}),
        ("person", {"qualification": {"kind": ("physician", "assistant_physician")}}),
    )


def test_an_activity_is_its_basic_kind_with_the_preset_first() -> None:
    s1 = sketch("s1")
    assert s1.kind_of("tour_lecture") == "training"
    assert s1.conditions("tour_lecture") == (
        ("activity", {"kind": "training"}),
        ("activity", {"topic": "tour"}),
    )


def test_several_kinds_become_one_condition() -> None:
    s2 = sketch("s2")
    assert s2.kind_of("care_contact") == "activity"
    assert s2.conditions("care_contact") == (
        ("activity", {"any": ({"kind": "visit"}, {"kind": "phone_call"})}),
        ("activity", {"topic": "care"}),
    )


def test_an_enrolment_gives_those_enrolled_and_knows_who_may_be() -> None:
    s1 = sketch("s1")
    assert s1.conditions("pilots") == (("place", {"enrolment": {"name": "pilots"}}),)
    assert s1.candidates("pilots") == (("place", {}), ("place", {"level": "village"}))


def test_pairings_organisations_and_rows_are_found_by_name() -> None:
    s1 = sketch("s1")
    assert s1.conditions("alliance") == (("pairing", {"name": "alliance"}),)
    assert s1.conditions("health_bureau") == (("organisation", {"name": "县卫生局"}),)
    assert s1.conditions("training_ten") == (("row", {"name": "training_ten"}),)
    assert s1.kind_of("training_ten") == "row"


def test_the_questions_of_an_activity_are_fields_of_its_records() -> None:
    n24 = sketch("n24")
    assert n24.record("unaware")["aware"].type == "flag"


def test_a_list_of_bodies_may_bear_a_name_that_a_list_of_people_may_not() -> None:
    schools = '[list.schools]\ntitle="民族中学"\nof="organisation"\n'
    load(SOUND + schools, name="schools", vocabulary=SMALL)
    assert "民族" in problems(SOUND + schools.replace("organisation", "person"))[0].message.zh


VALUES = st.one_of(
    st.sampled_from(["of", "units", "visit", "90%", "month", "a.b", "", "lunar 01-01", "today"]),
    st.integers(-3, 3),
    st.booleans(),
    st.dates(),
    st.just([]),
    st.just({}),
    st.just([[]]),
    st.just({"at_least": 1}),
    st.just({"known": "x"}),
    st.just([{"on": 1}]),
)
ROUTES = st.lists(st.integers(0, 50), min_size=1, max_size=5)


def spoilt(value: Any, route: list[int], wrong: Any) -> Any:
    """A file with whatever stands at the end of a way replaced by something wrong."""
    if not route or not isinstance(value, dict | list) or not value:
        return wrong
    if isinstance(value, dict):
        at = list(value)[route[0] % len(value)]
        return {**value, at: spoilt(value[at], route[1:], wrong)}
    at = route[0] % len(value)
    return [*value[:at], spoilt(value[at], route[1:], wrong), *value[at + 1 :]]


def written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key_text(k)} = {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(one) for one in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return key_text(value) if isinstance(value, str) else str(value)


def key_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(SKETCHES), st.lists(st.tuples(ROUTES, VALUES), min_size=1, max_size=3))
def test_whatever_is_wrong_is_a_problem_with_a_line_and_nothing_else_is_raised(
    path: Path, changes: list[tuple[list[int], Any]]
) -> None:
    tables: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    for route, wrong in changes:
        tables = spoilt(tables, route, wrong)
    if not isinstance(tables, dict):
        return
    text = "\n".join(f"{key_text(key)} = {written(value)}" for key, value in tables.items())
    try:
        load(text, name="spoilt", vocabulary=WIDE)
    except ProgrammeErrors as errors:
        assert errors.problems
        for problem in errors.problems:
            assert 1 <= problem.line <= text.count("\n") + 1
            assert problem.message.zh and problem.message.en and problem.cure.zh


def test_what_does_not_count_does_not_change_the_digest() -> None:
    spaced = SOUND.replace(" = ", "   =  ")
    one = load(SOUND, name="a", vocabulary=SMALL)
    assert one.digest == load(spaced, name="b", vocabulary=SMALL).digest
    assert one.digest == load("\ufeff# 注释\n" + SOUND, name="a", vocabulary=SMALL).digest
    assert one.digest != load(SOUND.replace("is = 5", "is = 6"), name="a", vocabulary=SMALL).digest


def test_the_examples_of_an_error_are_in_one_language() -> None:
    found = problems(SOUND + '[duty.d]\neach="units"\nof="visit"\nper="now and then"\nat_least=1\n')
    (period,) = [one for one in found if one.key == "duty.d.per"]
    assert "有起止日期的名单" in period.cure.zh
    assert period.cure.en.isascii() and "a list of records that last" in period.cure.en


def test_what_later_checks_ask_does_not_stop_a_programme_that_goes_on() -> None:
    later = SOUND.replace('{ of = "helped", exactly = 1 }', '{ of = "nobody_known", exactly = 1 }')
    with pytest.raises(ProgrammeErrors, match="nobody_known"):
        load(later, name="example", vocabulary=SMALL)
    found = load(later, name="example", vocabulary=SMALL, standing=True)
    assert found.title == "示例"
    with pytest.raises(ProgrammeErrors):
        load(later.replace("exactly", "exactli"), name="example", vocabulary=SMALL, standing=True)
