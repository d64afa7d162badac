"""Commands in processes of their own, each forked from one that has loaded the program.

usage: python -m tests.jobs.forked, which is asked one line of JSON at a time: a command's words, or
Python of the test's own, its environment, its folder, and the files that take what it says. It
answers how that ended.

Loading the program again and again is the larger part of what most commands compute. What is loaded
beforehand may ask for settings; each process reads its own anew, as one does that begins with
``python -m bangfu.jobs``, and ends with an error if one differs that was asked for while loading.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
#: Seconds after which a command is given up.
LONGEST = 300
#: What commands load after themselves.
AFTERWARDS = (
    "bangfu.config.urls", "bangfu.jobs.failures", "bangfu.paper.files", "chinese_calendar",
    "django.contrib.staticfiles.finders", "django.core.management.commands.check",
    "django.core.management.commands.migrate", "django.core.serializers.json",
    "django.db.backends.sqlite3.base", "django.template.backends.django", "lunardate", "opencc",
    "stdnum",
)  # fmt: skip


def run(
    words: list[str], *, env: Mapping[str, str], cwd: Path, code: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command, or some Python with these words, to its end."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        asked = {
            "words": words, "env": dict(env), "cwd": str(cwd), "said": [str(out), str(err)],
            "code": code,
        }  # fmt: skip
        mother = _mother()
        assert mother.stdin and mother.stdout
        mother.stdin.write(json.dumps(asked) + "\n")
        mother.stdin.flush()
        ended = json.loads(mother.stdout.readline())
        return subprocess.CompletedProcess(words, ended, out.read_text(), err.read_text())


@functools.cache
def _mother() -> subprocess.Popen[str]:
    """From which this process has its commands forked; it ends with this process."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BANGFU_", "DJANGO_"))}
    mother = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.forked"], cwd=ROOT, text=True,
        env=kept | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    atexit.register(mother.communicate)
    return mother


def _serve() -> None:
    """Fork a command for each line, until there are no more; in a command's process, return."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BANGFU_DATA"] = folder
        _load()
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            return _become(asked)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    os._exit(0)


def _load() -> None:
    """Load every command, what it loads in turn, and the steps of the tables."""
    from bangfu.jobs.command import COMMANDS, stand_up

    stand_up()
    for name in (*(f"bangfu.jobs.{one.module}" for one in COMMANDS.values()), *AFTERWARDS):
        importlib.import_module(name)
    importlib.import_module("django.db.migrations.loader").MigrationLoader(None)
    gc.collect()
    gc.freeze()
    assert len(os.listdir("/proc/self/task")) == 1, "threads do not come along"


def _become(asked: dict[str, Any]) -> None:
    """Take a command's environment, folder, files and words on, and what it is to do."""
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    for handle, name in zip((1, 2), asked["said"], strict=True):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT, 0o600), handle)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["bangfu", *asked["words"]]
    signal.alarm(LONGEST)
    _forget()
    if asked["code"]:
        importlib.import_module("bangfu.jobs.command").stand_up()
        exec(compile(asked["code"], "<code>", "exec"), {"__name__": "__main__"})
    else:
        importlib.import_module("bangfu.jobs.command").main()


def _forget() -> None:
    """Settings are read anew when they are first asked for, and those read before compared."""
    from django.conf import LazySettings, empty, settings
    from django.db import connections
    from django.db.utils import ConnectionHandler

    asked = {name: value for name, value in vars(settings).items() if name.isupper()}
    del asked["DATABASES"]
    said = vars(sys.modules.pop("bangfu.config.settings"))
    given = {name: value for name, value in vars(settings._wrapped).items() if name not in said}
    vars(connections).clear()
    ConnectionHandler.__init__(connections)
    settings._wrapped = empty
    read: Any = LazySettings._setup

    def compared(self: LazySettings, name: str | None = None) -> None:
        read(self, name)
        for name in given.keys() - vars(self._wrapped).keys():
            setattr(self, name, given[name])  # which a package said while it was loaded
        differ = [name for name, held in asked.items() if getattr(self, name) != held]
        assert not differ, f"other than while the program was loaded: {differ}"

    LazySettings._setup = compared


if __name__ == "__main__":
    _serve()
