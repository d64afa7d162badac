"""What every dated fact has: a key that never changes, its days, and when it was known.

A fact is one row that is *current* (its ``id`` is the key by which all other rows point to it)
and any number of older rows of the same ``fact``: earlier spans of a thing that changed on a day,
and superseded versions of what was corrected. Rows point to current rows, so foreign keys hold;
a question about the past asks by ``fact`` and by both dates. See docs/decisions/0002.
"""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.sql import Query

from bangfu.ledger.clock import new_id
from bangfu.ledger.moment import Moment

Day = dt.date | F | OuterRef
M = TypeVar("M", bound="Fact", covariant=True)


if TYPE_CHECKING:
    _Char = models.CharField[str, str]
else:
    _Char = models.CharField


class ByteOrdered(_Char):
    """Text compared byte by byte on every database, so that a prefix is a range of an index."""

    def db_parameters(self, connection: Any) -> Any:
        given = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            given["collation"] = "C"
        return given


def known(known_at: dt.datetime | None) -> Q:
    """Rows that were believed at an instant; with None, those believed now."""
    if known_at is None:
        return Q(superseded_at__isnull=True)
    later = Q(superseded_at__isnull=True) | Q(superseded_at__gt=known_at)
    return Q(recorded_at__lte=known_at) & later


def holding(on: Day) -> Q:
    """Rows of a lasting kind whose days, first and last included, contain ``on``."""
    return Q(began__lte=on) & (Q(ended__isnull=True) | Q(ended__gte=on))


class FactQuerySet(models.QuerySet[M]):
    """Questions that every kind of fact answers.

    With some of them nearly every other question begins. Of a whole table these are put together
    once and copied then, which takes a tenth of the time.
    """

    def __init__(
        self, model: Any = None, query: Query | None = None, using: Any = None, hints: Any = None
    ) -> None:
        super().__init__(model, query, using, hints)
        self._whole = query is None and using is None and not hints

    def known(self, known_at: dt.datetime | None) -> Self:
        """Only what was believed at that time."""
        if self._whole:
            return self._asking(_known_at(self.model, known_at))
        return self.filter(known(known_at))

    def current(self) -> Self:
        """Only what is believed now."""
        return self.known(None)

    def at(self, moment: Moment) -> Self:
        """Only what was so on the day of ``moment``, as known at its other date."""
        if self._whole:
            return self._asking(_so_at(self.model, moment))
        return self.filter(self.model.so_on(moment.on)).known(moment.known_at)

    def _asking(self, question: Query) -> Self:
        """The rows that a question put together before asks for."""
        return type(self)(self.model, question.chain())


@functools.lru_cache(maxsize=1024)
def _known_at(model: type[Fact], known_at: dt.datetime | None) -> Query:
    return FactQuerySet(model).filter(known(known_at)).query


@functools.lru_cache(maxsize=1024)
def _so_at(model: type[Fact], moment: Moment) -> Query:
    return FactQuerySet(model).filter(model.so_on(moment.on)).known(moment.known_at).query


class Fact(models.Model):
    """A dated fact, written only by actions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    fact: Any = models.UUIDField(default=new_id, editable=False)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    # Nobody asks for rows by their event (the event itself names them), so neither has an index.
    event = models.ForeignKey(
        "ledger.Event", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    superseded_by = models.ForeignKey(
        "ledger.Event",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )

    #: Columns that hold something about a person and are wiped when it is erased.
    personal: ClassVar[tuple[str, ...]] = ()
    #: Columns of words in clear that may tell of somebody, whoever the row is about.
    words: ClassVar[tuple[str, ...]] = ()
    #: Columns that came after the first version: while one is empty, a row's digest is as it was
    #: without it, so that what was written before still agrees with the journal.
    later: ClassVar[tuple[str, ...]] = ()

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def fact_key(self) -> uuid.UUID:
        """The key of the fact itself, whichever row of it this is."""
        key: uuid.UUID = getattr(self, "fact_id", None) or self.fact
        return key

    @classmethod
    def so_on(cls, on: Day) -> Q:
        """The condition under which a row was so on a day."""
        raise NotImplementedError


class Span(Fact):
    """A fact that holds from a first to a last day, both included; no last day means still."""

    began = models.DateField()
    ended = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def so_on(cls, on: Day) -> Q:
        """Holding on that day."""
        return holding(on)


class Happening(Fact):
    """A fact that happened on one day."""

    date = models.DateField()

    class Meta:
        abstract = True

    @classmethod
    def so_on(cls, on: Day) -> Q:
        """Happened on that day or before."""
        return Q(date__lte=on)


def grain() -> Any:
    """Random bytes beside words in clear, which go into the row's digest.

    They are changed together with the words when somebody is erased, so that nobody can check a
    guess at what they said.
    """
    return models.BinaryField(max_length=16, null=True, editable=False)


def days_in_order(name: str) -> models.CheckConstraint:
    """The constraint that a span does not end before it begins."""
    ordered = Q(ended__isnull=True) | Q(ended__gte=F("began"))
    return models.CheckConstraint(condition=ordered, name=f"{name}_days_in_order")


def standing(*columns: str, name: str) -> models.Index:
    """An index over what is believed now."""
    return models.Index(fields=[*columns], name=name, condition=Q(superseded_at__isnull=True))


def covering(*columns: str, name: str) -> models.Index:
    """The same with every column that the question needs, so that the rows need not be read.

    SQLite looks at the row for a column of the index's own condition unless it stands there too.
    """
    return standing(*columns, "superseded_at", name=name)
