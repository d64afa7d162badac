"""The second pass over workflows: whom a step asks about, and what must come first."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.programmes.bounds import Context
from bangfu.programmes.claims import ClaimChecker
from bangfu.programmes.kinds import Kind
from bangfu.programmes.literals import shown
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose
from bangfu.programmes.schema import Step, Workflow
from bangfu.programmes.steps import case_words, in_a_circle, subject_words


@dataclass(slots=True)
class WorkflowChecker:
    """Holds the steps of a workflow against names and each other."""

    claims: ClaimChecker
    report: Report

    def check(self, route: Route, entry: Workflow, context: Context) -> None:
        """Check for what it runs, and each step: what it asks, and what must come first."""
        self.claims.countable((*route, "each"), (entry.each,))
        kind = self.claims.names.record(entry.each)
        for key, step in entry.items.items():
            self._step((*route, "items", key), step, entry, kind, context)
        for key in in_a_circle(entry):
            self.report.add(
                (*route, "items", key, "after"),
                both(f"“{key}”这一步要等它自己", f"The step “{key}” waits for itself"),
                both("改 after，不要绕成圈", "Change after so that no circle is left"),
            )

    def _step(
        self, route: Route, step: Step, entry: Workflow, kind: Kind | None, context: Context
    ) -> None:
        if step.of is None and step.where is not None:
            self._of_the_case((*route, "where"), step)
            asked = subject_words(step)
            if kind and asked:
                self.claims.conditions.check((*route, "where"), asked, (kind,))
            step = step.model_copy(update={"where": None})
        self.claims.claim(route, step, context)
        for name in step.after or ():
            if name not in entry.items:
                self.report.add(
                    (*route, "after"),
                    both(f"这个流程里没有“{name}”这一步", f"This workflow has no step “{name}”"),
                    choose(name, entry.items),
                )

    def _of_the_case(self, route: Route, step: Step) -> None:
        """What a step asks of the case itself: after which outcome, and whether it is urgent."""
        asked = case_words(step)
        allowed = {"outcome": ("refused", "appealed"), "urgent": (True, False)}
        for word, value in asked.items():
            if value not in allowed[word]:
                told = "、".join(shown(one) for one in allowed[word])
                self.report.add(
                    (*route, word),
                    both(f"{word} 不能是 {shown(value)}", f"{word} cannot be {shown(value)}"),
                    both(f"可以写：{told}", f"Write one of: {told.replace('、', ', ')}"),
                )
        if "outcome" in asked and not step.after:
            self.report.add(
                (*route, "outcome"),
                both("没有写是哪一步的结果", "It does not say the outcome of which step"),
                both("加上 after", "Add after"),
            )
