"""Households are looked at as wholes: the head of a new one, and who is missing from a card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from bangfu.intake.cells import AS_IS, LISTED, Reason, Row, cell_of
from bangfu.intake.verdicts import Verdict
from bangfu.ledger.actions.intake_new import NewHome
from bangfu.ledger.models import Person
from bangfu.programmes.kinds import Label


class Part(NamedTuple):
    """What of a row is looked at when its household is; ``cell`` says which household it is.

    ``counts``: whether the row is a card that says whom it lists. ``as_is``: a person decided that
    the row is right as it is written.
    """

    number: int
    of: str
    household: str
    name: str
    is_head: bool
    counts: bool
    home_number: str
    as_is: bool
    cell: str


class Written(NamedTuple):
    """Where somebody stands in a list, as whom, and in which cell the number."""

    number: int
    name: str
    cell: str

    def same_as(self, other: Written, choices: tuple[tuple[str, Label], ...] = ()) -> Reason:
        """That a row is about the same person as another."""
        row = other.number
        says = Label(f"与第{row}行是同一个人", f"the same person as in row {row}")
        return Reason(self.cell, says, choices)


def part_of(row: Row) -> Part:
    """A row as a part of its household."""
    return Part(
        row.number, row.of, row.text("household.name"), row.text("person.name"),
        row.sure("person.relation") == "head", LISTED in row.told, row.text("household.number"),
        row.settled == AS_IS, cell_of(row, "household.name"),
    )  # fmt: skip


def as_wholes(
    read: Sequence[Part], verdicts: Sequence[Verdict], new_homes: Iterable[NewHome], kind: str
) -> None:
    """A new household has one head, and comes in with that row or not at all.

    So it is where the rows are members; in a list of households each row is a whole one.
    """
    if kind == "household":
        _one_row_each(read, verdicts)
    final = {home.key: home for home in new_homes}
    groups: dict[UUID, list[tuple[Part, Verdict]]] = defaultdict(list)
    for row, verdict in zip(read, verdicts, strict=True):
        if (kind == "person" or row.of) and verdict.home is not None:
            groups[verdict.home.key].append((row, verdict))
    unsettled = {
        row.household or row.name
        for row, verdict in zip(read, verdicts, strict=True)
        if row.is_head and not verdict.good
    }
    for key, members in groups.items():
        heads = [v for row, v in members if row.is_head]
        named = members[0][1].home
        trouble = _trouble_of(heads, unsettled=bool(named and named.name in unsettled))
        for row, verdict in members:
            verdict.home = final[key]
            if trouble and verdict.sort == "new":
                verdict.sort = "doubtful"
                verdict.reasons = [*verdict.reasons, Reason(row.cell, trouble)]


def _one_row_each(read: Sequence[Part], verdicts: Sequence[Verdict]) -> None:
    """In a list of households each row is one: a name that several of a village bear is asked.

    Rows of members that were taken for households all bear their head's name. Two that follow each
    other are asked wherever they lie: of one of them the village may be wrong.
    """
    called: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for at, (row, verdict) in enumerate(zip(read, verdicts, strict=True)):
        if verdict.home is not None and not row.of:
            place = verdict.home.place and verdict.home.place.fact
            called[verdict.home.name, place, row.home_number].append(at)
        if at and row.name and _household(row) == _household(read[at - 1]):
            called[*_household(row), at].extend((at - 1, at))
    for at in sorted({at for several in called.values() if len(several) > 1 for at in several}):
        row, verdict = read[at], verdicts[at]
        if verdict.sort == "new" and not (row.of or row.as_is):
            verdict.sort = "doubtful"
            verdict.reasons = [*verdict.reasons, Reason(row.cell, _SAME_HEAD, _APART)]


def _household(row: Part) -> tuple[str, str]:
    """What tells a row's household in its village."""
    return row.name, row.home_number


_SAME_HEAD = Label(
    "同一个户主写了几行；如果每行是一个人，请在“识别结果”里说明",
    "several rows of one head; if rows are persons, say so under “What it is”",
)
_APART = ((AS_IS, Label("是同名的另一户，要接收", "another household of that name; take it")),)


def _trouble_of(heads: Sequence[Verdict], *, unsettled: bool) -> Label | None:
    """What is wrong with a new household as a whole."""
    if not heads and unsettled:
        return Label("户主那一行还没有解决", "the head's row is not settled yet")
    if not heads:
        return Label("名单里这一户没有户主那一行", "the list has no row of this household's head")
    if len(heads) > 1:
        return Label("一户写了两个户主", "two rows say that they are the head")
    return None


def say_unlisted(
    read: Sequence[Part], verdicts: Sequence[Verdict], lived_in: Mapping[int, UUID],
    people: QuerySet[Any],
) -> None:  # fmt: skip
    """Say of a card's household who lives there on record and is not on the card.

    ``lived_in``: the household on record that a row is. ``people``: whom the account may open.
    """
    cards = {row.number for row in read if row.of == "household"} & lived_in.keys()
    homes = {lived_in[number] for number in cards}
    rows = Person.objects.current().filter(
        household__in=homes, ended__isnull=True, fact__in=people.values("fact")
    )
    members: dict[UUID, set[str]] = defaultdict(set)
    for home, name in rows.values_list("household", "fact__name"):
        members[home].add(name)
    listed: dict[str, set[str]] = defaultdict(set)
    for row in read:
        if row.of:
            listed[row.household] |= {row.household, row.name}
    for row, verdict in zip(read, verdicts, strict=True):
        if row.number in cards and row.counts:
            missing = sorted(members[lived_in[row.number]] - listed[row.household] - {""})
            if missing:
                zh = f"台账里这一户还有{'、'.join(missing)}，卡片上没有；台账不变"
                en = f"on record there are also {', '.join(missing)}; they stay"
                verdict.notes = [*verdict.notes, Reason(row.cell, Label(zh, en))]
