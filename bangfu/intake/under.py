"""Under which entry of which programme the rows of a list become records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from bangfu.intake.asked import targets
from bangfu.intake.readers import SEVERAL
from bangfu.ledger.access import opens
from bangfu.ledger.meaning import Meaning, NotInForce
from bangfu.ledger.models import Fund, Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.pages import programmes_of
from bangfu.lists.picking import Role, kinds_for
from bangfu.programmes.schema import Class as Scheme
from bangfu.tables.grid import Grid
from bangfu.tables.understood import Table

#: The section of a programme's file that a kind of record is made by.
SECTIONS: Mapping[str, str] = {"pairing": "pairing", "enrolment": "enrol", "class": "class",
                               "measure": "measure", "entry": "fund"}  # fmt: skip
#: In which role an entry of a section takes those whom a row is about; measures are about nobody.
ROLES: Mapping[str, Role] = {"pairing": "subject", "enrol": "enrol", "class": "class"}


@dataclass(frozen=True, slots=True)
class Under:
    """An entry of a programme, or all its measures at once, and what both are called."""

    programme: Programme
    name: str
    title: str

    @property
    def word(self) -> str:
        """How it is named in a form."""
        return f"{self.programme.name}/{self.name}"


def entries(user: User | None, kind: str, on: dt.date) -> list[Under]:
    """The entries by which records of a kind may be made, of the programmes open to an account."""
    section = SECTIONS.get(kind)
    return [] if section is None else list(_entries(user, section, on))


def _entries(user: User | None, section: str, on: dt.date) -> Iterator[Under]:
    moment = Moment(on)
    programmes = Programme.objects.current() if user is None else programmes_of(user)
    for programme in programmes.order_by("name"):
        try:
            meaning = Meaning.of(programme, moment)
        except NotInForce:
            continue
        if section == "measure":
            if any(True for _ in meaning.file.entries(section)):
                yield Under(programme, section, programme.title)
            continue
        if section == "fund":
            funds: QuerySet[Any] = Fund.objects.current().filter(programme=programme)
            if user is not None:
                funds = opens(user, VOCABULARY["fund"], funds)
            for fund in funds.order_by("name"):
                yield Under(programme, fund.name, f"{programme.title} · {fund.title}")
            continue
        for name, entry in meaning.file.entries(section):
            kinds = kinds_for(meaning, ROLES[section], name)
            if not _holds(meaning, entry, on) or not {"person", "household"}.issuperset(kinds):
                continue
            title = f"{programme.title} · {entry.title or name}"
            yield Under(programme, name, title)


def _holds(meaning: Meaning, entry: Any, on: dt.date) -> bool:
    """Whether an entry holds on a day, as far as it names days of its own."""
    first = getattr(entry, "from_", None) or meaning.file.from_
    last = getattr(entry, "to", None) or meaning.file.to
    return bool(first <= on <= last)


def under_of(
    user: User | None, kind: str, on: dt.date, word: str = "", said: Collection[str] = ()
) -> Under | None:
    """The entry that was chosen by its word; without a choice the only one there is.

    Of several the one that knows most of what the rows say (``said``: the names of classes or
    measures), if no other knows as many.
    """
    found = entries(user, kind, on)
    if word:
        return next((one for one in found if one.word == word), None)
    if len(found) < 2:
        return found[0] if found else None
    known = [(sum(text in _words(one, on) for text in said), one) for one in found]
    most = max(count for count, _one in known)
    best = [one for count, one in known if count == most]
    return best[0] if most and len(best) == 1 else None


def _words(under: Under, on: dt.date) -> set[str]:
    """What the classes of a way to sort are called, or the measures of a programme."""
    file = Meaning.of(under.programme, Moment(on)).file
    if under.name == "measure":
        return {entry.title or name for name, entry in file.entries("measure")}
    entry = file.entry(under.name)
    items = entry.items if isinstance(entry, Scheme) else {}
    return {item.title or key for key, item in items.items()}


def named_words(table: Table, grid: Grid) -> set[str]:
    """The classes or measures that the rows of a table name, as they are written."""
    found = targets(table)
    columns = [found[one].index for one in ("class.option", "measure.title") if one in found]
    cells = (grid.text(row, column) for column in columns for row in table.body)
    return {part.strip() for text in cells for part in SEVERAL.split(text)} - {""}
