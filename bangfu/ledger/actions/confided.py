"""The confidential note of a talk: read again by those who held it or wrote it down only.

What was said in confidence is not for whoever may open the talk: a clerk, a lead or an inspector
sees that there was one, and that a note is kept.
"""

from __future__ import annotations

from bangfu.ledger import vault
from bangfu.ledger.access import may, require
from bangfu.ledger.actions.event import By, about_is, action
from bangfu.ledger.actions.looking import looked_today
from bangfu.ledger.models import Activity, Event, Participant, Subject, User


def may_look(user: User, activity: Activity) -> bool:
    """Whether an account's person held the talk, or the account wrote the note down.

    Who looks as somebody else writes nothing, and so reads nothing.
    """
    if user.seen_by is not None or not may(user, "activity.look"):
        return False
    took_part = Participant.objects.current().filter(activity=activity.fact, part="who")
    if user.person_id and took_part.filter(subject=user.person_id).exists():
        return True
    return Event.objects.filter(about=activity.fact, by=user, verb__in=_WRITING).exists()


#: The actions by which a note comes into the ledger.
_WRITING = ("activity.record", "activity.visit")


def read(*, by: By, activity: Activity) -> str:
    """The note in clear; empty for whom it is not, and where who it is about was erased.

    The first look of a day is written down.
    """
    if by.user is None or not activity.private_note or not may_look(by.user, activity):
        return ""
    about = _about(activity)
    held = vault.keys_of([about.fact]) if about else {}
    if about is None or about.fact not in held:
        return ""
    if not looked_today(by.user, "activity.look", [about.fact]):
        look(by=by, activity=activity, subject=about)
    return held[about.fact].open("private_note", bytes(activity.private_note))


def _about(activity: Activity) -> Subject | None:
    """The one subject under whose key the note is sealed."""
    told = Participant.objects.current().filter(activity=activity.fact, part="whom")
    found = told.select_related("subject").first()
    return found.subject if found else None


@action("activity.look")
def look(*, by: By, activity: Activity, subject: Subject) -> None:
    """Write down that somebody reads what was said in confidence, before it is shown."""
    require(by.user, "activity.look", activity)
    about_is(subject)
