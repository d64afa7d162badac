"""Whether rows that name a head are each one of a household's people, by what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from bangfu.programmes.kinds import Label
from bangfu.tables.columns import columns
from bangfu.tables.meanings import Setting
from bangfu.tables.understood import Column, Subject

_OF_MEMBERS = Label(
    "同一户主连着几行、身份证号各不相同，每行是一个家庭成员",
    "several rows name one head and each has another number: they are members",
)
#: So many rows are looked at, and so many of them at least name the head of the one above.
_LOOKED_AT, _LEAST, _SHARE = 200, 2, 0.1


def read_again(setting: Setting, found: tuple[Column, ...]) -> tuple[Setting, tuple[Column, ...]]:
    """A list of households that names each head several times beside other numbers, as members.

    Who was the head of each row still is.
    """
    heads = next((column for column in found if column.field == "household.name"), None)
    if heads is None or not _several_each(setting, found, heads.index):
        return setting, found
    setting = replace(setting, subject=Subject("records", "person", 0.85, _OF_MEMBERS))
    read = columns(setting, {column.index: column.path for column in found})
    head = replace(heads, party="head")
    return setting, tuple(head if column.index == head.index else column for column in read)


def _several_each(setting: Setting, found: Sequence[Column], heads: int) -> bool:
    if (setting.subject.shape, setting.subject.kind) != ("records", "household"):
        return False
    numbers = next((c.index for c in found if c.field == "person.identity"), 0)
    if not numbers:
        return False
    rows = islice(setting.body, _LOOKED_AT)
    told = [tuple(setting.grid.text(row, one).strip() for one in (heads, numbers)) for row in rows]
    filled = [one for one in told if all(one)]
    pairs = zip(filled, filled[1:], strict=False)
    again = sum(one[0] == other[0] and one[1] != other[1] for one, other in pairs)
    return again >= max(_LEAST, _SHARE * len(filled))
