"""What meetings decided: who answers for it, until when, and what became of it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from bangfu.ledger.access import may, opens, rights_of
from bangfu.ledger.models import Programme, Task, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.prepared import Question, asked
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.pages import total_of


def _told(user: User, rows: QuerySet[Task]) -> QuerySet[Task]:
    return opens(user, VOCABULARY["task"], rows).select_related("owner", "programme", "decided_at")


def tasks_waiting(user: User, moment: Moment, *, soon: int, most: int) -> tuple[list[Task], int]:
    """The account's own open tasks, then those of others that are late or soon due.

    Tasks of others are for those who see to tasks. Where there are more, how many stand open before
    the account, whose ever they are.
    """
    mine = Q(owner=user.person_id) if user.person_id else Q(pk__in=[])
    waits = mine
    if may(user, "task.finish"):
        waits = mine | Q(due__lte=moment.on + dt.timedelta(days=soon))

    def open_tasks() -> QuerySet[Task]:
        return _told(user, Task.objects.at(moment).filter(state="open"))

    def first(_: object) -> QuerySet[Task]:
        own = Case(When(mine, then=Value(0)), default=Value(1), output_field=IntegerField())
        return open_tasks().filter(waits).order_by(own, "due", "pk")[:most]

    found = asked(Question(("tasks", rights_of(user), moment, soon, most), first))
    return found, len(found) if len(found) < most else total_of(open_tasks())


def tasks_of_meeting(user: User, meeting: UUID) -> list[Task]:
    """What one meeting decided, as far as the account may open it."""
    rows = Task.objects.current().filter(decided_at=meeting)
    return list(_told(user, rows).order_by("due", "pk"))


def tasks_of_programme(user: User, programme: Programme, moment: Moment) -> list[Task]:
    """The tasks of a programme that were decided by a day, what is open first."""

    def of(keys: list[UUID]) -> QuerySet[Task]:
        rows = Task.objects.at(moment).filter(programme__in=keys)
        rank = Case(
            When(state="open", then=Value(0)), default=Value(1), output_field=IntegerField()
        )
        return _told(user, rows).order_by(rank, "due", "pk")[:100]

    what = ("tasks of a programme", rights_of(user), moment)
    return asked(Question(what, of), [programme.fact_key])
