"""Lists that were brought in, as pages show them: the own ones, and others within reach."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger.access import ROLES, grants_of, keys_inside
from bangfu.ledger.conditions import NOTHING
from bangfu.ledger.models import Intake, User


def own_list(user: User, key: UUID) -> Intake | None:
    """A list that an account brought in, by its key."""
    return _of(user).filter(user=user, pk=key).first()


def list_open_to(user: User, key: UUID) -> Intake | None:
    """A list that an account may look at: its own, or one that was written within its reach."""
    return _of(user).filter(_open_to(user), pk=key).first()


def tables_of(user: User, intake: Intake) -> list[Intake]:
    """All tables of the file that a list is of, in the order of the file; one alone is none."""
    whole = intake.whole_id or intake.pk
    rows = _of(user).filter(_open_to(user)).filter(Q(pk=whole) | Q(whole=whole))
    found = list(rows.order_by("chosen", "pk"))
    return found if len(found) > 1 else []


def lists_brought(user: User) -> QuerySet[Intake]:
    """What an account brought in, and what others wrote within its reach, the latest first."""
    return _of(user).filter(_open_to(user)).order_by("-brought_at", "-pk")


def lists_staged(user: User) -> list[Intake]:
    """The lists of an account that are still to be accepted or discarded, the oldest first.

    Of a file with several tables the first that waits stands for them; its page shows the others.
    """
    waiting = _of(user).filter(user=user, salt__isnull=False).order_by("brought_at", "pk")
    files: dict[UUID, Intake] = {}
    for one in waiting:
        files.setdefault(one.whole_id or one.pk, one)
    return list(files.values())


def _of(user: User) -> QuerySet[Intake]:
    """All there are; none for who looks as somebody else, whose roles did not bring them."""
    rows = Intake.objects.select_related("user", "place", "event")
    return rows.none() if user.seen_by is not None else rows


def _open_to(user: User) -> Q:
    """Of lists of others what is over, with its counts: it lies where a whole place is granted."""
    within = NOTHING
    for grant in grants_of(user):
        limited = grant.organisation_id or grant.programme_id or ROLES[grant.role].own
        if grant.place is not None and not limited and ROLES[grant.role].may("intake.accept"):
            within = within | Q(place__in=keys_inside(grant.place))
    return Q(user=user) | Q(state__in=("accepted", "undone")) & within
