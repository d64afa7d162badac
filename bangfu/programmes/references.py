"""The second pass over names: who is meant by ``owner``, ``clause``, ``after`` and the like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bangfu.programmes.comparing import MEASURES, TWIN
from bangfu.programmes.conditions import GROUPS, TIED_WORDS
from bangfu.programmes.kinds import Kind, Label
from bangfu.programmes.left_sides import meaning
from bangfu.programmes.names import Names
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose
from bangfu.programmes.runs import IN_A_ROW

_ANSWERABLE: Final = ("person", "organisation", "post", "place")
_INLINED: Final = ("list", "activity", "fund", "organisation", "alert")
_COMPUTED: Final = ("checklist", "workflow", "duty", "target", "measure", "figure")


@dataclass(slots=True)
class ReferenceChecker:
    """Holds references against the sections they may point into."""

    names: Names
    clauses: Sequence[str]
    report: Report

    def clause(self, route: Route, clause: str | None) -> None:
        """Check that a clause is one of the paper's."""
        if clause is not None and clause not in self.clauses:
            self.report.add(
                (*route, "clause"),
                both(f"[clause] 里没有第“{clause}”条", f"[clause] has no “{clause}”"),
                choose(clause, self.clauses),
            )

    def one_of(self, route: Route, word: str, chosen: Iterable[str], *sections: str) -> None:
        """Check that names stand in one of some sections."""
        chosen = tuple(chosen)
        for number, name in enumerate(chosen):
            if self.names.may_be(name, *sections):
                continue
            here = (*route, word, number) if len(chosen) > 1 else (*route, word)
            where = "、".join(f"[{section}]" for section in sections)
            self.report.add(
                here,
                both(
                    f"{where} 里没有“{name}”",
                    f"There is no “{name}” in {where.replace('、', ', ')}",
                ),
                choose(name, self.names.of_sections(*sections)),
            )

    def answerable(self, route: Route, word: str, chosen: Sequence[str] | None) -> None:
        """Check that names stand for those who can answer or read: organisations or people."""
        for number, name in enumerate(chosen or ()):
            here = (*route, word, number) if chosen and len(chosen) > 1 else (*route, word)
            record = self.names.record(name)
            if name in self.names.broken or record and record.name in _ANSWERABLE:
                if name in self.names:
                    continue
            self.report.add(here, self._nobody(name), choose(name, self._answerable()))

    def _nobody(self, name: str) -> Label:
        if name in self.names:
            return both(
                f"“{name}”不是组织，也不是人员名单",
                f"{name} is neither an organisation nor a list of people",
            )
        return both(
            f"没有叫“{name}”的组织或人员名单",
            f"No organisation or list of people is called “{name}”",
        )

    def _answerable(self) -> list[str]:
        found = []
        for name in self.names.of_sections("organisation", "list", "enrol"):
            record = self.names.record(name)
            if record and record.name in _ANSWERABLE:
                found.append(name)
        return found


_WORDS: Final = ("of", "out_of", "each", "except", "at_least", "at_most", "exactly", "baseline")


def built_on(raw: object) -> list[str]:
    """The names that an entry as written is built on through ``of``."""
    return list(_bare(raw.get("of"))) if isinstance(raw, Mapping) else []


@dataclass(slots=True)
class Needs:
    """The names that must be read before an entry can be: what a circle would run along."""

    names: Names

    def of(self, name: str, raw: object) -> list[str]:
        """The names that an entry as written needs; those decided by people need nothing."""
        section = self.names.section(name)
        if section == "enrol":
            return built_on(raw)
        return list(self._said(raw, ())) if section in (*_INLINED, *_COMPUTED) else []

    def _said(self, raw: object, of: Sequence[str]) -> Iterable[str]:
        if isinstance(raw, Mapping):
            of = built_on(raw) or of
            for key, inner in raw.items():
                if key == "where":
                    kind = self.names.common(of)
                    yield from self._condition(inner, (kind,) if kind else ())
                    continue
                if key in _WORDS:
                    yield from _bare(inner)
                yield from self._said(inner, of)
        elif isinstance(raw, list | tuple):
            for inner in raw:
                yield from self._said(inner, of)

    def _condition(self, where: object, kinds: Sequence[Kind]) -> Iterable[str]:
        if isinstance(where, list | tuple):
            for inner in where:
                yield from self._condition(inner, kinds)
        elif isinstance(where, Mapping):
            for key, inner in where.items():
                left = None if key in (*GROUPS, TWIN) else meaning(self.names, key, kinds, inner)
                if left is not None and left.sort not in ("field", "link"):
                    yield key
                if isinstance(inner, Mapping):
                    yield from (one for word in MEASURES for one in _bare(inner.get(word)))
                if left is None or left.sort != "field":
                    told = _said_of(inner) if left and left.sort == "tied" else inner
                    yield from self._condition(told, left.kinds if left else kinds)


def _said_of(inner: object) -> object:
    """What a condition says of tied records, without the words by which they are counted."""
    if not isinstance(inner, Mapping):
        return inner
    return {key: one for key, one in inner.items() if key not in (*TIED_WORDS, IN_A_ROW)}


def _bare(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        yield from (one for one in value if isinstance(one, str))


def circles(needs: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The circles among names, each once, beginning with the name that stands first."""
    order = list(needs)
    found: dict[frozenset[str], list[str]] = {}
    for start in order:
        if circle := _way_back(needs, start):
            first = min(range(len(circle)), key=lambda at: order.index(circle[at]))
            found.setdefault(frozenset(circle), circle[first:] + circle[:first])
    return list(found.values())


def _way_back(graph: Mapping[str, Sequence[str]], start: str) -> list[str] | None:
    """The shortest way from a name along its needs back to itself."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for one in graph.get(way[-1], ()):
            if one == start:
                return way
            if one not in seen:
                seen.add(one)
                ways.append([*way, one])
    return None
