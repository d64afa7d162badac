"""A list: a kind of record, a condition, and the two dates."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.ledger.access import area, kind_for, opens, reads
from bangfu.ledger.conditions import (
    ANYTHING,
    NOTHING,
    NoNames,
    Scope,
    Unsayable,
    Verdict,
    common,
    compile_where,
    lasting,
    rows_of,
    select,
)
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Post, Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.reached import words_reached
from bangfu.ledger.readers import Kept, kept_lists
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.in_sql import InSql
from bangfu.lists.own_work import is_of_people, of_own_work
from bangfu.programmes.kinds import Kind
from bangfu.programmes.names import KEPT
from bangfu.programmes.period import Span
from bangfu.programmes.schema import Checklist
from bangfu.programmes.verdicts import why_worked_out


@dataclass(frozen=True)
class Listing:
    """Records of what ``of`` names (a kind, or a list of the programme) that meet ``where``.

    With a programme its names may be used and its area limits whatever lies somewhere; without
    one, only kinds and fields. ``keys`` narrows to given records. ``days``: of lasting records,
    those that held on some of these days instead of on the moment's day alone. ``entry``: the
    figure or target that counts it, whose readers count like those of what it is of.
    """

    of: tuple[str, ...]
    moment: Moment
    where: Mapping[str, Any] = field(default_factory=dict)
    programme: Programme | None = None
    keys: tuple[UUID, ...] | None = None
    file: Meaning | None = field(default=None, compare=False, repr=False)
    days: Span | None = None
    entry: str = field(default="", compare=False)

    @cached_property
    def meaning(self) -> Meaning | NoNames:
        """What names stand for here: the programme's file, read once (``file`` is it, if known)."""
        if self.programme is None:
            return NoNames()
        return self.file or Meaning.of(self.programme, self.moment)

    @cached_property
    def kind(self) -> Kind:
        """The kind of record that is listed."""
        return functools.reduce(common, (self._kind_of(name) for name in self.of))

    def _kind_of(self, first: str) -> Kind:
        if first in VOCABULARY:
            return VOCABULARY[first]
        meaning = self.meaning
        assert isinstance(meaning, Meaning)
        section = meaning.sort_of(first)
        if section in KEPT or section == "measure":
            return VOCABULARY[KEPT.get(section, section)]
        if section == "duty":
            return meaning.file.record(first)
        kind = meaning.record_of(first)
        if kind is None:
            raise Unsayable(f"{first} is worked out from records and is not itself a list of them")
        return kind

    def at(self, moment: Moment) -> Listing:
        """The same question at another moment."""
        file = self.file if moment == self.moment else None
        days = self.days and Span(min(self.days.began, moment.on), moment.on)
        return replace(self, moment=moment, file=file, days=days)

    def over(self, days: Span) -> Listing:
        """The lasting records that held on some days; what surrounds them is read at the moment."""
        return replace(self, days=days)

    def narrowed(self, where: Mapping[str, Any]) -> Listing:
        """The same list under one condition more."""
        if not where:
            return self
        both = {**self.where}
        shared = {k: one for k, v in where.items() if (one := _shared_days(both.get(k), v))}
        clashing = {k: v for k, v in where.items() if k in both and k not in shared}
        both |= shared | {k: v for k, v in where.items() if k not in both}
        if clashing:
            # Two lines on one field must both hold, so the second stands in a group of its own.
            both["any"] = _crossed(both.get("any"), clashing)
        return replace(self, where=both)

    def sure(self) -> QuerySet[Any]:
        """The records that surely belong: what is counted and shown."""
        return self._surely.all()

    def possible(self) -> QuerySet[Any]:
        """The records that belong or may belong, as far as is known."""
        return self._possibly.all()

    @property
    def exact(self) -> bool:
        """Whether it is known of every record whether it belongs."""
        return self._verdict.exact

    @property
    def doubtful(self) -> QuerySet[Any] | None:
        """The same as ``unknown`` where it can be asked by itself; None where it cannot."""
        doubt = self._verdict.doubt
        return None if doubt is None else self._told(doubt)

    @cached_property
    def asked(self) -> InSql | None:
        """What may belong to it, as a question in SQL; None where nothing can."""
        return InSql.by(self.possible().order_by().values_list("pk"))

    @property
    def counts(self) -> list[QuerySet[Any] | InSql]:
        """What surely belongs and, unless that is known of all, what is in doubt or all that may.

        Each is to be counted.
        """
        if self.exact:
            return [self.asked or self.sure()]
        return [self.sure(), self.possible() if (doubt := self.doubtful) is None else doubt]

    def counted(self, counts: Sequence[int]) -> tuple[int, int]:
        """How many surely and how many possibly belong, where ``counts`` were counted."""
        if self._verdict.doubt is not None:
            return counts[0], sum(counts)
        return counts[0], counts[-1]

    def unknown(self) -> QuerySet[Any]:
        """The records of which it is not known whether they belong."""
        if self.exact:
            return self.sure().none()
        rows = self.possible()
        return rows.filter(pk__in=without(rows, self.sure(), "pk"))

    @cached_property
    def _surely(self) -> QuerySet[Any]:
        return self._told(self._verdict.sure)

    @cached_property
    def _possibly(self) -> QuerySet[Any]:
        return self._surely if self.exact else self._told(self._verdict.possible)

    def _told(self, told: Q) -> QuerySet[Any]:
        rows = (self._lasting() if self.days else rows_of(self.kind, self._scope)).filter(told)
        return rows.filter(fact__in=self.keys) if self.keys is not None else rows

    def _lasting(self) -> QuerySet[Any]:
        assert self.days is not None
        rows = lasting(self.kind, self.moment).filter(began__lte=self.days.ended)
        return rows.filter(Q(ended__isnull=True) | Q(ended__gte=self.days.began))

    @cached_property
    def _scope(self) -> Scope:
        return Scope.at(self.moment, self.meaning, self.kind)

    @cached_property
    def _verdict(self) -> Verdict:
        kind, scope = self.kind, self._scope
        verdict = Verdict.plain(NOTHING)
        for name in self.of:
            verdict = verdict | select(name, scope)[1]
        verdict = verdict & compile_where(kind, self.where, scope)
        return verdict & Verdict.plain(self._within_the_programme(kind))

    def _within_the_programme(self, kind: Kind) -> Q:
        """A programme limits by area whatever lies somewhere, and money by its own purse."""
        if self.programme is None or self._owned():
            return ANYTHING
        base = kind.basic or kind.name
        if base == "entry":
            return Q(fund__programme=self.programme)
        if base in _DECIDED:
            return Q(programme=self.programme)
        if base not in _PLACED:
            return ANYTHING
        inside = area(self.programme.area, on=self.moment.on).values("fact")
        if base == "person":
            return Q(place__in=inside) | Q(Exists(self._serving(inside)))
        if base == "activity":
            return Q(place__in=inside) | Q(place__isnull=True, programme=self.programme)
        return Q(**{f"{_PLACED[base]}__in": inside})

    def _serving(self, inside: QuerySet[Any]) -> QuerySet[Any]:
        """Posts in the area: who serves there belongs to it, wherever he or she is registered."""
        posts = Post.objects.at(self.moment).filter(person=OuterRef("fact"))
        return posts.filter(organisation__place__in=inside)

    def _owned(self) -> bool:
        """Whether the programme itself wrote the rows, or took the subjects in."""
        meaning = self.meaning
        sections = {meaning.sort_of(name) for name in self.of}
        return sections <= {"enrol", "measure", *KEPT}

    @property
    def totals_only(self) -> bool:
        """Whether a list that it is of names nobody as reader, so that only totals are shown."""
        meaning = self.meaning
        if not isinstance(meaning, Meaning):
            return False
        entries = (meaning.file.entry(name) for name in self.of if name in meaning.file)
        return any(getattr(one, "readers", None) == () for one in entries)

    def opened(self, user: User, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Of its rows those that an account may open; none where to stand on it tells too much.

        Who is on a list of households below some income earns less than that; a file may keep a
        list for readers that it names; and what people owe and did at work is for them and the
        leads of their units.
        """
        if not self.may_name(user):
            return rows.none()
        there = opens(user, self.kind, rows)
        of_work = any(is_of_people(meaning, name) for meaning, name in self.duties_asked())
        return of_own_work(user, self.kind, there, self.moment) if of_work else there

    def may_name(self, user: User) -> bool:
        """Whether an account may be told who stands on it."""
        home = VOCABULARY["household"]
        asks = self.asks(home.fields.keys() - kind_for(user, home).fields.keys())
        return not asks and not self.is_kept_from(user)

    def asks(self, keys: Iterable[str]) -> bool:
        """Whether its question, or one that it is built on, reads a field of such a key."""
        wanted = set(keys)
        return bool(wanted) and any(words & wanted for words in self._words())

    def duties_asked(self) -> list[tuple[Meaning, str]]:
        """The duties of whose turns its question asks, or one that it is built on."""
        meaning = self.meaning
        if not isinstance(meaning, Meaning):
            return []
        words = set[str]().union(*self._words())
        return [(meaning, name) for name, _ in meaning.file.entries("duty") if name in words]

    @property
    def is_worked_out(self) -> bool:
        """Whether some of it is worked out from rows that its own question does not name."""
        return bool(self.duties_asked()) or self._asks_items()

    def _asks_items(self) -> bool:
        """Whether it asks for a checklist of which an item is worked out."""
        meaning = self.meaning
        if not isinstance(meaning, Meaning) or not any(meaning.file.entries("checklist")):
            return False
        words, names = set[str]().union(*self._words()), meaning.file.names
        return any(
            why_worked_out(check, names) is not None
            for name, entry in meaning.file.entries("checklist")
            if name in words and isinstance(entry, Checklist)
            for check in entry.items.values()
        )

    def _words(self) -> Iterator[set[str]]:
        meaning = self.meaning if isinstance(self.meaning, Meaning) else None
        of = (*self.of, self.entry) if self.entry else self.of
        return words_reached(of, self.where, meaning)

    def is_kept_from(self, user: User) -> bool:
        """Whether its file, as it is today, names readers of whom the account is none."""
        return not all(reads(user, one) for one in self._kept())

    def kept_for(self, user: User) -> list[str]:
        """What those are called for whom its rows are kept, if they are kept from the account."""
        kept = [one for one in self._kept() if not reads(user, one)]
        return [*dict.fromkeys(title for one in kept for title in one.called())]

    def _kept(self) -> list[Kept]:
        meaning = self.meaning
        if not isinstance(meaning, Meaning):
            return []
        return kept_lists(meaning.row, self.moment, set[str]().union(*self._words()))

    def as_data(self) -> dict[str, Any]:
        """The question as plain data, for keeping and for comparing."""
        said: dict[str, Any] = {"of": list(self.of), "where": _plain(self.where)}
        if self.programme is not None:
            said["programme"] = self.programme.name
        if self.keys is not None:
            said["keys"] = sorted(str(k) for k in self.keys)
        if self.days is not None:
            said["days"] = [self.days.began.isoformat(), self.days.ended.isoformat()]
        return said

    @classmethod
    def from_data(cls, data: Mapping[str, Any], moment: Moment) -> Listing:
        """The question that ``as_data`` wrote."""
        programme = None
        if data.get("programme"):
            programme = Programme.objects.current().get(name=data["programme"])
        keys = tuple(UUID(k) for k in data["keys"]) if "keys" in data else None
        told = (dt.date.fromisoformat(day) for day in data.get("days", ()))
        days = Span(*told) if "days" in data else None
        return cls(tuple(data["of"]), moment, data["where"], programme, keys, days=days)


#: Kinds of which a programme's lists see its own alone.
_DECIDED = frozenset(
    (
        *"enrolment class pairing agreement measure fund document".split(),
        *"proceeding handling tick round sample score".split(),
    )
)


def without(rows: QuerySet[Any], others: QuerySet[Any], column: str) -> QuerySet[Any]:
    """What stands in a column of some rows and of none of the others.

    By the database's set difference: asked with "not in" or "not exists", one of our databases
    would go through all of the others for each row once they are many.
    """
    return rows.order_by().values(column).difference(others.order_by().values(column))


_PLACED = {
    "place": "fact",
    "person": "place",
    "household": "place",
    "site": "place",
    "activity": "place",
    "need": "subject__place",
    "statistic": "place",
    "defect": "place",
    "demand": "place",
    "project": "place",
    "project_part": "place",
}


def _crossed(groups: Iterable[Mapping[str, Any]] | None, more: Mapping[str, Any]) -> list[Any]:
    """Alternatives that must all meet a further condition."""
    if groups is None:
        return [dict(more)]
    return [{**g, "none": [*g.get("none", ()), {"none": [dict(more)]}]} for g in groups]


def _shared_days(one: Any, other: Any) -> dict[str, dt.date] | None:
    """The days that two lines of a first and a last day both mean, as one line."""
    for line in (one, other):
        if not isinstance(line, Mapping) or line.keys() != {"from", "to"}:
            return None
    first, last = (
        [day for line in (one, other) if isinstance(day := line[word], dt.date)]
        for word in ("from", "to")
    )
    return {"from": max(first), "to": min(last)} if len(first) == len(last) == 2 else None


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def digest_of_keys(keys: Iterable[UUID]) -> str:
    """A digest that stands for a set of rows, whatever their order."""
    whole = b"".join(sorted(key.bytes for key in keys))
    return hashlib.sha256(whole).hexdigest()


def digest_of_data(data: Mapping[str, Any]) -> str:
    """A digest that stands for a question."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
