"""Comparisons of a record's field with another, as questions to the database.

What is not known on either side leaves the comparison open: it surely holds nowhere and possibly
everywhere. A blank of words, and a last day that has not come, are no unknowns: nothing equals
them, and nothing is before or after them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import (
    CharField,
    DateField,
    DecimalField,
    ExpressionWrapper,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models import Count as CountOf
from django.db.models import Sum as SumOf
from django.db.models.functions import Coalesce
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IsNull,
    LessThan,
    LessThanOrEqual,
)

from bangfu.ledger.conditions import (
    ANYTHING,
    EVERYTHING,
    NOTHING,
    EventDay,
    Scope,
    Unsayable,
    Verdict,
    below,
    compile_where,
    model_of,
    rows_of,
    sheet_of,
    stated,
)
from bangfu.ledger.models import known
from bangfu.ledger.paths import in_scope, of_target, onward
from bangfu.ledger.there_is import ThereIs
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.comparing import TWIN_WORDS, Other, read_other, several
from bangfu.programmes.kinds import Field, Kind
from bangfu.programmes.literals import SHARE

_LOOKUPS: Mapping[str, Callable[..., Any]] = {
    "before": LessThan,
    "after": GreaterThan,
    "from": GreaterThanOrEqual,
    "to": LessThanOrEqual,
    "below": LessThan,
    "above": GreaterThan,
    "same_as": Exact,
}


class Shifted(Func):
    """A day so many days, weeks, months or years later; a day that a month lacks is its last."""

    output_field = DateField()

    def __init__(self, day: Any, count: int, unit: str) -> None:
        months = count * {"month": 1, "year": 12}.get(unit, 0)
        days = count * {"day": 1, "week": 7}.get(unit, 0)
        super().__init__(day)
        self.extra |= {"months": months, "days": days}

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """PostgreSQL: intervals of months keep to the month."""
        months, days = self.extra["months"], self.extra["days"]
        template = (
            f"(%(expressions)s + interval '{months:d} months' + interval '{days:d} days')::date"
        )
        return super().as_sql(compiler, connection, template=template, **more)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """SQLite would run over the end of a short month: its last day is the limit."""
        months, days = self.extra["months"], self.extra["days"]
        if not months:
            template = f"date(%(expressions)s, '{days:+d} days')"
            return super().as_sql(compiler, connection, template=template, **more)
        sql, params = compiler.compile(self.source_expressions[0])
        over = f"date({sql}, '{months:+d} months')"
        last = f"date({sql}, 'start of month', '{months + 1:+d} months', '-1 day')"
        return f"min({over}, {last})", (*params, *params)


# ------------------------------------------------------------------ one field and another


def compared(kind: Kind, field: Field, word: str, text: str, scope: Scope) -> Verdict:
    """A comparison of a field with the one that the text names."""
    other = read_other(text)
    if other is None:
        raise Unsayable(f"{text} is no field")
    far, right = _read(other, kind, scope)
    if other.unit:
        right = Shifted(right, other.count, other.unit)
    left = in_scope(field, kind, scope)
    mine, its = _there(field, left, scope), _there(far, right, scope)
    hit = mine & its & Q(_LOOKUPS[word](left, right))
    if field.blank_means_none or far.blank_means_none:
        return Verdict.plain(hit)
    open_mine, open_its = _open(field, left), _open(far, right)
    if open_mine is NOTHING and open_its is NOTHING:
        return Verdict.plain(hit)
    either = (open_mine & (its | open_its)) | (open_its & (mine | open_mine))
    return Verdict(hit, hit | either)


def _read(other: Other, kind: Kind, scope: Scope) -> tuple[Field, Any]:
    """What a named field says, as an expression over the rows at the scope's level."""
    step, *rest = other.steps
    if other.outside:
        if scope.this is None:
            raise Unsayable("nothing stands outside of this condition")
        outer, depth = scope.this
        return of_target(outer, _outwards("fact", depth), other.steps, scope)
    if step not in kind:
        raise Unsayable(f"a {kind.name} has no field {step}")
    if rest:
        return _beyond(kind, kind[step], rest, scope)
    return kind[step], in_scope(kind[step], kind, scope)


def _beyond(kind: Kind, via: Field, rest: list[str], scope: Scope) -> tuple[Field, Any]:
    """What a path says from a field on.

    A record that is no subject is read whatever its days: that it began later is what is asked.
    """
    target = VOCABULARY[via.to] if via.to in VOCABULARY else None
    field = target.fields.get(rest[0]) if target is not None and len(rest) == 1 else None
    if target is None or field is None or target.model in ("Subject", "Place") or field.compute:
        return onward(kind, via, rest, scope)
    rows = model_of(target)._default_manager.filter(
        known(scope.known_at), fact=OuterRef(f"{via.read or via.key}_id"), **target.preset
    )
    latest = "-date" if target.nature == "event" else "-began"
    return field, Subquery(rows.order_by(latest).values(field.read or field.key)[:1])


def _outwards(column: str, depth: int) -> Any:
    """A column of the row that stands so many subqueries further out."""
    found: Any = column
    for _ in range(depth):
        found = OuterRef(found)
    return found


def _there(field: Field, said: Any, scope: Scope) -> Q:
    """That a field says something, never unknown itself."""
    there = Q(IsNull(said, False))
    if field.type in ("text", "code", "ranked"):
        there = there & ~Q(Exact(Coalesce(said, Value(""), output_field=CharField()), Value("")))
    if field.happens:
        there = there & Q(LessThanOrEqual(said, _day(scope)))
    return there


def _day(scope: Scope) -> Any:
    """The day that is asked about, as it is seen from the scope's rows."""
    return scope.own.expression() if isinstance(scope.own, EventDay) else Value(scope.own)


def _open(field: Field, said: Any) -> Q:
    """That a field may say anything; a record that still runs has surely not ended."""
    if field.happens or field.key in ("date", "began", "ended"):
        return NOTHING
    return Q(IsNull(said, True))


# ------------------------------------------------------------------ another record with the same


def twin(kind: Kind, right: Mapping[str, Any], scope: Scope) -> Verdict:
    """Another record of the kind with the same in some fields, and others in further ones.

    A blank is the same as nothing, and different from nothing.
    """
    where = {key: value for key, value in right.items() if key not in TWIN_WORDS}
    by, apart = ([kind[key] for key in several(right.get(word, ()))] for word in TWIN_WORDS)
    if kind.sheet:
        return _twin_by_sheet(kind, by, apart, where, scope)
    columns = (
        [(one.read or one.key, one) for one in by],
        [(one.read or one.key, one) for one in apart],
    )
    inner = replace(scope.within(kind), this=(kind, 1))
    told = compile_where(kind, where, inner)
    rows = rows_of(kind, inner).filter(~Q(fact=OuterRef("fact")), *_alike(*columns))
    return _exists(rows, told) & Verdict.plain(_filled(*columns))


def _twin_by_sheet(
    kind: Kind, by: list[Field], apart: list[Field], where: Mapping[str, Any], scope: Scope
) -> Verdict:
    """Asked from the sheets, so that the index over what is the same can be used."""
    columns = [(_on_sheet(one), one) for one in by], [(_on_sheet(one), one) for one in apart]
    beside, inner = below(scope), below(below(scope)).within(kind)
    told = compile_where(kind, where, replace(inner, this=(kind, 3)))
    others = stated(sheet_of(kind), below(beside))
    others = others.filter(~Q(fact=OuterRef("fact")), *_alike(*columns))
    there = rows_of(kind, inner).filter(fact=OuterRef("fact_id"))
    own = stated(sheet_of(kind), beside).filter(_filled(*columns), fact=OuterRef("fact"))

    def asked(q: Q) -> Q:
        return Q(ThereIs(own.filter(Q(ThereIs(others.filter(Q(ThereIs(there.filter(q)))))))))

    sure = asked(told.sure)
    return Verdict.plain(sure) if told.exact else Verdict(sure, asked(told.possible))


def _on_sheet(field: Field) -> str:
    """The column of a field as it is read from a sheet: the subject holds name and place."""
    read = field.index or field.read
    return read.removeprefix("sheet.") if read.startswith("sheet.") else f"fact__{field.key}"


Columns = list[tuple[str, Field]]


def _alike(by: Columns, apart: Columns) -> list[Q]:
    same = [Q(**{column: OuterRef(column)}) for column, _ in by]
    return [*same, *(_said(c, f) & ~Q(**{c: OuterRef(c)}) for c, f in apart)]


def _filled(by: Columns, apart: Columns) -> Q:
    found = Q()
    for column, field in (*by, *apart):
        found = found & _said(column, field)
    return found


def _said(column: str, field: Field) -> Q:
    there = Q(**{f"{column}__isnull": False})
    textual = field.type in ("text", "code", "ranked") and not field.index
    return there & ~Q(**{column: ""}) if textual else there


def _exists(rows: QuerySet[Any], told: Verdict) -> Verdict:
    sure = Q(ThereIs(rows.filter(told.sure)))
    return (
        Verdict.plain(sure) if told.exact else Verdict(sure, Q(ThereIs(rows.filter(told.possible))))
    )


# ------------------------------------------------------------------ sums, numbers and shares


def measured(
    bounds: Mapping[str, Any],
    added: Field | None,
    tied: QuerySet[Any],
    every: Verdict,
    told: Verdict,
    kind: Kind,
    scope: Scope,
    apart: str | None = None,
) -> Verdict:
    """How many tied records meet a condition, or what they add up to, against bounds.

    ``apart``: the column of which different values are counted instead.

    ``tied`` are all that belong to a row, ``told`` which of them count, ``every`` those that a
    share is of. Amounts are never below nothing, so what surely counts is the least and what
    possibly counts the most.
    """
    least, most = (_total(tied.filter(q), added, apart) for q in (told.sure, told.possible))
    verdict = EVERYTHING
    for word, bound in bounds.items():
        share = SHARE.fullmatch(bound) if isinstance(bound, str) else None
        if share:
            verdict = verdict & _share(
                word, bound, least, most, _total(tied.filter(every.possible), added, apart)
            )
        else:
            verdict = verdict & _bound(word, _limit(bound, added, kind, scope), least, most)
    return _open_to_more(verdict, bounds, tied.filter(told.possible), added)


def _open_to_more(
    verdict: Verdict, bounds: Mapping[str, Any], rows: QuerySet[Any], added: Field | None
) -> Verdict:
    """The verdict where a blank amount may make a sum larger than what is written down."""
    if added is None or not _blank_at_times(added, rows):
        return verdict
    more = Q(ThereIs(rows.filter(**{f"{added.read or added.key}__isnull": True})))
    if bounds.keys() <= {"at_least", "above"}:
        return Verdict(verdict.sure, verdict.possible | more)
    return Verdict(verdict.sure & ~more, verdict.possible | more)


def _blank_at_times(field: Field, rows: QuerySet[Any]) -> bool:
    return bool(rows.model._meta.get_field(field.read or field.key).null)


def _total(rows: QuerySet[Any], added: Field | None, apart: str | None) -> Any:
    """One number over some rows; nothing adds up to nothing."""
    number: Any = CountOf(apart, distinct=True) if apart else CountOf("pk")
    if added is not None:
        number = SumOf(added.read or added.key)
    # Grouped by a constant, so that one row comes of it.
    whole = rows.order_by().annotate(all=Value(1)).values("all").annotate(n=number).values("n")
    amount = DecimalField(max_digits=20, decimal_places=4)
    return Coalesce(Subquery(whole, output_field=amount), Value(0), output_field=amount)


def _limit(bound: Any, added: Field | None, kind: Kind, scope: Scope) -> tuple[Any, Q]:
    """A bound as an expression, and where it is not known."""
    money = added is not None and added.type == "money"
    if isinstance(bound, str) and scope.meaning.sort_of(bound) != "value":
        other = read_other(bound)
        if other is None:
            raise Unsayable(f"{bound} is no field")
        field, said = _read(other, kind, scope)
        return said, _open(field, said)
    if isinstance(bound, str):
        day = scope.row_day()
        if hasattr(day, "resolve_expression"):
            raise Unsayable(f"{bound} changes by date, and is asked on each row's own day")
        bound = scope.meaning.value_on(bound, day)
        if bound is None:
            return Value(0), ANYTHING
    return Value(round(bound * 100) if money else bound), NOTHING


def _bound(word: str, limit: tuple[Any, Q], least: Any, most: Any) -> Verdict:
    value, unset = limit
    known = Q() if unset is NOTHING else ~unset
    lookups: dict[str, tuple[Callable[..., Any], Any, Any]] = {
        "at_least": (GreaterThanOrEqual, least, most),
        "above": (GreaterThan, least, most),
        "at_most": (LessThanOrEqual, most, least),
        "below": (LessThan, most, least),
    }
    if word == "exactly":
        return _bound("at_least", limit, least, most) & _bound("at_most", limit, least, most)
    lookup, surely, possibly = lookups[word]
    sure, possible = known & Q(lookup(surely, value)), known & Q(lookup(possibly, value))
    return Verdict(sure, possible if unset is NOTHING else possible | unset)


def _share(word: str, text: str, least: Any, most: Any, whole: Any) -> Verdict:
    """A share of all that are tied; of nothing there is no share."""
    found = SHARE.fullmatch(text)
    assert found is not None
    if found[3]:
        above, beneath = int(found[3]), int(found[4])
    else:
        above, beneath = round(float(found[1]) * 1000), 1000 * (100 if found[2] == "%" else 1000)
    amount = DecimalField(max_digits=20, decimal_places=4)

    def times(said: Any, by: int) -> Any:
        return ExpressionWrapper(said * Value(by), output_field=amount)

    limit = times(whole, above)
    verdict = _bound(word, (limit, NOTHING), times(least, beneath), times(most, beneath))
    some = Verdict.plain(Q(GreaterThan(whole, Value(0))))
    return verdict & some
