"""Why it is not known whom a row of records means, and what would tell."""

from __future__ import annotations

from bangfu.intake.cells import Reason, Row
from bangfu.intake.readers import PLACES
from bangfu.intake.verdicts import Verdict
from bangfu.programmes.kinds import Label

OTHER_NAME = Label(
    "这个身份证号登记的是另一个姓名，请核对是谁",
    "the number is on record under another name; who is it",
)
SEVERAL_SO_CALLED = Label("有几个同名的，是哪一个", "several of that name; which one")
BY_NAME_ALONE = Label(
    "这一行没有写哪个村，只有姓名对得上，请核对",
    "no village in this row; only the name fits; is it them",
)
NO_UNIT = Label("台账里没有这个单位，或有几个", "no such unit on record, or several")
NOBODY = Label(
    "台账里没有找到这个人或这一户，或不在您能看到的范围里；请先登记",
    "nobody on record, or none open to you; register them first",
)

_NOTHING_ELSE = Label("除了是谁，这一行没有写别的", "the row says nothing but who it is")


def nothing_said(row: Row, verdict: Verdict) -> bool:
    """Whether a row says nothing but whom it means: it changes nothing, and says so."""
    if row.wrong or any(not target.startswith(_WHOM) for target in row.told):
        return False
    verdict.sort = "unchanged"
    verdict.notes.append(Reason(f"{row.number}", _NOTHING_ELSE))
    return True


_WHOM = ("person.", "household.", "subject.", "place.")


def asks_where(row: Row) -> bool:
    """Whether a list has a column that says where its rows belong."""
    return any(row.asks(f"place.{level}") for level in PLACES)
