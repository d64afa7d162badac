"""Large type: chosen for an account, and before signing in for the browser."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bangfu.desk.page import back_to
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.user import SIZES
from bangfu.ledger.models import User

#: The cookie by which a browser keeps it while nobody is signed in.
COOKIE = "type_size"


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Sets the size of type, and goes back to where it was asked for."""
    size = request.POST.get("size", "")
    size = size if size in SIZES else ""
    account = request.user
    if isinstance(account, User) and account.type_size != size:
        users.set_type(by=By(account, "desk"), user=account, size=size)
    response = redirect(back_to(request.POST.get("next", ""), "desk:home"))
    response.set_cookie(
        COOKIE, size, max_age=365 * 24 * 3600, samesite="Lax", httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def size_for(request: HttpRequest | None) -> str:
    """The size of type for a page: the account's, or the browser's while nobody is signed in."""
    account = getattr(request, "user", None)
    if isinstance(account, User):
        return account.type_size
    said = request.COOKIES.get(COOKIE, "") if request is not None else ""
    return said if said in SIZES else ""
