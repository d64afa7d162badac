"""Known people: a county with two towns, three villages, two households, helpers and an outsider.

Everything is entered through the actions. A folder of tests loads the fixtures by importing them
in its ``conftest.py``: ``from tests.village import keyring, village``.
"""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from bangfu.ledger import clock, keys, staging, vault
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import affiliation as affiliations
from bangfu.ledger.actions import agreement as agreements
from bangfu.ledger.actions import assurance as assurances
from bangfu.ledger.actions import award as awards
from bangfu.ledger.actions import benefit as benefits
from bangfu.ledger.actions import classes, journal
from bangfu.ledger.actions import consent as consents
from bangfu.ledger.actions import defect as defects
from bangfu.ledger.actions import demand as demands
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import document_steps as steps
from bangfu.ledger.actions import download as downloads
from bangfu.ledger.actions import duplicate as duplicates
from bangfu.ledger.actions import encounter as encounters
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import file as files
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import handover as handovers
from bangfu.ledger.actions import health as healths
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import income as incomes
from bangfu.ledger.actions import intake_steps as intakes
from bangfu.ledger.actions import measure as measures
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import payout as payouts
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import place as places
from bangfu.ledger.actions import post as posts
from bangfu.ledger.actions import practice as practices
from bangfu.ledger.actions import proceeding as proceedings
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import project as projects
from bangfu.ledger.actions import proposal as proposals
from bangfu.ledger.actions import qualification as qualifications
from bangfu.ledger.actions import reckoning as reckonings
from bangfu.ledger.actions import round as rounds
from bangfu.ledger.actions import sample as samples
from bangfu.ledger.actions import saved_list as saved_lists
from bangfu.ledger.actions import site as sites
from bangfu.ledger.actions import statistic as statistics
from bangfu.ledger.actions import stint as stints
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions import task as tasks
from bangfu.ledger.actions import tick as ticks
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions import work as works
from bangfu.ledger.actions.document_counting import Count, Counted, Tabled
from bangfu.ledger.actions.event import By, action, insert
from bangfu.ledger.actions.upload import Brought
from bangfu.ledger.models import (
    Activity,
    Defect,
    Document,
    Download,
    File,
    Fund,
    Handling,
    Intake,
    Measure,
    Pairing,
    Place,
    Post,
    Programme,
    Sample,
    Subject,
    User,
)
from bangfu.programmes.loader import library_text
from bangfu.programmes.sampling import Candidate
from tests.pictures import landscape
from tests.told_again import told_again

#: The server's own operator, at its command line.
OPERATOR = By(user=None, door="test")
FOUNDED = dt.date(2002, 1, 1)
SWEPT = dt.date(2009, 1, 24)
CHOSEN = dt.date(2009, 2, 6)
PAIRED = dt.date(2009, 2, 10)
VISITED = dt.date(2009, 3, 3)
RETURNED = dt.date(2009, 3, 9)

#: What was entered about two people and must never lie anywhere in clear.
IDENTITY = "990001197003150010"
LICENCE = "2009990001197003150010"
PHONE = "11012345678"
WISH = "想在县城附近找一份泥瓦工的活"
WORRY = "腰伤一直没有好,不敢告诉家里人"
CONFIDED = "欠着包工头的三万块钱"
ILLNESS = "腰椎间盘突出症"
DETAIL = "二〇〇八年十一月工地摔伤后反复发作"
GROUNDS = "全家只靠他一个人挣钱"


@dataclass
class Village:
    """The known people and places, and what happened among them."""

    county: Place
    town: Place
    village: Place
    next_village: Place
    far_town: Place
    far_village: Place
    hospital: Subject
    clinic: Subject
    li: Subject
    zhou: Subject
    zhao_home: Subject
    zhao: Subject
    sun: Subject
    qian_home: Subject
    qian: Subject
    outsider: Subject
    programme: Programme
    pairing: Pairing
    visit: Activity
    accounts: dict[str, User] = field(default_factory=dict)

    def account(
        self, name: str, role: str, *, person: Subject | None = None, **within: Any
    ) -> User:
        """An account with one grant; ``within`` says place, organisation, programme and days."""
        user = users.create(
            by=OPERATOR, username=name, password=f"{name}-一个很长的口令-7", person=person
        )
        within.setdefault("on", FOUNDED)
        users.grant(by=OPERATOR, user=user, role=role, reason="试用", **within)
        self.accounts[name] = user
        return user


@pytest.fixture(scope="session")
def keyring(data_folder: Path) -> Iterator[keys.Keyring]:
    """The keys of these tests, made once."""
    file = Path(settings.BANGFU_KEYS_FILE)
    if not file.exists():
        keys.Keyring.create(file)
    vault.forget_keyring()
    yield vault.keyring()


@pytest.fixture(scope="module")
def told_village(
    django_db_setup: None, django_db_blocker: Any, keyring: keys.Keyring
) -> Iterator[Village]:
    """The known people with a record of every kind, entered once for a whole file of tests.

    Each test undoes what it does; a file that uses this has no transactional tests.
    """
    with django_db_blocker.unblock(), undone():
        told = told_again("village", _filled)
        settle()
        yield told


def _filled() -> Village:
    told = build()
    fill(told)
    journal.seal()
    return told


def settle() -> None:
    """Look at foreign keys, so that triggers can be dropped further on."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture(scope="module")
def standing_village(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any,
    keyring: keys.Keyring,
) -> Iterator[Village | None]:  # fmt: skip
    """The village once for a whole file, where each of its tests undoes what it does.

    None in a file that commits something or stops the clock.
    """
    file = [item for item in request.session.items if item.path == request.path]
    if any(map(_wants_its_own, file)):
        yield None
        return
    with django_db_blocker.unblock(), undone():
        built = build()
        settle()
        yield built


def _wants_its_own(item: pytest.Item) -> bool:
    """Whether a test commits something or stops the clock."""
    said = item.get_closest_marker("django_db")
    names = {"transactional_db", "ticker"}.intersection(getattr(item, "fixturenames", ()))
    return bool(names) or (said is not None and bool(said.kwargs.get("transaction")))


@pytest.fixture
def village(standing_village: Village | None, db: None, keyring: keys.Keyring) -> Village:
    """The county, its people and the programme of 2009, up to the first visit."""
    return copy.deepcopy(standing_village) or build()


@pytest.fixture
def lasting_village(transactional_db: None, keyring: keys.Keyring) -> Village:
    """The same, committed, so that other connections and processes see it."""
    return build()


def build() -> Village:
    """Enter the known people."""
    by = OPERATOR
    county = _place("示例县", "county", None, "990001000000")
    town = _place("云岫镇", "township", county, "990001101000")
    home = _place("前岫村", "village", town, "990001101201", key=True)
    next_village = _place("后岫村", "village", town, "990001101202")
    far_town = _place("石门镇", "township", county, "990001102000")
    far_village = _place("石门村", "village", far_town, "990001102201")
    hospital, clinic = (
        organisations.register(
            by=by, name=name, kind="county_medical_unit", place=county, on=FOUNDED
        )
        for name in ("县人民医院", "县中医院")
    )
    li = _cadre("李建国", hospital, far_village)
    zhou = _cadre("周敏", clinic, far_village)
    zhao_home = households.register(
        by=by, name="赵家", place=home, on=SWEPT, source="入户排查", size=4, group="二组"
    )
    zhao = persons.register(
        by=by,
        name="赵大山",
        place=home,
        on=SWEPT,
        source="入户排查",
        identity=IDENTITY,
        phone=PHONE,
        wishes=WISH,
        education="junior_secondary",
        household=zhao_home,
        relation="head",
    )
    sun = persons.register(
        by=by, name="孙秀英", place=home, on=SWEPT, source="入户排查", household=zhao_home
    )
    qian_home = households.register(
        by=by, name="钱家", place=next_village, on=SWEPT, source="入户排查"
    )
    qian = persons.register(
        by=by,
        name="钱二河",
        place=next_village,
        living_place=home,
        on=SWEPT,
        source="入户排查",
        household=qian_home,
        birth=dt.date(1975, 6, 1),
    )
    outsider = persons.register(
        by=by, name="吴远", place=far_village, on=SWEPT, source="入户排查", phone="11087654321"
    )
    programme = programmes.start(by=by, name="returnees", text=_that_goes_on())
    for one in (zhao, qian):
        for name, on in (("sweep", SWEPT), ("returnees", CHOSEN)):
            enrolments.take_in(by=by, programme=programme, name=name, subject=one, on=on)
    pairing = _pair(programme, li, zhao)
    _pair(programme, zhou, qian)
    visit = activities.record(
        by=by,
        kind="visit",
        on=VISITED,
        programme=programme,
        place=home,
        organisation=hospital,
        topic="condolence",
        mode="home",
        people=2,
        who=[li],
        whom=[zhao],
    )
    return Village(
        county, town, home, next_village, far_town, far_village, hospital, clinic, li, zhou,
        zhao_home, zhao, sun, qian_home, qian, outsider, programme, pairing, visit,
    )  # fmt: skip


def _place(name: str, level: str, parent: Place | None, code: str, *, key: bool = False) -> Place:
    return places.add(
        by=OPERATOR, name=name, level=level, parent=parent, began=FOUNDED, code=code, key=key
    )


def _cadre(name: str, unit: Subject, home: Place) -> Subject:
    person = persons.register(by=OPERATOR, name=name, place=home, on=FOUNDED, source="干部名册")
    posts.appoint(
        by=OPERATOR,
        person=person,
        organisation=unit,
        on=FOUNDED,
        title="副院长",
        rank="deputy_section",
        real=True,
    )
    return person


def _that_goes_on() -> str:
    """The programme's file with a late end, so that what its pairings open is open today."""
    text = library_text("returnees", "programme.toml")
    assert "to      = 2009-12-31" in text
    text = text.replace("to      = 2009-12-31", "to      = 2099-12-31", 1)
    text = text.replace('["lunar 12-27", "lunar 12-27"]', "[2009-01-22, 2009-01-22]")
    text = re.sub(r'\["(\d\d-\d\d)", "(\d\d-\d\d)"\]', r"[2009-\1, 2009-\2]", text)
    return text + PROCEDURES


#: Beside the file of the library: a workflow, a checklist and a review, as short as they may be.
PROCEDURES = """
[workflow.training_place]
title  = "参加培训"
each   = "returnees"
within = "30 days"
is     = "安排培训"
items.apply  = { title = "报名", proof = "note" }
items.decide = { title = "安排", after = "apply", within = "5 working days" }
items.refuse = { title = "答复", after = "decide", where.outcome = "refused", lasts = "10 days" }
items.again  = { title = "复核", after = "refuse", where.outcome = "appealed", within = "5 days" }

[workflow.tools]
title  = "借用工具"
each   = "returnees"
items.apply  = { title = "申请" }
items.refuse = { title = "答复", after = "apply", where.outcome = "refused", lasts = "10 days" }
items.again  = { title = "复核", after = "refuse", where.outcome = "appealed", within = "5 days" }

[workflow.lamp]
title = "换灯"
each  = "returnees"
items.apply = { title = "申请" }

[checklist.papers]
title = "手续"
each  = "returnees"
items.seen   = { title = "走访过", of = "snow_visit" }
items.signed = { title = "回执已签", proof = "note" }

[review.unit_year]
title = "单位年度考核"
owner = "party_committee"
each  = "units"
per   = "year"
items.order = { title = "台账", points = 20 }
items.done  = { title = "走访", points = 80, of = "snow_visit", at_least = 1 }

[activity.opinion]
title   = "满意度问卷"
of      = "questionnaire"
where.topic = "opinion"
readers = []
items.pleased = { title = "是否满意", type = "yes_no" }

[review.spot_check]
title   = "入户抽查"
owner   = "party_committee"
each    = "units"
per     = "year"
of      = "one_to_one"
as      = "helper.post.organisation"
exactly = 1
questionnaire  = "opinion"
"""


def _pair(programme: Programme, helper: Subject, subject: Subject) -> Pairing:
    return pairings.make(
        by=OPERATOR,
        programme=programme,
        name="one_to_one",
        helper=helper,
        subject=subject,
        on=PAIRED,
    )


def fill(village: Village) -> Document:
    """One record at least of every kind that there is; the paper that was issued."""
    by, on = OPERATOR, VISITED
    works.ask(by=OPERATOR, kind="erase")
    doctor = village.account("chen", "clinician", place=village.county)
    village.account("fang", "clerk", place=village.county)
    home = village_subject(village)
    zhou = Post.objects.get(person=village.zhou)
    posts.correct_post(by=by, post=zhou, rank="section", real=True, kind="cadre")
    need = needs.raise_(by=by, subject=home, on=on, text="村口的路要修", kind="road")
    own = needs.raise_(
        by=by, subject=village.zhao, on=on, text=WORRY, raised_at=village.visit, due=on
    )
    needs.close(by=by, need=own, on=on, evidence="已联系县中医院")
    measure = Measure.objects.get(programme=village.programme, name="clinic_built")
    measures.link(by=by, measure=measure, need=need)
    measures.progress(by=by, measure=measure, on=on, amount=Decimal("0.5"), note="开工")
    activities.record(by=by, kind="talk", on=on, whom=[village.zhao], private_note=CONFIDED)
    yard = Brought(landscape(size=(32, 24)))
    files.add(by=by, subject=village.zhao, brought=yard, title="院子", on=on, need=own)
    consents.give(by=by, subject=village.zhao, purpose="随访", on=on, text="我同意")
    healths.note(
        by=By(doctor, "test"),
        subject=village.zhao,
        on=on,
        sort=ILLNESS,
        detail=DETAIL,
        ground="consent",
        purpose="随访",
    )
    classes.give(
        by=by,
        programme=village.programme,
        name="need_kind",
        subject=village.zhao,
        option="hardship",
        on=on,
        grounds=GROUNDS,
    )
    clinic = sites.register(
        by=by, name="前岫卫生室", kind="village_clinic", place=village.village, on=on
    )
    _qualify(village, clinic)
    _be_there(village)
    build_well(village)
    statistics.state(
        by=by,
        place=village.village,
        name="population",
        value=Decimal("1204"),
        began=on,
        ended=dt.date(2030, 12, 31),
        source="派出所",
    )
    fund = Fund.objects.get(programme=village.programme)
    entry = funds.receive(by=by, fund=fund, organisation=village.hospital, on=on, amount=200_000)
    funds.counter(by=by, entry=entry, on=on, voucher="记-7")
    funds.promise(
        by=by, fund=fund, organisation=village.clinic, on=on, amount=100_000, amount_most=300_000
    )
    _hand_over_and_decide(village)
    _collect(village)
    handed = documents.draft(
        by=by, programme=village.programme, name="bulletin", on=on, title="第二期", body={"a": 1}
    )
    steps.hand_in(by=by, document=handed, count=lambda _moment: [])
    proposals.propose(
        by=by, programme=village.programme, name="need_kind", subject=village.zhao,
        option="rights", on=on, grounds=GROUNDS,
    )  # fmt: skip
    places.rename(by=by, place=village.next_village, name="后岫社区", on=on, source="公告")
    persons.update(by=by, subject=village.zhao, on=on, education="senior_secondary")
    saved_lists.keep(
        by=by, user=doctor, name="三人以上的户", kind="household", asked={"size.min": ["3"]}
    )
    journal.seal()
    draft = documents.draft(
        by=by,
        programme=village.programme,
        name="bulletin",
        on=on,
        title="简报",
        body={"text": "走访一次"},
    )
    _go_through_procedures(village)
    return documents.issue(by=by, document=draft, count=_counted(village))


def _qualify(village: Village, clinic: Subject) -> None:
    """Zhao is licensed, practises in the village's clinic, and belongs to an association."""
    by, zhao = OPERATOR, village.zhao
    qualifications.enter(
        by=by, person=zhao, kind="village_doctor", title="全科", number=LICENCE,
        issuer="县卫生局", began=SWEPT, ended=dt.date(2029, 1, 23),
    )  # fmt: skip
    practices.register(
        by=by, person=zhao, kind="village_doctor", site=clinic, organisation=village.hospital,
        main=True, sessions="每周三", began=SWEPT,
    )  # fmt: skip
    affiliations.admit(
        by=by, subject=zhao, organisation=village.hospital, kind="resident", role="member",
        number="云岫-001", card="证-001", began=SWEPT,
    )  # fmt: skip


def _be_there(village: Village) -> None:
    """Zhao is away on duty for a week, was honoured, and came to a training by name."""
    by, zhao = OPERATOR, village.zhao
    stints.enter(by=by, person=zhao, kind="on_duty", began=VISITED, ended=RETURNED)
    awards.give(by=by, subject=zhao, on=VISITED, title="最美返乡人", level="county", paper="青1号")
    trained = activities.record(
        by=by, kind="training", on=VISITED, programme=village.programme, place=village.village,
        organisation=village.hospital, whom=[zhao],
    )  # fmt: skip
    activities.attend(by=by, activity=trained, came=[zhao])


def build_well(village: Village) -> None:
    """A well of the village is approved; its pipes are planned."""
    by, on = OPERATOR, VISITED
    well = projects.register(
        by=by, on=on, title="前岫机井", kind="construction", place=village.village,
        programme=village.programme, owner=village.hospital, answerable=village.zhao,
        number="XM-1", estimate=1_200_000,
    )  # fmt: skip
    projects.enter_state(
        by=by, project=well, state="approved", on=on + dt.timedelta(days=2), paper="青发改2号"
    )
    pipes = projects.plan(
        by=by, project=well, on=on, place=village.village, title="主管", unit="米",
        planned=Decimal(3000),
    )  # fmt: skip
    projects.report(by=by, project_part=pipes, on=on, done=Decimal(100))


def _go_through_procedures(village: Village) -> None:
    """A workflow was started and its first step done; an item is ticked; a unit is reviewed."""
    by, on, programme = OPERATOR, VISITED, village.programme
    held = proceedings.start(
        by=by, programme=programme, name="training_place", subject=village.zhao, on=on,
        reason="本人想学手艺", urgent=True,
    )  # fmt: skip
    first = Handling.objects.current().get(proceeding=held.fact)
    proceedings.handle(
        by=by, handling=first, on=on, result="done", evidence="报名表一份", who=village.li
    )
    ticks.mark(
        by=by, programme=programme, name="papers", item="signed", subject=village.zhao, on=on,
        evidence="回执存档",
    )  # fmt: skip
    round_ = rounds.open_(
        by=by, programme=programme, name="unit_year", subject=village.hospital, day=on, on=on
    )
    rounds.score(
        by=by, round=round_, item="order", points=Decimal(18), on=on, reason="台账齐,缺两页"
    )
    rounds.find(by=by, round=round_, text="补齐台账", owner=village.li, on=on, due=on)
    spot = rounds.open_(
        by=by, programme=programme, name="spot_check", subject=village.hospital, day=on, on=on
    )
    first, then = Candidate(village.qian.fact), Candidate(village.zhao.fact)
    samples.draw(
        by=by, round=spot, on=on, frame=lambda _held, _moment: [first], seed="20090116",
        inspectors=[village.outsider],
    )  # fmt: skip
    drawn = Sample.objects.current().get(round=spot.fact)
    samples.replace(
        by=by, sample=drawn, on=on, why="other", reason="去县城看孩子",
        frame=lambda _held, _moment: [first, then],
    )  # fmt: skip


def _hand_over_and_decide(village: Village) -> None:
    """Whom Zhou helps is offered to a colleague who can answer; a meeting decides something."""
    colleague = _cadre("郭守义", village.clinic, village.far_village)
    village.account("guo", "helper", person=colleague)
    pair = Pairing.objects.current().get(subject=village.qian)
    handovers.offer(by=OPERATOR, pairings=[pair], to=colleague, on=VISITED, reason="调动")
    meeting = activities.record(
        by=OPERATOR, kind="meeting", on=VISITED, place=village.village,
        programme=village.programme, organisation=village.hospital,
    )  # fmt: skip
    agreements.sign(
        by=OPERATOR, programme=village.programme, name="commitment", helper=village.hospital,
        subject=village_subject(village), signed=dt.date(2009, 1, 16), ended=dt.date(2009, 1, 31),
        number="1号",
    )  # fmt: skip
    demands.note(
        by=OPERATOR, place=village.village, title="帮扶对象花名册",
        asker="县民政局", paper="民发〔2026〕3号", layout="a" * 32,
        columns=["户主姓名", "家庭人口"], rows=3, filled=6, left=0,
    )  # fmt: skip
    for rule in ("sex_missing", "birth_missing"):
        of_zhao = Defect(rule=rule, about="person", record=village.zhao.fact, subject=village.zhao)
        of_zhao.place, of_zhao.severity, of_zhao.date = village.village, "missing", VISITED
        write(by=OPERATOR, what=lambda row=of_zhao: insert(row))
    defects.accept(by=OPERATOR, defect=of_zhao, reason="证件上没有", until=None)
    duplicates.differ(by=OPERATOR, one=village.sun, other=village.outsider)
    tasks.decide(by=OPERATOR, meeting=meeting, text="把路修好", owner=village.li, due=VISITED)


def _collect(village: Village) -> None:
    """The Zhaos' sheet: a risk, a line of income, what it comes to, how the house stands."""
    home = village.zhao_home
    households.update(by=OPERATOR, subject=home, on=VISITED, risks="因病、缺劳动力")
    incomes.enter(
        by=OPERATOR, subject=home, kind="wages", item="工地务工", amount=1_200_000,
        since=dt.date(2008, 3, 1), until=dt.date(2009, 2, 28), evidence="工资条",
    )  # fmt: skip
    reckonings.make(by=OPERATOR, subject=home, on=VISITED)
    assurances.judge(by=OPERATOR, subject=home, on=VISITED, verdicts={"housing": "met"})
    benefits.enter(
        by=OPERATOR, subject=home, kind="allowance", began=dt.date(2008, 7, 1), amount=38_000,
        per="month", source="乡民政办",
    )  # fmt: skip
    encounters.record(
        by=OPERATOR, subject=village.zhao, kind="referral", on=VISITED, provider=village.hospital,
        sender=village.clinic, sent=VISITED, sent_time="08:10", arrived_time="09:40",
        diagnosis=ILLNESS, number="转-0306-1",
    )  # fmt: skip
    payouts.enter(
        by=OPERATOR, subject=home, kind="allowance", on=VISITED, amount=38_000, source="一卡通",
    )  # fmt: skip


def _counted(village: Village) -> Count:
    def count(moment: Any) -> list[Counted]:
        keys = [village.visit.fact]
        table = Tabled({"columns": []}, [[str(keys[0]), "0" * 32, ["一次"]]], None)
        counted = Counted("home_visits", {}, "走访慰问", "1", 1, "0" * 64, keys)
        return [replace(counted, table=table), counted]

    return count


def village_subject(village: Village) -> Subject:
    """The village as somebody who can be helped and paired."""
    return subjects.as_subject(by=OPERATOR, place=village.village)


# Time, undoing, and what the database refuses ------------------------------------------------


@action("test.write")
def write(*, by: By, what: Callable[[], Any]) -> Any:
    """Whatever the test does with the ways to write, as one action."""
    return what()


class Ticker:
    """A clock that stands still until it is told to go on."""

    def __init__(self, start: dt.datetime) -> None:
        self.instant = start

    def now(self) -> dt.datetime:
        """The instant at which it stands."""
        return self.instant

    def go_on(self, minutes: int = 1) -> dt.datetime:
        """Some minutes later (or, below zero, set back)."""
        self.instant += dt.timedelta(minutes=minutes)
        return self.instant


@pytest.fixture
def ticker(monkeypatch: pytest.MonkeyPatch) -> Ticker:
    """Time in the test's own hand, from the evening of the first visit."""
    stopped = Ticker(dt.datetime(2009, 3, 3, 10, tzinfo=dt.UTC))
    monkeypatch.setattr(clock, "now", stopped.now)
    return stopped


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextlib.contextmanager
def unrefused() -> Iterator[None]:
    """As one with SQL access would do it: without what the database refuses."""
    from bangfu.ledger.refusals import install

    with connection.cursor() as cursor:
        for statement in dropping():
            cursor.execute(statement)
    try:
        yield
    finally:
        install(connection.alias)


def dropping() -> list[str]:
    """The statements that take every trigger and exclusion constraint away."""
    from bangfu.ledger.refusals import REFUSALS, NoOverlap

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            return [f"DROP TRIGGER {name}" for (name,) in cursor.fetchall()]
    return [
        f"ALTER TABLE {r.table} DROP CONSTRAINT IF EXISTS {r.name}"
        if isinstance(r, NoOverlap)
        else f"DROP TRIGGER IF EXISTS {r.name} ON {r.table}"
        for r in REFUSALS
    ]


@pytest.fixture(scope="session", autouse=True)
def unrefused_flush() -> Iterator[None]:
    """A transactional test is cleaned up by removing every row, which SQLite's triggers refuse.

    On PostgreSQL the rows go by TRUNCATE, of which row triggers hear nothing.
    """
    from django.core.management.commands.flush import Command

    handle = Command.handle

    def flush(self: Any, **options: Any) -> Any:
        if connection.vendor != "sqlite":
            return handle(self, **options)
        with unrefused():
            return handle(self, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Command, "handle", flush)
        yield


def added_file(v: Village, content: bytes | None = None, **more: Any) -> File:
    """A photo of Zhao's yard, unless something else is said."""
    given = {"subject": v.zhao, "title": "院子", "on": VISITED, **more}
    return files.add(by=OPERATOR, brought=Brought(content or landscape()), **given)


def offered_file() -> Download:
    """A large list as a file that was made and is offered."""
    by, told = replace(OPERATOR, purpose="摸底"), {"columns": ["name"], "rows": 1, "title": "户"}
    file = downloads.prepare(by=by, kind="household", asked={}, question={}, **told)
    downloads.made(file, [b"workbook"], uuid.uuid4().bytes)
    file.refresh_from_db()
    return file


def staged_list(v: Village) -> Intake:
    """A list on its way in that was read; what one of its columns asks was said."""
    by = replace(OPERATOR, purpose="摸底")
    told = {"name": "名单.csv", "place": v.village, "on": VISITED, "ground": "duty"}
    intake = intakes.stage(by=by, brought=Brought(b"list"), **told)
    part = staging.sealed_part(intake, "new", 0, [])
    intakes.read(intake, kind="person", chosen=0, counts={"new": 1}, digest="1", parts=[part])
    return intakes.teach(by=by, intake=intake, told={"1": {"2": "person.name"}})
