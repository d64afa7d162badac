"""What was offered to a successor: together as it was offered, with what is open on each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from django.db.models import Case, Exists, Max, OuterRef, Q, QuerySet, When

from bangfu.ledger import clock
from bangfu.ledger.access import answers, asked_to_take_over, may, opens
from bangfu.ledger.actions.handover_steps import its_turn
from bangfu.ledger.actions.proceeding_course import flow_of, meaning_of
from bangfu.ledger.models import (
    Event,
    Handling,
    Handover,
    Pairing,
    Person,
    Place,
    Proceeding,
    User,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.claims import Verdict
from bangfu.lists.doorstep import Open, last_days, with_measures
from bangfu.lists.pages import reachable
from bangfu.lists.proceedings import Line, Told, verdict_of
from bangfu.programmes.kinds import Label
from bangfu.programmes.ways import step_title

#: For so many days the first page says that an offer was accepted.
TOLD = 7
#: So many stand on it at once.
MOST = 12


@dataclass(frozen=True, slots=True)
class Offered:
    """One subject that was offered: the last visit, and the needs that are not met.

    ``told``: whether the reader may know that (any more).
    """

    offer: Handover
    told: bool
    place: Place | None
    last: dt.date | None
    needs: Sequence[Open]


@dataclass(frozen=True, slots=True)
class Passed:
    """One step of what was offered together, of those offers of which the same was said.

    ``whole``: of all that were offered. ``waits``: whether it is the reader's to do now.
    """

    title: Label
    row: Handling
    subjects: Sequence[str]
    whole: bool
    verdict: Verdict
    waits: bool
    back_to: Label | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What was offered at once, as far as the account may open it.

    ``asks``: whether the account is the one that is asked, and has not answered all. ``step``: of
    what is open, the step that is to be done by the earliest day, and what it is called.
    """

    offers: Sequence[Handover]
    asks: bool
    step: tuple[Handling, Label] | None = None

    @property
    def first(self) -> Handover:
        """The one by which the whole is found."""
        return self.offers[0]

    def in_state(self, *states: str) -> list[Handover]:
        """Those of it that are so far."""
        return [one for one in self.offers if one.state in states]


def _rows(user: User, rows: QuerySet[Handover]) -> QuerySet[Handover]:
    open_to = opens(user, VOCABULARY["handover"], rows)
    return open_to.select_related(
        "programme", "subject", "giver", "successor", "taken_by", "offered_by", "pairing"
    ).order_by("-date", "together", "subject__sort_key", "pk")


def batch_of(user: User, key: UUID) -> Batch | None:
    """The whole that was offered together with one offer, if the account may open that one."""
    current = Handover.objects.current()
    offers = list(_rows(user, current.filter(together__in=_together(key))))
    if not any(one.fact == key for one in offers):
        return None
    return Batch(offers, bool(_asked(user, offers)))


def _asked(user: User, offers: Iterable[Handover]) -> set[UUID]:
    """Of some offers those that the account is to answer."""
    open_ones = [one.fact for one in offers if one.state == "open"]
    rows = Handover.objects.current().filter(asked_to_take_over(user), its_turn())
    rows = rows.filter(fact__in=open_ones)
    return set(rows.values_list("fact", flat=True))


def _together(key: UUID) -> QuerySet[Handover, UUID]:
    return Handover.objects.current().filter(fact=key).values_list("together", flat=True)


def steps_of(user: User, batch: Batch, on: dt.date) -> list[Passed]:
    """What was done and is open on the way of what was offered, in the order of opening.

    Who may open the offer reads it: nothing is told there of those who are helped.
    """
    rows = list(_steps([one.fact for one in batch.offers]))
    own = _to_do(user, rows)
    found: dict[tuple[object, ...], list[Handling]] = {}
    for row in rows:
        found.setdefault(tuple(getattr(row, name) for name in _SAID), []).append(row)
    return [_passed(batch, several, own, on) for several in found.values()]


def steps_to_come(batch: Batch, on: dt.date) -> list[Line]:
    """What may still come of what was offered, by the first that is not at its end."""
    held = Proceeding.objects.current().filter(
        handover__in=[one.fact for one in batch.offers], outcome=""
    )
    first = held.select_related("programme", "subject").order_by("pk").first()
    return [line for line in Told.of(first, on).lines if line.row is None] if first else []


#: What is said of a step; of what was offered together it is mostly the same.
_SAID = ("step", "date", "due", "organisation_id", "party_id", "closed", "result", "who_id",
         "evidence", "reason", "back_to", "asked", "until")  # fmt: skip


def _steps(offers: Sequence[UUID]) -> QuerySet[Handling]:
    rows = Handling.objects.current().filter(proceeding__handover__in=offers)
    beside = ("proceeding__programme", "subject", "organisation", "party", "who")
    return rows.select_related(*beside).order_by("date", "pk")


def _passed(batch: Batch, rows: Sequence[Handling], own: Container[UUID], on: dt.date) -> Passed:
    row, held = rows[0], rows[0].proceeding
    flow = flow_of(meaning_of(held), held.name)
    called = [name for one in rows if one.subject and (name := one.subject.name)]
    return Passed(
        step_title(held.name, flow, row.step),
        row,
        called,
        len(rows) == len(batch.offers),
        verdict_of(row, on),
        any(one.fact in own for one in rows),
        step_title(held.name, flow, row.back_to) if row.back_to else None,
    )


def _to_do(user: User, rows: Iterable[Handling]) -> set[UUID]:
    """Of some steps those that the account may do now."""
    if not may(user, "proceeding.handle"):
        return set()
    today = [row.fact for row in rows if row.closed is None and row.date <= clock.today()]
    told = Handling.objects.current().filter(answers(user, "proceeding.handle"), fact__in=today)
    return set(opens(user, VOCABULARY["handling"], told).values_list("fact", flat=True))


def beside(user: User, row: Handling) -> list[Handling]:
    """The same open step of what else was handed over by the same offer, as far as it is theirs."""
    offer = row.proceeding.handover
    if offer is None:
        return []
    rows = Handling.objects.current().filter(
        proceeding__handover__together=offer.together, step=row.step, closed__isnull=True
    )
    told = list(rows.exclude(pk=row.pk).select_related("proceeding__handover", "subject"))
    own = _to_do(user, told)
    return [one for one in told if one.fact in own]


def what_is_open(user: User, offers: Sequence[Handover], moment: Moment) -> list[Offered]:
    """What a successor is to know of each: what kind of needs, what is to meet them, since when.

    Open to whoever may open the offer, until it is answered; afterwards to those who may open the
    one whom it is about. What somebody said in own words is not among it.
    """
    reach = set(reachable(user, [one.subject_id for one in offers if one.state != "open"]))
    keys = {one.subject_id for one in offers if one.state == "open" or one.subject_id in reach}
    homes = _homes(keys, moment)
    last, needs = last_days([*keys], moment), with_measures([*keys, *homes], moment)
    return [
        Offered(
            one,
            one.subject_id in keys,
            one.subject.place if one.subject_id in keys else None,
            last.get(one.subject_id),
            [n for n in needs if homes.get(n.need.subject_id, n.need.subject_id) == one.subject_id],
        )
        for one in offers
    ]


def _homes(keys: Iterable[UUID], moment: Moment) -> Mapping[UUID, UUID]:
    """The persons who live in any of some households, with their household."""
    there = Person.objects.at(moment).filter(household__in=list(keys)).exclude(fact__in=list(keys))
    return dict(there.values_list("fact_id", "household_id"))


def offerable(user: User, pairing: Pairing) -> list[Pairing]:
    """What of one helper in one mode goes on and is not offered yet, this pairing first."""
    offered = Handover.objects.current().filter(pairing=OuterRef("fact"), state="open")
    rows = Pairing.objects.current().filter(
        ~Exists(offered),
        programme=pairing.programme_id,
        name=pairing.name,
        helper=pairing.helper_id,
        ended__isnull=True,
    )
    open_to = opens(user, VOCABULARY["pairing"], rows).select_related("subject__place", "helper")
    return sorted(open_to.order_by("subject__sort_key", "pk"), key=lambda p: p.fact != pairing.fact)


def open_offer_of(pairing: Pairing) -> Handover | None:
    """The offer of a pairing that is still to be answered."""
    return Handover.objects.current().filter(pairing=pairing.fact, state="open").first()


def events_of(offers: Sequence[Handover]) -> QuerySet[Event]:
    """What the journal says of some offers, the latest first."""
    keys = [one.fact for one in offers]
    return Event.objects.filter(about__in=keys).select_related("by").order_by("-at")


# ------------------------------------------------------------------ on the first page


def handovers_waiting(user: User, moment: Moment) -> tuple[list[Batch], int]:
    """What the account is to answer first, what waits for others, what was refused or accepted.

    So many as one looks through, and how many there are.
    """
    since = moment.on - dt.timedelta(days=TOLD)
    lately = Q(state="accepted", answered__gte=since) & _theirs(user)
    waits: Q = Q(state="open") | lately
    if may(user, "handover.withdraw"):
        waits = waits | Q(~Exists(_settled_since()), state="refused")
    rows = Handover.objects.at(moment).filter(waits)
    asked = Q(state="open") & asked_to_take_over(user) & its_turn()
    those = opens(user, VOCABULARY["handover"], rows).values("together")
    first = those.annotate(
        latest=Max("date"), asks=Max(Case(When(asked, then=1), default=0))
    ).order_by("-asks", "-latest", "together")
    keys = [one["together"] for one in first[:MOST]]
    if not keys:
        return [], 0
    # What was answered in part stands there twice: what was taken over, and what was not.
    found: dict[tuple[UUID, str], list[Handover]] = {}
    for one in _rows(user, rows.filter(together__in=keys)):
        found.setdefault((one.together, one.state), []).append(one)
    mine = _asked(user, chain.from_iterable(found.values()))
    # What was offered together mostly waits at one step; its page tells of each.
    open_at = _open_at([one for one, *_others in found.values() if one.state == "open"])
    told = (
        Batch(offers, any(one.fact in mine for one in offers), open_at.get(offers[0].fact))
        for offers in found.values()
    )
    batches = sorted(told, key=lambda batch: not batch.asks)
    whole = len(keys) if len(keys) < MOST else those.distinct().count()
    return batches, whole


def _open_at(offers: Sequence[Handover]) -> dict[UUID, tuple[Handling, Label]]:
    """At which step what is not answered waits: the one that is to be done by the earliest day."""
    found: dict[UUID, tuple[Handling, Label]] = {}
    if not offers:
        return found
    rows = _steps([one.fact for one in offers]).filter(closed__isnull=True)
    for row in sorted(rows, key=lambda one: one.due or dt.date.max):
        held, offer = row.proceeding, row.proceeding.handover_id
        if offer is not None and offer not in found:
            flow = flow_of(meaning_of(held), held.name)
            found[offer] = row, step_title(held.name, flow, row.step)
    return found


def _theirs(user: User) -> Q:
    """What concerns the account: as giver, successor, who was named, offered or answered it."""
    q = Q(offered_by=user.pk) | Q(event__by=user.pk)
    if user.person_id:
        mine = user.person_id
        q = q | Q(giver=mine) | Q(successor=mine) | Q(taken_by=mine)
    return q


def _settled_since() -> QuerySet[Handover]:
    """Offers after a refused one of the same pairing; and those whose pairing ended since."""
    again = Handover.objects.current().filter(
        Q(date__gt=OuterRef("date")) | Q(state__in=("open", "accepted")) | _over(),
        pairing=OuterRef("pairing"),
    )
    return again


def _over() -> Q:
    return Q(pairing__ended__isnull=False) | Q(pairing__superseded_at__isnull=False)
