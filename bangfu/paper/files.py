"""Documents of the ledger as files: docx, pdf, and xlsx for lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from bangfu.ledger import clock
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Document, FrozenReading
from bangfu.ledger.moment import Moment
from bangfu.lists.columns import Cell, lines, plain_text
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.measures import progress
from bangfu.lists.wording import number_text
from bangfu.paper import docx, pdf, sheet
from bangfu.paper.drafting import counted_for, figure_then, ledger_figure
from bangfu.paper.fonts import Faces, find_faces
from bangfu.paper.pages import (
    Block,
    Briefing,
    ColumnKind,
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
    Value,
    Verification,
)
from bangfu.paper.prose import Part, parts
from bangfu.programmes.kinds import Field

ERASED = "(已删除)"
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
    return ("xlsx", "docx", "pdf") if document.body.get("sort") == "ledger" else ("docx", "pdf")


def render(document: Document, form: str, *, address: str = "") -> Printed:
    """A document as a file. An issued one prints its frozen readings, a draft what is so now."""
    if form not in formats_of(document):
        raise ValueError(f"{document.title} cannot be had as {form}")
    if document.body.get("sort") == "ledger":
        return FORMATS[form](ledger(document, address=address))
    return FORMATS[form](briefing(document, address=address))


def file_name(document: Document, form: str) -> str:
    """The name under which a document is saved."""
    number = f"第{document.number}期" if document.number else "草稿"
    return f"{document.title}({document.date.isoformat()} {number}).{form}"


def _moment(document: Document) -> Moment:
    return Moment(document.date, document.known_at)


def _verification(document: Document, address: str) -> Verification | None:
    if document.status != "issued":
        return None
    head = document.head.partition(":")[2][:16] or "-"
    return Verification(document=str(document.fact), journal_head=head, address=address or "-")


# ------------------------------------------------------------------ prose


def briefing(document: Document, *, address: str = "") -> Briefing:
    """A briefing with its counted numbers marked and explained."""
    body = document.body
    frozen = {r.figure: r for r in document.readings.order_by("place_in_text")}
    writer = _Writer(document, frozen)
    blocks = tuple(writer.block(part) for part in parts(body["prose"]))
    state: State = "issued" if document.status == "issued" else "draft"
    return Briefing(
        masthead=body["masthead"],
        issuer=body["issuer"],
        date=document.date,
        title=document.title,
        blocks=blocks,
        state=state,
        issue=document.number,
        running=document.number,
        editors_note=body["editors_note"],
        source=body["source"],
        editor=body["editor"],
        reviewer=body["reviewer"],
        signer=body["signer"],
        phone=body["phone"],
        report_to=tuple(body["report_to"]),
        send_to=tuple(body["send_to"]),
        issue_to=tuple(body["issue_to"]),
        copies=body["copies"],
        notes=tuple(writer.notes.values()),
        verification=_verification(document, address),
    )


class _Writer:
    """Turns prose into blocks and numbers the figures as they come."""

    def __init__(self, document: Document, frozen: dict[str, FrozenReading]) -> None:
        self.document, self.frozen = document, frozen
        self.moment = _moment(document)
        self.notes: dict[str, FigureNote] = {}
        self.values: dict[str, str] = {}

    def block(self, part: Part) -> Block:
        """One piece of the prose as it stands on the page."""
        if part.sort == "heading":
            return Heading(part.level, part.text)
        if part.sort == "table" and (table := self._table(part.names()[0])):
            return table
        return Paragraph(tuple(self._run(sort, text) for sort, text in part.pieces()))

    def _run(self, sort: str, text: str) -> Run:
        return self._mark(text) if sort == "figure" else text

    def _mark(self, name: str) -> FigureMark:
        note = self._note(name)
        return FigureMark(self.values[name], note.number)

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
        moment = Moment(self.document.date)
        counted = counted_for(figure_of(self.document.programme, name, moment))
        return FrozenReading(
            figure=name,
            words=counted.words,
            value=counted.value,
            count=counted.count,
            rows_digest=counted.rows_digest,
            on=moment.on,
            known_at=clock.now(),
        )

    def _figure(self, name: str) -> Figure:
        frozen = self.frozen.get(name)
        if frozen is not None:
            return figure_then(frozen)
        return figure_of(self.document.programme, name, self.moment)

    def _table(self, name: str) -> TableBlock | None:
        meaning = Meaning.of(self.document.programme, self.moment)
        figure = figure_of(self.document.programme, name, self.moment)
        caption = meaning.file.title_of(name)
        if figure.kind.name == "measure":
            return self._measures(name, caption)
        if figure.by:
            return self._grouped(name, figure, caption)
        return None

    def _grouped(self, name: str, figure: Figure, caption: str) -> TableBlock:
        heading = figure.kind[figure.by[0]].label.zh
        columns = (TableColumn(heading), TableColumn("数量", "right", figure.unit))
        rows: list[tuple[Run, ...]] = [
            (_called(figure, group.called), number_text(figure, group.reading.low or 0))
            for group in figure.groups()
        ]
        return TableBlock(
            columns=columns, rows=tuple(rows), total=("合计", self._mark(name)), caption=caption
        )

    def _measures(self, name: str, caption: str) -> TableBlock:
        columns = (
            TableColumn("实事"),
            TableColumn("责任单位"),
            TableColumn("计划", "center"),
            TableColumn("时间", "center"),
            TableColumn("已完成", "center"),
        )
        rows = tuple(
            (p.measure.title, p.owner, p.planned, p.window, f"{plain_text(p.done, 'number')}")
            for p in progress(self.document.programme, self.moment)
        )
        total: tuple[Run, ...] = ("合计", "", "", "", self._mark(name))
        return TableBlock(columns=columns, rows=rows, total=total, caption=caption)


def _called(figure: Figure, key: Any) -> str:
    field = figure.kind[figure.by[0]]
    if key in (None, ""):
        return "未填"
    known = field.codes.get(str(key))
    return known.zh if known else str(key)


# ------------------------------------------------------------------ ledgers


def ledger(document: Document, *, address: str = "") -> LedgerSheet:
    """A list as a ledger; an issued one lists the rows that were known when it was issued."""
    moment = _moment(document)
    figure = ledger_figure(document, moment)
    kind = figure.kind
    fields = [kind[name] for name in document.body["columns"]] or list(kind.fields.values())
    order = "began" if "began" in kind else "pk"
    found = lines(figure.listing, figure.rows().order_by(order, "pk"), fields)
    state: State = "issued" if document.status == "issued" else "draft"
    return LedgerSheet(
        title=document.title,
        organisation=document.body["issuer"],
        period=f"截至 {document.date.isoformat()}",
        printed_at=(document.known_at or clock.now()).astimezone(clock.ZONE),
        columns=(LedgerColumn("序号", "number", 6), *(_column(f) for f in fields)),
        rows=tuple((n, *_values(line.cells, fields)) for n, line in enumerate(found, 1)),
        state=state,
        preparer=document.body["editor"],
        reviewer=document.body["reviewer"],
        responsible=document.body["signer"],
        verification=_verification(document, address),
    )


def _column(field: Field) -> LedgerColumn:
    kinds: dict[str, ColumnKind] = {"number": "number", "money": "money", "day": "date"}
    width = 12.0 if field.type in ("day", "number", "money") else 18.0
    return LedgerColumn(field.label.zh, kinds.get(field.type, "text"), width)


def _values(cells: Sequence[Cell], fields: Sequence[Field]) -> list[Value]:
    return [_value(cell, field) for cell, field in zip(cells, fields, strict=True)]


def _value(cell: Cell, field: Field) -> Value:
    if field.type == "day" and isinstance(cell.raw, dt.date):
        return cell.raw
    if field.type in ("number", "money") and cell.raw is not None:
        return Decimal(cell.raw) / (100 if field.type == "money" else 1)
    if field.type == "one" and cell.raw is not None and not cell.text:
        return ERASED
    return cell.text
