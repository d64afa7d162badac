"""Documents of the ledger as files: docx, pdf, and xlsx for lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings

from bangfu.ledger import clock
from bangfu.ledger.actions.journal import Head
from bangfu.ledger.models import Document, FrozenReading
from bangfu.ledger.moment import Moment
from bangfu.lists.figure import figure_of
from bangfu.lists.papers import running_number, signer_of
from bangfu.paper import docx, pdf, sheet
from bangfu.paper.drafting import counted_for, readings_of
from bangfu.paper.fonts import Faces, find_faces
from bangfu.paper.frozen import printed
from bangfu.paper.pages import (
    Block,
    Briefing,
    FigureMark,
    FigureNote,
    Heading,
    LedgerColumn,
    LedgerSheet,
    Paragraph,
    Printed,
    Run,
    State,
    TableBlock,
    TableColumn,
    Verification,
)
from bangfu.paper.prose import Part, parts
from bangfu.paper.tables import is_ledger, table_of

#: Said with a file in which rows that had to be read again are not as they were printed.
ASTRAY = "有{}行与印发时的摘要不符，请核验留痕"
FORMATS: dict[str, Callable[[Any], Printed]] = {
    "docx": docx.to_docx,
    "pdf": lambda paper: pdf.to_pdf(paper, faces()),
    "xlsx": sheet.to_xlsx,
}


def faces() -> Faces:
    """The faces of this installation: those in its data folder, the system's, the one inside."""
    folder = Path(settings.BANGFU_DATA) / "faces"
    return find_faces([folder], cache=Path(settings.BANGFU_DATA) / "faces-unpacked")


def formats_of(document: Document) -> tuple[str, ...]:
    """In which formats a document can be had."""
    return ("xlsx", "docx", "pdf") if is_ledger(document) else ("docx", "pdf")


def render(document: Document, form: str, *, address: str = "") -> Printed:
    """A document as a file: with its frozen readings, those it was handed in with, or of now."""
    if form not in formats_of(document):
        raise ValueError(f"{document.title} cannot be had as {form}")
    made: Callable[..., tuple[Any, int]] = ledger if is_ledger(document) else briefing
    paper, astray = made(document, address=address)
    done = FORMATS[form](paper)
    return replace(done, notes=(*done.notes, ASTRAY.format(astray))) if astray else done


def file_name(document: Document, form: str) -> str:
    """The name under which a document is saved."""
    number = f"第{document.number}期" if document.number else "草稿"
    return f"{document.title}({document.date.isoformat()} {number}).{form}"


def _verification(document: Document, address: str) -> Verification | None:
    if document.status != "issued":
        return None
    head = Head.read(document.head).printed if document.head else "-"
    return Verification(document=str(document.fact), journal_head=head, address=address)


def _signer(document: Document) -> str:
    """Who signed it; papers issued before signatures were asked for bear a name that was typed."""
    typed = document.body.get("signer", "") if document.status == "issued" else ""
    return signer_of(document) or typed


# ------------------------------------------------------------------ prose


def briefing(document: Document, *, address: str = "") -> tuple[Briefing, int]:
    """A briefing with its numbers marked and explained; how many rows of tables went astray."""
    body = document.body
    frozen = {r.figure: r for r in readings_of(document)}
    writer = _Writer(document, frozen)
    blocks = tuple(writer.block(part) for part in parts(body["prose"]))
    state: State = "issued" if document.status == "issued" else "draft"
    paper = Briefing(
        masthead=body["masthead"],
        issuer=body["issuer"],
        date=document.date,
        title=document.title,
        blocks=blocks,
        state=state,
        issue=document.number,
        running=running_number(document),
        editors_note=body["editors_note"],
        source=body["source"],
        editor=body["editor"],
        reviewer=body["reviewer"],
        signer=_signer(document),
        phone=body["phone"],
        report_to=tuple(body["report_to"]),
        send_to=tuple(body["send_to"]),
        issue_to=tuple(body["issue_to"]),
        copies=body["copies"],
        notes=tuple(writer.notes.values()),
        verification=_verification(document, address),
    )
    return paper, writer.astray


class _Writer:
    """Turns prose into blocks and numbers the figures as they come."""

    def __init__(self, document: Document, frozen: dict[str, FrozenReading]) -> None:
        self.document, self.frozen = document, frozen
        self.moment = Moment(document.date)
        self.notes: dict[str, FigureNote] = {}
        self.values: dict[str, str] = {}
        self.astray = 0

    def block(self, part: Part) -> Block:
        """One piece of the prose as it stands on the page."""
        if part.sort == "heading":
            return Heading(part.level, part.text)
        if part.sort == "table" and (table := self._table(part.names()[0])):
            return table
        return Paragraph(tuple(self._run(sort, text) for sort, text in part.pieces()))

    def _run(self, sort: str, text: str) -> Run:
        return self._mark(text) if sort == "figure" else text

    def _mark(self, name: str, unit: str = "") -> FigureMark:
        """A number with its note; without the unit where that stands above it already."""
        note = self._note(name)
        return FigureMark(self.values[name].removesuffix(unit), note.number)

    def _note(self, name: str) -> FigureNote:
        if name not in self.notes:
            counted = self.frozen.get(name) or self._now(name)
            self.values[name] = counted.value
            self.notes[name] = FigureNote(
                number=len(self.notes) + 1,
                counted=counted.words,
                on=counted.on,
                known_at=counted.known_at.astimezone(clock.ZONE),
                rows=counted.count,
                digest=counted.rows_digest[:8],
            )
        return self.notes[name]

    def _now(self, name: str) -> FrozenReading:
        """What a draft's figure is at this moment, in the shape of a frozen one."""
        counted = counted_for(figure_of(self.document.programme, name, self.moment))
        return FrozenReading(
            figure=name,
            words=counted.words,
            value=counted.value,
            count=counted.count,
            rows_digest=counted.rows_digest,
            on=self.moment.on,
            known_at=clock.now(),
        )

    def _table(self, name: str) -> TableBlock | None:
        reading = self.frozen.get(name)
        if reading is not None:
            table = printed(self.document, reading)
        else:
            table = table_of(self.document, name, self.moment)
        if table is None:
            return None
        self.astray += table.astray
        total: list[Run] = [table.total, *[""] * (len(table.columns) - 1)]
        total[table.total_at] = self._mark(name, unit=table.columns[table.total_at].unit)
        return TableBlock(
            columns=tuple(TableColumn(c.heading, c.align, c.unit) for c in table.columns),
            rows=tuple(tuple(table.texts(row)) for row in table.rows),
            total=tuple(total),
            caption=table.caption,
        )


# ------------------------------------------------------------------ ledgers


def ledger(document: Document, *, address: str = "") -> tuple[LedgerSheet, int]:
    """A list as a ledger, an issued one as it was printed; how many of its rows went astray."""
    reading = next(iter(readings_of(document)), None)
    moment = Moment(document.date)
    table = printed(document, reading) if reading else table_of(document, document.name, moment)
    assert table is not None
    state: State = "issued" if document.status == "issued" else "draft"
    sheet_of_it = LedgerSheet(
        title=document.title,
        organisation=document.body["issuer"],
        period=f"截至 {document.date.isoformat()}",
        printed_at=(document.known_at or clock.now()).astimezone(clock.ZONE),
        columns=(
            LedgerColumn("序号", "number", 6),
            *(LedgerColumn(c.heading, c.kind, c.width) for c in table.columns),
        ),
        rows=tuple((n, *(c.value for c in row.cells)) for n, row in enumerate(table.rows, 1)),
        state=state,
        preparer=document.body["editor"],
        reviewer=document.body["reviewer"],
        responsible=_signer(document),
        verification=_verification(document, address),
    )
    return sheet_of_it, table.astray
