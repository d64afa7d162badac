"""What a file would give on today's records is what it gives once it is in force."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.meaning import read
from bangfu.ledger.models import Event, Place, Programme, ProgrammeVersion
from bangfu.ledger.moment import Moment
from bangfu.lists.alerts import alerts_of
from bangfu.lists.duties import owed
from bangfu.lists.figure import figure_of
from bangfu.lists.foreseen import Foreseen, foreseen, meaning_of
from bangfu.lists.targets import TargetOf
from bangfu.programmes.loader import FILE, library, library_text
from tests.village import OPERATOR, Village, fill

TEXT = """
title = "走访"
owner = "office"
area = "990001"
from = 2009-01-01
to = 2009-12-31

[organisation.office]
title = "县人民医院"

[list.homes]
title = "有人登记的户"
of = "household"

[list.seen]
title = "走访过的人"
of = "person"
where.visit = { as = "whom", mode = "home" }

[activity.home_visit]
title = "入户走访"
of = "visit"
where.mode = "home"

[pairing.link]
title = "结对"
helper = { of = "person" }
subject = { of = "homes", exactly = 1 }

[duty.monthly]
title = "每月走访"
each = "seen"
of = "home_visit"
as = "whom"
per = "month"
at_least = 1

[target.homes_in]
title = "登记满两户"
of = "homes"
at_least = 2

[target.far]
title = "登记满九户"
of = "homes"
on = 2009-06-30
at_least = 9

[alert.some]
title = "有没走访的户"
owner = "office"
of = "homes"
where.visit = { as = "whom", exactly = 0 }

[figure.visits]
title = "走访次数"
of = "home_visit"

[measure.by_word]
title = "另算的"
owner = "office"
of = "duty_lines"

[list.duty_lines]
title = "任务行"
of = "monthly"
where.verdict = "short"
"""
ON = Moment(dt.date(2009, 3, 31))


def told(found: list[Foreseen]) -> dict[str, Foreseen]:
    return {one.name: one for one in found}


def test_a_file_says_what_it_would_count_and_writes_nothing(village: Village) -> None:
    fill(village)
    events = Event.objects.count()
    file = read(TEXT, "tried")
    county = Place.objects.current().get(code="990001000000")
    before = told(list(foreseen(meaning_of(file, county), ON, seconds=60)))
    assert before["homes"].reading is not None and before["homes"].reading.low == 2
    assert before["link"].sides == (7, 2)
    assert (before["monthly"].owed, before["monthly"].met) == (1, 1)
    assert before["homes_in"].reached is not None
    assert before["homes_in"].reached.verdict == "met"
    assert before["far"].reached is not None and before["far"].reached.verdict == "open"
    assert before["by_word"].why == "unsayable"
    assert Event.objects.count() == events and not Programme.objects.filter(name="tried").exists()
    row = programmes.start(by=OPERATOR, name="tried", text=TEXT)
    for name in ("homes", "seen", "home_visit", "visits"):
        assert figure_of(row, name, ON).reading() == before[name].reading, name
    assert [figure.reading() for figure in alerts_of(row, ON)] == [before["some"].reading]
    assert len(owed(row, "monthly", ON)) == before["monthly"].owed
    assert list(TargetOf.named(row, "far", ON).reached())[0].verdict == "open"


def test_a_new_version_is_foreseen_over_what_the_programme_holds(village: Village) -> None:
    """What was taken in and paired belongs to the programme, whichever file it has."""
    last = ProgrammeVersion.objects.current().get(programme=village.programme)
    text = last.text.replace("title   =", "title =")
    meaning = meaning_of(read(text, "returnees"), village.county, village.programme)
    found = told(list(foreseen(meaning, ON, seconds=60)))
    for name in ("sweep", "returnees"):
        now = figure_of(village.programme, name, ON).reading()
        assert found[name].reading == now
    assert found["returnees"].reading is not None and found["returnees"].reading.low == 2
    alone = told(list(foreseen(meaning_of(meaning.file, village.county), ON, seconds=60)))
    assert alone["returnees"].reading is not None and alone["returnees"].reading.low == 0


def test_what_there_is_no_time_for_is_said(village: Village) -> None:
    file = read(TEXT, "tried")
    found = list(foreseen(meaning_of(file, village.county), ON, seconds=0))
    assert {one.why for one in found} == {"later"}


def test_every_file_of_the_library_is_foreseen(village: Village) -> None:
    for name in library():
        file = read(library_text(name, FILE), name)
        soon = Moment(file.from_ + dt.timedelta(days=60))
        found = list(foreseen(meaning_of(file, village.county), soon, seconds=60))
        assert found, name
        for one in found:
            silent = one.why or one.figure or one.sides or one.raised or one.owed is not None
            assert silent or one.section == "target", f"{name}: {one.name}"
