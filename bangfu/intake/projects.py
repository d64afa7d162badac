"""Rows of a store of projects: new ones, what is said of them otherwise, and how far they are.

A project is known by its number, else by what it is called and where it is. Its states are the days
that the columns name (approved, contracted, begun, finished, accepted), in their order, and after
them what the column of states says as of the day of the list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bangfu.intake.cells import AS_IS, NEW, Reason, Row, cell_of
from bangfu.intake.differences import tell
from bangfu.intake.in_store import ANOTHER, BODIES, Projects, bare
from bangfu.intake.verdicts import Difference, Verdict
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.ledger.models import Place, Project
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.project import NEXT, STATES
from bangfu.lists.columns import plain_text
from bangfu.programmes.kinds import Label

if TYPE_CHECKING:
    from bangfu.intake.records import Records

Told = dict[str, Any]
Step = tuple[str, dt.date, str]
#: What a row says of a project itself, and what of it may be erased.
SHEET = ("title", "number", "kind", "nature", "approval", "estimate", "tender", "contractor",
         "contract", "contract_sum", "start", "due", "households", "people")  # fmt: skip
_STAYS = ("title", "kind")
#: The columns of days, each with the state that begins on such a day; of these the last counts.
STEPS: Mapping[str, str] = {"approved": "approved", "contracted": "contracted",
                            "started": "building", "finished": "finished",
                            "accepted": "accepted"}  # fmt: skip
_LAST = ("finished", "accepted")


# ── what becomes of a row ─────────────────────────────────────────────────────────────────────


def judge_project(records: Records, row: Row, verdict: Verdict) -> None:
    """A new project with its states, or what a row says otherwise of one on record."""
    held = records.projects
    verdict.name = row.text("project.title")
    project, place = held.meant(row)
    verdict.place = place.name if place else ""
    if project is None:
        _complete(row, place)
    else:
        verdict.name = verdict.name or project.title
    if row.wrong or row.doubts:
        return
    bodies = _bodies(held, row, project)
    _said_before(held, row, project, place)
    if row.doubts:
        return
    if project is None:
        assert place is not None
        _store(records, row, {**_sheet(row), **bodies, "place": place}, verdict)
    else:
        told = _sheet(row) | bodies | ({"place": place} if place is not None else {})
        _hold_against(records, row, project, told, verdict)


def _complete(row: Row, place: Place | None) -> None:
    """What a new project cannot be without; each lack is said at its cell."""
    lacking = [(key, says) for key, says in _NEEDED.items() if not row.text(f"project.{key}")]
    lacking += [] if place is not None or row.wrong else [("place", _NOWHERE)]
    if not row.wrong and not row.doubts:
        row.wrong += [Reason(cell_of(row, f"project.{key}"), says) for key, says in lacking]


def _said_before(held: Projects, row: Row, project: Project | None, place: Place | None) -> None:
    """A project that a row above names too: which of them is right is not known here."""
    title = bare(row.text("project.title"))
    key = project.fact if project else (place and place.fact, title, row.text("project.number"))
    before = held.said.setdefault(key, row.number)
    if before != row.number and not (project is None and row.settled == NEW):
        zh = f"与第{before}行是同一个项目，请合成一行或删去一行"
        choices = () if project else ((NEW, ANOTHER),)
        says = Label(zh, f"the same project as row {before}; leave one of them out")
        row.doubts.append(Reason(cell_of(row, "project.title"), says, choices))


def _bodies(held: Projects, row: Row, project: Project | None) -> Told:
    """The unit and the person whom a row names, where these are not on record for it already."""
    told: Told = {}
    for key, sorts in BODIES.items():
        stands = getattr(project, key, None)
        if stands is not None and stands.name == row.text(f"project.{key}"):
            continue
        if (body := held.bodies.of(row, f"project.{key}", sorts)) is not None:
            told[key] = body
    return told


def _sheet(row: Row) -> Told:
    """What the cells of a row say of the project itself; blanks are left out."""
    told: Told = {}
    for key in SHEET:
        said = row.told.get(f"project.{key}")
        if said is None or (said.state == "erased" and key in _STAYS):
            continue
        if said.state == "erased":
            told[key] = None if Project._meta.get_field(key).null else ""
        elif said.state == "sure" and said.value not in (None, ""):
            told[key] = said.value
    return told


def _steps(row: Row) -> list[Step]:
    """The states that columns of days name, the earliest first, each with its column."""
    days = ((key, row.sure(f"project.{key}")) for key in STEPS)
    found = [(STEPS[key], day, key) for key, day in days if isinstance(day, dt.date)]
    return sorted(found, key=lambda step: (step[1], tuple(STEPS).index(step[2])))


def _store(records: Records, row: Row, told: Told, verdict: Verdict) -> None:
    """A new project, from its first day on led through its states."""
    steps, day = _steps(row), row.sure("project.date")
    if steps and day is None:
        row.wrong.append(Reason(cell_of(row, "project.date"), _IN_STORE))
        return
    on = day if isinstance(day, dt.date) else records.on
    records.days[row.number] = cell_of(row, "project.date")
    further = _further(records, row, "stored", steps)
    if row.doubts:
        return
    states = tuple((state, began) for state, began, _key in further)
    told = {name: value for name, value in told.items() if value is not None}
    verdict.records.append(NewRecord("project.register", {"on": on, "states": states, **told}))
    shown = {key: getattr(value, "name", value) for key, value in told.items()}
    tell(verdict, "project", date=on, **shown)
    _show_steps(verdict, further)


def _further(records: Records, row: Row, last: str, steps: Iterable[Step]) -> list[Step]:
    """The states that follow a last one, at the end the one that is said without a day.

    The state that stands says nothing new, also where a later day stands beside it. Where one
    between them has no day it is asked; left as it is, what follows is left out.
    """
    found: list[Step] = []
    stood = last
    for step in steps:
        if step[0] not in NEXT[last]:
            return _broken(row, last, step[0], f"project.{step[2]}", found)
        found.append(step)
        last = step[0]
    said = row.text("project.state")
    if not said or said in (last, stood):
        return found
    if said not in NEXT[last]:
        return _broken(row, last, said, "project.state", found)
    return [*found, (said, records.on, "state")]


def _broken(row: Row, last: str, wanted: str, target: str, found: list[Step]) -> list[Step]:
    """That a state does not follow the one before it, and what a person may decide."""
    if row.settled != AS_IS:
        between = "、".join(STATES[one].zh for one in NEXT[last])
        says = Label(
            f"“{STATES[last].zh}”之后不能是“{STATES[wanted].zh}”，可以是：{between or '无'}；"
            "请补上中间各阶段的日期",
            f"“{STATES[wanted].en}” does not follow “{STATES[last].en}”; add the days of the "
            "states between them",
        )
        row.doubts.append(Reason(cell_of(row, target), says, _STATE_LATER))
    return found


def _show_steps(verdict: Verdict, steps: Iterable[Step]) -> None:
    """The states that a row enters: in their columns of days, else by the state and its day."""
    label = VOCABULARY["project"]["state"].label
    for state, began, key in steps:
        if key in STEPS:
            tell(verdict, "project", **{key: began})
        else:
            verdict.differences.append(
                Difference("project.state", label, "", f"{STATES[state].zh}({began})")
            )


def _hold_against(
    records: Records, row: Row, project: Project, told: Told, verdict: Verdict
) -> None:
    """What a row says otherwise of a project on record, and of its states."""
    if isinstance(day := row.sure("project.date"), dt.date):
        told["date"] = day
    news = dict(_otherwise(project, told))
    if news:
        verdict.records.append(NewRecord("project.correct", {"project": project, **news}))
    for key, value in news.items():
        field = VOCABULARY["project"][key]
        shown = [_in_words(key, one) for one in (getattr(project, key), value)]
        verdict.differences.append(Difference(f"project.{key}", field.label, *shown))
    _lead_on(records, row, project, verdict)
    verdict.sort = "changes" if verdict.records else "unchanged"


def _otherwise(project: Project, told: Told) -> Iterator[tuple[str, Any]]:
    for key, value in told.items():
        held = getattr(project, key)
        if (getattr(held, "fact", held) or None) != (getattr(value, "fact", value) or None):
            yield key, value


def _in_words(key: str, value: Any) -> str:
    field = VOCABULARY["project"][key]
    if hasattr(value, "name"):
        return str(value.name)
    codes: Mapping[str, Label] = field.codes
    return codes[value].zh if value in codes else plain_text(value, field.type)


def _lead_on(records: Records, row: Row, project: Project, verdict: Verdict) -> None:
    """The states of a project on record that begin on another day than a row says, and new ones."""
    states = records.projects.states.get(project.fact, [])
    fresh = []
    for state, day, key in _steps(row):
        same = [one for one in states if one.state == state]
        if not same:
            fresh.append((state, day, key))
            continue
        one = same[-1 if key in _LAST else 0]
        if one.began != day:
            right = {"project_state": one, "state": state, "on": day, "paper": one.paper}
            verdict.records.append(NewRecord("project_state.correct", right))
            label = VOCABULARY["project"][key].label
            old, new = (plain_text(value, "day") for value in (one.began, day))
            verdict.differences.append(Difference(f"project.{key}", label, old, new))
    last = states[-1].state if states else "stored"
    further = _further(records, row, last, fresh)
    for state, day, key in further:
        records.days[row.number] = cell_of(row, f"project.{key}")
        verdict.records.append(
            NewRecord("project_state.enter", {"project": project, "state": state, "on": day})
        )
    _show_steps(verdict, further)


_STATE_LATER = (
    (AS_IS, Label("其余的先接收，接不上的阶段以后补", "take the rest; the state comes later")),
)
_NOWHERE = Label("没有写明在哪里实施", "it does not say where it is")
_IN_STORE = Label(
    "写了批复、开工等日期，没有写哪天入库；请加一列“入库日期”",
    "it names days of states, but not when it was entered in the store; add a column 入库日期",
)
_NEEDED = {
    "title": Label("没有项目名称", "no title"),
    "kind": Label("没有写明项目类型；请加一列“项目类型”", "of which kind? add a column 项目类型"),
}
