"""Accounts as pages: who signs in as what, made, closed, let in again, helped with a password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET

from bangfu.desk.acts import Offered
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters
from bangfu.desk.grant import given_to
from bangfu.desk.page import page_of, reader
from bangfu.ledger.access import ROLES, may
from bangfu.ledger.accounts import (
    account_for,
    keeps_whole,
    kept_places,
    made_password,
    person_for,
)
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Subject, User
from bangfu.lists.accounts import accounts_named, held_by, second_factors, staff_named

#: So many are found at a time when somebody's account is to be made.
FOUND = 12


class NewForm(EntryForm):
    """The name under which one signs in, and whose account it is."""

    username = forms.CharField(
        label=gettext_lazy("Name for signing in"),
        max_length=60,
        validators=User._meta.get_field("username").validators,
        help_text=gettext_lazy("Letters and digits, such as the name in pinyin; never a number."),
    )
    display_name = forms.CharField(
        label=gettext_lazy("Shown as"), max_length=50, required=False,
        help_text=gettext_lazy("What others read beside what was done with it."),
    )  # fmt: skip
    person = forms.UUIDField(widget=forms.HiddenInput, required=False)


@require_GET
def show_all(request: HttpRequest) -> HttpResponse:
    """The accounts whose places the reader keeps."""
    user = reader(request)
    places = kept_places(user, "user.view_as")
    if not places:
        raise Http404
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:40]
    role, state = request.GET.get("role", ""), request.GET.get("state", "open")
    rows = accounts_named(user, text, role, state)
    page = page_of(request, rows, rows.count())
    held = held_by(page.object_list)
    context = {
        "title": _("Accounts"),
        "page": page,
        "accounts": [(one, held.get(one.pk, [])) for one in page.object_list],
        "roles": ROLES.values(),
        "text": text,
        "role": role,
        "state": state,
        "places": places,
        "creates": may(user, "user.create"),
    }
    return render(request, "desk/accounts.html", context)


def account_or_404(request: HttpRequest, number: int) -> User:
    """An account that the reader keeps something of; of others nothing is said."""
    found = account_for(reader(request), number)
    if found is None:
        raise Http404
    return found


@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One account: whose it is, what it was given, what can be done with it."""
    account, user = account_or_404(request, number), reader(request)
    whole, factors = keeps_whole(user, "user.view_as", account), second_factors(account)
    context = {
        "title": str(account),
        "account": account,
        "own": account.pk == user.pk,
        "whole": whole,
        "second_factors": factors,
        "given": given_to(user, account),
        "acts": _acts(user, account, whole, factors) if account.pk != user.pk else [],
    }
    return render(request, "desk/account.html", context)


def _acts(user: User, account: User, whole: bool, factors: int) -> list[Offered]:
    """What the reader may do with an account: give it roles, and if it is kept whole the rest.

    ``factors``: how many second factors it has, of which there may be none to take away.
    """
    kept = [
        ("user.view_as", gettext_noop("View as this account"), "eye", "desk:user_view_as"),
        ("user.set_password", gettext_noop("New password"), "key", "desk:user_password"),
        ("user.reset_second_factor", gettext_noop("Take the second factor away"), "shield",
         "desk:user_second_factor"),
        ("user.close", gettext_noop("Close the account"), "lock", "desk:user_close"),
    ]  # fmt: skip
    if not account.is_active:
        kept = [("user.reopen", gettext_noop("Let in again"), "refresh", "desk:user_reopen")]
    told = kept if whole else []
    if account.is_active:
        told = [("grant.give", gettext_noop("Give a role"), "plus", "desk:grant_give"), *told]
    return [
        Offered(
            text, icon, reverse(route, args=[account.pk]), verb in ("grant.give", "user.reopen")
        )
        for verb, text, icon, route in told
        if may(user, verb) and (factors or verb != "user.reset_second_factor")
    ]


# ------------------------------------------------------------------ made


@enters("user.create")
@sensitive_variables()
def create(request: HttpRequest) -> HttpResponse:
    """A new account, whose first password is shown this once."""
    user, text = reader(request), request.GET.get("q", "").replace("\0", "").strip()[:40]
    person = _person(request)
    form = NewForm(request, initial=_suggested(person))
    password = made_password()
    done = entered(
        request, form, _making(user, password), word="", to="",
        shows=lambda made: _password_shown(request, made, password, new=True),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("New account"), back=reverse("desk:accounts"),
        button=_("Make the account"), template="desk/account_new.html",
        person=person, text=text, found=staff_named(user, text, most=FOUND) if text else [],
    )  # fmt: skip


def _making(user: User, password: str) -> Callable[[By, dict[str, Any]], User]:
    def make(by: By, told: dict[str, Any]) -> User:
        key = told.pop("person")
        whose = person_for(user, key) if key else None
        if key and whose is None:
            raise Http404
        return users.create(by=by, password=password, person=whose, to_change=True, **told)

    return make


def _person(request: HttpRequest) -> Subject | None:
    """Whose account is to be made, where the address or the form says so."""
    said = request.POST.get("person") or request.GET.get("person", "")
    try:
        return person_for(reader(request), UUID(said)) if said else None
    except ValueError:
        return None


def _suggested(person: Subject | None) -> dict[str, Any]:
    if person is None:
        return {}
    plain = "".join(c for c in person.sort_key if c.isascii() and c.isalnum())
    return {"username": plain, "display_name": person.name, "person": person.fact}


def _password_shown(
    request: HttpRequest, account: User, password: str, *, new: bool
) -> HttpResponse:
    """The page that shows a password; nothing keeps it, and nobody can have it shown again."""
    title = _("The account is made") if new else _("The new password")
    context = {"title": title, "account": account, "password": password, "new": new}
    response = render(request, "desk/account_password.html", context)
    add_never_cache_headers(response)
    return response


# ------------------------------------------------------------------ closed, let in again, helped


@enters("user.set_password")
@sensitive_variables()
def set_password(request: HttpRequest, number: int) -> HttpResponse:
    """A new password for somebody who forgot the old one, shown this once."""
    account, password = account_or_404(request, number), made_password()
    form = NothingMore(request)
    done = entered(
        request, form, lambda by, _told: users.set_password(
            by=by, user=account, password=password, to_change=True
        ),
        word="", to="", shows=lambda made: _password_shown(request, made, password, new=False),
    )  # fmt: skip
    hint = _("Be sure who asks. The old password opens nothing any more; open sessions end.")
    return done or _asked(request, account, form, _("New password"), hint, _("Make a new password"))


@enters("user.close")
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Lets an account sign in no more."""
    account, form = account_or_404(request, number), NothingMore(request)
    done = entered(
        request, form, lambda by, _told: users.close(by=by, user=account),
        word=_("The account is closed."), to=_page(account),
    )  # fmt: skip
    hint = _(
        "Nobody signs in with it any more and its sessions end. What was done with it stays on "
        "record, and so do its roles."
    )
    return done or _asked(
        request, account, form, _("Close the account"), hint, _("Close the account")
    )


@enters("user.reopen")
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    """Lets a closed account sign in again."""
    account, form = account_or_404(request, number), NothingMore(request)
    done = entered(
        request, form, lambda by, _told: users.reopen(by=by, user=account),
        word=_("The account is open again."), to=_page(account),
    )  # fmt: skip
    hint = _("It signs in with the password that it had, and with the roles that it still holds.")
    return done or _asked(request, account, form, _("Let in again"), hint, _("Let in again"))


@enters("user.reset_second_factor")
def reset_second_factor(request: HttpRequest, number: int) -> HttpResponse:
    """Takes a second factor away that was lost with the phone."""
    account, form = account_or_404(request, number), NothingMore(request)
    done = entered(
        request, form, lambda by, _told: users.reset_second_factor(by=by, user=account),
        word=_("The second factor is gone; the next sign-in sets up a new one if the role asks."),
        to=_page(account),
    )  # fmt: skip
    hint = _("For a lost phone. Be sure who asks: until a new one is set up, the password is all.")
    return done or _asked(
        request, account, form, _("Take the second factor away"), hint, _("Take it away")
    )


def _asked(
    request: HttpRequest, account: User, form: EntryForm, title: str, hint: str, button: str
) -> HttpResponse:
    return asking(
        request, form, title=title, about=f"{account} · {account.username}", hint=hint,
        button=button, back=_page(account),
    )  # fmt: skip


def _page(account: User) -> str:
    return reverse("desk:account", args=[account.pk])
