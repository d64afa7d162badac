"""The web server: granian in front of the pages; beside it the journal's sealer and a worker."""

from __future__ import annotations

import ctypes
import ipaddress
import os
import signal
import socket
import sys

import click
from django.conf import settings
from django.db import connection
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from bangfu.jobs import beside, installation, sealer, statics, worker
from bangfu.jobs.console import Failure, Verb, tell
from bangfu.keeping.installation import is_new, pending_migrations

KILL_TIMEOUT = 10
_THREADS = 4
#: Linux: the signal that a process gets when its parent ends (PR_SET_PDEATHSIG).
_DEATH_OF_PARENT = 1


@click.command(cls=Verb)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Processes (PostgreSQL only).")
def serve(host: str, port: int, workers: int | None) -> None:
    """Serve the pages until SIGTERM or SIGINT; seal the journal and do what waits meanwhile.

    On SQLite one process with several threads serves; on PostgreSQL several processes do.
    """
    make_ready()
    warn(host)
    run(host, port, workers)


def make_ready() -> None:
    """Make a new installation; an older one is brought up to date only by ``bangfu init``."""
    if not is_new() and (pending := pending_migrations()):
        raise Failure(
            "数据库要先升级（{n} 步）；请先备份，再运行 bangfu init",
            "The database must be brought up to date first ({n} migrations); make a backup, "
            "then run bangfu init.",
            n=len(pending),
        )
    installation.prepare()
    statics.gather()


def processes(asked: int | None) -> int:
    """How many processes serve: one on SQLite, on PostgreSQL as many as there are cores."""
    if connection.vendor == "sqlite":
        if asked not in (None, 1):
            tell(
                "SQLite 只用一个进程，--workers 不起作用",
                "On SQLite one process serves; --workers is not heeded.",
            )
        return 1
    return asked or min(8, max(2, os.cpu_count() or 2))


def run(host: str, port: int, workers: int | None = None) -> None:
    """Serve; returns when told to end, after the journal was sealed once more."""
    refuse_if_taken(host, port)
    count = processes(workers)
    _let_go()
    _end_together()
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    tell("正在监听 {a}", "Listening on {a}", a=address)
    others = [beside.start(kind) for kind in (sealer.KIND, worker.KIND)]
    try:
        Granian(
            "bangfu.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=count,
            blocking_threads=_THREADS,
            backpressure=64,
            # A connection stays with one process, and one of them had twice the work of another.
            http1_settings=HTTP1Settings(keep_alive=count == 1),
            workers_kill_timeout=KILL_TIMEOUT,
            respawn_failed_workers=True,
            websockets=False,
            log_access=False,
        ).serve()
    finally:
        for other in others:
            beside.stop(other)


def _let_go() -> None:
    """Hold no connection that the processes to come would share: each opens its own."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]  # of this kind of database only


def _end_together() -> None:
    """Let no worker outlive this process, also when it is killed and can tell nobody."""
    if sys.platform != "linux":
        return
    control, server = ctypes.CDLL(None).prctl, os.getpid()

    def bound() -> None:
        control(_DEATH_OF_PARENT, signal.SIGKILL)
        if os.getppid() != server:
            os._exit(1)

    os.register_at_fork(after_in_child=bound)


def refuse_if_taken(host: str, port: int) -> None:
    """Say in one sentence that an address cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as trouble:
        raise Failure(
            "不能在 {host}:{port} 上监听：{why}",
            "Cannot listen on {host}:{port}: {why}.",
            host=host,
            port=port,
            why=trouble.strerror or trouble,
        ) from None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def warn(host: str) -> None:
    """Warn of what lets passwords travel in clear, or lets nobody in."""
    if is_loopback(host):
        return
    if not settings.BANGFU_HTTPS:
        tell(
            "警告：{host} 对外监听而没有 HTTPS，密码会以明文传送",
            "WARNING: others reach {host} and there is no HTTPS; passwords travel in clear.",
            host=host,
        )
    elif not settings.BANGFU_PROXIES:
        tell(
            "警告：{host} 对外监听，但前面没有登记反向代理（BANGFU_PROXIES）；"
            "本服务自己不加密，浏览器不会送回登录状态",
            "WARNING: others reach {host} and no reverse proxy is told of (BANGFU_PROXIES); this "
            "server does not encrypt by itself, and browsers will not send log-ins back.",
            host=host,
        )
    if all(is_loopback(name.strip("[]")) for name in settings.ALLOWED_HOSTS):
        tell(
            "警告：BANGFU_ALLOWED_HOSTS 只有本机，别的名称会被拒绝",
            "WARNING: BANGFU_ALLOWED_HOSTS holds this machine only; other names are refused.",
        )
