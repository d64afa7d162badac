"""Proceedings, checklists, rounds of reviews and their samples at the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import click

from bangfu.jobs.console import DAY, Failure, Verb, answer, spoken, table, words
from bangfu.jobs.user import programme_named
from bangfu.ledger import clock
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Handling, Programme, Round, Sample
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary.sample import REASONS, STATES
from bangfu.lists.checklists import Line, checklists_in, lines
from bangfu.lists.listing import Listing
from bangfu.lists.pages import names_of
from bangfu.lists.proceedings import verdict_of, workflows_in
from bangfu.lists.rounds import reviews_in, sheet, totals, whole
from bangfu.lists.samples import draw_again
from bangfu.programmes.names import VERDICTS
from bangfu.programmes.schema import Workflow
from bangfu.programmes.ways import flow_title, step_title

_STEPS = ("谁,步骤,单位,可办,时限,办理,结果,判定", "who,step,unit,from,due,done,result,verdict")


@click.command("proceedings", cls=Verb)
@click.argument("programme")
@click.argument("workflow", required=False)
@click.option("--on", type=DAY, help="Verdicts of a day (today).")
@click.option("--all", "all_", is_flag=True, help="Also steps that were done.")
def proceedings(programme: str, workflow: str | None, on: dt.date | None, all_: bool) -> None:
    """Show the steps of each workflow that are open: whose they are, and which are late."""
    day, row = on or clock.today(), programme_named(programme)
    flows = _chosen(workflows_in(row, Moment(day)), workflow)
    told = [_flow(row, name, flow, day, all_) for name, flow in flows]
    answer({"programme": row.name, "on": day, "workflows": told}, lambda: _shown(told, _STEPS))


def _chosen(found: list[tuple[str, Any]], name: str | None) -> list[tuple[str, Any]]:
    if name is not None and name not in [one for one, _ in found]:
        raise Failure(
            "活动里没有 {n}；有：{k}",
            "The programme has no {n}; there are: {k}.",
            n=name,
            k=", ".join(one for one, _ in found) or "—",
        )
    return [one for one in found if name in (None, one[0])]


def _flow(
    programme: Programme, name: str, flow: Workflow, on: dt.date, all_: bool
) -> dict[str, Any]:
    rows = Handling.objects.current().filter(programme=programme, proceeding__name=name)
    rows = rows if all_ else rows.filter(closed__isnull=True)
    rows = rows.select_related("subject", "document", "organisation").order_by("due", "pk")
    return {"name": name, "title": spoken(flow_title(name, flow)), "rows": [
        {
            "proceeding": str(row.proceeding_id),
            "who": _about(row),
            "step": spoken(step_title(name, flow, row.step)),
            "unit": row.organisation.name if row.organisation else "",
            "from": row.date,
            "due": row.due,
            "done": row.closed,
            "result": row.result,
            "verdict": spoken(VERDICTS[verdict_of(row, on)]),
        }
        for row in rows
    ]}  # fmt: skip


def _about(row: Handling) -> str:
    """Whom a step is about by name, or which paper."""
    if row.document is not None:
        return row.document.title
    assert row.subject is not None
    return row.subject.name or str(row.subject_id)[:8]


def _shown(told: Iterable[Mapping[str, Any]], heads: tuple[str, str]) -> str:
    return "\n\n".join(
        f"{one['title']}\n"
        + (
            table([words(*heads).split(","), *([_cell(c) for c in _cells(r)] for r in one["rows"])])
            if one["rows"]
            else "  " + words("没有", "Nothing.")
        )
        for one in told
    )


def _cells(row: Mapping[str, Any]) -> list[Any]:
    return [value for key, value in row.items() if key not in ("proceeding", "key")]


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


@click.command("checklists", cls=Verb)
@click.argument("programme")
@click.argument("checklist", required=False)
@click.option("--on", type=DAY, help="As it was on a day (today).")
@click.option("--all", "all_", is_flag=True, help="Also those who lack nothing.")
def checklists(programme: str, checklist: str | None, on: dt.date | None, all_: bool) -> None:
    """Show who lacks what on each checklist, in the order of names."""
    moment, row = Moment(on or clock.today()), programme_named(programme)
    told = [
        _list(row, name, entry, moment, all_)
        for name, entry in _chosen(checklists_in(row, moment), checklist)
    ]
    data = {"programme": row.name, "on": moment.on, "checklists": told}
    answer(data, lambda: _shown(told, ("谁,还缺", "who,lacks")))


def _list(
    programme: Programme, name: str, entry: Any, moment: Moment, all_: bool
) -> dict[str, Any]:
    meaning = Meaning.of(programme, moment)
    listing = Listing((entry.each,), moment, programme=programme, file=meaning)
    found = list(
        lines(programme, name, moment, listing.sure().order_by("pk"), lacking="" if all_ else "*")
    )
    called = names_of((one.key for one in found), moment)
    told = [_lacks(one, entry, called) for one in found]
    return {"name": name, "title": entry.title or name,
            "rows": sorted(told, key=lambda one: str(one["who"]))}  # fmt: skip


def _lacks(line: Line, entry: Any, called: Mapping[UUID, str]) -> dict[str, Any]:
    titles = [entry.items[key].title or key for key in line.lacks]
    return {"key": str(line.key), "who": called.get(line.key) or str(line.key)[:8],
            "lacks": "、".join(titles)}  # fmt: skip


@click.command("reviews", cls=Verb)
@click.argument("programme")
@click.argument("review", required=False)
def reviews(programme: str, review: str | None) -> None:
    """Show the rounds of each review of units, by period and name."""
    moment, row = Moment.present(), programme_named(programme)
    told = [
        _rounds(row, name, entry.title or name)
        for name, entry in _chosen(reviews_in(row, moment), review)
    ]
    heads = ("单位,起,止,印发,得分,满分,总评", "unit,from,until,issued,points,most,grade")
    answer({"programme": row.name, "reviews": told}, lambda: _shown(told, heads))


def _rounds(programme: Programme, name: str, title: str) -> dict[str, Any]:
    rows = Round.objects.current().filter(programme=programme, name=name)
    found = []
    for held in rows.select_related("subject").order_by("-began", "subject__sort_key", "pk"):
        lines = sheet(held, Moment.present())
        given, most, _ = totals(lines)
        found.append(
            {
                "key": str(held.fact),
                "unit": held.subject.name,
                "from": held.began,
                "until": held.ended,
                "issued": held.issued,
                "points": str(held.points if held.issued else given),
                "most": str(held.most if held.issued else most),
                "grade": whole(held, lines).settled,
            }
        )
    return {"name": name, "title": title, "rows": found}


@click.command("samples", cls=Verb)
@click.argument("programme")
@click.argument("review", required=False)
@click.option("--again", is_flag=True, help="Draw each again and say whether it is the same.")
def samples(programme: str, review: str | None, again: bool) -> None:
    """Show who was drawn for each round, and how far the calls are."""
    moment, row = Moment.present(), programme_named(programme)
    told = [
        _sample(held, entry.title or name, again)
        for name, entry in _chosen(reviews_in(row, moment), review)
        for held in Round.objects.current()
        .filter(programme=row, name=name, drawn__isnull=False)
        .select_related("subject")
        .order_by("-began", "subject__sort_key", "pk")
    ]
    heads = ("序号,对象,地方,核查人,状态,原因", "number,who,place,inspector,state,why")
    answer({"programme": row.name, "samples": told}, lambda: _shown(told, heads))


def _sample(held: Round, title: str, again: bool) -> dict[str, Any]:
    rows = Sample.objects.current().filter(round=held.fact)
    told: dict[str, Any] = {
        "round": str(held.fact),
        "title": f"{title} · {held.subject.name} · {held.drawn} · {held.seed} · {held.frame}",
        "seed": held.seed,
        "frame": held.frame,
        "frame_digest": held.frame_digest,
    }
    if again:
        came = draw_again(held)
        same = came.same_list and came.same_drawn
        told["same"] = same
        told["title"] += " · " + (
            words("再抽一遍相同", "comes out the same") if same
            else words("再抽一遍不同", "does not come out the same")
        )  # fmt: skip
    return {**told, "rows": [
        {
            "key": str(one.subject_id),
            "number": one.number,
            "who": one.subject.name,
            "place": one.subject.place.name if one.subject.place else "",
            "inspector": one.inspector.name if one.inspector else "",
            "state": spoken(STATES[one.state]),
            "why": spoken(REASONS[one.why]) if one.why else "",
        }
        for one in rows.select_related("subject__place", "inspector").order_by("number")
    ]}  # fmt: skip
