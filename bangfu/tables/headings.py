"""Headings as people write them, brought to one way of writing; what their marks say beside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bangfu.tables.told import simplified

_BRACKETS = re.compile(r"[(\[【〔{<《]([^()\[\]【】〔〕{}<>《》]*)[)\]】〕}>》]")
_NOISE = re.compile(r"[\s\u3000:：。,，、.;；\"'“”‘’*＊※_＿·\-—/\\|]+")
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[0-9]{1,2}[、.．)](?![0-9])|其中[:：]?)"
)
_UNITS = (
    "万元", "千元", "亿元", "元/月", "元/年", "元/人", "元", "亩", "公顷", "平方米", "㎡", "平米",
    "公里", "千米", "km", "米", "公斤", "千克", "吨", "%", "‰", "户次", "人次", "场次", "人", "户",
    "个", "名", "次", "场", "天", "个月", "月", "岁", "年", "头", "只", "株", "套", "件", "张",
    "处", "条", "项", "座", "篇", "本",
)  # fmt: skip
#: One word for what offices write in several ways; both sides of a comparison are brought to it.
_SAME = (
    ("号码", "号"), ("日期", "时间"), ("其它", "其他"), ("扶贫", "帮扶"), ("扶持", "帮扶"),
    ("公民身份号", "身份证号"), ("居民身份证号", "身份证号"), ("身份证件号", "身份证号"),
    ("二代身份证号", "身份证号"), ("手机号", "手机"), ("联系电话手机", "联系电话"),
    ("联系手机", "联系电话"), ("联系方式", "联系电话"), ("农村户", "农户"), ("扶贫户", "贫困户"),
    ("乡(镇)", "乡镇"), ("%", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A heading: its words brought to one way, without brackets too, and the unit it names.

    ``beside`` are the words in brackets.
    """

    whole: str
    bare: str
    unit: str
    beside: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Words without width, spaces, marks and numbering; brackets lose only their signs."""
    text = simplified(unicodedata.normalize("NFKC", text).strip())
    text = _NUMBERED.sub("", text)
    text = re.sub(r"[()\[\]【】〔〕{}<>《》]", "", _NOISE.sub("", text))
    return text.casefold()


def canonical(text: str) -> str:
    """The same with one word for what is written in several ways."""
    for one, other in _SAME:
        text = text.replace(one, other)
    return text


def written(text: str) -> Written:
    """A heading taken apart."""
    normal = unicodedata.normalize("NFKC", text).strip()
    unit = ""
    for inner in _BRACKETS.findall(normal):
        unit = unit or unit_in(inner)
    without = _BRACKETS.sub("", normal)
    beside = tuple(filter(None, map(plain, _BRACKETS.findall(normal))))
    return Written(plain(normal), plain(without) or plain(normal), unit, beside)


def unit_in(text: str) -> str:
    """The unit that some words are, or begin with after ``单位``; nothing where they are none."""
    said = re.sub(r"^(计量)?单位[:：]?", "", unicodedata.normalize("NFKC", text).strip()).strip()
    return next((unit for unit in _UNITS if said == unit), "")


def units_of_line(text: str) -> tuple[str, ...]:
    """The units of a line such as ``单位:万元、人``; empty where it names none."""
    normal = unicodedata.normalize("NFKC", text)
    found = re.search(r"单\s*位\s*[:：]\s*([^\s].*)$", normal)
    if not found:
        return ()
    said = found[1].rstrip(")]】") if not re.search(r"[(\[【]", found[1]) else found[1]
    parts = [part.strip() for part in re.split(r"[、,，/;；\s]+", said) if part.strip()]
    units = tuple(unit for part in parts if (unit := unit_in(part)))
    return units if len(units) == len(parts) else ()


def in_title(text: str) -> bool:
    """Whether a line that names a unit says more before it: 报销台账(单位:万元)."""
    return len(re.split(r"(?:金额|计量)?单\s*位\s*[:：]", text)[0]) > _FEW


#: So many characters before a unit are no title yet.
_FEW = 3


def units_below(notes: Iterable[str]) -> tuple[str, ...]:
    """The unit of money that a note below a table names (注:金额单位为万元); else nothing."""
    found = (_MONEY_BELOW.search(unicodedata.normalize("NFKC", note)) for note in notes)
    return tuple(dict.fromkeys(one[1] for one in found if one))[:1]


_MONEY_BELOW = re.compile(r"单\s*位\s*:?\s*均?[为是]?\s*([千万亿]?元)(?![\u3400-\u9fff])")


def label_like(text: str) -> bool:
    """Whether words could be a heading: short, with letters, and no value of somebody."""
    normal = unicodedata.normalize("NFKC", text).strip()
    if not normal or len(normal) > 60:
        return False
    if not re.search(r"[A-Za-z\u3400-\u9fff%]", normal):
        return False
    digits = sum(character.isdigit() for character in normal)
    return digits < 9 and not re.fullmatch(r"[0-9.,]+(元|万元|亩|人|户|%|岁)?", normal)
