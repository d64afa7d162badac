"""Defects that stand open: how many by rule, by place and by who is asked, and each in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from bangfu.ledger.access import ROLES, grants_of, opens, opens_about
from bangfu.ledger.conditions import all_of, basic, under, value_of
from bangfu.ledger.models import Defect, Pairing, Person, Place, Post, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.prepared import Question, asked_of_keys
from bangfu.ledger.rules import rules
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import Language, lines
from bangfu.lists.listing import Listing
from bangfu.lists.pages import counted_by, names_of, placed_under, some_of, topmost
from bangfu.lists.readings import kept, kept_of
from bangfu.lists.wrong_now import wrong_now
from bangfu.programmes.kinds import Field, Kind
from bangfu.programmes.rule import BLANK, SEVERITIES, Rule

#: What is wrong stands before what is doubtful, and that before what is missing.
_FIRST = Case(*(When(severity=word, then=Value(n)) for n, word in enumerate(SEVERITIES)))

#: The first page counts so many; where there are more, the page of defects says how many.
MANY = 1_000


#: How many defects there are: the rule, the place or none, the number.
Counted = Sequence[tuple[str, UUID | None, int]]


def standing_for(user: User, *, state: str = "open") -> QuerySet[Any]:
    """The defects of a state that the account may open."""
    return opens(user, VOCABULARY["defect"], Defect.objects.current().filter(state=state))


def waiting(user: User) -> int:
    """How many defects an account is to mend stand open; more than ``MANY`` are not counted.

    Only kinds of record are asked about of which there are any: to put the question for all of
    them took half of the first page.
    """
    kinds = {basic(rules()[key].kind) for key in rules_asked(user) if key in _rules_standing()}
    if not kinds:
        return 0
    rows = Defect.objects.current().filter(state="open", rule__in=rules_asked(user))
    return some_of(opens_about(user, rows, kinds), most=MANY, lately=True)


@once
def _rules_standing() -> frozenset[str]:
    """The rules of which any defect stands open."""
    rows = Defect.objects.current().filter(state="open").order_by()
    answer = kept(
        "rules standing",
        (Defect._meta.db_table,),
        lambda: {"rules": [*rows.values_list("rule", flat=True).distinct()]},
    )
    return frozenset(answer["rules"])


def asking(user: User) -> QuerySet[Any]:
    """The open defects that an account is to mend: its role is asked, or may use the form.

    Who may use a form for the own unit or the own people only is not asked about all the others.
    """
    return standing_for(user).filter(rule__in=rules_asked(user))


def rules_asked(user: User) -> list[str]:
    """The rules whose defects an account is to mend."""
    grants = grants_of(user)
    asked = {grant.role for grant in grants}
    wide = [
        ROLES[grant.role]
        for grant in grants
        if not (grant.organisation_id or grant.programme_id or ROLES[grant.role].own)
    ]
    return [
        key
        for key, rule in rules().items()
        if asked.intersection(rule.entry.owner)
        or any(role.may(rule.entry.fix.form) for role in wide)
    ]


def within(rows: QuerySet[Any], place: Place | None) -> QuerySet[Any]:
    """Of some defects those that lie in a place."""
    if place is None:
        return rows
    inside = Place.objects.current().filter(under(place.path))
    return rows.filter(place__in=inside.values("fact"))


def counted(rows: QuerySet[Any]) -> Counted:
    """How many of some defects there are by rule and place: one look at all of them, kept."""
    asked = rows.order_by().values_list("rule", "place").annotate(n=Count("pk"))

    def count() -> dict[str, Any]:
        return {"rows": [[rule, place and str(place), n] for rule, place, n in asked]}

    answer = kept_of("rules and places", asked, count)
    told = answer["rows"] if answer else ()
    return [(rule, UUID(place) if place else None, n) for rule, place, n in told]


def total(there: Counted) -> int:
    """How many defects there are, whatever rule found them and wherever they lie."""
    return sum(n for _rule, _place, n in there)


@dataclass(frozen=True, slots=True)
class OfRule:
    """How many defects of a rule there are."""

    rule: Rule
    count: int


def by_rule(there: Counted) -> list[OfRule]:
    """The rules with their defects, what is wrong first, in the order of the files."""
    told: dict[str, int] = {}
    for key, _place, n in there:
        if key in rules():
            told[key] = told.get(key, 0) + n
    order = {word: number for number, word in enumerate(SEVERITIES)}
    found = [OfRule(rule, told[key]) for key, rule in rules().items() if key in told]
    return sorted(found, key=lambda one: order[one.rule.entry.severity])


@dataclass(frozen=True, slots=True)
class OfPlace:
    """How many defects lie in a place."""

    place: Place
    count: int


def by_place(user: User, there: Counted, place: Place | None, moment: Moment) -> list[OfPlace]:
    """The places inside one, or the topmost that the account sees, with what lies in them."""
    inside = list(placed_under(place, moment)) if place else topmost(user, moment)
    told: dict[UUID, int] = {}
    for _rule, key, n in there:
        if key is not None:
            told[key] = told.get(key, 0) + n
    lying = dict(Place.objects.current().filter(fact__in=told).values_list("fact", "path"))
    found = []
    for one in inside:
        lie = (n for key, n in told.items() if lying.get(key, "").startswith(one.path))
        found.append(OfPlace(one, sum(lie)))
    return [one for one in found if one.count]


@dataclass(frozen=True, slots=True)
class OfHelper:
    """How many defects are about those whom somebody helps; None where nobody does."""

    key: UUID | None
    name: str
    count: int


def by_helper(
    rows: QuerySet[Any], moment: Moment, *, units: bool, there: Counted
) -> list[OfHelper]:
    """Who helps those whom the defects are about, by name; ``units``: their units instead.

    ``there``: how many there are in all, of whom some may be helped by nobody.
    """
    told = with_helper(rows.filter(_helped_somehow(moment)), moment)
    told_of: dict[UUID | None, int] = {
        UUID(key): n for key, n in counted_by(told, "helped_by").items() if key
    }
    if rest := total(there) - sum(told_of.values()):
        told_of[None] = rest
    if units:
        told_of = _in_units(told_of, moment)
    names = names_of((key for key in told_of if key), moment)
    found = [OfHelper(key, names.get(key, ""), n) for key, n in told_of.items() if key]
    nobody = [OfHelper(None, "", told_of[None])] if None in told_of else []
    return [*sorted(found, key=lambda one: one.name), *nobody]


def _helped_somehow(moment: Moment) -> Q:
    """Defects about those who are helped, or with whom somebody lives who is: few of many."""
    helped = Pairing.objects.at(moment).values("subject")
    living = Person.objects.at(moment).filter(household__isnull=False)
    return (
        Q(subject__in=helped)
        | Q(subject__in=living.filter(household__in=helped).values("fact"))
        | Q(subject__in=living.filter(fact__in=helped).values("household"))
    )


def with_helper(rows: QuerySet[Any], moment: Moment) -> QuerySet[Any]:
    """Defects with the key of who helps whom they are about, else the household, else a member."""
    home = Person.objects.at(moment).filter(fact=OuterRef(OuterRef("subject")))
    members = Person.objects.at(moment).filter(household=OuterRef(OuterRef("subject")))
    # One after the other: an index finds each, and who helps directly is most often there.
    ways = (
        Q(subject=OuterRef("subject")),
        Q(subject=Subquery(home.values("household")[:1])),
        Q(subject__in=members.values("fact")),
    )
    pairs = (Pairing.objects.at(moment).filter(way).order_by("began", "pk") for way in ways)
    helper = (Subquery(one.values("helper")[:1], output_field=UUIDField()) for one in pairs)
    told: QuerySet[Any] = rows.annotate(helped_by=Coalesce(*helper))
    return told


def of_helper(
    rows: QuerySet[Any], key: UUID | None, moment: Moment, *, units: bool
) -> QuerySet[Any]:
    """Of some defects those about whom somebody helps, or a unit's people; None: nobody does."""
    told = with_helper(rows, moment)
    if key is None:
        return told.filter(helped_by=None)
    keys = [key]
    if units:
        serving = Post.objects.at(moment).filter(organisation=key)
        keys += serving.values_list("person", flat=True)
    return told.filter(helped_by__in=keys)


def of_the_helped(rows: QuerySet[Any], moment: Moment) -> QuerySet[Any]:
    """Of some defects those about whom anybody helps."""
    return with_helper(rows.filter(_helped_somehow(moment)), moment).exclude(helped_by=None)


def _in_units(counted: Mapping[UUID | None, int], moment: Moment) -> dict[UUID | None, int]:
    """The same by the units where the helpers serve; a unit that helps is itself."""
    serving = Post.objects.at(moment).filter(person__in=[key for key in counted if key])
    units = dict(serving.order_by("-began").values_list("person", "organisation"))
    found: dict[UUID | None, int] = {}
    for key, n in counted.items():
        unit = units.get(key, key) if key else None
        found[unit] = found.get(unit, 0) + n
    return found


def about(user: User, keys: Iterable[UUID], *, most: int) -> list[Defect]:
    """The open defects about some subjects that are so still, what is wrong first."""

    def of(some: list[UUID]) -> QuerySet[Any, Any]:
        there = Defect.objects.current().filter(state="open", subject__in=some)
        return there.order_by().values_list("about", flat=True).distinct()

    subjects = list(keys)
    kinds = set(asked_of_keys(Question("defects about", of), subjects))
    if not kinds:
        return []
    there = Defect.objects.current().filter(state="open", subject__in=subjects)
    rows = opens_about(user, there, kinds)
    found = list(rows.select_related("subject", "place").order_by(_FIRST, "rule", "pk")[:most])
    still = still_so(found)
    return [one for one in found if one.pk in still]


def ordered(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Defects in the order in which a page shows them."""
    return rows.order_by("date", "pk")


# ------------------------------------------------------------------ in words


@dataclass(frozen=True, slots=True)
class Told:
    """One defect in words: what is wrong with the record's own values, and what is to be done."""

    defect: Defect
    rule: Rule | None
    sentence: str
    mends: UUID | None = None


def told(user: User, defects: Sequence[Defect], language: Language) -> list[Told]:
    """Defects with the values of their records, masked where they are sealed.

    So many questions as there are kinds of record among them, however many defects there are.
    """
    by_kind: dict[str, list[tuple[Rule, Defect]]] = {}
    for one in defects:
        if rule := rules().get(one.rule):
            by_kind.setdefault(rule.kind.name, []).append((rule, one))
    found: dict[UUID, Told] = {}
    for some in by_kind.values():
        kind, records = some[0][0].kind, [one.record for _, one in some]
        blanks = {blank for rule, _ in some for blank in rule.blanks}
        pointers = {rule.entry.fix.on for rule, _ in some if rule.entry.fix.on}
        values, leads = _values(user, kind, records, sorted(blanks), sorted(pointers), language)
        for rule, one in some:
            text: str = getattr(rule.entry.message, language)
            on = rule.entry.fix.on
            mends = leads[on].get(one.record) if on else one.record
            found[one.pk] = Told(one, rule, filled(text, values.get(one.record, {})), mends)
    return [found.get(one.pk) or Told(one, None, "") for one in defects]


def filled(text: str, values: Mapping[str, str]) -> str:
    """A sentence with its blanks filled in; what is not known is a dash."""
    # A text parted at its blanks: every second part is the name of a field.
    parts = enumerate(BLANK.split(text))
    return "".join(values.get(part) or "—" if n % 2 else part for n, part in parts)


def _values(
    user: User,
    kind: Kind,
    records: Sequence[UUID],
    blanks: Sequence[str],
    pointers: Sequence[str],
    language: Language,
) -> tuple[dict[UUID, dict[str, str]], dict[str, dict[UUID, UUID]]]:
    """For each record the values of some blanks, and where some of its fields point to.

    Of what a field points to only as much is told as the account may open.
    """
    moment = Moment.present()
    plain = [blank for blank in blanks if "." not in blank]
    values = _texts(kind, records, plain, moment, language)
    leads: dict[str, dict[UUID, UUID]] = {}
    through = {blank.split(".")[0] for blank in blanks if "." in blank}
    for pointer in sorted({*through, *pointers}):
        keys = [blank.split(".")[1] for blank in blanks if blank.startswith(f"{pointer}.")]
        pointed = _pointed(kind, pointer, records, moment)
        open_to: set[UUID] = set()
        for to, there in _open(user, kind[pointer], pointed.values(), moment):
            open_to |= set(there)
            texts = _texts(to, there, [key for key in keys if key in to], moment, language)
            for record, target in pointed.items():
                said = {f"{pointer}.{key}": text for key, text in texts.get(target, {}).items()}
                values.setdefault(record, {}).update(said)
        leads[pointer] = {record: to for record, to in pointed.items() if to in open_to}
    return values, leads


def _texts(
    kind: Kind, records: Sequence[UUID], keys: Sequence[str], moment: Moment, language: Language
) -> dict[UUID, dict[str, str]]:
    """The values of some fields of some records, in words, masked where they are sealed."""
    if not records or not keys:
        return {}
    listing = Listing((kind.name,), moment, keys=tuple(records))
    drawn = lines(listing, listing.sure(), [kind[key] for key in keys], language=language)
    return {
        line.fact: {key: cell.text for key, cell in zip(keys, line.cells, strict=False)}
        for line in drawn
    }


def _pointed(kind: Kind, pointer: str, records: Sequence[UUID], moment: Moment) -> dict[UUID, UUID]:
    """For each record the key of the one that a field of it points to."""
    rows = all_of(kind, moment).filter(fact__in=list(records))
    told = rows.annotate(leads=value_of(kind[pointer], kind, moment)).exclude(leads=None)
    return dict(told.values_list("fact", "leads"))


def _open(
    user: User, pointer: Field, keys: Iterable[UUID], moment: Moment
) -> Iterator[tuple[Kind, list[UUID]]]:
    """Of some records that a field points to those that the account may open, by their kinds."""
    wanted, names = list(set(keys)), [pointer.to]
    if pointer.to == "subject":
        there = Subject.objects.filter(pk__in=wanted).order_by().values_list("kind", flat=True)
        names = list(there.distinct())
    for name in names if wanted else ():
        kind = VOCABULARY[name]
        shown = opens(user, kind, all_of(kind, moment).filter(fact__in=wanted))
        yield kind, list(shown.values_list("fact", flat=True))


def still_so(defects: Sequence[Defect]) -> set[UUID]:
    """Of some defects those that their rules would find at this very moment, in one question.

    What was mended a moment ago leaves the page before the next run writes that it left.
    """
    asked: dict[Rule, list[UUID]] = {}
    for one in defects:
        if rule := rules().get(one.rule):
            asked.setdefault(rule, []).append(one.record)
    found = wrong_now(asked)
    return {one.pk for one in defects if (one.rule, one.record) in found}
