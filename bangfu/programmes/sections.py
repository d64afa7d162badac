"""The second pass, section by section: what holds between the words of an entry and other names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bangfu.programmes.alerts import AlertChecker
from bangfu.programmes.bounds import BoundChecker, Context, given, is_bounded
from bangfu.programmes.claims import ClaimChecker
from bangfu.programmes.conditions import ConditionChecker
from bangfu.programmes.documents import DocumentChecker
from bangfu.programmes.entries import Claim, Said, Side, Spanned, Word
from bangfu.programmes.handing_over import SUCCESSOR
from bangfu.programmes.handover_checks import HandoverChecker
from bangfu.programmes.issuing import OWNERS
from bangfu.programmes.issuing_checks import IssuingChecker
from bangfu.programmes.kinds import Kind
from bangfu.programmes.literals import is_day
from bangfu.programmes.names import Names
from bangfu.programmes.paths import PathChecker
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both
from bangfu.programmes.questions import QuestionChecker
from bangfu.programmes.quotas import QuotaChecker
from bangfu.programmes.references import ReferenceChecker
from bangfu.programmes.reviews import ReviewChecker
from bangfu.programmes.schema import (
    Activity,
    Agreement,
    Alert,
    Checklist,
    Class,
    Code,
    Document,
    Duty,
    Enrol,
    Entry,
    Figure,
    Fund,
    Head,
    List,
    Measure,
    Organisation,
    Pairing,
    Paper,
    Phase,
    Review,
    Step,
    Target,
    Value,
    Workflow,
)
from bangfu.programmes.values import CaseChecker
from bangfu.programmes.windows import WindowChecker
from bangfu.programmes.workflows import WorkflowChecker

_AFTER = ("measure", "target", "duty", "checklist", "phase", "enrol", "pairing", "activity")


@dataclass(slots=True)
class SectionChecker:
    """Checks one entry at a time; what is broken elsewhere never stops it."""

    names: Names
    head: Head
    refers: ReferenceChecker
    report: Report
    conditions: ConditionChecker
    paths: PathChecker
    claims: ClaimChecker
    cases: CaseChecker
    handovers: HandoverChecker
    issuing: IssuingChecker

    @classmethod
    def over(
        cls, names: Names, head: Head, clauses: Sequence[str], report: Report
    ) -> SectionChecker:
        """The checkers that belong together over one file."""
        conditions = ConditionChecker(names, report)
        paths = PathChecker(names, report)
        refers = ReferenceChecker(names, clauses, report)
        return cls(
            names,
            head,
            refers,
            report,
            conditions,
            paths,
            ClaimChecker(
                names,
                report,
                conditions,
                paths,
                BoundChecker(names, report),
                WindowChecker(names, report),
            ),
            CaseChecker(names, report),
            HandoverChecker(names, refers, report),
            IssuingChecker(names, refers, report),
        )

    def check(self, route: Route, entry: Entry) -> None:
        """Check one entry of any section."""
        self._said(route, entry)
        if isinstance(entry, Spanned | Phase):
            self._span(route, entry)
        match entry:
            case Paper():
                self.refers.one_of(route, "after", entry.after or (), "paper")
            case Code():
                pass
            case Organisation() | List():
                self._list(route, entry)
            case Enrol():
                self._enrol(route, entry)
            case Class():
                self._class(route, entry)
            case Pairing() | Agreement():
                self._sides(route, entry)
            case Activity():
                QuestionChecker(self.claims, self.report).check(route, entry, self._context(""))
            case Checklist():
                self._checklist(route, entry)
            case Value():
                self._value(route, entry)
            case Phase():
                self.refers.one_of(route, "after", entry.after or (), *_AFTER)
            case Target():
                self._target(route, entry)
            case Measure():
                self._measure(route, entry)
            case Duty():
                self._duty(route, entry)
            case Figure():
                self.claims.counted(route, entry, replace(self._context(""), functions=False))
            case Fund():
                self._fund(route, entry)
            case Workflow():
                WorkflowChecker(self.claims, self.report).check(route, entry, self._context(""))
                self.handovers.workflow(route, str(route[-1]), entry)
                self.issuing.workflow(route, str(route[-1]), entry)
            case Alert():
                AlertChecker(self.claims, self.report).check(route, entry, self._context(""))
            case Review():
                ReviewChecker(self.claims, self.report).check(route, entry, self._context("doer"))
            case Document():
                for word in ("reviewer", "signer"):
                    if name := getattr(entry, word):
                        self.refers.answerable(route, word, (name,))
                self.issuing.document(route, entry)
                DocumentChecker(self.claims, self.report).check(route, entry)

    def _context(self, side: str) -> Context:
        return Context(side, self.head.from_, self.head.to)

    def _said(self, route: Route, entry: Word) -> None:
        """Clauses, owners and readers, on an entry and on every line below it."""
        if isinstance(entry, Said):
            self.refers.clause(route, entry.clause)
        owner, readers = getattr(entry, "owner", None), getattr(entry, "readers", None)
        if isinstance(owner, tuple):
            by_part = (SUCCESSOR, *OWNERS) if isinstance(entry, Step) else ()
            named = [one for one in owner if one not in by_part]
            self.refers.answerable(route, "owner", named)
        if readers is not None:
            self.refers.answerable(route, "readers", readers)
        items = getattr(entry, "items", None)
        if isinstance(items, Mapping):
            for key, line in items.items():
                if isinstance(line, Word):
                    self._said((*route, "items", key), line)

    def _span(self, route: Route, entry: Spanned | Phase) -> None:
        began, ended = entry.from_ or self.head.from_, entry.to or self.head.to
        if ended < began:
            word = "to" if entry.to else "from"
            self.report.add(
                (*route, word),
                both(
                    f"末日 {ended} 早于首日 {began}", f"It ends {ended}, before it begins {began}"
                ),
                both("把 from 和 to 按先后写", "Put from and to in order"),
            )
        for word, day in (("from", entry.from_), ("to", entry.to)):
            self._inside((*route, word), day)

    def _inside(self, route: Route, day: dt.date | None) -> None:
        if day is not None and not self.head.from_ <= day <= self.head.to:
            self.report.add(
                route,
                both(
                    f"{day} 不在活动期间 {self.head.from_} 至 {self.head.to} 之内",
                    f"{day} is outside the programme, {self.head.from_} to {self.head.to}",
                ),
                both("改正日期，或改活动的起止", "Mend the day, or the programme's from and to"),
            )

    def _list(self, route: Route, entry: Organisation | List) -> None:
        kind = self.claims.listed(route, entry)
        if isinstance(entry, List) and entry.on is not None and kind:
            self.claims.date_field((*route, "on"), entry.on, kind)
        if isinstance(entry, Organisation):
            if kind is not None and kind.name != "organisation":
                self.report.add(
                    (*route, "of"),
                    both(
                        f"组织要从单位里找，不能从{kind.label.zh}里找",
                        f"An organisation is found among organisations, not among {kind.label.en}",
                    ),
                    both('of = "organisation"', 'of = "organisation"'),
                )
            for key, post in entry.items.items():
                self.claims.bounds.check((*route, "items", key), post, self._context(""))

    def _enrol(self, route: Route, entry: Enrol) -> None:
        QuotaChecker(self.claims, self.report).check(route, entry, self._context(""))
        if entry.workflow is not None:
            self.refers.one_of(route, "workflow", (entry.workflow,), "workflow")
            self.handovers.enrol(route, entry)
            self.issuing.other(route, entry)

    def _each(self, route: Route, each: str) -> Kind | None:
        self.claims.countable((*route, "each"), (each,))
        return self.names.record(each)

    def _class(self, route: Route, entry: Class) -> None:
        kind = self._each(route, entry.each)
        self.claims.bounds.check(route, entry, self._context(""))
        for key, option in entry.items.items():
            if option.where is not None and kind:
                self.conditions.check((*route, "items", key, "where"), option.where, (kind,))

    def _sides(self, route: Route, entry: Pairing | Agreement) -> None:
        for word, side in (("helper", entry.helper), ("subject", entry.subject)):
            self._side((*route, word), side)
        if isinstance(entry, Pairing):
            self.refers.one_of(route, "after", entry.after or (), "pairing")
            self.handovers.pairing(route, entry)
            self.issuing.other(route, entry)
            return
        if entry.lasts and entry.lasts.endswith(("hour", "hours", "working day", "working days")):
            self.report.add(
                (*route, "lasts"),
                both(
                    f"协议的期限不能是“{entry.lasts}”",
                    f"The term of an agreement cannot be “{entry.lasts}”",
                ),
                both("写几天、几月或几年，例如 1 year", "Write days, months or years: 1 year"),
            )
        for key, line in entry.items.items():
            owed = entry.helper if line.owner == "helper" else entry.subject
            each = owed.of[0] if line.of else None
            context = replace(self._context("doer"), each=each)
            self.claims.claim((*route, "items", key), line, context)

    def _side(self, route: Route, side: Side) -> None:
        self.claims.listed(route, side)
        self.claims.bounds.check(route, side, self._context(""))

    def _checklist(self, route: Route, entry: Checklist) -> None:
        self._each(route, entry.each)
        context = replace(self._context("receiver"), each=entry.each)
        for key, line in entry.items.items():
            self.claims.claim((*route, "items", key), line, context)

    def _value(self, route: Route, entry: Value) -> None:
        before: dt.date | None = None
        known = entry.by is not None and self.cases.path((*route, "by"), entry.by)
        if not entry.items:
            self.report.add(
                (*route, "items"),
                both("参数没有值", "A value without any value"),
                both("加上 { from = …, is = …, paper = … }", "Add { from = …, is = …, paper = … }"),
            )
        for number, dated in enumerate(entry.items):
            here = (*route, "items", number)
            self.refers.one_of(here, "paper", (dated.paper,), "paper")
            if before is not None and dated.from_ <= before:
                self._unordered((*here, "from"), before)
            if dated.from_ > self.head.to:
                self._inside((*here, "from"), dated.from_)
            if isinstance(dated.is_, Mapping) != (entry.by is not None):
                self.report.add(
                    (*here, "is"),
                    both(
                        "写了 by 就要每种情况一个数，没写 by 就只写一个数",
                        "With by, one number for each case; without it, one number",
                    ),
                    both(
                        '例如 by = "rank" 与 is = { section = 3, staff = 1 }',
                        'For example by = "rank" and is = { section = 3, staff = 1 }',
                    ),
                )
            elif isinstance(dated.is_, Mapping) and entry.by and known:
                self.cases.cases((*here, "is"), entry.by, dated.is_)
            before = dated.from_

    def _unordered(self, route: Route, before: dt.date) -> None:
        self.report.add(
            route,
            both(
                f"日期没有按先后排，前一个是 {before}",
                f"Days must ascend; the one before is {before}",
            ),
            both("按日期先后排列", "Put them in order"),
        )

    def _target(self, route: Route, entry: Target) -> None:
        context = self._context("").within(entry)
        self.claims.claim(route, entry, context)
        self._after(route, entry, "target")
        if is_day(entry.on):
            assert isinstance(entry.on, dt.date)
            self._inside((*route, "on"), entry.on)
        before: dt.date | None = None
        inner = given(entry, context)
        for number, milestone in enumerate(entry.items or ()):
            here = (*route, "items", number)
            self._inside((*here, "on"), milestone.on)
            if before is not None and milestone.on < before:
                self._unordered((*here, "on"), before)
            before = milestone.on
            if milestone.of:
                self.claims.countable((*here, "of"), milestone.of)
            self.claims.bounds.check(here, milestone, replace(inner, of=milestone.of or inner.of))

    def _measure(self, route: Route, entry: Measure) -> None:
        context = replace(self._context("").within(entry), functions=False)
        if entry.phase is not None:
            self.refers.one_of(route, "phase", (entry.phase,), "phase")
            phase = self.names.entries.get(entry.phase, ("", None))[1]
            if isinstance(phase, Phase):
                context = replace(context, began=phase.from_, ended=phase.to)
        self.claims.claim(route, entry, context)
        self._after(route, entry, *_AFTER)

    def _duty(self, route: Route, entry: Duty) -> None:
        self.claims.claim(route, entry, self._context("doer"))
        self._after(route, entry, *_AFTER)
        if not is_bounded(entry) and not entry.unclear:
            self.report.add(
                route,
                both(
                    "任务没有写多少，也没有写明为什么",
                    "A duty that says neither how many nor why not",
                ),
                both(
                    "加上 at_least、at_most 或 exactly，或在 unclear 里写明原文没有写",
                    "Add at_least, at_most or exactly, or say in unclear that none is given",
                ),
            )

    def _after(self, route: Route, entry: Claim, *sections: str) -> None:
        """After an entry of some sections, or after a date field of the record or of ``each``."""
        records = [self.names.common(entry.of or ())]
        records += [self.names.record(entry.each)] if entry.each else []
        days = [
            one.key for kind in records if kind for one in kind.fields.values() if one.type == "day"
        ]
        names = [name for name in entry.after or () if name not in days]
        self.refers.one_of(route, "after", names, *sections)

    def _fund(self, route: Route, entry: Fund) -> None:
        self.claims.listed(route, entry)
        context = replace(self._context(""), of=entry.of)
        for key, use in entry.items.items():
            self.claims.claim((*route, "items", key), use, context)
