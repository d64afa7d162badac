"""What was understood of a form, as its page says it: columns, questions, the first rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.desk.page import address_of, said, words_of
from bangfu.ledger import clock
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.place import LEVELS
from bangfu.lists.figure import Figure
from bangfu.paper.forms.sources import Source
from bangfu.paper.forms.told import CellTold, ColumnTold, TableTold
from bangfu.tables.grid import letter

#: What stands before the spot of a question in the name of its answer.
ANSWER = "to:"


def table_told(request: HttpRequest, one: TableTold) -> dict[str, Any]:
    """A table as the page draws it: its columns, what is asked of them, its first rows."""
    columns = [_column(request, column) for column in one.columns]
    lacking = [column for column in columns if _lacks(column)]
    return {
        "told": one,
        "kind": said(VOCABULARY[one.kind].label) if one.kind in VOCABULARY else one.kind,
        "sure": _percent(one.confidence),
        "rows": _choice(request, one.rows_spot, one.rows_choices) if one.rows_choices else None,
        "lacking": lacking,
        "filled": [column for column in columns if column not in lacking],
        "sample": _sample(one),
        "asked": len(one.to_ask),
    }


def _lacks(column: Mapping[str, Any]) -> bool:
    """Whether a column asks something, or something of it is still to be said."""
    told = column["told"]
    return bool(
        column["question"]
        or column["why"]
        or told.blank
        or told.doubtful
        or told.withheld
        or not told.answered
    )


def _choice(request: HttpRequest, spot: str, choices: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """One question: its name on the page, what was answered, and what may be."""
    name = f"{ANSWER}{spot}"
    answered = request.POST.get(name, "")
    told = [(word, said(label)) for word, label in choices]
    return {"name": name, "id": "q-" + name.encode().hex(), "answered": answered, "choices": told}


def _column(request: HttpRequest, column: ColumnTold) -> dict[str, Any]:
    name = f"{ANSWER}{column.spot}"
    asks = bool(column.choices) and (not column.answered or name in request.POST)
    return {
        "told": column,
        "at": column.spot.rpartition("!")[2],
        "path": " › ".join(column.column.path),
        "means": _meaning(column.source),
        "sure": _percent(column.column.confidence),
        "reason": said(column.column.reason),
        "why": "" if column.answered else said(column.source.why),
        "question": _choice(request, column.spot, _named(column)) if asks else None,
    }


def _named(column: ColumnTold) -> list[tuple[str, Any]]:
    """What may be answered, fields by their own labels and not by the heading that is asked."""
    return [(word, _label_of(word) or label) for word, label in column.choices]


def _label_of(path: str) -> Any:
    kind, _dot, key = path.partition(".")
    if kind in VOCABULARY and key in VOCABULARY[kind]:
        return VOCABULARY[kind][key].label
    return None


def _meaning(source: Source) -> str:
    """Where a column is answered from, in words."""
    if source.sort == "serial":
        return _("running number")
    if source.sort == "stub":
        return _("name of the row")
    if source.sort == "worked":
        return _("worked out from other numbers of the row")
    if source.sort == "added":
        return _("the rows above, added up")
    if source.level:
        return said(LEVELS[source.level])
    if source.figure is not None:
        return said(words_of(source.figure))
    if source.field is None or source.kind is None:
        return ""
    whose = {"helper": _("helper"), "head": _("head of the household"), "unit": _("unit")}
    first = whose.get(source.target, said(source.kind.label))
    return f"{first} · {said(source.field.label)}"


def _percent(confidence: float) -> str:
    return f"{confidence:.0%}"


@dataclass(frozen=True, slots=True)
class _Shown:
    """One cell of the sample: its text, what it opens, and what is to be said of it."""

    heading: str
    text: str
    address: str = ""
    title: str = ""
    doubt: str = ""


def _sample(one: TableTold) -> list[list[_Shown]]:
    """The first rows as they were filled; each cell opens to where it came from."""
    where = {(cell.row, cell.column): cell for cell in one.cells}
    columns = [c for c in one.columns if c.answered]
    if any(column.row for column in columns):
        return _numbers(one, columns, where)
    return [
        [
            _shown(column, values.get(column.column.index), where.get((row, column.column.index)))
            for column in columns
        ]
        for row, values in enumerate(one.sample, start=one.top)
    ]


def _numbers(
    one: TableTold, columns: Sequence[ColumnTold], where: Mapping[tuple[int, int], CellTold]
) -> list[list[_Shown]]:
    """The numbers of a table of indicators, one in a row, with what each counts."""
    return [
        [
            _Shown(_("What is asked"), " › ".join(column.column.path)),
            replace(
                _shown(column, value, where.get((column.row, column.column.index))),
                heading=_("Number in the form"),
            ),
        ]
        for column in columns
        if (value := one.numbers.get((column.row, column.column.index))) is not None
    ]


def _shown(column: ColumnTold, value: Any, cell: CellTold | None) -> _Shown:
    heading = column.column.heading or letter(column.column.index)
    text = "" if value is None else str(value)
    if cell is None:
        return _Shown(heading, text)
    figure = column.source.figure
    if cell.figure is not None and figure is not None:
        address = _rows_behind(figure, cell.figure)
        return _Shown(heading, text, address, said(words_of(figure)), cell.doubt)
    address = address_of(cell.kind, cell.keys[0]) if len(cell.keys) == 1 and cell.kind else ""
    return _Shown(heading, text, address, doubt=cell.doubt)


def _rows_behind(figure: Figure, asked: Mapping[str, Any]) -> str:
    """The list that a number counts, on its own day, where an address can say its condition."""
    if figure.aggregate != "count":
        return ""
    day = figure.moment.on
    said = [("on", day.isoformat())] if day != clock.today() else []
    for key, value in asked["listing"]["where"].items():
        words = _in_an_address(figure, key, value)
        if words is None:
            return ""
        said += words
    return f"{reverse('desk:list', args=[figure.kind.name])}?{urlencode(said)}"


def _in_an_address(figure: Figure, key: str, value: Any) -> list[tuple[str, str]] | None:
    """One line of a condition as the filters of a list say it; None where they cannot."""
    ranked = key in figure.kind and figure.kind[key].type == "ranked"
    if isinstance(value, str) and not ranked:
        return [(key, value)]
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return [(key, one) for one in value]
    if isinstance(value, Mapping) and value and value.keys() <= _BOUNDS.keys():
        return [(f"{key}.{_BOUNDS[word]}", str(bound)) for word, bound in value.items()]
    return None


#: How the filters of a list call the ends of days and numbers.
_BOUNDS = {"from": "from", "to": "to", "at_least": "min", "at_most": "max"}
