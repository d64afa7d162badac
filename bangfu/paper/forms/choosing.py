"""Which records come into a table: those that its words, the programme and the place name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.access import opens
from bangfu.ledger.actions.person import find_by_number
from bangfu.ledger.conditions import all_of
from bangfu.ledger.models import Programme, Subject
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.listing import Listing
from bangfu.lists.related import Related
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.classwords import HELPED, PAIRED, Words
from bangfu.paper.forms.counting import first_of
from bangfu.paper.forms.groups import Group, group_of, not_held
from bangfu.paper.forms.helped import (
    TakenIn,
    asks_for_helped,
    asks_for_paired,
    in_words,
    taken_in_now,
)
from bangfu.paper.forms.ordering import in_order, narrowed
from bangfu.paper.forms.paid import WHICH_BENEFIT, paid_as_asked
from bangfu.paper.forms.purse import WHICH_WAY, moved_as_asked
from bangfu.paper.forms.sources import level_of
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label
from bangfu.tables.understood import Sheet, Table

_HELD = ("helper", "unit")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The records of a table by their keys; ``None`` for a row whose record was not found.

    ``said`` tells in words which they are, ``entry`` by the programme's list, ``programme`` of
    which, where nobody named one; ``given``: the form names them itself.
    """

    keys: Sequence[UUID | None]
    said: Label
    choices: Sequence[tuple[str, Label]] = ()
    given: bool = False
    remarks: Sequence[Label] = ()
    entry: str = ""
    programme: Programme | None = None


def chosen(sheet: Sheet, table: Table, kind: Kind, request: Request, answer: str) -> Chosen:
    """The records of a table, in the order in which they are listed."""
    words = Words(request.moment, request.programme)
    choices = [(name, Label(title, title)) for name, title in words.lists_of(kind)]
    if named := _named_in_form(sheet, table, kind, request):
        return named
    lists = _lists_in_force(table, kind, request)
    narrowing = group_of(table, kind)
    if meant := _meant(lists, answer, narrowing):
        among = meant.listing(request.moment)
        if asks_for_paired(table) and not answer:
            among = among.narrowed(HELPED[kind.name])
        picked = _rows_of(among, meant.says, table, kind, request)
        only = [ONLY_ONE] if not answer else []
        return replace(picked, choices=_choices(lists, kind), programme=meant.programme,
                       remarks=[*only, *picked.remarks])  # fmt: skip
    listing, said = _listing(table, kind, request, words, answer, [name for name, _ in choices])
    if listing is None:
        ask = Label("请选择填入哪份名单", "say which list comes into it")
        offered = _choices(lists, kind) if lists else choices or _kinds(kind)
        return Chosen([], said, offered, remarks=[said, ask])
    picked = _rows_of(listing, said, table, kind, request, group=not answer)
    if not lists:
        return replace(picked, choices=choices)
    more = [WHICH] if not answer else []
    return replace(picked, choices=_choices(lists, kind), remarks=[*picked.remarks, *more])


#: Why one programme's list is taken without a question, and why none is.
ONLY_ONE = Label(
    "没有选活动；在实施的活动里只有这一份名单对得上",
    "no programme was chosen; of the programmes in force this is the only list that fits",
)
WHICH = Label(
    "没有选活动，填的是各项活动里有帮扶责任人的；可改选一份名单",
    "no programme was chosen: those with a helper in any of them; a list may be chosen instead",
)


def _lists_in_force(table: Table, kind: Kind, request: Request) -> list[TakenIn]:
    """What programmes in force take in, where nobody named one.

    That is asked of a form of the helped, and where the title speaks of whom only a list can tell.
    """
    group = group_of(table, kind)
    asked = asks_for_helped(table) or (group.word and group.where is None)
    if request.programme is not None or kind.name not in HELPED or not asked:
        return []
    return taken_in_now(table, kind, request)


def _meant(lists: Sequence[TakenIn], answer: str, group: Group) -> TakenIn | None:
    """The list that was answered, or the only one that may be meant."""
    if not answer:
        fits = [one for one in lists if not group.word or _speaks_of(group.word, one.says.zh)]
        return fits[0] if len(fits) == 1 and group.where is None else None
    return next((one for one in lists if one.name == answer), None)


def _choices(lists: Sequence[TakenIn], kind: Kind) -> list[tuple[str, Label]]:
    return [*((one.name, one.says) for one in lists), *_kinds(kind)]


def _rows_of(
    listing: Listing, said: Label, table: Table, kind: Kind, request: Request, *, group: bool = True
) -> Chosen:
    """The records of a list within the place, as far as the account may open them.

    None of a list on which to stand tells more than the account may know.
    """
    if request.user is not None and not listing.may_name(request.user):
        return Chosen([], said, remarks=[NOT_TOLD])
    rows = narrowed(listing, request.place).sure()
    if request.user is not None:
        rows = listing.opened(request.user, rows)
    keys = list(
        in_order(kind, rows, request.moment).values_list("fact", flat=True)[: request.most + 1]
    )
    narrowing = group_of(table, kind)
    remarks = [narrowing.remark] if narrowing.remark and group else []
    if len(keys) > request.most:
        remarks.append(
            Label(f"只填前{request.most}行", f"only the first {request.most} rows are filled")
        )
    place = request.place.name if request.place else ""
    where = Label(place or "全部范围", place or "all places")
    when = days_of(listing)
    told = Label(
        f"{where.zh}:{said.zh}{when},共{len(keys[: request.most])}条",
        f"{where.en}: {said.en}{when}",
    )
    entry = "" if listing.of == (kind.name,) else listing.of[0]
    return Chosen(keys[: request.most], told, remarks=remarks, entry=entry)


NOT_TOLD = Label("谁在这份名单上，不在您的权限内", "who stands on this list is closed to you")


def _kinds(kind: Kind) -> list[tuple[str, Label]]:
    return [(kind.name, Label(f"全部{kind.label.zh}", f"every {kind.label.en.lower()}"))]


def _listing(
    table: Table, kind: Kind, request: Request, words: Words, answer: str, names: Sequence[str]
) -> tuple[Listing | None, Label]:
    """A list of the programme that was answered or that is the only one taken in, else all.

    No list where the title narrows to whom the ledger cannot tell.
    """
    moment, programme = request.moment, request.programme
    if answer in names or answer == kind.name:
        listing = Listing((answer,), moment, programme=programme)
        return in_time(listing, table, request), Label(_title(words, answer), answer)
    if _by_number(table, kind):
        return None, WHICH_DAYS
    group = group_of(table, kind)
    where = group.where or {}
    taken = [name for name, _ in words.lists_of(kind) if words.taken_in(name)]
    if len(taken) == 1 and not where and _speaks_of(group.word, _title(words, taken[0])):
        listing = Listing((taken[0],), moment, programme=programme)
        return in_time(listing, table, request), Label(_title(words, taken[0]), taken[0])
    helped = _speaks_of_helpers(table) or (request.programme is None and asks_for_helped(table))
    if kind.name in SUBJECT_KINDS and helped and not where:
        where = HELPED.get(kind.name, PAIRED)
        said = Label(f"有帮扶责任人的{kind.label.zh}", f"{kind.label.en} with a helper")
        if lists := _lists_in_force(table, kind, request):
            said = in_words(said, lists)
    else:
        where = _of_level(table, kind) or _IN_HOSPITAL.get(table.subject.kind) or where
        said = _in_words(kind, where)
    if kind.name == "payout" and not where:
        paid = paid_as_asked(table)
        if paid is None:
            return None, not_held(group) if group.word else WHICH_BENEFIT
        where, said = paid, _in_words(kind, paid)
    elif group.word and group.where is None:
        return None, not_held(group)
    if kind.name == "entry":
        moved = moved_as_asked(table)
        if moved is None:
            return None, WHICH_WAY
        where, said = moved, _in_words(kind, moved)
    listing = Listing((kind.name,), moment, where, programme)
    return in_time(listing, table, request), said


#: Of health services a list of stays in hospital has these alone.
_IN_HOSPITAL: Mapping[str, Mapping[str, Any]] = {"hospital_stay": {"kind": "inpatient"}}


def _of_level(table: Table, kind: Kind) -> Mapping[str, Any]:
    """Villages alone, where the rows are places and their names are headed 村名."""
    if kind.name != "place":
        return {}
    levels = [level_of(column) for column in table.columns if column.party == "place"]
    return {"level": levels[-1]} if levels and levels[-1] else {}


def _speaks_of(word: str, title: str) -> bool:
    """Whether a list may be that of whom a title speaks."""
    return not word or any(part in title for part in word.split("、"))


def _title(words: Words, name: str) -> str:
    if words.meaning is not None and name in words.meaning.file:
        return words.meaning.file.title_of(name) or name
    return VOCABULARY[name].label.zh if name in VOCABULARY else name


def _in_words(kind: Kind, where: Mapping[str, Any]) -> Label:
    if kind.name == "person" and where.get("pairing") == {"as": "helper"}:
        return Label("帮扶责任人", "those who help somebody")
    if kind.name == "person" and "post" in where:
        return Label("驻村第一书记和工作队员", "those sent to live in a village")
    if kind.name == "person" and "school" in where:
        return Label("在校学生", "those at school")
    if isinstance(groups := where.get("any"), list) and where not in HELPED.values():
        told = [_in_words(kind, group) for group in groups]
        return Label("、".join(one.zh for one in told), ", ".join(one.en for one in told))
    parts = [
        kind[key].codes[value].zh
        for key, value in where.items()
        if key in kind and isinstance(value, str) and value in kind[key].codes
    ]
    home = where.get("household")
    if isinstance(home, Mapping) and isinstance(code := home.get("kind"), str):
        called = VOCABULARY["household"]["kind"].codes[code]
        return Label(f"{called.zh}的{kind.label.zh}", f"{kind.label.en} of {called.en}")
    if parts:
        return Label("、".join(parts), ", ".join(parts))
    return Label(f"全部{kind.label.zh}", f"every {kind.label.en.lower()}")


def _speaks_of_helpers(table: Table) -> bool:
    return any(column.party in _HELD and column.field for column in table.columns)


def in_time(listing: Listing, table: Table, request: Request) -> Listing:
    """Happenings of the table's period, else of the year so far; needs whenever they arose."""
    if listing.kind.nature != "event" or "date" not in listing.kind:
        return listing
    period, on = table.period, request.moment.on
    if period is not None and period.first is not None and period.known:
        return listing.narrowed({"date": {"from": period.first, "to": period.last}})
    if period is not None and period.last is not None:
        on = min(on, period.last)
        if listing.kind.name == "project":
            return listing.narrowed({"date": {"to": on}})
    first = first_of(period.unit, on) if period and _THIS.match(period.text) else None
    if listing.kind.name == "need" and first is None:
        return listing.narrowed({"date": {"to": on}})
    return listing.narrowed({"date": {"from": first or on.replace(month=1, day=1), "to": on}})


_THIS = re.compile("[本当今]")
WHICH_DAYS = Label(
    "表上写的是第几周，没有写明是哪几天",
    "the form names a week by its number, and not its days",
)


def _by_number(table: Table, kind: Kind) -> bool:
    """Whether a table of happenings is of a week that is named by its number alone."""
    period = table.period
    numbered = period is not None and period.unit == "week" and "第" in period.text
    return numbered and kind.nature == "event"


def days_of(listing: Listing) -> str:
    """The days of a list of happenings, in words."""
    days = listing.where.get("date")
    if not isinstance(days, Mapping):
        return ""
    return f"({days['from']}~{days['to']})" if "from" in days else f"(~{days['to']})"


# ------------------------------------------------------------------ records that the form names


def _named_in_form(sheet: Sheet, table: Table, kind: Kind, request: Request) -> Chosen | None:
    """The records that stand in the form already, by number or by name; None where it is blank."""
    if kind.name not in ("person", "household"):
        return None
    numbers, names = _column_of(table, "identity"), _column_of(table, "name")
    rows = [(_text(sheet, row, numbers), _text(sheet, row, names)) for row in table.body]
    if not any(number or name for number, name in rows):
        return None
    last = max(n for n, row in enumerate(rows, start=1) if any(row))
    found = [_record(kind, number, name, request) for number, name in rows[:last]]
    missing = sum(key is None and any(row) for key, row in zip(found, rows, strict=False))
    remarks = []
    if missing:
        remarks.append(
            Label(
                f"表上有{missing}行对不上唯一的一条记录，没有填",
                f"{missing} rows of the form name no single record and were left blank",
            )
        )
    said = Label("表上已写明的人（户）", "those whom the form names")
    return Chosen(found, said, given=True, remarks=remarks)


def _column_of(table: Table, key: str) -> int | None:
    for column in table.columns:
        if column.party in ("row", "head") and (column.field or "").endswith(f".{key}"):
            return column.index
    return None


def _text(sheet: Sheet, row: int, column: int | None) -> str:
    return sheet.grid.text(row, column) if column else ""


def _record(kind: Kind, number: str, name: str, request: Request) -> UUID | None:
    """The one record of a number, or else of a name within the place."""
    rows: QuerySet[Any] = all_of(kind, request.moment)
    if request.user is not None:
        rows = opens(request.user, kind, rows)
    if number and kind.name == "person":
        rows = rows.filter(fact__in=find_by_number(sort="identity", clear=number.upper()))
    elif number and (person := _record(VOCABULARY["person"], number, "", request)):
        return _headed_by([person], request)
    elif name:
        rows = narrowed(Listing((kind.name,), request.moment), request.place).sure()
        rows = opens(request.user, kind, rows) if request.user is not None else rows
        rows = rows.filter(name=name)
    else:
        return None
    keys = list(rows.values_list("fact", flat=True)[:2])
    if kind.name == "household" and not keys:
        # A household is called by its head, whatever it is called here.
        people = narrowed(Listing(("person",), request.moment), request.place).sure()
        if request.user is not None:
            people = opens(request.user, VOCABULARY["person"], people)
        return _headed_by(people.filter(name=name).values_list("fact", flat=True), request)
    return keys[0] if len(keys) == 1 else None


def _headed_by(people: Iterable[UUID], request: Request) -> UUID | None:
    """The one household that one of some people is the head of."""
    related, asked = Related(request.moment), list(people)
    homes = [home for found in related.household(asked).values() for home in found]
    heads = related.head(homes) if homes else {}
    own = {home for home in homes if set(heads.get(home, ())) & set(asked)}
    return own.pop() if len(own) == 1 else None


def subject_kind(request: Request) -> Kind | None:
    """What kind of subject a card is about."""
    row = Subject.objects.filter(pk=request.subject).first() if request.subject else None
    return VOCABULARY[row.kind] if row else None
