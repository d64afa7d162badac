"""The page of a paper shows how far it is and offers what comes next, each step to who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.ledger.actions import activity, person, post, user
from bangfu.ledger.actions.document_course import Plan, plan_of
from bangfu.ledger.models import Document, Handling
from bangfu.paper import drafting, files
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
    title, draft = told.papers["draft"].title, told.papers["draft"].fact
    assert "hand-in/" in said(clerk.get(page)) and "hand-in/" not in said(boss.get(page))
    assert "还没有轮到" in said(clerk.get(page)), "the steps that are to come"
    edit = {"title": title, "on": "2026-10-31", "prose": " "}
    whole = Document.objects.current().get(fact=draft).body["prose"]
    clerk.post(f"{page}edit/", edit)
    assert not {"hand-in/", 'issue/"'} & offered(clerk, page), "of an empty text no step is offered"
    clerk.post(f"{page}edit/", {**edit, "prose": whole})
    assert offered(clerk, page) == {"hand-in/", "sign/", 'issue/"'}, "the file asks for neither"
    with pytest.MonkeyPatch.context() as patch:
        reviews = {"review": list(plan_of(told.papers["draft"]).flow.items.items())[1:2]}
        patch.setattr(Plan, "steps", lambda plan, asks: reviews.get(asks, []))
        assert offered(clerk, page) == {"hand-in/"}, "it is reviewed before it is signed or out"
    fill(clerk, f"{page}hand-in/")
    row = Handling.objects.current().get(document=draft, closed=None)
    assert f"{row.due} 到期" in said(clerk.get(page))
    assert f"审核 · {title}" in said(boss.get("/")), "it waits for the lead"
    board = said(clerk.get(reverse("desk:proceedings", args=[told.begun().name])))
    assert "材料审签" in board and title in board
    assert title in said(clerk.get(reverse("desk:list", args=["handling"])))
    way = clerk.get(reverse("desk:proceeding", args=[row.proceeding_id]))
    assert way["Location"] == f"{page}#steps"
    assert clerk.get(reverse("desk:handle", args=[row.fact])).status_code == 404
    assert "approve/" not in said(clerk.get(page)) and "approve/" in said(boss.get(page))
    assert 'issue/"' not in said(clerk.get(page)), "while somebody else has it in hand"
    listed = said(clerk.get(reverse("desk:programme", args=[told.begun().name])))
    assert listed.count("审核中") == 1, "one word for it on every page"
    early = clerk.post(f"{page}issue/", follow=True)
    assert "还没有人签发" in said(early)
    own = fill(clerk, f"{page}approve/")
    assert own.status_code == 422 and "请由另一人审核" in wrong(own)
    fill(boss, f"{page}return/", reason="第一段少一个数。")
    home = said(clerk.get("/"))
    assert f"拟稿送审 · {title}" in home and "退回： 第一段少一个数。" in home
    assert "已退回" in said(clerk.get(page)) and "第一段少一个数。" in said(clerk.get(page))
    fill(clerk, f"{page}hand-in/")
    fill(boss, f"{page}approve/")
    fill(boss, f"{page}sign/")
    shown = said(clerk.get(page))
    assert "冯立 · 县走访办公室 主任" in shown and "冯主任" in shown
    fill(clerk, f"{page}issue/")
    issued = said(clerk.get(page))
    assert issued.count("通过（办好）") == 5 and "hand-in/" not in issued
    assert clerk.get(f"{page}approve/").status_code == 404


def offered(who: Client, page: str) -> set[str]:
    """The steps that a page of a paper offers."""
    shown = said(who.get(page))
    return {step for step in ("hand-in/", "sign/", 'issue/"') if step in shown}


def test_a_text_that_is_changed_loses_what_was_approved(
    told: Story, enter: Enter, lead: str, db: None
) -> None:
    page = reverse("desk:document", args=[told.papers["draft"].fact])
    clerk = enter("clerk")
    fill(clerk, f"{page}hand-in/")
    fill(enter(lead), f"{page}approve/")
    edit = {"title": "改过的题目", "on": "2026-10-31", "prose": "{{helped_in}}"}
    clerk.post(f"{page}edit/", edit)
    shown = said(clerk.get(page))
    assert "文字后来已改" in shown and "hand-in/" in shown


def late_visit(told: Story) -> None:
    """A visit of the paper's time that is entered after the paper was handed in."""
    activity.record(
        by=BY, kind="visit", mode="home", on=day(10, 21), programme=told.begun(),
        place=told.places["village"], who=[told.who["wu"]], whom=[told.who["li"]], note="又补录",
    )  # fmt: skip


def test_what_was_handed_in_is_what_is_issued(
    told: Story, enter: Enter, lead: str, db: None
) -> None:
    page = reverse("desk:document", args=[told.papers["draft"].fact])
    clerk, boss = enter("clerk"), enter(lead)
    fill(clerk, f"{page}hand-in/")
    assert "此后没有变化" in said(boss.get(page))
    late_visit(told)
    shown = said(boss.get(page))
    assert "5次" in shown and "6次" in shown and "重新送审" in said(clerk.get(page))
    came = said(clerk.get(reverse("desk:reading", args=[told.papers["draft"].fact, 2, "came"])))
    assert "又补录" in came
    assert fill(boss, f"{page}approve/").status_code == 422, "it must be said that they are kept"
    fill(boss, f"{page}approve/", keep="on")
    fill(boss, f"{page}sign/", keep="on")
    assert fill(clerk, f"{page}issue/").status_code == 422
    fill(clerk, f"{page}issue/", keep="on")
    paper = Document.objects.get(pk=told.papers["draft"].pk)
    frozen = {r.figure: r for r in paper.readings.all()}
    assert frozen["visits"].value.startswith("5次")
    assert all(drafting.still_stands(one) for one in frozen.values())
    printed, _astray = files.briefing(paper)
    assert printed.signer == "冯立"


def test_handed_in_anew_a_paper_has_the_figures_of_now_and_is_reviewed_again(
    told: Story, enter: Enter, lead: str, db: None
) -> None:
    page = reverse("desk:document", args=[told.papers["draft"].fact])
    clerk, boss = enter("clerk"), enter(lead)
    fill(clerk, f"{page}hand-in/")
    fill(boss, f"{page}approve/")
    late_visit(told)
    fill(clerk, f"{page}hand-in/")
    shown = said(clerk.get(page))
    assert "6次" in shown and "已不作数" in shown and "审核中" in shown


def test_what_is_typed_is_looked_at_with_its_numbers_and_not_kept(
    told: Story, enter: Enter, db: None
) -> None:
    page = reverse("desk:document_edit", args=[told.papers["draft"].fact])
    clerk = enter("clerk")
    assert 'data-insert="{{visits}}"' in said(clerk.get(page))
    look = {"look": "1", "title": "看看", "on": "2026-10-31", "prose": "只走访{{visits}}。"}
    shown = said(clerk.post(page, look))
    preview = shown[shown.index('id="preview"') :]
    assert "只走访" in preview and '<a class="fig"' in preview and ">5次，" in preview
    assert "捐助到账" not in preview, "what is kept is not what is looked at"
    assert Document.objects.get(pk=told.papers["draft"].pk).title != "看看"


def test_who_signs_need_not_find_oneself_and_another_may_be_named(
    told: Story, enter: Enter, lead: str, db: None
) -> None:
    page = reverse("desk:document", args=[told.papers["draft"].fact])
    boss, clerk = enter(lead), enter("clerk")
    assert "由我签发：冯立" in said(boss.get(f"{page}sign/"))
    assert "由我签发" not in said(clerk.get(f"{page}sign/")), "the account is nobody's"
    nobody = fill(clerk, f"{page}sign/")
    assert nobody.status_code == 422 and "请说明由谁签发" in wrong(nobody)
    fill(clerk, f"{page}sign/", signer=told.who["wu"].fact)
    assert "吴敏 · 县人民医院 护士长" in said(clerk.get(page))
    fill(boss, f"{page}sign/")
    assert "冯立 · 县走访办公室 主任" in said(clerk.get(page)), "signed anew"
