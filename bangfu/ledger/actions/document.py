"""Documents are drafted, edited, and issued with their readings frozen; a correction is a new one.

What was handed in or signed is what is issued: its figures are counted as they were known then.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max

from bangfu.ledger.access import require
from bangfu.ledger.actions import journal
from bangfu.ledger.actions.document_counting import FEW, Count, Counted, Tabled
from bangfu.ledger.actions.document_course import (
    frozen_by,
    issued,
    put_away,
    signature_among,
    text_again,
)
from bangfu.ledger.actions.document_steps import ready_to_issue, still_draft
from bangfu.ledger.actions.event import By, Refused, action, correct, current_act, insert, withdraw
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Document, DocumentStep, FrozenReading, FrozenTable, Programme
from bangfu.ledger.moment import Moment


@action("document.draft")
def draft(
    *,
    by: By,
    programme: Programme,
    name: str,
    on: dt.date,
    title: str,
    body: Mapping[str, Any],
    corrects: Document | None = None,
) -> Document:
    """Begin a paper of the programme that speaks of a day."""
    require(by.user, "document.draft", programme, *([corrects] if corrects else ()))
    meaning = Meaning.of(programme, Moment(on))
    if meaning.sort_of(name) != "document":
        raise Refused("no_such_document", "The programme has no paper named %(name)s.", name=name)
    return insert(
        Document(
            programme=programme, name=name, title=title, date=on, body=dict(body), corrects=corrects
        )
    )


@action("document.edit")
def edit(
    *, by: By, document: Document, title: str, on: dt.date, body: Mapping[str, Any]
) -> Document:
    """Change the text of a draft; an issued paper stays as it is."""
    require(by.user, "document.edit", document)
    still_draft(document)
    correct(document, title=title, date=on, body=dict(body))
    if document.event_id == current_act().event.id:
        text_again(document)
    return document


@action("document.discard")
def discard(*, by: By, document: Document) -> Document:
    """Put a draft away that is not wanted any more."""
    require(by.user, "document.discard", document)
    still_draft(document)
    put_away(document)
    return withdraw(document)


@action("document.issue", alone=True)
def issue(*, by: By, document: Document, count: Count) -> Document:
    """Issue a draft: it gets its number, and every figure in it is frozen with its rows.

    The figures are those with which it was handed in or signed, whatever has changed since; where
    nobody did either, those of now.
    """
    require(by.user, "document.issue", document)
    still_draft(document)
    imprints = ready_to_issue(document)
    act = current_act()
    moment, counted_all = _counted(document, imprints, count, act.event.at)
    readings = [
        FrozenReading(
            document=document,
            place_in_text=place,
            figure=counted.figure,
            question=dict(counted.question),
            words=counted.words[:400],
            on=moment.on,
            known_at=moment.known_at or act.event.at,
            value=counted.value,
            count=counted.count,
            rows_digest=counted.rows_digest,
            rows=[str(key) for key in counted.rows] if counted.count <= FEW else None,
        )
        for place, counted in enumerate(counted_all, 1)
    ]
    head = journal.seal()
    issued(by, document)
    correct(
        document,
        status="issued",
        year=document.date.year,
        number=_next_number(document),
        known_at=act.event.at,
        issued_by=by.user,
        head=str(head) if head else "",
        digest=_digest(document, counted_all),
        signature=signature_among(imprints),
    )
    for reading, counted in zip(readings, counted_all, strict=True):
        insert(reading)
        if counted.table is not None:
            insert(_frozen(reading, counted.table))
    return document


def _counted(
    document: Document, imprints: Sequence[DocumentStep], count: Count, now: dt.datetime
) -> tuple[Moment, Sequence[Counted]]:
    """The figures as they were handed in or signed, at that moment; else as they are now."""
    kept = frozen_by(imprints)
    moment = Moment(document.date, kept.known_at if kept else now)
    counted = count(moment)
    if kept and [one.in_short() for one in counted] != kept.readings:
        raise Refused(
            "not_as_handed_in",
            "The figures cannot be counted any more as they were when the paper was handed in, for "
            "something was erased since. Nothing was issued; hand it in anew.",
        )
    return moment, counted


def _frozen(reading: FrozenReading, table: Tabled) -> FrozenTable:
    return FrozenTable(
        reading=reading, head=dict(table.head), rows=table.rows, digests=table.digests
    )


def _next_number(document: Document) -> int:
    """The next number of the year, without gaps: only one paper is issued at a time."""
    issued = Document.objects.current().filter(
        programme=document.programme_id,
        name=document.name,
        status="issued",
        year=document.date.year,
    )
    return (issued.aggregate(last=Max("number"))["last"] or 0) + 1


def _digest(document: Document, counted: Sequence[Counted]) -> str:
    said = {
        "title": document.title,
        "date": document.date.isoformat(),
        "body": document.body,
        "readings": [
            [c.figure, c.question, c.value, c.count, c.rows_digest]
            + ([c.table.digest] if c.table else [])
            for c in counted
        ],
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
