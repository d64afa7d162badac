"""Blank cells of a filled form typed at the desk: looked at first, then on record, then filled.

The form, and all that was typed, travel with the page; nothing typed is lost on a refusal.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bangfu.desk.asks import Day, ask, called
from bangfu.desk.entry import EntryForm, source
from bangfu.desk.form_blanks import Missing
from bangfu.desk.household import SheetForm as HouseholdSheet
from bangfu.desk.page import address_of, reader, refusal, said, unkept
from bangfu.desk.person import SheetForm as PersonSheet
from bangfu.ledger.actions.event import By
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.paper.forms.blanks import Blank
from bangfu.paper.forms.fill import FilledForm
from bangfu.paper.forms.typed import Target, Written, once_each, write
from bangfu.programmes.kinds import Label

#: So many cells are asked for on one page.
ON_A_PAGE = 60
STEPS = ("enter", "judge", "accept")
CELL, KEPT, ENTERED = "cell:", "keep:", "entered"
#: The longest text that is typed into one cell.
_LONGEST = 300
_SHEETS: Mapping[str, Any] = {"person": PersonSheet, "household": HouseholdSheet}


class SourceForm(forms.Form):
    """As of which day what is typed was collected, and from where it is known."""

    collected = Day(label=gettext_lazy("Collected on"))
    source = source()


@dataclass(frozen=True, slots=True)
class Cell:
    """One input: the cell, where its value will stand, its field, whether this page asks it."""

    blank: Blank
    target: Target | Label
    name: str
    field: forms.BoundField
    usual: Sequence[str]
    here: bool

    @property
    def kept(self) -> bool:
        """Whether its value stands in the form alone."""
        return isinstance(self.target, Label)

    @property
    def where(self) -> str:
        """Why it stands in the form alone."""
        return said(self.target) if isinstance(self.target, Label) else ""


class Entry:
    """The blank cells of one filled form with what was typed into them."""

    def __init__(self, request: HttpRequest, done: FilledForm, missing: Missing) -> None:
        self.request, self.done, self.missing = request, done, missing
        self.blanks = once_each(missing.blanks, reader(request))
        self.typed = {
            key: value.strip()[:_LONGEST]
            for key, value in request.POST.items()
            if key.startswith(CELL) and isinstance(value, str) and value.strip()
        }
        self.first = _first(request, len(self.blanks))
        window = range(self.first, self.first + ON_A_PAGE)
        #: What this page asks and what was typed before; of thousands of others no input is made.
        self.asked = [
            (blank, target, place in window)
            for place, (blank, target) in enumerate(self.blanks)
            if place in window or CELL + blank.spot in self.typed
        ]
        self.form = _form([(blank, target) for blank, target, _ in self.asked], self.typed)
        self.form.is_valid()

    def cells(self) -> Iterator[Cell]:
        """The inputs of the page and what was typed on others, in the order of the form."""
        for blank, target, here in self.asked:
            table, name = self.done.tables[blank.table], CELL + blank.spot
            usual = table.usual.get(blank.column.column.index, ())
            yield Cell(blank, target, name, self.form[name], usual, here)

    @property
    def right(self) -> bool:
        """Whether everything that was typed could be read."""
        return not self.form.errors

    def told(self) -> dict[Target, Any]:
        """What goes on record: the values, by where they come to stand."""
        return {
            cell.target: self.form.cleaned_data[cell.name]
            for cell in self.cells()
            if isinstance(cell.target, Target) and cell.name in self.typed
        }

    def kept(self) -> dict[str, str]:
        """What stands in the form alone, by the cell's spot."""
        return {
            cell.blank.spot: self.typed[cell.name]
            for cell in self.cells()
            if cell.kept and cell.name in self.typed
        }


def _form(blanks: Sequence[tuple[Blank, Target | Label]], typed: Mapping[str, str]) -> forms.Form:
    """The form of all inputs, bound to what was typed; a blank one says nothing."""
    form = forms.Form(dict(typed), auto_id="c-%s", label_suffix="")
    for blank, target in blanks:
        name = CELL + blank.spot
        form.fields[name] = _field(target, blank)
    return form


def _field(target: Target | Label, blank: Blank) -> forms.Field:
    """The input for one cell, of the type of its field and with the checks of its own page."""
    if isinstance(target, Label):
        return forms.CharField(label=blank.heading, required=False, max_length=_LONGEST)
    sheet = _SHEETS[target.kind].base_fields
    held = sheet.get(target.field) or ask(target.kind, target.field)
    field: forms.Field = copy.deepcopy(held)
    field.required, field.label, field.help_text = False, blank.heading, ""
    if isinstance(field, forms.ChoiceField) and isinstance(field.widget, forms.RadioSelect):
        # Many cells stand below one another here: each takes one line.
        choices = field.choices
        field.widget = forms.Select()
        field.choices = choices
    field.label = called(VOCABULARY[target.kind][target.field].label)
    return field


# ------------------------------------------------------------------ the steps


def enter(
    request: HttpRequest, done: FilledForm, missing: Missing, carried: EntryForm, title: str
) -> HttpResponse | Taken:
    """The page on which blank cells are typed, what would become of them, and then what became."""
    entry = Entry(request, done, missing)
    step = "enter" if "turn" in request.POST else request.POST.get("step")
    how = _source_form(request, carried, title)
    if step == "enter" or not entry.right or not how.is_valid() or not entry.typed:
        if step != "enter" and not entry.typed:
            messages.error(request, _("Nothing was typed yet."))
        return _page(request, entry, carried, how, title, wrong=step != "enter")
    if step == "judge":
        return _page(request, entry, carried, how, title, judged=True)
    return _accept(request, entry, carried, how, title)


def _source_form(request: HttpRequest, carried: EntryForm, title: str) -> SourceForm:
    told = carried.cleaned_data
    first = {
        "collected": told["on"],
        "source": " ".join(filter(None, (f"填《{title}》时补报"[:70], told["asker"])))[:100],
    }
    given = {key: request.POST.get(key, value) for key, value in first.items()}
    return SourceForm(given, auto_id="s-%s", label_suffix="")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of what was typed: how many cells are on record, and what the form keeps."""

    entered: int
    kept: Mapping[str, str]


def _accept(
    request: HttpRequest, entry: Entry, carried: EntryForm, how: SourceForm, title: str
) -> HttpResponse | Taken:
    by = By(reader(request), "desk", key=carried.cleaned_data["key"])
    told, kept = how.cleaned_data, entry.kept()
    written = write(by=by, told=entry.told(), on=told["collected"], source=told["source"])
    _say(request, written, len(kept))
    if written.refused:
        _forget(request, entry, written, kept)
        again = Entry(request, entry.done, entry.missing)
        return _page(request, again, carried, how, title, refused=written)
    return Taken(len(written.taken), kept)


def _forget(request: HttpRequest, entry: Entry, written: Written, kept: Mapping[str, str]) -> None:
    """Let go of what is on record or kept by now; what was refused stays where it was typed."""
    anew = request.POST.copy()
    for cell in entry.cells():
        if cell.target in written.taken or cell.blank.spot in kept:
            anew.pop(cell.name, None)
    for spot, text in kept.items():
        anew[KEPT + spot] = text
    anew[ENTERED] = str(entered_so_far(request) + len(written.taken))
    request.POST = anew  # type: ignore[assignment]  # the request as it would have been sent


def _say(request: HttpRequest, written: Written, kept: int) -> None:
    if number := len(written.taken):
        text = ngettext(
            "%(number)s cell is on record now, and fills the next form too.",
            "%(number)s cells are on record now, and fill the next form too.",
            number,
        )
        messages.success(request, text % {"number": number})
    if kept:
        text = ngettext(
            "%(number)s cell stands in this form only.",
            "%(number)s cells stand in this form only.",
            kept,
        )
        messages.info(request, text % {"number": kept})


def entered_so_far(request: HttpRequest) -> int:
    """How many cells were put on record while this form was filled."""
    text = request.POST.get(ENTERED, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def kept_so_far(request: HttpRequest) -> dict[str, str]:
    """What was typed for this form alone, as it travels with the page."""
    return {
        key.removeprefix(KEPT): value[:_LONGEST]
        for key, value in request.POST.items()
        if key.startswith(KEPT) and isinstance(value, str) and value.strip()
    }


def unsent(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed and not accepted yet, while the form itself is looked at again."""
    if request.POST.get("step") == "accept":
        return []
    return [
        (key, value)
        for key, value in request.POST.items()
        if key.startswith(CELL) and isinstance(value, str) and value.strip()
    ]


# ------------------------------------------------------------------ the page


def _page(
    request: HttpRequest, entry: Entry, carried: EntryForm, how: SourceForm, title: str,
    *, judged: bool = False, wrong: bool = False, refused: Written | None = None,
) -> HttpResponse:  # fmt: skip
    cells, first = list(entry.cells()), entry.first
    reasons = refused.refused if refused else {}
    if judged:
        shown = [cell for cell in cells if cell.name in entry.typed]
    else:
        shown = [c for c in cells if c.here or c.field.errors or c.target in reasons]
    names = {cell.name for cell in shown}
    context = {
        "title": _("Type in blank cells"),
        "form_title": title,
        "rows": _by_row(entry, shown, reasons, judged=judged),
        "judged": judged,
        "facts": sum(not cell.kept for cell in shown),
        "kept": sum(cell.kept for cell in shown),
        "how": how,
        "form": carried,
        "carried": list(_carried(request, carried, names if not judged else set())),
        "first": first + 1,
        "last": min(first + ON_A_PAGE, len(entry.blanks)),
        "all": len(entry.blanks),
        "before": first - ON_A_PAGE if first else None,
        "next": first + ON_A_PAGE if first + ON_A_PAGE < len(entry.blanks) else None,
        "at": first,
    }
    status = 422 if wrong or refused else 200
    return unkept(render(request, "desk/form_entry.html", context, status=status))


def _first(request: HttpRequest, count: int) -> int:
    text = request.POST.get("turn") or request.POST.get("at", "0")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    return number - number % ON_A_PAGE if number < count else 0


def _by_row(
    entry: Entry, cells: Sequence[Cell], reasons: Mapping[Target, Any], *, judged: bool
) -> list[dict[str, Any]]:
    """The inputs below the row that they belong to."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for cell in cells:
        at = cell.blank.table, cell.blank.row
        name = entry.missing.rows[at]
        row = found.setdefault(at, {"name": name, "cells": [], "id": f"row-{at[0]}-{at[1]}"})
        target = cell.target
        no = reasons.get(target) if isinstance(target, Target) else None
        row["cells"].append({
            "cell": cell,
            "at": cell.blank.cell,
            "heading": cell.blank.heading,
            "address": address_of(target.kind, target.record) if isinstance(target, Target) else "",
            "says": _said(entry, cell) if judged else "",
            "refused": refusal(no) if no is not None else "",
            "list": f"usual-{cell.blank.table}-{cell.blank.column.column.index}",
        })  # fmt: skip
    return list(found.values())


def _said(entry: Entry, cell: Cell) -> str:
    """What was typed, in words."""
    text = entry.typed[cell.name]
    choices = getattr(cell.field.field, "choices", None)
    if choices is None:
        return text
    return str(dict(choices).get(text, text))


def _carried(request: HttpRequest, form: EntryForm, shown: set[str]) -> Iterator[tuple[str, str]]:
    """All that travels with the page beside what it asks itself: the blank form, all answers."""
    yield "held", base64.b64encode(form.cleaned_data["content"]).decode()
    yield "called", form.cleaned_data["called"]
    own = {  # what the page asks itself
        "held",
        "called",
        "step",
        "at",
        "turn",
        "csrfmiddlewaretoken",
        "key",
        "collected",
        "source",
        "whom",
        "due",
    }
    for name, value in request.POST.items():
        if name not in own | shown and isinstance(value, str) and value:
            yield name, value
