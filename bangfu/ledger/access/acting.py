"""Whether an account may act: asked before anything is written, and of what was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When
from django.db.models import F as Its

from bangfu.ledger import clock
from bangfu.ledger.access.grants import grants_to, kinds_of, units_under
from bangfu.ledger.access.reach import rows_under
from bangfu.ledger.access.roles import ROLES, NotAllowed, who_may
from bangfu.ledger.access.rows import OPENED_BY_MORE, granted_under, kind_of_subject, rights_of
from bangfu.ledger.access.writable import by_place_alone, programme_written, written_under
from bangfu.ledger.conditions import NOTHING, model_of
from bangfu.ledger.models import Defect, Fact, Grant, Place, Programme, Span, Subject, User
from bangfu.ledger.once import once_until_written, one_question
from bangfu.ledger.prepared import Question, asked
from bangfu.ledger.together import Together, together
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Kind


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
    doing = (
        asked.once((user.pk, verb), lambda: grants_to(user, verb))
        if asked
        else grants_to(user, verb)
    )
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
    granted = [_writable_of(grant, VOCABULARY[kind], stood=True) for grant in grants_to(user, verb)]
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
        holding = grants_to(user, verb)
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
            inside = _among(grants_to(user, verb), [thing for _, thing in written], stood=False)
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
        key = tuple(grant.pk for grant in grants_to(user, verb))
        by_grants.setdefault(key, []).append(verb)
    found: set[str] = set()
    for several in by_grants.values():
        if allows(user, several[0], about):
            found.update(several)
    return found


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
        return _all_so(_so(Place, [place.fact], rows_under(grant)))
    under = asked.once(
        ("under", grant.pk), lambda: _meeting(Place, "", asked.named, [rows_under(grant)])
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
    model, kind = _sort_of(thing)

    def of(keys: list[UUID]) -> QuerySet[Any]:
        q = NOTHING
        for grant in grants:
            q = q | _writable(grant, thing, stood=stood)
        return _so(model, keys, q)

    if not grants or kind is None or kind.name in OPENED_BY_MORE:
        return _all_so(of([_key(thing)]))
    rights = [rights_of(user) for user in {grant.user for grant in grants}]
    what = ("inside", kind.name, stood, *rights, *(grant.pk for grant in grants))
    return _all_so(asked(Question(what, of), [_key(thing)]))


def _sort_of(thing: UUID | Fact) -> tuple[type[Fact], Kind | None]:
    """The table of a record, and its kind; None of what grants are limited to themselves."""
    if isinstance(thing, UUID):
        return Subject, kind_of_subject(thing)
    own = isinstance(thing, Place | Programme)
    return type(thing), None if own else _KIND_OF[type(thing)]


def _key(thing: UUID | Fact) -> UUID:
    return thing if isinstance(thing, UUID) else thing.fact_key


def _all_so(rows: Iterable[bool]) -> bool:
    """Whether a record is so in all that is believed of it, and anything is."""
    return {*rows} == {True}


def _so(model: type[Fact], keys: list[UUID], q: Q) -> QuerySet[Any]:
    """Whether a record is so, in each row that is believed of it from today on."""
    rows: QuerySet[Any] = model.objects.current().filter(fact__in=keys)
    if issubclass(model, Span):
        rows = rows.filter(Q(pk__in=keys) | Q(ended__isnull=True) | Q(ended__gte=clock.today()))
    so = Q(pk__in=rows.filter(q).order_by().values("pk"))
    told: QuerySet[Any] = rows.order_by().annotate(so=Case(When(so, then=True), default=False))
    return told.values_list("so", flat=True)


def _writable(grant: Grant, thing: UUID | Fact, *, stood: bool) -> Q:
    if isinstance(thing, Place):
        return rows_under(grant) if by_place_alone(grant) else NOTHING
    if isinstance(thing, Programme):
        return programme_written(grant)
    kind = kind_of_subject(thing) if isinstance(thing, UUID) else _KIND_OF[type(thing)]
    return NOTHING if kind is None else _writable_of(grant, kind, _told_of(thing), stood=stood)


def _told_of(thing: UUID | Fact) -> frozenset[str] | None:
    """The kind of record that a defect tells of: of the others nothing need be asked."""
    return frozenset((thing.about,)) if isinstance(thing, Defect) else None


def _writable_of(
    grant: Grant, kind: Kind, about: frozenset[str] | None = None, *, stood: bool
) -> Q:
    """Which records of a kind lie inside a grant; those that stood were open to be read too."""
    q = written_under(grant, kind, about)
    return q & granted_under(grant, kind, about) if stood else q


#: The kind that a table holds; subjects are told apart by their own column.
_KIND_OF: dict[type[Fact], Kind] = {
    model_of(kind): kind for kind in VOCABULARY.kinds.values() if not kind.basic and not kind.sheet
}
