"""The collector of objects that refer to themselves rests while a long list is worked through.

It looks through all that is held whenever a quarter more was made; of a list nearly everything
stays until its end, and nothing of it is found.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector rest meanwhile; whoever let it rest first has it go on."""
    rests = not gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not rests:
            gc.enable()
