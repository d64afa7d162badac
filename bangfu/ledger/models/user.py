"""Accounts and what they were granted."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractUser
from django.db import models

from bangfu.ledger.models.base import Span, days_in_order, grain, standing


class User(AbstractUser):
    """An account. Whose it is stands in ``person``; what it may do stands in its grants.

    All of it but ``last_login`` is written by actions.
    """

    display_name = models.CharField(max_length=50, blank=True)
    #: In which type pages are set for it: empty for the usual one, or "large".
    type_size = models.CharField(max_length=8, blank=True)
    #: Empty where its holder chose the password; "office" while it is one that somebody else made.
    password_from = models.CharField(max_length=8, blank=True)
    person = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="accounts"
    )
    first_name = None  # type: ignore[assignment]  # one name, as names are written in Chinese
    last_name = None  # type: ignore[assignment]
    # Roles are granted by actions; Django's own groups and permissions open nothing here.
    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]

    #: Who looks at the pages as this account, while somebody does; see docs/decisions/0016.
    seen_by: User | None = None
    #: As of a fact: what was written before it came agrees with the journal still.
    later: ClassVar[tuple[str, ...]] = ("type_size", "password_from")

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.display_name or self.username

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password. Django would write a newer hash here; an action does."""
        return check_password(raw_password, self.password)


class Grant(Span):
    """A role given to an account, within a place, a unit or a programme, from a day to a day."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32)
    place = models.ForeignKey(
        "ledger.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    programme = models.ForeignKey(
        "ledger.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=200)
    grain = grain()

    words = ("reason",)
    later = ("grain",)

    class Meta:
        constraints = (days_in_order("grant"),)
        indexes = (
            standing("user", name="grant_user"),
            models.Index(fields=["fact"], name="grant_fact"),
        )
