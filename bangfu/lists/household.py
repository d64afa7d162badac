"""What stands beside a household's sheet: verdicts, lines of income, what they came to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from bangfu.ledger.access import opens
from bangfu.ledger.codes import INCOME
from bangfu.ledger.income_sums import COST, GAINS, Counted, sums
from bangfu.ledger.models import Assurance, Income, Person, Reckoning, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Label


def latest_verdicts(
    households: Iterable[UUID | None], on: dt.date
) -> Iterator[tuple[UUID, str, str]]:
    """The latest verdict of each assurance of some households up to a day, in one query."""
    rows = Assurance.objects.current().filter(subject__in=[*filter(None, households)])
    told: dict[tuple[UUID, str], str] = {}
    for key, kind, verdict in (
        rows.filter(date__lte=on).order_by("date").values_list("subject", "kind", "verdict")
    ):
        told[key, kind] = verdict
    for (key, kind), verdict in told.items():
        yield key, kind, verdict


@dataclass(frozen=True, slots=True)
class Calculation:
    """How a reckoning came about: its lines with what of each counts, and who was counted.

    ``withheld`` says how many lines the account may not open; ``members`` holds those it may open.
    """

    reckoning: Reckoning
    lines: tuple[Counted, ...]
    withheld: int
    members: tuple[Subject, ...]

    @property
    def terms(self) -> list[tuple[str, Label, int]]:
        """The sums that make up net income, with their signs, as far as they are not nothing."""
        signs = [("+", sort) for sort in GAINS] + [("−", COST)]
        said = [(sign, INCOME[sort], getattr(self.reckoning, sort)) for sign, sort in signs]
        return [term for term in said if term[2]]


def calculation(user: User, reckoning: Reckoning, moment: Moment) -> Calculation:
    """A reckoning with its lines as they were known at a moment, as far as they are open."""
    since, until = reckoning.since, reckoning.until
    lines = Income.objects.known(moment.known_at).filter(subject=reckoning.subject_id)
    lines = lines.filter(date__gte=since, since__lte=until).select_related("person")
    found = sums(lines.order_by("kind", "date", "pk"), since=since, until=until, persons=1)
    open_keys = set(opens(user, VOCABULARY["income"], lines).values_list("pk", flat=True))
    shown = tuple(one for one in found.lines if one.line.pk in open_keys)
    return Calculation(
        reckoning, shown, len(found.lines) - len(shown), _members(user, reckoning, moment)
    )


def _members(user: User, reckoning: Reckoning, moment: Moment) -> tuple[Subject, ...]:
    at = Moment(reckoning.date, moment.known_at)
    there = Person.objects.at(at).filter(household=reckoning.subject_id)
    rows = Subject.objects.at(at).filter(fact__in=there.values("fact"))
    return tuple(opens(user, VOCABULARY["person"], rows).order_by("sort_key", "pk"))


def latest_reckoning(user: User, household: UUID, moment: Moment) -> Reckoning | None:
    """The reckoning of a household that holds on a day, if the account may open it."""
    rows = Reckoning.objects.at(moment).filter(subject=household)
    return opens(user, VOCABULARY["reckoning"], rows).order_by("-date", "-until").first()
