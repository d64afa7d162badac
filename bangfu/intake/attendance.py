"""A list of who came to a training or a meeting, as the one activity that they came to.

The title and the lines above the names say what it was, when and where; each row is somebody who
came. Whoever is not on record is refused by name and still counted among those who came.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.intake.cells import Reason
from bangfu.intake.differences import tell
from bangfu.intake.verdicts import Difference, Verdict
from bangfu.ledger.access import opens
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.ledger.models import Activity, Participant, Subject
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Label

if TYPE_CHECKING:
    from bangfu.intake.records import Records

_LIST = re.compile(r"(人员)?(签到|参训|参会|到会)(人员)?(名单|名册|花名册|登记)?(表|册|簿|单)?")
_ABOVE = re.compile(r"(?:培训|会议|活动)?(内容|主题|名称|课程|地点):\s*(\S+)")
#: So long is what is said of it at most.
_NOTE = 500


class Attendance:
    """What was held, and who of the rows came to it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.came: list[tuple[Subject, Verdict]] = []
        self.named = 0

    def takes(self, whom: Subject, verdict: Verdict) -> None:
        """Somebody who came; of two rows the first."""
        if whom.fact in {one.fact for one, _verdict in self.came}:
            verdict.sort = "unchanged"
            verdict.notes.append(Reason(f"{verdict.row}", _TWICE))
        else:
            self.came.append((whom, verdict))

    def gather(self, records: Records, verdicts: Sequence[Verdict]) -> None:
        """Write what was held with all who came, by the first row of those who are new to it."""
        self.named = sum(verdict.sort != "left" for verdict in verdicts)
        came = [(whom, verdict) for whom, verdict in self.came if verdict.good]
        told = self._told(records)
        if told is None:
            for _whom, verdict in came:
                verdict.sort = "refused"
                verdict.reasons.append(Reason(records.titled or f"{verdict.row}", _WHEN))
            return
        stands = self._standing(records, told)
        there = self._there(stands)
        new = [(whom, verdict) for whom, verdict in came if whom.fact not in there]
        for whom, verdict in came:
            verdict.sort = "unchanged" if whom.fact in there else "new" if stands is None else (
                "changes")  # fmt: skip
        if not new:
            return
        people = [whom for whom, _verdict in new]
        _first, verdict = new[0]
        if stands is None:
            all_told = {**told, "attendees": tuple(people), "people": self.named}
            verdict.records.append(NewRecord("activity.record", all_told))
            tell(verdict, "activity", date=told["on"], people=self.named, note=told["note"])
        else:
            both = tuple([*there.values(), *people])
            verdict.records.append(NewRecord("activity.attend", {"activity": stands, "came": both}))
        label = VOCABULARY["activity"]["attendees"].label
        for whom, one in new:
            one.differences.append(Difference("activity.attendees", label, "", whom.name))

    def share(self) -> None:
        """What is said against the whole is said of every row that was to be part of it."""
        refused = next((v for _whom, v in self.came if v.sort == "refused" and v.records), None)
        for _whom, verdict in self.came if refused else ():
            if refused is not None and verdict.good:
                verdict.sort, verdict.reasons = "refused", list(refused.reasons)

    def _told(self, records: Records) -> dict[str, Any] | None:
        """What was held, when and where; nothing where the day is not known."""
        on = _day_in(records)
        if on is None:
            return None
        above = dict(_ABOVE.findall(records.called))
        named = (above[key] for key in ("名称", "主题", "内容", "课程", "地点") if key in above)
        note = "; ".join((_LIST.sub("", records.called.split(" ")[0]), *named))
        return {"kind": self.kind, "on": on, "place": records.where.inside, "note": note[:_NOTE]}

    def _standing(self, records: Records, told: dict[str, Any]) -> Activity | None:
        """The same activity on record: of that kind and day, at that place, and called so."""
        rows: QuerySet[Any] = Activity.objects.current().filter(
            kind=self.kind, date=told["on"], note=told["note"], place=told["place"]
        )
        if records.by.user is not None:
            rows = opens(records.by.user, VOCABULARY["activity"], rows)
        found: Activity | None = rows.order_by("recorded_at").first()
        return found

    def _there(self, stands: Activity | None) -> dict[UUID, Subject]:
        """Who is on record as having come."""
        if stands is None:
            return {}
        rows = Participant.objects.current().filter(activity=stands.fact, part="attendee")
        return {one.subject_id: one.subject for one in rows.select_related("subject")}


def _day_in(records: Records) -> dt.date | None:
    """The day on which it was held, the first of several; nothing where none is named."""
    if found := _DAY.search(records.called):
        try:
            return dt.date(*map(int, found.groups()))
        except ValueError:
            return None
    period = records.period
    one = period is not None and (period.first or period.last) == period.last
    return period.last if period is not None and one else None


_DAY = re.compile(r"(?:时间|日期):\s*(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})")
_TWICE = Label("前面已有这个人", "named above already")
_WHEN = Label(
    "没有写明是哪一天；请在标题下写“时间：2026年3月5日”",
    "it does not say on which day; write 时间：2026年3月5日 below the title",
)
