"""Days on the spot and leave at the desk: entered, approved, cut short."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, filled, listed
from bangfu.desk.holder import picked_by_post
from bangfu.desk.page import address_of, name_of, reader, record_or_404, said, subject_or_404
from bangfu.desk.pick import Pick
from bangfu.ledger import clock
from bangfu.ledger.actions import stint as stints
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Stint, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY


class OfForm(EntryForm):
    """Which days, of which sort, in which village."""

    kind = ask("stint", "kind", required=True)
    began = Day(label=gettext_lazy("From the day"), future=True)
    ended = Day(label=gettext_lazy("Last day"), required=False, future=True)
    place = ask("stint", "place")
    present = ask("stint", "present")


class EnterForm(OfForm):
    """The same, of somebody who is to be chosen."""

    person = Pick("person", required=True, label=gettext_lazy("Who"))
    field_order = ("person",)


class CorrectForm(EntryForm):
    """The right days."""

    kind = ask("stint", "kind", required=True)
    began = Day(label=gettext_lazy("From the day"), future=True)
    ended = Day(label=gettext_lazy("Last day"), required=False, future=True)
    present = ask("stint", "present", required=True)


class ApproveForm(EntryForm):
    """Who let somebody be away, and when."""

    approver = ask("stint", "approver", required=True)
    on = Day(label=gettext_lazy("Approved on"))


class RefuseForm(EntryForm):
    """Who did not let somebody be away, when, and why."""

    refuser = Pick("person", required=True, label=gettext_lazy("Not approved by"))
    on = Day(label=gettext_lazy("Not approved on"))
    reason = forms.CharField(
        label=gettext_lazy("Why not"), max_length=200,
        help_text=gettext_lazy("In a few words; no illness, no number of anybody."),
    )  # fmt: skip


class EndForm(EntryForm):
    """The last day."""

    on = Day(label=gettext_lazy("Last day"), future=True)


_HINT = gettext_lazy(
    "Leave and absence on duty have a last day; why somebody is away is not kept. Left open, the "
    "kind says whether the days count as being there."
)


@enters("stint.enter")
def enter(request: HttpRequest) -> HttpResponse:
    """Puts days of somebody on record."""
    own = reader(request).person_id
    given = {"began": clock.today(), "kind": "in_village", "person": own}
    return _entering(request, EnterForm(request, initial=given), None, listed("stint"))


@enters("stint.enter")
def enter_of(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts days of one person on record."""
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name != "person":
        raise Http404
    form = OfForm(request, initial={"began": clock.today(), "kind": "in_village"})
    return _entering(request, form, row, address_of("person", key))


def _entering(
    request: HttpRequest, form: EntryForm, person: Subject | None, back: str
) -> HttpResponse:
    def act(by: By, told: dict[str, Any]) -> Stint:
        said = {"person": person, **filled(told)}
        return stints.enter(by=by, **said)

    done = entered(
        request, form, act, word=_("The days are on record."),
        to=lambda made: address_of("stint", made.fact),
    )  # fmt: skip
    about = "" if person is None else name_of(person)
    return done or asking(
        request, form, title=_("Enter days there or leave"), about=about, back=back, hint=_HINT
    )


def _about(row: Stint) -> str:
    kind = said(VOCABULARY["stint"]["kind"].codes[row.kind])
    until = f"{row.ended:%Y-%m-%d}" if row.ended else ""
    return f"{name_of(row.person)} · {kind} · {row.began:%Y-%m-%d} – {until}"


@enters("stint.approve")
def approve(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down who let somebody be away."""
    row: Stint = record_or_404(request, "stint", key)
    given = {"on": clock.today(), "approver": reader(request).person_id}
    form, back = ApproveForm(request, initial=given), address_of("stint", key)
    picked_by_post(form, "approver")
    done = entered(
        request, form, lambda by, told: stints.approve(by=by, stint=row, **told),
        word=_("The leave is approved."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("Approve leave"), about=_about(row), back=back)


@enters("stint.refuse")
def refuse(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down who did not let somebody be away, and why."""
    row: Stint = record_or_404(request, "stint", key)
    given = {"on": clock.today(), "refuser": reader(request).person_id}
    form, back = RefuseForm(request, initial=given), address_of("stint", key)
    picked_by_post(form, "refuser")
    done = entered(
        request, form, lambda by, told: stints.refuse(by=by, stint=row, **told),
        word=_("It is on record that the leave is not approved."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Do not approve leave"), about=_about(row), back=back,
        hint=_("Whoever asked puts the days right, which asks anew, or takes them back."),
    )  # fmt: skip


@enters("stint.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts days right that were entered wrongly."""
    row: Stint = record_or_404(request, "stint", key)
    held = {"kind": row.kind, "began": row.began, "ended": row.ended,
            "present": "yes" if row.present else "no"}  # fmt: skip
    form, back = CorrectForm(request, initial=held), address_of("stint", key)
    done = entered(
        request, form, lambda by, told: stints.correct_stint(by=by, stint=row, **told),
        word=_("The days are put right."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Put days right"), about=_about(row), back=back,
        hint=_("Where days or kind are others, leave is asked for anew, also if it was answered."),
    )  # fmt: skip


@enters("stint.end")
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets days end on another day than was said."""
    row: Stint = record_or_404(request, "stint", key)
    form, back = EndForm(request, initial={"on": clock.today()}), address_of("stint", key)
    done = entered(
        request, form, lambda by, told: stints.close(by=by, stint=row, on=told["on"]),
        word=_("They end on that day."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("Say the last day"), about=_about(row), back=back)


@enters("stint.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back days that should not have been entered."""
    row: Stint = record_or_404(request, "stint", key)
    form = NothingMore(request)
    done = entered(
        request, form, lambda by, told: stints.take_back(by=by, stint=row),
        word=_("The days are taken back."), to=listed("stint"),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take days back"), about=_about(row),
        back=address_of("stint", key), button=_("Take back"),
    )  # fmt: skip
