"""The demonstration's own comforts: one button for each role at the door, and a short tour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bangfu.desk.page import reader
from bangfu.ledger.access import roles_of
from bangfu.programmes.kinds import Label

#: The cookies by which a browser remembers whose tours it has shown, one for each role.
SEEN = "toured"
BRIEFING_DAY = "2009-03-10"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to look at: where, and what to notice there."""

    address: str
    text: Label


_OLD, _NOW = "/programmes/returnees/", "/programmes/village_link/"
_NUMBERS = (
    Step(f"{_OLD}readback/", Label(
        "一份 2009 年的通知，逐条读回成大白话。",
        "A notice of 2009, read back clause by clause in plain words.")),
    Step(f"{_OLD}?on={BRIEFING_DAY}", Label(
        "站在印发简报的那一天：每个数字都点得开它数的那些行。",
        "Stand on the day of its briefing: every number opens to the rows it counts.")),
    Step(f"{_OLD}figures/pairs_made/?on={BRIEFING_DAY}&since=2009-02-08", Label(
        "十六对从哪天到哪天、怎么来的：变化构成。",
        "Sixteen pairs, and how they came about between two days.")),
)  # fmt: skip
_OWN_ROWS = Step(_NOW, Label(
    "活动的数字人人一样；能点开的行，只有您自己的。",
    "The programme's numbers are the same for everybody; only your own rows open."))  # fmt: skip
_VILLAGE = Step("/lists/person/", Label(
    "名单里是您管的村里的人：点开一位，看他的情况和大事记。",
    "The people of your villages: open one for facts and line of time."))  # fmt: skip
_FORM = Step("/forms/", Label(
    "把别人发来的空表传上来，能填的自动填好，每格都说明数从哪来。",
    "Bring a blank form: what can be filled is, and every cell says from where."))  # fmt: skip
_DEFECTS = Step("/defects/", Label(
    "登记里的疑点：能改的改，情况属实的写明原因。",
    "What is doubtful on record: mend it, or say why it is true."))  # fmt: skip
#: What each role is shown first; others see how the numbers open.
TOURS: Mapping[str, Sequence[Step]] = {
    "clerk": (
        *_NUMBERS,
        Step(f"{_NOW}pairings/one_to_one/", Label(
            "今天还有两个人没有责任人：在结对台上给其中一位结对。",
            "Today two people have nobody who answers for them: pair one of them on the board.")),
        Step(f"{_NOW}work/", Label(
            "登记一次会议或培训，回活动页看数字变了没有。",
            "Record a meeting or a training, and see the programme's numbers move.")),
        Step("/intake/", Label(
            "接收名单：把手里的名单原样传上来，先看每一行会怎样，再决定接不接收。",
            "Take a list in: bring it as it is, see what would become of every row, then decide.")),
        Step("/programmes/start/", Label(
            "把一份方案文件拿来检查：错误逐行列出，没有错误就读回给您听。",
            "Bring a programme file: its faults stand by their lines, or it is read back to you.")),
    ),
    "helper": (
        Step("#mine", Label(
            "下面就是您联系的人，最久没去的排在前面。点“出门前看”。",
            "Below are the people you help, longest unvisited first. Try “Before I knock”.")),
        Step("#mine", Label(
            "再点“记走访”：写一行字，保存。时间、地点、走访人都已填好。",
            "Then “Record a visit”: one line, keep. Day, place and your name are there already.")),
        _OWN_ROWS,
    ),
    "resident_team": (_VILLAGE, _FORM, _DEFECTS),
    "village_officer": (
        Step("/lists/household/", Label(
            "名单里是本村的户：点开一户，看它的情况和大事记。",
            "The list holds your village's households: open one for its facts and line of time.")),
        Step("/enter/household/", Label(
            "登记一户：写到一半离开也不丢，回来接着写。",
            "Register a household: leave half way, and what you wrote is still there.")),
        _DEFECTS,
    ),
    "village_doctor": (_VILLAGE, _FORM),
    "clinician": (_VILLAGE, _FORM),
    "unit_lead": (
        Step("#due", Label(
            "先看交给本单位的需求：哪条过了期限。",
            "First the needs given to your unit: which of them are late.")),
        Step("/lists/pairing/", Label(
            "本单位的人各联系谁；点开一条可以移交给别人。",
            "Whom your people help; open one to hand it over to somebody else.")),
        _OWN_ROWS,
    ),
    "organisation_department": (
        Step("/lists/post/", Label(
            "任职名单：谁、在哪、什么职务、从哪天起。",
            "The posts: who, where, as what, since when.")),
        _OWN_ROWS,
    ),
    "administrator": (
        Step("/accounts/", Label(
            "账户：打开一个，看他有哪些角色、因为什么给的，也可以用他的眼睛看一遍。",
            "Accounts: open one for its roles and their reasons, or look round as that person.")),
        Step("/administration/health/", Label(
            "运行状况：哪里要您处理，一句话说清楚。",
            "Health: what needs you, in a sentence each.")),
        Step("/administration/backups/", Label(
            "备份：现在就做一份。",
            "Backups: make one now.")),
        Step("/journal/", Label(
            "留痕：谁在什么时候做了什么，可以同数据表核对。",
            "The journal: who did what and when; hold it against the tables.")),
    ),
    "inspector": (
        *_NUMBERS,
        Step("/lists/document/", Label(
            "打开已印发的简报：数字不变，并写明之后哪些行变了。",
            "Open the issued briefing: its numbers stay, and it says which rows changed since.")),
        Step("/journal/", Label(
            "留痕：谁在什么时候做了什么，里面没有任何人的资料。",
            "The journal: who did what and when, with nobody's data in it.")),
    ),
}  # fmt: skip


def tour_for(request: HttpRequest) -> Sequence[Step]:
    """The tour of the reader's role, in the demonstration and until it was closed."""
    if not settings.BANGFU_DEMO or request.COOKIES.get(_seen(request)):
        return ()
    if not roles_of(reader(request)):
        return ()  # every step would lead to a page that is not open
    return TOURS.get(_role(request), _NUMBERS)


def _role(request: HttpRequest) -> str:
    roles = roles_of(reader(request))
    return next((role for role in TOURS if role in roles), "")


def _seen(request: HttpRequest) -> str:
    return f"{SEEN}-{_role(request)}"


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Puts the tour of the reader's role away in this browser."""
    response = redirect("desk:home")
    response.set_cookie(
        _seen(request), "1", max_age=365 * 24 * 3600, samesite="Lax", httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response
