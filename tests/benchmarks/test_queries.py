"""What the benchmarks show holds in every run of the tests: queries do not grow with the rows."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import pages
from benchmarks.county import County
from tests.benchmarks.counties import LARGER, SMALL, made
from tests.village import keyring

__all__ = ["keyring"]


def _measured(entered: County) -> dict[tuple[str, str, int], pages.Line]:
    lines = list(pages.measure(entered, rounds=1, warm_up=0))
    assert len(lines) == len(pages.pages(entered))
    return {(line.page, line.reader, place): line for place, line in enumerate(lines)}


@pytest.mark.long_on_postgres
def test_pages_ask_no_more_queries_of_a_larger_county(
    keyring: None, db: None, django_db_blocker: Any
) -> None:
    found = []
    for count in (SMALL, LARGER):
        with made(django_db_blocker, count) as entered:
            found.append(_measured(entered))
    small, larger = found
    assert small.keys() == larger.keys()
    for name, line in larger.items():
        assert line.median_ms > 0 and line.bare_ms > 0, name
        assert line.queries <= small[name].queries, name
        assert line.queries <= 50, name
