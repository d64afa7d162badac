"""Who may see and do what: one rule for a single row and for a whole list.

A role says which kinds of record it opens and which actions it may do; a grant gives a role to an
account within a place, a unit's tree, a programme, or the account's own pairings, from a day to a
day. Every door fetches rows through :func:`visible` or :func:`fetch`; there is no other way.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models import F as Its
from django.db.models.expressions import RawSQL

from bangfu.ledger import clock
from bangfu.ledger.conditions import ANYTHING, NOTHING, all_of, model_of, under
from bangfu.ledger.models import (
    Defect,
    Enrolment,
    Fact,
    Grant,
    HealthDetail,
    Measure,
    Organisation,
    Pairing,
    Participant,
    Person,
    Place,
    Post,
    Programme,
    Span,
    Subject,
    User,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once, once_until_written, one_question
from bangfu.ledger.prepared import Question, asked
from bangfu.ledger.readers import Kept, closed_to, is_among, units_served
from bangfu.ledger.rules import kinds_read, place_of, rules, subject_of
from bangfu.ledger.same import merged_into
from bangfu.ledger.together import Together, together
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind, Label

F = TypeVar("F", bound=Fact)

EVERY_KIND = frozenset(VOCABULARY)


class NotAllowed(Exception):
    """The account may not do this; ``who_may`` names the roles that may."""

    def __init__(self, verb: str, who_may: Iterable[str] = ()) -> None:
        super().__init__(f"not allowed: {verb}")
        self.verb, self.who_may = verb, tuple(who_may)


class OutOfReach(NotAllowed):
    """The account may do this elsewhere, and not with the record that it asks for."""


@dataclass(frozen=True, slots=True)
class Role:
    """What one sort of user does, in plain words, and what follows for rows and actions.

    ``sees``: the kinds it may open inside its grant. ``does``: actions, by noun (``need.*``) or
    whole (``need.raise_``). ``own``: a grant of it reaches only the holder's own pairings.
    ``reveals``: it may open a sealed number for a stated purpose. ``examines``: it opens papers
    where their file names others as readers too. ``two_factor``: it cannot be used without a
    second factor.
    """

    name: str
    label: Label
    describes: Label
    sees: frozenset[str]
    does: tuple[str, ...] = ()
    own: bool = False
    reveals: bool = False
    health: bool = False
    examines: bool = False
    two_factor: bool = False

    def may(self, verb: str) -> bool:
        """Whether this role does an action at all."""
        noun = verb.partition(".")[0]
        return verb in self.does or f"{noun}.*" in self.does or "*" in self.does


def _role(name: str, zh: str, en: str, says: tuple[str, str], **more: Any) -> Role:
    return Role(name, Label(zh, en), Label(*says), **more)


_HELPING = frozenset(
    "place person household organisation site post enrolment class pairing measure activity visit "
    "phone_call talk training meeting clinic_day report need file document statistic handover "
    "task proposal proceeding handling tick assurance agreement demand defect qualification "
    "practice affiliation stint award".split()
)
#: What a household earns and is given, for those who enter and check it: the single amounts and
#: their sums.
_AMOUNTS = frozenset(("income", "reckoning", "benefit", "payout"))
#: What those do who sit with a household and go through its sheet.
_COLLECTING = (
    "income.*", "reckoning.*", "assurance.*", "benefit.*", "payout.*", "defect.accept",
    "defect.reopen",
)  # fmt: skip
#: What was done for somebody's health: for those who treat, and the office that pays for it.
_CARE = frozenset(("encounter",))
_MONEY = frozenset(("fund", "entry"))
#: What is built for a village, for those who answer for it and those who live there.
_PROJECTS = frozenset(("project", "project_state", "project_part"))
#: What a unit that is reviewed sees of it.
_REVIEWED = frozenset(("round", "score"))
#: What those in the village do to whom they look after; erasing is not among it.
_TENDING = ("subject.as_subject", "subject.rename", "subject.move")
#: What those do who hand over whom somebody helps; the successor answers, or who leads the unit.
_HANDING_OVER = ("handover.offer", "handover.withdraw", "handover.on_paper")
_PUBLIC = frozenset("place organisation site measure statistic document".split())

ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        _role(
            "clerk",
            "办公室经办人",
            "Office clerk",
            ("办一项活动的日常：名单、结对、措施、资金、材料", "Runs a programme from its office"),
            sees=EVERY_KIND,
            does=(
                "place.*",
                "subject.*",
                "person.*",
                "household.*",
                *_COLLECTING,
                "intake.*",
                "organisation.*",
                "site.*",
                "post.*",
                "qualification.*",
                "practice.*",
                "affiliation.*",
                "stint.*",
                "award.*",
                "project.*",
                "project_state.*",
                "project_part.*",
                "programme.*",
                "enrolment.*",
                "class.*",
                "grounds.look",
                "dossier.take",
                "pairing.*",
                "agreement.*",
                *_HANDING_OVER,
                "task.*",
                "proceeding.*",
                "tick.*",
                "round.*",
                "sample.*",
                "measure.*",
                "activity.*",
                "need.*",
                "file.*",
                "fund.*",
                "entry.*",
                "encounter.*",
                "statistic.*",
                "demand.*",
                "document.*",
                "consent.*",
                "duplicate.*",
                "user.view_as",
                "user.view_as_end",
            ),
            reveals=True,
        ),
        _role(
            "unit_lead",
            "单位负责人",
            "Unit lead",
            ("看本单位的帮扶人、措施、资金", "Sees the own unit's helpers, measures and money"),
            sees=_HELPING | _MONEY | _REVIEWED | _PROJECTS,
            does=(
                "activity.*",
                "need.*",
                "file.*",
                "task.*",
                "proceeding.*",
                "tick.*",
                *_HANDING_OVER,
                "handover.answer",
                "document.return_",
                "document.approve",
                "document.sign",
                "measure.progress",
                "entry.promise",
                "qualification.*",
                "practice.*",
                "stint.*",
                "award.*",
                "project_state.enter",
                "project_part.report",
            ),
        ),
        _role(
            "helper",
            "帮扶责任人",
            "Helper",
            (
                "只看自己结对的对象，记走访、提需求",
                "Sees only the own pairings, records visits and needs",
            ),
            sees=_HELPING | _AMOUNTS,
            does=(
                "activity.*",
                "need.*",
                "file.*",
                "task.finish",
                "task.move",
                "proceeding.start",
                "proceeding.handle",
                "proceeding.appeal",
                "tick.*",
                "handover.answer",
                "class.propose",
                "grounds.look",
                "dossier.take",
                *_COLLECTING,
            ),
            own=True,
            reveals=True,
        ),
        _role(
            "resident_team",
            "驻村工作队",
            "Resident team",
            ("驻在一个村，走访全村，管问题清单", "Lives in a village and sweeps its households"),
            sees=_HELPING | _AMOUNTS | _PROJECTS,
            does=(
                "activity.*",
                "need.*",
                "file.*",
                "task.*",
                "proceeding.*",
                "tick.*",
                "class.propose",
                "grounds.look",
                "dossier.take",
                "demand.*",
                "person.*",
                "household.*",
                *_COLLECTING,
                *_TENDING,
                "stint.enter",
                "stint.correct",
                "stint.end",
                "stint.withdraw",
                "project_part.report",
            ),
            reveals=True,
        ),
        _role(
            "village_officer",
            "村干部",
            "Village officer",
            ("登记本村的户和人，提出需求", "Registers the village's households and needs"),
            sees=_HELPING | _AMOUNTS | _PROJECTS,
            does=(
                "activity.*",
                "need.*",
                "file.*",
                "task.*",
                "proceeding.*",
                "tick.*",
                "class.propose",
                "dossier.take",
                "demand.*",
                "person.*",
                "household.*",
                *_COLLECTING,
                *_TENDING,
                "affiliation.*",
            ),
        ),
        _role(
            "clinician",
            "医务人员",
            "Clinician",
            ("看自己辖区人员的健康明细", "Reaches the health detail of people in the own area"),
            sees=_HELPING | _CARE,
            does=("health.*", "encounter.*", "activity.*", "need.*", "file.*"),
            reveals=True,
            health=True,
        ),
        _role(
            "village_doctor",
            "乡村医生",
            "Village doctor",
            ("看本村人员，记服务", "Sees the village's people and records services"),
            sees=_HELPING | _CARE,
            does=("activity.*", "encounter.*", "need.raise_", "file.add", "file.look"),
            health=True,
        ),
        _role(
            "organisation_department",
            "组织部门",
            "Organisation department",
            ("管任职，不看帮扶对象", "Keeps posts; does not see those who are helped"),
            sees=frozenset(
                ("place", "organisation", "post", "document", "measure", "defect", "stint")
            ),
            does=("post.*", "stint.approve"),
        ),
        _role(
            "inspector",
            "督导人员",
            "Inspector",
            (
                "查看记录和材料；只写考核的抽查、评分和发现的问题，别的不改动",
                "Looks at records and papers; writes samples, scores and findings of reviews only",
            ),
            sees=EVERY_KIND,
            does=("file.look", "dossier.take", "round.*", "sample.*"),
            examines=True,
        ),
        _role(
            "administrator",
            "系统管理员",
            "Administrator",
            (
                "管账户、区划、备份，不看帮扶对象",
                "Keeps accounts, places, backups; not those helped",
            ),
            sees=_PUBLIC - {"document"},
            does=(
                "user.*",
                "grant.*",
                "place.*",
                "subject.erase",
                "duplicate.propose",
                "work.ask",
                "work.cancel",
                "work.retry",
            ),
            two_factor=True,
        ),
    )
}


# ------------------------------------------------------------------ grants

#: The tables in which it stands who was granted what.
_GRANTED = "ledger_grant", "ledger_user", "ledger_place", "ledger_subject", "ledger_programme"
#: And those in which it stands who helps whom today, and who lives there or was merged into them.
_PAIRED = *_GRANTED, "ledger_pairing", "ledger_post", "ledger_person", "ledger_duplicate"


def grants_of(user: User, *, on: dt.date | None = None) -> list[Grant]:
    """The grants an account holds on a day (today); an inactive account holds none."""
    if not user.is_active:
        return []
    return [*_grants_on(user.pk, on or clock.today())]


@once_until_written(*_GRANTED)
def _grants_on(user: int, day: dt.date) -> list[Grant]:
    def of(_: object) -> QuerySet[Grant]:
        held = Grant.objects.at(Moment(day)).filter(user=user)
        return held.select_related("place", "organisation", "programme", "user")

    return [g for g in asked(Question(("grants", user, day), of)) if g.role in ROLES]


def roles_of(user: User) -> set[str]:
    """The names of the roles an account holds today."""
    return {g.role for g in grants_of(user)}


def holds(user: User, roles: Iterable[str]) -> bool:
    """Whether an account, and whoever looks as it, holds any of some roles."""
    return not roles_of(user).isdisjoint(roles) and (not user.seen_by or holds(user.seen_by, roles))


def kinds_of(user: User) -> set[str]:
    """The kinds of record that some role opens to an account, and to whoever looks as it."""
    found = {name for role in roles_of(user) for name in ROLES[role].sees}
    return found & kinds_of(user.seen_by) if user.seen_by else found


def kind_for(user: User, kind: Kind) -> Kind:
    """A kind with those of its fields that an account may read wherever it opens such a record.

    A field that retells another kind of record is open where each role that opens the one opens the
    other too: which rows of a list are open by which role is not told apart.
    """
    closed = {key for key, one in kind.fields.items() if one.told_by and _shut(user, kind, one)}
    if not closed:
        return kind
    return replace(kind, fields={k: one for k, one in kind.fields.items() if k not in closed})


def _shut(user: User, kind: Kind, field: Field) -> bool:
    roles = [ROLES[name] for name in roles_of(user) if kind.name in ROLES[name].sees]
    if not roles or any(field.told_by not in role.sees for role in roles):
        return True
    return user.seen_by is not None and _shut(user.seen_by, kind, field)


def own_person(user: User) -> UUID | None:
    """Whose account it is; nobody for who looks as it and may not open that person."""
    if user.person_id and user.seen_by and not may_reach(user.seen_by, user.person_id):
        return None
    return user.person_id


def needs_second_factor(user: User) -> bool:
    """Whether any of the account's roles asks for a second factor."""
    return any(ROLES[g.role].two_factor for g in grants_of(user))


def may(user: User, verb: str) -> bool:
    """Whether any grant of the account allows an action at all."""
    return bool(_doing(user, verb))


def writes(user: User, noun: str) -> bool:
    """Whether any grant of the account allows any action of a noun."""
    does = (verb for g in grants_of(user) for verb in ROLES[g.role].does)
    return any(verb == "*" or verb.partition(".")[0] == noun for verb in does)


def _doing(user: User, verb: str) -> list[Grant]:
    return [g for g in grants_of(user) if ROLES[g.role].may(verb)]


def who_may(verb: str) -> list[Role]:
    """The roles that do an action."""
    return [role for role in ROLES.values() if role.may(verb)]


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
    rows = Subject.objects.current().filter(pk__in=[*subjects]).select_related("place")
    return {row.pk: row.place for row in rows}


# ------------------------------------------------------------------ rows


@dataclass(frozen=True, slots=True)
class Reach:
    """How a kind of record hangs in the world: by whom, where, in which unit and programme."""

    subjects: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    programme: str = ""
    participants: bool = False


REACH: dict[str, Reach] = {
    "post": Reach(subjects=("person",), organisations=("organisation",)),
    "qualification": Reach(subjects=("person",)),
    "practice": Reach(subjects=("person",), organisations=("organisation",)),
    "stint": Reach(subjects=("person",), places=("place",)),
    "award": Reach(subjects=("subject",)),
    "affiliation": Reach(subjects=("subject",), organisations=("organisation",)),
    "enrolment": Reach(subjects=("subject",), programme="programme"),
    "class": Reach(subjects=("subject",), programme="programme"),
    "proposal": Reach(subjects=("subject",), programme="programme"),
    "pairing": Reach(subjects=("subject",), programme="programme"),
    "handover": Reach(subjects=("subject",), programme="programme"),
    "agreement": Reach(subjects=("subject",), programme="programme"),
    "measure": Reach(organisations=("owner",), programme="programme"),
    "proceeding": Reach(subjects=("subject",), programme="programme"),
    "handling": Reach(
        subjects=("subject",), organisations=("organisation",), programme="programme"
    ),
    "tick": Reach(subjects=("subject",), programme="programme"),
    "round": Reach(subjects=("subject",), organisations=("subject",), programme="programme"),
    "score": Reach(subjects=("subject",), organisations=("subject",), programme="programme"),
    "sample": Reach(subjects=("subject",), programme="programme"),
    "task": Reach(
        places=("decided_at__place", "demand__place"),
        organisations=("owner",),
        programme="programme",
    ),
    "activity": Reach(
        places=("place",),
        organisations=("organisation",),
        programme="programme",
        participants=True,
    ),
    "file": Reach(subjects=("subject",)),
    "income": Reach(subjects=("subject",)),
    "reckoning": Reach(subjects=("subject",)),
    "assurance": Reach(subjects=("subject",)),
    "benefit": Reach(subjects=("subject",)),
    "payout": Reach(subjects=("subject",)),
    "encounter": Reach(subjects=("subject",), organisations=("provider",)),
    "need": Reach(subjects=("subject",), organisations=("organisation",), programme="programme"),
    "fund": Reach(programme="programme"),
    "entry": Reach(organisations=("organisation",), programme="fund__programme"),
    "project": Reach(places=("place",), organisations=("owner",), programme="programme"),
    "project_state": Reach(
        places=("project__place",),
        organisations=("project__owner",),
        programme="project__programme",
    ),
    "project_part": Reach(
        places=("place", "project__place"),
        organisations=("project__owner",),
        programme="project__programme",
    ),
    "statistic": Reach(places=("place",)),
    "demand": Reach(places=("place",)),
    "document": Reach(programme="programme"),
}


#: What is kept of people beside their sheets, and lies where they lie.
_SHEETED = ("income", "reckoning", "assurance", "benefit", "payout", "encounter")
#: What people hold by themselves, whichever programme they help in.
_OF_PEOPLE = ("post", "qualification", "practice", "stint")


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
            q = q | _granted(grant, VOCABULARY[kind], about)
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
        tuple(_serves_in(user)),
        tuple(map(_right, grants_of(user))),
        rights_of(user.seen_by) if user.seen_by else None,
    )


def _right(grant: Grant) -> tuple[Hashable, ...]:
    place, unit = grant.place, grant.organisation_id
    return (
        ROLES[grant.role],
        place and (place.fact, _path_on(place.fact, clock.today()) or place.path),
        unit and tuple(units_under(unit)),
        grant.programme_id,
        tuple(map(tuple, _own_keys(grant.user, clock.today()))) if ROLES[grant.role].own else None,
    )


def _limits(grant: Grant) -> tuple[object, ...]:
    return grant.place_id, grant.organisation_id, grant.programme_id, ROLES[grant.role].own


def _granted(grant: Grant, kind: Kind, about: frozenset[str] | None = None) -> Q:
    if kind.name == "defect":
        return _where_the_record_is_open(grant, _granted, about)
    q = ANYTHING if any(_limits(grant)) else NOTHING
    if _base(kind) == "activity" and "questionnaire" not in ROLES[grant.role].sees:
        # What people answered to inspectors is not for those who are inspected.
        q = q & ~Q(kind="questionnaire")
    if kind.name == "stint" and not ROLES[grant.role].may("stint.approve"):
        # Who is on leave is for who grants it; others see who is there, and the own leave.
        q = q & (Q(present=True) | Q(person=grant.user.person_id))
    if ROLES[grant.role].own:
        q = q & _own(grant, kind)
    if grant.place_id:
        q = q & _in_place(grant, kind)
    if grant.organisation_id:
        q = q & _in_unit(grant, kind)
    if grant.programme_id:
        q = q & _in_programme(grant, kind)
    return q & _read_by(grant, kind) if kind.name == "document" else q


def _read_by(grant: Grant, kind: Kind) -> Q:
    """The papers that no file keeps for readers of its own, and those that the grant works on."""
    role = ROLES[grant.role]
    if role.examines:
        return ANYTHING
    q = ~closed_to(grant.user.person_id, _units_granted(grant.user))
    works = any(verb.startswith("document.") for verb in role.does)
    return q | _written(grant, kind) if works else q


def _units_granted(user: User) -> tuple[UUID, ...]:
    return tuple(sorted({g.organisation_id for g in grants_of(user) if g.organisation_id}))


@once
def reads(user: User, kept: Kept) -> bool:
    """Whether an account is one of the readers whom a file names; inspectors read all but nobody's.

    Who looks as somebody else is to be one too.
    """
    examines = bool(kept.names) and any(ROLES[grant.role].examines for grant in grants_of(user))
    own = examines or is_among(kept.meaning, kept.names, user.person_id, _units_granted(user))
    return own and (user.seen_by is None or reads(user.seen_by, kept))


def _where_the_record_is_open(
    grant: Grant, open_under: Callable[[Grant, Kind], Q], about: frozenset[str] | None = None
) -> Q:
    """Defects of records that the grant opens: nothing is told of what may not be opened.

    A rule that reads a kind of record which the role does not see would tell of it. What cannot be
    open for all that stands on the defect itself is left out before its record is looked up.
    ``about``: the kinds of the records, if not all kinds are asked about.
    """
    sees = ROLES[grant.role].sees
    telling = [key for key in rules() if not kinds_read(key) <= sees]
    alike: dict[tuple[str, ...], Q] = {}
    for name in sorted(sees - {"defect"} if about is None else sees & about):
        kind = VOCABULARY[name]
        if kind.basic:
            continue
        rows = all_of(kind, Moment.present()).filter(open_under(grant, kind))
        limits = tuple(limit for limit, bounds in _BOUNDS.items() if bounds(grant, kind))
        found = Q(about=name) & Q(Exists(rows.filter(fact=OuterRef("record"))))
        alike[limits] = alike.get(limits, NOTHING) | found
    q = NOTHING
    for limits, found in alike.items():
        near = found
        for limit in limits:
            near = _near(grant, limit) & near
        q = q | near
    return q & ~Q(rule__in=telling) if telling else q


def _near(grant: Grant, limit: str) -> Q:
    """What a defect itself must say where a limit of a grant opens its record."""
    if limit == "place":
        # Open ones follow the place of their record; accepted ones are few.
        assert grant.place is not None
        return Q(place__in=keys_inside(grant.place)) | ~Q(state="open")
    if limit == "own":
        _pairings, mine, _programmes = _own_keys(grant.user, clock.today())
        return Q(subject__in=[*mine, *filter(None, [grant.user.person_id])])
    assert grant.organisation_id is not None
    units = units_under(grant.organisation_id)
    paired = Pairing.objects.current().filter(helping(units) & _still_helped())
    return (
        Q(subject__in=units)
        | Q(subject__in=_people_of(units))
        | Q(subject__in=paired.values("subject"))
    )


def _bounds_place(grant: Grant, kind: Kind) -> bool:
    """Whether a limit to a place opens a kind by the very place that its defects bear."""
    if kind.name in SUBJECT_KINDS:
        return bool(grant.place_id)
    reach, about = REACH.get(kind.name, Reach()), subject_of(kind)
    by_subject = reach == Reach(subjects=(about or "",), programme=reach.programme)
    return bool(grant.place_id) and by_subject and place_of(kind) == f"{about}__place"


def _bounds_subject(kind: Kind) -> bool:
    """Whether a kind is opened by the very subject that its defects bear."""
    if kind.name in SUBJECT_KINDS:
        return kind.name != "place"
    reach, about = REACH.get(kind.name, Reach()), subject_of(kind)
    return reach == Reach(subjects=(about or "",), programme=reach.programme) and (
        kind.name not in _BETWEEN
    )


#: The limits of a grant by which a kind of record is opened, where its defects say the same.
_BOUNDS: Mapping[str, Callable[[Grant, Kind], bool]] = {
    "own": lambda grant, kind: ROLES[grant.role].own and _bounds_subject(kind),
    "unit": lambda grant, kind: bool(grant.organisation_id) and _bounds_subject(kind),
    "place": _bounds_place,
}


def _base(kind: Kind) -> str:
    return kind.basic or kind.name


def area(place: Place, *, on: dt.date | None = None) -> QuerySet[Place]:
    """A place and everything inside it, by the tree as it stands on a day."""
    rows = Place.objects.at(Moment(on or clock.today()))
    return rows.filter(under(_path_on(place.fact, on or clock.today()) or place.path))


def keys_inside(place: Place) -> RawSQL:
    """The keys of a place and of everything inside it today, for ``place__in``."""
    return _inside_on(place.fact, place.path, clock.today())


@once_until_written("ledger_place")
def _inside_on(place: UUID, path: str, day: dt.date) -> RawSQL:
    """Put in SQL once within a page: nearly every one of its questions holds it."""
    rows = Place.objects.at(Moment(day)).filter(under(_path_on(place, day) or path))
    sql, parameters = rows.order_by().values("fact").query.sql_with_params()
    return RawSQL(sql, parameters)


@once_until_written("ledger_place")
def _path_on(place: UUID, day: dt.date) -> str | None:
    rows = Place.objects.at(Moment(day)).filter(fact=place)
    return rows.values_list("path", flat=True).first()


def _in_place(grant: Grant, kind: Kind) -> Q:
    assert grant.place is not None
    inside = keys_inside(grant.place)
    if kind.name == "place":
        return Q(fact__in=inside)
    if kind.name in SUBJECT_KINDS:
        return Q(place__in=inside)
    reach = REACH[_base(kind)]
    q = NOTHING
    for path in reach.places:
        q = q | Q(**{f"{path}__in": inside})
    for path in (*reach.subjects, *reach.organisations):
        # Not a join: a list in its own order would be led through every subject of the place.
        named = Subject.objects.filter(pk=OuterRef(path), place__in=inside)
        # A person may answer for a task; where he or she is at home says nothing about it.
        q = q | Q(Exists(named.filter(kind="organisation") if kind.name == "task" else named))
    if reach.participants:
        # Where those are at home who came to help says nothing about whom they helped.
        there = Subject.objects.filter(place__in=inside).values("pk")
        q = q | _with_part(there, ("whom", "attendee"))
    if reach.programme and not reach.subjects:
        # What belongs to no place is opened with the programme that it belongs to.
        nowhere = Q(**{f"{path}__isnull": True for path in reach.places})
        q = q | (nowhere & Q(**{f"{reach.programme}__area__in": inside}))
    return q


def _with_part(subjects: Any, parts: Iterable[str] = ("who", "whom", "attendee", "absent")) -> Q:
    told = Participant.objects.current().filter(activity=OuterRef("fact"), part__in=parts)
    return Q(Exists(told.filter(subject__in=subjects)))


@once_until_written("ledger_organisation")
def units_under(organisation: UUID) -> list[UUID]:
    """An organisation and every body below it."""
    found, fresh = [organisation], [organisation]
    while fresh:
        below = Organisation.objects.current().filter(parent__in=fresh, ended__isnull=True)
        fresh = [k for k in below.values_list("fact", flat=True) if k not in found]
        found += fresh
    return found


def _people_of(units: list[UUID]) -> QuerySet[Any]:
    posts = Post.objects.at(Moment.present()).filter(organisation__in=units)
    return posts.values("person")


def helping(units: list[UUID]) -> Q:
    """The pairings in which some units help, themselves or by their people."""
    return Q(helper__in=units) | Q(helper__in=_people_of(units))


def _still_helped() -> Q:
    """Pairings that last, or ended in this quarter: so long a unit hands over whom it helped."""
    today = clock.today()
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return Q(ended__isnull=True) | Q(ended__gte=quarter)


def _in_unit(grant: Grant, kind: Kind) -> Q:
    assert grant.organisation_id is not None
    units = units_under(grant.organisation_id)
    staff, helpers = _people_of(units), helping(units)
    paired = Pairing.objects.current().filter(helpers & _still_helped()).values("subject")
    name = _base(kind)
    if name == "organisation":
        return Q(fact__in=units)
    if name == "person":
        return Q(fact__in=staff) | Q(fact__in=paired)
    if name in ("household", "site"):
        return Q(fact__in=paired)
    if name == "place":
        return ANYTHING
    if name == "pairing":
        return helpers & _still_helped()
    if name == "demand":
        return Q(given_by__person__in=staff)
    if name in _BETWEEN:
        return _by_or_of(_BETWEEN[name], units, staff)
    return _unit_reach(REACH[name], units, staff, paired)


#: Records that lie in a unit by the people who have to do with them, not by whom they are about.
_BETWEEN = {
    "handover": ("giver", "successor", "taken_by"),
    "task": ("owner",),
    "agreement": ("helper", "subject"),
}


def _by_or_of(paths: Iterable[str], units: list[UUID], staff: QuerySet[Any]) -> Q:
    """What one of some columns ties to a unit itself or to one of its people."""
    q = NOTHING
    for path in paths:
        q = q | Q(**{f"{path}__in": units}) | Q(**{f"{path}__in": staff})
    return q


def _unit_reach(reach: Reach, units: list[UUID], staff: QuerySet[Any], paired: QuerySet[Any]) -> Q:
    q = NOTHING
    for path in reach.organisations:
        q = q | Q(**{f"{path}__in": units})
    for path in reach.subjects:
        q = q | Q(**{f"{path}__in": staff}) | Q(**{f"{path}__in": paired})
    if reach.participants:
        q = q | _with_part(staff) | _with_part(paired)
    if reach.organisations or reach.subjects or reach.participants:
        return q
    return _of_its_programmes(reach, units) if reach.programme else ANYTHING


def _of_its_programmes(reach: Reach, units: list[UUID]) -> Q:
    """Purses and papers of programmes that a unit runs, helps in, or has measures in."""
    runs = Q(**{f"{reach.programme}__owner__in": units})
    pairs = Pairing.objects.current().filter(helping(units))
    measures = Measure.objects.current().filter(owner__in=units)
    helps = Q(**{f"{reach.programme}__in": pairs.values("programme")})
    return runs | helps | Q(**{f"{reach.programme}__in": measures.values("programme")})


def _in_programme(grant: Grant, kind: Kind) -> Q:
    name = _base(kind)
    if name in ("person", "household", "site", "organisation"):
        return _of_programme(grant) | Q(kind="organisation")
    if name in ("place", "statistic"):
        return ANYTHING
    if name in _OF_PEOPLE or name in ("file", "affiliation", "award", *_SHEETED):
        return _of_programme(grant, "person" if name in _OF_PEOPLE else "subject")
    reach = REACH[name]
    return Q(**{reach.programme: grant.programme_id}) if reach.programme else NOTHING


def _of_programme(grant: Grant, path: str = "fact") -> Q:
    """The subjects whom a programme took in, who are helped in it, and who help in it."""
    taken = Enrolment.objects.current().filter(programme=grant.programme_id)
    pairs = Pairing.objects.current().filter(programme=grant.programme_id)
    return (
        Q(**{f"{path}__in": taken.values("subject")})
        | Q(**{f"{path}__in": pairs.values("helper")})
        | Q(**{f"{path}__in": pairs.values("subject")})
    )


def own_pairings(user: User) -> QuerySet[Any]:
    """The pairings by which an account's person helps somebody today, alone or with the unit."""
    pairs = _helped_by(user)
    return opens(user.seen_by, VOCABULARY["pairing"], pairs) if user.seen_by else pairs


def _helped_by(user: User) -> QuerySet[Any]:
    """The same, whoever looks as the account."""
    if not user.person_id:
        return Pairing.objects.none()
    mine = Q(helper__in=[user.person_id, *units_served(user.person_id)])
    going = Q(programme__ended__isnull=True) | Q(programme__ended__gte=clock.today())
    return Pairing.objects.at(Moment.present()).filter(mine & going)


def subjects_helped(user: User) -> list[UUID]:
    """Whom the account's person helps today, alone or with the unit."""
    if user.seen_by:
        return [*own_pairings(user).values_list("subject", flat=True)]
    return [subject for _fact, subject, _kind, _programme in _own_pairs(user, clock.today())]


@once_until_written(*_PAIRED)
def _own_pairs(user: User, day: dt.date) -> list[tuple[UUID, UUID, str, UUID]]:
    """An account's own pairings: key, whom they help, what kind that is, in which programme."""
    return [*_helped_by(user).values_list("fact", "subject", "subject__kind", "programme")]


@once_until_written(*_PAIRED)
def _own_keys(user: User, day: dt.date) -> tuple[list[UUID], list[UUID], list[UUID]]:
    """The account's own pairings with whom they help and in which programmes: few, so by key."""
    found = _own_pairs(user, day)
    pairings, subjects, kinds, programmes = zip(*found, strict=True) if found else ((),) * 4
    # Who helps a household helps those who live in it.
    homes = [key for key, kind in zip(subjects, kinds, strict=True) if kind == "household"]
    there = Person.objects.at(Moment(day)).filter(household__in=homes)
    members = there.values_list("fact", flat=True) if homes else ()
    mine = [*dict.fromkeys([*subjects, *members])]
    # What was recorded of them before they were merged is theirs.
    return [*pairings], [*mine, *merged_into(mine)], [*dict.fromkeys(programmes)]


def _own(grant: Grant, kind: Kind) -> Q:
    pairings, mine, programmes = _own_keys(grant.user, clock.today())
    name = _base(kind)
    if name in ("person", "household", "organisation", "site"):
        return Q(fact__in=[*mine, *filter(None, [grant.user.person_id])])
    if name == "place":
        return Q(fact__in=mine) | Q(fact__in=_lived_in(mine))
    if name == "pairing":
        return Q(fact__in=pairings)
    reach = REACH[name]
    q = NOTHING
    for path in reach.subjects:
        q = q | Q(**{f"{path}__in": mine})
        if name in ("qualification", "practice", "affiliation", "stint", "award"):
            q = q | Q(**{path: grant.user.person_id})
    for path in _BETWEEN.get(name, ()):
        q = q | Q(**{f"{path}__in": [*filter(None, [grant.user.person_id])]})
    if reach.participants:
        q = q | _with_part(mine) | _with_part([grant.user.person_id])
    if name in ("measure", "document"):
        q = q | Q(programme__in=programmes)
    if name == "statistic":
        q = q | Q(place__in=mine)
    if name == "demand":
        q = q | Q(given_by=grant.user_id)
    return q


def _lived_in(subjects: list[UUID]) -> QuerySet[Any]:
    return Subject.objects.at(Moment.present()).filter(fact__in=subjects).values("place")


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
    found = Subject.objects.filter(pk=key).values_list("kind", flat=True).first()
    return VOCABULARY[found] if found else None


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
            rows = all_of(kind, Moment.present()).filter(_granted(grant, kind))
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


# ------------------------------------------------------------------ writing


def require(
    user: User | None,
    verb: str,
    *about: UUID | Fact,
    place: Place | None = None,
    organisation: Subject | None = None,
    programme: Programme | None = None,
    brings: Iterable[Subject] = (),
) -> None:
    """Refuse an action that no grant allows, or that reaches outside of what was granted.

    Asked before anything is written. ``about``: subjects (by key) and records that must lie, as
    they stand, inside a grant that allows the action. ``place``, ``organisation``, ``programme``:
    what the record will name and must lie inside a grant that is limited in just that. ``brings``:
    subjects that the record would open to the account under a grant limited to a unit or a
    programme, where they must lie inside already. ``None`` for a user is the server's own
    operator, at its command line.
    """
    if user is None:
        return
    with one_question():
        within = [
            grant
            for grant in _naming(user, verb, place, organisation, programme)
            if all(_brought_inside(grant, subject) for subject in brings)
        ]
        if not within or not all(_inside(within, thing, stood=True) for thing in about):
            raise NotAllowed(verb, (role.name for role in who_may(verb)))


def _naming(
    user: User,
    verb: str,
    place: Place | None,
    organisation: Subject | None,
    programme: Programme | None,
) -> list[Grant]:
    """The grants that allow an action inside which lies what it names."""
    asked = together()
    doing = asked.once((user.pk, verb), lambda: _doing(user, verb)) if asked else _doing(user, verb)
    return [grant for grant in doing if _named_inside(grant, place, organisation, programme)]


def require_many(user: User | None, verb: str, kind: str, subjects: Iterable[UUID]) -> None:
    """The same as :func:`require` about many subjects of one kind, in a few questions for all."""
    asked = set(subjects)
    with one_question():
        refused = user is not None and allowed_among(user, verb, kind, asked) != asked
    if refused:
        raise NotAllowed(verb, (role.name for role in who_may(verb)))


def allowed_among(user: User, verb: str, kind: str, subjects: Iterable[UUID]) -> set[UUID]:
    """Of some subjects of one kind those to which an account may do an action."""
    granted = [_writable_of(grant, VOCABULARY[kind], stood=True) for grant in _doing(user, verb)]
    return _meeting(Subject, kind, subjects, granted)


def _meeting(
    model: type[Fact], kind: str, keys: Iterable[UUID], granted: Iterable[Q]
) -> set[UUID]:  # fmt: skip
    """Of some records of a kind those that lie inside a grant in all that is believed of them."""
    q, found = NOTHING, set[UUID]()
    for one in granted:
        q = q | one
    for part in _parts(keys):
        rows: QuerySet[Any] = model.objects.current().filter(fact__in=part)
        if model is Subject:
            rows = rows.filter(kind=kind)
        if issubclass(model, Span):
            rows = rows.filter(Q(pk=Its("fact")) | Q(ended__isnull=True)
                               | Q(ended__gte=clock.today()))  # fmt: skip
        standing = Counter(rows.values_list("fact", flat=True))
        inside = Counter(rows.filter(q).values_list("fact", flat=True))
        found |= {key for key, number in standing.items() if inside[key] == number}
    return found


def _among(grants: Sequence[Grant], things: Iterable[UUID | Fact], *, stood: bool) -> set[UUID]:
    """Of some records those inside the grants, as :func:`_inside` says of one of them."""
    subjects = [thing for thing in things if isinstance(thing, UUID)]
    found = set[UUID]()
    kinds: dict[str, list[UUID]] = {}
    for part in _parts(subjects):
        for key, kind in Subject.objects.filter(pk__in=part).values_list("pk", "kind"):
            kinds.setdefault(kind, []).append(key)
    for name, keys in kinds.items():
        granted = [_writable_of(grant, VOCABULARY[name], stood=stood) for grant in grants]
        found |= _meeting(Subject, name, keys, granted)
    facts: dict[tuple[type[Fact], frozenset[str] | None], list[Fact]] = {}
    for thing in things:
        if not isinstance(thing, UUID):
            facts.setdefault((type(thing), _told_of(thing)), []).append(thing)
    for (model, _), rows in facts.items():
        granted = [_writable(grant, rows[0], stood=stood) for grant in grants]
        found |= _meeting(model, "", {row.fact_key for row in rows}, granted)
    return found


def _parts(keys: Iterable[UUID], size: int = 500) -> Iterator[list[UUID]]:
    listed = list(keys)
    for at in range(0, len(listed), size):
        yield listed[at : at + size]


def require_written(user: User | None, verb: str, *written: UUID | Fact) -> None:
    """Refuse the action under way if what it wrote does not lie, as it stands now, inside a grant.

    Judged like any other row (:func:`visible`), more strictly where a limit opens something to be
    read only. The action's transaction is rolled back by the refusal.
    """
    if user is None:
        return
    if (asked := together()) is not None:
        asked.written += [(asked.row, verb, thing) for thing in written]
        return
    with one_question():
        holding = _doing(user, verb)
        if not all(_inside(holding, thing, stood=False) for thing in written):
            raise NotAllowed(verb, (role.name for role in who_may(verb)))


def refused_together(user: User | None, asked: Together) -> Iterator[tuple[int, NotAllowed]]:
    """The rows of a list that wrote what does not lie, as it stands now, inside a grant."""
    by_verb: dict[str, list[tuple[int, UUID | Fact]]] = {}
    for row, verb, thing in asked.written if user is not None else ():
        by_verb.setdefault(verb, []).append((row, thing))
    for verb, written in by_verb.items():
        assert user is not None
        with one_question():
            inside = _among(_doing(user, verb), [thing for _, thing in written], stood=False)
        wrong = NotAllowed(verb, (role.name for role in who_may(verb)))
        for row, thing in written:
            if (thing if isinstance(thing, UUID) else thing.fact_key) not in inside:
                yield row, wrong


def allows(user: User, verb: str, *about: UUID | Fact, programme: Programme | None = None) -> bool:
    """Whether an account may do an action to some records, for pages that offer it."""
    try:
        require(user, verb, *about, programme=programme)
    except NotAllowed:
        return False
    return True


def allowed(user: User, verbs: Iterable[str], about: UUID | Fact) -> set[str]:
    """Of some actions those that an account may do to a record: asked once for the same grants."""
    by_grants: dict[tuple[object, ...], list[str]] = {}
    for verb in verbs:
        key = tuple(grant.pk for grant in _doing(user, verb))
        by_grants.setdefault(key, []).append(verb)
    found: set[str] = set()
    for several in by_grants.values():
        if allows(user, several[0], about):
            found.update(several)
    return found


def answers(user: User, verb: str) -> Q:
    """The steps that are an account's to do: no unit is named, it serves there, or holds the unit.

    Who is asked by name answers elsewhere, and nobody else does. Of the own hand-over whoever gives
    or is to take over does no step.

    A grant for a place holds the units that lie in it, and where one lies nowhere those of the
    programmes there; a grant for the own pairings holds none.
    """
    q = Q(organisation__isnull=True) | Q(organisation__in=_serves_in(user))
    for grant in _doing(user, verb):
        if not ROLES[grant.role].own and any(_limits(grant)):
            q = q | _holds_unit(grant)
    return q & Q(party__isnull=True) & ~_of_the_own_handover(user)


def _of_the_own_handover(user: User) -> Q:
    if not user.person_id:
        return NOTHING
    offer = "proceeding__handover"
    return Q(**{f"{offer}__giver": user.person_id}) | Q(**{f"{offer}__successor": user.person_id})


def asked_to_take_over(user: User) -> Q:
    """The hand-overs that are an account's to answer: as successor, or for a unit it leads.

    Who leads a unit answers for the unit itself and for those who serve there and have no account
    in which to answer.
    """
    q = Q(successor__in=[*filter(None, [user.person_id])])
    for grant in _doing(user, "handover.answer"):
        if not ROLES[grant.role].own and any(_limits(grant)):
            q = q | _led_by(grant)
    return q if may(user, "handover.answer") else NOTHING


def _led_by(grant: Grant) -> Q:
    """Hand-overs to units that a grant holds, and to those who serve there without an account."""
    units = Subject.objects.filter(kind="organisation")
    if grant.organisation_id:
        units = units.filter(pk__in=units_under(grant.organisation_id))
    if grant.place is not None:
        units = units.filter(place__in=keys_inside(grant.place))
    posts = Post.objects.at(Moment.present()).filter(organisation__in=units.values("pk"))
    alone = Q(Exists(_answering(OuterRef("successor"))))
    staff = Q(successor__in=posts.values("person")) & ~alone
    return Q(successor__in=units.values("pk")) | staff


def _answering(person: Any) -> QuerySet[Grant]:
    """The grants by which a person answers hand-overs in an account of his or her own."""
    roles = [role.name for role in who_may("handover.answer")]
    held = Grant.objects.at(Moment.present()).filter(role__in=roles, user__is_active=True)
    return held.filter(user__person=person)


def answers_in_person(successor: Subject) -> bool:
    """Whether somebody has an account in which to answer what is offered."""
    return successor.kind == "person" and _answering(successor.fact).exists()


def can_take_over(successor: Subject) -> bool:
    """Whether somebody can answer what is offered to a successor: in person, or for the unit."""
    if answers_in_person(successor):
        return True
    body = successor.kind == "organisation"
    units = units_above([successor.fact] if body else units_served(successor.fact))
    roles = [role.name for role in who_may("handover.answer") if not role.own]
    held = Grant.objects.at(Moment.present()).filter(role__in=roles, user__is_active=True)
    return held.filter(organisation__in=units).exists()


def units_above(units: Iterable[UUID]) -> list[UUID]:
    """Some organisations and every body that they belong to."""
    found = fresh = [*units]
    while fresh:
        rows = Organisation.objects.current().filter(fact__in=fresh, parent__isnull=False)
        fresh = [k for k in rows.values_list("parent", flat=True) if k not in found]
        found = [*found, *fresh]
    return found


def _serves_in(user: User) -> list[UUID]:
    return units_served(user.person_id) if user.person_id else []


def _holds_unit(grant: Grant) -> Q:
    q = ANYTHING
    if grant.organisation_id:
        q = q & Q(organisation__in=units_under(grant.organisation_id))
    if grant.place is not None:
        inside = keys_inside(grant.place)
        nowhere = Q(organisation__place__isnull=True, programme__area__in=inside)
        q = q & (Q(organisation__place__in=inside) | nowhere)
    return q


def answers_for(user: User, verb: str, row: Fact) -> bool:
    """Whether a step is an account's to do."""
    return type(row).objects.filter(answers(user, verb), pk=row.pk).exists()


def require_seen(user: User | None, verb: str, kind: Kind) -> None:
    """Refuse what is done with a list of a kind of which no grant opens any record."""
    if user is not None and kind.name not in kinds_of(user):
        roles = (role.name for role in ROLES.values() if kind.name in role.sees)
        raise NotAllowed(verb, roles)


def own_account(user: User | None, verb: str, account: User) -> None:
    """Refuse what only the holder of an account does to it."""
    if user is not None and user.pk != account.pk:
        raise NotAllowed(verb)


def _named_inside(
    grant: Grant,
    place: Place | None,
    organisation: Subject | None,
    programme: Programme | None,
) -> bool:
    if grant.place_id and place is not None and not _lies_under(grant, place):
        return False
    if grant.organisation_id and organisation is not None:
        if organisation.fact not in units_under(grant.organisation_id):
            return False
    return not (grant.programme_id and programme and programme.fact != grant.programme_id)


def _lies_under(grant: Grant, place: Place) -> bool:
    """Whether a place lies in a grant's own; of all that a list names it is asked at once."""
    asked = together()
    if asked is None or place.fact not in asked.named:
        return _all_meet(place, _under(grant))
    under = asked.once(
        ("under", grant.pk), lambda: _meeting(Place, "", asked.named, [_under(grant)])
    )
    return place.fact in under


def _brought_inside(grant: Grant, subject: Subject) -> bool:
    limited = grant.organisation_id or grant.programme_id
    return not limited or _inside([grant], subject.fact, stood=True)


def _inside(grants: Iterable[Grant], thing: UUID | Fact, *, stood: bool) -> bool:
    """Whether a record lies inside the grants; one that stood before was open to be read too.

    Of all whom a list names it is asked at once.
    """
    asked, listed = together(), tuple(grants)
    if asked is not None and stood and isinstance(thing, UUID) and thing in asked.named:
        key = ("inside", *(grant.pk for grant in listed))
        return thing in asked.once(key, lambda: _among(listed, asked.named, stood=True))
    return _lies_inside(listed, thing, stood=stood)


@once_until_written()
def _lies_inside(grants: tuple[Grant, ...], thing: UUID | Fact, *, stood: bool) -> bool:
    q = NOTHING
    for grant in grants:
        q = q | _writable(grant, thing, stood=stood)
    return _all_meet(thing, q)


def _all_meet(thing: UUID | Fact, q: Q) -> bool:
    """Whether a record is so in all that is believed of it from today on."""
    model, key = (Subject, thing) if isinstance(thing, UUID) else (type(thing), thing.fact_key)
    rows: QuerySet[Any] = model.objects.current().filter(fact=key)
    if issubclass(model, Span):
        rows = rows.filter(Q(pk=key) | Q(ended__isnull=True) | Q(ended__gte=clock.today()))
    so = Count("pk", filter=Q(pk__in=rows.filter(q).order_by().values("pk")))
    found = rows.aggregate(all=Count("pk"), so=so)
    return bool(found["all"] == found["so"] > 0)


def _writable(grant: Grant, thing: UUID | Fact, *, stood: bool) -> Q:
    if isinstance(thing, Place):
        return _under(grant) if _by_place_alone(grant) else NOTHING
    if isinstance(thing, Programme):
        return _programme_written(grant)
    kind = kind_of_subject(thing) if isinstance(thing, UUID) else _KIND_OF[type(thing)]
    return NOTHING if kind is None else _writable_of(grant, kind, _told_of(thing), stood=stood)


def _told_of(thing: UUID | Fact) -> frozenset[str] | None:
    """The kind of record that a defect tells of: of the others nothing need be asked."""
    return frozenset((thing.about,)) if isinstance(thing, Defect) else None


def _writable_of(
    grant: Grant, kind: Kind, about: frozenset[str] | None = None, *, stood: bool
) -> Q:
    """Which records of a kind lie inside a grant; those that stood were open to be read too."""
    q = _written(grant, kind, about)
    return q & _granted(grant, kind, about) if stood else q


def _by_place_alone(grant: Grant) -> bool:
    others = grant.organisation_id or grant.programme_id or ROLES[grant.role].own
    return bool(grant.place_id) and not others


def _under(grant: Grant) -> Q:
    """The rows of places inside a grant's place, whenever they begin."""
    assert grant.place is not None
    return under(_path_on(grant.place.fact, clock.today()) or grant.place.path)


def _programme_written(grant: Grant) -> Q:
    """Programmes lie where their area lies, and in the unit that runs them."""
    if ROLES[grant.role].own or not any(_limits(grant)):
        return NOTHING
    q = ANYTHING
    if grant.place is not None:
        q = q & Q(area__in=keys_inside(grant.place))
    if grant.organisation_id:
        q = q & Q(owner__in=units_under(grant.organisation_id))
    if grant.programme_id:
        q = q & Q(fact=grant.programme_id)
    return q


def _written(grant: Grant, kind: Kind, about: frozenset[str] | None = None) -> Q:
    """Which records of a kind may stand as written under a grant: inside each of its limits.

    A limit opens what it says nothing about to be read (places to a unit, organisations to a
    programme); nobody writes that under it.
    """
    if kind.name == "defect":
        return _where_the_record_is_open(grant, _written, about)
    q = ANYTHING if any(_limits(grant)) else NOTHING
    if ROLES[grant.role].own:
        q = q & _own_written(grant, kind)
    if grant.place_id:
        q = q & _place_written(grant, kind)
    if grant.organisation_id:
        q = q & _unit_written(grant, kind)
    if grant.programme_id:
        q = q & _in_programme_written(grant, kind)
    return q


_OWN_WRITTEN = frozenset(
    (
        *"pairing enrolment class proposal need task file proceeding handling tick".split(),
        *_SHEETED,
    )
)


def _own_written(grant: Grant, kind: Kind) -> Q:
    """What is about the own pairings, and what was done where they live."""
    _pairings, mine, _programmes = _own_keys(grant.user, clock.today())
    name = _base(kind)
    if name in SUBJECT_KINDS:
        return Q(fact__in=mine)
    if name == "activity":
        return _with_part(mine) | Q(place__in=_lived_in(mine))
    if name == "handover":
        return Q(successor=grant.user.person_id)
    return _own(grant, kind) if name in _OWN_WRITTEN else NOTHING


def _place_written(grant: Grant, kind: Kind) -> Q:
    if kind.name != "post":
        return _in_place(grant, kind)
    # Where its holder lives says nothing about whose post it is.
    assert grant.place is not None
    bodies = Subject.objects.filter(place__in=keys_inside(grant.place))
    return Q(organisation__in=bodies.values("pk"))


def _unit_written(grant: Grant, kind: Kind) -> Q:
    assert grant.organisation_id is not None
    units, name = units_under(grant.organisation_id), _base(kind)
    if name == "statistic":
        return NOTHING
    if name == "place":
        return Q(fact__in=Pairing.objects.current().filter(helping(units)).values("subject"))
    if name == "post":
        return Q(organisation__in=units)
    if name in ("fund", "document"):
        return Q(programme__owner__in=units)
    return _in_unit(grant, kind)


def _in_programme_written(grant: Grant, kind: Kind) -> Q:
    name = _base(kind)
    if name in SUBJECT_KINDS:
        return _of_programme(grant)
    return NOTHING if name in ("statistic", "post") else _in_programme(grant, kind)


#: The kind that a table holds; subjects are told apart by their own column.
_KIND_OF: dict[type[Fact], Kind] = {
    model_of(kind): kind for kind in VOCABULARY.kinds.values() if not kind.basic and not kind.sheet
}
