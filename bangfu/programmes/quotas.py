"""The second pass over enrolments: whom they take in, how many in all, and how many of each."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.programmes.bounds import Context, says_how_many
from bangfu.programmes.claims import ClaimChecker
from bangfu.programmes.entries import Quota
from bangfu.programmes.field_conditions import BOUNDS
from bangfu.programmes.kinds import Kind
from bangfu.programmes.literals import is_number
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both
from bangfu.programmes.schema import Enrol, Value


@dataclass(frozen=True, slots=True)
class QuotaChecker:
    """Holds the bounds of an enrolment against what can be counted when somebody is taken in."""

    claims: ClaimChecker
    report: Report

    def check(self, route: Route, entry: Enrol, context: Context) -> None:
        """Check an enrolment with its bounds."""
        kind = self.claims.listed(route, entry)
        self._numbers(route, entry, context, by_place=False)
        for number, quota in enumerate(entry.also or ()):
            self._quota((*route, "also", number), quota, kind, context)

    def _quota(self, route: Route, quota: Quota, kind: Kind | None, context: Context) -> None:
        if not says_how_many(quota):
            self.report.add(
                route,
                both("名额没有写多少", "A quota that does not say how many"),
                both("加上 at_most、exactly 或 at_least", "Add at_most, exactly or at_least"),
            )
        if quota.where is None and quota.each is None:
            self.report.add(
                route,
                both("没有写是哪些人的名额", "It does not say whose quota it is"),
                both(
                    "加上 where 或 each；总名额写在上面一层",
                    "Add where or each; the whole stands one level above",
                ),
            )
        if quota.where is not None and kind is not None:
            self.claims.conditions.check((*route, "where"), quota.where, (kind,))
        over = self._each(route, quota.each, kind) if quota.each else ""
        self._numbers(route, quota, context, by_place=over == "place")

    def _each(self, route: Route, each: str, kind: Kind | None) -> str:
        """What the quota is counted for: places or units."""
        self.claims.countable((*route, "each"), (each,))
        found = self.claims.names.record(each)
        if found is None:
            return ""
        if found.name not in ("place", "organisation"):
            self.report.add(
                (*route, "each"),
                both(
                    f"名额只能按区划或单位分，不能按{found.label.zh}分",
                    f"Quotas are for each place or unit, not for each {found.label.en}",
                ),
                both(
                    "用一个区划或单位的名单；按人分的写成 where",
                    "Name a list of places or units; for some of those taken in write where",
                ),
            )
        elif found.name == "organisation" and kind and kind.name not in ("person", "organisation"):
            self.report.add(
                (*route, "each"),
                both(
                    f"{kind.label.zh}不属于单位，名额不能按单位分",
                    f"{kind.label.en} belongs to no unit: no quota for each unit",
                ),
                both("按区划分，或写成 where", "Write it for each place, or with where"),
            )
        return found.name

    def _numbers(
        self, route: Route, entry: Enrol | Quota, context: Context, *, by_place: bool
    ) -> None:
        """Check that bounds are numbers, or dated values that can be looked up."""
        self.claims.bounds.check(route, entry, context)
        names = self.claims.names
        for word in BOUNDS:
            bound = getattr(entry, word)
            if bound is None or is_number(bound):
                continue
            value = names.entry(bound) if isinstance(bound, str) and bound in names else None
            if value is None:
                continue
            if not isinstance(value, Value):
                self.report.add(
                    (*route, word),
                    both(f"名额不能是数字“{bound}”", f"A quota cannot be the figure {bound}"),
                    both("写一个数，或写参数的名称", "Write a number, or the name of a value"),
                )
            elif value.by is not None and not (by_place and value.by == "place"):
                self.report.add(
                    (*route, word),
                    both(
                        f"“{bound}”每种情况一个数，这里只要一个数",
                        f"{bound} has a number for each case; one number is wanted here",
                    ),
                    both(
                        '按区划分的参数写在 each 是区划的名额里，参数里写 by = "place"',
                        'A value by = "place" stands in a quota whose each is places',
                    ),
                )
