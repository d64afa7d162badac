"""Accounts with the roles that they hold: for those who keep them, and for the demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.ledger import clock
from bangfu.ledger.access import ROLES, Role
from bangfu.ledger.models import Grant, User
from bangfu.ledger.moment import Moment


@dataclass(frozen=True, slots=True)
class Account:
    """An account that can sign in, and the roles it holds today."""

    user: User
    roles: Sequence[Role]


def open_accounts() -> list[Account]:
    """Every account that can sign in, in the order in which they were made; in two queries."""
    held: dict[int, list[Role]] = {}
    grants = Grant.objects.at(Moment(clock.today())).order_by("began", "pk")
    for user, role in grants.values_list("user_id", "role"):
        if role in ROLES and ROLES[role] not in held.setdefault(user, []):
            held[user].append(ROLES[role])
    users = User.objects.filter(is_active=True).order_by("pk")
    return [Account(user, held.get(user.pk, [])) for user in users]
