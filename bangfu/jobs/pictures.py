"""Pictures for the demonstration: drawn hills, roads and houses; nobody is in them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from PIL import Image, ImageDraw

SIZE = (1280, 960)
_SKY, _SUN, _FAR, _NEAR = (186, 214, 232), (250, 226, 160), (132, 160, 134), (104, 142, 86)
_EARTH, _STONE = (176, 148, 112), (150, 150, 148)
_WALL, _ROOF, _DOOR = (236, 228, 212), (122, 74, 60), (96, 70, 52)


def drawn(scene: str) -> bytes:
    """One of the scenes, as a JPEG; the same each time."""
    picture = Image.new("RGB", SIZE, _SKY)
    pen = ImageDraw.Draw(picture)
    _hills(pen)
    _SCENES[scene](pen)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _hills(pen: ImageDraw.ImageDraw) -> None:
    """Sky, sun, far hills and near fields: what every scene stands on."""
    pen.ellipse((980, 90, 1110, 220), fill=_SUN)
    pen.polygon([(0, 520), (260, 330), (520, 480), (820, 300), (1280, 500), (1280, 960), (0, 960)],
                fill=_FAR)  # fmt: skip
    pen.polygon([(0, 620), (420, 560), (900, 610), (1280, 560), (1280, 960), (0, 960)], fill=_NEAR)
    for row in range(5):
        y = 680 + 60 * row
        pen.line([(0, y), (1280, y - 40)], fill=(92, 128, 76), width=6)


def _road(pen: ImageDraw.ImageDraw) -> None:
    pen.polygon([(560, 600), (640, 600), (900, 960), (260, 960)], fill=_EARTH)
    for x, y, wide in ((560, 820, 110), (640, 720, 70), (500, 910, 130)):
        pen.ellipse((x, y, x + wide, y + wide // 3), fill=(140, 122, 98))


def _clinic(pen: ImageDraw.ImageDraw) -> None:
    _house(pen)
    pen.rectangle((600, 520, 680, 545), fill=(70, 150, 90))
    pen.rectangle((628, 495, 652, 570), fill=(70, 150, 90))


def _steps(pen: ImageDraw.ImageDraw) -> None:
    _house(pen)
    for number in range(4):
        y = 790 + 34 * number
        pen.rectangle((570 - 24 * number, y, 710 + 24 * number, y + 32), fill=_STONE,
                      outline=(110, 110, 108))  # fmt: skip


def _house(pen: ImageDraw.ImageDraw) -> None:
    pen.polygon([(360, 500), (640, 360), (920, 500)], fill=_ROOF)
    pen.rectangle((400, 500, 880, 790), fill=_WALL)
    pen.rectangle((590, 600, 690, 790), fill=_DOOR)
    for x in (450, 740):
        pen.rectangle((x, 580, x + 90, 670), fill=(150, 190, 206), outline=_DOOR, width=5)


_SCENES: Mapping[str, Callable[[ImageDraw.ImageDraw], None]] = {
    "road": _road,
    "clinic": _clinic,
    "steps": _steps,
}
