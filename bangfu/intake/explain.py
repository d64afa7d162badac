"""What was understood of a file, said for people and for machines: never a value of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bangfu.lists.headings import catalogue
from bangfu.programmes.kinds import Label
from bangfu.tables.grid import position
from bangfu.tables.questions import kinds
from bangfu.tables.understood import SURE, Book, Column, Period, Rows, Sheet, Slot, Table

SHAPES = {
    "records": Label("每行一条记录", "one record a row"),
    "summary": Label("汇总表", "a summary"),
    "single": Label("一个对象的卡片", "a card of one subject"),
}
ROLES = {
    "serial": Label("序号", "running number"),
    "stub": Label("统计对象", "what a row is called"),
    "key": Label("识别项", "finds the record"),
    "value": Label("数据", "value"),
    "derived": Label("推算项", "derived"),
    "forbidden": Label("不收集", "not taken"),
    "unknown": Label("不认识", "not known"),
}
AGGREGATES = {
    "count": Label("计数", "count"),
    "sum": Label("合计", "sum"),
    "share": Label("占比", "share"),
    "average": Label("平均", "average"),
    "least": Label("最小", "least"),
    "most": Label("最大", "most"),
    "rank": Label("排名", "rank"),
}


def kind_label(kind: str) -> Label:
    """What a kind is called, also one that the ledger does not hold."""
    return catalogue().kinds.get(kind) or kinds().get(kind) or Label("未知", "unknown")


def told(book: Book) -> dict[str, Any]:
    """A whole file as data."""
    return {
        "file": book.name,
        "format": book.format,
        "remarks": [_both(remark) for remark in book.remarks],
        "tables": [_table(sheet, table) for sheet, table in book.tables()],
    }


def _table(sheet: Sheet, table: Table) -> dict[str, Any]:
    return {
        "sheet": sheet.name,
        "hidden": sheet.hidden,
        "layout": table.layout,
        "title": [line.text for line in table.title],
        "unit": table.unit,
        "period": _period(table.period),
        "header_rows": _rows(table.header),
        "column_number_row": table.number_row,
        "body_rows": _rows(table.body),
        "total_rows": list(table.totals),
        "subtotal_rows": list(table.subtotals),
        "repeated_header_rows": list(table.repeats),
        "same_as_above": list(table.same_as_above),
        "notes": [line.text for line in table.notes],
        "row_subject": {
            "shape": table.subject.shape,
            "kind": table.subject.kind,
            "label": _both(kind_label(table.subject.kind)),
            "confidence": table.subject.confidence,
            "reason": _both(table.subject.reason),
        },
        "columns": [
            {**_column(column), "column": table.stood(column.letter)} for column in table.columns
        ],
        "cells": [_slot(slot) for slot in table.slots],
        "asked": list(_asked(table)),
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "column": column.letter,
        "path": list(column.path),
        "role": column.role,
        "field": column.field,
        "says": _both(column.says),
        "party": column.party,
        "type": column.type,
        "unit": column.unit,
        "aggregate": column.aggregate,
        "of": column.of,
        "classes": list(column.classes),
        "base": list(column.base),
        "period": _period(column.period),
        "confidence": column.confidence,
        "reason": _both(column.reason),
        "refused": _both(column.refused) if column.refused else None,
        "alternatives": [
            {"field": other.field, "says": _both(other.says), "confidence": other.confidence}
            for other in column.alternatives
        ],
    }


def _slot(slot: Slot) -> dict[str, Any]:
    return {
        "label_cell": position(slot.label_row, slot.label_column),
        "cell": position(slot.row, slot.column.index),
        **_column(slot.column),
    }


def _asked(table: Table) -> Iterator[dict[str, Any]]:
    """What a person would be asked before anything is done with the table."""
    if table.subject.confidence < SURE:
        yield {
            "about": "row_subject",
            "question": _both(Label("每一行是什么？", "What is each row about?")),
            "suggestions": [table.subject.kind] if table.subject.kind != "unknown" else [],
        }
    if table.period and not table.period.known:
        yield {
            "about": "period",
            "question": _both(
                Label(f"“{table.period.text}”是哪一段时间？", "Which time is meant?")
            ),
            "suggestions": [],
        }
    for column in table.asked():
        yield {
            "about": table.stood(column.letter),
            "question": _both(
                Label(f"“{'·'.join(column.path)}”填的是什么？", "What does this column ask?")
            ),
            "suggestions": _suggestions(column),
        }


def _suggestions(column: Column) -> list[str]:
    """What a column may mean: what it is taken for, then the others."""
    own = [column.field] if column.field else []
    others = (other.field or other.says.zh for other in column.alternatives)
    return [*dict.fromkeys((*own, *others))]


def _period(period: Period | None) -> dict[str, Any] | None:
    if period is None:
        return None
    return {
        "unit": period.unit,
        "text": period.text,
        "first": period.first,
        "last": period.last,
        "known": period.known,
    }


def _rows(rows: Rows | None) -> list[int] | None:
    return [rows.first, rows.last] if rows is not None else None


def _both(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}
