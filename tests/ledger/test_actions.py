"""Every action leaves one event, names fields but no values, and is harmless when repeated."""

from __future__ import annotations

import copy
import datetime as dt
import importlib
import json
import pkgutil
import uuid
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from bangfu.ledger import actions, clock
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import classes, pairing
from bangfu.ledger.actions import duplicate as duplicates
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import health as healths
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import place as places
from bangfu.ledger.actions import proceeding as proceedings
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import round as rounds
from bangfu.ledger.actions import sample as samples
from bangfu.ledger.actions import saved_list as saved_lists
from bangfu.ledger.actions import statistic as statistics
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.duplicate import Proposed
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.actions.round import Counted
from bangfu.ledger.actions.upload import Brought
from bangfu.ledger.models import (
    Activity,
    Affiliation,
    Agreement,
    Assurance,
    Award,
    Benefit,
    Class,
    Consent,
    Defect,
    Demand,
    Document,
    DocumentStep,
    Duplicate,
    Encounter,
    Enrolment,
    Entry,
    Event,
    EventRows,
    Fund,
    Grant,
    Handling,
    Handover,
    Income,
    Measure,
    Need,
    Pairing,
    Payout,
    Post,
    Practice,
    Proceeding,
    ProgrammeVersion,
    Project,
    ProjectPart,
    ProjectState,
    Proposal,
    Qualification,
    Round,
    Sample,
    SavedList,
    Statistic,
    Stint,
    Subject,
    Task,
    Tick,
    Work,
)
from bangfu.programmes.loader import library_text
from bangfu.programmes.sampling import Candidate
from tests.pictures import landscape
from tests.village import (
    CHOSEN,
    CONFIDED,
    DETAIL,
    GROUNDS,
    IDENTITY,
    ILLNESS,
    OPERATOR,
    PAIRED,
    PHONE,
    VISITED,
    WISH,
    WORRY,
    Village,
    added_file,
    undone,
    village_subject,
)

#: Said by word at a hand-over; kept as a note is, and in no event.
PROMISED = "答应秋天带去看果园"
NEW_NAME, NEW_IDENTITY, NEW_PHONE = "郑小川", "990001198506150025", "11011112222"
NEW_LICENCE = "2012990001198506150025"
DONE = {"on": VISITED, "source": "派出所"}
LINE = {
    "kind": "wages",
    "item": "县城务工",
    "since": dt.date(2008, 6, 1),
    "until": dt.date(2008, 12, 31),
}
NEXT_YEAR = dt.date(2010, 2, 6)
LATER = dt.date(2009, 6, 1)
NEXT_DAY = VISITED + dt.timedelta(days=1)

#: Actions that are tried elsewhere, and where.
ELSEWHERE = {
    "bulk.people": "tests of taking over a county",
    "bulk.deeds": "tests of taking over a county",
    "intake.accept": "tests of lists that are taken in",
    "intake.undo": "tests of lists that are taken in",
    **dict.fromkeys(
        (
            f"intake.{step}"
            for step in "stage stage_table choose teach mend replace begin stop discard".split()
        ),
        "tests of lists that are taken in",
    ),
    **dict.fromkeys(
        (f"list.{step}" for step in "again stop fetch let_go".split()),
        "tests of large lists as files",
    ),
    "place.load": "tests of the table of divisions",
    "example.enter": "worked examples",
    "keys.rotate": "tests of the keys",
    "user.reset_second_factor": "tests of signing in",
    "upgrade.erased_last": "tests of upgrading",
    "upgrade.grants_once": "tests of upgrading",
    "upgrade.handover_steps": "tests of upgrading",
    "upgrade.leave_steps": "tests of upgrading",
    "upgrade.paper_steps": "tests of upgrading",
    "work.end": "tests of the worker",
    "pairing.change_mode": "test_acting, and the story",
    "measure.drop": "goes with programme.replace",
}


def _refused(v: Village) -> Proceeding:
    """A proceeding about Zhao that was refused and told of, so that it can be appealed."""
    held = proceedings.start(
        by=OPERATOR, programme=v.programme, name="tools", subject=v.zhao, on=VISITED
    )
    for result, words in (("refused", {"reason": "工具借完了"}), ("done", {})):
        row = Handling.objects.current().get(proceeding=held.fact, closed=None)
        proceedings.handle(by=OPERATOR, handling=row, on=VISITED, result=result, **words)
    return Proceeding.objects.get(pk=held.pk)


@cache
def verbs() -> dict[str, Callable[..., Any]]:
    """Every action by its verb."""
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.iter_modules(actions.__path__):
        loaded = importlib.import_module(f"bangfu.ledger.actions.{module.name}")
        for one in vars(loaded).values():
            if isinstance(verb := getattr(one, "verb", None), str):
                found[verb] = one
    return found


def asked(v: Village) -> dict[str, dict[str, Any]]:
    """What each action is asked; a second table of words that differ stands under ``else``."""
    home = village_subject(v)
    measure = Measure.objects.current().get(name="water")
    need = Need.objects.current().get(subject=v.zhao)
    unclosed = Need.objects.current().get(subject=home)
    post = Post.objects.current().get(person=v.li)
    given_class = Class.objects.current().get(subject=v.zhao)
    fund = Fund.objects.current().get()
    enrolled = Enrolment.objects.current().get(subject=v.zhao, name="returnees")
    visit = Activity.objects.get(pk=v.visit.pk)
    paired = Pairing.objects.get(pk=v.pairing.pk)
    consent = Consent.objects.current().get()
    statistic = Statistic.objects.current().get()
    demand = Demand.objects.current().get()
    defect, accepted = (
        Defect.objects.current().get(subject=v.zhao, state=state) for state in ("open", "accepted")
    )
    entry = Entry.objects.filter(direction="promised", counters=None).get()
    proposed = Proposal.objects.current().get()
    draft, handed = _draft(v), DocumentStep.objects.get().document
    offered, decided = (
        Handover.objects.current().get(),
        Task.objects.current().get(round=None, demand=None),
    )
    opened = Handling.objects.current().get(closed=None, step="decide")
    proceeding, ticked = opened.proceeding, Tick.objects.current().get()
    round_, refused = Round.objects.current().get(name="unit_year"), _refused(v)
    drawn = Sample.objects.current().get(state="open")
    undrawn = rounds.open_(
        by=OPERATOR, programme=v.programme, name="spot_check", subject=v.clinic, day=VISITED,
        on=VISITED,
    )  # fmt: skip
    counted = rounds.open_(
        by=OPERATOR, programme=v.programme, name="spot_check", subject=v.hospital,
        day=dt.date(2011, 3, 1), on=dt.date(2011, 3, 1),
    )  # fmt: skip
    samples.draw(by=OPERATOR, round=counted, on=dt.date(2011, 3, 1), frame=lambda _h, _m: [])
    counted.refresh_from_db()
    agreed = Agreement.objects.current().get()
    draft = _draft(v)
    photo = added_file(v, people=True)
    line, judged = Income.objects.current().get(), Assurance.objects.current().get()
    licence, place, member = (
        model.objects.current().get(**{column: v.zhao})
        for model, column in (
            (Qualification, "person"),
            (Practice, "person"),
            (Affiliation, "subject"),
        )
    )
    encounter = Encounter.objects.current().get()
    benefit, payout = Benefit.objects.current().get(), Payout.objects.current().get()
    well, pipes = Project.objects.current().get(), ProjectPart.objects.current().get()
    approved = ProjectState.objects.current().get(state="approved")
    away, honour = Stint.objects.current().get(), Award.objects.current().get()
    trained = Activity.objects.current().get(kind="training")
    doctor = v.accounts["chen"]
    grant = Grant.objects.get(user=doctor)
    saved = SavedList.objects.current().get(user=doctor)
    question = {"kind": "household", "asked": {"size.min": ["4"], "head": [str(v.zhao.pk)]}}
    registered = {"place": v.village, "on": VISITED, "source": "入户"}
    text = library_text("returnees", "programme.toml")
    later = text.replace('unit    = "轮"', 'unit    = "次"')
    assert later != text
    return {
        "subject.as_subject": {"place": v.far_village, "else": {"place": v.town}},
        "subject.rename": {"subject": v.sun, "name": NEW_NAME, "on": VISITED},
        "subject.move": {"subject": v.sun, "to": v.far_village, "on": VISITED},
        "subject.erase": {"subject": v.sun, "reason": "request"},
        "site.register": {"name": "饮水点", "kind": "well", "place": v.village, "on": VISITED},
        "project.register": {
            "on": VISITED,
            "title": "进村路",
            "kind": "construction",
            "place": v.village,
            "owner": v.hospital,
            "programme": v.programme,
        },
        "project.correct": {"project": well, "due": VISITED, "contract": "合1"},
        "project.withdraw": {"project": well},
        "project_state.enter": {"project": well, "state": "building", "on": LATER},
        "project_state.correct": {"project_state": approved, "state": "approved", "on": LATER},
        "project_state.withdraw": {"project_state": approved},
        "project_part.plan": {
            "project": well,
            "on": VISITED,
            "place": v.village,
            "title": "分管",
            "planned": Decimal(5000),
            "unit": "米",
        },
        "project_part.report": {"project_part": pipes, "on": VISITED, "done": Decimal(3)},
        "project_part.correct": {"project_part": pipes, "planned": Decimal(2000)},
        "project_part.withdraw": {"project_part": pipes},
        "statistic.state": {
            "place": v.far_village,
            "name": "households",
            "value": Decimal(3),
            "began": VISITED,
            "ended": VISITED,
            "source": "村委会",
        },
        "defect.find": {"rule": "household_kind_missing"},
        "defect.accept": {"defect": defect, "reason": "证件上没有", "until": None},
        "defect.reopen": {"defect": accepted},
        "demand.note": {
            "place": v.village,
            "title": "农户台账",
            "layout": "b" * 32,
            "columns": ["户主"],
            "rows": 1,
            "filled": 1,
            "left": 0,
        },
        "demand.ask": {
            "demand": demand,
            "asked": [(v.li, "联系电话 2格")],
            "due": clock.today(),
        },
        "demand.hand_up": {"demand": demand, "on": clock.today(), "typed": 2},
        "duplicate.propose": {
            "found": [Proposed("person", v.zhao.pk, v.sun.pk, 0.998, "name_same")]
        },
        "duplicate.differ": {"one": v.zhao, "other": v.li},
        "duplicate.merge": {"keep": v.zhao, "gone": v.sun, "on": VISITED, "take": ["birth"]},
        "duplicate.undo": {"pair": _merged(v)},
        "statistic.correct": {"statistic": statistic, "value": Decimal(7), "source": "更正"},
        "household.register": {"name": f"{NEW_NAME[0]}家", "size": 3, **registered},
        "household.update": {"subject": v.zhao_home, "on": VISITED, "size": 5},
        "household.split": {
            "subject": v.zhao_home,
            "members": [v.zhao],
            "head": v.zhao,
            **DONE,
        },
        "household.merge": {"subject": v.qian_home, "into": v.zhao_home, **DONE},
        "household.move": {"subject": v.zhao_home, "to": v.next_village, "on": VISITED},
        "household.change_head": {"subject": v.zhao_home, "head": v.sun, "on": VISITED},
        "household.leave": {"subject": v.zhao, "gone": "away", **DONE},
        "household.join": {
            "subject": v.li,
            "household": v.zhao_home,
            "relation": "relative",
            "came": "returned",
            **DONE,
        },
        "household.reveal": {"subject": v.zhao_home, "field": "risks"},
        "income.enter": {"subject": v.zhao_home, **LINE, "amount": 90_000},
        "income.correct": {"income": line, "amount": 130_000},
        "income.withdraw": {"income": line},
        "reckoning.make": {"subject": v.zhao_home, "on": VISITED},
        "assurance.judge": {
            "subject": v.zhao_home,
            "on": VISITED,
            "verdicts": {"housing": "met", "water": "at_risk"},
            "evidence": "水窖见底",
        },
        "assurance.correct": {"assurance": judged, "verdict": "not_met", "evidence": "漏雨"},
        "assurance.withdraw": {"assurance": judged},
        "qualification.enter": {
            "person": v.zhao,
            "kind": "skill",
            "title": "瓦工三级",
            "began": VISITED,
            "number": NEW_LICENCE,
            "issuer": "县人社局",
        },
        "qualification.correct": {
            "qualification": licence,
            "kind": "village_doctor",
            "began": VISITED,
            "title": "中医",
            "number": NEW_LICENCE,
        },
        "qualification.renew": {"qualification": licence, "ended": dt.date(2034, 1, 23)},
        "qualification.end": {"qualification": licence, "on": VISITED, "reason": "given_up"},
        "qualification.withdraw": {"qualification": licence},
        "qualification.reveal": {"qualification": licence},
        "stint.enter": {
            "person": v.zhao,
            "kind": "in_village",
            "began": LATER,
            "ended": LATER,
            "place": v.village,
        },
        "stint.approve": {"stint": away, "approver": v.li, "on": VISITED},
        "stint.refuse": {"stint": away, "refuser": v.li, "on": VISITED, "reason": "缺人"},
        "stint.correct": {
            "stint": away,
            "kind": "annual",
            "began": VISITED,
            "ended": VISITED,
            "present": False,
        },
        "stint.end": {"stint": away, "on": VISITED},
        "stint.withdraw": {"stint": away},
        "award.give": {"subject": v.zhao, "on": VISITED, "title": "致富能手", "shown": True},
        "award.correct": {"award": honour, "on": VISITED, "title": "返乡创业典型"},
        "award.let_show": {"award": honour, "shown": True},
        "award.withdraw": {"award": honour},
        "activity.attend": {"activity": trained, "came": [], "away": [v.zhao]},
        "practice.register": {
            "person": v.zhao,
            "kind": "village_doctor",
            "organisation": v.hospital,
            "began": VISITED,
            "sessions": "每周五",
        },
        "practice.correct": {"practice": place, "sessions": "每周一"},
        "practice.end": {"practice": place, "on": VISITED},
        "practice.withdraw": {"practice": place},
        "affiliation.admit": {
            "subject": v.zhao,
            "organisation": v.clinic,
            "kind": "resident",
            "began": VISITED,
            "number": "云岫-002",
        },
        "affiliation.correct": {"affiliation": member, "kind": "inflow", "number": "云岫-003"},
        "affiliation.change_role": {"affiliation": member, "role": "council", "on": VISITED},
        "affiliation.end": {"affiliation": member, "on": VISITED, "reason": "left"},
        "affiliation.withdraw": {"affiliation": member},
        "benefit.enter": {
            "subject": v.zhao_home,
            "kind": "industry",
            "began": VISITED,
            "amount": 200_000,
            "per": "once",
            "account": "6210990001123456789",
        },
        "benefit.correct": {"benefit": benefit, "amount": 42_000},
        "benefit.end": {"benefit": benefit, "on": VISITED, "reason": "收入超过标准"},
        "benefit.withdraw": {"benefit": benefit},
        "encounter.record": {
            "subject": v.zhao,
            "kind": "outpatient",
            "on": VISITED,
            "provider": v.clinic,
            "cost": 12_000,
            "reimbursed": 9_000,
        },
        "encounter.correct": {"encounter": encounter, "outcome": "going_on"},
        "encounter.settle": {
            "encounter": encounter,
            "on": VISITED,
            "cost": 340_000,
            "reimbursed": 300_000,
            "settlement": "one_stop",
        },
        "encounter.withdraw": {"encounter": encounter},
        "payout.enter": {
            "subject": v.zhao_home,
            "kind": "industry",
            "on": VISITED,
            "amount": 200_000,
        },
        "payout.correct": {"payout": payout, "amount": 42_000},
        "payout.withdraw": {"payout": payout},
        "pairing.make": {
            "programme": v.programme,
            "name": "unit_to_village",
            "helper": v.clinic,
            "subject": home,
            "on": dt.date(2009, 3, 11),
        },
        "pairing.end": {"pairing": paired, "on": VISITED, "reason": "调动"},
        "pairing.undo": {"pairing": paired},
        "agreement.sign": {
            "programme": v.programme,
            "name": "commitment",
            "helper": v.clinic,
            "subject": home,
            "signed": VISITED,
            "number": "3号",
        },
        "agreement.renew": {"agreement": agreed, "signed": VISITED},
        "agreement.end": {"agreement": agreed, "on": dt.date(2009, 1, 24), "reason": "提前办好"},
        "agreement.withdraw": {"agreement": agreed},
        "handover.offer": {
            "pairings": [paired],
            "to": offered.successor,
            "on": VISITED,
            "reason": "调动",
            "promised": {paired.fact: PROMISED},
        },
        "handover.answer": {"accepted": [offered], "reason": "可以"},
        "handover.withdraw": {"offers": [offered], "reason": "另有安排"},
        "handover.on_paper": {
            "pairings": [paired],
            "to": _free_cadre(v),
            "on": VISITED,
            "reason": "调动",
            "paper": "县医院函〔2009〕3号",
        },
        "task.decide": {
            "meeting": decided.decided_at,
            "text": "把路修好",
            "owner": v.li,
            "due": NEXT_DAY,
        },
        "task.finish": {"task": decided, "on": VISITED, "evidence": "路修好了"},
        "task.move": {"task": decided, "due": NEXT_YEAR, "reason": "雨季"},
        "task.drop": {"task": decided, "on": VISITED, "reason": "改由镇里修"},
        "proceeding.start": {
            "programme": v.programme,
            "name": "training_place",
            "subject": v.qian,
            "on": VISITED,
            "reason": "本人要求",
            "urgent": True,
        },
        "proceeding.handle": {
            "handling": opened,
            "on": VISITED,
            "result": "done",
            "evidence": "已排进秋季班",
        },
        "proceeding.appeal": {"proceeding": refused, "on": VISITED, "asked": "本人不同意"},
        "proceeding.drop": {"proceeding": proceeding, "on": VISITED, "reason": "本人不去了"},
        "tick.mark": {
            "programme": v.programme,
            "name": "papers",
            "item": "signed",
            "subject": v.qian,
            "on": VISITED,
            "evidence": "回执存档",
        },
        "tick.take_back": {"tick": ticked},
        "round.open": {
            "programme": v.programme,
            "name": "unit_year",
            "subject": v.clinic,
            "day": VISITED,
            "on": VISITED,
        },
        "round.draw": {
            "round": undrawn,
            "on": VISITED,
            "frame": lambda held, moment: [Candidate(v.qian.fact)],
            "seed": "1234",
            "inspectors": [v.li],
        },
        "round.count_sheets": {"round": counted, "on": dt.date(2011, 3, 2)},
        "sample.assign": {"sample": drawn, "inspector": v.zhou},
        "sample.meet": {
            "sample": drawn,
            "on": VISITED,
            "agreed": True,
            "answers": {"pleased": True},
        },
        "sample.replace": {
            "sample": drawn,
            "on": VISITED,
            "why": "away",
            "frame": lambda held, moment: [],
        },
        "round.score": {
            "round": round_,
            "item": "order",
            "points": Decimal(15),
            "on": VISITED,
            "reason": "又缺三页",
        },
        "round.find": {
            "round": round_,
            "text": "台账上墙",
            "owner": v.hospital,
            "on": VISITED,
            "due": NEXT_DAY,
        },
        "round.issue": {
            "round": round_,
            "on": dt.date(2009, 12, 31),
            "count": lambda held, moment: [Counted("done", Decimal(80), "", "1", "1")],
        },
        "activity.record": {
            "kind": "talk",
            "on": VISITED,
            "whom": [v.zhao],
            "who": [v.li],
            "private_note": CONFIDED,
        },
        "activity.look": {
            "activity": Activity.objects.current().get(kind="talk"),
            "subject": v.zhao,
        },
        "activity.visit": {
            "kind": "visit",
            "on": VISITED,
            "subject": v.zhao,
            "also": [v.sun],
            "mode": "home",
            "note": "看过药",
            "raised": [("medical", WORRY)],
            "met": [unclosed],
        },
        "activity.correct": {"activity": visit, "people": 5},
        "activity.withdraw": {"activity": visit},
        "programme.start": {
            "name": "again",
            "text": text,
        },
        "programme.replace": {
            "programme": v.programme,
            "text": later,
            "on": dt.date(2009, 6, 1),
            "note": "更正单位",
        },
        "programme.set_owner": {"programme": v.programme, "owner": v.hospital},
        "class.give": {
            "programme": v.programme,
            "name": "need_kind",
            "subject": v.qian,
            "option": "rights",
            "on": VISITED,
            "grounds": GROUNDS,
        },
        "class.propose": {
            "programme": v.programme,
            "name": "need_kind",
            "subject": v.qian,
            "option": "rights",
            "on": VISITED,
            "grounds": GROUNDS,
        },
        "class.propose_by_rule": {
            "programme": v.programme,
            "name": "need_kind",
            "on": VISITED,
            "else": None,
        },
        "class.confirm": {"proposals": [proposed], "else": None},
        "class.decline": {"proposals": [proposed], "reason": "已有别的"},
        "class.end": {"given": given_class, "on": NEXT_DAY},
        "class.undo": {"given": given_class},
        "place.add": {
            "name": "新村",
            "level": "village",
            "parent": v.town,
            "began": VISITED,
            "code": "990001101209",
        },
        "place.rename": {"place": v.village, "name": "新名", "on": VISITED, "source": "公告"},
        "place.move": {"place": v.village, "to": v.far_town, "on": VISITED},
        "place.add_alias": {
            "place": v.village,
            "text": "前秀村",
            "sort": "spelling",
            "began": VISITED,
        },
        "place.end": {"place": v.far_village, "on": dt.date(2030, 1, 1)},
        "document.draft": {
            "programme": v.programme,
            "name": "bulletin",
            "on": VISITED,
            "title": "第二期",
            "body": {},
        },
        "document.edit": {"document": draft, "title": "改", "on": VISITED, "body": {"a": 1}},
        "document.discard": {"document": draft},
        "document.hand_in": {"document": draft, "count": lambda moment: []},
        "document.return_": {"document": handed, "reason": "第二段不清楚"},
        "document.approve": {"document": handed},
        "document.sign": {"document": draft, "signer": v.li, "count": lambda moment: []},
        "document.issue": {"document": draft, "count": lambda moment: []},
        "fund.open_all": {"programme": v.programme, "else": None},
        "entry.promise": {
            "fund": fund,
            "organisation": v.clinic,
            "on": VISITED,
            "amount": 5,
            "amount_most": 9,
        },
        "entry.receive": {"fund": fund, "organisation": v.clinic, "on": VISITED, "amount": 5},
        "entry.pay": {"fund": fund, "on": VISITED, "amount": 5, "use": "road", "voucher": "记-8"},
        "entry.counter": {"entry": entry, "on": VISITED, "voucher": "记-9"},
        "need.raise_": {"subject": v.zhao, "on": VISITED, "text": WORRY},
        "need.assign": {"need": need, "to": v.clinic, "due": None},
        "need.look": {"subject": v.zhao},
        "grounds.look": {"subject": v.zhao},
        "dossier.take": {"subject": v.zhao, "told": {"person": ["name", "sex"]}, "rows": 1},
        "need.close": {"need": unclosed, "on": VISITED, "evidence": "已修"},
        "need.confirm": {"need": need, "confirmed": True},
        "file.add": {
            "subject": v.zhao,
            "brought": Brought(landscape()),
            "title": "院子",
            "on": VISITED,
        },
        "file.blur": {"file": photo, "areas": [(0, 0, 500, 500)]},
        "file.look": {"file": photo},
        "file.drop": {"file": photo},
        "enrolment.take_in": {
            "programme": v.programme,
            "name": "sweep",
            "subject": v.sun,
            "on": CHOSEN,
            "grounds": GROUNDS,
        },
        "enrolment.take_in_several": {
            "programme": v.programme,
            "name": "sweep",
            "subjects": [v.sun],
            "on": CHOSEN,
            "grounds": GROUNDS,
        },
        "enrolment.leave": {"enrolment": enrolled, "on": VISITED, "reason": "moved"},
        "enrolment.withdraw": {"enrolment": enrolled},
        "post.appoint": {"person": v.sun, "organisation": v.clinic, "on": VISITED},
        "post.correct": {"post": post, "rank": "section", "real": False, "kind": "cadre"},
        "post.leave": {"post": post, "on": VISITED},
        "person.register": {
            "name": NEW_NAME,
            "identity": NEW_IDENTITY,
            "phone": NEW_PHONE,
            "wishes": WISH,
            "work_region": "邻县",
            **registered,
        },
        "person.update": {"subject": v.sun, "on": VISITED, "phone": NEW_PHONE, "wishes": WISH},
        "person.correct": {"subject": v.sun, "phone": NEW_PHONE},
        "person.reveal": {"subject": v.zhao, "field": "phone"},
        "health.note": {
            "subject": v.sun,
            "on": VISITED,
            "sort": ILLNESS,
            "detail": DETAIL,
            "ground": "duty",
            "purpose": "随访",
        },
        "health.look": {"subject": v.zhao},
        "list.save": {"user": doctor, "name": "四人以上的户", **question},
        "list.change": {"saved": saved, "asked": {}, "else": {"asked": {"sort": ["size"]}}},
        "list.rename": {"saved": saved, "name": "大户"},
        "list.share": {
            "saved": saved,
            "role": "clerk",
            "place": v.county,
            "else": {"role": "helper"},
        },
        "list.drop": {"saved": saved},
        "list.download": {
            **question,
            "columns": ["name", "size"],
            "rows": 12,
            "else": {"rows": 13},
        },
        "list.prepare": {
            **question,
            "columns": ["name", "size"],
            "rows": 12_000,
            "title": "户",
            "question": {"query": "size.min=4"},
            "else": {"rows": 13_000},
        },
        "measure.plan_all": {"programme": v.programme, "else": None},
        "measure.link": {"measure": measure, "need": need},
        "measure.set_owner": {"measure": measure, "owner": v.clinic},
        "measure.progress": {"measure": measure, "on": VISITED, "amount": Decimal("1.25")},
        "user.create": {"username": "xin", "password": "一个很长很长的口令-8"},
        "user.set_password": {"user": doctor, "password": "另一个很长很长的口令-9"},
        "user.change_password": {"user": doctor, "password": "另一个很长很长的口令-9"},
        "user.renew_hash": {"user": doctor, "password": "chen-一个很长的口令-7"},
        "user.set_type": {"user": doctor, "size": "large"},
        "user.close": {"user": doctor},
        "user.reopen": {"user": doctor},
        "user.view_as": {"user": doctor},
        "user.view_as_end": {"user": doctor},
        "grant.give": {
            "user": doctor,
            "role": "clerk",
            "on": VISITED,
            "reason": "兼任",
            "place": v.town,
        },
        "grant.revoke": {"granted": grant, "on": VISITED},
        "grant.withdraw": {"granted": grant},
        "work.ask": {"kind": "backup"},
        "work.cancel": {"work": _work("verify", "waiting")},
        "work.retry": {"work": _work("recount", "failed")},
        "organisation.register": {
            "name": "新单位",
            "kind": "bureau",
            "place": v.county,
            "on": VISITED,
        },
        "organisation.update": {"subject": v.clinic, "on": VISITED, "level": "county"},
        "consent.give": {"subject": v.sun, "purpose": "随访", "on": VISITED, "text": "我同意"},
        "consent.withdraw": {"consent": consent, "on": NEXT_DAY},
    }


def _work(kind: str, state: str) -> Work:
    """A piece of work as a worker would leave it."""
    return Work.objects.create(kind=kind, state=state, asked_at=clock.now())


def _merged(v: Village) -> Duplicate:
    """Somebody who was on record twice and was merged."""
    told = {"place": v.village, "on": VISITED, "source": "入户"}
    first = persons.register(by=OPERATOR, name="冯一", **told)
    twice = persons.register(by=OPERATOR, name="冯一", **told)
    return duplicates.merge(by=OPERATOR, keep=first, gone=twice, on=NEXT_DAY)


def _draft(v: Village) -> Document:
    return verbs()["document.draft"](
        by=OPERATOR, programme=v.programme, name="bulletin", on=VISITED, title="草稿", body={}
    )


def _free_cadre(v: Village) -> Subject:
    from tests.village import _cadre

    return _cadre("何医生", v.hospital, v.far_village)


@pytest.fixture(scope="module")
def everything(told_village: Village, django_db_blocker: Any) -> dict[str, dict[str, Any]]:
    """What each action is asked, with all that must be there before: entered once."""
    with django_db_blocker.unblock():
        return asked(told_village)


def test_every_action_is_tried_here_or_says_where(
    everything: dict[str, dict[str, Any]], db: None
) -> None:
    assert set(verbs()) - {"test.write"} == set(everything) | set(ELSEWHERE)


VERBS = sorted(set(verbs()) - set(ELSEWHERE) - {"test.write"})
#: What an action was told that only the person and those who may open it should know.
PERSONAL = (
    NEW_NAME, NEW_IDENTITY, NEW_PHONE, IDENTITY, PHONE, WISH, WORRY, CONFIDED, GROUNDS, ILLNESS,
    PROMISED, DETAIL, "赵大山", "孙秀英", "口令", "邻县",
)  # fmt: skip
#: These tell something and keep no answer: asked again under the same key, they tell nothing.
TELLING = {"person.reveal", "household.reveal", "qualification.reveal", "health.look"}


@pytest.mark.parametrize("verb", VERBS)
def test_an_action_leaves_one_event_and_is_harmless_when_repeated(
    told_village: Village, everything: dict[str, dict[str, Any]], db: None, verb: str
) -> None:
    do, said = verbs()[verb], copy.deepcopy(everything[verb])
    other = said.pop("else", {})
    before, key = set(Event.objects.values_list("pk", flat=True)), uuid.uuid4()
    by = By(_actor(told_village, verb), "test", key, "随访")
    answer = do(by=by, **said)

    fresh = Event.objects.exclude(pk__in=before)
    assert [e.pk for e in fresh] == [key], "one event, under the client's key"
    told = fresh.get()
    assert (told.verb, told.door) == (verb, "test")
    assert _values_told(told) == []
    assert verify().faults == []

    rows, again = EventRows.objects.count(), do(by=by, **said)
    assert Event.objects.count() == len(before) + 1 and EventRows.objects.count() == rows
    if verb not in TELLING:
        assert again == answer

    for words in _otherwise(said, other):
        with pytest.raises(Refused) as refused:
            do(by=by, **words)
        assert refused.value.code == "key_used"


def _actor(v: Village, verb: str) -> Any:
    return v.accounts["chen"] if verb == "health.look" else None


def _values_told(told: Event) -> list[str]:
    """The personal values that an event gives away."""
    written = json.dumps(
        {f.name: str(getattr(told, f.attname)) for f in Event._meta.concrete_fields},
        ensure_ascii=False,
    )
    return [value for value in PERSONAL if value in written]


def _otherwise(said: dict[str, Any], other: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The same question with one word different."""
    if other is None:
        return []
    if other:
        return [{**said, **other}]
    for name, value in said.items():
        if isinstance(value, dt.date):
            return [{**said, name: value - dt.timedelta(days=3)}]
        if isinstance(value, str) and name not in ("field", "role", "text"):
            return [{**said, name: f"{value}x"}]
        if isinstance(value, bool):
            return [{**said, name: not value}]
    return []


@pytest.mark.parametrize("other", ["A-1 号机井", "a-1号机井", "A1号机井"])
def test_a_key_is_not_taken_for_words_that_differ_only_in_their_writing(
    told_village: Village, db: None, other: str
) -> None:
    by = By(None, "test", uuid.uuid4())
    needs.raise_(by=by, subject=told_village.zhao, on=VISITED, text="A-1号机井")
    with pytest.raises(Refused) as refused:
        needs.raise_(by=by, subject=told_village.zhao, on=VISITED, text=other)
    assert refused.value.code == "key_used"


def test_no_event_tells_a_personal_value(everything: dict[str, dict[str, Any]], db: None) -> None:
    """All of them together, as the known people's whole story left them."""
    with undone():
        said = copy.deepcopy(everything)
        for verb in ("person.register", "need.raise_", "health.note", "class.give"):
            verbs()[verb](by=OPERATOR, **said[verb])
        assert [v for e in Event.objects.all() for v in _values_told(e)] == []
        assert Event.objects.exclude(fields={}).exists()


# ------------------------------------------------------------------ refusals


def refusals(v: Village) -> dict[str, Callable[[], Any]]:
    """One attempt for each code with which an action refuses."""
    by, p = OPERATOR, v.programme
    v.account("keeper", "administrator", place=v.county)
    need = Need.objects.current().get(subject=village_subject(v))
    fund, entry = Fund.objects.get(), Entry.objects.filter(counters__isnull=False).get()
    visit = Activity.objects.get(pk=v.visit.pk)
    paired = Pairing.objects.get(pk=v.pairing.pk)
    tomorrow = dt.date(2999, 1, 1)
    one = {"place": v.village, "on": VISITED, "source": "入户"}
    return {
        "no_such_kind": lambda: activities.record(by=by, kind="feast", on=VISITED),
        "in_the_future": lambda: activities.record(by=by, kind="visit", on=tomorrow),
        "note_about_one": lambda: activities.record(
            by=by, kind="visit", on=VISITED, private_note="密"
        ),
        "not_correctable": lambda: activities.correct_record(
            by=by, activity=visit, private_note=b"x"
        ),
        "no_such_class": lambda: classes.give(
            by=by, programme=p, name="need_kind", subject=v.zhao, option="gold", on=VISITED
        ),
        "no_such_pairing": lambda: pairing.make(
            by=by, programme=p, name="sweep", helper=v.li, subject=v.zhao, on=PAIRED
        ),
        "not_eligible": lambda: pairing.make(
            by=by, programme=p, name="one_to_one", helper=v.sun, subject=v.zhao, on=PAIRED
        ),
        "outside_its_time": lambda: pairing.make(
            by=by,
            programme=p,
            name="one_to_one",
            helper=v.li,
            subject=v.zhao,
            on=NEXT_YEAR,
        ),
        "taken": lambda: pairing.make(
            by=by, programme=p, name="one_to_one", helper=v.li, subject=v.qian, on=PAIRED
        ),
        "reason_missing": lambda: pairing.close(by=by, pairing=paired, on=VISITED, reason=" "),
        "ends_before_it_began": lambda: pairing.close(
            by=by, pairing=paired, on=dt.date(2000, 1, 1), reason="x"
        ),
        "amount_not_positive": lambda: funds.receive(
            by=by, fund=fund, organisation=None, on=VISITED, amount=0
        ),
        "voucher_missing": lambda: funds.pay(
            by=by, fund=fund, on=VISITED, amount=1, use="road", voucher=" "
        ),
        "countered_already": lambda: funds.counter(
            by=by, entry=entry.counters, on=VISITED, voucher="x"
        ),
        "no_such_ground": lambda: healths.note(
            by=by, subject=v.zhao, on=VISITED, sort="x", detail="", ground="whim", purpose="x"
        ),
        "consent_missing": lambda: healths.note(
            by=by, subject=v.sun, on=VISITED, sort="x", detail="", ground="consent", purpose="随访"
        ),
        "text_missing": lambda: needs.raise_(by=by, subject=v.zhao, on=VISITED, text=" "),
        "evidence_missing": lambda: needs.close(by=by, need=need, on=VISITED, evidence=""),
        "not_closed": lambda: needs.confirm(by=by, need=need, confirmed=True),
        "unknown_field": lambda: persons.register(by=by, name="新", shoe_size=43, **one),
        "name_missing": lambda: persons.register(by=by, name=" ", **one),
        "check": lambda: persons.register(by=by, name="新", identity=IDENTITY[:-1] + "1", **one),
        "number_taken": lambda: persons.register(by=by, name="新", identity=IDENTITY, **one),
        "not_sealed": lambda: persons.reveal(by=by, subject=v.zhao, field="sex"),
        "purpose_missing": lambda: persons.reveal(by=by, subject=v.zhao, field="phone"),
        "name_in_purpose": lambda: persons.reveal(
            by=By(None, "test", purpose=f"给{v.zhao.name}办社保"), subject=v.zhao, field="phone"
        ),
        "no_such_reason": lambda: subjects.erase(by=by, subject=v.zhao, reason="他要求的"),
        "identity_in_clear": lambda: activities.record(
            by=by, kind="visit", on=VISITED, note=f"证号{IDENTITY}"
        ),
        "phone_in_clear": lambda: activities.record(
            by=by, kind="visit", on=VISITED, note=f"电话{PHONE}"
        ),
        "code_taken": lambda: places.add(
            by=by,
            name="x",
            level="village",
            parent=v.town,
            began=VISITED,
            code="990001101201",
        ),
        "inside_itself": lambda: places.move(by=by, place=v.town, to=v.village, on=VISITED),
        "not_empty": lambda: places.close(by=by, place=v.town, on=VISITED),
        "alias_sort": lambda: places.add_alias(
            by=by, place=v.town, text="x", sort="rhyme", began=VISITED
        ),
        "started_already": lambda: programmes.start(
            by=by, name="returnees", text=library_text("returnees", "programme.toml")
        ),
        "nothing_changed": lambda: programmes.replace(
            by=by,
            programme=p,
            text=ProgrammeVersion.objects.current().get(programme=p).text,
            on=VISITED,
            note="",
        ),
        "source_missing": lambda: statistics.state(
            by=by,
            place=v.village,
            name="x",
            value=Decimal(1),
            began=VISITED,
            ended=VISITED,
            source="",
        ),
        "not_personal": lambda: subjects.erase(by=by, subject=v.hospital, reason="x"),
        "is_a_place": lambda: subjects.rename(
            by=by, subject=village_subject(v), name="x", on=VISITED
        ),
        "own_account": lambda: users.close(
            by=By(v.accounts["keeper"], "test"), user=v.accounts["keeper"]
        ),
        "held_already": lambda: users.grant(
            by=by, user=v.accounts["chen"], role="clinician", on=VISITED, reason="x", place=v.county
        ),
        "name_taken": lambda: users.create(by=by, username="chen", password="一个很长很长的口令-8"),
        "password_weak": lambda: users.create(by=by, username="ruo", password="123"),
        "no_such_role": lambda: users.grant(
            by=by, user=v.accounts["chen"], role="king", on=VISITED, reason="x"
        ),
        "no_limit": lambda: users.grant(
            by=by, user=v.accounts["chen"], role="clerk", on=VISITED, reason="x"
        ),
        "no_such_word": lambda: saved_lists.change(
            by=by, saved=SavedList.objects.current().get(), asked={"shoe_size.min": ["43"]}
        ),
        "looks_for_somebody": lambda: saved_lists.change(
            by=by, saved=SavedList.objects.current().get(), asked={"head": [v.zhao.name]}
        ),
        "asks_too_much": lambda: saved_lists.change(
            by=by, saved=SavedList.objects.current().get(), asked={"kind": ["poor"] * 201}
        ),
        "list_name_taken": lambda: saved_lists.keep(
            by=by, user=v.accounts["chen"], name=" 三人以上的户 ", kind="household", asked={}
        ),
        "several_limits": lambda: saved_lists.share(
            by=by, saved=SavedList.objects.current().get(), place=v.county, programme=p
        ),
        "length": lambda: organisations.register(
            by=by, name="x", kind="bureau", place=None, on=VISITED, credit_code="123"
        ),
    }


def test_nothing_is_called_by_an_empty_name(told_village: Village, db: None) -> None:
    v, by = told_village, By(None, "test")
    for called in (
        lambda: subjects.rename(by=by, subject=v.zhao, name=" ", on=VISITED),
        lambda: places.rename(by=by, place=v.village, name="", on=VISITED, source="公告"),
        lambda: places.add(by=by, name=" ", level="group", parent=v.village, began=VISITED),
    ):
        with pytest.raises(Refused) as refused:
            called()
        assert refused.value.code == "name_missing"


def test_an_action_refuses_with_a_code_and_words_and_leaves_nothing(
    told_village: Village, db: None
) -> None:
    attempts = refusals(told_village)
    before = Event.objects.count(), EventRows.objects.count(), Subject.objects.count()
    answers = {}
    for code, attempt in attempts.items():
        try:
            with undone():
                answers[code] = attempt()
        except Refused as refused:
            answers[code] = refused.code
            assert len(str(refused)) > 10 and "%(" not in str(refused), code
    assert answers == {code: code for code in attempts}
    after = Event.objects.count(), EventRows.objects.count(), Subject.objects.count()
    assert after == before
