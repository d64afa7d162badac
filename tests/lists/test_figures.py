"""A figure is its rows, counted; its bridge holds; what is kept equals a count from nothing."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bangfu.ledger import clock
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import place as places
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.conditions import value_of
from bangfu.ledger.models import Activity, Household, Need, Participant, Person, Subject
from bangfu.ledger.models import Reading as Kept
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import one_page
from bangfu.lists import readings
from bangfu.lists.bridge import bridge
from bangfu.lists.figure import Figure, figure_names, figure_of
from bangfu.lists.freshening import freshen
from bangfu.lists.listing import Listing, digest_of_keys
from bangfu.lists.numbers import Reading
from bangfu.lists.readings import reading
from bangfu.lists.together import Together
from bangfu.paper.forms.opened import OpenListing
from tests.village import OPERATOR, VISITED, Ticker, Village, undone

#: After everything that the fixture entered by the clock on the wall.
START = dt.datetime(2090, 4, 1, tzinfo=dt.UTC)
FIRST = dt.date(2009, 2, 1)
EARLY = dt.date(1980, 1, 1)
DAY = dt.timedelta(days=1)
SOME = settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


def day(number: int) -> dt.date:
    return FIRST + number * DAY


# ------------------------------------------------------------------ what happens in between

NUMBER = st.integers(0, 59)
EDIT = st.tuples(
    st.sampled_from(
        "visit visit visit recount redate withdraw register education move size place need "
        "close newplace".split()
    ),
    NUMBER,
    st.integers(0, 5),
)


def edit(v: Village, what: str, on: int, which: int) -> None:
    """One thing that somebody enters, puts right or takes back."""
    people = list(Subject.objects.current().filter(kind="person", ended=None).order_by("id"))
    person = people[which % len(people)]
    visits = list(Activity.objects.current().filter(kind="visit").order_by("id"))
    visit = visits[which % len(visits)] if visits else None
    by, date = OPERATOR, day(on)
    spots = [v.village, v.next_village, v.far_village]
    if what == "visit":
        whom = people[which : which + 1 + on % 3]
        activities.record(
            by=by,
            kind="visit",
            on=date,
            place=spots[on % 3],
            people=(None, 1, 2, 7)[which % 4],
            topic=("condolence", "law", "")[which % 3],
            whom=whom,
        )
    elif what == "recount" and visit:
        activities.correct_record(by=by, activity=visit, people=(None, 3, 9)[on % 3])
    elif what == "redate" and visit:
        activities.correct_record(by=by, activity=visit, date=date)
    elif what == "withdraw" and visit:
        activities.take_back(by=by, activity=visit)
    elif what == "register":
        persons.register(
            by=by,
            name=f"新人{on}",
            place=spots[which % 3],
            on=date,
            source="入户",
            birth=(None, dt.date(1980, 1, 1))[which % 2],
        )
    elif what == "education":
        level = ("", "primary", "bachelor")[on % 3]
        if on % 2:
            persons.correct_sheet(by=by, subject=person, education=level)
        else:
            persons.update(by=by, subject=person, on=date, education=level)
    elif what == "move":
        subjects.move(by=by, subject=person, to=spots[on % 3], on=date)
    elif what == "size":
        households.update(by=by, subject=v.zhao_home, on=date, size=(None, 2, 6)[which % 3])
    elif what == "place":
        town = (v.town, v.far_town)[which % 2]
        places.move(by=by, place=v.next_village, to=town, on=date)
    elif what == "newplace":
        code = f"9900011013{on:02d}"
        if not spots[0].__class__.objects.filter(code=code).exists():
            places.add(by=by, name="新村", level="village", parent=v.town, began=date, code=code)
    elif what == "need":
        needs.raise_(by=by, subject=person, on=date, text="x", kind=("road", "water")[which % 2])
    elif what == "close":
        open_ = Need.objects.current().filter(closed=None, date__lte=date).first()
        if open_:
            needs.close(by=by, need=open_, on=date, evidence="x")


def figures(v: Village, moment: Moment) -> dict[str, Figure]:
    """Counts, sums, distinct values and shares over events, things and sheets."""

    def listing(of: str, **where: Any) -> Listing:
        return Listing((of,), moment, where)

    people = listing("person")
    return {
        "visits": Figure("", "", listing("visit")),
        "present": Figure("", "", listing("visit"), "sum", "people"),
        "visited": Figure("", "", listing("visit"), "distinct", "whom"),
        "days": Figure("", "", listing("visit"), "distinct", "day"),
        "topics": Figure("", "", listing("visit"), "distinct", "topic", by=("topic",)),
        "in town": Figure("", "", listing("person", place="990001101000")),
        "in a new place": Figure("", "", listing("person", place="990001101317")),
        "members": Figure("", "", listing("household"), "sum", "size"),
        "schooled": Figure("", "", people, "distinct", "education", by=("education",)),
        "share grown up": Figure(
            "", "", listing("person", age={"at_least": 18}), share=Figure("", "", people)
        ),
        "visited share": Figure(
            "",
            "",
            listing("person", visit={"as": "whom", "at_least": 1}),
            share=Figure("", "", people),
        ),
        "born early": Figure("", "", listing("person", birth={"to": EARLY})),
        "junior": Figure("", "", listing("person", education="junior_secondary")),
        "senior, born early": Figure(
            "", "", listing("person", education="senior_secondary", birth={"to": EARLY})
        ),
        "schools of some": Figure(
            "", "", listing("person", birth={"to": EARLY}), "distinct", "education"
        ),
        "open needs": Figure("", "", listing("need", closed={"known": False}), by=("kind",)),
        "of the programme": figure_of(v.programme, "home_visits", moment),
        "returnees": figure_of(v.programme, "returnees_in", moment),
        "contacted": figure_of(v.programme, "contact_share", moment),
    }


@pytest.fixture
def told(village: Village, ticker: Ticker) -> Iterator[Village]:
    """The known people, with time in hand."""
    ticker.instant = START
    yield village


def _edits(v: Village, ticker: Ticker, edits: list[Any]) -> list[dt.datetime]:
    instants = [ticker.now()]
    for what, on, which in edits:
        ticker.go_on()
        edit(v, what, on, which)
        instants.append(ticker.now())
        ticker.go_on()
    return instants


# ------------------------------------------------------------------ plain counting


def plainly(figure: Figure) -> Any:
    """The same amount, by going through its rows one by one."""
    rows = list(figure.rows())
    if figure.aggregate == "count":
        return len({row.fact_key for row in rows})
    values = [value for row in rows for value in _values(figure, row)]
    if figure.aggregate == "sum":
        return sum(v for v in values if v is not None)
    return len({v for v in values if v not in (None, "")})


def _values(figure: Figure, row: Any) -> list[Any]:
    moment = figure.moment
    if figure.field == "day":
        return [row.date]
    if figure.field == "whom":
        parts = Participant.objects.known(moment.known_at).filter(activity=row.fact, part="whom")
        return [p.subject_id for p in parts]
    if figure.kind.sheet:
        sheet = {"person": Person, "household": Household}[figure.kind.name]
        found = sheet.objects.at(moment).filter(fact=row.fact).first()
        return [getattr(found, figure.field) if found else None]
    return [getattr(row, figure.field)]


@SOME
@given(st.lists(EDIT, max_size=7), NUMBER)
def test_a_figure_is_what_its_rows_amount_to(
    told: Village, ticker: Ticker, edits: list[Any], on: int
) -> None:
    with undone():
        instants = _edits(told, ticker, edits)
        for moment in (Moment(day(on)), Moment(day(on), instants[len(instants) // 2])):
            for name, figure in figures(told, moment).items():
                found = figure.reading()
                assert found.rows == figure.rows().count(), name
                assert found.rows + found.unknown == figure.listing.possible().count(), name
                if figure.share is None:
                    assert found.low == plainly(figure), name
                else:
                    whole = figure.share.reading()
                    assert found.low == (
                        Fraction(found.rows, whole.high) if whole.high else None
                    ), name
                    assert found.high is None or found.low <= found.high <= 1, name
                if figure.aggregate == "count" and figure.by:
                    groups = figure.groups()
                    assert sum(g.reading.rows for g in groups) == found.rows, name


def test_a_share_of_amounts_of_which_one_is_missing_has_no_upper_end(told: Village) -> None:
    """As the sum itself has none."""
    persons.correct_sheet(by=OPERATOR, subject=told.zhao, monthly_pay=300_000)
    people = Listing(("person",), Moment.present(), {})
    earned = Figure("", "", people, "sum", "monthly_pay")
    whole = earned.reading()
    assert whole.low and whole.high is None
    share = replace(earned, share=Figure("", "", people)).reading()
    assert share.low == Fraction(whole.low, whole.rows) and share.high is None


# ------------------------------------------------------------------ the bridge


@SOME
@given(st.lists(EDIT, min_size=1, max_size=7), NUMBER, NUMBER, st.booleans())
def test_the_bridge_between_two_moments_holds_and_names_the_rows(
    told: Village, ticker: Ticker, edits: list[Any], one: int, other: int, by_knowledge: bool
) -> None:
    with undone():
        instants = _edits(told, ticker, edits)
        if by_knowledge:
            earlier, later = Moment(day(one), instants[0]), Moment(day(one))
        else:
            earlier, later = Moment(day(min(one, other))), Moment(day(max(one, other)))
        for name, figure in figures(told, later).items():
            if figure.share is not None or figure.name in ("returnees_in",):
                continue
            told_bridge = bridge(figure, earlier, later)
            assert told_bridge.holds, name
            before, after = figure.at(earlier), figure.at(later)
            assert told_bridge.start == plainly(before), name
            assert told_bridge.end == plainly(after), name
            if figure.aggregate != "distinct":
                _names_its_rows(told_bridge.terms, before, after)


def _names_its_rows(terms: Any, before: Figure, after: Figure) -> None:
    first, last = (set(f.rows().values_list("fact", flat=True)) for f in (before, after))
    rows = {term.sort: set(term.keys()) for term in terms}
    assert rows.get("came", set()) == last - first
    assert rows.get("gone", set()) == first - last
    if after.aggregate == "sum":
        moved = {k for k in first & last if _value(before, k) != _value(after, k)}
        assert rows.get("changed", set()) == moved


def _value(figure: Figure, key: UUID) -> Any:
    field = figure.kind[figure.field]
    rows = figure.rows().filter(fact=key).annotate(v=value_of(field, figure.kind, figure.moment))
    return rows.values_list("v", flat=True).get()


def test_a_number_that_was_blank_before_or_is_blank_now_is_a_change(village: Village) -> None:
    """Two were present; the number was taken out again, since nobody had counted."""
    visit = Activity.objects.get(pk=village.visit.pk)
    on, known_at = dt.date(2009, 3, 31), clock.now()
    activities.correct_record(by=OPERATOR, activity=visit, people=None)
    present = figures(village, Moment(on))["present"]
    told = bridge(present, Moment(on, known_at), Moment(on))
    assert (told.start, told.end, told.holds) == (2, 0, True)
    assert [(t.sort, t.amount, t.keys()) for t in told.terms] == [("changed", -2, [visit.fact])]
    back = bridge(present, Moment(on), Moment(on, known_at))
    assert (back.start, back.end, back.holds) == (0, 2, True)


# ------------------------------------------------------------------ readings kept


@settings(SOME, max_examples=10)
@given(st.lists(EDIT, min_size=1, max_size=6), NUMBER)
def test_a_kept_reading_equals_a_count_from_nothing_after_every_edit(
    told: Village, ticker: Ticker, edits: list[Any], on: int
) -> None:
    with undone():
        moments = (Moment(day(on)), Moment(day(on), ticker.now()))
        _all_agree(told, moments)
        for what, number, which in edits:
            ticker.go_on()
            edit(told, what, number, which)
            _all_agree(told, moments)


def _all_agree(v: Village, moments: tuple[Moment, ...]) -> None:
    """What is kept, what each comes to alone, and what all come to that are counted at once."""
    for moment in moments:
        told = figures(v, moment)
        alone = {name: figure.reading() for name, figure in told.items()}
        assert {name: reading(figure)[0] for name, figure in told.items()} == alone
        Kept.objects.all().delete()
        with one_page():
            at_once = readings.readings(list(figures(v, moment).values()))
        assert dict(zip(told, (one for one, _ in at_once), strict=True)) == alone


def test_figures_of_the_same_people_are_counted_in_one_question(
    village: Village, django_assert_num_queries: Any
) -> None:
    """By school and by birth: the people once, and once those without a sheet."""
    wheres: list[dict[str, Any]] = [
        {"education": "junior_secondary"},
        {"education": "junior_secondary", "birth": {"to": EARLY}},
        {"birth": {"from": EARLY}},
        {"birth": {"to": EARLY}},
    ]
    moment = Moment(VISITED)
    made = [Figure("", "", Listing(("person",), moment, where)) for where in wheres]
    alone = [figure.reading() for figure in made]
    asked = Together(made)
    with django_assert_num_queries(2):
        told = [figure.reading(asked.of(figure).told) for figure in made]
    assert told == alone and len({one.rows for one in told}) > 1
    assert len({asked.of(figure).seconds for figure in made}) == 1, "it took all of them as long"


def test_who_opens_some_people_is_told_of_doubts_about_these_alone(village: Village) -> None:
    where, moment = {"education": "primary"}, Moment(VISITED)
    everybody = Figure("", "", Listing(("person",), moment, where)).reading()
    reader = village.account("clerk", "clerk", place=village.next_village)
    figure = Figure("", "", OpenListing(("person",), moment, where, reader=reader))
    assert figure.reading().unknown == figure.unknown().count() == 1 < everybody.unknown


def test_with_little_time_the_longest_waiting_are_counted_first(village: Village) -> None:
    """Each page has time for one; after as many pages as figures every one was counted."""
    figures = [
        figure_of(village.programme, name, Moment(VISITED))
        for name in ("returnees_in", "pairs_made", "home_visits")
    ]
    for round_ in (1, 2):
        for page in range(len(figures)):
            with pytest.MonkeyPatch.context() as patch:
                ticking = itertools.chain((0, 0.1), itertools.count(2))
                patch.setattr(readings, "perf_counter", lambda t=ticking: next(t))
                told = readings.readings_within(figures, 1)
            had = [one for one in told if one and one[0] is not None]
            assert len(had) == (page + 1 if round_ == 1 else len(figures))
        stand = readings.readings_within(figures, 0)
        assert [one and one[0] for one in stand] == [f.reading() for f in figures]
        activities.record(by=OPERATOR, kind="visit", on=VISITED, place=village.village)


def test_what_takes_long_may_be_a_minute_old_and_no_older(village: Village, ticker: Ticker) -> None:
    """A page that counts for longer than it may uses what was counted within the last minute."""
    ticker.instant = START
    figure = figure_of(village.programme, "home_visits", Moment(VISITED))

    def told(tick: float) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            ticking = itertools.count()
            patch.setattr(readings, "perf_counter", lambda: next(ticking) * tick)
            return readings.readings_within([figure], 1)[0][0]

    before = told(0.01)
    activities.record(
        by=OPERATOR, kind="visit", mode="home", topic="condolence", on=VISITED,
        place=village.village, programme=village.programme, people=1,
    )  # fmt: skip
    after = figure.reading()
    assert before != after
    assert told(0.3) == before
    ticker.go_on(2)
    assert told(0.3) == after


@pytest.mark.parametrize(
    ("rows", "anew"), [(30_000, False), (300, True)], ids=["county", "township"]
)
@pytest.mark.parametrize("page", ["programme", "measures"])
def test_what_is_felt_over_many_rows_is_as_it_was_and_counted_anew_behind_the_page(
    village: Village,
    ticker: Ticker,
    monkeypatch: pytest.MonkeyPatch,
    rows: int,
    anew: bool,
    page: str,
) -> None:
    """A township's figures are exact at once; a county's within a minute, worker or none."""
    ticker.instant = START
    monkeypatch.setattr(clock, "today", lambda: VISITED)
    figure = figure_of(village.programme, "home_visits", Moment.present())

    def told() -> Any:
        with pytest.MonkeyPatch.context() as patch:
            ticking = itertools.count()
            patch.setattr(readings, "perf_counter", lambda: next(ticking) * 0.06)
            patch.setattr(readings, "most_rows", lambda tables: rows)
            if page == "measures":
                return readings.readings([figure])[0][0]
            return readings.readings_within([figure], 1)[0][0]

    def visited() -> Any:
        activities.record(
            by=OPERATOR, kind="visit", mode="home", topic="condolence", on=VISITED,
            place=village.village, programme=village.programme, people=1,
        )  # fmt: skip
        return figure.reading()

    before, after = told(), visited()
    assert before != after and told() == (after if anew else before)
    assert not list(freshen()), "that soon it is not counted again"
    ticker.instant += dt.timedelta(seconds=30)
    assert len(list(freshen())) == (not anew)
    assert told() == after and not list(freshen())
    again = visited()
    ticker.go_on(2)
    assert told() == again, "what is older than a minute is counted by the page"


def test_what_no_page_finds_any_more_is_wanted_no_more(village: Village, ticker: Ticker) -> None:
    """Of another day than today, of another question, edited, or of nothing."""
    ticker.instant = START
    for name in ("home_visits", "pairs_made", "returnees_in", "base_share"):
        reading(figure_of(village.programme, name, Moment(VISITED)))
    by_name = {Kept.objects.get(pk=k.pk).answer["of"][1]: k for k in Kept.objects.all()}
    for name, said in (("pairs_made", ["x", "y"]), ("returnees_in", None)):
        by_name[name].answer["of"] = said
        if said is None:
            by_name[name].proof = readings.proofs.of_reading(by_name[name])
        by_name[name].save()
    Kept.objects.update(wanted_at=ticker.now())
    ticker.go_on(1)
    assert not list(freshen())
    assert not Kept.objects.filter(wanted_at__isnull=False).exists()


def test_a_kept_reading_is_used_while_nothing_was_entered(village: Village) -> None:
    figure = figures(village, Moment(day(40)))["visits"]
    with pytest.MonkeyPatch.context() as patch:
        reading(figure)
        patch.setattr(Figure, "reading", lambda self: pytest.fail("it was counted anew"))
        assert reading(figure)[0] == Reading(1, 1, 1, 0)


def test_a_straggler_that_was_stamped_earlier_is_not_overlooked(
    village: Village, ticker: Ticker
) -> None:
    """It was under way while the figure was counted, and committed after a later one."""
    ticker.instant = START
    figure = figures(village, Moment(day(40)))["visits"]
    edit(village, "visit", 3, 0)
    before = reading(figure)[0]
    ticker.go_on(-2)
    edit(village, "visit", 4, 0)
    assert reading(figure)[0].low == before.low + 1


# ------------------------------------------------------------------ lists


def test_every_figure_of_the_programme_can_be_read_and_shows_its_rows(village: Village) -> None:
    moment = Moment(dt.date(2009, 3, 10))
    for name in figure_names(village.programme, moment):
        figure = figure_of(village.programme, name, moment)
        found = figure.reading()
        assert found.rows == figure.rows().count(), name
        assert found.unknown == figure.unknown().count(), name


@SOME
@given(st.lists(EDIT, max_size=5), NUMBER)
def test_a_narrowed_list_is_what_both_conditions_hold(
    told: Village, ticker: Ticker, edits: list[Any], on: int
) -> None:
    with undone():
        _edits(told, ticker, edits)
        moment = Moment(day(on))
        wheres: list[dict[str, Any]] = [
            {"topic": "law"},
            {"date": {"from": day(5)}},
            {"date": {"to": day(30)}},
            {"date": {"from": day(3), "to": day(20)}},
            {"date": {"from": day(12), "to": day(40)}},
            {"date": {"from": day(21), "to": day(22)}},
            {"any": [{"topic": "law"}, {"people": {"at_least": 2}}]},
            {"any": [{"topic": "condolence"}, {"people": {"at_most": 2}}], "topic": "condolence"},
        ]
        for one in wheres:
            for other in wheres:
                both = Listing(("visit",), moment, one).narrowed(other)
                keys = [_keys(Listing(("visit",), moment, w)) for w in (one, other)]
                assert _keys(both) == keys[0] & keys[1], (one, other)


def test_what_happened_between_two_days_is_found_by_its_days(village: Village) -> None:
    """Days of one line and of another are one range, which an index can bound on SQLite too."""
    moment, line = Moment(day(59)), {"date": {"from": day(3), "to": day(20)}}
    both = Listing(("visit",), moment, line).narrowed({"date": {"from": day(12), "to": day(40)}})
    assert both.where == {"date": {"from": day(12), "to": day(20)}}
    assert f"BETWEEN {day(12)} AND {day(20)}" in str(both.sure().query).replace("'", "")


def _keys(listing: Listing) -> set[UUID]:
    return set(listing.sure().values_list("fact", flat=True))


def test_a_list_of_two_kinds_of_one_table_holds_both(village: Village) -> None:
    edit(village, "visit", 3, 0)
    talk = activities.record(
        by=OPERATOR, kind="talk", on=day(5), whom=[village.zhao], place=village.village
    )
    activities.record(by=OPERATOR, kind="meeting", on=day(5), place=village.village)
    found = Counter(a.kind for a in Listing(("visit", "talk"), Moment(day(59))).sure())
    assert found == {"visit": 2, "talk": 1}
    assert talk.fact in _keys(Listing(("talk", "visit"), Moment(day(59))))


def test_a_digest_stands_for_a_set_of_rows() -> None:
    keys = [uuid4() for _ in range(5)]
    assert digest_of_keys(keys) == digest_of_keys(reversed(keys))
    assert digest_of_keys(keys) != digest_of_keys(keys[:-1])
    assert len(digest_of_keys([])) == 64


def test_the_question_of_a_figure_can_be_kept_and_asked_again(village: Village) -> None:
    moment = Moment(dt.date(2009, 3, 10), clock.now())
    for name, figure in figures(village, moment).items():
        if figure.by or figure.listing.programme:
            continue
        again = Figure.from_data(figure.as_data(), moment)
        assert again.reading() == figure.reading(), name
