"""Paths of fields (``whom.kind``, ``person.post.organisation``): where they lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.programmes.conditions import called
from bangfu.programmes.kinds import Field, Kind
from bangfu.programmes.names import Names
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose


@dataclass(frozen=True, slots=True)
class End:
    """Where a path ends: at a field, or at records of these kinds (none: of any kind)."""

    field: Field | None
    kinds: tuple[Kind, ...]


@dataclass(slots=True)
class PathChecker:
    """Follows paths through links and tied kinds, and reports the step that leads nowhere."""

    names: Names
    report: Report

    def follow(self, route: Route, path: str, kinds: Sequence[Kind]) -> End | None:
        """Where a path from records of these kinds ends; a wrong one is reported."""
        here: tuple[Kind, ...] = tuple(kinds)
        end = End(None, here)
        for step in path.split("."):
            if not here:
                return End(None, ())
            found = self._step(step, here)
            if found is None:
                self._nowhere(route, step, here)
                return None
            end, here = found, found.kinds
        return end

    def _step(self, step: str, kinds: Sequence[Kind]) -> End | None:
        fields = [kind[step] for kind in kinds if step in kind]
        if fields:
            links = fields[0].type in ("one", "many")
            return End(fields[0], self.names.targets(fields[0]) if links else ())
        if step in self.names and self.names.section(step) == "class":
            return End(Field(step, both(step), "code"), ())
        record = self.names.record(step)
        if record and any(self.names.ties(of=record, to=kind) for kind in kinds):
            return End(None, (record,))
        return None

    def _nowhere(self, route: Route, step: str, kinds: Sequence[Kind]) -> None:
        of = called(kinds)
        self.report.add(
            route,
            both(f"{of.zh}没有“{step}”这个字段", f"{of.en} has no field “{step}”"),
            choose(step, [key for kind in kinds for key in kind.fields]),
        )
