"""Classes are proposed by people or conditions and count only once another has confirmed them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.ledger import clock
from bangfu.ledger.access import who_may
from bangfu.ledger.actions import enrolment, programme, user
from bangfu.ledger.actions import proposal as proposals
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Class, Enrolment, Event, Programme, Proposal, User
from bangfu.ledger.moment import Moment
from tests.desk.forms import fill, form_of, said, wrong
from tests.desk.story import BY, FILE, PASSWORD, Story, day

Enter = Callable[..., Client]
PLAIN = 'items    = { high = "高", low = "低" }'
RULED = 'items    = { high = { title = "高", where.size.at_least = 4 }, low = "低" }'


@pytest.fixture(scope="module")
def ruled(told: Story) -> Programme:
    """A programme whose condition proposes: 张 meets it, of 李 it is not known."""
    assert PLAIN in FILE
    made = programme.start(by=BY, name="ruled", text=FILE.replace(PLAIN, RULED))
    for who in ("zhang", "li"):
        enrolment.take_in(
            by=BY, programme=made, name="helped", subject=told.who[who], on=day(1, 15)
        )
    second = user.create(by=BY, username="second", password=PASSWORD, display_name="另一经办")
    user.grant(
        by=BY, user=second, role="clerk", on=day(1, 1), reason="任命", place=told.places["county"]
    )
    told.users["second"] = second
    return made


def classes(of: Programme) -> list[tuple[str, str]]:
    """Who is sorted as what today."""
    rows = Class.objects.at(Moment.present()).filter(programme=of)
    return list(rows.values_list("subject__name", "option"))


def answers(enter: Enter, who: str, of: Programme, answer: str, **typed: Any) -> Any:
    """One who ticks all that waits, and answers."""
    client, address = enter(who), reverse("desk:proposals", args=[of.name])
    boxes = form_of(client, address).xpath(".//input[@name='take']/@value")
    return fill(client, address, take=[str(one) for one in boxes], answer=answer, **typed)


def propose(enter: Enter, told: Story, of: Programme, who: str, option: str) -> Any:
    """Somebody proposes a class on the page of the home of 李."""
    address = reverse("desk:class_propose", args=[told.who["li"].fact])
    return fill(
        enter(who), address, option=f"{of.name}/risk/{option}", on="2026-02-01", grounds="收入少"
    )


def test_a_person_proposes_and_another_confirms(
    told: Story, enter: Enter, ruled: Programme, db: None
) -> None:
    for who, sorted_here in (("li", True), ("wu", False)):
        key = told.who[who].fact
        page = said(enter("clerk").get(reverse("desk:subject", args=[key])))
        assert (reverse("desk:class_propose", args=[key]) in page) == sorted_here, who
    assert propose(enter, told, ruled, "clerk", "low").status_code == 302
    assert classes(ruled) == [], "it does not count yet"
    home = said(enter("second").get("/"))
    assert "分类建议待确认" in home
    own = answers(enter, "clerk", ruled, "confirm")
    assert own.status_code == 422 and "请由另一人确认" in wrong(own)
    assert answers(enter, "second", ruled, "confirm").status_code == 302
    assert classes(ruled) == [("李长贵", "low")]
    assert "分类建议待确认" not in said(enter("second").get("/"))
    held = Class.objects.current().get(programme=ruled)
    assert held.began == day(2, 1) and held.grounds, "the grounds go with it, sealed"


def test_the_condition_proposes_who_surely_meets_it_and_nobody_twice(
    told: Story, enter: Enter, ruled: Programme, db: None
) -> None:
    look = reverse("desk:proposals_look", args=[ruled.name])
    assert fill(enter("clerk"), look).status_code == 302
    found = list(Proposal.objects.current().values_list("subject__name", "option", "by_rule"))
    assert found == [("张有田", "high", True)]
    fill(enter("clerk"), look)
    assert Proposal.objects.current().count() == 1, "it waits already"
    page = said(enter("clerk").get(reverse("desk:proposals", args=[ruled.name])))
    assert "按方案条件" in page and "风险等级：高" in page
    without = answers(enter, "clerk", ruled, "decline")
    assert without.status_code == 422 and "请写明不同意的原因" in wrong(without)
    answers(enter, "clerk", ruled, "decline", reason="两人在外上学")
    assert classes(ruled) == []
    fill(enter("clerk"), look)
    assert not Proposal.objects.current().filter(state="open").exists(), "who was declined stays so"


def test_what_the_condition_proposed_may_be_confirmed_by_who_let_it_look(
    told: Story, enter: Enter, ruled: Programme, db: None
) -> None:
    fill(enter("clerk"), reverse("desk:proposals_look", args=[ruled.name]))
    assert answers(enter, "clerk", ruled, "confirm").status_code == 302
    assert classes(ruled) == [("张有田", "high")]


def test_a_proposal_that_says_nothing_new_is_refused(
    told: Story, ruled: Programme, db: None
) -> None:
    words: dict[str, Any] = {
        "by": By(told.users["clerk"], "desk"), "programme": ruled, "name": "risk",
        "subject": told.who["li"], "on": day(2, 1),
    }  # fmt: skip
    attempts = {
        "no_such_class": {"option": "gold", "grounds": "x"},
        "grounds_missing": {"option": "low", "grounds": " "},
    }
    made = proposals.propose(option="low", grounds="收入少", **words)
    attempts["proposed_already"] = {"option": "low", "grounds": "x"}
    for code, more in attempts.items():
        with pytest.raises(Refused) as refused:
            proposals.propose(**words, **more)
        assert refused.value.code == code
    proposals.confirm(by=By(told.users["second"], "desk"), proposals=[made])
    with pytest.raises(Refused) as refused:
        proposals.propose(option="low", grounds="x", **words)
    assert refused.value.code == "has_it_already"
    with pytest.raises(Refused) as refused:
        proposals.decline(by=By(None, "command"), proposals=[made], reason="x")
    assert refused.value.code == "answered_already"
    assert made.answered == clock.today()


def looks_at(told: Story, who: str) -> list[User | None]:
    """Who read on what grounds the home of somebody was taken in or sorted."""
    rows = Event.objects.filter(verb="grounds.look", about=told.who[who].fact)
    return [one.by for one in rows.order_by("at")]


def test_who_confirms_reads_the_grounds_and_that_is_written_down_once_a_day(
    told: Story, enter: Enter, ruled: Programme, db: None
) -> None:
    propose(enter, told, ruled, "clerk", "low")
    address = reverse("desk:proposals", args=[ruled.name])
    plain = enter("second").get(address)
    assert "收入少" not in said(plain) and "显示依据" in said(plain)
    assert looks_at(told, "li") == [], "who does not ask for them has not looked"
    for _ in range(2):
        shown = enter("second").get(address, {"grounds": "1"})
        assert "依据：收入少" in said(shown) and "no-store" in shown["Cache-Control"]
    assert looks_at(told, "li") == [told.users["second"]]
    made = Proposal.objects.current().get(programme=ruled, subject=told.who["li"])
    page = reverse("desk:record", args=["proposal", made.fact])
    assert "收入少" in said(enter("second").get(page)) and "●●●" not in said(
        enter("second").get(page)
    )
    assert looks_at(told, "li") == [told.users["second"]], "once a day, on whatever page"
    of_li = said(enter("clerk").get(reverse("desk:subject", args=[told.who["li"].fact])))
    assert "纳入、分类的依据" in of_li and "另一经办" in of_li


def test_on_what_grounds_somebody_was_taken_in_is_read_by_who_decides_and_nobody_else(
    told: Story, enter: Enter, db: None
) -> None:
    taken = next(row for row in Enrolment.objects.current().order_by("pk") if row.grounds)
    page = reverse("desk:record", args=["enrolment", taken.fact])
    for who, status, reads in (
        ("clerk", 200, True), ("inspector", 200, False), ("clinician", 200, False),
        ("outsider", 404, False),
    ):  # fmt: skip
        answer = enter(who).get(page)
        assert answer.status_code == status, who
        assert ("因病支出大" in said(answer)) is reads, who
    looked = Event.objects.filter(verb="grounds.look", about=taken.subject_id)
    assert [one.by for one in looked] == [told.users["clerk"]]
    earlier = said(enter("clerk").get(page, {"on": "2026-09-01"}))
    assert "因病支出大" not in earlier, "as it was then, nobody looks"


def test_grounds_are_read_by_roles_alone_that_open_what_is_sealed() -> None:
    assert {role.name for role in who_may("grounds.look")} == {"clerk", "helper", "resident_team"}
    assert all(role.reveals for role in who_may("grounds.look"))
