"""Every address, by door."""

from __future__ import annotations

from allauth.account import views as account
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language


@login_not_required
def closed(request: HttpRequest) -> HttpResponse:
    """A page of allauth's that we do not offer, but whose address it writes."""
    raise Http404


#: No e-mail, no sign-up: an office gives out accounts and sets forgotten passwords.
CLOSED = {
    "account_signup": "signup/",
    "account_email": "email/",
    "account_email_verification_sent": "email/sent/",
    "account_set_password": "password/set/",
    "account_reset_password": "password/reset/",
}

account_urls: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    *(path(address, closed, name=name) for name, address in CLOSED.items()),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include(account_urls)),
    path("language/", login_not_required(set_language), name="set_language"),
    path("", include("bangfu.desk.urls")),
]
