"""Of whom a form about 帮扶对象 is, where nobody said of which programme: who is helped now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from django.db.models import QuerySet

from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.listing import Listing
from bangfu.lists.pages import programmes_of
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.classwords import Words
from bangfu.programmes.kinds import Kind, Label
from bangfu.tables.understood import Table

_HELPED = re.compile("帮扶对象|受助对象|结对对象|被帮扶人")
_PAIRED = re.compile("结对")
#: More programmes are not named in one line.
_NAMED = 4


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A list of whom a programme in force takes in; ``name`` is how an answer names it."""

    programme: Programme
    entry: str
    title: str

    @property
    def name(self) -> str:
        """The programme and its list, as one word."""
        return f"{self.programme.name}/{self.entry}"

    @property
    def says(self) -> Label:
        """What it is called."""
        return Label(
            f"{self.programme.title}:{self.title}", f"{self.programme.title}: {self.title}"
        )

    def listing(self, moment: Moment) -> Listing:
        """The list itself."""
        return Listing((self.entry,), moment, programme=self.programme)


def asks_for_helped(table: Table) -> bool:
    """Whether a form is about those who are helped, by its title or its headings."""
    return bool(_HELPED.search(_words(table)))


def asks_for_paired(table: Table) -> bool:
    """Whether only those are meant to whom a helper was given."""
    return bool(_PAIRED.search(_words(table)))


def _words(table: Table) -> str:
    titles = [line.text for line in table.title[:2]]
    return " ".join((*titles, *("".join(column.path) for column in table.columns)))


def taken_in_now(table: Table, kind: Kind, request: Request) -> list[TakenIn]:
    """The lists of a kind that programmes in force take in, the likeliest first.

    That is the one whose names the form's title resembles most, then the programme that began last.
    """
    title = "".join(line.text for line in table.title[:2])

    def likeness(one: TakenIn) -> float:
        return SequenceMatcher(None, title, one.programme.title + one.title).ratio()

    found = list(_taken_in(kind, request))
    return sorted(found, key=likeness, reverse=True)


def _taken_in(kind: Kind, request: Request) -> Iterator[TakenIn]:
    day, user = request.moment.on, request.user
    rows: QuerySet[Programme] = Programme.objects.current()
    if user is not None:
        rows = programmes_of(user)
    for programme in rows.filter(began__lte=day).order_by("-began", "name"):
        if programme.ended is not None and programme.ended < day:
            continue
        words = Words(request.moment, programme)
        for entry, title in words.lists_of(kind):
            if words.taken_in(entry):
                yield TakenIn(programme, entry, title)


def in_words(said: Label, lists: list[TakenIn]) -> Label:
    """What comes into a form of those who are helped in several programmes: which these are."""
    titles = list(dict.fromkeys(one.programme.title for one in lists))
    named = "、".join(titles[:_NAMED]) + (f"等{len(titles)}项" if len(titles) > _NAMED else "")
    return Label(f"{said.zh}（在实施的活动：{named}）", f"{said.en} (programmes in force: {named})")


def under(request: Request, programme: Programme | None) -> Request:
    """The same request under the programme whose list was taken."""
    return replace(request, programme=programme) if programme is not None else request
