"""Columns that are worked out from their neighbours: 增减, 同比增长(%), 占比(%)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from bangfu.programmes.kinds import Label
from bangfu.tables.headings import canonical, written
from bangfu.tables.periods import part_of_year, period_in, without_period
from bangfu.tables.spans import asked_in
from bangfu.tables.understood import Column, Period, Terms

_BESIDE = (
    r"(?:[比较与同](?:去年|上年|上月|上季度?|上期|上年度?|年初)?(?:同期|同月|末|底)?(?:相比)?)?"
)
_DIFFERENCE = re.compile(
    rf"^{_BESIDE}(?:净?增减|净增)(?:数|数量|量|额|户数|人数|变化|情况|值)?$|"
    r"^[比较](?:去年|上年|上月|上季度?|上期)(?:同期|末|底)?(?:增加|增长|变化)(?:数|量|额)?$"
)
_GROWTH = re.compile(
    rf"^(?:同比|环比|{_BESIDE})?(?:增长|增减|增幅|升降|变化)(?:率|幅度|幅|百分比|比例)?$|^增幅$|^[同环]比$"
)
_SHARE = re.compile(r"^所?占(?P<of>.*?)的?(?:比|比例|比重|百分比)$|^(?:比重|比例|百分比)$")
#: Any day: only which of two times comes before the other is asked.
_ANY = dt.date(2020, 6, 15)
_WITHIN = Period("span", "", dt.date(2020, 1, 1), dt.date(2020, 6, 30))


def with_terms(columns: Sequence[Column]) -> Iterator[Column]:
    """The columns, and of those that are worked out from which others; only where that is sure."""
    for place, column in enumerate(columns):
        terms = _terms(column, columns, place) if column.role not in ("serial", "stub") else None
        if terms is None:
            yield column
            continue
        of = next(one for one in columns if one.index == terms.of)
        against = next(one for one in columns if one.index == terms.against)
        said = f"“{_called(of)}”与“{_called(against)}”"
        reason = Label(f"由{said}得出", f"worked out from {_called(of)} and {_called(against)}")
        yield replace(
            column, role="derived", aggregate=None, field=None, confidence=0.92, reason=reason,
            terms=terms, type="number",
        )  # fmt: skip


def worked_in(values: Mapping[int, str], worked: Mapping[int, str]) -> dict[int, Column]:
    """Of the columns of a table of indicators, by their headings, those that are worked out."""
    reason = Label("", "")
    columns = [
        Column(index, (heading,), "value", None, Label(heading, heading), 0.3, reason,
               aggregate="count" if index in values else None)
        for index, heading in sorted({**values, **worked}.items())
    ]  # fmt: skip
    return {one.index: one for one in with_terms(columns) if one.index in worked and one.terms}


def _called(column: Column) -> str:
    return "·".join(column.path)


def _terms(column: Column, columns: Sequence[Column], place: int) -> Terms | None:
    if not column.path:
        return None
    leaf = canonical(written(column.heading).bare)
    percent = written(column.heading).unit in ("%", "‰") or leaf.endswith(("率", "幅", "比"))
    beside = [one for one in columns if one.path[:-1] == column.path[:-1] and one is not column]
    if (found := _SHARE.match(leaf)) and not leaf.endswith("同比"):
        return _share(column, columns[:place], found["of"] or "", columns)
    if percent and _GROWTH.match(leaf):
        return _between("growth", leaf, beside) or _between_years("growth", column, columns)
    if not percent and (_DIFFERENCE.match(leaf)):
        changed = _between("difference", leaf, beside) or _between_days(beside)
        return changed or _between_years("difference", column, columns)
    if len(column.path) > 1 and _DIFFERENCE.match(canonical(written(column.path[-2]).bare)):
        return _between_groups("growth" if percent else "difference", column, columns)
    if any(map(_NAMED_CHANGE.fullmatch, map(_tight, column.path))):
        return _between_years("growth" if percent else "difference", column, columns)
    return None


#: A change between two years that it names: 2026年比2025年增减.
_NAMED_CHANGE = re.compile(
    r"(?:(?P<now>20[0-9]{2})年?)?[比较](?P<then>20[0-9]{2})年?(?:同期|末|底)?"
    r"(?:净?增减|增加|增长|增幅|变化)(?:数量?|量|额|情况|值|率|幅度)?(?:[(（](?:%|[户人次元万亩件])+[)）])?"
)
_BARE_CHANGE = re.compile(r"(?:净?增减|净增|增加|增长|增幅|变化)(?:数量?|量|额|情况|值|率|幅度)?")


def _tight(heading: str) -> str:
    return "".join(heading.split())


def _between_years(
    how: Literal["difference", "growth"], column: Column, columns: Sequence[Column]
) -> Terms | None:
    """A change from one named year to another: the two that it names, or the only two there are.

    Both columns must ask the same, and the same as the headings of the change beside it.
    """
    named = [found for word in column.path if (found := _NAMED_CHANGE.fullmatch(_tight(word)))]
    words = [word for word in column.path if not _NAMED_CHANGE.fullmatch(_tight(word))]
    bare = [word for word in words if not _BARE_CHANGE.fullmatch(written(word).bare)]
    if not named and len(bare) == len(words):
        return None
    rest = "".join(canonical(written(word).bare) for word in bare)
    told = [(one, *year) for one in columns if one.aggregate and (year := _year_of(one))]
    told = [(one, year, of) for one, year, of in told if of == rest or not rest]
    if len({of for *_, of in told}) != 1:
        return None
    by_year = {year: one.index for one, year, _ in told}
    years = sorted(by_year)
    if named and len(years) > 1:
        then = int(named[0]["then"])
        now = int(named[0]["now"] or next((y for y in years if y > then), 0))
        years = [then, now]
    if len(years) != 2 or not set(years) <= set(by_year) or len(by_year) != len(told):
        return None
    return Terms(how, by_year[years[1]], by_year[years[0]])


def _between_days(beside: Sequence[Column]) -> Terms | None:
    """A difference below a heading (户数) between the only two days that stand there beside it."""
    headed = [one for one in beside if len(one.path) > 1 and one.aggregate]
    dated = [(p.last, one.index) for one in headed if (p := period_in(one.heading)) and p.last]
    if len(dated) != 2 or len(beside) != 2 or dated[0][0] == dated[1][0]:
        return None
    (_, then), (_, now) = sorted(dated)
    return Terms("difference", now, then)


def _between_groups(
    how: Literal["difference", "growth"], column: Column, columns: Sequence[Column]
) -> Terms | None:
    """A change headed over several numbers (比上月增减 above 户数, 人数), each between the same two
    times: those that head the only two columns of its words.
    """
    told = [
        (period.last, one.index) for one in columns
        if one.aggregate and one.path[-1] == column.path[-1] and len(one.path) == len(column.path)
        and one.path[:-2] == column.path[:-2]
        and (period := period_in(one.path[-2])) and period.last
    ]  # fmt: skip
    if len(told) != 2 or told[0][0] == told[1][0]:
        return None
    (_, then), (_, now) = sorted(told)
    return Terms(how, now, then)


def _year_of(column: Column) -> tuple[int, str] | None:
    """The one year whose number a column asks for, and of what; nothing for any other column."""
    found = [
        (word, period) for word in column.path
        if (period := period_in(word)) and period.unit in ("year", "as_of") and period.last
        and (period.last.month, period.last.day) == (12, 31)
    ]  # fmt: skip
    if len(found) != 1 or any(map(_NAMED_CHANGE.fullmatch, map(_tight, column.path))):
        return None
    word, period = found[0]
    rest = (without_period(one) if one == word else one for one in column.path)
    assert period.last is not None
    return period.last.year, "".join(canonical(written(one).bare) for one in rest if one)


def _between(how: str, leaf: str, beside: Sequence[Column]) -> Terms | None:
    """A change from one time to another, where just one pair of columns can be meant."""
    earlier = [c for c in beside if _time(c)[1] and _meant(leaf, _time(c)[0])]
    pairs = [
        (now, then)
        for then in earlier
        for now in beside
        if not _time(now)[1] and _same_time(now, then) and _rest(now) == _rest(then)
    ]
    if len(earlier) != 1 or len(pairs) != 1:
        return None
    now, then = pairs[0]
    return Terms("growth" if how == "growth" else "difference", now.index, then.index)


_BEFORE = re.compile(r"上|去年|同期|[年期]初")


def _time(column: Column) -> tuple[str, bool]:
    """The words of a column's time, and whether it is an earlier one; of most there are none."""
    if column.role in ("serial", "stub") or column.aggregate is None:
        return "", False
    asked = asked_in(column.heading, _WITHIN, _ANY)
    said = asked.period.text if asked else ""
    return said, bool(_BEFORE.search(said))


def _rest(column: Column) -> str:
    asked = asked_in(column.heading, _WITHIN, _ANY)
    if asked is not None:
        return canonical(written(asked.rest).bare) if asked.rest else ""
    return "" if part_of_year(column.heading, None) else canonical(written(column.heading).bare)


def _same_time(now: Column, then: Column) -> bool:
    """Whether one column is of the time that follows the other's: 本月 上月, 累计 上年同期."""
    said, before = _time(now)[0], _time(then)[0]
    if before.endswith("初"):
        return said.endswith("末") or said in ("本期", "本月", "本季", "本季度")
    if "同期" in before:
        return "累计" in said or said in ("本期", "本年") or bool(part_of_year(now.heading, None))
    sort = next((sort for sort in "月季周期年" if sort in before), "")
    return bool(said) and sort in said and "累计" not in said


def _meant(leaf: str, before: str) -> bool:
    """Whether a change is from that earlier time, as far as its heading says: 同比, 比上月."""
    if leaf.startswith("同比") or "同期" in leaf:
        return "同期" in before
    if leaf.startswith("环比"):
        return "同期" not in before
    named = re.search(r"上月|上季|上期|上年|去年", leaf)
    return named is None or named[0].replace("去年", "上年") in before.replace("去年", "上年")


def _without_number(words: str) -> str:
    """占农户比重 and 占农户数比重 are of the same column."""
    return re.sub(r"总?数$", "", words)


def _share(
    column: Column, left: Sequence[Column], whole: str, columns: Sequence[Column]
) -> Terms | None:
    """A share of the one column that counts all of them, or of the one that is named."""
    group = column.path[:-1]
    parts = [one for one in left if one.aggregate == "count" and one.path[:-1] == group]
    part = parts[-1] if parts else None
    if part is None or part.index != column.index - 1 or not part.classes:
        return None
    wholes = [
        one for one in columns
        if one.aggregate == "count" and one.of == part.of and not one.classes
    ]  # fmt: skip
    if whole:
        said = _without_number(canonical(whole))
        named = (canonical(written(one.heading).bare) for one in columns)
        wholes = [
            o for o, name in zip(columns, named, strict=True) if _without_number(name) == said
        ]
    return Terms("share", part.index, wholes[0].index) if len(wholes) == 1 else None
