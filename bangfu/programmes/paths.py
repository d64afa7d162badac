"""Paths of fields (``whom.kind``, ``person.post.organisation``): where they lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.programmes.conditions import called
from bangfu.programmes.kinds import Field, Kind
from bangfu.programmes.names import Names
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose, listed, slip
from bangfu.programmes.schema import Class


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

    def one_value(self, route: Route, path: str, kind: Kind) -> None:
        """Check that a path reads one value of a record, so that it can be told apart or added up.

        Only its first step may be a field of several: then each of them says one.
        """
        here: tuple[Kind, ...] = (kind,)
        for number, step in enumerate(path.split(".")):
            field = next((one[step] for one in here if step in one), None)
            if field is None:
                if not self._of_class(route, step):
                    self._tied(route, step)
                return
            if field.several:
                self._several(route, field)
            if field.type == "many" and number:
                self._tied(route, step)
                return
            here = self.names.targets(field) if field.type in ("one", "many") else ()

    def _of_class(self, route: Route, step: str) -> bool:
        """Whether a step is a way to sort; one that allows several classes at once is reported."""
        if step not in self.names or self.names.section(step) != "class":
            return False
        entry = self.names.entries[step][1]
        if isinstance(entry, Class) and 1 not in (entry.exactly, entry.at_most):
            self.report.add(
                route,
                both(
                    f"“{entry.title or step}”一个对象可以有几类，不能当作一个值",
                    f"{step} allows several classes at once and is not one value",
                ),
                both(
                    f'在 [class.{step}] 里加上 at_most = 1，或改用 of = "{step}"、by = "option"',
                    f'Add at_most = 1 to [class.{step}], or write of = "{step}", by = "option"',
                ),
            )
        return True

    def _tied(self, route: Route, step: str) -> None:
        self.report.add(
            route,
            both(
                f"“{step}”可以有几条记录，不是一个值，不能合计、去重或分组",
                f"There may be several {step}: no one value to add up, tell apart or group by",
            ),
            both(
                "把 of 换成那种记录，或用 each 和 as 归到每一个",
                "Let of name those records, or write each and as",
            ),
        )

    def _several(self, route: Route, field: Field) -> None:
        self.report.add(
            route,
            both(
                f"“{field.label.zh}”可以选几项，不是一个值",
                f"“{field.label.en}” may hold several words and is not one value",
            ),
            both("每一项写一个名单来数", "Count a list for each of the words"),
        )

    def _nowhere(self, route: Route, step: str, kinds: Sequence[Kind]) -> None:
        of = called(kinds)
        cure = choose(step, [key for kind in kinds for key in kind.fields])
        if route[-1] == "as":
            tied = [n for n in self.names.vocabulary if any(self._leads_back(n, k) for k in kinds)]
            if slip(step, tied):
                cure = choose(step, tied)
            else:
                cure = both(
                    f"{cure.zh}；回到记录就写它的种类：{listed(tied)}",
                    f"{cure.en}; back to its records by their kind: {listed(tied)}",
                )
        self.report.add(
            route, both(f"{of.zh}没有“{step}”这个字段", f"{of.en} has no field “{step}”"), cure
        )

    def _leads_back(self, name: str, kind: Kind) -> bool:
        """Whether records of a kind, no preset of another, belong to those of a kind."""
        there = self.names.vocabulary[name]
        return not there.basic and bool(self.names.ties(of=there, to=kind))
