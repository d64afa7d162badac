"""The known people, for every test of lists and figures."""

from tests.village import (
    keyring,
    lasting_village,
    standing_village,
    ticker,
    told_village,
    unrefused_flush,
    village,
)

__all__ = [
    "keyring",
    "lasting_village",
    "ticker",
    "standing_village",
    "told_village",
    "unrefused_flush",
    "village",
]
