"""The literals of the language: one validator for each sort, so that one mistake is one error.

A validator either returns the value in its one normal shape (a single name becomes a tuple of
one) or raises an error whose type is the sort of literal; ``loader`` words the message from it.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, PlainValidator
from pydantic_core import PydanticCustomError

NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
PATH: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
#: Said behind a deadline or a day of a window that moves on where nobody works on it.
MOVED: Final = " or next working day"
DURATION: Final = re.compile(
    r"(\d+) (working days?|hours?|days?|weeks?|months?|years?)" rf"({MOVED})?"
)
PERIODS: Final = (
    "day", "week", "ten_days", "half_month", "month", "quarter", "half_year", "year", "phase",
)  # fmt: skip
MULTIPLE: Final = re.compile(r"([2-9]|[1-9]\d) (days|weeks|months|quarters|years)")
#: So much of a hundred or a thousand more, or less.
POINTS: Final = re.compile(r"(-?)(\d+(?:\.\d+)?)([%‰])")
SHARE: Final = re.compile(r"(\d+(?:\.\d+)?)([%‰])|(\d+)/([1-9]\d*)")
WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
#: A day of the month that is worked: the first, the last.
WORKED: Final = "working day"
WINDOW_DAY: Final = re.compile(
    rf"(?!lunar .*{MOVED})"
    r"(?:start|end|day ([1-9]|[12]\d|3[01])|(lunar )?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    r"|(\d+) days? before end|"
    + "|".join(WEEKDAYS)
    + r"|day ([1-9]|[12]\d|3[01]) of (first|last) month"
    r"|(first|second|third|fourth|last) (" + "|".join((*WEEKDAYS, WORKED)) + rf"))({MOVED})?"
)
#: A side of a window that runs around a day of each record: a field, or so long before or after.
OWN_DAY: Final = re.compile(
    r"(?:(\d+) (days?|weeks?|months?|years?) (before|after) )?([a-z][a-z0-9_]*)"
)
_OWN_DAYS: Final = ("began", "ended", "date", "due", "closed", "signed")
CONDITION_DAY: Final = re.compile(
    r"today|start of (year|half_year|quarter|month|week|period)"
    r"|(\d+) (days?|weeks?|months?|years?) ago|in (\d+) (days?|weeks?|months?|years?)"
)
#: What may be told apart besides the values of a field: on how many days, in how many months.
APART: Final = ("day", "week", "month")
YEAR_EARLIER: Final = "a year earlier"


class Times(BaseModel):
    """A bound that multiplies the baseline: by a number, or by that of a dated value."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    times: int | float | str


class Plus(BaseModel):
    """A bound that lies so much above the baseline, or below it.

    A text is the name of a dated value, or so much of a hundred: with "2%" a share of 90% is asked
    to be 92%.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    plus: int | float | str


def _wrong(sort: str, value: object) -> PydanticCustomError:
    return PydanticCustomError(sort, "{value}", {"value": shown(value)})


def shown(value: object) -> str:
    """A value of a file as a message quotes it: as it was written, shortened."""
    if isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, Mapping):
        text = "{ " + ", ".join(f"{key} = {shown(inner)}" for key, inner in value.items()) + " }"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(shown(inner) for inner in value) + "]"
    else:
        text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def is_day(value: object) -> bool:
    """Whether a value is a calendar day and not a moment of one."""
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def is_number(value: object) -> bool:
    """Whether a value is a finite number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _text(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        raise _wrong("text", value)
    return value


def _texts(value: Any) -> Any:
    values = (value,) if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not values:
        raise _wrong("texts", value)
    return tuple(_text(one) for one in values)


def _day(value: Any) -> Any:
    if not is_day(value):
        raise _wrong("day", value)
    return value


def _number(value: Any) -> Any:
    if not is_number(value):
        raise _wrong("number", value)
    return value


def _name(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        raise _wrong("name", value)
    return value


def _readers(value: Any) -> Any:
    values = (value,) if isinstance(value, str) else value
    if not isinstance(values, list | tuple):
        raise _wrong("names", value)
    return tuple(_name(one) for one in values)


def _names(value: Any) -> Any:
    names = _readers(value)
    if not names:
        raise _wrong("names", value)
    return names


def _path(value: Any) -> Any:
    if not isinstance(value, str) or not PATH.fullmatch(value):
        raise _wrong("path", value)
    return value


def _paths(value: Any) -> Any:
    values = (value,) if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not values:
        raise _wrong("paths", value)
    return tuple(_path(one) for one in values)


def _day_or_path(value: Any) -> Any:
    if is_day(value) or isinstance(value, str) and PATH.fullmatch(value):
        return value
    raise _wrong("day_or_path", value)


def _duration(value: Any) -> Any:
    if not isinstance(value, str) or not DURATION.fullmatch(value):
        raise _wrong("duration", value)
    return value


def _period(value: Any) -> Any:
    if isinstance(value, str) and (MULTIPLE.fullmatch(value) or NAME.fullmatch(value)):
        return value
    raise _wrong("period", value)


def _bound(value: Any) -> Any:
    if isinstance(value, Times | Plus) or is_number(value):
        return value
    if isinstance(value, str) and (SHARE.fullmatch(value) or NAME.fullmatch(value)):
        return value
    if isinstance(value, Mapping) and set(value) == {"times"} and _is_multiple(value["times"]):
        return Times(times=value["times"])
    if isinstance(value, Mapping) and set(value) == {"plus"} and _is_change(value["plus"]):
        return Plus(plus=value["plus"])
    raise _wrong("bound", value)


def _is_change(value: object) -> bool:
    return _is_multiple(value) or isinstance(value, str) and bool(POINTS.fullmatch(value))


def _is_multiple(value: object) -> bool:
    """A number, or the name of a dated value."""
    return is_number(value) or isinstance(value, str) and bool(NAME.fullmatch(value))


def _baseline(value: Any) -> Any:
    if is_number(value) or is_day(value) or value == YEAR_EARLIER:
        return value
    if isinstance(value, str) and (SHARE.fullmatch(value) or NAME.fullmatch(value)):
        return value
    raise _wrong("baseline", value)


def is_window_day(value: object) -> bool:
    """Whether a value can stand in a window."""
    return is_day(value) or isinstance(value, str) and bool(WINDOW_DAY.fullmatch(value))


def is_own_pair(pair: Sequence[object]) -> bool:
    """Whether both sides of a window hang on a day of each record.

    One of them by a length of time, or both on a day that most records have.
    """
    if all(is_window_day(day) for day in pair):
        return False
    if all(day in _OWN_DAYS for day in pair):
        return True
    found = [OWN_DAY.fullmatch(day) if isinstance(day, str) else None for day in pair]
    return all(found) and any(one is not None and bool(one[1]) for one in found)


def _window(value: Any) -> Any:
    several = isinstance(value, list | tuple) and value and isinstance(value[0], list | tuple)
    pairs = value if several else (value,)
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise _wrong("window", value)
        if is_own_pair(pair):
            continue
        if wrong := [day for day in pair if not is_window_day(day)]:
            raise _wrong("window_day", wrong[0])
    return tuple(tuple(pair) for pair in pairs)


def _where(value: Any) -> Any:
    if not isinstance(value, Mapping) or not value:
        raise _wrong("condition", value)
    return value


def _dated(value: Any) -> Any:
    if is_number(value) or is_day(value):
        return value
    if isinstance(value, Mapping) and value and all(is_number(one) for one in value.values()):
        return value
    raise _wrong("dated", value)


def _grade(value: Any) -> Any:
    return value if is_number(value) else _text(value)


Text = Annotated[str, PlainValidator(_text)]
Texts = Annotated[tuple[str, ...], PlainValidator(_texts)]
Day = Annotated[dt.date, PlainValidator(_day)]
Number = Annotated[int | float, PlainValidator(_number)]
Name = Annotated[str, PlainValidator(_name)]
Names = Annotated[tuple[str, ...], PlainValidator(_names)]
Readers = Annotated[tuple[str, ...], PlainValidator(_readers)]
Path = Annotated[str, PlainValidator(_path)]
Paths = Annotated[tuple[str, ...], PlainValidator(_paths)]
DayOrPath = Annotated[dt.date | str, PlainValidator(_day_or_path)]
Duration = Annotated[str, PlainValidator(_duration)]
Per = Annotated[str, PlainValidator(_period)]
Bound = Annotated[int | float | str | Times | Plus, PlainValidator(_bound)]
Baseline = Annotated[int | float | dt.date | str, PlainValidator(_baseline)]
Window = Annotated[tuple[tuple[dt.date | str, dt.date | str], ...], PlainValidator(_window)]
Where = Annotated[Mapping[str, Any], PlainValidator(_where)]
DatedValue = Annotated[int | float | dt.date | Mapping[str, Any], PlainValidator(_dated)]
Grade = Annotated[int | float | str, PlainValidator(_grade)]
