"""Demands 要表."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from bangfu.ledger.models import Demand
from bangfu.ledger.vocabulary.words import computed, day, fields, number, one, text
from bangfu.programmes.kinds import Kind, Label


def repeats_of(on: Any, known_at: dt.datetime | None) -> Any:
    """How often the same form had been asked for before."""
    same = Demand.objects.known(known_at).filter(layout=OuterRef("layout"))
    before = same.filter(date__lte=OuterRef("date")).exclude(fact=OuterRef("fact")).order_by()
    earlier = before.exclude(date=OuterRef("date"), fact__gt=OuterRef("fact"))
    counted = earlier.values("layout").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


KIND = Kind(
    name="demand",
    label=Label("要表", "Demand for a form"),
    nature="event",
    model="Demand",
    fields=fields(
        day("date", "填出日期", "Filled on"),
        text("title", "表名", "Form"),
        text("asker", "要表单位", "Asked for by"),
        text("paper", "依据文号", "On what paper"),
        one("place", "填报范围", "Of which place", to="place"),
        number("rows", "行数", "Rows"),
        number("filled", "系统填的格数", "Cells filled by the system"),
        number("left", "留空的格数", "Cells left blank"),
        number("entered", "在此补填的格数", "Cells typed here"),
        number("typed", "手工补填的格数", "Cells typed by hand"),
        day("handed_up", "报出日期", "Handed up on", happens=True),
        computed(number("repeats", "此前要过几次", "Asked for before"), repeats_of),
    ),
    ties={"place": ("place",)},
    purpose=Label(
        "知道谁要过哪些表、重复要了几次", "Knowing who asks for which forms, and how often"
    ),
    keep_years=5,
)
