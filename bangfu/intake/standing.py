"""What stands of those whom rows of records may mean, looked up together."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from bangfu.intake.bodies import called_so, open_to
from bangfu.intake.cells import Row
from bangfu.intake.declared import DECLARED
from bangfu.intake.needs import days_of
from bangfu.intake.on_record import OnRecord, parts
from bangfu.intake.under import ROLES, SECTIONS, Under
from bangfu.intake.whereabouts import Whereabouts
from bangfu.ledger import vault
from bangfu.ledger.access import opens
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.fund import standing_in
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import (
    Activity,
    Benefit,
    Class,
    Enrolment,
    Entry,
    Fund,
    Household,
    Income,
    Measure,
    Need,
    Pairing,
    Participant,
    Payout,
    Person,
    Place,
    Post,
    Statistic,
    Subject,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.picking import kinds_for

#: Which kinds of subject a record may be about, where no programme says it.
_ABOUT = {"visit": ("household", "person"), "need": ("household", "person"),
          "income": ("household",), "benefit": ("person",), "payout": ("person",),
          **dict.fromkeys(("training", "meeting", *DECLARED), ("person",))}  # fmt: skip
#: Kinds that are a person's or a household's: called by their heads, households are meant.
_EITHER = ("benefit", "payout", "award", "affiliation")


class Standing(OnRecord):
    """Those on record whom the rows may mean, with their pairings and what was done for them."""

    def __init__(self, by: By, on: dt.date, place: Place | None, under: Under | None) -> None:
        super().__init__(by, on)
        self.under, self.where = under, Whereabouts(on, place)
        self.meaning = Meaning.of(under.programme, Moment(on)) if under else None
        self.pairs: dict[UUID, list[Pairing]] = {}
        self.visits: dict[tuple[UUID, dt.date], set[UUID]] = {}
        self.units: dict[str, list[Subject]] = {}
        self.posts: dict[UUID, set[str]] = {}
        self.place_names: dict[UUID, str] = {}
        self.places: dict[UUID, Place] = {}
        self.kinds: tuple[str, ...] = ()
        self.taken_in: set[UUID] = set()
        self.lines: dict[tuple[Any, ...], Income] = {}
        self.needs: dict[UUID, list[Need]] = {}
        #: Who lives in the households, the needs by place, and those that answered for a row.
        self.members: dict[UUID, set[UUID]] = {}
        self.needs_at: dict[UUID, list[Need]] = {}
        self.answered: set[UUID] = set()
        self.sorted_as: dict[UUID, dict[str, Class]] = {}
        self.measures: list[Measure] = []
        self.stated: dict[tuple[Any, ...], Statistic] = {}
        self.done: dict[UUID, Decimal] = {}
        self.fund: Fund | None = None
        self.booked: list[Entry] = []
        self.entitled: dict[tuple[UUID, str, str], Benefit] = {}
        self.paid: Counter[tuple[Any, ...]] = Counter()

    def look_up_all(self, read: Sequence[Row], kind: str) -> None:
        """Everybody whom the rows may mean and what stands about them, in a few questions."""
        self.look_up(read)
        self.where.look_up(read)
        self.kinds = _ABOUT.get(kind, ())
        asked = read[0].columns if read else {}
        if kind in _EITHER and "household.name" in asked and "person.name" not in asked:
            self.kinds = ("household", "person")
        if self.meaning is not None and self.under is not None and SECTIONS.get(kind) in ROLES:
            self.kinds = kinds_for(self.meaning, ROLES[SECTIONS[kind]], self.under.name)
        self._look_up_units(read)
        for part in parts(self.names):
            for pairing in (
                Pairing.objects.current().filter(subject__in=part).select_related("programme")
            ):
                self.pairs.setdefault(pairing.subject_id, []).append(pairing)
            for post in (
                Post.objects.at(Moment(self.on))
                .filter(person__in=part)
                .select_related("organisation")
            ):
                self.posts.setdefault(post.person_id, set()).add(post.organisation.name)
        keys = {s.place_id for s in self.names.values() if s.place_id}
        for part in parts(keys):
            self.places |= {p.fact: p for p in Place.objects.at(Moment(self.on)).filter(
                fact__in=part)}  # fmt: skip
        self.place_names = {key: place.name for key, place in self.places.items()}
        if kind == "visit":
            self._look_up_visits(read)
        elif kind == "measure":
            self._look_up_measures()
        elif kind == "entry":
            self._look_up_measures()
            self._look_up_entries()
        elif kind in ("benefit", "payout"):
            self._look_up_given(kind)
        elif kind == "class":
            self._look_up_classes()
        elif kind == "statistic":
            self._look_up_statistics(read)
        elif kind == "need":
            self._look_up_needs(read)
        elif kind != "pairing":
            self._look_up_own()

    def _look_up_own(self) -> None:
        """What stands of who is taken in, and of income."""
        for part in parts(self.names):
            for line in Income.objects.current().filter(subject__in=part):
                key = (line.subject_id, line.kind, line.item, line.since, line.date)
                self.lines[key] = line
            if self.under is not None:
                held = Enrolment.objects.current().filter(
                    subject__in=part, programme=self.under.programme, name=self.under.name
                )
                going = held.filter(Q(ended__isnull=True) | Q(ended__gte=self.on))
                self.taken_in |= set(going.values_list("subject", flat=True))

    def _look_up_needs(self, read: Sequence[Row]) -> None:
        """What stands of needs: of households, who lives there, and where nobody is named."""
        for part in parts(key for key, one in self.names.items() if one.kind == "household"):
            living = Person.objects.current().filter(household__in=part, ended__isnull=True)
            for home, member in living.values_list("household", "fact"):
                self.members.setdefault(home, set()).add(member)
        needs: QuerySet[Any] = Need.objects.current()
        if self.by.user is not None:
            needs = opens(self.by.user, VOCABULARY["need"], needs)
        everybody = {*self.names, *(one for some in self.members.values() for one in some)}
        for part in parts(everybody):
            for need in needs.filter(subject__in=part):
                self.needs.setdefault(need.subject_id, []).append(need)
        if days := days_of(read):
            self._look_up_needs_at(read, needs.filter(date__in=days))

    def _look_up_needs_at(self, read: Sequence[Row], needs: QuerySet[Any]) -> None:
        """The needs of some days by the places that the rows name."""
        for part in parts(self._places_of(read)):
            there = Subject.objects.current().filter(place__in=part)
            asked = there.filter(fact__in=needs.values("subject"))
            where = dict(asked.values_list("fact", "place"))
            for need in needs.filter(subject__in=there.values("fact")):
                self.needs_at.setdefault(where[need.subject_id], []).append(need)

    def _places_of(self, read: Sequence[Row]) -> set[UUID]:
        """The places that the rows name."""
        apart = (dataclasses.replace(row, wrong=[]) for row in read)
        return {place.fact for row in apart if (place := self.where.of(row))}

    def _look_up_given(self, kind: str) -> None:
        """What those whom the rows may mean are entitled to, or were paid."""
        for part in parts(self.names):
            if kind == "benefit":
                held = Benefit.objects.current().filter(subject__in=part)
                for one in held.filter(Q(ended__isnull=True) | Q(ended__gte=self.on)):
                    self.entitled[one.subject_id, one.kind, one.title] = one
            else:
                self._look_up_paid(dict.fromkeys(part))

    def _look_up_paid(self, whom: dict[UUID, Any]) -> None:
        """What was paid to some, and to the households that they head: lists name the head.

        A list may say the benefit alone of what is called otherwise besides.
        """
        homes = Household.objects.at(Moment(self.on)).filter(head__in=whom)
        heads = dict(homes.values_list("fact", "head"))
        named = Person.objects.at(Moment(self.on)).filter(fact__in=whom, relation="head")
        heads |= dict(named.exclude(household=None).values_list("household", "fact"))
        rows = Payout.objects.current().filter(subject__in=[*whom, *heads])
        for to, kind, title, *said in rows.values_list(
            "subject", "kind", "title", "date", "amount"
        ):
            for one in {to, heads.get(to, to)}:
                self.paid.update({(one, kind, called, *said) for called in {title, ""}})

    def _look_up_measures(self) -> None:
        """The measures of the programme and how much of each was reported."""
        if self.under is None:
            return
        rows: QuerySet[Any] = Measure.objects.current().filter(programme=self.under.programme)
        if self.by.user is not None:
            rows = opens(self.by.user, VOCABULARY["measure"], rows)
        self.measures = list(rows.select_related("owner").order_by("title"))
        reports = Activity.objects.current().filter(
            kind="report", measure__in=[one.fact for one in self.measures]
        )
        sums = reports.order_by().values_list("measure").annotate(Sum("amount"))
        self.done = {key: amount for key, amount in sums if amount is not None}

    def _look_up_entries(self) -> None:
        """The fund that is meant, and what stands in it."""
        if self.under is not None:
            self.fund = Fund.objects.current().get(
                programme=self.under.programme, name=self.under.name
            )
            rows: QuerySet[Any] = Entry.objects.current().filter(fund=self.fund)
            if self.by.user is not None:
                rows = opens(self.by.user, VOCABULARY["entry"], rows)
            self.booked = standing_in(rows)

    def _look_up_statistics(self, read: Sequence[Row]) -> None:
        """The numbers that stand for the places of the rows."""
        for part in parts(self._places_of(read)):
            for one in Statistic.objects.current().filter(place__in=part):
                self.stated[one.place_id, one.name, one.began, one.ended] = one

    def _look_up_classes(self) -> None:
        """Into which classes of the scheme those whom the rows may mean are sorted."""
        for part in parts(self.names if self.under is not None else ()):
            assert self.under is not None
            held = Class.objects.current().filter(
                subject__in=part, programme=self.under.programme, name=self.under.name
            )
            for one in held.filter(Q(ended__isnull=True) | Q(ended__gte=self.on)):
                self.sorted_as.setdefault(one.subject_id, {})[one.option] = one

    def needs_of(self, whom: Subject) -> list[Need]:
        """The needs of somebody; of a household, or of its head, those of whoever lives there."""
        held = self.people.get(whom.fact)
        own = held.household_id if held and self.is_head(held) else None
        home: UUID = own or whom.fact
        keys = {whom.fact, home, *self.members.get(home, ())}
        return [need for key in keys for need in self.needs.get(key, ())]

    def raised(self, held: Sequence[Need], text: str) -> Need | None:
        """One of some needs that says just this; own words are opened to be compared."""
        keys = vault.keys_of({need.subject_id for need in held if need.private_text})
        for need in held:
            own, key = need.private_text, keys.get(need.subject_id)
            said = key.open("private_text", bytes(own)) if own and key else need.text
            if said == text:
                return need
        return None

    def _look_up_units(self, read: Sequence[Row]) -> None:
        """Units by their name; 县人民医院 is 青禾县人民医院 where only one is called so."""
        asked = ("helper.unit", "subject.name")
        names = {row.text(one) for row in read for one in asked} - {""}
        self.units = called_so(open_to(self.by, "organisation"), names)

    def _look_up_visits(self, read: Sequence[Row]) -> None:
        """Who was visited on the days that the rows tell, and by whom."""
        days: set[Any] = {day for row in read if (day := row.sure("visit.date"))}
        there: dict[UUID, tuple[UUID, dt.date]] = {}
        for part in parts(self.names):
            rows = Participant.objects.current().filter(
                part="whom", subject__in=part, activity__kind="visit", activity__date__in=days,
                activity__superseded_at__isnull=True,
            )  # fmt: skip
            for whom, visit, day in rows.values_list("subject", "activity", "activity__date"):
                self.visits.setdefault((whom, day), set())
                there[visit] = (whom, day)
        for part in parts(there):
            rows = Participant.objects.current().filter(part="who", activity__in=part)
            for visit, who in rows.values_list("activity", "subject"):
                self.visits[there[visit]].add(who)
