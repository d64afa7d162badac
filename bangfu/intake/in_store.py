"""The projects on record that the rows of a list may mean, and where a row says that one is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rapidfuzz import fuzz

from bangfu.intake.addresses import parted
from bangfu.intake.bodies import Bodies
from bangfu.intake.cells import AS_IS, NEW, Reason, Row, cell_of
from bangfu.intake.declared import Body
from bangfu.intake.on_record import parts
from bangfu.intake.readers import SEVERAL
from bangfu.intake.whereabouts import Whereabouts
from bangfu.ledger.access import opens
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Place, Project, ProjectState
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Label

#: The columns that name other subjects, each with what these may be.
BODIES: Mapping[str, tuple[Body, ...]] = {"owner": ("organisation",), "answerable": ("person",)}
#: Two titles in one place that are so much alike may be one project.
_ALIKE = 86


class Projects:
    """The projects on record that the rows may mean, with their states, and whom rows name."""

    def __init__(self, by: By, where: Whereabouts) -> None:
        self.by, self.where, self.bodies = by, where, Bodies(by)
        self.of: dict[UUID, Project] = {}
        self.states: dict[UUID, list[ProjectState]] = {}
        #: The rows that spoke of a project already, by it, or by the place and title of a new one.
        self.said: dict[Any, int] = {}
        self.alike: dict[UUID | None, list[Project]] = {}

    def look_up(self, read: Sequence[Row]) -> None:
        """All of them in a few questions: by mark and number, and those in the rows' places."""
        self.bodies.look_up(read, "project", BODIES)
        keys = {row.key for row in read if row.key}
        numbers = {row.text("project.number") for row in read} - {""}
        places = {place.fact for row in read if (place := self._place(row, aloud=False))}
        for name, wanted in (("fact", keys), ("number", numbers), ("place", places)):
            for part in parts(wanted):
                for one in self._open().filter(**{f"{name}__in": part}):
                    self.of[one.fact] = one
        for one in self.of.values():
            self.alike.setdefault(one.place_id, []).append(one)
        for part in parts(self.of):
            for state in ProjectState.objects.current().filter(project__in=part).order_by("began"):
                self.states.setdefault(state.project_id, []).append(state)

    def _open(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = Project.objects.current().order_by("date", "title")
        rows = rows.select_related("place", "owner", "answerable")
        return rows if self.by.user is None else opens(self.by.user, VOCABULARY["project"], rows)

    # ── which project a row means, and where it is ────────────────────────────────────────────

    def meant(self, row: Row) -> tuple[Project | None, Place | None]:
        """The project that a row means, if it is on record, and where the row says that it is."""
        if row.key is not None:
            held = self.of.get(row.key)
            if held is None:
                row.wrong.append(Reason(cell_of(row, "project.title"), _CLOSED))
            return held, self._place(row, held)
        held = self._numbered(row)
        place = self._place(row, held)
        if held is None and place is not None and not row.doubts:
            held = self._titled(row, place)
        return held, place

    def _numbered(self, row: Row) -> Project | None:
        """The project of a number; under another title it is asked whether it is that one."""
        number, title = row.text("project.number"), row.text("project.title")
        found = [one for one in self.of.values() if number and one.number == number]
        if not found:
            return None
        if title and bare(title) != bare(found[0].title) and row.settled != AS_IS:
            says = Label(f"这个编号登记的是“{found[0].title}”，请核对",
                         f"on record under this number: {found[0].title}")  # fmt: skip
            row.doubts.append(Reason(cell_of(row, "project.title"), says, _RENAMED))
        return found[0]

    def _titled(self, row: Row, place: Place) -> Project | None:
        """The project that is called so there; one called nearly so, or of another year, is asked.

        Two that stand under different numbers are two.
        """
        title, number = bare(row.text("project.title")), row.text("project.number")
        there = [
            one for one in self.alike.get(place.fact, ())
            if title and not (number and one.number) and _likeness(title, one) >= _ALIKE
        ]  # fmt: skip
        if row.settled == NEW or not there:
            return None
        if meant := next((one for one in there if str(one.fact) == row.settled), None):
            return meant
        day = row.sure("project.date")
        if (
            len(there) == 1
            and bare(there[0].title) == title
            and (not isinstance(day, dt.date) or day.year == there[0].date.year)
        ):
            return there[0]
        choices = tuple((str(one.fact), _shown(one)) for one in there[:8])
        row.doubts.append(Reason(cell_of(row, "project.title"), _WHICH, (*choices, (NEW, ANOTHER))))
        return None

    def _place(self, row: Row, held: Project | None = None, *, aloud: bool = True) -> Place | None:
        """Where a row says that its project is: by its divisions, else by the place it names."""
        said = row.text("project.place")
        if held is not None and said == held.place.name:
            return held.place
        one = row if aloud else _apart(row)
        if said and len(list(filter(None, SEVERAL.split(said)))) > 1 and not _divided(row):
            one.wrong.append(Reason(cell_of(row, "project.place"), _ONE_PLACE))
            return None
        place = self.where.of(one)
        if place is not None and said and not said.endswith(place.name):
            self._beside(one, said, place)
        return place

    def _beside(self, row: Row, said: str, place: Place) -> None:
        """What a cell names beyond the place that is kept; another village is asked."""
        cell, named = cell_of(row, "project.place"), dict(parted(said)).get("place.village")
        if named and named != place.name and place.level == "village" and row.settled != AS_IS:
            kept = place.name
            says = Label(f"这一行登记在“{kept}”，请核对", f"the row is taken in for {kept}")
            choice = (AS_IS, Label(f"按“{kept}”登记", f"as {kept}"))
            row.doubts.append(Reason(cell, says, (choice,)))
        else:
            row.notes.append(Reason(cell, _ONLY_SO_FAR))


def _apart(row: Row) -> Row:
    """The same cells, so that what is said of them stays apart."""
    return Row(row.number, row.columns, told=row.told, elsewhere=row.elsewhere)


def _divided(row: Row) -> bool:
    """Whether a row names divisions in columns of their own."""
    return any(target.startswith("place.") and target not in row.elsewhere for target in row.told)


def bare(title: str) -> str:
    """A title without what is written differently each time."""
    return re.sub(r"[\W_]+", "", title)


def _likeness(title: str, one: Project) -> float:
    """How much alike two titles are; years and other numbers tell two projects apart."""
    other = bare(one.title)
    if _NUMBERS.findall(title) != _NUMBERS.findall(other):
        return 0
    return fuzz.ratio(title, other)


_NUMBERS = re.compile(r"[\d一二三四五六七八九十]+")


def _shown(one: Project) -> Label:
    told = f"{one.title}({one.date.year}{', ' + one.number if one.number else ''})"
    return Label(told, told)


ANOTHER = Label("是另一个项目", "another project")
_CLOSED = Label("这一行的项目已不在您能看到的范围里", "this project is not open to you")
_WHICH = Label(
    "台账里有名称相同或相近的项目，是不是同一个",
    "one on record is called (nearly) so; is it that",
)
_RENAMED = ((AS_IS, Label("是同一个项目，名称按名单改", "the same project; its title is changed")),)
_ONE_PLACE = Label(
    "写了几个地方；项目只登记一处，请写它们共同的乡镇，或分成几行",
    "several places; a project is in one: write the town that holds them, or part the row",
)
_ONLY_SO_FAR = Label("地点只登记到村", "its place is kept as the village alone")
