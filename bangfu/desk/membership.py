"""Who belongs to a household, at the desk: split, merged, moved, another head, gone, back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, Ticks, ask
from bangfu.desk.entry import EntryForm, asking, entered, enters, listed, source
from bangfu.desk.page import address_of, language, name_of, reader, said, subject_or_404
from bangfu.desk.pick import Pick
from bangfu.desk.table import table
from bangfu.ledger import clock
from bangfu.ledger.access import allows, fetch
from bangfu.ledger.actions import membership as memberships
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Place, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.place import LIVED_IN
from bangfu.lists.doorstep import home_of, reachable_subjects
from bangfu.lists.dossier import sheet_at
from bangfu.lists.listing import Listing

_DAY = dt.timedelta(days=1)


class MoveForm(EntryForm):
    """From which day on, and where to."""

    on = Day(label=gettext_lazy("From which day on"))
    to = Pick("place", label=gettext_lazy("Where to"))

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, initial={"on": clock.today()})
        self.let_pick("to", levels=LIVED_IN)


class JoinForm(EntryForm):
    """Which household, as what, and why."""

    household = Pick("household", label=gettext_lazy("Household"))
    relation = ask("person", "relation", required=True)
    came = ask("person", "came", required=True)
    on = Day(label=gettext_lazy("From which day on"))
    source = source()


class _Related(EntryForm):
    """A form about some people, each with a relation to the head."""

    on = Day(label=gettext_lazy("From which day on"))

    def __init__(self, request: HttpRequest, people: Sequence[Subject]) -> None:
        super().__init__(request, initial={"on": clock.today()})
        self.people = {str(one.fact): one for one in people}
        for key, one in self.people.items():
            label = _("%(name)s's relation to the new head") % {"name": one.name}
            self.fields[f"relation_{key}"] = ask("person", "relation", label=label)
        if "source" in self.fields:  # from where one knows it is asked last
            self.fields["source"] = self.fields.pop("source")

    def taken(self, told: dict[str, Any]) -> dict[str, str]:
        """The relations that were said, taken out of what the form told."""
        said = {key: told.pop(f"relation_{key}", "") for key in self.people}
        return {key: word for key, word in said.items() if word}


class LeaveForm(_Related):
    """Why somebody leaves; the last day of who died, the first day without of who went.

    The head says who is the head then; of who died, what was decided may end with that day.
    """

    gone = ask("person", "gone", required=True)
    on = Day(label=gettext_lazy("From which day on; of who died, the last day"))
    head = forms.ChoiceField(label=gettext_lazy("The new head"), widget=forms.RadioSelect)
    ends = forms.BooleanField(
        label=gettext_lazy("If he or she died: let these end on that day"), required=False
    )
    source = source()
    field_order = ("gone", "on", "head")

    def __init__(self, request: HttpRequest, others: Sequence[Subject], going: str) -> None:
        super().__init__(request, others)
        self.let_choose("head", [(str(one.fact), one.name) for one in others])
        if len(others) == 1:  # nobody else can be the head, and nobody is related to that one
            self.initial["head"] = str(others[0].fact)
            del self.fields[f"relation_{others[0].fact}"]
        if not others:
            del self.fields["head"]
        if going:
            self.fields["ends"] = self.fields.pop("ends")
            self.fields["ends"].help_text = going
            self.fields["source"] = self.fields.pop("source")
        else:
            del self.fields["ends"]


class HeadForm(_Related):
    """Who is the head from a day on."""

    head = forms.ChoiceField(label=gettext_lazy("The new head"), widget=forms.RadioSelect)


class SplitForm(_Related):
    """Who goes into a household of their own, and who of them is its head."""

    members = Ticks(label=gettext_lazy("Who goes into a household of their own"))
    head = forms.ChoiceField(label=gettext_lazy("The head of the new household"))
    source = source()


class MergeForm(_Related):
    """Into which household all of them go."""

    into = Pick("household", label=gettext_lazy("Into which household"))
    source = source()


def _home(request: HttpRequest, key: UUID) -> tuple[Subject, list[Subject]]:
    """A household with those of its members whom the reader may open."""
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name != "household":
        raise Http404
    members = home_of(kind, key, Moment.present())[1]
    return row, reachable_subjects(reader(request), members)


def _home_but_head(request: HttpRequest, key: UUID) -> tuple[Subject, list[Subject]]:
    """The same without the head, who stays when others part and is not made the head anew."""
    row, people = _home(request, key)
    head = sheet_at(VOCABULARY["household"], key, Moment.present()).get("head")
    return row, [one for one in people if one.fact != head]


def _person(request: HttpRequest, key: UUID) -> Subject:
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name != "person":
        raise Http404
    found: Subject = row
    return found


@enters("household.split")
def split(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets some members be a household of their own."""
    home, people = _home_but_head(request, key)
    form = SplitForm(request, people)
    named = [(k, one.name) for k, one in form.people.items()]
    form.let_choose("members", named)
    form.let_choose("head", [("", "—"), *named])

    def act(by: By, told: dict[str, Any]) -> Subject:
        relations, members = form.taken(told), [form.people[k] for k in told.pop("members")]
        head = form.people[told.pop("head")]
        return memberships.split(
            by=by, subject=home, members=members, head=head, relations=relations, **told
        )

    done = entered(
        request, form, act, word=_("The household is split; what was before stays as it was."),
        to=lambda made: address_of("household", made.fact),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Split the household"), about=name_of(home),
        back=address_of("household", key),
        hint=_("Relations are said of those who go; who stays is related as before."),
    )  # fmt: skip


@enters("household.merge")
def merge(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets all members belong to another household."""
    home, people = _home(request, key)
    form = MergeForm(request, people)
    form.let_pick("into", but=home.fact)

    def act(by: By, told: dict[str, Any]) -> Subject:
        relations, into = form.taken(told), told.pop("into")
        return memberships.merge(by=by, subject=home, into=into, relations=relations, **told)

    done = entered(
        request, form, act, word=_("They belong to one household now."),
        to=lambda made: address_of("household", made.fact),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Merge into another household"), about=name_of(home),
        back=address_of("household", key),
        hint=_("This household ends the day before; the other one stays."),
    )  # fmt: skip


@enters("household.move")
def move(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets a household live elsewhere, with all its members."""
    home, people = _home(request, key)
    form, back = MoveForm(request), address_of("household", key)

    def act(by: By, told: dict[str, Any]) -> Subject:
        to: Place = told["to"]
        return memberships.move(by=by, subject=home, to=to, on=told["on"])

    done = entered(
        request, form, act, word=_("The household has moved, with its members."), to=back
    )
    names = "、".join(one.name for one in people)
    return done or asking(
        request, form, title=_("Move the household"), about=f"{name_of(home)} · {names}", back=back
    )


@enters("household.change_head")
def change_head(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets another member be the head."""
    home, people = _home(request, key)
    others = _home_but_head(request, key)[1]
    form, back = HeadForm(request, people), address_of("household", key)
    form.let_choose("head", [(str(one.fact), one.name) for one in others])

    def act(by: By, told: dict[str, Any]) -> Subject:
        relations, head = form.taken(told), form.people[told["head"]]
        return memberships.change_head(
            by=by, subject=home, head=head, on=told["on"], relations=relations
        )

    done = entered(
        request, form, act, word=_("The household has another head and is called by it."), to=back
    )
    return done or asking(
        request, form, title=_("Change the head"), about=name_of(home), back=back,
        hint=_("What is not said about a relation is not known from then on."),
    )  # fmt: skip


@enters("household.leave")
def leave(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets a member leave the household, or writes down that somebody died."""
    person = _person(request, key)
    home, people = home_of(VOCABULARY["person"], key, Moment.present())
    others = _left_behind(request, home, key) if home else []
    house = _house_of_one(request, home, people)
    form = LeaveForm(request, others, _going(reader(request), person, *house))

    def act(by: By, told: dict[str, Any]) -> Subject:
        relations, head = form.taken(told), form.people.get(told.pop("head", ""))
        return memberships.leave(by=by, subject=person, head=head, relations=relations, **told)

    done = entered(
        request, form, act, word=_("It is on record; the days before stay as they were."),
        to=lambda _made: _where_it_is_seen(request, home, key),
    )  # fmt: skip
    alone = _("Nobody else lives there: if he or she died, the household ends on that day too.")
    return done or asking(
        request, form, title=_("A member leaves"), about=name_of(person),
        back=address_of("person", key), hint=alone if house else "",
    )  # fmt: skip


def _house_of_one(
    request: HttpRequest, home: UUID | None, people: Sequence[UUID]
) -> tuple[Subject, ...]:
    """The household of somebody who lives alone in it, if the reader may open it."""
    house = fetch(reader(request), VOCABULARY["household"], home) if home else None
    return (house,) if house is not None and len(people) == 1 else ()


def _where_it_is_seen(request: HttpRequest, home: UUID | None, key: UUID) -> str:
    """Where one goes once somebody left: a household that ended with its last is found no more."""
    for name, one in (("household", home), ("person", key)):
        if one and fetch(reader(request), VOCABULARY[name], one) is not None:
            return address_of(name, one)
    return listed("household")


def _left_behind(request: HttpRequest, home: UUID, key: UUID) -> list[Subject]:
    """Those who need another head once this person leaves; nobody, where it is not the head."""
    if sheet_at(VOCABULARY["household"], home, Moment.present()).get("head") != key:
        return []
    return _home_but_head(request, home)[1]


#: What lets each of them end, and what takes back what was to begin later.
_ENDING = {
    "pairing": ("pairing.end", "pairing.undo"),
    "enrolment": ("enrolment.leave", "enrolment.withdraw"),
    "class": ("class.end", "class.undo"),
}


def _going(user: User, *subjects: Subject) -> str:
    """What was decided for some subjects and goes on, in words, for who may let all of it end."""
    words = []
    yesterday = clock.today() - _DAY
    for name, rows in (
        item for one in subjects for item in memberships.going_on_after(one, yesterday).items()
    ):
        kind = VOCABULARY[name]
        if not all(allows(user, verb, row) for row in rows for verb in _ENDING[name]):
            return ""
        drawn = table(Listing((name,), Moment.present()), rows, [kind["name"]])
        words += [f"{said(kind.label)} {row.cells[0].text}" for row in drawn.rows]
    return ("; " if language() == "en" else "；").join(words)


@enters("household.join")
def join(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets somebody join a household: come back, married, born."""
    person = _person(request, key)
    form, back = JoinForm(request, initial={"on": clock.today()}), address_of("person", key)
    done = entered(
        request, form, lambda by, told: memberships.join(by=by, subject=person, **told),
        word=_("The person belongs to the household."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Join a household"), about=name_of(person), back=back
    )
