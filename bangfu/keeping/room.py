"""Room for the frames of a process that goes deep, so that no hot call has memory mapped anew.

CPython (3.11 and later) keeps frames in chunks of 16 kB and gives a chunk back to the system as
soon as it is empty. Where a loop's calls go over such an edge, each of them has a chunk mapped,
touched and given back: it takes some hundred times as long, and whether it happens hangs on how
deep the loop stands. For a frame that is larger than a chunk the next power of two is mapped, and
what is left of it serves all below.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import FunctionType
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

#: Of eight bytes each: just above half a megabyte, so that nearly as much is left below.
_SLOTS = 70_000


def roomy(run: Callable[P, R]) -> Callable[P, R]:
    """The same function, below which there is room for the frames of whatever it calls."""
    plain = cast(Any, run)
    code = plain.__code__.replace(co_stacksize=_SLOTS)
    made = FunctionType(
        code, plain.__globals__, plain.__name__, plain.__defaults__, plain.__closure__
    )
    return cast(Callable[P, R], functools.update_wrapper(made, plain))
