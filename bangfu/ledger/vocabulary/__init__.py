"""One declaration for each kind of record: the vocabulary that everything else is derived from."""

from bangfu.ledger.vocabulary import (
    activity,
    classes,
    demand,
    document,
    enrolment,
    file,
    fund,
    handover,
    household,
    measure,
    need,
    organisation,
    pairing,
    person,
    place,
    post,
    proposal,
    site,
    statistic,
    task,
)
from bangfu.programmes.kinds import Vocabulary

_KINDS = (
    place.KIND,
    person.KIND,
    household.KIND,
    organisation.KIND,
    site.KIND,
    post.KIND,
    enrolment.KIND,
    classes.KIND,
    proposal.KIND,
    pairing.KIND,
    handover.KIND,
    measure.KIND,
    activity.KIND,
    *activity.BUILT_ON_IT,
    need.KIND,
    task.KIND,
    file.KIND,
    fund.FUND,
    fund.ENTRY,
    statistic.KIND,
    demand.KIND,
    document.KIND,
)

VOCABULARY = Vocabulary({kind.name: kind for kind in _KINDS})

__all__ = ["VOCABULARY"]
