"""What a reader is told when something is not allowed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bangfu.ledger.access import ROLES, NotAllowed

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def says_who_may(view: View[P]) -> View[P]:
    """Lets a view answer an action that no grant allows with the page that says who may do it."""

    @functools.wraps(view)
    def answering(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotAllowed as refused:
            return forbidden(request, refused)

    return cast("View[P]", answering)


def forbidden(request: HttpRequest, refused: NotAllowed) -> HttpResponse:
    """The page that says what is not allowed and which roles may do it."""
    roles = [ROLES[name].label for name in refused.who_may if name in ROLES]
    context = {"verb": refused.verb, "roles": roles}
    return render(request, "403.html", context, status=403)
