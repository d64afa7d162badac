"""Days as people write them: every usual form, serials, the lunar calendar, what must be asked."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass

from bangfu.programmes.kinds import Label
from bangfu.programmes.period import lunar_day
from bangfu.tables.grid import Value
from bangfu.tables.told import Told, WrongValue, as_text, nothing, simplified

_SEP = r"[-./年\\、,]"
_FULL = re.compile(rf"([0-9]{{4}}){_SEP}([0-9]{{1,2}})(?:[-./月\\、,])([0-9]{{1,2}})日?")
_RUN = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(rf"([0-9]{{4}}){_SEP}([0-9]{{1,2}})月?|((?:19|20)[0-9]{{2}})([0-9]{{2}})月?")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})年?")
_SHORT = re.compile(r"'?([0-9]{2})[-./年]([0-9]{1,2})(?:[-./月]([0-9]{1,2})?日?)?")
_NO_YEAR = re.compile(r"([0-9]{1,2})[-./月]([0-9]{1,2})日?")
_NO_MONTH = re.compile(r"([0-9]{1,3})日")
_CLOCK = re.compile(r"[T\s]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$")
_SPAN = re.compile(
    r"[0-9日月年]\s*(?:--|—|–|~|至|到)\s*[0-9]|(?<=[0-9日])-(?=(?:19|20)[0-9]{2}[^0-9])"
)
_EASTERN = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}")
_DIGITS = {"〇": "0", "○": "0", "零": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5",
           "六": "6", "七": "7", "八": "8", "九": "9"}  # fmt: skip
_LUNAR = re.compile(r"农历|阴历|旧历|腊月|正月|冬月|初[一二三四五六七八九十]|廿|\(农\)|\(阴\)")
_LUNAR_DAY = re.compile(
    r"([0-9]{4})[年.\-/]?(正|腊|冬|[一二三四五六七八九十]{1,2}|[0-9]{1,2})[月.\-/](?:(初|廿|卅)?([一二三四五六七八九十]{1,3}|[0-9]{1,2}))日?"
)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FIRST_SERIAL, _LAST_SERIAL = 3_000, 73_050  # 1908 to the end of 2099
_EPOCH = dt.date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A day of which two digits of the year are written; ``on`` is 0 where only the month is."""

    year: int
    month: int
    on: int

    def fits(self, day: dt.date) -> bool:
        """Whether what is written may be that day."""
        return (day.year % 100, day.month) == (self.year, self.month) and self.on in (0, day.day)


def day(value: Value, *, today: dt.date, planned: bool = False) -> Told:
    """A calendar day; a month or a year alone, two digits of a year, no year are asked.

    Without ``planned`` a day after ``today`` is refused. With it the end of a month or a year is
    its last day, and before a day (11月底前, 12月15日前) is until that day.
    """
    told = _read(_until(value) if planned else value)
    if told.state == "sure" and isinstance(told.value, dt.date):
        if told.value > today and not planned:
            raise WrongValue("日期在今天之后", "the day lies in the future")
        if told.value.year < 1850:
            raise WrongValue("年份太早，请核对", "the year is too early; look again")
    return told


_END = re.compile(r"([0-9]{4})年(?:([0-9]{1,2})月)?(?:份)?[底末]")
_BEFORE = re.compile(r"(?<=[0-9日底末])(?:之|以)?前$")


def _until(value: Value) -> Value:
    """The last day that a time limit leaves; any other value as it is."""
    if not isinstance(value, str):
        return value
    text = _BEFORE.sub("", _in_digits(simplified(as_text(value))))
    if (end := _END.fullmatch(text)) and 1 <= (month := int(end[2] or 12)) <= 12:
        return dt.date(int(end[1]), month, monthrange(int(end[1]), month)[1])
    return text if text != value and _BEFORE.search(as_text(value)) else value


def _read(value: Value) -> Told:
    if isinstance(value, dt.datetime):
        return Told(value.date())
    if isinstance(value, dt.date):
        return Told(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    if isinstance(value, str) and (found := _ISO.fullmatch(value)):
        return Told(_made(int(found[1]), int(found[2]), int(found[3])))
    if (told := nothing(value)) is not None:
        return told
    text = simplified(as_text(value))
    if _LUNAR.search(text):
        return _lunar(text)
    return _words(_CLOCK.sub("", _in_digits(text)))


def _number(value: float) -> Told:
    """A number in a day's cell: a spreadsheet's serial, or digits run together."""
    text = as_text(value)
    if _FIRST_SERIAL <= value <= _LAST_SERIAL and float(value).is_integer():
        if _YEAR.fullmatch(text):
            return _asked(Label("只有年份，请填年月日", "only a year; the day is wanted"))
        note = Label("按 Excel 的日期序号读取", "read as a spreadsheet's serial of a day")
        return Told(_EPOCH + dt.timedelta(days=int(value)), notes=(note,))
    if re.fullmatch(r"(?:19|20)[0-9]{2}\.1", text):
        return _asked(
            Label("可能是1月也可能是10月，请填年月日", "January or October? the day is wanted")
        )
    return _words(text)


def _words(text: str) -> Told:
    tight = re.sub(r"\s+", "", text)
    if found := _FULL.fullmatch(tight) or _RUN.fullmatch(tight):
        return Told(_made(int(found[1]), int(found[2]), int(found[3])))
    if _SPAN.search(tight):
        return _asked(
            Label("是一段时间，请填一个日期", "this is a stretch of time; one day is wanted")
        )
    if _EASTERN.fullmatch(tight):
        return _asked(
            Label("分不清月和日，请按年-月-日填写", "month or day first? write year-month-day")
        )
    if found := _MONTH.fullmatch(tight):
        year, month = int(found[1] or found[3]), int(found[2] or found[4])
        _made(year, month, 1)
        return _asked(
            Label("只有年月，请补上日", "only year and month; the day is wanted"), year, month
        )
    if _YEAR.fullmatch(tight):
        return _asked(Label("只有年份，请填年月日", "only a year; the day is wanted"))
    if found := _SHORT.fullmatch(tight):
        asks = Label(
            f"年份只有两位，是19{found[1]}还是20{found[1]}？",
            "two digits of a year: which century?",
        )
        return Told(Perhaps(*(int(part or 0) for part in found.groups())), "doubtful", asks=asks)
    if found := _NO_YEAR.fullmatch(tight):
        return _asked(Label("没有年份，请补上", "the year is missing"))
    if found := _NO_MONTH.fullmatch(tight):
        digits = found[1]
        perhaps = f"，可能是{digits[0]}月{digits[1:]}日" if len(digits) > 1 else ""
        raise WrongValue(
            f"缺年份和月份{perhaps}，请核对原件", "month and year were lost; look at the source"
        )
    raise WrongValue("应填日期，如 2023-01-05", "a day is wanted, such as 2023-01-05")


def _asked(asks: Label, year: int = 0, month: int = 0) -> Told:
    value = dt.date(year, month, 1) if year else None
    return Told(value, "doubtful", asks=asks)


def _made(year: int, month: int, on: int) -> dt.date:
    try:
        return dt.date(year, month, on)
    except ValueError:
        raise WrongValue("没有这一天，请核对", "there is no such day; look again") from None


def _in_digits(text: str) -> str:
    """二〇二三年一月五日 in digits."""
    found = re.fullmatch(r"([〇○零一二三四五六七八九]{4})年(.{1,3})月(?:(.{1,3})日)?", text)
    if not found:
        return text
    year = "".join(_DIGITS[digit] for digit in found[1])
    rest = "".join(
        f"{_counted(part)}{mark}" for part, mark in ((found[2], "月"), (found[3], "日")) if part
    )
    return f"{year}年{rest}"


def _counted(text: str) -> int:
    """一 to 三十一, or digits."""
    if text.isdecimal() and text.isascii():
        return int(text)
    tens, mark, ones = text.partition("十")
    if not mark:
        return int(_DIGITS.get(text, "0"))
    return int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0"))


_LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}


def _lunar(text: str) -> Told:
    """A lunar day with its year as the day of ours; the note says so."""
    bare = _in_year_digits(re.sub(r"农历|阴历|旧历|[()\s]|农(?=$)|阴(?=$)", "", text))
    found = _LUNAR_DAY.fullmatch(bare)
    if not found:
        return _asked(Label("是农历，请补全年月日", "a lunar day; year, month and day are wanted"))
    month = _LUNAR_MONTHS.get(found[2]) or _counted(found[2])
    on = _counted(found[4]) + {"廿": 20, "卅": 30}.get(found[3] or "", 0)
    try:
        solar = lunar_day(int(found[1]), month, on)
    except ValueError:
        raise WrongValue(
            "农历没有这一天，请核对", "there is no such lunar day; look again"
        ) from None
    note = Label(
        f"农历换算为公历{solar.isoformat()}", f"lunar; {solar.isoformat()} in our calendar"
    )
    return Told(solar, notes=(note,))


def _in_year_digits(text: str) -> str:
    return re.sub(
        r"^[〇○零一二三四五六七八九]{4}(?=年)", lambda m: "".join(_DIGITS[d] for d in m[0]), text
    )
