"""Roles as pages: what each may see and do, and giving one, letting it end, taking it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from bangfu.desk.asks import Day, called, one_of
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters
from bangfu.desk.page import reader, said
from bangfu.desk.pick import Pick
from bangfu.desk.verbs import NOUNS, VERBS
from bangfu.ledger import clock
from bangfu.ledger.access import EVERY_KIND, ROLES, Role, roles_of, seats_of, who_may
from bangfu.ledger.accounts import account_for, grant_for, keeps, kept_places
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Grant, Programme, User
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.accounts import ever_given
from bangfu.lists.pages import programmes_of
from bangfu.programmes.kinds import Label

DAY = dt.timedelta(days=1)


# ------------------------------------------------------------------ what a role may


@dataclass(frozen=True, slots=True)
class Told:
    """A role in words: what it is for, what it sees, what it does, and who gives it."""

    role: Role
    sees_all: bool
    sees: list[Label]
    does: list[tuple[Label, list[Label]]]
    mine: bool


@require_GET
def show_roles(request: HttpRequest) -> HttpResponse:
    """Every role in words; so that nobody has to guess what somebody may."""
    mine = roles_of(reader(request))
    context = {
        "title": _("Roles"),
        "roles": [_told(role, role.name in mine) for role in ROLES.values()],
        "givers": who_may("grant.give"),
    }
    return render(request, "desk/roles.html", context)


def _told(role: Role, mine: bool) -> Told:
    return Told(
        role,
        role.sees >= EVERY_KIND,
        [VOCABULARY[name].label for name in VOCABULARY if name in role.sees],
        [(label, does) for label, verbs in _verbs_by_noun() if (does := _of(role, verbs))],
        mine,
    )


def _verbs_by_noun() -> Iterable[tuple[Label, list[str]]]:
    for noun, label in NOUNS.items():
        yield label, [verb for verb in VERBS if verb.partition(".")[0] == noun]


def _of(role: Role, verbs: list[str]) -> list[Label]:
    return [VERBS[verb] for verb in verbs if role.may(verb)]


# ------------------------------------------------------------------ what an account was given


@dataclass(frozen=True, slots=True)
class Given:
    """A role of an account as its page shows it, and what the reader may do with it."""

    grant: Grant
    label: Label
    state: str
    ends: bool
    taken_back: bool


def given_to(user: User, account: User) -> list[Given]:
    """All roles that an account was given, with what the reader may do with each."""
    return [_given(user, account, grant) for grant in ever_given(account)]


def _given(user: User, account: User, grant: Grant) -> Given:
    today = clock.today()
    state = "held" if grant.began <= today else "coming"
    if grant.ended is not None and grant.ended < today:
        state = "ended"
    kept = user.pk != account.pk and keeps(user, "grant.revoke", seats_of(grant))
    label = ROLES[grant.role].label if grant.role in ROLES else Label(grant.role, grant.role)
    return Given(grant, label, state, kept and state != "ended", kept)


class GiveForm(EntryForm):
    """Which role, within what, from when, on what grounds."""

    role = one_of([(role.name, called(role.label)) for role in ROLES.values()],
                  label=gettext_lazy("Role"), required=True)  # fmt: skip
    place = Pick("place", label=gettext_lazy("Within the place"), required=False)
    organisation = Pick("organisation", label=gettext_lazy("Within the unit"), required=False)
    programme = forms.ChoiceField(label=gettext_lazy("Within the programme"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("On what grounds"), max_length=200,
        help_text=gettext_lazy("The paper or the decision, such as “县卫健局〔2026〕12号 分工”."),
    )  # fmt: skip
    on = Day(label=gettext_lazy("From the day"), future=True)
    until = Day(label=gettext_lazy("Last day, if it is known"), future=True, required=False)
    folded = ("organisation", "programme", "until")

    def __init__(self, request: HttpRequest, *, initial: dict[str, Any]) -> None:
        super().__init__(request, initial=initial)
        programmes = programmes_of(reader(request)).values_list("name", "title")
        self.let_choose("programme", [("", _("not said")), *programmes])

    def clean_programme(self) -> Programme | None:
        """The programme that was chosen."""
        name = self.cleaned_data["programme"]
        return programmes_of(reader(self.request)).get(name=name) if name else None


@enters("grant.give")
def give(request: HttpRequest, number: int) -> HttpResponse:
    """Gives an account a role, within limits, on grounds."""
    user = reader(request)
    account = account_for(user, number)
    if account is None:
        raise Http404
    form = GiveForm(request, initial={"on": clock.today()})
    done = entered(
        request, form, lambda by, told: users.grant(by=by, user=account, **told),
        word=_("The role is given."), to=_page(account),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Give a role"), about=f"{account} · {account.username}",
        button=_("Give the role"), back=_page(account), template="desk/grant_give.html",
        places=kept_places(user, "grant.give"), own=[r for r in ROLES.values() if r.own],
    )  # fmt: skip


class EndForm(EntryForm):
    """The last day of a role."""

    on = Day(
        label=gettext_lazy("Last day"), future=True,
        help_text=gettext_lazy("The role still holds on that day. Yesterday ends it at once."),
    )  # fmt: skip


@enters("grant.revoke")
def end(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets a role end on a day."""
    grant = _grant_or_404(request, key)
    form = EndForm(request, initial={"on": max(grant.began, clock.today() - DAY)})

    def act(by: By, told: dict[str, Any]) -> Grant:
        return users.revoke(by=by, granted=grant, on=told["on"])

    done = entered(request, form, act, word=_("The role ends on that day."), to=_page(grant.user))
    return done or _asked(request, grant, form, _("Let the role end"), "")


@enters("grant.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back a role that was given by mistake."""
    grant, form = _grant_or_404(request, key), NothingMore(request)
    done = entered(
        request, form, lambda by, _told: users.take_back(by=by, granted=grant),
        word=_("The role is taken back."), to=_page(grant.user),
    )  # fmt: skip
    hint = _(
        "For a role that should not have been given: it counts as never held. A role that was held "
        "and is over ends on a day instead. The journal keeps both."
    )
    return done or _asked(request, grant, form, _("Take the role back"), hint)


def _grant_or_404(request: HttpRequest, key: UUID) -> Grant:
    found = grant_for(reader(request), key)
    if found is None:
        raise Http404
    return found


def _asked(
    request: HttpRequest, grant: Grant, form: EntryForm, title: str, hint: str
) -> HttpResponse:
    label = said(ROLES[grant.role].label) if grant.role in ROLES else grant.role
    limits = [str(one) for one in (grant.place, grant.organisation, grant.programme) if one]
    about = " · ".join([str(grant.user), label, *limits, f"{grant.began:%Y-%m-%d}"])
    return asking(request, form, title=title, about=about, hint=hint, button=title,
                  back=_page(grant.user))  # fmt: skip


def _page(account: User) -> str:
    return reverse("desk:account", args=[account.pk])
