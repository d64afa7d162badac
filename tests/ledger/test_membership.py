"""A household changes with its dates: the day before says what it said, and nobody is lost."""

from __future__ import annotations

import datetime as dt

import pytest

from bangfu.ledger.actions import classes, journal
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import income as incomes
from bangfu.ledger.actions import membership as memberships
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import reckoning as reckonings
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.conditions import all_of
from bangfu.ledger.models import Class, Enrolment, Household, Person, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from tests.village import OPERATOR, SWEPT, VISITED, Village

LATER = VISITED + dt.timedelta(days=40)
DAY = dt.timedelta(days=1)


def living(home: Subject, on: dt.date) -> set[str]:
    """The names of who lives in a household on a day."""
    there = Person.objects.at(Moment(on)).filter(household=home.fact)
    return set(Subject.objects.at(Moment(on)).filter(fact__in=there.values("fact")).values_list(
        "name", flat=True
    ))  # fmt: skip


def size(home: Subject, on: dt.date) -> int | None:
    """How many the sheet says they are on a day."""
    return Household.objects.at(Moment(on)).get(fact=home.fact).size


def counted(kind: str, on: dt.date) -> int:
    """How many records of a kind there are on a day."""
    return all_of(VOCABULARY[kind], Moment(on)).count()


def test_a_household_is_split_and_the_day_before_stays_as_it_was(village: Village) -> None:
    old, together = village.zhao_home, living(village.zhao_home, VISITED)
    homes = counted("household", LATER - DAY)
    made = memberships.split(
        by=OPERATOR,
        subject=old,
        members=[village.zhao],
        head=village.zhao,
        on=LATER,
        source="派出所",
    )
    assert living(old, LATER - DAY) == together and not living(made, LATER - DAY)
    assert living(made, LATER) == {"赵大山"} and living(old, LATER) == together - {"赵大山"}
    assert (counted("household", LATER - DAY), counted("household", LATER)) == (homes, homes + 1)
    assert (size(made, LATER), size(old, LATER)) == (1, len(together) - 1)
    sheet = persons.sheet_on(village.zhao)
    assert (sheet.relation, sheet.came, made.name) == ("head", "split", "赵大山")
    assert journal.verify().faults == []


def test_what_was_reckoned_before_a_split_counts_whom_it_counted(village: Village) -> None:
    incomes.enter(
        by=OPERATOR, subject=village.zhao_home, kind="wages", item="务工", amount=1_000,
        since=dt.date(2008, 6, 1), until=dt.date(2008, 6, 30),
    )  # fmt: skip
    before = reckonings.make(by=OPERATOR, subject=village.zhao_home, on=VISITED)
    memberships.split(
        by=OPERATOR, subject=village.zhao_home, members=[village.zhao], head=village.zhao,
        on=LATER, source="派出所",
    )  # fmt: skip
    again = reckonings.make(by=OPERATOR, subject=village.zhao_home, on=VISITED)
    after = reckonings.make(
        by=OPERATOR, subject=village.zhao_home, on=LATER, since=before.since, until=before.until
    )
    assert (again.persons, after.persons) == (before.persons, before.persons - 1)


def test_two_households_become_one_and_the_other_ends(village: Village) -> None:
    everybody = living(village.zhao_home, VISITED) | living(village.qian_home, VISITED)
    homes = counted("household", LATER - DAY)
    memberships.merge(
        by=OPERATOR, subject=village.qian_home, into=village.zhao_home, on=LATER, source="派出所",
        relations={str(village.qian.fact): "relative"},
    )  # fmt: skip
    assert living(village.zhao_home, LATER) == everybody
    assert counted("household", LATER) == homes - 1
    assert size(village.zhao_home, LATER) == len(everybody)
    assert persons.sheet_on(village.qian).relation == "relative"
    assert living(village.qian_home, LATER - DAY) == {"钱二河"}
    with pytest.raises(Refused) as refused:
        households.update(by=OPERATOR, subject=village.qian_home, on=LATER, size=3)
    assert refused.value.code == "not_there_any_more"
    assert journal.verify().faults == []


def test_a_household_moves_with_all_who_live_in_it(village: Village) -> None:
    memberships.move(by=OPERATOR, subject=village.zhao_home, to=village.next_village, on=LATER)
    for one in (village.zhao_home, village.zhao, village.sun):
        rows = Subject.objects.at(Moment(LATER)).filter(fact=one.fact)
        assert rows.get().place_id == village.next_village.fact
        rows = Subject.objects.at(Moment(LATER - DAY)).filter(fact=one.fact)
        assert rows.get().place_id == village.village.fact


def test_another_head_gives_the_household_its_name(village: Village) -> None:
    memberships.change_head(
        by=OPERATOR, subject=village.zhao_home, head=village.sun, on=LATER,
        relations={str(village.zhao.fact): "spouse"},
    )  # fmt: skip
    home = Subject.objects.at(Moment(LATER)).get(fact=village.zhao_home.fact)
    assert home.name == "孙秀英"
    assert persons.sheet_on(village.sun).relation == "head"
    assert persons.sheet_on(village.zhao).relation == "spouse"
    before = Household.objects.at(Moment(LATER - DAY)).get(fact=village.zhao_home.fact)
    assert before.head_id != village.sun.fact


def test_who_died_is_counted_to_the_last_day(village: Village) -> None:
    told = {"by": OPERATOR, "subject": village.zhao, "gone": "died", "source": "派出所"}
    with pytest.raises(Refused) as refused:
        memberships.leave(on=LATER, **told)
    assert refused.value.code == "still_helped"
    coming = classes.give(
        by=OPERATOR, programme=village.programme, name="need_kind", subject=village.zhao,
        option="start_up", on=LATER + 5 * DAY, grounds="想办养鸡场",
    )  # fmt: skip
    people = counted("person", LATER)
    memberships.leave(on=LATER, ends=True, **told)
    for rows in memberships.going_on_after(village.zhao, LATER - DAY).values():
        assert not rows.exclude(ended=LATER).exists()
    assert Enrolment.objects.current().filter(subject=village.zhao.fact, ended=LATER).exists()
    assert not Class.objects.current().filter(fact=coming.fact).exists()
    assert "赵大山" in living(village.zhao_home, LATER)
    assert "赵大山" not in living(village.zhao_home, LATER + DAY)
    assert counted("person", LATER + DAY) == people - 1
    assert size(village.zhao_home, LATER + DAY) == len(living(village.zhao_home, LATER + DAY))


def test_a_household_ends_with_the_last_of_its_people_who_dies(village: Village) -> None:
    home, told = village.zhao_home, {"by": OPERATOR, "source": "派出所"}
    memberships.leave(subject=village.zhao, on=LATER, gone="away", **told)
    memberships.leave(subject=village.sun, on=LATER, gone="away", **told)
    assert Subject.objects.get(pk=home.pk).ended is None, "who left may come back"
    assert size(home, LATER) == 0
    again = {"household": home, "relation": "other", "came": "returned", **told}
    memberships.join(subject=village.sun, on=LATER + DAY, **again)
    last = LATER + 3 * DAY
    memberships.leave(subject=village.sun, on=last, gone="died", **told)
    assert Subject.objects.get(pk=home.pk).ended == last
    sheets = Household.objects.filter(superseded_at=None, fact=home.fact)
    assert max(sheet.ended for sheet in sheets) == last
    assert journal.verify().faults == []


def test_who_joins_as_the_head_is_the_head_where_there_is_none(village: Village) -> None:
    bare = households.register(
        by=OPERATOR, name="空户", place=village.village, on=LATER, source="入户"
    )
    told = {"by": OPERATOR, "source": "村委会"}
    joins = {"household": bare, "relation": "head", "came": "married", "on": LATER + DAY, **told}
    for one in (village.sun, village.qian):
        memberships.leave(subject=one, on=LATER, gone="away", **told)
    memberships.join(subject=village.sun, **joins)
    assert households.sheet_on(bare).head_id == village.sun.fact
    with pytest.raises(Refused) as refused:
        memberships.join(subject=village.qian, **joins)
    assert refused.value.code == "has_a_head"
    assert living(bare, LATER + DAY) == {"孙秀英"}


def test_who_left_comes_back(village: Village) -> None:
    told = {"by": OPERATOR, "subject": village.sun, "source": "村委会"}
    memberships.leave(on=LATER, gone="away", **told)
    assert "孙秀英" not in living(village.zhao_home, LATER)
    with pytest.raises(Refused) as refused:
        memberships.leave(on=LATER, gone="away", **told)
    assert refused.value.code == "in_no_household"
    back = LATER + 10 * DAY
    memberships.join(
        household=village.zhao_home, relation="spouse", came="returned", on=back, **told
    )
    assert "孙秀英" in living(village.zhao_home, back)
    assert "孙秀英" not in living(village.zhao_home, back - DAY)
    assert (persons.sheet_on(village.sun).came, persons.sheet_on(village.sun).gone) == (
        "returned", "",
    )  # fmt: skip


def test_what_would_leave_a_household_without_its_head_is_refused(village: Village) -> None:
    memberships.change_head(by=OPERATOR, subject=village.zhao_home, head=village.sun, on=SWEPT)
    for asked in (
        lambda: memberships.leave(
            by=OPERATOR, subject=village.sun, on=LATER, gone="away", source="村委会"
        ),
        lambda: memberships.split(
            by=OPERATOR, subject=village.zhao_home, members=[village.sun], head=village.sun,
            on=LATER, source="村委会",
        ),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            asked()
        assert refused.value.code == "head_leaves"


def test_the_head_who_leaves_says_who_is_the_head_then(village: Village) -> None:
    memberships.change_head(by=OPERATOR, subject=village.zhao_home, head=village.zhao, on=SWEPT)
    memberships.leave(
        by=OPERATOR, subject=village.zhao, on=LATER, gone="died", source="派出所", ends=True,
        head=village.sun, relations={str(village.zhao.fact): "spouse"},
    )  # fmt: skip
    sheets = Household.objects.filter(superseded_at=None, fact=village.zhao_home.fact)
    assert sheets.get(ended=None).head_id == village.sun.fact
    assert persons.sheet_on(village.sun).relation == "head"
    assert living(village.zhao_home, LATER + DAY) == {"孙秀英"}
    last = Person.objects.at(Moment(LATER)).get(fact=village.zhao.fact)
    assert (last.relation, last.gone, last.ended) == ("spouse", "died", LATER)
    assert journal.verify().faults == []
