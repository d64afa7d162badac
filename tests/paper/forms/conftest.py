"""The known people, for forms that are filled about them."""

from tests.village import keyring, told_village, village

__all__ = ["keyring", "told_village", "village"]
