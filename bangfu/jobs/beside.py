"""Processes that run beside the server: one at a time in a data folder, gone when it is."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EVERY = 1.0


def start(kind: str) -> subprocess.Popen[bytes]:
    """Start a process of a module beside the caller; it ends by itself when the caller does."""
    command = [sys.executable, "-m", kind, str(os.getpid())]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)


def stop(process: subprocess.Popen[bytes], *, within: float = 10) -> None:
    """Ask a process to end, after it has done or put back what it has in hand."""
    process.terminate()
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def alone(path: Path, ended: threading.Event) -> Iterator[bool]:
    """Hold the lock of the data folder, waiting for whoever holds it; False when told to end."""
    with path.open("w") as file:
        while not ended.is_set():
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                ended.wait(EVERY)
            else:
                yield True
                return
        yield False


def stand_by(parent: int, ended: threading.Event) -> None:
    """Watch for the end of the process that started this one; it says its own number, since it may
    be gone before this one has begun.
    """

    def watching() -> None:
        while not ended.wait(EVERY):
            if os.getppid() != parent:
                ended.set()

    threading.Thread(target=watching, daemon=True).start()
