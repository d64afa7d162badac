"""What a household earns is open to those who enter and check it, and to nobody by another way."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.ledger.access import kind_for
from bangfu.ledger.actions import income, programme, reckoning, user
from bangfu.ledger.vocabulary import VOCABULARY
from tests.desk.conftest import Enter
from tests.desk.forms import fill, said, wrong
from tests.desk.story import BY, Story, day

HOUSEHOLDS = reverse("desk:list", args=["household"])
POOR = """
title = "低收入户帮扶"
area  = "990001"
from  = 2026-01-01
to    = 2026-12-31

[list.earning_little]
title = "人均纯收入三千元以下的户"
of    = "household"
where.per_head_income.at_most = 3000

[list.three_of_them]
title = "其中三人以上的户"
of    = "earning_little"
where.size.at_least = 3

[figure.how_many]
title = "低收入户数"
of    = "three_of_them"
"""


@pytest.fixture
def earned(story: Story) -> Story:
    """A household of the town whose income was reckoned, and a programme about such households."""
    home = story.who["zhang"]
    line: dict[str, Any] = {"kind": "wages", "item": "务工", "since": day(1, 1), "until": day(5, 1)}
    income.enter(by=BY, subject=home, amount=123_400, **line)
    reckoning.make(by=BY, subject=home, on=day(5, 2))
    programme.start(by=BY, name="poor", text=POOR)
    return story


def told_of(client: Client, words: str) -> Any:
    """A list as data."""
    return client.get(f"{HOUSEHOLDS}?format=json&{words}").json()


def test_its_page_and_the_door_tell_it_to_a_clerk_and_not_to_a_clinician(
    earned: Story, enter: Enter
) -> None:
    home = earned.who["zhang"].fact
    for address in ("subject", "before"):
        at = reverse(f"desk:{address}", args=[home])
        assert "人均纯收入" in said(enter("clerk").get(at)), address
    helper = said(enter("helper").get(reverse("desk:before", args=[home])))
    assert "人均纯收入" in helper, "who helps the household reads it"
    page = enter("clinician").get(reverse("desk:subject", args=[home]))
    assert page.status_code == 200 and "人均" not in said(page) and "1,234" not in said(page)
    record = reverse("desk:list", args=["reckoning"])
    assert enter("clinician").get(record).status_code == 404


def test_no_column_filter_or_order_of_a_list_tells_it(earned: Story, enter: Enter) -> None:
    words = "columns=name,per_head_income,wages"
    assert [c["key"] for c in told_of(enter("clerk"), words)["columns"]] == [
        "name", "per_head_income", "wages"
    ]  # fmt: skip
    client = enter("clinician")
    assert [c["key"] for c in told_of(client, words)["columns"]] == ["name"]
    some = told_of(enter("clerk"), "per_head_income.max=3000")["total"]
    every = told_of(client, "")["total"]
    assert some == 1 < every
    narrowed = client.get(f"{HOUSEHOLDS}?per_head_income.max=3000")
    assert "人均纯收入" not in said(narrowed)
    assert told_of(client, "per_head_income.max=3000")["total"] == every
    rows = [told_of(client, f"sort={way}per_head_income")["rows"] for way in ("", "-")]
    assert rows[0] == rows[1]


def test_no_download_tells_it(earned: Story, enter: Enter) -> None:
    address = reverse("desk:list_download", args=["household"])
    for words in ("sort=per_head_income", "per_head_income.max=3000"):
        answer = fill(enter("clinician"), f"{address}?{words}", purpose="核对名单")
        assert answer.status_code == 422 and "没看懂" in wrong(answer), words
    assert fill(enter("clerk"), f"{address}?per_head_income.max=3000", purpose="核对").streaming


@pytest.mark.parametrize("entry", ["earning_little", "three_of_them"])
def test_nobody_is_shown_on_a_list_that_tells_it(earned: Story, enter: Enter, entry: str) -> None:
    at = reverse("desk:programme_list", args=["poor", entry])
    assert "张有田" in said(enter("clerk").get(at))
    page = enter("clinician").get(at)
    assert page.status_code == 200 and "张有田" not in said(page)


def test_a_figure_counts_for_everybody_and_withholds_its_rows(earned: Story, enter: Enter) -> None:
    at = reverse("desk:figure", args=["poor", "how_many"])
    for who, seen in (("clerk", True), ("clinician", False)):
        page = enter(who).get(at)
        assert "1 户" in said(page) or "1" in said(page), who
        assert ("张有田" in said(page)) is seen, who
        rows = enter(who).get(f"{reverse('desk:figure_list', args=['poor', 'how_many'])}")
        assert ("张有田" in said(enter(who).get(rows["Location"]))) is seen, who


def test_two_roles_open_what_both_open(earned: Story, enter: Enter) -> None:
    home, doctor = VOCABULARY["household"], earned.users["clinician"]
    assert "per_head_income" not in kind_for(doctor, home) and "size" in kind_for(doctor, home)
    assert kind_for(earned.users["clerk"], home) is home
    user.grant(by=BY, user=doctor, role="village_officer", on=day(1, 1), reason="兼任",
               place=earned.places["village"])  # fmt: skip
    assert "per_head_income" not in kind_for(doctor, home)
    looking = earned.users["clerk"]
    looking.seen_by = doctor
    assert "per_head_income" not in kind_for(looking, home), "nor by looking as somebody else"
