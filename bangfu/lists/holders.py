"""Those who hold posts: for who keeps posts and opens no persons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.access import opens
from bangfu.ledger.models import Post, Subject, User
from bangfu.ledger.vocabulary import VOCABULARY


def holders(user: User) -> QuerySet[Subject]:
    """The persons who hold or held a post that an account opens."""
    held = _posts(user).values("person")
    return Subject.objects.current().filter(kind="person", fact__in=held)


def last_posts(user: User, keys: Iterable[UUID]) -> Mapping[UUID, str]:
    """The unit and title of the last post of some persons, of those that the account opens."""
    rows = _posts(user).filter(person__in=list(keys)).order_by("began", "pk")
    last = {row.person_id: row for row in rows}
    units = Subject.objects.current().filter(fact__in={row.organisation_id for row in rows})
    called = dict(units.values_list("fact", "name"))
    return {
        key: f"{called.get(row.organisation_id, '')} {row.title}".strip()
        for key, row in last.items()
    }


def _posts(user: User) -> QuerySet[Post]:
    return opens(user, VOCABULARY["post"], Post.objects.current())
