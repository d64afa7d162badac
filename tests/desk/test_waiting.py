"""What waits on the first page: what is late or soon due, and all of the own unit."""

from __future__ import annotations

from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import user as accounts
from bangfu.ledger.models import User
from bangfu.ledger.moment import Moment
from bangfu.lists import today
from tests.desk.conftest import Enter
from tests.desk.forms import said
from tests.desk.story import BY, PASSWORD, Story, day


def test_what_the_own_unit_answers_for_waits_there_from_the_first_day(
    story: Story, enter: Enter
) -> None:
    unit, far = story.who["hospital"], day(12, 31, 2027)
    lead = accounts.create(by=BY, username="boss", password=PASSWORD, display_name="院长")
    accounts.grant(
        by=BY, user=lead, role="unit_lead", organisation=unit, on=day(1, 1), reason="任命"
    )
    for text, due in (("要一张轮椅", far), ("想问药价", None)):
        raised = {"text": text, "kind": "medical", "on": day(9, 20), "programme": story.begun()}
        needs.raise_(by=BY, subject=story.who["zhang"], organisation=unit, due=due, **raised)
    story.users["boss"] = lead
    found, whole = today.needs_waiting(User.objects.get(pk=lead.pk), Moment.present())
    told = [(one.need.due, one.state) for one in found]
    assert (told, whole) == ([(far, "open"), (None, "open")], 2)
    assert "没有时限" in said(enter("boss").get("/"))
    others, _ = today.needs_waiting(story.users["clerk"], Moment.present())
    assert far not in [one.need.due for one in others], "to the office it is far off"
