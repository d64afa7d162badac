"""The household sheet at the desk: what is collected, reckoned and judged on its pages."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse

from bangfu.desk.acts import SHOWN
from bangfu.ledger.actions import household as households
from bangfu.ledger.models import Assurance, Household, Income, Pairing, Person, Reckoning, Subject
from tests.desk.conftest import Enter
from tests.desk.forms import fill, form_of, said, values_of, wrong
from tests.desk.story import BY, Story, day


def page(client: Client, story: Story, who: str = "zhang") -> str:
    """The page of a household."""
    return said(client.get(reverse("desk:subject", args=[story.who[who].fact])))


def enter_line(client: Client, story: Story, **typed: Any) -> Any:
    """Fill in the form for a line; the answer."""
    address = reverse("desk:income_enter", args=[story.who["zhang"].fact])
    told = {"kind": "wages", "item": "务工", "amount": "1.2万", "since": "2025-06-01",
            "until": "2026-05-31", **typed}  # fmt: skip
    return fill(client, address, **told)


def test_a_sum_opens_to_its_lines_and_the_persons_counted(story: Story, enter: Enter) -> None:
    client, home = enter("clerk"), story.who["zhang"]
    assert enter_line(client, story).status_code == 302
    enter_line(client, story, kind="cost", item="化肥", amount="900", evidence="收据")
    address = reverse("desk:income_reckon", args=[home.fact])
    answer = fill(client, address, on="2026-06-10", since="2025-06-01", until="2026-05-31")
    made = Reckoning.objects.current().get(subject=home.fact)
    assert answer["Location"] == reverse("desk:record", args=["reckoning", made.fact])
    members = Person.objects.current().filter(household=home.fact, ended=None).count()
    for text in (said(client.get(answer["Location"])), page(client, story)):
        for words in ("12,000.00", "900.00", "11,100.00", f"{made.per_head / 100:,.2f}", "化肥"):
            assert words in text, words
        assert "收据" in text and "张小麦" in text
    assert made.persons == members


def test_a_line_half_inside_says_how_many_of_its_days_count(story: Story, enter: Enter) -> None:
    client, home = enter("clerk"), story.who["zhang"]
    enter_line(client, story, since="2026-05-30", until="2026-06-02", amount="400")
    address = reverse("desk:income_reckon", args=[home.fact])
    fill(client, address, on="2026-06-10", since="2025-06-01", until="2026-05-31")
    assert "4 天中的 2 天" in page(client, story) and "200.00" in page(client, story)


def test_a_line_is_put_right_and_taken_back_and_the_sum_follows(story: Story, enter: Enter) -> None:
    client, home = enter("clerk"), story.who["zhang"]
    enter_line(client, story)
    fill(client, reverse("desk:income_reckon", args=[home.fact]), on="2026-06-10",
         since="2025-06-01", until="2026-05-31")  # fmt: skip
    line = Income.objects.current().get(subject=home.fact)
    fill(client, reverse("desk:income_correct", args=[line.fact]), amount="15000")
    assert Reckoning.objects.current().get(subject=home.fact).net == 1_500_000
    fill(client, reverse("desk:income_withdraw", args=[line.fact]))
    assert Reckoning.objects.current().get(subject=home.fact).net == 0


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"amount": "一千"}, "一千"),
        ({"amount": "0"}, "大于零"),
        ({"since": "2026-06-01"}, "起始日"),
        ({"until": "2099-01-01"}, "2099"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stands(
    story: Story, enter: Enter, typed: dict[str, str], says: str
) -> None:
    answer = enter_line(enter("clerk"), story, **typed)
    assert answer.status_code == 422 and says in wrong(answer)
    assert not Income.objects.exists()


def test_how_a_household_stands_is_judged_on_one_page(story: Story, enter: Enter) -> None:
    client, home = enter("clerk"), story.who["zhang"]
    address = reverse("desk:assurance_judge", args=[home.fact])
    refused = fill(client, address, on="2026-06-10", housing="not_met")
    assert refused.status_code == 422 and "依据" in wrong(refused)
    fill(client, address, on="2026-06-10", housing="not_met", water="met", evidence="屋顶漏雨")
    held = {row.kind: row.verdict for row in Assurance.objects.current().filter(subject=home.fact)}
    assert held == {"housing": "not_met", "water": "met"}
    text = page(client, story)
    assert "不达标" in text and "屋顶漏雨" in text
    before = said(client.get(reverse("desk:before", args=[home.fact])))
    assert "住房安全" in before and "不达标" in before


def test_the_long_form_comes_back_as_it_was_kept(story: Story, enter: Enter) -> None:
    client, home = enter("clerk"), story.who["zhang"]
    address = reverse("desk:household_update", args=[home.fact])
    fill(client, address, on="2026-06-10", source="入户", farmland="3.5", hard_road="no",
         house_grade="c", risks="缺劳力,因病")  # fmt: skip
    held = Household.objects.current().get(fact=home.fact, ended=None)
    assert (str(held.farmland), held.hard_road, held.house_grade) == ("3.50", False, "c")
    again = values_of(form_of(client, address))
    assert again["hard_road"] == ["no"] and again["farmland"] == ["3.50"]
    assert again["risks"] == [""], "what is sealed is not shown again"
    wrong_word = fill(client, address, on="2026-06-10", source="入户", risks="命苦")
    assert wrong_word.status_code == 422 and "因病" in wrong(wrong_word)
    far = fill(client, address, on="2026-06-10", source="入户", road_distance="-1")
    assert far.status_code == 422


def test_the_risks_are_opened_for_a_purpose_and_that_is_written_down(
    story: Story, enter: Enter
) -> None:
    home = story.who["zhang"]
    households.update(by=BY, subject=home, on=day(6, 10), risks="因病")
    client = enter("clerk")
    assert "因病" not in page(client, story)
    told = {"field": "risks", "purpose": "制定帮扶计划"}
    answer = client.post(reverse("desk:reveal", args=[home.fact]), told)
    assert "因病" in said(answer)
    assert "制定帮扶计划" in page(client, story)


def test_health_is_masked_on_the_page_and_opened_as_a_word(story: Story, enter: Enter) -> None:
    client, man = enter("clerk"), story.who["old_zhang"]
    address = reverse("desk:person_update", args=[man.fact])
    fill(client, address, on="2026-09-10", source="入户", health="chronic", resident_insured="no")
    assert "长期慢性病" not in page(client, story, "old_zhang")
    told = {"field": "health", "purpose": "安排签约服务"}
    answer = client.post(reverse("desk:reveal", args=[man.fact]), told)
    assert "长期慢性病" in said(answer)


def test_an_earlier_day_shows_neither_what_was_judged_nor_what_was_reckoned_later(
    story: Story, enter: Enter
) -> None:
    client, home = enter("clerk"), story.who["zhang"]
    enter_line(client, story)
    fill(client, reverse("desk:income_reckon", args=[home.fact]), on="2026-06-10",
         since="2025-06-01", until="2026-05-31")  # fmt: skip
    address = reverse("desk:subject", args=[home.fact])
    assert "收入怎样算出来" in said(client.get(address))
    assert "收入怎样算出来" not in said(client.get(f"{address}?on={dt.date(2026, 6, 9)}"))


def test_a_list_can_be_asked_for_by_income_and_by_verdict(story: Story, enter: Enter) -> None:
    client, home = enter("clerk"), story.who["zhang"]
    enter_line(client, story)
    fill(client, reverse("desk:income_reckon", args=[home.fact]), on="2026-06-10",
         since="2025-06-01", until="2026-05-31")  # fmt: skip
    judged = reverse("desk:assurance_judge", args=[home.fact])
    fill(client, judged, on="2026-06-10", water="at_risk", evidence="断流")
    for asked, there in (
        ("per_head_income.max=12000", True), ("per_head_income.max=1", False),
        ("water_verdict=at_risk", True), ("water_verdict=met", False),
    ):  # fmt: skip
        text = said(client.get(reverse("desk:list", args=["household"]) + "?" + asked))
        assert (str(home.fact) in text) == there, asked


# ------------------------------------------------------------------ who belongs to it


def members(story: Story) -> dict[str, str]:
    """The keys of the Zhangs by their names."""
    there = Person.objects.current().filter(household=story.who["zhang"].fact, ended=None)
    rows = Subject.objects.current().filter(fact__in=there.values("fact"), ended=None)
    return {name: str(key) for name, key in rows.values_list("name", "fact")}


def test_a_household_is_split_with_the_relations_to_the_new_head(
    story: Story, enter: Enter
) -> None:
    client, home, people = enter("clerk"), story.who["zhang"], members(story)
    assert len(people) > 1
    for way in ("split", "head"):
        assert reverse(f"desk:household_{way}", args=[home.fact]) in page(client, story)
    goes = people["张小麦"]
    answer = fill(
        client, reverse("desk:household_split", args=[home.fact]), members=[goes], head=goes,
        on="2026-09-20", source="派出所",
    )  # fmt: skip
    assert answer.status_code == 302
    text = said(client.get(answer["Location"]))
    assert "张小麦" in text and "户主" in text
    assert "张小麦" not in members(story)


def test_a_household_lives_where_households_may(story: Story, enter: Enter) -> None:
    """The other kinds of place are not offered, and not taken where an address names one."""
    client, address = enter("clerk"), reverse("desk:household_register")
    village, town = (story.places[one] for one in ("village", "town"))
    shown = said(client.get(address))
    assert str(village.fact) in shown and str(town.fact) not in shown
    told = {"name": "王五", "on": "2026-09-20", "source": "入户"}
    refused = fill(client, address, place=town.fact, **told)
    assert refused.status_code == 422 and "现在不能选了" in said(refused)
    assert fill(client, address, place=village.fact, **told).status_code == 302
    move = reverse("desk:household_move", args=[story.who["zhang"].fact])
    assert fill(client, move, to=town.fact, on="2026-09-20").status_code == 422


def test_another_head_is_chosen_among_the_members(story: Story, enter: Enter) -> None:
    client, home, people = enter("clerk"), story.who["zhang"], members(story)
    other = next(key for name, key in people.items() if name != "张小麦")
    address = reverse("desk:household_head", args=[home.fact])
    told = {"head": people["张小麦"], "on": "2026-09-20", f"relation_{other}": "father"}
    fill(client, address, **told)
    assert Household.objects.current().get(fact=home.fact, ended=None).head_id == UUID(
        people["张小麦"]
    )
    assert Person.objects.current().get(fact=other, ended=None).relation == "father"
    assert "张小麦" in page(client, story)
    # The head who leaves says in the same form who is the head then: of one other, that one.
    leave = reverse("desk:person_leave", args=[people["张小麦"]])
    gone = {"gone": "away", "on": "2026-09-21", "source": "村委会"}
    assert f"relation_{other}" not in said(client.get(leave))
    assert fill(client, leave, **gone).status_code == 302
    sheets = Household.objects.current().filter(fact=home.fact, ended=None)
    assert sheets.get().head_id == UUID(other)


def test_what_was_decided_for_who_died_ends_with_that_day(story: Story, enter: Enter) -> None:
    client, helper = enter("clerk"), story.who["wu"].fact
    join, leave = (reverse(f"desk:person_{way}", args=[helper]) for way in ("join", "leave"))
    told = {"relation": "relative", "came": "married", "on": "2026-09-01", "source": "村委会"}
    assert fill(client, join, household=story.who["zhang"].fact, **told).status_code == 302
    pair = Pairing.objects.current().get(helper=helper, ended=None)
    assert "一户一干部" in said(client.get(leave))
    told = {"gone": "died", "on": "2026-09-21", "source": "派出所"}
    refused = fill(client, leave, **told)
    assert refused.status_code == 422 and "请勾选一并终止" in wrong(refused)
    assert fill(client, leave, ends="on", **told).status_code == 302
    ended = Pairing.objects.current().get(fact=pair.fact)
    assert (ended.ended, ended.end_reason) == (dt.date(2026, 9, 21), "去世")


@pytest.mark.parametrize("ends", [False, True])
def test_the_last_who_dies_takes_the_household_along_where_nothing_goes_on_for_it(
    story: Story, enter: Enter, ends: bool
) -> None:
    client, home = enter("clerk"), story.who["zhang"]
    young, old = (story.who[who].fact for who in ("young_zhang", "old_zhang"))
    told = {"gone": "died", "on": "2026-09-20", "source": "派出所"}
    young_leaves, leave = (reverse("desk:person_leave", args=[key]) for key in (young, old))
    assert "这一户没有别人" not in said(client.get(leave))
    fill(client, young_leaves, **told)
    shown = said(client.get(leave))
    assert "这一户没有别人" in shown and "一户一干部" in shown, "what was decided for the household"
    answer = fill(client, leave, **told, **({"ends": "on"} if ends else {}))
    paired = Pairing.objects.current().get(subject=home.fact)
    if ends:
        assert answer["Location"] == reverse("desk:list", args=["household"])
        assert (paired.ended, paired.end_reason) == (dt.date(2026, 9, 20), "去世")
        assert Subject.objects.get(pk=home.pk).ended == dt.date(2026, 9, 21), "both died on one day"
    else:
        assert "没有人属于这一户" in said(client.get(answer["Location"]))
        assert (paired.ended, Subject.objects.get(pk=home.pk).ended) == (None, None)


def test_who_leaves_and_comes_back(story: Story, enter: Enter) -> None:
    client, home, key = enter("clerk"), story.who["zhang"], members(story)["张小麦"]
    leave, join = (reverse(f"desk:person_{way}", args=[key]) for way in ("leave", "join"))
    shown = said(client.get(reverse("desk:subject", args=[key])))
    assert leave in shown and join not in shown
    fill(client, leave, gone="away", on="2026-09-20",
         source="村委会")  # fmt: skip
    assert "张小麦" not in members(story)
    shown = said(client.get(reverse("desk:subject", args=[key])))
    assert join in shown and leave not in shown
    assert len(members(story)) == 1
    alone = page(client, story)
    for way in ("split", "head"):
        assert reverse(f"desk:household_{way}", args=[home.fact]) not in alone
    fill(client, join, household=home.fact, relation="son",
         came="returned", on="2026-09-25", source="村委会")  # fmt: skip
    assert "张小麦" in members(story)


def test_what_is_done_seldom_is_folded_away(story: Story, enter: Enter) -> None:
    tree = lxml.html.fromstring(page(enter("clerk"), story))
    folded = [one.get("href") for one in tree.xpath("//details[@class='menu']/div/a")]
    assert reverse("desk:household_split", args=[story.who["zhang"].fact]) in folded
    assert len(tree.xpath("//*[@class='head']//details[@class='menu']")) == 1
    assert len(tree.xpath("//*[@class='head']/*[@class='acts']/a")) == SHOWN
