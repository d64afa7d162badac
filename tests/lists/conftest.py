"""The known people, for every test of lists and figures."""

from tests.village import keyring, lasting_village, ticker, unrefused_flush, village

__all__ = ["keyring", "lasting_village", "ticker", "unrefused_flush", "village"]
