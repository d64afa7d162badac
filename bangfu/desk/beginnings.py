"""Where records of each kind come from, for lists on which there are none yet."""

from __future__ import annotations

from collections.abc import Mapping

from bangfu.programmes.kinds import Kind, Label

_WORK = Label(
    "在活动页点“登记工作”登记。", "They are recorded on a programme's page, by “Record work”."
)
#: What is said where the way to the first record stands on the page itself.
ON_THE_PAGE = Label("点上面的按钮，登记第一条。", "Enter the first by the button above.")
#: What to do so that something stands on the list of a kind.
BEGINNINGS: Mapping[str, Label] = {
    "person": Label(
        "点“登记人员”逐个登记，或点“接收名单”整份接收。",
        "Register them one by one, or take a whole list in.",
    ),
    "household": Label(
        "点“登记户”逐户登记，或点“接收名单”整份接收。",
        "Register them one by one, or take a whole list in.",
    ),
    "enrolment": Label(
        "打开活动页上的纳入名单，点“纳入”。",
        "Open a list of those enrolled on a programme's page and take somebody in.",
    ),
    "class": Label(
        "在对象的页面上点“归类”，或在活动页确认分类建议。",
        "Sort somebody on the own page, or confirm proposed classes on the programme's page.",
    ),
    "proposal": Label(
        "在对象的页面上点“建议分类”提出。",
        "They are proposed on the page of whoever is to be sorted.",
    ),
    "pairing": Label(
        "打开活动页上的结对，在结对台上点“结对”。",
        "Open a way of pairing on a programme's page and pair on its board.",
    ),
    "handover": Label(
        "打开一条结对，点“移交”提出。", "Open a pairing and offer it by “Hand over”."
    ),
    "agreement": Label(
        "打开活动页上的协议，点“签订协议”登记。",
        "Open a kind of agreement on a programme's page and put one on record.",
    ),
    "measure": Label(
        "方案写了措施的，启动活动时自动列出。",
        "They are planned by the programme file when the programme is started.",
    ),
    "task": Label(
        "在会议记录的页面上登记议定事项。", "They are decided on the page of a recorded meeting."
    ),
    "round": Label("在活动页的考核里开一轮。", "Open a round under the reviews of a programme."),
    "score": Label("在考核轮次的页面上评分。", "They are given on the page of a round of review."),
    "sample": Label(
        "在考核轮次的页面上抽取。", "They are drawn on the page of a round of a review."
    ),
    "need": Label(
        "在对象的页面上点“提需求”，或在记走访时一并提出。",
        "Raise them on the page of whoever has them, or while recording a visit.",
    ),
    "proceeding": Label(
        "在活动页的办件里启动。", "Start one under the proceedings of a programme."
    ),
    "handling": Label(
        "启动办件以后，每一步列在这里。", "Each step stands here once a proceeding is started."
    ),
    "tick": Label("在活动页的清单上勾选。", "They are ticked on a programme's checklist."),
    "fund": Label(
        "方案写了资金的，启动活动时自动建立。",
        "They are set up by the programme file when the programme is started.",
    ),
    "entry": Label(
        "打开一项资金，登记到账或支付。", "Open a fund and write down what came or went."
    ),
    "project": Label(
        "点“登记项目”，填写名称、类型和实施地点。",
        "Register one here: its name, its kind, and where it is.",
    ),
    "project_state": Label(
        "在项目的页面上登记下一个状态。", "They are entered on the page of a project."
    ),
    "project_part": Label(
        "在项目的页面上登记建设内容。", "They are planned on the page of a project."
    ),
    "document": Label("在活动页的材料里起草。", "Draft one under the papers of a programme."),
    "demand": Label(
        "填一份外来报表后，这里会记下谁要了表。",
        "Fill a form of others: who asked for it is written down here.",
    ),
    "income": Label("在户的页面上登记收入或支出。", "They are entered on the page of a household."),
    "reckoning": Label("在户的页面上核算收入。", "Incomes are reckoned on a household's page."),
    "benefit": Label(
        "在人员或户的页面上登记享受政策。", "They are entered on the page of a person or household."
    ),
    "payout": Label(
        "点“接收名单”接收发放花名册，或在人员、户的页面上登记。",
        "Take a list of payouts in, or enter them on the page of a person or household.",
    ),
    "encounter": Label("在人员的页面上登记服务。", "They are recorded on the page of a person."),
    "assurance": Label("在户的页面上登记保障核查。", "They are judged on the page of a household."),
    "qualification": Label(
        "在人员的页面上点“登记资质”。", "Register them on the page of whoever holds them."
    ),
    "practice": Label(
        "在人员的页面上点“登记执业地点”。", "Register them on the page of whoever practises."
    ),
    "affiliation": Label(
        "在人员、户或单位的页面上点“登记会员”。",
        "Put a person, household or organisation on a roster on its own page.",
    ),
    "stint": Label(
        "点“登记在岗（请假）”，或在人员的页面上登记。",
        "Enter them here, or on the page of whoever was there or is away.",
    ),
    "award": Label(
        "在受表彰的人员、户、单位、场所或村的页面上点“登记表彰”。",
        "Register them on the page of whoever was honoured.",
    ),
    "activity": _WORK,
    "questionnaire": Label(
        "督导抽查时征得同意后询问，在抽查对象的页面上登记。",
        "They are asked of those who were drawn for a review and who agree.",
    ),
    **dict.fromkeys(("talk", "training", "meeting", "clinic_day", "report"), _WORK),
    **dict.fromkeys(
        ("visit", "phone_call"),
        Label(
            "在对象的页面上点“记走访”，或在活动页点“登记工作”。",
            "Record them on the page of whoever was visited, or on a programme's page.",
        ),
    ),
}


def beginning_of(kind: Kind) -> Label | None:
    """What to do so that there is something of a kind."""
    return BEGINNINGS.get(kind.name)
