"""A list as a workbook: its head in words, its columns, its rows; at once or in the background."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangfu.desk.listing import Seen, see, source_of_entry, source_of_kind
from bangfu.desk.page import Asked, asked, language, reader, said
from bangfu.desk.table import Column, Row, choose, table
from bangfu.desk.words import in_one_line, in_words, shown_as
from bangfu.intake.sent_back import EDITED, NAMED
from bangfu.keeping.trouble import Trouble
from bangfu.ledger import clock, staging
from bangfu.ledger.actions import download as downloads
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.models import Download, User
from bangfu.ledger.once import one_page
from bangfu.ledger.row_marks import mark_of
from bangfu.lists.pages import of_keys
from bangfu.paper.layout import em_width
from bangfu.paper.list_sheet import ListSheet, stream, too_large
from bangfu.paper.pages import ColumnKind, LedgerColumn, Value
from bangfu.programmes.kinds import Field, Kind
from bangfu.tables.own_workbook import ROW, Kept

_AT_ONCE = 1_000
_KINDS: dict[str, ColumnKind] = {"number": "number", "money": "money", "day": "date"}
_WIDTHS = {"number": 10, "money": 14, "day": 12, "flag": 8}
#: Whatever in an address may name a field: a column, a filter, an order.
_WORD = re.compile("[a-z][a-z0-9_]*")
#: Two keys of a row: that of its fact, and its own.
_PAIR = 32


@dataclass(frozen=True, slots=True)
class Workbook:
    """What is handed out: a list as its reader sees it, for what, and whether it comes back."""

    seen: Seen
    fields: tuple[Field, ...]
    held: bytes
    purpose: str
    kept: bool
    who: User

    @classmethod
    def of(cls, request: HttpRequest, seen: Seen, *, purpose: str, kept: bool) -> Workbook:
        """The workbook of a list; its rows are settled now."""
        fields = choose(seen.source.kind, request.GET)
        if kept:
            fields = with_name(seen.source.kind, fields)
        return cls(seen, tuple(fields), held_keys(seen), purpose, kept, reader(request))

    @property
    def count(self) -> int:
        """How many rows it has."""
        return len(self.held) // _PAIR

    @property
    def own_keys(self) -> bytes:
        """The keys of the rows themselves, without those of their facts."""
        found = bytearray()
        for at in range(0, len(self.held), _PAIR):
            found += self.held[at + _PAIR // 2 : at + _PAIR]
        return bytes(found)

    @property
    def too_large(self) -> bool:
        """Whether no sheet holds it."""
        return too_large(self.count, len(self.fields) + 1)

    @property
    def name(self) -> str:
        """What the file is called."""
        return file_name(self.seen.source.title, self.seen.dates.moment.on.strftime("%Y%m%d"))

    def parts(self, told: Callable[[int], None] = lambda count: None) -> Iterator[bytes]:
        """The file, made while it is taken; ``told`` hears how many more rows were read."""
        # Words of a code book are read back in Chinese, as on paper.
        tongue = "zh-hans" if self.kept else translation.get_language() or language()
        return stream(self._sheet(), _rows(self, tongue, told))

    def _sheet(self) -> ListSheet:
        kind = self.seen.source.kind
        columns = table(self.seen.source.listing, self.seen.rows.none(), self.fields).columns
        told = [_column(column, kind.fields.get(column.key)) for column in columns]
        told += [LedgerColumn(_("Mark of the row"), "text", width=8)] if self.kept else []
        question = what(self.seen, self.fields)
        head = head_of(question, self.seen.dates, self.count, self.who, self.purpose)
        keys = [column.key for column in columns]
        kept = _kept(kind, keys) if self.kept else None
        return ListSheet(self.seen.source.title, head, tuple(told), self.count, kept)


def file_name(title: str, day: str) -> str:
    """What a list is called as a file."""
    return f"{title}{day}.xlsx"


# ------------------------------------------------------------------ in the background


def make(download: Download, told: Callable[[int], None]) -> None:
    """Make a file that was asked for, with what its asker may open now, and keep it sealed."""
    question = staging.question_of(download)
    request = _as_asked(download, question)
    with translation.override(question["language"]):
        try:
            with one_page():
                seen = _seen_again(request, download)
                book = Workbook.of(
                    request, seen, purpose=question["purpose"], kept=question["kept"]
                )
        except (Http404, Unsayable) as closed:
            raise Trouble(
                "这份名单您已无权查看", "This list is not open to you any more"
            ) from closed
        if seen.filters.wrong or seen.dates.wrong or book.too_large:
            raise Trouble(
                "名单与提出时不同了，请重新提出",
                "The list is not what it was when you asked; ask for it anew",
            )
        downloads.made(download, book.parts(told), book.own_keys)


def _as_asked(download: Download, question: Mapping[str, Any]) -> HttpRequest:
    """What its asker asked, of what is open to that account now."""
    assert download.user is not None
    request = HttpRequest()
    request.method, request.user = "GET", download.user
    request.GET = QueryDict(question["query"])
    return request


def still_seen(download: Download) -> bool:
    """Whether its asker may still open the list and every field that it shows or is asked by."""
    question = staging.question_of(download)
    try:
        seen = _seen_again(_as_asked(download, question), download)
    except (Http404, Unsayable):
        return False
    closed = seen.source.listing.kind.fields.keys() - seen.source.kind.fields.keys()
    named = {*question["columns"], *_WORD.findall(question["query"])}
    return not seen.filters.wrong and closed.isdisjoint(named)


def _seen_again(request: HttpRequest, download: Download) -> Seen:
    """The list of a file as its asker sees it now."""
    dates = asked(request)
    if download.programme is None:
        return see(request, source_of_kind(request, download.kind, dates), dates)
    return seen_of_entry(request, download.programme.name, download.entry)


def seen_of_entry(request: HttpRequest, name: str, entry: str) -> Seen:
    """What a programme's list, or a figure, holds; 404 where nobody opens its rows."""
    dates = asked(request)
    try:
        source = source_of_entry(request, name, entry, dates)
        if source.is_shut():
            raise Http404
        return see(request, source, dates)
    except Unsayable as cannot:
        raise Http404 from cannot


# ------------------------------------------------------------------ the head, in words


def what(seen: Seen, fields: Sequence[Field]) -> str:
    """The question of the list in words, with what is shown of each row."""
    source = seen.source
    parts = [source.programme.title if source.programme else "", source.title]
    told = [" · ".join(part for part in parts if part)]
    if seen.filters.chips:
        told.append(_("filters: %(filters)s") % {"filters": in_words(seen.filters)})
    columns = shown_as(source.kind, [field.key for field in fields])
    told.append(_("columns: %(columns)s") % {"columns": columns})
    return in_one_line(told)


def head_of(question: str, dates: Asked, count: int, who: User, purpose: str) -> tuple[str, ...]:
    """What stands above the rows of a file: question, days, when it was counted, who took it."""
    return (
        question,
        _dates_said(dates),
        _("Counted at %(at)s · %(rows)s") % {"at": _now(), "rows": rows_said(count)},
        _("Downloaded by %(who)s for: %(purpose)s") % {"who": str(who), "purpose": purpose},
    )


def _dates_said(dates: Asked) -> str:
    on, known = dates.moment.on.isoformat(), dates.known
    if known:
        return _("What was so on %(on)s, as known at the end of %(known)s") % {
            "on": on, "known": known
        }  # fmt: skip
    return _("What was so on %(on)s, as known now") % {"on": on}


def _now() -> str:
    return clock.now().astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M")


def rows_said(count: int) -> str:
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


def with_name(kind: Kind, fields: Sequence[Field]) -> list[Field]:
    """The columns with the name first: by it a row is seen to be the record that it was."""
    name = NAMED[kind.name]
    return [kind[name], *(one for one in fields if one.key != name)]


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


def held_keys(seen: Seen) -> bytes:
    """The keys of all rows in their order, 32 bytes a row: what is handed out is settled now."""
    keys = seen.rows.values_list("fact", "pk").iterator(chunk_size=5_000)
    return b"".join(fact.bytes + pk.bytes for fact, pk in keys)


def _rows(book: Workbook, tongue: str, told: Callable[[int], None]) -> Iterator[list[Value]]:
    """The rows in words, so many read at once."""
    step = _PAIR * _AT_ONCE
    for first in range(0, len(book.held), step):
        part = book.held[first : first + step]
        with translation.override(tongue), one_page():
            some = list(_read(book, part))
        yield from some
        told(len(part) // _PAIR)


def _read(book: Workbook, part: bytes) -> Iterator[list[Value]]:
    keys = [UUID(bytes=part[at : at + 16]) for at in range(0, len(part), 16)]
    rows = of_keys(book.seen.rows, keys[1::2])
    found = table(book.seen.source.listing, rows, book.fields).only(keys[::2])
    counted = [(place, one) for place, one in enumerate(book.fields) if one.type in _KINDS]
    for row in found.rows:
        mark = [mark_of(row.fact)] if book.kept else []
        yield [*_values(row, counted), *mark]


def _values(row: Row, counted: Sequence[tuple[int, Field]]) -> list[Value]:
    told: list[Value] = [cell.text for cell in row.cells]
    for place, field in counted:
        raw: Any = row.cells[place].raw
        if raw is None:
            continue
        exact = raw if field.type == "day" else Decimal(raw)
        told[place] = exact / 100 if field.type == "money" else exact
    return told
