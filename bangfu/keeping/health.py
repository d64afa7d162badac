"""Whether an installation is as it should be: each part asked, each answer said."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

import bangfu
from bangfu.keeping import backup, heads, installation
from bangfu.keeping.trouble import Trouble, sentence
from bangfu.ledger import cabinet, clock, vault
from bangfu.ledger.actions import journal as chain
from bangfu.ledger.actions import key as sealed
from bangfu.ledger.keys import KeysFileError
from bangfu.ledger.models import Event, File, ProgrammeVersion
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.paper.fonts import find_faces
from bangfu.programmes import loader
from bangfu.programmes.kinds import Label
from bangfu.programmes.problems import ProgrammeErrors

#: Less free space than this is a fault, in bytes.
LEAST_SPACE = 512 * 2**20
#: Events that wait longer than this for their seal, in seconds, say that nothing seals them.
SEALED_WITHIN = 60


#: A backup that was made longer ago than this, in days, is said to be old.
BACKED_UP_WITHIN = 7


@dataclass(frozen=True, slots=True)
class Warned(Label):
    """Said of a part that works, and of which somebody should do something all the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: its name, what it is called, whether it is well, and what was found."""

    part: str
    label: Label
    well: bool
    said: Label

    @property
    def warns(self) -> bool:
        """Whether it works and yet asks for something to be done."""
        return isinstance(self.said, Warned)


def same(text: str) -> Label:
    """What is said alike in both languages."""
    return Label(text, text)


def findings(*, journal: bool = False) -> Iterator[Finding]:
    """Each part of the installation, one after the other; with the whole journal if asked for."""
    for part, (label, asked) in _PARTS.items():
        yield _finding(part, label, asked)
    if journal:
        yield _finding("journal", Label("留痕", "journal"), _journal)


def pressing() -> list[Finding]:
    """What somebody has to see to, of the parts that are asked at once: for the first page."""
    found = (_finding(part, *_PARTS[part]) for part in _AT_ONCE)
    return [one for one in found if one.warns or not one.well]


def _finding(part: str, label: Label, asked: Callable[[], Label]) -> Finding:
    """Ask about one part; what it cannot answer is a finding too, and the others are asked on."""
    try:
        return Finding(part, label, True, asked())
    except Trouble as bad:
        return Finding(part, label, False, bad.label)
    except (KeysFileError, ProgrammeErrors, ValueError) as error:
        return Finding(part, label, False, same(str(error).splitlines()[0]))
    except OSError as error:
        return Finding(part, label, False, same(f"{error.filename}: {error.strerror}"))
    except DatabaseError as error:
        # A database quotes values in its messages; its name for the fault says enough.
        return Finding(part, label, False, same(type(error).__name__))


def _version() -> Label:
    return same(f"bangfu {bangfu.__version__}")


def _data() -> Label:
    folder: Path = settings.BANGFU_DATA
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise Trouble("{f} 不能读写", "{f} cannot be read and written.", f=folder)
    return same(str(folder))


def _database() -> Label:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    size = backup.database_size() / 2**20
    return same(f"{connection.vendor} {connection.settings_dict['NAME']}, {size:,.0f} MB")


def _migrations() -> Label:
    pending = installation.pending_migrations()
    if pending:
        raise Trouble(
            "还有 {n} 步没有执行；请运行 bangfu init",
            "{n} are missing; run bangfu init.",
            n=len(pending),
        )
    return sentence("齐全", "complete")


def _refusals() -> Label:
    missing = installation.missing_refusals()
    if missing:
        raise Trouble(
            "缺 {n} 条：{names}；请运行 bangfu init",
            "{n} are missing: {names}; run bangfu init.",
            n=len(missing),
            names=", ".join(missing[:5]),
        )
    return sentence("{n} 条", "{n} in place", n=len(installation.expected_refusals()))


def _files() -> Label:
    """Every file that is believed has its sealed bytes, and they are the ones put there."""
    gone = list(cabinet.lost())
    if gone:
        raise Trouble(
            "{n} 个附件不在或被改动：{first}",
            "{n} are missing or were changed: {first}",
            n=len(gone),
            first=gone[0],
        )
    return sentence("{n} 个", "{n} kept", n=File.objects.current().count())


def _keys() -> Label:
    path: Path = settings.BANGFU_KEYS_FILE
    ring = vault.keyring()
    missing = set(sealed.counted()) - set(ring.versions)
    if missing:
        raise Trouble(
            "密钥文件缺少主密钥 {v}", "The keys file lacks master key {v}.", v=min(missing)
        )
    mode = stat.S_IMODE(path.stat().st_mode)
    return same(f"{path} {mode:04o}, {ring.fingerprint(ring.current)}")


def _programmes() -> Label:
    """Those that come with the product, and every version that was started here."""
    for name in loader.library():
        loader.read_library(name, vocabulary=VOCABULARY)
    versions = ProgrammeVersion.objects.current().select_related("programme")
    for version in versions:
        loader.load(version.text, name=version.programme.name, vocabulary=VOCABULARY)
    return sentence(
        "自带 {n} 份，已启动 {m} 版", "{n} of the product, {m} started here",
        n=len(loader.library()), m=len(versions),
    )  # fmt: skip


def _heads() -> Label:
    path = heads.file()
    astray = heads.astray(path)
    if astray is not None:
        raise Trouble(
            "{p} 里的链首 {n} 不在数据库的链上；请运行 bangfu journal verify",
            "The chain does not hold head {n} of {p}; run bangfu journal verify.",
            p=path,
            n=astray.number,
        )
    last = heads.last_kept(path)
    waiting = Event.objects.filter(seal__isnull=True).count()
    return sentence("链首 {h}，待封 {n} 条", "head {h}, {n} events not yet sealed",
                 h=last.number if last else "-", n=waiting)  # fmt: skip


def _disk() -> Label:
    free = shutil.disk_usage(settings.BANGFU_DATA).free
    if free < LEAST_SPACE:
        raise Trouble("只剩 {n} MB", "Only {n} MB are free.", n=free // 2**20)
    return sentence("剩余 {n} GB", "{n} GB free", n=free // 2**30)


def _faces() -> Label:
    """What papers are set in; another face than the standard's is no fault, none at all is."""
    faces = find_faces()
    lacking = [chosen.face for chosen in faces.chosen.values() if not chosen.families]
    if lacking:
        raise Trouble("缺少字体：{f}", "No face for: {f}.", f=", ".join(lacking))
    return same(", ".join(f"{face}: {one.families[0]}" for face, one in faces.chosen.items()))


def _journal() -> Label:
    verdict = chain.verify(kept=heads.kept())
    if not verdict.sound:
        first = verdict.faults[0]
        raise Trouble(
            "{n} 处不符，第一处：{c} {w}",
            "{n} faults, the first: {c} {w}",
            n=len(verdict.faults),
            c=first.code,
            w=first.where,
        )
    return sentence("留痕 {e} 条、记录 {r} 行相符", "{e} events and {r} rows agree",
                 e=verdict.events, r=verdict.rows)  # fmt: skip


def _sealer() -> Label:
    """Whether events are sealed shortly after they are committed."""
    now = clock.now()
    oldest = Event.objects.filter(seal__isnull=True).order_by("at").first()
    if oldest is None:
        return sentence("没有待封的", "nothing waits")
    waited = (now - oldest.at).total_seconds()
    if waited > SEALED_WITHIN:
        raise Trouble(
            "最早的已等了 {n} 秒；bangfu serve 没有在运行封签？",
            "The oldest event has waited {n} seconds: does bangfu serve run its sealer?",
            n=round(waited),
        )
    return sentence("正在封", "being sealed")


def _backup() -> Label:
    """When the last backup was made here; those kept elsewhere are not known."""
    last = next(iter(backup.kept()), None)
    if last is None:
        return Warned(
            "还没有备份：这台机器坏了，记录就全没了。请在“系统管理 › 备份”备份一次，再把备份文件和"
            "密钥文件分开存到别的机器上",
            "There is no backup yet: if this machine breaks, every record is lost. Make one under "
            "“Administration › Backups”, then keep the file and the keys file apart on other "
            "machines",
        )
    days = (clock.now() - last.made_at).days
    said = sentence("{d}，{n} 天前", "{d}, {n} days ago", d=clock.day_of(last.made_at), n=days)
    if days <= BACKED_UP_WITHIN:
        return said
    return Warned(f"{said.zh}；太久了，请再备份一次", f"{said.en}; that is long, make another")


_PARTS: Mapping[str, tuple[Label, Callable[[], Label]]] = {
    "version": (Label("版本", "version"), _version),
    "data": (Label("数据文件夹", "data folder"), _data),
    "database": (Label("数据库", "database"), _database),
    "migrations": (Label("表结构", "migrations"), _migrations),
    "refusals": (Label("数据库约束", "refusals"), _refusals),
    "keys": (Label("密钥", "keys"), _keys),
    "programmes": (Label("活动方案", "programmes"), _programmes),
    "heads": (Label("链首", "heads"), _heads),
    "files": (Label("附件", "files"), _files),
    "sealer": (Label("封签", "sealer"), _sealer),
    "backup": (Label("上次备份", "last backup"), _backup),
    "disk": (Label("磁盘", "disk"), _disk),
    "faces": (Label("字体", "faces"), _faces),
}
#: Those that neither read whole tables nor open files: what a first page can ask each time.
_AT_ONCE = ("keys", "sealer", "backup", "disk")
