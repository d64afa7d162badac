"""The files beside a subject, an activity or a need, as far as the account may open them."""

from __future__ import annotations

from uuid import UUID

from bangfu.ledger.access import opens
from bangfu.ledger.models import File, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind

#: So many stand on one page, the latest first; the rest is in the list of files.
MOST = 24


def files_beside(user: User, kind: Kind, key: UUID, moment: Moment | None = None) -> list[File]:
    """The latest files of a record, by a day."""
    column = "subject" if kind.name in SUBJECT_KINDS else kind.basic or kind.name
    if column not in ("subject", "activity", "need"):
        return []
    rows = File.objects.at(moment or Moment.present()).filter(**{column: key})
    found = opens(user, VOCABULARY["file"], rows).filter(secret__isnull=False)
    return list(found.order_by("-date", "-pk")[:MOST])
