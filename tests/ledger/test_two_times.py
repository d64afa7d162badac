"""What was so, and what was known: both dates answer for every correction and every change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bangfu.ledger.access import area
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import place as places
from bangfu.ledger.actions import post as posts
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import Refused, change_from, correct, end, withdraw
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Need, Place, Post, Subject
from bangfu.ledger.moment import Moment
from tests.village import OPERATOR, PAIRED, SWEPT, Ticker, Village, undone, write

SLOW = settings(
    max_examples=50,
    deadline=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
DAY = dt.timedelta(days=1)
FIRST = dt.date(2009, 1, 1)
DAYS = 9


def day(number: int) -> dt.date:
    return FIRST + number * DAY


# ------------------------------------------------------------------ a plain model of both times


@dataclass
class Plain:
    """A span fact day by day: its values on every day, and every state of belief it went through.

    ``began`` is where the present row begins, which is what a correction puts right.
    """

    days: dict[int, dict[str, Any]]
    began: int
    believed: list[tuple[dt.datetime, dict[int, dict[str, Any]]]] = field(default_factory=list)

    def keep(self, at: dt.datetime) -> None:
        self.believed.append((at, {d: dict(v) for d, v in self.days.items()}))

    def correct(self, name: str, value: Any) -> None:
        for d in self.days:
            if d >= self.began:
                self.days[d][name] = value

    def change(self, on: int, name: str, value: Any) -> bool:
        """From a day on, until the field was already known to be otherwise again."""
        later = [d for d in sorted(self.days) if d >= on]
        if not later:
            return False
        was = self.days[later[0]][name]
        reached = [d for n, d in enumerate(later) if _still(self.days, later[: n + 1], name, was)]
        if was != value:
            for d in reached:
                self.days[d][name] = value
            if later[0] > self.began and later[0] in reached:
                self.began = later[0]
        return True

    def end(self, on: int) -> bool:
        if on < self.began:
            return False
        last = self.days[max(self.days)]
        self.days = {d: self.days.get(d, dict(last)) for d in range(min(self.days), on + 1)}
        return True

    def at(self, on: int, known_at: dt.datetime | None) -> dict[str, Any] | None:
        told = [state for at, state in self.believed if known_at is None or at <= known_at]
        return told[-1].get(on) if told else None


def _still(days: dict[int, dict[str, Any]], run: Sequence[int], name: str, was: Any) -> bool:
    return all(days[d][name] == was for d in run)


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("correct"), st.sampled_from(["rank", "real"]), st.integers(0, 2)),
        st.tuples(
            st.just("change"),
            st.sampled_from(["rank", "real"]),
            st.integers(0, 2),
            st.integers(0, DAYS - 1),
        ),
        st.tuples(st.just("end"), st.integers(0, DAYS - 1)),
        st.tuples(st.just("withdraw")),
    ),
    min_size=1,
    max_size=7,
)
VALUES = {"rank": ("", "staff", "section"), "real": (None, False, True)}


@SLOW
@example([("change", "real", 0, 4), ("change", "rank", 0, 0)], 0)
@example([("change", "real", 0, 4), ("change", "rank", 0, 0)], 1)
@given(OPERATIONS, st.integers(-1, 1))
def test_a_span_answers_for_both_dates_after_any_corrections_and_changes(
    village: Village, ticker: Ticker, operations: Any, pace: int
) -> None:
    """Also when the clock stands still or is set back between two actions."""
    with undone():
        post = _appointed(village, ticker)
        plain = Plain({d: {"rank": "staff", "real": True} for d in range(3, DAYS)}, began=3)
        plain.keep(post.recorded_at)
        for operation in operations:
            ticker.go_on(pace)
            _both(plain, post, operation)
            if operation[0] == "withdraw":
                break
        _agree(plain, post)
        assert verify().faults == []


def _appointed(village: Village, ticker: Ticker) -> Post:
    ticker.instant = dt.datetime(2009, 6, 1, tzinfo=dt.UTC)
    return posts.appoint(
        by=OPERATOR,
        person=village.li,
        organisation=village.clinic,
        on=day(3),
        rank="staff",
        real=True,
    )


def _both(plain: Plain, post: Post, operation: Any) -> None:
    sort, *words = operation
    if sort == "withdraw":
        write(by=OPERATOR, what=lambda: withdraw(post))
        plain.days = {}
    elif sort == "correct":
        name, which = words
        write(by=OPERATOR, what=lambda: correct(post, **{name: VALUES[name][which]}))
        plain.correct(name, VALUES[name][which])
    elif sort == "change":
        name, which, on = words
        value = VALUES[name][which]
        _unless(
            plain.change(on, name, value),
            lambda: change_from(post, day(on), **{name: value}),
            "ended_before",
        )
    else:
        _unless(plain.end(words[0]), lambda: end(post, day(words[0])), "ends_before_it_began")
    post.refresh_from_db()
    rows = Post._base_manager.filter(fact=post.fact)
    plain.keep(max(r.superseded_at or r.recorded_at for r in rows))
    known = [at for at, _ in plain.believed]
    assert known == sorted(known), "belief went back in time"


def _unless(allowed: bool, what: Any, code: str) -> None:
    if allowed:
        write(by=OPERATOR, what=what)
    else:
        with pytest.raises(Refused) as refused:
            write(by=OPERATOR, what=what)
        assert refused.value.code == code


def _agree(plain: Plain, post: Post) -> None:
    instants = [at for at, _ in plain.believed]
    asked = [None, *instants, *(at - dt.timedelta(microseconds=1) for at in instants)]
    for known_at in asked:
        for on in range(DAYS):
            rows = Post.objects.at(Moment(day(on), known_at)).filter(fact=post.fact)
            found = [{"rank": r.rank, "real": r.real} for r in rows]
            wanted = plain.at(on, known_at)
            assert found == ([wanted] if wanted else []), (day(on), known_at)


@SLOW
@given(
    st.lists(st.tuples(st.sampled_from(["kind", "date", "due"]), st.integers(0, 3)), max_size=6),
    st.booleans(),
    st.integers(-1, 1),
)
def test_a_happening_answers_for_both_dates(
    village: Village, ticker: Ticker, corrections: Any, taken_back: bool, pace: int
) -> None:
    with undone():
        ticker.instant = dt.datetime(2009, 6, 1, tzinfo=dt.UTC)
        need = needs.raise_(by=OPERATOR, subject=village.zhao, on=day(0), text="修路")
        states = [(need.recorded_at, _told(need))]
        for name, which in corrections:
            ticker.go_on(pace)
            value = ("", "medical", "water", "road")[which] if name == "kind" else day(which)
            write(by=OPERATOR, what=lambda n=name, v=value: correct(need, **{n: v}))
            states.append((need.recorded_at, _told(need)))
        if taken_back:
            ticker.go_on(pace)
            write(by=OPERATOR, what=lambda: withdraw(need))
            states.append((need.superseded_at, None))
        for known_at in [None, *(at for at, _ in states)]:
            told = [s for at, s in states if known_at is None or at <= known_at][-1]
            for on in range(-1, 5):
                rows = Need.objects.at(Moment(day(on), known_at)).filter(fact=need.fact)
                wanted = [told] if told and told[1] <= day(on) else []
                assert [_told(n) for n in rows] == wanted


def _told(need: Need) -> tuple[Any, ...]:
    return need.kind, need.date, need.due


# ------------------------------------------------------------------ known people


def test_what_is_learned_late_fills_the_gap_and_keeps_what_is_known_of_later(
    village: Village,
) -> None:
    """Zhao moved in April, which was entered first; that he was away in between came out later."""
    april, february = dt.date(2009, 4, 1), dt.date(2009, 2, 15)
    subjects.move(by=OPERATOR, subject=village.zhao, to=village.next_village, on=april)
    subjects.move(by=OPERATOR, subject=village.zhao, to=village.far_village, on=february)
    assert _place_of(village.zhao, february - DAY) == village.village.fact
    assert _place_of(village.zhao, february) == village.far_village.fact
    assert _place_of(village.zhao, april - DAY) == village.far_village.fact
    assert _place_of(village.zhao, april) == village.next_village.fact


def _place_of(subject: Subject, on: dt.date, known_at: dt.datetime | None = None) -> Any:
    found = Subject.objects.at(Moment(on, known_at)).filter(fact=subject.fact)
    return found.values_list("place", flat=True).get()


def test_two_who_hold_the_same_record_lose_nothing_of_each_other(village: Village) -> None:
    need = needs.raise_(by=OPERATOR, subject=village.zhao, on=PAIRED, text="修路")
    one, other = (Need.objects.get(pk=need.pk) for _ in range(2))
    needs.assign(by=OPERATOR, need=one, to=village.hospital, due=dt.date(2009, 5, 1))
    needs.close(by=OPERATOR, need=other, on=dt.date(2009, 4, 1), evidence="已修")
    need.refresh_from_db()
    assert need.organisation_id == village.hospital.fact
    assert need.closed == dt.date(2009, 4, 1)
    assert other.organisation_id == village.hospital.fact
    assert verify().faults == []


def test_what_was_taken_back_is_not_corrected_or_taken_back_again(village: Village) -> None:
    need = needs.raise_(by=OPERATOR, subject=village.zhao, on=PAIRED, text="修路")
    stale = Need.objects.get(pk=need.pk)
    write(by=OPERATOR, what=lambda: withdraw(need))
    for what in (lambda: withdraw(stale), lambda: correct(stale, kind="road")):
        with pytest.raises(Refused) as refused:
            write(by=OPERATOR, what=what)
        assert refused.value.code == "not_believed_any_more"


def test_a_row_points_to_the_fact_even_when_a_former_span_was_handed_in(village: Village) -> None:
    subjects.rename(by=OPERATOR, subject=village.zhao, name="赵大川", on=dt.date(2009, 4, 1))
    former = Subject.objects.at(Moment(PAIRED)).get(fact=village.zhao.fact)
    assert former.pk != former.fact
    need = needs.raise_(by=OPERATOR, subject=former, on=PAIRED, text="修路")
    assert Need.objects.get(pk=need.pk).subject_id == village.zhao.fact


def test_a_sheet_that_says_the_same_again_changes_nothing(village: Village) -> None:
    from tests.village import IDENTITY, PHONE, WISH

    before = persons.sheet_on(village.zhao).pk, persons.sheet_on(village.zhao).recorded_at
    persons.update(
        by=OPERATOR,
        subject=village.zhao,
        on=dt.date(2009, 4, 1),
        identity=IDENTITY,
        phone=f" {PHONE} ",
        wishes=WISH,
    )
    after = persons.sheet_on(village.zhao)
    assert (after.pk, after.recorded_at) == before
    assert after.began == SWEPT


# ------------------------------------------------------------------ places


def test_a_village_that_moved_belongs_to_each_town_in_its_time(village: Village) -> None:
    on = dt.date(2012, 1, 1)
    places.move(by=OPERATOR, place=village.village, to=village.far_town, on=on)
    assert _inside(village.town, on - DAY) >= {village.village.fact, village.next_village.fact}
    assert village.village.fact not in _inside(village.town, on)
    assert village.village.fact in _inside(village.far_town, on)
    assert village.village.fact not in _inside(village.far_town, on - DAY)


def test_a_town_that_moved_takes_its_villages_along_from_that_day(village: Village) -> None:
    """And the town's own area of former days is still found under its former path."""
    other = places.add(
        by=OPERATOR,
        name="邻县",
        level="county",
        parent=None,
        began=dt.date(2002, 1, 1),
        code="990002000000",
    )
    on = dt.date(2012, 1, 1)
    places.move(by=OPERATOR, place=village.town, to=other, on=on, code="990002101000")
    town = Place.objects.get(pk=village.town.pk)
    everything = {village.town.fact, village.village.fact, village.next_village.fact}
    assert _inside(town, on) == everything
    assert _inside(town, on - DAY) == everything
    assert _inside(village.county, on - DAY) >= everything
    assert not _inside(village.county, on) & everything
    assert _inside(other, on) >= everything


def test_a_move_entered_late_takes_along_what_came_since(village: Village) -> None:
    """A hamlet that was founded after the move, and entered before it, moves along."""
    hamlet = places.add(
        by=OPERATOR,
        name="新岫村",
        level="village",
        parent=village.town,
        began=dt.date(2013, 1, 1),
        code="990001101203",
    )
    county = places.add(
        by=OPERATOR,
        name="邻县",
        level="county",
        parent=None,
        began=dt.date(2002, 1, 1),
        code="990002000000",
    )
    places.move(by=OPERATOR, place=village.town, to=county, on=dt.date(2012, 1, 1))
    assert hamlet.fact in _inside(county, dt.date(2014, 1, 1))
    assert hamlet.fact not in _inside(village.county, dt.date(2014, 1, 1))
    assert hamlet.fact not in _inside(county, dt.date(2012, 6, 1))


def test_a_late_move_leaves_a_later_one_as_it_was(village: Village) -> None:
    """Known first: to the far town in 2014. Learned later: to another county in 2012."""
    county = places.add(
        by=OPERATOR,
        name="邻县",
        level="county",
        parent=None,
        began=dt.date(2002, 1, 1),
        code="990002000000",
    )
    to_far = dt.date(2014, 1, 1)
    places.move(by=OPERATOR, place=village.village, to=village.far_town, on=to_far)
    places.move(by=OPERATOR, place=village.village, to=county, on=dt.date(2012, 1, 1))
    home = village.village.fact
    assert home in _inside(village.town, dt.date(2011, 12, 31))
    assert home in _inside(county, dt.date(2012, 1, 1))
    assert home in _inside(county, to_far - DAY)
    assert home in _inside(village.far_town, to_far)
    assert home not in _inside(county, to_far)


def test_a_place_bears_each_name_in_its_time_and_so_does_the_subject_it_is(
    village: Village,
) -> None:
    subject = subjects.as_subject(by=OPERATOR, place=village.village)
    on = dt.date(2015, 1, 1)
    places.rename(by=OPERATOR, place=village.village, name="前岫社区", on=on, source="县区划调整")
    for model, key in ((Place, village.village.fact), (Subject, subject.fact)):
        names = [
            model.objects.at(Moment(d)).filter(fact=key).values_list("name", flat=True).get()
            for d in (on - DAY, on)
        ]
        assert names == ["前岫村", "前岫社区"]


def _inside(place: Place, on: dt.date) -> set[Any]:
    return set(area(place, on=on).values_list("fact", flat=True))
