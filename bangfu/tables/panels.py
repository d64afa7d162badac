"""Tables side by side: columns that a blank one parts, or headings that are all said again."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

Paths = Mapping[int, tuple[str, ...]]
#: A table has so many columns at least.
_FEWEST = 2


def parted_columns(paths: Paths) -> list[dict[int, tuple[str, ...]]]:
    """The columns of each table that stands under one row of headings, from the left."""
    columns = sorted(paths)
    gaps = [after for before, after in pairwise(columns) if after > before + 1 and paths[before]]
    panels = _cut(paths, columns, gaps)
    if len(panels) > 1 and all(len(panel) >= _FEWEST for panel in panels):
        if all(_plain(panel) for panel in panels):
            return panels
    return _said_again(paths, columns)


def _plain(panel: Paths) -> bool:
    """Whether every column of a table has a heading."""
    return all(panel.values())


def _cut(paths: Paths, columns: list[int], starts: list[int]) -> list[dict[int, tuple[str, ...]]]:
    found: list[dict[int, tuple[str, ...]]] = [{}]
    for column in columns:
        if column in starts:
            found.append({})
        found[-1][column] = paths[column]
    return found


def _said_again(paths: Paths, columns: list[int]) -> list[dict[int, tuple[str, ...]]]:
    """Columns whose headings are the same ones two or three times over."""
    said = [paths[column] for column in columns]
    for times in (2, 3, 4):
        size, rest = divmod(len(said), times)
        again = [said[place : place + size] for place in range(0, len(said), size or 1)]
        if not rest and size >= _FEWEST and all(part == again[0] for part in again):
            if len(set(said[:size])) == size:
                return _cut(paths, columns, columns[size::size])
    return [dict(paths)]
