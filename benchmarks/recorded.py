"""A list of visits to people on record, from the file to accepted records, beside bare ways.

``python -m benchmarks.recorded --rows 3000 --held 3000 --json FILE``, into the empty installation
that ``BANGFU_DATA`` and ``BANGFU_DATABASE_URL`` name. Beside it the fastest reading of the same
file and the driver's insertion of the very rows that were written; and how long somebody waits who
records a visit each half second meanwhile.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import click
import django

from benchmarks import beside
from benchmarks.intake import Spent, read_bare, timed

HEAD = ("乡镇", "行政村", "姓名", "走访日期", "走访方式", "走访内容")


@click.command()
@click.option("--rows", type=int, default=3_000, help="Visits of the list.")
@click.option("--held", type=int, default=3_000, help="People on record.")
@click.option("--json", "out", type=click.Path(path_type=Path))
def main(rows: int, held: int, out: Path | None) -> None:
    """Make the list, judge and accept it beside somebody who writes, and time the bare ways."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    from benchmarks import county
    from benchmarks.one import prepare

    prepare()
    county.enter(held)
    found = measured(rows)
    for name, value in found.items():
        click.echo(f"{name:>24}  {value}")
    if out is not None:
        out.write_text(json.dumps([found], ensure_ascii=False, indent=2), encoding="utf-8")


def measured(rows: int) -> dict[str, Any]:
    """The seconds of each step, the bare ways, and how long others waited meanwhile."""
    from django.db import connection

    with tempfile.TemporaryDirectory() as folder:
        file, told = Path(folder) / "list.xlsx", Path(folder) / "waits.json"
        write(file, rows)
        with beside.writer(told):
            judged, accepted = _taken_in(file)
        took = sorted(beside.waits(told))
        _, reading = timed(lambda: read_bare(file))
    insertion = Spent(*(_written_bare(clock) for clock in (perf_counter, process_time)))
    return {
        "database": connection.vendor, "rows": rows,
        "judged_computed_s": round(judged.computed, 2),
        "accepted_s": round(accepted.seconds, 2),
        "accepted_computed_s": round(accepted.computed, 2),
        "times_bare": (judged + accepted).times(reading + insertion),
        "visits_meanwhile": len(took), "visit_median_s": round(took[len(took) // 2], 3),
        "visit_longest_s": round(took[-1], 2),
    }  # fmt: skip


def write(file: Path, rows: int) -> None:
    """A workbook of visits, several to each of those who bear a name that is one's in a village."""
    import xlsxwriter

    made = xlsxwriter.Workbook(str(file), {"constant_memory": True})
    sheet = made.add_worksheet("走访")
    sheet.write_row(0, 0, HEAD)
    for number, told in zip(range(1, rows + 1), _told(), strict=False):
        sheet.write_row(number, 0, told)
    made.close()


def _told() -> Iterator[tuple[str, ...]]:
    from django.db.models import Count

    from bangfu.ledger.models import Place, Subject
    from benchmarks.county import YEAR

    people = Subject.objects.current().filter(kind="person", ended__isnull=True)
    named = people.values_list("place", "name").annotate(many=Count("pk")).filter(many=1)
    places = {one.fact: one for one in Place.objects.current()}
    towns = {key: places[one.parent_id].name for key, one in places.items() if one.parent_id}
    for day in range(1, 29):
        for place, name, _ in named.order_by("place", "name").iterator():
            yield (
                towns[place],
                places[place].name,
                name,
                f"{YEAR}-03-{day:02d}",
                "入户走访",
                "了解务工和收入情况",
            )


def _taken_in(file: Path) -> tuple[Spent, Spent]:
    """What judging and accepting a list take."""
    from bangfu.intake.judging import judge
    from bangfu.ledger.actions import intake as actions
    from bangfu.ledger.actions.event import By
    from bangfu.lists.headings import catalogue
    from bangfu.tables.understand import understand
    from benchmarks.county import ON

    by = By(None, "command")
    sheet, table = next(iter(understand(file, catalogue()).tables()))
    found, judged = timed(lambda: judge(by=by, sheet=sheet, table=table, on=ON))
    assert found is not None
    click.echo(f"verdicts: {found.counts()}")
    rows = found.accepted()
    _, accepted = timed(lambda: actions.take_in(by=by, rows=rows, on=ON, source="走访"))
    return judged, accepted


def _written_bare(clock: Callable[[], float]) -> float:
    """The seconds in which the driver alone writes the rows of the list once more."""
    from django.db import connection

    from bangfu.ledger.models import Activity, Event, Participant
    from benchmarks.loading import again

    key = Event.objects.filter(verb="intake.accept").latest("at").pk
    own = f"'{key if connection.vendor == 'postgresql' else key.hex}'"
    return sum(again(model._meta.db_table, clock, where=f"event_id = {own}")[1]
               for model in (Activity, Participant))  # fmt: skip


if __name__ == "__main__":
    main()
