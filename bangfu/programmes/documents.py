"""The second pass over documents: the columns of a ledger, and what a paper shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bangfu.programmes.claims import ClaimChecker
from bangfu.programmes.names import COUNTABLE
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose
from bangfu.programmes.schema import Document, Part


@dataclass(slots=True)
class DocumentChecker:
    """Holds what a document shows against the names of the file."""

    claims: ClaimChecker
    report: Report

    def check(self, route: Route, entry: Document) -> None:
        """Check its columns, or the parts and what each of them shows."""
        kind = self.claims.listed(route, entry)
        if isinstance(entry.items, Mapping):
            for key, part in entry.items.items():
                self._part((*route, "items", key), part)
        elif entry.of is None:
            self._shown((*route, "items"), entry.items)
        elif kind:
            for number, column in enumerate(entry.items):
                self.claims.paths.follow((*route, "items", number), column, (kind,))

    def _part(self, route: Route, part: Part) -> None:
        self._shown((*route, "items"), part.items)

    def _shown(self, route: Route, names: Sequence[str]) -> None:
        """What a document shows: figures, lists, targets, and whatever else can be listed."""
        allowed = (*COUNTABLE, "figure", "value", "phase")
        for number, name in enumerate(names):
            if self.claims.names.may_be(name, *allowed):
                continue
            self.report.add(
                (*route, number),
                both(
                    f"没有叫“{name}”的数字、名单或任务",
                    f"No figure, list or duty is called “{name}”",
                ),
                choose(name, self.claims.names.of_sections(*allowed)),
            )
