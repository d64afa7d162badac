"""Classes at the desk: who is sorted as what, on which grounds; ended and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters
from bangfu.desk.page import address_of, name_of, reader, record_or_404, subject_or_404
from bangfu.ledger import clock
from bangfu.ledger.actions import classes
from bangfu.ledger.actions.event import By
from bangfu.ledger.conditions import may_belong
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Class, Programme, User
from bangfu.ledger.moment import Moment
from bangfu.lists.pages import programmes_about
from bangfu.programmes.schema import Class as Scheme
from bangfu.programmes.schema import Option

#: Classes that may be chosen: programme, scheme, option, and their entries, by a word.
Offered = Mapping[str, tuple[Programme, str, str, Scheme, Option]]


class GiveForm(EntryForm):
    """Which class, from when, on which grounds."""

    option = forms.ChoiceField(label=gettext_lazy("Class"), widget=forms.RadioSelect)
    on = Day(label=gettext_lazy("From the day"))
    grounds = forms.CharField(
        label=gettext_lazy("Grounds"), max_length=200,
        help_text=gettext_lazy("Sealed under the person's own key."),
    )  # fmt: skip

    def offer(self, offered: Offered) -> None:
        """Let the form choose among some classes."""
        several = len({programme.pk for programme, *_rest in offered.values()}) > 1
        told = (
            (word, f"{entry.title or name} · {one.title or option}", programme.title)
            for word, (programme, name, option, entry, one) in offered.items()
        )
        self.let_choose(
            "option",
            ((word, f"{text} · {title}" if several else text) for word, text, title in told),
        )


class EndForm(EntryForm):
    """The last day of a class."""

    on = Day(label=gettext_lazy("Last day"))


def _schemes(
    programmes: Sequence[Programme], subject: UUID
) -> Iterator[tuple[Programme, str, Scheme]]:
    """The ways of sorting that the programmes have for a subject today."""
    today = Moment.present()
    for programme in programmes:
        meaning = Meaning.of(programme, today)
        for name, entry in meaning.file.entries("class"):
            assert isinstance(entry, Scheme)
            if may_belong(subject, (entry.each,), {}, meaning, today.on):
                yield programme, name, entry


def schemes_for(user: User, subject: UUID) -> Offered:
    """Every class that the programmes concerned have for a subject, by a word for the form."""
    return {
        f"{programme.name}/{name}/{option}": (programme, name, option, entry, one)
        for programme, name, entry in _schemes(programmes_about(user, subject), subject)
        for option, one in entry.items.items()
    }


@enters("class.give")
def give(request: HttpRequest, key: UUID) -> HttpResponse:
    """Sorts a subject into a class of one of its programmes."""
    kind, row = subject_or_404(request, key, Moment.present())
    offered = schemes_for(reader(request), key)
    if kind.name == "place" or not offered:
        raise Http404
    form, back = GiveForm(request, initial={"on": clock.today()}), address_of(kind.name, key)
    form.offer(offered)

    def act(by: By, told: dict[str, Any]) -> Class:
        programme, name, option, *_rest = offered[told.pop("option")]
        return classes.give(
            by=by, programme=programme, name=name, option=option, subject=row, **told
        )

    done = entered(request, form, act, word=_("The class is on record."), to=back)
    return done or asking(request, form, title=_("Sort"), about=name_of(row), back=back)


@enters("class.end")
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets a class end."""
    given: Class = record_or_404(request, "class", key)
    form, back = EndForm(request, initial={"on": clock.today()}), address_of("class", key)
    done = entered(
        request, form, lambda by, told: classes.close(by=by, given=given, on=told["on"]),
        word=_("The class ends on that day."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("End a class"), about=name_of(given.subject), back=back
    )


@enters("class.undo")
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back a class that was given by mistake."""
    given: Class = record_or_404(request, "class", key)
    form, back = NothingMore(request), address_of("class", key)
    done = entered(
        request, form, lambda by, _told: classes.undo(by=by, given=given),
        word=_("It was taken back; what was believed before stays on record."),
        to=address_of(given.subject.kind, given.subject_id),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back"), about=name_of(given.subject), back=back,
        button=_("Take back"),
        hint=_("Only for what was given by mistake. What was so until now is ended, with a day."),
    )  # fmt: skip
