"""What a line of a programme's file asks to be shown for it: some words, a paper, a photo."""

from __future__ import annotations

from bangfu.ledger.actions.event import Refused
from bangfu.ledger.models import File, Subject


def proved(proof: str | None, about: Subject, evidence: str, file: File | None) -> None:
    """Refuse what lacks the proof that is asked for, or brings a file about somebody else."""
    if file is not None and file.subject_id != about.fact:
        raise Refused("file_of_another", "This file is about somebody else.")
    if proof == "note" and not evidence.strip():
        raise Refused("evidence_missing", "Say what was done.")
    if proof == "paper" and not evidence.strip() and file is None:
        raise Refused("paper_missing", "Name the paper, or choose its file.")
    if proof == "photo" and (file is None or file.form != "photo"):
        raise Refused("photo_missing", "Choose a photo; it is added on the subject's page first.")
