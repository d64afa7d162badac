"""How long the pages of a county take, beside the bare query of the same rows in the same run.

``python -m benchmarks [--people 3000,30000] [--json FILE]``, on SQLite unless BANGFU_DATABASE_URL
names a PostgreSQL; each size gets a database of its own, removed afterwards. Machines are noisy:
read the ratios.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import click

ROUNDS, WARM = 30, 3


@dataclass(frozen=True, slots=True)
class Line:
    """One page at one size: cold is the first request, the others are kept warm."""

    people: int
    page: str
    queries: int
    cold_ms: float
    median_ms: float
    p95_ms: float
    bare_ms: float


@click.command()
@click.option("--people", "sizes", default="3000,30000", help="Sizes, parted by commas.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Also write a file.")
def main(sizes: str, out: Path | None) -> None:
    """Fill a county of each size and time its pages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    os.environ["BANGFU_DEMO"] = "1"
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    found = [line for size in sizes.split(",") for line in _at(int(size))]
    if out is not None:
        out.write_text(json.dumps([asdict(line) for line in found], indent=2), encoding="utf-8")


@contextmanager
def _empty_ledger(folder: Path) -> Iterator[None]:
    """A database of the kind that the settings name, with keys of its own."""
    from django.conf import settings
    from django.db import connection

    from bangfu.ledger import keys, vault

    settings.BANGFU_KEYS_FILE = folder / "keys.toml"
    keys.Keyring.create(settings.BANGFU_KEYS_FILE)
    vault.forget_keyring()
    was = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(folder / "bench.sqlite3")
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(was, verbosity=0)


def _at(size: int) -> Iterator[Line]:
    from django.db import connection

    from benchmarks import county

    with tempfile.TemporaryDirectory() as folder, _empty_ledger(Path(folder)):
        _say(f"{connection.vendor}, {size} people")
        entered = county.enter(size, told=_say)
        _say(f"{entered.rows} further rows, people in {entered.seconds:.1f} s")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for line in _pages(entered):
            _say(
                f"{line.people:>8}  {line.page:<64} {line.queries:>3} queries  cold "
                f"{line.cold_ms:7.1f}  median {line.median_ms:7.1f}  p95 {line.p95_ms:7.1f}  "
                f"bare {line.bare_ms:7.1f} ms  ({line.median_ms / line.bare_ms:5.1f} times)"
            )
            yield line


def _pages(entered: object) -> Iterator[Line]:
    from django.test import Client

    from benchmarks.county import ON, County

    assert isinstance(entered, County)
    client = Client()
    client.force_login(entered.clerk)
    on = f"?on={ON.isoformat()}"
    programme = "/programmes/returnees/"
    for page, bare in (
        ("/lists/person/", _BARE_PAGE),
        (f"{programme}lists/returnees/{on}", _BARE_PAGE),
        (f"{programme}figures/returnees_in/{on}", _BARE_COUNT),
        (f"{programme}figures/need_classes/{on}", _BARE_COUNT),
        (f"{programme}figures/pairs_made/{on}", _BARE_COUNT),
        (f"{programme}{on}", _BARE_COUNT),
        (f"/subjects/{entered.helped}/", _BARE_SUBJECT),
    ):

        def ask(address: str = page) -> None:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)

        began = perf_counter()
        ask()
        cold = (perf_counter() - began) * 1000
        queries = _queries(ask)
        times = _times(ask)
        raw = statistics.median(_times(lambda sql=bare: _run(sql)))
        yield Line(
            entered.people,
            page.replace(str(entered.helped), "…"),
            queries,
            cold,
            statistics.median(times),
            sorted(times)[int(len(times) * 0.95) - 1],
            raw,
        )


_BARE_PAGE = (
    "SELECT id, name, sort_key, place_id FROM ledger_subject WHERE superseded_at IS NULL "
    "AND kind = 'person' ORDER BY sort_key, id LIMIT 50"
)
_BARE_COUNT = (
    "SELECT count(*) FROM ledger_enrolment WHERE superseded_at IS NULL AND name = 'returnees' "
    "AND began <= '2009-06-30' AND (ended IS NULL OR ended >= '2009-06-30')"
)
_BARE_SUBJECT = "SELECT * FROM ledger_subject WHERE superseded_at IS NULL LIMIT 1"


def _run(sql: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.fetchall()


def _queries(job: Callable[[], None]) -> int:
    """How many queries a job asks of the database."""
    from django.db import connection

    asked: list[str] = []

    def heard(run: Callable[..., object], sql: str, *more: object) -> object:
        asked.append(sql)
        return run(sql, *more)

    with connection.execute_wrapper(heard):
        job()
    return len(asked)


def _times(job: Callable[[], None]) -> list[float]:
    found = []
    for number in range(WARM + ROUNDS):
        began = perf_counter()
        job()
        if number >= WARM:
            found.append((perf_counter() - began) * 1000)
    return found


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
