"""The second pass over activities: what is asked when the work is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.programmes.bounds import Context
from bangfu.programmes.claims import ClaimChecker
from bangfu.programmes.kinds import Label
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both
from bangfu.programmes.schema import Activity, Question


@dataclass(slots=True)
class QuestionChecker:
    """Holds the questions of an activity against its records and the names of the file."""

    claims: ClaimChecker
    report: Report

    def check(self, route: Route, entry: Activity, context: Context) -> None:
        """Check each question: its bounds, when it is asked, its options and its name."""
        kind = self.claims.listed(route, entry)
        for key, question in entry.items.items():
            here = (*route, "items", key)
            self.claims.bounds.check(here, question, context)
            if question.where is not None and kind:
                self.claims.conditions.check((*here, "where"), question.where, (kind,))
            if question.type in ("choice", "choices") and not question.items:
                self.report.add(
                    (*here, "type"),
                    both("选择题没有写选项", "A choice without options"),
                    both('加上 items = { key = "选项" }', 'Add items = { key = "…" }'),
                )
            if key in self.claims.names.entries or key in self.claims.names.vocabulary:
                self._named_already(here, key)
            elif kind and question.items and entry.of:
                self._field_of_its_own(here, key, question, entry.of)

    def _field_of_its_own(
        self, route: Route, key: str, question: Question, of: Sequence[str]
    ) -> None:
        """Say that a question with options bears the name of a field, which has its own words."""
        kinds = [kind for name in of if (kind := self.claims.names.record(name)) and key in kind]
        fields = [kind[key] for kind in kinds]
        for one in fields[:1]:
            if not one.codes or {*(question.items or ())} <= {*one.codes}:
                continue
            self.report.add(
                route,
                both(
                    f"“{key}”是记录本来的字段（{one.label.zh}），选项不会算数",
                    f"“{key}” is a field of the record ({one.label.en}): options would not count",
                ),
                both(
                    f"给问题换一个名字，例如 {key}_told",
                    f"Give the question another name, for example {key}_told",
                ),
            )

    def _named_already(self, route: Route, key: str) -> None:
        """Say that a question bears the name of an entry or a kind, and where that stands."""
        there = Label("记录种类", "a kind of record")
        if key in self.claims.names.entries:
            section = self.claims.names.section(key)
            line = self.report.positions.of((section, key)).line
            there = both(f"第 {line} 行的 [{section}]", f"an entry of [{section}] on line {line}")
        self.report.add(
            route,
            both(
                f"问题“{key}”和{there.zh}同名",
                f"The question “{key}” bears the name of {there.en}",
            ),
            both("给问题换一个名字", "Give the question another name"),
        )
