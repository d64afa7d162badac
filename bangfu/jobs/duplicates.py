"""Possible duplicates at the command line: searched for, listed, decided."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import click

from bangfu.jobs.console import DAY, Failure, Noun, answer, spoken, table, words
from bangfu.jobs.places import named
from bangfu.keeping.duplicates import search
from bangfu.ledger import clock
from bangfu.ledger.actions import duplicate as actions
from bangfu.ledger.actions.event import By
from bangfu.ledger.masks import mask_name
from bangfu.ledger.models import Duplicate, Place, Subject
from bangfu.lists.duplicates import STATES, Pair, pair_of, pairs

_PLACE = click.option("--place", metavar="CODE", help="Within this division only.")
_PAIR = click.argument("pair", type=click.UUID)


@click.group(cls=Noun)
def duplicates() -> None:
    """Search for persons and households on record twice, and decide about them."""


@duplicates.command()
@_PLACE
def run(place: str | None) -> None:
    """Search everybody, or those of a division; keep what was found.

    Numbers are opened in the memory of this process and kept nowhere.
    """
    found, new = search(by=By(None, "command"), within=_place(place))
    answer(
        {"found": found, "new": new},
        lambda: words(
            "疑似重复 {n} 对，其中新发现 {m} 对",
            "{n} possible duplicates, {m} of them new.",
            n=found,
            m=new,
        ),
    )


def _place(code: str | None) -> Place | None:
    return named(code, clock.today()) if code else None


@duplicates.command("list")
@_PLACE
@click.option("--kind", type=click.Choice(["person", "household"]), help="Of this kind only.")
@click.option("--state", type=click.Choice(list(STATES)), default="open", show_default=True,
              help="Which of them.")  # fmt: skip
def list_(place: str | None, kind: str | None, state: str) -> None:
    """Show the pairs, the surest first, with the reasons; names are masked."""
    rows = pairs(None, kind=kind or "", state=state, place=_place(place))
    told = [_told(Pair(row)) for row in rows]
    answer(told, lambda: _table(told))


def _told(pair: Pair) -> dict[str, Any]:
    row = pair.row
    return {
        "pair": row.fact,
        "kind": row.kind,
        "state": row.state,
        "since": row.date,
        "sure": row.sure / 10_000,
        "reasons": row.reasons.split(),
        "why": [spoken(label) for label, _speaks in pair.why],
        "both": [_named(row.one), _named(row.other)],
        "decided": row.decided,
        "kept": row.kept_id,
    }


def _named(row: Subject) -> dict[str, Any]:
    place = row.place
    return {"key": row.fact, "name": mask_name(row.name), "place": place.name if place else ""}


def _table(told: list[dict[str, Any]]) -> str:
    if not told:
        return words("没有", "None.")
    return table(
        (
            one["pair"],
            " · ".join(f"{side['name']} {side['place']}".strip() for side in one["both"]),
            f"{one['sure']:.2%}",
            words("、", ", ").join(one["why"]),
        )
        for one in told
    )


@duplicates.command()
@_PAIR
@click.option("--keep", type=click.UUID, required=True, help="Which of both goes on, by its key.")
@click.option("--on", type=DAY, help="From this day on (today).")
@click.option("--take", multiple=True, metavar="FIELD",
              help="A field in which the other entry is right; several may be given.")  # fmt: skip
@click.option("--end", "ends", multiple=True, type=click.UUID, metavar="RECORD",
              help="A record that ends, of two that cannot both go on.")  # fmt: skip
def same(
    pair: UUID, keep: UUID, on: dt.date | None, take: tuple[str, ...], ends: tuple[UUID, ...]
) -> None:
    """Say that a pair is one person: the one that is kept goes on, the other ends before the day.

    Fields are those of `bangfu list person --json`: name, place, identity, phone, household.
    """
    row = _pair(pair)
    if keep not in (row.one_id, row.other_id):
        raise Failure(
            "{k} 不在这一对里；两人是 {a} 和 {b}",
            "{k} is none of this pair; they are {a} and {b}.",
            k=keep, a=row.one_id, b=row.other_id,
        )  # fmt: skip
    kept, gone = (row.one, row.other) if keep == row.one_id else (row.other, row.one)
    done = actions.merge(
        by=By(None, "command"), keep=kept, gone=gone, on=on or clock.today(), take=take, ends=ends
    )
    _said(done, words("已合并", "Merged."))


@duplicates.command()
@_PAIR
def different(pair: UUID) -> None:
    """Say that a pair are two; they are proposed again only for other reasons."""
    row = _pair(pair)
    done = actions.differ(by=By(None, "command"), one=row.one, other=row.other)
    _said(done, words("已记录：不是同一人（户）", "On record: they are not the same."))


@duplicates.command()
@_PAIR
def undo(pair: UUID) -> None:
    """Take the merge of a pair back."""
    done = actions.undo(by=By(None, "command"), pair=_pair(pair))
    _said(done, words("合并已撤销", "The merge is taken back."))


def _pair(key: UUID) -> Duplicate:
    found = pair_of(None, key)
    if found is None:
        raise Failure("没有编号为 {k} 的疑似重复", "There is no possible duplicate {k}.", k=key)
    return found.row


def _said(row: Duplicate, text: str) -> None:
    fresh = pair_of(None, row.fact)
    assert fresh is not None
    answer(_told(fresh), text)
