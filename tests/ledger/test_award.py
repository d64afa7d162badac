"""Awards praise, and are shown where their holder agrees."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.ledger.actions import award as awards
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.models import Award
from bangfu.ledger.moment import Moment
from bangfu.lists.listing import Listing
from tests.village import OPERATOR, VISITED, Village, village_subject


def give(village: Village, **more: Any) -> Award:
    """Zhao is honoured."""
    said = {"subject": village.zhao, "on": VISITED, "title": "返乡创业典型", **more}
    return awards.give(by=OPERATOR, **said)


def test_people_units_and_villages_are_honoured_and_listed(village: Village) -> None:
    held = give(village, level="county", issuer="县委", paper="青发3号")
    give(village, subject=village.hospital, title="先进单位")
    give(village, subject=village_subject(village), title="示范村")
    listing = Listing(("person",), Moment(VISITED), where={"award": {"level": "county"}})
    assert set(listing.sure().values_list("fact", flat=True)) == {village.zhao.fact}
    assert Award.objects.current().count() == 3 and held.shown is None


def test_it_is_shown_while_its_holder_agrees(village: Village) -> None:
    held = give(village)
    shown = Listing(("award",), Moment(VISITED), where={"shown": True})
    assert not shown.sure().exists()
    awards.let_show(by=OPERATOR, award=held, shown=True)
    assert [row.fact for row in shown.sure()] == [held.fact]
    awards.let_show(by=OPERATOR, award=held, shown=False)
    again = Listing(("award",), Moment(VISITED), where={"shown": True})
    assert not again.sure().exists()


@pytest.mark.parametrize(
    "title", ["通报批评", "全县第一名", "末位单位", "红黑榜黑榜", "考核排名第3名"]
)
def test_blame_and_rank_are_refused(village: Village, title: str) -> None:
    with pytest.raises(Refused) as refused:
        give(village, title=title)
    assert refused.value.code == "only_praise"
    held = give(village)
    with pytest.raises(Refused):
        awards.correct_award(by=OPERATOR, award=held, on=VISITED, title=title)


def test_erasing_wipes_what_for(village: Village) -> None:
    give(village, issuer="县委", paper="青发3号")
    subjects.erase(by=OPERATOR, subject=village.zhao, reason="request")
    held = Award.objects.current().get()
    assert (held.title, held.issuer, held.paper) == ("", "", "")
