"""Errors whose cure names fields and records of the real vocabulary: the cure itself is right."""

from __future__ import annotations

import pytest

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.loader import load
from bangfu.programmes.problems import ProgrammeErrors

FILE = """\
title = "示例"
owner = "office"
area  = "990001"
from  = 2020-01-01
to    = 2020-12-31

[organisation.office]
title = "办公室"

[list.units]
of = "organisation"
where.kind = "bureau"

[measure.repairs]
owner   = "office"
exactly = 3
"""


def cures(added: str) -> list[str]:
    """The cures of a file with something added, one by one."""
    with pytest.raises(ProgrammeErrors) as caught:
        load(FILE + added, name="wrong", vocabulary=VOCABULARY)
    return [one.cure.en for one in caught.value.problems]


@pytest.mark.parametrize(("each", "of"), [("need", "document"), ("units", "document")])
def test_what_is_not_tied_at_all_is_said_to_be_unsayable(each: str, of: str) -> None:
    (cure,) = cures(f'[duty.d]\neach = "{each}"\nof = "{of}"\nat_least = 1\n')
    assert "cannot be said" in cure
    assert "as =" not in cure


def test_a_measure_is_pointed_at_by_its_name_and_the_cure_loads() -> None:
    wrong = '[list.x]\nof = "report"\nwhere.measure = %s\n'
    (cure,) = cures(wrong % '"repairs"')
    assert 'measure = { name = "repairs" }' in cure
    load(FILE + wrong % '{ name = "repairs" }', name="right", vocabulary=VOCABULARY)


def test_what_is_about_the_same_person_is_led_to_by_that_person() -> None:
    added = '[duty.d]\neach = "need"\nof = "visit"\nwithin = "3 days"\nat_least = 1\n'
    (cure,) = cures(added)
    assert 'as = "whom.need"' in cure
    load(FILE + added + 'as = "whom.need"\n', name="right", vocabulary=VOCABULARY)


def test_a_way_leads_over_kinds_and_not_over_lists() -> None:
    (cure,) = cures(
        '[list.urgent]\nof = "need"\n\n'
        '[duty.d]\neach = "urgent"\nof = "visit"\nas = "whom.urgent"\nat_least = 1\n'
    )
    assert 'as = "whom.need"' in cure


def test_from_whom_it_is_about_a_way_leads_back_to_records_by_their_kind() -> None:
    added = '[duty.d]\neach = "visit"\nof = "report"\nas = "%s"\nwithin = "3 days"\nat_least = 1\n'
    (cure,) = cures(added % "whom.whom")
    assert "back to its records by their kind" in cure and "activity" in cure
    load(FILE + added % "whom.activity", name="right", vocabulary=VOCABULARY)


def test_on_a_list_of_people_nothing_stands_between() -> None:
    (cure,) = cures('[list.x]\nof = "household"\nwhere.subject.kind = "poor"\n')
    assert "leave out “subject.”" in cure


def test_a_word_may_be_that_of_any_of_those_whom_a_record_is_about() -> None:
    added = '[code.water]\nof = "site.kind"\nitems = { pond = "水塘" }\n[list.x]\nof = "need"\n'
    load(FILE + added + 'where.subject.kind = "pond"\n', name="right", vocabulary=VOCABULARY)
    (cure,) = cures(added + 'where.subject.kind = "puddle"\n')
    assert cure


def test_bodies_and_questions_are_told_what_is_in_the_way() -> None:
    (cure,) = cures('[organisation.towns]\ntitle = "乡镇"\nwhere.kind = "bureau"\n')
    assert cure == 'Add of = "organisation"'
    with pytest.raises(ProgrammeErrors) as caught:
        load(
            FILE + '[activity.x]\nof = "visit"\nitems.units = { title = "单位", type = "text" }\n',
            name="wrong",
            vocabulary=VOCABULARY,
        )
    assert "[list] on line 10" in caught.value.problems[0].message.en


def test_what_is_paid_to_whom_a_visit_was_made_is_led_to_by_them() -> None:
    added = '[duty.d]\neach = "visit"\nof = "payout"\nwithin = "20 working days"\nat_least = 1\n'
    (cure,) = cures(added)
    assert 'as = "subject.activity"' in cure
    load(FILE + added + 'as = "subject.activity"\n', name="right", vocabulary=VOCABULARY)


TURNS = """
[duty.tables]
each     = "units"
of       = "report"
per      = "month"
at_least = 1

[list.late]
of = "%s"
where%s = %s
"""


@pytest.mark.parametrize(
    ("of", "way", "told", "cure"),
    [
        ("units", "", '"short"', 'tables = { verdict = "short", at_least = 2 }'),
        ("units", "", '{ verdict = "missed" }', "short"),
        ("units", "", "{ name = 1 }", "verdict, due"),
        ("units", "", '{ as = "organisation" }', 'as = "each.post.organisation"'),
        ("units", "", '{ at_least = "80%%" }', "Write a number"),
        ("units", "", '{ sum = "due", at_least = 1 }', "days_late"),
        ("need", "", "true", "Use another list"),
        ("visit", ".organisation", "{ tables = true }", "a list of those who owe it"),
    ],
)
def test_what_is_asked_of_turns_of_a_duty_is_checked(
    of: str, way: str, told: str, cure: str
) -> None:
    line = f"{{ tables = {told} }}" if not way else told
    (found,) = cures(TURNS % (of, way, line.replace("%%", "%")))
    assert cure in found


@pytest.mark.parametrize("told", ['{ verdict = "short", at_least = 2 }', "false", "{ below = 2 }"])
def test_turns_of_a_duty_are_asked_for(told: str) -> None:
    load(FILE + TURNS % ("units", ".tables", told), name="right", vocabulary=VOCABULARY)


def test_a_kind_of_record_in_a_way_is_corrected_for_a_slip() -> None:
    added = (
        '[list.settled]\nof = "enrolment"\n'
        '[duty.d]\neach = "settled"\nof = "visit"\nas = "%s"\n'
        'window = ["ended", "3 months after ended"]\nat_least = 1\n'
    )
    (cure,) = cures(added % "whom.enrolments")
    assert cure == "Did you mean enrolment?"
    load(FILE + added % "whom.enrolment", name="right", vocabulary=VOCABULARY)


def test_what_lies_beyond_a_record_is_added_up_by_an_alert() -> None:
    added = (
        '[list.keepers]\nof = "person"\n[list.lands]\nof = "site"\n'
        '[pairing.keeps]\nhelper = { of = "keepers" }\nsubject = { of = "lands" }\n'
    )
    wrong = (
        '[list.l]\nof = "keepers"\nwhere.keeps = { as = "helper", sum = "subject.area", above = 9 }'
    )
    (cure,) = cures(added + wrong)
    assert 'of = "pairing"' in cure and 'sum = "subject.area"' in cure
    right = '[alert.a]\nowner = "office"\neach = "keepers"\nof = "keeps"\nas = "helper"\n'
    right += 'sum = "subject.area"\nat_least = 9\n'
    load(FILE + added + right, name="right", vocabulary=VOCABULARY)


def test_the_very_day_of_a_record_is_a_window() -> None:
    added = '[duty.d]\neach = "need"\nof = "visit"\nas = "whom.need"\nat_least = 1\nwindow = %s\n'
    load(FILE + added % '["closed", "closed"]', name="right", vocabulary=VOCABULARY)
    (cure,) = cures(added % '["10 days before start", "start"]')[:1]
    assert "a duty for each phase" in cure
    (cure,) = cures(added % '["closed", "1 month after closed"]\nper = "month"')
    assert "write a duty for each" in cure


def test_no_duty_is_a_period_of_its_own() -> None:
    (cure,) = cures('[duty.days]\neach = "units"\nof = "visit"\nper = "dayz"\nat_least = 1\n')
    assert cure.startswith("Did you mean day?")


def test_a_duty_with_a_window_has_no_other_window_beside_it() -> None:
    added = '[duty.d]\neach = "units"\nof = "visit"\nas = "organisation"\nat_least = 1\n%s'
    also = 'also = [ { window = ["10-16", "10-31"], at_least = 1 } ]\n'
    (cure,) = cures(added % ('window = ["start", "04-30"]\n' + also))
    assert "a duty of its own for each window" in cure
    load(FILE + added % also, name="right", vocabulary=VOCABULARY)


def test_a_slip_in_how_many_are_tied_is_answered_with_the_word() -> None:
    added = '[list.x]\nof = "household"\nwhere.visit = { as = "whom", exactlxy = 0 }\n'
    assert cures(added) == ["Did you mean exactly?"]


def test_a_table_that_is_gone_on_with_may_be_meant_once_more() -> None:
    added = '[list.x]\nof = "household"\nwhere.kind = "poor"\nwxhere.size.at_least = 3\n'
    assert cures(added) == ["Did you mean where?"]
