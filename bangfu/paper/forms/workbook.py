"""What a workbook says of its sheets: which part each is, and how its cells are written."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from bangfu.paper.forms.package import NoWorkbook, Package

_RELATED = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
#: The formats that are dates without saying how (ECMA-376, 18.8.30, and those of Chinese Excel).
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_TEXT = 49
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
#: How days are written where the form does not say.
_OUR_DAY = "yyyy-mm-dd"
_OURS_FROM = 164


@dataclass
class Workbook:
    """An opened workbook."""

    package: Package

    @classmethod
    def of(cls, content: bytes) -> Workbook:
        """Open a workbook; raises :class:`NoWorkbook` where it is none."""
        book = cls(Package.of(content))
        if not book.sheets:
            raise NoWorkbook("工作簿里没有工作表", "the workbook has no sheet")
        return book

    @property
    def part(self) -> str:
        """The part that lists the sheets."""
        for target in self.package.related("").values():
            if "workbook" in target and target in self.package:
                return target
        raise NoWorkbook(
            "文件不是 xlsx；请用 Excel 另存为 xlsx 后再试",
            "the file is no xlsx; save it as xlsx with Excel",
        )

    @property
    def root(self) -> Any:
        """The root of the workbook's own part."""
        return self.package.root(self.part)

    @property
    def space(self) -> str:
        """The namespace of its elements, in braces; strict workbooks have another."""
        return f"{{{etree.QName(self.root).namespace}}}"

    @property
    def sheets(self) -> dict[str, str]:
        """The part of each sheet, by its name and in order."""
        targets = self.package.related(self.part)
        found: dict[str, str] = {}
        for sheet in self.root.iterfind(f"{self.space}sheets/{self.space}sheet"):
            key = next((sheet.get(name) for name in _RELATED if sheet.get(name)), "")
            target = targets.get(key, "")
            if target in self.package and "worksheets/" in target:
                found[sheet.get("name")] = target
        return found

    @property
    def from_1904(self) -> bool:
        """Whether its days are counted from 1904."""
        said = self.root.find(f"{self.space}workbookPr")
        return said is not None and said.get("date1904") in ("1", "true")

    def reckon_anew(self, *, rows_moved: bool) -> None:
        """Ask whoever opens it to work out every formula; the order kept for that may be old."""
        reckoning = self.root.find(f"{self.space}calcPr")
        if reckoning is None:
            reckoning = etree.SubElement(self.root, f"{self.space}calcPr")
            _in_order(self.root, reckoning)
        if reckoning.get("fullCalcOnLoad") not in ("1", "true"):
            reckoning.set("fullCalcOnLoad", "1")
            self.package.keep(self.part)
        if rows_moved:
            for target in list(self.package.related(self.part).values()):
                if target.endswith("calcChain.xml"):
                    self.package.remove(target)

    @cached_property
    def styles(self) -> Styles:
        """How its cells look."""
        part = next((t for t in self.package.related(self.part).values() if "styles" in t), "")
        return Styles(self.package, part if part in self.package else "")


@dataclass(frozen=True, slots=True)
class Drawn:
    """How a style draws text: over several lines, smaller where it is too long, in which size."""

    wraps: bool = False
    shrinks: bool = False
    size: float = 11.0


class Styles:
    """The formats of a workbook's cells; one for days is added where a form has none."""

    def __init__(self, package: Package, part: str) -> None:
        self.package, self.part = package, part
        self._days: dict[int, int] = {}
        self._wrapping: dict[int, int] = {}
        self._drawn: dict[int, Drawn] = {}

    @cached_property
    def _space(self) -> str:
        return f"{{{etree.QName(self.package.root(self.part)).namespace}}}"

    @cached_property
    def _looks(self) -> Any:
        """The list of looks of cells, None where the workbook has no styles."""
        return self.package.root(self.part).find(f"{self._space}cellXfs") if self.part else None

    @cached_property
    def _codes(self) -> Mapping[int, str]:
        formats = self.package.root(self.part).iterfind(f"{self._space}numFmts/{self._space}numFmt")
        return {int(one.get("numFmtId")): one.get("formatCode", "") for one in formats}

    def _number_format(self, style: int) -> int:
        if self._looks is None or not 0 <= style < len(self._looks):
            return 0
        return int(self._looks[style].get("numFmtId", "0"))

    def is_day(self, style: int) -> bool:
        """Whether a style shows numbers as days."""
        number = self._number_format(style)
        code = self._codes.get(number)
        if code is None:
            return number in _DATES
        plain = _LITERAL.sub("", code.split(";")[0]).lower()
        return any(letter in plain for letter in "ymd") and "general" not in plain

    def is_text(self, style: int) -> bool:
        """Whether a style takes everything as text."""
        return self._number_format(style) == _TEXT or self.code(style) == "@"

    def is_percent(self, style: int) -> bool:
        """Whether a style shows one as a hundred per cent."""
        number = self._number_format(style)
        return number in (9, 10) or "%" in _LITERAL.sub("", self._codes.get(number, ""))

    def code(self, style: int) -> str:
        """The format of a style as it was written down; nothing where it is a built-in one."""
        return self._codes.get(self._number_format(style), "")

    def for_days(self, style: int) -> int:
        """A style that looks the same and shows days; the same one if it does already."""
        if self.is_day(style) or self._looks is None:
            return style
        if style not in self._days:
            self._days[style] = self._add_day_style(style)
        return self._days[style]

    def drawn(self, style: int) -> Drawn:
        """How a style draws text."""
        if style not in self._drawn:
            looks = self._looks
            there = looks is not None and 0 <= style < len(looks)
            self._drawn[style] = self._read_drawn(looks[style]) if there else Drawn()
        return self._drawn[style]

    def _read_drawn(self, look: Any) -> Drawn:
        aligned = look.find(f"{self._space}alignment")
        said = aligned.attrib if aligned is not None else {}
        fonts = self.package.root(self.part).findall(f"{self._space}fonts/{self._space}font")
        number = int(look.get("fontId", "0"))
        size = fonts[number].find(f"{self._space}sz") if 0 <= number < len(fonts) else None
        return Drawn(
            said.get("wrapText") in ("1", "true"),
            said.get("shrinkToFit") in ("1", "true"),
            float(size.get("val")) if size is not None else Drawn().size,
        )

    def for_wrapping(self, style: int) -> int:
        """A style that looks the same and wraps its text; the same one if it does already."""
        if self.drawn(style).wraps or self._looks is None:
            return style
        if style not in self._wrapping:
            alike = self._add_alike(style)
            self._aligned(alike).set("wrapText", "1")
            self._wrapping[style] = self._kept()
        return self._wrapping[style]

    def _add_alike(self, style: int) -> Any:
        looks = self._looks
        alike = etree.SubElement(looks, f"{self._space}xf")
        if 0 <= style < len(looks) - 1:
            alike.attrib.update(looks[style].attrib)
            alike.extend(copy.deepcopy(child) for child in looks[style])
        looks.set("count", str(len(looks)))
        return alike

    def _kept(self) -> int:
        """The number of the style that was added last, written into the part."""
        self.package.keep(self.part)
        return len(self._looks) - 1

    def _aligned(self, look: Any) -> Any:
        """The part of a look that says how text lies in its cell."""
        aligned = look.find(f"{self._space}alignment")
        if aligned is None:
            aligned = etree.Element(f"{self._space}alignment")
            look.insert(0, aligned)
        look.set("applyAlignment", "1")
        return aligned

    def _add_day_style(self, style: int) -> int:
        alike = self._add_alike(style)
        self._shrink(alike)
        alike.set("numFmtId", str(self._day_format()))
        alike.set("applyNumberFormat", "1")
        return self._kept()

    def _shrink(self, look: Any) -> None:
        """Let a day be drawn smaller rather than as ###; the form's columns keep their width."""
        aligned = self._aligned(look)
        aligned.attrib.pop("wrapText", None)
        aligned.set("shrinkToFit", "1")

    def _day_format(self) -> int:
        root = self.package.root(self.part)
        formats = root.find(f"{self._space}numFmts")
        if formats is None:
            formats = etree.Element(f"{self._space}numFmts")
            root.insert(0, formats)
        for one in formats:
            if one.get("formatCode") == _OUR_DAY:
                return int(one.get("numFmtId"))
        number = max([_OURS_FROM - 1, *(int(one.get("numFmtId")) for one in formats)]) + 1
        etree.SubElement(formats, f"{self._space}numFmt", numFmtId=str(number), formatCode=_OUR_DAY)
        formats.set("count", str(len(formats)))
        return number


def _in_order(root: Any, reckoning: Any) -> None:
    """Put the element where the schema wants it: before what comes after it."""
    later = ("oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "fileRecoveryPr")
    for element in root:
        if etree.QName(element).localname in (*later, "webPublishing", "extLst"):
            element.addprevious(reckoning)
            return
