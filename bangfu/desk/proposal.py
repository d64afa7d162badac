"""Proposed classes at the desk: proposed on a person's page, confirmed or declined in a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, Ticks, one_of
from bangfu.desk.classes import GiveForm, schemes_for
from bangfu.desk.entry import EntryForm, asking, entered, enters
from bangfu.desk.page import address_of, name_of, programme_or_404, reader, subject_or_404, unkept
from bangfu.ledger import clock
from bangfu.ledger.access import allows
from bangfu.ledger.actions import grounds
from bangfu.ledger.actions import proposal as proposals
from bangfu.ledger.actions.event import By
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Proposal
from bangfu.ledger.moment import Moment
from bangfu.lists.proposals import Proposed, open_proposals, schemes_with_conditions


class AnswerForm(EntryForm):
    """Which of them, and whether they are confirmed."""

    take = Ticks(label=gettext_lazy("What was proposed"))
    answer = one_of(
        [
            ("confirm", gettext_lazy("Confirm; it counts from its day on")),
            ("decline", gettext_lazy("Decline")),
        ],
        required=True,
        label=gettext_lazy("Your word on those ticked"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why not"), required=False, max_length=200,
        help_text=gettext_lazy("Needed where it is declined."),
    )  # fmt: skip


class LookForm(EntryForm):
    """Which conditions look, and from which day on their classes would hold."""

    name = forms.ChoiceField(label=gettext_lazy("Way to sort"), widget=forms.RadioSelect)
    on = Day(label=gettext_lazy("From the day"))


@enters("class.propose")
def propose(request: HttpRequest, key: UUID) -> HttpResponse:
    """Proposes a class of a subject, for somebody else to confirm."""
    kind, row = subject_or_404(request, key, Moment.present())
    offered = schemes_for(reader(request), key)
    if kind.name == "place" or not offered:
        raise Http404
    form, back = GiveForm(request, initial={"on": clock.today()}), address_of(kind.name, key)
    form.offer(offered)

    def act(by: By, told: dict[str, Any]) -> Proposal:
        programme, name, option, *_rest = offered[told.pop("option")]
        return proposals.propose(
            by=by, programme=programme, name=name, option=option, subject=row, **told
        )

    done = entered(
        request, form, act, word=_("It is proposed; somebody else confirms it."), to=back
    )
    return done or asking(
        request, form, title=_("Propose a class"), about=name_of(row), back=back,
        button=_("Propose"), hint=_("It does not count before somebody else has confirmed it."),
    )  # fmt: skip


@enters("class.confirm", "class.decline")
def waiting(request: HttpRequest, name: str) -> HttpResponse:
    """What was proposed in a programme and waits; several are answered at once."""
    programme = programme_or_404(request, name)
    told, total = open_proposals(reader(request), programme)
    on_grounds = _grounds(request, told)
    own = [one for one in told if one.is_own(reader(request))]
    answer = "decline" if told and len(own) == len(told) else "confirm"
    form = AnswerForm(request, initial={"answer": answer})
    form.let_choose(
        "take",
        (
            (str(one.row.fact), _called(one, on_grounds.get(one.row.fact), one in own))
            for one in told
        ),
    )

    def act(by: By, said: dict[str, Any]) -> Any:
        ticked = [one.row for one in told if str(one.row.fact) in said["take"]]
        if said["answer"] == "confirm":
            return proposals.confirm(by=by, proposals=ticked)
        return proposals.decline(by=by, proposals=ticked, reason=said["reason"])

    here = reverse("desk:proposals", args=[name])
    done = entered(request, form, act, word=_("Your word is on record."), to=here)
    meaning = Meaning.of(programme, Moment.present())
    looks = bool(schemes_with_conditions(meaning))
    page = done or asking(
        request, form, title=_("Proposed classes"), back=reverse("desk:programme", args=[name]),
        about=programme.title, programme=programme, button=_("Answer"), total=total,
        waits=told, on_grounds=on_grounds, asks_grounds=_may_ask(request, told, on_grounds),
        looks=looks and allows(reader(request), "class.propose_by_rule", programme),
        template="desk/proposals.html",
    )  # fmt: skip
    return unkept(page) if on_grounds else page


def _grounds(request: HttpRequest, told: Sequence[Proposed]) -> Mapping[UUID, str]:
    """On what grounds each was proposed, where the page is asked for them; that is written down."""
    if request.GET.get("grounds") != "1":
        return {}
    return grounds.read(by=By(reader(request), "desk"), rows=[one.row for one in told])


def _may_ask(request: HttpRequest, told: Sequence[Proposed], shown: Mapping[UUID, str]) -> bool:
    """Whether there are grounds that the reader may have shown."""
    sealed = [one.row.subject for one in told if one.row.grounds and not shown]
    return bool(grounds.may_look(reader(request), sealed))


def _called(one: Proposed, on_grounds: str | None, own: bool) -> str:
    by = _("by the programme's condition") if one.row.by_rule else str(one.row.proposed_by or "")
    if own:
        by = _("by yourself: somebody else confirms it")
    place = one.row.subject.place
    option = _("%(field)s: %(value)s") % {"field": one.scheme, "value": one.option}
    words = (name_of(one.row.subject), str(place or ""), option,
             f"{one.row.from_day:%Y-%m-%d}", by,
             _("grounds: %(grounds)s") % {"grounds": on_grounds} if on_grounds else "")  # fmt: skip
    return " · ".join(word for word in words if word)


@enters("class.propose_by_rule")
def look(request: HttpRequest, name: str) -> HttpResponse:
    """Lets the conditions of a way to sort propose its classes."""
    programme = programme_or_404(request, name)
    schemes = schemes_with_conditions(Meaning.of(programme, Moment.present()))
    first = schemes[0][0] if schemes else ""
    form = LookForm(request, initial={"on": clock.today(), "name": first})
    form.let_choose("name", schemes)
    back = reverse("desk:proposals", args=[name])
    done = entered(
        request, form,
        lambda by, told: proposals.propose_by_rule(by=by, programme=programme, **told),
        word=_("The conditions have looked; what they propose stands here."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Let the conditions propose"), about=programme.title, back=back,
        programme=programme, button=_("Look"),
        hint=_(
            "Who surely meets a condition of the programme's file and has no such class is "
            "proposed. Whoever was declined is not proposed again."
        ),
    )  # fmt: skip
