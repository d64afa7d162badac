"""How two persons become one: what runs for the one goes on for the other, or ends.

Nothing is said anew of the days before: the person who goes keeps them, and the pages of the one
who stays lead there. See docs/decisions/0026.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from bangfu.ledger import vault
from bangfu.ledger.access import require
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions.event import By, Refused, change_from, correct, end
from bangfu.ledger.actions.membership import count_anew
from bangfu.ledger.actions.subject import sort_key_of
from bangfu.ledger.actions.undoing import Part, columns_told
from bangfu.ledger.models import (
    Affiliation,
    Agreement,
    Class,
    Consent,
    Enrolment,
    Event,
    Fact,
    Handover,
    HealthDetail,
    Household,
    Pairing,
    Person,
    Post,
    Practice,
    Qualification,
    Stint,
    Subject,
    SubjectKey,
    User,
)

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Running:
    """A kind of record that goes on for a person, by which column, and when two are the same.

    ``same``: of two running ones with these columns alike one is enough. ``single``: where this
    flag is set, no two with the first two of them alike may run. ``sealed``: what is sealed in it.
    """

    model: type[Any]
    column: str
    same: tuple[str, ...]
    single: str = ""
    sealed: tuple[str, ...] = ()


RUNNING: tuple[Running, ...] = (
    Running(Enrolment, "subject", ("programme", "name"), sealed=("grounds",)),
    Running(Class, "subject", ("programme", "name", "option"), "single", ("grounds",)),
    Running(Pairing, "subject", ("programme", "name", "helper"), "subject_single"),
    Running(Pairing, "helper", ("programme", "name", "subject"), "helper_single"),
    Running(Agreement, "subject", ("programme", "name", "helper")),
    Running(Agreement, "helper", ("programme", "name", "subject")),
    Running(Post, "person", ("organisation", "kind", "title")),
    Running(Qualification, "person", ("kind", "title"), sealed=("number",)),
    Running(Practice, "person", ("kind", "organisation", "site")),
    Running(Stint, "person", ("kind", "began")),
    Running(Affiliation, "subject", ("organisation",)),
    Running(Consent, "subject", ("purpose",)),
    Running(HealthDetail, "subject", ("id",), sealed=("sort", "detail")),
)
#: Reached by the roles that treat people, and by the person's consent: no grant contains them.
_APART = (Consent, HealthDetail)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two records of which one must end, or that are the same: the one that goes, the one kept."""

    of_gone: Any
    of_keep: Any
    alike: bool


def running(sort: Running, person: UUID, on: dt.date) -> list[Any]:
    """What goes on for a person on a day or later."""
    going = Q(ended__isnull=True) | Q(ended__gte=on)
    rows = sort.model.objects.current().filter(going, pk=F("fact"), **{sort.column: person})
    return list(rows.order_by("began", "pk"))


def clashes(keep: UUID, gone: UUID, on: dt.date) -> list[Clash]:
    """What runs for both and cannot run twice for one person."""
    return [clash for sort in RUNNING for clash in _clashing(sort, keep, gone, on)]


def _clashing(sort: Running, keep: UUID, gone: UUID, on: dt.date) -> Iterator[Clash]:
    held = running(sort, keep, on)
    for row in running(sort, gone, on) if held else ():
        for other in held:
            if _told(row, sort.same) == _told(other, sort.same):
                yield Clash(row, other, alike=True)
            elif sort.single and getattr(row, sort.single) and getattr(other, sort.single):
                if _told(row, sort.same[:2]) == _told(other, sort.same[:2]):
                    yield Clash(row, other, alike=False)


def _told(row: Any, columns: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, row._meta.get_field(name).attname) for name in columns)


# ------------------------------------------------------------------ merging


def merge(
    by: By,
    *,
    keep: Subject,
    gone: Subject,
    on: dt.date,
    take: Collection[str],
    ends: Collection[UUID],
) -> None:
    """Write what becomes of both; within the action that merges."""
    sheet, other = persons.sheet_on(keep), persons.sheet_on(gone)
    _refuse_what_hinders(keep, gone)
    last = max(on - _DAY, other.began, gone.began)
    changes = _changes(keep, gone, other, take)
    homes = _homes(sheet, other, take)
    _require_records(by, keep, gone, on, homes)
    end(other, last)
    end(gone, last)
    _carry_on(keep, gone, on, last, ends)
    change_from(keep, on, **_names(gone, take))
    change_from(sheet, on, **changes)
    for home, otherwise in homes.items():
        _settle(home, keep, gone, on, otherwise=otherwise)


def _refuse_what_hinders(keep: Subject, gone: Subject) -> None:
    if SubjectKey.objects.filter(subject__in=(keep.fact, gone.fact), salt=None).exists():
        raise Refused("erased_already", "This subject was erased already.")
    if User.objects.filter(person=gone.fact, is_active=True).exists():
        raise Refused(
            "account_of_the_other",
            "%(name)s has an account; keep that person instead, or close the account first.",
            name=gone.name,
        )
    parts = Q(giver=gone.fact) | Q(subject=gone.fact) | Q(successor=gone.fact)
    if Handover.objects.current().filter(parts, state="open").exists():
        raise Refused(
            "handover_open",
            "A hand-over of %(name)s waits for an answer; let it be answered or take it back "
            "first.",
            name=gone.name,
        )
    pairs = Q(helper=keep.fact, subject=gone.fact) | Q(helper=gone.fact, subject=keep.fact)
    if Pairing.objects.current().filter(pairs, ended__isnull=True).exists():
        raise Refused(
            "paired_with_each_other",
            "One of the two helps the other. If they are one person, end that pairing first.",
        )


def _names(gone: Subject, take: Collection[str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if "name" in take:
        told |= {"name": gone.name, "sort_key": sort_key_of(gone.name, "person")}
    if "place" in take:
        told["place"] = gone.place
    return told


def _changes(keep: Subject, gone: Subject, other: Person, take: Collection[str]) -> dict[str, Any]:
    """The columns of the sheet that are taken over; what is sealed is sealed anew."""
    sheet: dict[str, Any] = {}
    for name in {*take} - {"name", "place"}:
        if name in persons.SEALED:
            sheet[name] = vault.unseal(gone, name, getattr(other, name))
        else:
            sheet[name] = getattr(other, name, None)
    if "household" in take:
        sheet["relation"] = other.relation
    return persons.columns_of(keep.fact, sheet)


def _homes(sheet: Person, other: Person, take: Collection[str]) -> dict[UUID, bool]:
    """The households in which one of both lived and does not, and whether fewer live there."""
    lives_in = other.household_id if "household" in take else sheet.household_id
    both = (other.fact_id, sheet.fact_id)
    headed = Household.objects.current().filter(head__in=both, ended__isnull=True)
    for home in headed.select_related("fact"):
        if home.fact_id != lives_in:
            raise Refused(
                "head_leaves_by_merging",
                "The household of %(name)s would lose its head. Choose that household, or let "
                "another be the head there first; nothing was changed.",
                name=home.fact.name,
            )
    homes: dict[UUID, bool] = {}
    if other.household_id is not None:
        stays = other.household_id == lives_in
        homes[other.household_id] = not stays or sheet.household_id == lives_in
    if sheet.household_id is not None and sheet.household_id != lives_in:
        homes[sheet.household_id] = True
    return homes


def _require_records(
    by: By, keep: Subject, gone: Subject, on: dt.date, homes: Collection[UUID]
) -> None:
    """Everything that ends or goes on for the other must lie inside what was granted."""
    rows = [
        row for sort in RUNNING if sort.model not in _APART for row in running(sort, gone.fact, on)
    ]
    require(by.user, "duplicate.merge", keep.fact, gone.fact, *homes, *rows)


def _carry_on(
    keep: Subject, gone: Subject, on: dt.date, last: dt.date, ends: Collection[UUID]
) -> None:
    """What runs for the one goes on for the other, or ends."""
    ended: set[UUID] = set()
    for clash in clashes(keep.fact, gone.fact, on):
        chosen = {clash.of_gone.fact_key, clash.of_keep.fact_key} & {*ends, *ended}
        if not chosen and not clash.alike:
            raise Refused(
                "cannot_both_go_on",
                "Two records of a sort of which one person can have one only run for these "
                "persons (%(kind)s). Choose which one ends; nothing was changed.",
                kind=clash.of_gone._meta.model_name,
            )
        ended |= chosen or {clash.of_gone.fact_key}
    for sort in RUNNING:
        for row in (*running(sort, keep.fact, on), *running(sort, gone.fact, on)):
            if row.fact_key in ended:
                end(row, max(last, row.began))
    for sort in RUNNING:
        for row in running(sort, gone.fact, on):
            if row.fact_key not in ended:
                change_from(row, on, **{sort.column: keep, **_sealed_anew(sort, row, keep, gone)})


def _sealed_anew(sort: Running, row: Any, keep: Subject, gone: Subject) -> dict[str, Any]:
    opened = {name: vault.unseal(gone, name, getattr(row, name)) for name in sort.sealed}
    return {name: vault.seal(keep, name, clear) for name, clear in opened.items() if clear}


def _settle(home: UUID, keep: Subject, gone: Subject, on: dt.date, *, otherwise: bool) -> None:
    """A household's head, if that went, is the one who stays; its number of members follows."""
    subject = Subject.objects.get(pk=home)
    sheet = households.sheet_on(subject)
    if sheet.head_id == gone.fact:
        change_from(sheet, on, head=keep)
    if otherwise:
        count_anew(subject, on)


# ------------------------------------------------------------------ taking apart


def take_apart(done: Event, *, gone: UUID) -> None:
    """Give back to each what the merge changed; what was entered since stays with who it is of.

    Refused where a record that went over was changed since: who that was about, nobody but a
    person can say.
    """
    parts = {model: Part(model, done) for model in _TAKEN_BACK}
    moved = [part for part in parts.values() if part.model not in (Subject, Person, Household)]
    if later := [row for part in moved for row in part.otherwise()]:
        raise Refused(
            "stands_on_the_merge",
            "%(count)s records that went over were changed since (%(kinds)s). Take these changes "
            "back first; nothing was changed.",
            count=len(later),
            kinds=", ".join(sorted({str(row._meta.model_name) for row in later})),
        )
    for part in moved:
        # First away from the one who stays, so that what ended for it can go on again.
        for fact in sorted(part.replaced, key=lambda fact: not _was_of(part.replaced[fact], gone)):
            part.take_back_one(fact)
    for part in (parts[Household], parts[Person], parts[Subject]):
        changed = {row.fact_key for row in part.otherwise()}
        for fact in part.replaced:
            if fact in changed:
                _as_far_as_it_stands(part, fact)
            else:
                part.take_back_one(fact)


_TAKEN_BACK: tuple[type[Fact], ...] = (
    *dict.fromkeys(sort.model for sort in RUNNING), Household, Person, Subject
)  # fmt: skip


def _was_of(row: Any, person: UUID) -> bool:
    return person in {getattr(row, f"{s.column}_id") for s in RUNNING if isinstance(row, s.model)}


def _as_far_as_it_stands(part: Part, fact: UUID) -> None:
    """Of a sheet that was changed since: what still says what the merge said, says the old."""
    before = part.replaced[fact]
    versions = part.model._base_manager.filter(fact=fact, event=part.done)
    merged = versions.order_by("-began", "-recorded_at").first()
    for row in part.model.objects.current().filter(fact=fact, ended__isnull=True):
        told = {
            name: getattr(before, name)
            for name in columns_told(part.model)
            if name not in ("began", "ended")
            and getattr(merged, name) != getattr(before, name)
            and getattr(row, name) == getattr(merged, name)
        }
        correct(row, **told)
