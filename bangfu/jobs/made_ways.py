"""How people write a value so that a reader stumbles: ways that keep its truth, or lose it.

Each way takes what is true and answers what stands in the cell, ``None`` where it does not apply.
A way that is among :data:`LOSING` leaves a cell from which nobody can tell the truth any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import opencc

from bangfu.programmes.period import as_lunar

Cell = str | int | float | dt.date | None
_EPOCH = dt.date(1899, 12, 30)
#: A cell that is left empty, as against a way that does not apply.
EMPTY = ""
YES = ("是", "有", "√", "Y", "yes", "对", "✓", "已", "参加", "1", "true")
NO = ("否", "无", "×", "N", "no", "不是", "✗", "未", "未参加", "0", "false")


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a cell: its sort, its value, the words of its code book, the unit."""

    sort: str
    value: Any
    codes: Mapping[str, Sequence[str]]
    unit: str = ""

    @property
    def text(self) -> str:
        """As a careful clerk writes it."""
        return str(plainly(self, 0))


Way = Callable[[Truth, Random], Cell]


def plainly(true: Truth, style: int) -> Cell:
    """A value as a careful clerk writes it, in one of the ways of a column."""
    value = true.value
    if value is None or value == "":
        return None
    if true.sort == "code":
        return true.codes[value][1]
    if true.sort == "flag":
        pair = style % 4
        return (YES if value else NO)[pair]
    if true.sort == "day":
        ways = (value.isoformat(), value, f"{value:%Y/%m/%d}", _dated(value, "{0}年{1}月{2}日"),
                _dated(value, "{0}.{1}.{2}"), f"{value:%Y%m%d}")  # fmt: skip
        return ways[style % len(ways)]
    if true.sort == "money":
        whole = Decimal(value) / (1_000_000 if true.unit == "万元" else 100)
        return float(whole) if style % 2 else f"{whole.normalize():f}"
    if true.sort == "number":
        return value if style % 2 else str(value)
    return str(value)


def _dated(value: dt.date, pattern: str) -> str:
    return pattern.format(value.year, value.month, value.day)


@cache
def _traditional() -> tuple[Any, Any]:
    return opencc.OpenCC("s2t"), opencc.OpenCC("t2s")


def _in_traditional(true: Truth, chance: Random) -> Cell:
    """The same in traditional characters, where they lead back to just these."""
    there, back = _traditional()
    plain = true.text
    said = str(there.convert(plain))
    return said if said != plain and back.convert(said) == plain else None


def _wide(true: Truth, chance: Random) -> Cell:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in true.text)


def _put(pattern: str) -> Way:
    return lambda true, chance: pattern.format(true.text)


def _part(at: int, mark: str) -> Way:
    return lambda true, chance: true.text[:at] + mark + true.text[at:]


def _of(words: Sequence[str]) -> Way:
    return lambda true, chance: chance.choice(words)


def _blank(true: Truth, chance: Random) -> Cell:
    return EMPTY


# ── numbers of persons ────────────────────────────────────────────────────────────────────────


def _scientific(true: Truth, chance: Random) -> Cell:
    return float(f"{true.text[:15]}000") if true.text.isdigit() else None


def _scientific_words(true: Truth, chance: Random) -> Cell:
    return f"{float(true.text[:17]) * 10:.5E}".replace("E+0", "E+")


def _lost_digit(true: Truth, chance: Random) -> Cell:
    place = chance.randrange(3, len(true.text) - 1)
    return true.text[:place] + true.text[place + 1 :]


def _digit_more(true: Truth, chance: Random) -> Cell:
    place = chance.randrange(3, len(true.text) - 1)
    return true.text[:place] + true.text[place] + true.text[place:]


def _swapped(true: Truth, chance: Random) -> Cell:
    text = true.text
    places = [n for n in range(6, len(text) - 1) if text[n] != text[n + 1]]
    at = chance.choice(places) if places else 0
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :] if at else None


def _wrong_check(true: Truth, chance: Random) -> Cell:
    return true.text[:-1] + ("0" if true.text[-1] != "0" else "1")


def _fifteen(true: Truth, chance: Random) -> Cell:
    text = true.text
    return text[:6] + text[8:17] if text[6:8] == "19" else None


def _masked_number(true: Truth, chance: Random) -> Cell:
    return f"{true.text[:3]}{'*' * (len(true.text) - 7)}{true.text[-4:]}"


def _letter_for_digit(true: Truth, chance: Random) -> Cell:
    return true.text.replace("0", "O", 1) if "0" in true.text else None


# ── days ──────────────────────────────────────────────────────────────────────────────────────


def _day(pattern: str) -> Way:
    return lambda true, chance: _dated(true.value, pattern)


def _serial(true: Truth, chance: Random) -> Cell:
    return (true.value - _EPOCH).days if true.value.year > 1910 else None


def _lunar(true: Truth, chance: Random) -> Cell:
    year, month, day, leap = as_lunar(true.value)
    return None if leap else f"农历{year}年{month}月{day}日"


_IN_WORDS = str.maketrans("0123456789", "〇一二三四五六七八九")


def _in_words(true: Truth, chance: Random) -> Cell:
    def counted(number: int) -> str:
        tens, ones = divmod(number, 10)
        head = "十" if tens == 1 else f"{tens}十" if tens else ""
        return f"{head}{ones or ''}".translate(_IN_WORDS)

    day = true.value
    return f"{str(day.year).translate(_IN_WORDS)}年{counted(day.month)}月{counted(day.day)}日"


def _no_such_day(true: Truth, chance: Random) -> Cell:
    return f"{true.value.year}-02-30"


def _two_digit_year(true: Truth, chance: Random) -> Cell:
    return f"{true.value.year % 100:02d}.{true.value.month}.{true.value.day}"


# ── words of books, yes and no ────────────────────────────────────────────────────────────────


def _other_name(true: Truth, chance: Random) -> Cell:
    others = [name for name in true.codes[true.value][2:] if not name.isascii()]
    return chance.choice(others) if others else None


def _numbered(true: Truth, chance: Random) -> Cell:
    """A word behind a running number of the list's own: 3.初中."""
    return f"{chance.randint(1, 9)}{chance.choice('.、')}{true.text}"


def _ticked(true: Truth, chance: Random) -> Cell:
    """All choices of a printed form, the true one with a tick."""
    names = [names[1] for names in true.codes.values()][:6]
    ticked = "".join(f"{'☑' if name == true.text else '□'}{name} " for name in names)
    return ticked if true.text in names else None


def _spelled(true: Truth, chance: Random) -> Cell:
    return chance.choice(YES if true.value else NO)


# ── amounts ───────────────────────────────────────────────────────────────────────────────────


def _yuan(pattern: str) -> Way:
    return lambda true, chance: pattern.format(Decimal(true.value) / 100)


def _with(pattern: str) -> Way:
    """In the unit of the column."""
    return lambda true, chance: pattern.format(
        (Decimal(true.value) / (1_000_000 if true.unit == "万元" else 100)).normalize() + 0
    )


def _other_unit(true: Truth, chance: Random) -> Cell:
    """Yuan in a column of ten thousands, without a word."""
    return float(Decimal(true.value) / 100) if true.unit == "万元" else None


def _in_ten_thousands(true: Truth, chance: Random) -> Cell:
    return f"{Decimal(true.value) / 1_000_000:f}万元"


def _span(true: Truth, chance: Random) -> Cell:
    base = Decimal(true.value) / 100 if true.sort == "money" else Decimal(str(true.value))
    return f"{base}-{base + 200}"


#: For each sort of value the ways of writing it otherwise.
WAYS: Mapping[str, Mapping[str, Way]] = {
    "identity": {
        "scientific": _scientific, "scientific_words": _scientific_words,
        "lost_digit": _lost_digit, "digit_more": _digit_more, "swapped": _swapped,
        "wrong_check": _wrong_check, "fifteen": _fifteen, "masked": _masked_number,
        "letter": _letter_for_digit,
        "spaced": lambda t, c: f"{t.text[:6]} {t.text[6:14]} {t.text[14:]}",
        "full_width": _wide, "quoted": _put("'{}"), "remark": _put("{}(已核)"), "blank": _blank,
    },
    "phone": {
        "lost_digit": _lost_digit, "digit_more": _digit_more, "masked": _masked_number,
        "spaced": lambda t, c: f"{t.text[:3]} {t.text[3:7]} {t.text[7:]}",
        "dashed": lambda t, c: f"{t.text[:3]}-{t.text[3:7]}-{t.text[7:]}",
        "country": _put("+86 {}"), "stored_as_number": lambda t, c: int(t.text),
        "full_width": _wide, "none": _of(("无", "没有", "/", "无电话")), "blank": _blank,
    },
    "day": {
        "dotted": _day("{0}.{1}.{2}"), "slashed": _day("{0}/{1}/{2}"),
        "in_words": _day("{0}年{1}月{2}日"), "solid": _day("{0}{1:02d}{2:02d}"),
        "in_characters": _in_words, "serial": _serial, "lunar": _lunar, "full_width": _wide,
        "with_clock": _day("{0}-{1:02d}-{2:02d} 00:00:00"), "as_day": lambda t, c: t.value,
        "month_only": _day("{0}年{1}月"), "year_only": _day("{0}年"),
        "eastern": _day("{1}/{2}/{0}"),
        "two_digit_year": _two_digit_year, "no_such_day": _no_such_day,
        "masked": lambda t, c: f"{t.text[:2]}xx-xx-xx", "blank": _blank,
    },
    "name": {
        "spaced": lambda t, c: f"{t.text[0]}  {t.text[1:]}", "trailing": _put("{} "),
        "traditional": _in_traditional, "pinyin": _put("{}(lǐ míng)"), "remark": _put("{}(户主)"),
        "mark": _put("{}、"), "unseen": _part(1, "\u200b"),
        "masked": lambda t, c: f"{t.text[0]}**", "somebody": lambda t, c: f"{t.text[0]}某某",
        "two_names": _put("{}、张三"), "digit": _put("{}1"),
    },
    "code": {
        "other_name": _other_name, "numbered": _numbered, "ticked": _ticked,
        "trailing": _put(" {} "),
        "traditional": _in_traditional, "remark": _put("{}(自报)"), "queried": _put("{}?"),
        "no_such_word": _of(("见附件", "其它情况待定", "按政策")), "blank": _blank,
    },
    "flag": {
        "spelled": _spelled, "unsure": _of(("不详", "待核实", "部分")), "blank": _blank,
        "dashed": _of(("-", "/", "——")),
    },
    "money": {
        "yuan": _yuan("{}元"), "commas": _with("{:,}"), "sign": _with("¥{}"), "full_width": _wide,
        "ten_thousands": _in_ten_thousands, "about": _yuan("约{}元"), "range": _span,
        "more_than": _yuan("{}元以上"), "other_unit": _other_unit,
        "in_words": _of(("若干", "见附表", "五千元")), "blank": _blank,
    },
    "number": {
        "full_width": _wide, "spaced": _put(" {} "), "about": _put("约{}"), "range": _span,
        "with_words": _put("{}左右"), "in_words": _of(("若干", "较多")), "blank": _blank,
    },
    "text": {"trailing": _put("{}  "), "unseen": _part(1, "\ufeff"), "broken": _part(2, "\n"),
             "blank": _blank},
    "place": {"traditional": _in_traditional, "spaced": _part(1, " "), "ditto": _of(("同上", "〃")),
              "long": lambda t, c: f"{t.text}民委员会" if t.text.endswith("村") else None,
              "short": lambda t, c: t.text[:-1], "elsewhere": _put("外{}"), "blank": _blank},
}  # fmt: skip
#: Ways after which nobody can tell the truth from the cell: what is taken from it is made up.
LOSING = frozenset((
    "identity.scientific", "identity.scientific_words", "identity.lost_digit",
    "identity.digit_more", "identity.swapped", "identity.wrong_check", "identity.fifteen",
    "identity.masked", "identity.letter", "identity.blank", "identity.neighbour",
    "phone.lost_digit", "phone.digit_more", "phone.masked", "phone.none", "phone.blank",
    "day.month_only", "day.year_only", "day.eastern", "day.two_digit_year", "day.no_such_day",
    "day.masked", "day.blank", "day.other", "name.masked", "name.somebody", "name.two_names",
    "name.digit", "name.other", "code.queried", "code.no_such_word", "code.blank", "code.other",
    "flag.unsure", "flag.blank", "flag.dashed", "money.about", "money.range", "money.more_than",
    "money.in_words", "money.other_unit", "money.blank", "number.about", "number.range",
    "number.with_words",
    "number.in_words", "number.blank", "text.blank", "place.ditto", "place.elsewhere",
    "place.blank", "row.again",
))  # fmt: skip
