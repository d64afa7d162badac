"""Projects 项目 of a county's store, their states over time and their parts."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import BigIntegerField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from bangfu.ledger.models import Entry, ProjectState
from bangfu.ledger.vocabulary.words import (
    book,
    code,
    computed,
    day,
    fields,
    money,
    number,
    one,
    text,
)
from bangfu.programmes.kinds import Field, Kind, Label

PROJECT_KINDS = book(
    industry=("产业发展", "Industry"),
    employment=("就业项目", "Employment"),
    construction=("乡村建设行动", "Rural construction"),
    resettlement=("易地搬迁后扶", "After resettlement"),
    assurance=("巩固三保障成果", "Keeping the assurances"),
    governance=("乡村治理和精神文明建设", "Village governance"),
    management=("项目管理费", "Management of projects"),
    other=("其他", "Other"),
)
#: How the stores of projects of other years and provinces call these.
_KINDS_CALLED = {
    "industry": ("产业类项目", "产业项目", "产业帮扶项目"),
    "employment": ("就业类项目", "就业帮扶项目"),
    "construction": (
        "公益基础设施", "农村基础设施", "基础设施", "基础设施建设", "村基础设施", "乡村建设",
    ),
    "resettlement": ("易地搬迁后续扶持", "易地扶贫搬迁后续扶持"),
    "assurance": ("巩固三保障", "三保障"),
}  # fmt: skip
NATURES = book(
    new=("新建", "New"), continued=("续建", "Continued"), rebuilt=("改扩建", "Rebuilt or enlarged"),
    repair=("维修", "Repair"), purchase=("购置", "Purchase"), grant=("补助", "Grants to people"),
)  # fmt: skip
TENDERS = book(
    open=("公开招标", "Open tender"),
    invited=("邀请招标", "Invited tender"),
    negotiated=("竞争性谈判（磋商）", "Negotiation"),
    inquiry=("询价", "Inquiry of prices"),
    single=("单一来源", "Single source"),
    villagers=("村民自建（以工代赈）", "Built by the villagers"),
    none=("不需招标", "No tender needed"),
)
STATES = book(
    stored=("已入库", "In the store"),
    approved=("已批复", "Approved"),
    contracted=("已签合同", "Contracted"),
    building=("在建", "Under way"),
    suspended=("停工", "Suspended"),
    finished=("已完工", "Finished"),
    mending=("整改中", "Being mended"),
    accepted=("已验收", "Accepted"),
    handed_over=("已移交管护", "Handed over"),
    dropped=("已终止", "Dropped"),
)
#: What may come after what; a state that was entered wrongly is put right instead.
NEXT = {
    "": ("stored",),
    "stored": ("approved", "dropped"),
    "approved": ("contracted", "building", "dropped"),
    "contracted": ("building", "dropped"),
    "building": ("suspended", "finished", "dropped"),
    "suspended": ("building", "dropped"),
    "finished": ("mending", "accepted"),
    "mending": ("finished", "accepted"),
    "accepted": ("mending", "handed_over"),
    "handed_over": (),
    "dropped": ("stored",),
}

_PURPOSE = Label("管好项目从入库到移交的全过程", "Following a project to its hand-over")


def _day_of(on: Any) -> Any:
    return OuterRef(on) if isinstance(on, OuterRef) else on


def state_on(on: Any, known_at: dt.datetime | None) -> Any:
    """The state in which a project is on a day, as was known then."""
    held = ProjectState.objects.known(known_at).filter(project=OuterRef("fact"))
    held = held.filter(began__lte=_day_of(on)).order_by("-began")
    return Subquery(held.values("state")[:1])


def _day_of_state(state: str, *, last: bool) -> Callable[..., Any]:
    """The first or last day up to a day on which a project came into a state."""

    def read(on: Any, known_at: dt.datetime | None) -> Any:
        held = ProjectState.objects.known(known_at).filter(project=OuterRef("fact"), state=state)
        held = held.filter(began__lte=_day_of(on)).order_by("-began" if last else "began")
        return Subquery(held.values("began")[:1])

    return read


def _booked(field: Field, direction: str) -> Field:
    """A column that adds up what was booked for a project in one direction."""
    return dataclasses.replace(computed(field, _added(direction)), booked=True)


def _added(direction: str) -> Callable[..., Any]:
    """What was promised for a project, came in for it or was paid, up to a day."""

    def read(on: Any, known_at: dt.datetime | None) -> Any:
        some = Entry.objects.known(known_at).filter(project=OuterRef("fact"), direction=direction)
        some = some.filter(date__lte=_day_of(on)).order_by()
        added = some.annotate(all=Value(1)).values("all").annotate(n=Sum("amount")).values("n")
        return Coalesce(Subquery(added), 0, output_field=BigIntegerField())

    return read


KIND = Kind(
    name="project",
    label=Label("项目", "Project"),
    nature="event",
    model="Project",
    fields=fields(
        day("date", "入库日期", "Entered in the store on", "入库时间"),
        text("title", "项目名称", "Project", "工程名称", "建设项目名称", "建设项目",
             "帮扶项目名称"),
        text("number", "项目编号", "Number", "项目编码", "项目代码", "项目库编号"),
        code("kind", "项目类型", "Kind", "项目类别", "项目分类", codes=PROJECT_KINDS,
             called=_KINDS_CALLED),
        code("nature", "建设性质", "Nature", codes=NATURES),
        # Not 状态, which tables of others take for one word with 内容 and 明细.
        computed(code("state", "项目阶段", "State", "所处阶段", "项目所处阶段", "建设阶段",
                      codes=STATES), state_on),
        one("place", "实施地点", "Where", "建设地点", "项目地点", "项目实施地点", "建设地址",
            "项目地址", to="place"),
        one("owner", "责任单位", "Unit that answers for it", "项目责任单位", "实施单位",
            "项目实施单位", "项目业主", "业主单位",
            "建设单位", "项目单位", "项目建设单位", to="organisation"),
        one("answerable", "责任人", "Who is answerable", "项目责任人", "项目负责人", to="person"),
        computed(day("approved", "批复日期", "Approved on", "批复时间", happens=True),
                 _day_of_state("approved", last=False)),
        text("approval", "批复文号", "Approval", "立项批复文号"),
        money("estimate", "概算投资（元）", "Estimate (yuan)", "项目预算总投资", "概算总投资",
              "概算投资", "投资概算", "项目概算", "概算金额"),
        code("tender", "招标（采购）方式", "Tender", "招标方式", "采购方式", codes=TENDERS),
        text("contractor", "中标（施工）单位", "Contractor", "中标单位", "施工单位", "承建单位"),
        text("contract", "合同编号", "Contract", "施工合同编号"),
        money("contract_sum", "合同金额（元）", "Contract (yuan)", "合同金额", "合同价", "中标价"),
        computed(day("contracted", "合同签订日期", "Contracted on", "合同签订时间", happens=True),
                 _day_of_state("contracted", last=False)),
        day("start", "计划开工日期", "Planned start", "计划开工时间", planned=True),
        day("due", "计划完工日期", "Planned completion", "计划完工时间", "计划竣工时间",
            planned=True),
        computed(day("started", "实际开工日期", "Started on", "开工时间", "开工日期",
                     "实际开工时间", "开始建设时间", happens=True),
                 _day_of_state("building", last=False)),
        computed(day("finished", "实际完工日期", "Finished on", "完工时间", "竣工时间",
                     "完工日期", "竣工日期", "实际完工时间", "建成时间", happens=True),
                 _day_of_state("finished", last=True)),
        computed(day("accepted", "验收日期", "Accepted on", "验收时间", happens=True),
                 _day_of_state("accepted", last=True)),
        number("households", "受益户数", "Households that benefit", "受益农户数", "受益农户",
               "带动户数", "带动农户数", "覆盖户数"),
        number("people", "受益人数", "People who benefit", "受益人口", "受益人口数",
               "带动人数", "带动人口", "覆盖人数", "覆盖人口"),
        _booked(money("budget", "安排资金（元）", "Allotted (yuan)"), "promised"),
        _booked(money("received", "到位资金（元）", "Received (yuan)"), "in"),
        _booked(money("paid", "支付资金（元）", "Paid (yuan)"), "out"),
    ),
    ties={"place": ("place",), "organisation": ("owner",), "person": ("answerable",)},
    doer={"organisation": "owner", "person": "answerable"},
    purpose=_PURPOSE,
    keep_years=30,
)  # fmt: skip

STATE = Kind(
    name="project_state",
    label=Label("项目状态记录", "State of a project"),
    nature="state",
    model="ProjectState",
    fields=fields(
        one("project", "项目", "Project", to="project"),
        code("state", "状态", "State", codes=STATES),
        text("paper", "依据文号", "Paper", "验收文号"),
        day("began", "起始日期", "From", planned=True),
        day("ended", "截止日期", "Until", planned=True),
    ),
    ties={"project": ("project",)},
    purpose=Label(
        "管好项目从入库到移交的全过程", "Following a project from the store to its hand-over"
    ),
    keep_years=30,
)

PART = Kind(
    name="project_part",
    label=Label("建设内容", "Part of a project"),
    nature="event",
    model="ProjectPart",
    fields=fields(
        day("date", "列入日期", "Planned on"),
        one("project", "项目", "Project", to="project"),
        one("place", "地点", "Where", to="place"),
        text("title", "建设内容", "What", "建设任务", "主要建设内容"),
        number("planned", "计划数量", "Planned", "建设规模", "计划工程量"),
        text("unit", "计量单位", "Unit"),
        number("done", "完成数量", "Done", "完成工程量"),
        day("done_on", "完成情况截至", "Done by", happens=True),
    ),
    ties={"project": ("project",), "place": ("place",)},
    purpose=Label(
        "管好项目从入库到移交的全过程", "Following a project from the store to its hand-over"
    ),
    keep_years=30,
)
