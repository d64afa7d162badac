"""The known people, for lists that name them."""

from tests.village import (
    keyring,
    lasting_village,
    standing_village,
    told_village,
    unrefused_flush,
    village,
)

__all__ = [
    "keyring",
    "lasting_village",
    "standing_village",
    "told_village",
    "unrefused_flush",
    "village",
]
