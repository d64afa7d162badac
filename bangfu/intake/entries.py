"""Rows that say what was promised to a fund, what came in or was paid, held against its entries."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from bangfu.intake.cells import AS_IS, Reason, Row, cell_of
from bangfu.intake.differences import tell
from bangfu.intake.verdicts import Verdict
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.ledger.models import Measure, Subject
from bangfu.ledger.vocabulary.fund import ENTRY_KINDS
from bangfu.programmes.kinds import Label

if TYPE_CHECKING:
    from bangfu.intake.records import Records

#: For each direction the action that writes such an entry.
_VERBS = {"promised": "entry.promise", "in": "entry.receive", "out": "entry.pay"}
#: The sorts of entry that a direction may have besides its own.
_SORTS = {
    "promised": ("pledge",),
    "in": ("donation", "subsidy", "self_raised"),
    "out": ("payment",),
}


def judge_entry(records: Records, row: Row, verdict: Verdict) -> None:
    """What a fund was promised, got or paid; an entry that stands so already is unchanged."""
    unit = _unit(records, row)
    direction = row.text("entry.direction") or records.direction
    amount, on = row.sure("entry.amount"), row.sure("entry.date") or records.on
    _complete(row, direction, amount, unit)
    if records.fund is None or row.wrong or row.doubts:
        return
    assert isinstance(amount, int) and isinstance(on, dt.date)
    kind = row.text("entry.kind") or _SORTS[direction][0]
    use, voucher = row.text("entry.use"), row.text("entry.voucher")
    told: dict[str, Any] = {"fund": records.fund, "organisation": unit, "on": on,
                            "amount": amount, "use": use}  # fmt: skip
    if direction == "out":
        told |= {"voucher": voucher, "measure": _measure(records, row)}
    elif direction == "in":
        told |= {"voucher": voucher, "kind": kind}
    if _stands(records, direction, told, voucher):
        verdict.sort = "unchanged"
        return
    _asked_once(records, row, (direction, on, amount, unit.fact if unit else None, use, voucher))
    verdict.records.append(NewRecord(_VERBS[direction], told))
    tell(verdict, "entry", direction=direction, kind=kind, date=on, amount=amount,
         organisation=unit.name if unit else "", use=use, voucher=voucher)  # fmt: skip


def _complete(row: Row, direction: str, amount: object, unit: Subject | None) -> None:
    """What an entry cannot be without; each lack is said at its cell."""
    if row.text("person.name") or row.text("household.name"):
        row.wrong.append(Reason(cell_of(row, "person.name"), _TO_PEOPLE))
        return
    if not row.wrong and not row.doubts and amount is None:
        row.wrong.append(Reason(cell_of(row, "entry.amount"), _HOW_MUCH))
    if isinstance(amount, int) and amount == 0:
        row.wrong.append(Reason(cell_of(row, "entry.amount"), _NOTHING))
    if not direction:
        row.wrong.append(Reason(cell_of(row, "entry.amount"), _WHICH_WAY))
    elif (kind := row.text("entry.kind")) and kind not in _SORTS[direction]:
        said = ENTRY_KINDS[kind].zh
        row.wrong.append(Reason(cell_of(row, "entry.kind"), Label(
            f"“{said}”与收支方向不合", f"{ENTRY_KINDS[kind].en} does not go that way"
        )))  # fmt: skip
    if direction == "promised" and unit is None and not row.wrong:
        row.wrong.append(Reason(cell_of(row, "helper.unit"), _WHO))


def _unit(records: Records, row: Row) -> Subject | None:
    """The unit that gives or gets; one that is not on record is refused, and nothing is lost."""
    name = row.text("helper.unit")
    found = records.units.get(name, []) if name else []
    if name and len(found) != 1:
        zh = f"台账里没有“{name}”这个单位，或有几个；收支只记单位，请先登记"
        says = Label(zh, "no such unit on record, or several; register it first")
        row.wrong.append(Reason(cell_of(row, "helper.unit"), says))
    return found[0] if len(found) == 1 else None


def _measure(records: Records, row: Row) -> Measure | None:
    """The measure that was paid for; a title that the programme does not have is left unsaid."""
    title = row.text("entry.measure")
    found = [one for one in records.measures if one.title == title]
    if title and not found:
        row.unread.append(Reason(cell_of(row, "entry.measure"), _NO_MEASURE))
    return found[0] if found else None


def _stands(records: Records, direction: str, told: dict[str, Any], voucher: str) -> bool:
    """Whether an entry on record is this one; each of them answers for one row."""
    unit = told["organisation"].fact if told["organisation"] else None
    for entry in records.booked:
        same = (entry.direction, entry.date, entry.amount, entry.organisation_id)
        if same != (direction, told["on"], told["amount"], unit):
            continue
        if _unlike(entry.use, told["use"]) or _unlike(entry.voucher, voucher):
            continue
        records.booked.remove(entry)
        return True
    return False


def _unlike(held: str, said: str) -> bool:
    """Whether a row says otherwise; what it leaves out says nothing."""
    return bool(said) and held != said


def _asked_once(records: Records, row: Row, key: tuple[Any, ...]) -> None:
    """The same as a row above may be a second entry, or the first one written twice."""
    before = records.said.setdefault(key, row.number)
    if before != row.number and row.settled != AS_IS:
        says = Label(
            f"与第{before}行相同，是两笔还是重复", f"the same as row {before}; two of them?"
        )
        choices = ((AS_IS, Label("是两笔，都记", "two entries; write both")),)
        row.doubts.append(Reason(cell_of(row, "entry.amount"), says, choices))


_TO_PEOPLE = Label(
    "收支只记到单位；发给户和个人的，请把合计作为一笔支出登记，名单作为凭证附上",
    "entries name units only; what went to people is one payment, with the list as its voucher",
)
_HOW_MUCH = Label("没有写明金额", "it does not say how much")
_NOTHING = Label("金额应大于零", "an amount is more than nothing")
_WHICH_WAY = Label(
    "看不出是认捐、到账还是支出；请在标题里写明，或加一列“收支方向”",
    "promised, received or paid? say it in the title, or in a column 收支方向",
)
_WHO = Label("没有写明哪个单位认捐", "it does not say which unit promised")
_NO_MEASURE = Label("活动里没有这项措施", "the programme has no such measure")
