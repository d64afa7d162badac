"""A staged list is read: understood, mended, judged; what pages show of it is kept sealed.

What is kept for pages are parts: ``book`` (which tables there are and what the columns ask),
``alike`` (the same wrong value in many rows), and fifty rows of one verdict each.
"""

from __future__ import annotations

import dataclasses
import hashlib
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bangfu.intake import pages
from bangfu.intake.card_sheets import together
from bangfu.intake.judging import judge
from bangfu.intake.kinds import WHOLE, is_taken, kind_of
from bangfu.intake.mends import Mends, mended
from bangfu.intake.sent_back import as_given_out, replaced, without_own_sheet
from bangfu.intake.under import named_words, under_of
from bangfu.intake.verdicts import SORTS, Judged, Verdict
from bangfu.ledger import staging
from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import intake_steps as steps
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.intake import Accepted
from bangfu.ledger.cabinet import Lost
from bangfu.ledger.models import Intake, IntakePart
from bangfu.lists.headings import catalogue_with_corrections
from bangfu.programmes.kinds import Label
from bangfu.tables.understand import understand
from bangfu.tables.understood import Book, Sheet, Table
from bangfu.tables.unreadable import Limits, Unreadable, within

#: So much of a staged list is read at all.
LIMITS = Limits(part=400_000_000, unpacked=500_000_000, cells=6_000_000)
#: What is read while its page is waited for: bytes as brought, and as unpacked.
_SMALL, _SMALL_UNPACKED = 300_000, 8_000_000
Counted = Callable[[int], None]
_NO_LIST = Label(
    "没有找到能接收的名单。请在“识别结果”里看每张表是怎样认的，说明每行是什么。",
    "No list that can be taken in was found. Look under “What it is” how each table was "
    "understood, and say what a row is about.",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A staged list as it was read: the whole file, the table that is meant, its rows judged."""

    book: Book
    chosen: int
    sheet: Sheet
    table: Table
    mends: Mends
    judged: Judged | None
    given_out: bool = False


def is_small(intake: Intake) -> bool:
    """Whether a list is read while its page is waited for; what unpacks to much is not."""
    if intake.size > _SMALL:
        return False
    try:
        with staging.as_path(intake) as path, zipfile.ZipFile(path) as packed:
            return sum(one.file_size for one in packed.infolist()) <= _SMALL_UNPACKED
    except (zipfile.BadZipFile, Lost):
        return True  # no archive, or none any more: reading it says which


def read(
    intake: Intake, *, expect: Counted = lambda of: None, counted: Counted = lambda count: None,
) -> bool:  # fmt: skip
    """Read a list anew and keep what was read; whether its rows could be judged."""
    try:
        with _opened(intake, expect, counted) as found:
            if intake.whole_id is None and intake.chosen is None and not found.given_out:
                _lay_beside(intake, found)
            _keep(intake, found)
            return found.judged is not None
    except Unreadable as wrong:
        steps.not_read(intake, wrong.label)
    except Lost:
        steps.not_read(intake, Label("文件不在了，请重新上传", "The file is gone; bring it again"))
    return False


def accept(
    intake: Intake, *, by: By, expect: Counted = lambda of: None,
    counted: Counted = lambda count: None,
) -> int:  # fmt: skip
    """Write the good rows of a list, judged once more; how many persons and households.

    Refused where something became otherwise since the verdicts were shown: they are shown anew.
    Records are rehearsed once, when they are shown: by writing them it is seen whether they still
    may be.
    """
    try:
        refused = _refused_in(intake)
        rows = _as_shown(intake, expect, counted, refused)
        try:
            return actions.take_in(
                by=dataclasses.replace(by, purpose=intake.purpose),
                rows=rows,
                on=intake.on,
                source=intake.name[:100],
                intake=intake,
            )
        except (Refused, NotAllowed):
            if refused is not None:
                _as_shown(intake, expect, counted, None)
            raise
    except (Unreadable, Lost) as wrong:
        raise Refused("list_unreadable", "The file cannot be read any more; bring it again.") \
            from wrong  # fmt: skip


def _refused_in(intake: Intake) -> frozenset[int] | None:
    """The rows that were shown as refused; nothing of lists whose rows are never rehearsed."""
    if intake.kind in WHOLE:
        return None
    shown = range(-(-intake.counts.get("refused", 0) // pages.SIZE))
    parts = (staging.part_of(intake, "refused", number) or () for number in shown)
    return frozenset(row["row"] for part in parts for row in part)


def _as_shown(
    intake: Intake, expect: Counted, counted: Counted, refused: frozenset[int] | None
) -> Accepted:
    """The good rows, where all verdicts are as they were shown; else what they are now is shown.

    ``refused``: the rows that were refused, where the others are not rehearsed again.
    """
    with _opened(intake, expect, counted, refused) as found:
        if found.judged is not None and digest_of(found.judged) == intake.digest:
            return found.judged.accepted()
        if refused is None:
            _keep(intake, found)
            raise Refused(
                "otherwise_by_now",
                "What is on record changed since this list was judged. It was judged anew; "
                "look at it again, then accept it. Nothing was written.",
            )
    return _as_shown(intake, expect, counted, None)


@contextmanager
def _opened(
    intake: Intake, expect: Counted, counted: Counted, refused: frozenset[int] | None = None
) -> Iterator[Reading]:
    with staging.as_path(intake) as path, within(LIMITS):
        book = together(understand(path, catalogue_with_corrections(), bundles=True, upright=True))
    yield _reading(intake, book, expect, counted, refused)


def _reading(
    intake: Intake, book: Book, expect: Counted, counted: Counted, refused: frozenset[int] | None
) -> Reading:
    book, kept = without_own_sheet(book)
    tables = list(book.tables())
    if not tables:
        raise Unreadable(f"{intake.name} 里没有找到表格", f"no table was found in {intake.name}")
    chosen = _chosen(intake, tables)
    sheet, table = tables[chosen]
    keys: Mapping[int, UUID] = {}
    if kept is not None:
        table, keys = as_given_out(sheet, table, kept)
        book = replaced(book, chosen, table)
    mends = Mends.told(staging.mends_of(intake))
    sheet = mended(sheet, table, mends)
    judged = None
    if is_taken(table):
        expect(len(table.body))
        said = named_words(table, sheet.grid)
        under = under_of(intake.user, kind_of(table), intake.on, intake.entry, said)
        judged = judge(
            by=By(intake.user, "desk"), sheet=sheet, table=table, on=intake.on,
            place=intake.place, settled=mends.settled, left=mends.left, keys=keys, under=under,
            counted=counted, source=intake.name[:100], refused=refused,
        )  # fmt: skip
    return Reading(book, chosen, sheet, table, mends, judged, kept is not None)


def _lay_beside(intake: Intake, found: Reading) -> None:
    """Have every other list of the file judged too, each as a list of its own.

    A summary beside lists is not: it sums them up, and is taken in where somebody chooses it.
    """
    tables = enumerate(found.book.tables())
    others = [n for n, (sheet, table) in tables if _is_list(table) and not sheet.hidden]
    for number in [n for n in others if n != found.chosen][: steps.MOST_TABLES]:
        steps.stage_table(by=By(intake.user, "desk"), intake=intake, table=number)


def _chosen(intake: Intake, tables: Sequence[tuple[Sheet, Table]]) -> int:
    """Which table is meant: the one that was chosen, else the longest that can be taken in."""
    if intake.chosen is not None and intake.chosen < len(tables):
        return intake.chosen
    sizes = [
        (_is_list(table), is_taken(table), not sheet.hidden, len(table.body), -number)
        for number, (sheet, table) in enumerate(tables)
    ]
    return sizes.index(max(sizes))


def _is_list(table: Table) -> bool:
    return is_taken(table) and kind_of(table) != "statistic"


def digest_of(judged: Judged) -> str:
    """What stands for the verdicts of a whole list, so that it is seen whether they changed."""
    told = hashlib.sha256()
    for verdict in judged.verdicts:
        changes = [(one.field, one.old, one.new) for one in verdict.differences]
        changes += [(one.cell, "", "") for one in verdict.unread]
        told.update(repr((verdict.row, verdict.sort, changes)).encode("utf-8", "replace"))
    return told.hexdigest()


# ------------------------------------------------------------------ what is kept


def _keep(intake: Intake, found: Reading) -> None:
    book = pages.book_told(found.book, found.chosen, found.judged)
    if found.judged is None:
        steps.not_read(intake, _NO_LIST, [staging.sealed_part(intake, "book", 0, book)])
        return
    steps.read(
        intake,
        kind=found.judged.kind,
        chosen=found.chosen,
        counts=found.judged.counts(),
        digest=digest_of(found.judged),
        parts=_parts(intake, book, found),
    )


def _parts(intake: Intake, book: Mapping[str, Any], found: Reading) -> Iterator[IntakePart]:
    assert found.judged is not None
    yield staging.sealed_part(intake, "book", 0, book)
    yield staging.sealed_part(
        intake, "alike", 0, pages.alike(found.judged, found.sheet.grid, found.table)
    )
    by_sort: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in found.judged.verdicts:
        by_sort[verdict.sort].append(verdict)
    for sort in SORTS:
        rows = by_sort[sort]
        for number, at in enumerate(range(0, len(rows), pages.SIZE)):
            told = [
                pages.row_told(one, found.sheet.grid, found.table)
                for one in rows[at : at + pages.SIZE]
            ]
            yield staging.sealed_part(intake, sort, number, told)
