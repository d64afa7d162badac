"""Alerts with bounds on the desk: today, the programme's page, their own page, down to the rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.ledger.actions import household
from bangfu.ledger.actions import programme as programmes
from tests.desk.conftest import Enter
from tests.desk.story import BY, FILE, Story, day
from tests.desk.test_duties import said

ALERTS = """
[list.every_village]
title = "村"
of    = "place"
where.level = "village"

[alert.crowded]
title    = "监测户两户以上的村"
owner    = "office"
each     = "every_village"
of       = "monitored"
at_least = 1
unit     = "户"

[alert.few_visits]
title   = "走访不到九次"
owner   = "office"
of      = "home_visit"
at_most = 8

[alert.quiet]
title    = "监测户占九成以上"
owner    = "office"
of       = "monitored"
out_of   = "household"
at_least = "90%"
"""
ON = "?on=2026-07-20"


@pytest.fixture
def alerted(story: Story) -> Story:
    """The story under a version of its file that raises alerts."""
    programmes.replace(
        by=BY, programme=story.begun(), text=FILE + ALERTS, on=day(2, 1), note="补预警"
    )
    return story


def page(alert: str, *more: object) -> str:
    name = "alert_of" if more else "alert"
    return reverse(f"desk:{name}", args=["visits", alert, *more]) + ON


def test_an_alert_is_seen_today_and_on_the_programme_and_opens_to_its_rows(
    alerted: Story, enter: Enter
) -> None:
    clerk = enter("clerk")
    today = said(clerk, reverse("desk:home") + ON)
    programme = said(clerk, reverse("desk:programme", args=["visits"]) + ON)
    for text in (today, programme):
        assert "监测户两户以上的村" in text and "走访不到九次" in text and "起" in text
    assert "监测户占九成以上" in programme and "监测户占九成以上" not in today
    told = said(clerk, page("crowded"))
    village = alerted.places["village"]
    assert village.name in told and "哪一个是这样，就对哪一个预警" in told
    rows = clerk.get(page("crowded", village.fact)).content.decode()
    assert "1" in rows and alerted.who["zhang"].name in rows
    whole = reverse("desk:alert_whole", args=["visits", "few_visits"]) + ON
    assert clerk.get(whole).status_code == 200
    assert "没有" in said(clerk, page("quiet"))
    far = alerted.places["far_village"].fact
    assert clerk.get(page("crowded", alerted.who["zhang"].fact)).status_code == 404
    assert clerk.get(page("few_visits", far)).status_code == 404
    assert clerk.get(page("nothing")).status_code == 404


def test_more_villages_take_no_more_questions(alerted: Story, enter: Enter) -> None:
    clerk = enter("clerk")

    def asked() -> int:
        clerk.get(page("crowded"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert clerk.get(page("crowded")).status_code == 200
        return len(queries)

    before = asked()
    for number, place in enumerate(("far_village", "village", "village")):
        household.register(
            by=BY, name=f"户{number}", place=alerted.places[place], on=day(1, 10), source="摸底",
            kind="monitored",
        )  # fmt: skip
    assert asked() <= before + 1
