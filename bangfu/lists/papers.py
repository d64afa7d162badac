"""Papers and versions of programmes, asked by pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger.access import answers_on_papers, opens
from bangfu.ledger.actions import document_course as course
from bangfu.ledger.actions.document_course import Stage, stages_of
from bangfu.ledger.models import (
    Document,
    DocumentStep,
    FrozenReading,
    Handling,
    Proceeding,
    Programme,
    ProgrammeVersion,
    User,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import ERASED
from bangfu.lists.pages import names_of
from bangfu.lists.proceedings import Line, Told
from bangfu.programmes.issuing import asks_of
from bangfu.programmes.ways import step_title


def documents_of(user: User, programme: Programme) -> QuerySet[Document]:
    """The papers of a programme that an account may open, the latest first."""
    rows = Document.objects.current().filter(programme=programme)
    return opens(user, VOCABULARY["document"], rows).order_by("-date", "-id")


def with_stages(documents: Iterable[Document]) -> list[tuple[Document, Stage | None]]:
    """Some papers, each draft with how far it is: in one query, and none where all are issued."""
    told = list(documents)
    drafts = [one for one in told if one.status == "draft"]
    stages = stages_of(drafts) if drafts else {}
    return [(one, stages.get(one.fact)) for one in told]


def document_for(user: User, key: UUID) -> Document | None:
    """A paper, if the account may open it; a paper that speaks of a later day is there already."""
    rows = Document.objects.current().filter(fact=key)
    found = opens(user, VOCABULARY["document"], rows)
    ties = ("programme__area", "issued_by", "corrects", "signature", "event")
    return found.select_related(*ties).first()


def papers_open(user: User, keys: Iterable[UUID]) -> list[Document]:
    """Of some papers those that an account may open, the latest first."""
    rows = Document.objects.current().filter(fact__in=list(keys))
    return list(opens(user, VOCABULARY["document"], rows).order_by("-date", "pk"))


def corrections_of(document: Document) -> list[Document]:
    """The papers that correct a paper."""
    rows = Document.objects.current().filter(corrects=document.pk)
    return list(rows.order_by("date"))


def frozen_in(document: Document) -> Sequence[FrozenReading]:
    """The readings that a paper froze with their tables, in the order of its text."""
    readings = FrozenReading.objects.filter(document=document).order_by("place_in_text")
    # The checker knows no pointer backwards, though there is at most one.
    return list(readings.select_related("table__event"))


def held_by(document: Document) -> DocumentStep | None:
    """The imprint with which the figures of a draft were frozen, if it was handed in or signed."""
    if document.status != "draft":
        return None
    return course.frozen_by(course.imprints_of(document))


@dataclass(frozen=True, slots=True)
class PaperStep:
    """One step of a paper on its page; without a row it may still come.

    ``stands``: it counts; what was done before the text was changed does not any more. ``own``: it
    is the reader's to do.
    """

    line: Line
    stands: bool
    own: bool = False


def steps_told(user: User, document: Document, on: dt.date) -> list[PaperStep]:
    """The steps of a paper that were done and are open, then those that the file still asks for."""
    way = course.way_of(document)
    plan = way.plan if way else course.plan_of(document)
    rows = list(_with_events(way.held)) if way else []
    told = (
        Told(way.held, plan.meaning, plan.flow, rows, on).lines
        if way
        else [
            Line(key, step_title(plan.name, plan.flow, key), step, None, None)
            for key, step in plan.flow.items.items()
        ]
    )
    since = {row.pk for row in course.since_text(rows)}
    mine = Handling.objects.current().filter(
        answers_on_papers(user), document=document.fact, closed__isnull=True
    )
    own = set(mine.values_list("pk", flat=True))
    asked = {
        step for asks in ("text", "review", "signature", "issue") for step, _ in plan.steps(asks)
    }
    return [
        PaperStep(
            line,
            line.row is None or line.row.pk in since or line.row.result != "done",
            line.row is not None and line.row.pk in own,
        )
        for line in told
        if line.row is not None or line.name in asked or asks_of(line.step) in ("text", "issue")
    ]


def _with_events(held: Proceeding) -> QuerySet[Handling]:
    """The steps of a paper in the order of their opening, with who entered what became of them."""
    rows = Handling.objects.current().filter(proceeding=held.fact)
    return rows.select_related("organisation", "who", "event__by").order_by("pk")


def signature_of(document: Document) -> DocumentStep | None:
    """By what a paper is signed: an issued one as it was, a draft as it stands."""
    if document.status != "draft":
        signed: DocumentStep | None = document.signature
        return signed
    return course.signature_among(course.imprints_of(document))


def signer_of(document: Document) -> str:
    """Who signed a paper, as called when that was; nothing while nobody has."""
    signature = signature_of(document)
    if signature is None or signature.signer is None:
        return ""
    signed = Moment(signature.date, document.known_at)
    return names_of([signature.signer.fact], signed).get(signature.signer.fact) or ERASED.zh


def running_number(document: Document) -> int | None:
    """Which issue of its sort a paper is, over all years; a draft is none yet."""
    if document.known_at is None:
        return None
    issued = Document.objects.current().filter(programme=document.programme_id, status="issued")
    return issued.filter(name=document.name, known_at__lte=document.known_at).count()


def versions_of_programme(programme: Programme) -> list[ProgrammeVersion]:
    """Every version of a programme's file, the latest first."""
    rows = ProgrammeVersion.objects.current().filter(programme=programme)
    latest: dict[int, ProgrammeVersion] = {}
    for row in rows.select_related("event__by").order_by("number", "began"):
        latest[row.number] = row
    return sorted(latest.values(), key=lambda row: row.number, reverse=True)


def recent_papers(user: User, programmes: Sequence[Programme], count: int) -> list[Document]:
    """The latest papers of some programmes that an account may open."""
    rows = Document.objects.current().filter(Q(programme__in=programmes))
    found = opens(user, VOCABULARY["document"], rows).select_related("programme")
    return list(found.order_by("-date", "-id")[:count])
