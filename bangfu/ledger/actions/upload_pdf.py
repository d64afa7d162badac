"""A PDF as it is kept: without what it says of who made it, where and with what.

It is written anew with all that its pages show; notes about the author (its information, its XMP
metadata, who wrote a comment) are gone, and so is what its photos say of place and device.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from bangfu.ledger.actions.event import Refused

#: What a damaged file makes of its reader.
_BROKEN = (PyPdfError, RecursionError, OSError, ValueError, TypeError, KeyError, IndexError,
           AttributeError, OverflowError)  # fmt: skip
_AUTHORS = ("/Metadata", "/PieceInfo")
_ACTIVE = frozenset({"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles",
                     "/RichMedia"})  # fmt: skip
#: Segments of a JPEG that tell of place, device and maker: all of the camera's and of editors'.
_TELLING = frozenset({0xE1, 0xED, 0xFE, *range(0xE3, 0xED)})


def without_author(content: bytes) -> bytes:
    """The PDF written anew without a word about its author; refused if it runs something."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused(
                "file_locked",
                "The PDF is locked by a password; save it without one and bring that.",
            )
        writer = PdfWriter(clone_from=reader)
        writer.metadata = None
        for one in _all_of(writer.root_object):
            _plain(one)
        # What nothing points at any more would be written all the same.
        writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
        out = io.BytesIO()
        writer.write(out)
    except _BROKEN as bad:
        raise Refused("file_broken", "The file is not whole; bring it again.") from bad
    return out.getvalue()


def _all_of(root: Any) -> Iterator[DictionaryObject]:
    """Every dictionary and stream that is reached from the root, each once."""
    seen: set[int] = set()
    left = [root]
    while left:
        one = left.pop()
        if isinstance(one, IndirectObject):
            one = one.get_object()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, DictionaryObject):
            yield one
            left += [one.raw_get(key) for key in one]
        elif isinstance(one, ArrayObject):
            left += list(one)


def _plain(one: DictionaryObject) -> None:
    """Take out of one part what tells of somebody; refuse what runs or carries something."""
    named = {str(one.raw_get(key)) for key in ("/S", "/Type", "/Subtype") if key in one}
    if _ACTIVE & (one.keys() | named):
        raise Refused(
            "file_active",
            "The file would run something when it is opened; print it to a plain PDF and bring "
            "that.",
        )
    for key in _AUTHORS:
        one.pop(key, None)
    # The name of a field of a form stands under the same key as the writer of a comment.
    if "/Rect" in one and one.get("/Subtype") != "/Widget":
        one.pop("/T", None)
    if isinstance(one, StreamObject) and one.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        one._data = _silent(one._data)


def _silent(jpeg: bytes) -> bytes:
    """A JPEG without the segments that tell of place and device; its picture is not touched."""
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if jpeg[at + 1] not in _TELLING:
            kept.append(jpeg[at:end])
        at = end
    return b"".join([*kept, jpeg[at:]])
