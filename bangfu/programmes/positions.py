"""Where in a TOML text each table, key and item stands, so that every error can name its line.

``tomllib`` gives the values and this module gives the places. It only ever reads a text that
``tomllib`` has already accepted, so it need not judge: it cuts the text into tokens and follows
brackets. Keys are unquoted by ``tomllib`` itself. Why it is done so: docs/decisions/0003.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

Step = str | int
Route = tuple[Step, ...]

_TOKEN: Final = re.compile(
    r'''
      (?P<space>[ \t]+|\#[^\n]*)
    | (?P<line>\r?\n)
    | (?P<string>"""(?:\\.|[^\\])*?"{3,5}|\'{3}.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    | (?P<mark>[\[\]{},=.])
    | (?P<bare>[^\s\[\]{},=."'\#]+)
    ''',
    re.VERBOSE | re.DOTALL,
)


class Position(NamedTuple):
    """A place in a text, both counted from one; columns count characters."""

    line: int
    column: int


class _Token(NamedTuple):
    sort: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Positions:
    """The place of every table, key and item of a text, by the way that leads to it."""

    places: Mapping[Route, Position]

    def of(self, route: Route) -> Position:
        """The place of a key, or of the nearest table above it if it is not written."""
        for length in range(len(route), 0, -1):
            if place := self.places.get(route[:length]):
                return place
        return Position(1, 1)


def positions(text: str) -> Positions:
    """The places of everything in a TOML text that ``tomllib`` accepts."""
    scanner = _Scanner(_tokens(text), _Lines(text))
    scanner.document()
    return Positions(scanner.places)


class _Lines:
    """From the offset of a character to its line and column."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(found.end() for found in re.finditer(r"\n", text))]

    def place(self, offset: int) -> Position:
        """The line and column of a character."""
        line = bisect_right(self.starts, offset)
        return Position(line, offset - self.starts[line - 1] + 1)


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(found.lastgroup or "", found.group(), found.start())
        for found in _TOKEN.finditer(text)
        if found.lastgroup != "space"
    ]


@dataclass(slots=True)
class _Scanner:
    """Follows the brackets of a text and notes the place of each key and item."""

    tokens: list[_Token]
    lines: _Lines
    at: int = 0
    table: Route = ()
    places: dict[Route, Position] = field(default_factory=dict)
    counts: dict[Route, int] = field(default_factory=dict)

    def document(self) -> None:
        """Follow the whole text."""
        while self.at < len(self.tokens):
            if self._is_mark("["):
                self._header()
            elif self.tokens[self.at].sort == "line":
                self.at += 1
            else:
                self._pair(self.table)

    def _header(self) -> None:
        start = self.tokens[self.at].start
        array = self._is_mark("[", ahead=1) and self._adjacent()
        self.at += 2 if array else 1
        route = self._inside(self._key(until="]"))
        self.at += 2 if array else 1
        if array:
            self.places.setdefault(route, self.lines.place(start))
            index = self.counts.get(route, -1) + 1
            self.counts[route] = index
            route = (*route, index)
        self.table = route
        self._note(route, start)

    def _inside(self, keys: list[str]) -> Route:
        """The route of a header; a key that names an array of tables means its last one."""
        route: Route = ()
        for number, key in enumerate(keys):
            route = (*route, key)
            if number < len(keys) - 1 and route in self.counts:
                route = (*route, self.counts[route])
        return route

    def _pair(self, table: Route) -> None:
        start = self.tokens[self.at].start
        route = (*table, *self._key(until="="))
        self.at += 1
        self._note(route, start)
        self._value(route)

    def _note(self, route: Route, start: int) -> None:
        for length in range(1, len(route)):
            self.places.setdefault(route[:length], self.lines.place(start))
        if route not in self.places or isinstance(route[-1], int):
            self.places[route] = self.lines.place(start)

    def _key(self, *, until: str) -> list[str]:
        written = []
        while not self._is_mark(until):
            written.append(self.tokens[self.at].text)
            self.at += 1
        return _unquoted("".join(written))

    def _value(self, route: Route) -> None:
        if self._is_mark("["):
            self._array(route)
        elif self._is_mark("{"):
            self._inline_table(route)
        else:
            while self.at < len(self.tokens) and not self._ends_value():
                self.at += 1

    def _array(self, route: Route) -> None:
        self.at += 1
        index = 0
        while not self._is_mark("]"):
            if self.tokens[self.at].sort == "line" or self._is_mark(","):
                self.at += 1
                continue
            item = (*route, index)
            self.places[item] = self.lines.place(self.tokens[self.at].start)
            self._value(item)
            index += 1
        self.at += 1

    def _inline_table(self, route: Route) -> None:
        self.at += 1
        while not self._is_mark("}"):
            if self.tokens[self.at].sort == "line" or self._is_mark(","):
                self.at += 1
                continue
            self._pair(route)
        self.at += 1

    def _ends_value(self) -> bool:
        token = self.tokens[self.at]
        return token.sort == "line" or token.sort == "mark" and token.text in ",]}"

    def _is_mark(self, text: str, *, ahead: int = 0) -> bool:
        at = self.at + ahead
        return at < len(self.tokens) and self.tokens[at][:2] == ("mark", text)

    def _adjacent(self) -> bool:
        return self.tokens[self.at + 1].start == self.tokens[self.at].start + 1


def _unquoted(written: str) -> list[str]:
    """The parts of a key as written; quotes and escapes are left to ``tomllib``."""
    if '"' not in written and "'" not in written:
        return written.split(".")
    return list(_chain(tomllib.loads(f"{written}=0")))


def _chain(table: Mapping[str, object]) -> Iterator[str]:
    for key, inner in table.items():
        yield key
        if isinstance(inner, dict):
            yield from _chain(inner)
