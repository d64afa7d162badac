"""Records picked out of many: a search box, and what it finds to be ticked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from bangfu.desk.page import day_of, reader
from bangfu.desk.table import table, usual_order
from bangfu.ledger.beside import gone_through
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme, User
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.place import LEVELS
from bangfu.lists.holders import last_posts
from bangfu.lists.listing import Listing
from bangfu.lists.pages import of_keys, programme_for, total_of
from bangfu.lists.picking import ROLES, Among, Role
from bangfu.programmes.kinds import Kind

#: So many are offered at a time; who has more to choose from writes a few letters.
OFFERED = 8
#: Of up to so many who have nobody the first are looked for among them alone.
FEW = 1_000
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
    "project": ("title", "state", "place"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One record that may be picked: its key, its name, and what tells it from others."""

    key: UUID
    name: str
    more: str = ""


def found_among(user: User, among: Among, text: str) -> list[Choice]:
    """What a text finds, in the usual order; without one, the first there are."""
    found: list[Choice] = []
    for name in among.kinds:
        rows = among.called(user, VOCABULARY[name], text)
        found += _first(user, among, VOCABULARY[name], rows, len(found))
        if len(found) > OFFERED:
            break
    return found


def unpartnered(user: User, among: Among) -> tuple[int, list[Choice]]:
    """How many have nobody in the pairing on the day, and the first of them."""
    count, found = 0, list[Choice]()
    for name in among.kinds:
        kind = VOCABULARY[name]
        rows = among.unpartnered(user, kind, whole=True)
        here = total_of(rows)
        count += here
        if here and len(found) <= OFFERED:
            few = _few(rows) if here <= FEW else among.unpartnered(user, kind)
            found += _first(user, among, kind, few, len(found))
    return count, found


def _few(rows: QuerySet[Any]) -> QuerySet[Any]:
    """A few rows of a whole county by their keys.

    They are found from what they are. Asked for in an order, the database may leaf through the
    whole county in that order until it has met enough of them.
    """
    parts = gone_through(rows.order_by())
    return of_keys(rows, [key for part in parts for key in part.values_list("pk", flat=True)])


def _first(user: User, among: Among, kind: Kind, rows: QuerySet[Any], there: int) -> list[Choice]:
    """The first of some rows in the usual order, beside so many that were found before."""
    return _told(user, among, kind, rows.order_by(*usual_order(kind))[: OFFERED + 1 - there])


def chosen_among(user: User, among: Among, keys: Iterable[UUID]) -> list[Choice]:
    """Those of some keys that may be picked, in their order."""
    wanted, found = list(keys), list[Choice]()
    for name in among.kinds if wanted else ():
        kind = VOCABULARY[name]
        found += _told(user, among, kind, among.rows(user, kind).filter(fact__in=wanted))
    order = {key: place for place, key in enumerate(wanted)}
    return sorted(found, key=lambda one: order[one.key])


def _told(user: User, among: Among, kind: Kind, rows: QuerySet[Any]) -> list[Choice]:
    if among.posted:
        people = list(rows)
        held = last_posts(user, [row.fact for row in people])
        return [Choice(row.fact, row.name, held.get(row.fact, "")) for row in people]
    fields = [kind[key] for key in TELLING[kind.name]]
    drawn = table(Listing((kind.name,), among.moment), rows, fields)
    partners = among.partners([row.fact for row in drawn.rows])
    told = []
    for row in drawn.rows:
        words = [cell.text for cell in row.cells[1 : len(fields)] if cell.text]
        if row.fact in partners:
            count = partners[row.fact]
            words.append(ngettext("%(n)d partner", "%(n)d partners", count) % {"n": count})
        told.append(Choice(row.fact, row.cells[0].text or _("(own words)"), " · ".join(words)))
    return told


def offered(
    user: User, among: Among, keys: Sequence[UUID], text: str
) -> tuple[list[Choice], list[Choice], bool]:
    """What is picked already, what else is found, and whether there is more of it."""
    chosen = chosen_among(user, among, keys)
    held = {one.key for one in chosen}
    found = [one for one in found_among(user, among, text) if one.key not in held]
    return chosen, found[:OFFERED], len(found) > OFFERED


def outside(user: User, among: Among, text: str) -> list[tuple[Choice, bool]]:
    """Who is called so and cannot be picked here: whether for being taken already, or unfit."""
    if not among.role:
        return []
    free = replace(among, role="", programme=None)
    named = found_among(user, free, text)[:OFFERED]
    fit = among.fit(user, [one.key for one in named])
    return [(one, one.key in fit) for one in named]


# ------------------------------------------------------------------ as fields of a form


class Picked(forms.Field):
    """What both ways of picking share: out of what, for whom, and where it is looked up."""

    several = False

    def __init__(self, *kinds: str, **more: Any) -> None:
        super().__init__(**more)
        self.among = Among(kinds)
        self.reader: User | None = None

    def limit(self, **to: Any) -> None:
        """Pick out of less: what a programme would take in a role, on a day."""
        self.among = replace(self.among, **to)

    def typed(self) -> str:
        """What may be written to find what is picked here."""
        if self.among.kinds == ("place",):
            return _("name, initials or code")
        if {*self.among.kinds} <= {"person", "household"}:
            return _("Name, pinyin or initials")
        return _("Its name, pinyin or initials")

    def address(self, name: str) -> str:
        """Where the search box asks."""
        among = self.among
        told = [("name", name), *(("kind", kind) for kind in among.kinds)]
        if among.programme is not None:
            told += [("programme", among.programme.name), ("role", among.role), ("of", among.name)]
        if among.on is not None:
            told.append(("on", among.on.isoformat()))
        if among.posted:
            told.append(("posted", "1"))
        told += [("level", level) for level in among.levels]
        if among.but is not None:
            told.append(("but", str(among.but)))
        if self.several:
            told.append(("several", "1"))
        if not self.required:
            told.append(("free", "1"))
        return f"{reverse('desk:pick')}?{urlencode(told)}"

    def keys(self, value: Any) -> list[UUID]:
        """The keys in what was posted or given beforehand; nonsense is nobody."""
        several = value if isinstance(value, list | tuple) else [value]
        return [key for one in several if one and (key := _key(one))]

    def picked(self, value: Any) -> list[Any]:
        """The rows that the keys name, in their order; an error where one cannot be picked."""
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


class Pick(Picked):
    """One record."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        """The row, or None."""
        return next(iter(self.picked(value)), None)


class PickSeveral(Picked):
    """Any number of records."""

    widget = forms.SelectMultiple
    several = True

    def to_python(self, value: Any) -> list[Any]:
        """The rows."""
        return self.picked(value)


# ------------------------------------------------------------------ what a search box finds


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """What a search box finds, as a part of the page in which it stands."""
    asked = request.GET
    name, among = asked.get("name", ""), _asked_among(request)
    keys = [key for text in asked.getlist(name) if (key := _key(text))]
    text = asked.get(f"{name}-q", "").replace("\0", "").strip()[:40]
    chosen, found, more = offered(reader(request), among, keys, text)
    beyond = [] if found or chosen or not text else outside(reader(request), among, text)
    context = {
        "beyond": beyond,
        "name": name,
        "several": bool(asked.get("several")),
        "free": bool(asked.get("free")),
        "chosen": chosen,
        "found": found,
        "more": more,
        "text": text,
    }
    return render(request, "desk/parts/found.html", context)


def _asked_among(request: HttpRequest) -> Among:
    """Out of what an address asks to pick; what makes no sense is not there."""
    asked = request.GET
    kinds = tuple(kind for kind in asked.getlist("kind") if kind in TELLING)
    if not kinds or not asked.get("name", "").isidentifier():
        raise Http404
    programme = programme_for(reader(request), asked.get("programme", ""))
    role: Role = next((one for one in ROLES if one == asked.get("role", "")), "")
    if role and programme is None:
        raise Http404
    posted = bool(asked.get("posted")) and kinds == ("person",)
    on = day_of(asked.get("on"))
    levels = tuple(level for level in asked.getlist("level") if level in LEVELS)
    among = Among(
        kinds, programme, role, asked.get("of", ""), on, posted, levels, _key(asked.get("but"))
    )
    if role and programme is not None and not _stands(among, programme):
        raise Http404
    return among


def _stands(among: Among, programme: Programme) -> bool:
    """Whether the programme has the entry that a role names."""
    section = {"enrol": "enrol", "class": "class"}.get(among.role, "pairing")
    return Meaning.of(programme, among.moment).sort_of(among.name) == section
