"""A list as a workbook: for a purpose that is written down, with what the reader may open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from bangfu.desk.entry import EntryForm, asking, told_taken
from bangfu.desk.errors import says_who_may
from bangfu.desk.listing import (
    Seen,
    kinds_seen,
    see,
    source_of_entry,
    source_of_kind,
)
from bangfu.desk.page import as_file, asked, language, reader, said
from bangfu.desk.table import Column, Row, choose, table
from bangfu.desk.words import in_one_line, in_words, question_of, shown_as
from bangfu.intake.sent_back import EDITED
from bangfu.ledger import clock
from bangfu.ledger.access import may
from bangfu.ledger.actions import saved_list as saved_lists
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.once import one_page
from bangfu.ledger.row_marks import mark_of
from bangfu.lists.pages import of_keys
from bangfu.paper.layout import em_width
from bangfu.paper.list_sheet import ListSheet, stream, too_large
from bangfu.paper.pages import ColumnKind, LedgerColumn, Value
from bangfu.paper.sheet import MEDIA_TYPE
from bangfu.programmes.kinds import Field, Kind
from bangfu.tables.own_workbook import ROW, Kept

_AT_ONCE = 1_000
_KINDS: dict[str, ColumnKind] = {"number": "number", "money": "money", "day": "date"}
_WIDTHS = {"number": 10, "money": 14, "day": 12, "flag": 8}
#: Two keys of a row: that of its fact, and its own.
_PAIR = 32


class DownloadForm(EntryForm):
    """For what the list is needed, and whether it is to be edited and sent back."""

    kept = forms.BooleanField(
        required=False,
        label=gettext_lazy("To be edited and sent back: only what you change is taken in again"),
    )

    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        min_length=2,
        max_length=200,
        help_text=gettext_lazy(
            "Say it without names. Who, when, for what, which question and how many rows are kept."
        ),
    )


@require_http_methods(["GET", "POST"])
@says_who_may
def of_kind(request: HttpRequest, kind: str) -> HttpResponseBase:
    """All records of a kind, as the address narrows them."""
    dates = asked(request)
    return _download(request, see(request, source_of_kind(request, kind, dates), dates))


@require_http_methods(["GET", "POST"])
@says_who_may
def of_entry(request: HttpRequest, name: str, entry: str) -> HttpResponseBase:
    """What a programme's list, or a figure, holds."""
    dates = asked(request)
    try:
        source = source_of_entry(request, name, entry, dates)
        if source.closed or source.kind.name not in kinds_seen(request):
            raise Http404
        seen = see(request, source, dates)
    except Unsayable as cannot:
        raise Http404 from cannot
    return _download(request, seen)


def _download(request: HttpRequest, seen: Seen) -> HttpResponseBase:
    form, source = DownloadForm(request), seen.source
    fields = choose(source.kind, request.GET)
    if not _may_come_back(request, seen):
        del form.fields["kept"]
    back = f"{source.address}?{request.GET.urlencode()}"
    if form.is_bound and form.is_valid():
        answer = _answered(request, seen, form, fields)
        if answer is not None:
            return answer
    wrong = [*seen.filters.wrong, *seen.dates.wrong]
    return asking(
        request, form, title=_("Download: %(list)s") % {"list": source.title}, back=back,
        button=_("Download as xlsx"),
        about=_("%(rows)s will be handed out") % {"rows": _rows_said(seen.total)},
        hint=_what(seen, fields), warned=wrong,
    )  # fmt: skip


def _answered(
    request: HttpRequest, seen: Seen, form: DownloadForm, fields: Sequence[Field]
) -> HttpResponseBase | None:
    """The workbook; None where something stands against it, which the form says."""
    held, source = _held(seen), seen.source
    if form.cleaned_data.get("kept"):
        fields = with_name(source.kind, fields)
    count, purpose = len(held) // _PAIR, form.cleaned_data["purpose"].strip()
    if seen.filters.wrong or seen.dates.wrong:
        form.add_error(None, _("Put right first what the list did not understand; it would hand "
                               "out more than was meant."))  # fmt: skip
        return None
    if too_large(count, len(fields) + 1):
        form.add_error(None, _("A sheet does not hold so many rows and columns; narrow the list."))
        return None
    try:
        saved_lists.download(
            by=By(reader(request), "desk", purpose=purpose),
            kind=source.kind.name,
            asked=question_of(source.kind, request.GET, reader(request)),
            columns=[field.key for field in fields],
            rows=count,
            programme=source.programme,
            entry=source.entry,
        )
    except Refused as refused:
        form.refuse(refused)
        return None
    return _handed_out(request, seen, form, fields, held)


def _handed_out(
    request: HttpRequest, seen: Seen, form: DownloadForm, fields: Sequence[Field], held: bytes
) -> StreamingHttpResponse:
    """The file, made while it is sent."""
    kept = bool(form.cleaned_data.get("kept"))
    columns = table(seen.source.listing, seen.rows.none(), fields).columns
    told = [_column(column, seen.source.kind.fields.get(column.key)) for column in columns]
    told += [LedgerColumn(_("Mark of the row"), "text", width=8)] if kept else []
    purpose, counted = form.cleaned_data["purpose"].strip(), _rows_said(len(held) // _PAIR)
    sheet = ListSheet(
        seen.source.title,
        (
            _what(seen, fields),
            _dates_said(seen),
            _("Counted at %(at)s · %(rows)s") % {"at": _now(), "rows": counted},
            _("Downloaded by %(who)s for: %(purpose)s")
            % {"who": str(reader(request)), "purpose": purpose},
        ),
        tuple(told),
        len(held) // _PAIR,
        _kept(seen.source.kind, [column.key for column in columns]) if kept else None,
    )
    # Words of a code book are read back in Chinese, as on paper.
    tongue = "zh-hans" if kept else translation.get_language() or language()
    rows = _rows(seen, fields, held, tongue, marked=kept)
    response = StreamingHttpResponse(stream(sheet, rows), content_type=MEDIA_TYPE)
    told_taken(response, form.cleaned_data.get("key"))
    return as_file(response, f"{seen.source.title}{seen.dates.moment.on:%Y%m%d}.xlsx")


# ------------------------------------------------------------------ the head, in words


def _what(seen: Seen, fields: Sequence[Field]) -> str:
    """The question of the list in words, with what is shown of each row."""
    source = seen.source
    parts = [source.programme.title if source.programme else "", source.title]
    told = [" · ".join(part for part in parts if part)]
    if seen.filters.chips:
        told.append(_("filters: %(filters)s") % {"filters": in_words(seen.filters)})
    columns = shown_as(source.kind, [field.key for field in fields])
    told.append(_("columns: %(columns)s") % {"columns": columns})
    return in_one_line(told)


def _dates_said(seen: Seen) -> str:
    on, known = seen.dates.moment.on.isoformat(), seen.dates.known
    if known:
        return _("What was so on %(on)s, as known at the end of %(known)s") % {
            "on": on, "known": known
        }  # fmt: skip
    return _("What was so on %(on)s, as known now") % {"on": on}


def _now() -> str:
    return clock.now().astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M")


def _rows_said(count: int) -> str:
    return ngettext("%(count)d row", "%(count)d rows", count) % {"count": count}


def _column(column: Column, field: Field | None) -> LedgerColumn:
    sort = field.type if field else ""
    return LedgerColumn(column.label, _KINDS.get(sort, "text"), width=_width(field))


def _width(field: Field | None) -> int:
    """How wide a column is, in half-width characters."""
    if field is None or (field.type not in _WIDTHS and not field.codes):
        return 22 if field and field.sensitivity == "sealed" else 18
    if field.codes:
        longest = max(em_width(said(label)) for label in field.codes.values())
        return min(24, max(8, round(longest * 2) + 2))
    return _WIDTHS[field.type]


# ------------------------------------------------------------------ to be sent back


def _may_come_back(request: HttpRequest, seen: Seen) -> bool:
    """Whether a list is one of present persons or households that the reader may take in."""
    kind = seen.source.kind.name
    return kind in EDITED and seen.dates.present and may(reader(request), "intake.stage")


def with_name(kind: Kind, fields: Sequence[Field]) -> list[Field]:
    """The columns with the name first: by it a row is seen to be the record that it was."""
    return [kind["name"], *(one for one in fields if one.key != "name")]


def _kept(kind: Kind, keys: Sequence[str]) -> Kept:
    """What the workbook knows of itself: its columns, which are free, the words of code books."""
    free = {place for place, key in enumerate(keys, 1) if key in EDITED[kind.name]}
    choices = {
        place: [label.zh for label in kind[key].codes.values()]
        for place, key in enumerate(keys, 1)
        if place in free and kind[key].codes
    }
    return Kept("list", kind.name, (*keys, ROW), frozenset(free), choices)


# ------------------------------------------------------------------ the rows


def _held(seen: Seen) -> bytes:
    """The keys of all rows in their order, 32 bytes a row: what is handed out is settled now."""
    keys = seen.rows.values_list("fact", "pk").iterator(chunk_size=5_000)
    return b"".join(fact.bytes + pk.bytes for fact, pk in keys)


def _rows(
    seen: Seen, fields: Sequence[Field], held: bytes, tongue: str, *, marked: bool
) -> Iterator[list[Value]]:
    """The rows in words, so many read at once; ``marked``: with what says which record each is."""
    step = _PAIR * _AT_ONCE
    for first in range(0, len(held), step):
        with translation.override(tongue), one_page():
            some = list(_read(seen, fields, held[first : first + step], marked=marked))
        yield from some


def _read(
    seen: Seen, fields: Sequence[Field], held: bytes, *, marked: bool
) -> Iterator[list[Value]]:
    keys = [UUID(bytes=held[at : at + 16]) for at in range(0, len(held), 16)]
    found = table(seen.source.listing, of_keys(seen.rows, keys[1::2]), fields).only(keys[::2])
    for row in found.rows:
        yield [*_values(row, fields), *([mark_of(row.fact)] if marked else [])]


def _values(row: Row, fields: Sequence[Field]) -> list[Value]:
    told: list[Value] = [cell.text for cell in row.cells]
    for place, field in enumerate(fields):
        raw: Any = row.cells[place].raw
        if raw is None or field.type not in _KINDS:
            continue
        exact = raw if field.type == "day" else Decimal(raw)
        told[place] = exact / 100 if field.type == "money" else exact
    return told
