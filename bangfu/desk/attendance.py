"""Attendance by name at the desk: who came to a training or meeting, and who did not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.entry import EntryForm, asking, entered, enters
from bangfu.desk.page import address_of, reader, record_or_404, said
from bangfu.desk.pick import PickSeveral
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Activity, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.attendance import lists_of_people, missing, who_came

#: So many are expected at most: a longer list is not one that anybody calls out.
MOST = 500


class AttendForm(EntryForm):
    """Who came, the list of those who were expected, and who did not come."""

    came = PickSeveral("person", required=False, label=gettext_lazy("Who attended"))
    expected = forms.ChoiceField(
        required=False, label=gettext_lazy("Expected: everybody of the list")
    )
    away = PickSeveral("person", required=False, label=gettext_lazy("Who did not come"))


@enters("activity.attend")
def attend(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says by name who came, and who of those expected did not."""
    held: Activity = record_or_404(request, "activity", key)
    if held.kind not in ("training", "meeting"):
        raise Http404
    meaning, back = _meaning(held), address_of("activity", key)
    form = AttendForm(request, initial=dict(who_came(held)))
    form.let_choose(
        "expected", [("", _("nobody else")), *(lists_of_people(meaning) if meaning else ())]
    )

    def act(by: By, told: dict[str, Any]) -> Activity:
        away = [*told["away"], *_missing(request, held, meaning, told)]
        return activities.attend(by=by, activity=held, came=told["came"], away=away)

    done = entered(request, form, act, word=_("Who came is on record."), to=back)
    kind = said(VOCABULARY["activity"]["kind"].codes[held.kind])
    return done or asking(
        request, form, title=_("Attendance"), about=f"{kind} · {held.date:%Y-%m-%d}", back=back,
        hint=_("Whoever is on the chosen list and is not named as having come did not come."),
    )  # fmt: skip


def _meaning(held: Activity) -> Meaning | None:
    return Meaning.of(held.programme, Moment(held.date)) if held.programme else None


def _missing(
    request: HttpRequest, held: Activity, meaning: Meaning | None, told: dict[str, Any]
) -> list[Subject]:
    """Those of the chosen list who are not named as having come."""
    if not told["expected"] or meaning is None:
        return []
    named = [row.fact for row in (*told["came"], *told["away"])]
    found = missing(reader(request), held, meaning, told["expected"], but=named, most=MOST + 1)
    if len(found) > MOST:
        raise Refused(
            "too_many_expected",
            "More than %(most)s people are on that list; choose a shorter one.",
            most=MOST,
        )
    return found
