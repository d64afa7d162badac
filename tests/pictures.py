"""Pictures for tests: drawn fields in which nobody is."""

from __future__ import annotations

import io
from typing import Any

import pillow_heif
from PIL import Image
from pypdf import PdfWriter


def landscape(form: str = "JPEG", size: tuple[int, int] = (640, 480), **more: Any) -> bytes:
    """A drawn field under a sky; nobody is in it."""
    picture = Image.new("RGB", size, (150, 190, 220))
    picture.paste((90, 140, 60), (0, size[1] // 2, size[0], size[1]))
    out = io.BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


def heic(size: tuple[int, int] = (640, 480), **more: Any) -> bytes:
    """The same field as phones take it; drawn apart from Pillow, which the product lets read it."""
    drawn = Image.open(io.BytesIO(landscape("PNG", size)))
    out = io.BytesIO()
    pillow_heif.from_pillow(drawn).save(out, **more)
    return out.getvalue()


def blank_pdf() -> bytes:
    """A PDF of one empty page."""
    made = PdfWriter()
    made.add_blank_page(200, 200)
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()
