"""What lies partly outside of what was granted is outside: attempts by hand, one a line."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import classes
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions import post as posts
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Event, Fund, Measure, Place, Subject, User
from tests.ledger.test_actions import verbs
from tests.ledger.test_limits import APRIL, World, attempt, world
from tests.village import CHOSEN, OPERATOR, VISITED, village_subject

__all__ = ["world"]

PRESENT = dt.date(2026, 1, 10)

#: Who tries what, and whether it goes through.
TRIES = """
clerk of the programme     erases the outsider                              no
clerk of the programme     erases Zhao                                      yes
clerk of the programme     registers a person far away                      no
clerk of the programme     registers a person in the village                no
clerk of the programme     renames the far village                          no
clerk of the programme     states a number of the far village               no
clerk of the programme     takes the outsider in                            no
clerk of the programme     pairs Zhao with the outsider                     no
clerk of the programme     takes Zhao out of the other programme            no
clerk of the programme     takes Zhao's other class back                    no
clerk of the programme     raises a need of Zhao in the programme           yes
clerk of the programme     raises a need of Zhao in no programme            no
clerk of the programme     updates the office, which is not in it           no
clerk of the village       updates the hospital                             no
clerk of the village       appoints Zhao in the hospital                    no
clerk of the village       registers a person nowhere                       no
clerk of the village       drafts a paper of the county's programme         no
clerk of the village       plans the measures of the county's programme     no
clerk of the village       opens the purses of the county's programme       no
clerk of the village       takes the hospital's money into the purse        no
clerk of the village       takes the village's money into the purse         no
clerk of the village       writes what the village's body promised          yes
clerk of the village       counters what the village's body gave            no
clerk of the village       pays the village's body out of the purse         no
clerk of the village       pairs Zhao with the hospital                     yes
clerk of the village       takes Zhao out of the other programme            yes
clerk of the village       links a measure of the hospital to its need      no
clerk of the hospital      appoints the outsider                            no
clerk of the hospital      appoints Li once more                            yes
clerk of the hospital      appoints Li in the clinic                        no
clerk of the hospital      corrects Li's post in the clinic                 no
clerk of the hospital      registers a body below the clinic                no
clerk of the hospital      puts itself under the clinic                     no
clerk of the hospital      raises a number of the village                   no
clerk of the hospital      renames the village that it helps                no
clerk of the hospital      gives its measure to the clinic                  no
officer of the far village renames the hospital                             no
officer of the far village moves the hospital                               no
officer of the far village fetches Zhao                                     no
officer of the far village moves the outsider to the village                no
officer of the far village moves the outsider within                        yes
officer of the far village puts the outsider into Zhao's home               no
officer of the far village registers a child of its own into Zhao's home    no
officer of the village     makes the outsider the head of Zhao's home       no
officer of the village     registers a child into Zhao's home               yes
officer of the far village records a meeting there                          yes
officer of the far village records a meeting in the village                 no
officer of the far village records a meeting that Zhao attended             no
officer of the far village moves a meeting to the village                   no
officer of the far village renames the village as a subject                 no
officer of the village     renames the village as a subject                 is_a_place
officer of the village     moves the village as a subject                   is_a_place
officer of the village     raises a need for any unit                       yes
lead of the hospital       records its meeting far away                     yes
lead of the hospital       records a meeting far away                       no
lead of the hospital       records a meeting far away with its people       yes
lead of the hospital       records the clinic's meeting far away            no
lead of the hospital       records nothing in particular                    no
lead of the hospital       calls its meeting the clinic's                   no
lead of the hospital       raises a need of the village it once helped      no
lead of the hospital       raises a need of the far village                 no
lead of the hospital       hands a need on to the clinic                    yes
lead of the hospital       reports on the clinic's measure                  no
helper Li                  records a meeting in the village                 yes
helper Li                  records a meeting far away                       no
helper Li                  records a meeting far away that he attended      no
helper Li                  records a visit to Zhao far away                 yes
helper Li                  records nothing in particular                    no
helper Li                  corrects a meeting of others in the village      no
helper Li                  corrects a meeting far away that he attended     no
helper Li                  raises a need of himself                         no
helper Li                  raises a need of the far village                 no
officer and clerk          erases the outsider                              yes
officer and clerk          erases Zhao                                      yes
officer and clerk          takes Zhao in elsewhere                          no
organisation department    appoints Zhao in the hospital                    yes
"""
ATTEMPTS = [
    (line[:27].strip(), line[27:75].strip(), line[75:].strip())
    for line in TRIES.strip().splitlines()
]


@pytest.fixture(scope="module")
def actors(world: World) -> dict[str, User]:
    """Those who try."""
    v = world.village
    both = v.account("both", "clerk", programme=v.programme)
    users.grant(
        by=OPERATOR, user=both, role="clerk", on=VISITED, reason="试用", place=v.far_village
    )
    return {
        "clerk of the programme": v.account("t1", "clerk", programme=v.programme),
        "clerk of the village": v.account("t2", "clerk", place=v.village),
        "clerk of the hospital": v.account("t3", "clerk", organisation=v.hospital),
        "officer of the far village": v.account("t4", "village_officer", place=v.far_village),
        "officer of the village": v.account("t5", "village_officer", place=v.village),
        "lead of the hospital": v.account("t6", "unit_lead", organisation=v.hospital),
        "helper Li": v.account("t7", "helper", person=v.li),
        "officer and clerk": both,
        "organisation department": v.account("t8", "organisation_department", place=v.county),
    }


@pytest.fixture(scope="module")
def things(world: World) -> dict[str, Any]:
    """What else is tried upon."""
    v, by = world.village, OPERATOR
    office = organisations.register(by=by, name="县残联", kind="bureau", place=v.county, on=VISITED)
    body = organisations.register(
        by=by, name="前岫村合作社", kind="bureau", place=v.village, on=VISITED
    )
    taken = enrolments.take_in(
        by=by, programme=world.other, name="helped", subject=v.zhao, on=PRESENT
    )
    given = classes.give(
        by=by, programme=world.other, name="need_kind", subject=v.zhao, option="medical", on=PRESENT
    )
    far = activities.record(by=by, kind="meeting", on=VISITED, place=v.far_village, who=[v.li])
    here = activities.record(by=by, kind="meeting", on=VISITED, place=v.village)
    own = activities.record(
        by=by, kind="meeting", on=VISITED, place=v.village, organisation=v.hospital
    )
    post = posts.appoint(by=by, person=v.li, organisation=v.clinic, on=VISITED, title="顾问")
    fund = Fund.objects.current().get(programme=v.programme)
    money = funds.receive(by=by, fund=fund, organisation=body, on=VISITED, amount=5)
    return {
        "office": office,
        "body": body,
        "post": post,
        "fund": fund,
        "given_money": money,
        "taken": taken,
        "given": given,
        "far": far,
        "here": here,
        "own": own,
    }


@pytest.mark.parametrize(("who", "what", "allowed"), ATTEMPTS)
def test_what_lies_partly_outside_is_outside(
    world: World,
    actors: dict[str, User],
    things: dict[str, Any],
    db: None,
    who: str,
    what: str,
    allowed: str,
) -> None:
    verb, words = _tried(world, things)[what]
    answer = attempt(verb, actors[who], words)
    code = "" if allowed in ("yes", "no") else f"refused: {allowed}"
    assert answer == (code or ("done" if allowed == "yes" else "not allowed"))


def test_every_attempt_is_tried_by_somebody(
    world: World, actors: dict[str, User], things: dict[str, Any], db: None
) -> None:
    assert {what for _who, what, _allowed in ATTEMPTS} == set(_tried(world, things))
    assert {who for who, _what, _allowed in ATTEMPTS} == set(actors)


def test_what_was_refused_after_it_was_written_is_not_there(
    world: World, actors: dict[str, User], things: dict[str, Any], db: None
) -> None:
    verb, words = _tried(world, things)["registers a person in the village"]
    before = Event.objects.count(), Subject.objects.count()
    with pytest.raises(NotAllowed):
        verbs()[verb](by=By(actors["clerk of the programme"], "test"), **words)
    assert (Event.objects.count(), Subject.objects.count()) == before


Try = tuple[str, dict[str, Any]]


def _tried(world: World, things: dict[str, Any]) -> dict[str, Try]:
    return {
        **_with_people(world, things),
        **_with_units(world, things),
        **_with_programmes(world, things),
        **_with_activities(world, things),
        **_with_needs(world),
    }


def _with_people(world: World, things: dict[str, Any]) -> dict[str, Try]:
    v = world.village
    new: dict[str, Any] = {"name": "新人", "on": VISITED, "source": "入户"}
    return {
        "erases the outsider": ("subject.erase", {"subject": v.outsider, "reason": "request"}),
        "erases Zhao": ("subject.erase", {"subject": v.zhao, "reason": "request"}),
        "registers a person far away": ("person.register", new | {"place": v.far_village}),
        "registers a person in the village": ("person.register", new | {"place": v.village}),
        "registers a person nowhere": ("person.register", new | {"place": None}),
        "registers a child into Zhao's home": (
            "person.register",
            new | {"place": v.village, "household": v.zhao_home},
        ),
        "registers a child of its own into Zhao's home": (
            "person.register",
            new | {"place": v.far_village, "household": v.zhao_home},
        ),
        "puts the outsider into Zhao's home": (
            "person.update",
            {"subject": v.outsider, "on": VISITED, "household": v.zhao_home},
        ),
        "makes the outsider the head of Zhao's home": (
            "household.update",
            {"subject": v.zhao_home, "on": VISITED, "head": v.outsider},
        ),
        "fetches Zhao": _moves(v.zhao, v.far_village),
        "moves the outsider to the village": _moves(v.outsider, v.village),
        "moves the outsider within": _moves(v.outsider, v.far_village),
        "renames the village as a subject": _renames(village_subject(v)),
        "moves the village as a subject": _moves(village_subject(v), v.village),
        "renames the village that it helps": _renames_place(v.village),
        "renames the far village": _renames_place(v.far_village),
        "states a number of the far village": _states(v.far_village),
        "raises a number of the village": _states(v.village),
    }


def _moves(subject: Subject, to: Place) -> Try:
    return "subject.move", {"subject": subject, "to": to, "on": VISITED}


def _renames(subject: Subject) -> Try:
    return "subject.rename", {"subject": subject, "name": "新名", "on": VISITED}


def _renames_place(place: Place) -> Try:
    return "place.rename", {"place": place, "name": "新名", "on": VISITED, "source": "公告"}


def _states(place: Place) -> Try:
    period = {"began": PRESENT, "ended": PRESENT, "source": "村委会"}
    return "statistic.state", {"place": place, "name": "wells", "value": Decimal(3), **period}


def _with_units(world: World, things: dict[str, Any]) -> dict[str, Try]:
    v = world.village
    body = {"name": "门诊部", "kind": "bureau", "place": v.county, "on": VISITED}
    appointed = {"organisation": v.hospital, "on": VISITED, "title": "顾问"}
    water, need = (world.asked["measure.link"][word] for word in ("measure", "need"))
    reported: dict[str, Any] = {"on": VISITED, "amount": Decimal(1)}
    other = Measure.objects.current().get(programme=v.programme, name="clinic_built")
    return {
        "renames the hospital": _renames(v.hospital),
        "moves the hospital": _moves(v.hospital, v.far_village),
        "updates the hospital": _updates(v.hospital),
        "updates the office, which is not in it": _updates(things["office"]),
        "puts itself under the clinic": _updates(v.hospital, parent=v.clinic),
        "registers a body below the clinic": ("organisation.register", body | {"parent": v.clinic}),
        "appoints the outsider": ("post.appoint", appointed | {"person": v.outsider}),
        "appoints Zhao in the hospital": ("post.appoint", appointed | {"person": v.zhao}),
        "appoints Li once more": ("post.appoint", appointed | {"person": v.li}),
        "appoints Li in the clinic": (
            "post.appoint", appointed | {"person": v.li, "organisation": v.clinic}),
        "corrects Li's post in the clinic": (
            "post.correct",
            {"post": things["post"], "rank": "section", "real": True, "kind": "cadre"}),
        "gives its measure to the clinic": (
            "measure.set_owner", {"measure": water, "owner": v.clinic}),
        "reports on the clinic's measure": ("measure.progress", reported | {"measure": other}),
        "links a measure of the hospital to its need": (
            "measure.link", {"measure": water, "need": need}),
    }  # fmt: skip


def _updates(organisation: Subject, **sheet: Any) -> Try:
    changes = sheet or {"level": "county"}
    return "organisation.update", {"subject": organisation, "on": VISITED, **changes}


def _with_programmes(world: World, things: dict[str, Any]) -> dict[str, Try]:
    v = world.village
    of: dict[str, Any] = {"programme": v.programme}
    fund = things["fund"]
    money: dict[str, Any] = {"fund": fund, "on": VISITED, "amount": 5}
    paid = money | {"use": "road", "voucher": "记-9"}
    pair: dict[str, Any] = of | {"name": "unit_to_village", "on": APRIL}
    elsewhere: dict[str, Any] = {"programme": world.other, "name": "helped", "subject": v.sun}
    return {
        "takes the outsider in": ("enrolment.take_in",
                                  of | {"name": "sweep", "subject": v.outsider, "on": CHOSEN}),
        "takes Zhao in elsewhere": ("enrolment.take_in", elsewhere | {"on": PRESENT}),
        "takes Zhao out of the other programme": ("enrolment.withdraw",
                                                  {"enrolment": things["taken"]}),
        "takes Zhao's other class back": ("class.undo", {"given": things["given"]}),
        "pairs Zhao with the outsider": ("pairing.make",
                                         pair | {"helper": v.outsider, "subject": v.zhao}),
        "pairs Zhao with the hospital": (
            "pairing.make", pair | {"helper": v.hospital, "subject": village_subject(v)}),
        "drafts a paper of the county's programme": (
            "document.draft",
            of | {"name": "bulletin", "on": VISITED, "title": "二", "body": {}}),
        "plans the measures of the county's programme": ("measure.plan_all", of),
        "opens the purses of the county's programme": ("fund.open_all", of),
        "takes the hospital's money into the purse": ("entry.receive",
                                                      money | {"organisation": v.hospital}),
        "takes the village's money into the purse": ("entry.receive",
                                                     money | {"organisation": things["body"]}),
        "writes what the village's body promised": ("entry.promise",
                                                    money | {"organisation": things["body"]}),
        "counters what the village's body gave": (
            "entry.counter", {"entry": things["given_money"], "on": VISITED, "voucher": "记-9"}),
        "pays the village's body out of the purse": ("entry.pay",
                                                     paid | {"organisation": things["body"]}),
    }  # fmt: skip


def _with_activities(world: World, things: dict[str, Any]) -> dict[str, Try]:
    v = world.village
    far, here = {"place": v.far_village}, {"place": v.village}

    def meeting(**more: Any) -> Try:
        return "activity.record", {"kind": "meeting", "on": VISITED, **more}

    def corrects(which: str, **more: Any) -> Try:
        return "activity.correct", {"activity": things[which], **(more or {"people": 3})}

    return {
        "records a meeting there": meeting(**far),
        "records a meeting far away": meeting(**far),
        "records a meeting in the village": meeting(**here),
        "records a meeting that Zhao attended": meeting(**far, attendees=[(v.zhao, "worker")]),
        "records its meeting far away": meeting(**far, organisation=v.hospital),
        "records the clinic's meeting far away": meeting(**far, organisation=v.clinic, who=[v.li]),
        "records a meeting far away with its people": meeting(**far, who=[v.li]),
        "records a meeting far away that he attended": meeting(**far, who=[v.li]),
        "records a visit to Zhao far away": meeting(**far, whom=[v.zhao]),
        "records nothing in particular": meeting(),
        "moves a meeting to the village": corrects("far", **here),
        "calls its meeting the clinic's": corrects("own", organisation=v.clinic),
        "corrects a meeting of others in the village": corrects("here"),
        "corrects a meeting far away that he attended": corrects("far"),
    }


def _with_needs(world: World) -> dict[str, Try]:
    v = world.village
    far = subjects.as_subject(by=OPERATOR, place=v.far_village)

    def raises(subject: Subject, **more: Any) -> Try:
        return "need.raise_", {"subject": subject, "on": VISITED, "text": "修路", **more}

    return {
        "raises a need of Zhao in the programme": raises(v.zhao, programme=v.programme),
        "raises a need of Zhao in no programme": raises(v.zhao),
        "raises a need for any unit": raises(village_subject(v), organisation=v.clinic),
        "raises a need of the village it once helped": raises(village_subject(v)),
        "raises a need of the far village": raises(far),
        "raises a need of himself": raises(v.li),
        "hands a need on to the clinic": (
            "need.assign",
            {"need": world.asked["need.assign"]["need"], "to": v.clinic, "due": None},
        ),
    }
