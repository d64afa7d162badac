"""What entries of a programme file are made of: lists, how they are counted, bounds, claims, lines.

Like the sections themselves (``schema``) these say the shape of each word alone.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bangfu.programmes.literals import (
    Baseline,
    Bound,
    Day,
    DayOrPath,
    Duration,
    Name,
    Names,
    Path,
    Paths,
    Per,
    Text,
    Texts,
    Where,
    Window,
)

Proof = Literal["photo", "paper", "note"]
Held = Literal["end", "any", "every"]
Partial = Literal["share", "all", "each"]


class Word(BaseModel):
    """Whatever is written in a file: unknown words are errors, nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Said(Word):
    """What every entry and line may say about itself."""

    title: Text | None = None
    clause: Text | None = None
    unclear: Texts | None = None


class Spanned(Word):
    """An entry with a first and a last day of its own."""

    from_: Day | None = Field(None, alias="from")
    to: Day | None = None


class Bounded(Word):
    """How many, or how much."""

    at_least: Bound | None = None
    at_most: Bound | None = None
    exactly: Bound | None = None


class Listed(Word):
    """Records that meet a condition."""

    of: Names | None = None
    where: Where | None = None


class Inline(Listed):
    """A list written on the spot, for ``out_of`` and ``except``."""

    sum: Path | None = None
    distinct: Path | None = None
    as_: Path | None = Field(None, alias="as")
    on: DayOrPath | None = None


def _list_on_the_spot(value: Any) -> Any:
    return {"of": value} if isinstance(value, str) else value


#: The name of a list, or a list on the spot; a bare name is read as a list of that name.
NameOrInline = Annotated[Inline, BeforeValidator(_list_on_the_spot)]


class Counted(Listed):
    """A list and how to count it."""

    sum: Path | None = None
    distinct: Path | None = None
    out_of: NameOrInline | None = None
    by: Paths | None = None
    function: Name | None = None
    each: Name | None = None
    as_: Path | None = Field(None, alias="as")
    per: Per | None = None
    on: DayOrPath | None = None
    held: Held | None = None
    baseline: Baseline | None = None
    unit: Text | None = None


class Claim(Counted, Bounded):
    """A figure with a bound: what duties, targets, measures, items and score lines share."""

    window: Window | None = None
    within: Duration | None = None
    after: Names | None = None
    also: tuple[Also, ...] | None = None
    except_: NameOrInline | None = Field(None, alias="except")
    partial: Partial | None = None


class Also(Claim):
    """A further claim on the same records; it takes over what it does not restate."""


# A claim holds claims of a class that stands below it.
Claim.model_rebuild()


class Post(Bounded, Said):
    """A post of an organisation."""

    is_: Text | None = Field(None, alias="is")
    lasts: Duration | None = None


class Quota(Bounded, Said):
    """How many of an enrolment may be such, or may be of each place or unit."""

    where: Where | None = None
    each: Name | None = None


class Side(Listed, Bounded):
    """One side of a pairing or agreement; the bound says how many of the other side."""

    of: Names
    within: Duration | None = None


class Obligation(Claim, Said):
    """What one side of an agreement owes."""

    owner: Literal["helper", "subject"]
    proof: Proof | None = None


class Check(Claim, Said):
    """One line of a checklist; without ``of`` it is ticked by hand."""

    proof: Proof | None = None


class Milestone(Bounded):
    """What a target must have reached by a day."""

    on: Day
    of: Names | None = None


class Use(Claim, Said):
    """What a fund is for, with bounds."""
