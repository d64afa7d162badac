"""Those who hold posts, by name: for who keeps posts and opens no persons."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.access import opens
from bangfu.ledger.models import Post, Subject, User
from bangfu.ledger.vocabulary import VOCABULARY


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds or held a post that an account opens, with the unit and title of the last."""

    person: Subject
    unit: str
    title: str


def holders_called(user: User, name: str, unit: str = "") -> list[Holder]:
    """All of one name in posts that the account opens; ``unit``: those in units so called."""
    bearing = Subject.objects.current().filter(kind="person", name=name)
    posts = _posts(user).filter(person__in=bearing.values("fact"))
    if unit:
        units = Subject.objects.current().filter(kind="organisation", name__contains=unit)
        posts = posts.filter(organisation__in=units.values("fact"))
    last = {row.person_id: row for row in posts.order_by("began")}
    people = {row.fact: row for row in bearing.filter(fact__in=last).order_by("began")}
    at = {row.organisation_id for row in last.values()}
    called = dict(Subject.objects.current().filter(fact__in=at).values_list("fact", "name"))
    return [
        Holder(people[key], called.get(row.organisation_id, ""), row.title)
        for key, row in last.items()
    ]


def holder_name(user: User, key: UUID) -> str:
    """What somebody is called who holds or held a post that the account opens; else nothing."""
    if not _posts(user).filter(person=key).exists():
        return ""
    return Subject.objects.current().filter(fact=key).values_list("name", flat=True).first() or ""


def _posts(user: User) -> QuerySet[Post]:
    return opens(user, VOCABULARY["post"], Post.objects.current())
