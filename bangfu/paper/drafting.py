"""Papers are drafted from the programme's own prose, and issued with every figure frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import document_course as course
from bangfu.ledger.actions import document_steps as steps
from bangfu.ledger.actions.document_counting import Counted
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.meaning import Meaning, version_at
from bangfu.ledger.models import (
    Document,
    DocumentStep,
    FrozenReading,
    Handling,
    Programme,
    Subject,
    SubjectKey,
)
from bangfu.ledger.moment import Moment
from bangfu.lists.bridge import Bridge, bridge
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.listing import digest_of_keys
from bangfu.lists.papers import frozen_in, held_by, signature_of
from bangfu.lists.wording import definition, paper_text
from bangfu.paper.frozen import RowNow, differences, moment_of, tabled
from bangfu.paper.prose import ProseError, figure_names, parts
from bangfu.paper.tables import is_ledger, ledger_figure, table_of
from bangfu.programmes.schema import Document as DocumentEntry

#: What stands on a briefing besides its prose; blank until somebody fills it in.
FURNITURE: Mapping[str, Any] = {
    "masthead": "",
    "issuer": "",
    "editors_note": "",
    "source": "",
    "editor": "",
    "reviewer": "",
    "phone": "",
    "report_to": [],
    "send_to": [],
    "issue_to": [],
    "copies": None,
}


def draft(
    *,
    by: By,
    programme: Programme,
    name: str,
    on: dt.date,
    title: str = "",
    furniture: Mapping[str, Any] | None = None,
    corrects: Document | None = None,
) -> Document:
    """Begin a paper from the prose that the programme keeps for it."""
    meaning = Meaning.of(programme, Moment(on))
    if meaning.sort_of(name) != "document":
        raise Refused("no_such_document", "The programme has no paper named %(name)s.", name=name)
    entry = meaning.file.entry(name)
    assert isinstance(entry, DocumentEntry)
    body = _ledger_body(entry) if entry.type == "ledger" else _prose_body(programme, name, on)
    body |= {
        "masthead": entry.title or name,
        "issuer": _office(meaning),
        **(furniture or {}),
    }
    return documents.draft(
        by=by,
        programme=programme,
        name=name,
        on=on,
        title=title or entry.title or name,
        body=body,
        corrects=corrects,
    )


def _office(meaning: Meaning) -> str:
    owner = meaning.file.file.owner
    return meaning.file.title_of(owner) if owner else ""


def _prose_body(programme: Programme, name: str, on: dt.date) -> dict[str, Any]:
    papers = version_at(programme, Moment(on)).papers
    return {"sort": "prose", "prose": papers.get(f"{name}.md", ""), **FURNITURE}


def _ledger_body(entry: DocumentEntry) -> dict[str, Any]:
    assert entry.of is not None
    columns = list(entry.items) if isinstance(entry.items, tuple) else []
    where = dict(entry.where or {})
    return {"sort": "ledger", "of": list(entry.of), "where": where, "columns": columns, **FURNITURE}


def check(document: Document) -> list[Refused]:
    """What is wrong with the text of a draft; with it nobody reviews or signs it."""
    if is_ledger(document):
        return []
    try:
        names = figure_names(document.body.get("prose", ""))
    except ProseError as wrong:
        return [wrong.told]
    file = Meaning.of(document.programme, Moment(document.date)).file
    missing = [
        Refused(
            "not_in_the_file",
            "The text names {{%(name)s}}; the programme has no such entry.",
            name=n,
        )
        for n in names
        if n not in file
    ]
    if not document.body.get("prose", "").strip():
        missing.append(Refused("text_empty", "The text is empty."))
    return missing


def _ready(document: Document) -> None:
    """Refuse a text that could not be issued, so that nobody reviews or signs it in vain."""
    if wrong := check(document):
        raise wrong[0]


def _still_so(document: Document, keep: bool) -> None:
    """Refuse to go on with figures that have changed since, unless somebody says to keep them."""
    if not keep and any(one.differs for one in since(document, whole=False)):
        raise Refused(
            "figures_moved",
            "Figures of this paper have changed since it was handed in. Hand it in anew, or say "
            "that those which were reviewed are kept. Nothing was changed.",
        )


def hand_in(*, by: By, document: Document) -> DocumentStep:
    """Hand a draft in, or hand it in anew, with its figures as they are now."""
    _ready(document)
    return steps.hand_in(by=by, document=document, count=lambda m: count_all(document, m))


def approve(*, by: By, document: Document, keep: bool = False) -> list[Handling]:
    """Approve a draft with the figures with which it was handed in."""
    _still_so(document, keep)
    return steps.approve(by=by, document=document)


def sign(*, by: By, document: Document, signer: Subject, keep: bool = False) -> DocumentStep:
    """Sign a draft with the figures with which it was handed in, else with those of now."""
    _ready(document)
    if course.stage_of(document) != "signed":
        _still_so(document, keep)
    return steps.sign(
        by=by, document=document, signer=signer, count=lambda m: count_all(document, m)
    )


def unsigned(document: Document) -> bool:
    """Whether a paper bears a signature (签发) and this draft has none that stands."""
    return not is_ledger(document) and signature_of(document) is None


def issue(*, by: By, document: Document, keep: bool = False, alone: bool = False) -> Document:
    """Issue a draft: number, frozen readings with their rows, the journal's head.

    ``keep``: figures that have changed since they were reviewed are kept. ``alone``: nobody else
    has looked at it, and that is meant.
    """
    _ready(document)
    if unsigned(document):
        raise Refused(
            "unsigned",
            "Nobody has signed this paper (签发人). Have it signed; the paper bears that name.",
        )
    _still_so(document, keep)
    if by.user is not None and not alone and not course.seen_by_another(document, by.user):
        raise Refused(
            "nobody_else",
            "Nobody but you has looked at this paper. Hand it in for review, or say that you issue "
            "it alone.",
        )
    return documents.issue(by=by, document=document, count=lambda m: count_all(document, m))


def readings_of(document: Document) -> Sequence[FrozenReading]:
    """The readings that a paper froze, or those with which a draft was handed in or signed."""
    step = held_by(document)
    if step is None or step.known_at is None:
        return frozen_in(document)
    kept: Sequence[Mapping[str, Any]] = step.readings or ()
    return [_held(document, one, place, step.known_at) for place, one in enumerate(kept, 1)]


def _held(
    document: Document, kept: Mapping[str, Any], place: int, known_at: dt.datetime
) -> FrozenReading:
    """What a step keeps of a figure in the shape of a frozen reading."""
    moment = Moment(document.date, known_at)
    figure = _figure(document, kept["figure"], moment)
    return FrozenReading(
        document=document,
        place_in_text=place,
        figure=figure.name,
        question=_question(figure),
        words=definition(figure, moment).zh,
        on=moment.on,
        known_at=known_at,
        value=kept["value"],
        count=kept["count"],
        rows_digest=kept["rows"],
    )


def _figure(document: Document, name: str, moment: Moment) -> Figure:
    if is_ledger(document):
        return ledger_figure(document, moment)
    return figure_of(document.programme, name, moment)


def _question(figure: Figure) -> dict[str, Any]:
    return {**figure.as_data(), "unit": figure.unit, "baseline": figure.baseline}


def count_all(document: Document, moment: Moment) -> Sequence[Counted]:
    """Every figure of a paper, counted at a moment, in the order in which they stand."""
    if is_ledger(document):
        counted = counted_for(ledger_figure(document, moment))
        return [_with_table(document, counted, moment)]
    told = parts(document.body["prose"])
    names = dict.fromkeys(name for part in told for name in part.names())
    drawn = _drawn(document)
    return [
        _with_table(document, counted, moment) if name in drawn else counted
        for name in names
        for counted in [counted_for(figure_of(document.programme, name, moment))]
    ]


def _with_table(document: Document, counted: Counted, moment: Moment) -> Counted:
    table = table_of(document, counted.figure, moment)
    return replace(counted, table=tabled(table)) if table else counted


def counted_for(figure: Figure) -> Counted:
    """A figure counted for a paper: its words, its value, its rows."""
    value, _ = paper_text(figure)
    keys = figure.keys()
    return Counted(
        figure=figure.name,
        question=_question(figure),
        words=definition(figure, figure.moment).zh,
        value=value,
        count=len(keys),
        rows_digest=digest_of_keys(keys),
        rows=keys,
    )


# ------------------------------------------------------------------ later


#: Tables of more rows are compared cell by cell only when somebody asks for it.
COMPARED_UNASKED = 2_000


@dataclass(frozen=True)
class Since:
    """What became of a reading that was frozen: what it would be today for the same day, and why.

    ``rows`` are the rows of its table that would be printed otherwise; None where it is so long
    that they were not compared.
    """

    reading: FrozenReading
    today: str
    bridge: Bridge | None
    rows: Sequence[RowNow] | None = ()
    others: bool = False

    @property
    def differs(self) -> bool:
        """Whether the same question has another answer, other rows or other cells by now."""
        return self.today != self.reading.value or self.others or bool(self.rows)


def figure_then(reading: FrozenReading) -> Figure:
    """The figure as the paper asked it, on its day and as known when it was issued."""
    figure = Figure.from_data(reading.question, moment_of(reading), name=reading.figure)
    return _dressed(figure, reading.question)


def _dressed(figure: Figure, question: Mapping[str, Any]) -> Figure:
    return replace(figure, unit=question.get("unit", ""), baseline=question.get("baseline", ""))


def since(document: Document, *, whole: bool = True) -> list[Since]:
    """For each figure of a paper, whether its rows or its table have changed since it was frozen.

    A paper is frozen when it is issued; a draft when it is handed in or signed, else not at all.

    ``whole``: long tables are compared too, which takes as long as printing them.
    """
    drawn = _drawn(document)
    return [
        _since(document, reading, reading.figure in drawn, whole)
        for reading in readings_of(document)
    ]


def _drawn(document: Document) -> set[str]:
    """The figures that a paper prints as tables."""
    if is_ledger(document):
        return {document.name}
    told = parts(document.body["prose"])
    return {part.names()[0] for part in told if part.sort == "table"}


def _since(document: Document, reading: FrozenReading, drawn: bool, whole: bool) -> Since:
    then = figure_then(reading)
    now = then.at(Moment(reading.on))
    value, _ = paper_text(now)
    keys = now.keys()
    rows: Sequence[RowNow] | None = ()
    if drawn:
        short = whole or max(len(keys), reading.count) <= COMPARED_UNASKED
        rows = differences(document, reading) if short else None
    same_rows = digest_of_keys(keys) == reading.rows_digest
    if same_rows and value == reading.value:
        return Since(reading, value, None, rows)
    crossed = None if then.worked_out else bridge(then, then.moment, now.moment)
    return Since(reading, value, crossed, rows, others=True)


def still_stands(reading: FrozenReading) -> bool:
    """Whether the frozen rows can still be counted as they were when the paper was issued.

    Who was erased since may be missing: what a condition asked about that person is gone.
    """
    keys = set(figure_then(reading).keys())
    if digest_of_keys(keys) == reading.rows_digest:
        return True
    if reading.rows is None:
        return False
    frozen = {UUID(key) for key in reading.rows}
    erased = SubjectKey.objects.filter(subject__in=frozen - keys, salt__isnull=True)
    return keys <= frozen and frozen - keys == set(erased.values_list("subject_id", flat=True))
