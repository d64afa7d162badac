"""Checks of workflows by which pairings are handed over: one step is the successor's."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.programmes.handing_over import SUCCESSOR, answers_of
from bangfu.programmes.names import Names, basic
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both
from bangfu.programmes.references import ReferenceChecker
from bangfu.programmes.schema import Enrol, Pairing, Step, Workflow
from bangfu.programmes.steps import is_appeal


@dataclass(slots=True)
class HandoverChecker:
    """Holds what a pairing, a workflow and its steps say of handing over against each other."""

    names: Names
    refers: ReferenceChecker
    report: Report

    def pairing(self, route: Route, entry: Pairing) -> None:
        """That a pairing names a workflow which a hand-over can go by."""
        if entry.workflow is None:
            return
        self.refers.one_of(route, "workflow", (entry.workflow,), "workflow")
        flow = self._flow(entry.workflow)
        if flow is None:
            return
        here = (*route, "workflow")
        if len(answers_of(flow)) != 1:
            self.report.add(
                here,
                both(
                    f"流程“{entry.workflow}”里要有一步由接手人答复，而且只有一步",
                    f"In the workflow “{entry.workflow}” one step has to be the successor's, and "
                    "only one",
                ),
                both(f'这一步写 owner = "{SUCCESSOR}"', f'Give that step owner = "{SUCCESSOR}"'),
            )
        self._for_whom(here, entry, flow)

    def _for_whom(self, here: Route, entry: Pairing, flow: Workflow) -> None:
        asked, each = self.names.common(entry.subject.of), self.names.record(flow.each)
        if asked is None or each is None or basic(asked) == basic(each):
            return
        self.report.add(
            here,
            both(
                f"流程“{entry.workflow}”办的是{each.label.zh}，结对的对象是{asked.label.zh}",
                f"The workflow “{entry.workflow}” is for the kind {each.label.en}; those who are "
                f"helped are of the kind {asked.label.en}",
            ),
            both(f'流程里写 each = "{entry.subject.of[0]}"',
                 f'Write each = "{entry.subject.of[0]}" in the workflow'),
        )  # fmt: skip

    def workflow(self, route: Route, name: str, entry: Workflow) -> None:
        """That a step of a successor stands where there is one, and nobody objects there."""
        own = answers_of(entry)
        for key in own:
            self._step((*route, "items", key), name, entry.items[key])
        for key, step in entry.items.items() if own else ():
            if is_appeal(step):
                self.report.add(
                    (*route, "items", key, "where"),
                    both("移交没有申诉的步骤", "A hand-over has no step that answers an appeal"),
                    both("去掉这一步；不同意的，另行提出移交",
                         "Leave it out; what was refused is offered anew"),
                )  # fmt: skip

    def _step(self, route: Route, name: str, step: Step) -> None:
        if step.owner != (SUCCESSOR,) or SUCCESSOR in self.names:
            self.report.add(
                (*route, "owner"),
                both(f"“{SUCCESSOR}”指接手人，不能与别的名字并列，也不能另作名称",
                     f"“{SUCCESSOR}” is who takes over: no other owner stands beside it, and no "
                     "entry is called so"),
                both(f'owner = "{SUCCESSOR}"', f'owner = "{SUCCESSOR}"'),
            )  # fmt: skip
        for word in ("of", "proof", "except_", "lasts"):
            if getattr(step, word) is not None:
                shown = word.rstrip("_")
                self.report.add(
                    (*route, shown),
                    both(f"接手人答复的一步不用 {shown}",
                         f"The step of a successor takes no {shown}"),
                    both(f"去掉 {shown}，要查的另写一步",
                         f"Leave {shown} out; write a step of its own"),
                )  # fmt: skip
        if step.where is not None:
            self.report.add(
                (*route, "where"),
                both("接手人总要答复，不能附条件",
                     "The successor always answers: without a condition"),
                both("去掉 where", "Leave where out"),
            )  # fmt: skip
        if not self._named(name):
            self.report.add(
                (*route, "owner"),
                both("没有哪种结对按这个流程移交，也就没有接手人",
                     "No pairing is handed over by this workflow, so there is no successor"),
                both(f'在 [pairing.…] 里写 workflow = "{name}"',
                     f'Write workflow = "{name}" in a [pairing.…]'),
            )  # fmt: skip

    def enrol(self, route: Route, entry: Enrol) -> None:
        """That nobody is taken in by a way of handing over."""
        flow = self._flow(entry.workflow) if entry.workflow else None
        if flow is not None and answers_of(flow):
            self.report.add(
                (*route, "workflow"),
                both(f"流程“{entry.workflow}”是移交用的", f"“{entry.workflow}” is for hand-overs"),
                both("另写一个流程", "Write another workflow"),
            )

    def _named(self, name: str) -> bool:
        if any(section == "pairing" for section in self.names.unread.values()):
            return True
        told = [entry for _section, entry in self.names.entries.values()]
        return any(isinstance(one, Pairing) and one.workflow == name for one in told)

    def _flow(self, name: str) -> Workflow | None:
        if name in self.names.broken or name not in self.names.entries:
            return None
        entry = self.names.entry(name)
        return entry if isinstance(entry, Workflow) else None
