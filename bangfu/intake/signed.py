"""Lists that people sign to say that they came, known by what they are called."""

from __future__ import annotations

import re

from bangfu.tables.understood import Table

#: The kinds of activity of which such lists are taken in, by what their titles say.
ATTENDED = {
    "training": re.compile(r"培训|讲座|学习班|实训|授课|技能|课"),
    "meeting": re.compile(r"会议|座谈|大会|例会|推进会|调度会|动员会|院坝会|会(?=签到)"),
}
_SIGNED = re.compile(r"签到|参训人员|参会人员|到会人员")


def attended(table: Table) -> str:
    """As the list of who came to which kind of activity a table is titled; else nothing."""
    titles = [line.text for line in table.title if _SIGNED.search(line.text)]
    kinds = [kind for kind, way in ATTENDED.items() if any(map(way.search, titles))]
    return kinds[0] if kinds else ""


def signs(table: Table) -> bool:
    """Whether people sign in a table that they came, to whatever it was."""
    heads = {column.heading.strip() for column in table.columns}
    return "签到" in heads or any(_SIGNED.search(line.text) for line in table.title)
