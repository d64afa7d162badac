"""What went a way of its own in an earlier version gets its steps on record, as an action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from bangfu.ledger import clock
from bangfu.ledger.access import require
from bangfu.ledger.actions.event import By, action, insert
from bangfu.ledger.actions.leave_steps import due_on
from bangfu.ledger.models import (
    Document,
    DocumentStep,
    Event,
    Handling,
    Handover,
    Proceeding,
    Stint,
    User,
)
from bangfu.ledger.vocabulary.stint import ASKED_FOR
from bangfu.programmes import issuing
from bangfu.programmes.handing_over import BUILT_IN, HANDOVER, answers_of
from bangfu.programmes.issuing import Asks
from bangfu.programmes.leaving import GRANTED, LEAVE


def without_steps() -> QuerySet[Handover]:
    """The hand-overs from before they went step by step."""
    known = Proceeding.objects.current().filter(handover=OuterRef("pk"))
    rows = Handover.objects.current().filter(~Exists(known))
    return rows.select_related("programme", "subject", "successor").order_by("date", "pk")


@action("upgrade.handover_steps")
def give_steps(*, by: By) -> list[Proceeding]:
    """Put the way of each hand-over on record by what it says itself: it went the built-in way."""
    require(by.user, "upgrade.handover_steps")
    return [_its_way(offer) for offer in without_steps()]


#: What became of the proceeding and of the successor's step, by what became of the offer.
_CAME_TO = {
    "open": ("", ""),
    "accepted": ("done", "done"),
    "refused": ("refused", "refused"),
    "withdrawn": ("dropped", "lapsed"),
    "lapsed": ("dropped", "lapsed"),
}


def _its_way(offer: Handover) -> Proceeding:
    outcome, result = _CAME_TO[offer.state]
    closed = max(offer.answered or offer.date, offer.date) if outcome else None
    shared = {"programme": offer.programme, "subject": offer.subject}
    held = insert(
        Proceeding(
            **shared, name=HANDOVER, handover=offer, began=offer.date, ended=closed, outcome=outcome
        )
    )
    insert(
        Handling(
            **shared,
            proceeding=held,
            step=answers_of(BUILT_IN)[0],
            party=offer.successor,
            date=offer.date,
            due=max(offer.from_day, offer.date),
            closed=closed,
            result=result,
            evidence=offer.paper,
            reason=offer.answer_reason,
        )
    )
    return held


# ------------------------------------------------------------------ papers

#: The tables of which the ways of papers are put together.
PAPERS: tuple[type[Model], ...] = (Document, DocumentStep, Event, User, Proceeding, Handling)


def papers_without_steps() -> QuerySet[Document]:
    """The papers from before they went by a workflow: issued, or drafts on their way."""
    known = Proceeding.objects.current().filter(document=OuterRef("pk"))
    told = DocumentStep.objects.current().filter(document=OuterRef("pk"))
    rows = Document.objects.current().filter(~Exists(known), Q(status="issued") | Exists(told))
    return rows.select_related("programme", "event__by__person").order_by("date", "pk")


@action("upgrade.paper_steps")
def give_papers_steps(*, by: By) -> list[Proceeding]:
    """Put the way of each paper on record by what was written down of it: it had no deadlines."""
    require(by.user, "upgrade.paper_steps")
    papers = list(papers_without_steps())
    rows = DocumentStep.objects.current().filter(document__in=[one.fact for one in papers])
    rows = rows.select_related("event__by__person", "signer")
    found = {
        key: list(some)
        for key, some in groupby(
            rows.order_by("document", "recorded_at", "pk"), lambda row: row.document_id
        )
    }
    return [_way_of(paper, found.get(paper.fact, [])) for paper in papers]


def _way_of(paper: Document, steps: list[DocumentStep]) -> Proceeding:
    out = clock.day_of(paper.known_at) if paper.known_at else None
    days = [step.date for step in steps] or [out or paper.date]
    replay = _Replay(paper, days[0])
    for step in steps:
        getattr(replay, step.step)(step)
    if out is not None:
        replay.issued(out)
    elif steps and steps[-1].recorded_at < paper.recorded_at:
        replay.written_again(days[-1])
    held = insert(
        Proceeding(
            programme=paper.programme,
            name=issuing.PAPER,
            document=paper,
            began=days[0],
            ended=max(one.closed or one.date for one in replay.rows) if out else None,
            outcome="done" if out else "",
        )
    )
    for row in replay.rows:
        row.proceeding = held
        insert(row)
    return held


@dataclass
class _Replay:
    """The steps of a paper put together anew from what was written down of it, oldest first."""

    paper: Document
    began: dt.date
    rows: list[Handling] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._open("text", self.began)

    def handed_in(self, step: DocumentStep) -> None:
        """The text was handed in, perhaps while it was reviewed already."""
        self.written_again(step.date)
        self._close("text", step.date, "done", who=_by(step))
        self._open("review", step.date)

    def approved(self, step: DocumentStep) -> None:
        """Somebody else approved it."""
        self._close("review", step.date, "done", who=_by(step))
        self._open("signature", step.date)

    def returned(self, step: DocumentStep) -> None:
        """It was returned to its writer."""
        back = issuing.step_that_asks(issuing.BUILT_IN, "text") or ""
        said = {"who": _by(step), "reason": step.reason, "back_to": back}
        for asks in self._waiting():
            self._close(asks, step.date, "returned", **said)
        self._open("text", step.date, again=True, asked=step.reason)

    def signed(self, step: DocumentStep) -> None:
        """It was signed; what the file asked for before was done, the rest is passed over."""
        if "issue" in self._waiting():
            self._close("issue", step.date, "lapsed")
            self._open("signature", step.date, again=True)
        self._pass_until("signature", step.date)
        said = {"who": step.signer, "evidence": step.post}
        self._close("signature", step.date, "done", **said)
        self._open("issue", step.date)

    def issued(self, on: dt.date) -> None:
        """It has its number."""
        self._pass_until("issue", on)
        self._close("issue", on, "done", who=self.paper.issued_by and self.paper.issued_by.person)

    def written_again(self, on: dt.date) -> None:
        """Its text was changed, or handed in anew: what was open is not asked any more."""
        if "text" in self._waiting():
            return
        for asks in self._waiting():
            self._close(asks, on, "lapsed")
        self._open("text", on, again=True)

    def _pass_until(self, last: Asks, on: dt.date) -> None:
        order: tuple[Asks, ...] = ("text", "review", "signature", "issue")
        for asks, following in zip(order, order[1:], strict=False):
            if asks == last:
                return
            if asks in self._waiting():
                self._close(asks, on, "done" if asks == "text" else "free")
                self._open(following, on)

    def _waiting(self) -> list[Asks]:
        open_: Iterable[Any] = (row.asks for row in self.rows if row.closed is None)
        return list(open_)

    def _open(self, asks: Asks, on: dt.date, **more: Any) -> None:
        writer = self.paper.event.by
        self.rows.append(
            Handling(
                programme=self.paper.programme,
                document=self.paper,
                asks=asks,
                step=issuing.step_that_asks(issuing.BUILT_IN, asks) or "",
                party=writer.person if writer and asks == "text" else None,
                date=on,
                **more,
            )
        )

    def _close(self, asks: Asks, on: dt.date, result: str, **more: Any) -> None:
        for row in self.rows:
            if row.asks == asks and row.closed is None:
                row.closed, row.result = max(on, row.date), result
                for name, value in more.items():
                    setattr(row, name, value)


def _by(step: DocumentStep) -> Any:
    return step.event.by.person if step.event.by else None


# ------------------------------------------------------------------ leave


def leave_without_steps() -> QuerySet[Stint]:
    """The leave from before it went by steps."""
    known = Proceeding.objects.current().filter(stint=OuterRef("pk"))
    rows = Stint.objects.current().filter(~Exists(known), kind__in=ASKED_FOR)
    return rows.select_related("person", "approver").order_by("began", "pk")


@action("upgrade.leave_steps")
def give_leave_steps(*, by: By) -> list[Proceeding]:
    """Put the way of all leave on record by what it says itself of its approval."""
    require(by.user, "upgrade.leave_steps")
    return [_way_of_leave(stint) for stint in leave_without_steps()]


def _way_of_leave(stint: Stint) -> Proceeding:
    closed = max(stint.approved, stint.noted) if stint.approved else None
    result = "done" if closed else ""
    shared = {"subject": stint.person, "stint": stint}
    held = insert(Proceeding(**shared, name=LEAVE, began=stint.noted, ended=closed, outcome=result))
    insert(
        Handling(
            **shared,
            proceeding=held,
            step=GRANTED,
            date=stint.noted,
            due=due_on(stint, stint.noted),
            closed=closed,
            result=result,
            who=stint.approver,
        )
    )
    return held
