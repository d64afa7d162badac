"""Places of practice at the desk: where somebody is registered to work, put right, and left."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, filled
from bangfu.desk.page import address_of, name_of, record_or_404, subject_or_404
from bangfu.ledger import clock
from bangfu.ledger.actions import practice as practices
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Practice
from bangfu.ledger.moment import Moment


class RegisterForm(EntryForm):
    """Under which qualification, where, when, and whether it is the main place."""

    kind = ask("practice", "kind", required=True)
    organisation = ask("practice", "organisation")
    site = ask("practice", "site")
    main = ask("practice", "main")
    sessions = ask("practice", "sessions", max_length=60)
    began = Day(label=gettext_lazy("From the day"))
    ended = Day(label=gettext_lazy("Last day"), required=False, future=True)


class CorrectForm(EntryForm):
    """When somebody sees people there."""

    sessions = ask("practice", "sessions", max_length=60)


class EndForm(EntryForm):
    """The last day."""

    on = Day(label=gettext_lazy("Last day"))


@enters("practice.register")
def register(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down where a person practises."""
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name != "person":
        raise Http404
    form, back = RegisterForm(request), address_of("person", key)

    def act(by: By, told: dict[str, Any]) -> Practice:
        return practices.register(by=by, person=row, **filled(told))

    done = entered(request, form, act, word=_("The place of practice is on record."), to=back)
    return done or asking(
        request, form, title=_("Register a place of practice"), about=name_of(row), back=back,
        hint=_("Name the organisation, the site, or both. There may be several places at a time."),
    )  # fmt: skip


def _about(row: Practice) -> str:
    where = [name_of(one) for one in (row.organisation, row.site) if one is not None]
    return " · ".join([name_of(row.person), *where])


@enters("practice.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts the sessions right."""
    row: Practice = record_or_404(request, "practice", key)
    form, back = (
        CorrectForm(request, initial={"sessions": row.sessions}),
        address_of("practice", key),
    )
    done = entered(
        request, form, lambda by, told: practices.correct_practice(by=by, practice=row, **told),
        word=_("The place of practice is put right."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Put a place of practice right"), about=_about(row), back=back
    )


@enters("practice.end")
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets somebody practise there no longer."""
    row: Practice = record_or_404(request, "practice", key)
    form, back = EndForm(request, initial={"on": clock.today()}), address_of("practice", key)
    done = entered(
        request, form, lambda by, told: practices.close(by=by, practice=row, **told),
        word=_("The place of practice ends on that day."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("End a place of practice"), about=_about(row), back=back
    )


@enters("practice.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back what should not have been entered."""
    row: Practice = record_or_404(request, "practice", key)
    form = NothingMore(request)
    done = entered(
        request, form, lambda by, told: practices.take_back(by=by, practice=row),
        word=_("The place of practice is taken back."), to=address_of("person", row.person_id),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back a place of practice"), about=_about(row),
        back=address_of("practice", key), button=_("Take back"),
    )  # fmt: skip
