"""PostgreSQL's own programs for dumping and restoring, pointed at the database of the settings."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from django.db import connection
from psycopg.conninfo import make_conninfo

from bangfu.keeping.trouble import Trouble

#: What of Django's parameters is the driver's own and not an address.
_NOT_AN_ADDRESS = frozenset(
    "pool cursor_factory context prepare_threshold client_encoding assume_role isolation_level "
    "server_side_binding row_factory autocommit".split()
)


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs, the newest that is installed."""
    kept = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = sorted(kept, key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0))
    found = str(newest[-1]) if newest else shutil.which(name)
    if found is None:
        raise Trouble(
            "找不到 {n}；请安装 PostgreSQL 的客户端程序",
            "{n} is not to be found; install PostgreSQL's client programs.",
            n=name,
        )
    return found


def run(name: str, arguments: Sequence[str]) -> None:
    """Run a program on the database; a Trouble with the last thing it said."""
    given = connection.get_connection_params()
    secret = given.pop("password", "")
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    if secret:
        environment["PGPASSWORD"] = str(secret)
    told = {k: str(v) for k, v in given.items() if k not in _NOT_AN_ADDRESS}
    done = subprocess.run(
        [program(name), f"--dbname={make_conninfo(**told)}", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise Trouble(
            "{n} 没有成功：{w}", "{n} failed: {w}", n=name, w=said[0] if said else done.returncode
        )
