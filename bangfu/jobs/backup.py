"""A backup at the command line; what goes into it stands in :mod:`bangfu.keeping.backup`."""

from __future__ import annotations

import os
from pathlib import Path

import click
from django.conf import settings

from bangfu.jobs import passphrase
from bangfu.jobs.console import FILE, Verb, answer, words
from bangfu.keeping import backup as backups
from bangfu.ledger import clock


@click.command(cls=Verb)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A new file (else one named by the time, in BANGFU_BACKUPS).",
)
@click.option("--with-keys", is_flag=True, help="The keys too, sealed under a passphrase.")
@click.option("--passphrase-file", type=FILE, help="Take the passphrase from its first line.")
def backup(out: Path | None, with_keys: bool, passphrase_file: Path | None) -> None:
    """Write everything but the keys into one file, while the server goes on.

    Without --with-keys keep copies of the keys file and of secret-key apart from the backups.
    """
    secret = passphrase.ask(passphrase_file, twice=True) if with_keys else None
    path = out or backups.new_path(clock.now())
    manifest = backups.make(path, passphrase.seal(_keys(), secret) if secret else None)
    size = path.stat().st_size
    answer(
        {"out": str(path), "bytes": size, "with_keys": with_keys} | manifest,
        lambda: words(
            "已备份到 {o}（{n} KB）；{k}",
            "Written to {o} ({n} KB); {k}",
            o=path,
            n=size // 1024,
            k=_about_keys(with_keys),
        ),
    )


def _about_keys(with_keys: bool) -> str:
    if with_keys:
        return words("含加密的密钥，请记住口令", "the keys are in it, sealed; keep the passphrase")
    return words(
        "不含密钥，请另存 {f}", "the keys are not in it; keep a copy of {f}",
        f=settings.BANGFU_KEYS_FILE,
    )  # fmt: skip


def _keys() -> dict[str, bytes]:
    signing = Path(os.environ.get("BANGFU_SECRET_KEY_FILE") or settings.BANGFU_DATA / "secret-key")
    return {
        settings.BANGFU_KEYS_FILE.name: Path(settings.BANGFU_KEYS_FILE).read_bytes(),
        "secret-key": signing.read_bytes(),
    }
