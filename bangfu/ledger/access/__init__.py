"""Who may see and do what: one rule for a single row and for a whole list.

A role says which kinds of record it opens and which actions it may do; a grant gives a role to an
account within a place, a unit's tree, a programme, or the account's own pairings, from a day to a
day. Every door fetches rows through :func:`visible` or :func:`fetch`; there is no other way.
"""

from __future__ import annotations

from bangfu.ledger.access.acting import (
    allowed,
    allowed_among,
    allows,
    own_account,
    refused_together,
    require,
    require_many,
    require_seen,
    require_written,
)
from bangfu.ledger.access.answering import (
    answers,
    answers_for,
    answers_in_person,
    answers_on_papers,
    asked_to_take_over,
    can_take_over,
)
from bangfu.ledger.access.grants import (
    grants_of,
    holds,
    kind_for,
    kinds_of,
    may,
    needs_second_factor,
    reads,
    roles_of,
    units_under,
    writes,
)
from bangfu.ledger.access.reach import area, helping, keys_inside
from bangfu.ledger.access.roles import EVERY_KIND, ROLES, NotAllowed, OutOfReach, Role, who_may
from bangfu.ledger.access.rows import (
    fetch,
    health_of,
    kind_of_subject,
    may_reach,
    may_reveal,
    opens,
    opens_about,
    own_pairings,
    own_person,
    reached_among,
    rights_of,
    rule,
    seat_of,
    seats_of,
    subjects_helped,
    visible,
)

__all__ = [
    "EVERY_KIND",
    "NotAllowed",
    "OutOfReach",
    "ROLES",
    "Role",
    "allowed",
    "allowed_among",
    "allows",
    "answers",
    "answers_on_papers",
    "answers_for",
    "answers_in_person",
    "area",
    "asked_to_take_over",
    "can_take_over",
    "fetch",
    "grants_of",
    "health_of",
    "helping",
    "holds",
    "keys_inside",
    "kind_for",
    "kind_of_subject",
    "kinds_of",
    "may",
    "may_reach",
    "may_reveal",
    "needs_second_factor",
    "opens",
    "opens_about",
    "own_account",
    "own_pairings",
    "own_person",
    "reached_among",
    "reads",
    "refused_together",
    "require",
    "require_many",
    "require_seen",
    "require_written",
    "rights_of",
    "roles_of",
    "rule",
    "seat_of",
    "seats_of",
    "subjects_helped",
    "units_under",
    "visible",
    "who_may",
    "writes",
]
