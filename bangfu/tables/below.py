"""What the titles of tables below a card say that they list: the members, or who helps."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bangfu.tables.understood import Line

#: A title of who lives in the household of the card above.
_MEMBERS = re.compile(
    r"^[一二三四五六七八九十0-9、.()（）]*(?:家庭|户内)?(?:成员|人口)(?:基本)?(?:情况|信息|构成)?表?[:：]?$"
)


def of_members(above: Sequence[Line]) -> bool:
    """Whether what stands above a table says that it lists the members of a household."""
    said = ["".join(line.text.split()) for line in above]
    return bool(said) and all(map(_MEMBERS.match, said))


#: A title of who helps the household of the card above.
_HELPERS = re.compile(
    r"^[一二三四五六七八九十0-9、.()（）]*(?:结对|帮扶|包联|联系|责任)+(?:干部|责任人|联系人|人)"
    r"(?:员)?(?:基本)?(?:情况|信息|变更)?表?[:：]?$"
)


def of_helpers(above: Sequence[Line]) -> bool:
    """Whether what stands above a table says that it lists who helps."""
    said = ["".join(line.text.split()) for line in above]
    return bool(said) and all(map(_HELPERS.match, said))
