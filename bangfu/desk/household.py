"""Households at the desk: registered with a first sheet, and collected anew."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, asking, entered, enters, filled, listed, source
from bangfu.desk.page import address_of, name_of, subject_or_404
from bangfu.ledger import clock
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary.household import MORE
from bangfu.ledger.vocabulary.place import LIVED_IN
from bangfu.lists.dossier import sheet_at


def _size(key: str) -> Any:
    """A piece of land, a house, a distance: two decimals, below ten thousand."""
    return ask("household", key, least=0, most=9_999)


class SheetForm(EntryForm):
    """What is collected about a household, as of a day."""

    on = Day(label=gettext_lazy("Collected on"))
    source = source()
    kind = ask("household", "kind")
    size = ask("household", "size", whole=True)
    group = ask("household", "group", max_length=30)
    head = ask("household", "head")
    monitored_as = ask("household", "monitored_as")
    identified = ask("household", "identified")
    risk_removed = ask("household", "risk_removed")
    removed_how = ask("household", "removed_how")
    risks = ask(
        "household", "risks", max_length=100,
        help_text=gettext_lazy("Up to five in their order, such as 因病、缺劳动力."),
    )  # fmt: skip
    farmland = _size("farmland")
    irrigated = _size("irrigated")
    woodland = _size("woodland")
    returned_land = _size("returned_land")
    orchard = _size("orchard")
    pasture = _size("pasture")
    water_surface = _size("water_surface")
    cooperative = ask("household", "cooperative")
    taken_along = ask("household", "taken_along")
    house_area = _size("house_area")
    house_grade = ask("household", "house_grade")
    relocated = ask("household", "relocated")
    water_supply = ask("household", "water_supply")
    power = ask("household", "power")
    broadcast = ask("household", "broadcast")
    toilet = ask("household", "toilet")
    hard_road = ask("household", "hard_road")
    road_distance = _size("road_distance")
    fuel = ask("household", "fuel")
    folded = tuple(one.key for one in MORE)


class RegisterForm(SheetForm):
    """A household's name and village besides."""

    name = ask("household", "name", required=True, max_length=60)
    place = ask("household", "place", required=True)
    field_order = ("key", "name", "place", "on", "source")

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, initial={"on": clock.today()})
        self.let_pick("place", levels=LIVED_IN)


@enters("household.register")
def register(request: HttpRequest) -> HttpResponse:
    """A household that is not on record yet."""
    form = RegisterForm(request)
    done = entered(
        request, form, lambda by, told: households.register(by=by, **filled(told)),
        word=_("The household is on record; now register who lives there."),
        to=lambda made: address_of("household", made.fact),
    )  # fmt: skip
    return done or asking(request, form, title=_("Register a household"), back=listed("household"))


@enters("household.update")
def update(request: HttpRequest, key: UUID) -> HttpResponse:
    """A household's sheet collected anew: what is otherwise from a day on."""
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name != "household":
        raise Http404
    back = address_of("household", key)
    given = {k: v for k, v in sheet_at(kind, key, Moment.present()).items() if k != "source"}
    form = SheetForm(request, initial=given | {"on": clock.today()})

    def act(by: By, told: dict[str, Any]) -> Subject:
        return households.update(by=by, subject=row, **filled(told))

    done = entered(request, form, act, word=_("The sheet is on record."), to=back)
    return done or asking(
        request, form, title=_("Collect anew"), about=name_of(row), back=back,
        hint=_("What you leave blank stays as it is. What differs holds from the day on."),
    )  # fmt: skip
