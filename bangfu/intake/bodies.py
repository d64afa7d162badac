"""The organisations, sites and persons that rows name beside whom they are about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models import TextField as Text

from bangfu.intake.cells import Reason, Row, cell_of
from bangfu.intake.declared import Body
from bangfu.intake.on_record import parts
from bangfu.ledger.access import opens
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Subject
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Label

#: So many characters at the end of a unit's name tell it from others: 县中医院, not 医院.
TELLS = 4


def open_to(by: By, kind: str) -> QuerySet[Any]:
    """The subjects of a kind that an account may open, as they stand."""
    rows: QuerySet[Any] = Subject.objects.current().filter(kind=kind, ended__isnull=True)
    return rows if by.user is None else opens(by.user, VOCABULARY[kind], rows)


def called_so(rows: QuerySet[Any], names: set[str]) -> dict[str, list[Subject]]:
    """Subjects by their names; 县人民医院 is 青禾县人民医院 where only one is called so."""
    found: dict[str, list[Subject]] = {}
    for part in parts(names):
        for one in rows.filter(name__in=part):
            found.setdefault(one.name, []).append(one)
    shortened = {name for name in names - set(found) if len(name) >= TELLS}
    for part in parts(shortened, 100):
        ending = reduce(or_, (Q(name__endswith=name) for name in part))
        for one in rows.filter(ending):
            for name in part:
                if one.name.endswith(name):
                    found.setdefault(name, []).append(one)
    return found


class Bodies:
    """Whom the columns of a list name that name a body, looked up together."""

    def __init__(self, by: By) -> None:
        self.by = by
        self.named: dict[tuple[Body, str], list[Subject]] = {}
        self.titled: dict[str, Subject] = {}

    def look_up(
        self, read: Sequence[Row], kind: str, bodies: Mapping[str, tuple[Body, ...]],
        title: str = "", way: re.Pattern[str] | None = None,
    ) -> None:  # fmt: skip
        """All bodies that the rows name, and the one that the title does where no column asks.

        ``way`` is how a title says that it is of a body.
        """
        for key, sorts in bodies.items():
            names = {row.text(f"{kind}.{key}") for row in read} - {""}
            for sort in sorts:
                found = called_so(open_to(self.by, sort), names)
                self.named |= {(sort, name): rows for name, rows in found.items()}
            asked = any(row.asks(f"{kind}.{key}") for row in read)
            if way is not None and not asked and "person" not in sorts:
                self._in_title(key, sorts, title, way)

    def _in_title(self, key: str, sorts: Sequence[Body], title: str, way: re.Pattern[str]) -> None:
        """The one body that the title says it is of; of two the longer, if it holds the other.

        县中医院志愿服务队会员名册 is no roster of the hospital.
        """
        there = [
            one for sort in sorts
            for one in open_to(self.by, sort).annotate(title=Value(title, Text())).filter(
                title__contains=F("name")).exclude(name="")[:20]
        ]  # fmt: skip
        whole = [a for a in there if not any(a.name in b.name and a != b for b in there)]
        if len(whole) == 1 and way.search(title.replace(whole[0].name, f"{whole[0].name}§")):
            self.titled[key] = whole[0]

    def of(self, row: Row, target: str, sorts: Sequence[Body]) -> Subject | None:
        """The body that a row names in a column; an unknown one is left, and said so."""
        key = target.partition(".")[2]
        name = row.text(target)
        if not name:
            return self.titled.get(key)
        found = [one for sort in sorts for one in self.named.get((sort, name), ())]
        if len(found) == 1:
            return found[0]
        says = _SEVERAL if found else _UNKNOWN
        row.unread.append(Reason(cell_of(row, target), says))
        return None


_UNKNOWN = Label("台账里没有登记，或不在您能看到的范围里", "not on record, or not open to you")
_SEVERAL = Label("台账里有几个叫这个名字的", "several are called so on record")
