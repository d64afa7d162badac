"""The worked cases of rules of data quality are run: drawn, looked at on their day, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from bangfu.jobs.cases import Outcome
from bangfu.jobs.console import console
from bangfu.jobs.failures import refusal_text
from bangfu.ledger.actions import example, place, programme
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.moment import Moment
from bangfu.ledger.rules import looked_at
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.rule import Case, Rule

#: What the drawn records lie in.
_AREA = "990001"
_FILE = f'title = "核查"\narea = "{_AREA}"\nfrom = 1900-01-01\nto = 2100-12-31\n'


class _TakeBack(Exception):
    """Ends the transaction of a case without keeping anything."""


def run_rule(rule: Rule) -> Iterator[Outcome]:
    """The cases of a rule, each in a ledger that is empty but for what it draws."""
    for case in rule.cases:
        told: Outcome | None = None
        try:
            with transaction.atomic():
                told = _outcome(rule, case)
                raise _TakeBack
        except _TakeBack:
            assert told is not None
            yield told
        except Refused as why:
            yield _told(rule, case, f"({refusal_text(why, console())})", agrees=False)
        except Unsayable as why:
            yield _told(rule, case, f"({why})", agrees=False)


def _outcome(rule: Rule, case: Case) -> Outcome:
    by = By(None, "command")
    code = _AREA.ljust(12, "0")
    place.add(by=by, name="县", level="county", parent=None, began=example.LONG_AGO, code=code)
    row = programme.start(by=by, name="example_rules", text=_FILE)
    given = {name: (VOCABULARY[name], rows) for name, rows in case.given.items()}
    entered = example.enter(by=by, programme=row, given=given)
    names = {UUID(key): name for key, _, name in (line.partition("=") for line in entered)}
    found = {
        names.get(key, str(key))
        for rows in looked_at(rule, Moment(case.on))
        for key in rows.values_list("fact", flat=True)
    }
    agrees = found >= set(case.wrong) and not found & set(case.right)
    return _told(rule, case, "、".join(sorted(found)), agrees=agrees)


def _told(rule: Rule, case: Case, counted: str, *, agrees: bool) -> Outcome:
    expected = "、".join(sorted(case.wrong))
    return Outcome(case.title, case.line, rule.key, expected, counted, agrees)
