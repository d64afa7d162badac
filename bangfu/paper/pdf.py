"""A paper as pdf, set by typst with the faces at hand embedded."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib import resources
from typing import Any

import typst

from bangfu.paper.cleaning import cleaned
from bangfu.paper.compose import composed
from bangfu.paper.fonts import GETA, Faces, Substitution, find_faces
from bangfu.paper.layout import (
    CLOSER,
    DRAFT_LINE,
    DRAFT_WORD,
    RED,
    Element,
    Face,
    Grid,
    Layout,
    Line,
    Span,
    Spans,
)
from bangfu.paper.pages import Paper, Printed

MEDIA_TYPE = "application/pdf"
CELL_INSET = 6.0
"""Points that a cell keeps free at its two sides together."""

SANS = "Noto Sans CJK SC"

_UNBROKEN = re.compile(r"[!-~]+")
_BREAK_HERE = "\u200b"


def to_pdf(paper: Paper, faces: Faces | None = None) -> Printed:
    """The paper as pdf; the notes name replaced faces and whatever could not be printed."""
    faces = faces or find_faces()
    tidy, notes = cleaned(paper)
    layout = composed(tidy)
    replaced = faces.substitutions(characters(layout))
    missing = faces.missing(char for chars in characters(layout).values() for char in chars)
    notes += _face_notes(replaced) + _missing_notes(missing)
    data = _data(layout, faces, description="；".join(notes))
    content = typst.compile(
        resources.files("bangfu.paper").joinpath("page.typ").read_bytes(),
        font_paths=faces.book,
        sys_inputs={"paper": _without(missing, json.dumps(data, ensure_ascii=False))},
        timestamp=int(layout.made.timestamp()),
        format="pdf",
    )
    if not isinstance(content, bytes):
        raise TypeError("typst returned no file")
    return Printed(content, MEDIA_TYPE, notes)


def characters(layout: Layout) -> dict[Face, set[str]]:
    """The characters that each face has to print."""
    used: dict[Face, set[str]] = {}
    for face, text in _texts(layout):
        used.setdefault(face, set()).update(text)
    return used


def _texts(layout: Layout) -> Iterator[tuple[Face, str]]:
    yield "song", "0123456789—第页共"
    if layout.draft:
        yield "hei", DRAFT_WORD + DRAFT_LINE
    for row in layout.foot:
        yield "fang", row.left + row.right
    for item in layout.elements:
        if isinstance(item, Line):
            yield from _span_texts(item.face, (*item.spans, *item.far))
            continue
        yield "hei", "".join(item.heads)
        for cell in (cell for row in item.rows for cell in row):
            yield from _span_texts("fang", cell)
        for cell in item.total or ():
            yield from _span_texts("hei", cell)


def _span_texts(face: Face, spans: Spans) -> Iterator[tuple[Face, str]]:
    return ((span.face or face, span.text) for span in spans)


def _face_notes(replaced: Iterable[Substitution]) -> tuple[str, ...]:
    words = [str(item) for item in replaced]
    return (f"字体替代：{'，'.join(words)}",) if words else ()


def _missing_notes(missing: str) -> tuple[str, ...]:
    if not missing:
        return ()
    points = "、".join(f"U+{ord(char):04X}" for char in missing)
    return (f"本机字体缺{len(missing)}个字，印作{GETA}：{points}",)


def _without(missing: str, text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, missing), GETA))


def _data(layout: Layout, faces: Faces, description: str) -> dict[str, Any]:
    return {
        "title": layout.title.replace("\n", ""),
        "author": layout.author,
        "description": description,
        "setup": asdict(layout.setup),
        "elements": _elements(layout),
        "foot": [asdict(row) for row in layout.foot],
        "draft": layout.draft,
        "draft_word": DRAFT_WORD,
        "draft_line": DRAFT_LINE,
        "families": {face: list(pick.families) for face, pick in faces.chosen.items()},
        "bold_mark": not faces.chosen["mark"].genuine,
        "latin": {"fang": faces.latin, "kai": faces.latin, **_heading_latin(faces)},
        "closer": CLOSER,
        "red": RED,
    }


def _heading_latin(faces: Faces) -> dict[str, str]:
    """Digits in headings from a face whose digits are as strong as its characters."""
    pick = faces.chosen["hei"]
    return {"hei": SANS} if SANS in pick.families and not pick.genuine else {}


def _elements(layout: Layout) -> list[dict[str, Any]]:
    """The elements as data; the distance after one and before the next are one distance."""
    done: list[dict[str, Any]] = []
    after = 0.0
    for item in layout.elements:
        before = item.before if isinstance(item, Line) else 0.0
        done.append(_element(item, layout.setup.measure) | {"above": after + before})
        after = item.after
    return done


def _element(item: Element, measure: float) -> dict[str, Any]:
    if isinstance(item, Line):
        limit = measure / item.size - max(item.first, 0) - item.left - item.right
        spans = _spans(item.spans, limit)
        return asdict(item) | {"kind": "line", "spans": spans, "far": _spans(item.far, limit)}
    return asdict(item) | _cells(item, measure) | {"kind": "grid", "whole": item.whole}


def _cells(item: Grid, measure: float) -> dict[str, Any]:
    limits = [(share * measure - CELL_INSET) / item.size for share in item.shares]

    def row(cells: tuple[Spans, ...]) -> list[list[dict[str, Any]]]:
        return [_spans(cell, limit) for cell, limit in zip(cells, limits, strict=True)]

    return {
        "rows": [row(cells) for cells in item.rows],
        "total": row(item.total) if item.total else None,
    }


def _spans(spans: Spans, limit: float) -> list[dict[str, Any]]:
    return [asdict(Span(breakable(span.text, limit), span.note, span.face)) for span in spans]


def breakable(text: str, limit: float) -> str:
    """The text with places to break inside words that are wider than ``limit`` characters."""

    def cut(match: re.Match[str]) -> str:
        word = match.group()
        return _BREAK_HERE.join(word) if len(word) * 0.55 > limit else word

    return _UNBROKEN.sub(cut, text)
