"""Work in the background, asked by pages: the latest pieces, and the latest of one kind."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.models import Download, Work


def latest_work(most: int) -> list[Work]:
    """The latest pieces of work of the installation, those that wait or are being done first."""
    rows = list(_kept().select_related("by").order_by("-asked_at")[:most])
    return sorted(rows, key=lambda work: work.state not in ("waiting", "running"))


def _kept() -> QuerySet[Work]:
    """The work of the installation: what concerns one list or file is told of on its own page."""
    return Work.objects.filter(about=None, download=None)


def latest_of(kind: str) -> Work | None:
    """The latest piece of work of a kind."""
    return Work.objects.filter(kind=kind).select_related("by").order_by("-asked_at").first()


def work_on(list_key: UUID) -> Work | None:
    """The latest piece of work about one list that is taken in."""
    return Work.objects.filter(about=list_key).order_by("-asked_at").first()


def work_of(key: UUID) -> Work | None:
    """One piece of work of the installation."""
    return _kept().filter(pk=key).first()


def work_for(download: Download) -> Work | None:
    """The latest piece of work on a file."""
    return Work.objects.filter(download=download).order_by("-asked_at").first()
