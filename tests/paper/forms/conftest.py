"""The known people, for forms that are filled about them."""

from tests.village import keyring, standing_village, told_village, village

__all__ = ["keyring", "standing_village", "told_village", "village"]
