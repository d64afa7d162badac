"""Each row about a household is held against the ledger: which is meant, and who is its head."""

from __future__ import annotations

from dataclasses import replace

from bangfu.intake.cells import AS_IS, Reason, Row, cell_of
from bangfu.intake.differences import SHEET, judged_otherwise, new_home, told_of
from bangfu.intake.persons import ERASED, SAME_PERSON, Persons, same_name
from bangfu.intake.verdicts import Verdict
from bangfu.intake.whereabouts import too_wide
from bangfu.ledger import clock
from bangfu.ledger.actions.intake_changes import Change
from bangfu.ledger.actions.intake_new import NewPerson
from bangfu.ledger.models import Place, Subject
from bangfu.programmes.kinds import Label


class Households(Persons):
    """The rows of households, and of the persons who head them."""

    def household(self, row: Row, place: Place | None) -> Verdict:
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
            return Verdict(row.number, "unchanged", notes=[Reason(f"{row.number}", ERASED)])
        if home and name not in same_name(row, home) and row.settled != AS_IS:
            says = Label(f"台账里的户名是{home.name}", f"on record as {home.name}")
            row.doubts.append(Reason(cell_of(row, "household.name"), says, SAME_PERSON))
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


_NO_HEAD = Label("没有户主姓名", "no head")
_NOT_THE_HEAD = Label(
    "姓名与户主姓名不同；如果每行是一个人，请在“识别结果”里说明",
    "the name is not the head's; if rows are persons, say so under “What it is”",
)
