"""The rules of data quality over the ledger: what they find, asked of the database in one question.

A value that is another in some region makes one question for each region and one for everywhere
else; most rules are a single question.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.ledger.conditions import (
    NOTHING,
    Scope,
    Unsayable,
    compile_where,
    rows_of,
    select,
    spellings,
    under,
)
from bangfu.ledger.models import Place, SubjectKey
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.comparing import COMPARISONS, TWIN, TWIN_WORDS, Other, read_other, several
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label, Vocabulary
from bangfu.programmes.left_sides import meaning
from bangfu.programmes.rule import Parameter, Rule
from bangfu.programmes.rule_files import Grounds, read_rules
from bangfu.programmes.schema import List

#: The forms of the desk that mend a record, by the verb that writes; of which kinds each is.
FORMS: Final[Mapping[str, tuple[str, ...]]] = {
    "person.update": ("person",),
    "household.leave": ("person",),
    "household.join": ("person",),
    "household.update": ("household",),
    "household.change_head": ("household",),
    "household.split": ("household",),
    "household.merge": ("household",),
    "household.move": ("household",),
    "assurance.judge": ("household",),
    "assurance.correct": ("assurance",),
    "benefit.enter": ("person", "household"),
    "benefit.correct": ("benefit",),
    "benefit.end": ("benefit",),
    "payout.correct": ("payout",),
    "encounter.correct": ("encounter",),
    "encounter.settle": ("encounter",),
    "income.enter": ("household",),
    "income.correct": ("income",),
    "reckoning.make": ("household",),
    "organisation.update": ("organisation",),
    "post.correct": ("post",),
    "post.leave": ("post",),
    "qualification.correct": ("qualification",),
    "qualification.renew": ("qualification",),
    "affiliation.end": ("affiliation",),
    "pairing.end": ("pairing",),
    "enrolment.leave": ("enrolment",),
    "class.end": ("class",),
    "agreement.renew": ("agreement",),
    "agreement.end": ("agreement",),
    "need.assign": ("need",),
    "need.close": ("need",),
    "need.raise_": ("person", "household", "place", "organisation", "site"),
    "measure.progress": ("measure",),
    "measure.set_owner": ("measure",),
    "statistic.correct": ("statistic",),
    "activity.correct": ("activity",),
    "task.move": ("task",),
    "task.finish": ("task",),
    "need.confirm": ("need",),
    "entry.counter": ("entry",),
    "entry.receive": ("fund",),
    "proceeding.drop": ("proceeding",),
    "proceeding.handle": ("handling",),
    "round.find": ("round",),
    "activity.visit": ("person", "household"),
}  # fmt: skip
#: Who may be asked to mend a record: whoever helps there, or who has a role where it lies.
OWNERS: Final = ("helper", "village_officer", "resident_team", "unit_lead", "clerk")


def grounds() -> Grounds:
    """What the rules are held against here."""
    kinds = {name: kind for name, kind in VOCABULARY.kinds.items() if name != "defect"}
    return Grounds(Vocabulary(kinds), FORMS, OWNERS)


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule that comes with the product, by its key."""
    return {rule.key: rule for rule in read_rules(grounds())}


@dataclass(frozen=True, slots=True)
class RuleMeaning:
    """What the names of a file of rules stand for, in one region (empty: everywhere else)."""

    rule: Rule
    area: str = ""

    def programme_key(self) -> UUID:
        """Rules belong to no programme."""
        raise Unsayable("a rule of data quality belongs to no programme")

    def sort_of(self, name: str) -> str:
        """The section in which a name stands, or nothing."""
        return self.rule.names.section(name) if name in self.rule.names else ""

    def listed(self, name: str) -> tuple[tuple[str, ...], Mapping[str, Any]]:
        """What a list is of, and the condition it adds."""
        entry: Any = self.rule.names.entry(name)
        return entry.of, entry.where or {}

    def record_of(self, name: str) -> Kind | None:
        """One record of a list as a kind."""
        return self.rule.names.record(name)

    def class_required(self, name: str) -> bool:
        """Rules have no classes."""
        return False

    def class_words(self, name: str) -> tuple[Label, Mapping[str, Label]]:
        """Rules have no classes."""
        raise Unsayable(f"there is no way to sort named {name}")

    def entry_of(self, name: str) -> Any:
        """Rules have no checklists and no workflows."""
        raise Unsayable(f"there is no checklist and no workflow named {name}")

    def steps_of(self, name: str) -> Iterable[tuple[dt.date, Any]]:
        """A dated value by its first days, oldest first, as it is in the region."""
        entry = self.rule.names.entry(name)
        assert isinstance(entry, Parameter)
        around = [code for code in entry.area if self.area.startswith(code)]
        items = entry.area[max(around, key=len)].items if around else entry.items
        return [(item.from_, item.is_) for item in items]

    def value_on(self, name: str, day: dt.date) -> Any:
        """A dated value on a day; None before its first day."""
        found = None
        for since, value in self.steps_of(name):
            if since <= day:
                found = value
        return found


def looked_at(rule: Rule, moment: Moment) -> Iterator[QuerySet[Any]]:
    """The records that a rule finds wrong at a moment, in one question for each region."""
    if not rule.holds_on(moment.on):
        return
    areas = rule.areas()
    yield _found(rule, moment, "", areas)
    for area in areas:
        within = [one for one in areas if one != area and one.startswith(area)]
        yield _found(rule, moment, area, within)


def _found(rule: Rule, moment: Moment, area: str, without: Sequence[str]) -> QuerySet[Any]:
    meaning, kind = RuleMeaning(rule, area), rule.kind
    scope = Scope.at(moment, meaning, kind)
    told = select(rule.entry.of, scope)[1]
    for where in (rule.entry.where, rule.entry.wrong):
        told = told & compile_where(kind, where or {}, scope)
    rows = _of_whom_something_is_held(kind, rows_of(kind, scope).filter(told.sure))
    if area:
        rows = rows.filter(inside(kind, area, moment))
    for code in without:
        rows = rows.exclude(inside(kind, code, moment))
    return rows


def _of_whom_something_is_held(kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Without what is about somebody who was erased: there is nothing to be mended any more."""
    subject = subject_of(kind)
    if subject is None:
        return rows
    erased = SubjectKey.objects.filter(subject=OuterRef(subject), salt__isnull=True)
    return rows.filter(~Exists(erased))


def inside(kind: Kind, code: str, moment: Moment) -> Q:
    """Records that lie in the division of a code, by the tree of a day."""
    told = NOTHING
    roots = Place.objects.at(moment).filter(code__in=spellings(code))
    for path in roots.values_list("path", flat=True):
        told = told | under(path)
    where = place_of(kind)
    if where is None:
        return NOTHING
    return Q(**{f"{where}__in": Place.objects.at(moment).filter(told).values("fact")})


def place_of(kind: Kind) -> str | None:
    """The path from a record of a kind to the place where it lies; None for what lies nowhere."""
    base = kind.basic or kind.name
    if base == "place":
        return "fact"
    if base in SUBJECT_KINDS or "place" in kind and not kind["place"].read.startswith("sheet."):
        return "place"
    subject = subject_of(kind)
    return f"{subject}__place" if subject else None


def subject_of(kind: Kind) -> str | None:
    """The column by which a record of a kind leads to the subject that it is about."""
    base = kind.basic or kind.name
    if base in SUBJECT_KINDS:
        return None if base == "place" else "fact"
    told = (key for key in _ABOUT if key in kind and kind[key].type == "one")
    return next(told, None) if base not in ("activity", "demand") else None


#: Of several pointers the one that says whom a record is about.
_ABOUT: Final = ("subject", "person", "household", "organisation", "owner")


def fields_read(rule: Rule) -> tuple[str, ...]:
    """The fields of the record itself that a rule reads or tells: when one changes, so may it."""
    keys = [blank.split(".")[0] for blank in rule.blanks]
    waiting: list[Any] = [rule.entry.where or {}, rule.entry.wrong]
    while waiting:
        for left, right in waiting.pop().items():
            if left in ("any", "none"):
                waiting += right
            elif left == TWIN:
                keys += [key for word in TWIN_WORDS for key in several(right.get(word, ()))]
            else:
                keys.append(left)
                keys += [other.steps[0] for other in _others(right) if not other.outside]
    told = (key for key in dict.fromkeys(keys) if key in rule.kind)
    return tuple(sorted(key for key in told if rule.kind[key].type != "many"))


def _others(right: Any) -> Iterator[Other]:
    """The fields that one field is held against."""
    for word in right if isinstance(right, Mapping) else ():
        other = read_other(right[word]) if word in COMPARISONS else None
        if other is not None:
            yield other


@cache
def kinds_read(key: str) -> frozenset[str]:
    """The kinds of record that a rule reads: who may not open one of them is not told of it."""
    rule = rules()[key]
    found, seen = {rule.kind.name}, set[str]()

    def read(where: Mapping[str, Any], kinds: Sequence[Kind], outside: Sequence[Kind]) -> None:
        for left, right in where.items():
            if left in ("any", "none"):
                for inner in right:
                    read(inner, kinds, outside)
                continue
            if left == TWIN:
                read(right, kinds, kinds)
                continue
            told = meaning(rule.names, left, kinds, right)
            if told is not None and told.sort == "field":
                along(right, kinds, outside)
            if told is None or told.sort == "field":
                continue
            found.update(kind.name for kind in told.kinds)
            if isinstance(right, Mapping):
                read(right, told.kinds, kinds if told.sort == "tied" else outside)
            listed(left)

    def along(right: Any, kinds: Sequence[Kind], outside: Sequence[Kind]) -> None:
        for other in _others(right):
            here = outside if other.outside else kinds
            for step in other.steps[:-1]:
                fields = [kind[step] for kind in here if step in kind]
                here = [one for field in fields for one in rule.names.targets(field)]
                found.update(kind.name for kind in here)

    def listed(name: str) -> None:
        if name in rule.names.entries and name not in seen:
            seen.add(name)
            entry = rule.names.entry(name)
            assert isinstance(entry, List)
            kind = rule.names.record(name)
            read(entry.where or {}, (kind,) if kind else (), ())
            for one in entry.of:
                listed(one)

    listed(rule.entry.of)
    for where in (rule.entry.where or {}, rule.entry.wrong):
        read(where, (rule.kind,), ())
    return frozenset(found)


@cache
def tables_of(key: str, on: dt.date) -> frozenset[str]:
    """The tables that a rule reads on a day."""
    found: set[str] = set()
    for rows in looked_at(rules()[key], Moment(on)):
        with contextlib.suppress(EmptyResultSet):
            found |= set(_TABLE.findall(str(rows.query)))
    return frozenset(found)


_TABLE = re.compile(r"\bledger_[a-z]+\b")
