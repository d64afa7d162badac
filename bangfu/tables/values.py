"""Values as people write them: days, amounts, numbers, yes and no, words of a code book.

Each function answers :class:`Told` or raises :class:`WrongValue`. What could be two things is
asked and never chosen.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from rapidfuzz import fuzz, process

from bangfu.programmes.amount import damaged, fen
from bangfu.programmes.kinds import Label
from bangfu.tables.grid import Value
from bangfu.tables.told import Told, WrongValue, as_text, nothing, simplified

_YES = frozenset(
    "是 有 √ ✓ ✔ ☑ y yes true t 1 对 已 享受 参加 已参加 参保 已参保 是的 已享受 属于 符合 "
    "达标 o".split()
)
_NO = frozenset(
    "否 无 × ✗ ✘ x n no false f 0 错 未 不享受 未参加 不参加 未参保 不是 没有 未享受 "
    "不属于 不符合 不达标 非".split()
)
_ABOUT = re.compile(r"约|左右|上下|余|多(?=元|万|亩|人|$)|近|不到|大概|以上|以下")
_RANGE = re.compile(r"(?<=[0-9元万])\s*(?:-|–|—|~|至|到)+\s*(?=[0-9])")
_NUMBER = re.compile(r"([-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[-+]?[0-9]+(?:\.[0-9]+)?)(\D*)")
_FACTOR: Mapping[str, int] = {"": 1, "元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}


def flag(value: Value) -> Told:
    """Yes or no, in any usual spelling."""
    if isinstance(value, bool):
        return Told(value)
    if (told := nothing(value)) is not None:
        return told
    if (said := yes_or_no(value)) is not None:
        return Told(said)
    raise WrongValue("应填“是”或“否”", "yes or no is wanted")


def yes_or_no(value: Value) -> bool | None:
    """Whether a cell says yes or no; nothing where it says something else."""
    text = simplified(as_text(value)).casefold().rstrip("。.; ")
    return text in _YES if text in _YES or text in _NO else None


def code(value: Value, codes: Mapping[str, tuple[str, ...]]) -> Told:
    """A word of a code book: the word, its label, its number or another name; likeness is asked."""
    if (told := nothing(value)) is not None:
        return told
    text = _tight(value)
    named = _ways(codes)
    for form in (text, text.zfill(2) if text.isdecimal() else text):
        if form in named:
            return Told(named[form])
    head = re.split(r"[(\[:]|(?<=[0-9])[.、\-](?=\D)", text)
    for form in (part for part in head if part):
        if form in named and not (other := _another(form, head, named)):
            return Told(named[form])
        if form in named:
            asks = Label(f"括号里说的是“{other}”，是哪一项？", f"beside it stands {other}; which?")
            return Told(named[form], "doubtful", asks=asks)
    found = process.extractOne(text, list(named), scorer=fuzz.ratio, score_cutoff=66)
    listed = "、".join(names[1] if len(names) > 1 else names[0] for names in codes.values())
    if found:
        asks = Label(f"不在选项中，可能是“{found[0]}”", f"no such choice; perhaps {found[0]}")
        return Told(named[found[0]], "doubtful", asks=asks)
    raise WrongValue(f"应为：{listed}", f"one of: {', '.join(codes)}")


def _another(form: str, parts: Sequence[str], named: Mapping[str, str]) -> str:
    """The way of writing another word that stands beside one: 脱贫户（监测）; else nothing."""
    beside = [part.strip(")]）。.") for part in parts if part and part != form]
    others = [way for way, word in named.items() if word != named[form] and _SAID.search(way)]
    told = (way for way in others for one in beside if len(one) > 1 and (one in way or way in one))
    return next((way for way in told if way not in form and form not in way), "")


_SAID = re.compile("[\u3400-\u9fff]{2}")


#: The ways of writing of the books that were read last, each with its book, which so stays itself.
_READ: dict[int, tuple[Mapping[str, tuple[str, ...]], dict[str, str]]] = {}
_MOST_BOOKS = 500


def _ways(codes: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Each way of writing a word of a book, and the word; put together once for a book."""
    held = _READ.get(id(codes))
    if held is None:
        if len(_READ) >= _MOST_BOOKS:
            _READ.clear()
        named = {_plain(name): word for word, names in codes.items() for name in names}
        held = _READ[id(codes)] = (codes, named)
    return held[1]


def _tight(value: Value) -> str:
    return _plain(simplified(as_text(value)))


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def number(value: Value) -> Told:
    """A number, perhaps with its unit; a range, or "about", is asked."""
    if isinstance(value, bool):
        raise WrongValue("应填数字", "a number is wanted")
    if isinstance(value, int | float):
        return Told(_whole(_finite(value)))
    if (told := nothing(value)) is not None:
        return told
    text = as_text(value).replace(" ", "")
    if asked := _imprecise(text):
        return asked
    found = _NUMBER.fullmatch(text)
    if not found or len(found[2]) > 4:
        raise WrongValue("应填数字", "a number is wanted")
    read = _whole(float(found[1].replace(",", "")))
    lost = damaged(text)
    if lost and found[2] in ("次", "期", "户次", "场") and any(b == a + 1 for a, b in lost.ranges):
        return Told(read, "doubtful", asks=_lost_mark())
    return Told(read)


def _finite(value: float) -> float:
    """A number that a spreadsheet could not work out is none."""
    if not math.isfinite(value):
        raise WrongValue("应填数字", "a number is wanted")
    return value


def _whole(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def _imprecise(text: str) -> Told | None:
    if _RANGE.search(text):
        asks = Label("是一个范围，请填一个数", "this is a range; one number is wanted")
        return Told(None, "doubtful", asks=asks)
    if _ABOUT.search(text):
        asks = Label("是大约的数，请填准数", "this is about so many; the exact number is wanted")
        return Told(None, "doubtful", asks=asks)
    return None


def _lost_mark() -> Label:
    return Label(
        "可能丢了中间的连接号（两个数连在了一起），请核对原件",
        "a dash may have been lost between two numbers; look at the source",
    )


def money(value: Value, *, unit: str = "元") -> Told:
    """An amount in whole fen; ``unit`` is the heading's, for cells that name none."""
    if isinstance(value, bool):
        raise WrongValue("应填金额", "an amount is wanted")
    if isinstance(value, int | float):
        return Told(_fen(Fraction(str(_finite(value))) * _FACTOR.get(unit, 1) * 100))
    if (told := nothing(value)) is not None:
        return told
    text = as_text(value).replace(" ", "").lstrip("¥")
    if asked := _imprecise(text):
        return asked
    if re.fullmatch(r"\([0-9,.]+\)", text):
        text = f"-{text[1:-1]}"
    lost = damaged(text)
    if (
        lost
        and len(str(lost.as_written)) >= 6
        and any(len(str(a)) == len(str(b)) and a % 100 == b % 100 == 0 for a, b in lost.ranges)
    ):
        return Told(None, "doubtful", asks=_lost_mark())
    if re.fullmatch(r"-?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?", text):
        return Told(_fen(Fraction(text.replace(",", "")) * _FACTOR.get(unit, 1) * 100))
    if (written := capitals(text)) is not None:
        return Told(written)
    try:
        return Told(fen(text))
    except ValueError:
        raise WrongValue(
            "应填金额，如 1234.50 或 3.5万元", "an amount is wanted, such as 1234.50 or 3.5万元"
        ) from None


_CAPITALS = {character: number for number, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
_TENS = {"拾": 10, "佰": 100, "仟": 1_000}
_PARTS = re.compile(
    r"(?:人民币)?(?P<yuan>[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+)[元圆](?:零?(?P<jiao>[壹贰叁肆伍陆柒捌玖])角)?"
    r"(?:零?(?P<fen>[壹贰叁肆伍陆柒捌玖])分)?[整正]?"
)


def capitals(text: str) -> int | None:
    """An amount in the capitals of vouchers (叁仟伍佰元整) in whole fen; else nothing."""
    found = _PARTS.fullmatch(text)
    yuan = _in_capitals(found["yuan"]) if found else None
    if found is None or yuan is None:
        return None
    jiao, single = (_CAPITALS.get(found[part] or "零", 0) for part in ("jiao", "fen"))
    return yuan * 100 + jiao * 10 + single


def _in_capitals(words: str) -> int | None:
    """A whole number in capitals; nothing where its places do not fall from left to right."""
    for mark, size in (("亿", 10**8), ("万", 10**4)):
        if mark in words:
            high, _, low = words.partition(mark)
            over, rest = _in_capitals(high), _in_capitals(low or "零")
            return None if over is None or rest is None or rest >= size else over * size + rest
    total, digit, last = 0, 0, 10_000
    for character in words:
        if character in _CAPITALS:
            if digit:
                return None
            digit = _CAPITALS[character]
        elif (size := _TENS[character]) >= last:
            return None
        else:
            total, digit, last = total + (digit or (1 if not total else 0)) * size, 0, size
    return total + digit


def _fen(exact: Fraction) -> int:
    """Whole fen; a spreadsheet's own rounding in the ninth place is none of the writer's."""
    rounded = round(exact)
    if abs(exact - rounded) > Fraction(1, 1000):
        raise WrongValue("金额最多两位小数（到分）", "an amount has two decimals at most")
    return rounded


def share(value: Value) -> Told:
    """A share as a fraction of one: ``58%``, ``0.58``, ``58`` under a heading in per cent."""
    if isinstance(value, str) and as_text(value).endswith("%"):
        told = number(as_text(value)[:-1])
        return told if told.state != "sure" else Told(told.value / 100)
    told = number(value)
    if told.state == "sure" and told.value is not None and told.value > 1:
        return Told(told.value / 100)
    return told


def within(told: Told, least: float, most: float, zh: str, en: str) -> Told:
    """The same, refused where a sure number lies outside what can be."""
    if told.state == "sure" and not least <= told.value <= most:
        raise WrongValue(zh, en)
    return told
