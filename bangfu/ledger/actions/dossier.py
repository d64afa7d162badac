"""All that is held about one subject is handed out as a paper, for a purpose that is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bangfu.ledger.access import require
from bangfu.ledger.actions.event import By, about_is, action, current_act
from bangfu.ledger.actions.saved_list import column_of
from bangfu.ledger.actions.subject import say_purpose, say_what_for
from bangfu.ledger.models import Place, Subject
from bangfu.ledger.vocabulary import VOCABULARY


@action("dossier.take")
def take(*, by: By, subject: Subject | Place, told: Mapping[str, Sequence[str]], rows: int) -> int:
    """Write down that what is on record about somebody is handed out; how many rows that are.

    ``told``: the fields that are handed out, by kind. What they say is in no event.
    """
    if isinstance(subject, Place):
        require(by.user, "dossier.take", subject)
        say_purpose(by)
    else:
        require(by.user, "dossier.take", subject.fact)
        say_what_for(by, subject)
    about_is(subject)
    for kind, fields in told.items():
        current_act().fields[kind] = {column_of(VOCABULARY[kind][name]) for name in fields}
    return rows
