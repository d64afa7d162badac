"""Every role with every action, inside of what it was granted and outside: one rule for them all.

A role does an action if it does it at all and if what is written lies inside of each limit of its
grant. By which limits a thing can be told to lie inside stands in ``INSIDE``, one line an action.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from bangfu.ledger import clock
from bangfu.ledger.access import ROLES, NotAllowed, Role
from bangfu.ledger.actions import download as downloads
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import handover_steps, intake_steps
from bangfu.ledger.actions import intake as intakes
from bangfu.ledger.actions import measure as measures
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import round as rounds
from bangfu.ledger.actions import user as accounts
from bangfu.ledger.actions.event import By, Refused, insert
from bangfu.ledger.actions.intake import Accepted
from bangfu.ledger.actions.intake_new import NewPerson
from bangfu.ledger.actions.upload import Brought
from bangfu.ledger.divisions.packed import Division
from bangfu.ledger.models import (
    Enrolment,
    Fund,
    Handover,
    Measure,
    Pairing,
    Programme,
    Subject,
    User,
)
from bangfu.programmes.loader import library_text
from bangfu.programmes.sampling import Candidate
from tests.ledger.test_actions import asked, verbs
from tests.village import (
    CHOSEN,
    OPERATOR,
    PAIRED,
    VISITED,
    Village,
    _cadre,
    undone,
    village_subject,
    write,
)

# What lies within a grant is asked of both databases in tests/ledger/test_access.py, and each
# action is done on both in tests/ledger/test_actions.py; which role may do it is in no table.
pytestmark = pytest.mark.long_on_postgres

DAY = dt.timedelta(days=1)
COLLECTIVE = dt.date(2009, 3, 11)
APRIL = dt.date(2009, 4, 1)
NEXT_JUNE = dt.date(2010, 6, 1)

#: By which limits of a grant that which an action writes can be shown to lie inside. Whatever is
#: not named in a line is closed to whoever is limited in just that; a line without any is the
#: operator's alone, or the account's whose own it is; ``anywhere`` stands for what is done with
#: whatever the account sees, and so asks no limit. The own pairings are a limit like the others,
#: of the roles that have it.
INSIDE = """
activity.record            place unit programme own
activity.visit             place unit programme own
activity.look              place unit own
activity.correct           place unit programme own
activity.withdraw          place unit programme own
activity.attend            place unit programme own
affiliation.admit          place unit programme own
affiliation.correct        place unit programme own
affiliation.change_role    place unit programme own
affiliation.end            place unit programme own
affiliation.withdraw       place unit programme own
agreement.sign             place unit programme
agreement.renew            place unit programme
agreement.end              place unit programme
agreement.withdraw         place unit programme
assurance.judge            place unit programme own
assurance.correct          place unit programme own
assurance.withdraw         place unit programme own
award.give                 place unit programme own
award.correct              place unit programme own
award.let_show             place unit programme own
award.withdraw             place unit programme own
benefit.enter              place unit programme own
benefit.correct            place unit programme own
benefit.end                place unit programme own
benefit.withdraw           place unit programme own
bulk.people
bulk.deeds
class.propose              place unit programme own
class.propose_by_rule      place unit programme
class.confirm              place unit programme own
class.decline              place unit programme own
class.give                 place unit programme own
class.end                  place unit programme own
class.undo                 place unit programme own
consent.give               place unit programme own
consent.withdraw           place unit programme own
defect.find
defect.accept              place unit programme own
defect.reopen              place unit programme own
demand.note                place
demand.hand_up             place
demand.ask                 place
document.draft             place unit programme
document.edit              place unit programme
document.discard           place unit programme
document.issue             place unit programme
document.hand_in           place unit programme
document.return_           place unit programme
document.approve           place unit programme
document.sign              place unit programme
duplicate.propose          anywhere
duplicate.differ           place unit programme
duplicate.merge            place unit programme
duplicate.undo             place
encounter.record           place unit programme own
encounter.correct          place unit programme own
encounter.settle           place unit programme own
encounter.withdraw         place unit programme own
enrolment.take_in          place unit programme own
enrolment.take_in_several  place unit programme own
enrolment.leave            place unit programme own
enrolment.withdraw         place unit programme own
entry.promise              place unit programme
entry.receive              place unit programme
entry.pay                  place unit programme
entry.counter              place unit programme
example.enter
file.add                   place unit programme own
file.look                  place unit programme own
file.blur                  place unit programme own
file.drop                  place unit programme own
fund.open_all              place unit programme
grant.give                 place
grant.revoke               place
grounds.look               place unit programme own
dossier.take               place unit programme own
handover.offer             place unit programme
handover.answer            place unit programme own
handover.withdraw          place unit programme
handover.on_paper          place unit programme
grant.withdraw             place
health.note                place unit programme own
health.look                place unit programme own
household.register         place
household.update           place unit programme own
household.split            place
household.merge            place
household.move             place unit programme own
household.change_head      place unit programme own
household.leave            place unit programme own
household.join             place unit programme own
household.reveal           place unit programme own
income.enter               place unit programme own
income.correct             place unit programme own
income.withdraw            place unit programme own
reckoning.make             place unit programme own
intake.accept              place
intake.undo
intake.stage               anywhere
intake.stage_table
intake.choose
intake.teach
intake.mend
intake.replace
intake.begin
intake.stop
intake.discard
keys.rotate
list.save
list.change
list.rename
list.share
list.drop
list.download              anywhere
list.prepare               anywhere
list.again
list.stop
list.fetch
list.let_go
measure.plan_all           place unit programme
measure.drop               place unit programme
measure.link               place unit programme
measure.set_owner          place unit programme
measure.progress           place unit programme
need.raise_                place unit programme own
need.look                  place unit programme own
need.assign                place unit programme own
need.close                 place unit programme own
need.confirm               place unit programme own
organisation.register      place unit
organisation.update        place unit programme
pairing.make               place unit programme
pairing.end                place unit programme own
pairing.undo               place unit programme own
pairing.change_mode        place unit programme
payout.enter               place unit programme own
payout.correct             place unit programme own
payout.withdraw            place unit programme own
person.register            place
person.update              place unit programme own
person.correct             place unit programme own
person.reveal              place unit programme own
place.add                  place
place.load                 place
place.rename               place
place.move                 place
place.add_alias            place
place.end                  place
post.appoint               place unit
post.correct               place unit
post.leave                 place unit
practice.register          place unit programme own
practice.correct           place unit programme own
practice.end               place unit programme own
practice.withdraw          place unit programme own
proceeding.start           place unit programme own
proceeding.handle          place unit programme own
proceeding.appeal          place unit programme own
proceeding.drop            place unit programme own
programme.start            place
programme.replace          place unit programme
programme.set_owner        place unit programme
qualification.enter        place unit programme own
qualification.correct      place unit programme own
qualification.renew        place unit programme own
qualification.end          place unit programme own
qualification.withdraw     place unit programme own
qualification.reveal       place unit programme own
round.open                 place unit programme
round.count_sheets         place unit programme
round.draw                 place unit programme
round.score                place unit programme
round.find                 place unit programme
round.issue                place unit programme
sample.assign              place unit programme
sample.meet                place unit programme
sample.replace             place unit programme
site.register              place
project.register           place unit programme
project.correct            place unit programme
project.withdraw           place unit programme
project_state.enter        place unit programme
project_state.correct      place unit programme
project_state.withdraw     place unit programme
project_part.plan          place unit programme
project_part.report        place unit programme
project_part.correct       place unit programme
project_part.withdraw      place unit programme
statistic.state            place
statistic.correct          place
stint.enter                place unit programme own
stint.approve              place unit programme own
stint.refuse               place unit programme own
stint.correct              place unit programme own
stint.end                  place unit programme own
stint.withdraw             place unit programme own
subject.as_subject         place
subject.rename             place unit programme own
subject.move               place unit programme own
subject.erase              place unit programme own
task.decide                place unit programme own
task.finish                place unit programme own
task.move                  place unit programme own
task.drop                  place unit programme own
tick.mark                  place unit programme own
tick.take_back             place unit programme own
upgrade.erased_last
upgrade.grants_once
upgrade.handover_steps
upgrade.leave_steps
upgrade.paper_steps
user.change_password
user.renew_hash
user.set_type
user.create                place
user.set_password          place
user.reset_second_factor   place
user.close                 place
user.reopen                place
user.view_as               place
user.view_as_end           place
work.ask                   place
work.cancel                place
work.retry                 place
work.end
"""
LIMITS_OF = {line.split()[0]: set(line.split()[1:]) for line in INSIDE.strip().splitlines()}
VERBS = sorted(set(verbs()) - {"test.write"})


def expected(role: Role, verb: str, limits: set[str], inside: bool) -> bool:
    """The whole rule."""
    if "anywhere" in LIMITS_OF[verb]:
        return does(role, verb)
    return does(role, verb) and inside and limits <= LIMITS_OF[verb]


def does(role: Role, verb: str) -> bool:
    """Whether a role does an action at all; looking at what is sealed is a matter of its own."""
    sealed = {
        "person.reveal": role.reveals, "household.reveal": role.reveals,
        "qualification.reveal": role.reveals and role.may(verb),
        "health.look": role.health,
        "list.download": "household" in role.sees,
        "list.prepare": "household" in role.sees,
    }  # fmt: skip
    return sealed.get(verb, role.may(verb))


@dataclass
class World:
    """The known people, what each action is asked about them, and an account for each grant."""

    village: Village
    other: Programme
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)
    accounts: dict[tuple[str, str, bool], User] = field(default_factory=dict)

    def lines(self) -> Iterator[tuple[Role, str, bool, User]]:
        """Every role within every limit, where all that is asked about lies and elsewhere."""
        for (role, limit, inside), account in self.accounts.items():
            yield ROLES[role], limit, inside, account


@pytest.fixture(scope="module")
def world(told_village: Village) -> World:
    """Whatever hangs on Zhao, whom Li of the hospital helps within the programme that it runs."""
    v, words = told_village, asked(told_village)
    programmes.set_owner(by=OPERATOR, programme=v.programme, owner=v.hospital)
    home = village_subject(v)
    once = pairings.make(
        by=OPERATOR, programme=v.programme, name="unit_to_village", helper=v.hospital,
        subject=home, on=COLLECTIVE,
    )  # fmt: skip
    pairings.close(by=OPERATOR, pairing=once, on=APRIL - DAY, reason="试用")
    text = library_text("village_link", "programme.toml")
    made = World(v, programmes.start(by=OPERATOR, name="village_link", text=text))
    made.asked = _hung_on_zhao(v, words)
    _help_the_whole_household(v)
    for role in ROLES.values():
        for limit in ("place", "unit", "programme", "own"):
            for inside in (True, False):
                if limit != "own" or role.own:
                    made.accounts[role.name, limit, inside] = _account(made, role, limit, inside)
    return made


def _account(world: World, role: Role, limit: str, inside: bool) -> User:
    """An account whose one grant contains all that is asked about, or nothing of it.

    Outside is not just anywhere: where the helpers live, the unit that helps beside, the programme
    that goes on in the same county, the helper next door.
    """
    v = world.village
    within: dict[str, dict[str, Any]] = {
        "place": {"place": v.county if inside else v.far_village},
        "unit": {"organisation": v.hospital if inside else v.clinic},
        "programme": {"programme": v.programme if inside else world.other},
        "own": {},
    }
    helper = v.li if inside or limit != "own" else v.zhou
    name = f"a{len(world.accounts)}"
    return v.account(name, role.name, person=helper if role.own else None, **within[limit])


def _hung_on_zhao(v: Village, said: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What each action is asked, so that it lies inside of as many limits as may be."""
    by = OPERATOR
    home, fund = village_subject(v), Fund.objects.get(programme=v.programme)
    measure = Measure.objects.current().get(programme=v.programme, name="water")
    measures.set_owner(by=by, measure=measure, owner=v.hospital)
    promised = funds.promise(by=by, fund=fund, organisation=v.hospital, on=VISITED, amount=7)
    about = {"subject": v.zhao, "programme": v.programme}
    need = needs.raise_(by=by, on=VISITED, text="修路", **about)
    closed = needs.raise_(by=by, on=VISITED, text="看病", **about)
    needs.close(by=by, need=closed, on=VISITED, evidence="已办")
    sweep = Enrolment.objects.current().get(subject=v.zhao, name="sweep")
    enrolments.take_back(by=by, enrolment=sweep)
    listed = Accepted(persons=(NewPerson(clock.new_id(), "郑新", v.village),))
    before = Accepted(persons=(NewPerson(clock.new_id(), "郑旧", v.village),))
    event = clock.new_id()
    intakes.accept(by=By(None, "test", event), rows=before, on=VISITED, source="名单")
    doctor, file = v.accounts["chen"], programmes.meaning_of(v.programme, APRIL).file
    said |= {
        "bulk.people": {"homes": [], "on": VISITED, "source": "入户"},
        "bulk.deeds": {"deeds": [], "programme": v.programme},
        "example.enter": {"programme": v.programme, "given": {}},
        "intake.accept": {"rows": listed, "on": VISITED, "source": "名单"},
        "intake.undo": {"event": event},
        **_staged(v),
        **_prepared(v, said["list.prepare"]),
        "keys.rotate": {"table": "ledger_person", "rows": []},
        "place.load": {
            "table": [Division("990001101299", "新庄村", "village", "990001101000", "xzc")],
            "edition": "试用",
            "began": VISITED,
        },
        "upgrade.erased_last": {},
        "upgrade.grants_once": {},
        "upgrade.handover_steps": {},
        "upgrade.leave_steps": {},
        "upgrade.paper_steps": {},
        "work.end": {"work": said["work.cancel"]["work"], "state": "done", "message": {}},
        "user.reset_second_factor": {"user": doctor},
        "measure.drop": {"programme": v.programme, "kept": file, "on": APRIL},
        "pairing.change_mode": {
            "programme": v.programme,
            "old": "one_to_one",
            "new": "unit_to_village",
            "pairs": [(v.hospital, home)],
            "on": APRIL,
            "reason": "改为集体结对",
        },
    }
    for verb in ("subject.as_subject", "statistic.state", "place.end"):
        said[verb]["place"] = v.next_village
    said["handover.offer"]["to"] = _who_can_answer(v)
    before = _a_helper_before(v, *(said[f"handover.{one}"]["to"] for one in ("offer", "on_paper")))
    _helps(v, said["handover.offer"]["to"], v.sun)
    for verb in ("rename", "move", "erase"):
        said[f"subject.{verb}"]["subject"] = v.zhao
    said["subject.move"]["to"] = v.next_village
    for verb in ("update", "correct"):
        said[f"person.{verb}"]["subject"] = v.zhao
    for verb in ("consent.give", "health.note"):
        said[verb] |= {"subject": v.zhao, "purpose": "体检"}
    offered = _offered_to_li(v, before)
    said["handover.answer"] = {"accepted": [], "refused": [offered], "reason": "已满"}
    said["handover.withdraw"]["offers"] = [offered]
    said["proceeding.start"] |= {"name": "lamp", "subject": v.zhao}
    said["tick.mark"] |= {"subject": v.zhao, "on": APRIL}
    said["round.open"] |= {"subject": v.hospital, "day": NEXT_JUNE, "on": NEXT_JUNE}
    said["round.draw"] |= {
        "round": rounds.open_(by=by, **{**said["round.open"], "name": "spot_check"}),
        "on": NEXT_JUNE,
        "frame": lambda held, moment: [Candidate(v.zhao.fact)],
        "inspectors": [],
    }
    said["class.give"]["subject"] = v.zhao
    said["class.propose"] |= {"subject": v.zhao, "option": "wishes"}
    said["class.give"]["option"] = "wishes"
    said["enrolment.take_in"]["subject"] = v.zhao
    said["enrolment.take_in_several"]["subjects"] = [v.zhao]
    said["activity.visit"] |= {"also": [], "met": [], "programme": v.programme}
    said["pairing.make"] |= {"helper": v.hospital, "on": APRIL}
    said["agreement.sign"] |= {"helper": v.hospital, "subject": home}
    said["activity.record"] |= {
        "programme": v.programme, "place": v.village, "organisation": v.hospital
    }  # fmt: skip
    said["programme.set_owner"] |= {"owner": v.hospital}
    for verb in ("promise", "receive", "pay"):
        said[f"entry.{verb}"]["organisation"] = v.hospital
    said["entry.counter"]["entry"] = promised
    said["need.raise_"] |= about
    for verb in ("assign", "close"):
        said[f"need.{verb}"]["need"] = need
    said["need.confirm"]["need"] = closed
    said["measure.link"] = {"measure": measure, "need": need}
    said["measure.set_owner"] = {"measure": measure, "owner": v.hospital}
    said["measure.progress"]["measure"] = measure
    said["post.appoint"] |= {"person": v.li, "organisation": v.hospital, "title": "主任"}
    said["organisation.register"]["parent"] = v.hospital
    said["organisation.update"]["subject"] = v.hospital
    said["user.create"]["person"] = v.sun
    for words in said.values():
        words.pop("else", None)
    return said


def _staged(v: Village) -> dict[str, dict[str, Any]]:
    """What is asked about a list that somebody else brought, whom it is left to alone."""
    told = {"brought": Brought(b"list"), "name": "名单.csv", "place": None, "on": VISITED,
            "ground": "duty"}  # fmt: skip
    owner = By(v.account("brings", "clerk", place=v.county), "test", purpose="摸底")
    staged = {"intake": intake_steps.stage(by=owner, **told)}
    return {
        "intake.stage": told,
        "intake.stage_table": {**staged, "table": 1},
        "intake.choose": {**staged, "table": 0, "place": None, "on": VISITED},
        "intake.teach": {**staged, "told": {"1": {"2": "person.name"}}},
        "intake.mend": {**staged, "mends": {}},
        "intake.replace": {**staged, "brought": Brought(b"list"), "mends": {}},
        **{f"intake.{step}": dict(staged) for step in ("begin", "stop", "discard")},
    }


def _prepared(v: Village, told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is asked about a file that somebody else asked for, to whom it is left alone."""
    owner = By(v.account("takes", "clerk", place=v.county), "test", purpose="摸底")
    asked_for = {name: value for name, value in told.items() if name != "else"}
    file = {"download": downloads.prepare(by=owner, **asked_for)}
    return {f"list.{step}": dict(file) for step in ("again", "stop", "fetch", "let_go")}


def _who_can_answer(v: Village) -> Subject:
    """A colleague of Li with an account."""
    colleague = _cadre("于能", v.hospital, v.far_village)
    v.account("yu", "helper", person=colleague)
    return colleague


def _a_helper_before(v: Village, *colleagues: Subject) -> Pairing:
    """Li's colleagues helped Sun for some days each, so the programme knows of them."""
    about = {"programme": v.programme, "subject": v.sun}
    for name in ("sweep", "returnees"):
        enrolments.take_in(by=OPERATOR, name=name, on=CHOSEN, **about)
    for number, colleague in enumerate(colleagues):
        helped = pairings.make(
            by=OPERATOR, name="one_to_one", helper=colleague, on=PAIRED + number * DAY, **about
        )
        pairings.close(by=OPERATOR, pairing=helped, on=PAIRED + number * DAY, reason="试用")
    return helped


def _help_the_whole_household(v: Village) -> None:
    """Li helps the Zhaos as a household besides, so that its sheet lies inside every limit."""
    _helps(v, v.li, v.zhao_home)


def _helps(v: Village, helper: Subject, subject: Subject) -> None:
    """A pairing that lasts, by whichever mode: it opens its subject to the helper's unit."""
    pairing = Pairing(programme=v.programme, name="whole_household", helper=helper, began=PAIRED)
    pairing.subject = subject
    write(by=OPERATOR, what=lambda: insert(pairing))


def _offered_to_li(v: Village, pairing: Pairing) -> Handover:
    """An offer to Li, who helps one already and by the programme could not be asked."""
    row = Handover.objects.current().get()
    row.pk, row.pairing = clock.new_id(), pairing
    row.subject, row.giver, row.successor = v.zhao, pairing.helper, v.li

    def offered() -> Handover:
        insert(row)
        handover_steps.begin(row)
        return row

    made: Handover = write(by=OPERATOR, what=offered)
    return made


def test_every_action_stands_in_the_table_and_is_asked_something(world: World, db: None) -> None:
    assert sorted(LIMITS_OF) == sorted(world.asked) == VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_an_action_is_done_inside_of_what_was_granted_and_nowhere_else(
    world: World, db: None, verb: str
) -> None:
    found, rule = {}, {}
    for role, limit, inside, account in world.lines():
        limits = {limit, "own"} if role.own else {limit}
        line = f"{role.name}, by {limit}, {'inside' if inside else 'outside'}"
        if not (does(role, verb) or asked_anyhow(limit, inside)):
            continue
        rule[line] = "done" if expected(role, verb, limits, inside) else "not allowed"
        found[line] = attempt(verb, account, world.asked[verb], for_others=not role.own)
    assert found == rule


def asked_anyhow(limit: str, inside: bool) -> bool:
    """Whether a role is asked about an action that it does nowhere: where nothing else stops it.

    Within one limit, for it is refused before any is looked at; and not on PostgreSQL a second
    time, in the long form either: what a role does is in no table of the database.
    """
    return limit == "place" and inside and connection.vendor == "sqlite"


def attempt(
    verb: str, account: User | None, words: dict[str, Any], *, for_others: bool = False
) -> str:
    """What becomes of an action; whatever it does is undone."""
    by = By(account, "test", purpose="随访")
    with undone():
        if verb == "handover.answer" and for_others:
            _close_accounts(words["refused"][0].successor)
        try:
            answer = verbs()[verb](by=by, **{k: _anew(v) for k, v in words.items()})
        except NotAllowed:
            return "not allowed"
        except Refused as refused:
            return f"refused: {refused.code}"
    return "done" if answer or verb != "health.look" else "not allowed"


def _close_accounts(person: Subject) -> None:
    """Who leads the unit of somebody answers only where that person has no account to answer in."""
    for one in User.objects.filter(person=person.fact, is_active=True):
        accounts.close(by=OPERATOR, user=one)


def _anew(value: Any) -> Any:
    """A record as the database has it, whatever an attempt before did to the one at hand."""
    if isinstance(value, list):
        return [_anew(one) for one in value]
    return type(value)._base_manager.get(pk=value.pk) if isinstance(value, Model) else value
