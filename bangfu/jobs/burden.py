"""The burden meter at the command line: who asks for which forms, how often, at what cost."""

from __future__ import annotations

import datetime as dt

import click

from bangfu.jobs.console import DAY, Verb, answer, table, words
from bangfu.ledger import clock
from bangfu.ledger.models import Demand
from bangfu.lists.demands import Asker, burden

_YEAR = 365


@click.command("burden", cls=Verb)
@click.option("--from", "since", type=DAY, help="From this day on (a year before the last).")
@click.option("--until", type=DAY, help="To this day (today).")
def burden_(since: dt.date | None, until: dt.date | None) -> None:
    """Add up the forms of others that were filled: by who asked, with repeats and cells.

    A repeat is a form whose headings are those of one that was filled before in these days.
    """
    last = until or clock.today()
    first = since or last - dt.timedelta(days=_YEAR)
    rows = Demand.objects.current().filter(date__gte=first, date__lte=last)
    whole, askers = burden(rows.defer("columns"))
    data = {
        "from": first,
        "until": last,
        "all": whole.as_data(),
        "askers": [one.as_data() for one in askers],
    }
    answer(data, lambda: _told(whole, askers))


def _told(whole: Asker, askers: list[Asker]) -> str:
    if not whole.forms:
        return words("还没有填过外来报表", "No form of others was filled yet.")
    head = (
        words("要表单位", "asked by"),
        words("次数", "forms"),
        words("重复", "repeats"),
        words("系统填", "filled"),
        words("手工填", "typed"),
        words("留空", "left"),
    )
    return table([head, *map(_line, askers), _line(whole, words("合计", "all"))])


def _line(one: Asker, called: str = "") -> tuple[str, ...]:
    name = called or one.name or words("未写明", "not said")
    return (name, *map(str, (one.forms, one.repeats, one.filled, one.typed, one.left)))
