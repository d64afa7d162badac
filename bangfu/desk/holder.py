"""Somebody who holds a post, picked by those who keep posts and open no persons."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bangfu.desk.entry import EntryForm
from bangfu.desk.page import reader
from bangfu.desk.pick import Picked
from bangfu.ledger.access import kinds_of


def picked_by_post(form: EntryForm, name: str) -> None:
    """Let a field find persons by their posts, where the reader opens no persons."""
    field = form.fields[name]
    assert isinstance(field, Picked)
    if "person" not in kinds_of(reader(form.request)):
        field.limit(posted=True)
        field.help_text = _(
            "Found is who holds or held a post that you may open. Who is new is registered by an "
            "office clerk first, with the first post."
        )
