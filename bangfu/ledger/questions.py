"""What a programme asks when a piece of work is recorded: the questions of its kinds of work."""

from __future__ import annotations

from bangfu.ledger.conditions import may_belong
from bangfu.ledger.meaning import Meaning, NotInForce
from bangfu.ledger.models import Activity, Programme
from bangfu.ledger.moment import Moment
from bangfu.programmes.kinds import Field
from bangfu.programmes.schema import Activity as Entry


def questions_of(activity: Activity) -> dict[str, Field]:
    """The questions that are asked of a piece of work, by their keys, in the file's order."""
    if activity.programme_id is None:
        return {}
    programme = Programme.objects.current().get(fact=activity.programme_id)
    try:
        meaning = Meaning.of(programme, Moment(activity.date))
    except NotInForce:
        return {}
    found: dict[str, Field] = {}
    for name, entry in meaning.file.entries("activity"):
        assert isinstance(entry, Entry)
        kind = meaning.record_of(name) if entry.items else None
        if kind is None or not may_belong(activity.fact, (name,), {}, meaning, activity.date):
            continue
        asked = {key: kind[key] for key in entry.items if key in kind}
        found |= {key: field for key, field in asked.items() if field.is_answer}
    return found
