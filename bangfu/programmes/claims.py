"""The second pass over claims and figures: ties, paths, bounds, shares, windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bangfu.programmes.bounds import BoundChecker, Context, given
from bangfu.programmes.conditions import ConditionChecker
from bangfu.programmes.entries import Claim, Counted, Inline, Listed
from bangfu.programmes.functions import FUNCTIONS
from bangfu.programmes.kinds import Kind, Label
from bangfu.programmes.literals import (
    APART,
    MULTIPLE,
    PERIODS,
    SHARE,
    YEAR_EARLIER,
)
from bangfu.programmes.meant import meant
from bangfu.programmes.names import COUNTABLE, ROW, Names, same
from bangfu.programmes.paths import PathChecker
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose, slip
from bangfu.programmes.schema import Duty
from bangfu.programmes.ties import TieChecker
from bangfu.programmes.windows import WindowChecker


def _add_of(route: Route) -> Label:
    """The cure for a condition without a kind; bodies are of one kind only."""
    kind = "organisation" if route[0] == "organisation" else "…"
    return both(f'加上 of = "{kind}"', f'Add of = "{kind}"')


@dataclass(slots=True)
class ClaimChecker:
    """Holds claims and figures against names, kinds, paths and each other's words."""

    names: Names
    report: Report
    conditions: ConditionChecker
    paths: PathChecker
    bounds: BoundChecker
    windows: WindowChecker
    ties: TieChecker = field(init=False)

    def __post_init__(self) -> None:
        self.ties = TieChecker(self.names, self.report, self.paths)

    def listed(self, route: Route, entry: Listed, of: tuple[str, ...] = ()) -> Kind | None:
        """Check ``of`` and ``where``; the kind they finally are of, or None if unclear."""
        if entry.of is not None:
            self.countable((*route, "of"), entry.of)
        elif not of:
            if entry.where is not None:
                self.report.add(
                    (*route, "where"),
                    both("有条件，却没有写是哪种记录", "A condition without a kind of record"),
                    _add_of(route),
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
                    both(
                        f"没有“{name}”这种记录，也没有叫这个名字的名单",
                        f"No kind of record and no list is called “{name}”",
                    ),
                    self._of_code(name, allowed) or choose(name, allowed),
                )
            elif name in self.names and not self.names.may_be(name, *COUNTABLE):
                section = self.names.section(name)
                self.report.add(
                    here,
                    both(
                        f"“{name}”是 [{section}] 里的，不代表一批记录",
                        f"{name} stands in [{section}] and does not stand for records",
                    ),
                    choose(name, self.names.of_sections(*COUNTABLE)),
                )

    def _of_code(self, name: str, allowed: Sequence[str]) -> Label | None:
        """The cure where a code was written for the records that have it, and no slip is near."""
        if slip(name, allowed):
            return None
        for kind in (self.names.vocabulary[one] for one in self.names.vocabulary):
            for one in kind.fields.values():
                if name in one.codes and kind.nature == "thing":
                    told = f'[list.{name}_list] of = "{kind.name}"  where.{one.key} = "{name}"'
                    return both(
                        f"“{name}”是{kind.label.zh}的{one.label.zh}，不是名单。先写一个名单：{told}",
                        f"{name} is a {one.label.en} of {kind.label.en} and no list. "
                        f"Write a list first: {told}",
                    )
        return None

    def _different(self, route: Route, chosen: tuple[str, ...]) -> None:
        kinds = [self.names.record(name) for name in chosen]
        found = [kind for kind in kinds if kind is not None]
        if len(found) < len(chosen) or len(found) < 2:
            return
        zh = "、".join(kind.label.zh for kind in found)
        en = ", ".join(kind.label.en for kind in found)
        self.report.add(
            (*route, "of"),
            both(f"{zh}不是同一种记录，不能放在一起数", f"{en} are not the same kind of record"),
            both("分成几项来写，或改成同一种记录", "Write them apart, or choose the same kind"),
        )

    def counted(self, route: Route, entry: Counted, context: Context) -> None:
        """Check a figure or the counting half of a claim."""
        kind = self.listed(route, entry, context.of)
        each = self._each(route, entry.each) or (
            self.names.record(context.each) if context.each else None
        )
        if kind and each:
            self.ties.check(
                route, kind, each, entry.as_ or _inherited(kind, context.as_), context.side
            )
        elif kind and entry.as_:
            self.paths.follow((*route, "as"), entry.as_, (kind,))
        if kind:
            self._counting(route, entry, kind)
        if entry.out_of is not None:
            self._out_of(route, entry, each, kind)
            self.bounds.whole(route, given(entry, context))
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
                numbers = [
                    one.key for one in kind.fields.values() if one.type in ("number", "money")
                ]
                self.report.add(
                    (*route, "sum"),
                    both(
                        f"“{entry.sum}”不是数，不能合计", f"“{entry.sum}” is not a number to add up"
                    ),
                    choose(entry.sum, numbers),
                )
            if end:
                self.paths.one_value((*route, "sum"), entry.sum, kind)
        apart = ("day",) if kind.name == ROW else APART
        said = entry.distinct or ""
        if said not in kind and said not in apart and (period := meant(said, apart)):
            self.report.add(
                (*route, "distinct"),
                both(f"没有“{said}”这种去重", f"{said} is nothing to tell apart"),
                both(f"是不是 {period}？", f"Did you mean {period}?"),
            )
        elif entry.distinct in PERIODS and entry.distinct not in (*apart, *kind.fields):
            self.report.add(
                (*route, "distinct"),
                both(
                    f"不能按“{entry.distinct}”去重，只能按 {'、'.join(apart)} 或字段的不同值",
                    f"{', '.join(apart)} or values of a field are told apart, not {entry.distinct}",
                ),
                both(
                    f'要分散在不同的期，在任务里写 also = [ {{ per = "{entry.distinct}", … }} ]',
                    f'To spread them, write also = [ {{ per = "{entry.distinct}", … }} ] in a duty',
                ),
            )
        elif entry.distinct is not None and entry.distinct not in apart:
            if self.paths.follow((*route, "distinct"), entry.distinct, (kind,)):
                self.paths.one_value((*route, "distinct"), entry.distinct, kind)
        if entry.sum is not None and entry.distinct is not None:
            self.bounds.exclude((*route, "distinct"), "sum", "distinct")
        if isinstance(entry.on, str):
            self.date_field((*route, "on"), entry.on, kind)
        if isinstance(entry, Counted):
            for number, path in enumerate(entry.by or ()):
                here = (*route, "by", number) if len(entry.by or ()) > 1 else (*route, "by")
                if self.paths.follow(here, path, (kind,)):
                    self.paths.one_value(here, path, kind)
                    self._by_persons(here, path, kind)
            if entry.held is not None and kind.nature == "event":
                self.report.add(
                    (*route, "held"),
                    both(
                        f"{kind.label.zh}只发生在一天，不能写持续",
                        f"{kind.label.en} happens on one day",
                    ),
                    both("删去 held", "Remove held"),
                )

    def _by_persons(self, route: Route, path: str, kind: Kind) -> None:
        """Refuse groups by whoever took part: that is a number for each of them."""
        if path in kind and kind[path].type == "many":
            self.report.add(
                route,
                both(
                    f"“{kind[path].label.zh}”一条记录可以有几个，不能拿来分组",
                    f"A record may have several of “{kind[path].label.en}”: no groups by it",
                ),
                both(
                    f'要每个人（户）一个数，用 each 和 as = "{path}"',
                    f'For a number of each, write each and as = "{path}"',
                ),
            )

    def date_field(self, route: Route, path: str, kind: Kind) -> None:
        """Check that a path ends at a day."""
        end = self.paths.follow(route, path, (kind,))
        if end and (not end.field or end.field.type != "day"):
            days = [one.key for one in kind.fields.values() if one.type == "day"]
            self.report.add(
                route,
                both(f"“{path}”不是日期", f"“{path}” is not a date"),
                choose(path, days),
            )

    def _out_of(self, route: Route, entry: Counted, each: Kind | None, part: Kind | None) -> None:
        """The whole of a share; where it is the same kind as the part, it belongs the same way."""
        assert entry.out_of is not None
        kind = self.inline((*route, "out_of"), entry.out_of)
        if part and kind and same(part, kind) and entry.as_ is not None:
            return
        if kind and each and entry.out_of.as_ is None:
            self.ties.check((*route, "out_of"), kind, each, None, "")

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
        name, here = entry.function, (*route, "function")
        if name is None:
            return
        if name not in FUNCTIONS:
            self.report.add(
                here,
                both(f"没有叫“{name}”的函数", f"There is no function {name}"),
                choose(name, list(FUNCTIONS)),
            )
        if not context.functions:
            self.report.add(
                here,
                both("函数不能写在这里", "A function does not stand here"),
                both(
                    "函数写在有 each 的任务、目标、预警，或协议义务、检查项、评分项里",
                    "Write it in a duty, in a target or alert with each, in an obligation, "
                    "an item of a checklist or a line of a score sheet",
                ),
            )
        elif entry.of is None and not context.of:
            self.report.add(
                here,
                both("没有写函数数的是什么", "It does not say what the function counts"),
                both('加上 of = "…"', 'Add of = "…"'),
            )
        elif entry.each is None and context.each is None:
            self.report.add(
                here,
                both(
                    "函数要对一批记录逐个计算，没有写 each",
                    "A function reads each record of a list",
                ),
                both('加上 each = "…"', 'Add each = "…"'),
            )
        for word in ("sum", "distinct", "out_of"):
            if getattr(entry, word) is not None:
                self.bounds.exclude(here, word, "function")

    def _baseline(self, route: Route, entry: Counted) -> None:
        value = entry.baseline
        if not isinstance(value, str) or value == YEAR_EARLIER:
            return
        if not SHARE.fullmatch(value):
            self.bounds.number_name((*route, "baseline"), value)
        elif entry.out_of is None:
            self.report.add(
                (*route, "baseline"),
                both(f"{value} 是份额，却没有写占什么的份额", f"{value} is a share of nothing"),
                both('加上 out_of = "…"，或改写成数', 'Add out_of = "…", or write a number'),
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
                both(
                    f"“{per}”是{kind.label.zh}，没有起止日期，不能当周期",
                    f"{per} stands for {kind.label.en}, which has no first and last day",
                ),
                both(
                    "用有起止日期的名单，或 month、quarter、year",
                    "Use a list with dates, or a calendar period",
                ),
            )
            return
        self.report.add(
            route,
            both(f"“{per}”不是周期，也不是名单", f"“{per}” is neither a period nor a list"),
            choose(per, [*PERIODS, *self._lasting()]),
        )

    def _lasting(self) -> list[str]:
        """The phases of the file and its lists of what lasts: what may stand for a period."""
        lists = self.names.of_sections(*COUNTABLE)
        kinds = ((name, self.names.record(name)) for name in lists)
        lasting = [name for name, kind in kinds if kind and kind.nature in ("state", "episode")]
        return [*self.names.of_sections("phase"), *lasting]

    def claim(self, route: Route, claim: Claim, context: Context) -> None:
        """Check a claim and the further claims below it."""
        context = context.within(claim)
        self.counted(route, claim, context)
        self.bounds.check(route, claim, given(claim, context))
        if claim.window is not None:
            self.windows.check(route, claim, context)
        if claim.except_ is not None:
            self.inline((*route, "except"), claim.except_)
        inner = given(claim, context)
        for number, one in enumerate(claim.also or ()):
            self.claim((*route, "also", number), one, inner)
            if isinstance(claim, Duty) and claim.window is not None and one.window is not None:
                self._two_windows((*route, "also", number, "window"))

    def _two_windows(self, route: Route) -> None:
        """Say that a further claim is read in the days of the duty and has no window beside it."""
        self.report.add(
            route,
            both(
                "任务已经有时段，并且（also）里的时段只在那些日子里看，别的日子看不到",
                "The duty has a window: one of a further claim is looked at within those days only",
            ),
            both(
                "两个时段各写一项任务（duty）",
                "Write a duty of its own for each window",
            ),
        )


def _inherited(kind: Kind, path: str | None) -> str | None:
    """The tie that a further claim takes over, where its records have that field too."""
    return path if path and path.split(".")[0] in kind else None
