"""Accounts with the roles that they hold: for those who keep them, and for the demonstration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.ledger import clock
from bangfu.ledger.access import ROLES, Role
from bangfu.ledger.accounts import accounts_for, staff_for
from bangfu.ledger.models import Event, Grant, Post, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.pages import holding, named


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


def code_of_demonstration(user: User, secret: str | None = None) -> str:
    """The digits that a phone would show now, in the demonstration alone; else nothing.

    ``secret``: what is being set up; without it, what the account has set up already. Everybody
    knows the demonstration's password, so its second factor keeps nobody out: it is there to be
    seen.
    """
    if not settings.BANGFU_DEMO:
        return ""
    if secret is None:
        held = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
        secret = decrypt(held.data["secret"]) if held else ""
    if not secret:
        return ""
    _before, now, _after = auth.yield_hotp_counters_from_time()
    return str(auth.format_hotp_value(auth.hotp_value(secret, now)))


def account_of(number: int) -> User | None:
    """One account, open or closed."""
    return User.objects.filter(pk=number).first()


#: How the journal names an account that an event is about: its name may go, its number stays.
NAMED = re.compile(r"account ([0-9]+):? ?")


def accounts_in(events: Sequence[Event]) -> dict[UUID, User]:
    """Whose account some events are about, by event, in two queries."""
    numbers: dict[UUID, int] = {}
    grants: dict[UUID, UUID] = {}
    for event in events:
        made, named = event.outcome.get("id", ""), NAMED.match(event.purpose)
        if event.verb.startswith("user.") and (named or made):
            numbers[event.pk] = int(named[1] if named else made)
        elif event.verb.startswith("grant.") and made:
            grants[event.pk] = UUID(made)
    given = dict(Grant.objects.filter(pk__in=grants.values()).values_list("pk", "user_id"))
    numbers |= {event: given[grant] for event, grant in grants.items() if grant in given}
    found = User.objects.in_bulk(set(numbers.values()))
    return {event: found[number] for event, number in numbers.items() if number in found}


def accounts_named(user: User, text: str, role: str, state: str) -> QuerySet[User]:
    """The accounts that a reader sees, by a part of a name, a role held today, open or closed."""
    rows = accounts_for(user).select_related("person").order_by("username")
    if text:
        named_so = Q(username__icontains=text) | Q(display_name__icontains=text)
        rows = rows.filter(named_so | Q(person__name__icontains=text))
    if role in ROLES:
        held = Grant.objects.at(Moment(clock.today())).filter(user=OuterRef("pk"), role=role)
        rows = rows.filter(Exists(held))
    if state in ("open", "closed"):
        rows = rows.filter(is_active=state == "open")
    return rows


def held_by(users: Iterable[User]) -> Mapping[int, list[Grant]]:
    """The roles that some accounts hold today, by account."""
    found: dict[int, list[Grant]] = {}
    held = Grant.objects.at(Moment(clock.today())).filter(user__in=[user.pk for user in users])
    related = held.select_related("place", "organisation", "programme").order_by("began", "pk")
    for grant in related:
        found.setdefault(grant.user_id, []).append(grant)
    return found


def ever_given(user: User) -> list[Grant]:
    """All roles of an account that are believed: those without a last day first, newest first."""
    rows = Grant.objects.current().filter(user=user).order_by("-began", "pk")
    related = rows.select_related("place", "organisation", "programme", "event__by")
    return sorted(related, key=lambda grant: grant.ended is not None)


def second_factors(user: User) -> int:
    """How many second factors an account has set up, without its recovery codes."""
    own = Authenticator.objects.filter(user=user)
    return int(own.exclude(type=Authenticator.Type.RECOVERY_CODES).count())


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works where accounts are kept: the post held today, and the account, if any."""

    post: Post
    account: User | None


def staff_named(user: User, text: str, *, most: int) -> list[Member]:
    """Those who work where a reader keeps accounts and whom a text names."""
    person = VOCABULARY["person"]
    called = Subject.objects.current().filter(named(person, text) | holding(text), kind="person")
    posts = staff_for(user).filter(person__in=called.values("fact"))
    found = list(posts.order_by("person__sort_key", "person", "-began")[:most])
    accounts = User.objects.filter(person__in=[post.person_id for post in found])
    of = {account.person_id: account for account in accounts}
    return [Member(post, of.get(post.person_id)) for post in found]
