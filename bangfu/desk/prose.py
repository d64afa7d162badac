"""The text of a paper on its page: each figure as it was frozen or is now, and what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse

from bangfu.desk.page import refusal
from bangfu.desk.printed import drawn
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.models import Document, FrozenReading
from bangfu.ledger.moment import Moment
from bangfu.lists.bridge import Bridge, bridge
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.wording import paper_text
from bangfu.paper import drafting
from bangfu.paper.prose import Part, ProseError, parts
from bangfu.paper.tables import is_ledger


def frozen_shown(since: Iterable[drafting.Since]) -> list[dict[str, Any]]:
    """Each frozen figure with what it would be now, and why."""
    return [{"reading": s.reading, "since": s, "terms": _terms(s)} for s in since]


def _terms(one: drafting.Since) -> list[Any]:
    """Why a reading has another answer or other rows by now, each term with its rows."""
    then = drafting.figure_then(one.reading)
    return list(between(then, one.bridge).terms) if one.bridge else []


def between(then: Figure, found: Bridge) -> Bridge:
    """The bridge of a figure; where its value stayed, that of the rows it stands on."""
    if found.terms:
        return found
    rows = replace(then, aggregate="count", field="", share=None)
    return bridge(rows, found.earlier, found.later)


def prose_shown(document: Document, prose: str | None = None) -> list[dict[str, Any]]:
    """The prose in pieces; each figure is what was frozen of it, or what it is now.

    ``prose``: a text that is not kept yet, whose figures are all of now.
    """
    if is_ledger(document):
        return []
    kept = prose is None
    text = document.body.get("prose", "") if prose is None else prose
    try:
        told = parts(text)
    except ProseError as wrong:
        return [{"sort": "raw", "text": text, "wrong": refusal(wrong.told)}]
    frozen = {r.figure: r for r in drafting.readings_of(document)} if kept else {}
    return [_piece(document, part, frozen) for part in told]


def _piece(document: Document, part: Part, frozen: Mapping[str, FrozenReading]) -> dict[str, Any]:
    pieces = [
        {"text": text} if sort == "text" else _mark(document, text, frozen)
        for sort, text in part.pieces()
    ]
    told = {"sort": part.sort, "level": part.level + 1, "text": part.text, "pieces": pieces}
    if part.sort != "table" or "wrong" in pieces[0]:
        return told
    name = part.names()[0]
    return told | {"table": drawn(document, name, frozen.get(name))}


def _mark(document: Document, name: str, frozen: Mapping[str, FrozenReading]) -> dict[str, Any]:
    if reading := frozen.get(name):
        return {"figure": name, "text": reading.value, "place": reading.place_in_text}
    moment = Moment(document.date)
    try:
        text, _reading = paper_text(figure_of(document.programme, name, moment))
    except (KeyError, Unsayable):
        return {"figure": name, "text": "{{" + name + "}}", "wrong": True}
    address = reverse("desk:figure", args=[document.programme.name, name])
    return {"figure": name, "text": text, "address": f"{address}?on={document.date.isoformat()}"}
