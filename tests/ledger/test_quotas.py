"""How many an enrolment takes in: in all, of some, of each place and unit, from one day on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import post as posts
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Enrolment, Programme, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.quotas import lines_of
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.loader import load
from bangfu.programmes.problems import ProgrammeErrors
from bangfu.programmes.readback import entry_readback
from tests.village import OPERATOR, Village

TEXT = """
title = "名额"
area  = "990001"
from  = 2009-01-01
to    = 2010-12-31

[paper.rules]
title = "办法"

[list.villages]
title = "村"
of    = "place"
where.level = "village"

[list.units]
title = "单位"
of    = "organisation"

[value.shares]
title = "各村名额"
by    = "place"
items = [
  { from = 2009-01-01, is = { 990001101201 = 2, 990001101202 = 0 }, paper = "rules" },
  { from = 2009-07-01, is = { 990001101201 = 2, 990001101202 = 1 }, paper = "rules" },
]

[enrol.course]
title   = "培训班"
of      = "person"
at_most = 3
also    = [
  { title = "大专以上的", where.education.at_least = "college", at_most = 1 },
  { each = "villages", at_most = "shares" },
  { each = "units", at_most = 1 },
]
"""
APRIL, MAY, JULY = (dt.date(2009, month, 1) for month in (4, 5, 7))


@pytest.fixture
def programme(village: Village, db: None) -> Programme:
    return programmes.start(by=OPERATOR, name="course", text=TEXT)


def take(programme: Programme, *who: Subject, on: dt.date = APRIL) -> list[Enrolment]:
    return enrolments.take_in_several(
        by=OPERATOR, programme=programme, name="course", subjects=who, on=on
    )


def rooms(programme: Programme, on: dt.date) -> dict[tuple[str, str], tuple[int, Any, Any]]:
    meaning = Meaning.of(programme, Moment(on))
    names = dict(Subject.objects.values_list("fact", "name"))
    return {
        (room.title, "" if room.key is None else names.get(room.key, str(room.key))): (
            room.taken, room.most, room.left,
        )
        for line in lines_of(meaning, "course", on)
        for room in line.rooms()
    }  # fmt: skip


def test_nobody_is_taken_in_beyond_the_whole(village: Village, programme: Programme) -> None:
    v = village
    take(programme, v.zhao, v.sun, v.li)
    with pytest.raises(Refused, match="3 of 3 places") as refused:
        take(programme, v.outsider)
    assert refused.value.code == "no_room"
    assert Enrolment.objects.current().filter(name="course").count() == 3
    assert rooms(programme, APRIL)["", ""] == (3, 3, 0)


def test_of_several_who_do_not_all_fit_none_is_taken_in(
    village: Village, programme: Programme
) -> None:
    v = village
    with pytest.raises(Refused, match="places are taken"):
        take(programme, v.zhao, v.sun, v.li, v.outsider)
    assert not Enrolment.objects.current().filter(name="course").exists()


def test_a_quota_of_a_place_goes_by_its_own_number_of_the_day(
    village: Village, programme: Programme
) -> None:
    v = village
    with pytest.raises(Refused, match="of 后岫村, 0 of 0 places"):
        take(programme, v.qian)
    [taken] = take(programme, v.qian, on=JULY)
    assert rooms(programme, JULY)["", str(v.next_village.fact)] == (1, 1, 0)
    assert rooms(programme, JULY)["", str(v.village.fact)] == (0, 2, 2)
    assert taken.began == JULY


@pytest.mark.parametrize("planned", [False, True])
def test_those_who_come_later_and_those_who_left_are_counted_by_their_days(
    village: Village, programme: Programme, planned: bool
) -> None:
    v = village
    [first] = take(programme, v.li)
    with pytest.raises(Refused, match="of 县人民医院, 1 of 1 places"):
        posted = enrolments.take_in
        other = _colleague(v)
        posted(by=OPERATOR, programme=programme, name="course", subject=other, on=MAY)
    enrolments.leave(by=OPERATOR, enrolment=first, on=dt.date(2009, 4, 30), reason="moved")
    take(programme, _colleague(v), on=MAY)
    if planned:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what the planner then knows must not change a count
    with pytest.raises(Refused, match="of 县人民医院, 1 of 1 places"):
        take(programme, _colleague(v), on=dt.date(2009, 4, 15))


def _colleague(v: Village) -> Subject:
    number = Subject.objects.current().filter(kind="person").count()
    one = persons.register(
        by=OPERATOR, name=f"同事{number}", place=v.far_village, on=dt.date(2009, 1, 1),
        source="名册",
    )  # fmt: skip
    posts.appoint(
        by=OPERATOR, person=one, organisation=v.hospital, on=dt.date(2009, 1, 1), title="医生"
    )
    return one


def test_a_quota_of_some_counts_those_surely_such(village: Village, programme: Programme) -> None:
    v = village
    take(programme, v.sun, _schooled(v, "郑新"))
    assert rooms(programme, APRIL)["大专以上的", ""] == (1, 1, 0)
    with pytest.raises(Refused, match="of 大专以上的, 1 of 1 places"):
        take(programme, _schooled(v, "郑远"))


def _schooled(v: Village, name: str) -> Subject:
    return persons.register(
        by=OPERATOR, name=name, place=v.far_village, on=dt.date(2009, 1, 1), source="名册",
        education="college",
    )  # fmt: skip


WRONG = {
    "no number": ('{ each = "villages" }', "", "at_most"),
    "of nobody": ("{ at_most = 3 }", "", "where"),
    "for each person": ('{ each = "person", at_most = 3 }', ".each", "where"),
    "a share": ('{ each = "villages", at_most = "5%" }', ".at_most", "out_of"),
    "a number for each case": (
        '{ where.education = "college", at_most = "shares" }', ".at_most", "each",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_a_quota_cannot_say_is_told_with_its_cure(name: str) -> None:
    said, key, cure = WRONG[name]
    text = f'{TEXT}\n[enrol.wrong]\nof = "person"\nalso = [\n  {said},\n]\n'
    with pytest.raises(ProgrammeErrors) as caught:
        load(text, name="wrong", vocabulary=VOCABULARY)
    (problem,) = caught.value.problems
    assert problem.key == f"enrol.wrong.also[1]{key}"
    assert cure in problem.cure.en


def test_quotas_are_read_back() -> None:
    file = load(TEXT, name="course", vocabulary=VOCABULARY)
    said = "".join(one.zh for one in entry_readback(file, "enrol", "course").sentences)
    assert "名额不超过3名" in said
    assert "其中每个“村”：名额不超过“各村名额”名" in said
    assert "大专以上的" in said
