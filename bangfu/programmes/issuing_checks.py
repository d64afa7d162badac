"""Checks of workflows by which papers are written, reviewed, signed and issued."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bangfu.programmes.issuing import (
    ISSUER,
    OWNERS,
    PAPER,
    REVIEWER,
    SIGNER,
    WRITER,
    asks_of,
    of_papers,
)
from bangfu.programmes.kinds import Label
from bangfu.programmes.names import Names, basic
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both
from bangfu.programmes.references import ReferenceChecker
from bangfu.programmes.schema import Document, Enrol, Pairing, Step, Workflow
from bangfu.programmes.steps import earlier

#: What a step of a paper does not take: it is about no subject, and nobody objects to it.
_NOT_ASKED = ("of", "proof", "except_", "lasts", "where")
#: The owners that stand at one step of a way of papers: what is asked there, and how many at least.
_ONCE = (
    (WRITER, "text", 1, both("起草送审", "writing")),
    (SIGNER, "signature", 0, both("签发", "signing")),
    (ISSUER, "issue", 1, both("印发", "issuing")),
)
#: What a step waits for, by what is asked at it.
_BEFORE = {"signature": ("text", "review"), "issue": ("text", "review", "signature")}


@dataclass(slots=True)
class IssuingChecker:
    """Holds what a document, a workflow and its steps say of papers against each other."""

    names: Names
    refers: ReferenceChecker
    report: Report

    def document(self, route: Route, entry: Document) -> None:
        """That a document names a workflow which a paper of its sort can go by."""
        if entry.workflow is None:
            return
        self.refers.one_of(route, "workflow", (entry.workflow,), "workflow")
        flow, here = self._flow(entry.workflow), (*route, "workflow")
        if flow is None:
            return
        if not of_papers(flow):
            self._say(
                here,
                both(f"流程“{entry.workflow}”不是审签材料用的",
                     f"“{entry.workflow}” is no workflow for papers"),
                both(f'起草的一步写 owner = "{WRITER}"，印发的一步写 owner = "{ISSUER}"',
                     f'Give the step of writing owner = "{WRITER}", that of issuing '
                     f'owner = "{ISSUER}"'),
            )  # fmt: skip
            return
        for owner, word in ((REVIEWER, "reviewer"), (SIGNER, "signer")):
            self._named(route, here, entry, flow, owner, word)

    def _named(
        self, route: Route, here: Route, entry: Document, flow: Workflow, owner: str, word: str
    ) -> None:
        """That whoever the document names has a step, and a step's owner has a name or anybody."""
        there = any(owner in (step.owner or ()) for step in flow.items.values())
        if getattr(entry, word) and not there:
            self._say(
                (*route, word),
                both(f"流程“{entry.workflow}”里没有 owner = \"{owner}\" 的一步，{word} 用不上",
                     f"No step of “{entry.workflow}” has owner = \"{owner}\", so {word} is asked "
                     "nothing"),
                both(f"去掉 {word}，或给那一步写 owner = \"{owner}\"",
                     f"Leave {word} out, or give that step owner = \"{owner}\""),
            )  # fmt: skip
        elif owner == REVIEWER and there and not entry.reviewer:
            self._say(
                here,
                both(f"流程“{entry.workflow}”有一步由审核人办，这份材料没有写 reviewer",
                     f"A step of “{entry.workflow}” is the reviewer's; this document names none"),
                both("加上 reviewer", "Add reviewer"),
            )  # fmt: skip
        elif owner == SIGNER and not there and entry.type != "ledger":
            self._say(
                here,
                both(f"这份材料要签发，流程“{entry.workflow}”没有签发的一步",
                     f"This paper bears a signature; “{entry.workflow}” has no step for it"),
                both(f'加一步，写 owner = "{SIGNER}"', f'Add a step with owner = "{SIGNER}"'),
            )  # fmt: skip

    def workflow(self, route: Route, name: str, entry: Workflow) -> None:
        """That a way of papers is one: written first, issued last, signed after every review."""
        if not of_papers(entry):
            return
        kind = self.names.record(entry.each)
        if kind is not None and basic(kind) != PAPER:
            self._say(
                (*route, "each"),
                both("审签流程办的是材料", "A workflow of papers is for documents"),
                both(f'each = "{PAPER}"', f'each = "{PAPER}"'),
            )
        for here, problem, cure in self._order(entry):
            self._say((*route, *here), problem, cure)
        for key, step in entry.items.items():
            self._step((*route, "items", key), step)
        if not self._used(name):
            self._say(
                route,
                both("没有哪份材料按这个流程审签", "No document goes by this workflow"),
                both(f'在 [document.…] 里写 workflow = "{name}"',
                     f'Write workflow = "{name}" in a [document.…]'),
            )  # fmt: skip

    def _order(self, entry: Workflow) -> Iterator[tuple[tuple[str, ...], Label, Label]]:
        told: dict[str, str] = {key: asks_of(step) for key, step in entry.items.items()}
        for owner, asks, least, called in _ONCE:
            own = [key for key, one in told.items() if one == asks]
            if not least <= len(own) <= 1:
                yield (
                    ("items", own[-1]) if own else (),
                    both(f"{called.zh}的步骤有 {len(own)} 个",
                         f"There are {len(own)} steps of {called.en}"),
                    both(f'只留一步写 owner = "{owner}"', f'Give just one step owner = "{owner}"'),
                )  # fmt: skip
                return
        for key, asks in told.items():
            first = asks == "text"
            if bool(entry.items[key].after) == first:
                yield (
                    ("items", key, "after") if first else ("items", key),
                    both(f"“{key}”：起草送审在最先，别的步骤都在它之后",
                         f"“{key}”: writing comes first, and every other step after it"),
                    both("起草的一步不写 after，别的都写", "Give every step but writing an after"),
                )  # fmt: skip
        for key, asks in told.items():
            before = _BEFORE.get(asks, ())
            wait = earlier(entry, key)
            left = [one for one, its in told.items() if its in before and one not in wait]
            if left and entry.items[key].after:
                yield (
                    ("items", key, "after"),
                    both(f"“{key}”没有等“{'、'.join(left)}”",
                         f"“{key}” does not wait for {', '.join(left)}"),
                    both("在 after 里补上", "Name them in after"),
                )  # fmt: skip

    def _step(self, route: Route, step: Step) -> None:
        owners = step.owner or ()
        if not owners or len(owners) > 1 and any(one in OWNERS for one in owners):
            told = "、".join(OWNERS)
            self._say(
                (*route, "owner") if owners else route,
                both(f"每一步写一个 owner：单位，或 {told} 之一，不并列",
                     f"Each step has an owner: units, or one of {', '.join(OWNERS)} alone"),
                both("写明是谁的步骤", "Say whose step it is"),
            )  # fmt: skip
        for name in owners:
            if name in OWNERS and name in self.names:
                self._say(
                    (*route, "owner"),
                    both(f"“{name}”在审签流程里有固定的意思，不能另作名称",
                         f"“{name}” has its own meaning in a workflow of papers, so no entry is "
                         "called so"),
                    both("给那一条换个名称", "Call that entry otherwise"),
                )  # fmt: skip
        for word in _NOT_ASKED:
            if getattr(step, word) is not None:
                shown = word.rstrip("_")
                self._say(
                    (*route, shown),
                    both(f"审签的一步不用 {shown}", f"A step of a paper takes no {shown}"),
                    both(f"去掉 {shown}", f"Leave {shown} out"),
                )

    def other(self, route: Route, entry: Enrol | Pairing) -> None:
        """That nobody is taken in or handed over by a way of papers."""
        flow = self._flow(entry.workflow) if entry.workflow else None
        if flow is not None and of_papers(flow):
            self._say(
                (*route, "workflow"),
                both(f"流程“{entry.workflow}”是审签材料用的", f"“{entry.workflow}” is for papers"),
                both("另写一个流程", "Write another workflow"),
            )

    def _say(self, route: Route, problem: Label, cure: Label) -> None:
        self.report.add(route, problem, cure)

    def _used(self, name: str) -> bool:
        if any(section == "document" for section in self.names.unread.values()):
            return True
        told = [entry for _section, entry in self.names.entries.values()]
        return any(isinstance(one, Document) and one.workflow == name for one in told)

    def _flow(self, name: str) -> Workflow | None:
        if name in self.names.broken or name not in self.names.entries:
            return None
        entry = self.names.entry(name)
        return entry if isinstance(entry, Workflow) else None
