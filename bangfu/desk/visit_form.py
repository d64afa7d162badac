"""What is asked of a visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import ask
from bangfu.desk.entry import EntryForm
from bangfu.desk.pick import PickSeveral
from bangfu.ledger import clock

#: What the browser of a phone hands over; asked so, it makes a JPEG of what it keeps otherwise.
PHOTOS = "image/jpeg,image/heic,image/heif,image/png,image/webp"


class VisitForm(EntryForm):
    """A visit or call in one line: how, when, whom else, what was met, what is needed."""

    note = ask(
        "activity", "note", required=True, lines=2, max_length=500,
        help_text=gettext_lazy("One line is enough: what you saw, heard and promised."),
    )  # fmt: skip
    mode = ask("activity", "mode", required=True, initial="home")
    on = ask("activity", "date", required=True, initial=clock.today)
    also = forms.MultipleChoiceField(
        required=False, label=gettext_lazy("Also there"), widget=forms.CheckboxSelectMultiple
    )
    met = forms.MultipleChoiceField(
        required=False, label=gettext_lazy("Needs that were met"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    photo = forms.FileField(
        required=False,
        label=gettext_lazy("A photo"),
        help_text=gettext_lazy("Place, time and device are taken out of it."),
        widget=forms.FileInput(
            attrs={"accept": PHOTOS, "capture": "environment", "data-tells": "shown"}
        ),
    )
    shown = forms.ChoiceField(
        required=False, label=gettext_lazy("Who is to be seen in the photo"),
        widget=forms.RadioSelect,
    )  # fmt: skip
    need = ask("need", "text", label=gettext_lazy("A need that was raised"), max_length=300)
    need_kind = ask("need", "kind", label=gettext_lazy("Kind of need"))
    topic = forms.ChoiceField(required=False, label=gettext_lazy("Topic"))
    programme = forms.ChoiceField(required=False, label=gettext_lazy("For the programme"))
    who = PickSeveral("person", required=False, label=gettext_lazy("Who came"))
    measure = ask("activity", "measure")
    people = ask("activity", "people", whole=True)
    folded = ("need", "need_kind", "topic", "programme", "who", "measure", "people")

    def clean(self) -> dict[str, Any]:
        """A need has both words and a kind."""
        told = super().clean() or {}
        if told.get("need_kind") and not told.get("need"):
            self.add_error("need", _("Say what is needed."))
        if told.get("need") and not told.get("need_kind"):
            self.add_error("need_kind", _("Say what kind of need it is."))
        if told.get("photo") and not told.get("shown"):
            self.add_error("shown", _("Say whether somebody is to be seen in it, and agreed."))
        if self.errors and told.get("photo"):
            self.add_error("photo", _("Choose the photo again, if it does not stand here."))
        return told


#: What is offered to choose from, and the fields in which it is chosen.
CHOSEN: Mapping[str, tuple[str, ...]] = {
    "also": ("also",),
    "met": ("met",),
    "topic": ("topic",),
    "photo": ("photo", "shown"),
}


def sent(form: VisitForm, names: Iterable[str]) -> bool:
    """Whether something stands in one of some fields of a form that was sent."""
    return any(form.data.get(name) or name in form.files for name in names)
