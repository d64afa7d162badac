"""Rows that say into which class somebody is sorted, held against the classes that stand."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bangfu.intake.cells import Reason, Row, cell_of
from bangfu.intake.differences import tell
from bangfu.intake.verdicts import Difference, Verdict
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.ledger.models import Class, Subject
from bangfu.programmes.kinds import Label
from bangfu.programmes.schema import Class as Scheme

if TYPE_CHECKING:
    from bangfu.intake.records import Records

_NONE = Label("没有写明分到哪一类", "it does not say into which class")


def judge_class(records: Records, row: Row, whom: Subject, verdict: Verdict) -> None:
    """Into which class somebody is sorted from when; where one may stand, it takes its place."""
    if records.under is None or records.meaning is None or row.wrong or row.doubts:
        return
    scheme = records.meaning.file.entry(records.under.name)
    assert isinstance(scheme, Scheme)
    options = list(_options(row, scheme))
    if row.wrong:
        return
    began, grounds = row.sure("class.began") or records.on, row.text("class.grounds")
    assert isinstance(began, dt.date)
    standing = records.sorted_as.get(whom.fact, {})
    told = {"programme": records.under.programme, "name": records.under.name, "subject": whom,
            "on": began, "grounds": grounds}  # fmt: skip
    new = [option for option in options if option not in standing]
    if new and records.meaning.class_single(records.under.name):
        for option, one in standing.items():
            _end(row, one, began, _called(scheme, option), verdict)
    for option in new:
        verdict.records.append(NewRecord("class.give", {**told, "option": option}))
        label, shown = Label(scheme.title or "分类", "Class"), _called(scheme, option)
        old = (
            "、".join(_called(scheme, one) for one in standing) if verdict.sort == "changes" else ""
        )
        verdict.differences.append(Difference("class.option", label, old, shown))
    if new:
        tell(verdict, "class", began=began)
    else:
        verdict.sort = "unchanged"


def _options(row: Row, scheme: Scheme) -> Iterator[str]:
    """The classes that a row names, by their titles or keys; another word is said as a mistake."""
    words = [word for word in row.text("class.option").split("、") if word]
    ways = _ways(scheme)
    if not words and not row.wrong:
        row.wrong.append(Reason(cell_of(row, "class.option"), _NONE))
    yield from (ways[word] for word in words if word in ways)
    if unknown := [word for word in words if word not in ways]:
        there = "、".join(_called(scheme, option) for option in scheme.items)
        named = "".join(f"“{word}”" for word in unknown)
        says = Label(f"没有{named}这一类；有：{there}", f"no such class; there are: {there}")
        row.wrong.append(Reason(cell_of(row, "class.option"), says))
    if len(words) > 1 and not row.wrong and (scheme.exactly == 1 or scheme.at_most == 1):
        says = Label("只能分到一类，却写了几类", "one class only, and there are several")
        row.wrong.append(Reason(cell_of(row, "class.option"), says))


def _ways(scheme: Scheme) -> Mapping[str, str]:
    """Every way in which a class is written: its key, its title, the title without its remark."""
    found = {option: option for option in scheme.items}
    for option in scheme.items:
        title = _called(scheme, option)
        found |= {title: option, re.split("[(（]", title)[0].strip(): option}
    return found


def _called(scheme: Scheme, option: str) -> str:
    return scheme.items[option].title or option


def _end(row: Row, one: Class, began: dt.date, called: str, verdict: Verdict) -> None:
    """End the class that stands on the day before; one that began no earlier speaks against it."""
    if one.began >= began:
        says = Label(
            f"台账里从{one.began}起是“{called}”；改分类的日期要在这之后",
            f"{called} on record since {one.began}; another class begins after that day",
        )
        row.wrong.append(Reason(cell_of(row, "class.option"), says))
        return
    last = began - dt.timedelta(days=1)
    verdict.records.append(NewRecord("class.end", {"given": one, "on": last}))
    verdict.sort = "changes"
