"""A list of persons, 30 columns wide, from the file to accepted records, beside bare ways.

``python -m benchmarks.intake --rows 10000 --held 3000 --json FILE``, into the empty installation
that ``BANGFU_DATA`` and ``BANGFU_DATABASE_URL`` name; with ``--filled`` into a copy of a filled
one. Bare ways in the same run: the fastest reading of the same file (calamine), the driver's
insertion of the very rows that were written, and openpyxl with django-import-export into one bare
table, where that is installed. With ``--waits`` instead how long somebody else waits meanwhile.
"""

from __future__ import annotations

import cProfile
import importlib.util
import json
import os
import pstats
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, TypeVar

import click
import django
from stdnum.cn import ric

from benchmarks import beside

#: The columns of the list, and how each is filled: a field of the person's sheet, or of the place.
HEAD = (
    "乡镇", "行政村", "户主姓名", "姓名", "与户主关系", "身份证号码", "联系电话", "文化程度",
    "性别", "出生日期", "务工所在地", "在校生状况", "劳动技能", "务工就业类型", "务工时间(月)",
    "务工月收入", "公益性岗位", "公益岗位月数", "是否参加城乡居民医保", "是否参加职工医保",
    "是否参加大病保险", "是否参加城乡居民养老保险", "是否参加职工养老保险", "享受低保政策情况",
    "享受特困供养政策情况", "健康状况", "残疾证号", "增加原因", "减少原因", "备注",
)  # fmt: skip
T = TypeVar("T")
SEED_LISTED, SEED_HELD = 77, 2009


@click.command()
@click.option("--rows", type=int, default=10_000, help="Rows of the list.")
@click.option("--held", type=int, default=3_000, help="People on record before.")
@click.option("--filled", is_flag=True, help="Into the ledger that BANGFU_DATA names as it is.")
@click.option("--profile", is_flag=True, help="Say also where the time goes, by cProfile.")
@click.option("--waits", is_flag=True, help="Say only how long somebody else who writes waits.")
@click.option("--json", "out", type=click.Path(path_type=Path))
def main(rows: int, held: int, filled: bool, profile: bool, waits: bool, out: Path | None) -> None:
    """Make the list, judge and accept it, and time the bare ways beside."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    if filled:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
    else:
        from benchmarks import county
        from benchmarks.one import prepare

        prepare()
        county.enter(held)
    found = waited(rows) if waits else measured(rows, profile=profile)
    for name, value in found.items():
        click.echo(f"{name:>24}  {value}")
    if out is not None:
        out.write_text(json.dumps([found], ensure_ascii=False, indent=2), encoding="utf-8")


def measured(rows: int, *, profile: bool = False) -> dict[str, Any]:
    """The seconds of each step, the bare ways, and their ratios."""
    from django.db import connection

    held = _counts()["Person"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.xlsx"
        write(file, rows)
        _made_ready(Path(folder) / "short.xlsx")
        before = _counts()
        steps = _taken_in(file, profile=profile)
        written = {name: count - before[name] for name, count in _counts().items()}
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        _, reading = timed(lambda: read_bare(file))
        others = _import_export(file)
    insertion = Spent(*(_written_bare(clock) for clock in (perf_counter, process_time)))
    ours, bare = sum(steps.values(), Spent()), reading + insertion
    return {
        "database": connection.vendor, "rows": rows, "columns": len(HEAD), "held": held,
        **{f"{name}_s": round(spent.seconds, 2) for name, spent in steps.items()},
        "whole_s": round(ours.seconds, 2), "rows_a_second": round(rows / ours.seconds),
        "computed_s": round(ours.computed, 2), "bare_computed_s": round(bare.computed, 2),
        "rows_written": sum(written.values()), "bare_reading_s": round(reading.seconds, 2),
        "bare_insertion_s": round(insertion.seconds, 2), "times_bare": ours.times(bare),
        "import_export_s": round(others.seconds, 2) if others else "not installed",
        "faster_than_it": others.times(ours) if others else "not installed",
        "memory_mb": memory,
    }  # fmt: skip


def waited(rows: int) -> dict[str, Any]:
    """How long somebody waits who records a visit each half second while a list is taken in."""
    from django.db import connection

    held = _counts()["Person"]
    with tempfile.TemporaryDirectory() as folder:
        file, told = Path(folder) / "list.xlsx", Path(folder) / "waits.json"
        write(file, rows)
        with beside.writer(told):
            steps = _taken_in(file, profile=False)
        took = sorted(beside.waits(told))
    return {
        "database": connection.vendor, "rows": rows, "columns": len(HEAD), "held": held,
        **{f"{name}_s": round(spent.seconds, 2) for name, spent in steps.items()},
        "visits": len(took), "visit_median_s": round(took[len(took) // 2], 3),
        "visit_longest_s": round(took[-1], 2),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds that something took, and how many of them this process computed.

    On a busy machine the second tells more; what a database server computes is not in it.
    """

    seconds: float = 0.0
    computed: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.seconds + other.seconds, self.computed + other.computed)

    def times(self, other: Spent) -> str:
        """How many times as long as another, by either clock."""
        return f"{self.seconds / other.seconds:.2f} ({self.computed / other.computed:.2f} computed)"


def timed(job: Callable[[], T]) -> tuple[T, Spent]:
    """What something gives, and what it took."""
    began, computed = perf_counter(), process_time()
    done = job()
    return done, Spent(perf_counter() - began, process_time() - computed)


# ------------------------------------------------------------------ the list


def write(file: Path, rows: int) -> None:
    """A workbook of made-up persons who are not on record, household by household."""
    import xlsxwriter

    made = xlsxwriter.Workbook(str(file), {"constant_memory": True})
    sheet = made.add_worksheet("名单")
    sheet.write_row(0, 0, HEAD)
    for number, told in enumerate(islice(_told(), rows), 1):
        sheet.write_row(number, 0, told)
    made.close()


def _told() -> Iterator[list[Any]]:
    from bangfu.jobs import people
    from bangfu.ledger.divisions import fictional_villages
    from bangfu.ledger.vocabulary import VOCABULARY
    from benchmarks.county import VILLAGES

    lines = {line.code: line for line in fictional_villages(VILLAGES)}
    villages = [code for code, line in lines.items() if line.level == "village"]
    words = VOCABULARY["person"]
    for number, home in enumerate(people.households(SEED_LISTED, villages)):
        head = home[0]
        called = f"{head.name}{'甲乙丙丁戊己庚辛壬癸'[number % 10]}"
        for one in home:
            line = lines[one.village]
            yield [
                lines[line.parent].name if line.parent in lines else "", line.name, called,
                called if one is head else one.name,
                words["relation"].codes[one.relation].zh, _unlike_held(one.identity), one.phone,
                words["education"].codes[one.education].zh if one.education else "",
                "男" if one.sex == "1" else "女", one.birth.isoformat(),
                "外省某县", "非在校生", "普通劳动力", "外出务工", 6, 3500, "", "",
                "是", "否", "是", "是", "否", "", "", "健康", "", "", "", "",
            ]  # fmt: skip


def _unlike_held(identity: str) -> str:
    """A number that nobody on record has: the made county gives the low ones of each day."""
    body = f"{identity[:14]}{int(identity[14:17]) + 500:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def _made_ready(short: Path) -> None:
    """Read and judge a short list, so that nothing is loaded for the first time when time is taken.

    A server that runs has read its vocabulary; the bare reader has been loaded too.
    """
    from bangfu.intake.judging import judge
    from bangfu.ledger import clock
    from bangfu.ledger.actions.event import By
    from bangfu.lists.headings import catalogue
    from bangfu.tables.understand import understand

    write(short, 100)
    sheet, table = next(iter(understand(short, catalogue()).tables()))
    judge(by=By(None, "command"), sheet=sheet, table=table, on=clock.today())
    read_bare(short)


# ------------------------------------------------------------------ ours


def _taken_in(file: Path, *, profile: bool) -> dict[str, Spent]:
    """The seconds of understanding, judging and accepting a list."""
    from bangfu.intake.judging import judge
    from bangfu.ledger import clock
    from bangfu.ledger.actions import intake as actions
    from bangfu.ledger.actions.event import By
    from bangfu.lists.headings import catalogue
    from bangfu.tables.understand import understand

    by, on = By(None, "command"), clock.today()
    taken: dict[str, Spent] = {}
    looked = cProfile.Profile(process_time) if profile else nullcontext()
    with looked:
        (sheet, table), taken["understood"] = timed(
            lambda: next(iter(understand(file, catalogue()).tables()))
        )
        judged, taken["judged"] = timed(lambda: judge(by=by, sheet=sheet, table=table, on=on))
        assert judged is not None
        click.echo(f"verdicts: {judged.counts()}")
        rows, taken["good"] = timed(judged.accepted)
        # As the product does, what was read of the file is let go before what is written is made.
        judged = sheet = table = None
        _, taken["accepted"] = timed(
            lambda: actions.take_in(by=by, rows=rows, on=on, source="名单")
        )
    if isinstance(looked, cProfile.Profile):
        pstats.Stats(looked).sort_stats("tottime").print_stats(45)
    return taken


def _counts() -> dict[str, int]:
    from bangfu.ledger.models import Household, Person, Subject, SubjectKey

    models: tuple[Any, ...] = (Subject, SubjectKey, Person, Household)
    return {model.__name__: model._base_manager.count() for model in models}


# ------------------------------------------------------------------ bare ways


def read_bare(file: Path) -> int:
    """Every cell of the file by the fastest reader there is; how many rows."""
    from python_calamine import CalamineWorkbook

    return len(CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python())


def _written_bare(clock: Callable[[], float]) -> float:
    """The seconds in which the driver alone writes the rows of the last event once more."""
    from django.db import connection

    from bangfu.ledger.models import Event, Household, Person, Subject
    from benchmarks.loading import again

    key = Event.objects.latest("at").pk
    own = f"'{key if connection.vendor == 'postgresql' else key.hex}'"
    took = sum(again(model._meta.db_table, clock, where=f"event_id = {own}")[1]
               for model in (Subject, Person, Household))  # fmt: skip
    subjects = f"subject_id IN (SELECT fact FROM ledger_subject WHERE event_id = {own})"
    return took + again("ledger_subjectkey", clock, where=subjects)[1]


def _import_export(file: Path) -> Spent | None:
    """What openpyxl with django-import-export into one bare table takes; nothing without it."""
    if importlib.util.find_spec("import_export") is None:
        return None
    import openpyxl
    from django.db import connection, models
    from import_export import resources
    from tablib import Dataset

    columns = {f"c{n}": models.TextField(blank=True) for n in range(len(HEAD))}
    # Any app that is installed: the library looks it up.
    meta = type("Meta", (), {"app_label": "auth"})
    bare = type("Bare", (models.Model,), {**columns, "__module__": __name__, "Meta": meta})
    with connection.schema_editor() as editor:
        editor.create_model(bare)
    meta = type("Meta", (), {"model": bare, "use_bulk": True, "batch_size": 1000,
                             "import_id_fields": (), "fields": tuple(columns)})  # fmt: skip
    resource_of = type("BareResource", (resources.ModelResource,), {"Meta": meta})

    def take() -> None:
        rows = openpyxl.load_workbook(file, read_only=True).active.iter_rows(values_only=True)
        next(rows)
        told = Dataset(*([str(value or "") for value in row] for row in rows), headers=[*columns])
        resource_of().import_data(told, raise_errors=True)

    return timed(take)[1]


if __name__ == "__main__":
    main()
