"""Lists and figures at the command line: what pages show, for scripts and for checking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import click

from bangfu.jobs import conditions
from bangfu.jobs.console import DAY, INSTANT, Failure, Verb, answer, console, spoken, table, words
from bangfu.jobs.user import programme_named
from bangfu.ledger import clock
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.bridge import Bridge
from bangfu.lists.columns import Line, columns_of, lines
from bangfu.lists.figure import Figure, figure_names, figure_of
from bangfu.lists.listing import Listing
from bangfu.lists.turn_bridge import TurnBridge, bridge_of
from bangfu.lists.wording import definition, number_text, value_text
from bangfu.programmes.kinds import Field

ON = click.option("--on", type=DAY, help="As it was on a day (today).")
KNOWN_AT = click.option("--known-at", type=INSTANT, help="As it was known then (now).")
LIMIT = click.option("--limit", type=click.IntRange(0), default=50, show_default=True)


def _moment(on: dt.date | None, known_at: dt.datetime | None) -> Moment:
    return Moment(on or clock.today(), known_at)


@click.command("list", cls=Verb)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--programme", help="Whose names and area are meant.")
@click.option("--where", help='A condition in JSON, such as {"sex": "2"}.')
@ON
@KNOWN_AT
@LIMIT
def list_(
    names: tuple[str, ...],
    programme: str | None,
    where: str | None,
    on: dt.date | None,
    known_at: dt.datetime | None,
    limit: int,
) -> None:
    """Show the records of a kind (person, visit and so on) or of a programme's list.

    Sealed numbers are shown masked, as on every screen.
    """
    moment = _moment(on, known_at)
    row = programme_named(programme) if programme else None
    _refuse_unknown(names, row, moment)
    listing = Listing(names, moment, programme=row)
    if where:
        file = Meaning.of(row, moment).file if row else None
        listing = listing.narrowed(conditions.read(where, listing.kind, file))
    _show(listing, limit)


def _refuse_unknown(names: Sequence[str], programme: Programme | None, moment: Moment) -> None:
    known = set(VOCABULARY)
    if programme:
        known |= {name for name, _ in Meaning.of(programme, moment).file.entries()}
    for name in names:
        if name not in known:
            raise Failure(
                "没有名为 {n} 的记录或名单", "There is no kind of record or list {n}.", n=name
            )


def _show(listing: Listing, limit: int) -> None:
    rows, fields = listing.sure(), columns_of(listing.kind)
    count = rows.count()
    unknown = 0 if listing.exact else listing.possible().count() - count
    shown = _lines(listing, rows, fields, limit)
    data = {
        "kind": listing.kind.name,
        "on": listing.moment.on,
        "known_at": listing.moment.known_at,
        "count": count,
        "unknown": unknown,
        "rows": [_row(line, fields) for line in shown],
    }
    answer(data, lambda: _rows_text(shown, fields, count, unknown))


def _lines(listing: Listing, rows: Any, fields: Sequence[Field], limit: int) -> list[Line]:
    return lines(listing, rows.order_by("pk")[:limit], fields, language=console().language)


def _row(line: Line, fields: Sequence[Field]) -> dict[str, Any]:
    cells = zip(fields, line.cells, strict=True)
    return {"key": str(line.fact)} | {field.key: cell.text for field, cell in cells}


def _rows_text(shown: list[Line], fields: Sequence[Field], count: int, unknown: int) -> str:
    told = words("共 {n} 条", "{n} records", n=count)
    if unknown:
        told += words("，另有 {n} 条不能确定", ", {n} more not known", n=unknown)
    if len(shown) < count:
        told += words("，显示前 {n} 条", ", the first {n} shown", n=len(shown))
    if not shown:
        return told
    heads = [spoken(field.label) for field in fields]
    return table([heads, *([cell.text for cell in line.cells] for line in shown)]) + "\n" + told


@click.command(cls=Verb)
@click.argument("programme")
@click.argument("name", required=False)
@ON
@KNOWN_AT
@click.option("--rows", is_flag=True, help="Show the rows that it counts.")
@click.option("--bridge", "since", type=DAY, metavar="FROM", help="How it came about since.")
@LIMIT
def figure(
    programme: str,
    name: str | None,
    on: dt.date | None,
    known_at: dt.datetime | None,
    rows: bool,
    since: dt.date | None,
    limit: int,
) -> None:
    """Count a figure, show its rows or its bridge; without NAME, all figures of the programme."""
    moment, row = _moment(on, known_at), programme_named(programme)
    if name is None:
        _all(row, moment)
        return
    one = _figure(row, name, moment)
    if since is not None:
        _bridge(one, since)
    elif rows:
        _show(one.listing, limit)
    else:
        data = _reading(one)
        answer(data, lambda: f"{data['value']}\n{data['counts']}")


def _figure(programme: Programme, name: str, moment: Moment) -> Figure:
    names = figure_names(programme, moment)
    if name not in names and name not in Meaning.of(programme, moment).file:
        raise Failure(
            "活动里没有 {n}；数字有：{k}",
            "The programme has no {n}; its figures: {k}.",
            n=name,
            k=", ".join(names),
        )
    return figure_of(programme, name, moment)


def _reading(one: Figure) -> dict[str, Any]:
    reading = one.reading()
    return {
        "name": one.name,
        "title": one.title,
        "on": one.moment.on,
        "known_at": one.moment.known_at,
        "low": _number(reading.low),
        "high": _number(reading.high),
        "exact": reading.exact,
        "rows": reading.rows,
        "unknown": reading.unknown,
        "value": spoken(value_text(one, reading)),
        "counts": spoken(definition(one, one.moment)),
    }


def _number(value: Any) -> int | float | None:
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == int(value) else float(value)


def _all(programme: Programme, moment: Moment) -> None:
    found = [_reading(figure_of(programme, n, moment)) for n in figure_names(programme, moment)]
    answer(
        {"programme": programme.name, "figures": found},
        lambda: table((one["name"], one["title"], one["value"]) for one in found),
    )


def _bridge(one: Figure, since: dt.date) -> None:
    if one.share is not None:
        raise Failure("比率没有增减来由", "A share has no bridge.")
    made = bridge_of(one, one.moment.on_day(since), one.moment)
    data = {
        "name": one.name,
        "from": since,
        "to": one.moment.on,
        "start": _number(made.start),
        "end": _number(made.end),
        "terms": [
            {
                "sort": term.sort,
                "amount": _number(term.amount),
                "rows": [str(key) for key in term.keys()],
            }
            for term in made.terms
        ],
        "holds": made.holds,
    }
    answer(data, lambda: _bridge_text(one, made))


def _bridge_text(one: Figure, made: Bridge | TurnBridge) -> str:
    parts = [number_text(one, made.start)]
    for term in made.terms:
        size = -term.amount if term.amount < 0 else term.amount
        parts.append(f"{'-' if term.amount < 0 else '+'} {number_text(one, size)}")
    return f"{number_text(one, made.end)} = {' '.join(parts)}"
