"""Each answer is one page: see :mod:`bangfu.ledger.once`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from bangfu.ledger.once import one_page


class OnePageMiddleware:
    """Lets a page make each look-up once; an action on the way looks for itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with one_page():
            return self.get_response(request)
