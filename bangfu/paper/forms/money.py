"""Amounts of money in a summary: what came into funds and went out, what was paid to people."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace

from bangfu.paper.forms.classwords import Words
from bangfu.paper.forms.counting import figure_source, not_understood
from bangfu.paper.forms.sources import Source, nothing
from bangfu.programmes.kinds import Label
from bangfu.tables.spans import asked_in
from bangfu.tables.understood import Column, Table

#: Any day: what words stand beside a time is asked, and not which days these are.
_ANY = dt.date(2020, 6, 15)
#: Words of which way money went, each with that of the code book.
_WAYS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("承诺", re.compile("认捐|承诺")),
    ("支出", re.compile("支出|拨付|支付|使用|开支")),
    ("收入", re.compile("到位|到账|收入|筹集|募集|接收|收到|捐赠|捐助|捐款")),
)
#: What stands around such words and narrows nothing.
_AROUND = re.compile(
    r"帮扶|工作|结对|投入|实际|累计|总计|合计|已|共|总|资金|经费|款项|善款|款|金额|额|数|情况|本|各项|全部"
)
#: What says that something was paid, around the name of what.
_PAID = re.compile(
    r"^(?:已|累计|共)*(?:发放|实发|兑现)|"
    r"(?:已|实际)?(?:发放|兑现)?(?:总?金额|资金|总?额|款)?(?:合计|总计|数)?$"
)
_ANY_BENEFIT = re.compile(
    r"(?:惠民惠农|惠农惠民|惠民|惠农|各类|各项|财政|政策性)*(?:补贴|补助)(?:资金|金)?"
)
#: Titles that speak of money of one sort; which of the funds that is, only somebody can say.
_OF_ONE_SORT = re.compile(
    "财政|衔接|专项|补助|中央|省级|市级|县级|项目|信贷|贷款|保险|补贴|低保|救助|医保|产业|慈善|东西部|定点|对口|债券|工程"
)
INVESTED = Label(
    "没有说是到账的还是支出的，要问",
    "it does not say whether what came in is meant or what was paid out: to be asked",
)
WHICH_FUND = Label(
    "表上说的是一种资金，没有认准是哪一笔，要问",
    "the form speaks of money of one sort: which fund that is, is to be asked",
)
#: What a person may answer where a heading does not say which: the two sums of a fund.
ANSWERS: Mapping[str, str] = {"fund.received": "收入", "fund.paid": "支出"}


def money_source(column: Column, table: Table, words: Words, answer: str = "") -> Source:
    """The sum that a column of amounts asks for, or why there is none."""
    return _paid(column, table, words) if column.of == "payout" else _moved(
        column, table, words, answer
    )  # fmt: skip


def _paid(column: Column, table: Table, words: Words) -> Source:
    """What was paid to people and households, of one benefit or of all."""
    said = [_PAID.sub("", _PAID.sub("", word)) for word in map(_without_time, column.classes)]
    classes = tuple(word for word in said if word and not _ANY_BENEFIT.fullmatch(word))
    asked = replace(column, of="payout", classes=classes, field="payout.amount")
    return figure_source(asked, table, words, "")


def _moved(column: Column, table: Table, words: Words, answer: str) -> Source:
    """What came into the funds, or went out of them."""
    said = [_without_time(word) for word in column.classes]
    found = [way for way, named in _WAYS if any(named.search(word) for word in said)]
    if answer in ANSWERS:
        found = [ANSWERS[answer]]
    elif left := [word for word in said if _rest(word)]:
        return nothing(not_understood(left))
    elif _OF_ONE_SORT.search("".join(line.text for line in table.title[:2])):
        return nothing(WHICH_FUND)
    if len(found) != 1:
        return nothing(INVESTED)
    given = ("捐助",) if found == ["收入"] and any("捐" in word for word in said) else ()
    asked = replace(column, of="entry", classes=(found[0], *given), field="entry.amount")
    return figure_source(asked, table, words, "")


def _rest(word: str) -> str:
    for _, named in _WAYS:
        word = named.sub("", word)
    return _AROUND.sub("", word)


def _without_time(word: str) -> str:
    asked = asked_in(word, None, _ANY)
    return asked.rest if asked is not None else word
