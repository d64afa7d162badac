"""Places are added, loaded, renamed, moved and given other names."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet

from bangfu.ledger import clock
from bangfu.ledger.access import area, require, require_written
from bangfu.ledger.actions.event import (
    By,
    Refused,
    about_is,
    action,
    change_from,
    change_span,
    current_act,
    end,
    insert,
)
from bangfu.ledger.actions.insert_values import insert_values
from bangfu.ledger.actions.subject import given, sort_key_of
from bangfu.ledger.conditions import under
from bangfu.ledger.divisions.codes import significant
from bangfu.ledger.divisions.packed import Division
from bangfu.ledger.divisions.readings import initials_of
from bangfu.ledger.models import Place, PlaceAlias, Subject
from bangfu.ledger.moment import Moment

#: Keys of places that have a code are made from it, so that loading a table twice finds them.
NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


def key_for_code(code: str) -> uuid.UUID:
    """The key of the place that has this 12-digit code."""
    return uuid.uuid5(NAMESPACE, f"cn-division:{code}")


def _step(key: uuid.UUID, code: str) -> str:
    """One step of a path: the code without its trailing zeros, or a short key without one."""
    if not code:
        return f"x{key.hex[-12:]}/"
    # A village's code, and most are, has no zeros to lose.
    return (significant(code) if code.endswith("000") else code) + "/"


def _path(parent: Place | None, key: uuid.UUID, code: str) -> str:
    return (parent.path if parent else "") + _step(key, code)


@action("place.add")
def add(
    *,
    by: By,
    name: str,
    level: str,
    parent: Place | None,
    began: dt.date,
    code: str = "",
    kind: str = "",
    key: bool = False,
) -> Place:
    """Add one place to the tree; a body without a code leaves ``code`` empty."""
    require(by.user, "place.add", *([parent] if parent else ()))
    _refuse_taken(code)
    name = given(name)
    fact = key_for_code(code) if code else clock.new_id()
    if Place.objects.filter(pk=fact).exists():
        fact = clock.new_id()
    place = Place(id=fact, name=name, level=level, kind=kind, parent=parent, code=code, key=key)
    place.path, place.initials = _path(parent, fact, code), initials_of(name)
    place.began = began
    insert(place)
    require_written(by.user, "place.add", place)
    return place


def _refuse_taken(code: str) -> None:
    if code and Place.objects.current().filter(code=code, ended__isnull=True).exists():
        raise Refused("code_taken", "There is already a place with the code %(code)s.", code=code)


@action("place.load")
def load(
    *,
    by: By,
    table: Iterable[Division],
    edition: str,
    began: dt.date,
    told: Callable[[int], None] | None = None,
) -> int:
    """Load a table of divisions, parents before children; places that are there stay as they are.

    ``told`` hears how many rows were read. Returns how many places were added.
    """
    require(by.user, "place.load")
    current_act().event.purpose = f"edition {edition}"[:200]
    held = dict(Place.objects.current().exclude(code="").values_list("code", "path"))
    keys = dict(Place.objects.current().exclude(code="").values_list("code", "id"))

    def lines() -> Iterator[dict[str, Any]]:
        for count, line in enumerate(table, 1):
            if told and count % 50_000 == 0:
                told(count)
            if line.code not in held:
                yield _from_line(line, held, keys, began)

    added = insert_values(Place, lines())
    if by.user is not None:
        require_written(by.user, "place.load", *_topmost_added())
    return added


def _topmost_added() -> QuerySet[Place]:
    """Of the places that the action under way added, those that lie in none of the others."""
    added = Place.objects.filter(event=current_act().event.id)
    return added.exclude(parent__in=added.values("pk"))


def _from_line(
    line: Division, paths: dict[str, str], keys: dict[str, uuid.UUID], began: dt.date
) -> dict[str, Any]:
    """The columns of one line; what it lies in has been read before it."""
    key = key_for_code(line.code)
    path = paths.get(line.parent, "") + _step(key, line.code)
    paths[line.code], keys[line.code] = path, key
    return {
        "id": key,
        "fact": key,
        "name": line.name,
        "level": line.level,
        "parent_id": keys.get(line.parent),
        "code": line.code,
        "path": path,
        "initials": line.initials[:40],
        "began": began,
    }


@action("place.rename")
def rename(*, by: By, place: Place, name: str, on: dt.date, source: str) -> Place:
    """Let a place bear another name from a day on; the old one stays findable."""
    require(by.user, "place.rename", place)
    name = given(name)
    former = _as_of(place, on).name
    change_from(place, on, name=name, initials=initials_of(name))
    insert(PlaceAlias(place=place, sort="former_name", text=former, source=source, began=on))
    if subject := Subject.objects.filter(pk=place.fact).first():
        change_from(subject, on, name=name, sort_key=sort_key_of(name, subject.kind))
    about_is(place)
    return place


def _as_of(place: Place, on: dt.date) -> Place:
    """The place as it is believed to have been on a day; as it is now if it was not there then."""
    return Place.objects.at(Moment(on)).filter(fact=place.fact).first() or place


@action("place.move")
def move(
    *, by: By, place: Place, to: Place, on: dt.date, code: str = "", source: str = ""
) -> Place:
    """Let a place belong to another one from a day on, with everything inside it."""
    require(by.user, "place.move", place, to)
    was, into = _as_of(place, on), _as_of(to, on)
    if into.path.startswith(was.path):
        raise Refused("inside_itself", "%(place)s cannot lie inside itself.", place=place.name)
    if code and code != was.code:
        _refuse_taken(code)
        insert(PlaceAlias(place=place, sort="former_code", text=was.code, source=source, began=on))
    new_code = code or was.code
    new_path = _path(into, place.fact, new_code)
    inside = list(_inside_from(was, on))
    change_from(place, on, parent=to, code=new_code, path=new_path)
    for child in inside:
        change_span(child, on, path=new_path + child.path.removeprefix(was.path))
    about_is(place)
    return place


def _inside_from(place: Place, on: dt.date) -> QuerySet[Place]:
    """Every span, on that day or after, of what is believed to lie inside a place."""
    lasting = Q(ended__isnull=True) | Q(ended__gte=on)
    rows = Place.objects.current().filter(lasting, under(place.path))
    return rows.exclude(fact=place.fact).order_by("path", "began")


@action("place.add_alias")
def add_alias(
    *, by: By, place: Place, text: str, sort: str, began: dt.date, source: str = ""
) -> PlaceAlias:
    """Remember another name or code by which people know a place."""
    require(by.user, "place.add_alias", place)
    if sort not in ("former_name", "former_code", "short", "spelling"):
        raise Refused("alias_sort", "%(sort)s is not a sort of alias.", sort=sort)
    return insert(PlaceAlias(place=place, sort=sort, text=text, source=source, began=began))


@action("place.end")
def close(*, by: By, place: Place, on: dt.date) -> Place:
    """End a place that was dissolved; nothing may stand in it any longer."""
    require(by.user, "place.end", place)
    if area(place, on=on).exclude(fact=place.fact).exists():
        raise Refused("not_empty", "%(place)s still has places inside it.", place=place.name)
    return end(place, on)
