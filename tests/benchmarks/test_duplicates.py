"""The benchmark of the search for duplicates runs, and judges by what it knows."""

from __future__ import annotations

import pytest

from benchmarks import duplicates


def test_a_small_county_is_searched_and_judged() -> None:
    found = duplicates.measured(2000, 0.02)
    assert (found["people"], found["entered twice"]) == (2000, 40)
    assert found["recall"] >= 0.97
    assert found["precision"] >= 0.97
    assert found["ratio"] > 0


def test_a_search_that_finds_nothing_is_judged_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "pairs_among", lambda entries: [])
    found = duplicates.measured(2000, 0.02)
    assert (found["recall"], found["proposed"]) == (0, 0)
    assert sum(found["missed"].values()) == 40
