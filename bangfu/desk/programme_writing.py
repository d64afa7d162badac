"""Writing a programme file: a sentence of the notice at a time, and what it would give today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from bangfu.desk.asks import Ticks, called
from bangfu.desk.page import refusal, said
from bangfu.desk.targets import Milestone, milestone
from bangfu.ledger import clock
from bangfu.ledger.access import allows, grants_of
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.actions.programme import area_of
from bangfu.ledger.models import Programme as ProgrammeRow
from bangfu.ledger.models import User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.foreseen import Foreseen, foreseen, meaning_of
from bangfu.programmes.kinds import Label
from bangfu.programmes.patterns import Blank, Pattern, WrongAnswer, choices_of, fitting, written
from bangfu.programmes.programme import Programme
from bangfu.programmes.words import SECTION_LABELS

#: So many seconds are counted for a page; what is not counted by then says so.
PATIENCE = 3.0
_PREFIX = "of"


class Sentence(forms.Form):
    """A sentence of the notice and its blanks, out of what the file holds so far."""

    def __init__(self, pattern: Pattern, text: str, told: QueryDict | None, user: User) -> None:
        super().__init__(told, prefix=_PREFIX, label_suffix="")
        self.pattern, self.text = pattern, text
        for blank in pattern.blanks:
            self.fields[blank.name] = _field(blank, text, user)

    def clean(self) -> dict[str, Any]:
        """The answers, and the file with the sentence written into it."""
        answers = super().clean() or {}
        self.text_with_it = self.text
        if not self.errors:
            try:
                self.text_with_it = written(self.text, self.pattern, answers, VOCABULARY)
            except WrongAnswer as wrong:
                self.add_error(wrong.blank.name, said(wrong.label))
        return answers


def _field(blank: Blank, text: str, user: User) -> forms.Field:
    common: dict[str, Any] = {"label": called(blank.label), "required": not blank.optional}
    choices = choices_of(blank, text, VOCABULARY)
    if choices is None:
        if blank.sort == "day":
            widget: forms.Widget = forms.DateInput(attrs={"type": "date"})
        else:
            widget = forms.TextInput(
                attrs={"inputmode": "decimal"} if blank.sort == "number" else {}
            )
        if blank.sort == "area":
            common["initial"] = _own_area(user)
        return forms.CharField(max_length=200, widget=widget, **common)
    told = [(key, called(label)) for key, label in choices.items()]
    if blank.several:
        return Ticks(choices=told, **common)
    return forms.ChoiceField(choices=[("", "—"), *told], **common)


def _own_area(user: User) -> str:
    """The code of the place in which the account does its work, where it is one."""
    return next((g.place.code for g in grants_of(user) if g.place and g.place.code), "")


def sentences(text: str) -> list[tuple[str, str, str]]:
    """The sentences that may be written next: name, what it is called, how notices say it."""
    return [(name, said(one.label), one.says) for name, one in fitting(text).items()]


def sentence(posted: QueryDict, text: str, user: User) -> Sentence | None:
    """The sentence that was chosen, with its blanks; bound where it is to be written."""
    pattern = fitting(text).get(posted.get("sentence", ""))
    if pattern is None:
        return None
    return Sentence(pattern, text, posted if posted.get("look") == "write" else None, user)


# ------------------------------------------------------------------ what it would give


@dataclass(frozen=True, slots=True)
class Ahead:
    """One entry of the file on today's records, as a line of the page."""

    section: str
    one: Foreseen
    target: Milestone | None


def ahead(user: User, file: Programme, programme: ProgrammeRow | None) -> tuple[list[Ahead], str]:
    """What a file would give today, for who may put it in force; else why it is not shown."""
    try:
        area = programme.area if programme is not None else area_of(file.file.area)
    except Refused as refused:
        return [], refusal(refused)
    verb = "programme.replace" if programme is not None else "programme.start"
    if not allows(user, verb, programme or area):
        return [], said(_OUTSIDE)
    meaning = meaning_of(file, area, programme)
    day = min(max(clock.today(), file.from_), file.to)
    return list(_lines(foreseen(meaning, Moment(day), seconds=PATIENCE))), ""


_OUTSIDE = Label(
    "这个区域不在您的授权范围内，不能在那里启动活动，也不显示那里的数字。",
    "The area lies outside of what was granted to you: no programme can be started there, and no "
    "numbers are shown.",
)


def _lines(found: Iterator[Foreseen]) -> Iterator[Ahead]:
    labels: Mapping[str, Label] = SECTION_LABELS
    for one in found:
        reached = milestone(0, one.reached, "") if one.reached is not None else None
        yield Ahead(said(labels[one.section]), one, reached)
