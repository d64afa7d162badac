"""Rows that say who was born, died, married in or out, moved: dated changes of households."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from bangfu.intake.cells import NEW, Reason, Row, cell_of
from bangfu.intake.differences import SHEET, contradicts, tell, told_of
from bangfu.intake.kinds import HEADS, SPLITS
from bangfu.intake.on_record import parts
from bangfu.intake.partings import INTO, MEMBERS, Parted, change_head, part_or_join
from bangfu.intake.records import Records
from bangfu.intake.verdicts import Difference, Verdict
from bangfu.ledger import numbers
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.ledger.codes import CAME, GONE, CodeError, book
from bangfu.ledger.models import Person, Place, Subject
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Label

#: How a cell says that somebody came, or went, apart from why.
_COMES, _GOES = ("增加", "新增", "增", "转入", "+"), ("减少", "减", "转出", "销户", "-")
_SAYS = {"came": CAME, "gone": GONE}
_WHICH_WAY = Label("没有写明是增加还是减少", "it does not say whether somebody came or went")
_NOT_HERE = Label(
    "台账里没有找到这个人，或不在您能看到的范围里", "nobody on record, or nobody open to you"
)
_NO_HOME = Label(
    "没有找到要并入的户；请写户主姓名和村", "no such household; name its head and village"
)
_HOMES = Label("同村有几户同名，是哪一户", "several households of that name; which one")
_PEOPLE = Label("台账里有同名的人，是不是他（她）", "somebody of that name is on record; who is it")
_SOMEBODY_NEW = Label("都不是，是新的人", "none of them: somebody new")
_ELSEWHERE = Label(
    "这个人登记在另一户：{home}；如已分户或迁户，请先办", "on record in another household: {home}"
)
_NO_RELATION = Label("没有写明与户主的关系", "it does not say how they are related to the head")
_NO_PLACE = Label("没有写明哪个村", "it does not say which village")


class Moves(Records):
    """The rows of a list of who came and who went, held against the households on record."""

    def look_up_all(self, read: Sequence[Row], kind: str) -> None:
        """Everybody whom the rows may mean, also who is not there any more."""
        super().look_up_all(read, kind)
        self.parted = Parted(read if self._parts else (), self.left)
        names = {row.text("person.name") for row in read} - {""}
        self.over: dict[str, list[Person]] = {}
        for part in parts(names):
            rows = Person.objects.current().filter(
                ended__isnull=False, gone="died", fact__name__in=part,
                fact__in=self._open().filter(kind="person").values("fact"),
            )  # fmt: skip
            for person in rows.select_related("fact"):
                self.over.setdefault(person.fact.name, []).append(person)

    def about(self, row: Row, place: Place | None, verdict: Verdict) -> None:
        """Whether somebody came or went, why, when: that becomes a dated action.

        So does that a household parts, or goes into another.
        """
        if HEADS.search(self.called):
            change_head(self, row, place, verdict)
            return
        if self._parts or row.asks(MEMBERS) or row.asks(INTO):
            part_or_join(self, row, place, verdict)
            return
        way, why = self._why(row)
        on = row.sure("move.date") or self.on
        if row.wrong or row.doubts or not isinstance(on, dt.date):
            return
        if place is not None:
            verdict.place = place.name
        if way == "gone":
            self._goes(row, place, why, on, verdict)
        else:
            self._comes(row, place, why, on, verdict)

    @property
    def _parts(self) -> bool:
        """Whether the list is called one of households that part."""
        return SPLITS.search(self.called) is not None

    def of(self, read: Sequence[Row]) -> Iterator[Verdict]:
        """The verdicts, in the order of the rows; who leave together stand or fall together."""
        verdicts = list(super().of(read))
        self.parted.settle(verdicts)
        yield from verdicts

    # ── which way ─────────────────────────────────────────────────────────────────────────────

    def _why(self, row: Row) -> tuple[str, str]:
        """Whether somebody came or went, and the reason as a word of its code book."""
        for key in ("came", "gone"):
            if why := row.text(f"person.{key}"):
                return key, why
        reason, said = row.text("move.reason"), row.text("move.direction")
        way = "came" if said in _COMES else "gone" if said in _GOES else ""
        reason = reason or ("" if way else said)
        read = {key: word for key in _SAYS if (word := _word(key, reason))}
        if way and way in read:
            return way, read[way]
        if not way and len(read) == 1:
            return next(iter(read.items()))
        cell = cell_of(row, "move.reason" if row.asks("move.reason") else "move.direction")
        row.wrong.append(Reason(cell, _not_read(way, reason) if reason or way else _WHICH_WAY))
        return "", ""

    # ── who goes ──────────────────────────────────────────────────────────────────────────────

    def _goes(self, row: Row, place: Place | None, why: str, on: dt.date, verdict: Verdict) -> None:
        found = self._people_meant(row, place)
        if not found and self._over_already(row, on, why):
            verdict.sort = "unchanged"
            return
        person = self._one_of(row, found)
        if person is None:
            return
        held = self.people.get(person.fact)
        home = self.names.get(held.household_id) if held and held.household_id else None
        if held is not None and home is None:
            same = held.gone == why
            verdict.sort = "unchanged" if same else verdict.sort
            if not same:
                row.wrong.append(Reason(cell_of(row, "person.name"), _NOT_HERE))
            return
        told = {"subject": person, "on": on, "gone": why, "source": self.source}
        if home is not None and (after := self._head_after(row, home, person)):
            verdict.records.append(
                NewRecord("household.change_head", {"subject": home, "head": after, "on": on})
            )
            _differs(verdict, "household.head", person.name, after.name)
        verdict.records.append(NewRecord("household.leave", told))
        verdict.sort = "changes"
        _differs(verdict, "person.household", home.name if home else "", "")
        tell(verdict, "person", gone=why)
        _on(verdict, on)

    def _head_after(self, row: Row, home: Subject, leaving: Subject) -> Subject | None:
        """Who is the head after one who was goes, where the row names somebody of the household."""
        name = row.text("move.head")
        held = self.people.get(leaving.fact)
        if not name or held is None or not self.is_head(held):
            return None
        members = [
            s for s in self.named.get(("person", name), ())
            if (p := self.people.get(s.fact)) and p.household_id == home.fact
        ]  # fmt: skip
        if len(members) != 1:
            says = Label(f"这一户里没有找到“{name}”", f"nobody called {name} lives there")
            row.wrong.append(Reason(cell_of(row, "move.head"), says))
            return None
        return members[0]

    def _over_already(self, row: Row, on: dt.date, why: str) -> bool:
        """Whether somebody of that name is on record as having died on that day."""
        gone = self.over.get(row.text("person.name"), ())
        return why == "died" and any(one.ended == on for one in gone)

    # ── who comes ─────────────────────────────────────────────────────────────────────────────

    def _comes(
        self, row: Row, place: Place | None, why: str, on: dt.date, verdict: Verdict
    ) -> None:
        home = self.home(row, place)
        found = [] if row.settled == NEW else self._people_meant(row, place, anywhere=True)
        likely = [] if found or row.settled == NEW or why == "born" else self._left_before(row)
        found = found or likely
        person = self._one_of(row, found, asks=bool(likely)) if found else None
        if home is None or row.wrong or row.doubts:
            return
        held = self.people.get(person.fact) if person else None
        if held is not None and held.household_id == home.fact:
            verdict.sort = "unchanged"
            return
        if held is not None and held.household_id:
            other = self.names.get(held.household_id)
            says = _named(_ELSEWHERE, other.name if other else "—")
            row.wrong.append(Reason(cell_of(row, "person.name"), says))
            return
        relation = row.text("person.relation")
        if not relation:
            row.wrong.append(Reason(cell_of(row, "person.relation"), _NO_RELATION))
            return
        told: dict[str, Any] = {"household": home, "relation": relation, "on": on, "came": why,
                                "source": self.source}  # fmt: skip
        if person is not None:
            verdict.records.append(NewRecord("household.join", {**told, "subject": person}))
            verdict.sort = "changes"
        else:
            told_all = told_of(row, "person", SHEET)
            sheet = {k: v for k, v in told_all.items() if k not in ("relation", "came", "gone")}
            told |= {"name": row.text("person.name"), "place": place or self.place_of(home)}
            verdict.records.append(NewRecord("person.register", {**told, "sheet": sheet}))
        _differs(verdict, "person.household", "", home.name)
        tell(verdict, "person", relation=relation, came=why)
        _on(verdict, on)

    def _left_before(self, row: Row) -> list[Subject]:
        """Those of that name anywhere who left a household and belong to none: to be asked."""
        birth = row.sure("person.birth")
        return [
            s for s in self.named.get(("person", row.text("person.name")), ())
            if (p := self.people.get(s.fact)) and p.gone and p.household_id is None
            if not contradicts(p, birth, bool(row.text("person.identity")))
        ]  # fmt: skip

    def home(self, row: Row, place: Place | None, target: str = "household.name") -> Subject | None:
        """The household that a cell calls by its name or its head; none and several are said."""
        name = row.text(target)
        named = self.named.get(("household", name), [])
        both: list[Subject] = [*named, *self.headed_by(name, place)] if name else []
        found = list(dict.fromkeys(both))
        found = [s for s in found if place is None or s.place_id == place.fact]
        if meant := next((s for s in found if str(s.fact) == row.settled), None):
            return meant
        cell = cell_of(row, target)
        if len(found) > 1:
            choices = tuple((str(s.fact), self.told_apart(s)) for s in found[:8])
            row.doubts.append(Reason(cell, _HOMES, choices))
        elif not found:
            row.wrong.append(Reason(cell, _NO_HOME))
        return found[0] if len(found) == 1 else None

    # ── who is meant ──────────────────────────────────────────────────────────────────────────

    def _people_meant(
        self, row: Row, place: Place | None, *, anywhere: bool = False
    ) -> list[Subject]:
        """Those on record whom a row may mean: by number, else by name, village and household."""
        number, name = row.text("person.identity"), row.text("person.name")
        if not name and not number:
            row.wrong.append(Reason(cell_of(row, "person.name"), Label("没有姓名", "no name")))
            return []
        if number and (found := self.by_number(number)):
            return found
        birth = row.sure("person.birth") or (numbers.birth_of(number) if number else None)
        same = [
            s for s in self.named.get(("person", name), ())
            if (anywhere and number) or place is None or s.place_id == place.fact
            if not contradicts(self.people.get(s.fact), birth, bool(number))
        ]  # fmt: skip
        called = row.text("household.name")
        at_home = [s for s in same if called and self._lives_with(s, called)]
        return at_home or same

    def _lives_with(self, person: Subject, called: str) -> bool:
        held = self.people.get(person.fact)
        home = self.names.get(held.household_id) if held and held.household_id else None
        if home is None:
            return False
        sheet = self.homes.get(home.fact)
        head = self.names.get(sheet.head_id) if sheet and sheet.head_id else None
        return called in (home.name, head.name if head else "")

    def _one_of(self, row: Row, found: Sequence[Subject], *, asks: bool = False) -> Subject | None:
        """The one who is meant; several are asked, and one who is only likely."""
        if meant := next((s for s in found if str(s.fact) == row.settled), None):
            return meant
        cell = cell_of(row, "person.name")
        if len(found) > 1 or (found and asks):
            choices = [(str(s.fact), self.told_apart(s)) for s in found[:8]]
            row.doubts.append(Reason(cell, _PEOPLE, (*choices, (NEW, _SOMEBODY_NEW))))
        elif not found and not row.wrong:
            row.wrong.append(Reason(cell, _NOT_HERE))
        return found[0] if len(found) == 1 and not asks else None


def _word(key: str, text: str) -> str:
    """A reason as a word of its code book; a text that is none gives nothing."""
    try:
        return book(key).read(text) if text else ""
    except CodeError:
        return ""


def _not_read(way: str, reason: str) -> Label:
    """Which words there are for a reason that was not read."""
    words = [label.zh for key in _SAYS if way in ("", key) for label in _SAYS[key].values()]
    there = "、".join(dict.fromkeys(words))
    zh = f"“{reason}”不是增减原因" if reason else "没有写明原因"
    return Label(f"{zh}；可以写：{there}", f"no such reason; there are: {there}")


def _named(says: Label, home: str) -> Label:
    return Label(says.zh.format(home=home), says.en.format(home=home))


def _differs(verdict: Verdict, field: str, old: str, new: str) -> None:
    kind, _, key = field.partition(".")
    verdict.differences.append(Difference(field, VOCABULARY[kind][key].label, old, new))


def _on(verdict: Verdict, day: dt.date) -> None:
    label = Label("日期", "On")
    verdict.differences.append(Difference("move.date", label, "", day.isoformat()))
