"""What belongs to a project: its states, its parts, and the money that is on record for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from bangfu.ledger.access import kinds_of, opens
from bangfu.ledger.conditions import model_of
from bangfu.ledger.models import Project, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.dossier import first_day
from bangfu.programmes.kinds import Kind

BESIDE = ("project_state", "project_part", "entry")
#: Of each the latest; the whole stands on its list.
FEW = 50


def beside(user: User, project: Project, moment: Moment) -> Iterator[tuple[Kind, list[UUID]]]:
    """By kind the keys of what the account may open of a project up to a moment, latest first."""
    seen = kinds_of(user)
    for kind in (VOCABULARY[name] for name in BESIDE if name in seen):
        model: Any = model_of(kind)
        day = first_day(kind)
        rows = model.objects.known(moment.known_at).filter(project=project.fact)
        found = opens(user, kind, rows.filter(**{f"{day}__lte": moment.on}))
        keys = list(found.order_by(f"-{day}", "-pk").values_list("fact", flat=True)[:FEW])
        if keys:
            yield kind, keys
