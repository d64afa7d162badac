"""Sheets of questionnaires: with consent, seen by few, and where they name nobody, by nobody."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bangfu.ledger.access import opens, visible
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import round as rounds
from bangfu.ledger.actions import sample as samples
from bangfu.ledger.actions import sheet as sheets
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.keys import Keyring
from bangfu.ledger.models import (
    Activity,
    AskedSalt,
    Ballot,
    Event,
    EventRows,
    Participant,
    Round,
    Sample,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists import rounds as counted
from bangfu.programmes.loader import load
from bangfu.programmes.problems import ProgrammeErrors
from tests.lists.test_samples import FILE, OPENED, draw, opened, start
from tests.village import OPERATOR, Village, build

LATER = OPENED + dt.timedelta(days=3)
ASKED = """
[activity.opinion]
title   = "满意度问卷"
of      = "questionnaire"
where.topic = "opinion"
readers = []
items.pleased = { title = "是否满意", type = "choice", items = { yes = "满意", no = "不满意" } }
items.visits  = { title = "今年上门几次", type = "number" }

[list.pleased_sheets]
title = "满意的答卷"
of    = "opinion"
where.pleased = "yes"
"""
ANONYMOUS = (
    FILE.replace(
        'exactly = 2\nitems.order = { title = "台账", points = 20 }',
        'exactly = 4\nquestionnaire = "opinion"\n'
        'items.pleased = { title = "满意度", points = 20, of = "pleased_sheets", as = "place", '
        'out_of = { of = "opinion", as = "place" }, at_least = "90%", partial = "share" }',
    )
    + ASKED
)
NAMED = ANONYMOUS.replace("readers = []\n", "").replace(
    "items.visits  =", 'items.wish = { title = "还想要什么", type = "text" }\nitems.visits  ='
)


@pytest.fixture
def village(db: None, keyring: Keyring) -> Village:
    """The known people."""
    return build()


def asked(v: Village, text: str = ANONYMOUS, homes: int = 4) -> tuple[Round, list[Sample]]:
    """A round whose sample is drawn."""
    row, _homes = start(v, text, homes)
    held = opened(v, row)
    drawn = draw(held, inspectors=[v.outsider])
    return Round.objects.current().get(pk=held.pk), drawn


def answer(sample: Sample, on: dt.date = OPENED, agreed: bool = True, **answers: Any) -> Sample:
    """One call."""
    return samples.meet(by=OPERATOR, sample=sample, on=on, agreed=agreed, answers=answers)


def test_nothing_is_kept_of_who_does_not_agree(village: Village) -> None:
    _held, drawn = asked(village)
    with pytest.raises(Refused) as refused:
        answer(drawn[0], agreed=False, pleased="no")
    assert refused.value.code == "not_agreed"
    met = answer(drawn[0], agreed=False)
    assert met.state == "met" and not Ballot.objects.exists()


@pytest.mark.parametrize(
    ("said", "code"),
    [({"pleased": "perhaps"}, "no_such_answer"), ({"price": 3}, "no_such_question"),
     ({"visits": "three"}, "no_such_answer")],
)  # fmt: skip
def test_only_answers_to_what_is_asked_are_kept(
    village: Village, said: dict[str, Any], code: str
) -> None:
    _held, drawn = asked(village)
    with pytest.raises(Refused) as refused:
        answer(drawn[0], **said)
    assert refused.value.code == code and not Ballot.objects.exists()
    assert Sample.objects.current().get(pk=drawn[0].pk).state == "open"


def test_a_sheet_in_the_box_tells_nobody_who_filled_it(village: Village) -> None:
    _held, drawn = asked(village)
    answer(drawn[0], pleased="no", visits=2)
    ballot = Ballot.objects.get()
    assert b"pleased" not in bytes(ballot.sealed)
    assert not Activity.objects.filter(kind="questionnaire").exists()
    event = Event.objects.filter(verb="sample.meet").get()
    assert str(ballot.pk) not in str(event.fields) + str(event.outcome)
    told = b"".join(bytes(row.rows) for row in EventRows.objects.filter(event=event))
    assert ballot.pk.bytes not in told
    # A key by the time would tell which call it came from.
    assert ballot.pk.version == 4
    assert Sample.objects.current().get(pk=drawn[0].pk).sheet is None


def test_the_box_is_opened_once_when_all_are_in(village: Village) -> None:
    held, drawn = asked(village)
    for number, one in enumerate(drawn[:-1]):
        answer(one, pleased="no" if number == 0 else "yes")
    with pytest.raises(Refused) as refused:
        sheets.count_sheets(by=OPERATOR, round=held, on=LATER)
    assert refused.value.code == "box_not_full"
    answer(drawn[-1], pleased="yes")
    sheets.count_sheets(by=OPERATOR, round=held, on=LATER)
    rows = list(Activity.objects.filter(kind="questionnaire"))
    assert len(rows) == 8 and not Ballot.objects.exists()
    assert {row.date for row in rows} == {LATER}
    assert not Participant.objects.filter(activity__in=rows).exists()
    assert len({row.recorded_at for row in rows}) == 1
    held = Round.objects.current().get(pk=held.pk)
    assert held.sheets == 8
    (line,) = counted.sheet(held, Moment(dt.date(2026, 6, 30)))
    assert line.low == "7/8" and line.points == Decimal("19.44")
    with pytest.raises(Refused) as twice:
        sheets.count_sheets(by=OPERATOR, round=held, on=LATER)
    assert twice.value.code == "counted_already"
    assert verify().faults == []


def test_the_order_in_which_they_came_is_not_kept(village: Village) -> None:
    held, drawn = asked(village, homes=30)
    for number, one in enumerate(drawn):
        answer(one, visits=number)
    sheets.count_sheets(by=OPERATOR, round=held, on=LATER)
    told = (
        Activity.objects.filter(kind="questionnaire")
        .order_by("pk")
        .values_list("answers", flat=True)
    )
    came = [one["visits"] for one in told]
    assert sorted(came) == list(range(8)) and came != list(range(8))


def test_no_guess_at_a_counted_sheet_can_be_checked(village: Village) -> None:
    held, drawn = asked(village)
    for one in drawn:
        by = replace(OPERATOR, key=uuid.uuid4())
        samples.meet(by=by, sample=one, on=OPENED, agreed=True, answers={"pleased": "yes"})
    calls = Sample.objects.current().filter(round=held.fact).values("event")
    assert AskedSalt.objects.filter(event__in=calls).count() == len(drawn)
    sheets.count_sheets(by=OPERATOR, round=held, on=LATER)
    assert not AskedSalt.objects.filter(event__in=calls).exists()
    assert verify().faults == []


def test_of_fewer_than_five_sheets_none_is_read(village: Village) -> None:
    held, drawn = asked(village)
    for number, one in enumerate(drawn):
        answer(one, agreed=number < 4, **({"pleased": "no"} if number < 4 else {}))
    sheets.count_sheets(by=OPERATOR, round=held, on=LATER)
    assert (
        not Activity.objects.filter(kind="questionnaire").exists() and not Ballot.objects.exists()
    )
    held = Round.objects.current().get(pk=held.pk)
    assert held.sheets == 4
    (line,) = counted.sheet(held, Moment(dt.date(2026, 6, 30)))
    assert line.points is None


def test_a_result_waits_for_the_sheets(village: Village) -> None:
    text = ANONYMOUS.replace("to    = 2099-12-31", "to    = 2026-06-30")
    held, drawn = asked(village, text)
    for one in drawn:
        answer(one, pleased="yes")
    with pytest.raises(Refused) as refused:
        rounds.issue(by=OPERATOR, round=held, on=dt.date(2026, 7, 1), count=counted.count)
    assert refused.value.code == "not_counted"
    sheets.count_sheets(by=OPERATOR, round=held, on=LATER)
    held = Round.objects.current().get(pk=held.pk)
    issued = rounds.issue(by=OPERATOR, round=held, on=dt.date(2026, 7, 1), count=counted.count)
    assert issued.points == 20


def test_a_sheet_with_a_name_is_not_for_those_who_are_inspected(village: Village) -> None:
    held, drawn = asked(village, NAMED)
    met = answer(drawn[0], pleased="no", wish="路灯")
    assert met.sheet is not None
    sheet = Activity.objects.get(pk=met.sheet.pk)
    assert sheet.answers == {"pleased": "no", "wish": "路灯"}
    kind, rows = VOCABULARY["activity"], Activity.objects.filter(pk=sheet.pk)
    roles = (
        "inspector", "clerk", "unit_lead", "village_officer", "resident_team", "clinician",
        "village_doctor",
    )  # fmt: skip
    sees = {
        name: opens(village.account(f"u{number}", name, place=village.county), kind, rows).exists()
        for number, name in enumerate(roles)
    }
    assert [name for name, found in sees.items() if found] == ["inspector", "clerk"]
    inspector = village.accounts["u0"]
    assert visible(inspector, VOCABULARY["questionnaire"]).count() == 1
    with pytest.raises(Refused) as refused:
        activities.correct_record(by=OPERATOR, activity=sheet, answers={"pleased": "yes"})
    assert refused.value.code == "sheet_stands"
    with pytest.raises(Refused) as box:
        sheets.count_sheets(by=OPERATOR, round=held, on=LATER)
    assert box.value.code == "no_box"


def test_a_sheet_is_not_recorded_beside_a_review(village: Village) -> None:
    with pytest.raises(Refused) as refused:
        activities.record(by=OPERATOR, kind="questionnaire", on=OPENED, whom=[village.zhao])
    assert refused.value.code == "sheets_of_reviews"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('questionnaire = "opinion"', 'questionnaire = "opinoin"', "opinion"),
        ('of      = "questionnaire"', 'of      = "visit"', "不是问卷"),
        ("type = \"number\" }", "type = \"text\" }", "不记名问卷不能让人写字"),
        ("type = \"number\" }", "type = \"photo\" }", "问卷里不能用 photo 题"),
        ("exactly = 4", "lasts = \"1 year\"", "没有写抽多少"),
        ('of      = "homes"\n', "", "没有写从哪里抽"),
        ("exactly = 4", 'exactly = "many"', "没有叫“many”的参数"),
        ("exactly = 4", "exactly = 4\nat_most = 9", "不能同时写"),
        ('by      = "place"', 'by      = "plaec"', "place"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_told_with_its_cure(before: str, after: str, says: str) -> None:
    assert ANONYMOUS.count(before) == 1
    with pytest.raises(ProgrammeErrors) as wrong:
        load(ANONYMOUS.replace(before, after), name="spot", vocabulary=VOCABULARY)
    assert says in str([(p.message.zh, p.cure.zh) for p in wrong.value.problems])
