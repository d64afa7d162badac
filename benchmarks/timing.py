"""How long something takes, and how many queries it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import Any

from django.db import connection

ROUNDS, WARM_UP = 30, 3


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds of some rounds of the same thing.

    ``cpu_ms``: the median of what this process itself computed, however busy the machine was; what
    a database server computes is not in it.
    """

    median_ms: float
    p95_ms: float
    cpu_ms: float


def take(job: Callable[[], Any], *, rounds: int = ROUNDS, warm_up: int = WARM_UP) -> Taken:
    """The median and the 95th percentile of some rounds, after some that do not count."""
    for _ in range(warm_up):
        job()
    times, computed = [], []
    for _ in range(rounds):
        began = process_time()
        times.append(once(job))
        computed.append((process_time() - began) * 1000)
    times.sort()
    return Taken(median(times), times[min(rounds - 1, int(rounds * 0.95))], median(computed))


def once(job: Callable[[], Any]) -> float:
    """The milliseconds of one round."""
    began = perf_counter()
    job()
    return (perf_counter() - began) * 1000


def queries(job: Callable[[], Any]) -> int:
    """How many queries something asks the database."""
    asked = 0

    def count(execute: Callable[..., Any], *told: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*told)

    with connection.execute_wrapper(count):
        job()
    return asked
