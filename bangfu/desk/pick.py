"""Records picked out of many: a search box, and what it finds to be ticked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bangfu.desk.page import day_of, reader
from bangfu.desk.table import table, usual_order
from bangfu.ledger.access import opens, visible
from bangfu.ledger.models import Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.listing import Listing
from bangfu.lists.pages import holding, named, programme_for, search
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind

#: So many are offered at a time; who has more to choose from writes a few letters.
OFFERED = 8
#: What tells two of the same name apart, by kind; the first is what it is called.
TELLING: Mapping[str, tuple[str, ...]] = {
    "person": ("name", "sex", "age", "place"),
    "household": ("name", "place", "size"),
    "organisation": ("name", "kind", "place"),
    "site": ("name", "kind", "place"),
    "place": ("name", "parent"),
    "measure": ("title", "owner", "window_to"),
    "need": ("text", "kind", "subject", "date"),
    "fund": ("title", "began"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One record that may be picked: its key, its name, and what tells it from others."""

    key: UUID
    name: str
    more: str = ""


@dataclass(frozen=True)
class Among:
    """Out of what is picked: some kinds, or the lists of a programme on a day."""

    kinds: tuple[str, ...]
    programme: Programme | None = None
    entries: tuple[str, ...] = ()
    on: dt.date | None = None
    where: Mapping[str, Any] = field(default_factory=dict)

    @property
    def moment(self) -> Moment:
        """The day on which they are asked for, as known now."""
        return Moment(self.on) if self.on else Moment.present()

    def parameters(self) -> list[tuple[str, str]]:
        """The same as words of an address."""
        told = [("kind", kind) for kind in self.kinds]
        if self.programme is not None:
            told += [("programme", self.programme.name), *(("entry", e) for e in self.entries)]
        if self.on is not None:
            told.append(("on", self.on.isoformat()))
        return told

    def rows(self, user: User, kind: Kind) -> QuerySet[Any]:
        """The records of one of the kinds that the account may open."""
        if not self.entries:
            rows = visible(user, kind, moment=self.moment)
            if self.programme is not None and kind.name in ("measure", "need", "fund"):
                rows = rows.filter(programme=self.programme)
            return rows
        listing = Listing(self.entries, self.moment, self.where, self.programme)
        return opens(user, kind, listing.possible())

    def found(self, user: User, text: str) -> list[Choice]:
        """What a text finds, in the usual order; without one, the first there are."""
        found: list[Choice] = []
        for name in self.kinds:
            kind = VOCABULARY[name]
            rows = self._named(user, kind, text).order_by(*usual_order(kind))
            found += self._told(kind, rows[: OFFERED + 1 - len(found)])
            if len(found) > OFFERED:
                break
        return found

    def _named(self, user: User, kind: Kind, text: str) -> QuerySet[Any]:
        rows = self.rows(user, kind)
        if not text:
            return rows
        if kind.name == "place":
            return rows.filter(fact__in=search(user, kind, text).values("fact"))
        if kind.name in SUBJECT_KINDS:
            begun = rows.filter(named(kind, text))
            return begun if len(text) < 2 or begun.exists() else rows.filter(holding(text))
        column = TELLING[kind.name][0]
        return rows.filter(Q(**{f"{column}__icontains": text}))

    def chosen(self, user: User, keys: Iterable[UUID]) -> list[Choice]:
        """Those of some keys that may be picked."""
        wanted, found = list(keys), list[Choice]()
        for name in self.kinds if wanted else ():
            kind = VOCABULARY[name]
            found += self._told(kind, self.rows(user, kind).filter(fact__in=wanted))
        order = {key: place for place, key in enumerate(wanted)}
        return sorted(found, key=lambda one: order[one.key])

    def fetched(self, user: User, keys: Sequence[UUID]) -> dict[UUID, Any]:
        """The rows themselves of those that may be picked, by their keys."""
        found: dict[UUID, Any] = {}
        for name in self.kinds if keys else ():
            rows = self.rows(user, VOCABULARY[name]).filter(fact__in=keys)
            found |= {row.fact_key: row for row in rows}
        return found

    def _told(self, kind: Kind, rows: QuerySet[Any]) -> list[Choice]:
        fields = [kind[key] for key in TELLING[kind.name]]
        drawn = table(Listing((kind.name,), self.moment), rows, fields)
        return [
            Choice(
                row.fact,
                row.cells[0].text or _("(own words)"),
                " · ".join(cell.text for cell in row.cells[1 : len(fields)] if cell.text),
            )
            for row in drawn.rows
        ]


class _Picked(forms.Field):
    """What both ways of picking share: out of what, for whom, and where it is looked up."""

    several = False

    def __init__(self, *kinds: str, **more: Any) -> None:
        super().__init__(**more)
        self.among = Among(kinds)
        self.reader: User | None = None

    def limit(self, **to: Any) -> None:
        """Pick out of less: the lists of a programme, on a day."""
        self.among = replace(self.among, **to)

    def address(self, name: str) -> str:
        """Where the search box asks."""
        told = [("name", name), *self.among.parameters()]
        if self.several:
            told.append(("several", "1"))
        if not self.required:
            told.append(("free", "1"))
        return f"{reverse('desk:pick')}?{urlencode(told)}"

    def keys(self, value: Any) -> list[UUID]:
        """The keys in what was posted or given beforehand; nonsense is nobody."""
        if value in (None, "", []):
            return []
        several = value if isinstance(value, list | tuple) else [value]
        return [key for one in several if (key := _key(one))]

    def picked(self, value: Any) -> list[Any]:
        """The rows that the keys name, in their order; an error names how many are out of reach."""
        keys = self.keys(value)
        assert self.reader is not None
        there = self.among.fetched(self.reader, keys)
        if len(there) < len(set(keys)):
            raise forms.ValidationError(
                _("What was picked cannot be picked here any more; look it up again.")
            )
        return [there[key] for key in keys]


def _key(value: Any) -> UUID | None:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value))
    except ValueError:
        return None


class Pick(_Picked):
    """One record."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        """The row, or None."""
        return next(iter(self.picked(value)), None)


class PickSeveral(_Picked):
    """Any number of records."""

    widget = forms.SelectMultiple
    several = True

    def to_python(self, value: Any) -> list[Any]:
        """The rows."""
        return self.picked(value)

    def validate(self, value: Any) -> None:
        """At least one, where it is required."""
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")


def offered(
    user: User, among: Among, keys: Sequence[UUID], text: str
) -> tuple[list[Choice], list[Choice], bool]:
    """What is picked already, what else is found, and whether there is more of it."""
    chosen = among.chosen(user, keys)
    held = {one.key for one in chosen}
    found = [one for one in among.found(user, text) if one.key not in held]
    return chosen, found[:OFFERED], len(found) > OFFERED


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """What a search box finds, as a part of the page in which it stands."""
    asked = request.GET
    kinds = tuple(kind for kind in asked.getlist("kind") if kind in TELLING)
    name = asked.get("name", "")
    if not kinds or not name.isidentifier():
        raise Http404
    programme = programme_for(reader(request), asked.get("programme", ""))
    entries = tuple(asked.getlist("entry"))
    if entries and programme is None:
        raise Http404
    among = Among(kinds, programme, entries, day_of(asked.get("on")))
    keys = [key for text in asked.getlist(name) if (key := _key(text))]
    text = asked.get(f"{name}-q", "").replace("\0", "").strip()[:40]
    chosen, found, more = offered(reader(request), among, keys, text)
    context = {
        "name": name,
        "several": bool(asked.get("several")),
        "free": bool(asked.get("free")),
        "chosen": chosen,
        "found": found,
        "more": more,
        "text": text,
    }
    return render(request, "desk/parts/found.html", context)
