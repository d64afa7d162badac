"""Each row of a list of persons or households is held against the ledger: new, otherwise, the same.

Nothing is written here. A blank says nothing; what could be two things, what names two persons,
what contradicts the rest of its household is doubtful and left to a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from uuid import UUID

from bangfu.intake.card_sheets import Cards
from bangfu.intake.cards import left_of, rows_of
from bangfu.intake.cells import Row, left_out, rows
from bangfu.intake.differences import tell_all
from bangfu.intake.households import Households
from bangfu.intake.kinds import WHOLE, called, direction_of, is_taken, kind_of, titled_at
from bangfu.intake.listed import closed_to
from bangfu.intake.moves import Moves
from bangfu.intake.records import Records
from bangfu.intake.under import Under
from bangfu.intake.verdicts import Judged, Verdict
from bangfu.intake.whereabouts import Whereabouts, village_titled
from bangfu.intake.wholes import Part, as_wholes, part_of, say_unlisted
from bangfu.ledger import clock
from bangfu.ledger.actions.event import By
from bangfu.ledger.collecting import uncollected
from bangfu.ledger.models import Place
from bangfu.lists.headings import catalogue
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
        said = village_titled(by, on, table, place)
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
    return Judged(sheet.name, kind, verdicts, tuple(unsaid), under, table)


class _Judging(Households):
    """All rows of one list, and its households as wholes."""

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
                verdict.reasons = [*verdict.reasons, self.shared[verdict.row]]
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
        verdict = (self.person if of_person else self.household)(row, place)
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


#: Rows after which it is said how far the judging is, and rows that are looked up together.
_TELL, _TOGETHER = 200, 4_000


def _called(row: Row) -> str:
    return row.text("person.name") or row.text("household.name")
