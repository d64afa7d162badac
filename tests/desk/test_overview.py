"""A programme on one page: days, figures, measures, coverage, money, and units side by side."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.desk import overview
from bangfu.desk.drawing import NAMES, WIDTH, Stretch, days, small_line
from bangfu.desk.programme import papers_of
from bangfu.ledger.actions import activity, need, organisation, pairing, person, post, user
from bangfu.ledger.meaning import Meaning, read
from bangfu.ledger.models import Activity, Pairing
from bangfu.ledger.moment import Moment
from bangfu.lists.gaps import gaps
from bangfu.lists.units import Unit, units
from tests.desk.conftest import Enter
from tests.desk.story import BY, FILE, PASSWORD, Story, day

PAGE = reverse("desk:overview", args=["visits"])
AUTUMN = Moment(day(10, 31))


def said_at(enter: Enter, who: str, address: str = PAGE + "?on=2026-10-31") -> str:
    answer = enter(who).get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def told(story: Story, who: str = "clerk", sort: str = "", on: Moment = AUTUMN) -> list[Unit]:
    return units(story.users[who], story.begun(), on, sort=sort)


def by_name(found: list[Unit]) -> dict[str, dict[str, int]]:
    return {one.name: {k: n for k, n in one.numbers.items() if n} for one in found}


# ------------------------------------------------------------------ units


def test_units_are_counted_by_the_posts_of_their_people(story: Story) -> None:
    found = by_name(told(story))
    assert found[story.who["hospital"].name] == {
        "paired": 1, "visits": 5, "promised": 200_000, "received": 200_050
    }  # fmt: skip
    assert found[story.who["office"].name] == {"open": 1, "late": 1}


def test_a_need_that_is_not_due_yet_is_open_and_not_late(story: Story) -> None:
    found = by_name(told(story, on=Moment(day(9, 1))))
    assert found[story.who["office"].name] == {"open": 1}


def test_a_need_closed_later_was_open_before(story: Story) -> None:
    found = by_name(told(story, on=Moment(day(3, 15))))
    assert found[story.who["hospital"].name]["open"] == 1
    assert found[story.who["hospital"].name]["late"] == 1


def test_units_sort_by_any_column(story: Story) -> None:
    names = [one.name for one in told(story, sort="late")]
    assert names[0] == story.who["office"].name
    assert [one.name for one in told(story, sort="visits")][0] == story.who["hospital"].name
    assert [one.name for one in told(story, sort="nonsense")] == [o.name for o in told(story)]


def test_only_what_is_open_to_the_reader_is_counted(story: Story) -> None:
    assert by_name(told(story, "outsider")) == {}
    assert "received" not in by_name(told(story, "helper")).get(story.who["hospital"].name, {})


def test_no_person_stands_among_the_units(story: Story, enter: Enter) -> None:
    assert story.who["wu"].fact not in {one.key for one in told(story)}
    said = said_at(enter, "clerk")
    assert story.who["wu"].name not in said[said.index("各单位对照") :]


# ------------------------------------------------------------------ coverage


def counted(story: Story, on: Moment, who: str = "clerk") -> dict[str, tuple[int, int]]:
    meaning = Meaning.of(story.begun(), on)
    return {g.side: (g.count, g.whole) for g in gaps(story.users[who], meaning, on)}


def test_who_has_nobody_is_counted_on_both_sides(story: Story) -> None:
    found = counted(story, AUTUMN)
    assert found["subject"] == (1, 2)
    alone, whole = found["helper"]
    assert whole - alone == 1


def test_a_gap_opens_to_its_rows(story: Story, enter: Enter) -> None:
    address = reverse("desk:gap", args=["visits", "one_to_one", "subject"])
    assert address in enter("clerk").get(PAGE).content.decode()
    said = said_at(enter, "clerk", address + "?on=2026-10-31")
    assert story.who["li"].name in said and story.who["zhang"].name not in said
    paired = Pairing.objects.current().get(subject=story.who["zhang"].fact)
    pairing.close(by=BY, pairing=paired, on=day(8, 31), reason="到期")
    assert story.who["zhang"].name in said_at(enter, "clerk", address + "?on=2026-10-31")
    assert story.who["zhang"].name not in said_at(enter, "clerk", address + "?on=2026-08-31")


def test_gaps_of_others_are_not_counted(story: Story) -> None:
    assert counted(story, AUTUMN, "helper")["subject"] == (0, 1)


def test_who_helps_nobody_is_named_to_the_lead_alone(story: Story, enter: Enter) -> None:
    """Gaps and coverage say the same names to the same reader; to others a number."""
    doctor, unit = story.who["he"], story.who["hospital"]
    post.appoint(by=BY, person=doctor, organisation=unit, on=day(1, 1), title="医师")
    lead = user.create(by=BY, username="lead", password=PASSWORD)
    user.grant(by=BY, user=lead, role="unit_lead", on=day(1, 1), reason="任命", organisation=unit)
    story.users["lead"] = lead
    gap_page = reverse("desk:gap", args=["visits", "one_to_one", "helper"]) + "?on=2026-10-31"
    for who, sees in (("clerk", False), ("inspector", False), ("lead", True)):
        said = said_at(enter, who, gap_page)
        assert (doctor.name in said) is sees, who
        assert "应当帮扶的都已结对" not in said, who
        assert ("行这里不列" in said) is not sees, who
        coverage = said_at(enter, who, reverse("desk:coverage", args=["visits"]))
        assert sees or doctor.name not in coverage, who


def test_what_is_no_pairing_has_no_gap(enter: Enter) -> None:
    for entry, side in (("helped", "subject"), ("one_to_one", "neither")):
        address = reverse("desk:gap", args=["visits", entry, side])
        assert enter("clerk").get(address).status_code == 404


# ------------------------------------------------------------------ the page


def test_the_page_has_every_part(story: Story, enter: Enter) -> None:
    said = said_at(enter, "clerk")
    for words in ("依据", "关于开展入户走访帮扶的通知", "县走访办公室", "摸底", "到村义诊",
                  "入户走访次数", "没有覆盖到的", "资金（元）", "各单位对照"):  # fmt: skip
        assert words in said, words


def test_a_figure_tells_how_it_came_about(story: Story, enter: Enter) -> None:
    visits = Activity.objects.current().filter(programme=story.begun(), kind="visit", mode="home")
    before, after = (visits.filter(date__lte=d).count() for d in (day(4, 30), day(10, 31)))
    said = said_at(enter, "clerk", PAGE + "?on=2026-10-31&since=2026-04-30")
    assert f"+{after - before}" in said and "没有变化" in said


def test_money_is_shown_to_those_who_see_it(story: Story, enter: Enter) -> None:
    # A figure is the same for every reader; sums by source and by unit are not shown to all.
    for words in ("资金（元）", "到账（元）"):
        assert words in said_at(enter, "clerk") and words not in said_at(enter, "helper")


def test_english_has_no_chinese_of_ours(story: Story, enter: Enter) -> None:
    said = enter("clerk", "en").get(PAGE).content.decode()
    for words in ("Units side by side", "Where it does not reach", "Came and went"):
        assert words in said


def test_questions_do_not_grow_with_the_records(
    story: Story, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine a page that has little time asks less the first time.
    monkeypatch.setattr(overview, "PATIENCE", 600.0)
    client = enter("clerk")
    client.get(PAGE)
    for number in (1, 12):
        for month in range(number):
            activity.record(
                by=BY, kind="visit", mode="home", on=day(1 + month % 9, 7), people=1,
                programme=story.begun(), place=story.places["village"],
                who=[story.who["wu"]], whom=[story.who["li"]],
            )  # fmt: skip
            need.raise_(by=BY, subject=story.who["clinic"], on=day(5, 1), text="要一盏灯",
                        programme=story.begun(), organisation=story.who["office"])  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        if number == 1:
            few = len(asked)
    assert len(asked) <= few + 3


# ------------------------------------------------------------------ drawings


def test_days_are_drawn_where_they_lie() -> None:
    first, last = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
    half = Stretch("上半年", first, dt.date(2026, 7, 2), "phase")
    beyond = Stretch("以后", dt.date(2027, 1, 1), dt.date(2027, 2, 1), "phase")
    drawn = days([half, beyond], first, last, dt.date(2025, 6, 1))
    room = WIDTH - NAMES - 8
    assert drawn.bars[0].x == NAMES and abs(drawn.bars[0].width - room / 2) < 1
    assert drawn.bars[1].x == NAMES + room and drawn.bars[1].width == 2.0
    assert drawn.today is None and len(drawn.ticks) == 12
    assert days([], first, dt.date(2031, 12, 31), first).today == NAMES


def test_a_small_line_needs_two_points_and_stays_inside() -> None:
    assert small_line([3]) == "" and small_line([]) == ""
    assert small_line([0, 0]) == "M3.0 19.0 L93.0 19.0"
    assert small_line([1, 2]) == "M3.0 11.0 L93.0 3.0"


def test_measures_lead_to_their_pages_for_those_alone_who_open_them(
    story: Story, enter: Enter
) -> None:
    unit = organisation.register(
        by=BY, name="县疾控中心", kind="county_medical_unit", on=day(1, 1),
        place=story.places["county"],
    )  # fmt: skip
    nurse = person.register(
        by=BY, name="卫青", place=story.places["village"], on=day(1, 10), source="单位名册"
    )
    post.appoint(by=BY, person=nurse, organisation=unit, on=day(1, 1), title="护士")
    pairing.make(
        by=BY, programme=story.begun(), name="one_to_one", helper=nurse, on=day(2, 20),
        subject=story.who["li"],
    )  # fmt: skip
    story.users["lead"] = user.create(by=BY, username="lead", password=PASSWORD)
    user.grant(
        by=BY, user=story.users["lead"], role="unit_lead", on=day(1, 1, 2020), reason="任命",
        organisation=unit,
    )  # fmt: skip
    for address in (PAGE, reverse("desk:programme", args=["visits"])):
        leads, others = (enter(who).get(address).content.decode() for who in ("clerk", "lead"))
        assert "到村义诊" in leads, address
        assert "到村义诊" in others, address
        assert "/records/measure/" in leads and "/records/measure/" not in others


def test_a_paper_is_called_by_its_number_never_by_a_word_of_the_file(story: Story) -> None:
    text = FILE + '\n[paper.plan]\ntitle = "入户走访实施方案"\n'
    told = papers_of(Meaning(story.begun(), read(text, "visits")))
    assert [(one["title"], one["number"]) for one in told] == [
        ("关于开展入户走访帮扶的通知", "禾办发〔2026〕3号"),
        ("入户走访实施方案", ""),
    ]
