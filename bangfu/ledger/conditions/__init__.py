"""Conditions of programme files and of filters, turned into questions to the database.

A condition is data (see docs/manual/language.md): a table of lines that must all hold. Each
compiles to two questions, what surely meets it and what possibly does, since a blank may be
"not known". One nested table is one subquery, never a join, so that all of its lines speak of the
same record and nothing is counted twice.

What surrounds an event is read on the event's own day; everything else on the day that is asked
about.
"""

from __future__ import annotations

from bangfu.ledger.conditions.columns import day_named
from bangfu.ledger.conditions.lines import compile_where, may_belong, select
from bangfu.ledger.conditions.places import spellings, under, upwards
from bangfu.ledger.conditions.rows import (
    all_of,
    answer_of,
    attached_to,
    basic,
    common,
    lasting,
    model_of,
    rows_of,
    sheet_of,
    stated,
    value_of,
)
from bangfu.ledger.conditions.scope import EventDay, Meaning, NoNames, Scope, below, expression_of
from bangfu.ledger.conditions.ties import tie_by
from bangfu.ledger.conditions.verdict import ANYTHING, EVERYTHING, NOTHING, Unsayable, Verdict

__all__ = [
    "ANYTHING",
    "EVERYTHING",
    "EventDay",
    "Meaning",
    "NOTHING",
    "NoNames",
    "Scope",
    "Unsayable",
    "Verdict",
    "all_of",
    "answer_of",
    "attached_to",
    "basic",
    "below",
    "common",
    "compile_where",
    "day_named",
    "expression_of",
    "lasting",
    "may_belong",
    "model_of",
    "rows_of",
    "select",
    "sheet_of",
    "spellings",
    "stated",
    "tie_by",
    "under",
    "upwards",
    "value_of",
]
