"""Assurances at the desk: how a household stands is judged, put right, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask, called
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters
from bangfu.desk.page import address_of, name_of, record_or_404, said, subject_or_404
from bangfu.ledger import clock
from bangfu.ledger.actions import assurance as assurances
from bangfu.ledger.actions.event import By
from bangfu.ledger.codes import ASSURANCE
from bangfu.ledger.models import Assurance
from bangfu.ledger.moment import Moment


def _verdict(kind: str) -> Any:
    return ask("assurance", "verdict", label=called(ASSURANCE[kind]))


class JudgeForm(EntryForm):
    """A verdict for each, on what evidence, and who judged."""

    on = Day(label=gettext_lazy("Checked on"))
    food = _verdict("food")
    clothing = _verdict("clothing")
    schooling = _verdict("schooling")
    medical = _verdict("medical")
    housing = _verdict("housing")
    water = _verdict("water")
    evidence = ask("assurance", "evidence", lines=2, max_length=200)
    judge = ask("assurance", "judge")


class CorrectForm(EntryForm):
    """The right verdict and its evidence."""

    verdict = ask("assurance", "verdict", required=True)
    evidence = ask("assurance", "evidence", lines=2, max_length=200)


@enters("assurance.judge")
def judge(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down one check of a household."""
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name != "household":
        raise Http404
    form, back = JudgeForm(request, initial={"on": clock.today()}), address_of("household", key)

    def act(by: By, told: dict[str, Any]) -> list[Assurance]:
        verdicts = {one: told.pop(one) for one in ASSURANCE if told.get(one)}
        given = {name: told[name] for name in ("on", "evidence", "judge")}
        return assurances.judge(by=by, subject=row, verdicts=verdicts, **given)

    done = entered(request, form, act, word=_("The check is on record."), to=back)
    return done or asking(
        request, form, title=_("Check how they stand"), about=name_of(row), back=back,
        hint=_("What you leave open is not judged. Write no illness and no diagnosis."),
    )  # fmt: skip


def _about(row: Assurance) -> str:
    return f"{name_of(row.subject)} · {said(ASSURANCE[row.kind])} · {row.date:%Y-%m-%d}"


@enters("assurance.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts one verdict right."""
    row: Assurance = record_or_404(request, "assurance", key)
    form = CorrectForm(request, initial={"verdict": row.verdict, "evidence": row.evidence})
    back = address_of("assurance", key)
    done = entered(
        request, form,
        lambda by, told: assurances.correct_verdict(by=by, assurance=row, **told),
        word=_("The verdict is put right."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Put a verdict right"), about=_about(row), back=back
    )


@enters("assurance.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back a verdict that should not have been entered."""
    row: Assurance = record_or_404(request, "assurance", key)
    form, home = NothingMore(request), address_of("household", row.subject_id)
    done = entered(
        request, form, lambda by, told: assurances.withdraw(by=by, assurance=row),
        word=_("The verdict is taken back."), to=home,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back a verdict"), about=_about(row),
        back=address_of("assurance", key), button=_("Take back"),
    )  # fmt: skip
