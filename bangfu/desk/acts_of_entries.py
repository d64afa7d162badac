"""What can be done from the entries of a programme: from its page, its lists, its measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext_noop

from bangfu.desk.activity import own_sorts
from bangfu.desk.acts import Offered
from bangfu.ledger.access import allows
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Measure, Programme, User
from bangfu.ledger.moment import Moment
from bangfu.programmes.schema import Measure as MeasureEntry

#: What is done from the list of an entry, by its section of the file; the board is open to all.
_IN_ENTRY = {
    "enrol": "enrolment.take_in_several",
    "agreement": "agreement.sign",
    "activity": "activity.record",
}


def in_entries(
    user: User, meaning: Meaning, names: Iterable[str]
) -> Mapping[str, Sequence[Offered]]:
    """What the account may do from the lists of some entries of a programme, by their names."""
    programme, wanted = meaning.row, [(name, meaning.sort_of(name)) for name in names]
    here = {sort for _name, sort in wanted}
    may_do = {
        sort
        for sort, verb in _IN_ENTRY.items()
        if sort in here and allows(user, verb, programme=programme)
    }
    works = own_sorts(meaning) if "activity" in may_do else {}
    return {
        name: _in_entry(programme, sort, name)
        for name, sort in wanted
        if sort == "pairing" or (sort in may_do and (sort != "activity" or name in works))
    }


def _in_entry(programme: Programme, sort: str, entry: str) -> Sequence[Offered]:
    args = [programme.name, entry]
    match sort:
        case "enrol":
            return [
                Offered(gettext_noop("Take in"), "plus", reverse("desk:take_in", args=args), True)
            ]
        case "agreement":
            address = reverse("desk:agreement_sign", args=args)
            return [Offered(gettext_noop("Sign an agreement"), "plus", address, True)]
        case "activity":
            address = reverse("desk:activity_record", args=[programme.name]) + f"?sort={entry}"
            return [Offered(gettext_noop("Record work"), "pencil", address, True)]
    address = reverse("desk:board", args=args)
    return [Offered(gettext_noop("Both sides"), "users", address, False)]


def works_of(user: User, measure: Measure) -> Sequence[Offered]:
    """Recording the work from which a measure is counted, for who may."""
    meaning = Meaning.of(measure.programme, Moment.present())
    entry = meaning.file.entry(measure.name) if measure.name in meaning.file else None
    of = entry.of or () if isinstance(entry, MeasureEntry) else ()
    works = [name for name in of if name in meaning.file and meaning.sort_of(name) == "activity"]
    return [one for offered in in_entries(user, meaning, works).values() for one in offered]
