"""How a household stands is judged, and put right."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, insert
from bangfu.ledger.actions.event import withdraw as withdraw_row
from bangfu.ledger.codes import ASSURANCE, VERDICT
from bangfu.ledger.models import Assurance, Subject


@action("assurance.judge")
def judge(
    *,
    by: By,
    subject: Subject,
    on: dt.date,
    verdicts: dict[str, str],
    evidence: str = "",
    judge: Subject | None = None,
) -> list[Assurance]:
    """Write down the verdicts of one check of a household, on what evidence and who judged.

    A second check on the same day puts the first right.
    """
    require(by.user, "assurance.judge", subject.fact)
    if subject.kind != "household":
        raise Refused("not_a_household", "Assurances are judged by household.")
    if not verdicts:
        raise Refused("nothing_judged", "Say how at least one of them stands.")
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)
    told = {"evidence": evidence.strip(), "judge": judge}
    made = [_judged(subject, on, kind, verdict, told) for kind, verdict in verdicts.items()]
    require_written(by.user, "assurance.judge", *made)
    return made


def _judged(
    subject: Subject, on: dt.date, kind: str, verdict: str, told: dict[str, Any]
) -> Assurance:
    _check(kind, verdict, str(told["evidence"]))
    held = Assurance.objects.current().filter(subject=subject, kind=kind, date=on).first()
    if held is not None:
        return correct(held, verdict=verdict, **told)
    return insert(Assurance(subject=subject, date=on, kind=kind, verdict=verdict, **told))


def _check(kind: str, verdict: str, evidence: str) -> None:
    for word, words in ((kind, ASSURANCE), (verdict, VERDICT)):
        if word not in words:
            raise Refused(
                "no_such_word",
                "%(word)s is none of: %(words)s.",
                word=word,
                words=", ".join(words),
            )
    if verdict in ("at_risk", "not_met") and not evidence:
        raise Refused("evidence_missing", "Say what is missing or at risk, and how it is known.")


@action("assurance.correct")
def correct_verdict(*, by: By, assurance: Assurance, verdict: str, evidence: str = "") -> Assurance:
    """Put one verdict right; what was believed before stays on record."""
    require(by.user, "assurance.correct", assurance)
    _check(assurance.kind, verdict, evidence.strip())
    return correct(assurance, verdict=verdict, evidence=evidence.strip())


@action("assurance.withdraw")
def withdraw(*, by: By, assurance: Assurance) -> Assurance:
    """Take back a verdict that should not have been entered."""
    require(by.user, "assurance.withdraw", assurance)
    return withdraw_row(assurance)
