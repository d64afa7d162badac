"""Data quality at the command line: hold the records against the rules, and say what they find."""

from __future__ import annotations

from typing import Any

import click
from django.db.models import Count, Q

from bangfu.jobs.console import Failure, Verb, answer, spoken, table, tell, words
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Defect, Place
from bangfu.ledger.moment import Moment
from bangfu.ledger.rules import rules
from bangfu.lists.checking import check
from bangfu.lists.defects import within
from bangfu.lists.places import place_of_code
from bangfu.programmes.problems import choose
from bangfu.programmes.rule import SEVERITIES


@click.command("quality", cls=Verb)
@click.argument("what", type=click.Choice(["show", "run"]), default="show")
@click.option("--rule", help="One rule alone, by its key.")
@click.option("--place", "code", help="Only what lies in a division, by its code.")
@click.option("--anew", is_flag=True, help="With run: ask every rule, also where nothing changed.")
def quality_(what: str, rule: str | None, code: str | None, anew: bool) -> None:
    """Show how many records the rules of data quality find wrong; RUN holds them against first."""
    if rule is not None and rule not in rules():
        raise Failure(
            "没有叫 {k} 的核查规则。{cure}",
            "There is no rule {k}. {cure}",
            k=rule,
            cure=spoken(choose(rule, rules())),
        )
    place = _place(code)
    changed = _run(rule, anew) if what == "run" else None
    rows = within(Defect.objects.current(), place)
    told = [_line(key, rows) for key in ([rule] if rule else rules())]
    data: dict[str, Any] = {"place": code, "rules": told}
    if changed is not None:
        data["changed"] = changed
    answer(data, lambda: _text(told, changed, all_=rule is not None))


def _place(code: str | None) -> Place | None:
    if code is None:
        return None
    found = place_of_code(code, Moment.present()) if code.isdigit() else None
    if found is None:
        raise Failure("没有代码为 {c} 的区划", "There is no division {c}.", c=code)
    return found


def _run(rule: str | None, anew: bool) -> int:
    changed = 0
    for done in check(by=By(None, "command"), keys=[rule] if rule else None, anew=anew):
        changed += done.changed
        if done.changed:
            tell("{k}：变动 {n} 条", "{k}: {n} changed", k=done.rule, n=done.changed)
    return changed


def _line(key: str, rows: Any) -> dict[str, Any]:
    states = ("open", "accepted", "left")
    asked = {state: Count("pk", filter=Q(state=state)) for state in states}
    counted = rows.filter(rule=key).aggregate(**asked)
    severity = rules()[key].entry.severity
    return {"rule": key, "title": rules()[key].title.zh, "severity": severity, **counted}


def _text(told: list[dict[str, Any]], changed: int | None, *, all_: bool) -> str:
    shown = [one for one in told if all_ or one["open"] or one["accepted"]]
    heads = words("规则,程度,待核实,属实,已消除", "rule,severity,open,true,gone").split(",")
    lines = [
        [
            spoken(rules()[one["rule"]].title),
            spoken(SEVERITIES[one["severity"]]),
            one["open"],
            one["accepted"],
            one["left"],
        ]
        for one in shown
    ]
    text = table([heads, *lines]) if lines else words("没有疑点", "No defect stands open.")
    if changed is None:
        return text
    return text + "\n" + words("本次变动 {n} 条", "{n} changed in this run", n=changed)
