"""Cells as they are written into a sheet: text as text, never as a formula; days as days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from xml.sax.saxutils import escape

from bangfu.paper.cleaning import clean
from bangfu.paper.forms.workbook import Styles

Value = str | int | float | Decimal | dt.date | bool | None
LONGEST_TEXT = 32_767
#: Spreadsheets hold so many digits of a number; a longer one is written as text.
_EXACT = 10**15
_EPOCH, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_FIRST_DAY = dt.date(1900, 3, 1)


class Percent(Decimal):
    """A number of per cent; ``bare``: the form says % itself, so that the number goes without."""

    __slots__ = ("bare",)
    bare: bool

    @classmethod
    def of(cls, number: Decimal, *, bare: bool) -> Percent:
        """The number."""
        told = cls(number)
        told.bare = bare
        return told

    def __str__(self) -> str:
        return _digits(self) if self.bare else f"{_digits(self)}%"


class Writer:
    """Turns values into the inside of a cell, under the style the form gives it."""

    def __init__(self, styles: Styles, *, from_1904: bool) -> None:
        self.styles = styles
        self.epoch = _EPOCH_1904 if from_1904 else _EPOCH
        self.removed: Counter[str] = Counter()
        self.shortened = 0
        self._days: dict[int, tuple[int, bool]] = {}

    def parts(self, value: Value, style: int) -> tuple[int, str, str]:
        """The style, the type and the inside of the cell for a value; nothing for an empty one."""
        if isinstance(value, str):
            return style, "inlineStr", self._text(value)
        writer = self._writers.get(type(value))
        if writer is not None:
            return writer(self, value, style)
        return style, "", ""

    def _text(self, text: str) -> str:
        if not text:
            return ""
        if not text.isprintable():
            text = clean(text, self.removed)
        if len(text) > LONGEST_TEXT:
            self.shortened += 1
            text = text[: LONGEST_TEXT - 1] + "…"
        if "&" in text or "<" in text or ">" in text:
            text = escape(text)
        keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
        return f"<is><t{keep}>{text}</t></is>"

    def _number(self, value: int | float | Decimal, style: int) -> tuple[int, str, str]:
        if not -_EXACT < value < _EXACT:
            return style, "inlineStr", self._text(_digits(value))
        return style, "", f"<v>{_digits(value)}</v>"

    def _percent(self, value: Percent, style: int) -> tuple[int, str, str]:
        if self.styles.is_percent(style):
            return style, "", f"<v>{_digits(Decimal(value) / 100)}</v>"
        return (
            self._number(value, style)
            if value.bare
            else (style, "inlineStr", self._text(str(value)))
        )

    def _flag(self, value: bool, style: int) -> tuple[int, str, str]:
        return style, "b", f"<v>{int(value)}</v>"

    def _day(self, value: dt.date, style: int) -> tuple[int, str, str]:
        if style not in self._days:
            text = self.styles.is_text(style)
            self._days[style] = (style if text else self.styles.for_days(style)), text
        dated, text = self._days[style]
        # Days that spreadsheets count wrongly are written as text too.
        if text or value < max(_FIRST_DAY, self.epoch):
            return style, "inlineStr", self._text(value.isoformat())
        return dated, "", f"<v>{(value - self.epoch).days}</v>"

    _writers: dict[type, Callable[..., tuple[int, str, str]]] = {
        int: _number,
        float: _number,
        Decimal: _number,
        Percent: _percent,
        bool: _flag,
        dt.date: _day,
    }


def _digits(value: int | float | Decimal) -> str:
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return repr(value)
