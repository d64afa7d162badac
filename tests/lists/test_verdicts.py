"""Checklists and workflows by their verdicts in conditions, against a reading in plain Python.

The same little records are held twice: as rows, and as tuples that plain Python reads with three
truth values. What is met on a checklist's own page is met in a condition.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions.event import insert
from bangfu.ledger.keys import Keyring
from bangfu.ledger.models import (
    Activity,
    Pairing,
    Participant,
    Proceeding,
    Programme,
    Subject,
    Tick,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.checklists import stand
from bangfu.lists.listing import Listing
from bangfu.programmes.loader import load
from bangfu.programmes.problems import ProgrammeErrors
from bangfu.programmes.readback import entry_readback
from bangfu.programmes.schema import Checklist
from bangfu.programmes.verdicts import OF_WORKFLOW
from tests.village import OPERATOR, Village, build, write

FIRST = dt.date(2026, 1, 1)
TODAY = dt.date(2026, 8, 20)
DAY = dt.timedelta(days=1)
Truth = bool | None
FILE = """
title = "一人一档"
owner = "office"
area  = "990001"
from  = 2026-01-01
to    = 2099-12-31

[organisation.office]
title = "办公室"

[list.workers]
title = "务工人员"
of    = "person"
where.work_region = "邻省"

[pairing.link]
title   = "结对"
helper  = { of = "person" }
subject = { of = "workers" }

[activity.home_visit]
title = "入户走访"
of    = "visit"
where.mode = "home"

[checklist.files]
title = "档案"
each  = "workers"
items.helper = { title = "有责任人", of = "link", held = "end" }
items.visits = { title = "本半年走访两次", of = "home_visit", per = "half_year", at_least = 2 }
items.many   = { title = "三人以上一起去过", of = "visit", where.people.at_least = 3 }
items.calls  = { title = "电话不超过三次", of = "phone_call", at_most = 3 }
items.signed = { title = "签字", proof = "note" }
items.asked  = { title = "本季度问过", per = "quarter" }

[checklist.files.items.days]
title    = "本半年去过两天"
of       = "home_visit"
per      = "half_year"
distinct = "day"
at_least = 2

[checklist.files.items.people]
title    = "本年去过八人次"
of       = "visit"
per      = "year"
sum      = "people"
at_least = 8

[checklist.files.items.either]
title   = "走访不超过九次,打过电话"
of      = "visit"
at_most = 9
also    = [ { of = "phone_call", at_least = 1 } ]

[checklist.rare]
title = "难说的"
each  = "workers"
items.months = { title = "分在三个月", of = "visit", distinct = "month", at_least = 3 }

[checklist.rare.items.share]
title    = "过半是入户"
of       = "home_visit"
out_of   = { of = "visit", as = "whom" }
at_least = "1/2"

[workflow.leave]
title  = "请假"
each   = "workers"
within = "10 days"
items.apply  = { title = "申请" }
items.decide = { title = "批准", after = "apply" }

[list.complete]
title = "档案齐全的"
of    = "workers"
where.files = "met"

[list.lacking]
title = "档案不齐的"
of    = "workers"
where.files = "short"

[list.rarely]
title = "难说的都齐的"
of    = "workers"
where.rare = "met"

[list.rarely_not]
title = "难说的不齐的"
of    = "workers"
where.rare = "short"

[list.on_leave]
title = "假批了的"
of    = "workers"
where.leave = "met"

[list.still_asking]
title = "还在批假的"
of    = "workers"
where.leave = ["open", "behind"]

[list.visited_complete]
title = "去看过档案齐全的人的走访"
of    = "visit"
where.whom.leave = "met"
"""


@pytest.fixture
def village(db: None, keyring: Keyring) -> Village:
    """The known people."""
    return build()


def _day(visit: tuple[dt.date, str, int | None]) -> dt.date:
    return visit[0]


@dataclass
class Worker:
    """Somebody with what was recorded, as plain Python holds it."""

    key: UUID
    visits: list[tuple[dt.date, str, int | None]] = field(default_factory=list)
    calls: list[dt.date] = field(default_factory=list)
    ticks: list[tuple[str, dt.date]] = field(default_factory=list)
    pairs: list[tuple[dt.date, dt.date | None]] = field(default_factory=list)
    leaves: list[tuple[dt.date, dt.date | None, str, dt.date]] = field(default_factory=list)

    def items(self, on: dt.date) -> Iterable[Truth]:
        """Whether each item is so on a day, in the words of the file."""
        yield any(first <= on and (last is None or last >= on) for first, last in self.pairs)
        half = dt.date(on.year, 1 if on.month < 7 else 7, 1)
        yield sum(mode == "home" and half <= day <= on for day, mode, _ in self.visits) >= 2
        many = [None if n is None else n >= 3 for day, _, n in self.visits if day <= on]
        yield True if True in many else None if None in many else False
        yield sum(day <= on for day in self.calls) <= 3
        homes = {day for day, mode, _ in self.visits if mode == "home" and half <= day <= on}
        yield len(homes) >= 2
        people = [n for day, _, n in self.visits if day <= on]
        enough = sum(n or 0 for n in people) >= 8
        yield True if enough else None if None in people else False
        been, called = (sum(d <= on for d in days) for days in (map(_day, self.visits), self.calls))
        yield been <= 9 and called >= 1
        yield any(item == "signed" and day <= on for item, day in self.ticks)
        quarter = dt.date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
        yield any(item == "asked" and quarter <= day <= on for item, day in self.ticks)

    def rare(self, on: dt.date) -> Truth:
        """Whether the items are so that no condition says."""
        been = [(day, mode) for day, mode, _ in self.visits if day <= on]
        homes = sum(mode == "home" for _, mode in been)
        return len({day.month for day, _ in been}) >= 3 and 2 * homes >= len(been)

    def complete(self, on: dt.date) -> Truth:
        """Whether every item is so."""
        told = list(self.items(on))
        return False if False in told else None if None in told else True

    def leave(self, on: dt.date) -> str:
        """How the latest leave stands."""
        begun = [one for one in self.leaves if one[0] <= on]
        if not begun:
            return "free"
        _, ended, outcome, due = begun[-1]
        if ended is not None and ended <= on:
            return "met" if outcome == "done" else "short"
        return "behind" if due < on else "open"


def begin(v: Village, text: str = FILE) -> Programme:
    """The programme."""
    return programmes.start(by=OPERATOR, name="files", text=text)


def worker(v: Village, row: Programme, chance: random.Random, number: int) -> Worker:
    """Somebody with random records; most lack little, so that some lack nothing."""
    subject = persons.register(
        by=OPERATOR, name=f"赵{number}", place=v.village, on=FIRST, source="入户",
        work_region="邻省",
    )  # fmt: skip
    one = Worker(subject.fact)

    def some(least: int, most: int) -> list[dt.date]:
        return [FIRST + chance.randrange(290) * DAY for _ in range(chance.randint(least, most))]

    for day in some(5, 9):
        day = chance.choice((day, one.visits[-1][0])) if one.visits else day
        one.visits.append(
            (day, chance.choice(("home", "home", "home", "")), chance.choice((3, 2, 2, None, 2)))
        )
    one.calls = some(1, 5)
    one.ticks = list({*(("signed", day) for day in some(0, 3)),
                      *(("asked", day) for day in some(3, 9))})  # fmt: skip
    began = FIRST + chance.randrange(150) * DAY
    if chance.random() < 0.9:
        one.pairs = [(began, chance.choice((None, None, began + 200 * DAY)))]
    first = FIRST
    for _ in range(chance.randint(0, 3)):
        first += chance.randint(1, 90) * DAY
        ended = first + chance.randint(0, 40) * DAY
        outcome = chance.choice(("done", "refused", "dropped", ""))
        last = ended if outcome else None
        one.leaves.append((first, last, outcome, first + 9 * DAY))
        if last is None:
            break
        first = last + DAY
    write(by=OPERATOR, what=lambda: keep(v, row, subject, one))
    return one


def keep(v: Village, row: Programme, subject: Subject, one: Worker) -> None:
    """The same records as rows."""
    for day, mode, people in one.visits:
        made = insert(Activity(kind="visit", date=day, mode=mode, people=people, place=v.village))
        insert(Participant(activity=made, subject=subject, part="whom"))
    for day in one.calls:
        made = insert(Activity(kind="phone_call", date=day, place=v.village))
        insert(Participant(activity=made, subject=subject, part="whom"))
    for item, day in one.ticks:
        insert(Tick(programme=row, name="files", item=item, subject=subject, date=day))
    for first, last in one.pairs:
        insert(
            Pairing(programme=row, name="link", helper=v.li, subject=subject, began=first,
                    ended=last)
        )  # fmt: skip
    for first, last, outcome, due in one.leaves:
        insert(
            Proceeding(programme=row, name="leave", subject=subject, began=first, ended=last,
                       outcome=outcome, due=due)
        )  # fmt: skip


def listed(row: Programme, name: str, on: dt.date) -> tuple[set[UUID], set[UUID]]:
    """Who surely is on a list of the file, and who possibly is."""
    listing = Listing((name,), Moment(on), programme=row)
    return (
        set(listing.sure().values_list("fact", flat=True)),
        set(listing.possible().values_list("fact", flat=True)),
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_verdict_in_a_condition_is_what_plain_python_reads(village: Village, seed: int) -> None:
    chance, row = random.Random(seed), begin(village)
    workers = [worker(village, row, chance, number) for number in range(120)]
    kept: set[Truth] = set()
    stood: set[str] = set()
    for on in (TODAY, dt.date(2026, 3, 31), dt.date(2026, 7, 1)):
        told = {one.key: one.complete(on) for one in workers}
        kept |= set(told.values())
        met = {key for key, truth in told.items() if truth}
        may = {key for key, truth in told.items() if truth is not False}
        assert listed(row, "complete", on) == (met, may)
        assert listed(row, "lacking", on) == (told.keys() - may, told.keys() - met)
        stands = {one.key: one.leave(on) for one in workers}
        stood |= set(stands.values())
        rare = {one.key for one in workers if one.rare(on)}
        stood |= {"rare"} if 0 < len(rare) < len(workers) else set()
        assert listed(row, "rarely", on) == (rare, rare)
        assert listed(row, "rarely_not", on) == (told.keys() - rare, told.keys() - rare)
        granted = {key for key, word in stands.items() if word == "met"}
        waiting = {key for key, word in stands.items() if word in ("open", "behind")}
        assert listed(row, "on_leave", on) == (granted, granted)
        assert listed(row, "still_asking", on) == (waiting, waiting)
        for word in OF_WORKFLOW:
            listing = Listing(("workers",), Moment(on), {"leave": word}, row)
            found = set(listing.sure().values_list("fact", flat=True))
            assert found == {key for key, stand_ in stands.items() if stand_ == word}, word
        # The checklist's own page says the same.
        lines = stand(row, "files", Moment(on), [one.key for one in workers])
        whole = {line.key for line in lines
                 if all(one.verdict == "met" for one in line.items.values())}  # fmt: skip
        assert whole == met
    assert kept == {True, False, None} and stood == {"rare", *OF_WORKFLOW}


def test_what_surrounds_an_event_is_read_on_its_day(village: Village) -> None:
    row = begin(village)
    one = worker(village, row, random.Random(1), 1)
    day = dt.date(2026, 5, 5)
    write(by=OPERATOR, what=lambda: keep(village, row, Subject.objects.get(pk=one.key), Worker(
        one.key, visits=[(day, "home", 2)])))  # fmt: skip
    one.visits.append((day, "home", 2))
    found, _ = listed(row, "visited_complete", TODAY)
    dates = sorted(Activity.objects.filter(fact__in=found).values_list("date", flat=True))
    expected = sorted(d for d, _, _ in one.visits if d <= TODAY and one.leave(d) == "met")
    assert dates == expected


def test_as_many_questions_for_many(village: Village) -> None:
    row, chance = begin(village), random.Random(3)
    worker(village, row, chance, 0)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            for name in ("complete", "on_leave", "rarely_not"):
                listed(row, name, TODAY)
        return len(queries)

    asked()
    few = asked()
    for number in range(1, 12):
        worker(village, row, chance, number)
    assert asked() == few


def test_who_may_not_read_a_field_is_not_told_by_a_checklist_that_asks_it(village: Village) -> None:
    """A list tells what its conditions read, also through the items of a checklist."""
    told = Listing(("complete",), Moment(TODAY), programme=begin(village))
    assert told.asks({"people"}) and told.asks({"mode"}) and not told.asks({"size"})


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('where.files = "met"', 'where.files = "mat"', "met"),
        ('where.files = "met"', 'where.files = "behind"', "没有“behind”这个选项"),
        ('where.files = "met"', 'where.flies = "met"', "files"),
        ('where.leave = "met"', 'where.leave = "late"', "没有“late”这个选项"),
        ('of    = "workers"\nwhere.files = "met"', 'of    = "household"\nwhere.files = "met"',
         "是给人员办的"),
        ('sum      = "people"', 'sum      = "mode"', "people"),
        ('where.whom.leave = "met"', 'where.whom.rare = "met"', "按 month 去重"),
    ],
)  # fmt: skip
def test_a_wrong_verdict_is_told_with_its_cure(before: str, after: str, says: str) -> None:
    assert FILE.count(before) == 1
    with pytest.raises(ProgrammeErrors) as wrong:
        load(FILE.replace(before, after), name="files", vocabulary=VOCABULARY)
    told = str([(p.message.zh, p.cure.zh if p.cure else "") for p in wrong.value.problems])
    assert says in told


def test_the_read_back_says_it_in_words() -> None:
    file = load(FILE, name="files", vocabulary=VOCABULARY)
    said = {
        name: "".join(one.zh for one in entry_readback(file, "list", name).sentences)
        for name in ("complete", "lacking", "on_leave", "still_asking")
    }
    assert "档案”为“齐全”" in said["complete"] and "档案”为“不齐”" in said["lacking"]
    assert "请假”为“办成”" in said["on_leave"]
    assert "正在办理" in said["still_asking"] and "过了全程期限还在办" in said["still_asking"]
    assert isinstance(file.entry("files"), Checklist)
