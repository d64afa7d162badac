"""Numbers of official papers, 机关代字〔YYYY〕N号: read, refused, and proposals for damaged ones.

A damaged number is never put right in silence: what it may have been is proposed with the
reason, and a person accepts it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from bangfu.ledger.numbers import NumberError
from bangfu.programmes.kinds import Label

_FIRST_YEAR = 1949
_ORGAN = r"(?P<organ>[^\W\d_][\w、·]*?)"
_RIGHT = re.compile(_ORGAN + r"〔(?P<year>[0-9]{4})〕(?P<number>[1-9][0-9]*)号")
_OPEN, _CLOSE = r"[〔\[【(〈《{]", r"[〕\]】)〉》}]"
_YEAR = rf"(?:19|20)[0-9]{{2}}|(?<={_OPEN})[0-9]{{2}}(?={_CLOSE})"
_DAMAGED = re.compile(
    rf"{_ORGAN}(?P<opened>{_OPEN}?)(?P<year>{_YEAR})年?(?P<closed>{_CLOSE}?)"
    r"(?P<ordinal>第?)(?P<zeros>0*)(?P<number>[1-9][0-9]{0,4})(?P<word>号?)"
)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """The number of an official paper: who issued it, in which year, its place in that year."""

    organ: str
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.organ}〔{self.year}〕{self.number}号"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a damaged number may have been, and why: for a person to accept or not."""

    number: DocumentNumber
    reasons: tuple[Label, ...]


def read_document_number(text: str, *, today: date) -> DocumentNumber:
    """A paper's number as GB/T 9704 writes it: hexagonal brackets, no leading zero, no 第.

    Raises :class:`NumberError`, with a proposal where there is exactly one.
    """
    typed = text.strip()
    if not typed:
        raise NumberError("blank", "未填写", "nothing was written")
    if found := _RIGHT.fullmatch(typed):
        _check_year(int(found["year"]), today)
        return _number_of(found)
    proposals = propose_document_numbers(typed, today=today)
    zh = "；".join(reason.zh for p in proposals for reason in p.reasons)
    en = "; ".join(reason.en for p in proposals for reason in p.reasons)
    raise NumberError(
        "form",
        "发文字号应为“机关代字〔年份〕序号号”，如“山组字〔2009〕1号”" + (f"：{zh}" if zh else ""),
        "a paper's number is written 机关代字〔year〕number号" + (f": {en}" if en else ""),
        proposal=str(proposals[0].number) if len(proposals) == 1 else None,
    )


def propose_document_numbers(text: str, *, today: date) -> tuple[Proposal, ...]:
    """What a damaged number may have been; nothing where it is right or beyond repair."""
    typed = text.strip()
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", typed))
    found = _DAMAGED.fullmatch(plain)
    if _RIGHT.fullmatch(typed) or not found:
        return ()
    number = _number_of(found, today)
    if not _FIRST_YEAR <= number.year <= today.year:
        return ()
    return (Proposal(number, tuple(_reasons(found, typed, plain))),)


def _number_of(found: re.Match[str], today: date | None = None) -> DocumentNumber:
    year = int(found["year"])
    if year < 100 and today is not None:
        year += 2000 if year <= today.year - 2000 else 1900
    return DocumentNumber(found["organ"], year, int(found["number"]))


def _check_year(year: int, today: date) -> None:
    if not _FIRST_YEAR <= year <= today.year:
        raise NumberError(
            "year",
            f"年份应在{_FIRST_YEAR}至{today.year}之间",
            f"the year must lie between {_FIRST_YEAR} and {today.year}",
        )


def _reasons(found: re.Match[str], typed: str, plain: str) -> list[Label]:
    reasons = []
    if not found["opened"]:
        reasons.append(Label("年份前缺“〔”", "the bracket 〔 before the year is missing"))
    if not found["closed"]:
        reasons.append(
            Label(
                "年份后缺“〕”，年份按四位断开",
                "the bracket 〕 is missing; the year has four digits",
            )
        )
    if found["opened"] not in ("", "〔") or found["closed"] not in ("", "〕"):
        reasons.append(Label("年份应用六角括号〔〕", "the year stands in hexagonal brackets 〔〕"))
    if len(found["year"]) == 2:
        reasons.append(Label("年份应为四位", "the year has four digits"))
    if found["ordinal"]:
        reasons.append(Label("序号前不加“第”", "no 第 stands before the number"))
    if found["zeros"]:
        reasons.append(Label("序号不编虚位（前面不加0）", "the number has no leading zero"))
    if not found["word"]:
        reasons.append(Label("缺“号”", "the word 号 is missing"))
    if typed != plain:
        reasons.append(
            Label("去掉空格，全角改半角", "spaces are left out and full-width digits narrowed")
        )
    return reasons or [Label("写法与规定不同", "it is written otherwise than the standard says")]
