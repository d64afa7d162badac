"""Saved lists as pages show them: one's own and those that others share."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger.models import Programme, SavedList, User
from bangfu.ledger.prepared import Question, asked
from bangfu.ledger.sharing import saved_lists_open_to, shared_with

#: More of them are not looked through in a menu.
MOST = 100
#: What a saved list points at, and what a menu says of it and of them.
_POINTED = ("user", "programme", "shared_place", "shared_organisation", "shared_programme")
_SHOWN = (
    *("id", "fact", "name", "kind", "entry"),
    *("user__username", "user__display_name", "programme__title", "shared_programme__title"),
    *("shared_role", "shared_place__name", "shared_organisation__name"),
)


def open_list(user: User, key: UUID) -> SavedList | None:
    """A saved list that is one's own or shared with one, by its key."""
    found: SavedList | None = _all(user).filter(fact=key).first()
    return found


def lists_of(user: User) -> list[SavedList]:
    """The saved lists that an account sees, the own ones first, by their names."""

    def of(_: object) -> QuerySet[SavedList]:
        return _all(user).only(*_SHOWN)[: 2 * MOST]

    found = asked(Question(("saved lists", shared_with(user)), of, small=True))
    return sorted(found, key=lambda one: one.user_id != user.pk)[:MOST]


def lists_like(
    user: User, kind: str, programme: Programme | None = None, entry: str = ""
) -> list[SavedList]:
    """Those of them that list the same records, narrowed otherwise."""
    like = Q(kind=kind, programme=programme.fact if programme else None, entry=entry)

    def of(_: object) -> QuerySet[SavedList]:
        return _all(user).filter(like)[:MOST]

    what = ("lists like", shared_with(user), kind, programme, entry)
    found = asked(Question(what, of, small=True))
    return sorted(found, key=lambda one: one.user_id != user.pk)


def _all(user: User) -> QuerySet[SavedList]:
    rows: QuerySet[SavedList] = saved_lists_open_to(user)
    return rows.select_related(*_POINTED).order_by("name", "pk")
