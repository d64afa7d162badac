"""What pages show of a staged list, as data that is sealed until a page opens it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from bangfu.intake import explain
from bangfu.intake.answers import asked_of
from bangfu.intake.asked import HOUSEHOLD, PERSON, targets
from bangfu.intake.card_sheets import Cards
from bangfu.intake.cards import answer_of
from bangfu.intake.cells import Reason
from bangfu.intake.kinds import is_taken, kind_of, unlike_people
from bangfu.intake.mends import column_of, shown
from bangfu.intake.readers import PLACES
from bangfu.intake.verdicts import Judged, Verdict
from bangfu.ledger.masks import mask_number
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Label
from bangfu.tables.grid import Grid, Value
from bangfu.tables.places_in import LEVELS
from bangfu.tables.told import as_text
from bangfu.tables.understand import layout_key, path_key
from bangfu.tables.understood import SURE, Book, Column, Sheet, Table

#: Rows of one page.
SIZE = 50
#: So many sorts of the same wrong value are offered to be mended at once.
MOST_ALIKE = 30
#: Values of a column that are shown beside what it asks, and how long each is.
SAMPLES, SAMPLE = 3, 24
_A_DAY = re.compile(r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?: 00:00:00)?")
_NUMBER = re.compile(r"\d(?:[\d\s-]*\d){6,}[Xx]?")


def meanings() -> Iterator[tuple[str, Label]]:
    """What a column of a list can be said to ask, each under its word."""
    for key in PERSON:
        yield f"person.{key}", _of("person", key)
    for key in HOUSEHOLD:
        yield f"household.{key}", _of("household", key)
    for level in PLACES:
        yield f"place.{level}", LEVELS[level]
    for of in asked_of():
        kind, _, key = of.partition(".")
        yield of, _of(kind, key)


def _of(kind: str, key: str) -> Label:
    field, whole = VOCABULARY[kind][key].label, VOCABULARY[kind].label
    return Label(f"{whole.zh} · {field.zh}", f"{whole.en} · {field.en}")


# ------------------------------------------------------------------ what the file is


def book_told(book: Book, chosen: int, judged: Judged | None) -> dict[str, Any]:
    """Which tables a file has, and what the columns of the chosen one ask."""
    tables = list(book.tables())
    sheet, table = tables[chosen]
    return {
        "remarks": [_both(remark) for remark in book.remarks],
        "tables": [_table(number, *one) for number, one in enumerate(tables)],
        "chosen": chosen,
        "kind": table.subject.kind,
        "sure": table.subject.confidence,
        "why": _both((not is_taken(table) and unlike_people(table)) or table.subject.reason),
        "taken_as": kind_of(table),
        "under": judged.under.word if judged and judged.under else "",
        "under_title": judged.under.title if judged and judged.under else "",
        "unread": sum(len(one.unread) for one in judged.verdicts) if judged else 0,
        "asks_kind": table.subject.confidence < SURE or not is_taken(table),
        "records": table.subject.shape == "records" and table.layout == "rows",
        "cards": isinstance(table, Cards),
        "layout": layout_key({column.index: column.path for column in table.columns}),
        "rows_key": path_key(()),
        "columns": list(_answers(sheet.grid, table, judged) if isinstance(table, Cards)
                        else _columns(sheet, table, judged)),
    }  # fmt: skip


def _table(number: int, sheet: Sheet, table: Table) -> dict[str, Any]:
    return {
        "number": number,
        "sheet": sheet.name,
        "title": " ".join(line.text for line in table.title)[:80],
        "hidden": sheet.hidden,
        "rows": len(table.each)
        if isinstance(table, Cards)
        else len(table.body) - len(table.totals) - len(table.subtotals),
        "kind": _both(explain.kind_label(kind_of(table) or table.subject.kind)),
        "sure": table.subject.confidence,
        "shape": _both(explain.SHAPES[table.subject.shape]),
        "taken": is_taken(table),
    }


def _records_in(table: Table) -> int:
    """How many rows of a table are records: sums and headings that are said again are none."""
    none = {*table.totals, *table.subtotals, *table.repeats}
    return sum(row not in none for row in table.body)


def _columns(sheet: Sheet, table: Table, judged: Judged | None) -> Iterator[dict[str, Any]]:
    answers = {column.index: target for target, column in targets(table).items()}
    layout = layout_key({column.index: column.path for column in table.columns})
    why = {reason.cell: reason.says for reason in judged.left} if judged else {}
    for column in table.columns:
        target = answers.get(column.index, "") if judged else ""
        yield {
            "letter": table.stood(column.letter),
            "name": column.letter,
            "layouts": [layout],
            "path": " › ".join(column.path),
            "key": path_key(column.path),
            "says": _both(column.says),
            "target": target,
            "serial": column.role == "serial",
            "sure": column.confidence,
            "why": _both(column.reason),
            "refused": _both(column.refused) if column.refused else None,
            "left": _both(why[column.letter]) if column.letter in why else None,
            "offered": list(_offered(column)),
            "choices": _choices(target),
            "samples": list(_samples(sheet.grid, table, column)),
        }


def _answers(grid: Grid, cards: Cards, judged: Judged | None) -> Iterator[dict[str, Any]]:
    """What the labels of cards ask, and the headings of the lists of members in them."""
    why = {reason.cell: reason.says for reason in judged.left} if judged else {}
    for number, (at, column) in enumerate(cards.answers()):
        alone = at != column.letter
        target = answer_of(cards, at, column) if judged else ""
        yield {
            "letter": at,
            "name": f"label-{number}",
            "layouts": list(cards.layouts_of(column, alone=alone)),
            "path": " › ".join(column.path),
            "key": path_key(column.path),
            "says": _both(column.says),
            "target": target,
            "serial": column.role == "serial",
            "sure": column.confidence,
            "why": _both(column.reason),
            "refused": _both(column.refused) if column.refused else None,
            "left": _both(why[at]) if at in why else None,
            "offered": list(_offered(column)),
            "choices": _choices(target),
            "samples": list(_samples_of(grid, cards, at, column)),
        }


def _samples_of(grid: Grid, cards: Cards, at: str, column: Column) -> Iterator[str]:
    """Some different answers to one label of all cards."""
    if at == column.letter:
        member = next(t for card in cards.each for t in card.members if column in t.columns)
        yield from _samples(grid, member, column)
        return
    slots = (s for card in cards.each for s in card.slots if s.column.path == column.path)
    yield from _shown(grid.value(s.row, s.column.index) for s in slots)


def _offered(column: Column) -> Iterator[str]:
    """What a column may ask as well, the likeliest first."""
    for one in column.alternatives:
        if one.field:
            yield one.field


def _choices(target: str) -> list[dict[str, str]]:
    """The words of a code book, for cells that are mended by choosing."""
    kind, _, key = target.partition(".")
    if kind not in VOCABULARY or key not in VOCABULARY[kind]:
        return []
    return [_both(label) for label in VOCABULARY[kind][key].codes.values()]


def _samples(grid: Grid, table: Table, column: Column) -> Iterator[str]:
    """Some different values of a column."""
    return _shown(grid.value(row, column.index) for row in table.body)


def _shown(values: Iterable[Value]) -> Iterator[str]:
    """Some different values; what looks like somebody's number is masked."""
    seen: set[str] = set()
    for value in values:
        text = as_text(value)
        if text and text not in seen:
            seen.add(text)
            told = text if _A_DAY.fullmatch(text) else _NUMBER.sub(_masked, text)
            yield told[:SAMPLE]
        if len(seen) == SAMPLES:
            return


def _masked(number: re.Match[str]) -> str:
    return mask_number(number[0])


# ------------------------------------------------------------------ its rows


def row_told(verdict: Verdict, grid: Grid, table: Table) -> dict[str, Any]:
    """One row with its verdict, and the cells that are to be mended."""
    return {
        "row": verdict.row,
        "at": _stood(table, str(verdict.row)),
        "name": verdict.name,
        "place": verdict.place,
        "reasons": [_reason(reason, grid, table) for reason in verdict.reasons],
        "unread": [_reason(one, grid, table) for one in verdict.unread],
        "notes": [{"cell": _stood(table, note.cell), **_both(note.says)} for note in verdict.notes],
        "differences": [
            {"label": _both(one.label), "old": one.old, "new": one.new}
            for one in verdict.differences
        ],
    }


def _reason(reason: Reason, grid: Grid, table: Table) -> dict[str, Any]:
    return {
        "cell": reason.cell,
        "at": _stood(table, reason.cell),
        "column": column_of(reason.cell),
        "asked": _asked_at(table, reason.cell),
        "text": shown(grid, reason.cell),
        "choices": [{"word": word, **_both(label)} for word, label in reason.choices],
        **_both(reason.says),
    }


def _stood(table: Table, cell: str) -> str:
    """A row or a cell as it is called in the file that was brought."""
    return table.stood(cell)


def _asked_at(table: Table, cell: str) -> str:
    """What asks for a cell: its column, on a card its label."""
    return table.label_at(cell) if isinstance(table, Cards) else table.stood(column_of(cell))


def alike(judged: Judged, grid: Grid, table: Table) -> list[dict[str, Any]]:
    """What can be mended or decided at once for several rows, the most frequent first.

    The same wrong value in the same column; or the same doubt that is decided in the same way.
    """
    wrong: dict[tuple[str, str], list[Reason]] = defaultdict(list)
    sorts: dict[tuple[str, str], set[str]] = defaultdict(set)
    doubts: dict[tuple[str, str], list[tuple[int, Reason]]] = defaultdict(list)
    for verdict in judged.verdicts:
        for reason in verdict.reasons:
            text = shown(grid, reason.cell)
            if verdict.sort == "refused" and text and not reason.choices:
                wrong[column_of(reason.cell), text].append(reason)
                sorts[column_of(reason.cell), text].add(verdict.sort)
            elif verdict.sort == "doubtful" and len(reason.choices) == 1:
                doubts[reason.says.zh, reason.choices[0][0]].append((verdict.row, reason))
        for reason in verdict.unread:
            at = column_of(reason.cell), shown(grid, reason.cell)
            wrong[at].append(reason)
            sorts[at].add(verdict.sort)
    found: list[dict[str, Any]] = [
        {
            "column": column,
            "asked": _asked_at(table, reasons[0].cell),
            "text": text,
            "rows": len(reasons),
            "sorts": sorted(sorts[column, text]),
            **_both(reasons[0].says),
        }
        for (column, text), reasons in wrong.items()
    ]
    found += [
        {"word": word, "sorts": ["doubtful"], "choice": _both(told[0][1].choices[0][1]),
         "rows": len(told), "numbers": [row for row, _reason in told], **_both(told[0][1].says)}
        for (_says, word), told in doubts.items()
    ]  # fmt: skip
    several = [one for one in found if one["rows"] > 1]
    return sorted(several, key=lambda one: -one["rows"])[:MOST_ALIKE]


def _both(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}
