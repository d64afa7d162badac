"""The keys of personal values at the command line: shown by fingerprint, changed, retired."""

from __future__ import annotations

from typing import Any

import click
from django.conf import settings

from bangfu.jobs.console import Failure, Noun, answer, table, tell, words
from bangfu.ledger import keys_file, vault
from bangfu.ledger.actions import key as actions
from bangfu.ledger.actions.event import By
from bangfu.ledger.keys import Keyring
from bangfu.ledger.keys_file import Contents


@click.group(cls=Noun)
def keys() -> None:
    """Show and change the keys of personal values."""


@keys.command()
def show() -> None:
    """The versions of the master key, their fingerprints, and how much each has sealed."""
    ring, sealed = vault.keyring(), actions.counted()
    found = [
        {"version": v, "fingerprint": ring.fingerprint(v), "current": v == ring.current,
         "values": sealed.pop(v, 0)}
        for v in ring.versions
    ]  # fmt: skip
    missing = [{"version": v, "values": n} for v, n in sealed.items()]
    data = {
        "file": str(settings.BANGFU_KEYS_FILE),
        "suite": ring.suite,
        "masters": found,
        "missing": missing,
    }
    answer(data, lambda: _shown(data))
    if missing:
        raise Failure(
            "密钥文件缺少 {v} 号主密钥，{n} 项内容打不开",
            "The keys file lacks master key {v}; {n} values cannot be opened.",
            v=missing[0]["version"],
            n=missing[0]["values"],
        )


def _shown(data: dict[str, Any]) -> str:
    return table(
        (
            m["version"],
            m["fingerprint"],
            words("{n} 项", "{n} values", n=m["values"]),
            words("现用", "current") if m["current"] else "",
        )
        for m in data["masters"]
    )


@keys.command()
@click.option("--suite", type=click.Choice(["aes", "sm"]), help="Ciphers of the new key (as now).")
@click.option("--no-new", is_flag=True, help="Only seal anew what older keys sealed.")
def rotate(suite: keys_file.Suite | None, no_new: bool) -> None:
    """Add a master key and seal every personal value anew under it.

    Broken off, the same command goes on without a further key. The older keys stay in the file,
    for backups; keys remove retires one that seals nothing any more.
    """
    unfinished = set(actions.counted()) - {vault.keyring().current}
    added = not (unfinished or no_new)
    if added:
        Keyring.add_master(settings.BANGFU_KEYS_FILE, suite=suite)
        vault.forget_keyring()
        tell(
            "已加入新的主密钥；请马上另存一份密钥文件 {f}",
            "A master key was added; keep a copy of the keys file {f} now.",
            f=settings.BANGFU_KEYS_FILE,
        )
    count = _until_done()
    ring = vault.keyring()
    answer(
        {"current": ring.current, "added": added, "rows": count},
        lambda: words(
            "现用 {v} 号主密钥，重新加密 {n} 行", "Master key {v}; {n} rows sealed anew",
            v=ring.current, n=count,
        ),
    )  # fmt: skip


def _until_done() -> int:
    """A second round finds what was sealed meanwhile by those who had not read the new key."""
    by, count = By(None, "command"), 0
    while fresh := actions.rotate(by=by, told=_progress):
        count += fresh
    return count


def _progress(count: int) -> None:
    tell("已重新加密 {n} 行……", "{n} rows sealed anew …", n=count)


@keys.command()
@click.argument("version", type=click.IntRange(1, keys_file.LAST_VERSION))
def remove(version: int) -> None:
    """Take a master key out of the file that seals nothing any more.

    Backups made before the rotation open only with the file as it was: keep that copy as long as
    the backups.
    """
    ring = vault.keyring()
    if version not in ring.versions or version == ring.current:
        raise Failure(
            "{v} 号主密钥不在文件里，或正在使用",
            "Master key {v} is not in the file, or is the current one.",
            v=version,
        )
    if actions.any_under(version):
        raise Failure(
            "还有内容由 {v} 号主密钥加密；先运行 bangfu keys rotate",
            "Master key {v} still seals values; run bangfu keys rotate first.",
            v=version,
        )
    keys_file.change(settings.BANGFU_KEYS_FILE, lambda old: _without(old, version))
    vault.forget_keyring()
    answer(
        {"removed": version, "versions": list(vault.keyring().versions)},
        lambda: words("{v} 号主密钥已移除", "Master key {v} was removed", v=version),
    )


def _without(old: Contents, version: int) -> Contents:
    masters = {v: secret for v, secret in old.masters.items() if v != version}
    return Contents(masters, old.current, old.index)
