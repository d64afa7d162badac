"""Each row of a list of what was decided or done is held against the ledger, and rehearsed.

What a row would write is tried through the very actions that write it, and taken back at once: what
they say against it is the row's reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from bangfu.intake.attendance import Attendance
from bangfu.intake.cells import Reason, Row, cell_of
from bangfu.intake.classes import judge_class
from bangfu.intake.concerned import Concerned
from bangfu.intake.declared import DECLARED
from bangfu.intake.differences import tell, tell_line
from bangfu.intake.entries import judge_entry
from bangfu.intake.held import Held
from bangfu.intake.in_store import Projects
from bangfu.intake.listed import judge_listed
from bangfu.intake.measures import judge_measure
from bangfu.intake.needs import judge_nameless_need, judge_need
from bangfu.intake.payouts import judge_benefit, judge_payout
from bangfu.intake.projects import judge_project
from bangfu.intake.serving import names_a_body, which_body, who_serves
from bangfu.intake.signed import ATTENDED
from bangfu.intake.statistics import judge_statistics
from bangfu.intake.under import SECTIONS, Under
from bangfu.intake.verdicts import Verdict
from bangfu.intake.whom import NO_UNIT, nothing_said
from bangfu.intake.wording import said_of
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.intake_rows import NewRecord, rehearse
from bangfu.ledger.codes import INCOME
from bangfu.ledger.models import Pairing, Place, Subject
from bangfu.programmes.kinds import Label
from bangfu.tables.understood import Period

#: Refusals that speak of a row's day, and so of the cell that gives it.
_OF_DAYS = ("in_the_future", "days_in_order", "too_long_a_time")
#: So many rows are rehearsed in one transaction.
_TOGETHER = 200
_SAME_ROW = "与第{n}行相同", "the same as row {n}"


class Records(Concerned):
    """What all rows of one list of records share: who asks, under what, what was said already."""

    def __init__(
        self, by: By, on: Any, place: Place | None, kind: str, under: Under | None,
        left: Collection[int], counted: Callable[[int], None], period: Period | None = None,
        source: str = "", titled: str = "",
    ) -> None:  # fmt: skip
        super().__init__(by, on, place, under)
        self.kind, self.left, self.counted = kind, left, counted
        self.period, self.source = period, source
        self.titled, self.direction, self.called = titled, "", ""
        #: The rows that were refused when the list was judged before, if it was.
        self.refused: Collection[int] | None = None
        #: The cell that gives the day of a row, by its number.
        self.days: dict[int, str] = {}
        self.said: dict[tuple[Any, ...], int] = {}
        self.held = Held(by, kind)
        self.projects = Projects(by, self.where)
        self.attendance = Attendance(kind)
        #: The village where somebody stays of whom a row tells, which need not be their home.
        self.stays: Place | None = None

    def of(self, read: Sequence[Row]) -> Iterator[Verdict]:
        """The verdicts, in the order of the rows."""
        self.look_up_all(read, self.kind)
        if self.kind in DECLARED:
            bodies = (unit.fact for units in self.units.values() for unit in units)
            self.held.look_up(read, {*self.names, *bodies}, self.called)
        elif self.kind == "project":
            self.projects.look_up(read)
        verdicts = []
        together = len(read) if self.kind in ATTENDED else _TOGETHER
        for at in range(0, len(read), together or 1):
            part = [self._one(row) for row in read[at : at + together]]
            if self.kind in ATTENDED:
                self.attendance.gather(self, part)
            good = [verdict for verdict in part if verdict.good]
            if good and (self.refused is None or any(one.row in self.refused for one in good)):
                self._rehearse(good)
            self.attendance.share()
            verdicts += part
            self.counted(len(part))
        yield from verdicts

    def _rehearse(self, good: Sequence[Verdict]) -> None:
        against = rehearse(self.by, [verdict.records for verdict in good])
        for verdict, wrong in zip(good, against, strict=True):
            if wrong is not None:
                verdict.sort = "refused"
                code = getattr(wrong, "code", "")
                cell = self.days.get(verdict.row, "") if code in _OF_DAYS else ""
                verdict.reasons.append(Reason(cell or f"{verdict.row}", said_of(wrong)))

    def _one(self, row: Row) -> Verdict:
        """One row, before it is rehearsed."""
        if row.number in self.left:
            return Verdict(row.number, "left", name=_called(row))
        place = self.where.of(row) if self.kind != "project" else None
        verdict = Verdict(row.number, "new")
        if self.kind in SECTIONS and self.under is None:
            row.doubts.append(Reason(f"{row.number}", _UNDER[self.kind]))
        verdict.name = _called(row)
        self.about(row, place, verdict)
        verdict.notes += row.notes
        verdict.unread += row.unread
        if row.wrong:
            verdict.sort, verdict.reasons = "refused", [*row.wrong, *row.doubts]
        elif row.doubts:
            verdict.sort, verdict.reasons = "doubtful", [*row.doubts]
        elif verdict.sort == "new" and verdict.records and self.kind not in ("entry", "payout"):
            self._once(row, verdict)
        return verdict

    def about(self, row: Row, place: Place | None, verdict: Verdict) -> None:
        """What a row means, as its kind is judged."""
        if self.kind == "measure":
            judge_measure(self, row, verdict)
        elif self.kind == "entry":
            judge_entry(self, row, verdict)
        elif self.kind == "statistic":
            judge_statistics(self, row, place, verdict)
        elif self.kind == "project":
            judge_project(self, row, verdict)
        elif self.kind == "need" and judge_nameless_need(self, row, place, verdict):
            return
        elif whom := self.agree(row, self._meant(row, place)):
            if not row.wrong:
                _JUDGES[self.kind](self, row, whom, verdict)
                verdict.place = self.place_names.get(whom.place_id, "") if whom.place_id else ""
            verdict.name = whom.name

    def _meant(self, row: Row, place: Place | None) -> Subject | None:
        """Whom a row is about."""
        way = DECLARED.get(self.kind)
        if self.kind == "award" and names_a_body(self, row):
            return which_body(self, row)
        if way is not None and self.kinds == ("person",) and not _names_one(row):
            row.wrong.append(Reason(cell_of(row, "person.name"), _WHO_OF_THEM))
            return None
        serves = (way is not None and way.serving) or (
            (way is not None or self.kind in ATTENDED) and bool(row.text("helper.unit"))
        )
        if not serves:
            return self.whom(row, place, self.kind)
        self.stays = place
        return who_serves(self, row, None if self.kind == "stint" else place)

    def attending(self, row: Row, whom: Subject, verdict: Verdict) -> None:
        """Somebody who came to what the list is of."""
        if not row.wrong and not row.doubts:
            self.attendance.takes(whom, verdict)

    def _once(self, row: Row, verdict: Verdict) -> None:
        """What a row above says already is written once."""
        key = tuple(sorted((one.verb, repr(_plain(one.told))) for one in verdict.records))
        if (before := self.said.setdefault(key, row.number)) != row.number:
            zh, en = (text.format(n=before) for text in _SAME_ROW)
            verdict.sort, verdict.records, verdict.differences = "unchanged", [], []
            verdict.notes.append(Reason(f"{row.number}", Label(zh, en)))

    # ── each kind ─────────────────────────────────────────────────────────────────────────────

    def pairing(self, row: Row, whom: Subject, verdict: Verdict) -> None:
        """Who helps whom from when; one that stands so already is unchanged, or ends."""
        helpers = self.helpers(row)
        if self.under is None or row.wrong or row.doubts:
            return
        began, ended = row.sure("pairing.began") or self.on, row.sure("pairing.ended")
        reason = row.text("pairing.end_reason") or "按名单结束"
        for helper in helpers:
            stands = self._standing(whom, helper)
            if stands is None:
                told = {"programme": self.under.programme, "name": self.under.name,
                        "helper": helper, "subject": whom, "on": began}  # fmt: skip
                told |= {"ended": ended, "reason": reason} if ended else {}
                verdict.records.append(NewRecord("pairing.make", told))
                tell(verdict, "pairing", helper=helper.name, began=began, ended=ended)
            elif ended and stands.ended is None:
                told = {"pairing": stands, "on": ended, "reason": reason}
                verdict.records.append(NewRecord("pairing.end", told))
                tell(verdict, "pairing", ended=ended)
            elif row.sure("pairing.began") not in (None, stands.began):
                zh, en = f"台账里从{stands.began}起结对，不改", f"on record since {stands.began}"
                verdict.notes.append(Reason(cell_of(row, "pairing.began"), Label(zh, en)))
        verdict.sort = "changes" if any(r.verb == "pairing.end" for r in verdict.records) else "new"
        verdict.sort = verdict.sort if verdict.records else "unchanged"

    def _standing(self, whom: Subject, helper: Subject) -> Pairing | None:
        assert self.under is not None
        for one in self.pairs.get(whom.fact, ()):
            if (one.programme_id, one.name, one.helper_id) == (
                self.under.programme.fact, self.under.name, helper.fact,
            ):  # fmt: skip
                return one
        return None

    def visit(self, row: Row, whom: Subject, verdict: Verdict) -> None:
        """Who went to whom on which day; the same visit is not recorded twice."""
        if nothing_said(row, verdict):
            return
        on, helpers = self._day(row, "visit.date"), self.helpers(row, needed=False)
        if on is None or row.wrong or row.doubts:
            return
        if self.visited(row, whom, on, helpers):
            verdict.sort = "unchanged"
            return
        pair = next((p for p in self.pairs.get(whom.fact, ()) if _covers(p, on)), None)
        raised = [(row.text("need.kind"), text)] if (text := row.text("need.text")) else []
        told = {
            "kind": "visit", "on": on, "subject": whom, "who": tuple(helpers),
            "programme": pair.programme if pair else None, "place": self.place_of(whom),
            "note": row.text("visit.note"), "mode": row.text("visit.mode"), "raised": raised,
        }  # fmt: skip
        verdict.records.append(NewRecord("activity.visit", told))
        tell(verdict, "visit", date=on, who="、".join(h.name for h in helpers),
              mode=row.sure("visit.mode"), note=row.text("visit.note"))  # fmt: skip
        if raised:
            tell(verdict, "need", text=raised[0][1])

    def enrolment(self, row: Row, whom: Subject, verdict: Verdict) -> None:
        """Who is taken in from when, on what grounds; who is in already is unchanged."""
        if self.under is None or row.wrong or row.doubts:
            return
        if whom.fact in self.taken_in:
            verdict.sort = "unchanged"
            return
        began, grounds = row.sure("enrolment.began") or self.on, row.text("enrolment.grounds")
        told = {"programme": self.under.programme, "name": self.under.name, "subject": whom,
                "on": began, "grounds": grounds}  # fmt: skip
        verdict.records.append(NewRecord("enrolment.take_in", told))
        tell(verdict, "enrolment", subject=whom.name, began=began)

    def income(self, row: Row, whom: Subject, verdict: Verdict) -> None:
        """What a household had and spent in the time of the list, line by line."""
        span = self._span(row)
        if span is None or row.wrong or row.doubts:
            return
        for kind, item, amount, evidence in self._amounts(row):
            stands = self.lines.get((whom.fact, kind, item, *span))
            told: dict[str, Any] = {"subject": whom, "kind": kind, "item": item,
                                    "amount": amount, "since": span[0], "until": span[1],
                                    "evidence": evidence}  # fmt: skip
            if stands is None:
                verdict.records.append(NewRecord("income.enter", told))
                tell_line(verdict, item, None, amount)
            elif stands.amount != amount:
                told = {"income": stands, "amount": amount}
                verdict.records.append(NewRecord("income.correct", told))
                verdict.sort = "changes"
                tell_line(verdict, item, stands.amount, amount)
        verdict.sort = verdict.sort if verdict.records else "unchanged"

    def _span(self, row: Row) -> tuple[Any, Any] | None:
        """The time of which a row tells: its own days, else those that the list is titled with."""
        until, since = row.sure("income.date"), row.sure("income.first_day")
        if since is None and until is None and self.period is not None and self.period.known:
            since, until = self.period.first or self.period.last, self.period.last
        if since is None or until is None:
            row.wrong.append(Reason(f"{row.number}", _OF_WHEN))
            return None
        self.days[row.number] = (
            cell_of(row, "income.date") if row.sure("income.date") else self.titled
        )
        return since, until

    def _amounts(self, row: Row) -> Iterator[tuple[str, str, int, str]]:
        """The amounts of a row, each with its sort and what it is for; nothing is no line."""
        for target, said in row.told.items():
            if "#" in target and said.state == "sure" and said.value:
                kind, _, item = target.removeprefix("income.").partition("#")
                yield kind, item, int(said.value), row.text("income.evidence")
        amount, item = row.sure("income.amount"), row.text("income.item")
        if isinstance(amount, int) and amount:
            kind = row.text("income.kind")
            yield (
                kind,
                item or INCOME[kind].zh if kind else item,
                amount,
                row.text("income.evidence"),
            )

    def units_of(self, row: Row) -> list[Subject]:
        """The unit that answers by a row; one that is not on record is left unsaid."""
        name = row.text("helper.unit")
        found = self.units.get(name, []) if name else []
        if name and len(found) != 1:
            row.unread.append(Reason(cell_of(row, "helper.unit"), NO_UNIT))
            return []
        return found

    def _day(self, row: Row, target: str) -> Any:
        """The day of a row; without one it is not known when."""
        day = row.sure(target)
        if day is None and not row.wrong and not row.doubts:
            row.wrong.append(Reason(cell_of(row, target), _WHEN))
        return day


_JUDGES: Mapping[str, Callable[[Records, Row, Subject, Verdict], None]] = {
    "pairing": Records.pairing,
    "visit": Records.visit,
    "need": judge_need,
    "enrolment": Records.enrolment,
    "income": Records.income,
    "class": judge_class,
    "benefit": judge_benefit,
    "payout": judge_payout,
    **dict.fromkeys(ATTENDED, Records.attending),
    **dict.fromkeys(DECLARED, judge_listed),
}
_UNDER: Mapping[str, Label] = {
    "pairing": Label(
        "请先在“识别结果”里选定是哪个活动的哪种结对", "choose first under which programme it is"
    ),
    "enrolment": Label(
        "请先在“识别结果”里选定纳入哪个活动的哪张名单",
        "choose first into which list",
    ),
    "class": Label(
        "请先在“识别结果”里选定是哪个活动的哪种分类", "choose first which way to sort it is"
    ),
    "entry": Label(
        "请先在“识别结果”里选定记入哪个活动的哪笔资金；没有可选的，先在活动的资金页开立",
        "choose first which fund of which programme; where there is none, open it first",
    ),
    "measure": Label(
        "请先在“识别结果”里选定是哪个活动的措施", "choose first of which programme they are"
    ),
}
_OF_WHEN = Label(
    "没有写明是哪一段时间的收入；请在标题里写上年度，或加上“收入起始日期”“收入截止日期”两列",
    "it does not say of which time; name the year in the title, or add two columns of days "
    "(收入起始日期, 收入截止日期)",
)
_WHEN = Label("没有写明哪一天", "it does not say on which day")


def _names_one(row: Row) -> bool:
    """Whether a row says which person it is about, and not only whose household."""
    return any(map(row.text, ("person.name", "person.identity", "subject.name")))


_WHO_OF_THEM = Label("没有写明是户里的哪一位", "it does not say which of the household it is")


def _covers(pairing: Pairing, day: Any) -> bool:
    return pairing.began <= day and (pairing.ended is None or day <= pairing.ended)


def _called(row: Row) -> str:
    names = ("person.name", "household.name", "subject.name", "measure.title",
             "project.title", "helper.unit")  # fmt: skip
    return next((text for name in names if (text := row.text(name))), "")


def _plain(told: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What an action is told, with records by their keys, so that it can be compared."""
    return [(name, _key(value)) for name, value in sorted(told.items())]


def _key(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_key(one) for one in value]
    key: UUID | None = getattr(value, "fact_key", None)
    return str(key) if key is not None else value
