"""The words a programme file may use, section by section.

Only the shape of each word is checked here. What one word means for another (references,
conditions, dates in order, bounds that exclude each other) is checked in a second pass, so that
a mistake in one line never hides the mistakes of the others; hence no cross-field validators.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, Discriminator, Field, Tag

from bangfu.programmes.entries import (
    Bounded,
    Check,
    Claim,
    Counted,
    Listed,
    Milestone,
    Obligation,
    Post,
    Proof,
    Quota,
    Said,
    Side,
    Spanned,
    Use,
    Word,
)
from bangfu.programmes.literals import (
    DatedValue,
    Day,
    Duration,
    Grade,
    Name,
    Names,
    Number,
    Path,
    Readers,
    Text,
    Texts,
    Where,
)

QuestionType = Literal["text", "number", "yes_no", "choice", "choices", "date", "photo", "paper"]
DocumentType = Literal["ledger", "form", "card", "bulletin", "report", "notice", "file"]


class Paper(Said):
    """A paper that is carried out or cited."""

    owner: Names | None = None
    on: Day | None = None
    after: Names | None = None


class Code(Said):
    """Words that the programme adds to the code book of a field, with what they are called."""

    of: Path
    items: Mapping[str, Text]


def _titled(value: Any) -> Any:
    return {"title": value} if isinstance(value, str) else value


class Organisation(Listed, Said):
    """A body, found by its title or by a condition."""

    items: Mapping[str, Annotated[Post, BeforeValidator(_titled)]] = Field(default_factory=dict)
    lasts: Duration | None = None


class List(Listed, Said):
    """Records that meet a condition, under a name."""

    of: Names
    on: Path | None = None
    readers: Readers | None = None


class Enrol(Listed, Bounded, Said):
    """Whom the programme may take in, how many, by which workflow, on which grounds."""

    of: Names
    also: tuple[Quota, ...] | None = None
    workflow: Name | None = None
    items: Mapping[str, Text] = Field(default_factory=dict)
    lasts: Duration | None = None
    purpose: Text | None = None
    readers: Readers | None = None


class Option(Said):
    """One class of a way to sort; its condition only proposes."""

    where: Where | None = None


class Class(Bounded, Said):
    """A way to sort each record of a list."""

    each: Name
    items: Mapping[str, Annotated[Option, BeforeValidator(_titled)]]
    lasts: Duration | None = None
    purpose: Text | None = None
    readers: Readers | None = None


class Pairing(Spanned, Said):
    """Who helps whom, and by which workflow it passes to a successor."""

    helper: Side
    subject: Side
    after: Names | None = None
    lasts: Duration | None = None
    workflow: Name | None = None


class Agreement(Said):
    """Two sides, a term, and what each owes."""

    helper: Side
    subject: Side
    items: Mapping[str, Obligation] = Field(default_factory=dict)
    lasts: Duration | None = None


class Question(Bounded, Said):
    """What is asked when a piece of work is recorded."""

    type: QuestionType
    where: Where | None = None
    unit: Text | None = None
    items: Mapping[str, Text] | None = None
    lasts: Duration | None = None
    purpose: Text | None = None
    readers: Readers | None = None


class Activity(Listed, Said):
    """A kind of work: a basic kind, a condition as filter and preset, questions."""

    of: Names
    items: Mapping[str, Question] = Field(default_factory=dict)
    readers: Readers | None = None


class Checklist(Said):
    """What must be so for each record."""

    each: Name
    items: Mapping[str, Annotated[Check, BeforeValidator(_titled)]] = Field(default_factory=dict)


class Dated(Word):
    """What a value is from a day on, by which paper."""

    from_: Day = Field(alias="from")
    is_: DatedValue = Field(alias="is")
    paper: Name


class Value(Said):
    """A number that changes by date, and perhaps by rank or place."""

    items: tuple[Dated, ...]
    by: Path | None = None
    unit: Text | None = None


class Phase(Said):
    """A span, and what must be met first."""

    from_: Day = Field(alias="from")
    to: Day
    after: Names | None = None


class Target(Claim, Spanned, Said):
    """A claim to be reached by a day."""

    items: tuple[Milestone, ...] | None = None
    owner: Names | None = None
    readers: Readers | None = None


class Measure(Claim, Spanned, Said):
    """A claim with an owner, a window and a budget."""

    owner: Names
    phase: Name | None = None
    budget: Number | None = None
    proof: Proof | None = None
    readers: Readers | None = None


class Duty(Claim, Spanned, Said):
    """A claim that each record of a list owes in each period."""

    each: Name
    of: Names
    readers: Readers | None = None


class Figure(Counted, Said):
    """A list, counted."""

    readers: Readers | None = None


class Fund(Listed, Said):
    """A list of entries."""

    owner: Names
    of: Names
    items: Mapping[str, Annotated[Use, BeforeValidator(_titled)]] = Field(default_factory=dict)


class Step(Claim, Said):
    """One step of a workflow."""

    owner: Names | None = None
    lasts: Duration | None = None
    proof: Proof | None = None


class Workflow(Said):
    """Steps for each case, and what it comes to where they are carried through."""

    each: Name
    items: Mapping[str, Annotated[Step, BeforeValidator(_titled)]]
    within: Duration | None = None
    is_: Text | None = Field(None, alias="is")


class Alert(Claim, Said):
    """A list, or a claim that is bad news when it holds."""

    owner: Names
    of: Names
    lasts: Duration | None = None


class ScoreStep(Bounded):
    """How many points, or which grade, a reading gives."""

    is_: Grade = Field(alias="is")


def _shape(value: Any) -> str:
    return "lines" if isinstance(value, Mapping) else "row"


class ScoreLine(Claim, Said):
    """One line of a score sheet; it may have lines or steps below it.

    ``is_`` is the grade that the whole gets at best where the line's bound is not met, or where
    people find that it is so.
    """

    proof: Proof | None = None
    points: Number | None = None
    step: Number | None = None
    is_: Text | None = Field(None, alias="is")
    items: (
        Annotated[
            Annotated[Mapping[str, ScoreLine], Tag("lines")]
            | Annotated[tuple[ScoreStep, ...], Tag("row")],
            Discriminator(_shape),
        ]
        | None
    ) = None


class Review(Claim, Said):
    """Who inspects what, how often, how many samples, by which score sheet."""

    owner: Names
    each: Name
    questionnaire: Name | None = None
    grades: tuple[ScoreStep, ...] = ()
    items: Mapping[str, Annotated[ScoreLine, BeforeValidator(_titled)]] = Field(
        default_factory=dict
    )
    lasts: Duration | None = None


class Part(Said):
    """A part of a document: a heading and what is shown under it."""

    items: Names


class Document(Listed, Said):
    """What is handed up, who reviews and signs it, and by which workflow: a list, or prose."""

    type: DocumentType
    items: Annotated[
        Annotated[Mapping[str, Part], Tag("lines")] | Annotated[tuple[Name, ...], Tag("row")],
        Discriminator(_shape),
    ]
    reviewer: Name | None = None
    signer: Name | None = None
    workflow: Name | None = None
    lasts: Duration | None = None
    readers: Readers | None = None


class Head(Word):
    """What stands at the top of a file, outside any section."""

    title: Text
    owner: Name | None = None
    area: Text
    from_: Day = Field(alias="from")
    to: Day
    unclear: Texts | None = None


class ProgrammeFile(Head):
    """A whole programme file, each section by the names of its entries, in the file's order."""

    clause: Mapping[str, Text] = Field(default_factory=dict)
    paper: Mapping[str, Paper] = Field(default_factory=dict)
    code: Mapping[str, Code] = Field(default_factory=dict)
    organisation: Mapping[str, Organisation] = Field(default_factory=dict)
    list: Mapping[str, List] = Field(default_factory=dict)
    enrol: Mapping[str, Enrol] = Field(default_factory=dict)
    class_: Mapping[str, Class] = Field(default_factory=dict, alias="class")
    pairing: Mapping[str, Pairing] = Field(default_factory=dict)
    agreement: Mapping[str, Agreement] = Field(default_factory=dict)
    activity: Mapping[str, Activity] = Field(default_factory=dict)
    checklist: Mapping[str, Checklist] = Field(default_factory=dict)
    value: Mapping[str, Value] = Field(default_factory=dict)
    phase: Mapping[str, Phase] = Field(default_factory=dict)
    target: Mapping[str, Target] = Field(default_factory=dict)
    measure: Mapping[str, Measure] = Field(default_factory=dict)
    duty: Mapping[str, Duty] = Field(default_factory=dict)
    figure: Mapping[str, Figure] = Field(default_factory=dict)
    fund: Mapping[str, Fund] = Field(default_factory=dict)
    workflow: Mapping[str, Workflow] = Field(default_factory=dict)
    alert: Mapping[str, Alert] = Field(default_factory=dict)
    review: Mapping[str, Review] = Field(default_factory=dict)
    document: Mapping[str, Document] = Field(default_factory=dict)


Entry = (
    Paper | Code | Organisation | List | Enrol | Class | Pairing | Agreement | Activity | Checklist
    | Value | Phase | Target | Measure | Duty | Figure | Fund | Workflow | Alert | Review | Document
)  # fmt: skip

#: The model of each section's entries, in the order in which sections are read aloud.
SECTIONS: Final[Mapping[str, type[Entry]]] = {
    "paper": Paper,
    "code": Code,
    "organisation": Organisation,
    "list": List,
    "enrol": Enrol,
    "class": Class,
    "pairing": Pairing,
    "agreement": Agreement,
    "activity": Activity,
    "checklist": Checklist,
    "value": Value,
    "phase": Phase,
    "target": Target,
    "measure": Measure,
    "duty": Duty,
    "figure": Figure,
    "fund": Fund,
    "workflow": Workflow,
    "alert": Alert,
    "review": Review,
    "document": Document,
}


def word_of(field: str, model: type[BaseModel]) -> str:
    """The word in the file for a field of a model (``from_`` is written ``from``)."""
    return model.model_fields[field].alias or field


def words_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The words that may stand in an entry or line of this sort."""
    return tuple(word_of(field, model) for field in model.model_fields)
