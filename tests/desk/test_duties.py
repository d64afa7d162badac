"""Duties, targets and coverage on the desk: what is owed today, who sees whose line, the rows."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.desk import pick
from bangfu.ledger.actions import activity, household, pairing, post, programme, user
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Pairing, Reading
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import one_page
from bangfu.lists import coverage, duty_board, presence, sweep
from bangfu.lists.duties import DutyOf
from bangfu.lists.listing import Listing
from bangfu.lists.my_duties import my_duties
from bangfu.lists.picking import Among, kinds_for
from bangfu.lists.sweep import SIDES, meant
from bangfu.lists.unread import Line, as_key, columns_of
from tests.desk.conftest import Enter
from tests.desk.story import BY, FILE, PASSWORD, Story, day
from tests.desk.test_download import latest, opened


def said(client: object, address: str) -> str:
    """What a page says, without its marks."""
    answer = client.get(address)  # type: ignore[attr-defined]
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def duty_page(story: Story, more: str = "") -> str:
    return reverse("desk:duty", args=["visits", "monthly"]) + "?on=2026-07-20" + more


def test_today_says_what_is_owed_to_whom_it_concerns_alone(story: Story, enter: Enter) -> None:
    home = reverse("desk:home") + "?on="
    helper = said(enter("helper"), home + "2026-07-20")
    assert "每户每月走访一次" in helper and "2026-07-31 到期" in helper
    assert "每户每月走访一次" not in said(enter("clerk"), home + "2026-07-20")
    # June was met; in the first days of August July is late, and after a fortnight told no more.
    assert "2026-07-31" in said(enter("helper"), home + "2026-08-05")
    assert "2026-07-31" not in said(enter("helper"), home + "2026-08-20")
    assert "每户每月走访一次" not in said(enter("helper"), home + "2026-09-20")


def test_a_line_is_for_its_own_person_and_the_lead_others_see_units(
    story: Story, enter: Enter
) -> None:
    helping = story.who["wu"]
    held = post.appoint(
        by=BY, person=helping, organisation=story.who["hospital"], on=day(1, 1), title="护士"
    )
    lead = user.create(by=BY, username="lead", password=PASSWORD)
    user.grant(
        by=BY, user=lead, role="unit_lead", on=day(1, 1), reason="任命",
        organisation=story.who["hospital"],
    )  # fmt: skip
    story.users["lead"] = lead
    assert held
    for who, sees in (("helper", True), ("lead", True), ("clerk", False), ("inspector", False)):
        page = said(enter(who), duty_page(story))
        assert ("吴敏" in page) is sees, who
        assert "1 / 1" in page, who
    key = Pairing.objects.current().get(helper=helping.pk).fact
    rows = reverse("desk:duty_rows", args=["visits", "monthly", key, "2026-06-30"])
    for who, status in (("helper", 200), ("lead", 200), ("clerk", 404)):
        assert enter(who).get(rows + "?on=2026-07-20").status_code == status, who
    assert "2026-06-12" in said(enter("helper"), rows + "?on=2026-07-20")
    never = reverse("desk:duty_rows", args=["visits", "monthly", key, "2026-06-29"])
    assert enter("helper").get(never).status_code == 404


def test_what_is_kept_by_unit_changes_with_the_records(story: Story, enter: Enter) -> None:
    page = reverse("desk:duties", args=["visits"]) + "?on=2026-07-20"
    before = said(enter("clerk"), page)
    assert said(enter("clerk"), page) == before
    kept = Reading.objects.filter(answer__has_key="lines").count()
    assert kept == 1
    activity.record(
        by=BY, kind="visit", mode="home", on=day(7, 12), programme=story.begun(),
        place=story.places["village"], who=[story.who["wu"]], whom=[story.who["zhang"]],
    )  # fmt: skip
    after = said(enter("clerk"), page)
    assert after.count("1 / 1") == before.count("1 / 1") + 1


def test_one_turn_is_shown_alone(story: Story, enter: Enter) -> None:
    every = said(enter("helper"), duty_page(story))
    june = said(enter("helper"), duty_page(story, "&due=2026-06-30"))
    assert every.count("吴敏 —") > june.count("吴敏 —") == 1


def test_the_lines_of_a_duty_are_handed_out_to_those_who_see_them(
    story: Story, enter: Enter
) -> None:
    address = reverse("desk:duty_download", args=["visits", "monthly"]) + "?on=2026-07-20"
    assert address in enter("helper").get(duty_page(story)).content.decode().replace("&amp;", "&")
    head, rows = opened(enter("helper"), address + "&verdict=short")
    assert head[0] == "每户每月走访一次" and "未达到" in head[1]
    words = "谁应办 单位 第一天 最后一天 完成 要求 截止 状态 逾期天数 中断的日子"
    assert rows[0] == words.split()
    assert [row[4:6] + row[7:8] for row in rows[1:]] == [[0, "不少于 1次", "未达到"]] * (
        said(enter("helper"), duty_page(story, "&verdict=short")).count("吴敏 —")
    )
    event = latest()
    assert event.fields["question"] == ["of=visits.monthly", "on=2026-07-20", "verdict=short"]
    assert event.outcome == {"value": len(rows) - 1} and len(rows) > 1
    opened(enter("helper"), address + "&due=张三")
    assert latest().fields["question"] == ["of=visits.monthly", "on=2026-07-20"]
    every = opened(enter("helper"), address)[1]
    assert {row[7] for row in every[1:]} > {"未达到"}
    assert enter("clerk").get(address).status_code == 404
    assert enter("helper").get(address + "&verdict=over").status_code == 404


def test_targets_and_measures_are_a_list_that_is_narrowed_and_handed_out(
    story: Story, enter: Enter
) -> None:
    clerk = enter("clerk")
    page = reverse("desk:plan", args=["visits"]) + "?on=2026-07-20"
    whole = said(clerk, page)
    assert "2 条" in whole and "每户都有干部联系" in whole and "到村义诊" in whole
    assert "50% 不少于 100% −50% 50% 未到期" in whole
    assert reverse("desk:target_rows", args=["visits", "all_paired", 0]) in str(
        clerk.get(page).content
    )
    measures = said(clerk, page + "&of=clinics")
    assert "1 条" in measures and "1次 2 至 4次 −1 50%" in measures
    assert "1 条" in said(clerk, page + "&due=2026-11-30")
    assert "0 条" in said(clerk, page + "&verdict=met")
    assert "1 条" in said(clerk, page + "&q=义诊")
    for order, first in (("due", "到村义诊"), ("-due", "每户都有干部联系"), ("margin", "到村义诊")):
        _, rows = opened(clerk, reverse("desk:plan_download", args=["visits"]) + f"?sort={order}")
        assert len(rows) == 3 and rows[1][0] == first, order
    head, rows = opened(clerk, reverse("desk:plan_download", args=["visits"]) + "?of=clinics")
    assert rows[1][:1] + rows[1][3:] == ["到村义诊", 1, "2 至 4次", -1, "50%", "次", "未到期"]
    assert "到村义诊" in head[1] and "of=clinics" in latest().fields["question"]
    opened(clerk, reverse("desk:plan_download", args=["visits"]) + "?due=张三")
    assert latest().fields["question"] == ["of=visits.plan"]
    opened(clerk, reverse("desk:plan_download", args=["visits"]) + "?due=2026-11-30")
    assert "due=2026-11-30" in latest().fields["question"]


#: A target for each of a list; one list is of everybody, of others only a unit is told.
EACH = """
[organisation.readers]
title = "县人民医院"

[list.homes]
title = "户"
of    = "household"

[list.people]
title = "人"
of    = "person"

[list.inside]
title   = "内部名单"
of      = "household"
readers = ["readers"]

[list.people_inside]
title   = "内部人员"
of      = "person"
readers = ["readers"]

[target.seen]
title    = "各有一项"
each     = "{each}"
of       = "{of}"
as       = "{via}"
at_least = 1
"""


@pytest.mark.parametrize(
    ("each", "of", "via", "named"),
    [
        ("homes", "need", "subject", True),
        ("inside", "need", "subject", False),
        ("homes", "people_inside", "household", False),
        ("people", "home_visit", "who", False),
    ],
)
def test_for_whom_a_target_is_read_is_named_only_where_that_may_be_told(
    story: Story, enter: Enter, each: str, of: str, via: str, named: bool
) -> None:
    """Nobody on a list that is kept, and of what people did at work nobody to the clerk."""
    programme.start(by=BY, name="each", text=FILE + EACH.format(each=each, of=of, via=via))
    name = story.who["wu" if each == "people" else "zhang"].name
    for page in ("plan", "targets"):
        address = reverse(f"desk:{page}", args=["each"]) + "?on=2026-07-20"
        told = said(enter("clerk"), address)
        assert "各有一项" in told and (name in told) is named, page


def test_a_target_opens_to_its_rows(story: Story, enter: Enter) -> None:
    page = said(enter("clerk"), reverse("desk:targets", args=["visits"]) + "?on=2026-07-20")
    assert "每户都有干部联系" in page and "50%" in page and "100%" in page
    rows = reverse("desk:target_rows", args=["visits", "all_paired", 0]) + "?on=2026-07-20"
    assert "张" in said(enter("clerk"), rows)
    beyond = reverse("desk:target_rows", args=["visits", "all_paired", 7])
    assert enter("clerk").get(beyond).status_code == 404


def test_a_target_of_a_list_with_totals_only_leads_to_no_rows(
    story: Story, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    on, client = "?on=2026-07-20", enter("clerk")
    page = reverse("desk:targets", args=["visits"]) + on
    rows = reverse("desk:target_rows", args=["visits", "all_paired", 0]) + on
    assert rows in client.get(page).content.decode()
    monkeypatch.setattr(Listing, "totals_only", True)
    assert rows not in client.get(page).content.decode()
    assert client.get(rows).status_code == 404


def test_a_duty_of_a_list_with_totals_only_leads_to_no_rows(
    story: Story, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = Pairing.objects.current().get(helper=story.who["wu"].pk).fact
    rows = reverse("desk:duty_rows", args=["visits", "monthly", key, "2026-06-30"])
    rows, client = rows + "?on=2026-07-20", enter("helper")
    assert rows in client.get(duty_page(story)).content.decode()
    monkeypatch.setattr(Listing, "totals_only", True)
    assert rows not in client.get(duty_page(story)).content.decode()
    assert client.get(rows).status_code == 404


def test_coverage_names_who_has_nobody_and_since_when(story: Story, enter: Enter) -> None:
    address = reverse("desk:coverage", args=["visits"])
    before = said(enter("clerk"), address + "?on=2026-03-31")
    assert "李" in before and "至今" in before
    pairing.make(
        by=BY, programme=story.begun(), name="one_to_one", helper=story.who["wu"],
        subject=story.who["li"], on=day(4, 1),
    )  # fmt: skip
    after = said(enter("clerk"), address + "?on=2026-04-30")
    assert "2026-03-31" in after and "至今" not in after


@pytest.mark.parametrize("few", [0, 1_000])
def test_the_board_of_pairs_shows_who_has_nobody_and_how_many(
    story: Story, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Whether they are found by leafing through all or among themselves."""
    monkeypatch.setattr(pick, "FEW", few)
    clerk, on, programme = story.users["clerk"], day(7, 20), story.begun()
    meaning, sides = Meaning.of(programme, Moment(on)), []
    for role in SIDES:
        among = Among(kinds_for(meaning, role, "one_to_one"), programme, role, "one_to_one", on)
        paired = set(Pairing.objects.at(Moment(on)).values_list(role, flat=True))
        listed = meant(meaning, "one_to_one", role, Moment(on)).possible()
        alone = [row.fact for row in listed.order_by("sort_key", "pk") if row.fact not in paired]
        count, shown = pick.unpartnered(clerk, among)
        assert (count, [one.key for one in shown]) == (len(alone), alone[: pick.OFFERED + 1])
        sides.append((bool(alone), bool(paired)))
    assert any(alone for alone, _ in sides) and all(paired for _, paired in sides)


def test_coverage_reads_those_on_the_list_and_keeps_what_it_counted(
    story: Story, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is on no side of a pairing is not read; a second look reads of the few alone."""
    read: list[set[UUID]] = []

    def watched(rows: Any, *columns: str) -> list[Line]:
        found = columns_of(rows, *columns)
        read.append({as_key(key) for key, *_ in found})
        return found

    monkeypatch.setattr(presence, "columns_of", watched)
    beyond = household.register(
        by=BY, name="王外人", place=story.places["other_town"], on=day(1, 1), source="摸底", size=2
    )
    page = reverse("desk:coverage", args=["visits"]) + "?on=2026-03-31"
    first = said(enter("clerk"), page)
    assert read and all(beyond.pk not in keys for keys in read)
    assert story.who["li"].pk in set().union(*read)
    whole = sum(map(len, read))
    assert Reading.objects.filter(answer__has_key="few").count() == len(sweep.SIDES)
    read.clear()
    assert said(enter("clerk"), page) == first
    assert sum(map(len, read)) < whole


@pytest.mark.parametrize("many", [0, 10_000])
@pytest.mark.parametrize(("at_once", "few"), [(1, 0), (1, 1_000), (1_000, 0)])
def test_coverage_says_the_same_however_many_are_read_together(
    story: Story, enter: Enter, monkeypatch: pytest.MonkeyPatch, at_once: int, few: int, many: int
) -> None:
    page = reverse("desk:coverage", args=["visits"]) + "?on=2026-03-31"
    told = said(enter("clerk"), page)
    Reading.objects.all().delete()
    monkeypatch.setattr(sweep, "AT_ONCE", at_once)
    monkeypatch.setattr(sweep, "MANY", many)
    monkeypatch.setattr(coverage, "FEW", few)
    assert said(enter("clerk"), page) == told


def test_lines_of_a_duty_not_of_people_are_so_many(
    story: Story, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The board by unit counts everybody; line by line no more than a page can bear are read."""
    pairing.make(
        by=BY, programme=story.begun(), name="one_to_one", helper=story.who["wu"],
        subject=story.who["li"], on=day(4, 1),
    )  # fmt: skip
    duty = DutyOf.named(story.begun(), "monthly", Moment(day(7, 20)))
    monkeypatch.setattr(duty_board.Board, "of_people", property(lambda board: False))
    clerk = story.users["clerk"]
    whole, more = duty_board.keys_shown(clerk, duty)
    assert len(whole) == 2 and not more
    monkeypatch.setattr(duty_board, "MOST", 1)
    some, more = duty_board.keys_shown(clerk, duty)
    assert len(some) == 1 and some < whole and more
    assert "逐条只列出" in said(enter("clerk"), duty_page(story))


def test_a_further_duty_on_the_first_page_asks_for_what_was_done_alone(story: Story) -> None:
    """Whose pairings they are, their days, both sides and the places are asked once a page."""
    helper, moment = story.users["helper"], Moment(day(7, 20))
    asked = []
    for programmes in ([story.begun()], [story.begun()] * 4):
        with one_page(), CaptureQueriesContext(connection) as queries:
            found = my_duties(helper, programmes, moment)
        assert len(found) == len(programmes) * len(found[:1])
        asked.append(len(queries))
    assert asked[0] <= 17
    assert asked[1] - asked[0] <= 3 * 5
