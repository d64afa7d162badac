"""Places at the command line: the national table and a county's own are loaded, places found."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from django.db import connection

from bangfu.jobs.console import DAY, FILE, Failure, Noun, answer, spoken, table, tell, words
from bangfu.ledger import clock
from bangfu.ledger.actions import place as actions
from bangfu.ledger.actions.event import By
from bangfu.ledger.divisions import (
    Division,
    edition,
    parent_code,
    read_divisions,
    read_own_table,
    split_code,
)
from bangfu.ledger.models import Place, PlaceAlias
from bangfu.ledger.moment import Moment
from bangfu.lists.places import Found, find_places, lineage_of, place_of_code


@click.group(cls=Noun)
def places() -> None:
    """Load and find divisions and other places."""


@places.command()
@click.option("--own", type=FILE, help="A county's own table, as CSV.")
@click.option("--under", metavar="CODE", help="Only this division and what lies in it.")
@click.option("--on", type=DAY, help="Since when it holds (the edition's day; today for --own).")
def load(own: Path | None, under: str | None, on: dt.date | None) -> None:
    """Load the national table, or a county's own; places that are there stay as they are."""
    begun = time.monotonic()
    lines, source, began = _own(own, on) if own else _national(under, on)
    _make_room()
    added = actions.load(
        by=By(None, "command"), table=lines, edition=source, began=began, told=_progress
    )
    if not added and not _any_under(under or ""):
        raise Failure("区划表里没有 {code}", "The table has no division {code}.", code=under)
    seconds = round(time.monotonic() - begun, 3)
    answer(
        {"added": added, "edition": source, "began": began, "seconds": seconds},
        lambda: words(
            "新增区划 {n} 个（{e}），用时 {s} 秒",
            "{n} places added ({e}) in {s} s",
            n=added,
            e=source,
            s=f"{seconds:.1f}",
        ),
    )


def _make_room() -> None:
    """Let SQLite keep the indexes in memory while they grow: 400 MB, in this process only."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-400000")


def _national(under: str | None, on: dt.date | None) -> tuple[Iterable[Division], str, dt.date]:
    if under:
        split_code(under)
    one = edition()
    lines = read_divisions(under or "", above=bool(under))
    return lines, f"{one.source} {one.version}", on or one.as_of


def _own(path: Path, on: dt.date | None) -> tuple[Iterable[Division], str, dt.date]:
    """A county's own lines; what they lie in comes out of the national table if it is not there."""
    lines = read_own_table(path)
    given = {line.code for line in lines}
    missing = {parent_code(line.code) for line in lines} - given - {""}
    above = {
        line.code: line
        for code in sorted(missing)
        if place_of_code(code) is None
        for line in read_divisions(code, above=True)
        if code.startswith(line.code.rstrip("0")) and line.code <= code
    }
    return [*above.values(), *lines], path.name, on or clock.today()


def _any_under(code: str) -> bool:
    return Place.objects.current().filter(code__startswith=code.rstrip("0")).exists()


def _progress(count: int) -> None:
    tell("已读 {n} 行……", "{n} lines read …", n=count)


@places.command()
@click.argument("text")
@click.option("--on", type=DAY, help="As it was on a day (today).")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
def search(text: str, on: dt.date | None, limit: int) -> None:
    """Find places by name, pinyin initials, code, or a former or other name."""
    found = find_places(text, moment=Moment(on or clock.today()), limit=limit)
    answer({"places": [_found(one) for one in found]}, lambda: _found_text(found))


def _found(one: Found) -> dict[str, Any]:
    return _place(one.place) | {
        "within": one.within,
        "by": one.by,
        "matched": one.matched,
        "why": spoken(one.why),
    }


def _found_text(found: list[Found]) -> str:
    if not found:
        return words("没有找到", "Nothing found")
    return table(
        (
            one.place.code or "-",
            one.place.name,
            one.within,
            "" if one.by in ("name", "code") else f"{_in_words(one)} {one.matched}",
        )
        for one in found
    )


def _in_words(one: Found) -> str:
    return spoken(one.why)


def _place(place: Place) -> dict[str, Any]:
    return {
        "key": str(place.fact),
        "code": place.code,
        "name": place.name,
        "level": place.level,
        "kind": place.kind,
        "began": place.began,
        "ended": place.ended,
    }


@places.command()
@click.argument("code")
@click.option("--on", type=DAY, help="As it was on a day (today).")
def show(code: str, on: dt.date | None) -> None:
    """One place: what it lies in, what it holds, its other and former names."""
    place = named(code, on or clock.today())
    moment = Moment(on or clock.today())
    above = [one.name for one in lineage_of(place, moment)]
    inside = Place.objects.at(moment).filter(parent=place.fact)
    data = _place(place) | {
        "above": above,
        "inside": {
            "count": inside.count(),
            "first": [p.name for p in inside.order_by("code")[:10]],
        },
        "aliases": [_alias(a) for a in PlaceAlias.objects.current().filter(place=place.fact)],
        "states": [_place(p) for p in _states(place)],
    }
    answer(data, lambda: _shown(data))


def _states(place: Place) -> Iterable[Place]:
    return Place.objects.current().filter(fact=place.fact).order_by("began")


def _alias(alias: PlaceAlias) -> dict[str, Any]:
    return {"sort": alias.sort, "text": alias.text, "source": alias.source, "began": alias.began}


def _shown(data: dict[str, Any]) -> str:
    lines = [
        f"{data['code'] or '-'}  {' / '.join([*data['above'], data['name']])}",
        words(
            "直接下辖 {n} 个：{names}",
            "{n} directly inside: {names}",
            n=data["inside"]["count"],
            names="、".join(data["inside"]["first"]) or "-",
        ),
    ]
    for state in data["states"][:-1]:
        ended = state["ended"]
        lines.append(f"{state['began']} – {ended}  {state['code'] or '-'}  {state['name']}")
    lines += [f"{a['sort']}  {a['text']}  {a['source']}" for a in data["aliases"]]
    return "\n".join(lines)


def named(code: str, on: dt.date) -> Place:
    """The place of a code, of two to fourteen digits, on a day; a Failure if there is none."""
    split_code(code)
    place = place_of_code(code, Moment(on))
    if place is None:
        raise Failure(
            "区划 {code} 还没有载入", "There is no place {code}; load it first.", code=code
        )
    return place


@places.command()
@click.argument("code")
@click.argument("text")
@click.option(
    "--sort",
    type=click.Choice(["former_name", "former_code", "short", "spelling"]),
    default="spelling",
    show_default=True,
)
@click.option("--source", default="", help="The paper that names it so.")
@click.option("--on", type=DAY, help="Since when (today).")
def alias(code: str, text: str, sort: str, source: str, on: dt.date | None) -> None:
    """Remember another name or code by which people know a place."""
    day = on or clock.today()
    place = named(code, day)
    row = actions.add_alias(
        by=By(None, "command"), place=place, text=text, sort=sort, began=day, source=source
    )
    answer(
        _alias(row) | {"place": place.name},
        lambda: words("{p} 又名 {t}", "{p} is also known as {t}", p=place.name, t=text),
    )
