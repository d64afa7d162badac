"""Who sees and does what: every role against every kind of record, inside and outside its grant."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from bangfu.ledger import clock
from bangfu.ledger.access import (
    ROLES,
    NotAllowed,
    can_take_over,
    fetch,
    grants_of,
    health_of,
    may_reach,
    may_reveal,
    opens,
    seats_of,
    visible,
)
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import handover as handovers
from bangfu.ledger.actions import health as healths
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import measure as measures
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By
from bangfu.ledger.conditions import all_of
from bangfu.ledger.models import (
    Activity,
    Class,
    Defect,
    Demand,
    Document,
    Enrolment,
    Entry,
    Fund,
    Measure,
    Need,
    Pairing,
    Post,
    Statistic,
    Subject,
    User,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import one_page
from bangfu.ledger.vocabulary import VOCABULARY
from tests.village import OPERATOR, PAIRED, VISITED, Village, village_subject

TODAY = clock.today()
DAY = dt.timedelta(days=1)

#: One column for each account, one line for each record; x: open, .: closed.
#:
#: cc  clerk of the county            cv  clerk of the village         cp  clerk of the programme
#: cu  clerk of the village and of the hospital at once               ul  lead of the hospital
#: hl  helper Li                      hz  helper Zhou                  h0  helper without a person
#: rt  team in the village            vo  officer of the far village   cl  clinician of the town
#: vd  village doctor                 od  organisation department      in  inspector, county
#: ad  administrator, county          ex  clerk until yesterday        fu  clerk from tomorrow
#: ia  clerk of the county, account closed                             no  no grant at all
EXPECTED = """
                  cc cv cp cu ul hl hz h0 rt vo cl vd od in ad ex fu ia no
village           x  x  x  x  x  x  .  .  x  .  x  x  x  x  x  .  .  .  .
far village       x  .  x  .  x  .  .  .  .  x  .  .  x  x  x  .  .  .  .
Zhao              x  x  x  x  x  x  .  .  x  .  x  x  .  x  .  .  .  .  .
Sun, his wife     x  x  .  .  .  .  .  .  x  .  x  x  .  x  .  .  .  .  .
Qian              x  .  x  .  .  .  x  .  .  .  x  .  .  x  .  .  .  .  .
outsider          x  .  .  .  .  .  .  .  .  x  .  .  .  x  .  .  .  .  .
Li, helper        x  .  x  .  x  x  .  .  .  x  .  .  .  x  .  .  .  .  .
Zhao's home       x  x  .  .  .  .  .  .  x  .  x  x  .  x  .  .  .  .  .
outsider's home   x  .  .  .  .  .  .  .  .  x  .  .  .  x  .  .  .  .  .
hospital          x  .  x  .  x  .  .  .  .  .  .  .  x  x  x  .  .  .  .
clinic            x  .  x  .  .  .  .  .  .  .  .  .  x  x  x  .  .  .  .
village site      x  x  .  .  .  .  .  .  x  .  x  x  .  x  x  .  .  .  .
Li's post         x  .  x  .  x  .  .  .  .  x  .  .  x  x  .  .  .  .  .
Zhou's post       x  .  x  .  .  .  .  .  .  x  .  .  x  x  .  .  .  .  .
Zhao enrolled     x  x  x  x  x  x  .  .  x  .  x  x  .  x  .  .  .  .  .
Qian enrolled     x  .  x  .  .  .  x  .  .  .  x  .  .  x  .  .  .  .  .
Zhao's class      x  x  x  x  x  x  .  .  x  .  x  x  .  x  .  .  .  .  .
Li and Zhao       x  x  x  x  x  x  .  .  x  .  x  x  .  x  .  .  .  .  .
Zhou and Qian     x  .  x  .  .  .  x  .  .  .  x  .  .  x  .  .  .  .  .
unit and village  x  x  x  x  x  x  .  .  x  .  x  x  .  x  .  .  .  .  .
measure, hospital x  .  x  .  x  x  x  .  .  .  .  .  x  x  x  .  .  .  .
measure, other    x  .  x  .  .  x  x  .  .  .  .  .  x  x  x  .  .  .  .
visit to Zhao     x  x  x  x  x  x  .  .  x  .  x  x  .  x  .  .  .  .  .
visit far away    x  .  .  .  .  .  x  .  .  x  .  .  .  x  .  .  .  .  .
call to Qian      x  .  .  .  .  .  x  .  .  .  x  .  .  x  .  .  .  .  .
report, no place  x  .  x  .  .  .  .  .  .  .  .  .  .  x  .  .  .  .  .
Zhao's need       x  x  .  x  x  x  .  .  x  .  x  x  .  x  .  .  .  .  .
far need          x  .  .  .  .  .  .  .  .  x  .  .  .  x  .  .  .  .  .
village's need    x  x  .  x  x  x  .  .  x  .  x  x  .  x  .  .  .  .  .
fund              x  .  x  .  x  .  .  .  .  .  .  .  .  x  .  .  .  .  .
entry, hospital   x  .  x  .  x  .  .  .  .  .  .  .  .  x  .  .  .  .  .
entry, clinic     x  .  x  .  .  .  .  .  .  .  .  .  .  x  .  .  .  .  .
statistic         x  x  x  x  x  x  .  .  x  .  x  x  .  x  x  .  .  .  .
Zhao's defect     x  x  x  x  x  x  .  .  x  .  x  x  .  x  .  .  .  .  .
demand            x  x  .  .  .  .  .  .  x  .  x  x  .  x  .  .  .  .  .
document          x  .  x  .  .  .  .  .  .  .  .  .  .  x  .  .  .  .  .
"""


@pytest.fixture(scope="module")
def records(told_village: Village) -> dict[str, tuple[str, Model]]:
    """The records of the matrix by what they are called there, with their kinds."""
    v = told_village
    far = households.register(
        by=OPERATOR, name="吴家", place=v.far_village, on=VISITED, source="入户排查"
    )
    far_visit = activities.record(
        by=OPERATOR,
        kind="visit",
        on=VISITED,
        place=v.far_village,
        organisation=v.clinic,
        who=[v.zhou],
        whom=[v.outsider],
    )
    talk = activities.record(by=OPERATOR, kind="phone_call", on=VISITED, whom=[v.qian])
    far_need = needs.raise_(by=OPERATOR, subject=v.outsider, on=VISITED, text="看病")
    clinic_built = Measure.objects.get(programme=v.programme, name="clinic_built")
    measures.set_owner(by=OPERATOR, measure=clinic_built, owner=v.hospital)
    fund = Fund.objects.get(programme=v.programme)
    of_clinic = funds.receive(
        by=OPERATOR, fund=fund, organisation=v.clinic, on=VISITED, amount=300_000
    )
    home = village_subject(v)
    _two_units_help_the_village(v, home)
    return {
        "village": ("place", v.village),
        "far village": ("place", v.far_village),
        "Zhao": ("person", v.zhao),
        "Sun, his wife": ("person", v.sun),
        "Qian": ("person", v.qian),
        "outsider": ("person", v.outsider),
        "Li, helper": ("person", v.li),
        "Zhao's home": ("household", v.zhao_home),
        "outsider's home": ("household", far),
        "hospital": ("organisation", v.hospital),
        "clinic": ("organisation", v.clinic),
        "village site": ("site", Subject.objects.get(kind="site")),
        "Li's post": ("post", Post.objects.current().get(person=v.li)),
        "Zhou's post": ("post", Post.objects.current().get(person=v.zhou)),
        "Zhao enrolled": (
            "enrolment",
            Enrolment.objects.current().get(subject=v.zhao, name="returnees"),
        ),
        "Qian enrolled": (
            "enrolment",
            Enrolment.objects.current().get(subject=v.qian, name="returnees"),
        ),
        "Zhao's class": ("class", Class.objects.get(subject=v.zhao)),
        "Li and Zhao": ("pairing", v.pairing),
        "Zhou and Qian": ("pairing", Pairing.objects.get(subject=v.qian)),
        "unit and village": ("pairing", Pairing.objects.get(subject=home)),
        "measure, hospital": ("measure", clinic_built),
        "measure, other": ("measure", Measure.objects.current().get(name="water")),
        "visit to Zhao": ("visit", v.visit),
        "visit far away": ("visit", far_visit),
        "call to Qian": ("phone_call", talk),
        "report, no place": ("report", Activity.objects.get(kind="report")),
        "Zhao's need": ("need", Need.objects.current().get(subject=v.zhao)),
        "far need": ("need", far_need),
        "village's need": ("need", Need.objects.get(subject=home)),
        "fund": ("fund", fund),
        "entry, hospital": (
            "entry",
            Entry.objects.get(organisation=v.hospital, counters=None),
        ),
        "entry, clinic": ("entry", of_clinic),
        "statistic": ("statistic", Statistic.objects.get(place=v.village)),
        "Zhao's defect": ("defect", Defect.objects.current().get(subject=v.zhao, state="open")),
        "demand": ("demand", Demand.objects.current().get()),
        "document": ("document", Document.objects.get(status="issued")),
    }


def _two_units_help_the_village(v: Village, home: Subject) -> None:
    """The hospital as a whole is paired with the village, as in the programme's second phase."""
    pairings.make(
        by=OPERATOR,
        programme=v.programme,
        name="unit_to_village",
        helper=v.hospital,
        subject=home,
        on=dt.date(2009, 3, 11),
    )


@pytest.fixture(scope="module")
def accounts(told_village: Village, records: Any) -> dict[str, User]:
    """The accounts of the matrix, one for each column."""
    v = told_village
    found = {
        "cc": v.account("cc", "clerk", place=v.county),
        "cv": v.account("cv", "clerk", place=v.village),
        "cp": v.account("cp", "clerk", programme=v.programme),
        "cu": v.account("cu", "clerk", place=v.village, organisation=v.hospital),
        "ul": v.account("ul", "unit_lead", organisation=v.hospital),
        "hl": v.account("hl", "helper", person=v.li),
        "hz": v.account("hz", "helper", person=v.zhou),
        "h0": v.account("h0", "helper"),
        "rt": v.account("rt", "resident_team", place=v.village),
        "vo": v.account("vo", "village_officer", place=v.far_village),
        "cl": v.account("cl", "clinician", place=v.town),
        "vd": v.account("vd", "village_doctor", place=v.village),
        "od": v.account("od", "organisation_department", place=v.county),
        "in": v.account("in", "inspector", place=v.county),
        "ad": v.account("ad", "administrator", place=v.county),
        "ex": v.account("ex", "clerk", place=v.county, until=TODAY - DAY),
        "fu": v.account("fu", "clerk", place=v.county, on=TODAY + DAY),
        "ia": v.account("ia", "clerk", place=v.county),
        "no": users.create(by=OPERATOR, username="no", password="no-一个很长的口令-7"),
    }
    users.close(by=OPERATOR, user=found["ia"])
    return found


@pytest.fixture
def matrix(db: None, records: Any, accounts: Any) -> None:
    """The records and the accounts stand."""


def test_every_role_stands_in_the_matrix(matrix: None, accounts: dict[str, User]) -> None:
    held = {g.role for user in accounts.values() for g in grants_of(user)}
    assert held == set(ROLES)


def test_every_role_sees_what_the_table_says(
    matrix: None, accounts: dict[str, User], records: dict[str, Any]
) -> None:
    columns = EXPECTED.split("\n")[1].split()
    assert columns == list(accounts)
    found = _table(accounts, records)
    assert found.splitlines() == EXPECTED.strip("\n").splitlines(), "\n" + found


def _table(accounts: dict[str, User], records: dict[str, Any]) -> str:
    lines = [" " * 18 + " ".join(accounts)]
    for name, (kind, record) in records.items():
        marks = []
        for user in accounts.values():
            with one_page():  # as a page asks, which looks up once what somebody was granted
                marks.append("x" if _sees(user, kind, record) else ".")
        lines.append(f"{name:<18}" + "  ".join(marks))
    return "\n".join(lines)


def _sees(user: User, kind: str, record: Any) -> bool:
    """The same answer from all the ways of asking: one row, a list, and rows at hand."""
    of = VOCABULARY[kind]
    moment = Moment.present()
    fetched = fetch(user, of, record.fact_key) is not None
    listed = visible(user, of, moment=moment).filter(fact=record.fact_key).exists()
    at_hand = opens(user, of, all_of(of, moment).filter(fact=record.fact_key)).exists()
    assert fetched == listed == at_hand, (user.username, kind)
    if of.sheet:
        assert may_reach(user, record.fact) == fetched
    if of.basic:
        basic = fetch(user, VOCABULARY[of.basic], record.fact_key) is not None
        assert basic == fetched, "a visit is open as a visit if it is open as an activity"
    return fetched


# ------------------------------------------------------------------ particular claims


def test_a_unit_paired_with_a_village_does_not_open_the_people_who_live_there(
    matrix: None, accounts: dict[str, User], records: dict[str, Any]
) -> None:
    """Li works at the hospital that helps the whole village; only Zhao was assigned to him."""
    people = visible(accounts["hl"], VOCABULARY["person"])
    assert {p.name for p in people} == {"赵大山", "李建国"}
    assert list(visible(accounts["hl"], VOCABULARY["household"])) == []


def test_where_those_are_at_home_whom_a_helper_helps_is_asked_once_for_all(
    matrix: None, told_village: Village, accounts: dict[str, User]
) -> None:
    (grant,) = grants_of(accounts["hl"])
    with CaptureQueriesContext(connection) as asked:
        seats = seats_of(grant)
    homes = {told_village.li.place, told_village.zhao.place}
    assert homes <= {*seats} and len(homes) == 2
    about = [q for q in asked.captured_queries if 'FROM "ledger_subject"' in q["sql"]]
    assert len(about) == 1


def test_an_ended_pairing_closes_what_it_opened(
    matrix: None, told_village: Village, accounts: dict[str, User]
) -> None:
    helper, zhao = accounts["hl"], told_village.zhao
    assert may_reach(helper, zhao.fact)
    pairing = Pairing.objects.get(pk=told_village.pairing.pk)
    pairings.close(by=OPERATOR, pairing=pairing, on=TODAY, reason="换人")
    assert may_reach(helper, zhao.fact), "the last day still counts"
    pairings.undo(by=OPERATOR, pairing=pairing)
    assert not may_reach(helper, zhao.fact)
    assert not fetch(helper, VOCABULARY["need"], Need.objects.current().get(subject=zhao).fact)


def test_a_unit_sees_whom_it_helped_until_the_quarter_is_over(
    matrix: None, told_village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = told_village.account("leads", "unit_lead", organisation=told_village.hospital)
    pairing = Pairing.objects.get(pk=told_village.pairing.pk)
    others = Pairing.objects.current().filter(subject=told_village.zhao).exclude(pk=pairing.pk)
    for other in others.filter(ended=None):
        pairings.close(by=OPERATOR, pairing=other, on=PAIRED, reason="换人")
    pairings.close(by=OPERATOR, pairing=pairing, on=dt.date(2009, 5, 4), reason="换人")
    days = (dt.date(2009, 5, 4), dt.date(2009, 6, 30), dt.date(2009, 7, 1))
    for day, seen in zip(days, (True, True, False), strict=True):
        monkeypatch.setattr(clock, "today", functools.partial(dt.date.fromordinal, day.toordinal()))
        assert may_reach(lead, told_village.zhao.fact) is seen, day
        kept = fetch(lead, VOCABULARY["pairing"], pairing.fact, moment=Moment(dt.date(2009, 5, 4)))
        assert (kept is not None) is seen, day


def test_whoever_left_the_unit_no_longer_helps_with_it(
    matrix: None, told_village: Village, accounts: dict[str, User]
) -> None:
    from bangfu.ledger.actions import post as posts

    helper, home = accounts["hl"], told_village.village
    assert fetch(helper, VOCABULARY["need"], _need_of(home).fact)
    posts.leave(by=OPERATOR, post=Post.objects.get(person=told_village.li), on=TODAY - DAY)
    assert not fetch(helper, VOCABULARY["need"], _need_of(home).fact)
    assert may_reach(helper, told_village.zhao.fact), "the own pairing stays"


def _need_of(place: Any) -> Need:
    return Need.objects.current().get(subject=place.fact)


def test_a_grant_holds_from_its_first_to_its_last_day(matrix: None, told_village: Village) -> None:
    user = told_village.account("gong", "clerk", place=told_village.county, on=TODAY, until=TODAY)
    assert may_reach(user, told_village.zhao.fact)
    assert grants_of(user, on=TODAY + DAY) == [] == grants_of(user, on=TODAY - DAY)
    users.revoke(by=OPERATOR, granted=grants_of(user)[0], on=TODAY)
    assert may_reach(user, told_village.zhao.fact)


def test_a_grant_without_any_limit_opens_nothing(matrix: None, told_village: Village) -> None:
    """No action gives one; should one stand all the same, it is not a grant of everything."""
    from bangfu.ledger.actions.event import insert
    from bangfu.ledger.models import Grant
    from tests.village import write

    user = users.create(by=OPERATOR, username="wu", password="wu-一个很长的口令-7")
    grant = Grant(user=user, role="clerk", began=TODAY, reason="x")
    write(by=OPERATOR, what=lambda: insert(grant))
    assert not visible(user, VOCABULARY["person"]).exists()


HEALTH = {"cl", "vd"}
REVEAL = {"cc", "cv", "cp", "cu", "hl", "rt", "cl"}


def test_health_detail_is_reached_by_those_who_treat_people_there_alone(
    matrix: None, told_village: Village, accounts: dict[str, User]
) -> None:
    zhao = told_village.zhao
    reached = {n for n, u in accounts.items() if health_of(u, zhao.fact).exists()}
    assert reached == HEALTH
    for name, user in accounts.items():
        by = By(user, "desk", purpose="随访")
        told = healths.look(by=by, subject=zhao)
        assert bool(told) == (name in HEALTH), name
        assert healths.look(by=by, subject=told_village.outsider) == []


def test_a_sealed_number_is_opened_by_those_who_may_and_only_inside(
    matrix: None, told_village: Village, accounts: dict[str, User]
) -> None:
    zhao, outsider = told_village.zhao, told_village.outsider
    assert {n for n, u in accounts.items() if may_reveal(u, zhao.fact)} == REVEAL
    assert {n for n, u in accounts.items() if may_reveal(u, outsider.fact)} == {"cc"}
    for name, user in accounts.items():
        by = By(user, "desk", purpose="联系本人")
        if name in REVEAL:
            assert persons.reveal(by=by, subject=zhao, field="phone")
        else:
            with pytest.raises(NotAllowed):
                persons.reveal(by=by, subject=zhao, field="phone")


def test_the_administrator_sees_nobody(matrix: None, accounts: dict[str, User]) -> None:
    closed = "person household enrolment class pairing need activity visit post entry fund document"
    for kind in closed.split():
        assert not visible(accounts["ad"], VOCABULARY[kind]).exists(), kind


#: What each role may do; every verb that is not named is refused to it.
def test_each_role_does_what_it_says_and_nothing_else(matrix: None, accounts: Any) -> None:
    from bangfu.ledger.access import may

    verbs = sorted(v for v in _verbs() if not v.startswith("test."))
    assert len(verbs) > 50
    for name, user in accounts.items():
        with one_page():
            roles = [ROLES[g.role] for g in grants_of(user)]
            assert {v for v in verbs if may(user, v)} == {
                v for v in verbs if any(r.may(v) for r in roles)
            }, name
    for role in ROLES.values():
        for word in role.does:
            noun, _, what = word.partition(".")
            assert any(v == word or what == "*" and v.startswith(f"{noun}.") for v in verbs), (
                f"{role.name} may do {word}, which nobody can"
            )


def _verbs() -> set[str]:
    import importlib
    import pkgutil

    from bangfu.ledger import actions

    found = set()
    for module in pkgutil.iter_modules(actions.__path__):
        loaded = importlib.import_module(f"bangfu.ledger.actions.{module.name}")
        found |= {v for f in vars(loaded).values() if isinstance(v := getattr(f, "verb", 0), str)}
    return found


# Each line: account, what it tries, whether it lies inside its grant.
TRIES = """
cc  register person here           yes
cv  register person here           yes
cv  register person far away       no
vo  register person far away       yes
vo  register person here           no
vo  register household here        no
rt  update Zhao                    yes
vo  update Zhao                    no
hl  update Zhao                    no
hl  record visit to Zhao           yes
hl  record visit to Qian           no
hl  record visit to Sun            no
hz  record visit to Qian           yes
cl  record visit to Zhao           yes
vo  record visit to Zhao           no
vo  record meeting here            no
vo  record meeting far away        yes
rt  record meeting here            yes
hl  correct visit to Zhao          yes
hl  withdraw visit far away        no
hz  withdraw visit to Zhao         no
vo  correct visit to Zhao          no
hl  raise need of Zhao             yes
hl  raise need of Qian             no
vd  raise need of Zhao             yes
vd  close need of Zhao             no
hl  close need of Zhao             yes
hz  close need of Zhao             no
ul  promise for hospital           yes
ul  promise for clinic             no
cc  promise for clinic             yes
cp  promise for clinic             yes
hl  promise for hospital           no
ul  progress of hospital           yes
ul  progress of other              no
hl  progress of hospital           no
ul  hand over Zhao to Zhou         no
ul  hand over Zhao to colleague    yes
hl  hand over Zhao to colleague    no
cc  hand over Zhao to Zhou         yes
in  record visit to Zhao           no
in  raise need of Zhao             no
od  register person here           no
ad  register person here           no
ad  erase Zhao                     yes
cc  erase Zhao                     yes
vo  erase Zhao                     no
rt  erase Zhao                     no
ex  record visit to Zhao           no
fu  record visit to Zhao           no
ia  record visit to Zhao           no
no  record visit to Zhao           no
h0  record visit to Zhao           no
"""


@pytest.mark.parametrize("line", TRIES.strip().splitlines())
def test_an_action_is_refused_outside_of_the_grant(
    matrix: None,
    told_village: Village,
    accounts: dict[str, User],
    records: dict[str, Any],
    line: str,
) -> None:
    name, rest = line.split(None, 1)
    what, answer = rest.rsplit(None, 1)
    attempt = _attempts(By(accounts[name], "desk"), told_village, records)[what.strip()]
    if answer == "yes":
        attempt()
    else:
        with pytest.raises(NotAllowed):
            attempt()


def _attempts(by: By, v: Village, records: dict[str, Any]) -> dict[str, Any]:
    here: dict[str, Any] = {"on": VISITED, "source": "入户", "place": v.village}
    away = {**here, "place": v.far_village}
    pairing = Pairing.objects.get(pk=v.pairing.pk)
    fund = records["fund"][1]
    colleague = Subject.objects.filter(name="何医生").first() or _colleague(v)
    need = Need.objects.current().get(subject=v.zhao)
    handing = {
        "pairings": [pairing],
        "paper": "县医院函",
        "on": dt.date(2009, 3, 5),
        "reason": "调动",
    }

    def visit(whom: Subject) -> Any:
        return lambda: activities.record(by=by, kind="visit", on=VISITED, whom=[whom])

    def meeting(place: Any) -> Any:
        return lambda: activities.record(by=by, kind="meeting", on=VISITED, place=place)

    def promise(unit: Subject) -> Any:
        return lambda: funds.promise(by=by, fund=fund, organisation=unit, on=VISITED, amount=100)

    def raised(subject: Subject) -> Any:
        return lambda: needs.raise_(by=by, subject=subject, on=VISITED, text="修路")

    def progress(name: str) -> Any:
        return lambda: measures.progress(by=by, measure=records[name][1], on=VISITED, amount=1)

    return {
        "register person here": lambda: persons.register(by=by, name="新", **here),
        "register person far away": lambda: persons.register(by=by, name="新", **away),
        "register household here": lambda: households.register(by=by, name="新", **here),
        "update Zhao": lambda: persons.update(
            by=by, subject=v.zhao, on=VISITED, work_region="邻县"
        ),
        "record visit to Zhao": visit(v.zhao),
        "record visit to Qian": visit(v.qian),
        "record visit to Sun": visit(v.sun),
        "record meeting here": meeting(v.village),
        "record meeting far away": meeting(v.far_village),
        "correct visit to Zhao": lambda: activities.correct_record(
            by=by, activity=v.visit, people=3
        ),
        "withdraw visit to Zhao": lambda: activities.take_back(by=by, activity=v.visit),
        "withdraw visit far away": lambda: activities.take_back(
            by=by, activity=records["visit far away"][1]
        ),
        "raise need of Zhao": raised(v.zhao),
        "raise need of Qian": raised(v.qian),
        "close need of Zhao": lambda: needs.close(by=by, need=need, on=VISITED, evidence="已办"),
        "promise for hospital": promise(v.hospital),
        "promise for clinic": promise(v.clinic),
        "progress of hospital": progress("measure, hospital"),
        "progress of other": progress("measure, other"),
        "hand over Zhao to Zhou": lambda: _hand_over(by, v.zhou, handing),
        "hand over Zhao to colleague": lambda: _hand_over(by, colleague, handing),
        "erase Zhao": lambda: subjects.erase(by=by, subject=v.zhao, reason="request"),
    }


def _hand_over(by: By, to: Subject, handing: dict[str, Any]) -> None:
    """Zhou is let go first, since each cadre has one partner."""
    for pairing in Pairing.objects.current().filter(helper=to):
        pairings.undo(by=OPERATOR, pairing=pairing)
    if can_take_over(to):
        handing.pop("paper")
        handovers.offer(by=by, to=to, **handing)
    else:
        handovers.on_paper(by=by, to=to, **handing)


def _colleague(v: Village) -> Subject:
    from tests.village import _cadre

    return _cadre("何医生", v.hospital, v.far_village)


def test_who_may_not_is_told_which_roles_may(matrix: None, accounts: dict[str, User]) -> None:
    with pytest.raises(NotAllowed) as refused:
        funds.promise(
            by=By(accounts["hl"], "desk"),
            fund=Fund.objects.first(),
            organisation=Subject.objects.filter(kind="organisation").first(),
            on=VISITED,
            amount=1,
        )
    assert set(refused.value.who_may) == {"clerk", "unit_lead"}
