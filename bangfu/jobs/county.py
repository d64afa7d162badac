"""The fictional county is entered into the ledger, with its history of names and borders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bangfu.ledger.actions import place as places
from bangfu.ledger.actions.event import By
from bangfu.ledger.divisions import FictionalPlace, Former, fictional
from bangfu.ledger.models import Place


def enter(*, by: By) -> dict[str, Place]:
    """Enter every place as it first was, then each change on its day; by key of the table."""
    found: dict[str, Place] = {}
    for line in fictional():
        found[line.key] = _first(line, found, by)
    for on, line, state in sorted(_changes(), key=lambda c: c[0]):
        _change(found, line, state, on, by)
    for line in fictional():
        for alias in line.aliases:
            places.add_alias(
                by=by,
                place=found[line.key],
                text=alias.text,
                sort=alias.sort,
                began=line.began,
                source=alias.source,
            )
    return found


def _first(line: FictionalPlace, found: dict[str, Place], by: By) -> Place:
    was = line.former[0] if line.former else None
    parent = was.parent if was else line.parent
    return places.add(
        by=by,
        name=was.name if was else line.name,
        level=line.level,
        kind=line.kind,
        parent=found.get(parent),
        code=was.code if was else line.code,
        began=was.began if was else line.began,
        key=line.name == "前岫村",
    )


def _changes() -> Iterator[tuple[dt.date, FictionalPlace, Former | None]]:
    """Each later state of a place with its first day; None is the present one."""
    for line in fictional():
        states: list[Former | None] = [*line.former, None]
        for state in states[1:]:
            yield (state.began if state else line.began), line, state


def _change(
    found: dict[str, Place], line: FictionalPlace, state: Former | None, on: dt.date, by: By
) -> None:
    place = Place.objects.get(pk=found[line.key].pk)
    name, code = (state.name, state.code) if state else (line.name, line.code)
    parent = Place.objects.get(pk=found[state.parent if state else line.parent].pk)
    if parent.fact != place.parent_id or code != place.code:
        places.move(by=by, place=place, to=parent, on=on, code=code, source="县区划调整")
    if name != place.name:
        places.rename(by=by, place=place, name=name, on=on, source="县区划调整")
    found[line.key] = place
