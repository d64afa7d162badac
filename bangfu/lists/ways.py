"""Where the fields of records lead: to whom a row belongs, over one field or several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from bangfu.ledger.conditions import Unsayable, all_of, basic, lasting, upwards, value_of
from bangfu.ledger.models import Participant, Place
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.prepared import Question, asked_of_keys
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind

Pairs = Iterable[tuple[UUID, UUID]]


@dataclass(frozen=True, slots=True)
class Those:
    """A few rows of a kind that were found before: what is asked of them by their keys is prepared.

    ``over``: of a list of several days, so that they are read whenever they were, and not at the
    moment alone.
    """

    kind: Kind
    keys: tuple[UUID, ...]
    moment: Moment
    over: bool = False

    def told(self, *columns: str, led: Field | None = None) -> list[tuple[Any, ...]]:
        """Some columns of these rows; with ``led`` where that field leads too, if anywhere."""
        kind, moment, over = self.kind, self.moment, self.over

        def of(keys: list[UUID]) -> QuerySet[Any, Any]:
            rows = (lasting if over else all_of)(kind, moment).filter(fact__in=keys).order_by()
            if led is not None:
                rows = rows.annotate(led=value_of(led, kind, moment)).filter(led__isnull=False)
            return rows.values_list(*columns, *(["led"] if led else []))

        sort = (kind.name, kind.model, kind.sheet, kind.nature, *kind.preset.items())
        leads = led and (led.key, led.type, led.read, led.compute)
        what = ("those", sort, moment, over, columns, leads)
        return asked_of_keys(Question(what, of), self.keys)

    def parts(self, field: Field) -> Pairs:
        """Who had a part in them."""
        known_at = self.moment.known_at

        def of(keys: list[UUID]) -> QuerySet[Any, Any]:
            told = Participant.objects.known(known_at).filter(part=field.read)
            return told.filter(activity__in=keys).values_list("activity", "subject")

        return asked_of_keys(Question(("parts", field.read, known_at), of), self.keys)


def usual_path(kind: Kind, owner: Kind) -> str:
    """The path by which a row belongs to its owner: by who did it, else by the only tie."""
    name = basic(owner)
    if name in kind.doer:
        return kind.doer[name]
    if basic(kind) in ("pairing", "agreement"):
        return kind.receiver[name]
    ties = kind.ties.get(name, ())
    if not ties or (len(ties) > 1 and name != "place"):
        raise Unsayable(f"say by which path a {kind.name} belongs to a {name}")
    return ties[0]


def along(kind: Kind, steps: list[str], rows: QuerySet[Any] | None, moment: Moment) -> Pairs:
    """Where a path leads from records of a kind: pairs of the record and what it leads to."""
    step, rest = steps[0], steps[1:]
    asked = all_of(kind, moment) if rows is None else rows
    if step in kind:
        field = kind[step]
        if field.type not in ("one", "many"):
            raise Unsayable(f"{step} of a {kind.name} leads to no record")
        pairs = led_by(kind, field, asked, moment)
        return _joined(pairs, _from(field, rest, moment)) if rest else pairs
    if step not in VOCABULARY:
        raise Unsayable(f"{kind.name} has no field {step}")
    middle = VOCABULARY[step]
    tie = middle.ties.get(kind.name, ())
    if not tie:
        raise Unsayable(f"a {middle.name} does not belong to a {kind.name}")
    # Where the way ends, those that have ended are meant too: who owes says on which days.
    ended = not rest and middle.nature in ("state", "episode")
    there = lasting(middle, moment) if ended else all_of(middle, moment)
    # Of two sides the way goes in by the one by which it does not go on.
    side = next((one for one in tie if one not in rest[:1]), tie[0])
    back = [(key, fact) for fact, key in led_by(middle, middle[side], there, moment)]
    return _joined(back, mapping(along(middle, rest, None, moment))) if rest else back


def led_by(
    kind: Kind,
    field: Field,
    rows: QuerySet[Any] | Those,
    moment: Moment,
    only: Iterable[UUID] | None = None,
) -> Pairs:
    """Which records a field of some rows leads to; ``only``: those that are asked about."""
    if isinstance(rows, Those):
        return rows.parts(field) if field.type == "many" else rows.told("fact", led=field)
    if field.type == "many":
        return parts_along(field, rows, moment, only)
    led = rows.order_by().annotate(led=value_of(field, kind, moment))
    if only is not None:
        led = led.filter(led__in=only)
    pairs = led.filter(led__isnull=False).values_list("fact", "led")
    return read_pairs(pairs, only is not None)


def _from(field: Field, rest: list[str], moment: Moment) -> dict[UUID, list[UUID]]:
    """Where the rest of a path leads from what a field points to."""
    names = SUBJECT_KINDS if field.to == "subject" else (field.to,)
    kinds = [VOCABULARY[name] for name in names if _goes_on(VOCABULARY[name], rest[0])]
    if not kinds:
        raise Unsayable(f"{rest[0]} leads nowhere from {field.key}")
    found: dict[UUID, list[UUID]] = {}
    for kind in kinds:
        found |= mapping(along(kind, rest, None, moment))
    return found


def _goes_on(kind: Kind, step: str) -> bool:
    return step in kind or (step in VOCABULARY and bool(VOCABULARY[step].ties.get(kind.name)))


def mapping(pairs: Pairs) -> dict[UUID, list[UUID]]:
    """All that each record leads to."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for one, other in pairs:
        found[one].append(other)
    return dict(found)


def _joined(pairs: Pairs, onward: dict[UUID, list[UUID]]) -> Pairs:
    told = {(one, end) for one, middle in pairs for end in onward.get(middle, ())}
    return sorted(told)


def by_area(pairs: Pairs, moment: Moment) -> Pairs:
    """A row in a place belongs to every place around it."""
    paths, by_path = _paths(moment)
    around: dict[UUID, list[UUID]] = {}
    for fact, key in pairs:
        if key not in around:
            around[key] = [by_path[p] for p in upwards(paths.get(key, "")) if p in by_path]
        yield from ((fact, one) for one in around[key])


@once
def _paths(moment: Moment) -> tuple[dict[UUID, str], dict[str, UUID]]:
    """Where every place lies, and which place that is."""
    paths = dict(Place.objects.at(moment).values_list("fact", "path"))
    return paths, {path: key for key, path in paths.items()}


def parts_along(
    field: Field,
    rows: QuerySet[Any],
    moment: Moment,
    only: Iterable[UUID] | None = None,
) -> Pairs:
    """Who had a part in some rows; ``only``: those that are asked about."""
    told = Participant.objects.known(moment.known_at).filter(part=field.read)
    if only is not None:
        # From those who are named to what they had a part in, not through every activity.
        inside = told.filter(
            Exists(rows.order_by().filter(fact=OuterRef("activity_id"))), subject__in=only
        )
    else:
        inside = told.filter(activity__in=rows.order_by().values("fact"))
    return read_pairs(inside.values_list("activity", "subject"), only is not None)


def read_pairs(pairs: QuerySet[Any], few: bool) -> Pairs:
    """Pairs of keys; a few at once, those of a whole county one after another by a cursor."""
    found: Pairs = pairs if few else pairs.iterator()
    return found
