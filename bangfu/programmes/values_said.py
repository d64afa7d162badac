"""Dated values read aloud: by what they go, and the number of each case from each day on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bangfu.programmes.kinds import Label
from bangfu.programmes.literals import is_number
from bangfu.programmes.namings import Namings
from bangfu.programmes.saying import join, number, say
from bangfu.programmes.schema import Dated, Value
from bangfu.programmes.times_said import day
from bangfu.programmes.values import options_of


@dataclass(slots=True)
class ValuesSaid:
    """Says what the dated values of one file mean."""

    namings: Namings

    def value(self, entry: Value) -> list[Label]:
        """What a value says: by what it goes, and its numbers from each day on."""
        said = []
        if entry.by:
            path, _ = self._cases_of(entry.by)
            said.append(say("按{path}不同", "Differs by {path}", path=path))
        return [*said, *(self._dated(dated, entry) for dated in entry.items)]

    def _cases_of(self, by: str) -> tuple[Label, Mapping[str, Label]]:
        """What tells the numbers of a value apart: a class of the file, or a field; its codes."""
        names = self.namings.names
        if names.may_be(by, "class"):
            return self.namings.thing(by), options_of(names, by)
        kinds = self.namings.names.vocabulary.kinds.values()
        found = next((kind[by] for kind in kinds if by in kind), None)
        return (found.label, found.codes or {}) if found else (Label(by, by), {})

    def _dated(self, dated: Dated, entry: Value) -> Label:
        paper = self.namings.thing(dated.paper)
        return say(
            "自{day}起为{value}（依据{paper}）",
            "From {day}: {value} (by {paper})",
            day=day(dated.from_),
            value=self._case(dated.is_, entry),
            paper=paper,
        )

    def _case(self, value: object, entry: Value) -> Label:
        unit = entry.unit or ""
        if isinstance(value, Mapping):
            _, codes = self._cases_of(entry.by or "")
            cases = [
                say(
                    "{code}{n}{unit}",
                    "{code} {n} {unit}",
                    code=codes.get(key, Label(key, key)),
                    n=number(inner),
                    unit=unit,
                )
                for key, inner in value.items()
            ]
            return join(cases, "、", ", ")
        if isinstance(value, dt.date):
            return day(value)
        assert is_number(value) and isinstance(value, int | float)
        return Label(f"{number(value)}{unit}", f"{number(value)} {unit}".rstrip())
