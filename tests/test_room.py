"""No call has memory mapped anew, however deep it stands."""

from __future__ import annotations

import resource
from collections.abc import Callable

from bangfu.keeping.room import roomy

CALLS, DEEPEST = 500, 150


def _call() -> None:
    pass


def _many(below: int) -> int:
    """How often memory was mapped while one function was called many times, so far below."""
    if below:
        return _many(below - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        _call()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _most(ask: Callable[[], list[int]]) -> int:
    return max(ask())


def _at_every_depth() -> list[int]:
    return [_many(below) for below in range(DEEPEST)]


def test_calls_are_as_quick_at_every_depth() -> None:
    assert _most(roomy(_at_every_depth)) < CALLS / 2


def test_the_function_stays_what_it_is() -> None:
    wanted = "x"

    def told(name: str, often: int = 2) -> str:
        """Say it."""
        return (name + wanted) * often

    assert roomy(told)("a") == told("a") == "axax"
    assert roomy(told)("a", often=1) == "ax"
    assert roomy(told).__doc__ == "Say it." and roomy(told).__name__ == "told"
