"""The told story, entered once for all tests of a module that only look at it."""

from __future__ import annotations

import pytest

from bangfu.jobs import story
from bangfu.jobs.story import Told
from bangfu.ledger import clock
from bangfu.ledger.actions.event import By
from tests.village import keyring

__all__ = ["keyring"]

OPERATOR = By(user=None, door="test")


@pytest.fixture
def told(db: None, keyring: None) -> Told:
    """The whole story: the briefing issued, the year after, and the present."""
    return story.tell(by=OPERATOR, today=clock.today())


@pytest.fixture
def before_the_bulletin(db: None, keyring: None) -> Told:
    """The story as it stood on the day of the briefing."""
    return story.up_to_the_bulletin(by=OPERATOR)
