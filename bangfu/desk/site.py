"""Sites at the desk: registered from the day on which they are there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, asking, entered, enters, filled, listed
from bangfu.desk.page import address_of
from bangfu.ledger import clock
from bangfu.ledger.actions import site as sites


class RegisterForm(EntryForm):
    """What a site is, where, and who runs it."""

    name = ask("site", "name", required=True, max_length=60)
    kind = ask("site", "kind", required=True)
    place = ask("site", "place", required=True)
    on = Day(label=gettext_lazy("There since"))
    organisation = ask("site", "organisation")
    area = ask("site", "area")


@enters("site.register")
def register(request: HttpRequest) -> HttpResponse:
    """A site that is not on record yet."""
    form = RegisterForm(request, initial={"on": clock.today()})
    done = entered(
        request, form, lambda by, told: sites.register(by=by, **filled(told)),
        word=_("The site is on record."), to=lambda made: address_of("site", made.fact),
    )  # fmt: skip
    return done or asking(request, form, title=_("Register a site"), back=listed("site"))
