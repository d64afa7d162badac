"""The file that holds the master keys: read with suspicion, never written over, never printed.

It lies outside the database, belongs to the account the server runs as, and is open to nobody
else (mode 0600 or 0400).
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import stat
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

#: ``aes``: AES-256-GCM, HKDF and HMAC over SHA-256. ``sm``: SM4-GCM, HKDF and HMAC over SM3.
Suite = Literal["aes", "sm"]

SECRET_BYTES = 32
LAST_VERSION = 0xFFFF
_FORMAT = 1
_HEADING = """\
# The keys of Bangfu. Whoever holds this file and the database can read every personal number.
# Keep a copy apart from the backups of the database. Without it those numbers are lost for good.
"""


class KeysFileError(Exception):
    """The keys file is missing, open to others, or not as it should be."""


@dataclass(frozen=True, slots=True)
class Secret:
    """32 secret bytes and the suite they are used in."""

    suite: Suite
    value: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.value) != SECRET_BYTES:
            raise ValueError(f"a secret has {SECRET_BYTES} bytes, not {len(self.value)}")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a keys file says: the master keys by version, which one seals, and the index key."""

    masters: Mapping[int, Secret]
    current: int
    index: Secret


def read(path: Path) -> Contents:
    """Read a keys file, TOML or (by its ending) JSON.

    Raises :class:`KeysFileError` with the place and what would be right.
    """
    return _Reader(path).contents()


def write_new(path: Path, contents: Contents) -> None:
    """Write a keys file where there is none, with mode 0600, safely on the disk on return."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeysFileError(f"{path} exists already; its keys are not written over") from None
    except OSError as trouble:
        raise KeysFileError(f"{path} cannot be written: {trouble.strerror}") from None
    _fill(handle, _text(path, contents))
    _sync_directory(path.parent)


def change(path: Path, grow: Callable[[Contents], Contents]) -> Contents:
    """Replace a keys file by what ``grow`` makes of it, in one step and one change at a time.

    A crash leaves the old file whole, and beside it a ``.new`` that the next change asks about.
    """
    beside = path.with_name(path.name + ".new")
    read(path)
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeysFileError(
            f"{beside} exists: another change of keys is under way or broke off; "
            "if none is under way, remove it and try again"
        ) from None
    except OSError as trouble:
        raise KeysFileError(f"{beside} cannot be written: {trouble.strerror}") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8"):
            pass
        contents = grow(read(path))
        _fill(os.open(beside, os.O_WRONLY), _text(path, contents))
    except BaseException:
        beside.unlink()
        raise
    os.replace(beside, path)
    _sync_directory(path.parent)
    return contents


class _Reader:
    """Reads one keys file; every refusal names the file and the entry, and shows no secret."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def wrong(self, what: str) -> KeysFileError:
        return KeysFileError(f"{self.path}: {what}")

    def contents(self) -> Contents:
        plain = self.table("", self.plain(), ("format", "current", "index", "masters"))
        if plain["format"] != _FORMAT:
            raise self.wrong(f"format is {plain['format']!r}; this program reads {_FORMAT}")
        if not isinstance(plain["masters"], dict):
            raise self.wrong("masters must hold one table for each version, as [masters.1]")
        masters = {
            self.version(name): self.secret(f"masters.{name}", entry)
            for name, entry in plain["masters"].items()
        }
        if plain["current"] not in masters or isinstance(plain["current"], bool):
            raise self.wrong(f"current is {plain['current']!r}; there are masters {list(masters)}")
        return Contents(masters, plain["current"], self.secret("index", plain["index"]))

    def plain(self) -> Any:
        text = self.text()
        try:
            return json.loads(text) if self.path.suffix == ".json" else tomllib.loads(text)
        except ValueError as trouble:
            raise self.wrong(f"not readable: {trouble}") from None

    def text(self) -> str:
        try:
            with self.path.open("rb") as file:
                self.refuse_if_open_to_others(os.fstat(file.fileno()).st_mode)
                return file.read().decode()
        except FileNotFoundError:
            raise self.wrong(
                "there is no such keys file; create one or name the right one"
            ) from None
        except OSError as trouble:
            raise self.wrong(f"cannot be read: {trouble.strerror}") from None
        except UnicodeDecodeError:
            raise self.wrong("not a text file in UTF-8") from None

    def refuse_if_open_to_others(self, mode: int) -> None:
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise self.wrong(
                f"open to other accounts (mode {stat.S_IMODE(mode):04o}); "
                f"close it with: chmod 600 {self.path}"
            )

    def table(self, where: str, value: Any, words: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(f"{where or 'the file'} must be a table with {', '.join(words)}")
        for word in words:
            if word not in value:
                raise self.wrong(f"{where or 'the file'} lacks {word}")
        for word in value:
            if word not in words:
                raise self.wrong(f"{where} has {word!r}; the words are {', '.join(words)}".strip())
        return value

    def version(self, name: str) -> int:
        if not (name.isascii() and name.isdigit() and 1 <= int(name) <= LAST_VERSION):
            raise self.wrong(f"masters.{name}: a version is a number from 1 to {LAST_VERSION}")
        return int(name)

    def secret(self, where: str, value: Any) -> Secret:
        entry = self.table(where, value, ("suite", "secret"))
        if entry["suite"] not in ("aes", "sm"):
            raise self.wrong(f"{where}.suite is {entry['suite']!r}; it can be 'aes' or 'sm'")
        try:
            return Secret(entry["suite"], base64.b64decode(entry["secret"], validate=True))
        except (TypeError, binascii.Error, ValueError):
            raise self.wrong(
                f"{where}.secret must be {SECRET_BYTES} bytes written in base64"
            ) from None


def _text(path: Path, contents: Contents) -> str:
    plain: dict[str, Any] = {"format": _FORMAT, "current": contents.current}
    index = _entry(contents.index)
    masters = {str(version): _entry(secret) for version, secret in contents.masters.items()}
    if path.suffix == ".json":
        return json.dumps(plain | {"index": index, "masters": masters}, indent=2) + "\n"
    lines = [_HEADING, *(f"{key} = {value}" for key, value in plain.items())]
    tables = {"index": index} | {f"masters.{name}": entry for name, entry in masters.items()}
    for name, entry in tables.items():
        lines += ["", f"[{name}]", *(f'{key} = "{value}"' for key, value in entry.items())]
    return "\n".join(lines) + "\n"


def _entry(secret: Secret) -> dict[str, str]:
    return {"suite": secret.suite, "secret": base64.b64encode(secret.value).decode()}


def _fill(handle: int, text: str) -> None:
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
