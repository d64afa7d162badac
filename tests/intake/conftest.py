"""The known people, for lists that name them."""

from tests.village import keyring, standing_village, told_village, village

__all__ = ["keyring", "standing_village", "told_village", "village"]
