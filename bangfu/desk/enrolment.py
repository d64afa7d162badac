"""Enrolments at the desk: whom a programme takes in, on which grounds; who leaves, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask, one_of
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters
from bangfu.desk.page import address_of, name_of, programme_or_404, record_or_404
from bangfu.desk.pick import PickSeveral
from bangfu.ledger import clock
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions.event import By
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Enrolment, Programme
from bangfu.ledger.moment import Moment
from bangfu.ledger.quotas import Room, lines_of
from bangfu.lists.figure import figure_of
from bangfu.lists.pages import names_of
from bangfu.lists.picking import kinds_for
from bangfu.lists.readings import reading
from bangfu.programmes.schema import Enrol

#: So many lines of places and units stand on the page, the fullest first.
MOST = 30


class TakeInForm(EntryForm):
    """Who is taken in, from when, and why."""

    subjects = PickSeveral("person", label=gettext_lazy("Who is taken in"))
    on = Day(label=gettext_lazy("From the day"))
    reason = forms.ChoiceField(label=gettext_lazy("On which grounds"), widget=forms.RadioSelect)
    more = forms.CharField(
        label=gettext_lazy("In a few words"), required=False, max_length=200,
        help_text=gettext_lazy("Sealed under each person's own key."),
    )  # fmt: skip


class LeaveForm(EntryForm):
    """The last day, and why it is."""

    on = Day(label=gettext_lazy("Last day"))
    reason = ask("enrolment", "end_reason", required=True)


@enters("enrolment.take_in")
def take_in(request: HttpRequest, name: str, entry: str) -> HttpResponse:
    """Takes people, households or places into a programme."""
    programme = programme_or_404(request, name)
    on = max(programme.began, min(clock.today(), programme.ended or clock.today()))
    meaning = Meaning.of(programme, Moment(on))
    rule = meaning.file.entry(entry) if meaning.sort_of(entry) == "enrol" else None
    if not isinstance(rule, Enrol):
        raise Http404
    form = TakeInForm(request, initial={"on": on})
    _fit(form, programme, entry, meaning, rule)
    back = reverse("desk:programme_list", args=[name, entry])
    done = entered(
        request, form, lambda by, told: _taken(by, programme, entry, rule, told),
        word=_("They are taken in."), to=back,
    )  # fmt: skip
    if done:
        return done
    quotas, unshown = _quotas(meaning, entry, form.day("on"))
    return asking(
        request, form, title=_("Take in: %(entry)s") % {"entry": meaning.file.title_of(entry)},
        about=programme.title, hint=_how_many(programme, entry), back=back, programme=programme,
        more="desk/parts/quotas.html", quotas=quotas, unshown=unshown,
        warned=[_("All places are taken: nobody more can be taken in.")] if _full(quotas) else [],
    )  # fmt: skip


def _fit(form: TakeInForm, programme: Programme, entry: str, meaning: Meaning, rule: Enrol) -> None:
    """Pick out of those whom the entry takes; its own grounds, where it names some."""
    form.let_pick(
        "subjects", kinds=kinds_for(meaning, "enrol", entry), programme=programme, role="enrol",
        name=entry, on=form.day("on"),
    )  # fmt: skip
    if rule.items:
        choices = [(key, str(text)) for key, text in rule.items.items()]
        form.fields["reason"] = one_of(choices, label=form.fields["reason"].label, required=True)
    else:
        del form.fields["reason"]
        form.fields["more"].required = True


def _taken(
    by: By, programme: Programme, entry: str, rule: Enrol, told: dict[str, Any]
) -> list[Enrolment]:
    grounds = [str(rule.items[told["reason"]])] if told.get("reason") else []
    return enrolments.take_in_several(
        by=by,
        programme=programme,
        name=entry,
        subjects=told["subjects"],
        on=told["on"],
        grounds="；".join([*grounds, *filter(None, [told["more"]])]),
    )


@dataclass(frozen=True, slots=True)
class Quota:
    """One bound as the page shows it: whose, how many are in, may be, and are left."""

    whose: str
    taken: int
    wanted: str
    left: int | None
    full: bool
    of_all: bool


def _how_many(programme: Programme, entry: str) -> str:
    """How many are in."""
    now = reading(figure_of(programme, entry, Moment.present()))[0].low or 0
    return _("%(now)s are in.") % {"now": now}


def _quotas(meaning: Meaning, entry: str, on: dt.date) -> tuple[list[Quota], int]:
    """The bounds with what is taken and left, the fullest first, and how many are not shown."""
    rooms = [room for line in lines_of(meaning, entry, on) for room in line.rooms()]
    rooms = [room for room in rooms if (room.least, room.most) != (None, None)]
    shown = sorted(rooms, key=lambda r: (r.key is not None, r.left is None, r.left or 0))[:MOST]
    names = names_of((room.key for room in shown if room.key), Moment(on))
    return [_quota(room, names) for room in shown], len(rooms) - len(shown)


def _full(quotas: Sequence[Quota]) -> bool:
    """Whether the enrolment as a whole has no place left."""
    return any(one.full and one.of_all for one in quotas)


def _quota(room: Room, names: Mapping[UUID, str]) -> Quota:
    whose = [room.title, names.get(room.key, "") if room.key else ""]
    if room.least == room.most:
        wanted = str(room.most)
    elif room.most is not None:
        wanted = _("at most %(n)s") % {"n": room.most}
    else:
        wanted = _("at least %(n)s") % {"n": room.least}
    said = " · ".join(filter(None, whose)) or _("In all")
    of_all = not room.title and room.key is None
    return Quota(said, room.taken, wanted, room.left, room.full, of_all)


@enters("enrolment.leave")
def leave(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets an enrolment end."""
    held: Enrolment = record_or_404(request, "enrolment", key)
    form, back = LeaveForm(request, initial={"on": clock.today()}), address_of("enrolment", key)
    done = entered(
        request, form, lambda by, told: enrolments.leave(by=by, enrolment=held, **told),
        word=_("The enrolment ends on that day."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Let leave"), about=name_of(held.subject), back=back
    )


@enters("enrolment.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back an enrolment that should not have been entered."""
    held: Enrolment = record_or_404(request, "enrolment", key)
    form, back = NothingMore(request), address_of("enrolment", key)
    to = address_of(held.subject.kind, held.subject_id)
    done = entered(
        request, form, lambda by, _told: enrolments.take_back(by=by, enrolment=held),
        word=_("It was taken back; what was believed before stays on record."), to=to,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back"), about=name_of(held.subject), back=back,
        button=_("Take back"),
        hint=_("Only for what was entered by mistake. Who leaves is let leave, with a day."),
    )  # fmt: skip
