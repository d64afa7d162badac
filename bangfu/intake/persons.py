"""Each row about a person is held against the ledger: who is meant, and what it says otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from bangfu.intake.cells import AS_IS, NEW, Reason, Row, cell_of
from bangfu.intake.differences import HOME, SHEET, changed, contradicts, new_home, told_of
from bangfu.intake.on_record import OnRecord
from bangfu.intake.verdicts import Verdict
from bangfu.intake.whereabouts import Whereabouts, too_wide
from bangfu.intake.wholes import Written
from bangfu.ledger import clock, numbers
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.intake_changes import Change
from bangfu.ledger.actions.intake_new import NewHome, NewPerson
from bangfu.ledger.models import Place, Subject
from bangfu.programmes.kinds import Label


class Persons(OnRecord):
    """What all rows of one list share: who asks, what is on record, whom the list names already."""

    def __init__(
        self, by: By, on: dt.date, where: Whereabouts, kind: str, left: Collection[int],
        counted: Callable[[int], None],
    ) -> None:  # fmt: skip
        super().__init__(by, on)
        self.kind, self.left, self.counted = kind, left, counted
        self.where = where
        self.seen: dict[str, Written] = {}
        self.shared: dict[int, Reason] = {}
        self.new_homes: dict[tuple[str, ...], NewHome] = {}
        self.lived_in: dict[int, UUID] = {}

    def person(self, row: Row, place: Place | None) -> Verdict:
        name = row.text("person.name")
        if not name and row.key is None:
            row.wrong.append(Reason(cell_of(row, "person.name"), Label("没有姓名", "no name")))
        self._twice(row, place)
        self._as_head(row, name)
        subject = self.agree(row, self._whom(row, place))
        if row.wrong or row.doubts:
            return Verdict(row.number, "doubtful")
        if subject is None:
            return self._new_person(row, name, place)
        return self._known_person(row, subject, place)

    def _twice(self, row: Row, place: Place | None) -> None:
        """The same number further up in the list is the same person, or a mistake.

        So is the same name, birth and place without a number.
        """
        number, birth = row.text("person.identity"), row.text("person.birth")
        name = row.text("person.name") or row.text("household.name")
        if not (row.key or number or name):
            return
        who = str(row.key or "") or number or f"{name} {birth} {place.fact if place else ''}"
        here = Written(row.number, name, cell_of(row, "person.identity"))
        if (before := self.seen.setdefault(who, here)) != here:
            if row.settled == AS_IS and not number:
                return
            choices = () if number else ((AS_IS, _TWO),)
            row.doubts.append(here.same_as(before, choices))
            if number and before.name != name:
                # Whose number it is nobody knows: the row further up is judged already.
                self.shared[before.number] = before.same_as(here)

    def _as_head(self, row: Row, name: str) -> None:
        """Who is the head bears the name by which the household is called."""
        called = row.text("household.name")
        if row.sure("person.relation") == "head" and called and called != name:
            says = Label("与户主关系写的是户主，姓名却不是户主姓名", "the head has another name")
            row.doubts.append(Reason(cell_of(row, "person.relation"), says))

    def _whom(self, row: Row, place: Place | None) -> Subject | None:
        """Who on record is meant: by mark or number, else by name and place; two are a doubt."""
        if row.key is not None:
            return self._marked(row)
        numbered = "person.identity" in row.columns
        cell = cell_of(row, "person.identity" if numbered else "person.name")
        number = row.text("person.identity")
        if number:
            keys = self.holders.get(self.indexed[number], [])
            found = [self.names[key] for key in keys if key in self.names]
            if len(keys) > 1:
                row.doubts.append(Reason(cell, Label("台账里有两个人用这个号码", "two have it")))
            elif keys and not found:
                says = Label("这个号码已登记在您看不到的人名下", "on record for somebody else")
                row.doubts.append(Reason(cell, says))
            if keys:
                return found[0] if len(found) == 1 else None
        return self._by_name(row, place, numbered=bool(number))

    def _marked(self, row: Row) -> Subject | None:
        """The record that a row is by its mark, if it still stands and may be opened."""
        assert row.key is not None
        found = self.names.get(row.key)
        if found is None or found.kind != self.kind:
            says = Label("这一行的记录已不在您能看到的范围里", "this record is not open to you")
            row.wrong.append(Reason(cell_of(row, "person.name"), says))
        return found

    def _by_name(self, row: Row, place: Place | None, *, numbered: bool) -> Subject | None:
        same = [
            subject
            for subject in self.named.get(("person", row.text("person.name")), ())
            if place is None or subject.place_id == place.fact
        ]
        birth = row.sure("person.birth") or _birth_in(row.text("person.identity"))
        fits = [s for s in same if not contradicts(self.people.get(s.fact), birth, numbered)]
        if row.settled == NEW:
            return None
        if meant := next((s for s in fits if str(s.fact) == row.settled), None):
            return meant
        if len(fits) > 1:
            cell = cell_of(row, "person.name")
            says = Label("同村有几个同名的人", "several of that name")
            choices = (*((str(s.fact), self.described(s)) for s in fits[:8]), (NEW, _NOBODY))
            row.doubts.append(Reason(cell, says, choices))
            return None
        return fits[0] if fits else None

    def _new_person(self, row: Row, name: str, place: Place | None) -> Verdict:
        if place is None:
            says = Label("没有写明哪个村", "it does not say which village")
            row.doubts.append(Reason(cell_of(row, "person.name"), says))
            return Verdict(row.number, "doubtful")
        if too_wide(row, place):
            return Verdict(row.number, "doubtful")
        sheet = told_of(row, "person", SHEET)
        key = clock.new_id()
        home, made = self._home(row, place, key)
        person = NewPerson(key, name, place, sheet, home)
        return Verdict(row.number, "new", home=made, person=person)

    def _home(self, row: Row, place: Place, person: UUID) -> tuple[UUID | None, NewHome | None]:
        """The household of a new person: on record by its head's name, or new with the list."""
        is_head = row.sure("person.relation") == "head"
        name = row.text("household.name") or (row.text("person.name") if is_head else "")
        if not name:
            return None, None
        same = [s for s in self.named.get(("household", name), ()) if s.place_id == place.fact]
        same = same or self.headed_by(name, place)
        if same:
            if len(same) > 1:
                says = Label("同村有几户同名", "several households of that name")
                row.doubts.append(Reason(cell_of(row, "household.name"), says))
            held = self.homes.get(same[0].fact)
            if is_head and held is not None and held.head_id is not None:
                says = Label("这一户在台账里已有户主", "this household has a head on record")
                row.doubts.append(Reason(cell_of(row, "person.relation"), says))
            return same[0].fact, None
        key = (str(place.fact), name, row.text("household.number"))
        made = self.new_homes.get(key) or new_home(row, name, place)
        self.new_homes[key] = replace(made, head=person) if is_head else made
        return made.key, self.new_homes[key]

    def _known_person(self, row: Row, subject: Subject, place: Place | None) -> Verdict:
        verdict = Verdict(row.number, "unchanged")
        if row.key is not None and not subject.name:
            verdict.notes.append(Reason(cell_of(row, "person.name"), ERASED))
            return verdict
        if row.text("person.name") not in same_name(row, subject) and row.settled != AS_IS:
            says = Label(f"号码登记的姓名是{subject.name}", f"on record as {subject.name}")
            row.doubts.append(Reason(cell_of(row, "person.name"), says, SAME_PERSON))
        if place is not None and subject.place_id != place.fact and row.settled != AS_IS:
            says = Label("登记在别的地方；如已迁移，请先办迁移", "on record elsewhere; move first")
            row.doubts.append(Reason(cell_of(row, "person.name"), says, SAME_PERSON))
        held = self.people.get(subject.fact)
        sheet = {} if held is None else self._otherwise(row, held, "person", verdict)
        if sheet:
            verdict.sort = "changes"
            verdict.changes.append(Change("person", subject.fact, sheet))
        return verdict

    def _otherwise(self, row: Row, held: Any, kind: str, verdict: Verdict) -> dict[str, Any]:
        """What a row says otherwise than the sheet on record."""
        keys = SHEET if kind == "person" else HOME
        return dict(changed(row, held, kind, keys, verdict, self.keys))


_TWO = Label("是两个人，都要接收", "they are two persons; take both")
_NOBODY = Label("都不是，是新的人", "none of them: somebody new")
SAME_PERSON = (
    (AS_IS, Label("是同一个人；姓名和所在村按台账不变", "the same person; name and village stay")),
)
ERASED = Label("个人信息已删除，这一行不接收", "erased; nothing of this row is taken")


def same_name(row: Row, subject: Subject) -> tuple[str, ...]:
    """What may stand as the name of somebody: the name, and by a mark nothing too."""
    return (subject.name, "") if row.key is not None else (subject.name,)


def _birth_in(identity: str) -> dt.date | None:
    return numbers.birth_of(identity) if identity else None
