"""Whom a row means that is about somebody who serves: by number, else by name, unit and village."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bangfu.intake.cells import Reason, Row, cell_of
from bangfu.intake.whom import NO_UNIT, NOBODY, SEVERAL_SO_CALLED
from bangfu.ledger.models import Place, Subject
from bangfu.programmes.kinds import Label

if TYPE_CHECKING:
    from bangfu.intake.records import Records


def who_serves(records: Records, row: Row, place: Place | None) -> Subject | None:
    """Who is meant; ``place`` is where they are at home, if the row says that.

    A cadre's home is often not where the work is: the unit tells as well. Who bears the name alone,
    where the row says of which unit or village, is asked.
    """
    if row.text("person.identity"):
        return records.whom(row, place, records.kind)
    cell = cell_of(row, "person.name" if "person.name" in row.told else "subject.name")
    name = row.text("person.name") or row.text("subject.name")
    found = [one for one in records.named.get(("person", name), ()) if name]
    fits = [one for one in found if _fits(records, row, one, place)]
    if meant := next((one for one in found if str(one.fact) == row.settled), None):
        return meant
    if len(fits) == 1:
        return fits[0]
    if found:
        choices = tuple((str(one.fact), records.told_apart(one)) for one in (fits or found)[:8])
        row.doubts.append(Reason(cell, SEVERAL_SO_CALLED if fits else _ELSEWHERE, choices))
    elif not row.wrong:
        row.wrong.append(Reason(cell, NOBODY))
    return None


def names_a_body(records: Records, row: Row) -> bool:
    """Whether a row is about an organisation: it names nobody, or one under 获奖单位."""
    if any(map(row.text, ("person.name", "person.identity", "household.name"))):
        return False
    name = row.text("subject.name")
    return not name or name in records.units


def which_body(records: Records, row: Row) -> Subject | None:
    """The organisation that a row is about."""
    name = row.text("subject.name") or row.text("helper.unit")
    found = records.units.get(name, [])
    if len(found) == 1:
        return found[0]
    if not row.wrong:
        row.wrong.append(Reason(cell_of(row, "helper.unit"), NO_UNIT if name else _NO_NAME))
    return None


def _fits(records: Records, row: Row, one: Subject, place: Place | None) -> bool:
    """Whether somebody works in the unit or lives in the village of a row; else either way."""
    unit = row.text("helper.unit")
    if unit and any(post.endswith(unit) for post in records.posts.get(one.fact, ())):
        return True
    if unit and one.place_id and records.place_names.get(one.place_id) == unit:
        return True
    if place is not None:
        return bool(one.place_id == place.fact)
    return not unit


_NO_NAME = Label("没有写明是谁", "it does not say who it is")
_ELSEWHERE = Label(
    "只有姓名对得上，单位和村都对不上，是不是这个人",
    "only the name fits, neither unit nor village; is it them",
)
