"""An office's own table of days off and make-up days, over the public one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bangfu.programmes.literals import is_day, shown
from bangfu.programmes.loader import parse
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import ProgrammeErrors, Report, both, choose
from bangfu.programmes.workdays import WorkingDays

#: Its name in the data folder.
OWN_TABLE: Final = "workdays.toml"
_WORDS: Final[Mapping[str, bool]] = {"off": False, "worked": True}


def read_table(text: str) -> WorkingDays:
    """Days off and make-up days, each a day or a pair [first, last]; ProgrammeErrors if wrong.

    ``off = [2027-01-01, [2027-02-05, 2027-02-11]]`` and ``worked = [2027-02-20]``.
    """
    raw, places = parse(text, file=OWN_TABLE)
    report = Report(OWN_TABLE, places)
    own: dict[dt.date, bool] = {}
    for word, told in raw.items():
        if word not in _WORDS:
            report.add(
                (word,),
                both(f"没有“{word}”这个词", f"There is no word “{word}”"),
                choose(word, _WORDS),
            )
            continue
        for route, day in _days((word,), told, report):
            if own.get(day, _WORDS[word]) != _WORDS[word]:
                report.add(
                    route,
                    both(f"{day} 既写作放假又写作上班", f"{day} is both off and worked"),
                    both("删去其中一处", "Remove it in one of the two"),
                )
            own[day] = _WORDS[word]
    if report.problems:
        raise ProgrammeErrors(report.problems)
    return WorkingDays(own)


def _days(route: Route, told: Any, report: Report) -> Iterator[tuple[Route, dt.date]]:
    for number, one in enumerate(told if isinstance(told, tuple) else (told,)):
        here = (*route, number)
        ends = one if isinstance(one, tuple) else (one, one)
        if len(ends) != 2 or not all(is_day(end) for end in ends) or ends[0] > ends[1]:
            report.add(
                here,
                both(
                    f"{shown(one)} 不是日期，也不是先后两天",
                    f"{shown(one)} is not a day or two in order",
                ),
                both(
                    "例如 2027-01-01 或 [2027-02-05, 2027-02-11]",
                    "For example 2027-01-01 or [2027-02-05, 2027-02-11]",
                ),
            )
            continue
        for more in range((ends[1] - ends[0]).days + 1):
            yield here, ends[0] + dt.timedelta(days=more)
