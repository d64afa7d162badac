"""Who gives out accounts and roles: an administrator those of a place, and nobody the own."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Grant, User
from bangfu.programmes.loader import library_text
from tests.ledger.test_actions import verbs
from tests.village import FOUNDED, OPERATOR, VISITED, Village, undone, write

TODAY = clock.today()
DAY = dt.timedelta(days=1)
PASSWORD = "又一个很长很长的口令-9"

#: What is granted, whether an administrator of the village, of the town, of the county, of the
#: hospital and of the programme may give it.
GIVEN = """
                                village town county hospital programme
clerk of the county             no      no   yes    no       no
clerk of the town               no      yes  yes    no       no
clerk of the village            yes     yes  yes    no       no
clinician of the village        yes     yes  yes    no       no
administrator of the village    yes     yes  yes    no       no
clerk of the far village        no      no   yes    no       no
lead of the hospital            no      no   yes    no       no
lead of the village's body      yes     yes  yes    no       no
clerk of the programme          no      no   yes    no       no
clerk of the village's plan     yes     yes  yes    no       no
clerk of village and hospital   no      no   yes    no       no
helper Zhao, who helps nobody   yes     yes  yes    no       no
helper Li, who helps Zhao       no      no   yes    no       no
helper without a person         no      no   no     no       no
"""
COLUMNS = GIVEN.split("\n")[1].split()
LINES = [(line[:32].strip(), *line[32:].split()) for line in GIVEN.strip("\n").split("\n")[1:]]


@pytest.fixture(scope="module")
def keepers(told_village: Village) -> dict[str, User]:
    """The administrators, one for each column."""
    v = told_village
    return {
        "village": v.account("k1", "administrator", place=v.village),
        "town": v.account("k2", "administrator", place=v.town),
        "county": v.account("k3", "administrator", place=v.county),
        "hospital": v.account("k4", "administrator", organisation=v.hospital),
        "programme": v.account("k5", "administrator", programme=v.programme),
    }


@pytest.fixture(scope="module")
def granted(told_village: Village) -> dict[str, dict[str, Any]]:
    """What each line gives, and to whom."""
    v, by = told_village, OPERATOR
    body = organisations.register(
        by=by, name="前岫村合作社", kind="bureau", place=v.village, on=VISITED
    )
    text = library_text("village_link", "programme.toml")
    plan = programmes.start(by=by, name="plan", text=text.replace('"990001"', '"990001101201"', 1))
    anybody, li, zhao = (
        users.create(by=by, username=name, password=PASSWORD, person=person)
        for name, person in (("n1", None), ("n2", v.li), ("n3", v.zhao))
    )
    return {
        "clerk of the county": _role("clerk", anybody, place=v.county),
        "clerk of the town": _role("clerk", anybody, place=v.town),
        "clerk of the village": _role("clerk", anybody, place=v.village),
        "clinician of the village": _role("clinician", anybody, place=v.village),
        "administrator of the village": _role("administrator", anybody, place=v.village),
        "clerk of the far village": _role("clerk", anybody, place=v.far_village),
        "lead of the hospital": _role("unit_lead", anybody, organisation=v.hospital),
        "lead of the village's body": _role("unit_lead", anybody, organisation=body),
        "clerk of the programme": _role("clerk", anybody, programme=v.programme),
        "clerk of the village's plan": _role("clerk", anybody, programme=plan),
        "clerk of village and hospital": _role(
            "clerk", anybody, place=v.village, organisation=v.hospital
        ),
        "helper Zhao, who helps nobody": _role("helper", zhao),
        "helper Li, who helps Zhao": _role("helper", li),
        "helper without a person": _role("helper", anybody),
    }


def _role(role: str, user: User, **within: Any) -> dict[str, Any]:
    return {"user": user, "role": role, "on": TODAY, "reason": "任命文件", **within}


@pytest.mark.parametrize(("what", "answers"), [(line[0], line[1:]) for line in LINES])
def test_a_role_is_given_by_who_keeps_the_place_that_it_reaches(
    keepers: dict[str, User],
    granted: dict[str, dict[str, Any]],
    db: None,
    what: str,
    answers: tuple[str, ...],
) -> None:
    told = {who: _may(keepers[who], "grant.give", granted[what]) for who in COLUMNS}
    assert told == dict(zip(COLUMNS, answers, strict=True))


@pytest.mark.parametrize(("what", "answers"), [(line[0], line[1:]) for line in LINES])
def test_who_gives_a_role_takes_it_back_and_keeps_the_account(
    keepers: dict[str, User],
    granted: dict[str, dict[str, Any]],
    db: None,
    what: str,
    answers: tuple[str, ...],
) -> None:
    rule = dict(zip(COLUMNS, answers, strict=True))
    with undone():
        given = users.grant(by=OPERATOR, **granted[what])
        account = {"user": given.user}
        for verb, words in (
            ("grant.revoke", {"granted": given, "on": TODAY}),
            ("user.set_password", account | {"password": PASSWORD}),
            ("user.reset_second_factor", account),
            ("user.close", account),
        ):
            assert {who: _may(keepers[who], verb, words) for who in COLUMNS} == rule, verb


def _may(account: User, verb: str, words: dict[str, Any]) -> str:
    with undone():
        try:
            verbs()[verb](by=By(account, "test"), **words)
        except NotAllowed:
            return "no"
    return "yes"


def test_an_account_is_kept_by_who_keeps_all_of_its_roles(
    told_village: Village, keepers: dict[str, User], db: None
) -> None:
    """Those that ended too: who was the county's clerk is not the village's to let in."""
    v = told_village
    user = v.account("n4", "clerk", place=v.village)
    words = {"user": user, "password": PASSWORD}
    assert _may(keepers["village"], "user.set_password", words) == "yes"
    users.grant(
        by=OPERATOR, user=user, role="clerk", on=FOUNDED, until=VISITED, reason="x", place=v.county
    )
    assert _may(keepers["village"], "user.set_password", words) == "no"
    assert _may(keepers["county"], "user.set_password", words) == "yes"


def test_an_account_that_was_granted_nothing_yet_is_nobodys(
    told_village: Village, keepers: dict[str, User], db: None
) -> None:
    user = users.create(by=OPERATOR, username="n5", password=PASSWORD)
    assert _may(keepers["county"], "user.close", {"user": user}) == "no"


def test_an_account_is_made_for_a_person_of_the_own_place(
    told_village: Village, keepers: dict[str, User], db: None
) -> None:
    v, new = told_village, {"username": "n6", "password": PASSWORD}
    for person, rule in ((v.zhao, "yes"), (v.outsider, "no"), (None, "yes")):
        assert _may(keepers["village"], "user.create", new | {"person": person}) == rule


def test_nobody_changes_the_own_rights(
    told_village: Village, keepers: dict[str, User], db: None
) -> None:
    own = keepers["county"]
    by, grant = By(own, "test"), Grant.objects.get(user=own)
    attempts = (
        ("grant.give", _role("clerk", own, place=told_village.village)),
        ("grant.give", _role("clinician", own, place=told_village.county)),
        ("grant.revoke", {"granted": grant, "on": TODAY}),
        ("user.set_password", {"user": own, "password": PASSWORD}),
        ("user.reset_second_factor", {"user": own}),
        ("user.close", {"user": own}),
    )
    for verb, words in attempts:
        with pytest.raises(Refused) as refused:
            verbs()[verb](by=by, **words)
        assert refused.value.code == "own_account", verb
    assert Grant.objects.filter(user=own).count() == 1


def test_the_servers_operator_is_free(told_village: Village, db: None) -> None:
    """At the command line the first administrator is made."""
    user = users.create(by=OPERATOR, username="n7", password=PASSWORD, person=told_village.li)
    users.grant(by=OPERATOR, **_role("administrator", user, place=told_village.county))
    users.grant(by=OPERATOR, **_role("helper", user))
    users.set_password(by=OPERATOR, user=user, password=PASSWORD)
    users.close(by=OPERATOR, user=user)


# ------------------------------------------------------------------ the same role once


@pytest.mark.parametrize("limit", ["place", "organisation", "programme", "own"])
def test_a_role_is_held_once_within_the_same_limits(
    told_village: Village, db: None, limit: str
) -> None:
    v = told_village
    within: dict[str, Any] = {} if limit == "own" else {limit: _limit(v, limit)}
    role = "helper" if limit == "own" else "clerk"
    user = users.create(by=OPERATOR, username="n8", password=PASSWORD, person=v.li)
    again = _role(role, user, **within)
    first = users.grant(by=OPERATOR, **again)
    for on, until in ((TODAY, None), (TODAY - DAY, TODAY), (TODAY + DAY, TODAY + DAY)):
        with pytest.raises(Refused) as refused:
            users.grant(by=OPERATOR, **again | {"on": on, "until": until})
        assert refused.value.code == "held_already" and str(TODAY) in str(refused.value)
        with pytest.raises(IntegrityError, match="grant_once"), transaction.atomic():
            _written(first, on, until)
    users.grant(by=OPERATOR, **again | {"on": TODAY - 2 * DAY, "until": TODAY - DAY})
    users.revoke(by=OPERATOR, granted=first, on=TODAY)
    users.grant(by=OPERATOR, **again | {"on": TODAY + DAY})


def _limit(v: Village, limit: str) -> Any:
    return {"place": v.town, "organisation": v.hospital, "programme": v.programme}[limit]


def _written(first: Grant, on: dt.date, until: dt.date | None) -> None:
    """The same grant once more, past the action's own words."""
    from bangfu.ledger.actions.event import insert

    row = Grant(user=first.user, role=first.role, began=on, ended=until, reason="x")
    row.place, row.organisation, row.programme = first.place, first.organisation, first.programme
    try:
        write(by=OPERATOR, what=lambda: insert(row))
    except Refused as refused:
        assert refused.__cause__ is not None
        raise refused.__cause__ from None


def test_another_limit_role_or_account_is_another_grant(told_village: Village, db: None) -> None:
    v = told_village
    user, other = (
        users.create(by=OPERATOR, username=name, password=PASSWORD) for name in ("n8", "n9")
    )
    for who, role, within in (
        (user, "clerk", {"place": v.town}),
        (user, "clerk", {"place": v.village}),
        (user, "clerk", {"place": v.town, "organisation": v.hospital}),
        (user, "clerk", {"place": v.town, "programme": v.programme}),
        (user, "clerk", {"organisation": v.hospital}),
        (user, "clerk", {"programme": v.programme}),
        (user, "inspector", {"place": v.town}),
        (other, "clerk", {"place": v.town}),
    ):
        users.grant(by=OPERATOR, **_role(role, who, **within))
    assert Grant.objects.filter(user=user).count() == 7
