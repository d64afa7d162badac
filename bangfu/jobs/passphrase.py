"""Keys under a passphrase: scrypt makes it costly to guess, AES-GCM tells when it is wrong."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path

import click
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bangfu.jobs.console import Failure, read_text, words

SHORTEST = 12
_BOUND = b"bangfu backup keys 1"
_N, _R, _P = 2**17, 8, 1


def ask(file: Path | None, *, twice: bool = False) -> str:
    """The passphrase, from the first line of a file or else typed unseen."""
    if file is not None:
        said = (read_text(file).splitlines() or [""])[0]
    else:
        said = click.prompt(
            words("口令", "Passphrase"), hide_input=True, confirmation_prompt=twice, err=True
        )
    if len(said) < SHORTEST:
        raise Failure("口令至少 {n} 个字", "A passphrase has {n} characters at least.", n=SHORTEST)
    return said


def seal(files: Mapping[str, bytes], passphrase: str) -> bytes:
    """Some small files in one sealed text."""
    salt, nonce = os.urandom(16), os.urandom(12)
    clear = json.dumps({name: _written(content) for name, content in files.items()}).encode()
    box = AESGCM(_key(passphrase, salt, _N, _R, _P)).encrypt(nonce, clear, _BOUND)
    told = {"n": _N, "r": _R, "p": _P, "salt": _written(salt), "nonce": _written(nonce)}
    return json.dumps(told | {"box": _written(box)}).encode()


def unseal(sealed: bytes, passphrase: str) -> dict[str, bytes]:
    """The files again; a Failure where the passphrase is not the one."""
    told = json.loads(sealed)
    if (told["n"], told["r"], told["p"]) != (_N, _R, _P):
        raise Failure("密钥的加密参数不认识", "The keys are sealed in a way that is not known.")
    key = _key(passphrase, _read(told["salt"]), _N, _R, _P)
    try:
        clear = AESGCM(key).decrypt(_read(told["nonce"]), _read(told["box"]), _BOUND)
    except InvalidTag:
        raise Failure("口令不对", "The passphrase is not the right one.") from None
    return {name: _read(content) for name, content in json.loads(clear).items()}


def _key(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(passphrase.encode())


def _written(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _read(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
