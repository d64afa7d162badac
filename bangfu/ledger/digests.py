"""Digests of rows and the chain that binds them, so that a change outside the journal shows.

A row is written out so that no two different rows read alike: every value begins with a letter
for its type and, where it has no fixed length, with its length. Equal values (``1`` and ``1.0``,
``Decimal("1.0")`` and ``Decimal("1.00")``, one moment in two time zones) read alike, so that a
row gives the same digest whichever database it comes back from.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes

from bangfu.ledger.keys_file import Suite

ROW_BYTES = 16
LINK_BYTES = 32
#: What the first link of a chain follows.
START = bytes(LINK_BYTES)


def row_digest(
    table: str, values: Mapping[str, Any], *, salt: bytes = b"", suite: Suite = "aes"
) -> bytes:
    """Sixteen bytes that stand for one row: its table, its columns by name, and their values.

    Values may be None, bool, int, float, str, bytes, Decimal, UUID, date, aware datetime, and
    lists and mappings of these; anything else raises :class:`TypeError` with the column, what
    cannot be compared (NaN, a datetime without a zone) :class:`ValueError`. With the subject's
    ``salt`` the digest cannot be guessed from the values, and nobody can check a guess any more
    once the subject is erased: give it wherever a row tells of a person in clear.
    """
    return _hash(suite, row_encoding(table, values, salt=salt))[:ROW_BYTES]


def link(previous: bytes, members: Iterable[bytes], *, suite: Suite = "aes") -> bytes:
    """The next head of a chain: 32 bytes over the head before it and its members in order.

    The first link follows :data:`START`; any other length of ``previous`` is an error.
    """
    if len(previous) != LINK_BYTES:
        raise ValueError(f"a link follows {LINK_BYTES} bytes, not {len(previous)}")
    listed = [bytes(member) for member in members]
    parts = [b"bangfu link ", previous, b"%d:" % len(listed)]
    for member in listed:
        parts += (b"%d:" % len(member), member)
    return _hash(suite, b"".join(parts))


def row_encoding(table: str, values: Mapping[str, Any], *, salt: bytes = b"") -> bytes:
    """The bytes that a row's digest is taken of; the same row gives the same bytes."""
    parts = [_head(table, tuple(values)), b"%d:" % len(salt), salt]
    for name, opening, nothing in _columns(tuple(values)):
        value = values[name]
        if value is None:
            parts.append(nothing)
            continue
        parts.append(opening)
        try:
            parts.append((_ENCODERS.get(type(value)) or _encoder_of(value))(value))
        except TypeError as trouble:
            raise TypeError(f"{table}.{name}: {trouble}") from None
        except (ValueError, OverflowError) as trouble:
            raise ValueError(f"{table}.{name}: {trouble}") from None
    return b"".join(parts)


class RowsAlike:
    """Digests of rows of one table that hold mostly the same, each as :func:`row_digest` gives it.

    ``given`` is what a row holds of which nothing else is said; ``unsaid`` are the columns that
    are left out of a row's digest while they are empty.
    """

    def __init__(
        self, table: str, given: Mapping[str, Any], unsaid: Collection[str], suite: Suite
    ) -> None:
        self._suite, self._opening = suite, b"bangfu row " + _text(table)
        self._at = {
            name: (at, _text(name), name in unsaid) for at, name in enumerate(sorted(given))
        }
        self._blank = [
            b"" if left and given[name] in _EMPTY else opening + _any(given[name])
            for name, (_, opening, left) in self._at.items()
        ]
        self._told = sum(map(bool, self._blank))

    def unsaid(self, name: str) -> bytes:
        """How a column reads of which a row says nothing."""
        return self._blank[self._at[name][0]]

    def opening(self, name: str) -> bytes:
        """How a column opens that holds something."""
        return self._at[name][1]

    def may_be_left_out(self, name: str) -> bool:
        """Whether a column is left out of the digest while it is empty."""
        return self._at[name][2]

    def piece(self, name: str, value: Any) -> tuple[bytes, int]:
        """How a column's value reads, and how many columns more than in a blank row that are."""
        at, opening, left = self._at[name]
        empty = left and not value and value in _EMPTY
        piece = (
            b"" if empty else opening + (_ENCODERS.get(type(value)) or _encoder_of(value))(value)
        )
        return piece, bool(piece) - bool(self._blank[at])

    def digests(
        self, said: Mapping[str, Sequence[bytes]], more: Iterable[int], salts: Iterable[bytes]
    ) -> Iterator[bytes]:
        """The digests of many rows, column by column as they read.

        ``said``: of each column that is said of any the pieces of all; ``more``: how many columns
        more each row has than a blank one.
        """
        opening, told, suite = self._opening, self._told, self._suite
        columns = zip(*self._side_by_side(said), strict=False)
        for pieces, count, salt in zip(columns, more, salts, strict=False):
            head = opening + b"%d:%d:" % (told + count, len(salt)) + salt
            yield _hash(suite, head + b"".join(pieces))[:ROW_BYTES]

    def _side_by_side(self, said: Mapping[str, Sequence[bytes]]) -> Iterator[Iterable[bytes]]:
        """The columns in their order; those beside one another that all rows leave are one."""
        left = b""
        for (name, _), blank in zip(self._at.items(), self._blank, strict=True):
            if name not in said:
                left += blank
                continue
            if left:
                yield repeat(left)
            yield said[name]
            left = b""
        if left:
            yield repeat(left)


#: What a column holds that holds nothing.
_EMPTY = (None, "", b"")


def _hash(suite: Suite, message: bytes) -> bytes:
    if suite == "aes":
        return hashlib.sha256(message).digest()
    box = hashes.Hash(hashes.SM3())
    box.update(message)
    return box.finalize()


@lru_cache(maxsize=1024)
def _head(table: str, names: tuple[str, ...]) -> bytes:
    return b"bangfu row " + _text(table) + b"%d:" % len(names)


@lru_cache(maxsize=1024)
def _columns(names: tuple[str, ...]) -> tuple[tuple[str, bytes, bytes], ...]:
    """Names in their order, how each opens, and how it is written where it holds nothing."""
    return tuple((name, _text(name), _text(name) + _none(None)) for name in sorted(names))


def _none(value: None) -> bytes:
    return b"n"


def _bool(value: bool) -> bytes:
    return b"t" if value else b"f"


def _int(value: int) -> bytes:
    return b"i%d;" % value


def _float(value: float) -> bytes:
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be compared: use None for what is not known")
    return _int(int(value)) if value.is_integer() else b"r" + repr(value).encode() + b";"


def _text(value: str) -> bytes:
    raw = value.encode("utf-8", "surrogatepass")
    return b"s%d:%b" % (len(raw), raw)


def _bytes(value: bytes | bytearray | memoryview) -> bytes:
    raw = bytes(value)
    return b"b%d:%b" % (len(raw), raw)


def _decimal(value: Decimal) -> bytes:
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"{value} cannot be compared: use None for what is not known")
    shown = "".join(map(str, digits)).lstrip("0")
    bare = shown.rstrip("0")
    if not bare:
        return b"c0e0;"
    power = exponent + len(shown) - len(bare)
    return f"c{'-' if sign else ''}{bare}e{power};".encode()


def _uuid(value: UUID) -> bytes:
    return b"u" + value.bytes


def _date(value: date) -> bytes:
    return b"d" + value.isoformat().encode()


def _datetime(value: datetime) -> bytes:
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone: give an aware datetime")
    moment = value.astimezone(UTC).replace(tzinfo=None)
    return b"m" + moment.isoformat(timespec="microseconds").encode()


def _any(value: Any) -> bytes:
    return (_ENCODERS.get(type(value)) or _encoder_of(value))(value)


def _list(value: list[Any] | tuple[Any, ...]) -> bytes:
    return b"l%d:%b" % (len(value), b"".join(map(_any, value)))


def _mapping(value: Mapping[Any, Any]) -> bytes:
    for key in value:
        if not isinstance(key, str):
            raise TypeError(f"a mapping has the key {key!r}: keys must be text")
    entries = (_text(key) + _any(value[key]) for key in sorted(value))
    return b"o%d:%b" % (len(value), b"".join(entries))


_ENCODERS: Mapping[type, Callable[[Any], bytes]] = {
    type(None): _none,
    bool: _bool,
    int: _int,
    float: _float,
    str: _text,
    bytes: _bytes,
    bytearray: _bytes,
    memoryview: _bytes,
    Decimal: _decimal,
    UUID: _uuid,
    datetime: _datetime,
    date: _date,
    list: _list,
    tuple: _list,
    dict: _mapping,
}


def _encoder_of(value: Any) -> Callable[[Any], bytes]:
    """The encoder for a subclass, such as a choice of an enumeration or a database's UUID."""
    for kind, encoder in _ENCODERS.items():
        if isinstance(value, kind):
            return encoder
    raise TypeError(f"a {type(value).__name__} has no digest")
