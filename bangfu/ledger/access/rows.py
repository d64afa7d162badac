"""The rows that an account may open: one rule for a single row and for a whole list."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger import clock
from bangfu.ledger.access.defects import where_the_record_is_open
from bangfu.ledger.access.grants import grants_of, limits_of, serves_in, units_granted, units_under
from bangfu.ledger.access.own import helped_by, own_keys, own_pairs, own_reach
from bangfu.ledger.access.reach import (
    base_of,
    goes_by,
    in_place,
    in_programme,
    in_unit,
    papers_asked,
    path_on,
)
from bangfu.ledger.access.roles import ROLES
from bangfu.ledger.access.writable import (
    papers_written,
    works_on_papers,
    written_under,
)
from bangfu.ledger.conditions import ANYTHING, NOTHING, all_of
from bangfu.ledger.models import Document, Fact, Grant, HealthDetail, Place, Stint, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once, once_until_written
from bangfu.ledger.prepared import Question, asked, asked_of_keys
from bangfu.ledger.readers import closed_to
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Kind

F = TypeVar("F", bound=Fact)


def own_person(user: User) -> UUID | None:
    """Whose account it is; nobody for who looks as it and may not open that person."""
    if user.person_id and user.seen_by and not may_reach(user.seen_by, user.person_id):
        return None
    return user.person_id


def seats_of(grant: Grant) -> list[Place | None]:
    """Where what a grant reaches has its seat: its place, its unit's, its programme's area.

    Of a role for the own pairings, where its holder and those helped today live. None stands for
    what lies nowhere.
    """
    seats = [grant.place] if grant.place else []
    if grant.programme:
        seats.append(grant.programme.area)
    keys: list[UUID | None] = [grant.organisation_id] if grant.organisation_id else []
    if grant.role in ROLES and ROLES[grant.role].own:
        keys += [grant.user.person_id, *subjects_helped(grant.user)]
    there = _seats(key for key in keys if key)
    return [*seats, *(there.get(key) if key else None for key in keys)]


def seat_of(subject: UUID) -> Place | None:
    """The place where a subject lies; None for one that lies nowhere."""
    return _seats([subject]).get(subject)


def _seats(subjects: Iterable[UUID]) -> dict[UUID, Place | None]:
    """Where subjects lie, asked once for all of them."""

    def of(keys: list[UUID]) -> QuerySet[Any]:
        return Subject.objects.current().filter(pk__in=keys).select_related("place")

    return {row.pk: row.place for row in asked_of_keys(Question("seats", of), [*subjects])}


def visible(user: User, kind: Kind, *, moment: Moment | None = None) -> QuerySet[Any]:
    """The records of a kind that the account may open, at a moment."""
    return all_of(kind, moment or Moment.present()).filter(rule(user, kind))


def rule(user: User, kind: Kind) -> Q:
    """The condition under which a record of a kind is open to an account, by its grants today."""
    return _rule(user, kind.name)


@once
def _rule(user: User, kind: str, about: frozenset[str] | None = None) -> Q:
    """``about``: the kinds of record of which defects are asked for, if not of all."""
    q = NOTHING
    for grant in grants_of(user):
        if kind in ROLES[grant.role].sees:
            q = q | granted_under(grant, VOCABULARY[kind], about)
    # Who looks as somebody else sees of it only what the own roles open too.
    return q & _rule(user.seen_by, kind, about) if user.seen_by else q


#: Kinds of record that are opened by more than what was granted: by the readers whom a file names,
#: or by the rules of data quality that stand.
OPENED_BY_MORE = frozenset(("document", "defect"))


@once
def rights_of(user: User) -> Hashable:
    """All on which it depends today what :func:`rule` opens to an account, and what it answers.

    Not of papers and defects, which more things open.
    """
    return (
        clock.today(),
        user.pk,
        user.person_id,
        tuple(serves_in(user)),
        tuple(map(_right, grants_of(user))),
        rights_of(user.seen_by) if user.seen_by else None,
    )


def _right(grant: Grant) -> tuple[Hashable, ...]:
    place, unit = grant.place, grant.organisation_id
    return (
        ROLES[grant.role],
        place and (place.fact, path_on(place.fact, clock.today()) or place.path),
        unit and tuple(units_under(unit)),
        grant.programme_id,
        tuple(map(tuple, own_keys(grant.user, clock.today()))) if ROLES[grant.role].own else None,
    )


def granted_under(grant: Grant, kind: Kind, about: frozenset[str] | None = None) -> Q:
    if kind.name == "defect":
        return where_the_record_is_open(grant, granted_under, about)
    q = _within_limits(grant, kind)
    if goes_by(kind):
        of_subjects = Q(document__isnull=True, stint__isnull=True)
        return (q & of_subjects) | _steps_of_papers(grant) | _steps_of_leave(grant)
    return _read_by(grant, kind, q) if kind.name == "document" else q


def _within_limits(grant: Grant, kind: Kind) -> Q:
    q = ANYTHING if any(limits_of(grant)) else NOTHING
    if base_of(kind) == "activity" and "questionnaire" not in ROLES[grant.role].sees:
        # What people answered to inspectors is not for those who are inspected.
        q = q & ~Q(kind="questionnaire")
    if kind.name == "stint" and not ROLES[grant.role].may("stint.approve"):
        # Who is on leave is for who grants it; others see who is there, and the own leave.
        q = q & (Q(present=True) | Q(person=grant.user.person_id))
    if ROLES[grant.role].own:
        q = q & own_reach(grant, kind)
    if grant.place_id:
        q = q & in_place(grant, kind)
    if grant.organisation_id:
        q = q & in_unit(grant, kind)
    if grant.programme_id:
        q = q & in_programme(grant, kind)
    return q


def _read_by(grant: Grant, kind: Kind, q: Q) -> Q:
    """The papers that no file keeps for readers of its own, and those that the grant works on.

    Of these also papers of other units, if a step of them is asked from a unit of the grant.
    """
    role = ROLES[grant.role]
    if role.examines:
        return q
    kept = ~closed_to(grant.user.person_id, units_granted(grant.user))
    if not works_on_papers(grant):
        return q & kept
    asked = NOTHING if role.own else Q(fact__in=papers_asked(grant))
    return (q & (kept | written_under(grant, kind))) | asked


def _steps_of_papers(grant: Grant) -> Q:
    """The ways of the papers that a grant works on, of which a step is asked there, or examines."""
    role = ROLES[grant.role]
    if "document" in role.sees and role.examines:
        papers = Document.objects.current().filter(_within_limits(grant, VOCABULARY["document"]))
        return Q(document__in=papers.values("fact"))
    if not works_on_papers(grant):
        return NOTHING
    q = Q(document__in=papers_written(grant))
    return q if role.own else q | Q(document__in=papers_asked(grant))


def _steps_of_leave(grant: Grant) -> Q:
    """The ways of the leave that a grant opens."""
    if "stint" not in ROLES[grant.role].sees:
        return NOTHING
    leave = Stint.objects.current().filter(_within_limits(grant, VOCABULARY["stint"]))
    return Q(stint__in=leave.values("fact"))


def own_pairings(user: User) -> QuerySet[Any]:
    """The pairings by which an account's person helps somebody today, alone or with the unit."""
    pairs = helped_by(user)
    return opens(user.seen_by, VOCABULARY["pairing"], pairs) if user.seen_by else pairs


def subjects_helped(user: User) -> list[UUID]:
    """Whom the account's person helps today, alone or with the unit."""
    if user.seen_by:
        return [*own_pairings(user).values_list("subject", flat=True)]
    return [subject for _fact, subject, _kind, _programme in own_pairs(user, clock.today())]


def fetch(user: User, kind: Kind, key: UUID, *, moment: Moment | None = None) -> Any:
    """One record that the account may open; None when it may not or there is none."""
    on = moment or Moment.present()
    if kind.name in VOCABULARY:
        return _fetched(user, kind.name, key, on)
    return visible(user, kind, moment=on).filter(fact=key).first()


@once
def _fetched(user: User, kind: str, key: UUID, moment: Moment) -> Any:
    def of(keys: Sequence[UUID]) -> QuerySet[Any]:
        return visible(user, VOCABULARY[kind], moment=moment).filter(fact__in=keys).order_by("pk")

    if kind in OPENED_BY_MORE:
        return of([key]).first()
    found = asked(Question(("fetched", rights_of(user), kind, moment), of), [key])
    return found[0] if found else None


def opens(user: User, kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of some rows, those that the account may open."""
    return rows.filter(rule(user, kind))


def opens_about(user: User, rows: QuerySet[Any], kinds: Iterable[str]) -> QuerySet[Any]:
    """Of some defects those about records of these kinds that the account may open.

    Of all kinds together it is the longest question that the desk asks.
    """
    about = frozenset(kinds)
    return rows.filter(_rule(user, "defect", about), about__in=about)


@once_until_written("ledger_subject")
def kind_of_subject(key: UUID) -> Kind | None:
    """The kind of a subject, by its key; None if there is no such subject."""

    def of(keys: list[UUID]) -> QuerySet[Any]:
        return Subject.objects.filter(pk__in=keys).values_list("kind", flat=True)

    found = asked(Question("kind of subject", of), [key])
    return VOCABULARY[found[0]] if found and found[0] else None


def may_reach(user: User, subject: UUID) -> bool:
    """Whether the account may open that subject today."""
    kind = kind_of_subject(subject)
    return kind is not None and fetch(user, kind, subject) is not None


def reached_among(user: User, subjects: Iterable[UUID]) -> set[UUID]:
    """Of some subjects those that the account may open today, asked once for each kind."""
    kinds: dict[str, set[UUID]] = {}
    for key, kind in Subject.objects.filter(pk__in=list(subjects)).values_list("pk", "kind"):
        kinds.setdefault(kind, set()).add(key)
    return reached_of_kinds(user, kinds)


def reached_of_kinds(user: User, kinds: Mapping[str, Iterable[UUID]]) -> set[UUID]:
    """The same of subjects whose kinds are known."""
    found: set[UUID] = set()
    for name, keys in sorted(kinds.items()):
        rows = visible(user, VOCABULARY[name]).filter(fact__in=[*keys])
        found.update(rows.values_list("fact", flat=True))
    return found


def _special(user: User, subject: UUID, asked: str) -> bool:
    """Whether a grant whose role has that quality reaches the subject."""
    kind = kind_of_subject(subject)
    if kind is None or user.seen_by is not None:
        return False
    for grant in grants_of(user):
        role = ROLES[grant.role]
        if getattr(role, asked) and kind.name in role.sees:
            rows = all_of(kind, Moment.present()).filter(granted_under(grant, kind))
            if rows.filter(fact=subject).exists():
                return True
    return False


def may_reveal(user: User, subject: UUID) -> bool:
    """Whether the account may open a sealed number of that subject, for a purpose it states."""
    return _special(user, subject, "reveals")


def health_of(user: User, subject: UUID) -> QuerySet[HealthDetail]:
    """The health detail of a person, for those who treat people there; else nothing."""
    rows = HealthDetail.objects.at(Moment.present()).filter(subject=subject)
    return rows if _special(user, subject, "health") else rows.none()
