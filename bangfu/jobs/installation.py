"""An installation is made, and later brought up to date: folder, keys, tables, refusals."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import click
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS

from bangfu.jobs.console import Failure, Verb, answer, words
from bangfu.keeping.installation import is_new, missing_refusals, pending_migrations
from bangfu.ledger import vault
from bangfu.ledger.actions.upgrade import given_twice, refuse_anew
from bangfu.ledger.keys import Keyring
from bangfu.ledger.models import SubjectKey


@dataclass(slots=True)
class Prepared:
    """What had to be done; nothing, where everything stood already."""

    data: str
    keys: bool = False
    migrations: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether something had to be done."""
        return bool(self.keys or self.migrations or self.refusals or self.joined)


def prepare() -> Prepared:
    """Make what is missing; nothing that is there is changed, and a second time does nothing."""
    settings.BANGFU_DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    done = Prepared(str(settings.BANGFU_DATA))
    done.migrations = pending_migrations()
    done.keys = _keys_made()
    if not is_new():
        done.joined = [f"{one.user} {one.role}" for one in given_twice()]
    if done.migrations:
        call_command("migrate", verbosity=0, interactive=False)
    done.refusals = missing_refusals()
    if done.refusals or done.joined:
        refuse_anew(DEFAULT_DB_ALIAS)
    return done


def _keys_made() -> bool:
    """Write a keys file where there is none, but never beside values that another one sealed."""
    if settings.BANGFU_KEYS_FILE.exists():
        return False
    if not is_new() and SubjectKey.objects.filter(salt__isnull=False).exists():
        raise Failure(
            "数据库里有加密的内容，但没有密钥文件 {path}；请找回原来的密钥文件",
            "The database holds sealed values, but there is no keys file {path}; "
            "bring back the one that sealed them.",
            path=settings.BANGFU_KEYS_FILE,
        )
    settings.BANGFU_KEYS_FILE.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    Keyring.create(settings.BANGFU_KEYS_FILE)
    vault.forget_keyring()
    return True


@click.command(cls=Verb)
def init() -> None:
    """Make or bring up to date what an installation needs.

    The data folder, the keys file (mode 0600), the tables, and what the database refuses by
    itself. Doing it again changes nothing.
    """
    done = prepare()
    answer(asdict(done) | {"changed": done.anything}, lambda: _told(done))


def _told(done: Prepared) -> str:
    if not done.anything:
        return words("都已就绪：{data}", "Everything stood already: {data}", data=done.data)
    lines = [words("已准备好：{data}", "Ready: {data}", data=done.data)]
    if done.keys:
        lines.append(
            words(
                "已生成密钥文件 {path}；请另存一份，不要与数据库备份放在一起",
                "Keys written to {path}; keep a copy apart from the backups of the database.",
                path=settings.BANGFU_KEYS_FILE,
            )
        )
    if done.migrations:
        lines.append(words("建表与升级：{n} 步", "Migrations applied: {n}", n=len(done.migrations)))
    if done.joined:
        lines.append(
            words(
                "同一角色在同一范围重复授予，已并为一条：{who}",
                "Roles that were given twice within the same limits are one now: {who}",
                who=", ".join(done.joined),
            )
        )
    if done.refusals:
        lines.append(words("补上的约束：{n} 条", "Refusals put back: {n}", n=len(done.refusals)))
    return "\n".join(lines)
