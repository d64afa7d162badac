"""The way by which a pairing passes to a successor: as a file says it, else as it is built in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bangfu.programmes.kinds import Label
from bangfu.programmes.schema import Pairing, Workflow

if TYPE_CHECKING:
    from bangfu.programmes.programme import Programme

#: Under this name stand hand-overs of pairings whose entry names no workflow. It is a kind of
#: record, so no entry of a file is called so.
HANDOVER: Final = "handover"
#: The owner of the step in which the successor answers.
SUCCESSOR: Final = "successor"
#: What the built-in way and its step are called.
TITLE: Final = Label("移交", "Hand-over")
CALLED: Final = {"answered": Label("接手人答复", "The successor answers")}
_ITEMS: Final[dict[str, Any]] = {
    step: {"title": called.zh, "owner": SUCCESSOR} for step, called in CALLED.items()
}
#: The successor answers by the day from which the hand-over takes effect: no number of days is
#: invented.
BUILT_IN: Final = Workflow.model_validate({"title": TITLE.zh, "each": HANDOVER, "items": _ITEMS})


def way_of(file: Programme, pairing: str) -> str:
    """The name of the workflow by which the pairings of an entry are handed over."""
    entry = file.entry(pairing) if pairing in file else None
    return (entry.workflow if isinstance(entry, Pairing) else None) or HANDOVER


def answers_of(flow: Workflow) -> list[str]:
    """The steps in which a successor answers: of a way of handing over there is one."""
    return [key for key, step in flow.items.items() if SUCCESSOR in (step.owner or ())]
