"""Within one page, what was looked up already is not looked up again.

A page asks dozens of questions, and each of them asks which file was in force, where the
programme's area lies, what the reader was granted. While a page is read nothing of it is written,
so one answer serves them all. An action has all of it forgotten and looks for itself. What stands
in tables that it does not write (who was granted what, who helps whom) it looks up once too; with
the first row that it writes there, that is forgotten.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_answers: ContextVar[dict[object, object] | None] = ContextVar("answers", default=None)
#: What an action has looked up in tables that it did not write since, with these tables.
_standing: ContextVar[dict[object, tuple[frozenset[str], object]] | None] = ContextVar(
    "standing", default=None
)


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


def remembering() -> bool:
    """Whether a page is read, or an action asks a question, so that the same is looked up once."""
    return _answers.get() is not None


@contextmanager
def looked_up_anew() -> Iterator[None]:
    """While something is written nothing is remembered, nor is afterwards what was before."""
    held = _answers.get()
    token, standing = _answers.set(None), _standing.set(None)
    try:
        yield
    finally:
        _standing.reset(standing)
        _answers.reset(token)
        if held is not None:
            held.clear()


@contextmanager
def one_action() -> Iterator[None]:
    """The same for one action: what it looks up in tables that it does not write stands."""
    with looked_up_anew():
        _standing.set({})
        yield


@contextmanager
def parts_taken_back() -> Iterator[None]:
    """For an action whose parts may be taken back one by one: nothing stands meanwhile."""
    token = _standing.set(None)
    try:
        yield
    finally:
        _standing.reset(token)
        written()


def written(*tables: str) -> None:
    """Forget what the action under way looked up in tables that it writes; without any, all."""
    held = _standing.get()
    if held:
        gone = [key for key, (read, _) in held.items() if not tables or _reads(read, tables)]
        for key in gone:
            del held[key]


def _reads(read: frozenset[str], tables: Iterable[str]) -> bool:
    """Whether a look-up reads one of some tables; one that names none may read any."""
    return not read or not read.isdisjoint(tables)


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


def once_until_written(*tables: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The same of a look-up that reads these tables alone: made once within an action too.

    Without tables: until the action writes anything.
    """
    read = frozenset(tables)

    def frame(look_up: Callable[P, R]) -> Callable[P, R]:
        within_a_page = once(look_up)

        @functools.wraps(look_up)
        def looking(*args: P.args, **kwargs: P.kwargs) -> R:
            held = _standing.get()
            if held is None:
                return within_a_page(*args, **kwargs)
            key = (look_up, args, tuple(sorted(kwargs.items())))
            if key not in held:
                held[key] = read, look_up(*args, **kwargs)
            return held[key][1]  # type: ignore[return-value]  # what was put under this key

        return looking

    return frame
