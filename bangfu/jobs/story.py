"""The told story of the demonstration: a county's health system and one village, 2009 and now.

Everything is entered through the actions, as people would; no person in it exists. The figures
are those of the source (requirement rows S0-01 to S0-32) as far as records can carry them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings

from bangfu.jobs import (
    county,
    pictures,
    story_projects,
    story_rosters,
    story_sheets,
    under_way,
)
from bangfu.jobs.people import Person, people
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import agreement as agreements
from bangfu.ledger.actions import classes, pairing
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import file as files
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import health as healths
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import measure as measures
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import post as posts
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import site as sites
from bangfu.ledger.actions import statistic as statistics
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.upload import Brought
from bangfu.ledger.models import (
    Activity,
    Class,
    Document,
    Fund,
    Measure,
    Need,
    Place,
    Programme,
    Subject,
)
from bangfu.paper import drafting
from bangfu.programmes.loader import library_text

#: The password of every demonstration account; the demonstration listens on this machine only.
PASSWORD: str = settings.BANGFU_DEMO_PASSWORD
VILLAGE = "990001101201"
UNITS = (
    ("青禾县人民医院", "county_medical_unit", 4),
    ("青禾县中医院", "county_medical_unit", 3),
    ("青禾县疾控中心", "county_medical_unit", 3),
    ("青禾县妇幼保健院", "county_medical_unit", 3),
    ("云岫镇卫生院", "county_medical_unit", 3),
)
OTHERS = (
    ("县卫生系统党委", "party_committee"),
    ("县司法局", "bureau"),
    ("县委组织部", "bureau"),
)
#: What the programme calls its measures' owners, and which registered body each is.
OWNERS = {
    "law_classes": "县卫生系统党委",
    "clinic_built": "云岫镇卫生院",
    "free_clinics": "青禾县人民医院",
    "water": "青禾县疾控中心",
    "health_classes": "青禾县疾控中心",
    "mother_child": "青禾县妇幼保健院",
    "labour_office": "县卫生系统党委",
}
LAUNCH = dt.date(2009, 1, 22)
SWEEP = dt.date(2009, 1, 24)
CHOSEN = dt.date(2009, 2, 6)
PAIRED = dt.date(2009, 2, 10)
VISIT = dt.date(2009, 3, 3)
BULLETIN = dt.date(2009, 3, 10)
COLLECTIVE = dt.date(2009, 3, 11)


@dataclass(frozen=True, slots=True)
class Account:
    """A demonstration account: what to type, and what it is for."""

    username: str
    role: str
    zh: str
    en: str


@dataclass
class Told:
    """What the story has entered, for those who go on from it."""

    places: Mapping[str, Place]
    village: Place
    village_subject: Subject
    units: list[Subject]
    bodies: dict[str, Subject]
    cadres: list[Subject]
    secretaries: list[Subject]
    returnees: list[Subject] = field(default_factory=list)
    screened: list[Subject] = field(default_factory=list)
    programme: Programme | None = None
    current: Programme | None = None
    visit: Activity | None = None
    bulletin: Document | None = None
    classes: list[Class] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)


def tell(*, by: By, today: dt.date) -> Told:
    """Enter the county, the story of 2009 up to its issued briefing and after, and the present."""
    told = _before(by)
    _year_2009(told, by)
    told.bulletin = _issue_bulletin(told, by)
    _after_the_bulletin(told, by)
    _present(told, by, today)
    story_rosters.tell(
        by=by,
        today=today,
        village=told.village,
        units=told.units,
        cadres=told.cadres,
        members=told.returnees[:6],
    )
    assert told.current is not None
    story_projects.tell(
        by=by, today=today, village=told.village, programme=told.current, units=told.units,
        answerable=told.cadres[0],
    )  # fmt: skip
    _accounts(told, by, today)
    under_way.begin(told, by, today)
    return told


def up_to_the_bulletin(*, by: By) -> Told:
    """The story as it stood on 10 March 2009, before the briefing was issued."""
    told = _before(by)
    _year_2009(told, by)
    return told


# ------------------------------------------------------------------ the county and its units


def _before(by: By) -> Told:
    places = county.enter(by=by)
    village = places[f"{VILLAGE}"]
    home = places["990001000000"]
    founded = dt.date(2002, 1, 1)
    bodies = {
        name: organisations.register(by=by, name=name, kind=kind, place=home, on=founded)
        for name, kind in (*((n, k) for n, k, _ in UNITS), *OTHERS)
    }
    units = [bodies[name] for name, _, _ in UNITS]
    told = Told(places, village, subjects.as_subject(by=by, place=village), units, bodies, [], [])
    _staff(told, by)
    return told


def _staff(told: Told, by: By) -> None:
    """Sixteen cadres of deputy-section rank and above who hold real posts, and some who do not."""
    adults = _adults(1949, "990001001001", "990001001002")
    began = dt.date(2006, 5, 8)
    for unit, (_, _, cadres) in zip(told.units, UNITS, strict=True):
        for number in range(cadres):
            person = _cadre(told, next(adults), by)
            title = "党支部书记" if number == 0 else ("院长（主任）" if number == 1 else "副院长")
            rank = "section" if number < 2 else "deputy_section"
            posts.appoint(
                by=by, person=person, organisation=unit, on=began, title=title, rank=rank, real=True
            )
            told.cadres.append(person)
            if number == 0:
                told.secretaries.append(person)
        staff = _cadre(told, next(adults), by)
        posts.appoint(
            by=by, person=staff, organisation=unit, on=began, title="医师", rank="staff", real=True
        )


def _adults(seed: int, *villages: str) -> Iterator[Person]:
    drawn = people(seed, 4000, villages, on=dt.date(2009, 1, 1))
    return (p for p in drawn if p.birth < dt.date(1975, 1, 1) and p.birth > dt.date(1950, 1, 1))


def _cadre(told: Told, drawn: Person, by: By) -> Subject:
    home = told.places["990001001001"]
    return persons.register(
        by=by,
        name=drawn.name,
        place=home,
        on=dt.date(2006, 5, 8),
        source="干部名册",
        sex=drawn.sex,
        birth=drawn.birth,
        education="bachelor",
        identity=drawn.identity,
        phone=drawn.phone,
    )


# ------------------------------------------------------------------ 2009


def _year_2009(told: Told, by: By) -> None:
    text = library_text("returnees", "programme.toml")
    papers = {"bulletin.md": library_text("returnees", "papers/bulletin.md")}
    told.programme = programmes.start(by=by, name="returnees", text=text, papers=papers)
    programmes.set_owner(by=by, programme=told.programme, owner=told.bodies["县卫生系统党委"])
    for name, body in OWNERS.items():
        measure = Measure.objects.current().get(programme=told.programme, name=name)
        measures.set_owner(by=by, measure=measure, owner=told.bodies[body])
    _launch(told, by)
    _sweep(told, by)
    _choose_and_sort(told, by)
    _pair(told, by)
    _field_day(told, by)
    _raise_needs(told, by)
    _pledge(told, by)
    _statistics(told, by)


def _launch(told: Told, by: By) -> None:
    activities.record(
        by=by,
        kind="meeting",
        on=LAUNCH,
        programme=told.programme,
        place=told.places["990001000000"],
        organisation=told.bodies["县卫生系统党委"],
        topic="launch",
        mode="office",
        people=5,
        note="五个支部书记专题会议，安排动员（农历腊月二十七）",
        attendees=[(s, "secretaries") for s in told.secretaries],
    )


def _sweep(told: Told, by: By) -> None:
    """Go from house to house in the village: twenty-one had come back from work elsewhere."""
    drawn = people(2009, 400, [VILLAGE], on=dt.date(2009, 1, 1))
    heads: dict[int, Subject] = {}
    adults = (p for p in drawn if dt.date(1960, 1, 1) < p.birth < dt.date(1988, 1, 1))
    for number, line in enumerate(adults):
        if number == 21:
            break
        if line.household not in heads:
            heads[line.household] = households.register(
                by=by, name=f"{line.name[0]}家", place=told.village, on=SWEEP, source="入户排查"
            )
        # A few had no papers at hand: what is not known stays unknown.
        known = number not in (4, 11)
        sheet: dict[str, Any] = {"education": line.education, "phone": line.phone} if known else {}
        returnee = persons.register(
            by=by,
            name=line.name,
            place=told.village,
            on=SWEEP,
            source="入户排查",
            sex=line.sex,
            birth=line.birth,
            identity=line.identity,
            household=heads[line.household],
            relation=line.relation,
            work_region="外省（本人自述）",
            work_reported=SWEEP if number % 3 else dt.date(2008, 6, 2),
            **sheet,
        )
        told.screened.append(returnee)
        enrolments.take_in(
            by=by,
            programme=_programme(told),
            name="sweep",
            subject=returnee,
            on=SWEEP,
            grounds="因企业停工、减员返乡",
        )


def _programme(told: Told) -> Programme:
    assert told.programme is not None
    return told.programme


_GROUNDS = ("家庭生活困难", "返乡后没有工作", "有创业打算", "本人提出")
_OPTIONS = ("hardship", "job_change", "start_up", "rights", "wishes")


def _choose_and_sort(told: Told, by: By) -> None:
    """Sixteen are chosen with their consent and for a reason, and sorted by what they need."""
    told.returnees = told.screened[:16]
    for number, returnee in enumerate(told.returnees):
        enrolments.take_in(
            by=by,
            programme=_programme(told),
            name="returnees",
            subject=returnee,
            on=CHOSEN,
            grounds=_GROUNDS[number % 4],
        )
        for option in dict.fromkeys((_OPTIONS[number % 5], _OPTIONS[(number * 2 + 1) % 5])):
            given = classes.give(
                by=by,
                programme=_programme(told),
                name="need_kind",
                subject=returnee,
                option=option,
                on=CHOSEN,
                grounds="本人口述",
            )
            told.classes.append(given)


def _pair(told: Told, by: By) -> None:
    for helper, returnee in zip(told.cadres, told.returnees, strict=True):
        pairing.make(
            by=by,
            programme=_programme(told),
            name="one_to_one",
            helper=helper,
            subject=returnee,
            on=PAIRED,
        )


def _field_day(told: Told, by: By) -> None:
    """3 March 2009, in snow: a party of seven visits, holds a forum, and talks one to one."""
    party = [*told.secretaries, told.cadres[1], told.cadres[5]]
    told.visit = activities.record(
        by=by,
        kind="visit",
        on=VISIT,
        programme=told.programme,
        place=told.village,
        organisation=told.bodies["县卫生系统党委"],
        topic="condolence",
        mode="home",
        people=len(party),
        note="冒雪进村入户走访慰问",
        who=party,
        whom=told.returnees[:9],
    )
    activities.record(
        by=by,
        kind="meeting",
        on=VISIT,
        programme=told.programme,
        place=told.village,
        organisation=told.bodies["县卫生系统党委"],
        topic="forum",
        mode="village",
        people=18,
        note="镇干部、村支书、农民工代表、各单位书记到会",
        answers={"roles": ["township", "village_secretary", "workers", "secretaries"]},
        attendees=[
            *((s, "secretaries") for s in told.secretaries),
            *((r, "workers") for r in told.returnees[:6]),
        ],
    )
    for helper, returnee in list(zip(told.cadres, told.returnees, strict=True))[:12]:
        activities.record(
            by=by,
            kind="talk",
            on=VISIT,
            programme=told.programme,
            place=told.village,
            mode="village",
            people=1,
            who=[helper],
            whom=[returnee],
            private_note="本人谈到的打算，按约定不外传",
        )


def _raise_needs(told: Told, by: By) -> None:
    """Three needs of the village, each answered by a measure."""
    forum = Activity.objects.current().get(programme=told.programme, topic="forum")
    found = (
        ("legal", "外出务工人员不懂劳动合同和维权办法", "law_classes", "县卫生系统党委"),
        ("medical", "村里没有医疗点，看病要走到镇上", "clinic_built", "云岫镇卫生院"),
        ("employment", "村里没有劳动服务机构，找活靠熟人", "labour_office", "县卫生系统党委"),
    )
    for kind, text, measure, owner in found:
        need = needs.raise_(
            by=by,
            subject=told.village_subject,
            on=VISIT,
            text=text,
            kind=kind,
            programme=told.programme,
            raised_at=forum,
            organisation=told.bodies[owner],
            due=dt.date(2009, 6, 30),
        )
        answer = Measure.objects.current().get(programme=told.programme, name=measure)
        measures.link(by=by, measure=answer, need=need)


def _pledge(told: Told, by: By) -> None:
    """Each unit signs a commitment and promises two to three thousand yuan; three have paid."""
    assert told.programme is not None
    fund = Fund.objects.current().get(programme=told.programme)
    uses = ("clinic", "road", "logistics", "greening", "clinic")
    for unit, use in zip(told.units, uses, strict=True):
        agreements.sign(
            by=by,
            programme=told.programme,
            name="commitment",
            helper=unit,
            subject=told.village_subject,
            signed=VISIT,
        )
        funds.promise(
            by=by,
            fund=fund,
            organisation=unit,
            on=VISIT,
            amount=200_000,
            amount_most=300_000,
            use=use,
        )
    for unit, amount, use in zip(told.units, (300_000, 250_000, 200_000), uses, strict=False):
        funds.receive(
            by=by,
            fund=fund,
            organisation=unit,
            on=dt.date(2009, 3, 9),
            amount=amount,
            use=use,
            voucher=f"收据 09-{amount // 100}",
        )


def _statistics(told: Told, by: By) -> None:
    for year, count in ((2008, 150), (2009, 180)):
        statistics.state(
            by=by,
            place=told.village,
            name="out_migrants",
            value=Decimal(count),
            began=dt.date(year, 1, 1),
            ended=dt.date(year, 12, 31),
            source="村民委员会统计",
            as_written="比去年增加两成" if year == 2009 else "",
        )


FURNITURE = {
    "issuer": "县卫生系统党委办公室",
    "masthead": "青禾县卫生系统党建工作简报",
    "editor": "党委办公室",
    "reviewer": "活动领导小组办公室",
    "report_to": ["县委组织部"],
    "issue_to": ["县直各医疗卫生单位"],
    "copies": 30,
}


def _issue_bulletin(told: Told, by: By) -> Document:
    draft = drafting.draft(
        by=by,
        programme=_programme(told),
        name="bulletin",
        on=BULLETIN,
        title="卫生系统党员干部与返乡农民工结对活动情况",
        furniture=FURNITURE,
    )
    drafting.sign(by=by, document=draft, signer=told.secretaries[1])
    return drafting.issue(by=by, document=draft)


def _after_the_bulletin(told: Told, by: By) -> None:
    """A visit entered late, a class undone; the mode changes; deeds are done, one is not."""
    activities.record(
        by=by,
        kind="visit",
        on=dt.date(2009, 3, 6),
        programme=told.programme,
        place=told.village,
        topic="condolence",
        mode="home",
        people=2,
        note="补录：三月六日两名干部再次入户",
        who=told.cadres[2:4],
        whom=told.returnees[9:12],
    )
    classes.undo(by=by, given=told.classes[0])
    pairing.change_mode(
        by=by,
        programme=_programme(told),
        old="one_to_one",
        new="unit_to_village",
        pairs=[(unit, told.village_subject) for unit in told.units],
        on=COLLECTIVE,
        reason="节后多数人员重新外出，改为集体对集体",
    )
    _deeds(told, by)


def _deeds(told: Told, by: By) -> None:
    def held(kind: str, topic: str, on: dt.date, unit: str, people: int) -> None:
        activities.record(
            by=by,
            kind=kind,
            on=on,
            programme=told.programme,
            place=told.village,
            organisation=told.bodies[unit],
            topic=topic,
            mode="village",
            people=people,
        )

    sites.register(
        by=by, name="前岫村卫生室", kind="village_clinic", place=told.village,
        on=dt.date(2009, 4, 8), organisation=told.bodies["云岫镇卫生院"], area=Decimal(60),
    )  # fmt: skip
    held("training", "law", dt.date(2009, 4, 22), "县司法局", 46)
    held("clinic_day", "free_clinic", dt.date(2009, 4, 15), "青禾县人民医院", 120)
    held("report", "water", dt.date(2009, 4, 18), "青禾县疾控中心", 4)
    held("training", "health", dt.date(2009, 4, 29), "青禾县疾控中心", 60)
    held("clinic_day", "mother_child", dt.date(2009, 5, 12), "青禾县妇幼保健院", 31)
    medical = Need.objects.current().get(programme=told.programme, kind="medical")
    needs.close(by=by, need=medical, on=dt.date(2009, 4, 10), evidence="村卫生室建成开诊")
    needs.confirm(by=by, need=medical, confirmed=True)
    fund = Fund.objects.current().get(programme=told.programme)
    funds.pay(
        by=by,
        fund=fund,
        on=dt.date(2009, 4, 8),
        amount=480_000,
        use="clinic",
        voucher="付 09-17",
        measure=Measure.objects.current().get(programme=told.programme, name="clinic_built"),
    )


# ------------------------------------------------------------------ the present


def _present(told: Told, by: By, today: dt.date) -> None:
    """The link goes on: in the present year eight people have a helper, some visits are due."""
    told.current = programmes.start(
        by=by,
        name="village_link",
        text=library_text("village_link", "programme.toml"),
        papers={"quarterly.md": library_text("village_link", "papers/quarterly.md")},
    )
    programmes.set_owner(by=by, programme=told.current, owner=told.bodies["县卫生系统党委"])
    began = max(today - dt.timedelta(days=120), dt.date(2026, 1, 5))
    helped = told.returnees[:10]
    for number, person in enumerate(helped):
        enrolments.take_in(
            by=by,
            programme=told.current,
            name="helped",
            subject=person,
            on=began,
            grounds=_GROUNDS[number % 4],
        )
        classes.give(
            by=by,
            programme=told.current,
            name="need_kind",
            subject=person,
            option=("hardship", "medical", "job_change", "wishes")[number % 4],
            on=began,
            grounds="本人口述",
        )
    for number, person in enumerate(helped[:8]):
        pairing.make(
            by=by,
            programme=told.current,
            name="one_to_one",
            helper=told.cadres[number // 2],
            subject=person,
            on=began,
        )
    _present_visits(told, helped, by, today)
    _present_health(told, helped, by, began)
    _present_pictures(told, helped[0], by, today)
    story_sheets.tell(helped, by=by, on=began, judge=told.cadres[0])
    story_sheets.treat(
        helped, by=by, on=began, hospital=told.units[0], clinic=told.bodies["云岫镇卫生院"]
    )


def _present_visits(told: Told, helped: Sequence[Subject], by: By, today: dt.date) -> None:
    for number, person in enumerate(helped[:8]):
        for back in (5 + number * 3, 45 + number * 4):
            activities.record(
                by=by,
                kind="visit",
                on=max(today - dt.timedelta(days=back), dt.date(2026, 1, 6)),
                programme=told.current,
                place=told.village,
                mode="home",
                people=1,
                who=[told.cadres[number // 2]],
                whom=[person],
                note="入户了解近况",
            )
    for number, (kind, words) in enumerate(
        (("medical", "腿脚不便，想有人陪同复诊"), ("employment", "想找离家近的活"))
    ):
        needs.raise_(
            by=by,
            subject=helped[number],
            on=max(today - dt.timedelta(days=20), dt.date(2026, 1, 6)),
            text=words,
            kind=kind,
            programme=told.current,
            organisation=told.units[number],
            due=today + dt.timedelta(days=10 if number else -3),
        )


def _present_health(told: Told, helped: Sequence[Subject], by: By, began: dt.date) -> None:
    healths.note(
        by=by,
        subject=helped[0],
        on=began,
        sort="慢性病",
        detail="按时复诊，随访记录在卫生院",
        ground="duty",
        purpose="家庭医生签约服务",
    )


def _present_pictures(told: Told, helped: Subject, by: By, today: dt.date) -> None:
    """What the village, its clinic and somebody's doorstep look like; nobody is in the pictures."""
    village = subjects.as_subject(by=by, place=told.village)
    clinic = Subject.objects.current().get(kind="site", name="前岫村卫生室")
    need = Need.objects.current().get(programme=told.current, subject=helped)
    on = max(today - dt.timedelta(days=12), dt.date(2026, 1, 6))
    for scene, subject, title, shows in (
        ("road", village, "进村路，雨后坑洼", None),
        ("clinic", clinic, "村卫生室", None),
        ("steps", helped, "门前台阶，待加扶手", need),
    ):
        brought = Brought(pictures.drawn(scene))
        files.add(by=by, subject=subject, brought=brought, title=title, on=on, need=shows)


def _accounts(told: Told, by: By, today: dt.date) -> None:
    """One account for each role; all use the demonstration's one password."""
    home, village = told.places["990001000000"], told.village
    town = told.places["990001101000"]
    hospital = told.units[0]
    helper = told.cadres[0]
    rows: tuple[tuple[str, str, str, str, dict[str, Any], Subject | None], ...] = (
        ("clerk", "clerk", "办公室经办人", "Office clerk", {"place": home}, None),
        ("lead", "unit_lead", "县人民医院负责人", "Unit lead", {"organisation": hospital}, helper),
        ("director", "unit_lead", "县卫生系统党委负责人", "Lead of the office that runs it",
         {"organisation": told.bodies["县卫生系统党委"]}, told.secretaries[1]),
        ("helper", "helper", "帮扶责任人", "Helper", {}, told.cadres[1]),
        ("team", "resident_team", "驻村工作队", "Resident team", {"place": village}, None),
        ("village", "village_officer", "前岫村干部", "Village officer", {"place": village}, None),
        ("doctor", "clinician", "镇卫生院医生", "Clinician", {"place": town}, None),
        ("villagedoctor", "village_doctor", "乡村医生", "Village doctor", {"place": village}, None),
        ("zuzhibu", "organisation_department", "县委组织部", "Organisation department",
         {"place": home}, None),
        ("inspector", "inspector", "督导组", "Inspector", {"place": home}, None),
        ("admin", "administrator", "系统管理员", "Administrator", {"place": home}, None),
    )  # fmt: skip
    for username, role, zh, en, limits, person in rows:
        account = users.create(
            by=by, username=username, password=PASSWORD, display_name=zh, person=person
        )
        users.grant(by=by, user=account, role=role, on=today, reason="演示账户", **limits)
        told.accounts.append(Account(username, role, zh, en))
        if role == "organisation_department":
            # It reads for its unit what is handed up to it, besides the posts of the county.
            users.grant(
                by=by, user=account, role=role, on=today, reason="演示账户",
                organisation=told.bodies["县委组织部"],
            )  # fmt: skip
