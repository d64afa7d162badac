"""What waits for the reader by a day, of all sorts in one order: what is late comes first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.desk.page import said
from bangfu.desk.proceeding import page_of_step
from bangfu.ledger.access import may, units_granted
from bangfu.ledger.models import Handling, Need, Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists import proceedings, today
from bangfu.lists.measures import Progress
from bangfu.lists.my_duties import OwnDuty, my_duties

#: So many lines stand open on the first page; the rest is a touch away.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits: the day it hangs on, in words; what it is, where, and for whom.

    ``day`` orders the lines: what has none comes last.
    """

    day: dt.date | None
    mark: str
    late: bool
    text: str
    address: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class More:
    """A list that holds more of one sort than was fetched, and where it is."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """The lines in their order, those that are late first, and where more of them are."""

    first: Sequence[Line]
    rest: Sequence[Line]
    more: Sequence[More]


def waiting(user: User, programmes: Sequence[Programme], moment: Moment, seen: set[str]) -> Waiting:
    """What waits for an account by a day, of the kinds that it sees."""
    lines: list[Line] = []
    more: list[More] = []
    for kind, tell in (
        ("task", _tasks),
        ("handling", _steps),
        ("need", _needs),
        ("need", _unanswered),
        ("need", _to_confirm),
        ("stint", _leave),
    ):
        if kind in seen:
            told, beyond = tell(user, moment)
            lines += told
            more += beyond
    several = len(programmes) > 1
    lines += [_duty(one, several) for one in my_duties(user, programmes, moment)]
    if may(user, "measure.progress"):
        found = today.measures_waiting(user, programmes, moment)
        lines += [_measure(programme, one, several) for programme, one in found]
    lines.sort(key=lambda one: (not one.late, one.day or dt.date.max))
    # A single line more takes no more room than the word that there is one.
    shown = len(lines) if len(lines) == SHOWN + 1 else SHOWN
    return Waiting(lines[:shown], lines[shown:], more)


_Told = tuple[list[Line], list[More]]


def _beyond(shown: int, whole: int, address: str, text: str) -> list[More]:
    return [More(text % {"number": whole}, address)] if whole > shown else []


def _by(day: dt.date, moment: Moment) -> str:
    """What a day says of something open: that it is past, or falls due."""
    word = _("late since %(day)s") if day < moment.on else _("due %(day)s")
    return word % {"day": day.isoformat()}


def _tasks(user: User, moment: Moment) -> _Told:
    found, whole = today.tasks_waiting(user, moment)
    lines = [
        Line(one.due, _by(one.due, moment), one.due < moment.on, one.text,
             _record("task", one.fact), (said(VOCABULARY["task"].label), one.owner.name))
        for one in found
    ]  # fmt: skip
    address = reverse("desk:list", args=["task"]) + "?state=open"
    return lines, _beyond(len(found), whole, address, _("All %(number)s open tasks"))


def _steps(user: User, moment: Moment) -> _Told:
    found, whole = today.steps_to_do(user, moment)
    address = reverse("desk:list", args=["handling"]) + "?closed=-&going=yes"
    more = _beyond(len(found), whole, address, _("All %(number)s open steps"))
    opened = proceedings.pages_open(user, [one.row for one in found])
    return [_step(one, moment, page_of_step(one.row, opened)) for one in found], more


def _step(one: proceedings.Waiting, moment: Moment, address: str) -> Line:
    row = one.row
    if row.date > moment.on:
        mark = _("from %(day)s on") % {"day": row.date.isoformat()}
    else:
        mark = _by(row.due, moment) if row.due else _("no deadline")
    urgent = (_("green channel"),) if row.proceeding.urgent else ()
    unit = (row.organisation.name,) if row.organisation else ()
    late, offer = bool(row.due and row.due < moment.on), row.proceeding.handover
    if row.document is not None:
        text = f"{said(one.title)} · {row.document.title}"
    elif row.subject is not None and offer is None:
        text = f"{said(one.title)} · {row.subject.name or '—'}"
    else:
        assert offer is not None
        text = f"{said(one.title)} · {offer.giver.name or '—'} → {offer.successor.name or '—'}"
    more = (_("for %(number)s") % {"number": one.beside + 1},) if one.beside else ()
    back = (_("Sent back:") + f" {row.asked}",) if row.document and row.asked else ()
    about = (said(one.workflow), *more, *unit, *urgent, *back)
    return Line(row.due, mark, late, text, address, about)


def _needs(user: User, moment: Moment) -> _Told:
    found, whole = today.needs_waiting(user, moment)
    lines = [
        Line(one.need.due, _by(one.need.due, moment) if one.need.due else _("no deadline"),
             one.state == "late", _need(one.need), _record("need", one.need.fact),
             _need_about(one.need))
        for one in found
    ]  # fmt: skip
    address = reverse("desk:list", args=["need"]) + "?closed=-&going=yes"
    text = _("All %(number)s open needs")
    if not units_granted(user):
        address += f"&due.to={moment.on + dt.timedelta(days=today.SOON)}"
        text = _("All %(number)s needs that are late or due soon")
    return lines, _beyond(len(found), whole, address, text)


def _unanswered(user: User, moment: Moment) -> _Told:
    found, more = today.needs_unanswered(user, moment)
    mark = _("no unit answers")
    lines = [
        Line(None, mark, False, _need(one), _record("need", one.fact), _need_about(one))
        for one in found
    ]
    address = reverse("desk:list", args=["need"]) + "?closed=-&going=yes&organisation=-"
    return lines, [More(_("All needs without a unit"), address)] if more else []


def _need(need: Need) -> str:
    codes = VOCABULARY["need"]["kind"].codes
    kind = f" · {said(codes[need.kind])}" if need.kind in codes else ""
    return f"{need.subject.name}{kind}"


def _need_about(need: Need) -> tuple[str, ...]:
    return (need.organisation.name if need.organisation else said(VOCABULARY["need"].label),)


def _to_confirm(user: User, moment: Moment) -> _Told:
    if not may(user, "need.confirm"):
        return [], []
    found, whole = today.to_confirm(user, moment)
    lines = [
        Line(None, _("ask who raised it"), False, _need(one), _record("need", one.fact),
             (_("closed %(day)s") % {"day": one.closed.isoformat()},))
        for one in found
        if one.closed
    ]  # fmt: skip
    address = reverse("desk:list", args=["need"]) + f"?going=yes&closed.to={moment.on}"
    text = _("All %(number)s closed needs that are still to be asked about")
    return lines, _beyond(len(found), whole, f"{address}&confirmed=-", text)


def _leave(user: User, moment: Moment) -> _Told:
    found, whole = today.leave_waiting(user, moment)
    address = reverse("desk:list", args=["stint"]) + "?approved=-&refused=-&days.min=0"
    more = _beyond(len(found), whole, address, _("All %(number)s requests for leave"))
    return [_asked(one, moment) for one in found], more


def _asked(row: Handling, moment: Moment) -> Line:
    one = row.stint
    assert one is not None and row.due is not None
    span = f"{one.began} – {one.ended}" if one.ended else one.began.isoformat()
    kind = said(VOCABULARY["stint"]["kind"].codes[one.kind])
    return Line(
        row.due, _by(row.due, moment), row.due < moment.on, f"{one.person.name} · {kind}",
        reverse("desk:stint_approve", args=[one.fact]), (_("leave to approve"), span),
    )  # fmt: skip


def _duty(one: OwnDuty, several: bool) -> Line:
    word = {"late": _("late since %(day)s"), "soon": _("due %(day)s")}.get(one.state)
    return Line(
        one.due, (word or _("behind, due %(day)s")) % {"day": one.due.isoformat()},
        one.state == "late", one.title, _duty_page(one),
        tuple(_duty_about(one, several)),
    )  # fmt: skip


def _duty_page(one: OwnDuty) -> str:
    """Where a duty is met: its page, or the agreement under which it waits."""
    if not one.agreements:
        page = reverse("desk:duty", args=[one.programme.name, one.name])
        return f"{page}?due={one.due}"
    if one.waiting == 1:
        return _record("agreement", one.agreements[0])
    return reverse("desk:programme_list", args=[one.programme.name, one.name])


def _duty_about(one: OwnDuty, several: bool) -> Iterator[str]:
    if one.owed > 1:
        counted = {"number": one.waiting, "all": one.owed}
        yield _("%(number)s of %(all)s still to do") % counted
    if one.called:
        yield _(", ").join(one.called) + ("…" if one.more else "")
    yield from _in(one.programme, several)


def _measure(programme: Programme, one: Progress, several: bool) -> Line:
    until, late = one.measure.window_to, one.state == "late"
    mark = _("past its time") if late or not until else _("until %(day)s")
    return Line(
        until, mark % {"day": until.isoformat()} if until else mark, late, one.measure.title,
        _record("measure", one.measure.fact), (one.owner, *_in(programme, several)),
    )  # fmt: skip


def _in(programme: Programme, several: bool) -> Iterable[str]:
    """The programme's title, where more than one goes on."""
    return (programme.title,) if several else ()


def _record(kind: str, fact: object) -> str:
    return reverse("desk:record", args=[kind, fact])
