"""The file of a backup: a zip of parts with a manifest that knows each by its digest."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bangfu.keeping.trouble import Trouble

FORMAT = 1
MANIFEST = "manifest.json"
HEADS = "heads.log"
ERASURES = "erasures.log"
KEYS = "keys.sealed"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_ALLOWED = re.compile(
    r"database\.(sqlite3|dump)|heads\.log|erasures\.log|keys\.sealed|files(/[^/\\\0]+)+"
)
_BLOCK = 1 << 20


class Writer:
    """Writes a backup beside its final name, and gives it that name when it is whole."""

    def __init__(self, path: Path, told: Callable[[int], None] = lambda count: None) -> None:
        self.told = told
        if path.exists():
            raise Trouble("{p} 已经存在，不覆盖", "{p} exists and is not written over.", p=path)
        self.path = path
        self.beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        self.parts: dict[str, dict[str, Any]] = {}
        handle = os.open(self.beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self.file = os.fdopen(handle, "w+b")
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    def add(self, name: str, source: IO[bytes]) -> None:
        """Add one part."""
        digest, size = hashlib.sha256(), 0
        with self.zip.open(name, "w", force_zip64=True) as out:
            while block := source.read(_BLOCK):
                digest.update(block)
                size += len(block)
                out.write(block)
                self.told(len(block))
        self.parts[name] = {"bytes": size, "sha256": digest.hexdigest()}

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write the manifest, bring all to the disk, and give the file its name."""
        whole = manifest | {"format": FORMAT, "parts": self.parts}
        self.zip.writestr(MANIFEST, json.dumps(whole, ensure_ascii=False, indent=2) + "\n")
        self.zip.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        os.link(self.beside, self.path)
        self.beside.unlink()

    def give_up(self) -> None:
        """Leave nothing behind; after ``finish`` there is nothing to give up."""
        self.file.close()
        self.beside.unlink(missing_ok=True)


def manifest_of(path: Path) -> dict[str, Any]:
    """What a backup says of itself, without reading the rest; not yet checked against its parts."""
    with zipfile.ZipFile(path) as file:
        told: dict[str, Any] = json.loads(file.read(MANIFEST))
    return told


@dataclass(frozen=True)
class Archive:
    """A backup that was read whole and found sound."""

    path: Path
    manifest: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> Archive:
        """Check every part against the manifest; a Trouble if anything is amiss."""
        try:
            with zipfile.ZipFile(path) as file:
                manifest = json.loads(file.read(MANIFEST))
                _check(path, file, manifest)
        except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, OSError) as bad:
            raise _broken(path, type(bad).__name__) from bad
        except (NotImplementedError, RuntimeError, TypeError, AttributeError) as bad:
            raise _broken(path, type(bad).__name__) from bad
        return cls(path, manifest)

    def holds(self, part: str) -> bool:
        """Whether it has a part."""
        return part in self.manifest["parts"]

    def bytes_of(self, part: str) -> bytes:
        """The content of a small part; empty where there is none."""
        if not self.holds(part):
            return b""
        with zipfile.ZipFile(self.path) as file:
            return file.read(part)

    def unpack(self, part: str, to: Path) -> None:
        """Write one part to a file of mode 0600."""
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(handle, "wb") as out,
            zipfile.ZipFile(self.path) as file,
            file.open(part) as source,
        ):
            shutil.copyfileobj(source, out, _BLOCK)
            out.flush()
            os.fsync(out.fileno())

    def kept_files(self) -> Iterator[str]:
        """The names of the parts that are kept files."""
        return (name for name in self.manifest["parts"] if name.startswith("files/"))


def _broken(path: Path, why: str) -> Trouble:
    return Trouble(
        "{p} 不是完好的备份（{w}），什么也没有恢复",
        "{p} is not a sound backup ({w}); nothing was restored.",
        p=path,
        w=why,
    )


def _check(path: Path, file: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise Trouble(
            "{p} 是第 {f} 种格式的备份，本程序读第 {o} 种",
            "{p} is a backup of format {f}; this program reads {o}.",
            p=path,
            f=manifest["format"],
            o=FORMAT,
        )
    parts = manifest["parts"]
    names = sorted(file.namelist())
    if names != sorted([MANIFEST, *parts]) or len(set(names)) != len(names):
        raise _broken(path, "parts")
    for name, told in parts.items():
        if not _ALLOWED.fullmatch(name) or ".." in name.split("/"):
            raise _broken(path, name)
        digest = hashlib.sha256()
        with file.open(name) as source:
            while block := source.read(_BLOCK):
                digest.update(block)
        if digest.hexdigest() != told["sha256"]:
            raise _broken(path, name)
