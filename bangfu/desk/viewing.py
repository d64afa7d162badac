"""Looking at the pages as another account sees them: read only, for a reason, both ends on record.

While it lasts the pages are asked as that account, under its roles and, row by row, under the own
ones too; nothing is changed and nothing sealed is opened. See docs/decisions/0016.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bangfu.desk.entry import EntryForm, asking, entered, enters, only_looking
from bangfu.desk.page import reader
from bangfu.desk.user import account_or_404
from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed, may
from bangfu.ledger.accounts import keeps_whole
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import User
from bangfu.lists.accounts import account_of

#: Where a session keeps as whom its owner looks, and since which second.
VIEWING = "viewing"
#: It ends by itself after so long.
LASTS = dt.timedelta(minutes=30)


class ViewingMiddleware:
    """Shows the desk as the account that somebody looks as, and refuses whatever would write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Before any page: as whom it is asked. Pages of the own account stay the own."""
        match, user = request.resolver_match, request.user
        held = request.session.get(VIEWING)
        if not held or match is None or not isinstance(user, User):
            return None
        if match.url_name == "account_logout" and request.method == "POST":
            over(request)
        if match.namespace != "desk" or match.url_name == "view_as_end":
            return None
        account = _still(user, held)
        if account is None:
            over(request)
            messages.info(request, _("You no longer look as somebody else."))
            return None
        account.seen_by = user
        request.user = account
        return None if request.method in ("GET", "HEAD") else only_looking(request)


def _still(user: User, held: dict[str, Any]) -> User | None:
    """The account, as long as it may be looked at and the time is not over."""
    account = account_of(held["user"])
    late = clock.now().timestamp() - held["began"] > LASTS.total_seconds()
    whole = account is not None and account.is_active and may_view(user, account)
    return account if whole and not late else None


def may_view(user: User, account: User) -> bool:
    """Whether somebody may look at the pages as an account: it lies in the own places whole."""
    return may(user, "user.view_as") and keeps_whole(user, "user.view_as", account)


class ReasonForm(EntryForm):
    """Why somebody looks."""

    purpose = forms.CharField(
        label=gettext_lazy("For what purpose"), max_length=120,
        help_text=gettext_lazy("Such as: she does not find the household that was given to her."),
    )  # fmt: skip


@enters("user.view_as")
def begin(request: HttpRequest, number: int) -> HttpResponse:
    """Begins to show the pages as an account sees them."""
    account, form = account_or_404(request, number), ReasonForm(request)

    def act(by: By, told: dict[str, Any]) -> User:
        purposed = By(by.user, by.door, by.key, told["purpose"])
        seen = users.view_as(by=purposed, user=account)
        request.session[VIEWING] = {"user": account.pk, "began": clock.now().timestamp()}
        return seen

    word = _("You look as this account now. Nothing can be changed meanwhile.")
    done = entered(request, form, act, word=word, to=reverse("desk:home"))
    hint = _(
        "You see the pages as this account does, for half an hour at most. What your own roles do "
        "not open is left out, nothing sealed is opened, and nothing can be changed. Beginning, "
        "purpose and end stand in the journal."
    )
    return done or asking(
        request, form, title=_("View as this account"), about=f"{account} · {account.username}",
        hint=hint, button=_("Begin"), back=reverse("desk:account", args=[account.pk]),
    )  # fmt: skip


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Ends it, and leads back to the account."""
    held = request.session.get(VIEWING)
    over(request)
    if not held:
        return redirect("desk:home")
    messages.success(request, _("You are yourself again."))
    return redirect("desk:account", held["user"])


def over(request: HttpRequest) -> None:
    """Forget as whom the session looks, and write down that it is over."""
    held = request.session.pop(VIEWING, None)
    account = account_of(held["user"]) if held else None
    if account is None:
        return
    try:
        users.view_as_end(by=By(reader(request), "desk"), user=account)
    except (NotAllowed, Refused):
        # Who was let look and may not any more has ended it all the same.
        users.view_as_end(by=By(None, "desk"), user=account)
