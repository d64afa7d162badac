"""Papers are drafted from the programme's own prose, and issued with every figure frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions.document import Counted
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.meaning import Meaning, version_at
from bangfu.ledger.models import Document, FrozenReading, Programme, SubjectKey
from bangfu.ledger.moment import Moment
from bangfu.lists.bridge import Bridge, bridge
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.listing import Listing, digest_of_keys
from bangfu.lists.wording import definition, paper_text
from bangfu.paper.prose import ProseError, figure_names
from bangfu.programmes.schema import Document as DocumentEntry

#: What stands on a briefing besides its prose; blank until somebody fills it in.
FURNITURE: Mapping[str, Any] = {
    "masthead": "",
    "issuer": "",
    "editors_note": "",
    "source": "",
    "editor": "",
    "reviewer": "",
    "signer": "",
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


def check(document: Document) -> list[str]:
    """What keeps a draft from being issued, in words; nothing when it can be."""
    if document.body.get("sort") == "ledger":
        return []
    try:
        names = figure_names(document.body.get("prose", ""))
    except ProseError as wrong:
        return [str(wrong)]
    file = Meaning.of(document.programme, Moment(document.date)).file
    missing = [f"正文中的 {{{{{n}}}}} 在活动方案里没有" for n in names if n not in file]
    if not document.body.get("prose", "").strip():
        missing.append("正文是空的")
    if not str(document.body.get("signer", "")).strip():
        missing.append("没有填写签发人")
    return missing


def issue(*, by: By, document: Document) -> Document:
    """Issue a draft: number, frozen readings with their rows, the journal's head."""
    if wrong := check(document):
        raise Refused("not_ready", ";".join(wrong))
    return documents.issue(by=by, document=document, count=lambda m: count_all(document, m))


def count_all(document: Document, moment: Moment) -> Sequence[Counted]:
    """Every figure of a paper, counted at a moment, in the order in which they stand."""
    if document.body.get("sort") == "ledger":
        return [counted_for(ledger_figure(document, moment))]
    names = figure_names(document.body["prose"])
    return [counted_for(figure_of(document.programme, name, moment)) for name in names]


def ledger_figure(document: Document, moment: Moment) -> Figure:
    """The list that a ledger prints, as the figure that counts it."""
    listing = Listing(
        tuple(document.body["of"]), moment, document.body["where"], document.programme
    )
    return Figure(document.name, document.title, listing)


def counted_for(figure: Figure) -> Counted:
    """A figure counted for a paper: its words, its value, its rows."""
    value, _ = paper_text(figure)
    keys = list(figure.rows().values_list("fact", flat=True))
    return Counted(
        figure=figure.name,
        question={**figure.as_data(), "unit": figure.unit, "baseline": figure.baseline},
        words=definition(figure, figure.moment).zh,
        value=value,
        count=len(keys),
        rows_digest=digest_of_keys(keys),
        rows=keys,
    )


# ------------------------------------------------------------------ later


@dataclass(frozen=True)
class Since:
    """What became of a frozen reading: what it would be today for the same day, and why."""

    reading: FrozenReading
    today: str
    bridge: Bridge | None

    @property
    def differs(self) -> bool:
        """Whether the same question has another answer or other rows by now."""
        return self.today != self.reading.value or self.bridge is not None


def figure_then(reading: FrozenReading) -> Figure:
    """The figure as the paper asked it, on its day and as known when it was issued."""
    moment = Moment(reading.on, reading.known_at)
    figure = Figure.from_data(reading.question, moment, name=reading.figure)
    return _dressed(figure, reading.question)


def _dressed(figure: Figure, question: Mapping[str, Any]) -> Figure:
    return replace(figure, unit=question.get("unit", ""), baseline=question.get("baseline", ""))


def since(document: Document) -> list[Since]:
    """For each figure of an issued paper, whether its rows have changed since, and which."""
    return [_since(reading) for reading in document.readings.order_by("place_in_text")]


def _since(reading: FrozenReading) -> Since:
    then = figure_then(reading)
    now = then.at(Moment(reading.on))
    value, _ = paper_text(now)
    keys = list(now.rows().values_list("fact", flat=True))
    same_rows = digest_of_keys(keys) == reading.rows_digest
    if same_rows and value == reading.value:
        return Since(reading, value, None)
    return Since(reading, value, bridge(then, then.moment, now.moment))


def still_stands(reading: FrozenReading) -> bool:
    """Whether the frozen rows can still be counted as they were when the paper was issued.

    Who was erased since may be missing: what a condition asked about that person is gone.
    """
    keys = set(figure_then(reading).rows().values_list("fact", flat=True))
    if digest_of_keys(keys) == reading.rows_digest:
        return True
    if reading.rows is None:
        return False
    frozen = {UUID(key) for key in reading.rows}
    erased = SubjectKey.objects.filter(subject__in=frozen - keys, salt__isnull=True)
    return keys <= frozen and frozen - keys == set(erased.values_list("subject_id", flat=True))
