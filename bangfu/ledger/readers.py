"""What a programme file names readers of: papers, and the rows of what it lists and counts.

They are closed to everybody else, drafts above all. By the file as it is today, like every right;
an entry that a later version left out keeps the readers that it had. To be named opens nothing
which the own roles do not open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger import clock
from bangfu.ledger.conditions import NOTHING
from bangfu.ledger.meaning import Meaning, standing
from bangfu.ledger.models import Document, Post, Programme, ProgrammeVersion
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once, once_until_written
from bangfu.ledger.prepared import Question, asked
from bangfu.ledger.proving import surely
from bangfu.ledger.reached import words_reached
from bangfu.programmes.issuing import named_at
from bangfu.programmes.schema import Document as Entry
from bangfu.programmes.ways import flow_called

#: The sections whose rows are kept for the readers that an entry names.
COUNTED = ("list", "figure", "target", "measure", "duty")


@dataclass(frozen=True, slots=True)
class Kept:
    """Readers whom the file of a programme names, as it was in force at a moment."""

    programme: Programme
    moment: Moment
    names: tuple[str, ...]

    @property
    def meaning(self) -> Meaning:
        """What the names stand for."""
        return Meaning.of(self.programme, self.moment)

    def called(self) -> list[str]:
        """What the readers are called."""
        return [self.meaning.file.title_of(name) for name in self.names]


def kept_lists(programme: Programme, moment: Moment, names: Collection[str]) -> list[Kept]:
    """The readers of those of a programme's entries that some names mean and that count rows."""
    found: dict[str, Kept | None] = {}
    for on in (Moment.present(), moment):
        file = Meaning.of(programme, on).file
        for name in names:
            if name not in found and name in file and file.section_of(name) in COUNTED:
                readers = getattr(file.entry(name), "readers", None)
                found[name] = None if readers is None else Kept(programme, on, readers)
    return [one for _name, one in sorted(found.items()) if one is not None]


@dataclass(frozen=True, slots=True)
class Reserved:
    """A sort of paper of a programme, with those who read it and those who work on its drafts.

    ``readers``: of the paper itself, and of each list whose rows it prints; who reads it is one of
    each of them.
    """

    meaning: Meaning
    name: str
    readers: tuple[tuple[str, ...], ...]
    workers: tuple[str, ...]

    def rows(self) -> Q:
        """The papers of that sort."""
        return Q(programme=self.meaning.programme_key(), name=self.name)


@once
def closed_to(person: UUID | None, units: tuple[UUID, ...]) -> Q:
    """The papers kept from who asks: of named readers' papers all, from these readers the drafts.

    Who asks is a person, if the account is anybody's, who speaks for the units where he or she
    serves today, and for the units that were granted to the account.
    """
    closed = NOTHING
    for one in _reserved():
        if is_among(one.meaning, one.workers, person, units):
            continue
        rows = one.rows()
        if all(is_among(one.meaning, names, person, units) for names in one.readers):
            rows = rows & Q(status="draft")
        closed = closed | rows
    return closed


def readers_of(document: Document) -> list[str] | None:
    """What those are called who read a paper; None where its file names nobody."""
    for one in _reserved():
        if (one.meaning.programme_key(), one.name) == (document.programme_id, document.name):
            names = dict.fromkeys(name for some in one.readers for name in some)
            return [one.meaning.file.title_of(name) for name in names]
    return None


def is_among(
    meaning: Meaning, names: Iterable[str], person: UUID | None, units: tuple[UUID, ...]
) -> bool:
    """Whether this is surely one of those whom some names of a programme stand for."""
    today = clock.today()
    for name in names:
        keys = [person] if person else []
        if meaning.file.kind_of(name) == "organisation":
            keys = [*units, *(units_served(person) if person else ())]
        if any(surely(meaning, (name,), {}, key, today) for key in dict.fromkeys(keys)):
            return True
    return False


@once_until_written("ledger_post")
def units_served(person: UUID) -> list[UUID]:
    """The units where a person serves today: named by key, an index finds what is theirs."""
    today = Moment.present()

    def of(persons: list[UUID]) -> QuerySet[Any, Any]:
        posts = Post.objects.at(today).filter(person__in=persons)
        return posts.values_list("organisation", flat=True)

    return asked(Question(("units served", today), of), [person])


@once
def _reserved() -> list[Reserved]:
    """The sorts of paper of every programme that has papers for which its file names readers."""
    found: dict[tuple[UUID, str], Reserved | None] = {}
    for meaning in _files():
        for name, entry in meaning.file.entries("document"):
            found[meaning.programme_key(), name] = _kept(meaning, name, entry)
    return [one for one in found.values() if one is not None]


def _kept(meaning: Meaning, name: str, entry: object) -> Reserved | None:
    if not isinstance(entry, Entry):
        return None
    readers = [*([] if entry.readers is None else [entry.readers]), *_printed(meaning, entry)]
    workers = tuple(dict.fromkeys(_workers(meaning, entry)))
    return Reserved(meaning, name, tuple(dict.fromkeys(readers)), workers) if readers else None


def _workers(meaning: Meaning, entry: Entry) -> Iterator[str]:
    """Those whom a document and the steps of its workflow name."""
    yield from filter(None, (entry.reviewer, entry.signer))
    flow = flow_called(meaning.file, entry.workflow) if entry.workflow else None
    for step in flow.items.values() if flow else ():
        yield from named_at(step, entry)


def _printed(meaning: Meaning, entry: Entry) -> Iterator[tuple[str, ...]]:
    """The readers of the lists whose rows a ledger prints."""
    words = set[str]().union(*words_reached(entry.of or (), entry.where or {}, meaning))
    for name in sorted(words):
        if meaning.sort_of(name) in COUNTED:
            readers = getattr(meaning.file.entry(name), "readers", None)
            if readers is not None:
                yield readers


def _files() -> Iterator[Meaning]:
    """The files of programmes that have papers, each version until today's, oldest first."""
    papers = Document.objects.current().values("programme")
    rows = ProgrammeVersion.objects.current().filter(programme__in=papers)
    begun: set[UUID] = set()
    for version in rows.select_related("programme").order_by("programme", "began", "number"):
        # Before its first day a programme is what its first version says.
        if version.programme_id not in begun or version.began <= clock.today():
            begun.add(version.programme_id)
            yield Meaning(version.programme, standing(version.text, version.programme.name))
