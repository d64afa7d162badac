"""Pairings at the desk: both sides on one board, made, ended, the mode changed."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, subject_for
from bangfu.desk.page import (
    address_of,
    asked,
    name_of,
    page_of,
    programme_or_404,
    reader,
    record_or_404,
    said,
)
from bangfu.desk.pick import Pick, PickSeveral, unpartnered
from bangfu.desk.table import table
from bangfu.ledger import clock
from bangfu.ledger.access import allows, opens
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions.event import By
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Pairing, Programme
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import columns_of
from bangfu.lists.listing import Listing
from bangfu.lists.pages import total_of
from bangfu.lists.picking import Among, Role, kinds_for
from bangfu.programmes.readback import entry_readback
from bangfu.programmes.schema import Pairing as Rule


class MakeForm(EntryForm):
    """Who helps whom, from when."""

    subject = Pick("person", label=gettext_lazy("Who is helped"))
    helper = Pick("person", label=gettext_lazy("Who helps"))
    on = Day(label=gettext_lazy("From the day"), future=True)


class EndForm(EntryForm):
    """The last day, and why it is."""

    on = Day(label=gettext_lazy("Last day"), future=True)
    reason = ask("pairing", "end_reason", required=True, max_length=100)


class ChangeForm(EntryForm):
    """Into which mode, from when, why, and who is paired with whom in it."""

    new = forms.ChoiceField(label=gettext_lazy("The new mode"), widget=forms.RadioSelect)
    on = Day(label=gettext_lazy("From the day"), future=True)
    reason = ask("pairing", "end_reason", required=True, max_length=100)
    subjects = PickSeveral("person", label=gettext_lazy("Who is helped"), required=False)
    helpers = PickSeveral("person", label=gettext_lazy("Who helps"), required=False)


def rule_of(programme: Programme, name: str, on: Any) -> tuple[Meaning, Rule]:
    """The programme on a day, and its pairing of that name; without one there is no page."""
    meaning = Meaning.of(programme, Moment(on))
    if meaning.sort_of(name) != "pairing":
        raise Http404
    return meaning, meaning.pairing(name)


def _usual_day(programme: Programme, rule: Rule) -> Any:
    """Today, or the nearest day on which the mode holds."""
    first, last = rule.from_ or programme.began, rule.to or programme.ended
    return max(first, min(clock.today(), last or clock.today()))


def limit(form: EntryForm, field: str, meaning: Meaning, role: Role, name: str) -> None:
    """Let a field pick those alone whom the programme would take in a role."""
    form.let_pick(
        field, kinds=kinds_for(meaning, role, name), programme=meaning.row, role=role, name=name,
        on=form.day("on"),
    )  # fmt: skip


def _said(meaning: Meaning, name: str) -> str:
    """The rule of a pairing in plain words: who helps whom, how many, in which days."""
    return said(entry_readback(meaning.file, "pairing", name).text)


# ------------------------------------------------------------------ both sides on one page


@require_GET
def board(request: HttpRequest, name: str, entry: str) -> HttpResponse:
    """Who is paired, who on either side is not, and what the rule says."""
    programme, dates, user = programme_or_404(request, name), asked(request), reader(request)
    meaning, _found = rule_of(programme, entry, dates.moment.on)
    kind = VOCABULARY["pairing"]
    listing = Listing((entry,), dates.moment, programme=programme)
    rows = opens(user, kind, listing.sure())
    total = total_of(rows)
    page = page_of(request, rows.order_by("-began", "-pk"), total)
    fields = [f for f in columns_of(kind) if f.key != "name"]
    context = {
        "programme": programme,
        "entry": entry,
        "title": meaning.file.title_of(entry),
        "rule": _said(meaning, entry),
        "dates": dates,
        "total": total,
        "page": page,
        "table": table(listing, page.object_list, fields).filled(),
        "unpaired": _unpaired(user, meaning, "subject", entry, dates.moment.on),
        "free": _unpaired(user, meaning, "helper", entry, dates.moment.on),
        "makes": allows(user, "pairing.make", programme=programme),
        "changes": len(_modes(meaning)) > 1
        and allows(user, "pairing.change_mode", programme=programme),
        "asked": request.GET,
    }
    return render(request, "desk/board.html", context)


def _unpaired(user: Any, meaning: Meaning, role: Role, entry: str, on: Any) -> dict[str, Any]:
    """Those of a side who have no partner on the day: how many, and the first of them."""
    among = Among(kinds_for(meaning, role, entry), meaning.row, role, entry, on)
    count, shown = unpartnered(user, among)
    return {"count": count, "shown": shown, "more": count - len(shown)}


def _modes(meaning: Meaning) -> list[tuple[str, str]]:
    return [(name, entry.title or name) for name, entry in meaning.file.entries("pairing")]


# ------------------------------------------------------------------ what is done with them


@enters("pairing.make")
def make(request: HttpRequest, name: str, entry: str) -> HttpResponse:
    """Pairs a helper with whom he or she helps."""
    programme = programme_or_404(request, name)
    _meaning, rule = rule_of(programme, entry, clock.today())
    form = MakeForm(request, initial={"on": _usual_day(programme, rule)})
    meaning, rule = rule_of(programme, entry, form.day("on"))
    limit(form, "subject", meaning, "subject", entry)
    limit(form, "helper", meaning, "helper", entry)
    back = reverse("desk:board", args=[name, entry])

    def act(by: By, told: dict[str, Any]) -> Pairing:
        helper, helped = subject_for(by, told["helper"]), subject_for(by, told["subject"])
        return pairings.make(
            by=by, programme=programme, name=entry, helper=helper, subject=helped, on=told["on"]
        )

    done = entered(
        request, form, act, word=_("The pairing is on record."),
        to=lambda made: _board_on(name, entry, made.began),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Pair: %(entry)s") % {"entry": meaning.file.title_of(entry)},
        about=programme.title, back=back, programme=programme,
        hint=_said(meaning, entry),
    )  # fmt: skip


def _board_on(name: str, entry: str, on: dt.date) -> str:
    """The board on which what holds from a day on can be seen: today's, or that day's."""
    address = reverse("desk:board", args=[name, entry])
    return f"{address}?on={on}" if on > clock.today() else address


def about_pairing(pairing: Pairing) -> str:
    """Who helps whom, and since when."""
    return f"{name_of(pairing.helper)} → {name_of(pairing.subject)} · {pairing.began:%Y-%m-%d}"


@enters("pairing.end")
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets a pairing end, for a reason."""
    pairing: Pairing = record_or_404(request, "pairing", key)
    form, back = EndForm(request, initial={"on": clock.today()}), address_of("pairing", key)
    done = entered(
        request, form, lambda by, told: pairings.close(by=by, pairing=pairing, **told),
        word=_("The pairing ends on that day."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("End a pairing"), about=about_pairing(pairing), back=back
    )


@enters("pairing.undo")
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back a pairing that was entered by mistake."""
    pairing: Pairing = record_or_404(request, "pairing", key)
    form, back = NothingMore(request), address_of("pairing", key)
    done = entered(
        request, form, lambda by, _told: pairings.undo(by=by, pairing=pairing),
        word=_("It was taken back; what was believed before stays on record."),
        to=reverse("desk:board", args=[pairing.programme.name, pairing.name]),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back"), about=about_pairing(pairing), back=back,
        button=_("Take back"),
        hint=_("Only for what was entered by mistake. What was so until now is ended, with a day."),
    )  # fmt: skip


@enters("pairing.change_mode")
def change_mode(request: HttpRequest, name: str, entry: str) -> HttpResponse:
    """Ends all pairings of one mode and opens another, on a day and for a reason."""
    programme = programme_or_404(request, name)
    meaning, _found = rule_of(programme, entry, clock.today())
    others = [(mode, title) for mode, title in _modes(meaning) if mode != entry]
    if not others:
        raise Http404
    first = _usual_day(programme, meaning.pairing(others[0][0]))
    form = ChangeForm(request, initial={"new": others[0][0], "on": first})
    form.let_choose("new", others)
    new = form.word("new")
    if meaning.sort_of(new) == "pairing":
        limit(form, "subjects", meaning, "subject", new)
        limit(form, "helpers", meaning, "helper", new)
    back = reverse("desk:board", args=[name, entry])

    def act(by: By, told: dict[str, Any]) -> list[Pairing]:
        helped = [subject_for(by, row) for row in told["subjects"]]
        helpers = [subject_for(by, row) for row in told["helpers"]]
        return pairings.change_mode(
            by=by, programme=programme, old=entry, new=told["new"], on=told["on"],
            reason=told["reason"], pairs=[(one, other) for other in helped for one in helpers],
        )  # fmt: skip

    done = entered(
        request, form, act, word=_("The mode changes on that day."),
        to=lambda _made: _board_on(name, form.word("new"), form.day("on")),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Change the mode"), about=meaning.file.title_of(entry), back=back,
        programme=programme,
        hint=_(
            "Every pairing of the old mode ends the day before. In the new one everybody who helps "
            "is paired with everybody who is helped; leave both blank to pair them one by one."
        ),
    )  # fmt: skip
