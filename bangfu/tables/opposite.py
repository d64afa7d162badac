"""Yes and no below a heading, which may ask the opposite of a question: 饮水困难, 饮水安全."""

from __future__ import annotations

import re

from bangfu.tables.catalogue import Heading
from bangfu.tables.grid import Value
from bangfu.tables.headings import plain
from bangfu.tables.told import WrongValue, as_text
from bangfu.tables.values import yes_or_no

_WHETHER = re.compile("有无|是否|是不是|有没有")
_NOT = re.compile(
    "不|未|没|非(?!常|农|遗|公)|(?<!事实)无(?!障碍|人机|线)|困难|隐患|问题|缺|断|停|拒|失|风险"
)
_YES, _NO = "是", "否"


def asks_opposite(words: str, heading: Heading) -> bool:
    """Whether a heading says not, or what is wrong, and no name of the question does.

    Of questions that are answered by yes and no alone.
    """
    if not asks_whether(heading):
        return False
    return _denies(words) and not any(map(_denies, heading.names))


def asks_otherwise(words: str, heading: Heading) -> bool:
    """Whether a heading, which is no name of a question, ends in another sort of answer.

    致富带头人 asks who it is, and not whether there is one; 项目内容 asks in words.
    """
    said = plain(words)
    if _WHETHER.search(said) or said in map(plain, heading.names):
        return False
    if said.endswith(_CONTENTS):
        return not any(_CONTENTS in name for name in heading.names)
    return heading.type == "flag" and bool(_SOMEBODY.search(said))


_CONTENTS, _SOMEBODY = "内容", re.compile("(?:带头人|主体|企业|公司|机构|组织)$")


def as_asked(words: str, heading: Heading, value: Value) -> Value:
    """A value as a question reads it: a tick below 是否 is a yes, in words of its code book.

    Below a heading that asks the opposite in one plain word (饮水困难) a yes is a no; what a no
    says there is not sure. Raises :class:`WrongValue` for any other yes or no below such a heading.
    """
    if not asks_whether(heading) or (said := yes_or_no(value)) is None:
        return value
    if asks_opposite(words, heading):
        if said and _denies_plainly(words):
            return _NO
        raise WrongValue(
            f"标题“{words}”问的是相反的意思，这里的“{'是' if said else '否'}”说不准；"
            f"请按“{heading.label.zh}”的选项填写",
            f"the heading asks the opposite of {heading.label.en!r}, so that yes and no would be "
            "turned round; write a word of its own",
        )
    in_words = heading.type == "flag" or not _WHETHER.search(words) or as_text(value).isdecimal()
    return value if in_words else (_YES if said else _NO)


def asks_whether(heading: Heading) -> bool:
    """Whether a question is answered by yes and no."""
    return heading.type == "flag" or any(_YES in ways for ways in heading.codes.values())


def _denies(words: str) -> bool:
    return bool(_NOT.search(_WHETHER.sub("", plain(words))))


def _denies_plainly(words: str) -> bool:
    """Whether a heading denies once, and not that something wrong is over (问题是否解决)."""
    said = _WHETHER.sub("", plain(words))
    return len(_NOT.findall(said)) == 1 and not _OVER.search(said)


_OVER = re.compile("解决|消除|整改|化解|销号|处[理置]|落实|完成|改善|改造")
