"""What can be done from a page: the actions that the reader's roles allow, with their forms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from bangfu.intake.declared import DECLARED
from bangfu.ledger.access import allowed, allows, may
from bangfu.ledger.actions.round import sheet_of
from bangfu.ledger.actions.sheet import all_in, questionnaire_of
from bangfu.ledger.models import Programme, Round, Sample, User
from bangfu.ledger.questions import questions_of
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done: the action, what the button says, its icon, where its form is.

    ``when`` says of which records it can be done at all; ``first`` marks what is done most and
    ``rare`` what is folded away.
    """

    verb: str
    text: str
    icon: str
    route: str
    when: Callable[[Any], bool] = lambda row: True
    first: bool = False
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """An act as a page offers it."""

    text: str
    icon: str
    address: str
    first: bool
    rare: bool = False


def _open(need: Any) -> bool:
    return need.closed is None


def _closed(need: Any) -> bool:
    return need.closed is not None and need.confirmed is None


def _undone(task: Any) -> bool:
    return bool(task.state == "open")


def _to_be_answered(held: Any) -> bool:
    """Of the way of a hand-over: it is taken back on the hand-over's page until it is answered."""
    return bool(held.handover_id and held.handover.state == "open")


def _began(row: Any) -> bool:
    return row.ended is None


def _to_draw(held: Round) -> bool:
    return held.drawn is None and held.issued is None and sheet_of(held).of is not None


def _to_count(held: Round) -> bool:
    questionnaire = questionnaire_of(held) if held.drawn and held.sheets is None else None
    if questionnaire is None or not questionnaire.anonymous or held.issued is not None:
        return False
    return all_in(held)


def _to_approve(row: Any) -> bool:
    return row.kind != "in_village" and row.approved is None and row.refused is None


def _open_to_units(row: Any) -> bool:
    """Whether a step is open that is a unit's: others are done on the page of what they are of."""
    return row.closed is None and not (row.party_id or row.document_id or row.stint_id)


def _waits(sample: Sample) -> bool:
    return sample.state == "open"


_RAISE = Act("need.raise_", gettext_noop("Raise a need"), "message", "desk:need_raise")
_VISIT = Act("activity.visit", gettext_noop("Record a visit"), "pencil", "desk:visit", first=True)
_BEFORE = Act("activity.visit", gettext_noop("Before I knock"), "home", "desk:before")
_PROPOSE = Act("class.propose", gettext_noop("Propose a class"), "flag", "desk:class_propose")
_SORT = Act("class.give", gettext_noop("Sort"), "list", "desk:class_give")
_ADD = Act("file.add", gettext_noop("Add a file"), "upload", "desk:file_add")
_PRINT = Act("dossier.take", gettext_noop("Print the dossier"), "printer", "desk:dossier",
             rare=True)  # fmt: skip
_ERASE = Act("subject.erase", gettext_noop("Erase for good"), "x", "desk:subject_erase", rare=True)
_HONOUR = Act("award.give", gettext_noop("Register an award"), "flag", "desk:award_give",
              rare=True)  # fmt: skip
_APPOINT = Act("post.appoint", gettext_noop("Register a post"), "building",
               "desk:post_appoint_of", rare=True)  # fmt: skip
_ADMIT = Act("affiliation.admit", gettext_noop("Put on a roster"), "users",
             "desk:affiliation_admit", rare=True)  # fmt: skip
_CARDS = Act("affiliation.admit", gettext_noop("Print members' cards"), "printer",
             "desk:affiliation_cards", rare=True)  # fmt: skip
_BENEFIT = Act(
    "benefit.enter", gettext_noop("Enter a benefit"), "plus", "desk:benefit_enter", rare=True
)
_PAYOUT = Act(
    "payout.enter", gettext_noop("Enter a payout"), "coin", "desk:payout_enter", rare=True
)
#: So many acts a page shows at once; what is done less stands under "more".
SHOWN = 5
ACTS: Mapping[str, tuple[Act, ...]] = {
    "person": (
        _VISIT, _BEFORE, _RAISE,
        Act("encounter.record", gettext_noop("Record a health service"), "clipboard-list",
            "desk:encounter_record"),
        Act("person.update", gettext_noop("Collect anew"), "refresh", "desk:person_update"),
        _SORT, _PROPOSE, _ADD, _BENEFIT, _PAYOUT,
        Act("household.leave", gettext_noop("A member leaves"), "logout", "desk:person_leave",
            rare=True),
        Act("household.join", gettext_noop("Join a household"), "plus", "desk:person_join",
            rare=True),
        _APPOINT,
        Act("qualification.enter", gettext_noop("Register a qualification"), "plus",
            "desk:qualification_enter", rare=True),
        Act("practice.register", gettext_noop("Register a place of practice"), "building",
            "desk:practice_register", rare=True),
        Act("stint.enter", gettext_noop("Enter days there or leave"), "calendar",
            "desk:stint_enter_of", rare=True),
        _ADMIT, _HONOUR, _PRINT, _ERASE,
    ),
    "household": (
        _VISIT, _BEFORE, _RAISE,
        Act("household.update", gettext_noop("Collect anew"), "refresh", "desk:household_update"),
        Act("assurance.judge", gettext_noop("Check how they stand"), "check",
            "desk:assurance_judge"),
        _SORT, _PROPOSE, _ADD,
        Act("income.enter", gettext_noop("Enter income or spending"), "coin",
            "desk:income_enter"),
        Act("reckoning.make", gettext_noop("Reckon income"), "chart-bar", "desk:income_reckon"),
        _BENEFIT, _PAYOUT,
        Act("household.change_head", gettext_noop("Change the head"), "user",
            "desk:household_head", rare=True),
        Act("household.split", gettext_noop("Split the household"), "users",
            "desk:household_split", rare=True),
        Act("household.merge", gettext_noop("Merge into another household"), "users",
            "desk:household_merge", rare=True),
        Act("household.move", gettext_noop("Move the household"), "map-pin",
            "desk:household_move", rare=True),
        _ADMIT, _HONOUR, _PRINT, _ERASE,
    ),
    "organisation": (
        _RAISE, _ADD,
        Act("organisation.update", gettext_noop("Bring up to date"), "refresh",
            "desk:organisation_update"),
        replace(_APPOINT, rare=False), _ADMIT, _CARDS, _HONOUR,
    ),
    "site": (_RAISE, _ADD, _HONOUR),
    "place": (_RAISE, _ADD, _HONOUR, _PRINT),
    "need": (
        Act("need.close", gettext_noop("Close it"), "check", "desk:need_close", _open, True),
        Act("need.assign", gettext_noop("Give to a unit"), "users", "desk:need_assign", _open),
        Act("need.confirm", gettext_noop("Ask who raised it"), "message", "desk:need_confirm",
            _closed, True),
        Act("file.add", gettext_noop("Add evidence"), "upload", "desk:file_add_to_need"),
    ),
    "enrolment": (
        Act("enrolment.leave", gettext_noop("Let leave"), "logout", "desk:enrolment_leave", _began),
        Act("enrolment.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:enrolment_withdraw"),
    ),
    "class": (
        Act("class.end", gettext_noop("End it"), "check", "desk:class_end", _began),
        Act("class.undo", gettext_noop("Take back"), "arrow-back-up", "desk:class_undo"),
    ),
    "pairing": (
        Act("handover.offer", gettext_noop("Hand over"), "users", "desk:handover_offer",
            _began, True),
        Act("pairing.end", gettext_noop("End it"), "check", "desk:pairing_end", _began),
        Act("pairing.undo", gettext_noop("Take back"), "arrow-back-up", "desk:pairing_undo"),
    ),
    "agreement": (
        Act("agreement.renew", gettext_noop("Renew"), "refresh", "desk:agreement_renew",
            lambda held: held.ended is not None),
        Act("agreement.end", gettext_noop("End it"), "check", "desk:agreement_end", _began),
        Act("agreement.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:agreement_withdraw"),
    ),
    "task": (
        Act("task.finish", gettext_noop("It is done"), "check", "desk:task_finish", _undone, True),
        Act("task.move", gettext_noop("Move the day"), "calendar", "desk:task_move", _undone),
        Act("task.drop", gettext_noop("Drop the task"), "x", "desk:task_drop", _undone),
    ),
    "proceeding": (
        Act("proceeding.appeal", gettext_noop("Write down an objection"), "message",
            "desk:proceeding_appeal",
            lambda held: held.outcome != "dropped" and not (held.handover_id or held.document_id)),
        Act("proceeding.drop", gettext_noop("Give it up"), "x", "desk:proceeding_drop",
            lambda held: held.outcome == "" and not (held.document_id or _to_be_answered(held))),
    ),
    "handling": (
        Act("proceeding.handle", gettext_noop("Do this step"), "check", "desk:handle",
            _open_to_units, True),
    ),
    "round": (
        Act("round.draw", gettext_noop("Draw the sample"), "search", "desk:round_draw", _to_draw,
            True),
        Act("round.count_sheets", gettext_noop("Count the sheets"), "chart-bar",
            "desk:round_count_sheets", _to_count, True),
        Act("round.find", gettext_noop("Write down a finding"), "flag", "desk:round_find"),
        Act("round.issue", gettext_noop("Issue the result"), "check", "desk:round_issue",
            lambda held: held.issued is None),
    ),
    "sample": (
        Act("sample.meet", gettext_noop("Called on"), "check", "desk:sample_meet", _waits, True),
        Act("sample.replace", gettext_noop("Could not be met"), "x", "desk:sample_replace",
            _waits),
        Act("sample.assign", gettext_noop("Name the inspector"), "user", "desk:sample_assign",
            _waits),
    ),
    "tick": (
        Act("tick.take_back", gettext_noop("Take back"), "arrow-back-up", "desk:tick_take_back"),
    ),
    "measure": (
        Act("measure.progress", gettext_noop("Report progress"), "chart-bar",
            "desk:measure_progress", first=True),
        Act("measure.set_owner", gettext_noop("Name the unit"), "users", "desk:measure_owner"),
        Act("measure.link", gettext_noop("Link to a need"), "link", "desk:measure_link"),
    ),
    "entry": (
        Act("entry.counter", gettext_noop("Counter it"), "arrow-back-up", "desk:entry_counter",
            lambda entry: entry.counters_id is None),
    ),
    "fund": (
        Act("entry.receive", gettext_noop("Write down money received"), "coin",
            "desk:entry_receive", first=True),
        Act("entry.promise", gettext_noop("Write down a promise"), "coin", "desk:entry_promise"),
        Act("entry.pay", gettext_noop("Write down a payment"), "coin", "desk:entry_pay"),
    ),
    "project": (
        Act("project_state.enter", gettext_noop("Next state"), "chart-bar",
            "desk:project_state_enter", first=True),
        Act("project_part.plan", gettext_noop("Add a part"), "plus", "desk:project_part_plan"),
        Act("project.correct", gettext_noop("Fill in or put right"), "pencil",
            "desk:project_correct"),
        Act("project.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:project_withdraw", rare=True),
    ),
    "project_state": (
        Act("project_state.correct", gettext_noop("Put right"), "pencil",
            "desk:project_state_correct"),
        Act("project_state.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:project_state_withdraw", _began),
    ),
    "project_part": (
        Act("project_part.report", gettext_noop("Say what is done"), "chart-bar",
            "desk:project_part_report", first=True),
        Act("project_part.correct", gettext_noop("Put right"), "pencil",
            "desk:project_part_correct"),
        Act("project_part.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:project_part_withdraw"),
    ),
    "post": (
        Act("post.leave", gettext_noop("End it"), "check", "desk:post_leave", _began),
        Act("post.correct", gettext_noop("Put right"), "pencil", "desk:post_correct"),
    ),
    "qualification": (
        Act("qualification.renew", gettext_noop("Renew"), "refresh", "desk:qualification_renew",
            lambda held: held.ended is not None),
        Act("qualification.end", gettext_noop("End it"), "check", "desk:qualification_end",
            lambda held: not held.end_reason),
        Act("qualification.correct", gettext_noop("Put right"), "pencil",
            "desk:qualification_correct"),
        Act("qualification.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:qualification_withdraw"),
    ),
    "stint": (
        Act("stint.approve", gettext_noop("Approve leave"), "check", "desk:stint_approve",
            _to_approve, True),
        Act("stint.refuse", gettext_noop("Do not approve"), "x", "desk:stint_refuse", _to_approve),
        Act("stint.end", gettext_noop("Say the last day"), "logout", "desk:stint_end"),
        Act("stint.correct", gettext_noop("Put right"), "pencil", "desk:stint_correct"),
        Act("stint.withdraw", gettext_noop("Take back"), "arrow-back-up", "desk:stint_withdraw"),
    ),
    "award": (
        Act("award.let_show", gettext_noop("May it be shown?"), "eye", "desk:award_show"),
        Act("award.correct", gettext_noop("Put right"), "pencil", "desk:award_correct"),
        Act("award.withdraw", gettext_noop("Take back"), "arrow-back-up", "desk:award_withdraw"),
    ),
    "practice": (
        Act("practice.end", gettext_noop("End it"), "check", "desk:practice_end", _began),
        Act("practice.correct", gettext_noop("Put right"), "pencil", "desk:practice_correct"),
        Act("practice.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:practice_withdraw"),
    ),
    "affiliation": (
        Act("affiliation.end", gettext_noop("Leave the roster"), "logout",
            "desk:affiliation_end", _began),
        Act("affiliation.change_role", gettext_noop("Another role"), "user",
            "desk:affiliation_role", _began),
        Act("affiliation.correct", gettext_noop("Put right"), "pencil",
            "desk:affiliation_correct"),
        Act("affiliation.admit", gettext_noop("Print the card"), "printer",
            "desk:affiliation_card", _began),
        Act("affiliation.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:affiliation_withdraw"),
    ),
    "income": (
        Act("income.correct", gettext_noop("Put right"), "pencil", "desk:income_correct"),
        Act("income.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:income_withdraw"),
    ),
    "benefit": (
        Act("benefit.end", gettext_noop("End it"), "check", "desk:benefit_end", _began),
        Act("benefit.correct", gettext_noop("Put right"), "pencil", "desk:benefit_correct"),
        Act("benefit.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:benefit_withdraw"),
    ),
    "encounter": (
        Act("encounter.settle", gettext_noop("Settle it"), "coin", "desk:encounter_settle",
            lambda held: held.settled is None, True),
        Act("encounter.correct", gettext_noop("Put right"), "pencil", "desk:encounter_correct"),
        Act("encounter.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:encounter_withdraw"),
    ),
    "payout": (
        Act("payout.correct", gettext_noop("Put right"), "pencil", "desk:payout_correct"),
        Act("payout.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:payout_withdraw"),
    ),
    "assurance": (
        Act("assurance.correct", gettext_noop("Put right"), "pencil", "desk:assurance_correct"),
        Act("assurance.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:assurance_withdraw"),
    ),
    "defect": (
        Act("defect.accept", gettext_noop("It is true"), "check", "desk:defect_accept",
            lambda held: held.state == "open", True),
        Act("defect.reopen", gettext_noop("Open it again"), "refresh", "desk:defect_reopen",
            lambda held: held.state == "accepted"),
    ),
    "demand": (
        Act("demand.hand_up", gettext_noop("Handed up"), "check", "desk:demand_hand_up",
            lambda held: held.handed_up is None, True),
    ),
    "statistic": (
        Act("statistic.correct", gettext_noop("Put right"), "pencil", "desk:statistic_correct"),
    ),
    "activity": (
        Act("task.decide", gettext_noop("Write down a decision"), "plus", "desk:task_decide",
            lambda held: held.kind == "meeting", True),
        Act("activity.attend", gettext_noop("Attendance"), "users", "desk:activity_attend",
            lambda held: held.kind in ("training", "meeting"), True),
        Act("file.add", gettext_noop("Add a file"), "upload", "desk:file_add_to_activity"),
        Act("activity.correct", gettext_noop("Answer the questions"), "list",
            "desk:activity_answer", lambda held: bool(questions_of(held))),
        Act("activity.correct", gettext_noop("Put right"), "pencil", "desk:activity_correct"),
        Act("activity.withdraw", gettext_noop("Take back"), "arrow-back-up",
            "desk:activity_withdraw"),
    ),
}  # fmt: skip

#: What a list of a kind offers to add.
NEW: Mapping[str, Act] = {
    "person": Act("person.register", gettext_noop("Register a person"), "plus",
                  "desk:person_register"),
    "household": Act("household.register", gettext_noop("Register a household"), "plus",
                     "desk:household_register"),
    "organisation": Act("organisation.register", gettext_noop("Register an organisation"), "plus",
                        "desk:organisation_register"),
    "site": Act("site.register", gettext_noop("Register a site"), "plus", "desk:site_register"),
    "post": Act("post.appoint", gettext_noop("Register a post"), "plus", "desk:post_appoint"),
    "stint": Act("stint.enter", gettext_noop("Enter days there or leave"), "plus",
                 "desk:stint_enter"),
    "project": Act("project.register", gettext_noop("Register a project"), "plus",
                   "desk:project_register"),
    "statistic": Act("statistic.state", gettext_noop("State a number"), "plus",
                     "desk:statistic_state"),
}  # fmt: skip


def acts_on(
    user: User, kind: Kind, key: UUID, row: Any, *, but: Collection[str] = ()
) -> list[Offered]:
    """What the account may do with a record, what is done most first.

    ``but``: what the page knows to be refused.

    What its roles do elsewhere only is not offered; what is about another record than this one
    (a file about a need) is judged when it is done.
    """
    acts = [
        act
        for act in ACTS.get(kind.name) or ACTS.get(kind.basic, ())
        if act.verb not in but and may(user, act.verb) and act.when(row)
    ]
    about = key if kind.name in SUBJECT_KINDS else row
    here = {act.verb for act in acts if _is_about(kind, act.verb)}
    shut = here - allowed(user, here, about)
    offered = [
        Offered(act.text, act.icon, reverse(act.route, args=[key]), act.first, act.rare)
        for act in acts
        if act.verb not in shut
    ]
    ordered = sorted(offered, key=lambda one: (one.rare, not one.first))
    return [replace(one, rare=one.rare or place >= SHOWN) for place, one in enumerate(ordered)]


def _is_about(kind: Kind, verb: str) -> bool:
    """Whether an action is about the very record on whose page it stands."""
    return kind.name in SUBJECT_KINDS or verb.partition(".")[0] in (kind.name, kind.basic)


#: Kinds of which whole lists are taken in, and those that may be on record twice.
TAKEN = ("person", "household", "benefit", "payout", "project", "training", "meeting", *DECLARED)
TWICE = ("person", "household")
_TWICE = Act("duplicate.merge", gettext_noop("Possible duplicates"), "users", "desk:duplicates")
_TAKE = Act("intake.stage", gettext_noop("Take a list in"), "upload", "desk:intake_bring")


def new_in(user: User, kind: Kind) -> list[Offered]:
    """What the account may add to a list of a kind."""
    acts = [NEW[kind.name]] if kind.name in NEW else []
    acts += [_TAKE] if kind.name in TAKEN else []
    acts += [_TWICE] if kind.name in TWICE else []
    return [
        Offered(act.text, act.icon, reverse(act.route), act not in (_TAKE, _TWICE))
        for act in acts
        if may(user, act.verb)
    ]


def in_programme(user: User, programme: Programme) -> list[Offered]:
    """What the account may do for a programme as a whole."""
    offered = []
    if allows(user, "activity.record", programme=programme):
        address = reverse("desk:activity_record", args=[programme.name])
        offered.append(Offered(gettext_noop("Record work"), "pencil", address, True))
    if allows(user, "class.confirm", programme=programme):
        address = reverse("desk:proposals", args=[programme.name])
        offered.append(Offered(gettext_noop("Proposed classes"), "flag", address, False))
    if allows(user, "programme.set_owner", programme):
        address = reverse("desk:programme_owner", args=[programme.name])
        named = programme.owner_id is not None
        offered.append(Offered(gettext_noop("Who runs it"), "building", address, False, named))
    if allows(user, "programme.replace", programme):
        address = reverse("desk:programme_replace", args=[programme.name])
        offered.append(Offered(gettext_noop("New version"), "upload", address, False, True))
    return offered
