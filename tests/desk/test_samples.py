"""The sample of a round at the desk, as inspectors and those who are inspected meet it."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse

from bangfu.ledger import clock
from bangfu.ledger.keys import Keyring
from bangfu.ledger.models import Ballot, Round, Sample
from tests.desk.test_procedures import browser, text_of
from tests.ledger.test_sheets import ANONYMOUS
from tests.lists.test_samples import FILE, draw, opened, start
from tests.village import Village, build


@pytest.fixture
def village(db: None, keyring: Keyring) -> Village:
    """The known people."""
    return build()


def test_a_sample_is_drawn_called_on_and_replaced_at_the_desk(village: Village) -> None:
    row, _homes = start(village)
    held = opened(village, row)
    inspector = browser(
        village, "inspector", "inspector", place=village.county, person=village.outsider
    )
    page = reverse("desk:round", args=[held.fact])
    form = reverse("desk:round_draw", args=[held.fact])
    assert form in text_of(inspector, page)
    told = {"inspectors": [str(village.outsider.fact)], "seed": "", "on": clock.today()}
    answer = inspector.post(form, told)
    assert answer.status_code == 302 and answer.url == page + "#sample"
    drawn = list(Sample.objects.current().order_by("number"))
    assert len(drawn) == 4 and {one.inspector_id for one in drawn} == {village.outsider.fact}
    held.refresh_from_db()
    text = text_of(inspector, page)
    assert held.seed in text and form not in text
    assert "清单相同，抽到的也相同" in text_of(inspector, page + "?again=1")
    twice = inspector.post(form, told)
    assert twice.status_code == 422
    meet = reverse("desk:sample_meet", args=[drawn[0].fact])
    assert meet in text_of(inspector, "/")
    assert inspector.post(meet, {"on": clock.today()}).status_code == 302
    assert meet not in text_of(inspector, "/")
    replace = reverse("desk:sample_replace", args=[drawn[1].fact])
    refused = inspector.post(replace, {"why": "other", "reason": "", "on": clock.today()})
    assert refused.status_code == 422
    done = inspector.post(replace, {"why": "away", "reason": "", "on": clock.today()})
    assert done.status_code == 302
    assert "替换 2 号" in text_of(inspector, page)
    record = text_of(inspector, reverse("desk:record", args=["sample", drawn[2].fact]))
    assert f'<a href="{page}">{held.subject.name}</a>' in record, "a round is called by its unit"
    assert "抽取抽查对象" in record, "written with others, and the journal still says how"
    assert Sample.objects.current().filter(state="open").count() == 3


def test_the_unit_that_is_reviewed_sees_how_many_and_not_whom(village: Village) -> None:
    row, _homes = start(village)
    held = opened(village, row)
    drawn = draw(held)
    lead = browser(village, "lead", "unit_lead", place=village.town)
    page = text_of(lead, reverse("desk:round", args=[held.fact]))
    assert "抽出 4 个" in page
    held = Round.objects.current().get(pk=held.pk)
    assert held.seed not in page and reverse("desk:list", args=["sample"]) not in page
    assert held.seed not in text_of(lead, reverse("desk:list", args=["round"]))
    for one in drawn:
        assert str(one.fact) not in page
    assert lead.get(reverse("desk:record", args=["sample", drawn[0].fact])).status_code == 404
    assert lead.get(reverse("desk:sample_meet", args=[drawn[0].fact])).status_code == 403
    assert "calls" not in re.findall(r'id="(\w+)"', text_of(lead, "/"))


def test_the_sample_is_a_list_of_its_round(village: Village) -> None:
    text = FILE.replace("half_year", "quarter")
    row, _homes = start(village, text)
    held = opened(village, row)
    drawn = draw(held, inspectors=[village.outsider])
    clerk = browser(village, "clerk", "clerk", place=village.county)
    page = text_of(clerk, reverse("desk:list", args=["sample"]) + f"?round={held.fact}")
    for one in drawn:
        assert one.subject.name in page
    inspector = browser(village, "inspector", "inspector", place=village.county)
    round_page = text_of(inspector, reverse("desk:round", args=[held.fact]))
    (along,) = set(re.findall(rf'href="([^"]*round={held.fact}[^"]*)"', round_page))
    taken = text_of(inspector, html.unescape(along) + "&print=1")
    lots = [one.subject for one in sorted(drawn, key=lambda one: one.number)]
    told = [word for one in lots for word in (one.name, one.place.name)]
    assert re.findall("|".join(set(told)), taken) == told, "by lot, and where each lives"
    assert "抽取序号" in taken and ">序号<" not in taken, "they have a number of their own"
    assert "仅限内部" in taken and "制表：" in taken
    homes = text_of(clerk, reverse("desk:list", args=["household"]) + "?print=1")
    assert ">序号<" in homes and '<tr><td class="n">1</td><th' in homes
    other = text_of(clerk, reverse("desk:list", args=["sample"]) + f"?round={drawn[0].fact}")
    assert drawn[0].subject.name not in other


def test_who_agrees_is_asked_on_one_page_and_the_box_is_opened_at_the_end(village: Village) -> None:
    row, _homes = start(village, ANONYMOUS.replace("exactly = 4", "exactly = 3"))
    held = opened(village, row)
    drawn = draw(held)
    inspector = browser(village, "inspector", "inspector", place=village.county)
    meet = reverse("desk:sample_meet", args=[drawn[0].fact])
    page = text_of(inspector, meet)
    assert page.index('name="agreed"') < page.index('name="q_pleased"') < page.index('name="on"')
    assert "不记名" in page and "不满意" in page
    told = {"q_pleased": "no", "q_visits": "2", "on": clock.today()}
    assert inspector.post(meet, told).status_code == 422
    count = reverse("desk:round_count_sheets", args=[held.fact])
    assert count not in text_of(inspector, reverse("desk:round", args=[held.fact]))
    for one in drawn:
        address = reverse("desk:sample_meet", args=[one.fact])
        done = inspector.post(address, {**told, "agreed": "on"})
        assert done.status_code == 302
    assert Ballot.objects.count() == 6
    record = text_of(inspector, reverse("desk:record", args=["sample", drawn[0].fact]))
    assert "不满意" not in record
    assert count in text_of(inspector, reverse("desk:round", args=[held.fact]))
    assert inspector.post(count, {"on": clock.today()}).status_code == 302
    page = text_of(inspector, reverse("desk:round", args=[held.fact]))
    assert "6 份不记名答卷" in page and count not in page


def test_a_review_without_questions_asks_for_no_consent(village: Village) -> None:
    row, _homes = start(village)
    drawn = draw(opened(village, row))
    inspector = browser(village, "inspector", "inspector", place=village.county)
    assert "agreed" not in text_of(inspector, reverse("desk:sample_meet", args=[drawn[0].fact]))
