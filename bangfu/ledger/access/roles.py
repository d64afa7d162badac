"""The roles of the house: which kinds of record each opens, and which actions it may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Label

EVERY_KIND = frozenset(VOCABULARY)


class NotAllowed(Exception):
    """The account may not do this; ``who_may`` names the roles that may."""

    def __init__(self, verb: str, who_may: Iterable[str] = ()) -> None:
        super().__init__(f"not allowed: {verb}")
        self.verb, self.who_may = verb, tuple(who_may)


class OutOfReach(NotAllowed):
    """The account may do this elsewhere, and not with the record that it asks for."""


@dataclass(frozen=True, slots=True)
class Role:
    """What one sort of user does, in plain words, and what follows for rows and actions.

    ``sees``: the kinds it may open inside its grant. ``does``: actions, by noun (``need.*``) or
    whole (``need.raise_``). ``own``: a grant of it reaches only the holder's own pairings.
    ``reveals``: it may open a sealed number for a stated purpose. ``examines``: it opens papers
    where their file names others as readers too. ``two_factor``: it cannot be used without a
    second factor.
    """

    name: str
    label: Label
    describes: Label
    sees: frozenset[str]
    does: tuple[str, ...] = ()
    own: bool = False
    reveals: bool = False
    health: bool = False
    examines: bool = False
    two_factor: bool = False

    def may(self, verb: str) -> bool:
        """Whether this role does an action at all."""
        noun = verb.partition(".")[0]
        return verb in self.does or f"{noun}.*" in self.does or "*" in self.does


def _role(name: str, zh: str, en: str, says: tuple[str, str], **more: Any) -> Role:
    return Role(name, Label(zh, en), Label(*says), **more)


_HELPING = frozenset(
    "place person household organisation site post enrolment class pairing measure activity visit "
    "phone_call talk training meeting clinic_day report need file document statistic handover "
    "task proposal proceeding handling tick assurance agreement demand defect qualification "
    "practice affiliation stint award".split()
)


#: What a household earns and is given, for those who enter and check it: the single amounts and
#: their sums.
_AMOUNTS = frozenset(("income", "reckoning", "benefit", "payout"))


#: What those do who sit with a household and go through its sheet.
_COLLECTING = (
    "income.*", "reckoning.*", "assurance.*", "benefit.*", "payout.*", "defect.accept",
    "defect.reopen",
)  # fmt: skip


#: What was done for somebody's health: for those who treat, and the office that pays for it.
_CARE = frozenset(("encounter",))


_MONEY = frozenset(("fund", "entry"))


#: What is built for a village, for those who answer for it and those who live there.
_PROJECTS = frozenset(("project", "project_state", "project_part"))


#: What a unit that is reviewed sees of it.
_REVIEWED = frozenset(("round", "score"))


#: What those in the village do to whom they look after; erasing is not among it.
_TENDING = ("subject.as_subject", "subject.rename", "subject.move")


#: What those do who hand over whom somebody helps; the successor answers, or who leads the unit.
_HANDING_OVER = ("handover.offer", "handover.withdraw", "handover.on_paper")


_PUBLIC = frozenset("place organisation site measure statistic document".split())


ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        _role(
            "clerk",
            "办公室经办人",
            "Office clerk",
            ("办一项活动的日常：名单、结对、措施、资金、材料", "Runs a programme from its office"),
            sees=EVERY_KIND,
            does=(
                "place.*",
                "subject.*",
                "person.*",
                "household.*",
                *_COLLECTING,
                "intake.*",
                "organisation.*",
                "site.*",
                "post.*",
                "qualification.*",
                "practice.*",
                "affiliation.*",
                "stint.*",
                "award.*",
                "project.*",
                "project_state.*",
                "project_part.*",
                "programme.*",
                "enrolment.*",
                "class.*",
                "grounds.look",
                "dossier.take",
                "pairing.*",
                "agreement.*",
                *_HANDING_OVER,
                "task.*",
                "proceeding.*",
                "tick.*",
                "round.*",
                "sample.*",
                "measure.*",
                "activity.*",
                "need.*",
                "file.*",
                "fund.*",
                "entry.*",
                "encounter.*",
                "statistic.*",
                "demand.*",
                "document.*",
                "consent.*",
                "duplicate.*",
                "user.view_as",
                "user.view_as_end",
            ),
            reveals=True,
        ),
        _role(
            "unit_lead",
            "单位负责人",
            "Unit lead",
            ("看本单位的帮扶人、措施、资金", "Sees the own unit's helpers, measures and money"),
            sees=_HELPING | _MONEY | _REVIEWED | _PROJECTS,
            does=(
                "activity.*",
                "need.*",
                "file.*",
                "task.*",
                "proceeding.*",
                "tick.*",
                *_HANDING_OVER,
                "handover.answer",
                "document.return_",
                "document.approve",
                "document.sign",
                "measure.progress",
                "entry.promise",
                "qualification.*",
                "practice.*",
                "stint.*",
                "award.*",
                "project_state.enter",
                "project_part.report",
            ),
        ),
        _role(
            "helper",
            "帮扶责任人",
            "Helper",
            (
                "只看自己结对的对象，记走访、提需求",
                "Sees only the own pairings, records visits and needs",
            ),
            sees=_HELPING | _AMOUNTS,
            does=(
                "activity.*",
                "need.*",
                "file.*",
                "task.finish",
                "task.move",
                "proceeding.start",
                "proceeding.handle",
                "proceeding.appeal",
                "tick.*",
                "handover.answer",
                "class.propose",
                "grounds.look",
                "dossier.take",
                *_COLLECTING,
            ),
            own=True,
            reveals=True,
        ),
        _role(
            "resident_team",
            "驻村工作队",
            "Resident team",
            ("驻在一个村，走访全村，管问题清单", "Lives in a village and sweeps its households"),
            sees=_HELPING | _AMOUNTS | _PROJECTS,
            does=(
                "activity.*",
                "need.*",
                "file.*",
                "task.*",
                "proceeding.*",
                "tick.*",
                "class.propose",
                "grounds.look",
                "dossier.take",
                "demand.*",
                "person.*",
                "household.*",
                *_COLLECTING,
                *_TENDING,
                "stint.enter",
                "stint.correct",
                "stint.end",
                "stint.withdraw",
                "project_part.report",
            ),
            reveals=True,
        ),
        _role(
            "village_officer",
            "村干部",
            "Village officer",
            ("登记本村的户和人，提出需求", "Registers the village's households and needs"),
            sees=_HELPING | _AMOUNTS | _PROJECTS,
            does=(
                "activity.*",
                "need.*",
                "file.*",
                "task.*",
                "proceeding.*",
                "tick.*",
                "class.propose",
                "dossier.take",
                "demand.*",
                "person.*",
                "household.*",
                *_COLLECTING,
                *_TENDING,
                "affiliation.*",
            ),
        ),
        _role(
            "clinician",
            "医务人员",
            "Clinician",
            ("看自己辖区人员的健康明细", "Reaches the health detail of people in the own area"),
            sees=_HELPING | _CARE,
            does=("health.*", "encounter.*", "activity.*", "need.*", "file.*"),
            reveals=True,
            health=True,
        ),
        _role(
            "village_doctor",
            "乡村医生",
            "Village doctor",
            ("看本村人员，记服务", "Sees the village's people and records services"),
            sees=_HELPING | _CARE,
            does=("activity.*", "encounter.*", "need.raise_", "file.add", "file.look"),
            health=True,
        ),
        _role(
            "organisation_department",
            "组织部门",
            "Organisation department",
            ("管任职，不看帮扶对象", "Keeps posts; does not see those who are helped"),
            sees=frozenset(
                ("place", "organisation", "post", "document", "measure", "defect", "stint")
            ),
            does=("post.*", "stint.approve", "stint.refuse"),
        ),
        _role(
            "inspector",
            "督导人员",
            "Inspector",
            (
                "查看记录和材料；只写考核的抽查、评分和发现的问题，别的不改动",
                "Looks at records and papers; writes samples, scores and findings of reviews only",
            ),
            sees=EVERY_KIND,
            does=("file.look", "dossier.take", "round.*", "sample.*"),
            examines=True,
        ),
        _role(
            "administrator",
            "系统管理员",
            "Administrator",
            (
                "管账户、区划、备份，不看帮扶对象",
                "Keeps accounts, places, backups; not those helped",
            ),
            sees=_PUBLIC - {"document"},
            does=(
                "user.*",
                "grant.*",
                "place.*",
                "subject.erase",
                "duplicate.propose",
                "work.ask",
                "work.cancel",
                "work.retry",
            ),
            two_factor=True,
        ),
    )
}


def who_may(verb: str) -> list[Role]:
    """The roles that do an action."""
    return [role for role in ROLES.values() if role.may(verb)]
