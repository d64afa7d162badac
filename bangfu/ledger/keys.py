"""The keys of personal values: each subject has its own, and erasing its salt destroys it.

A master key lies in a keys file outside the database; the subject's salt lies in the database.
Neither opens anything without the other. A sealed value carries the version of the master key
that sealed it, so masters can be changed while old values stay readable.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bangfu.ledger import keys_file
from bangfu.ledger.keys_file import (
    LAST_VERSION,
    SECRET_BYTES,
    Contents,
    KeysFileError,
    Secret,
    Suite,
)
from bangfu.ledger.numbers import comparable

__all__ = [
    "Erased",
    "KeyMissing",
    "Keyring",
    "KeysFileError",
    "NotGenuine",
    "SubjectKey",
    "Suite",
    "Unreadable",
    "new_content_key",
    "new_salt",
    "new_salts",
    "open_apart",
    "seal_apart",
    "sealed_version",
]

SALT_BYTES = 32
INDEX_BYTES = 16
_FORMAT = 1
_HEADER = 4
_NONCE = 12
_TAG = 16
_STEP = 32
_SHORTEST = _HEADER + _NONCE + _STEP + _TAG
_SUITE_BYTE: Mapping[Suite, int] = {"aes": 1, "sm": 2}
_HASH: Mapping[Suite, hashes.HashAlgorithm] = {"aes": hashes.SHA256(), "sm": hashes.SM3()}
_CIPHER_KEY_BYTES: Mapping[Suite, int] = {"aes": 32, "sm": 16}
_KEPT_SUBJECTS = 4096


class Unreadable(Exception):
    """A sealed value does not open; the three kinds below say why."""


class KeyMissing(Unreadable):
    """The master key that sealed a value is not in the keys file."""


class NotGenuine(Unreadable):
    """A sealed value was changed, moved to another subject or field, or has another key."""


class Erased(Unreadable):
    """The subject was erased: its salt is gone and so is whatever it sealed."""


class _Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class _Sm4Gcm:
    """SM4 in Galois counter mode with the two calls of the library's own AES-GCM."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        box = Cipher(self._key, GCM(nonce)).encryptor()
        box.authenticate_additional_data(associated_data or b"")
        return box.update(data) + box.finalize() + box.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        box = Cipher(self._key, GCM(nonce, data[-_TAG:])).decryptor()
        box.authenticate_additional_data(associated_data or b"")
        return box.update(data[:-_TAG]) + box.finalize()


def _derive(secret: Secret, *, salt: bytes | None, info: bytes, length: int) -> bytes:
    if secret.suite == "aes" and length <= 32:
        # One block of RFC 5869; a whole county's keys are derived in a third of the time.
        known = hmac.digest(salt or bytes(32), secret.value, "sha256")
        return hmac.digest(known, info + b"\x01", "sha256")[:length]
    return HKDF(_HASH[secret.suite], length, salt, info).derive(secret.value)


def _mac(begun: HMAC, message: bytes) -> bytes:
    """What a key that was made ready gives for a message; it stays ready for the next."""
    box = begun.copy()
    box.update(message)
    return box.finalize()


def _pad(clear: bytes) -> bytes:
    return clear + b"\x80" + bytes(-(len(clear) + 1) % _STEP)


def _unpad(padded: bytes) -> bytes:
    bare = padded.rstrip(b"\0")
    if not bare.endswith(b"\x80"):
        raise NotGenuine("the value opened, but not to a text that was sealed here")
    return bare[:-1]


def _check_shape(sealed: bytes) -> None:
    if len(sealed) < _SHORTEST or sealed[0] != _FORMAT:
        raise NotGenuine(
            f"this is not a sealed value of format {_FORMAT}: {len(sealed)} bytes; "
            f"one has at least {_SHORTEST} and begins with byte {_FORMAT}"
        )


def _new_secret(suite: Suite) -> Secret:
    return Secret(suite, secrets.token_bytes(SECRET_BYTES))


def _with_new_master(old: Contents, suite: Suite | None) -> Contents:
    version = max(old.masters) + 1
    if version > LAST_VERSION:
        raise KeysFileError(f"master key {LAST_VERSION} is the last there can be")
    secret = _new_secret(suite or old.masters[old.current].suite)
    return Contents({**old.masters, version: secret}, current=version, index=old.index)


def new_salt() -> bytes:
    """A salt for a new subject: 32 random bytes, to be kept in the subject's row and nowhere."""
    return secrets.token_bytes(SALT_BYTES)


def new_salts(count: int) -> list[bytes]:
    """Salts for so many new subjects."""
    chance = secrets.token_bytes(SALT_BYTES * count)
    return [chance[at : at + SALT_BYTES] for at in range(0, len(chance), SALT_BYTES)]


def sealed_version(sealed: bytes | memoryview) -> int:
    """The version of the master key that sealed a value, to find what still awaits rotation.

    Raises :class:`NotGenuine` for what is not a sealed value.
    """
    raw = bytes(sealed)
    _check_shape(raw)
    return int.from_bytes(raw[2:4], "big")


class _Master:
    """One version of the master key, and the four bytes that begin what it seals."""

    __slots__ = ("_secret", "header", "suite", "version")

    def __init__(self, version: int, secret: Secret) -> None:
        self.version = version
        self.suite = secret.suite
        self.header = bytes((_FORMAT, _SUITE_BYTE[secret.suite])) + version.to_bytes(2, "big")
        self._secret = secret

    def cipher(self, subject: bytes, salt: bytes) -> _Aead:
        info = b"bangfu subject" + self.header + subject
        length = _CIPHER_KEY_BYTES[self.suite]
        key = _derive(self._secret, salt=salt, info=info, length=length)
        return _Sm4Gcm(key) if self.suite == "sm" else AESGCM(key)

    def fingerprint(self) -> str:
        return _derive(self._secret, salt=None, info=b"bangfu fingerprint", length=8).hex()


class SubjectKey:
    """What seals and opens the personal values of one subject.

    The field's name is bound into the value: ``person.identity`` does not open as
    ``person.phone``, so renaming a field means sealing its values again.
    """

    __slots__ = ("_ciphers", "_keyring", "_named", "_salt", "subject")

    def __init__(self, keyring: Keyring, subject: UUID, salt: bytes) -> None:
        self.subject = subject
        self._named = subject.bytes
        self._keyring = keyring
        self._salt = salt
        self._ciphers: dict[int, _Aead] = {}

    def __repr__(self) -> str:
        return f"<SubjectKey of {self.subject}>"

    def _cipher(self, master: _Master) -> _Aead:
        cipher = self._ciphers.get(master.version)
        if cipher is None:
            cipher = self._ciphers[master.version] = master.cipher(self._named, self._salt)
        return cipher

    def _bound(self, header: bytes, field: str) -> bytes:
        return header + self._named + field.encode()

    def seal(self, field: str, clear: str) -> bytes:
        """Seal one value of a field under the current master key.

        The length grows in steps of 32 bytes (64 for up to 31 bytes of text), so that it does
        not tell a phone from an identity number. Sealing twice gives two different values.
        """
        master = self._keyring._current
        header = master.header
        nonce = os.urandom(_NONCE)
        bound = self._bound(header, field)
        return header + nonce + self._cipher(master).encrypt(nonce, _pad(clear.encode()), bound)

    def open(self, field: str, sealed: bytes | memoryview) -> str:
        """Open one sealed value of a field.

        Raises :class:`NotGenuine` when it was changed or belongs elsewhere, :class:`KeyMissing`
        when its master key is not in the keys file.
        """
        raw = bytes(sealed)
        _check_shape(raw)
        header = raw[:_HEADER]
        master = self._keyring._master(int.from_bytes(header[2:], "big"))
        nonce = raw[_HEADER : _HEADER + _NONCE]
        try:
            padded = self._cipher(master).decrypt(
                nonce, raw[_HEADER + _NONCE :], self._bound(header, field)
            )
        except InvalidTag:
            raise NotGenuine(
                f"{field} of {self.subject} does not open: it was changed, moved here from "
                "another row or field, or sealed with another salt or keys file"
            ) from None
        return _unpad(padded).decode()

    def reseal(self, field: str, sealed: bytes | memoryview) -> bytes:
        """The same value under the current master key; unchanged where it is so already."""
        clear = self.open(field, sealed)
        if sealed_version(sealed) == self._keyring.current:
            return bytes(sealed)
        return self.seal(field, clear)


# ------------------------------------------------------------------ what is too long for a column


def new_content_key(suite: Suite) -> str:
    """A key for one long content, as text, to be sealed in its turn under its subject's key."""
    return f"{suite}:{secrets.token_hex(_CIPHER_KEY_BYTES[suite])}"


def seal_apart(key: str, part: str, content: bytes) -> bytes:
    """Seal one part of a long content under a key of its own."""
    nonce = os.urandom(_NONCE)
    return nonce + _content_cipher(key).encrypt(nonce, content, part.encode())


def open_apart(key: str, part: str, sealed: bytes) -> bytes:
    """The content again; raises :class:`NotGenuine` when it was changed or is another part."""
    try:
        return _content_cipher(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], part.encode())
    except (InvalidTag, ValueError):
        raise NotGenuine(f"the {part} does not open: it was changed, or has another key") from None


def _content_cipher(key: str) -> _Aead:
    suite, _, value = key.partition(":")
    return _Sm4Gcm(bytes.fromhex(value)) if suite == "sm" else AESGCM(bytes.fromhex(value))


class Keyring:
    """Every master key there is, which of them seals, and the key of the search index.

    The index key has no versions: its values are compared, not opened, so a new one would mean
    writing every index anew.
    """

    def __init__(self, contents: Contents) -> None:
        self._masters = {
            version: _Master(version, secret)
            for version, secret in sorted(contents.masters.items())
        }
        self._current = self._masters[contents.current]
        self._index = contents.index
        self._subject_key = lru_cache(maxsize=_KEPT_SUBJECTS)(self._new_subject_key)
        self._index_key = lru_cache(maxsize=64)(self._new_index_key)

    def __repr__(self) -> str:
        return f"<Keyring {list(self.versions)}, current {self.current}>"

    @classmethod
    def create(cls, path: Path, *, suite: Suite = "aes") -> Keyring:
        """Write a new keys file (mode 0600) with one master key and an index key.

        Raises :class:`KeysFileError` where there is a file already.
        """
        contents = Contents({1: _new_secret(suite)}, current=1, index=_new_secret(suite))
        keys_file.write_new(path, contents)
        return cls(contents)

    @classmethod
    def read(cls, path: Path) -> Keyring:
        """Read a keys file, TOML or (by its ending) JSON; raises :class:`KeysFileError`."""
        return cls(keys_file.read(path))

    @classmethod
    def add_master(cls, path: Path, *, suite: Suite | None = None) -> Keyring:
        """Add a master key that seals from now on; the old ones stay, for reading.

        With ``suite`` the new key changes the cipher too; the index keeps its own. Raises
        :class:`KeysFileError`.
        """
        return cls(keys_file.change(path, lambda old: _with_new_master(old, suite)))

    @property
    def current(self) -> int:
        """The version of the master key that seals new values."""
        return self._current.version

    @property
    def suite(self) -> Suite:
        """The suite that new values are sealed in; digests follow it."""
        return self._current.suite

    @property
    def versions(self) -> tuple[int, ...]:
        """The versions of the master key that can be read, oldest first."""
        return tuple(self._masters)

    def fingerprint(self, version: int) -> str:
        """Sixteen letters by which a database can know that a keys file is its own.

        Raises :class:`KeyMissing`.
        """
        return self._master(version).fingerprint()

    def _master(self, version: int) -> _Master:
        try:
            return self._masters[version]
        except KeyError:
            raise KeyMissing(
                f"master key {version} is not in the keys file, which holds "
                f"{', '.join(map(str, self.versions))}: restore the file that has it"
            ) from None

    def key_for(self, subject: UUID, salt: bytes | memoryview | None) -> SubjectKey:
        """The key of one subject; raises :class:`Erased` where the salt is gone.

        The last 4,096 are kept, so that a row's several fields cost one derivation.
        """
        if not salt:
            raise Erased(f"{subject} was erased: its salt is gone and its values cannot be opened")
        if len(salt) != SALT_BYTES:
            raise ValueError(f"the salt of {subject} has {len(salt)} bytes instead of {SALT_BYTES}")
        return self._subject_key(subject, bytes(salt))

    def forget(self) -> None:
        """Drop the subject keys kept in memory: call it when a subject has been erased."""
        self._subject_key.cache_clear()

    def _new_subject_key(self, subject: UUID, salt: bytes) -> SubjectKey:
        return SubjectKey(self, subject, salt)

    def index(self, kind: str, clear: str) -> bytes:
        """Sixteen bytes by which a number is found again without opening any.

        The same for every way of writing it (width, spaces, dashes, case); another for each
        kind of number. Raises :class:`ValueError` for a blank.
        """
        return self._indexed("whole", kind, comparable(kind, clear))

    def index_tail(self, kind: str, last_four: str) -> bytes:
        """Sixteen bytes by which numbers ending in these four characters are found."""
        tail = comparable("", last_four)
        if len(tail) != 4:
            raise ValueError(f"a search by ending takes four characters, not {len(tail)}")
        return self._indexed("tail", kind, tail)

    def _indexed(self, part: str, kind: str, text: str) -> bytes:
        if not text:
            raise ValueError(f"a blank {kind} cannot be indexed: leave the index empty")
        return _mac(self._index_key(part, kind), text.encode())[:INDEX_BYTES]

    def prove(self, kind: str, message: bytes) -> bytes:
        """Sixteen bytes over a message that nobody can write without the keys file."""
        return _mac(self._index_key("proof", kind), message)[:INDEX_BYTES]

    def _new_index_key(self, part: str, kind: str) -> HMAC:
        info = f"bangfu index {part} {kind}".encode()
        key = _derive(self._index, salt=None, info=info, length=32)
        return HMAC(key, _HASH[self._index.suite])
