"""The door for a web server."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from bangfu.keeping.room import roomy

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")

#: How many new objects bring on a search for rings among them, and how many such searches one of
#: older objects: a page makes some hundred thousand, nearly all of which go without any search.
_SEARCHED_AFTER = 50_000, 20, 50

#: Seconds after which a thread that computes lets another go on, if one waits. A page asks some
#: fifty questions of its database, and after each it waited for Python's own five thousandths while
#: another page of the same process was computed.
_TAKES_TURNS = 0.0002

_answer = get_wsgi_application()


@roomy
def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request, with room for the frames of a page."""
    found: Iterable[bytes] = _answer(environ, start_response)
    return found


def _settle() -> None:
    """Load every page now, and never search again what stays loaded until the server ends.

    With Python's own bounds one page in ten waited a tenth of a second for such a search.
    """
    sys.setswitchinterval(_TAKES_TURNS)
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SEARCHED_AFTER)


_settle()
