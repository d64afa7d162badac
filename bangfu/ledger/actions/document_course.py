"""The way of a paper from draft to issue: its steps, what was kept with them, how far it is.

Which steps there are the programme's file says of the document; else it is reviewed and signed the
built-in way. A change of the text opens the first step anew, and what was done after it no longer
counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from bangfu.ledger import clock
from bangfu.ledger.actions.event import By, correct, current_act, insert
from bangfu.ledger.actions.proceeding_course import (
    flow_of,
    given_up,
    go_on,
    open_step,
    rows_in,
)
from bangfu.ledger.conditions import may_belong
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Document, DocumentStep, Handling, Proceeding, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.readers import units_served
from bangfu.ledger.workdays import working_days
from bangfu.programmes.issuing import (
    Asks,
    asks_of,
    must_be_done,
    named_at,
    step_that_asks,
    way_of_paper,
)
from bangfu.programmes.period import later
from bangfu.programmes.schema import Document as Entry
from bangfu.programmes.schema import Step, Workflow
from bangfu.programmes.steps import Opening
from bangfu.programmes.ways import step_title

Stage = Literal["draft", "handed_in", "returned", "approved", "signed"]
_STAGES: dict[str, Stage] = {"review": "handed_in", "signature": "approved", "issue": "signed"}


@dataclass(frozen=True, slots=True)
class Plan:
    """By which workflow a paper goes, and what its entry in the programme's file says."""

    document: Document
    name: str
    flow: Workflow
    meaning: Meaning

    @property
    def entry(self) -> Entry | None:
        """What the file says of the sort of paper; None where it left it out since."""
        file, name = self.meaning.file, self.document.name
        entry = file.entry(name) if name in file else None
        return entry if isinstance(entry, Entry) else None

    def steps(self, asks: Asks) -> list[tuple[str, Step]]:
        """The steps at which that is asked and that the file wants done before the paper is out."""
        return [
            (key, step)
            for key, step in self.flow.items.items()
            if asks_of(step) == asks and must_be_done(self.name, step, self.entry)
        ]

    def missing(self, asks: Asks, rows: Iterable[Handling]) -> list[str]:
        """Of these steps what those are called, or else the step, of whom nothing stands."""
        done = {row.step for row in rows if row.result == "done"}
        return [self.called(key) for key, _step in self.steps(asks) if key not in done]

    def names(self, step: str) -> tuple[str, ...]:
        """The names of those whose step it is; none where it is whoever's who may."""
        return named_at(self.flow.items[step], self.entry) if step in self.flow.items else ()

    def called(self, step: str) -> str:
        """What those are called whose step it is; the step itself where nobody is named."""
        names = self.names(step)
        told = [self.meaning.file.title_of(name) for name in names]
        return "、".join(told) or step_title(self.name, self.flow, step).zh


def plan_of(document: Document) -> Plan:
    """By which workflow a paper goes, by the file of the day of which it speaks."""
    meaning = Meaning.of(document.programme, Moment(document.date))
    name = way_of_paper(meaning.file, document.name)
    return Plan(document, name, flow_of(meaning, name), meaning)


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one paper: its proceeding, and what it goes by."""

    held: Proceeding
    plan: Plan

    def rows(self) -> list[Handling]:
        """Its steps, in the order of their opening."""
        return rows_in(self.held)

    def open_rows(self, *asks: Asks) -> list[Handling]:
        """The open steps, of all or of those at which some of that is asked."""
        rows = [row for row in self.rows() if row.closed is None]
        return [row for row in rows if not asks or row.asks in asks]

    def go_on(self) -> None:
        """Open what follows."""
        go_on(self.held, self.plan.meaning, self.plan.flow)

    def is_of(self, row: Handling, person: Subject | None) -> bool:
        """Whether a step is a person's by the file: whoever is named, by person or by post."""
        names = self.plan.names(row.step)
        return not names or any(belongs(self.plan.meaning, name, person) for name in names)


def way_of(document: Document) -> Way | None:
    """The way of a paper; None while nobody has handed it in, signed or issued it."""
    held = Proceeding.objects.current().filter(document=document.fact).first()
    if held is None:
        return None
    meaning = Meaning.of(document.programme, Moment(document.date))
    return Way(held, Plan(document, held.name, flow_of(meaning, held.name), meaning))


def begun(document: Document) -> Way:
    """The way of a paper, begun with its first step if it was not."""
    if (way := way_of(document)) is not None:
        return way
    plan, today = plan_of(document), clock.today()
    within = plan.flow.within
    held = insert(
        Proceeding(
            programme=document.programme,
            name=plan.name,
            document=document,
            began=today,
            due=later(today, within, workdays=working_days()) if within else None,
        )
    )
    way = Way(held, plan)
    way.go_on()
    return way


def close(by: By, row: Handling, result: str, **more: object) -> None:
    """Write down what became of an open step of a paper, today and by whom."""
    said = {"who": by.user.person if by.user else None, **more}
    correct(row, closed=max(clock.today(), row.date), result=result, **said)


def advanced(by: By, way: Way, asks: Asks) -> Handling:
    """The open step that asks that; what the file leaves to the office before it is passed."""
    while not (found := way.open_rows(asks)):
        for row in way.open_rows():
            close(by, row, "done" if row.asks == "text" else "free")
        way.go_on()
    return found[0]


def again(way: Way, asks: Asks, reason: str = "") -> Handling:
    """Open a step of a paper again; whatever was open is not asked any more."""
    for row in way.open_rows():
        correct(row, closed=max(clock.today(), row.date), result="lapsed")
    flow, today = way.plan.flow, clock.today()
    step = step_that_asks(flow, asks)
    assert step is not None
    within = flow.items[step].within
    due = later(today, within, workdays=working_days()) if within else None
    opening = Opening(step, today, due)
    row = open_step(way.held, way.plan.meaning, flow, opening, again=True, asked=reason)
    correct(way.held, ended=None, outcome="")
    return row


def text_again(document: Document) -> None:
    """Open the step of writing again, since the text is another one than was handed in.

    The paper goes on by the file of the day of which the text now speaks.
    """
    held = Proceeding.objects.current().filter(document=document.fact).first()
    rows = rows_in(held) if held else []
    if held is None or any(row.closed is None and row.asks == "text" for row in rows):
        return
    plan = plan_of(document)
    again(Way(correct(held, name=plan.name), plan), "text")


def issued(by: By, document: Document) -> None:
    """Close the step of issuing: the way of a paper ends with its number."""
    way = begun(document)
    close(by, advanced(by, way, "issue"), "done")
    way.go_on()


def put_away(document: Document) -> None:
    """Give up the way of a draft that is not wanted any more."""
    held = Proceeding.objects.current().filter(document=document.fact, outcome="").first()
    if held is not None:
        given_up(held, max(clock.today(), held.began), "")


# ------------------------------------------------------------------ how far it is


def stages_of(documents: Sequence[Document]) -> dict[UUID, Stage]:
    """How far some drafts are, in one query."""
    found: dict[UUID, Stage] = {document.fact: "draft" for document in documents}
    held = {document.fact: document for document in documents}
    rows = Handling.objects.current().filter(document__in=list(held), closed__isnull=True)
    for row in rows:
        assert row.document_id is not None
        found[row.document_id] = _stage_at(held[row.document_id], row)
    return found


def _stage_at(document: Document, row: Handling) -> Stage:
    if row.asks in _STAGES:
        return _STAGES[row.asks]
    # Once the text is another one, why the earlier was returned no longer stands in the way.
    return "returned" if row.asked and row.recorded_at >= document.recorded_at else "draft"


def stage_of(document: Document) -> Stage:
    """How far a draft is."""
    return stages_of([document])[document.fact]


def since_text(rows: Sequence[Handling]) -> list[Handling]:
    """Of the steps of a paper those that were opened since its text was written last."""
    last = max((at for at, row in enumerate(rows) if row.asks == "text"), default=0)
    return list(rows[last:])


def belongs(meaning: Meaning, name: str, person: Subject | None) -> bool:
    """Whether a person belongs to those whom a name stands for, or serves in one of the units."""
    keys = [person.fact] if person is not None else []
    if meaning.file.kind_of(name) == "organisation":
        keys = [unit for key in keys for unit in units_served(key)]
    return any(may_belong(key, (name,), {}, meaning, clock.today()) for key in keys)


# ------------------------------------------------------------------ what was kept


def imprint(
    document: Document, step: Literal["handed_in", "signed"], **more: object
) -> DocumentStep:
    """Keep with a step what it says of the text: its figures, or who signed it with which post."""
    # Later than the text that it is about, also when the clock was set back since.
    current_act().after(document)
    return insert(DocumentStep(document=document, step=step, date=clock.today(), **more))


def imprints_of(document: Document) -> list[DocumentStep]:
    """What was kept of a paper's text as it stands, since it was handed in last."""
    rows = DocumentStep.objects.current().filter(document=document.fact)
    told = list(rows.select_related("event__by", "signer").order_by("recorded_at", "pk"))
    if document.status != "draft":
        return told
    told = [one for one in told if one.recorded_at >= document.recorded_at]
    handed_in = [place for place, one in enumerate(told) if one.step == "handed_in"]
    return told[handed_in[-1] :] if handed_in else told


def frozen_by(imprints: Sequence[DocumentStep]) -> DocumentStep | None:
    """Of some imprints that with which the figures were frozen, if any."""
    return next((one for one in reversed(imprints) if one.known_at is not None), None)


def signature_among(imprints: Sequence[DocumentStep]) -> DocumentStep | None:
    """Of some imprints the signature, the latest if it was signed anew."""
    return next((one for one in reversed(imprints) if one.step == "signed"), None)


def writers_of(document: Document, rows: Sequence[Handling]) -> set[int | None]:
    """The accounts that wrote the text as it stands and handed it in: none of them approves it."""
    handed_in = [
        row.event.by_id
        for row in rows
        if row.asks == "text" and row.result == "done" and row.recorded_at >= document.recorded_at
    ]
    return {document.event.by_id, *handed_in}


def seen_by_another(document: Document, by: User | None) -> bool:
    """Whether anybody besides who wrote a draft has approved, signed, or now issues it here."""
    way = way_of(document)
    rows = way.rows() if way else []
    looked = {r.event.by_id for r in since_text(rows) if r.result == "done" and r.asks in _LOOKS}
    return bool(({by.pk if by else None} | looked) - writers_of(document, rows))


_LOOKS = ("review", "signature")
