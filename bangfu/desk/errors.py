"""What a reader is told when something is not allowed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from bangfu.ledger.access import ROLES, NotAllowed, OutOfReach

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)


def says_who_may(
    view: Callable[Concatenate[HttpRequest, P], Answer],
) -> Callable[Concatenate[HttpRequest, P], Answer]:
    """Lets a view answer an action that no grant allows with the page that says who may do it."""

    @functools.wraps(view)
    def answering(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotAllowed as refused:
            return forbidden(request, refused)

    return cast("Callable[Concatenate[HttpRequest, P], Answer]", answering)


def forbidden(request: HttpRequest, refused: NotAllowed) -> HttpResponse:
    """The page that says what is not allowed and which roles may do it."""
    roles = [ROLES[name].label for name in refused.who_may if name in ROLES]
    outside = isinstance(refused, OutOfReach)
    context = {"verb": refused.verb, "roles": roles, "outside": outside}
    return render(request, "403.html", context, status=403)
