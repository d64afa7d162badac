"""Places as lists write them: a village by its name, within the township that stands beside it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from bangfu.intake.addresses import parted
from bangfu.intake.cells import AS_IS, NEW, Reason, Row, cell_of
from bangfu.intake.readers import PLACES
from bangfu.ledger.access import opens
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Place, PlaceAlias
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Label
from bangfu.tables.grid import position
from bangfu.tables.understood import Table

_TAIL = re.compile(r"(?:村民委员会|村委会|居民委员会|居委会|社区|村|街道办事处|街道|镇|乡)$")

_BETWEEN = re.compile(r"[/\\|>、,，\-—·]")


class Whereabouts:
    """Finds places by name, each pair of names once; ``inside`` is where the list is from.

    ``titled`` is the cell whose title says so, where nobody else did.
    """

    def __init__(self, on: dt.date, inside: Place | None, titled: str = "") -> None:
        self.moment, self.inside, self.titled = Moment(on), inside, titled
        self.found: dict[tuple[str, ...], Place | Label | None] = {}
        self.called: dict[str, list[Place]] = {}
        self.known: dict[UUID, Place | None] = {}

    def look_up(self, read: Sequence[Row]) -> None:
        """The places that the rows name as they are called, in a few questions for all rows."""
        names = {lowest for row in read if (lowest := _lowest(row))} - self.called.keys()
        listed = sorted(names)
        for at in range(0, len(listed), 500):
            for place in Place.objects.at(self.moment).filter(name__in=listed[at : at + 500]):
                self.called.setdefault(place.name, []).append(place)

    def of(self, row: Row) -> Place | None:
        """Where a row belongs: its lowest place; what cannot be found is said as a wrong cell.

        Without any name, the place that the whole list is from, if it is a village.
        """
        given = _given(row)
        if not given:
            if self.titled:
                row.notes.append(Reason(self.titled, _OF_THE_TITLE))
            return self.inside
        key = tuple(name for _, name in given)
        if key not in self.found:
            self.found[key] = self._find(key)
        answer = self.found[key]
        if isinstance(answer, Label):
            row.wrong.append(Reason(cell_of(row, given[-1][0]), answer))
            return None
        return answer

    def _find(self, names: tuple[str, ...]) -> Place | Label:
        candidates = self._named(names[-1]) or self._in_one_piece(names[-1])
        for above in reversed(names[:-1]):
            inside = [place for place in candidates if self._lies_in(place, above)]
            if candidates and not inside and (called := self._named(above)):
                # Known by another name, or another township than the one in which it lies.
                inside = [p for p in candidates if any(p.path.startswith(a.path) for a in called)]
                if not inside:
                    return _not_in(names[-1], above)
            candidates = inside if len(candidates) > 1 or inside else candidates
        if self.inside is not None:
            candidates = [p for p in candidates if p.path.startswith(self.inside.path)]
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            return Label(
                f"有{len(candidates)}个同名的地方，请加上乡镇一列", "several places of that name"
            )
        return Label("区划里没有这个地方；请改正名称，或先登记别名", "no such place; mend the name")

    def _in_one_piece(self, name: str) -> list[Place]:
        """The village of a township that are written together: 云岫镇/前岫村."""
        said = dict(parted(_BETWEEN.sub("", name)))
        if not {"place.township", "place.village"} <= said.keys():
            return []
        inside = self._named(said["place.village"])
        return [place for place in inside if self._lies_in(place, said["place.township"])]

    def _named(self, name: str) -> list[Place]:
        if name in self.called:
            return self.called[name]
        standing = Place.objects.at(self.moment)
        if found := list(standing.filter(name=name)):
            return found
        aliases = PlaceAlias.objects.at(self.moment).filter(text=name)
        if found := list(standing.filter(fact__in=aliases.values("place"))):
            return found
        stem = _TAIL.sub("", name)
        if len(stem) < 2:
            return []
        begins = standing.filter(name__startswith=stem)
        return [place for place in begins if _TAIL.sub("", place.name) == stem]

    def _lies_in(self, place: Place, above: str) -> bool:
        stem = _TAIL.sub("", above) or above
        return any(name.startswith(stem) for name in self._names_above(place.parent_id))

    def _names_above(self, parent: UUID | None) -> list[str]:
        names: list[str] = []
        while parent is not None and len(names) < 8:
            if parent not in self.known:
                self.known[parent] = Place.objects.at(self.moment).filter(fact=parent).first()
            place = self.known[parent]
            if place is None:
                break
            names.append(place.name)
            parent = place.parent_id
        return names


def village_titled(
    by: By, on: dt.date, table: Table, inside: Place | None
) -> tuple[Place, str] | None:
    """The one village that the title of a list names, and in which cell; nothing where none does.

    ``inside``: the wider place that the list is said to be from.

    A list that says on each row where it is does not need it; a title that goes on after the
    name (前岫村等三个村, 前岫村、后岫村) names more than one.
    """
    if any(c.party == "place" and c.field != "household.group" for c in table.columns):
        return None
    if inside is not None and inside.level not in _WIDE:
        return None
    for line in table.title:
        words = "".join(line.text.split())
        named = {part for end in _VILLAGE.finditer(words) for part in _ending_at(words, end.end())}
        meant = Place.objects.at(Moment(on)).filter(
            level="village", name__in=named, path__startswith=inside.path if inside else ""
        )
        reached = opens(by.user, VOCABULARY["place"], meant) if by.user is not None else meant
        found = list(reached[:2]) if named else []
        if len(found) == 1 and not _GOES_ON.match(words.partition(found[0].name)[2]):
            return found[0], position(line.row, line.column)
    return None


def _ending_at(words: str, end: int) -> Iterable[str]:
    """What a village may be called whose name ends there."""
    return (words[begin:end] for begin in range(max(0, end - 8), end - 1))


_VILLAGE = re.compile(r"村|社区|居委会|嘎查")
_GOES_ON = re.compile(r"[等、,,和及与]")
_OF_THE_TITLE = Label("村按标题补上", "the village is the title's")


def _lowest(row: Row) -> str:
    """The lowest place that a row names."""
    given = _given(row)
    return given[-1][1] if given else ""


#: Under what a row names the divisions that it lies in, the highest first.
_DIVISIONS = tuple(f"place.{level}" for level in PLACES)


def _given(row: Row) -> list[tuple[str, str]]:
    """The divisions that a row names, each with what asks for it."""
    told = [(target, row.text(target)) for target in _DIVISIONS if target in row.told]
    return [(target, name) for target, name in told if name]


#: Places that are no village, and in which nobody lives just so.
_WIDE = frozenset(("township", "county", "prefecture", "province", "country"))


def too_wide(row: Row, place: Place) -> bool:
    """Whether somebody new would live in a whole town, or more, which a person decides."""
    if place.level not in _WIDE or row.settled in (AS_IS, NEW):
        return False
    says = Label(
        f"只写到“{place.name}”，没有写明哪个村", f"only {place.name}; it does not say which village"
    )
    choice = Label(f"就登记在{place.name}", f"register them in {place.name}")
    row.doubts.append(Reason(cell_of(row, "place.township"), says, ((AS_IS, choice),)))
    return True


def _not_in(name: str, above: str) -> Label:
    """Why a village is not taken beside the name of a township in which it does not lie."""
    return Label(f"“{name}”不在“{above}”里；请改正其中一个", f"{name} does not lie in {above}")
