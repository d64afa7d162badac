"""The demonstration: a fictional county with its story, open accounts, on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import click

from bangfu.jobs.command import stand_up
from bangfu.jobs.console import Failure, Verb, answer, tell


@click.command(cls=Verb)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Folder of the demonstration.",
)
@click.option("--no-serve", is_flag=True, help="Only make it ready and say who can log in.")
def demo(host: str, port: int, data: Path, no_serve: bool) -> None:
    """Tell the story of a fictional county and show it.

    The first start makes everything; the next ones find it. Every account has the same password,
    so a demonstration is for this machine only.
    """
    _choose(data)
    from bangfu.jobs import serve, told

    serve.make_ready()
    if not told.already():
        tell("正在准备示范县，约需一分钟……", "Preparing the county; this takes about a minute …")
        told.tell_whole()
    address = f"http://{'localhost' if serve.is_loopback(host) else host}:{port}/"
    answer(told.data(address, data), lambda: told.text(address))
    if not no_serve:
        if not serve.is_loopback(host):
            tell(
                "警告：演示账户的密码人人知道，{host} 却对外监听",
                "WARNING: everybody knows the demonstration's password, and others reach {host}.",
                host=host,
            )
        serve.run(host, port)


def _choose(data: Path) -> None:
    """Point the settings at the demonstration's own folder, before they are read."""
    from django.conf import settings

    whole = data.expanduser().resolve()
    if settings.configured and whole != settings.BANGFU_DATA:
        raise Failure(
            "设置已按 {other} 读取，不能再换到 {data}",
            "The settings were read for {other} already and cannot change to {data}.",
            other=settings.BANGFU_DATA,
            data=whole,
        )
    os.environ["BANGFU_DATA"] = str(whole)
    os.environ["BANGFU_DEMO"] = "1"
    os.environ["BANGFU_DATABASE_URL"] = ""
    os.environ["BANGFU_KEYS_FILE"] = ""
    os.environ["BANGFU_SECRET_KEY_FILE"] = ""
    os.environ["BANGFU_BACKUPS"] = ""
    stand_up()
