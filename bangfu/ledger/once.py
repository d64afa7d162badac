"""Within one page, what was looked up already is not looked up again.

A page asks dozens of questions, and each of them asks which file was in force, where the
programme's area lies, what the reader was granted. While a page is read nothing of it is written,
so one answer serves them all; an action remembers nothing from one of its questions to the next,
and has all of it forgotten.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_answers: ContextVar[dict[object, object] | None] = ContextVar("answers", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """From here to the end, the same look-up is made once."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


@contextmanager
def one_question() -> Iterator[None]:
    """For one question of an action, during which it writes nothing, the same look-up is made once.

    Within a page the page's own look-ups serve.
    """
    if _answers.get() is not None:
        yield
        return
    with one_page():
        yield


@contextmanager
def looked_up_anew() -> Iterator[None]:
    """While something is written nothing is remembered, nor is afterwards what was before."""
    held = _answers.get()
    token = _answers.set(None)
    try:
        yield
    finally:
        _answers.reset(token)
        if held is not None:
            held.clear()


def once(look_up: Callable[P, R]) -> Callable[P, R]:
    """A look-up by plain, hashable values whose answer nobody changes: made once within a page."""

    @functools.wraps(look_up)
    def looking(*args: P.args, **kwargs: P.kwargs) -> R:
        held = _answers.get()
        if held is None:
            return look_up(*args, **kwargs)
        key = (look_up, args, tuple(sorted(kwargs.items())))
        if key not in held:
            held[key] = look_up(*args, **kwargs)
        return held[key]  # type: ignore[return-value]  # what was put under this key

    return looking
