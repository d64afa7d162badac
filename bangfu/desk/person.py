"""Persons at the desk: registered with a first sheet, and collected anew."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, asking, entered, enters, listed, source
from bangfu.desk.page import address_of, name_of, reader, subject_or_404
from bangfu.keeping.duplicates import like
from bangfu.ledger import clock
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary.person import MORE
from bangfu.lists.dossier import sheet_at

#: The fields of a sheet that the form asks for, and what folds away.
SHEET = (
    "identity", "phone", "sex", "birth", "education", "household", "relation", "living_place",
    "work_region", "work_reported", "wishes", *(one.key for one in MORE),
)  # fmt: skip
FOLDED = (
    "education", "living_place", "work_region", "work_reported", "wishes",
    *(one.key for one in MORE),
)  # fmt: skip


class SheetForm(EntryForm):
    """What is collected about a person, as of a day."""

    on = Day(label=gettext_lazy("Collected on"))
    source = source()
    identity = ask("person", "identity", max_length=40)
    phone = ask("person", "phone", max_length=30)
    sex = ask("person", "sex")
    birth = ask("person", "birth")
    household = ask("person", "household")
    relation = ask("person", "relation")
    education = ask("person", "education")
    living_place = ask("person", "living_place")
    work_region = ask("person", "work_region", max_length=60)
    work_reported = ask("person", "work_reported")
    wishes = ask("person", "wishes", lines=3, max_length=300)
    school = ask("person", "school")
    unschooled = ask("person", "unschooled")
    labour = ask("person", "labour")
    work_kind = ask("person", "work_kind")
    work_began = ask("person", "work_began")
    work_ended = ask("person", "work_ended")
    employer = ask("person", "employer", max_length=60)
    industry = ask("person", "industry", max_length=40)
    work_channel = ask("person", "work_channel")
    point_to_point = ask("person", "point_to_point")
    work_months = ask("person", "work_months", whole=True, least=0, most=12)
    monthly_pay = ask("person", "monthly_pay", least=0)
    public_post = ask("person", "public_post")
    post_months = ask("person", "post_months", whole=True, least=0, most=12)
    resident_insured = ask("person", "resident_insured")
    employee_insured = ask("person", "employee_insured")
    illness_insured = ask("person", "illness_insured")
    resident_pension = ask("person", "resident_pension")
    employee_pension = ask("person", "employee_pension")
    allowance = ask("person", "allowance")
    destitute = ask("person", "destitute")
    health = ask("person", "health")
    disability = ask("person", "disability", max_length=40)
    came = ask("person", "came")
    gone = ask("person", "gone")
    folded = FOLDED


class RegisterForm(SheetForm):
    """A person's name and registered place besides."""

    name = ask("person", "name", required=True, max_length=60)
    place = ask("person", "place", required=True)
    field_order = ("key", "name", "place", "on", "source")


def _sheet(told: dict[str, Any]) -> dict[str, Any]:
    """The part of a form that goes onto the sheet; what was left blank says nothing."""
    values = {key: told.pop(key, None) for key in SHEET}
    return {key: value for key, value in values.items() if value not in (None, "")}


@enters("person.register")
def register(request: HttpRequest) -> HttpResponse:
    """Somebody who is not on record yet."""
    form = RegisterForm(request, initial={"on": clock.today()})

    def act(by: By, told: dict[str, Any]) -> Subject:
        sheet = _sheet(told)
        made = persons.register(by=by, **told, **sheet)
        _warn(request, made)
        return made

    done = entered(
        request, form, act,
        word=_("The person is on record."), to=lambda made: address_of("person", made.fact),
    )  # fmt: skip
    return done or asking(request, form, title=_("Register a person"), back=listed("person"))


def _warn(request: HttpRequest, made: Subject) -> None:
    """Say who is on record already and may be the same, as far as the reader may know."""
    for other in like(reader(request), made):
        text = _("%(name)s of %(place)s is on record and may be the same person; look at both.")
        messages.warning(request, text % {"name": other.name, "place": other.place or "—"})


@enters("person.update")
def update(request: HttpRequest, key: UUID) -> HttpResponse:
    """A person's sheet collected anew: what is otherwise from a day on."""
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name != "person":
        raise Http404
    held, back = sheet_at(kind, key, Moment.present()), address_of("person", key)
    given = {k: v for k, v in held.items() if k in SheetForm.base_fields and k != "source"}
    form = SheetForm(request, initial=given | {"on": clock.today()})

    def act(by: By, told: dict[str, Any]) -> Subject:
        on, said_by, sheet = told.pop("on"), told.pop("source"), _sheet(told)
        return persons.update(by=by, subject=row, on=on, source=said_by, **sheet)

    done = entered(request, form, act, word=_("The sheet is on record."), to=back)
    return done or asking(
        request, form, title=_("Collect anew"), about=name_of(row), back=back,
        hint=_("What you leave blank stays as it is. What differs holds from the day on."),
    )  # fmt: skip
