"""Workflows by their names: those of a file, and the ways that are built in beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from bangfu.programmes import handing_over, issuing, leaving
from bangfu.programmes.kinds import Label
from bangfu.programmes.schema import Workflow

if TYPE_CHECKING:
    from bangfu.programmes.programme import Programme

#: Each built-in way by its name, which no entry of a file can bear.
BUILT_IN: Final[Mapping[str, Workflow]] = {
    handing_over.HANDOVER: handing_over.BUILT_IN,
    issuing.PAPER: issuing.BUILT_IN,
    leaving.LEAVE: leaving.BUILT_IN,
}
#: What the built-in ways and their steps are called.
CALLED: Final[Mapping[str, Label]] = {
    handing_over.HANDOVER: handing_over.TITLE,
    **handing_over.CALLED,
    issuing.PAPER: issuing.TITLE,
    **issuing.CALLED,
    leaving.LEAVE: leaving.TITLE,
    **leaving.CALLED,
}


def flow_called(file: Programme, name: str) -> Workflow | None:
    """A workflow by its name, a built-in one too; None where the file has none."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    entry = file.entry(name) if name in file else None
    return entry if isinstance(entry, Workflow) else None


def flow_title(name: str, flow: Workflow) -> Label:
    """What a workflow is called; a built-in one in both languages."""
    told = flow.title or name
    return CALLED[name] if name in BUILT_IN else Label(told, told)


def step_title(name: str, flow: Workflow, step: str) -> Label:
    """What a step of a workflow is called."""
    if name in BUILT_IN and step in CALLED:
        return CALLED[step]
    told = (flow.items[step].title if step in flow.items else None) or step
    return Label(told, told)


def begins_by_itself(flow: Workflow) -> bool:
    """Whether a workflow is a way on which a hand-over or a paper goes: nobody starts it."""
    return bool(handing_over.answers_of(flow)) or issuing.of_papers(flow)
