"""Saved lists: a question that somebody keeps under a name, and whom it is shared with."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Happening, grain, standing


class SavedList(Happening):
    """The question of a list as its page asks it, kept by an account since a day.

    ``kind`` says what is listed; with a ``programme``, ``entry`` is the entry of its file, or the
    figure, whose rows are listed. ``asked`` are the words of the page's address, each with its
    values: filters, order, columns, dates. Nobody's name stands there: people are meant by their
    keys. ``shared_role`` (empty: any role) and one of the three limits say with whom it is shared;
    without a limit with nobody. Whoever opens it sees what the own roles open.
    """

    user = models.ForeignKey("ledger.User", on_delete=models.PROTECT, related_name="saved_lists")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=32)
    programme = models.ForeignKey(
        "ledger.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entry = models.CharField(max_length=64, blank=True)
    asked = models.JSONField(default=dict)
    shared_role = models.CharField(max_length=32, blank=True)
    shared_place = models.ForeignKey(
        "ledger.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    shared_organisation = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    shared_programme = models.ForeignKey(
        "ledger.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    grain = grain()

    words = ("name", "asked")

    class Meta:
        indexes = (
            standing("user", name="savedlist_user"),
            models.Index(fields=["fact"], name="savedlist_fact"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def shared(self) -> bool:
        """Whether anybody but its owner is meant to see it."""
        return bool(self.shared_place_id or self.shared_organisation_id or self.shared_programme_id)
