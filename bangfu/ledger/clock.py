"""The one place that asks what time it is; everything else is told."""

from __future__ import annotations

import datetime as dt
import os
import time
import uuid
from zoneinfo import ZoneInfo

#: Days are the calendar days of China, wherever the server stands.
ZONE = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """The present instant, in UTC, to the microsecond."""
    return dt.datetime.now(tz=dt.UTC)


def today() -> dt.date:
    """The present day by the office's calendar."""
    return day_of(now())


def day_of(instant: dt.datetime) -> dt.date:
    """The calendar day in which an instant lies."""
    return instant.astimezone(ZONE).date()


def end_of(day: dt.date) -> dt.datetime:
    """The last microsecond of a calendar day, in UTC."""
    return dt.datetime.combine(day, dt.time.max, tzinfo=ZONE).astimezone(dt.UTC)


def new_id() -> uuid.UUID:
    """A time-ordered key (UUID version 7, RFC 9562) that any client may make for itself.

    Twelve bits tell the part of the millisecond, so that keys made one after another stand in
    that order: a party of visitors is printed as it was entered.
    """
    stamp, rest = divmod(time.time_ns(), 1_000_000)
    chance = int.from_bytes(os.urandom(8), "big")
    value = (stamp & (1 << 48) - 1) << 80 | 0x7 << 76 | (rest * 4096 // 1_000_000) << 64
    value |= 0b10 << 62 | chance & (1 << 62) - 1
    return uuid.UUID(int=value)
