"""How long something takes, and how many queries it asks."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from django.db import connection

ROUNDS, WARM_UP = 30, 3


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds of some rounds of the same thing.

    ``cpu_ms``: the median of what this process itself computed, however busy the machine was; what
    a database server computes is not in it. ``pace_ms``: the median of a fixed loop between the
    rounds, which tells how quick the machine was just then.
    """

    median_ms: float
    p95_ms: float
    cpu_ms: float
    pace_ms: float


def take(job: Callable[[], Any], *, rounds: int = ROUNDS, warm_up: int = WARM_UP) -> Taken:
    """The median and the 95th percentile of some rounds, after some that do not count."""
    for _ in range(warm_up):
        job()
    times, computed, paces = [], [], []
    for _ in range(rounds):
        paces.append(once(_fixed))
        began = process_time()
        times.append(once(job))
        computed.append((process_time() - began) * 1000)
    times.sort()
    late = times[min(rounds - 1, int(rounds * 0.95))]
    return Taken(median(times), late, median(computed), median(paces))


def _fixed() -> None:
    """The same work whatever is measured: small objects are made, put away and thrown out."""
    held: dict[int, tuple[int, str]] = {}
    for number in range(26_000):
        held[number & 255] = number, str(number)


def once(job: Callable[[], Any]) -> float:
    """The milliseconds of one round."""
    began = perf_counter()
    job()
    return (perf_counter() - began) * 1000


def computing() -> Callable[[], float]:
    """A watch of the seconds that this process computes, and the database's that serves it.

    However busy the machine is. PostgreSQL answers in that one process alone from here on; where it
    is on another machine, the watch is the clock.
    """
    if connection.vendor != "postgresql":
        return process_time
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid(), inet_server_addr()")
        serving, elsewhere = cursor.fetchone()
    told = Path(f"/proc/{serving}/stat")
    if elsewhere or not told.exists():
        return perf_counter

    def computed() -> float:
        # After the name in brackets the 12th and 13th words are ticks, of the program and system.
        words = told.read_text().rpartition(")")[2].split()
        return process_time() + (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    return computed


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
