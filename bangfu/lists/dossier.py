"""Everything that is held about one subject: its sheets, its ties, its days in one line of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import F, Model, Q, QuerySet, Value
from django.db.models.fields import CharField

from bangfu.ledger.access import fetch, kind_of_subject, opens, rights_of, visible
from bangfu.ledger.conditions import all_of, model_of, sheet_of
from bangfu.ledger.models import Activity, Event, Fact, Participant, Person, Place, SubjectKey, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.prepared import Keyed, Question, asked, planned
from bangfu.ledger.same import and_merged
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import Language, label, plain_text
from bangfu.lists.listing import Listing
from bangfu.lists.pages import names_of
from bangfu.programmes.kinds import Field, Kind

Side = Literal["on", "began", "ended", "closed"]

#: For each kind the columns by which a record belongs to a subject.
TIED: Mapping[str, tuple[str, ...]] = {
    "enrolment": ("subject",),
    "class": ("subject",),
    "proposal": ("subject",),
    "pairing": ("subject", "helper"),
    "handover": ("subject", "giver", "successor", "taken_by"),
    "agreement": ("subject", "helper"),
    "post": ("person", "organisation"),
    "qualification": ("person",),
    "practice": ("person", "organisation", "site"),
    "affiliation": ("subject", "organisation"),
    "stint": ("person", "place"),
    "award": ("subject",),
    "need": ("subject", "organisation"),
    "file": ("subject",),
    "income": ("subject", "person"),
    "reckoning": ("subject",),
    "assurance": ("subject",),
    "benefit": ("subject",),
    "payout": ("subject",),
    "encounter": ("subject", "doctor", "provider"),
    "project": ("owner", "answerable", "place"),
    "project_part": ("place",),
    "measure": ("owner",),
    "task": ("owner",),
    "entry": ("organisation",),
    "statistic": ("place",),
    "demand": ("place",),
    "activity": ("organisation", "place"),
}
#: Events of these verbs say that somebody looked at what is sealed.
LOOKS = (
    "person.reveal",
    "household.reveal",
    "qualification.reveal",
    "need.reveal",
    "need.look",
    "activity.look",
    "grounds.look",
    "health.look",
    "file.look",
    "dossier.take",
)


# ------------------------------------------------------------------ the subject itself


def erased_on(key: UUID) -> dt.datetime | None:
    """When a subject was erased; None if it was not."""
    held = SubjectKey.objects.filter(subject=key, salt__isnull=True)
    return held.values_list("erased_at", flat=True).first()


def kind_of_key(key: UUID) -> Kind | None:
    """The kind of a subject or place by its key; a place need not be a subject yet."""
    found = kind_of_subject(key)
    if found is not None:
        return found
    return VOCABULARY["place"] if Place.objects.filter(pk=key).exists() else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One dated sheet: from when to when it held, who says so, and its values in words."""

    began: dt.date
    ended: dt.date | None
    recorded_at: dt.datetime
    source: str
    values: tuple[tuple[Field, str], ...]


def sheets_of(kind: Kind, key: UUID, moment: Moment, language: Language) -> list[Sheet]:
    """The sheets of a subject as known at a moment, the latest first; nothing sealed."""
    if not kind.sheet:
        return []
    rows = sheet_of(kind)._default_manager.known(moment.known_at)
    found = list(rows.filter(fact=key, began__lte=moment.on).order_by("-began"))
    fields = [
        f for f in kind.fields.values() if f.read.startswith("sheet.") and f.sensitivity != "sealed"
    ]
    pointed = [getattr(row, f"{_column(f)}_id") for row in found for f in fields if f.type == "one"]
    names = names_of((k for k in pointed if k), moment)
    return [
        Sheet(
            row.began,
            row.ended,
            row.recorded_at,
            getattr(row, "source", ""),
            tuple((f, _sheet_text(row, f, names, language)) for f in fields),
        )
        for row in found
    ]


def sheet_at(kind: Kind, key: UUID, moment: Moment) -> dict[str, Any]:
    """The values of a subject's sheet on a day by their fields, as a form shows them.

    Pointers by key; nothing sealed.
    """
    row = sheet_of(kind)._default_manager.at(moment).filter(fact=key).first()
    return {
        f.key: getattr(row, f"{_column(f)}_id" if f.type == "one" else _column(f))
        for f in kind.fields.values()
        if row is not None and f.read.startswith("sheet.") and f.sensitivity != "sealed"
    }


def _column(field: Field) -> str:
    return field.read.removeprefix("sheet.")


def _sheet_text(row: Any, field: Field, names: Mapping[UUID, str], language: Language) -> str:
    if field.type == "one":
        return names.get(getattr(row, f"{_column(field)}_id"), "")
    value = getattr(row, _column(field))
    if field.type in ("code", "ranked"):
        return label(field.codes[value], language) if value in field.codes else str(value or "")
    return plain_text(value, field.type, language)


# ------------------------------------------------------------------ what is tied to it


def _tied(user: User, name: str, keys: Iterable[UUID], moment: Moment) -> QuerySet[Any]:
    kind = VOCABULARY[name]
    return opens(user, kind, all_of(kind, moment).filter(_tie_of(name, keys)))


def keys_tied(
    user: User,
    name: str,
    key: UUID,
    moment: Moment,
    *,
    most: int,
    order: Sequence[str] = (),
    going: bool = False,
) -> list[UUID]:
    """The keys of the records of a kind that belong to a subject and that the account may open.

    The first of them in an order. ``going``: of programmes that go on alone.
    """
    lasts = Q(programme__ended__isnull=True) | Q(programme__ended__gte=moment.on)

    def of(keys: Sequence[UUID]) -> QuerySet[Any]:
        rows = _tied(user, name, keys, moment).order_by(*order)
        return (rows.filter(lasts) if going else rows).values_list("fact", flat=True)[:most]

    what = ("tied", rights_of(user), name, moment, most, tuple(order), going)
    return asked(Question(what, of), and_merged(key))


def tie_of(name: str, key: UUID) -> Q:
    """The condition under which a record of a kind belongs to a subject."""
    return _tie_of(name, and_merged(key))


def _tie_of(name: str, keys: Iterable[UUID]) -> Q:
    """The same of a subject under all its keys."""
    q = Q(pk__in=[])
    for one in keys:
        if name == "activity":
            q = q | Q(pk__in=_activities(one))
        else:
            for column in TIED[name]:
                q = q | Q(**{column: one})
    return q


def _activities(key: UUID) -> QuerySet[Any, Any]:
    """The rows of activities that a subject is tied to, each way found by an index of its own.

    As alternatives of one condition PostgreSQL would read every activity of the county.
    """
    parts = Participant.objects.current().filter(subject=key).values("activity")
    rows = Activity.objects.order_by()
    ways = [rows.filter(**{column: key}).values("pk") for column in TIED["activity"]]
    return rows.filter(fact__in=parts).values("pk").union(*ways)


def members_of(user: User, household: UUID, moment: Moment) -> Listing:
    """The persons who belonged to a household on a day, as a list."""
    sheets = Person.objects.at(moment).filter(household=household)
    keys = tuple(sheets.values_list("fact", flat=True))
    return Listing(("person",), moment, keys=keys)


# ------------------------------------------------------------------ the line of time


@dataclass(frozen=True, slots=True)
class Moved:
    """One day in the life of a record: it happened, began, ended, or was closed."""

    day: dt.date
    kind: str
    fact: UUID
    side: Side


def timeline(user: User, kind: Kind, key: UUID, moment: Moment) -> QuerySet[Any, Any]:
    """Every day on which something tied to a subject happened, began or ended, newest first."""
    return _timeline(user, kind, and_merged(key), held_of(key), moment)


def latest_days(user: User, kind: Kind, key: UUID, moment: Moment, *, most: int) -> list[Any]:
    """The first rows of this line of time."""
    held = held_of(key)

    def of(keys: Sequence[UUID]) -> QuerySet[Any, Any]:
        return _timeline(user, kind, keys, held, moment)[:most]

    what = ("timeline", rights_of(user), kind.name, tuple(held.items()), moment, most)
    return asked(Question(what, of), and_merged(key))


def _timeline(
    user: User, kind: Kind, keys: Sequence[UUID], held: Mapping[str, bool], moment: Moment
) -> QuerySet[Any, Any]:
    """``keys``: the own one, and those of everybody who was merged into the subject."""
    parts = list(_lines_of(user, kind, keys, held, moment)) or [
        _line(Person.objects.none(), "began", "", "began")
    ]
    return parts[0].union(*parts[1:], all=True).order_by("-day", "-said_fact", "side")


def moved(rows: Sequence[Mapping[str, Any]]) -> list[Moved]:
    """The rows of a line of time in the shape in which pages read them."""
    return [Moved(r["day"], r["kind_name"], r["said_fact"], r["side"]) for r in rows]


def _lines_of(
    user: User, kind: Kind, keys: Sequence[UUID], held: Mapping[str, bool], moment: Moment
) -> Iterator[QuerySet[Any, Any]]:
    for name, over in held.items():
        rows = _tied_ever(user, name, keys, moment)
        yield from _sides(VOCABULARY[name], rows, moment, over=over)
    if kind.sheet:
        rows = sheet_of(kind)._default_manager.known(moment.known_at)
        own = rows.filter(fact=keys[0], began__lte=moment.on)
        yield _line(own, "began", kind.name, "began")


def tied_ever(user: User, name: str, key: UUID, moment: Moment) -> QuerySet[Any]:
    """The records of a kind that ever belonged to a subject, up to a day."""
    return _tied_ever(user, name, and_merged(key), moment)


def _tied_ever(user: User, name: str, keys: Sequence[UUID], moment: Moment) -> QuerySet[Any]:
    kind = VOCABULARY[name]
    model: Any = model_of(kind)
    begun = Q(**{f"{first_day(kind)}__lte": moment.on})
    rows = model.objects.known(moment.known_at).filter(begun, _tie_of(name, keys))
    return opens(user, kind, rows)


def first_day(kind: Kind) -> str:
    """The column of the day on which a record happened or began."""
    return "date" if kind.nature == "event" else "began"


def _sides(
    kind: Kind, rows: QuerySet[Any], moment: Moment, *, over: bool
) -> Iterator[QuerySet[Any, Any]]:
    event = kind.nature == "event"
    yield _line(rows, first_day(kind), kind.name, "on" if event else "began")
    last = _last_day(kind)
    if over and last:
        yield _line(rows.filter(**{f"{last}__lte": moment.on}), last, kind.name, last)


def _last_day(kind: Kind) -> Literal["ended", "closed"] | None:
    """The column of the day on which a record is over, if that is a day of its own."""
    if kind.nature == "event":
        return "closed" if "closed" in kind else None
    return None if kind.name == "statistic" else "ended"


@once
def held_of(key: UUID) -> Mapping[str, bool]:
    """The kinds of which any record ever belonged to a subject, and whether one of them is over.

    Also to whom was merged into it.
    """
    found: dict[str, bool] = {}
    for one in and_merged(key):
        for name, over in _held_of(one).items():
            found[name] = over or found.get(name, False)
    return found


def _held_of(key: UUID) -> Mapping[str, bool]:
    """The same of one subject alone.

    One plain query, whoever asks and as of whatever day: it only spares a page the questions
    whose answer would be empty for everybody.
    """
    held = key if connection.features.has_native_uuid_field else key.hex
    sql, times = _held_sql()
    with planned(), connection.cursor() as cursor:
        cursor.execute(sql, [held] * times)
        return {name: bool(over) for name, there, over in cursor.fetchall() if there}


@cache
def _held_sql() -> tuple[str, int]:
    """The query of ``held_of``, and how often it names the subject."""
    parts, times = [], 0
    for name, columns in TIED.items():
        ties = [f'"{column}_id" = %s' for column in columns]
        if name == "activity":
            part = Participant._meta.db_table
            ties.append(f'"fact" IN (SELECT "activity_id" FROM "{part}" WHERE "subject_id" = %s)')
        last = _last_day(VOCABULARY[name])
        there, over = _exists(name, ties), _exists(name, ties, f' AND "{last}" IS NOT NULL')
        parts.append(f"SELECT '{name}', {there}, {over if last else 'FALSE'}")
        times += len(ties) * (2 if last else 1)
    return " UNION ALL ".join(parts), times


def _exists(name: str, ties: Sequence[str], more: str = "") -> str:
    """Whether a record is tied in one of these ways: each asked apart, by an index of its own."""
    table = model_of(VOCABULARY[name])._meta.db_table
    return " OR ".join(f'EXISTS(SELECT 1 FROM "{table}" WHERE {tie}{more})' for tie in ties)


def _line(rows: QuerySet[Any], column: str, kind: str, side: Side) -> QuerySet[Any, Any]:
    key = "fact_id" if _points(rows.model) else "fact"
    return rows.order_by().values(
        day=F(column),
        said_fact=F(key),
        kind_name=Value(kind, output_field=CharField()),
        side=Value(side, output_field=CharField()),
    )


def _points(model: type[Model]) -> bool:
    return bool(model._meta.get_field("fact").is_relation)


# ------------------------------------------------------------------ who looked, what was changed


def looks_at(key: UUID) -> QuerySet[Event]:
    """Who opened what is sealed about a person, the latest first."""
    looked = Event.objects.filter(about__in=and_merged(key), verb__in=LOOKS).select_related("by")
    return looked.order_by("-at")


def events_about(
    key: UUID, rows: Iterable[Fact] = (), *, parts: Iterable[UUID] = ()
) -> QuerySet[Event]:
    """What the journal says about a record, the latest first.

    ``rows``: its own rows; an event that wrote many records at once is about none of them.
    ``parts``: records that are part of it, such as what was judged of a round.
    """
    written = {row.event_id for row in rows}
    about = Q(about__in=[key, *parts])
    asked = about | Q(pk__in=written) if written else about
    return Event.objects.filter(asked).select_related("by").order_by("-at")


def versions_of(kind: Kind, key: UUID) -> list[Fact]:
    """Every row of a record, the present first, then what was believed or so before."""
    model: Any = model_of(kind)
    rows = model.objects.filter(fact=key).select_related("event__by")
    return sorted(rows, key=lambda r: (r.superseded_at is None, r.recorded_at), reverse=True)


def versions_by_day(kind: Kind, facts: Iterable[UUID], moment: Moment) -> Keyed:
    """The rows of some records as known at a moment, ended or not, each record's latest last."""

    def of(keys: Sequence[UUID]) -> QuerySet[Any]:
        model: Any = model_of(kind)
        rows: QuerySet[Any] = model.objects.known(moment.known_at).filter(fact__in=keys)
        return rows.order_by(first_day(kind))

    return Keyed(("versions", kind.name, moment.known_at), of, list(facts))


def opened_or_ended(user: User, kind: Kind, key: UUID, moment: Moment) -> Any:
    """A record that the account may open, on the day or, when it has ended, on its last one."""
    found = fetch(user, kind, key, moment=moment)
    if found is not None or kind.nature == "event" or kind.model == "Subject":
        return found
    model: Any = model_of(kind)
    ended = model.objects.known(moment.known_at).filter(fact=key, ended__lte=moment.on)
    last = ended.order_by("-ended").first()
    if last is None:
        return None
    return visible(user, kind, moment=moment.on_day(last.ended)).filter(pk=last.pk).first()
