"""Statistics at the desk: a place's number with its source, and put right."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, asking, entered, enters, filled, listed
from bangfu.desk.page import address_of, name_of, record_or_404
from bangfu.ledger.actions import statistic as statistics
from bangfu.ledger.models import Statistic


class StateForm(EntryForm):
    """Which number of which place, for which days, and who says so."""

    place = ask("statistic", "place", required=True)
    name = ask("statistic", "name", required=True)
    value = ask("statistic", "value", required=True)
    began = Day(label=gettext_lazy("For the days from"), future=True)
    ended = Day(label=gettext_lazy("until"), future=True)
    source = ask("statistic", "source", required=True, max_length=100)
    as_written = ask("statistic", "as_written", max_length=100)
    folded = ("as_written",)


class CorrectForm(EntryForm):
    """The right number, and its source."""

    value = ask("statistic", "value", required=True)
    source = ask("statistic", "source", required=True, max_length=100)


@enters("statistic.state")
def state(request: HttpRequest) -> HttpResponse:
    """A number that is not counted here."""
    form = StateForm(request)
    done = entered(
        request, form, lambda by, told: statistics.state(by=by, **filled(told)),
        word=_("The number is on record."), to=lambda made: address_of("statistic", made.fact),
    )  # fmt: skip
    return done or asking(request, form, title=_("State a number"), back=listed("statistic"))


@enters("statistic.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts a stated number right."""
    held: Statistic = record_or_404(request, "statistic", key)
    form = CorrectForm(request, initial={"value": held.value, "source": held.source})
    back = address_of("statistic", key)
    done = entered(
        request, form, lambda by, told: statistics.correct_value(by=by, statistic=held, **told),
        word=_("The number was put right; what was believed before stays on record."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Put a number right"), about=name_of(held.place), back=back
    )
