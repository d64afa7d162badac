"""Lines that are worked out and stand in no table, handed out as a workbook for a purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bangfu.desk.download import DownloadForm
from bangfu.desk.download_making import file_name, head_of, rows_said
from bangfu.desk.entry import asking, told_taken
from bangfu.desk.page import Asked, as_file, reader
from bangfu.desk.words import in_one_line
from bangfu.ledger.actions import saved_list as saved_lists
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Programme
from bangfu.lists.claims import Sort
from bangfu.paper.list_sheet import ListSheet, stream, too_large
from bangfu.paper.pages import ColumnKind, LedgerColumn, Value
from bangfu.paper.sheet import MEDIA_TYPE
from bangfu.programmes.amount import percent

#: How a column of readings is set.
KINDS: Mapping[Sort, ColumnKind] = {"number": "number", "money": "money", "share": "text"}


@dataclass(frozen=True, slots=True)
class Lines:
    """What is handed out: the lines as their reader sees them, and what was asked.

    ``kind`` is that of the records that the lines tell of; ``narrowed`` goes into the journal, so
    nothing stands there as somebody typed it.
    ``said``: by what the lines are narrowed, in words; ``warned``: what is left out of the file.
    """

    programme: Programme
    entry: str
    title: str
    kind: str
    dates: Asked
    columns: tuple[LedgerColumn, ...]
    rows: Sequence[Sequence[Value]]
    narrowed: Mapping[str, str]
    said: Sequence[str] = ()
    warned: Sequence[str] = ()

    @property
    def question(self) -> str:
        """The question in one line, as the file says it."""
        named = f"{self.programme.title} · {self.title}"
        return in_one_line((named, *self.said, *self.warned))


def hand_out(request: HttpRequest, lines: Lines, back: str) -> HttpResponseBase:
    """Ask for what the lines are needed, write that down, and send the workbook."""
    form = DownloadForm(request)
    del form.fields["kept"]
    if form.is_bound and form.is_valid():
        answer = _sent(request, lines, form)
        if answer is not None:
            return answer
    return asking(
        request, form, title=_("Download: %(list)s") % {"list": lines.title}, back=back,
        button=_("Download as xlsx"), hint=lines.question,
        about=_("%(rows)s will be handed out") % {"rows": rows_said(len(lines.rows))},
        warned=[*lines.dates.wrong, *lines.warned],
    )  # fmt: skip


def _sent(request: HttpRequest, lines: Lines, form: DownloadForm) -> HttpResponseBase | None:
    if lines.dates.wrong:
        form.add_error(None, _("Put right first what the list did not understand; it would hand "
                               "out more than was meant."))  # fmt: skip
        return None
    if too_large(len(lines.rows), len(lines.columns)):
        form.add_error(None, _("A sheet does not hold so many rows and columns; narrow the list."))
        return None
    purpose = form.cleaned_data["purpose"].strip()
    by = By(reader(request), "desk", key=form.cleaned_data.get("key"), purpose=purpose)
    try:
        saved_lists.download(
            by=by, kind=lines.kind, asked=_days(lines.dates), columns=(), rows=len(lines.rows),
            programme=lines.programme, entry=lines.entry, lines=lines.narrowed,
        )  # fmt: skip
    except Refused as refused:
        form.refuse(refused)
        return None
    head = head_of(lines.question, lines.dates, len(lines.rows), reader(request), purpose)
    sheet = ListSheet(lines.title, head, lines.columns, len(lines.rows))
    response = StreamingHttpResponse(stream(sheet, lines.rows), content_type=MEDIA_TYPE)
    told_taken(response, form.cleaned_data.get("key"))
    return as_file(response, file_name(lines.title, lines.dates.moment.on.strftime("%Y%m%d")))


def _days(dates: Asked) -> dict[str, list[str]]:
    told = {"on": dates.on, "known": dates.known}
    return {word: [day] for word, day in told.items() if day}


def number_cell(low: Fraction | None, sort: Sort, high: Fraction | None = None) -> Value:
    """A reading in a cell: a number that can be added up where it is exact, else in words."""
    if low is None:
        return ""
    told = [_plain(one, sort) for one in (low, low if high is None else high)]
    return told[0] if told[0] == told[1] else f"{told[0]}–{told[1]}"


def _plain(value: Fraction, sort: Sort) -> Any:
    if sort == "share":
        return percent(value)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return round(exact / 100 if sort == "money" else exact, 2).normalize() + 0
