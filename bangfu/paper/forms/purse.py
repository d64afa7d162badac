"""Which entries of funds a list of money is of: what came in, what went out, what was promised."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bangfu.programmes.kinds import Label
from bangfu.tables.understood import Table

#: Words of which way money went, each with that of the code book.
_WAYS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("promised", re.compile("认捐|承诺")),
    ("out", re.compile("支出|拨付|支付|付款|收款|开支")),
    ("in", re.compile("到账|到位|收入|入账|进账|(?<!认)捐[款赠助资]")),
)
_GIVEN = re.compile("捐[款赠助资]")
WHICH_WAY = Label(
    "没有写明填收入、支出还是认捐，要问",
    "it does not say whether what came in, went out or was promised is listed: to be asked",
)


def moved_as_asked(table: Table) -> Mapping[str, str] | None:
    """The condition of the entries that a list is of; None where it may be of several ways.

    A list with a column for the way is of all.
    """
    if any(column.field == "entry.direction" for column in table.columns):
        return {}
    words = [line.text for line in table.title[:2]]
    words += [word for column in table.columns for word in column.path]
    found = [way for way, named in _WAYS if any(named.search(word) for word in words)]
    if len(found) != 1:
        return None
    given = found == ["in"] and any(_GIVEN.search(word) for word in words)
    return {"direction": found[0]} | ({"kind": "donation"} if given else {})
