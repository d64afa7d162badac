"""What a programme file would give on today's records, before it is put in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

from bangfu.ledger import clock
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Place
from bangfu.ledger.models import Programme as ProgrammeRow
from bangfu.ledger.moment import Moment
from bangfu.lists.alerts import AlertOf, watched
from bangfu.lists.duties import DutyOf
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.numbers import Reading
from bangfu.lists.sweep import SIDES, meant
from bangfu.lists.targets import Reached, TargetOf
from bangfu.programmes.programme import Programme
from bangfu.programmes.schema import Class, Document, Measure

Why = Literal["", "later", "unsayable"]
#: What counts a list, as it stands or over another one.
_COUNTED = ("list", "enrol", "activity", "alert", "figure", "measure")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One entry of a file on today's records.

    ``figure`` and ``reading``: what is counted, and the number. ``sides``: of a pairing, how many
    stand on each of its sides. ``owed`` and ``met``: of a duty, the rows it would ask for until
    today, and those that what is recorded already meets. ``reached``: of a target, its next
    milestone. ``raised``: of an alert with a bound, for how many it would be raised, of how many.
    ``why``: why there is no number; ``word`` says it.
    """

    section: str
    name: str
    title: str
    figure: Figure | None = None
    reading: Reading | None = None
    sides: tuple[int, int] | None = None
    owed: int | None = None
    met: int = 0
    reached: Reached | None = None
    raised: tuple[int, int] | None = None
    why: Why = ""
    word: str = ""


def meaning_of(file: Programme, area: Place, row: ProgrammeRow | None = None) -> Meaning:
    """A file that is not in force, over a programme that runs, or over one that is not there yet.

    Nothing is written: the programme that is not there has a key that nothing is tied to.
    """
    if row is None:
        row = ProgrammeRow(
            fact=clock.new_id(), name=file.name, title=file.title, area=area,
            began=file.from_, ended=file.to,
        )  # fmt: skip
    return Meaning(row, file)


def foreseen(meaning: Meaning, moment: Moment, *, seconds: float) -> Iterator[Foreseen]:
    """Each entry that gives something, in the file's order, as far as the time goes."""
    until = perf_counter() + seconds
    for name, entry in meaning.file.entries():
        section, title = meaning.file.section_of(name), meaning.file.title_of(name)
        if not _gives(section, entry):
            continue
        if perf_counter() > until:
            yield Foreseen(section, name, title, why="later")
            continue
        try:
            yield _foreseen(meaning, section, name, title, moment)
        except Unsayable as wrong:
            yield Foreseen(section, name, title, why="unsayable", word=str(wrong))


def _gives(section: str, entry: Any) -> bool:
    if isinstance(entry, Class | Document):
        return False
    if isinstance(entry, Measure):
        return entry.of is not None
    return section in (*_COUNTED, "pairing", "duty", "target")


def _foreseen(meaning: Meaning, section: str, name: str, title: str, moment: Moment) -> Foreseen:
    if section == "pairing":
        one, other = (meant(meaning, name, side, moment).sure().count() for side in SIDES)
        return Foreseen(section, name, title, sides=(one, other))
    if section == "duty":
        rows = list(DutyOf.of_meaning(meaning, name, moment).owed())
        met = sum(1 for row in rows if row.verdict == "met")
        return Foreseen(section, name, title, owed=len(rows), met=met)
    if section == "target":
        found = list(TargetOf.of_meaning(meaning, name, moment).reached())
        ahead = [one for one in found if one.ended >= moment.on] or found
        return Foreseen(section, name, title, reached=ahead[0] if ahead else None)
    if section == "alert":
        figure = watched(meaning, name, moment)
        if figure is None:
            alert = AlertOf.of_meaning(meaning, name, moment)
            lines = list(alert.reached())
            held = sum(1 for one in lines if one.verdict == "met")
            return Foreseen(section, name, title, raised=(held, len(lines)))
    else:
        figure = figure_of(meaning.row, name, moment, meaning=meaning)
    return Foreseen(section, name, title, figure, figure.reading())
