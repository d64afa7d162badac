"""A password that somebody else made: with it, an account sees only where to choose its own."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bangfu.desk.second_factor import OPEN
from bangfu.ledger.models import User

CHANGE = "account_change_password"


class FirstPasswordMiddleware:
    """Sends an account whose password somebody else made to the page where it chooses its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Before any page: whether it may be shown already."""
        user, match = request.user, request.resolver_match
        if not isinstance(user, User) or not user.password_from or match is None:
            return None
        if match.url_name in (CHANGE, *OPEN - {"mfa_activate_totp"}):
            return None
        messages.info(
            request, _("Somebody else made this password. Choose your own; then go on as usual.")
        )
        return redirect(CHANGE)
