"""What somebody brings as a file: known by its bytes, rid of what it says besides, made small.

A picture is drawn anew, so that nothing is left of where, when and by which device it was taken. A
PDF, Word document or workbook loses its own notes about its author; macros and files that run
something are refused.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from pi_heif import register_heif_opener
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from bangfu.ledger.actions.event import Refused
from bangfu.ledger.actions.upload_pdf import without_author
from bangfu.tables.packed import BROKEN, pieces, too_large
from bangfu.tables.unreadable import OF_FILES

#: The formats of pictures that are read; what is kept is always JPEG.
PICTURES = ("JPEG", "PNG", "WEBP", "HEIF")
register_heif_opener(thumbnails=False)
#: A picture is at most so wide or high, its thumbnail too, in pixels; and no larger is unpacked.
LARGEST, SMALL, PIXELS = 2400, 320, 60_000_000
QUALITY = 85
#: The content types as which forms are served.
TYPES = {
    "photo": "image/jpeg",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ENDINGS = {"photo": "jpg", "pdf": "pdf", "docx": "docx", "xlsx": "xlsx"}
#: The part of a document by which its sort is known.
_MAIN = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b")
#: How the photos of phones begin that are HEIC; which of them are whole is seen when they are read.
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc", b"ftypmsf1")
#: What the readers of pictures raise where the bytes are not as they should be.
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, RuntimeError)
_NO_AUTHOR = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties"/>'
)


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as somebody brings it."""

    content: bytes

    def __str__(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it is kept: its form, its bytes, and of a picture a thumbnail and its size."""

    form: str
    content: bytes
    small: bytes = b""
    width: int | None = None
    height: int | None = None


def take(brought: Brought) -> Taken:
    """Read what was brought, by its bytes and not by its name."""
    content, most = brought.content, settings.BANGFU_FILE_MB
    if not content:
        raise Refused("file_empty", "The file is empty; choose another.")
    if len(content) > most * 2**20:
        raise Refused(
            "file_too_large",
            "The file has %(size)s MB; at most %(most)s MB are taken. Make it smaller first.",
            size=-(-len(content) // 2**20),
            most=most,
        )
    form = form_of(brought)
    return {"pdf": _pdf, "document": _document}.get(form, _picture)(content)


def form_of(brought: Brought) -> str:
    """What a file begins as: a pdf, a document of Office, or else, perhaps, a photo."""
    if brought.content.startswith(b"%PDF-"):
        return "pdf"
    return "document" if brought.content.startswith(b"PK\x03\x04") else "photo"


def _pdf(content: bytes) -> Taken:
    if b"%%EOF" not in content[-2048:]:
        raise Refused("file_broken", "The file is not whole; bring it again.")
    if _ACTIVE.search(content):
        raise Refused(
            "file_active",
            "The file would run something when it is opened; print it to a plain PDF and bring "
            "that.",
        )
    return Taken("pdf", without_author(content))


# ------------------------------------------------------------------ Word and Excel


def _document(content: bytes) -> Taken:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old:
            names = old.namelist()
            form = next((sort for part, sort in _MAIN.items() if part in names), None)
            if form is None or "[Content_Types].xml" not in names:
                raise _unknown()
            if any(name.endswith("vbaProject.bin") for name in names):
                raise Refused(
                    "file_active",
                    "The file holds macros; save it without them (.docx, .xlsx) and bring that.",
                )
            if too_large(old, OF_FILES):
                raise Refused("file_broken", "The file is not whole; bring it again.")
            return Taken(form, _rewritten(old))
    except BROKEN as bad:
        raise Refused("file_broken", "The file is not whole; bring it again.") from bad


def _rewritten(old: zipfile.ZipFile) -> bytes:
    """The document without its notes about author and device, and with its pictures drawn anew."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            content = b"".join(pieces(old, one))
            if one.filename == "docProps/core.xml":
                content = _NO_AUTHOR
            elif "/media/" in one.filename and content.startswith(b"\xff\xd8"):
                content = _jpeg(_opened(content))
            new.writestr(zipfile.ZipInfo(one.filename), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# ------------------------------------------------------------------ pictures


def _unknown() -> Refused:
    return Refused(
        "file_unknown",
        "This is no photo (JPEG, HEIC, PNG, WebP), PDF, Word document (.docx) or workbook (.xlsx), "
        "whatever its name says. Bring one of these.",
    )


def _broken(content: bytes) -> Refused:
    if content[4:12] in _HEIC:
        return Refused(
            "heic_broken",
            "This photo (HEIC) is damaged or not whole. Bring it again from the phone; if it is "
            "refused again, keep it there as JPEG and bring that.",
        )
    return Refused("file_broken", "The file is not whole; bring it again.")


def _picture(content: bytes) -> Taken:
    picture = _opened(content)
    picture.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    return _kept(picture)


def _opened(content: bytes) -> Image.Image:
    """A picture upright and in plain colours, without anything that stood beside them."""
    try:
        with Image.open(io.BytesIO(content), formats=PICTURES) as found:
            if found.width * found.height > PIXELS:
                raise Refused(
                    "picture_too_large",
                    "The picture has more than %(most)s million pixels; make it smaller first.",
                    most=PIXELS // 1_000_000,
                )
            return _plain(ImageOps.exif_transpose(found))
    except UnidentifiedImageError as unknown:
        # A HEIC that was cut short begins like one and is none that can be read.
        raise (_broken(content) if content[4:12] in _HEIC else _unknown()) from unknown
    except (*_UNREADABLE, Image.DecompressionBombError) as bad:
        raise _broken(content) from bad


def _plain(picture: Image.Image) -> Image.Image:
    """The same in red, green and blue; what was see-through becomes white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        white = Image.new("RGB", clear.size, "white")
        white.paste(clear, mask=clear.getchannel("A"))
        return white
    plain = Image.new("RGB", picture.size)
    plain.paste(picture.convert("RGB"))
    return plain


def _kept(picture: Image.Image) -> Taken:
    small = picture.copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    return Taken("photo", _jpeg(picture), _jpeg(small), picture.width, picture.height)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


# ------------------------------------------------------------------ blurring

#: A chosen area: its left, top, right and bottom edges, in thousandths of the picture.
Area = tuple[int, int, int, int]


def blurred(content: bytes, areas: Iterable[Area]) -> Taken:
    """A kept picture with some areas made unrecognisable; what was there cannot be brought back."""
    picture = _opened(content)
    for area in areas:
        box = _box(area, picture.width, picture.height)
        piece: Any = picture.crop(box)
        # Four spots of colour are left of it, whatever its size.
        spots = piece.resize((2, 2), Image.Resampling.BOX)
        soft = spots.resize(piece.size, Image.Resampling.BICUBIC)
        picture.paste(soft.filter(ImageFilter.GaussianBlur(max(2, piece.width // 8))), box)
    return _kept(picture)


def _box(area: Area, width: int, height: int) -> tuple[int, int, int, int]:
    left, top, right, bottom = area
    if not (0 <= left < right <= 1000 and 0 <= top < bottom <= 1000):
        raise Refused(
            "no_such_area",
            "An area lies within the picture: its edges are thousandths of it, from 0 to 1000.",
        )
    return (left * width // 1000, top * height // 1000,
            -(-right * width // 1000), -(-bottom * height // 1000))  # fmt: skip
