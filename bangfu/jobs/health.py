"""Whether an installation is as it should be: each part asked, each answer said."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from django.conf import settings
from django.db import DatabaseError, connection

from bangfu.jobs import heads, installation
from bangfu.jobs.console import Console, Failure, Verb, answer, console, table, words
from bangfu.jobs.failures import sentence_of
from bangfu.ledger import cabinet, vault
from bangfu.ledger.actions import journal as chain
from bangfu.ledger.actions import key as sealed
from bangfu.ledger.keys import KeysFileError
from bangfu.ledger.models import Event, File, ProgrammeVersion
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.paper.fonts import find_faces
from bangfu.programmes import loader
from bangfu.programmes.problems import ProgrammeErrors

#: Less free space than this is a fault, in bytes.
LEAST_SPACE = 512 * 2**20


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: its name, whether it is as it should be, and what was found."""

    part: str
    well: bool
    said: str


@click.command(cls=Verb)
@click.option("--journal", is_flag=True, help="Verify the whole journal too.")
def check(journal: bool) -> None:
    """Say whether everything is as it should be; ends with 1 if anything is not."""
    found = list(_findings(journal))
    well = all(finding.well for finding in found)
    answer(
        {"well": well, "findings": [asdict(finding) for finding in found]},
        lambda: table(
            (words("正常", "ok") if f.well else words("异常", "NOT OK"), f.part, f.said)
            for f in found
        ),
    )
    if not well:
        bad = "、".join(finding.part for finding in found if not finding.well)
        raise Failure("有问题的部分:{b}", "Not as it should be: {b}", b=bad)


def _findings(journal: bool) -> Iterator[Finding]:
    parts: dict[str, Callable[[], str]] = {
        "data": _data,
        "database": _database,
        "migrations": _migrations,
        "refusals": _refusals,
        "keys": _keys,
        "programmes": _programmes,
        "heads": _heads,
        "files": _files,
        "disk": _disk,
        "faces": _faces,
    }
    if journal:
        parts["journal"] = _journal
    speaks = console()
    for part, asked in parts.items():
        yield _finding(part, asked, speaks)


def _finding(part: str, asked: Callable[[], str], speaks: Console) -> Finding:
    """Ask about one part; what it cannot answer is a finding too, and the others are asked on."""
    try:
        return Finding(part, True, asked())
    except Failure as bad:
        return Finding(part, False, bad.message)
    except (DatabaseError, KeysFileError, ProgrammeErrors, OSError, ValueError) as error:
        said = (sentence_of(error, speaks) or str(error)).splitlines()
        return Finding(part, False, said[0] if said else type(error).__name__)


def _data() -> str:
    folder: Path = settings.BANGFU_DATA
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise Failure("{f} 不能读写", "{f} cannot be read and written.", f=folder)
    return str(folder)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return f"{connection.vendor} {connection.settings_dict['NAME']}"


def _migrations() -> str:
    pending = installation.pending_migrations()
    if pending:
        raise Failure(
            "还有 {n} 步没有执行;请运行 bangfu init",
            "{n} are missing; run bangfu init.",
            n=len(pending),
        )
    return words("齐全", "complete")


def _refusals() -> str:
    missing = installation.missing_refusals()
    if missing:
        raise Failure(
            "缺 {n} 条:{names};请运行 bangfu init",
            "{n} are missing: {names}; run bangfu init.",
            n=len(missing),
            names=", ".join(missing[:5]),
        )
    return words("{n} 条", "{n} in place", n=len(installation.expected_refusals()))


def _files() -> str:
    """Every file that is believed has its sealed bytes, and they are the ones put there."""
    gone = list(cabinet.lost())
    if gone:
        raise Failure(
            "{n} 个附件不在或被改动:{first}",
            "{n} are missing or were changed: {first}",
            n=len(gone),
            first=gone[0],
        )
    return words("{n} 个", "{n} kept", n=File.objects.current().count())


def _keys() -> str:
    path: Path = settings.BANGFU_KEYS_FILE
    ring = vault.keyring()
    missing = set(sealed.counted()) - set(ring.versions)
    if missing:
        raise Failure(
            "密钥文件缺少主密钥 {v}", "The keys file lacks master key {v}.", v=min(missing)
        )
    mode = stat.S_IMODE(path.stat().st_mode)
    return f"{path} {mode:04o}, {ring.fingerprint(ring.current)}"


def _programmes() -> str:
    """Those that come with the product, and every version that was started here."""
    for name in loader.library():
        loader.read_library(name, vocabulary=VOCABULARY)
    versions = ProgrammeVersion.objects.current().select_related("programme")
    for version in versions:
        loader.load(version.text, name=version.programme.name, vocabulary=VOCABULARY)
    return words(
        "自带 {n} 份,已启动 {m} 版", "{n} of the product, {m} started here",
        n=len(loader.library()), m=len(versions),
    )  # fmt: skip


def _heads() -> str:
    path = heads.file()
    astray = heads.astray(path)
    if astray is not None:
        raise Failure(
            "{p} 里的链头 {n} 不在数据库的链上;请运行 bangfu journal verify",
            "The chain does not hold head {n} of {p}; run bangfu journal verify.",
            p=path,
            n=astray.number,
        )
    last = heads.last_kept(path)
    waiting = Event.objects.filter(seal__isnull=True).count()
    return words("链头 {h},待封 {n} 条", "head {h}, {n} events not yet sealed",
                 h=last.number if last else "-", n=waiting)  # fmt: skip


def _disk() -> str:
    free = shutil.disk_usage(settings.BANGFU_DATA).free
    if free < LEAST_SPACE:
        raise Failure("只剩 {n} MB", "Only {n} MB are free.", n=free // 2**20)
    return words("剩余 {n} GB", "{n} GB free", n=free // 2**30)


def _faces() -> str:
    """What papers are set in; another face than the standard's is no fault, none at all is."""
    faces = find_faces()
    lacking = [chosen.face for chosen in faces.chosen.values() if not chosen.families]
    if lacking:
        raise Failure("缺少字体:{f}", "No face for: {f}.", f=", ".join(lacking))
    return ", ".join(f"{face}: {chosen.families[0]}" for face, chosen in faces.chosen.items())


def _journal() -> str:
    verdict = chain.verify(kept=heads.read(heads.file()) if heads.file().exists() else ())
    if not verdict.sound:
        first = verdict.faults[0]
        raise Failure(
            "{n} 处不符,第一处:{c} {w}",
            "{n} faults, the first: {c} {w}",
            n=len(verdict.faults),
            c=first.code,
            w=first.where,
        )
    return words("留痕 {e} 条、记录 {r} 行相符", "{e} events and {r} rows agree",
                 e=verdict.events, r=verdict.rows)  # fmt: skip
