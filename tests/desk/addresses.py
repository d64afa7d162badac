"""The pages of the desk that people look at, by short names."""

from __future__ import annotations

from django.urls import reverse

from bangfu.ledger.models import Pairing
from tests.desk.story import Story


def addresses(story: Story) -> dict[str, str]:
    """One page of each sort, with something on it."""
    pairing = Pairing.objects.current().get(programme=story.begun())
    return {
        "home": reverse("desk:home"),
        "lists": reverse("desk:lists"),
        "households": reverse("desk:list", args=["household"]) + "?size.min=3",
        "persons": reverse("desk:list", args=["person"]),
        "keep_list": reverse("desk:list_save", args=["household"]) + "?size.min=3",
        "download": reverse("desk:list_download", args=["household"]) + "?size.min=3",
        "printed": reverse("desk:list", args=["household"]) + "?print=1",
        "figure_list": reverse("desk:figure_list", args=["visits", "visits"]),
        "programme": reverse("desk:programme", args=["visits"]),
        "overview": reverse("desk:overview", args=["visits"]),
        "overview_long": reverse("desk:overview", args=["returnees"]) + "?on=2009-03-10",
        "gap": reverse("desk:gap", args=["visits", "one_to_one", "subject"]),
        "duties": reverse("desk:duties", args=["visits"]),
        "duty": reverse("desk:duty", args=["visits", "monthly"]),
        "targets": reverse("desk:targets", args=["visits"]),
        "coverage": reverse("desk:coverage", args=["visits"]),
        "readback": reverse("desk:readback", args=["visits"]),
        "versions": reverse("desk:versions", args=["visits"]),
        "figure": reverse("desk:figure", args=["visits", "visits"]) + "?since=2026-03-31",
        "groups": reverse("desk:figure", args=["visits", "money_use"]),
        "household": reverse("desk:subject", args=[story.who["zhang"].fact]),
        "person": reverse("desk:subject", args=[story.who["old_zhang"].fact]),
        "changes": reverse("desk:changes", args=[story.who["zhang"].fact]) + "?since=2026-01-31",
        "need": reverse("desk:record", args=["need", story.who_needs("zhang")]),
        "village": reverse("desk:subject", args=[story.places["village"].fact]),
        "paper": reverse("desk:document", args=[story.papers["issued"].fact]),
        "draft": reverse("desk:document_edit", args=[story.papers["draft"].fact]),
        "places": reverse("desk:places") + "?q=smc",
        "before": reverse("desk:before", args=[story.who["zhang"].fact]),
        "visit": reverse("desk:visit", args=[story.who["zhang"].fact]),
        "raise": reverse("desk:need_raise", args=[story.who["zhang"].fact]),
        "register": reverse("desk:person_register"),
        "take_in": reverse("desk:take_in", args=["visits", "helped"]),
        "board": reverse("desk:board", args=["visits", "one_to_one"]),
        "pair": reverse("desk:pair", args=["visits", "one_to_one"]),
        "hand_over": reverse("desk:handover_offer", args=[pairing.fact]),
        "proposals": reverse("desk:proposals", args=["visits"]),
        "work": reverse("desk:activity_record", args=["visits"]),
        "form": reverse("desk:form_fill"),
        "burden": reverse("desk:burden"),
        "start": reverse("desk:programme_start"),
        "version": reverse("desk:programme_replace", args=["visits"]),
        "nowhere": "/nowhere/",
    }
