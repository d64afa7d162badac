"""What log-in needs beyond settings: passwords that actions write, a session's end, the client's
address, the second factor."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from bangfu.ledger import clock
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import User

#: Where a session keeps the second in which its owner logged in.
BEGAN = "began"
#: Where it keeps the second in which it was last renewed.
RENEWED = "renewed"


class SessionEndMiddleware:
    """Ends a session some hours after log-in, however busy it was; renews it while it is used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            now = clock.now().timestamp()
            began = request.session.setdefault(BEGAN, now)
            since = now - request.session.get(RENEWED, 0)
            if since >= settings.SESSION_RENEWED_AFTER.total_seconds():
                request.session[RENEWED] = now
            if now - began > settings.SESSION_END_AFTER.total_seconds():
                logout(request)
        return self.get_response(request)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Writes a password that its holder changed as an action, so that the journal tells of it."""

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask again who it is, unless everybody knows the password: in the demonstration."""
        return not settings.BANGFU_DEMO and super().is_reauthentication_required(app=app)

    def set_password(self, user: User, password: str) -> None:
        users.change_password(by=By(user, "desk"), user=user, password=password)

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Say of a new password what is wrong with it, while the form still stands there."""
        clean: str = super().clean_password(password, user)
        if user is not None and user.pk and user.check_password(clean):
            raise ValidationError(_("This is the password that you have; choose another."))
        return clean


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Signs in by name and password, and has a hash of former days renewed by an action."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is not None and users.hash_outdated(user):
            password = credentials["password"]
            users.renew_hash(by=By(user, "desk"), user=user, password=password)
        return user


def client_address(request: HttpRequest) -> str:
    """The client's address, as the proxies that we trust report it; empty off the network."""
    if not request.META.get("REMOTE_ADDR"):
        return ""
    return str(get_adapter(request).get_client_ip(request))


def digest_of_name(
    request: HttpRequest, credentials: Mapping[str, Any] | None = None
) -> str | None:
    """What is kept of the name with which somebody tried to log in, for counting failures.

    However the name is spelled it is one account's; and what was typed there may be a password.
    """
    typed = (credentials or {}).get("username") or request.POST.get("login")
    if not typed:
        return None
    bare = unicodedata.normalize("NFKC", str(typed)).strip().casefold()
    return salted_hmac("bangfu.log-in", bare, algorithm="sha256").hexdigest()[:32]


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: object = None
) -> HttpResponse:
    """The page for one who tried too often (429.html), whether axes or allauth counted."""
    answer: HttpResponse = respond_429(request)
    answer["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME.total_seconds()))
    return answer


def _cipher() -> MultiFernet:
    """A key for second factors out of each signing key, the present one first."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(b"second factor\0" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Keeps the shared secret and the recovery codes encrypted."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()
