"""Lists are filtered, sorted, paged and counted, with a number of queries that does not grow."""

from __future__ import annotations

import json
from collections.abc import Iterator

import lxml.html
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.desk.page import PAGE_SIZE, RESERVED
from bangfu.ledger.actions import household
from bangfu.ledger.vocabulary import VOCABULARY
from tests.desk.conftest import Enter
from tests.desk.forms import values_of
from tests.desk.story import BY, IDENTITY, PHONE, Story, day

HOUSEHOLDS = reverse("desk:list", args=["household"])
PERSONS = reverse("desk:list", args=["person"])


def names(enter: Enter, address: str, who: str = "clerk") -> list[str]:
    """The first column of a list."""
    joint = "&" if "?" in address else "?"
    told = json.loads(enter(who).get(f"{address}{joint}format=json").content)
    first = told["columns"][0]["key"]
    return [row[first] for row in told["rows"]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", ["李长贵", "张有田", "赵远山"]),
        ("kind=monitored", ["张有田", "赵远山"]),
        ("kind=monitored&size.min=3", ["张有田"]),
        ("size.max=4", ["赵远山"]),
        ("place=上麦村", ["李长贵", "张有田"]),
        ("place=smc", ["李长贵", "张有田"]),
        ("place=990001100", ["李长贵", "张有田"]),
        ("place=麦坪大队", ["李长贵", "张有田"]),
        ("q=zhang", ["张有田"]),
        ("q=zyt", ["张有田"]),
        ("q=李", ["李长贵"]),
        ("q=有田", ["张有田"]),
        ("head=-", ["李长贵", "赵远山"]),
        ("sort=-name", ["赵远山", "张有田", "李长贵"]),
        ("sort=size", ["赵远山", "张有田", "李长贵"]),
        ("kind=ordinary&kind=monitored", ["李长贵", "张有田", "赵远山"]),
        ("on=2026-01-09", []),
    ],
)
def test_a_list_is_narrowed(story: Story, enter: Enter, asked: str, expected: list[str]) -> None:
    assert names(enter, f"{HOUSEHOLDS}?{asked}") == expected


def test_what_was_known_earlier_is_another_list(story: Story, enter: Enter) -> None:
    assert names(enter, f"{HOUSEHOLDS}?known=2020-01-01") == []


def test_a_filter_in_force_stands_in_words_and_can_be_taken_away(
    story: Story, enter: Enter
) -> None:
    page = enter("clerk").get(f"{HOUSEHOLDS}?kind=monitored&size.min=3&on=2026-07-01")
    said = page.content.decode()
    assert "户类型：监测户" in said and "人数：不少于 3" in said
    assert "?kind=monitored&amp;on=2026-07-01" in said
    assert "2026-07-01 的情况" in said


def test_several_choices_stay_chosen_in_the_form(story: Story, enter: Enter) -> None:
    page = enter("clerk").get(f"{HOUSEHOLDS}?kind=ordinary&kind=monitored")
    form = lxml.html.fromstring(page.content).xpath("//form[contains(@class, 'grid')]")[0]
    assert values_of(form)["kind"] == ["ordinary", "monitored"]


def test_what_is_not_known_is_said(story: Story, enter: Enter) -> None:
    said = enter("clerk").get(f"{HOUSEHOLDS}?size.min=3").content.decode()
    assert "另有 1 条可能属于" in said


@pytest.mark.parametrize(
    "asked",
    [
        "size.min=many", "kind=nonsense", "place=nowhere", "on=yesterday", "known=2026-13-40",
        "page=-1", "page=99999999999", "sort=nothing", "columns=nothing", "q=%00", "q=%25%27%22",
        "size.min=99999999999999999999", "head=%27%3B", "size.min=nan", "q=" + "字" * 300,
    ],
)  # fmt: skip
def test_nonsense_is_answered_calmly(story: Story, enter: Enter, asked: str) -> None:
    assert enter("clerk").get(f"{HOUSEHOLDS}?{asked}").status_code == 200


def test_an_empty_list_says_what_to_do_next(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    assert "取消全部筛选" in client.get(f"{HOUSEHOLDS}?kind=poor").content.decode()
    assert (
        "这里还没有记录" in client.get(reverse("desk:list", args=["phone_call"])).content.decode()
    )


def test_columns_are_chosen(story: Story, enter: Enter) -> None:
    told = json.loads(enter("clerk").get(f"{HOUSEHOLDS}?columns=name,size&format=json").content)
    assert [column["key"] for column in told["columns"]] == ["name", "size"]


def test_numbers_are_masked_and_found_whole(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    said = client.get(PERSONS).content.decode()
    assert "*" * 16 + IDENTITY[-2:] in said
    found = client.post(reverse("desk:by_number"), {"sort": "identity", "number": IDENTITY})
    assert found["Location"] == reverse("desk:subject", args=[story.who["old_zhang"].fact])
    found = client.post(reverse("desk:by_number"), {"sort": "phone", "number": PHONE})
    assert found["Location"] == reverse("desk:subject", args=[story.who["old_zhang"].fact])


def test_a_number_finds_nobody_out_of_reach(story: Story, enter: Enter) -> None:
    client = enter("outsider")
    found = client.post(reverse("desk:by_number"), {"sort": "identity", "number": IDENTITY})
    assert found["Location"] == PERSONS
    assert "没有这个号码" in client.get(PERSONS).content.decode()
    assert client.get(reverse("desk:by_number")).status_code in (404, 405)


def test_rows_of_several_programmes_say_which(story: Story, enter: Enter) -> None:
    said = enter("clerk").get(reverse("desk:list", args=["pairing"])).content.decode()
    assert "一户一干部" in said and "入户走访帮扶" in said and "one_to_one" not in said


def test_no_field_bears_a_word_that_addresses_use_themselves() -> None:
    for kind in VOCABULARY.kinds.values():
        assert not RESERVED & set(kind.fields), kind.name


@pytest.fixture
def crowded(story: Story) -> Iterator[None]:
    """Two hundred households more."""
    village = story.places["village"]
    for number in range(200):
        household.register(
            by=BY, name=f"户{number:03}", place=village, on=day(1, 10), source="名册", size=3,
            kind="ordinary",
        )  # fmt: skip
    yield


def counted(enter: Enter, address: str) -> int:
    """How many queries a page takes once its totals are kept."""
    client = enter("clerk")
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_a_list_of_two_hundred_asks_no_more_than_a_short_one(
    story: Story, enter: Enter, request: pytest.FixtureRequest
) -> None:
    few = counted(enter, HOUSEHOLDS)
    request.getfixturevalue("crowded")
    many = counted(enter, HOUSEHOLDS)
    assert many <= few + 2
    assert many <= 40
    page = enter("clerk").get(HOUSEHOLDS)
    assert page.content.decode().count("<tr>") == PAGE_SIZE + 1
    assert "第 1 页，共 5 页" in page.content.decode()


def test_the_last_page_is_reached(story: Story, enter: Enter, crowded: None) -> None:
    assert len(names(enter, f"{HOUSEHOLDS}?page=5")) == 3
    assert len(names(enter, f"{HOUSEHOLDS}?page=77")) == 3


def test_every_kind_is_offered_where_the_lists_are(story: Story, enter: Enter) -> None:
    text = enter("clerk").get(reverse("desk:lists")).content.decode()
    lists = {reverse("desk:list", args=[kind]) for kind in VOCABULARY if kind != "file"}
    assert {one for one in lists if f'"{one}"' not in text} == set()
