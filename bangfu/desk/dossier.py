"""The dossier of a person, household or place: all that is on record, printed for a purpose."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import one_of
from bangfu.desk.entry import EntryForm, asking, entered, enters
from bangfu.desk.kinds import kinds_seen
from bangfu.desk.page import address_of, as_file, name_of, reader, said, subject_or_404
from bangfu.desk.subject import facts_of, members, sealed_of
from bangfu.desk.table import Table, by_key, usual_order
from bangfu.ledger import clock
from bangfu.ledger.access import kind_for
from bangfu.ledger.actions import dossier as actions
from bangfu.ledger.actions import file as files
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.upload import ENDINGS
from bangfu.ledger.cabinet import Lost
from bangfu.ledger.keys import Unreadable
from bangfu.ledger.models import File, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import columns_of, lines
from bangfu.lists.dossier import erased_on, held_of, tied_ever
from bangfu.lists.files import files_beside
from bangfu.lists.listing import Listing
from bangfu.lists.pages import keyed
from bangfu.lists.places import lineage_of
from bangfu.paper import docx, pdf
from bangfu.paper.pages import Block, Dossier, Heading, Paragraph, TableBlock, TableColumn
from bangfu.programmes.kinds import Field, Kind

#: What stands in a dossier of each kind, in the order in which an inspector asks for it.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "household": (
        "class", "enrolment", "assurance", "reckoning", "income", "pairing", "agreement",
        "activity", "need", "benefit", "payout", "affiliation", "award", "file",
    ),
    "person": (
        "class", "enrolment", "pairing", "agreement", "activity", "need", "benefit", "payout",
        "encounter", "post", "qualification", "practice", "affiliation", "stint", "award", "file",
    ),
    "place": ("statistic", "pairing", "stint", "activity", "need", "award", "file"),
}  # fmt: skip
#: So many records of one kind are printed, the latest; the paper says where there are more.
MOST = 200
#: Pairs of a fact and what it says that stand beside each other.
_PAIRS = 2
#: A page is narrow: so many columns stand beside each other at most.
_WIDE = 9


class TakeForm(EntryForm):
    """For what it is printed, and as what."""

    purpose = forms.CharField(
        label=gettext_lazy("Purpose"), min_length=2, max_length=200,
        help_text=gettext_lazy(
            "Say it without names. Who printed what, when and for what is kept."
        ),
    )  # fmt: skip
    form = one_of(
        [
            ("pdf", gettext_lazy("To print (PDF)")),
            ("docx", gettext_lazy("To be written on (Word)")),
            ("zip", gettext_lazy("Both, with photos and files, in one packet (zip)")),
        ],
        required=True, initial="pdf", label=gettext_lazy("As what"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Taken:
    """A dossier as it is handed out: the paper, what it tells of, and the files beside it."""

    paper: Dossier
    told: Mapping[str, Sequence[str]]
    rows: int
    beside: Sequence[File]


@enters("dossier.take")
def take(request: HttpRequest, key: UUID) -> HttpResponse:
    """Prints what is on record about a subject, for a purpose that is written down."""
    moment = Moment.present()
    kind, row = subject_or_404(request, key, moment)
    if kind.name not in SECTIONS or erased_on(key):
        raise Http404
    form, back = TakeForm(request), address_of(kind.name, key)

    def act(by: By, told: dict[str, Any]) -> HttpResponse:
        by = By(by.user, by.door, key=by.key, purpose=told["purpose"].strip())
        taken = _taken(request, kind, row, moment, by.purpose)
        actions.take(by=by, subject=row, told=taken.told, rows=taken.rows)
        return _handed_out(By(by.user, by.door), taken, told["form"])

    done = entered(request, form, act, word="", to=back, shows=lambda answer: answer)
    return done or asking(
        request, form, title=_("Print the dossier"), about=name_of(row), back=back,
        button=_("Print"), gives_file=True,
        hint=_("All that is on record and open to you stands in it; numbers are masked as on the "
               "page. The paper is in Chinese."),
    )  # fmt: skip


def _handed_out(by: By, taken: _Taken, form: str) -> HttpResponse:
    if form == "zip":
        return as_file(
            HttpResponse(_packet(by, taken), content_type="application/zip"),
            f"{taken.paper.title}.zip",
        )
    printed = docx.to_docx(taken.paper) if form == "docx" else pdf.to_pdf(taken.paper)
    response = HttpResponse(printed.content, content_type=printed.media_type)
    return as_file(response, f"{taken.paper.title}.{form}")


def _packet(by: By, taken: _Taken) -> bytes:
    """The paper in both forms and the files beside it that may be seen, each of which is told."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packet:
        packet.writestr(f"{taken.paper.title}.pdf", pdf.to_pdf(taken.paper).content)
        packet.writestr(f"{taken.paper.title}.docx", docx.to_docx(taken.paper).content)
        for n, file in enumerate(taken.beside, start=1):
            try:
                whole = files.whole_of(by=by, file=file)
            except (Lost, Unreadable):
                continue
            packet.writestr(f"附件/{_named(n, file)}", whole)
    return target.getvalue()


def _named(n: int, file: File) -> str:
    plain = "".join(c if c.isalnum() or c in "-_（）()" else "_" for c in file.title)
    return f"{n:02}{plain[:60]}.{ENDINGS[file.form]}"


# ------------------------------------------------------------------ what stands in it


def _taken(request: HttpRequest, kind: Kind, row: Any, moment: Moment, purpose: str) -> _Taken:
    """The dossier of a subject as the reader may open it, in the words of papers."""
    user, key = reader(request), row.fact
    beside = [f for f in files_beside(user, kind, key, moment) if files.open_to(user, f)]
    with translation.override("zh-hans"):
        made = _Made(request, kind_for(user, kind), key, moment)
        blocks = tuple(made.blocks(row))
        where = " ".join(str(place) for place in _where(kind, row, moment))
    paper = Dossier(
        title=f"{name_of(row)}{_TITLES[kind.name]}", where=where,
        printed_at=timezone.localtime(clock.now()), printed_by=str(user),
        purpose=purpose, blocks=blocks,
    )  # fmt: skip
    return _Taken(paper, made.told, made.rows, beside)


_TITLES = {"household": "户帮扶档案", "person": "帮扶档案", "place": "帮扶档案"}


def _where(kind: Kind, row: Any, moment: Moment) -> list[Any]:
    if kind.name == "place":
        return lineage_of(row, moment)
    place = getattr(row, "place", None)
    return [*lineage_of(place, moment), place] if place else []


class _Made:
    """The blocks of one dossier, and what was told in them."""

    def __init__(self, request: HttpRequest, kind: Kind, key: UUID, moment: Moment) -> None:
        self.request, self.kind, self.key, self.moment = request, kind, key, moment
        self.told: dict[str, list[str]] = {}
        self.rows = 0

    def blocks(self, row: Any) -> Iterator[Block]:
        """Facts in pairs, members, then a table for each kind of record."""
        user, seen = reader(self.request), kinds_seen(self.request)
        yield Heading(1, "基本情况")
        yield self._facts(user, row)
        if self.kind.name == "household" and "person" in seen:
            label, found, count = members(user, self.key, self.moment)
            if count:
                yield from self._section("person", label, found, count)
        held = held_of(self.key)
        for name in SECTIONS[self.kind.name]:
            if name in held and name in seen:
                yield from self._of(user, VOCABULARY[name])

    def _facts(self, user: User, row: Any) -> TableBlock:
        fields = list(self.kind.fields.values())
        listing = Listing((self.kind.name,), self.moment, keys=(self.key,))
        line = lines(listing, keyed(type(row), [row.pk]), fields, language="zh")[0]
        pairs = [(said(f.label), cell.text) for f, cell in facts_of(self.kind, line) if cell.text]
        sealed = sealed_of(user, self.kind, line, self.key)
        pairs += [(said(one["field"].label), one["masked"]) for one in sealed]
        self.told[self.kind.name] = [f.key for f in fields]
        self.rows += 1
        return _in_pairs(pairs)

    def _of(self, user: User, kind: Kind) -> Iterator[Block]:
        """The latest records of a kind, also those that are over."""
        rows = tied_ever(user, kind.name, self.key, self.moment).order_by(*usual_order(kind))
        facts = list(dict.fromkeys(rows.values_list("fact", flat=True)[: MOST + 1]))
        if not facts:
            return
        fields = _fields(kind_for(user, kind))
        found = by_key(kind, facts[:MOST], self.moment, fields).only(facts)
        yield from self._section(
            kind.name, said(kind.label), found.filled(but=self.key), len(facts)
        )

    def _section(self, kind: str, label: str, found: Table, count: int) -> Iterator[Block]:
        self.told[kind] = [c.key for c in found.columns if c.key in VOCABULARY[kind]]
        self.rows += len(found.rows)
        yield Heading(1, label)
        yield _as_block(found)
        if count > MOST:
            yield Paragraph((f"只打印最近{MOST}条，其余见系统。",))


def _fields(kind: Kind) -> list[Field]:
    """The usual columns of a kind, and the day on which a record is over."""
    fields = columns_of(kind)
    last = "ended" if "ended" in kind else "closed"
    return [*fields, kind[last]] if last in kind and kind[last] not in fields else fields


def _in_pairs(pairs: Sequence[tuple[str, str]]) -> TableBlock:
    padded = [*pairs, *[("", "")] * (-len(pairs) % _PAIRS)]
    rows = [
        tuple(text for pair in padded[at : at + _PAIRS] for text in pair)
        for at in range(0, len(padded), _PAIRS)
    ]
    columns = (TableColumn("项目", share=1.0), TableColumn("内容", share=2.2))
    return TableBlock(columns=columns * _PAIRS, rows=tuple(rows))


def _as_block(found: Table) -> TableBlock:
    """A table as the paper draws it; what finds no room stands together in the last column."""
    wide = len(found.columns) > _WIDE
    own = found.columns[: _WIDE - 1] if wide else found.columns
    columns = [TableColumn(c.label, "right" if c.number else "left") for c in own]
    rows = [[cell.text for cell in row.cells[: len(own)]] for row in found.rows]
    if wide:
        columns.append(TableColumn("其他"))
        for told, row in zip(rows, found.rows, strict=True):
            rest = list(zip(found.columns, row.cells, strict=True))[len(own) :]
            told.append("；".join(f"{c.label}：{cell.text}" for c, cell in rest if cell.text))
    return TableBlock(columns=tuple(columns), rows=tuple(map(tuple, rows)))
