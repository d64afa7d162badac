"""Somebody who holds a post, named by those who keep posts and open no persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.entry import EntryForm
from bangfu.desk.page import reader
from bangfu.ledger.access import kinds_of
from bangfu.ledger.models import User
from bangfu.lists.holders import Holder, holder_name, holders_called

#: So many who bear one name are told apart by their units.
TOLD_APART = 6


class NamedByPost(forms.Field):
    """A person by the whole name, out of those in posts that the reader opens."""

    def __init__(self, user: User, **more: Any) -> None:
        super().__init__(
            widget=forms.TextInput(attrs={"maxlength": 80}),
            help_text=gettext_lazy(
                "The whole name of somebody who holds or held a post; where two bear it, a blank "
                "and the unit behind it."
            ),
            **more,
        )
        self.user = user

    def prepare_value(self, value: Any) -> Any:
        """The name of whom a form names beforehand."""
        return holder_name(self.user, value) if isinstance(value, UUID) else value

    def to_python(self, value: Any) -> Any:
        """The one person whom a name stands for."""
        name = str(value or "").strip()
        if not name:
            return None
        found, told = holders_called(self.user, name), name.split(maxsplit=1)
        if not found and len(told) == 2:  # parted by a blank of either width, as a name may be
            name, found = told[0], holders_called(self.user, *told)
        if len(found) != 1:
            raise forms.ValidationError(_several(name, found) if found else _nobody(name))
        return found[0].person


def _nobody(name: str) -> str:
    return _(
        "Nobody called %(name)s holds a post that you may open. Who is new is registered by an "
        "office clerk first, with the first post."
    ) % {"name": name}


def _several(name: str, found: Sequence[Holder]) -> str:
    units = _(", ").join(f"{one.unit} {one.title}" for one in found[:TOLD_APART])
    return _("%(number)s are called %(name)s (%(units)s); write the unit behind the name.") % {
        "number": len(found), "name": name, "units": units,
    }  # fmt: skip


def named_by_post(form: EntryForm, name: str) -> None:
    """Let a field for a person be answered by name, where the reader opens no persons."""
    user, field = reader(form.request), form.fields[name]
    if "person" not in kinds_of(user):
        form.fields[name] = NamedByPost(user, label=field.label, required=field.required)
