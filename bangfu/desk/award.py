"""Awards at the desk: who was honoured for what, and whether it may be shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import ask
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, filled, subject_for
from bangfu.desk.page import address_of, name_of, record_or_404, subject_or_404
from bangfu.ledger import clock
from bangfu.ledger.actions import award as awards
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Award
from bangfu.ledger.moment import Moment


class CorrectForm(EntryForm):
    """For what, when, by whom."""

    on = ask("award", "date", required=True)
    title = ask("award", "title", required=True, max_length=80)
    level = ask("award", "level")
    issuer = ask("award", "issuer", max_length=80)
    paper = ask("award", "paper", max_length=60)


class GiveForm(CorrectForm):
    """The same, and whether its holder lets it be shown."""

    shown = ask("award", "shown")


class ShowForm(EntryForm):
    """What the holder says."""

    shown = ask("award", "shown", required=True)


_SHOWN = gettext_lazy(
    "Only what its holder agreed to may be shown, and what is taken back is shown no longer."
)


@enters("award.give")
def give(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts on record that somebody was honoured."""
    kind, row = subject_or_404(request, key, Moment.present())
    form, back = GiveForm(request, initial={"on": clock.today()}), address_of(kind.name, key)

    def act(by: By, told: dict[str, Any]) -> Award:
        return awards.give(by=by, subject=subject_for(by, row), **filled(told))

    done = entered(request, form, act, word=_("The award is on record."), to=back)
    return done or asking(
        request, form, title=_("Register an award"), about=name_of(row), back=back, hint=_SHOWN
    )


def _about(row: Award) -> str:
    return f"{name_of(row.subject)} · {row.title} · {row.date:%Y-%m-%d}"


@enters("award.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts right what was entered wrongly."""
    row: Award = record_or_404(request, "award", key)
    held = {"on": row.date, **{n: getattr(row, n) for n in ("title", "level", "issuer", "paper")}}
    form, back = CorrectForm(request, initial=held), address_of("award", key)
    done = entered(
        request, form, lambda by, told: awards.correct_award(by=by, award=row, **told),
        word=_("The award is put right."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Put an award right"), about=_about(row), back=back
    )


@enters("award.let_show")
def let_show(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down whether the holder lets it be shown."""
    row: Award = record_or_404(request, "award", key)
    form, back = ShowForm(request), address_of("award", key)
    done = entered(
        request, form, lambda by, told: awards.let_show(by=by, award=row, shown=told["shown"]),
        word=_("It is written down whether it may be shown."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("May it be shown?"), about=_about(row), back=back, hint=_SHOWN
    )


@enters("award.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back what should not have been entered."""
    row: Award = record_or_404(request, "award", key)
    form, home = NothingMore(request), address_of("subject", row.subject_id)
    done = entered(
        request, form, lambda by, told: awards.take_back(by=by, award=row),
        word=_("The award is taken back."), to=home,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back an award"), about=_about(row),
        back=address_of("award", key), button=_("Take back"),
    )  # fmt: skip
