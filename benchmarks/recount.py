"""A full recount of 200 duties, targets, coverages and figures, beside SQL for the same counts.

``python -m benchmarks.recount [--people 3000] [--database sqlite|postgres|both] [--json FILE]``.
Each database is filled with a county whose pairs are visited over a year of months. Nothing that
was kept is used: every entry is counted from the rows as a page would, and by SQL that was written
for it by hand, in the same run; an answer that differs is a failure. The seconds are those that
were computed, here and by the database. ``--here`` counts in the database that the settings name,
and fills it only where it is empty.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import django

from benchmarks.__main__ import DATABASES, run
from benchmarks.one import prepare, say


@click.command()
@click.option("--people", type=click.IntRange(100), default=3000, show_default=True)
@click.option("--database", type=click.Choice([*DATABASES, "both"]), default="both")
@click.option("--here", is_flag=True, help="In the database that the settings name.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Also write a file.")
def main(people: int, database: str, here: bool, out: Path | None) -> None:
    """Count 200 entries of a programme anew, and say how long that takes beside plain SQL."""
    found: list[dict[str, Any]] = []
    if here:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
        django.setup()
        _ready()
        found.append(_counted(people))
    else:
        for sort in DATABASES if database == "both" else (database,):
            words = ["--here", "--people", str(people)]
            found += run(sort, "benchmarks.recount", words)
    if out is not None:
        out.write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")


def _ready() -> None:
    """The tables and keys of a new installation, where there are none."""
    from django.conf import settings

    if not settings.BANGFU_KEYS_FILE.exists():
        prepare()


def _counted(people: int) -> dict[str, Any]:
    """Every entry in both ways; the seconds of each sort, and of all."""
    from django.db import connection

    from bangfu.ledger import clock
    from bangfu.ledger.models import Pairing, Person, Programme, Reading
    from bangfu.ledger.moment import Moment
    from bangfu.ledger.once import one_page
    from benchmarks.county import LAST
    from benchmarks.recount_questions import questions
    from benchmarks.timing import computing

    on = min(LAST, clock.today())
    programme = _programme(people, on)
    key = str(programme.fact) if connection.vendor == "postgresql" else programme.fact.hex
    Reading.objects.all().delete()
    watch = computing()
    ours, plain, slowest = defaultdict[str, float](float), defaultdict[str, float](float), []
    with one_page():
        for asked in _at_once(questions(on, f"'{key}'")):
            began = watch()
            said = _told(asked, Programme.objects.current().get(), Moment(on))
            took, plainly = watch() - began, 0.0
            for question, told in zip(asked, said, strict=True):
                began = watch()
                with connection.cursor() as cursor:
                    cursor.execute(question.sql)
                    lines = cursor.fetchall()
                plainly += watch() - began
                right = _lines(question, lines)
                assert told == right, (question.name, _differing(told, right))
            ours[asked[0].section] += took
            plain[asked[0].section] += plainly
            slowest.append((took, plainly, f"{asked[0].section} {asked[0].name}"))
    persons, pairs = Person.objects.current().count(), Pairing.objects.current().count()
    say(f"{connection.vendor}, {persons:,} people, {pairs:,} pairings")
    for sort in ours:
        say(_row(sort, ours[sort], plain[sort]))
    all_, bare = sum(ours.values()), sum(plain.values())
    say(_row("all 200", all_, bare))
    for took, least, name in sorted(slowest, reverse=True)[:8]:
        say(_row(f"  {name}", took, least))
    return {
        "database": connection.vendor,
        "people": persons,
        "pairings": pairs,
        "seconds": all_,
        "bare_seconds": bare,
        "ratio": all_ / bare,
        "by sort": {sort: [ours[sort], plain[sort]] for sort in ours},
    }


def _row(name: str, took: float, bare: float) -> str:
    return f"{name:36} {took:8.2f} s, plain SQL {bare:8.2f} s, {took / max(bare, 1e-6):6.2f} times"


# ------------------------------------------------------------------ the county


def _programme(people: int, on: dt.date) -> Any:
    """The county's programme with the 200 entries in its file; filled where it is empty."""
    from bangfu.ledger.actions import bulk
    from bangfu.ledger.actions import programme as programmes
    from bangfu.ledger.models import Programme, ProgrammeVersion
    from benchmarks import county
    from benchmarks.recount_questions import FROM, LISTS, questions

    if not Programme.objects.current().exists():
        county.enter(people, told=say)
    programme = Programme.objects.current().get()
    there = ProgrammeVersion.objects.current().filter(programme=programme)
    if there.count() == 1:
        bulk.deeds(by=county.BY, deeds=_deeds(programme, on), programme=programme)
        text = there.get().text
        for was in (f"to      = {county.YEAR}-03-10\n", 'after   = "one_to_one"\n'):
            assert was in text, was
            text = text.replace(was, "")
        text += LISTS + "".join(one.text for one in questions(on, "") if one.section != "coverage")
        programmes.replace(
            by=county.BY, programme=programme, text=text, on=FROM + dt.timedelta(days=1),
            note="benchmark",
        )  # fmt: skip
    return programme


def _deeds(programme: Any, on: dt.date) -> Iterator[Any]:
    """Every pair is visited in a third of the months and talks in a quarter of them."""
    from bangfu.ledger.actions.bulk import Deed
    from bangfu.ledger.models import Pairing
    from benchmarks.county import YEAR

    rows = Pairing.objects.current().filter(programme=programme).order_by("pk")
    for number, (helper, subject, place) in enumerate(
        rows.values_list("helper", "subject", "subject__place")
    ):
        for month in range(3, 13):
            day = dt.date(YEAR, month, 1 + (number + month) % 28)
            if day > on:
                break
            if (number + month) % 3 == 0:
                told = {"topic": "condolence", "people": 2}
                yield Deed("visit", day, place, [helper], [subject], told)
            if (number + month) % 4 == 0:
                yield Deed("talk", day, place, [helper], [subject])


# ------------------------------------------------------------------ answers


def _at_once(asked: Iterable[Any]) -> Iterator[list[Any]]:
    """The entries one by one, and figures all together, as a programme's page asks for them."""
    figures = []
    for question in asked:
        if question.section == "figure":
            figures.append(question)
        else:
            yield [question]
    yield figures


def _told(asked: list[Any], programme: Any, moment: Any) -> list[Any]:
    """What the product counts for some entries, with nothing kept."""
    from bangfu.lists.figure import figure_of
    from bangfu.lists.readings import readings

    if asked[0].section != "figure":
        return [_told_of(asked[0], programme, moment)]
    figures = [figure_of(programme, question.name, moment) for question in asked]
    return [_plain([(_low(reading),)]) for reading, _ in readings(figures)]


def _told_of(question: Any, programme: Any, moment: Any) -> Any:
    """What the product counts for a duty, a target or a side of a coverage."""
    from bangfu.lists.coverage import summed
    from bangfu.lists.duty_board import summary
    from bangfu.lists.targets import reached

    if question.section == "duty":
        board = summary(programme, question.name, moment)
        return _plain(
            (line.key, board.turns.index(turn), tally.owed, tally.met)
            for line in board.lines
            for turn, tally in line.tallies.items()
            if turn is not None and tally.owed
        )
    if question.section == "target":
        told = reached(programme, question.name, moment)
        ends = sorted({one.ended for one in told})
        return _plain(
            (ends.index(one.ended), *((one.key,) if one.key else ()), _low(one.reading))
            for one in told
        )
    sums = summed(programme, "one_to_one", question.name, moment)
    return _plain([(sums.total, sums.short, sums.gapped)])


def _low(reading: Any) -> Any:
    return None if reading is None else reading.low


def _lines(question: Any, lines: list[tuple[Any, ...]]) -> Any:
    """What plain SQL says, in the same form; turns that nobody owes are left out."""
    if question.section == "duty":
        lines = [line for line in lines if line[2]]
    return _plain(lines)


def _plain(lines: Any) -> list[tuple[str, ...]]:
    return sorted(tuple(_text(value) for value in line) for line in lines)


def _text(value: Any) -> str:
    """One value in the same words, however a database or the product gives it."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, str):
        return value
    return "-" if value is None else f"{float(value):.6f}"


def _differing(told: Any, right: Any) -> Any:
    """The first lines that only the product, and those that only plain SQL says."""
    mine, theirs = Counter(told), Counter(right)
    return list(mine - theirs)[:5], list(theirs - mine)[:5]


if __name__ == "__main__":
    main()
