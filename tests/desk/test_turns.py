"""Numbers that count turns of a duty open to those turns, each reader to those that he may see."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.ledger import clock
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import round as rounds
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.figure import figure_of
from bangfu.lists.listing import Listing
from bangfu.lists.readings import reading
from tests.village import OPERATOR, Village, standing_village, village

__all__ = ["standing_village", "village"]

FORM = Path(__file__).parents[1] / "lists/turn_forms/programme.toml"
#: The same, over the village's hospital.
TEXT = FORM.read_text("utf-8").replace('kind = "county_health_unit"', 'name = "县人民医院"')
MEASURE = """
[measure.clinics_held]
title    = "义诊"
owner    = "office"
readers  = ["office"]
of       = "clinic_day"
at_least = 1
"""
#: Ten months of 2026 have fallen due by the day of the tests, and nobody sent anything.
MISSED = 10


@pytest.fixture
def duties(village: Village) -> Programme:
    """A programme whose numbers count turns, over the village's hospital and its people."""
    row = programmes.start(by=OPERATOR, name="turns", text=TEXT)
    return programmes.set_owner(by=OPERATOR, programme=row, owner=village.hospital)


def browser(v: Village, name: str, role: str, **within: Any) -> Client:
    """Somebody with a role, signed in."""
    client = Client()
    client.force_login(v.account(name, role, **within))
    client.cookies["django_language"] = "zh-hans"
    return client


def told(client: Client, route: str, *args: Any) -> str:
    """What a page says."""
    answer = client.get(reverse(f"desk:{route}", args=["turns", *args]))
    assert answer.status_code == 200, route
    return answer.content.decode()


def test_a_figure_of_turns_opens_to_them(village: Village, duties: Programme) -> None:
    clerk = browser(village, "clerk", "clerk", place=village.county)
    page = told(clerk, "figure", "tables_missed")
    assert f"<b>{MISSED}</b> 次" in page
    assert reverse("desk:figure_rows", args=["turns", "tables_missed", "rows"]) in page
    since = {"since": "2026-06-30", "on": clock.today().isoformat()}
    between = clerk.get(reverse("desk:figure", args=["turns", "tables_missed"]), since)
    assert "10 = 5 + 5" in between.content.decode()
    came = reverse("desk:figure_rows", args=["turns", "tables_missed", "came"])
    assert came in between.content.decode()
    assert clerk.get(came, since).content.decode().count('<span class="mark bad">') == 5
    gone = reverse("desk:figure_rows", args=["turns", "tables_missed", "gone"])
    assert clerk.get(gone, since).status_code == 404
    rows = told(clerk, "figure_rows", "tables_missed", "rows")
    assert rows.count('<span class="mark bad">') == MISSED
    assert village.hospital.name in rows
    assert reverse("desk:duty", args=["turns", "monthly_table"]) in rows
    assert "未达到" in told(clerk, "figure", "by_verdict")
    duty = reverse("desk:duty", args=["turns", "monthly_table"])
    for verdict, count in (("short", MISSED), ("met", 0)):
        narrowed = clerk.get(duty, {"verdict": verdict}).content.decode()
        assert narrowed.count(f'href="{duty}{village.hospital.fact}/') == count, verdict


def test_a_target_and_an_alert_over_turns_open_to_them(village: Village, duties: Programme) -> None:
    clerk = browser(village, "clerk", "clerk", place=village.county)
    assert reverse("desk:target_rows", args=["turns", "none_missed", 0]) in told(clerk, "targets")
    assert "未达到" in told(clerk, "target_rows", "none_missed", 0)
    where = reverse("desk:alert_of", args=["turns", "missed_twice", village.hospital.fact])
    assert where in told(clerk, "alert", "missed_twice")
    rows = clerk.get(where).content.decode()
    assert rows.count('<span class="mark bad">') == MISSED
    assert "<b>" not in told(clerk, "alert_whole", "any_missed").split("<main")[0]


def test_a_line_of_a_score_sheet_opens_to_the_turns_it_took_points_off_for(
    village: Village, duties: Programme
) -> None:
    held = rounds.open_(
        by=OPERATOR, programme=duties, name="half_year", subject=village.hospital,
        day=dt.date(2026, 3, 1), on=dt.date(2026, 7, 1),
    )  # fmt: skip
    inspector = browser(village, "inspector", "inspector", place=village.county)
    page = inspector.get(reverse("desk:round", args=[held.fact])).content.decode()
    rows = reverse("desk:round_rows", args=[held.fact, "tables"])
    # January to May: what is due on 5 July counts for the second half-year.
    assert rows in page and "7.5" in page
    said = inspector.get(rows).content.decode()
    assert said.count('<span class="mark bad">') == 5


def test_whose_turns_of_people_they_are_is_for_them_and_their_lead(
    village: Village, duties: Programme
) -> None:
    clerk = browser(village, "clerk", "clerk", place=village.county)
    lead = browser(village, "lead", "unit_lead", organisation=village.hospital)
    rows = told(clerk, "figure_rows", "homes_missed", "rows")
    assert "您不能打开的记录" in rows and '<span class="mark bad">' not in rows
    assert '<span class="mark bad">' in told(lead, "figure_rows", "homes_missed", "rows")


def test_a_list_by_turns_of_people_names_them_to_themselves_and_their_lead_alone(
    village: Village, duties: Programme
) -> None:
    clerk = browser(village, "clerk", "clerk", place=village.county)
    lead = browser(village, "lead", "unit_lead", organisation=village.hospital)
    staff, units = "missing_staff", "late_twice"
    names = [row.name for row in Listing((staff,), Moment.present(), programme=duties).sure()]
    assert names
    for name in names:
        assert name not in told(clerk, "programme_list", staff)
    assert any(name in told(lead, "programme_list", staff) for name in names)
    assert village.hospital.name in told(clerk, "programme_list", units)


def test_a_number_by_turns_is_counted_anew_once_something_was_done(
    village: Village, duties: Programme
) -> None:
    never = figure_of(duties, "never_late", Moment(day := dt.date(2026, 2, 6)))
    assert reading(never)[0].low == 0
    activities.record(
        by=OPERATOR, programme=duties, kind="report", on=day.replace(day=4), topic="table",
        organisation=village.hospital,
    )  # fmt: skip
    assert reading(figure_of(duties, "never_late", Moment(day)))[0].low == 1


def test_whose_turns_are_kept_for_readers_is_for_them_and_for_the_units_themselves(
    village: Village,
) -> None:
    """The number is everybody's; of a measure with readers the rows are theirs as well."""
    kept = TEXT.replace("[duty.monthly_table]", '[duty.monthly_table]\nreaders = ["office"]')
    row = programmes.start(by=OPERATOR, name="turns", text=kept + MEASURE)
    row = programmes.set_owner(by=OPERATOR, programme=row, owner=village.hospital)
    activities.record(
        by=OPERATOR, programme=row, kind="clinic_day", on=dt.date(2026, 3, 3), place=village.village
    )
    clerk = browser(village, "clerk", "clerk", place=village.county)
    lead = browser(village, "lead", "unit_lead", organisation=village.hospital)
    inspector = browser(village, "inspector", "inspector", place=village.county)
    for reader, open_ in ((clerk, False), (lead, True), (inspector, True)):
        duty = told(reader, "duty", "monthly_table")
        assert ('<span class="mark bad">' in duty.partition("逐条")[2]) is open_
        assert ("只给以下读者看" in duty) is (reader is not inspector)
        rows = reader.get(reverse("desk:figure_rows", args=["turns", "tables_missed", "rows"]))
        assert rows.status_code == (200 if reader is inspector else 404)
    assert f"<b>{MISSED}</b> 次" in told(clerk, "figure", "tables_missed")
    assert "只给以下读者看" in told(clerk, "figure", "clinics_held")
    assert "只给以下读者看" not in told(inspector, "figure", "clinics_held")


def test_how_many_days_late_something_is_stands_beside_it(
    village: Village, duties: Programme
) -> None:
    needs.raise_(
        by=OPERATOR, subject=village.zhao, kind="medical", text="看病", on=dt.date(2026, 3, 2)
    )
    lead = browser(village, "officer", "village_officer", place=village.county)
    late = (clock.today() - dt.date(2026, 3, 5)).days
    assert f"逾期 {late} 天" in told(lead, "duty", "answered")
