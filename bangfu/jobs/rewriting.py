"""The command line's word on whether what was erased has left PostgreSQL's files."""

from __future__ import annotations

from bangfu.jobs.console import tell
from bangfu.keeping.rewriting import rewrite


def rewrite_and_tell() -> bool:
    """The same, and say so when something of the old may be left."""
    done = rewrite()
    if not done:
        tell(
            "有人仍在读取旧数据，数据库文件里可能还留有旧行；请稍后运行 bangfu retention rewrite",
            "Somebody still reads or holds the tables; old rows may be left in the database's "
            "files. Run bangfu retention rewrite later.",
        )
    return done
