"""The story of 2009 entered by hand, form by form, up to its briefing: the same numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.jobs import county
from bangfu.jobs.people import people
from bangfu.jobs.story import (
    BULLETIN,
    CHOSEN,
    COLLECTIVE,
    LAUNCH,
    OWNERS,
    PAIRED,
    SWEEP,
    VILLAGE,
    VISIT,
)
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import (
    Document,
    Event,
    Fund,
    Measure,
    Need,
    Pairing,
    Place,
    Programme,
    Subject,
    User,
)
from bangfu.ledger.moment import Moment
from bangfu.lists.figure import figure_of
from bangfu.lists.wording import paper_text
from tests.desk.forms import fill, said, wrong
from tests.desk.story import make_keys

BY = By(None, "command")
UNITS = (("青禾县人民医院", 4), ("青禾县中医院", 3), ("青禾县疾控中心", 3),
         ("青禾县妇幼保健院", 3), ("云岫镇卫生院", 3))  # fmt: skip
NEEDS = (
    ("legal", "外出务工人员不懂劳动合同和维权办法", "law_classes"),
    ("medical", "村里没有医疗点，看病要走到镇上", "clinic_built"),
    ("employment", "村里没有劳动服务机构，找活靠熟人", "labour_office"),
)
SAID = {
    "units_in": "5个",
    "cadres_in": "16名",
    "people_screened": "21名",
    "returnees_in": "16名",
    "pairs_made": "16对",
    "cadres_unpaired": "0名",
    "returnees_unpaired": "0名",
    "home_visits": "1次",
    "visit_party": "7人",
    "people_visited": "9名",
    "talks_held": "2次",
    "forums_held": "1次",
    "needs_raised": "3个",
    "needs_unanswered": "0个",
    "deeds": "7件",
    "money_promised": "10000元",
    "money_promised_most": "15000元",
    "money_received": "7500元",
    "out_migration": "180人，比上年同期增加20%",
}


class Hand:
    """A clerk at the desk: everything goes through the forms."""

    def __init__(self, client: Client, places: dict[str, Place]) -> None:
        self.client, self.places = client, places
        self.home, self.village = places["990001000000"], places[VILLAGE]

    def enter(self, route: str, *args: Any, **typed: Any) -> Any:
        """Fill in one form; it must be taken. Returns the address that it leads to."""
        asked = typed.pop("_asked", "")
        answer = fill(self.client, reverse(f"desk:{route}", args=args) + asked, **typed)
        assert answer.status_code == 302, wrong(answer) or said(answer)
        return answer["Location"]

    def key(self, route: str, *args: Any, **typed: Any) -> UUID:
        """The key of the record that a form made."""
        return UUID(self.enter(route, *args, **typed).rstrip("/").split("/")[-1])


@pytest.fixture
def hand(db: None) -> Iterator[Hand]:
    make_keys()
    places = county.enter(by=BY)
    account = users.create(by=BY, username="zhou", password="a-long-enough-password")
    users.grant(
        by=BY, user=account, role="clerk", on=dt.date(2009, 1, 1), reason="任命",
        place=places["990001000000"],
    )  # fmt: skip
    client = Client()
    client.force_login(User.objects.get(pk=account.pk))
    yield Hand(client, places)


def _start(hand: Hand) -> Programme:
    """The file is checked, read back and only then put in force."""
    address = reverse("desk:programme_start")
    wrong = fill(hand.client, address, name="returnees", text='title = "x"\nfrom = 2009-13-01\n')
    assert wrong.status_code == 422 and not Programme.objects.exists()
    checked = hand.client.post(
        address, {"name": "returnees", "library": "returnees", "step": "check"}
    )
    assert "结对联系的返乡农民工" in said(checked) and not Programme.objects.exists()
    hand.enter("programme_start", name="returnees", library="returnees")
    return Programme.objects.current().get(name="returnees")


def _units(hand: Hand) -> dict[str, UUID]:
    found = {}
    for name, kind in (
        *((name, "county_medical_unit") for name, _ in UNITS),
        ("县卫生系统党委", "party_committee"),
        ("县司法局", "bureau"),
    ):
        found[name] = hand.key(
            "organisation_register", name=name, kind=kind, place=hand.home.fact, on="2002-01-01"
        )
    return found


def _person(hand: Hand, line: Any, place: Place, on: dt.date, source: str, **more: Any) -> UUID:
    return hand.key(
        "person_register", name=line.name, place=place.fact, on=str(on), source=source,
        identity=line.identity, **more,
    )  # fmt: skip


def _cadres(hand: Hand, units: dict[str, UUID]) -> list[UUID]:
    drawn = people(1949, 4000, ["990001001001"], on=dt.date(2009, 1, 1))
    adults = (p for p in drawn if dt.date(1950, 1, 1) < p.birth < dt.date(1975, 1, 1))
    found, home = [], hand.places["990001001001"]
    for name, count in UNITS:
        for number in range(count):
            person = _person(hand, next(adults), home, dt.date(2006, 5, 8), "干部名册")
            hand.enter(
                "post_appoint", person=person, organisation=units[name], on="2006-05-08",
                title="党支部书记" if number == 0 else "副院长",
                rank="section" if number < 2 else "deputy_section", real="yes",
            )  # fmt: skip
            found.append(person)
    return found


def _sweep(hand: Hand) -> list[UUID]:
    drawn = people(2009, 400, [VILLAGE], on=dt.date(2009, 1, 1))
    adults = (p for p in drawn if dt.date(1960, 1, 1) < p.birth < dt.date(1988, 1, 1))
    homes: dict[int, UUID] = {}
    found = []
    for line, _ in zip(adults, range(21), strict=False):
        if line.household not in homes:
            homes[line.household] = hand.key(
                "household_register", name=f"{line.name[0]}家", place=hand.village.fact,
                on=str(SWEEP), source="入户排查",
            )  # fmt: skip
        found.append(
            _person(hand, line, hand.village, SWEEP, "入户排查", household=homes[line.household])
        )
    hand.enter("take_in", "returnees", "sweep", subjects=found, on=str(SWEEP), reason="returned")
    return found


def _choose(hand: Hand, screened: list[UUID]) -> list[UUID]:
    chosen = screened[:16]
    for at, reason in enumerate(("hardship", "jobless", "start_up", "own_request")):
        hand.enter(
            "take_in", "returnees", "returnees", subjects=chosen[at::4], on=str(CHOSEN),
            reason=reason, more="本人口述",
        )  # fmt: skip
    return chosen


def _pair(hand: Hand, cadres: list[UUID], chosen: list[UUID]) -> None:
    for helper, helped in zip(cadres, chosen, strict=True):
        hand.enter(
            "pair", "returnees", "one_to_one", _asked=f"?on={PAIRED}", helper=helper,
            subject=helped, on=str(PAIRED),
        )  # fmt: skip


def _field_day(hand: Hand, units: dict[str, UUID], cadres: list[UUID], chosen: list[UUID]) -> None:
    party, seat = units["县卫生系统党委"], hand.village.fact
    secretaries = [cadres[n] for n in (0, 4, 7, 10, 13)]
    for sort, on, people_, more in (
        ("launch_meeting", LAUNCH, "5", {"attendees": secretaries}),
        ("snow_visit", VISIT, "7", {"who": [*secretaries, cadres[1], cadres[5]],
                                    "whom": chosen[:9]}),
        ("forum", VISIT, "18", {"attendees": [*secretaries, *chosen[:6]]}),
    ):  # fmt: skip
        hand.enter(
            "activity_record", "returnees", sort=sort, on=str(on), people=people_, place=seat,
            organisation=party, note="冒雪进村", **more,
        )  # fmt: skip
    for helper, helped in list(zip(cadres, chosen, strict=True))[:2]:
        hand.enter(
            "activity_record", "returnees", sort="private_talk", on=str(VISIT), place=seat,
            who=[helper], whom=[helped], private_note="按约定不外传",
        )  # fmt: skip


def _needs(hand: Hand, units: dict[str, UUID]) -> None:
    for kind, text, measure in NEEDS:
        hand.enter(
            "need_raise", hand.village.fact, text=text, kind=kind, on=str(VISIT),
            organisation=units[OWNERS[measure]], due="2009-06-30", programme="returnees",
        )  # fmt: skip
        need = Need.objects.current().get(text=text)
        row = Measure.objects.current().get(name=measure)
        hand.enter("measure_owner", row.fact, owner=units[OWNERS[measure]])
        hand.enter("measure_link", row.fact, need=need.fact)


def _money(hand: Hand, units: dict[str, UUID]) -> None:
    fund = Fund.objects.current().get(programme__name="returnees")
    for name, _count in UNITS:
        hand.enter(
            "entry_promise", fund.fact, organisation=units[name], amount="2,000",
            amount_most="0.3万", use="clinic", on=str(VISIT),
        )  # fmt: skip
    for (name, _count), amount in zip(UNITS, ("3000", "2500.00", "2000元"), strict=False):
        hand.enter(
            "entry_receive", fund.fact, organisation=units[name], amount=amount, use="road",
            voucher=f"收 {name}", on="2009-03-09",
        )  # fmt: skip
    for year, count in ((2008, "150"), (2009, "180")):
        hand.enter(
            "statistic_state", place=hand.village.fact, name="out_migrants", value=count,
            began=f"{year}-01-01", ended=f"{year}-12-31", source="村民委员会统计",
        )  # fmt: skip


def _briefing(hand: Hand, signer: UUID) -> Document:
    begun = hand.client.post(
        reverse("desk:document_begin", args=["returnees"]), {"name": "bulletin", "on": BULLETIN}
    )
    page = hand.client.get(begun["Location"])
    document = page.context["document"]
    told = {"title": document.title, "on": str(BULLETIN), "prose": document.body["prose"],
            "issuer": "县卫生系统党委办公室", "editor": "办公室",
            "reviewer": "办公室"}  # fmt: skip
    assert hand.client.post(begun["Location"], told).status_code == 302
    hand.enter("document_sign", document.fact, signer=signer)
    hand.enter("document_issue", document.fact, alone="on")
    return Document.objects.current().get(fact=document.fact)


# Its forms call the actions by which tests/story tells the same on both databases, and
# test_addresses opens every page on both.
@pytest.mark.long_on_postgres
def test_the_whole_story_is_entered_by_hand(hand: Hand) -> None:
    units = _units(hand)
    programme = _start(hand)
    hand.enter("programme_owner", "returnees", owner=units["县卫生系统党委"])
    cadres = _cadres(hand, units)
    chosen = _choose(hand, _sweep(hand))
    _pair(hand, cadres, chosen)
    _field_day(hand, units, cadres, chosen)
    _needs(hand, units)
    _money(hand, units)

    moment = Moment(BULLETIN)
    assert {n: paper_text(figure_of(programme, n, moment))[0] for n in SAID} == SAID

    document = _briefing(hand, cadres[0])
    assert (document.status, document.number, document.year) == ("issued", 1, 2009)
    frozen = {r.figure: r.value for r in document.readings.all()}
    assert {n: frozen[n] for n in SAID.keys() & frozen.keys()} == {
        n: SAID[n] for n in SAID.keys() & frozen.keys()
    }
    doors = set(Event.objects.exclude(door="command").values_list("door", flat=True))
    assert doors == {"desk"}

    _afterwards(hand, units, chosen)


def _afterwards(hand: Hand, units: dict[str, UUID], chosen: list[UUID]) -> None:
    """The mode changes; a need is closed and confirmed; an entry is countered."""
    hand.enter(
        "change_mode", "returnees", "one_to_one", _asked=f"?new=unit_to_village&on={COLLECTIVE}",
        new="unit_to_village", on=str(COLLECTIVE), reason="多数人员重新外出",
        subjects=[hand.village.fact], helpers=[units[name] for name, _ in UNITS],
    )  # fmt: skip
    standing = Pairing.objects.at(Moment(COLLECTIVE)).values_list("name", flat=True)
    assert sorted(standing) == ["unit_to_village"] * 5
    medical = Need.objects.current().get(kind="medical")
    hand.enter("need_close", medical.fact, on="2009-04-10", evidence="村卫生室建成开诊")
    hand.enter("need_confirm", medical.fact, confirmed="yes")
    board = said(hand.client.get(
        reverse("desk:board", args=["returnees", "one_to_one"]) + f"?on={PAIRED}"
    ))  # fmt: skip
    assert Subject.objects.get(pk=chosen[0]).name in board


def test_a_refusal_says_why_and_keeps_both_sides(hand: Hand) -> None:
    units = _units(hand)
    _start(hand)
    cadres = _cadres(hand, units)
    screened = _sweep(hand)
    chosen = _choose(hand, screened)
    _pair(hand, cadres[:1], chosen[:1])
    address = reverse("desk:pair", args=["returnees", "one_to_one"]) + f"?on={PAIRED}"
    for helper, helped in (
        (cadres[0], chosen[1]),
        (cadres[1], chosen[0]),
        (cadres[1], screened[20]),
    ):
        answer = fill(hand.client, address, helper=helper, subject=helped, on=str(PAIRED))
        assert answer.status_code == 422 and "现在不能选了" in said(answer)
    assert Pairing.objects.current().count() == 1
