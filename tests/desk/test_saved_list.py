"""Lists are kept, opened, shared and dropped; what they asked for may be gone meanwhile."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.desk import saved_list
from bangfu.desk.words import as_filters
from bangfu.ledger.actions import saved_list as saved_lists
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Event, SavedList
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import figure_of
from tests.desk.conftest import Enter
from tests.desk.forms import fill, form_of, said, wrong
from tests.desk.story import BY, Story

HOUSEHOLDS = reverse("desk:list", args=["household"])


def save(client: Client, words: str, called: str = "大的监测户", kind: str = "household") -> Any:
    """Keep a list as its page offers it; the answer, not followed."""
    return fill(client, f"{reverse('desk:list_save', args=[kind])}?{words}", called=called)


def kept() -> SavedList:
    """The one saved list that there is."""
    return SavedList.objects.current().get()


def at(row: SavedList, what: str = "") -> str:
    """The address of a saved list, or of what can be done with it."""
    return reverse(f"desk:saved_list{what}", args=[row.fact])


def of_clerk(story: Story, **said: Any) -> SavedList:
    """A list that the clerk keeps."""
    told = {"name": "四人以上", "kind": "household", "asked": {"size.min": ["4"]}, **said}
    return saved_lists.keep(by=By(story.users["clerk"], "test"), user=story.users["clerk"], **told)


def test_a_list_is_kept_and_opens_as_it_was(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    words = "kind=monitored&size.min=3&sort=-name&columns=name&columns=size"
    page = said(client.get(f"{HOUSEHOLDS}?{words}"))
    assert f"{HOUSEHOLDS}save/?kind=monitored" in page
    answer = save(client, f"{words}&page=3&format=json&size.max=")
    assert kept().asked == {
        "kind": ["monitored"], "size.min": ["3"], "sort": ["-name"], "columns": ["name", "size"],
    }  # fmt: skip
    opened = client.get(answer["Location"])
    assert opened.status_code == 302
    assert parse_qs(urlsplit(opened["Location"]).query) == {
        **kept().asked, "saved": [str(kept().fact)]
    }  # fmt: skip
    page = said(client.get(opened["Location"]))
    assert "<h1>大的监测户</h1>" in page and "人数：不少于 3" in page and "仅自己可见" in page


def test_it_stands_on_the_first_page_under_lists_and_above_its_like(
    story: Story, enter: Enter
) -> None:
    row, client = of_clerk(story), enter("clerk")
    for address in (reverse("desk:home"), reverse("desk:lists"), HOUSEHOLDS):
        assert at(row) in said(client.get(address)), address
    assert at(row) not in said(client.get(reverse("desk:list", args=["person"])))


def test_a_form_suggests_a_name_and_keeps_it_when_refused(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    address = f"{reverse('desk:list_save', args=['household'])}?kind=monitored"
    offered = form_of(client, address).xpath(".//input[@name='called']")[0].get("value")
    assert offered == "户 · 户类型：监测户"
    save(client, "kind=monitored", "监测户")
    answer = save(client, "kind=monitored", "监测户")
    assert answer.status_code == 422 and "已经有一个叫“监测户”的名单" in wrong(answer)
    assert SavedList.objects.current().count() == 1


def test_people_are_kept_by_their_keys_and_called_as_they_are_called_now(
    story: Story, enter: Enter
) -> None:
    client, old = enter("clerk"), story.who["old_zhang"]
    save(client, f"head={old.name}", "他的户")
    assert kept().asked == {"head": [str(old.fact)]}
    page = client.get(at(kept()), follow=True)
    assert f"户主本人：{old.name}" in said(page) and "张有田" in said(page)
    assert f'<input type="hidden" name="head" value="{old.fact}"' in said(page), "the form holds it"
    subjects.rename(by=BY, subject=old, name="张更名", on=old.began)
    assert "户主本人：张更名" in said(client.get(at(kept()), follow=True))


def test_a_search_by_name_is_not_kept(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    for words in ("q=张", "head=没有这个人"):
        answer = save(client, words)
        assert answer.status_code == 422 and "保存会留下姓名" in wrong(answer), words
        page = client.get(f"{reverse('desk:list_save', args=['household'])}?{words}")
        assert "保存会留下姓名" in said(page), "it is said before a name is typed"
    assert save(client, "q=卫生", kind="organisation").status_code == 302
    assert kept().asked == {"q": ["卫生"]}


def test_a_change_is_kept_by_its_owner_alone(story: Story, enter: Enter) -> None:
    row, client = of_clerk(story), enter("clerk")
    page = said(client.get(at(row), follow=True))
    assert "保存修改" not in page, "nothing was changed yet"
    changed = f"{HOUSEHOLDS}?size.min=2&saved={row.fact}"
    assert "保存修改" in said(client.get(changed))
    client.post(f"{at(row, '_change')}?size.min=2&saved={row.fact}")
    assert kept().asked == {"size.min": ["2"]}
    assert client.get(at(row, "_change")).status_code == 405
    assert "保存修改" not in said(enter("inspector").get(changed)), "it is not shared"


def test_it_is_renamed_and_dropped(story: Story, enter: Enter) -> None:
    row, client = of_clerk(story), enter("clerk")
    fill(client, at(row, "_rename"), called="大户")
    assert kept().name == "大户"
    answer = fill(client, at(row, "_drop"))
    assert answer["Location"] == reverse("desk:lists")
    assert not SavedList.objects.current().exists()
    assert client.get(at(row)).status_code == 404


# ------------------------------------------------------------------ sharing


def seen_by(enter: Enter, row: SavedList) -> set[str]:
    """To whom a saved list opens, of those who sign in."""
    people = ("clerk", "outsider", "helper", "inspector", "clinician")
    return {who for who in people if enter(who).get(at(row)).status_code == 302}


def test_it_is_shared_with_a_role_in_a_programme_and_taken_back(story: Story, enter: Enter) -> None:
    row, client = of_clerk(story), enter("clerk")
    assert seen_by(enter, row) == {"clerk"}
    offered = form_of(client, at(row, "_share")).xpath(".//input[@name='among']/@value")
    assert offered[0] == "mine" and f"programme:{story.begun().fact}" in offered
    assert f"place:{story.places['county'].fact}" in offered
    among = f"programme:{story.begun().fact}"
    fill(client, at(row, "_share"), among=among, role="helper")
    assert seen_by(enter, row) == {"clerk", "helper"}
    assert "已共享给入户走访帮扶的帮扶责任人" in said(client.get(reverse("desk:lists")))
    fill(client, at(row, "_share"), among=among, role="")
    assert {"clerk", "helper", "inspector"} <= seen_by(enter, row)
    fill(client, at(row, "_share"), among="mine", role="helper")
    assert seen_by(enter, row) == {"clerk"} and kept().shared_role == ""


def test_whoever_it_is_shared_with_sees_the_own_rows_and_changes_nothing(
    story: Story, enter: Enter
) -> None:
    row = of_clerk(story, asked={})
    saved_lists.share(
        by=By(story.users["clerk"], "test"), saved=row, place=story.places["county"]
    )  # fmt: skip
    helper = enter("helper")
    page = said(helper.get(at(row), follow=True))
    assert "周明 共享" in page and "张有田" in page and "李长贵" not in page
    assert "李长贵" in said(enter("clerk").get(at(row), follow=True))
    for what in ("_rename", "_share", "_drop"):
        assert helper.get(at(row, what)).status_code == 404
        assert helper.post(at(row, what)).status_code == 404
    before = Event.objects.count()
    assert helper.post(f"{at(row, '_change')}?size.min=9").status_code == 404
    assert Event.objects.count() == before and kept().asked == {}


def test_a_list_of_what_a_role_does_not_see_is_not_shared_with_it(
    story: Story, enter: Enter
) -> None:
    row = of_clerk(story, kind="entry", asked={})
    saved_lists.share(by=BY, saved=row, place=story.places["county"])
    assert "helper" not in seen_by(enter, row) and "inspector" in seen_by(enter, row)


def test_somebody_out_of_reach_is_not_named(story: Story, enter: Enter) -> None:
    li = story.who["li"]
    row = of_clerk(story, kind="pairing", asked={"subject": [str(li.fact)]})
    saved_lists.share(by=BY, saved=row, place=story.places["county"])
    page = said(enter("helper").get(at(row), follow=True))
    assert li.name not in page and "您无权查看" in page
    assert li.name in said(enter("clerk").get(at(row), follow=True))


# ------------------------------------------------------------------ what is gone


def test_a_filter_that_is_gone_is_named_and_the_list_still_opens(
    story: Story, enter: Enter
) -> None:
    row = of_clerk(story)
    asked = {"shoe_size.min": ["43"], "kind": ["lost"], "columns": ["name", "lost"], "sort": ["-x"]}
    SavedList.objects.filter(pk=row.pk).update(asked=asked)
    page = said(enter("clerk").get(at(row), follow=True))
    assert "已经没有“shoe_size.min”这个筛选条件" in page
    assert "“lost”不在可选项中" in page or "“lost”" in page
    assert "已经没有“lost”这一列" in page and "已经没有“x”这一列" in page
    without = lxml.html.fromstring(page).xpath("//a[contains(., '去掉已不存在的筛选')]/@href")
    page = said(enter("clerk").get(without[0]))
    assert "shoe_size" not in page.partition("<main")[2].partition("saved_list")[0]
    assert "保存修改" in page, "its owner may keep it so"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "spaceship"}, "已经没有“spaceship”这类记录"),
        ({"entry": "lost"}, "已经没有“lost”这个名单或数字"),
        ({"entry": "open_needs"}, "现在列的是别的记录"),
    ],
)
def test_a_list_whose_source_is_gone_says_so(
    story: Story, enter: Enter, changes: dict[str, str], words: str
) -> None:
    row = of_clerk(story, programme=story.begun(), entry="large", asked={})
    SavedList.objects.filter(pk=row.pk).update(**changes)
    client = enter("clerk")
    for address in (reverse("desk:lists"), reverse("desk:home")):
        assert client.get(address).status_code == 200
    answer = client.get(at(row))
    assert answer.status_code == 200 and words in said(answer)
    assert at(row, "_drop") in said(answer)
    fill(client, at(row, "_drop"))
    assert not SavedList.objects.current().exists()


@pytest.mark.parametrize("kind", sorted(VOCABULARY))
def test_every_kind_is_kept_and_opened_again(story: Story, enter: Enter, kind: str) -> None:
    client = enter("clerk")
    assert save(client, "", "全部", kind).status_code == 302
    opened = client.get(at(kept()), follow=True)
    assert opened.status_code == 200 and "<h1>全部</h1>" in said(opened)


# ------------------------------------------------------------------ a figure as a list


def figure_list(name: str) -> str:
    """The address of a figure's rows as a list."""
    return reverse("desk:figure_list", args=["visits", name])


def keys_at(client: Client, address: str) -> set[str]:
    """The records on the page of a list."""
    joint = "&" if "?" in address else "?"
    answer = client.get(f"{address}{joint}format=json", follow=True)
    return {row["key"] for row in json.loads(answer.content)["rows"]}


FIGURES = (
    "helped_in visits visited big big_share money_in needs_kind large given open_needs monitored "
    "helped home_visit risk one_to_one clinics"
).split()


def test_every_figure_is_the_same_rows_as_a_list(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    for name in FIGURES:
        counted = figure_of(story.begun(), name, Moment.present()).rows()
        listed = keys_at(client, figure_list(name))
        assert listed == {str(key) for key in counted.values_list("fact", flat=True)}, name


def test_what_filters_cannot_say_stays_with_the_figure(story: Story) -> None:
    beyond = {"any": [{"size": {"at_least": 4}}], "head.sex": "female", "place": "上麦村"}
    sayable = {"size": {"at_least": 3, "at_most": 9}, "kind": ["poor", "monitored"],
               "head": {"known": False}}  # fmt: skip
    words, rest = as_filters(VOCABULARY["household"], beyond | sayable, story.users["clerk"])
    assert rest == beyond
    assert words == {
        "size.min": ["3"], "size.max": ["9"], "kind": ["poor", "monitored"], "head": ["-"]
    }  # fmt: skip


def test_a_figure_opens_as_a_list_with_its_filters(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    page = said(client.get(reverse("desk:figure", args=["visits", "visits"])))
    assert figure_list("visits") in page
    answer = client.get(figure_list("visits"))
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert asked == {
        "base": ["figure"], "date.from": ["2026-01-01"], "date.to": ["2026-12-31"]
    }  # fmt: skip
    page = said(client.get(answer["Location"]))
    assert "日期：2026-01-01 至 2026-12-31" in page, "it can be changed"
    assert "数字的明细： “入户走访”" in page
    narrowed = f"{figure_list('visits')}?base=figure&date.to=2026-02-01"
    assert keys_at(client, narrowed) < keys_at(client, answer["Location"])


def test_a_narrowed_figure_is_kept(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    address = reverse("desk:programme_list_save", args=["visits", "visits"])
    fill(client, f"{address}?base=figure&date.to=2026-06-30", called="上半年走访")
    row = kept()
    assert (row.kind, row.entry) == ("visit", "visits")
    assert row.asked == {"base": ["figure"], "date.to": ["2026-06-30"]}
    opened = client.get(at(row))
    assert opened["Location"].startswith(f"{figure_list('visits')}?base=figure")
    page = said(client.get(opened["Location"]))
    assert "<h1>上半年走访</h1>" in page and "日期：2026-06-30 止" in page


# ------------------------------------------------------------------ cost


def test_many_saved_lists_cost_no_more_questions(story: Story, enter: Enter) -> None:
    client, addresses = enter("clerk"), (reverse("desk:home"), reverse("desk:lists"), HOUSEHOLDS)
    of_clerk(story)
    few = {address: counted(client, address) for address in addresses}
    for number in range(20):
        of_clerk(story, name=f"名单{number}", programme=story.begun(), entry="large")
        of_clerk(story, name=f"户{number}")
    for address in addresses:
        assert counted(client, address) <= few[address] + 1, address


def counted(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_a_saved_list_says_how_many_rows_it_has_now_for_its_reader(
    story: Story, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, client = of_clerk(story), enter("clerk")
    assert at(row, "_count") in said(client.get(reverse("desk:lists")))
    counted = client.get(at(row, "_count"))
    whole = said(client.get(f"{HOUSEHOLDS}?size.min=4"))
    (number,) = re.findall(r"<b>(\d+) 条</b>", said(counted))
    assert f"<b>{number}</b> 条" in whole and "no-store" in counted["Cache-Control"]
    assert enter("inspector").get(at(row, "_count")).status_code == 404, "it is not shared"
    monkeypatch.setattr(saved_list, "COUNTED", 0)
    assert "多于 0 条" in said(client.get(at(row, "_count")))
