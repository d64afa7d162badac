"""A desk of its own for each module of browser tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.running import Desk, running, tell


@pytest.fixture(scope="session")
def told_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story, told once; nobody writes into it."""
    folder = tmp_path_factory.mktemp("told")
    tell(folder)
    return folder


@pytest.fixture(scope="module")
def desk(told_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server with the story in it."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(told_folder, folder, dirs_exist_ok=True)
    with running(folder) as found:
        yield found
