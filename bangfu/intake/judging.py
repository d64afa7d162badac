"""Each row of a list of persons or households is held against the ledger: new, otherwise, the same.

Nothing is written here. A blank says nothing; what could be two things, what names two persons,
what contradicts the rest of its household is doubtful and left to a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from types import MappingProxyType
from typing import Any
from uuid import UUID

from bangfu.intake.card_sheets import Cards
from bangfu.intake.cards import left_of, rows_of
from bangfu.intake.cells import AS_IS, NEW, Reason, Row, cell_of, left_out, rows
from bangfu.intake.differences import (
    HOME,
    SHEET,
    changed,
    contradicts,
    judged_otherwise,
    new_home,
    tell_all,
    told_of,
)
from bangfu.intake.kinds import WHOLE, called, direction_of, is_taken, kind_of, titled_at
from bangfu.intake.listed import closed_to
from bangfu.intake.moves import Moves
from bangfu.intake.on_record import OnRecord
from bangfu.intake.records import Records
from bangfu.intake.under import Under
from bangfu.intake.verdicts import Judged, Verdict
from bangfu.intake.whereabouts import Whereabouts, too_wide, village_titled
from bangfu.intake.wholes import Part, Written, as_wholes, part_of, say_unlisted
from bangfu.ledger import clock, numbers
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.intake import Change
from bangfu.ledger.actions.intake_new import NewHome, NewPerson
from bangfu.ledger.collecting import uncollected
from bangfu.ledger.models import Place, Subject
from bangfu.lists.headings import catalogue
from bangfu.programmes.kinds import Label
from bangfu.tables.understood import Sheet, Table


@uncollected()
def judge(
    *,
    by: By,
    sheet: Sheet,
    table: Table,
    on: dt.date,
    place: Place | None = None,
    settled: Mapping[int, str] = MappingProxyType({}),
    left: Collection[int] = (),
    keys: Mapping[int, UUID] = MappingProxyType({}),
    under: Under | None = None,
    counted: Callable[[int], None] = lambda count: None,
    source: str = "",
    refused: Collection[int] | None = None,
) -> Judged | None:
    """The verdict of every row of a table; ``None`` where its rows are of no kind that is taken.

    ``place`` is where the list is from, for rows that do not say. ``settled`` and ``left`` are the
    rows whose doubts a person decided, and those that are to be left out. ``keys`` are the records
    that rows are, in a workbook that was given out here. ``under``: the entry of a programme by
    which records are made. ``counted`` is told how many more rows were looked at. ``source`` is
    what the list is called, for what is written with its source. ``refused``: the rows that were
    refused when the list was judged before; of records the others need not be rehearsed again.
    """
    if not is_taken(table):
        return None
    kind = kind_of(table)
    headings = {h.field: h for h in catalogue().headings if h.field}
    today, closed = clock.today(), closed_to(by)
    if isinstance(table, Cards):
        read = rows_of(table, sheet.grid, headings, today=today, settled=settled)
    else:
        read = rows(table, sheet.grid, headings, today=today, settled=settled, keys=keys,
                    closed=closed)  # fmt: skip
    if kind in WHOLE:
        said = village_titled(by, on, table) if place is None and isinstance(table, Table) else None
        where = Whereabouts(on, *(said or (place,)))
        verdicts = tuple(_Judging(by, on, where, kind, frozenset(left), counted).of(read))
    else:
        ways = Moves if kind == "membership" else Records
        judging = ways(by, on, place, kind, under, frozenset(left), counted, table.period, source,
                       titled_at(table))  # fmt: skip
        judging.direction, judging.called = direction_of(table), called(table) or source
        judging.refused = refused
        verdicts = tuple(judging.of(list(read)))
    cards = table if isinstance(table, Cards) else None
    unsaid = left_of(cards) if cards else left_out(table, closed)
    return Judged(sheet.name, kind, verdicts, tuple(unsaid), under, cards)


class _Judging(OnRecord):
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

    def of(self, read: Iterable[Row]) -> Iterator[Verdict]:
        """The verdicts, in the order of the rows; households are looked at as wholes.

        Some rows are judged at a time. What is kept of them is what a whole needs.
        """
        parts: list[Part] = []
        verdicts: list[Verdict] = []
        told = iter(read)
        while some := list(islice(told, _TOGETHER)):
            verdicts += self._judged(some)
            parts += map(part_of, some)
        for verdict in verdicts if self.shared else ():
            if verdict.row in self.shared and verdict.sort not in ("left", "refused"):
                verdict.sort = "doubtful"
                verdict.reasons.append(self.shared[verdict.row])
        as_wholes(parts, verdicts, self.new_homes.values(), self.kind)
        people = self._open().filter(kind="person", ended__isnull=True)
        say_unlisted(parts, verdicts, self.lived_in, people)
        yield from verdicts

    def _judged(self, some: Sequence[Row]) -> Iterator[Verdict]:
        """The verdicts of some rows, each by itself."""
        self.where.look_up(some)
        places = [self.where.of(row) for row in some]
        self.look_up(some, places)
        for count, (row, place) in enumerate(zip(some, places, strict=True), 1):
            verdict = self._verdict(row, place)
            if verdict.sort == "new":
                verdict.slim()
            if not count % _TELL:
                self.counted(_TELL)
            yield verdict
        self.counted(len(some) % _TELL)

    def _verdict(self, row: Row, place: Place | None) -> Verdict:
        if row.number in self.left:
            return Verdict(row.number, "left", _called(row), notes=row.notes, unread=row.unread)
        of_person = (row.of or self.kind) == "person"
        verdict = (self._person if of_person else self._household)(row, place)
        if row.of and verdict.sort == "new":
            tell_all(row, verdict)
        verdict.name, verdict.place = _called(row), place.name if place else ""
        verdict.notes += row.notes
        verdict.unread += row.unread
        if row.wrong:
            verdict.sort, verdict.reasons = "refused", [*row.wrong, *row.doubts]
        elif row.doubts:
            verdict.sort, verdict.reasons = "doubtful", [*row.doubts, *verdict.reasons]
        return verdict

    # ── one person ────────────────────────────────────────────────────────────────────────────

    def _person(self, row: Row, place: Place | None) -> Verdict:
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
            verdict.notes.append(Reason(cell_of(row, "person.name"), _ERASED))
            return verdict
        if row.text("person.name") not in _same_name(row, subject) and row.settled != AS_IS:
            says = Label(f"号码登记的姓名是{subject.name}", f"on record as {subject.name}")
            row.doubts.append(Reason(cell_of(row, "person.name"), says, _SAME_PERSON))
        if place is not None and subject.place_id != place.fact and row.settled != AS_IS:
            says = Label("登记在别的地方；如已迁移，请先办迁移", "on record elsewhere; move first")
            row.doubts.append(Reason(cell_of(row, "person.name"), says, _SAME_PERSON))
        held = self.people.get(subject.fact)
        sheet = {} if held is None else self._otherwise(row, held, "person", verdict)
        if sheet:
            verdict.sort = "changes"
            verdict.changes.append(Change("person", subject.fact, sheet))
        return verdict

    # ── one household ─────────────────────────────────────────────────────────────────────────

    def _household(self, row: Row, place: Place | None) -> Verdict:
        name = row.text("household.name")
        if not name and row.key is None:
            row.wrong.append(Reason(cell_of(row, "household.name"), _NO_HEAD))
            return Verdict(row.number, "refused")
        self._twice(row, place)
        if row.key is not None:
            return self._marked_household(row, name)
        if (own := row.text("person.name")) and own != name:
            row.doubts.append(Reason(cell_of(row, "person.name"), _NOT_THE_HEAD))
        row.told.setdefault("person.name", row.told["household.name"])
        head = self.agree(row, self._whom(row, place))
        home = self._which_home(row, name, place, head)
        if row.wrong or row.doubts:
            return Verdict(row.number, "doubtful")
        if home is None:
            return self._new_household(row, name, place, head)
        return self._known_household(row, home, head)

    def _marked_household(self, row: Row, name: str) -> Verdict:
        """A household that a row is by its mark; it is renamed on its own page."""
        home = self._marked(row)
        if home is not None and not home.name:
            return Verdict(row.number, "unchanged", notes=[Reason(f"{row.number}", _ERASED)])
        if home and name not in _same_name(row, home) and row.settled != AS_IS:
            says = Label(f"台账里的户名是{home.name}", f"on record as {home.name}")
            row.doubts.append(Reason(cell_of(row, "household.name"), says, _SAME_PERSON))
        if home is None or row.wrong or row.doubts:
            return Verdict(row.number, "doubtful")
        return self._known_household(row, home, None)

    def _which_home(
        self, row: Row, name: str, place: Place | None, head: Subject | None
    ) -> Subject | None:
        same = [
            subject
            for subject in self.named.get(("household", name), ())
            if place is None or subject.place_id == place.fact
        ]
        if head is not None and (held := self.people.get(head.fact)) and held.household_id:
            home = self.names.get(held.household_id)
            if home is not None and (home in same or self.is_head(held)):
                return home
            says = Label("这个人登记在另一户", "this person is on record in another household")
            row.doubts.append(Reason(cell_of(row, "household.name"), says))
            return None
        if len(same) > 1:
            says = Label("同村有几户同名", "several households of that name")
            row.doubts.append(Reason(cell_of(row, "household.name"), says))
        return same[0] if len(same) == 1 else None

    def _new_household(
        self, row: Row, name: str, place: Place | None, head: Subject | None
    ) -> Verdict:
        if place is None:
            says = Label("没有写明哪个村", "it does not say which village")
            row.doubts.append(Reason(cell_of(row, "household.name"), says))
            return Verdict(row.number, "doubtful")
        if too_wide(row, place):
            return Verdict(row.number, "doubtful")
        home = new_home(row, name, place)
        person = None
        sheet = told_of(row, "person", SHEET)
        if head is not None:
            home = replace(home, head=head.fact)
        elif sheet:
            key = clock.new_id()
            home = replace(home, head=key)
            person = NewPerson(key, name, place, {**sheet, "relation": "head"}, home.key)
        self.new_homes[str(place.fact), name, row.text("household.number")] = home
        return Verdict(row.number, "new", home=home, person=person)

    def _known_household(self, row: Row, home: Subject, head: Subject | None) -> Verdict:
        verdict = Verdict(row.number, "unchanged")
        held = self.homes.get(home.fact)
        self.lived_in[row.number] = home.fact
        if held is not None and (sheet := self._otherwise(row, held, "household", verdict)):
            verdict.changes.append(Change("household", home.fact, sheet))
        member = self.people.get(head.fact) if head is not None else None
        if head and member and (sheet := self._otherwise(row, member, "person", verdict)):
            verdict.changes.append(Change("person", head.fact, sheet))
        if news := dict(judged_otherwise(row, self.stands.get(home.fact, {}), verdict)):
            verdict.changes.append(Change("assurance", home.fact, news))
        if verdict.changes:
            verdict.sort = "changes"
        return verdict

    def _otherwise(self, row: Row, held: Any, kind: str, verdict: Verdict) -> dict[str, Any]:
        """What a row says otherwise than the sheet on record."""
        keys = SHEET if kind == "person" else HOME
        return dict(changed(row, held, kind, keys, verdict, self.keys))


#: Rows after which it is said how far the judging is, and rows that are looked up together.
_TELL, _TOGETHER = 200, 8_000
_TWO = Label("是两个人，都要接收", "they are two persons; take both")
_NOBODY = Label("都不是，是新的人", "none of them: somebody new")
_SAME_PERSON = (
    (AS_IS, Label("是同一个人；姓名和所在村按台账不变", "the same person; name and village stay")),
)
_NO_HEAD = Label("没有户主姓名", "no head")
_NOT_THE_HEAD = Label(
    "姓名与户主姓名不同；如果每行是一个人，请在“识别结果”里说明",
    "the name is not the head's; if rows are persons, say so under “What it is”",
)
_ERASED = Label("个人信息已删除，这一行不接收", "erased; nothing of this row is taken")


def _same_name(row: Row, subject: Subject) -> tuple[str, ...]:
    """What may stand as the name of somebody: the name, and by a mark nothing too."""
    return (subject.name, "") if row.key is not None else (subject.name,)


def _called(row: Row) -> str:
    return row.text("person.name") or row.text("household.name")


def _birth_in(identity: str) -> dt.date | None:
    return numbers.birth_of(identity) if identity else None
