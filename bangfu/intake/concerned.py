"""Whom rows of records mean: who is helped, who helps, looked up together and told apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from bangfu.intake.cells import Reason, Row, cell_of
from bangfu.intake.on_record import index_of
from bangfu.intake.standing import Standing
from bangfu.intake.whom import BY_NAME_ALONE, NOBODY, OTHER_NAME, SEVERAL_SO_CALLED, asks_where
from bangfu.ledger import vault
from bangfu.ledger.conditions import may_belong
from bangfu.ledger.models import (
    Place,
    Subject,
)
from bangfu.lists.picking import kinds_for
from bangfu.programmes.kinds import Label


class Concerned(Standing):
    """Whom the rows mean, told apart by what stands of them."""

    def visited(self, row: Row, whom: Subject, on: dt.date, who: Iterable[Subject]) -> bool:
        """Whether a visit of that day to them, by all of these, is on record.

        Where a household is meant by the name of somebody of it, also one to that person.
        """
        names = {row.text(one) for one in ("person.name", "household.name", "subject.name")}
        living = self.living.get(whom.fact, ())
        named = {key for key in living if self.names[key].name in names}
        same = {whom.fact, *named, *self._of_one_home(whom)}
        went = [self.visits[key, on] for key in same if (key, on) in self.visits]
        return any({one.fact for one in who} <= some for some in went)

    def _of_one_home(self, whom: Subject) -> set[UUID]:
        """The head of a household, or the household of a head: whom a list means by one name."""
        if (home := self.homes.get(whom.fact)) is not None:
            living = self.living.get(home.fact_id, ())
            return {key for key in living if self.is_head(self.people[key])}
        held = self.people.get(whom.fact)
        return {held.household_id} if held and held.household_id and self.is_head(held) else set()

    def place_of(self, subject: Subject) -> Place | None:
        """The place of somebody on record."""
        return self.places.get(subject.place_id) if subject.place_id else None

    # ── who is helped ─────────────────────────────────────────────────────────────────────────

    def whom(self, row: Row, place: Place | None, kind: str) -> Subject | None:
        """Who is meant by a row: by number, else by name and place; nobody and two are said."""
        cell = cell_of(row, "person.name" if "person.name" in row.told else "household.name")
        number = row.text("person.identity")
        found = self.by_number(number) if number else []
        other = bool(found) and self._named_otherwise(row, number)
        named = self._by_name(row, place) if other or not found else []
        if number and not found:
            named = [one for one in named if not self._numbered(one)]
        found = list(dict.fromkeys([*found, *named]))
        found = self._paired(found) if kind == "visit" else found
        if meant := next((s for s in found if str(s.fact) == row.settled), None):
            return meant
        unplaced = place is None and not number and asks_where(row)
        if len(found) == 1 and not other and not unplaced:
            return found[0]
        if found:
            choices = tuple((str(s.fact), self.told_apart(s)) for s in found[:8])
            says = OTHER_NAME if other else BY_NAME_ALONE if unplaced else SEVERAL_SO_CALLED
            row.doubts.append(Reason(cell, says, choices))
        elif not row.wrong:
            row.wrong.append(Reason(cell, NOBODY if self.kinds else _UNKNOWN_KIND))
        return None

    def _paired(self, found: list[Subject]) -> list[Subject]:
        """Of a household and its head, the one whom a programme helps; else the household."""
        heads = [self.names[key] for one in found for key in self._of_one_home(one)
                 if one.kind == "household" and key in self.names]  # fmt: skip
        helped = [head for head in heads if self.pairs.get(head.fact)]
        return helped if len(found) == len(helped) == 1 and not self.pairs.get(found[0].fact) \
            else found  # fmt: skip

    def by_number(self, number: str) -> list[Subject]:
        """Who has an identity number on record, as the record is about."""
        keys = self.holders.get(index_of("identity", number) or b"", [])
        return self._as_wanted([self.names[key] for key in keys if key in self.names])

    def _named_otherwise(self, row: Row, number: str) -> bool:
        """Whether the number in a row is on record for somebody of another name."""
        names = ("person.name", "household.name", "subject.name")
        name = next((text for one in names if (text := row.text(one))), "")
        keys = self.holders.get(index_of("identity", number) or b"", [])
        return bool(name) and name not in {
            self.names[key].name for key in keys if key in self.names
        }

    def _numbered(self, subject: Subject) -> bool:
        """Whether somebody, or the head of a household, has a number on record."""
        home = self.homes.get(subject.fact)
        held = self.people.get(home.head_id if home and home.head_id else subject.fact)
        return held is not None and held.identity_index is not None

    def _as_wanted(self, people: Iterable[Subject]) -> list[Subject]:
        """Some persons, or the households they live in, as the record is about."""
        people = list(people)
        if self.kinds[:1] != ("household",):
            return people
        held = [self.people[p.fact] for p in people if p.fact in self.people]
        homes = [self.names[h.household_id] for h in held if h.household_id in self.names]
        return list(dict.fromkeys(homes)) or (people if "person" in self.kinds else [])

    def _by_name(self, row: Row, place: Place | None) -> list[Subject]:
        member, home = row.text("person.name"), row.text("household.name")
        told = row.text("subject.name")
        found: list[Subject] = []
        if "person" in self.kinds and "household" not in self.kinds:
            return self._people(member or told or home, place)
        name = home or told
        if "household" in self.kinds and name:
            named = [s for s in self.named.get(("household", name), ()) if _lies(s, place)]
            found = list(dict.fromkeys([*named, *self.headed_by(name, place)]))
        if not found and (member or name):
            found = self._as_wanted(self._people(member or name, place))
        return found

    def _people(self, name: str, place: Place | None) -> list[Subject]:
        return [s for s in self.named.get(("person", name), ()) if _lies(s, place)]

    def told_apart(self, subject: Subject) -> Label:
        """Somebody on record with village, birth and household."""
        told, place = self.described(subject), self.place_names.get(subject.place_id or subject.pk)
        return Label(f"{told.zh},{place}", f"{told.en}, {place}") if place else told

    # ── who helps ─────────────────────────────────────────────────────────────────────────────

    def helpers(self, row: Row, *, needed: bool = True) -> list[Subject]:
        """Those who help by a row: persons, or their unit where a programme pairs units."""
        wanted: tuple[str, ...] = ("person",)
        if self.meaning is not None and self.under is not None and "helper.helpers" in row.columns:
            wanted = kinds_for(self.meaning, "helper", self.under.name)
        names = [name for name in row.text("helper.helpers").split("、") if name]
        if "person" not in wanted or (not names and "organisation" in wanted):
            return self._unit(row)
        found = [one for name in names if (one := self._helper(row, name)) is not None]
        if not names and needed and not row.wrong:
            says = Label("没有写明谁来帮扶", "it does not say who helps")
            row.wrong.append(Reason(cell_of(row, "helper.helpers"), says))
        return found

    def _unit(self, row: Row) -> list[Subject]:
        name = row.text("helper.unit") or row.text("helper.helpers")
        found = self.units.get(name, [])
        if len(found) != 1:
            zh, en = f"台账里没有“{name}”这个单位，或有几个", "no such unit, or several"
            row.wrong.append(Reason(cell_of(row, "helper.unit"), Label(zh, en)))
        return found[:1]

    def _helper(self, row: Row, name: str) -> Subject | None:
        cell = cell_of(row, "helper.helpers")
        found = self._people(name, None)
        for narrowed in (self._by_phone(row, found), self._by_unit(row, found),
                         self._eligible(found)):  # fmt: skip
            found = narrowed if len(found) > 1 and narrowed else found
        if meant := next((s for s in found if str(s.fact) == row.settled), None):
            return meant
        if not found:
            says = Label(
                f"没有查到帮扶责任人“{name}”：还没有登记，或不在您的权限范围内",
                f"nobody called {name} is on record here; register first",
            )
            row.wrong.append(Reason(cell, says))
            return None
        if len(found) > 1:
            choices = tuple((str(s.fact), self._with_unit(s)) for s in found[:8])
            says = Label("帮扶责任人有几个同名的，是哪一个", "several helpers of that name; which")
            row.doubts.append(Reason(cell, says, choices))
            return None
        return found[0]

    def _by_phone(self, row: Row, found: Sequence[Subject]) -> list[Subject]:
        index = vault.index("phone", row.text("helper.phone"))
        held = {s.fact: self.people.get(s.fact) for s in found}
        kept = {key: p.phone_index for key, p in held.items() if p and p.phone_index}
        return [s for s in found if index and bytes(kept.get(s.fact) or b"") == index]

    def _by_unit(self, row: Row, found: Sequence[Subject]) -> list[Subject]:
        unit = row.text("helper.unit")
        return [s for s in found if unit and unit in self.posts.get(s.fact, ())]

    def _eligible(self, found: Sequence[Subject]) -> list[Subject]:
        """Those whom the programme lets help."""
        if self.meaning is None or self.under is None or len(found) < 2:
            return []
        side = self.meaning.pairing(self.under.name).helper
        return [s for s in found if may_belong(s.fact, side.of, side.where or {}, self.meaning,
                                               self.on)]  # fmt: skip

    def _with_unit(self, subject: Subject) -> Label:
        told, units = self.told_apart(subject), "、".join(sorted(self.posts.get(subject.fact, ())))
        return Label(f"{told.zh},{units}", f"{told.en}, {units}") if units else told


_UNKNOWN_KIND = Label("还不知道是人还是户", "it is not known yet whether persons or households")


def _lies(subject: Subject, place: Place | None) -> bool:
    return place is None or subject.place_id == place.fact
