"""Commands in processes of their own, each forked from one that has loaded what stands below them.

usage: python -m tests.jobs.forked, which is asked one line of JSON at a time: a command's words,
its environment, its folder, and the files that take what it says. It answers how that ended.

What is loaded beforehand knows neither the environment nor the settings: these each command reads
for itself, as one does that begins with ``python -m bangfu.jobs``. Loading the rest again and
again is half of what most commands compute.
"""

from __future__ import annotations

import atexit
import functools
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
#: What asks for no setting while it is loaded.
BENEATH = (
    "bangfu.jobs.command", "bangfu.jobs.failures", "bangfu.programmes.loader",
    "bangfu.programmes.rule_files", "chinese_calendar", "cryptography.fernet",
    "django.core.management", "django.core.serializers.json", "django.db.backends.sqlite3.base",
    "django.db.migrations.executor", "django.db.models", "django.forms", "django.http",
    "django.template.backends.django", "django.urls", "django.utils.translation.trans_real",
    "lunardate", "opencc", "stdnum",
)  # fmt: skip


def run(words: list[str], *, env: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        asked = {"words": words, "env": dict(env), "cwd": str(cwd), "said": [str(out), str(err)]}
        mother = _mother()
        assert mother.stdin and mother.stdout
        mother.stdin.write(json.dumps(asked) + "\n")
        mother.stdin.flush()
        code = json.loads(mother.stdout.readline())
        return subprocess.CompletedProcess(words, code, out.read_text(), err.read_text())


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
    for name in BENEATH:
        importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            return _become(asked)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    os._exit(0)


def _become(asked: dict[str, Any]) -> None:
    """Take a command's environment, folder, files and words on."""
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    for handle, name in zip((1, 2), asked["said"], strict=True):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT, 0o600), handle)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["bangfu", *asked["words"]]
    signal.alarm(LONGEST)


if __name__ == "__main__":
    _serve()
    from bangfu.jobs.command import main

    main()
