"""Bounds of claims: what excludes what, shares of a whole, multiples of a baseline."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from bangfu.programmes.entries import Bounded, Claim, Counted, Inline, Spanned
from bangfu.programmes.field_conditions import BOUNDS
from bangfu.programmes.kinds import Label
from bangfu.programmes.literals import APART, POINTS, SHARE, Plus, Times, is_number
from bangfu.programmes.meant import as_number
from bangfu.programmes.names import Names, same
from bangfu.programmes.paths import PathChecker
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose


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
    sum: str | None = None
    distinct: str | None = None
    as_: str | None = None
    functions: bool = True

    def within(self, entry: object) -> Context:
        """The same, with the days of an entry that has its own."""
        if not isinstance(entry, Spanned):
            return self
        return replace(self, began=entry.from_ or self.began, ended=entry.to or self.ended)


def given(claim: Counted, context: Context) -> Context:
    """What a claim hands on to the claims, steps and milestones below it."""
    anew = claim.of is not None or claim.sum is not None or claim.distinct is not None
    return replace(
        context,
        each=claim.each or context.each,
        of=claim.of or context.of,
        per=claim.per or context.per,
        baseline=context.baseline or claim.baseline is not None,
        out_of=claim.out_of or context.out_of,
        sum=claim.sum if anew else context.sum,
        distinct=claim.distinct or context.distinct,
        as_=claim.as_ or context.as_,
    )


def says_how_many(entry: Bounded) -> bool:
    """Whether an entry or line has a bound of its own."""
    return any(getattr(entry, word) is not None for word in BOUNDS)


def is_bounded(claim: Claim) -> bool:
    """Whether a claim, or one below it, says how many."""
    return says_how_many(claim) or any(is_bounded(one) for one in claim.also or ())


@dataclass(slots=True)
class BoundChecker:
    """Holds bounds against each other and against what they are a part or a multiple of."""

    names: Names
    report: Report

    def check(self, route: Route, entry: Bounded, context: Context) -> None:
        """Check bounds: what excludes what, shares of a whole, multiples of a baseline."""
        if entry.exactly is not None and (entry.at_least is not None or entry.at_most is not None):
            other = "at_least" if entry.at_least is not None else "at_most"
            self.exclude((*route, "exactly"), other, "exactly")
        if is_number(entry.at_least) and is_number(entry.at_most):
            assert isinstance(entry.at_least, int | float)
            assert isinstance(entry.at_most, int | float)
            if entry.at_least > entry.at_most:
                self.report.add(
                    (*route, "at_most"),
                    both(
                        f"不超过 {entry.at_most} 小于不少于 {entry.at_least}",
                        f"at_most {entry.at_most} is below at_least {entry.at_least}",
                    ),
                    both("把两个数对调，或改正其中一个", "Swap the two, or mend one"),
                )
        for word in BOUNDS:
            self._bound((*route, word), getattr(entry, word), context)

    def _bound(self, route: Route, bound: object, context: Context) -> None:
        if isinstance(bound, Times | Plus) and not context.baseline:
            told = both("写了倍数，却没有基数", "A multiple without a baseline")
            if isinstance(bound, Plus):
                told = both("写了比基数多多少，却没有基数", "So much more than no baseline")
            self.report.add(
                route,
                told,
                both("加上 baseline（数、日期、数字的名称或 a year earlier）", "Add a baseline"),
            )
        elif isinstance(bound, Times):
            if isinstance(bound.times, str):
                self._value_of_change((*route, "times"), bound.times)
        elif isinstance(bound, Plus):
            self._change((*route, "plus"), bound.plus, context)
        elif isinstance(bound, str) and SHARE.fullmatch(bound):
            self._share(route, bound, context)
        elif isinstance(bound, str):
            self.number_name(route, bound)

    def _change(self, route: Route, change: object, context: Context) -> None:
        """Check that shares change by so much of a hundred, and numbers by numbers."""
        whole = context.out_of
        of_share = whole is not None and bool(context.sum) == bool(whole.sum)
        if isinstance(change, str) and not POINTS.fullmatch(change):
            self._value_of_change(route, change, of_share=of_share)
        elif isinstance(change, str) and not of_share:
            self.report.add(
                route,
                both(f"{change} 是百分点，但这里数的不是份额",
                     f"{change} is so much of a hundred, but no share is read here"),
                both("加上 out_of，或写成数；增长百分之几写倍数，例如 { times = 1.1 }",
                     "Add out_of, or write a number; growth by a part is { times = 1.1 }"),
            )  # fmt: skip
        elif of_share and not isinstance(change, str):
            self.report.add(
                route,
                both(f"这里数的是份额，{change} 不是百分点",
                     f"A share is read here, and {change} is not so much of a hundred"),
                both(f'写 {{ plus = "{change}%" }}', f'Write {{ plus = "{change}%" }}'),
            )  # fmt: skip

    def _value_of_change(self, route: Route, name: str, *, of_share: bool = False) -> None:
        """Check that a name by which a baseline is multiplied or raised is a dated value's."""
        if not self.names.may_be(name, "value"):
            self.report.add(
                route,
                both(f"没有叫“{name}”的参数", f"There is no value called “{name}”"),
                self._some_value(name),
            )
        elif of_share:
            self.report.add(
                route,
                both(f"这里数的是份额，“{name}”不是百分点",
                     f"A share is read here, and {name} is not so much of a hundred"),
                both('写百分点，例如 { plus = "2%" }', 'Write it as { plus = "2%" }'),
            )  # fmt: skip

    def _some_value(self, name: str) -> Label:
        """The cure for a name of no dated value: one that there is, or how one is written."""
        if values := list(self.names.of_sections("value")):
            return choose(name, values)
        return both(
            "先写参数：[value.名称] items = [ { from = …, is = …, paper = … } ]，或写成数",
            "Write a value first: [value.name] items = [ { from = …, is = …, paper = … } ]; "
            "or a plain number",
        )

    def _share(self, route: Route, bound: str, context: Context) -> None:
        whole = context.out_of
        if whole is None or whole.of is None:
            self.report.add(
                route,
                both(f"{bound} 是份额，却没有写占什么的份额", f"{bound} is a share of nothing"),
                both('加上 out_of = "…"，或改写成数', 'Add out_of = "…", or write a number'),
            )
            return
        if self._unlike(context, whole, bound):
            self._no_share(route, bound, context, whole)
            return
        if bound.endswith("‰") or self._is_part(context, whole):
            return
        self.report.add(
            route,
            both(
                f"“{'、'.join(context.of)}”不是“{'、'.join(whole.of)}”的一部分，比出来可能超过百分之百",
                f"{', '.join(context.of)} is no part of {', '.join(whole.of)}: it may exceed 100 %",
            ),
            both(
                f"让 of 建立在“{whole.of[0]}”之上，或用 distinct 指向它的记录；不是份额就写成数。"
                "在目标里也可以写倍数：baseline 写那个数字（figure）的名称，界限写 { times = 0.6 }",
                f"Build of on {whole.of[0]}, or let distinct point to its records; "
                "or write a plain number. In a target it may be a multiple: let baseline name the "
                "figure of the whole, and the bound be { times = 0.6 }",
            ),
        )

    def _unlike(self, context: Context, whole: Inline, bound: str) -> bool:
        """Whether amounts would be divided by a number of records, or the other way about."""
        part, total = self._added(context.of, context.sum), self._added(whole.of or (), whole.sum)
        if "money" in (part, total):
            return part == "money" != total
        return bool(part) != bool(total) and not bound.endswith("‰")

    def whole(self, route: Route, context: Context) -> None:
        """Check that money is not what records are divided by."""
        whole = context.out_of
        if whole is None or self._added(whole.of or (), whole.sum) != "money":
            return
        if context.of and self._added(context.of, context.sum) != "money":
            self.report.add(
                (*route, "out_of"),
                both("不是钱的数不能除以钱", "What is not money cannot be divided by money"),
                both(
                    f'加上 sum，合计钱数，例如 sum = "{whole.sum}"，或从 out_of 里删去 sum',
                    f'Add up money with sum, for example sum = "{whole.sum}", '
                    "or remove sum from out_of",
                ),
            )

    def _added(self, of: tuple[str, ...], path: str | None) -> str:
        """What is added up over records: "money", "number", or nothing where they are counted."""
        kind = self.names.common(of)
        if path is None or kind is None:
            return ""
        quiet = PathChecker(self.names, Report("", self.report.positions))
        end = quiet.follow((), path, (kind,))
        return end.field.type if end and end.field else ""

    def _no_share(self, route: Route, bound: str, context: Context, whole: Inline) -> None:
        of, path = (whole.of or ("…",))[0], context.sum
        if path is None:
            self.report.add(
                route,
                both(
                    f"{bound} 是份额，但这里数的是条数，out_of 合计的是 {whole.sum}",
                    f"{bound} is a share, but records are counted, and out_of adds up {whole.sum}",
                ),
                both(
                    f'加上 sum = "{whole.sum}"，或从 out_of 里删去 sum',
                    f'Add sum = "{whole.sum}", or remove sum from out_of',
                ),
            )
            return
        self.report.add(
            route,
            both(
                f"{bound} 是份额，但这里合计的是 {path}，out_of 数的是条数，除出来是平均数",
                f"{bound} is a share, but {path} is added up and out_of counts records: "
                "that is an average",
            ),
            both(
                f'写 out_of = {{ of = "{of}", sum = "{path}" }}；要平均数，界限就写数（钱按元）',
                f'Write out_of = {{ of = "{of}", sum = "{path}" }}; '
                "for an average let the bound be a plain number, money in yuan",
            ),
        )

    def _is_part(self, context: Context, whole: Inline) -> bool:
        wanted = set(whole.of or ())
        if self._of_statistics(context.of, context.sum) and self._of_statistics(
            whole.of or (), whole.sum
        ):
            return True
        if context.of and all(wanted & set(self.names.chain(name)) for name in context.of):
            return True
        if any(name in self.names.broken for name in (*context.of, *wanted)):
            return True
        kind, target = self.names.common(context.of), self.names.common(tuple(wanted))
        if kind is None or target is None:
            return True
        if context.distinct is None or context.distinct in APART:
            return False
        quiet = PathChecker(self.names, Report("", self.report.positions))
        end = quiet.follow((), context.distinct, (kind,))
        return end is None or not end.kinds or any(same(one, target) for one in end.kinds)

    def _of_statistics(self, of: tuple[str, ...], path: str | None) -> bool:
        """Whether numbers that somebody stated are added up: one may be a part of any other."""
        kind = self.names.common(of)
        return kind is not None and kind.name == "statistic" and path == "value"

    def number_name(self, route: Route, name: str) -> None:
        """Check that a name gives a number: a value or a figure."""
        if (number := as_number(name)) is not None:
            self.report.add(
                route,
                both(f"“{name}”不是数，是文字", f"“{name}” is a text and no number"),
                both(
                    f"写 {route[-1]} = {number}；数的是什么写在 unit 里",
                    f"Write {route[-1]} = {number}; what is counted goes into unit",
                ),
            )
        elif name not in self.names:
            self.report.add(
                route,
                both(f"没有叫“{name}”的参数或数字", f"No value or figure is called “{name}”"),
                choose(name, self.names.of_sections("value", "figure")),
            )
        elif not self.names.may_be(name, "value", "figure"):
            self.report.add(
                route,
                both(f"“{name}”不是参数，也不是数字", f"{name} is neither a value nor a figure"),
                choose(name, self.names.of_sections("value", "figure")),
            )

    def exclude(self, route: Route, one: str, other: str) -> None:
        """Report two words that cannot stand together."""
        self.report.add(
            route,
            both(f"{one} 和 {other} 不能同时写", f"{one} and {other} exclude each other"),
            both("留下其中一个", "Keep one of them"),
        )
