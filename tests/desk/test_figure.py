"""A figure shows its value, what is counted, its rows, its bridge and its line of time."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from tests.desk.conftest import Enter
from tests.desk.story import Story


def page(
    enter: Enter, name: str, asked: str = "", who: str = "clerk", language: str = "zh-hans"
) -> str:
    """The page of a figure."""
    answer = enter(who, language).get(reverse("desk:figure", args=["visits", name]) + asked)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("visits", "<b>5</b> 次"),
        ("money_in", "<b>2,000.50</b> 元"),
        ("big", "<b>1–2</b> 户"),
        ("big_share", "<b>33.3%–66.7%</b>"),
        ("visited", "<b>2</b> 户"),
    ],
)
def test_a_value_is_shown_with_its_unit(story: Story, enter: Enter, name: str, value: str) -> None:
    assert value in page(enter, name)


def test_a_range_gives_its_reason(story: Story, enter: Enter) -> None:
    said = page(enter, "big")
    assert "有 1 条不知道是否属于" in said
    assert reverse("desk:figure_rows", args=["visits", "big", "unknown"]) in said


def test_what_is_counted_is_said_in_both_languages(story: Story, enter: Enter) -> None:
    assert "到账的捐助" in page(enter, "money_in")
    assert "sum of Amount (yuan)" in page(enter, "money_in", language="en")


def test_an_earlier_day_has_another_value(story: Story, enter: Enter) -> None:
    assert "<b>1</b> 次" in page(enter, "visits", "?on=2026-02-28")


def test_before_it_was_known_there_was_no_programme(story: Story, enter: Enter) -> None:
    address = reverse("desk:figure", args=["visits", "visits"]) + "?known=2020-01-01"
    answer = enter("clerk").get(address)
    assert answer.status_code == 404
    assert "到那一天为止，系统里还没有这项活动" in answer.content.decode()


def test_a_reader_sees_the_same_number_and_only_the_own_rows(story: Story, enter: Enter) -> None:
    said = page(enter, "visits", who="helper")
    assert "<b>5</b> 次" in said
    said = page(enter, "helped_in", who="helper")
    assert "<b>2</b> 户" in said
    assert "张有田" in said and "李长贵" not in said
    assert "这里计入了 1 条您不能打开的记录" in said
    assert "办公室经办人" in said


def test_the_change_names_the_day_of_the_baseline(story: Story, enter: Enter) -> None:
    assert "比 2026-02-28 增加400%" in page(enter, "visits")
    assert "400% more than on 2026-02-28" in page(enter, "visits", language="en")


def test_a_bridge_accounts_for_the_difference(story: Story, enter: Enter) -> None:
    said = page(enter, "visits", "?since=2026-03-31")
    assert "5 = 2 + 3" in said
    address = reverse("desk:figure_rows", args=["visits", "visits", "came"])
    assert f"{address}?since=2026-03-31&amp;on=" in said
    rows = enter("clerk").get(f"{address}?since=2026-03-31").content.decode()
    assert rows.count("<tr>") == 4


def test_groups_stand_in_words_and_open(story: Story, enter: Enter) -> None:
    said = page(enter, "money_use")
    assert "医疗点设施" in said and "1,500.50" in said
    rows = reverse("desk:figure_rows", args=["visits", "money_use", "rows"])
    opened = enter("clerk").get(f"{rows}?use=clinic").content.decode()
    assert "收 001" in opened and "收 002" not in opened


def test_a_line_of_time_is_drawn_and_told(story: Story, enter: Enter) -> None:
    said = page(enter, "visits")
    assert '<path class="run" d="M' in said and "列成表" in said


def test_a_figure_is_had_as_data(story: Story, enter: Enter) -> None:
    told = json.loads(page(enter, "money_in", "?format=json"))
    assert (told["low"], told["unit"], told["rows"]) == ("200050", "fen", 2)


def test_what_nobody_named_is_not_there(story: Story, enter: Enter) -> None:
    address = reverse("desk:figure", args=["visits", "nothing"])
    assert enter("clerk").get(address).status_code == 404


def test_every_entry_of_the_library_programme_has_its_page(story: Story, enter: Enter) -> None:
    from bangfu.ledger.meaning import Meaning

    assert story.returnees is not None
    client = enter("clerk")
    for name, _ in Meaning.of(story.returnees).file.entries("figure", "list", "enrol", "pairing"):
        address = reverse("desk:figure", args=["returnees", name])
        assert client.get(address).status_code == 200, name


def test_units_of_count_are_said_in_the_language_of_the_page(story: Story, enter: Enter) -> None:
    english, chinese = page(enter, "visits", language="en"), page(enter, "visits")
    assert "times" in english and ">次<" not in english and "次</" not in english
    assert "次" in chinese
