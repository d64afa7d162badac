"""The known people, for lists that name them."""

from tests.village import keyring, told_village, village

__all__ = ["keyring", "told_village", "village"]
