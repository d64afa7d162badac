"""The lines of a condition, each turned into what surely and what possibly meets it."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q

from bangfu.ledger.beside import SORTED, TAKEN_IN, Beside
from bangfu.ledger.conditions.columns import (
    ISO_DAY,
    answer_line,
    bounded_line,
    computed_now_line,
    equal_line,
    is_wiped,
    known_line,
    several,
    stated_on,
    unless_said,
)
from bangfu.ledger.conditions.places import is_place, within_places
from bangfu.ledger.conditions.rows import attached_to, basic, common, rows_of, sheet_of, stated
from bangfu.ledger.conditions.scope import Meaning, Scope, below, further_in
from bangfu.ledger.conditions.ties import (
    between_line,
    counted_line,
    had_part,
    how_many,
    is_measured,
    tie_by,
    ties_of,
    told_apart,
    words_and_lines,
)
from bangfu.ledger.conditions.verdict import EVERYTHING, NOTHING, Unsayable, Verdict, either_of
from bangfu.ledger.models import Class, Enrolment, Participant, known
from bangfu.ledger.moment import Moment
from bangfu.ledger.there_is import ThereIs
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.comparing import COMPARISONS, SAME, TWIN
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind
from bangfu.programmes.literals import CONDITION_DAY
from bangfu.programmes.runs import IN_A_ROW


def select(name: str, scope: Scope) -> tuple[Kind, Verdict]:
    """The kind and the condition of whatever a name stands for, at the scope's level."""
    if name in VOCABULARY:
        kind = VOCABULARY[name]
        return kind, Verdict.plain(Q(**kind.preset)) if kind.preset else EVERYTHING
    sort = scope.meaning.sort_of(name)
    if sort in ("list", "activity", "enrol", "fund", "organisation"):
        of, where = scope.meaning.listed(name)
        if sort == "organisation" and "name" in where:
            return VOCABULARY[sort], Verdict.plain(Q(name=where["name"]))
        kind, verdict = _either([select(n, scope) for n in of])
        kind = scope.meaning.record_of(name) or kind
        if sort == "enrol":
            return kind, _enrolled(name, scope)
        verdict = verdict & compile_where(kind, where, scope)
        return kind, verdict & _own_money(kind, scope)
    if sort in ("class", "pairing", "agreement", "measure", "document"):
        return VOCABULARY[sort], Verdict.plain(_named(name, scope))
    if sort == "review":
        of_it = Q(programme=scope.meaning.programme_key(), round__name=name)
        return VOCABULARY["score"], Verdict.plain(of_it)
    raise Unsayable(f"{name} is not the name of a list")


def may_belong(
    fact: UUID, of: Iterable[str], where: Mapping[str, Any], meaning: Meaning, on: dt.date
) -> bool:
    """Whether a record is, as far as is known, one of those that ``of`` and ``where`` select."""
    for name in of:
        kind = select(name, Scope(meaning, None, on, on))[0]
        scope = Scope.at(Moment(on), meaning, kind)
        verdict = select(name, scope)[1] & compile_where(kind, where, scope)
        if rows_of(kind, scope).filter(verdict.possible, fact=fact).exists():
            return True
    return False


def _either(found: list[tuple[Kind, Verdict]]) -> tuple[Kind, Verdict]:
    kind, verdict = found[0]
    for other, more in found[1:]:
        kind, verdict = common(kind, other), verdict | more
    return kind, verdict


def _own_money(kind: Kind, scope: Scope) -> Verdict:
    """A programme's list of money holds that of its own funds, wherever a condition names it."""
    if kind.name != "entry":
        return EVERYTHING
    return Verdict.plain(Q(fund__programme=scope.meaning.programme_key()))


def _named(name: str, scope: Scope) -> Q:
    """Rows that one entry of a programme wrote, told by the programme and the entry's name."""
    return Q(programme=scope.meaning.programme_key(), name=name)


def _enrolled(name: str, scope: Scope) -> Verdict:
    inner = scope.within(VOCABULARY["enrolment"])
    rows = stated(Enrolment, inner).filter(_named(name, scope))
    return Verdict.plain(Q(Beside(rows, "subject", TAKEN_IN)))


def compile_where(kind: Kind, where: Mapping[str, Any], scope: Scope) -> Verdict:
    """A condition over records of one kind; every line must hold."""
    verdict = EVERYTHING
    for left, right in where.items():
        verdict = verdict & _line(kind, left, right, scope)
    return verdict


def _line(kind: Kind, left: str, right: Any, scope: Scope) -> Verdict:
    if left == "any":
        return _any_of(kind, right, scope)
    if left == "none":
        return ~_any_of(kind, right, scope)
    if left == TWIN:
        alike: Verdict = _comparing().twin(kind, right, scope)
        return alike
    if left in kind:
        return _compared_line(kind, kind[left], right, scope)
    sort = scope.meaning.sort_of(left)
    if sort == "class" and not isinstance(right, Mapping):
        return _class_line(left, right, scope)
    if sort in ("checklist", "workflow"):
        judged: Verdict = _verdicts().verdict_line(kind, left, right, scope)
        return judged
    if sort == "duty":
        owed: Verdict = _turns().turns_line(kind, left, right, scope)
        return owed
    if sort == "review" and isinstance(right, Mapping) and IN_A_ROW in right:
        in_a_row: Verdict = _turns().results_line(left, right, scope)
        return in_a_row
    other, verdict = select(left, scope)
    if basic(other) == basic(kind) and isinstance(right, bool) and sort != "pairing":
        return verdict if right else ~verdict
    return _tied_line(kind, left, right, scope)


def _any_of(kind: Kind, groups: Iterable[Mapping[str, Any]], scope: Scope) -> Verdict:
    verdict = Verdict.plain(NOTHING)
    for group in groups:
        verdict = verdict | compile_where(kind, group, scope)
    return verdict


def _class_line(name: str, options: Any, scope: Scope) -> Verdict:
    inner = scope.within(VOCABULARY["class"])
    rows = stated(Class, inner).filter(_named(name, scope))
    hit = Q(Beside(rows, "subject", SORTED, Q(option__in=several(options))))
    if scope.meaning.class_required(name):
        return Verdict(hit, hit | ~Q(Beside(rows, "subject", SORTED)))
    return Verdict.plain(hit)


def _comparing() -> Any:
    """The room next door, which is built on this one."""
    from bangfu.ledger import comparing

    return comparing


def _verdicts() -> Any:
    """The room next door where verdicts are worked out, which is built on this one."""
    from bangfu.ledger import verdicts

    return verdicts


def _turns() -> Any:
    """The room next door where turns and results are asked for, which is built on this one."""
    from bangfu.ledger import turns

    return turns


def _compared_line(kind: Kind, field: Field, right: Any, scope: Scope) -> Verdict:
    """A line on a field: what is held against another field is asked for by itself."""
    if not isinstance(right, Mapping) or field.type in ("one", "many"):
        return _field_line(kind, field, right, scope)
    others = {word: r for word, r in right.items() if _is_other(word, field, r, scope)}
    rest = {word: r for word, r in right.items() if word not in others}
    verdict = _field_line(kind, field, rest, scope) if rest else EVERYTHING
    for word, other in others.items():
        verdict = verdict & _comparing().compared(kind, field, word, other, scope)
    return verdict


def _is_other(word: str, field: Field, right: Any, scope: Scope) -> bool:
    """Whether a word compares with another field rather than with a day or a number."""
    if word == SAME:
        return True
    if word not in COMPARISONS or not isinstance(right, str):
        return False
    if field.type == "day":
        return not (ISO_DAY.fullmatch(right) or CONDITION_DAY.fullmatch(right))
    return scope.meaning.sort_of(right) != "value"


def _field_line(kind: Kind, field: Field, right: Any, scope: Scope) -> Verdict:
    if field.type == "many":
        return _many_line(field, right, scope)
    if field.compute is not None:
        return computed_now_line(kind, field, right, scope)
    if field.is_attached:
        wanted = right["known"] if isinstance(right, Mapping) else right
        attached = Q(attached_to(field, scope.known_at))
        return Verdict.plain(attached if wanted else ~attached)
    if field.is_answer:
        return answer_line(field, right, scope)
    if not field.read.startswith("sheet."):
        return _column(field.read or field.key, field, right, scope)
    sheet = stated(sheet_of(kind), replace(scope, own=scope.inner))
    column = field.read.removeprefix("sheet.")
    told, wiped = _column(column, field, right, below(scope)), is_wiped(column, field)
    if isinstance(right, Mapping) and "known" in right:
        there = _column(column, field, {"known": True}, below(scope))
        filled = stated_on(sheet, either_of(there.sure, wiped))
        rest = {word: value for word, value in right.items() if word != "known"}
        also = _field_line(kind, field, rest, scope) if rest else EVERYTHING
        return Verdict.plain(filled if right["known"] else ~filled) & also
    sure, possible = stated_on(sheet, told.sure), either_of(told.possible, wiped)
    if field.blank_means_none:
        return Verdict(sure, stated_on(sheet, possible))
    doubt = None if told.doubt is None else unless_said(sheet, either_of(told.doubt, wiped))
    return Verdict(sure, unless_said(sheet, possible), doubt)


def _column(column: str, field: Field, right: Any, scope: Scope) -> Verdict:
    if field.type == "one":
        return _one_line(column, field, right, scope)
    if isinstance(right, Mapping):
        rest = {word: bound for word, bound in right.items() if word != "known"}
        verdict = bounded_line(column, field, rest, scope) if rest else EVERYTHING
        if "known" in right:
            verdict = verdict & known_line(column, field, bool(right["known"]), scope)
        return verdict
    return equal_line(column, field, right, scope)


def _one_line(column: str, field: Field, right: Any, scope: Scope) -> Verdict:
    if isinstance(right, Mapping) and "known" in right:
        there = Verdict.plain(Q(**{f"{column}__isnull": not right["known"]}))
        rest = {left: value for left, value in right.items() if left != "known"}
        return there & _one_line(column, field, rest, scope) if rest else there
    if field.to == "place" and not isinstance(right, Mapping):
        return Verdict.plain(within_places(f"{column}_id", several(right), scope))
    if not isinstance(right, Mapping):
        return Verdict.plain(Q(**{f"{column}__in": several(right)}))
    verdict = Verdict.plain(NOTHING)
    for kind in _pointed_at(field, right, scope):
        inner = scope.within(kind)
        told = compile_where(kind, right, inner)
        rows = rows_of(kind, inner).filter(fact=OuterRef(f"{column}_id"))
        there = Verdict(Q(ThereIs(rows.filter(told.sure))), Q(ThereIs(rows.filter(told.possible))))
        if field.to == "subject" and kind.name == "place":
            there = Verdict.plain(is_place(column)) & there
        verdict = verdict | there
    return verdict


def _pointed_at(field: Field, where: Mapping[str, Any], scope: Scope) -> list[Kind]:
    """The kinds a pointer may lead to and of which the condition can be asked."""
    if field.to != "subject":
        return [VOCABULARY[field.to]]
    kinds = [VOCABULARY[k] for k in SUBJECT_KINDS]
    # A word that is some kind's field speaks of that kind, not of what is tied to another.
    fielded = {left for left in where if any(left in kind for kind in kinds)}
    fits = [
        k
        for k in kinds
        if all(left in k if left in fielded else _askable(k, left, scope) for left in where)
    ]
    if not fits:
        raise Unsayable(f"no kind of subject can be asked about {', '.join(where)}")
    return fits


def _askable(kind: Kind, left: str, scope: Scope) -> bool:
    if left in kind or left in ("any", "none") or scope.meaning.sort_of(left) == "class":
        return True
    if scope.meaning.sort_of(left) in ("checklist", "workflow"):
        return select(scope.meaning.entry_of(left).each, scope)[0].name == kind.name
    if left in VOCABULARY:
        return bool(VOCABULARY.ties(of=left, to=kind.name))
    if not scope.meaning.sort_of(left):
        return False
    listed = select(left, scope)[0].name
    return listed == kind.name or bool(VOCABULARY.ties(of=listed, to=kind.name))


def _many_line(field: Field, right: Any, scope: Scope) -> Verdict:
    inner = scope.within(VOCABULARY["person"])
    parts = Participant.objects.filter(
        known(scope.known_at), activity=OuterRef("fact"), part=field.read
    )
    bounds, where = words_and_lines(right)
    if not isinstance(right, Mapping):
        return Verdict.plain(Q(ThereIs(parts.filter(subject__in=several(right)))))
    if "known" in where:
        there = Q(ThereIs(parts)) if where.pop("known") else ~Q(ThereIs(parts))
        some = _many_line(field, {**bounds, **where}, scope) if bounds or where else EVERYTHING
        return Verdict.plain(there) & some
    return counted_line(bounds, parts, [Q()], _one_line("subject", field, where, inner))


def _tied_line(kind: Kind, left: str, right: Any, scope: Scope) -> Verdict:
    """So many records tied to this one meet the inner condition; at least one unless it is said."""
    other = VOCABULARY[left] if left in VOCABULARY else select(left, scope)[0]
    bounds, where = words_and_lines(right)
    if right is False:
        bounds = {"exactly": 0}
    added, apart = where.get("sum"), where.get("distinct")
    where = {k: v for k, v in where.items() if k not in ("as", "sum", "distinct")}
    via = right.get("as") if isinstance(right, Mapping) else None
    fields = ties_of(other, kind, via, whole=other.name in ("pairing", "agreement"))
    # Seen from what stands between, of which each record has few: parts of work, or sheets.
    many = fields[0].type == "many"
    between = not (added or apart) and (many or fields[0].read.startswith("sheet."))
    inner = (further_in(scope) if between else scope).within(other)
    inner = replace(inner, this=(kind, 2 if between else 1))
    all_told = EVERYTHING if left in VOCABULARY else select(left, inner)[1]
    told = all_told & compile_where(other, where, inner)
    rows, ties = rows_of(other, inner), [tie_by(other, f, kind, inner) for f in fields]
    if many and not between:
        # Of what somebody had a part in: from the parts, of which there are few.
        ties = [Q(fact__in=had_part(fields[0], inner).values("activity_id"))]
    if between:
        rows, ties, all_told, told = between_line(fields[0], other, rows, (all_told, told), scope)
    amounts = any(is_measured(word, n, scope) for word, n in bounds.items())
    if not (added or apart or amounts):
        bounds = {word: how_many(n, scope) for word, n in bounds.items()}
        return counted_line(bounds, rows, ties, told)
    tied = rows.filter(functools.reduce(operator.or_, ties))
    field = other[added] if added else None
    if apart:
        tied, apart = told_apart(tied, other, apart)
        bounds = bounds or {"at_least": 1}
    verdict: Verdict = _comparing().measured(
        bounds, field, tied, all_told, told, kind, scope, apart
    )
    return verdict
