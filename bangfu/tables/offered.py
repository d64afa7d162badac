"""What is offered for a column that is asked about: what its heading can mean.

By the sort of answer that a heading wants; of what is or is not so (是否通自来水) also by the
letters that it shares with a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bangfu.tables.catalogue import Heading
from bangfu.tables.headings import canonical, plain
from bangfu.tables.meanings import in_own_words
from bangfu.tables.understood import SURE, Column

_WHETHER = re.compile("^(?:是否|是不是|有无|有没有)")
#: What a heading wants, by its words, and the sorts of answers that it then cannot mean.
_CONTRARY: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (_WHETHER, frozenset(("day", "number", "money"))),
    (re.compile("(?:时间|日期|年月|年份|期限)$"), frozenset(("number", "money", "flag"))),
    (re.compile("投资|资金|金额|经费|款额"), frozenset(("day", "flag"))),
    (re.compile("(?:[人户次个]数|面积|数量|比例)$"), frozenset(("day", "flag"))),
)
#: Letters that say nothing of what is asked.
_EMPTY = frozenset("是否有无通已未没情况数量时间日期年月金额项目名称的人户类型别号码与及和")


def offered(column: Column, headings: Mapping[str, Heading]) -> Column:
    """A column that is asked about, with what it can mean; any other as it is.

    ``headings`` are the questions by their fields.
    """
    if column.confidence >= SURE:
        return column
    others = tuple(one for one in column.alternatives if _can_be(column.path, one.field, headings))
    if _can_be(column.path, column.field, headings):
        return replace(column, alternatives=others)
    first = next((one for one in others if one.field), None)
    if first is None:
        own = in_own_words(column.path)
        return replace(column, field=None, says=own, alternatives=others)
    return replace(
        column, field=first.field, says=first.says, reason=first.reason, party=first.party,
        confidence=min(column.confidence, first.confidence),
        alternatives=tuple(one for one in others if one is not first),
    )  # fmt: skip


def _can_be(path: Sequence[str], field: str | None, headings: Mapping[str, Heading]) -> bool:
    """Whether a heading can ask what a field answers; what is not held is none that is offered."""
    heading = headings.get(field or "")
    if heading is None or not path:
        return True
    if _contrary(path, heading):
        return False
    return not _WHETHER.search(canonical(plain(path[-1]))) or _shares(path, heading)


def _contrary(path: Sequence[str], heading: Heading) -> bool:
    """Whether a question is answered by another sort of thing than a heading wants."""
    words = canonical(plain("".join(path)))
    wanted = next((sorts for way, sorts in _CONTRARY if way.search(words)), frozenset[str]())
    return heading.type in wanted


def _shares(path: Sequence[str], heading: Heading) -> bool:
    """Whether a heading shares a letter that says something with a name of a question."""
    said = set("".join(path)) - _EMPTY
    return any(said.intersection(name) for name in heading.names)
