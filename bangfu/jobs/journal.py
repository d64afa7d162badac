"""The journal at the command line: sealed, held against the tables, kept outside, read."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import click

from bangfu.jobs.console import FILE, Failure, Noun, answer, table, words
from bangfu.keeping import heads as kept
from bangfu.ledger import clock
from bangfu.ledger.actions import journal as chain
from bangfu.ledger.actions.journal import Head, Verdict
from bangfu.ledger.models import Event


@click.group(cls=Noun)
def journal() -> None:
    """Seal, verify and read the journal."""


@journal.command()
def seal() -> None:
    """Bind the events that are not yet bound, and keep the new heads in heads.log.

    A running server does so by itself, a second after each commit.
    """
    head = chain.seal()
    added = kept.keep_new(kept.file())
    answer(
        {"head": str(head) if head else None, "kept": added},
        lambda: words("链首 {h}，新增 {n} 个", "Head {h}, {n} new", h=head or "-", n=added),
    )


@journal.command()
@click.option("--against", type=FILE, help="Heads kept elsewhere: lines of number:digest.")
@click.option(
    "--printed",
    multiple=True,
    metavar="HEAD",
    help="A head as it stands on an issued paper, number:16 digits; may be repeated.",
)
def verify(against: Path | None, printed: tuple[str, ...]) -> None:
    """Hold the chain against its events, the events against the rows, and both against the heads.

    The heads are those of heads.log in the data folder, those that issued papers carry, those of
    --against, and those of --printed. Ends with 1 and names each fault if anything is not as it
    should be.
    """
    outside = [*(_kept(against) if against else ()), *map(_printed, printed)]
    verdict = chain.verify(kept=[*_kept(kept.file()), *outside])
    answer(verdict_data(verdict), lambda: _verdict_text(verdict))
    if not verdict.sound:
        raise Failure("发现 {n} 处不符", "{n} faults found.", n=len(verdict.faults))


def _kept(path: Path) -> list[Head]:
    try:
        return kept.read(path) if path.exists() else []
    except ValueError as wrong:
        raise Failure("{path}:{wrong}", "{path}: {wrong}", path=path, wrong=wrong) from None


def _printed(text: str) -> Head:
    try:
        return Head.read_printed(text)
    except ValueError:
        raise Failure(
            "{text} 不是材料上印的链首；应写成 序号：16 位十六进制数字",
            "{text} is no head as papers print it: number:16 hexadecimal digits.",
            text=text,
        ) from None


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """What verification found, for machines."""
    faults = [{"code": f.code, "where": f.where, "detail": f.detail} for f in verdict.faults]
    return {
        "sound": verdict.sound,
        "events": verdict.events,
        "sealed": verdict.sealed,
        "rows": verdict.rows,
        "faults": faults,
    }


def _verdict_text(verdict: Verdict) -> str:
    lines = [
        words(
            "留痕 {e} 条，已封 {s} 条，核对记录 {r} 行",
            "{e} events, {s} sealed, {r} rows compared",
            e=verdict.events,
            s=verdict.sealed,
            r=verdict.rows,
        )
    ]
    lines += [f"{fault.code}  {fault.where}  {fault.detail}" for fault in verdict.faults]
    if verdict.sound:
        lines.append(words("全部相符", "Everything is as the journal says."))
    return "\n".join(lines)


@journal.command()
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write them to a new file."
)
def heads(out: Path | None) -> None:
    """Every head of the chain, for keeping outside."""
    found = [str(head) for head in chain.heads()]
    if out is None:
        answer({"heads": found}, "\n".join(found))
        return
    try:
        with out.open("x", encoding="ascii") as file:
            file.writelines(f"{head}\n" for head in found)
    except FileExistsError:
        raise Failure(
            "{path} 已经存在，不覆盖", "{path} exists and is not written over.", path=out
        ) from None
    answer(
        {"out": str(out), "heads": len(found)},
        lambda: words("{n} 个链首已写入 {o}", "{n} heads written to {o}", n=len(found), o=out),
    )


@journal.command()
@click.option("--about", type=click.UUID, help="Only events about this record.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def show(about: UUID | None, limit: int) -> None:
    """The latest events: when, who, through which door, what."""
    events = Event.objects.select_related("by").order_by("-at", "-pk")
    if about is not None:
        events = events.filter(about=about)
    found = [_event(event) for event in events[:limit]]
    answer({"events": found}, lambda: _events_text(found))


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": str(event.pk),
        "at": event.at.astimezone(clock.ZONE).isoformat(timespec="seconds"),
        "by": event.by.username if event.by else None,
        "door": event.door,
        "verb": event.verb,
        "about": {"kind": event.about_kind, "key": str(event.about)} if event.about else None,
        "purpose": event.purpose,
        "fields": event.fields,
        "sealed": event.seal_id,
    }


def _events_text(found: list[dict[str, Any]]) -> str:
    if not found:
        return words("没有留痕", "No events")
    return table(
        (e["at"], e["by"] or "-", e["door"], e["verb"], e["about"]["key"] if e["about"] else "")
        for e in found
    )
