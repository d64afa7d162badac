"""What is under way in the demonstration's present: something waits for almost everybody."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import handover as handovers
from bangfu.ledger.actions import proposal as proposals
from bangfu.ledger.actions import task as tasks
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Pairing, User
from bangfu.paper import drafting

if TYPE_CHECKING:
    from bangfu.jobs.story import Told


def begin(told: Told, by: By, today: dt.date) -> None:
    """A hand-over to be answered, a decision that is late, a paper in review, classes proposed."""
    _offer(told, today)
    _meet(told, by, today)
    _hand_in(told, today)
    _propose(told, today)


def _offer(told: Told, today: dt.date) -> None:
    """The hospital's lead asks the helper to help those of a colleague who moves away."""
    lead = By(User.objects.get(username="lead"), "desk")
    rows = Pairing.objects.current().filter(programme=told.current, helper=told.cadres[3])
    pairs = list(rows.select_related("subject", "helper", "programme").order_by("began", "pk"))
    handovers.offer(
        by=lead,
        pairings=pairs,
        to=told.cadres[1],
        on=today + dt.timedelta(days=10),
        reason="轮岗到县中医院",
        promised={pairs[0].fact: "答应月底前带他去镇里看一次招工信息"},
    )


def _meet(told: Told, by: By, today: dt.date) -> None:
    """A meeting three weeks ago: one decision is done, one late, one has time."""
    held = max(today - dt.timedelta(days=21), dt.date(2026, 1, 6))
    meeting = activities.record(
        by=by,
        kind="meeting",
        on=held,
        programme=told.current,
        place=told.places["990001000000"],
        organisation=told.bodies["县卫生系统党委"],
        mode="office",
        people=9,
        note="联系村工作例会",
        attendees=told.cadres[:6],
    )
    decided = [
        tasks.decide(
            by=by, meeting=meeting, text=text, owner=owner, due=held + dt.timedelta(days=days)
        )
        for text, owner, days in (
            ("逐户核对慢性病用药清单,交镇卫生院", told.cadres[1], 16),
            ("安排义诊车进村一次", told.units[0], 30),
            ("把走访记录补登齐", told.cadres[0], 7),
        )
    ]
    done = held + dt.timedelta(days=6)
    tasks.finish(by=by, task=decided[2], on=min(done, today), evidence="六户已全部补登")


def _hand_in(told: Told, today: dt.date) -> None:
    """The office has drafted the quarter's briefing and handed it in for review."""
    assert told.current is not None
    clerk = By(User.objects.get(username="clerk"), "desk")
    draft = drafting.draft(
        by=clerk,
        programme=told.current,
        name="quarterly",
        on=today,
        furniture={"editor": "党委办公室"},
    )
    drafting.hand_in(by=clerk, document=draft)


def _propose(told: Told, today: dt.date) -> None:
    """The village's officer proposes two classes, which the office confirms or not."""
    assert told.current is not None
    officer = By(User.objects.get(username="village"), "desk")
    for person, option, grounds in (
        (told.returnees[8], "medical", "本人说要定期复诊"),
        (told.returnees[9], "job_change", "本人想换近处的活"),
    ):
        proposals.propose(
            by=officer,
            programme=told.current,
            name="need_kind",
            subject=person,
            option=option,
            on=today,
            grounds=grounds,
        )
