"""The page of a paper shows how far it is and offers what comes next, each step to who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.ledger.actions import person, post, user
from tests.desk.forms import fill, said, wrong
from tests.desk.story import BY, PASSWORD, Story, day

Enter = Callable[..., Client]


@pytest.fixture(scope="module")
def lead(told: Story) -> str:
    """The lead of the office that runs the programme."""
    he = told.who["feng"] = person.register(
        by=BY, name="冯立", place=told.places["village"], on=day(1, 10), source="单位名册"
    )
    post.appoint(
        by=BY, person=he, organisation=told.who["office"], on=day(1, 1, 2021), title="主任"
    )
    made = user.create(by=BY, username="lead", password=PASSWORD, display_name="冯主任", person=he)
    user.grant(
        by=BY, user=made, role="unit_lead", on=day(1, 1), reason="任命",
        organisation=told.who["office"],
    )  # fmt: skip
    told.users["lead"] = made
    return "lead"


def test_a_draft_goes_from_hand_to_hand_and_is_issued(
    told: Story, enter: Enter, lead: str, db: None
) -> None:
    page = reverse("desk:document", args=[told.papers["draft"].fact])
    clerk, boss = enter("clerk"), enter(lead)
    assert "送审" in said(clerk.get(page)) and "送审" not in said(boss.get(page))
    fill(clerk, f"{page}hand-in/")
    assert "审核中" in said(boss.get("/")), "it waits for the lead"
    assert "approve/" not in said(clerk.get(page)) and "approve/" in said(boss.get(page))
    assert 'issue/"' not in said(clerk.get(page)), "while somebody else has it in hand"
    listed = said(clerk.get(reverse("desk:programme", args=[told.begun().name])))
    assert listed.count("审核中") == 1, "one word for it on every page"
    early = clerk.post(f"{page}issue/", follow=True)
    assert "尚未答复" in said(early)
    own = fill(clerk, f"{page}approve/")
    assert own.status_code == 422 and "请由另一人审核" in wrong(own)
    fill(boss, f"{page}return/", reason="第一段少一个数。")
    assert "已退回" in said(clerk.get("/")) and "第一段少一个数。" in said(clerk.get(page))
    fill(clerk, f"{page}hand-in/")
    fill(boss, f"{page}approve/")
    fill(boss, f"{page}sign/")
    shown = said(clerk.get(page))
    assert "冯立 · 县走访办公室 主任" in shown and "冯主任" in shown
    clerk.post(f"{page}issue/")
    issued = said(clerk.get(page))
    assert "已签发" in issued and "hand-in/" not in issued
    assert clerk.get(f"{page}approve/").status_code == 404


def test_a_text_that_is_changed_loses_what_was_approved(
    told: Story, enter: Enter, lead: str, db: None
) -> None:
    page = reverse("desk:document", args=[told.papers["draft"].fact])
    clerk = enter("clerk")
    fill(clerk, f"{page}hand-in/")
    fill(enter(lead), f"{page}approve/")
    edit = {"title": "改过的题目", "on": "2026-10-31", "prose": "{{helped_in}}", "signer": "周明"}
    clerk.post(f"{page}edit/", edit)
    shown = said(clerk.get(page))
    assert "文字后来已改" in shown and "hand-in/" in shown
