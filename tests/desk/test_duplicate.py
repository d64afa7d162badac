"""Possible duplicates at the desk: seen by who sees both, laid beside each other, decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.keeping import duplicates as search
from bangfu.ledger.actions import duplicate as duplicates
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import person
from bangfu.ledger.actions.duplicate import Proposed
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Duplicate, Subject
from bangfu.lists.duplicates import REASONS
from tests.desk.forms import fill, said, values_of
from tests.desk.story import BY, IDENTITY, Story, day

Enter = Callable[..., Client]


@pytest.fixture
def twice(story: Story) -> Subject:
    """张小麦, registered once more from another list: misheard, with a number."""
    return person.register(
        by=BY, name="张晓麦", place=story.places["village"], on=day(2, 1), source="学生名册",
        sex="2", birth=day(9, 1, 2008), phone="11000000099",
    )  # fmt: skip


@pytest.fixture
def pair(story: Story, twice: Subject) -> Duplicate:
    """The pair, as a search of the county finds it."""
    search.search(by=By(None, "command"))
    return Duplicate.objects.current().get(kind="person", state="open")


def page_of(pair: Duplicate) -> str:
    return reverse("desk:duplicate", args=[pair.fact])


def form(client: Client, pair: Duplicate) -> dict[str, list[str]]:
    """What the page of a pair would send as it stands."""
    found = lxml.html.fromstring(client.get(page_of(pair)).content)
    return values_of(found.xpath("//form[contains(@class, 'versus-form')]")[0])


def send(client: Client, pair: Duplicate, **typed: Any) -> Any:
    told = form(client, pair)
    names = {name.replace("_", "-", 1) if name.startswith("field_") else name: [value]
             for name, value in typed.items()}  # fmt: skip
    return client.post(page_of(pair), told | names)


def test_a_search_says_what_it_found_and_why(enter: Enter, pair: Duplicate) -> None:
    assert pair.reasons == "name_sound birth_same place_same sex_same"
    page = said(enter("clerk").get(reverse("desk:duplicates")))
    for code in ("name_sound", "birth_same", "place_same"):
        assert REASONS[code].zh in page
    assert "张小麦" in page
    assert "张晓麦" in page
    assert page_of(pair) in page
    assert reverse("desk:duplicates") in said(enter("clerk").get(reverse("desk:home")))


def test_the_list_is_narrowed_by_kind_state_and_place(enter: Enter, pair: Duplicate) -> None:
    client, address = enter("clerk"), reverse("desk:duplicates")

    def shown(**asked: str) -> bool:
        return page_of(pair) in said(client.get(address, asked))

    assert shown(place="上麦村")
    assert not shown(place="杏陂村")
    assert shown(kind="person")
    assert not shown(kind="household")
    assert not shown(state="same")
    assert shown(state="nonsense")
    assert "没有叫" in said(client.get(address, {"place": "无此村"}))


def test_both_stand_beside_each_other_with_what_differs(enter: Enter, pair: Duplicate) -> None:
    page = lxml.html.fromstring(enter("clerk").get(page_of(pair)).content)
    rows = page.xpath("//div[contains(@class, 'differs')]/span[1]")
    differing = {row.text.strip() for row in rows}
    assert "姓名" in differing
    assert "只有一方有" in said(enter("clerk").get(page_of(pair))), "the phone, of one alone"
    assert "出生日期" not in differing
    assert "11000000099" not in said(enter("clerk").get(page_of(pair)))


def test_merged_as_chosen_and_taken_back(
    enter: Enter, story: Story, pair: Duplicate, twice: Subject
) -> None:
    client, young = enter("clerk"), story.who["young_zhang"]
    need = needs.raise_(by=BY, subject=twice, on=day(3, 1), text="想学护理课程", kind="training")
    word = "one" if pair.one_id == young.fact else "other"
    other = {"one": "other", "other": "one"}[word]
    answer = send(client, pair, keep=word, field_name=word, field_phone=other)
    assert answer.status_code == 302, [str(m) for m in answer.context["messages"]]
    assert answer.url == reverse("desk:subject", args=[young.fact])
    assert person.find_by_number(sort="phone", clear="11000000099") == [young.fact]
    page = said(client.get(answer.url))
    assert "张晓麦" in page, "it says who was merged"
    assert reverse("desk:record", args=["need", need.fact]) in page, (
        "what was recorded for the other stands on the same page"
    )
    gone = client.get(reverse("desk:subject", args=[twice.fact]))
    assert (gone.status_code, gone.url) == (302, answer.url)
    listed = said(client.get(reverse("desk:list", args=["person"])))
    assert "张晓麦" not in listed
    back = client.post(reverse("desk:duplicate_undo", args=[pair.fact]))
    assert back.status_code == 302
    assert "张晓麦" in said(client.get(reverse("desk:list", args=["person"])))
    assert person.find_by_number(sort="phone", clear="11000000099") == [twice.fact]
    assert "张晓麦" not in said(client.get(reverse("desk:subject", args=[young.fact])))


def test_a_refusal_keeps_what_was_chosen(
    enter: Enter, story: Story, pair: Duplicate, twice: Subject
) -> None:
    client, young = enter("clerk"), story.who["young_zhang"]
    word = "one" if pair.one_id == young.fact else "other"
    other = {"one": "other", "other": "one"}[word]
    answer = send(client, pair, keep=word, field_phone=other, on="2999-01-01")
    assert answer.status_code == 200
    [refused] = answer.context["messages"]
    assert "2999" in str(refused)
    chosen = lxml.html.fromstring(answer.content)
    assert chosen.xpath(f"//input[@name='field-phone'][@value='{other}']/@checked")
    assert Duplicate.objects.current().get(fact=pair.fact).state == "open"


def test_not_the_same_is_remembered(enter: Enter, pair: Duplicate) -> None:
    client = enter("clerk")
    answer = client.post(reverse("desk:duplicate_differ", args=[pair.fact]))
    assert answer.status_code == 302
    address = reverse("desk:duplicates")
    assert page_of(pair) not in said(client.get(address))
    assert page_of(pair) in said(client.get(address, {"state": "different"}))
    assert search.search(by=By(None, "command"))[1] == 0
    assert page_of(pair) not in said(client.get(address))


def test_who_sees_one_of_both_only_is_told_to_ask(
    enter: Enter, story: Story, twice: Subject
) -> None:
    far = story.who["far_man"]
    duplicates.propose(by=BY, found=[Proposed("person", far.fact, twice.fact, 0.999, "name_same")])
    row = Duplicate.objects.current().get()
    client = enter("outsider")
    page = said(client.get(reverse("desk:duplicates")))
    assert "赵远山" in page
    assert "张晓麦" not in page
    assert REASONS["name_same"].zh not in page
    assert client.get(page_of(row)).status_code == 404
    for what in ("duplicate_differ", "duplicate_undo"):
        assert client.post(reverse(f"desk:{what}", args=[row.fact])).status_code == 404


@pytest.mark.parametrize("who", ["helper", "inspector"])
def test_who_does_not_decide_sees_no_pairs(
    enter: Enter, story: Story, pair: Duplicate, who: str
) -> None:
    client = enter(who)
    for address in (reverse("desk:duplicates"), page_of(pair)):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "张晓麦" not in said(answer)


def test_a_number_is_not_shown_however_alike_both_are(enter: Enter, story: Story) -> None:
    old = story.who["old_zhang"]
    other = person.register(by=BY, name="张友田", place=story.places["village"], on=day(2, 1),
                            source="名册", birth=day(3, 12, 1968), sex="1")  # fmt: skip
    search.search(by=By(None, "command"))
    row = Duplicate.objects.current().get(one__in=[old, other], other__in=[old, other])
    assert IDENTITY not in said(enter("clerk").get(page_of(row)))


def test_who_registers_somebody_is_told_who_may_be_the_same(enter: Enter, story: Story) -> None:
    told = {"place": story.places["village"].fact, "on": "2026-02-01", "source": "名册", "sex": "2"}
    address, client = reverse("desk:person_register"), enter("clerk")

    def warned(**typed: str) -> list[str]:
        answer = fill(client, address, **told, **typed)
        assert answer.status_code == 302, said(answer)
        return [str(m) for m in client.get(answer.url).context["messages"] if m.level > 25]

    [word] = warned(name="张晓麦", birth="2008-09-01")
    assert "张小麦" in word
    assert "上麦村" in word
    assert warned(name="孙不同", birth="2008-09-02") == []


def test_the_list_asks_as_many_questions_however_long_it_is(
    enter: Enter, story: Story, pair: Duplicate, twice: Subject
) -> None:
    client, address = enter("clerk"), reverse("desk:duplicates")

    def asked() -> int:
        with CaptureQueriesContext(connection) as told:
            assert client.get(address).status_code == 200
        return len(told)

    asked()
    few = asked()
    names = ("old_zhang", "far_man", "wu", "he")
    pairs = [Proposed("person", twice.fact, story.who[name].fact, 0.999, "name_same")
             for name in names]  # fmt: skip
    duplicates.propose(by=BY, found=pairs, among=[])
    assert len(said(client.get(address)).split("<tr>")) > len(names)
    assert asked() == few
