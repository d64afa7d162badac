"""The page of any other record: its fields, how it came to be so, and what the journal says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from bangfu.desk.acts import Offered, acts_on
from bangfu.desk.acts_of_entries import works_of
from bangfu.desk.agreement import owed_by
from bangfu.desk.journal import told
from bangfu.desk.page import asked, language, reader, said, unkept
from bangfu.desk.project import beside_of
from bangfu.desk.table import table
from bangfu.ledger import clock
from bangfu.ledger.access import may, may_reveal
from bangfu.ledger.actions import confided, grounds, need
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import (
    Activity,
    Agreement,
    Class,
    Enrolment,
    Fact,
    Measure,
    Need,
    Project,
    Proposal,
    Reckoning,
    Stint,
    Task,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import Cell, lines
from bangfu.lists.dossier import events_about, opened_or_ended, versions_of
from bangfu.lists.files import files_beside
from bangfu.lists.household import calculation
from bangfu.lists.leave import steps_of
from bangfu.lists.listing import Listing
from bangfu.lists.measures import progress_of
from bangfu.lists.pages import keyed, of_keys
from bangfu.lists.tasks import tasks_of_meeting
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind


@require_GET
def show(request: HttpRequest, kind: str, key: UUID) -> HttpResponse:
    """A record with all its fields, on a day."""
    if kind not in VOCABULARY:
        raise Http404
    if kind in SUBJECT_KINDS:
        return redirect("desk:subject", key)
    if kind in ("document", "file", "handover", "proceeding", "round"):
        return redirect(f"desk:{kind}", key)
    of, dates = VOCABULARY[kind], asked(request)
    row = opened_or_ended(reader(request), of, key, dates.moment)
    if row is None:
        raise Http404
    fields = list(of.fields.values())
    drawn = table(Listing((kind,), dates.moment), of_keys(row, [row.pk]), fields)
    named = list(zip(fields, drawn.rows[0].cells, strict=False))
    words = _opened(request, row) if dates.present else {}
    rows = versions_of(of, key)
    context = {
        "kind": of,
        "key": key,
        "title": said(_sort_of(of, row).label),
        "about": [cell.text for field, cell in named if field.key in _telling(of) and cell.text],
        "dates": dates,
        "acts": _acts(request, of, row) if dates.present else [],
        "facts": [
            (f, replace(c, text=words.get(f.key, c.text)))
            for f, c in named
            if not f.sealed_by and (c.text or f.key in words)
        ],
        "blank": [f.label for f, c in named if _is_blank(f, c) and f.key not in words],
        "sealed": _numbers(request, of, named, row) if dates.present else [],
        "reveal": reverse("desk:qualification_reveal", args=[key]),
        "looked": bool(words),
        "of_grounds": "grounds" in words,
        "confided": "private_note" in words,
        "programme": drawn.rows[0].cells[-1] if len(drawn.columns) > len(fields) else None,
        "tasks": _tasks(request, row),
        "progress": progress_of(row, dates.moment) if isinstance(row, Measure) else None,
        "calculation": (
            calculation(reader(request), row, dates.moment) if isinstance(row, Reckoning) else None
        ),
        "owed": owed_by(row, dates.moment) if isinstance(row, Agreement) else [],
        "beside": (
            beside_of(reader(request), row, dates.moment) if isinstance(row, Project) else []
        ),
        "leave": steps_of(row, clock.today()) if isinstance(row, Stint) else [],
        "on": clock.today(),
        "versions": _versions(of, rows),
        "events": told(events_about(key, rows)[:50]),
        "files": files_beside(reader(request), of, key),
    }
    response = render(request, "desk/record.html", context)
    return unkept(response) if words else response


def _numbers(
    request: HttpRequest, kind: Kind, named: Sequence[tuple[Field, Cell]], row: Any
) -> list[dict[str, Any]]:
    """The number of a certificate, masked, and whether the reader may open it."""
    told = [(field, cell.text) for field, cell in named if field.sealed_by and cell.text]
    opens = bool(told) and may_reveal(reader(request), getattr(row, f"{told[0][0].sealed_by}_id"))
    return [
        {
            "field": field,
            "masked": text,
            "opens": opens and may(reader(request), f"{kind.name}.reveal"),
        }
        for field, text in told
    ]


def _sort_of(kind: Kind, row: Any) -> Kind:
    """Of a piece of work what sort it is: a visit is called one."""
    return VOCABULARY[row.kind] if isinstance(row, Activity) else kind


def _is_blank(field: Field, cell: Cell) -> bool:
    """Whether nothing is held; what is sealed may be held and not be told."""
    return field.column and field.sensitivity != "sealed" and not cell.text


def _telling(kind: Kind) -> set[str]:
    """The fields that tell a record from others of its kind: about whom, which, of when."""
    return {*kind.receiver.values(), "subject", "title", "date", "began"}


def _acts(request: HttpRequest, kind: Kind, row: Any) -> list[Offered]:
    """What can be done; of a measure that is counted from work, recording that work comes first."""
    offered = acts_on(reader(request), kind, row.fact_key, row)
    works = works_of(reader(request), row) if isinstance(row, Measure) else []
    return [*works, *(replace(one, first=one.first and not works) for one in offered)]


def _tasks(request: HttpRequest, row: Any) -> list[Task]:
    """What was decided, where the record is a meeting."""
    if isinstance(row, Activity) and row.kind == "meeting":
        return tasks_of_meeting(reader(request), row.fact)
    return []


def _opened(request: HttpRequest, row: Any) -> Mapping[str, str]:
    """What is sealed in a record and the reader may read, in clear; that is written down."""
    return _own_words(request, row) or _grounds(request, row) or _confided(request, row)


def _confided(request: HttpRequest, row: Any) -> Mapping[str, str]:
    """What was said in confidence, for those who held the talk."""
    if not isinstance(row, Activity):
        return {}
    note = confided.read(by=By(reader(request), "desk"), activity=row)
    return {"private_note": note} if note else {}


def _own_words(request: HttpRequest, row: Any) -> Mapping[str, str]:
    """What a need says in somebody's own words, for those who see to it; that is written down."""
    if not isinstance(row, Need) or not any(getattr(row, field) for field in need.SEALED):
        return {}
    if not need.may_look(reader(request), row.subject_id):
        return {}
    told = need.words_of(by=By(reader(request), "desk"), subject=row.subject)
    return told.get(row.fact, {})


def _grounds(request: HttpRequest, row: Any) -> Mapping[str, str]:
    """On what grounds somebody was taken in or sorted, for those who decide; written down."""
    if not isinstance(row, Enrolment | Class | Proposal):
        return {}
    told = grounds.read(by=By(reader(request), "desk"), rows=[row])
    return {"grounds": told[row.fact]} if row.fact in told else {}


def _versions(kind: Kind, rows: Sequence[Fact]) -> list[dict[str, Any]]:
    """Earlier rows of a record with what was different in each."""
    if len(rows) < 2:
        return []
    fields = [f for f in kind.fields.values() if f.type != "many" and f.sensitivity != "sealed"]
    texts = _texts(kind, rows, fields)
    return [
        {
            "row": row,
            "texts": [
                (field, texts[row.pk][field.key])
                for field in fields
                if len({texts[other.pk][field.key] for other in rows}) > 1
            ],
        }
        for row in rows
    ]


def _texts(kind: Kind, rows: Sequence[Fact], fields: list[Field]) -> dict[UUID, dict[str, str]]:
    """The values of single rows in words; rows of one fact are read one by one."""
    listing = Listing((kind.name,), Moment.present())
    found = {}
    for row in rows:
        line = lines(listing, keyed(type(row), [row.pk]), fields, language=language())[0]
        found[row.pk] = {f.key: c.text for f, c in zip(fields, line.cells, strict=True)}
    return found
