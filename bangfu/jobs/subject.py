"""One person or household at the command line: what erasing would do, and doing it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import click

from bangfu.jobs.console import Failure, Noun, answer, spoken, table, words
from bangfu.jobs.rewriting import rewrite_and_tell
from bangfu.ledger import clock
from bangfu.ledger.actions import erasing
from bangfu.ledger.actions import subject as actions
from bangfu.ledger.actions.event import By
from bangfu.ledger.masks import mask_name
from bangfu.ledger.models import Document, Subject, SubjectKey
from bangfu.ledger.vocabulary import VOCABULARY


@click.group(cls=Noun)
def subject() -> None:
    """Erase a person or household on request."""


@subject.command()
@click.argument("key", type=click.UUID)
@click.option("--reason", required=True, type=click.Choice(list(erasing.REASONS)), help="Why.")
@click.option("--yes", is_flag=True, help="Erase; without it only say what would be done.")
def erase(key: UUID, reason: str, yes: bool) -> None:
    """Say what erasing would wipe and what stays; with --yes, erase.

    KEY is the last part of the address of the person's or household's page. It cannot be undone.
    """
    row = _subject(key)
    found = erasing.find(row)
    told: dict[str, Any] = _told(found, reason)
    if yes:
        actions.erase(by=By(None, "command"), subject=row, reason=reason)
        told |= {"erased": True, "rewritten": rewrite_and_tell()}
    answer(told, lambda: _in_words(told))


def _subject(key: UUID) -> Subject:
    found = Subject.objects.filter(pk=key, kind__in=("person", "household")).first()
    if found is None:
        raise Failure("没有编号为 {k} 的人员或户", "There is no person or household {k}.", k=key)
    if SubjectKey.objects.filter(pk=key, salt__isnull=True).exists():
        raise Failure("{k} 已经删除过了", "{k} was erased already.", k=key)
    return found


def _told(found: erasing.Found, reason: str) -> dict[str, Any]:
    place = found.subject.place
    return {
        "subject": found.subject.fact,
        "kind": found.subject.kind,
        "name": mask_name(found.subject.name),
        "place": place.name if place else "",
        "reason": reason,
        "wiped": found.changed(),
        "accounts": [user.username for user in found.accounts],
        "open_accounts": [user.username for user in found.open_accounts],
        "stays": erasing.kept(found),
        "drafts": [
            _paper(paper) | {"loses_the_name": (Document, paper.pk) in found.rows}
            for paper in erasing.papers_naming(found, "draft")
        ],
        "issued_papers": [_paper(paper) for paper in erasing.papers_naming(found, "issued")],
        "named_elsewhere": erasing.mentions(found),
        "erased": False,
    }


def _paper(paper: Document) -> dict[str, Any]:
    by = paper.event.by
    return {
        "key": paper.fact,
        "title": paper.title,
        "on": paper.date,
        "by": by.username if by else "",
        "edited": clock.day_of(paper.recorded_at),
    }


def _in_words(told: dict[str, Any]) -> str:
    wiped = ((_kind(t), of["rows"], ", ".join(of["columns"])) for t, of in told["wiped"].items())
    stays = [(_kind(t), n) for t, n in told["stays"].items()]
    return "\n".join(
        (
            f"{_kind(told['kind'])}  {told['name']}  {told['place']}  {told['subject']}",
            words("已抹去：", "Wiped:") if told["erased"] else words("要抹去：", "To be wiped:"),
            table(wiped),
            words("留下（只有日期和关联）：", "Stays, with days and links only:"),
            table(stays) if stays else "-",
            *_beside(told),
        )
    )


def _beside(told: dict[str, Any]) -> Iterator[str]:
    """What somebody must still do, and that nothing was done yet."""
    for paper in told["drafts"]:
        said = {"title": paper["title"], "on": paper["on"], "by": paper["by"] or "-"}
        yield (
            words(
                "草稿《{title}》（{on}）里的姓名改为“某某”，请告知 {by}",
                "The draft {title} ({on}) loses the name; tell {by}.",
                **said,
            )
            if paper["loses_the_name"]
            else words(
                "草稿《{title}》（{on}）里有这个姓名（也可能是同名的人），请告知 {by}",
                "The draft {title} ({on}) names the person, or a namesake; tell {by}.",
                **said,
            )
        )
    for paper in told["issued_papers"]:
        yield words(
            "已印发的《{title}》（{on}）有此人姓名，保留原样",
            "The issued paper {title} ({on}) names the person and stays as it is.",
            **paper,
        )
    if told["named_elsewhere"]:
        yield words(
            "别处还有这个姓名（也可能是同名的人），不会改动：{where}",
            "The name stands elsewhere (perhaps somebody else's) and stays: {where}",
            where=", ".join(f"{_kind(t)} {n}" for t, n in told["named_elsewhere"].items()),
        )
    if told["open_accounts"]:
        yield words(
            "先停用账户，再删除：{names}",
            "Close the account first, then erase: {names}",
            names=", ".join(told["open_accounts"]),
        )
    if not told["erased"]:
        yield words("什么也没有改动；加 --yes 才删除", "Nothing was changed; --yes erases.")


def _kind(name: str) -> str:
    """What a kind of record is called; of a table that is no kind, its own name."""
    if name not in VOCABULARY:
        return name
    return spoken(VOCABULARY[name].label)
