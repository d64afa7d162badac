"""What is handed out, beside bare writing of the same cells: a form filled, and a list as xlsx.

``python -m benchmarks.writing --people 10000 --json FILE``, into the empty installation that
``BANGFU_DATA`` and ``BANGFU_DATABASE_URL`` name. A form of 20 columns is filled with everybody, and
openpyxl writes the same cells into the same layout; a list of 30 columns is made as the desk makes
it, and xlsxwriter (in constant memory) writes the same cells into a plain sheet.
"""

from __future__ import annotations

import io
import json
import os
import resource
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import django

from benchmarks.intake import Spent, timed

#: A form that everybody's cells go into: what the ledger holds of a person and the household.
HEAD = (
    "序号", "乡镇", "行政村", "户主姓名", "姓名", "与户主关系", "性别", "出生日期", "身份证号码",
    "联系电话", "文化程度", "家庭人口", "户类型", "务工所在地", "务工就业类型", "务工时间(月)",
    "务工月收入", "在校生状况", "劳动技能", "村民小组",
)  # fmt: skip
#: So many fields of the person's sheet are put into the list.
COLUMNS = 30


@click.command()
@click.option("--people", "count", type=int, default=10_000, help="People on record.")
@click.option("--json", "out", type=click.Path(path_type=Path))
def main(count: int, out: Path | None) -> None:
    """Fill the form and make the list, and time the bare ways beside."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    from benchmarks import county
    from benchmarks.one import prepare

    prepare()
    entered = county.enter(count)
    found = [_form(), _list(entered.clerk)]
    for told in found:
        for name, value in told.items():
            click.echo(f"{name:>24}  {value}")
    if out is not None:
        out.write_text(json.dumps(found, ensure_ascii=False, indent=2), encoding="utf-8")


# ------------------------------------------------------------------ a form


def _form() -> dict[str, Any]:
    from bangfu.ledger import clock
    from bangfu.ledger.moment import Moment
    from bangfu.paper.forms.asked import Request
    from bangfu.paper.forms.fill import fill

    with tempfile.TemporaryDirectory() as folder:
        blank = Path(folder) / "blank.xlsx"
        _draw(blank)
        done, ours = timed(lambda: fill(blank, Request(Moment(clock.today()))))
        cells = _written(done.content)
        _, bare = timed(lambda: _into_layout(blank, cells))
    return {
        "measured": "a form filled", "rows": done.tables[0].rows, "columns": len(HEAD),
        "filled": done.filled, **_compared(ours, bare),
    }  # fmt: skip


def _draw(path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    sheet, boxed = book.add_worksheet("名单"), book.add_format({"border": 1, "align": "center"})
    sheet.merge_range(0, 0, 0, len(HEAD) - 1, "人员信息登记表")
    sheet.write_row(1, 0, HEAD, boxed)
    for row in range(2, 12):
        for column in range(len(HEAD)):
            sheet.write_blank(row, column, None, boxed)
    book.close()


def _written(content: bytes) -> list[tuple[Any, ...]]:
    import openpyxl

    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
    assert sheet is not None
    return list(sheet.iter_rows(min_row=3, values_only=True))


def _into_layout(blank: Path, rows: Sequence[Sequence[Any]]) -> None:
    """The same cells by openpyxl, each in the look of the form's first row."""
    import openpyxl

    book = openpyxl.load_workbook(blank)
    sheet = book.active
    assert sheet is not None
    looks = [cell._style for cell in sheet[3]]
    for number, row in enumerate(rows, 3):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column, value)
            cell._style = looks[column - 1]
    book.save(io.BytesIO())


# ------------------------------------------------------------------ a list


def _list(clerk: Any) -> dict[str, Any]:
    from django.http import HttpRequest, QueryDict

    from bangfu.desk.download_making import Workbook
    from bangfu.desk.listing import see, source_of_kind
    from bangfu.desk.page import asked
    from bangfu.ledger.vocabulary import VOCABULARY

    fields = [key for key in VOCABULARY["person"].fields if key != "name"][: COLUMNS - 1]
    request = HttpRequest()
    request.method, request.user = "GET", clerk
    request.GET = QueryDict("columns=" + ",".join(("name", *fields)))

    def make() -> bytes:
        dates = asked(request)
        seen = see(request, source_of_kind(request, "person", dates), dates)
        return b"".join(Workbook.of(request, seen, purpose="", kept=False).parts())

    # A server that runs has read its addresses, and what its lists are made of.
    make_ready(request)
    made, ours = timed(make)
    cells = _written(made)
    _, bare = timed(lambda: _plain_sheet(cells))
    return {
        "measured": "a list as xlsx", "rows": len(cells),
        "columns": max(map(len, cells), default=0), **_compared(ours, bare),
    }  # fmt: skip


def make_ready(request: Any) -> None:
    """Ask for one short list, so that nothing is loaded for the first time when time is taken."""
    from bangfu.desk.listing import see, source_of_kind
    from bangfu.desk.page import address_of, asked
    from bangfu.ledger import clock

    dates = asked(request)
    see(request, source_of_kind(request, "household", dates), dates)
    address_of("person", clock.new_id())


def _plain_sheet(rows: Sequence[Sequence[Any]]) -> None:
    """The same cells by the fastest bare writer, into one sheet."""
    import xlsxwriter

    with tempfile.TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(f"{folder}/list.xlsx", {"constant_memory": True})
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(number, column, value)
        book.close()


def _compared(ours: Spent, bare: Spent) -> dict[str, Any]:
    return {
        "ours_s": round(ours.seconds, 2), "bare_s": round(bare.seconds, 2),
        "times_bare": ours.times(bare),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


if __name__ == "__main__":
    main()
