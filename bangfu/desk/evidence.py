"""Choosing what shows something: a file beside the subject."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bangfu.desk.entry import EntryForm
from bangfu.desk.page import reader
from bangfu.ledger.models import File
from bangfu.lists.files import files_beside
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind


def let_choose_file(
    request: HttpRequest, form: EntryForm, kind: Kind, key: UUID
) -> Callable[[str], File | None]:
    """Offer the files beside a subject in the field ``file``; what was chosen there by its key."""
    files = files_beside(reader(request), kind, key) if kind.name in SUBJECT_KINDS else []
    told = [(str(one.fact), f"{one.date:%Y-%m-%d} {one.title}") for one in files]
    form.let_choose("file", [("", _("none")), *told])
    return lambda chosen: next((one for one in files if str(one.fact) == chosen), None)
