"""Rows that say who leaves a household to be one of their own, or which household joins another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
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
_NO_HEAD = Label("没有写明分户后的户主", "it does not say who is the head of the new household")


def part_or_join(moves: Moves, row: Row, place: Place | None, verdict: Verdict) -> None:
    """A household parts in two from a day on, or goes into another one."""
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
    head, names = row.text("move.head"), [n for n in row.text(MEMBERS).split("、") if n]
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
                "source": moves.source}  # fmt: skip
        verdict.records.append(NewRecord("household.split", told))
        _tell(verdict, home.name, f"{head}（{len(found)}人）", on)


def _home_before(moves: Moves, row: Row, place: Place | None) -> Subject | None:
    """The household that parts or goes: by the number of its head, else by its name."""
    for person in moves.by_number(row.text("person.identity")):
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


def _tell(verdict: Verdict, old: str, new: str, on: dt.date) -> None:
    verdict.sort = "changes"
    label = VOCABULARY["person"]["household"].label
    verdict.differences.append(Difference("person.household", label, old, new))
    verdict.differences.append(Difference("move.date", Label("日期", "On"), "", on.isoformat()))
