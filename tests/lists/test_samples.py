"""Samples of rounds: drawn once by a printed seed, dealt out, called on, replaced by lot."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import post as posts
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import round as rounds
from bangfu.ledger.actions import sample as samples
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.keys import Keyring
from bangfu.ledger.models import Programme, Round, Sample, Subject
from bangfu.ledger.moment import Moment
from bangfu.lists.rounds import count
from bangfu.lists.samples import calls_waiting, draw_again, frame_of, progress, samples_of
from tests.village import OPERATOR, Village, build

OPENED = dt.date(2026, 3, 2)
FILE = """
title = "入户督查"
owner = "bureau"
area  = "990001"
from  = 2026-01-01
to    = 2099-12-31

[organisation.bureau]
title = "督查办公室"

[list.towns]
title = "镇"
of    = "place"
where.level = "township"

[list.homes]
title = "监测户"
of    = "household"
where.kind = "monitored"

[pairing.link]
title   = "结对"
helper  = { of = "person" }
subject = { of = "homes" }

[review.spot]
title   = "入户抽查"
owner   = "bureau"
each    = "towns"
per     = "half_year"
of      = "homes"
by      = "place"
exactly = 2
items.order = { title = "台账", points = 20 }
"""


@pytest.fixture
def village(db: None, keyring: Keyring) -> Village:
    """The known people."""
    return build()


def start(v: Village, text: str = FILE, homes: int = 5) -> tuple[Programme, list[Subject]]:
    """A programme of inspections, and homes in two villages of the town."""
    made = [
        households.register(
            by=OPERATOR, name=f"{name}{number}家", place=place, on=dt.date(2026, 1, 5),
            source="入户", kind="monitored",
        )
        for name, place in (("赵", v.village), ("钱", v.next_village))
        for number in range(homes)
    ]  # fmt: skip
    return programmes.start(by=OPERATOR, name="spot", text=text), made


def opened(v: Village, row: Programme) -> Round:
    """A round of the town."""
    town = subjects.as_subject(by=OPERATOR, place=v.town)
    return rounds.open_(
        by=OPERATOR, programme=row, name="spot", subject=town, day=OPENED, on=OPENED
    )


def draw(held: Round, seed: str = "7321-0908", inspectors: Sequence[Subject] = ()) -> list[Sample]:
    """The sample, in the order of the drawing."""
    samples.draw(
        by=OPERATOR, round=held, on=OPENED, frame=frame_of, seed=seed, inspectors=inspectors
    )
    return list(Sample.objects.current().filter(round=held.fact).order_by("number"))


def lots(seed: str, keys: Sequence[UUID]) -> list[UUID]:
    """The drawing as anybody does it by hand, with no word of the product."""
    return sorted(keys, key=lambda key: hashlib.sha256(f"{seed}/{key}".encode()).hexdigest())


def test_anybody_draws_the_same_by_the_printed_seed(village: Village) -> None:
    row, homes = start(village)
    held = opened(village, row)
    drawn = draw(held)
    expected = [*lots("7321-0908", [h.fact for h in homes[:5]])[:2],
                *lots("7321-0908", [h.fact for h in homes[5:]])[:2]]  # fmt: skip
    assert sorted(one.subject_id for one in drawn) == sorted(expected)
    assert {one.stratum for one in drawn} == {village.village.name, village.next_village.name}
    held.refresh_from_db()
    assert (held.drawn, held.seed, held.frame) == (OPENED, "7321-0908", 10)
    assert verify().faults == []


def test_it_is_drawn_once_and_comes_out_the_same_again(village: Village) -> None:
    row, _homes = start(village)
    held = opened(village, row)
    draw(held)
    with pytest.raises(Refused) as refused:
        draw(held, seed="0000-0001")
    assert refused.value.code == "drawn_already"
    # Who comes later, and whoever moves away, changes nothing of what was drawn.
    households.register(
        by=OPERATOR, name="孙家", place=village.village, on=dt.date(2026, 1, 6), source="入户",
        kind="monitored",
    )  # fmt: skip
    again = draw_again(Round.objects.current().get(pk=held.pk))
    assert (again.same_list, again.same_drawn) == (True, True)


def test_a_drawing_that_was_touched_is_told(village: Village) -> None:
    row, _homes = start(village)
    held = opened(village, row)
    draw(held)
    Round.objects.filter(pk=held.pk).update(seed="7321-0909", frame_digest="0" * 64)
    again = draw_again(Round.objects.current().get(pk=held.pk))
    assert (again.same_list, again.same_drawn) == (False, False)


def test_without_a_seed_one_is_made_and_two_rounds_differ(village: Village) -> None:
    row, _homes = start(village, homes=30)
    seeds = []
    for day in (OPENED, dt.date(2026, 8, 1)):
        town = subjects.as_subject(by=OPERATOR, place=village.town)
        held = rounds.open_(by=OPERATOR, programme=row, name="spot", subject=town, day=day, on=day)
        samples.draw(by=OPERATOR, round=held, on=day, frame=frame_of)
        held.refresh_from_db()
        seeds.append(held.seed)
    assert len(set(seeds)) == 2 and all(len(seed) == 16 for seed in seeds)


@pytest.mark.parametrize(
    ("bound", "number"),
    [
        ("exactly = 3", 3),
        ('exactly = "10%"', 1),
        ('at_least = "50%"', 5),
        ('at_least = "50%"\nat_most = 4', 4),
        ('exactly = "10%"\nat_least = 3', 3),
        ('exactly = "50%"\nat_least = 1\nat_most = 4', 4),
        ('exactly = "10%"\nat_least = 99', 10),
        ("exactly = 99", 10),
        ("exactly = 0", 0),
    ],
)
def test_so_many_are_drawn_as_the_file_says(village: Village, bound: str, number: int) -> None:
    text = FILE.replace('by      = "place"\nexactly = 2', bound)
    row, _homes = start(village, text)
    assert len(draw(opened(village, row))) == number


def test_nobody_to_draw_from_is_a_drawing_too(village: Village) -> None:
    row, _homes = start(village, homes=0)
    held = opened(village, row)
    assert draw(held) == []
    held.refresh_from_db()
    assert held.frame == 0 and held.drawn == OPENED


def test_neighbours_go_to_one_inspector_and_nobody_inspects_the_own_work(village: Village) -> None:
    row, homes = start(village)
    held = opened(village, row)
    for home in homes[:5]:
        pairings.make(
            by=OPERATOR, programme=row, name="link", helper=village.li, subject=home, on=OPENED
        )
    drawn = draw(held, inspectors=[village.li, village.zhou])
    by_village = {one.stratum: set() for one in drawn}
    for one in drawn:
        by_village[one.stratum].add(one.inspector_id)
    assert by_village[village.village.name] == {village.zhou.fact}
    assert len(by_village[village.next_village.name]) == 1
    helped = next(one for one in drawn if one.stratum == village.village.name)
    with pytest.raises(Refused) as refused:
        samples.assign(by=OPERATOR, sample=helped, inspector=village.li)
    assert refused.value.code == "own_work"


def test_who_serves_in_the_unit_reviewed_does_not_call(village: Village) -> None:
    text = FILE.replace('each    = "towns"', 'each    = "units"').replace(
        'of      = "homes"\nby      = "place"',
        'of      = "link"\nas      = "helper.post.organisation"',
    )
    text += '\n[list.units]\ntitle = "单位"\nof = "organisation"\nwhere.kind.known = true\n'
    row, homes = start(village, text)
    for home in homes:
        pairings.make(
            by=OPERATOR, programme=row, name="link", helper=village.li, subject=home, on=OPENED
        )
    held = rounds.open_(
        by=OPERATOR, programme=row, name="spot", subject=village.hospital, day=OPENED, on=OPENED
    )
    posts.appoint(
        by=OPERATOR, person=village.outsider, organisation=village.hospital, on=OPENED,
        title="办事员", rank="staff", real=True,
    )  # fmt: skip
    # One helps them, the other serves in the unit and helps nobody.
    drawn = draw(held, inspectors=[village.li, village.outsider])
    assert len(drawn) == 2 and {one.inspector for one in drawn} == {None}
    assert {one.subject_id for one in drawn} <= {home.fact for home in homes}


def test_who_cannot_be_met_is_replaced_by_the_next_lot_of_the_group(village: Village) -> None:
    row, homes = start(village)
    held = opened(village, row)
    drawn = draw(held, inspectors=[village.zhou])
    group = [one for one in drawn if one.stratum == village.village.name]
    order = lots(held.seed or "7321-0908", [home.fact for home in homes[:5]])
    with pytest.raises(Refused) as refused:
        samples.replace(by=OPERATOR, sample=group[0], on=OPENED, why="other", frame=frame_of)
    assert refused.value.code == "reason_missing"
    now = samples.replace(by=OPERATOR, sample=group[0], on=OPENED, why="away", frame=frame_of)
    assert now.subject_id == order[2] and now.instead_of_id == group[0].fact
    assert (now.number, now.inspector_id, now.stratum) == (5, village.zhou.fact, group[0].stratum)
    for _one in range(2):
        now = samples.replace(by=OPERATOR, sample=now, on=OPENED, why="refused", frame=frame_of)
    assert now.subject_id == order[4]
    last = samples.replace(by=OPERATOR, sample=now, on=OPENED, why="moved", frame=frame_of)
    assert last.fact == now.fact and last.state == "missed"
    told = progress(held)
    assert (told.drawn, told.met, told.missed, told.open) == (7, 0, 4, 3)
    assert draw_again(Round.objects.current().get(pk=held.pk)).same_drawn


def test_a_result_waits_until_everybody_was_called_on(village: Village) -> None:
    row, _homes = start(village, FILE.replace("to    = 2099-12-31", "to    = 2026-06-30"))
    held = opened(village, row)
    rounds.score(
        by=OPERATOR,
        round=held,
        item="order",
        points=Decimal(20),
        on=OPENED,
        reason="齐全",
    )

    def issue() -> Round:
        held.refresh_from_db()
        return rounds.issue(by=OPERATOR, round=held, on=dt.date(2026, 7, 1), count=count)

    with pytest.raises(Refused) as refused:
        issue()
    assert refused.value.code == "not_drawn"
    drawn = draw(held)
    with pytest.raises(Refused) as refused:
        issue()
    assert refused.value.code == "samples_open"
    for one in drawn:
        samples.meet(by=OPERATOR, sample=one, on=OPENED)
    assert issue().issued == dt.date(2026, 7, 1)
    with pytest.raises(Refused):
        samples.meet(by=OPERATOR, sample=drawn[0], on=OPENED)


def test_only_inspectors_learn_who_will_be_called_on(village: Village) -> None:
    row, _homes = start(village)
    held = opened(village, row)
    draw(held, inspectors=[village.zhou])
    inspector = village.account("chai", "inspector", place=village.town, person=village.zhou)
    other = village.account("cui", "inspector", place=village.town, person=village.li)
    lead = village.account("tou", "unit_lead", place=village.town)
    officer = village.account("guan", "village_officer", place=village.village)
    assert len(samples_of(inspector, held)) == 4
    assert samples_of(lead, held).count() == samples_of(officer, held).count() == 0
    moment = clock.today()
    assert calls_waiting(inspector, Moment(moment), most=9)[1] == 4
    assert calls_waiting(other, Moment(moment), most=9)[1] == 0
    one = Sample.objects.current().first()
    assert one is not None
    with pytest.raises(NotAllowed):
        samples.meet(by=By(lead, "desk"), sample=one, on=OPENED)
    samples.meet(by=By(inspector, "desk"), sample=one, on=OPENED)


def test_the_frame_asks_as_many_questions_for_many(village: Village) -> None:
    row, _homes = start(village)
    held = opened(village, row)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            frame_of(held, Moment(OPENED))
        return len(queries)

    asked()
    few = asked()
    for number in range(20):
        households.register(
            by=OPERATOR, name=f"周{number}家", place=village.village, on=dt.date(2026, 1, 5),
            source="入户", kind="monitored",
        )  # fmt: skip
    assert asked() == few
