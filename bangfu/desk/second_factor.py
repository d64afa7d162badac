"""Roles that ask for a second factor: without one, an account sees only how to set it up."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bangfu.ledger.access import needs_second_factor

#: What is open without it: setting it up, proving who one is, leaving, the other language.
OPEN = frozenset(
    (
        "mfa_activate_totp",
        "account_reauthenticate",
        "account_logout",
        "account_login",
        "set_language",
    )
)


class SecondFactorMiddleware:
    """Sends an account that needs a second factor to the page where it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Before any page: whether it may be shown already."""
        user = request.user
        match = request.resolver_match
        if not user.is_authenticated or match is None or match.url_name in OPEN:
            return None
        if not needs_second_factor(user) or is_mfa_enabled(user):
            return None
        messages.info(
            request, _("Your role asks for a second factor. Set it up here; then go on as usual.")
        )
        return redirect("mfa_activate_totp")
