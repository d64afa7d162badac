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
