"""Rows that say who leaves a household to be one of their own, which household joins another, or
who is the head of one from a day on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bangfu.intake.cells import Reason, Row, cell_of
from bangfu.intake.verdicts import Difference, Verdict
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.ledger.models import Place, Subject
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Label

if TYPE_CHECKING:
    from bangfu.intake.moves import Moves

#: Who leaves, and the head of the household into which another one goes.
MEMBERS, INTO = "parting.members", "parting.into"
_WHO_LEAVES = Label(
    "没有写明分出哪些人；请在“分出人员”一列写全姓名",
    "who leaves? name them all in a column 分出人员",
)
_NO_NEW_HEAD = Label("没有写明变更后的户主", "it does not say who is the head now")
_NO_HEAD = Label("没有写明分户后的户主", "it does not say who is the head of the new household")


_AGAIN = Label("与第{n}行是同一户分出的人，一并办理", "goes with row {n}, into the same household")
_WITH_IT = Label(
    "与第{n}行是同一户分出的人，那一行没有通过", "row {n}, with which it goes, is not good"
)


class Parted:
    """Which rows of a list of splits name somebody each who goes into the same new household."""

    def __init__(self, read: Sequence[Row], left: Collection[int]) -> None:
        self.groups: dict[int, list[Row]] = {}
        self.first: dict[int, int] = {}
        found: dict[tuple[object, ...], list[Row]] = {}
        for row in read:
            if row.text("move.head") and len(leaving(row)) == 1 and row.number not in left:
                key = row.text("household.name"), row.text("move.head"), row.sure("move.date")
                found.setdefault(key, []).append(row)
        for rows in found.values():
            self.groups[rows[0].number] = rows
            self.first |= {row.number: rows[0].number for row in rows[1:]}

    def settle(self, verdicts: Iterable[Verdict]) -> None:
        """What goes with another row becomes of it what becomes of that one."""
        known = {verdict.row: verdict for verdict in verdicts}
        for number, first in self.first.items():
            verdict, leader = known[number], known[first]
            good = leader.good or leader.sort == "unchanged"
            says = _numbered(_AGAIN if good else _WITH_IT, first)
            verdict.sort = leader.sort if good else "refused"
            (verdict.notes if good else verdict.reasons).append(Reason(f"{number}", says))


def _numbered(says: Label, number: int) -> Label:
    return Label(says.zh.format(n=number), says.en.format(n=number))


def leaving(row: Row) -> list[str]:
    """Who leaves by a row: all in one cell, or the one person whom it is about."""
    names = row.text(MEMBERS) if row.asks(MEMBERS) else row.text("person.name")
    return [name for name in names.split("、") if name]


def change_head(moves: Moves, row: Row, place: Place | None, verdict: Verdict) -> None:
    """Another member is the head of a household from a day on."""
    on, head = row.sure("move.date") or moves.on, row.text("move.head")
    if not head and not row.wrong:
        row.wrong.append(Reason(cell_of(row, "move.head"), _NO_NEW_HEAD))
    if row.wrong or row.doubts or not isinstance(on, dt.date):
        return
    if place is not None:
        verdict.place = place.name
    if _head_already(moves, head, row.text("household.name"), place):
        verdict.sort = "unchanged"
        return
    home = _home_before(moves, row, place)
    if home is None:
        return
    found = _living_in(moves, head, home)
    if len(found) != 1:
        zh, en = f"这一户里没有找到“{head}”，或同名", f"not one called {head} lives there"
        row.wrong.append(Reason(cell_of(row, "move.head"), Label(zh, en)))
        return
    told = {"subject": home, "head": found[0], "on": on}
    verdict.records.append(NewRecord("household.change_head", told))
    _tell(verdict, row.text("household.name") or home.name, head, on, "household.head")


def _head_already(moves: Moves, head: str, before: str, place: Place | None) -> bool:
    """Whether somebody of that name is the head where the one before lives."""
    for person in moves.named.get(("person", head), ()):
        held = moves.people.get(person.fact)
        home = moves.names.get(held.household_id) if held and held.household_id else None
        if held is None or home is None or not moves.is_head(held):
            continue
        if (place is None or person.place_id == place.fact) and _living_in(moves, before, home):
            return True
    return False


def part_or_join(moves: Moves, row: Row, place: Place | None, verdict: Verdict) -> None:
    """A household parts in two from a day on, or goes into another one."""
    if row.number in moves.parted.first:
        return
    on = row.sure("move.date") or moves.on
    if row.wrong or row.doubts or not isinstance(on, dt.date):
        return
    if place is not None:
        verdict.place = place.name
    if row.asks(INTO):
        _join(moves, row, place, on, verdict)
    else:
        _part(moves, row, place, on, verdict)


# ── a household parts ─────────────────────────────────────────────────────────────────────────


def _part(moves: Moves, row: Row, place: Place | None, on: dt.date, verdict: Verdict) -> None:
    rows = moves.parted.groups.get(row.number, [row])
    head, names = row.text("move.head"), [name for one in rows for name in leaving(one)]
    if not head or not names:
        target, says = ("move.head", _NO_HEAD) if not head else (MEMBERS, _WHO_LEAVES)
        row.wrong.append(Reason(cell_of(row, target), says))
        return
    names = list(dict.fromkeys([head, *names]))
    home = _home_before(moves, row, place)
    if home is None:
        return
    there = {name: _living_in(moves, name, home) for name in names}
    if _parted_already(moves, names, home, place):
        verdict.sort = "unchanged"
    elif lacking := [name for name, found in there.items() if len(found) != 1]:
        said = "、".join(lacking)
        zh, en = f"原来的户里没有找到这些人，或同名：{said}", f"not one of that name there: {said}"
        row.wrong.append(Reason(cell_of(row, MEMBERS), Label(zh, en)))
    else:
        found = tuple(one for (one,) in there.values())
        told = {"subject": home, "members": found, "head": found[0], "on": on,
                "source": moves.source, "relations": _relations(rows, there)}  # fmt: skip
        verdict.records.append(NewRecord("household.split", told))
        _tell(verdict, home.name, f"{head}（{len(found)}人）", on)


def _relations(rows: Sequence[Row], there: Mapping[str, Sequence[Subject]]) -> dict[str, str]:
    """How each is related to the new head, where the head's own row shows that it is to that one.

    Elsewhere they may stand related to the old head still.
    """
    said = {
        names[0]: row.text("person.relation") for row in rows if len(names := leaving(row)) == 1
    }
    if said.pop(rows[0].text("move.head"), "") != "head":
        return {}
    return {str(there[name][0].fact): word for name, word in said.items() if word != "head"}


def _home_before(moves: Moves, row: Row, place: Place | None) -> Subject | None:
    """The household that parts or goes: by the number of its head, else by its name.

    Where a row is about one who leaves, the number beside the name is theirs.
    """
    number = "" if row.asks("person.name") else row.text("person.identity")
    for person in moves.by_number(number):
        held = moves.people.get(person.fact)
        if held and held.household_id and (home := moves.names.get(held.household_id)):
            return home
    return moves.home(row, place)


def _living_in(moves: Moves, name: str, home: Subject) -> list[Subject]:
    """Those of a name who live in a household."""
    return [
        s for s in moves.named.get(("person", name), ())
        if (held := moves.people.get(s.fact)) and held.household_id == home.fact
    ]  # fmt: skip


def _parted_already(
    moves: Moves, names: Sequence[str], home: Subject, place: Place | None
) -> bool:  # fmt: skip
    """Whether all of them live together in another household of the place, whose head comes first.

    That is so where the list was taken in before.
    """
    heads = [
        held for s in moves.named.get(("person", names[0]), ())
        if (held := moves.people.get(s.fact)) and moves.is_head(held)
        and (place is None or s.place_id == place.fact)
    ]  # fmt: skip
    theirs = [moves.names.get(held.household_id) for held in heads if held.household_id]
    return any(
        other is not None and other.fact != home.fact
        and all(_living_in(moves, name, other) for name in names)
        for other in theirs
    )  # fmt: skip


# ── a household goes into another ─────────────────────────────────────────────────────────────


def _join(moves: Moves, row: Row, place: Place | None, on: dt.date, verdict: Verdict) -> None:
    into = moves.home(row, place, INTO)
    if into is None:
        return
    if _living_in(moves, row.text("household.name"), into):
        verdict.sort = "unchanged"
        return
    home = _home_before(moves, row, place)
    if home is not None:
        told = {"subject": home, "into": into, "on": on, "source": moves.source}
        verdict.records.append(NewRecord("household.merge", told))
        _tell(verdict, home.name, into.name, on)


def _tell(
    verdict: Verdict, old: str, new: str, on: dt.date, field: str = "person.household"
) -> None:
    verdict.sort = "changes"
    kind, _, key = field.partition(".")
    verdict.differences.append(Difference(field, VOCABULARY[kind][key].label, old, new))
    verdict.differences.append(Difference("move.date", Label("日期", "On"), "", on.isoformat()))
