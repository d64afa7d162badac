"""Every key that tomllib returns has a place, and the text at that place is the key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.programmes.positions import Position, Route, positions

SKETCHES = sorted((Path(__file__).parent / "sketches").glob("*.toml"))

HARD = '''
title = "标题" # 注释里的 [假.节] x = 1
a.b."c.d" = 1
'单引号' = { x = 1, y.z = [1, 2, { w = "]" }] }
[paper."山组字〔2009〕1号"]
text = """
[not.a.header]
key = "no"
"""
literal = \'\'\'
[nor.this]
\'\'\'
day = 2009-01-02 03:04:05
float = 3.14
[duty.x]
items = [
  { from = 2020-01-01, is = { a = 1 } }, # one
  { from = 2021-01-01, is = 2 } ,
]
[[case]]
title = "一"
given.person = "甲"
[[case]]
title = "二"
[case.deeper]
x = "\\"# not a comment"
'''


def routes(value: Any, above: Route = ()) -> Iterator[Route]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for step, one in inner:
        yield (*above, step)
        if isinstance(one, dict | list):
            yield from routes(one, (*above, step))


def check(text: str) -> None:
    found, lines = positions(text), text.split("\n")
    expected = set(routes(tomllib.loads(text)))
    assert set(found.places) == expected
    for route, (line, column) in found.places.items():
        key = route[-1]
        if isinstance(key, str) and key.isidentifier() and key.isascii():
            assert key in lines[line - 1][column - 1 :]


@pytest.mark.parametrize("path", SKETCHES, ids=lambda path: path.stem)
def test_it_places_every_key_of_whole_programmes(path: Path) -> None:
    check(path.read_text(encoding="utf-8"))


def test_it_places_quoted_keys_dotted_keys_and_nested_tables() -> None:
    check(HARD)
    found = positions(HARD)
    assert found.of(("paper", "山组字〔2009〕1号")) == Position(5, 1)
    assert found.of(("a", "b", "c.d")) == Position(3, 1)
    assert found.of(("单引号", "y", "z", 2, "w")) == Position(4, 33)
    assert found.of(("duty", "x", "items", 1, "is")).line == 18
    assert found.of(("case", 1, "deeper", "x")).line == 26


def test_it_names_the_nearest_table_for_what_is_not_written() -> None:
    found = positions("[duty.x]\nof = 'y'\n")
    assert found.of(("duty", "x", "each")) == Position(1, 1)
    assert found.of(("nothing",)) == Position(1, 1)


KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True) | st.text(
    alphabet="a.山〕\"'#[]={} \\", min_size=1, max_size=5
)
SCALARS = (
    st.integers(-5, 5) | st.booleans() | st.dates() | st.text(alphabet="x]}\"'#,=\\", max_size=5)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def written(value: Any, *, spread: bool) -> str:
    if isinstance(value, dict):
        inner = (f"{quoted(k)} = {written(v, spread=False)}" for k, v in value.items())
        return "{ " + ", ".join(inner) + " }"
    if isinstance(value, list):
        gap = "\n  # ] , [\n  " if spread else " "
        return "[" + ",".join(gap + written(one, spread=spread) for one in value) + gap + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value) if isinstance(value, str) else str(value)


@settings(max_examples=150)
@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=4), max_size=4), st.booleans())
def test_it_places_every_key_of_any_file(tables: dict[str, Any], spread: bool) -> None:
    text = ""
    for name, table in tables.items():
        text += f"[{quoted(name)}]  # a section\n"
        for key, value in table.items():
            text += f"{quoted(key)} = {written(value, spread=spread)} # an end\n"
    found = positions(text)
    assert set(found.places) == set(routes(tomllib.loads(text)))
    for route, (line, column) in found.places.items():
        if isinstance(route[-1], str) and len(route) > 1:
            assert text.split("\n")[line - 1][column - 1 :].startswith(quoted(route[-1]))
