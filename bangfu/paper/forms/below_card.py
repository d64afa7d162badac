"""What comes into tables below a card: who lives in the household, or what is on record of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from bangfu.ledger.access import opens
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.listing import Listing
from bangfu.lists.related import Related
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.choosing import Chosen, days_of, in_time
from bangfu.paper.forms.groups import group_of, not_held
from bangfu.paper.forms.ordering import in_order
from bangfu.paper.forms.sources import NO_WAY
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label
from bangfu.tables.below import of_helpers, of_members
from bangfu.tables.understood import Book, Sheet, Table

#: By which field a record is about somebody.
_ABOUT = ("whom", "subject")


def sheets_with_cards(book: Book) -> list[Sheet]:
    """The sheets, or tables of a document, where each table below a card is of the card's."""
    found, before = [], False
    for sheet in book.sheets:
        tables, below = [], before
        for table in sheet.tables:
            of_it = below and _is_of_card(table, above=before)
            tables.append(replace(table, of_card=0) if of_it else table)
            # What stands below the card of a place are lists of what lies there.
            below = below or table.layout == "card" and table.subject.kind != "place"
        found.append(replace(sheet, tables=tuple(tables)))
        before = below
    return found


def asked_below(book: Book, request: Request) -> Request:
    """The request for what stands below: of a card about a household, all of whoever was named."""
    cards = [table for sheet in book.sheets for table in sheet.tables if table.layout == "card"]
    subject = request.subject
    if subject is None or all(card.subject.kind != "household" for card in cards):
        return request
    homes = Related(request.moment).household([subject]).get(subject, ())
    return replace(request, subject=homes[0]) if homes else request


def _is_of_card(table: Table, *, above: bool) -> bool:
    """Whether a table tells of whom the card is about: records of them, or the members.

    ``above``: the card is a table of its own, and what lists persons need not stand right below.
    """
    kind = VOCABULARY.kinds.get(table.subject.kind)
    if table.of_card is not None or table.subject.shape != "records" or kind is None:
        return False
    if kind.name == "person":
        return above and not any(_OF_MANY.search(line.text) for line in table.title)
    if kind.name == "household":
        return not _names_whose(table)
    return kind.name not in SUBJECT_KINDS


#: Titles of lists that are of more than the one of a card before them.
_OF_MANY = re.compile("花名册|名册|名单|台账|一览|汇总|统计|公示|附[件表]")


def _names_whose(table: Table) -> bool:
    """Whether a column says whose each row is; what says so of none is of the card's household."""
    return any((column.field or "") in _NAMES for column in table.columns)


_NAMES = frozenset(("household.name", "person.name", "person.identity", "person.household"))


def _about(kind: Kind) -> str:
    return next((key for key in _ABOUT if key in kind), "")


def listed_below(table: Table, kind: Kind, request: Request, subject: UUID) -> Chosen:
    """The records that come into a table below the card of a person or household."""
    related = Related(request.moment, request.programme)
    homes = related.household([subject]).get(subject, [subject])
    members = [one for key in homes for one in related.members([key]).get(key, ())]
    if kind.name == "person" and of_helpers(table.title):
        # Who helps one who lives there helps the household.
        helped = [*homes, *members] if subject in homes else [subject, *homes]
        return _listed(_helping(request, helped), request)
    if kind.name == "person":
        return _members(members, table, kind, request)
    if kind.name == "household":
        return Chosen(homes, Label("本户", "the household"))
    if not (about := _about(kind)):
        return Chosen([], NO_WAY, remarks=[NO_WAY])
    whom = [subject, *members] if subject in homes else [subject]
    listing = Listing((kind.name,), request.moment, {about: whom}, request.programme)
    return _listed(in_time(listing, table, request), request)


def _helping(request: Request, helped: Sequence[UUID]) -> Listing:
    where = {"pairing": {"as": "helper", "subject": list(helped)}}
    return Listing(("person",), request.moment, where, request.programme)


def _members(members: list[UUID], table: Table, kind: Kind, request: Request) -> Chosen:
    """Who lives there; of a title that speaks of some of them (外出务工情况) only those."""
    group = group_of(table, kind)
    if not group.word or not members or of_members(table.title):
        return Chosen(members, Label("本户成员", "who lives in the household"))
    if group.where is None:
        return Chosen([], not_held(group), remarks=[not_held(group)])
    those = Listing(("person",), request.moment, group.where, request.programme).sure()
    of_them = set(those.filter(fact__in=members).values_list("fact", flat=True))
    said = Label(f"本户成员中的{group.word}", "some of who lives in the household")
    return Chosen([one for one in members if one in of_them], said)


def _listed(listing: Listing, request: Request) -> Chosen:
    kind, rows = listing.kind, listing.sure()
    if request.user is not None:
        rows = opens(request.user, kind, rows)
    ordered = in_order(kind, rows, request.moment).values_list("fact", flat=True)
    keys: Sequence[UUID] = list(ordered[: request.most])
    days, called = days_of(listing), kind.label
    if kind.name == "person":
        called = Label("帮扶责任人", "who helps")
    said = Label(
        f"本人（户）的{called.zh}{days},共{len(keys)}条", f"{called.en} of the card's subject{days}"
    )
    return Chosen(keys, said)
