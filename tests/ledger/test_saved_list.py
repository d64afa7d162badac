"""Saved lists: whose they are, with whom they are shared, and that they keep nobody's name."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import saved_list as saved_lists
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Event, SavedList, User
from bangfu.ledger.sharing import saved_lists_open_to
from tests.village import OPERATOR, Village


@pytest.fixture
def told(told_village: Village, db: None) -> Village:
    """The known people, with accounts at both ends of the county and in both units."""
    v = told_village
    for name, role, within in (
        ("u1", "unit_lead", {"organisation": v.hospital}),
        ("u2", "unit_lead", {"organisation": v.clinic}),
        ("ct", "clerk", {"place": v.town}),
        ("cf", "clerk", {"place": v.far_town}),
        ("cp", "clerk", {"programme": v.programme}),
        ("insp", "inspector", {"place": v.county}),
        ("od", "organisation_department", {"place": v.county}),
        ("adm", "administrator", {"place": v.county}),
    ):
        v.account(name, role, **within)
    v.account("hlp", "helper", person=v.li)
    return v


def mine(v: Village, who: str = "fang", **said: Any) -> SavedList:
    """A list that one of the accounts keeps."""
    user = v.accounts[who]
    asked = {"name": "名单", "kind": "household", "asked": {}, **said}
    return saved_lists.keep(by=By(user, "test"), user=user, **asked)


def share(v: Village, row: SavedList, who: str = "fang", **within: Any) -> SavedList:
    return saved_lists.share(by=By(v.accounts[who], "test"), saved=row, **within)


def seen_by(v: Village, row: SavedList) -> set[str]:
    """The accounts that see a list."""
    return {
        name
        for name, user in v.accounts.items()
        if saved_lists_open_to(user).filter(fact=row.fact).exists()
    }


def test_a_list_is_its_keepers_alone_until_it_is_shared(told: Village) -> None:
    assert seen_by(told, mine(told)) == {"fang"}


@pytest.mark.parametrize(
    ("role", "within", "who"),
    [
        ("", "county", {"chen", "u1", "u2", "ct", "cf", "cp",
                        "insp", "hlp", "guo"}),
        ("clerk", "county", {"ct", "cf", "cp"}),
        ("clerk", "town", {"ct"}),
        ("", "far_town", {"cf", "hlp", "guo"}),
        ("unit_lead", "hospital", {"u1"}),
        ("", "hospital", {"u1", "hlp"}),
        ("helper", "programme", {"hlp"}),
        ("administrator", "county", set()),
    ],
)  # fmt: skip
def test_it_is_shared_within_one_limit_and_with_one_role_or_all(
    told: Village, role: str, within: str, who: set[str]
) -> None:
    limit = getattr(told, within)
    sort = {"hospital": "organisation", "programme": "programme"}.get(within, "place")
    row = share(told, mine(told), role=role, **{sort: limit})
    assert seen_by(told, row) == who | {"fang"}
    share(told, row)
    assert seen_by(told, row) == {"fang"}


def test_what_a_role_does_not_see_is_not_shared_with_it(told: Village) -> None:
    row = share(told, mine(told, kind="place"), place=told.county)
    assert {"od", "adm"} <= seen_by(told, row)
    row = share(told, mine(told, name="钱", kind="entry"), place=told.county)
    assert not {"od", "adm", "hlp", "chen"} & seen_by(told, row)


def test_nobody_shares_beyond_the_own_reach(told: Village) -> None:
    v = told
    for who, within in (
        ("ct", {"place": v.county}),
        ("ct", {"place": v.far_town}),
        ("u1", {"organisation": v.clinic}),
        ("u1", {"place": v.county}),
        ("hlp", {"place": v.village}),
        ("hlp", {"organisation": v.hospital}),
    ):
        row = mine(v, who)
        with pytest.raises(NotAllowed):
            share(v, row, who, **within)
        saved_lists.drop(by=By(v.accounts[who], "test"), saved=row)
    share(v, mine(v, "ct"), "ct", place=v.village)
    share(v, mine(v, "hlp"), "hlp", programme=v.programme)


def test_only_its_keeper_does_anything_to_it(told: Village) -> None:
    row = share(told, mine(told), place=told.county)
    before = Event.objects.count()
    for who in ("insp", "hlp", "cf"):
        by = By(told.accounts[who], "test")
        for attempt in (
            lambda by=by: saved_lists.change(by=by, saved=row, asked={}),
            lambda by=by: saved_lists.rename(by=by, saved=row, name="别的"),
            lambda by=by: saved_lists.share(by=by, saved=row),
            lambda by=by: saved_lists.drop(by=by, saved=row),
            lambda by=by: saved_lists.keep(
                by=by, user=told.accounts["fang"], name="x", kind="household", asked={}
            ),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("who", "kind"), [("od", "household"), ("adm", "person"), ("hlp", "entry")]
)
def test_nobody_keeps_or_downloads_what_no_role_opens(told: Village, who: str, kind: str) -> None:
    user: User = told.accounts[who]
    with pytest.raises(NotAllowed):
        mine(told, who, kind=kind)
    with pytest.raises(NotAllowed):
        saved_lists.download(
            by=By(user, "test", purpose="核对"), kind=kind, asked={}, columns=[], rows=1
        )


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("person", {"q": ["赵大山"]}),
        ("household", {"head": ["赵大山"]}),
        ("pairing", {"helper": ["李"]}),
        ("visit", {"whom": ["-", "赵大山"]}),
        ("person", {"work_region": ["邻县"]}),
    ],
)
def test_no_name_that_was_looked_for_is_kept(
    told: Village, kind: str, asked: dict[str, list[str]]
) -> None:
    with pytest.raises(Refused) as refused:
        mine(told, kind=kind, asked=asked)
    assert refused.value.code == "looks_for_somebody"
    by = By(told.accounts["fang"], "test", purpose="核对")
    saved_lists.download(by=by, kind=kind, asked=asked, columns=[], rows=1)
    told_of = Event.objects.filter(verb="list.download").order_by("at").last()
    assert told_of is not None
    assert not any(
        "赵" in line or "李" in line or "邻" in line for line in told_of.fields["question"]
    )


def test_an_identity_number_is_kept_in_no_list(told: Village) -> None:
    for said in ({"name": "990001197003150010"}, {"asked": {"q": ["990001197003150010"]}}):
        with pytest.raises(Refused) as refused:
            mine(told, **{"kind": "organisation", **said})
        assert refused.value.code == "identity_in_clear"


def test_erasing_takes_the_name_out_of_what_lists_are_called(told: Village) -> None:
    called = told.zhao.name
    row = mine(told, name=f"{called}家的事", asked={"head": [str(told.zhao.fact)]})
    other = mine(told, name="别的")
    subjects.erase(by=OPERATOR, subject=told.zhao, reason="request")
    row.refresh_from_db()
    assert called not in row.name and row.name.endswith("家的事")
    assert row.asked == {"head": [str(told.zhao.fact)]}
    other.refresh_from_db()
    assert other.name == "别的"
    assert verify().faults == []
