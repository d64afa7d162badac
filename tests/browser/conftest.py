"""A desk of its own for each module of browser tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.running import Desk, running


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server with the story in it."""
    with running(tmp_path_factory.mktemp("desk")) as found:
        yield found
