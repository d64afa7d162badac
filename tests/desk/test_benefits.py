"""Benefits, payouts and health services at the desk: entered, shown where they are needed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from bangfu.ledger.actions import benefit as benefits
from bangfu.ledger.actions import encounter as encounters
from bangfu.ledger.models import Benefit, Encounter, HealthDetail, Payout
from tests.desk.conftest import Enter
from tests.desk.forms import fill, form_of, said, values_of, wrong
from tests.desk.story import BY, Story, day


def test_a_benefit_is_entered_put_right_and_ended(story: Story, enter: Enter) -> None:
    client, home = enter("clerk"), story.who["zhang"]
    address = reverse("desk:benefit_enter", args=[home.fact])
    refused = fill(client, address, kind="allowance", amount="380", began="2026-01-01")
    assert refused.status_code == 422 and "发放周期" in wrong(refused)
    fill(client, address, kind="allowance", amount="380", per="month", began="2026-01-01",
         account="6210990001123456789")  # fmt: skip
    held = Benefit.objects.current().get(subject=home.fact)
    assert (held.amount, held.account) == (38_000, "*" * 17 + "89")
    again = fill(client, address, kind="allowance", began="2026-03-01")
    assert again.status_code == 422 and "2026-01-01" in wrong(again)
    correct = reverse("desk:benefit_correct", args=[held.fact])
    assert values_of(form_of(client, correct))["account"] == ["*" * 17 + "89"]
    fill(client, correct, amount="420")
    held = Benefit.objects.current().get(subject=home.fact)
    assert (held.amount, held.account) == (42_000, "*" * 17 + "89")
    text = said(client.get(reverse("desk:subject", args=[home.fact])))
    assert "最低生活保障" in text and "420.00" in text and "1123456789" not in text
    fill(client, reverse("desk:benefit_end", args=[held.fact]), on="2026-05-31", reason="收入提高")
    assert Benefit.objects.current().get(subject=home.fact).ended == day(5, 31)
    fill(client, reverse("desk:benefit_withdraw", args=[held.fact]))
    assert not Benefit.objects.current().filter(subject=home.fact).exists()


def test_payouts_are_entered_one_after_the_other(story: Story, enter: Enter) -> None:
    client, home = enter("clerk"), story.who["zhang"]
    address = reverse("desk:payout_enter", args=[home.fact])
    for month in (1, 2):
        answer = fill(client, address, kind="allowance", amount="380", on=f"2026-0{month}-10")
        assert answer.status_code == 302 and answer["Location"] == address
    made = Payout.objects.current().filter(subject=home.fact).order_by("date")
    assert [one.date for one in made] == [day(1, 10), day(2, 10)]
    fill(client, reverse("desk:payout_correct", args=[made[0].fact]), amount="400")
    fill(client, reverse("desk:payout_withdraw", args=[made[1].fact]))
    assert [one.amount for one in made.all()] == [40_000]
    other = fill(client, address, kind="other", amount="100", on="2026-01-10")
    assert other.status_code == 422 and "叫什么" in wrong(other)


def test_what_all_who_live_there_are_entitled_to_is_known_before_knocking(
    story: Story, enter: Enter
) -> None:
    home, child = story.who["zhang"], story.who["young_zhang"]
    benefits.enter(by=BY, subject=home, kind="allowance", began=day(1, 1))
    benefits.enter(by=BY, subject=child, kind="vocational", began=day(1, 1))
    benefits.enter(by=BY, subject=home, kind="old_age", began=day(1, 1), ended=day(2, 1))
    before = reverse("desk:before", args=[home.fact])
    text = said(enter("clerk").get(before))
    assert "享受的政策" in text and "最低生活保障" in text and "雨露计划" in text
    assert "高龄津贴" not in text, "it has ended"
    assert child.name in text


def test_who_does_not_see_incomes_sees_no_benefits_on_any_page(story: Story, enter: Enter) -> None:
    home = story.who["zhang"]
    held = benefits.enter(by=BY, subject=home, kind="allowance", began=day(1, 1))
    client = enter("clinician")
    for page in (
        reverse("desk:subject", args=[home.fact]),
        reverse("desk:before", args=[home.fact]),
    ):
        assert "最低生活保障" not in said(client.get(page))
    assert client.get(reverse("desk:record", args=["benefit", held.fact])).status_code == 404


@pytest.mark.parametrize(("who", "asks"), [("clerk", False), ("clinician", True)])
def test_a_diagnosis_is_asked_of_those_alone_who_note_health_detail(
    story: Story, enter: Enter, who: str, asks: bool
) -> None:
    man, client = story.who["old_zhang"], enter(who)
    address = reverse("desk:encounter_record", args=[man.fact])
    assert ("diagnosis" in values_of(form_of(client, address))) is asks
    told = {"kind": "referral", "provider": story.who["clinic"].fact, "on": "2026-06-02",
            "sent": "2026-06-02", "sent_time": "08:10", "arrived_time": "09:40"}  # fmt: skip
    answer = fill(client, address, **told, **({"diagnosis": "腰痛"} if asks else {}))
    assert answer.status_code == 302
    made = Encounter.objects.current().get()
    assert made.minutes == 90
    assert HealthDetail.objects.filter(encounter=made.fact).exists() is asks
    text = said(client.get(reverse("desk:record", args=["encounter", made.fact])))
    assert "腰痛" not in text and "08:10" in text


def test_a_service_is_settled_and_what_is_left_is_worked_out(story: Story, enter: Enter) -> None:
    made = encounters.record(
        by=BY, subject=story.who["old_zhang"], kind="inpatient", on=day(6, 2),
        provider=story.who["hospital"], cost=1_000_000,
    )  # fmt: skip
    client, address = enter("clerk"), reverse("desk:encounter_settle", args=[made.fact])
    more = fill(client, address, on="2026-06-09", reimbursed="12000", settlement="one_stop")
    assert more.status_code == 422 and "报销" in wrong(more)
    fill(client, address, on="2026-06-09", reimbursed="9000", settlement="one_stop")
    held = Encounter.objects.current().get()
    assert (held.own, held.settled) == (100_000, day(6, 9))
    text = said(client.get(reverse("desk:record", args=["encounter", held.fact])))
    assert "登记结清" not in text and "1,000.00" in text
