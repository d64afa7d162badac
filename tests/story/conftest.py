"""The told story, entered once for all tests of a file; each of them undoes what it does."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from bangfu.jobs import story
from bangfu.jobs.story import Told
from bangfu.ledger import clock
from bangfu.ledger.actions.event import By
from tests.told_again import told_again
from tests.village import keyring, settle, undone

__all__ = ["keyring"]

OPERATOR = By(user=None, door="test")

#: How far the story is told, by the fixture that gives it.
TELLINGS: Mapping[str, Callable[[], Told]] = {
    "told": lambda: story.tell(by=OPERATOR, today=clock.today()),
    "before_the_bulletin": lambda: story.up_to_the_bulletin(by=OPERATOR),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let the tests of a file that want the same telling follow one another."""
    wanted = [name for name in TELLINGS if name in metafunc.fixturenames]
    if wanted:
        metafunc.parametrize("telling", wanted, indirect=True, scope="module")


@pytest.fixture(scope="module")
def telling(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, keyring: None
) -> Iterator[Told]:
    """The story, told once for all files that a process tests."""
    with django_db_blocker.unblock(), undone():
        said = told_again(request.param, TELLINGS[request.param])
        settle()
        yield said


@pytest.fixture
def told(telling: Told, db: None) -> Told:
    """The whole story: the briefing issued, the year after, and the present."""
    return copy.deepcopy(telling)


@pytest.fixture
def before_the_bulletin(telling: Told, db: None) -> Told:
    """The story as it stood on the day of the briefing."""
    return copy.deepcopy(telling)
