"""The way of a paper from its draft to its issue: as a file says it, else as it is built in.

Some steps of it are named by what is asked there of a paper; every other step is a review by those
whom its ``owner`` names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from bangfu.programmes.kinds import Label
from bangfu.programmes.schema import Document, Step, Workflow

if TYPE_CHECKING:
    from bangfu.programmes.programme import Programme

#: Under this name stand papers whose entry names no workflow. It is a kind of record, so no entry
#: of a file is called so.
PAPER: Final = "document"
#: Owners of steps of a paper: who writes it, whom its entry names, and who issues it.
WRITER: Final = "writer"
REVIEWER: Final = "reviewer"
SIGNER: Final = "signer"
ISSUER: Final = "issuer"
OWNERS: Final = (WRITER, REVIEWER, SIGNER, ISSUER)
#: What the built-in way and its steps are called.
TITLE: Final = Label("材料审签", "Review and signature of a paper")
CALLED: Final = {
    "written": Label("拟稿送审", "Written and handed in"),
    "reviewed": Label("审核", "Reviewed"),
    "signed": Label("签发", "Signed"),
    "issued": Label("印发", "Issued"),
}
#: No regulation sets these days; a file that has others says so in a workflow of its own.
_WITHIN: Final = "3 working days"
_ITEMS: Final[dict[str, Any]] = {
    "written": {"owner": WRITER},
    "reviewed": {"owner": REVIEWER, "after": "written", "within": _WITHIN},
    "signed": {"owner": SIGNER, "after": "reviewed", "within": _WITHIN},
    "issued": {"owner": ISSUER, "after": "signed", "within": _WITHIN},
}
BUILT_IN: Final = Workflow.model_validate(
    {
        "title": TITLE.zh,
        "each": PAPER,
        "items": {step: {"title": CALLED[step].zh, **said} for step, said in _ITEMS.items()},
    }
)
Asks = Literal["text", "review", "signature", "issue"]
_ASKS: Final[dict[str, Asks]] = {WRITER: "text", SIGNER: "signature", ISSUER: "issue"}


def way_of_paper(file: Programme, name: str) -> str:
    """The name of the workflow by which the papers of an entry are reviewed and signed."""
    entry = file.entry(name) if name in file else None
    return (entry.workflow if isinstance(entry, Document) else None) or PAPER


def asks_of(step: Step) -> Asks:
    """What is asked of a paper at a step of its way."""
    return _ASKS.get((step.owner or ("",))[0], "review")


def step_that_asks(flow: Workflow, asks: Asks) -> str | None:
    """The step of a paper's way at which that is asked; of reviews, the first."""
    return next((key for key, step in flow.items.items() if asks_of(step) == asks), None)


def of_papers(flow: Workflow) -> bool:
    """Whether a workflow is a way of papers, which handing in begins and nothing else."""
    return any(name in OWNERS for step in flow.items.values() for name in step.owner or ())


def named_at(step: Step, entry: Document | None) -> tuple[str, ...]:
    """The names of those whose step it is, by it and by the paper's entry; none: whoever may."""
    found: list[str] = []
    for name in step.owner or ():
        if name in (REVIEWER, SIGNER):
            own = getattr(entry, name) if entry is not None else None
            found += [own] if own else []
        elif name not in OWNERS:
            found.append(name)
    return tuple(found)


def must_be_done(name: str, step: Step, entry: Document | None) -> bool:
    """Whether a paper cannot be issued without a step: all of a file, and whoever is named."""
    return name != PAPER or bool(named_at(step, entry))
