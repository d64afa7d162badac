"""What figures are in each of several places: a figure is asked once for all of them."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, UUIDField
from django.db.models.functions import Coalesce

from bangfu.ledger.conditions import Scope, below, spellings, stated, under, upwards
from bangfu.ledger.models import Place, Subject
from bangfu.ledger.models.base import known
from bangfu.ledger.moment import Moment
from bangfu.lists.figure import Figure
from bangfu.lists.numbers import Number, Reading, divided
from bangfu.paper.forms.narrowing import within_place
from bangfu.paper.forms.over import Read


@dataclass(slots=True)
class _Sum:
    """What some records come to: how many, their amount, how many lack it, their values."""

    rows: int = 0
    amount: Number = 0
    blank: int = 0
    values: set[Any] = field(default_factory=set)

    def add(self, line: Mapping[str, Any]) -> None:
        """Take in what the database says of the records of one place."""
        self.rows += line["n"]
        self.amount += line.get("amount") or 0
        self.blank += line.get("blank") or 0
        if line.get("told") not in (None, ""):
            self.values.add(line["told"])

    def number(self, figure: Figure) -> Number:
        """The aggregate of a figure over them."""
        if figure.aggregate == "distinct":
            return len(self.values)
        return self.amount if figure.aggregate == "sum" else self.rows


class InPlaces:
    """Reads figures in some places, by the tree as it stood on the day, as conditions do.

    The records are counted by the place in which each lies, and what lies inside a place is added
    up. By itself is asked what lies in a place that moved between these days, or of whose code
    another is meant too, and what is worked out or is of several who took part. ``inside``: a
    place in which all of them lie.
    """

    def __init__(self, places: Iterable[Place], moment: Moment, inside: Place | None) -> None:
        self.places = {place.fact_key: place for place in places}
        self.known = known(moment.known_at)
        self.inside = inside if inside is not None and len(upwards(inside.path)) > 1 else None
        self._read: list[tuple[Figure, Mapping[UUID, Reading]]] = []

    def reader(self, place: Place) -> Read:
        """What reads figures of what lies in one of the places."""
        return lambda figure: self._together(figure, place) or _alone(figure, place)

    def _together(self, figure: Figure, place: Place) -> Reading | None:
        if place.fact_key not in self._keys or not _is_grouped(figure):
            return None
        found = next((told for asked, told in self._read if asked == figure), None)
        if found is None:
            within = within_place(figure, self.inside)
            found = self._readings(within) if within is not None else {}
            self._read.append((figure, found))
        return found.get(place.fact_key)

    def _readings(self, figure: Figure) -> dict[UUID, Reading]:
        """The figure in each place, without those that have to be asked by themselves."""
        listing = figure.listing
        sure = self._sums(figure, listing.sure())
        possible = sure if listing.exact else self._sums(figure, listing.possible())
        whole = self._readings(figure.share) if figure.share is not None else None
        return {
            key: _reading(
                figure, sure[key], possible[key], whole[key] if whole is not None else None
            )
            for key in sure.keys() & possible.keys() & (whole or sure).keys()
        }

    def _sums(self, figure: Figure, rows: QuerySet[Any]) -> dict[UUID, _Sum]:
        found = {key: _Sum() for key in self._keys}
        for line in _by_place(figure, rows):
            for key, whole in self._above(line):
                if not whole:
                    found.pop(key, None)
                elif key in found:
                    found[key].add(line)
        return found

    def _above(self, line: Mapping[str, Any]) -> Iterator[tuple[UUID, bool]]:
        """In which of the places something lies, and whether it does on all of its days."""
        spans = self._spans.get(line["lies_in"], ())
        then = [span for span in spans if _days(span, line) == "all"]
        for span in then or spans:
            for path in upwards(span.path):
                for key, root in self._roots.get(path, ()):
                    days = "all" if root is None else _days(root, line)
                    if days:
                        yield key, bool(then) and days == "all"

    @cached_property
    def _keys(self) -> frozenset[UUID]:
        """The places that can be asked together: of whose code no other is meant."""
        coded = [place.code for place in self.places.values() if place.code]
        codes = {one for code in coded for one in spellings(code)}
        bearing: dict[str, set[UUID]] = defaultdict(set)
        held = Place.objects.filter(self.known)
        for code, fact in held.filter(code__in=codes).values_list("code", "fact"):
            bearing[spellings(code)[-1]].add(fact)
        return frozenset(
            key
            for key, place in self.places.items()
            if not place.code or len(bearing[spellings(place.code)[-1]]) == 1
        )

    @cached_property
    def _roots(self) -> Mapping[str, Sequence[tuple[UUID, Place | None]]]:
        """The places by their paths; one that moved with the span of each."""
        spans: dict[UUID, list[Place]] = defaultdict(list)
        for span in Place.objects.filter(self.known, fact__in=self._keys):
            spans[span.fact].append(span)
        found: dict[str, list[tuple[UUID, Place | None]]] = defaultdict(list)
        for key, own in spans.items():
            if len({span.path for span in own}) == 1:
                found[own[0].path].append((key, None))
                continue
            for span in own:
                found[span.path].append((key, span))
        return found

    @cached_property
    def _spans(self) -> Mapping[UUID, Sequence[Place]]:
        """Where everything that ever lay inside the places lies, on which days."""
        top = os.path.commonprefix([upwards(path) for path in self._roots])
        held = Place.objects.filter(self.known)
        inside = held.filter(under(top[-1]) if top else Q()).values("fact")
        found: dict[UUID, list[Place]] = defaultdict(list)
        for span in held.filter(fact__in=inside).only("fact", "path", "began", "ended"):
            found[span.fact].append(span)
        return found


def _days(span: Place, line: Mapping[str, Any]) -> Literal["all", "some", ""]:
    """Whether a place stood so on the days from the first to the last of a line."""
    if span.began > line["last"] or span.ended is not None and span.ended < line["first"]:
        return ""
    whole = span.began <= line["first"] and (span.ended is None or line["last"] <= span.ended)
    return "all" if whole else "some"


def _alone(figure: Figure, place: Place) -> Reading:
    own = within_place(figure, place)
    assert own is not None
    return own.reading()


def _is_grouped(figure: Figure) -> bool:
    """Whether the database can count a figure by place."""
    if figure.worked_out or figure.share is not None and not _is_grouped(figure.share):
        return False
    if figure.aggregate != "distinct" or figure.field == "day":
        return True
    read = figure.value(figure.field)
    return read.field.type != "many" and read.parts is None


def _by_place(figure: Figure, rows: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    """How many of some rows lie in each place, and from which day to which."""
    asked: QuerySet[Any] = rows.order_by().annotate(lies_in=_place_of(figure))
    by = ["lies_in"]
    numbers: dict[str, Any] = {"n": Count("pk")}
    if figure.aggregate == "distinct":
        asked, by = asked.annotate(told=_told(figure)), ["lies_in", "told"]
    if figure.aggregate == "sum":
        asked = asked.annotate(summed=_told(figure))
        missing = Q(summed__isnull=True)
        numbers |= {"amount": Sum("summed"), "blank": Count("pk", filter=missing)}
    if figure.kind.nature == "event":
        numbers |= {"first": Min("date"), "last": Max("date")}
    days = {"first": figure.moment.on, "last": figure.moment.on}
    return (days | line for line in asked.values(*by).annotate(**numbers).iterator())


def _told(figure: Figure) -> Any:
    return F("date") if figure.field == "day" else figure.value(figure.field).expression


def _place_of(figure: Figure) -> Any:
    """The place in which a record lies, as ``in_place`` asks for it."""
    kind = figure.kind
    if "place" in kind or kind.name == "place":
        return figure.value("place" if "place" in kind else "parent").expression
    scope = Scope.at(figure.moment, figure.listing.meaning, kind)
    about = stated(Subject, below(scope)).filter(fact=OuterRef("subject_id"))
    about = about.exclude(kind="place").order_by().values("place")
    lies = Subquery(about[:1], output_field=UUIDField())
    return (
        Coalesce(lies, F("subject_id"), output_field=UUIDField())
        if "subject" in kind.ties.get("place", ())
        else lies
    )


def _reading(figure: Figure, sure: _Sum, possible: _Sum, whole: Reading | None) -> Reading:
    """What a figure is over such records, as it would read them itself."""
    low: Number | None = sure.number(figure)
    high = None if figure.aggregate == "sum" and possible.blank else possible.number(figure)
    if whole is not None:
        low, high = divided(low or 0, high, whole)
    return Reading(low, high, sure.rows, possible.rows - sure.rows)
