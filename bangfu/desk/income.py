"""Income at the desk: lines are entered, put right, taken back, and reckoned for a window."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, filled
from bangfu.desk.page import address_of, name_of, reader, record_or_404, said, subject_or_404
from bangfu.ledger import clock
from bangfu.ledger.actions import income as incomes
from bangfu.ledger.actions import reckoning as reckonings
from bangfu.ledger.actions.event import By
from bangfu.ledger.codes import INCOME
from bangfu.ledger.income_sums import usual_window
from bangfu.ledger.models import Income, Reckoning
from bangfu.ledger.moment import Moment
from bangfu.lists.doorstep import home_of, reachable_subjects


class LineForm(EntryForm):
    """One amount: what sort, what for, how much, for what time, how it is shown."""

    kind = ask("income", "kind", required=True)
    item = ask("income", "item", required=True, max_length=60)
    amount = ask("income", "amount", required=True)
    since = ask("income", "first_day", required=True)
    until = ask("income", "date", required=True)
    evidence = ask("income", "evidence", max_length=200)


class EnterForm(LineForm):
    """Whose it was besides, among those who live there."""

    person = forms.ChoiceField(label=gettext_lazy("Member"), required=False)
    field_order = ("key", "kind", "item", "person")


class ReckonForm(EntryForm):
    """On which day it is reckoned, and for what window."""

    on = Day(label=gettext_lazy("Reckoned on"))
    since = ask("reckoning", "first_day")
    until = ask("reckoning", "until")


def _household_or_404(request: HttpRequest, key: UUID) -> Any:
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name != "household":
        raise Http404
    return kind, row


@enters("income.enter")
def enter(request: HttpRequest, key: UUID) -> HttpResponse:
    """Enters one line after the other."""
    kind, row = _household_or_404(request, key)
    members = home_of(kind, key, Moment.present())[1]
    people = {str(one.fact): one for one in reachable_subjects(reader(request), members)}
    since, until = usual_window(clock.today())
    form = EnterForm(request, initial={"since": since, "until": until})
    none = ("", _("the household as a whole"))
    form.let_choose("person", [none, *((k, one.name) for k, one in people.items())])

    def act(by: By, told: dict[str, Any]) -> Income:
        person = people.get(told.pop("person", ""))
        return incomes.enter(by=by, subject=row, person=person, **told)

    done = entered(
        request, form, act, word=_("The line is on record; here is room for the next."),
        to=reverse("desk:income_enter", args=[key]),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Enter income or spending"), about=name_of(row),
        back=address_of("household", key), button=_("Keep, and write the next"),
        hint=_("Totals are never typed: they are reckoned from these lines."),
    )  # fmt: skip


def _about(line: Income) -> str:
    return f"{name_of(line.subject)} · {said(INCOME[line.kind])} · {line.item}"


@enters("income.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts one line right."""
    line: Income = record_or_404(request, "income", key)
    held = {name: getattr(line, name) for name in ("kind", "item", "amount", "since", "evidence")}
    form, back = LineForm(request, initial=held | {"until": line.date}), address_of("income", key)

    def act(by: By, told: dict[str, Any]) -> Income:
        return incomes.correct_line(by=by, income=line, date=told.pop("until"), **told)

    done = entered(
        request, form, act, word=_("The line is put right, and what was reckoned with it."), to=back
    )
    return done or asking(request, form, title=_("Put a line right"), about=_about(line), back=back)


@enters("income.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back a line that should not have been entered."""
    line: Income = record_or_404(request, "income", key)
    form, home = NothingMore(request), address_of("household", line.subject_id)
    done = entered(
        request, form, lambda by, told: incomes.withdraw(by=by, income=line),
        word=_("The line is taken back, and what was reckoned follows."), to=home,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back a line"), about=_about(line),
        back=address_of("income", key), button=_("Take back"),
    )  # fmt: skip


@enters("reckoning.make")
def reckon(request: HttpRequest, key: UUID) -> HttpResponse:
    """Reckons a household's income for a window."""
    _kind, row = _household_or_404(request, key)
    since, until = usual_window(clock.today())
    form = ReckonForm(request, initial={"on": clock.today(), "since": since, "until": until})

    def act(by: By, told: dict[str, Any]) -> Reckoning:
        return reckonings.make(by=by, subject=row, **filled(told))

    done = entered(
        request, form, act, word=_("The income is reckoned."),
        to=lambda made: address_of("reckoning", made.fact),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Reckon income"), about=name_of(row), button=_("Reckon income"),
        back=address_of("household", key),
        hint=_("Usually the twelve whole months before the month. Who lives there on the day of "
               "reckoning is counted."),
    )  # fmt: skip
