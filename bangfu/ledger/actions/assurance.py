"""How a household stands is judged, and put right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_many, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, insert, refuse_numbers
from bangfu.ledger.actions.event import withdraw as withdraw_row
from bangfu.ledger.actions.insert_values import insert_values
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
    _not_ahead(on)
    told = {"evidence": evidence.strip(), "judge": judge}
    made = [_judged(subject, on, kind, verdict, told) for kind, verdict in verdicts.items()]
    require_written(by.user, "assurance.judge", *made)
    return made


def judge_many(
    *, by: By, told: Mapping[UUID, Mapping[str, str]], on: dt.date, evidence: str
) -> set[UUID]:
    """Write the verdicts of many households in bulk; who was judged on that day already is left.

    For the action that accepts a list: the keys of those that were left are answered.
    """
    require_many(by.user, "assurance.judge", "household", told)
    _not_ahead(on)
    refuse_numbers("evidence", evidence)
    left, listed = set[UUID](), list(told)
    for at in range(0, len(listed), _TOGETHER):
        some = listed[at : at + _TOGETHER]
        held = Assurance.objects.current().filter(subject__in=some, date=on)
        left.update(held.values_list("subject", flat=True))
        insert_values(Assurance, [
            line for key in some if key not in left
            for line in lines_of(key, told[key], on, evidence)
        ])  # fmt: skip
    return left


#: Households that are judged together.
_TOGETHER = 500


def lines_of(
    subject: UUID, verdicts: Mapping[str, str], on: dt.date, evidence: str
) -> Iterator[dict[str, Any]]:
    """The rows of a first check of a household on a day, as they are written in bulk."""
    for kind, verdict in verdicts.items():
        _check(kind, verdict, evidence)
        key = clock.new_id()
        yield {"id": key, "fact": key, "subject_id": subject, "kind": kind, "date": on,
               "verdict": verdict, "evidence": evidence}  # fmt: skip


def judged_meanwhile() -> bool:
    """Whether verdicts that lay ready were written of the same households and day by others too."""
    table = Assurance._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT 1 FROM temp."ready_{table}" r JOIN "{table}" o ON o.subject_id = r.subject_id '
            "AND o.kind = r.kind AND o.date = r.date "
            "WHERE o.superseded_at IS NULL AND o.id <> r.id LIMIT 1"
        )
        return cursor.fetchone() is not None


def _not_ahead(on: dt.date) -> None:
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)


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
