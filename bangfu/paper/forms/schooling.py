"""Who is at school, by stages as headings name them: 小学, 初中, 高中(中职), 大专及以上."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bangfu.ledger.codes import SCHOOL
from bangfu.programmes.kinds import Kind

#: Where a title or a heading above speaks of those who are at school.
_AT_SCHOOL = re.compile("在校|在读|就读|就学|学生")
#: The beginnings of the words of all who are pupils or students.
_PUPILS = ("primary", "junior", "senior", "vocational", "college", "technician", "bachelor",
           "master")  # fmt: skip
#: Stages with the beginnings of their words in the code book.
_STAGES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(f"(?:{way})(?:教育)?(?:在校生|在读|学生|生)?(?:人数)?"), codes)
    for way, codes in (
        ("学龄前(?:儿童)?", ("not_yet",)), ("幼儿园|学前", ("kindergarten",)),
        ("小学", ("primary",)), ("初中", ("junior",)), ("义务教育(?:阶段)?", ("primary", "junior")),
        ("普通高中|普高|高中", ("senior",)), ("高中阶段", ("senior", "vocational")),
        ("中职|中专|职高|中等职业(?:学校)?", ("vocational",)),
        ("高中[及和含、/]?(?:中职|中专|职高)", ("senior", "vocational")),
        ("大专|高职|高职高专", ("college",)),
        ("(?:大专|高职高专|高职)及?以上|大学|高等", ("college", "bachelor", "master")),
        ("大学本科|本科", ("bachelor",)), ("本科及?以上", ("bachelor", "master")),
        ("研究生|硕士及?以上", ("master",)),
        ("在校学?生|在读学?生|就读学?生|学生", _PUPILS),
    )
)  # fmt: skip


def _codes(stages: Sequence[str]) -> list[str]:
    return [code for code in SCHOOL if code.split("_")[0] in stages]


def at_school(title: str) -> Mapping[str, Any]:
    """Pupils and students, of the stage that a title names where it names one."""
    named = [codes for way, codes in _IN_TITLES if way.search(title)]
    return {"school": _codes(named[0] if len(named) == 1 else _PUPILS)}


_IN_TITLES = tuple(
    (re.compile(way), codes)
    for way, codes in (
        ("小学", ("primary",)), ("初中", ("junior",)), ("义务教育", ("primary", "junior")),
        ("(?<!初)(?<!级)高中", ("senior",)), ("中职|中专|职高", ("vocational",)),
        ("大学|大专|高职|高校", ("college", "bachelor", "master")),
    )
)  # fmt: skip


def of_stage(kind: Kind, word: str, above: Sequence[str]) -> Mapping[str, Any] | None:
    """Persons at school of one stage, where the title or a heading above speaks of pupils."""
    if kind.name != "person" or not any(map(_AT_SCHOOL.search, (*above, word))):
        return None
    found = next((codes for way, codes in _STAGES if way.fullmatch(word)), ())
    # Of children who are not yet at school the word is in two.
    words = ["not_yet"] if found == ("not_yet",) else _codes(found)
    return {"school": words} if words else None
