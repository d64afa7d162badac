"""The second pass over claims and figures: ties, paths, bounds, shares, windows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bangfu.programmes.conditions import BOUNDS, ConditionChecker, called
from bangfu.programmes.kinds import Kind, Label
from bangfu.programmes.literals import (
    MULTIPLE,
    PERIODS,
    SHARE,
    WEEKDAYS,
    YEAR_EARLIER,
    Times,
    is_day,
    is_number,
)
from bangfu.programmes.names import COUNTABLE, Names, same
from bangfu.programmes.paths import PathChecker
from bangfu.programmes.period import month_day_fits
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose
from bangfu.programmes.schema import Bounded, Claim, Counted, Inline, Listed, Spanned

_MONTHS = ("month", "quarter", "half_year", "year")


@dataclass(frozen=True, slots=True)
class Context:
    """What a claim stands in: its side, its span, and what it takes over if it doesn't say."""

    side: str
    began: dt.date
    ended: dt.date
    each: str | None = None
    of: tuple[str, ...] = ()
    per: str | None = None
    baseline: bool = False
    out_of: Inline | None = None
    distinct: str | None = None

    def within(self, entry: object) -> Context:
        """The same, with the days of an entry that has its own."""
        if not isinstance(entry, Spanned):
            return self
        return replace(self, began=entry.from_ or self.began, ended=entry.to or self.ended)


@dataclass(slots=True)
class ClaimChecker:
    """Holds claims and figures against names, kinds, paths and each other's words."""

    names: Names
    report: Report
    conditions: ConditionChecker
    paths: PathChecker

    def listed(self, route: Route, entry: Listed, of: tuple[str, ...] = ()) -> Kind | None:
        """Check ``of`` and ``where``; the kind they finally are of, or None if unclear."""
        if entry.of is not None:
            self.countable((*route, "of"), entry.of)
        elif not of:
            if entry.where is not None:
                self.report.add(
                    (*route, "where"),
                    both("有条件,却没有写是哪种记录", "A condition without a kind of record"),
                    both('加上 of = "…"', 'Add of = "…"'),
                )
            return None
        chosen = entry.of or of
        kind = self.names.common(chosen)
        if kind is None:
            self._different(route, chosen)
        elif entry.where is not None:
            self.conditions.check((*route, "where"), entry.where, (kind,))
        return kind

    def countable(self, route: Route, chosen: tuple[str, ...]) -> None:
        """Check that names stand for records: kinds, lists, and what can be listed."""
        for number, name in enumerate(chosen):
            here = (*route, number) if len(chosen) > 1 else route
            known = name in self.names.vocabulary or name in self.names
            if not known:
                allowed = [*self.names.of_sections(*COUNTABLE), *self.names.vocabulary]
                self.report.add(
                    here,
                    both(f"没有“{name}”这种记录,也没有叫这个名字的名单",
                         f"No kind of record and no list is called “{name}”"),
                    choose(name, allowed),
                )  # fmt: skip
            elif name in self.names and self.names.section(name) not in COUNTABLE:
                section = self.names.section(name)
                self.report.add(
                    here,
                    both(f"“{name}”是 [{section}] 里的,不代表一批记录",
                         f"{name} stands in [{section}] and does not stand for records"),
                    choose(name, self.names.of_sections(*COUNTABLE)),
                )  # fmt: skip

    def _different(self, route: Route, chosen: tuple[str, ...]) -> None:
        kinds = [self.names.record(name) for name in chosen]
        found = [kind for kind in kinds if kind is not None]
        if len(found) < len(chosen) or len(found) < 2:
            return
        zh = "、".join(kind.label.zh for kind in found)
        en = ", ".join(kind.label.en for kind in found)
        self.report.add(
            (*route, "of"),
            both(f"{zh}不是同一种记录,不能放在一起数", f"{en} are not the same kind of record"),
            both("分成几项来写,或改成同一种记录", "Write them apart, or choose the same kind"),
        )

    def counted(self, route: Route, entry: Counted, context: Context) -> None:
        """Check a figure or the counting half of a claim."""
        kind = self.listed(route, entry, context.of)
        each = self._each(route, entry.each) or (
            self.names.record(context.each) if context.each else None
        )
        if kind and each and not entry.function:
            self.tie(route, kind, each, entry.as_, context.side)
        elif kind and entry.as_:
            self.paths.follow((*route, "as"), entry.as_, (kind,))
        if kind:
            self._counting(route, entry, kind)
        if entry.out_of is not None:
            self._out_of(route, entry.out_of, each)
        self._function(route, entry, context)
        self._baseline(route, entry)
        if entry.per is not None:
            self._per((*route, "per"), entry.per)

    def _each(self, route: Route, each: str | None) -> Kind | None:
        if each is None:
            return None
        self.countable((*route, "each"), (each,))
        return self.names.record(each)

    def _counting(self, route: Route, entry: Counted | Inline, kind: Kind) -> None:
        if entry.sum is not None:
            end = self.paths.follow((*route, "sum"), entry.sum, (kind,))
            if end and (not end.field or end.field.type not in ("number", "money")):
                numbers = [one.key for one in kind.fields.values() if one.type in ("number", "money")]
                self.report.add(
                    (*route, "sum"),
                    both(f"“{entry.sum}”不是数,不能合计", f"“{entry.sum}” is not a number to add up"),
                    choose(entry.sum, numbers),
                )
        if entry.distinct is not None and entry.distinct != "day":
            self.paths.follow((*route, "distinct"), entry.distinct, (kind,))
        if entry.sum is not None and entry.distinct is not None:
            self._exclude((*route, "distinct"), "sum", "distinct")
        if isinstance(entry.on, str):
            self._date_field((*route, "on"), entry.on, kind)
        if isinstance(entry, Counted):
            for number, path in enumerate(entry.by or ()):
                self.paths.follow((*route, "by", number), path, (kind,))
            if entry.held is not None and kind.nature == "event":
                self.report.add(
                    (*route, "held"),
                    both(f"{kind.label.zh}只发生在一天,不能写持续", f"{kind.label.en} happens on one day"),
                    both("删去 held", "Remove held"),
                )

    def _date_field(self, route: Route, path: str, kind: Kind) -> None:
        end = self.paths.follow(route, path, (kind,))
        if end and (not end.field or end.field.type != "day"):
            days = [one.key for one in kind.fields.values() if one.type == "day"]
            self.report.add(
                route,
                both(f"“{path}”不是日期", f"“{path}” is not a date"),
                choose(path, days),
            )

    def tie(self, route: Route, of: Kind, each: Kind, chosen: str | None, side: str) -> None:
        """Check that counted records belong to the records of ``each``, by one way only."""
        if chosen is not None:
            end = self.paths.follow((*route, "as"), chosen, (of,))
            if end and end.kinds and not any(_fits(kind, each) for kind in end.kinds):
                self.report.add(
                    (*route, "as"),
                    both(f"“{chosen}”到不了{each.label.zh}", f"“{chosen}” does not lead to {each.label.en}"),
                    choose(chosen, self.names.ties(of=of, to=each)),
                )
            return
        sided = ("pairing", "agreement")
        if same(of, each) or each.name in sided or of.name in sided:
            return
        sides = {"doer": of.doer, "receiver": of.receiver}.get(side, {})
        if each.name in sides or each.basic in sides or each.name == "place":
            if each.name != "place" or self.names.ties(of=of, to=each):
                return
        self._one_tie(route, of, each)

    def _one_tie(self, route: Route, of: Kind, each: Kind) -> None:
        ties = self.names.ties(of=of, to=each)
        if not ties:
            self.report.add(
                (*route, "each"),
                both(f"{of.label.zh}和{each.label.zh}没有联系,不知道怎样归到每一个",
                     f"{of.label.en} is not tied to {each.label.en}"),
                both('用 as 写出经过哪些字段,例如 as = "person.organisation"',
                     'Write the fields in as, for example as = "person.organisation"'),
            )  # fmt: skip
        elif len(ties) > 1:
            ways = [f'as = "{tie}"' for tie in ties]
            self.report.add(
                (*route, "each"),
                both(f"{of.label.zh}可以经由几个字段归到{each.label.zh},要写明是哪一个",
                     f"{of.label.en} may belong to {each.label.en} by several fields"),
                both("加上 " + " 或 ".join(ways), "Add " + " or ".join(ways)),
            )  # fmt: skip

    def _out_of(self, route: Route, whole: Inline, each: Kind | None) -> None:
        kind = self.inline((*route, "out_of"), whole)
        if kind and each and whole.as_ is None:
            self.tie((*route, "out_of"), kind, each, None, "")

    def inline(self, route: Route, entry: Inline) -> Kind | None:
        """Check a list on the spot."""
        kind = self.listed(route, entry)
        if entry.of is None:
            self.report.add(
                route,
                both("没有写是哪个名单", "It does not say which list"),
                both('加上 of = "…"', 'Add of = "…"'),
            )
        if kind:
            self._counting(route, entry, kind)
            if entry.as_ is not None:
                self.paths.follow((*route, "as"), entry.as_, (kind,))
        return kind

    def _function(self, route: Route, entry: Counted, context: Context) -> None:
        if entry.function is None:
            return
        if entry.of is not None:
            self._exclude((*route, "function"), "of", "function")
        if entry.each is None and context.each is None:
            self.report.add(
                (*route, "function"),
                both("函数要对一批记录逐个计算,没有写 each", "A function reads each record of a list"),
                both('加上 each = "…"', 'Add each = "…"'),
            )

    def _baseline(self, route: Route, entry: Counted) -> None:
        value = entry.baseline
        if isinstance(value, str) and value != YEAR_EARLIER:
            self.number_name((*route, "baseline"), value)

    def number_name(self, route: Route, name: str) -> None:
        """Check that a name gives a number: a value or a figure."""
        if name not in self.names:
            self.report.add(
                route,
                both(f"没有叫“{name}”的参数或数字", f"No value or figure is called “{name}”"),
                choose(name, self.names.of_sections("value", "figure")),
            )
        elif self.names.section(name) not in ("value", "figure"):
            self.report.add(
                route,
                both(f"“{name}”不是参数,也不是数字", f"{name} is neither a value nor a figure"),
                choose(name, self.names.of_sections("value", "figure")),
            )

    def _per(self, route: Route, per: str) -> None:
        if per in PERIODS or MULTIPLE.fullmatch(per):
            return
        if per in self.names:
            if self.names.section(per) == "phase" or per in self.names.broken:
                return
            kind = self.names.record(per)
            if kind is None or kind.nature in ("state", "episode"):
                return
            self.report.add(
                route,
                both(f"“{per}”是{kind.label.zh},没有起止日期,不能当周期",
                     f"{per} stands for {kind.label.en}, which has no first and last day"),
                both("用有起止日期的名单,或 month、quarter、year", "Use a list with dates, or a calendar period"),
            )  # fmt: skip
            return
        self.report.add(
            route,
            both(f"“{per}”不是周期,也不是名单", f"“{per}” is neither a period nor a list"),
            choose(per, [*PERIODS, *self.names.of_sections("phase", *COUNTABLE)]),
        )

    def claim(self, route: Route, claim: Claim, context: Context) -> None:
        """Check a claim and the further claims below it."""
        context = context.within(claim)
        self.counted(route, claim, context)
        self.bounds(route, claim, given(claim, context))
        if claim.window is not None:
            self._windows(route, claim, context)
        if claim.except_ is not None:
            self.inline((*route, "except"), claim.except_)
        inner = given(claim, context)
        for number, one in enumerate(claim.also or ()):
            self.claim((*route, "also", number), one, inner)

    def bounds(self, route: Route, entry: Bounded, context: Context) -> None:
        """Check bounds: what excludes what, shares of a whole, multiples of a baseline."""
        if entry.exactly is not None and (entry.at_least is not None or entry.at_most is not None):
            other = "at_least" if entry.at_least is not None else "at_most"
            self._exclude((*route, "exactly"), other, "exactly")
        if is_number(entry.at_least) and is_number(entry.at_most):
            assert isinstance(entry.at_least, int | float)
            assert isinstance(entry.at_most, int | float)
            if entry.at_least > entry.at_most:
                self.report.add(
                    (*route, "at_most"),
                    both(f"不超过 {entry.at_most} 小于不少于 {entry.at_least}",
                         f"at_most {entry.at_most} is below at_least {entry.at_least}"),
                    both("把两个数对调,或改正其中一个", "Swap the two, or mend one"),
                )  # fmt: skip
        for word in BOUNDS:
            self._bound((*route, word), getattr(entry, word), context)

    def _bound(self, route: Route, bound: object, context: Context) -> None:
        if isinstance(bound, Times) and not context.baseline:
            self.report.add(
                route,
                both("写了倍数,却没有基数", "A multiple without a baseline"),
                both("加上 baseline(数、日期、数字的名称或 a year earlier)", "Add a baseline"),
            )
        elif isinstance(bound, str) and SHARE.fullmatch(bound):
            self._share(route, bound, context)
        elif isinstance(bound, str):
            self.number_name(route, bound)

    def _share(self, route: Route, bound: str, context: Context) -> None:
        whole = context.out_of
        if whole is None or whole.of is None:
            self.report.add(
                route,
                both(f"{bound} 是份额,却没有写占什么的份额", f"{bound} is a share of nothing"),
                both('加上 out_of = "…",或改写成数', 'Add out_of = "…", or write a number'),
            )
            return
        if bound.endswith("‰") or self._is_part(context, whole):
            return
        self.report.add(
            route,
            both(f"“{'、'.join(context.of)}”不是“{'、'.join(whole.of)}”的一部分,比出来可能超过百分之百",
                 f"{', '.join(context.of)} is no part of {', '.join(whole.of)}: it may exceed 100 %"),
            both(f'让 of 建立在“{whole.of[0]}”之上,或用 distinct 指向它的记录;不是份额就写成数',
                 f"Build of on {whole.of[0]}, or let distinct point to its records; "
                 "or write a plain number"),
        )  # fmt: skip

    def _is_part(self, context: Context, whole: Inline) -> bool:
        wanted = set(whole.of or ())
        if context.of and all(wanted & set(self.names.chain(name)) for name in context.of):
            return True
        if any(name in self.names.broken for name in (*context.of, *wanted)):
            return True
        kind, target = self.names.common(context.of), self.names.common(tuple(wanted))
        if kind is None or target is None:
            return True
        if context.distinct is None or context.distinct == "day":
            return False
        quiet = PathChecker(self.names, Report("", self.report.positions))
        end = quiet.follow((), context.distinct, (kind,))
        return end is None or not end.kinds or any(same(one, target) for one in end.kinds)

    def _windows(self, route: Route, claim: Claim, context: Context) -> None:
        per = claim.per or context.per
        for number, pair in enumerate(claim.window or ()):
            for side, day in enumerate(pair):
                here = self._window_route(route, claim, number, side)
                self._window_day(here, day, per, context)
            first, last = pair
            if is_day(first) and is_day(last) and first > last:  # type: ignore[operator]
                self.report.add(
                    self._window_route(route, claim, number, 1),
                    both(f"时段的末日 {last} 早于首日 {first}", f"The window ends {last}, before {first}"),
                    both("把两个日期对调", "Swap the two days"),
                )

    def _window_route(self, route: Route, claim: Claim, number: int, side: int) -> Route:
        nested = (*route, "window", number, side)
        return nested if nested in self.report.positions.places else (*route, "window", side)

    def _window_day(self, route: Route, day: object, per: str | None, context: Context) -> None:
        if not isinstance(day, str):
            return
        phase = self._span_of(per, context)
        if day in WEEKDAYS and per not in ("week", None) and "weeks" not in per:
            self._needs(route, day, "week")
        elif day in WEEKDAYS and per is None:
            self._needs(route, day, "week")
        elif day.startswith("day ") and not (per and any(one in per for one in _MONTHS)):
            self._needs(route, day, "month")
        elif phase is not None and month_day_fits(day, *phase) > 1:
            began, ended = phase
            self.report.add(
                route,
                both(f"{began} 至 {ended} 之间有不止一个 {day}", f"{day} fits {began} to {ended} twice"),
                both('写上年份,或加 per = "year"', 'Write the year, or add per = "year"'),
            )

    def _span_of(self, per: str | None, context: Context) -> tuple[dt.date, dt.date] | None:
        """The one span in which a month-day must be unique; None if periods repeat."""
        if per is None:
            return context.began, context.ended
        if per in self.names and self.names.section(per) == "phase":
            entry = self.names.entry(per)
            assert hasattr(entry, "from_") and hasattr(entry, "to")
            return entry.from_, entry.to
        return None

    def _needs(self, route: Route, day: str, period: str) -> None:
        self.report.add(
            route,
            both(f"“{day}”要有相应的周期", f"“{day}” needs a period"),
            both(f'加上 per = "{period}"', f'Add per = "{period}"'),
        )

    def _exclude(self, route: Route, one: str, other: str) -> None:
        self.report.add(
            route,
            both(f"{one} 和 {other} 不能同时写", f"{one} and {other} exclude each other"),
            both("留下其中一个", "Keep one of them"),
        )


def given(claim: Counted, context: Context) -> Context:
    """What a claim hands on to the claims, steps and milestones below it."""
    return replace(
        context,
        each=claim.each or context.each,
        of=claim.of or context.of,
        per=claim.per or context.per,
        baseline=context.baseline or claim.baseline is not None,
        out_of=claim.out_of or context.out_of,
        distinct=claim.distinct or context.distinct,
    )


def is_bounded(claim: Claim) -> bool:
    """Whether a claim, or one below it, says how many."""
    own = any(getattr(claim, word) is not None for word in BOUNDS)
    return own or any(is_bounded(one) for one in claim.also or ())


def _fits(kind: Kind, each: Kind) -> bool:
    return same(kind, each) or kind.name == "place"


def claims_of(claim: Claim) -> Iterator[Claim]:
    """A claim and all further claims below it."""
    yield claim
    for one in claim.also or ():
        yield from claims_of(one)


def label_of(kind: Kind) -> Label:
    """What a kind is called."""
    return called((kind,))
