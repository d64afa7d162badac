"""Papers and versions of programmes, asked by pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger.access import opens
from bangfu.ledger.actions.document_steps import Stage, stages_of
from bangfu.ledger.models import Document, FrozenReading, Programme, ProgrammeVersion, User
from bangfu.ledger.vocabulary import VOCABULARY


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
    return found.select_related("programme__area", "issued_by", "corrects").first()


def corrections_of(document: Document) -> list[Document]:
    """The papers that correct a paper."""
    rows = Document.objects.current().filter(corrects=document.pk)
    return list(rows.order_by("date"))


def frozen_in(document: Document) -> Sequence[FrozenReading]:
    """The readings that a paper froze with their tables, in the order of its text."""
    readings = FrozenReading.objects.filter(document=document).order_by("place_in_text")
    # The checker knows no pointer backwards, though there is at most one.
    return list(readings.select_related("table__event"))


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
