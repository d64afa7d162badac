"""What changed between two versions of a programme file, readable for whoever signs the change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from bangfu.programmes.kinds import Label
from bangfu.programmes.literals import shown
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import written
from bangfu.programmes.programme import Programme, plain
from bangfu.programmes.readback import Passage, readback
from bangfu.programmes.saying import join, quoted, say
from bangfu.programmes.schema import SECTIONS, Head, words_of
from bangfu.programmes.words import SECTION_LABELS, WORD_LABELS

Sort = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change: where in the file, what it says of itself, and the values before and after."""

    sort: Sort
    route: Route
    text: Label
    old: Any = None
    new: Any = None

    @property
    def key(self) -> str:
        """Where it stands, as an official reads it."""
        return written(self.route)


def difference(old: Programme, new: Programme) -> tuple[Change, ...]:
    """Every change from one version to another, in the order of the file.

    An entry that came or went is one change that says the whole entry; an entry that stayed has a
    change for each word. What was removed stands where it stood before.
    """
    return tuple(_Comparison(old, new).changes())


@dataclass(slots=True)
class _Comparison:
    old: Programme
    new: Programme

    def changes(self) -> Iterator[Change]:
        """The head, the clauses, then entry by entry."""
        before, after = plain(self.old.file), plain(self.new.file)
        for word in words_of(Head):
            yield from self._words((word,), before.get(word), after.get(word))
        for key in _order(before["clause"], after["clause"]):
            yield from self._words(
                ("clause", key), before["clause"].get(key), after["clause"].get(key)
            )
        for section, name in _order(self._places(self.old), self._places(self.new)):
            was, is_ = before[section].get(name), after[section].get(name)
            if was is None or is_ is None:
                yield self._entry(section, name, added=was is None)
            else:
                yield from self._words((section, name), was, is_)

    def _places(self, programme: Programme) -> list[tuple[str, str]]:
        return [(programme.section_of(name), name) for name, _ in programme.entries()]

    def _entry(self, section: str, name: str, *, added: bool) -> Change:
        programme = self.new if added else self.old
        passage = _passage(programme, section, name)
        zh, en = (
            ("新增{heading}。{said}", "Added {heading}. {said}")
            if added
            else ("删去{heading}。{said}", "Removed {heading}. {said}")
        )
        said = join(passage.sentences, "", " ")
        value = plain(programme.entry(name))
        return Change(
            "added" if added else "removed",
            (section, name),
            say(zh, en, heading=passage.heading, said=said),
            old=None if added else value,
            new=value if added else None,
        )

    def _words(self, route: Route, was: Any, is_: Any) -> Iterator[Change]:
        if was == is_:
            yield from self._order_only(route, was, is_)
        elif isinstance(was, Mapping) and isinstance(is_, Mapping):
            for key in _order(was, is_):
                yield from self._words((*route, key), was.get(key), is_.get(key))
        elif _tables(was) and _tables(is_):
            for number in range(max(len(was), len(is_))):
                yield from self._words((*route, number), _at(was, number), _at(is_, number))
        else:
            yield self._word(route, was, is_)

    def _order_only(self, route: Route, was: Any, is_: Any) -> Iterator[Change]:
        """Lines in another order: the order of a file's lines is what the reader sees."""
        if isinstance(was, Mapping) and route[-1:] == ("items",) and list(was) != list(is_):
            yield self._word(route, list(was), list(is_))
        elif isinstance(was, Mapping):
            for key in was:
                yield from self._order_only((*route, key), was[key], is_[key])

    def _word(self, route: Route, was: Any, is_: Any) -> Change:
        sort: Sort = "added" if was is None else "removed" if is_ is None else "changed"
        where = self._where(route)
        if sort == "added":
            text = say("{where}：新写 {new}", "{where}: now {new}", where=where, new=_said(is_))
        elif sort == "removed":
            text = say(
                "{where}：删去 {old}", "{where}: no longer {old}", where=where, old=_said(was)
            )
        else:
            text = say(
                "{where}：{old} → {new}",
                "{where}: {old} → {new}",
                where=where,
                old=_said(was),
                new=_said(is_),
            )
        return Change(sort, route, text, was, is_)

    def _where(self, route: Route) -> Label:
        """The way to a word by titles and labels: 任务“每年业务培训不少于十次” 不少于."""
        section, *rest = route
        if section not in SECTIONS:
            return join([self._step(step) for step in route], " ", " ")
        heading = say(
            "{section}{title}",
            "{section} {title}",
            section=SECTION_LABELS[str(section)],
            title=quoted(self._title(str(rest[0]))),
        )
        return join([heading, *(self._step(step) for step in rest[1:])], " ", " ")

    def _title(self, name: str) -> str:
        programme = self.new if name in self.new else self.old
        return programme.title_of(name)

    def _step(self, step: str | int) -> Label:
        if isinstance(step, int):
            return Label(f"第{step + 1}项", f"no. {step + 1}")
        return WORD_LABELS.get(step) or SECTION_LABELS.get(step) or Label(step, step)


def _passage(programme: Programme, section: str, name: str) -> Passage:
    return next(one for one in readback(programme) if (one.section, one.name) == (section, name))


_T = TypeVar("_T")


def _order(old: Iterable[_T], new: Iterable[_T]) -> list[_T]:
    """Both in the order of the new; what is only in the old stands after what preceded it there."""
    merged = list(new)
    before: _T | None = None
    for one in old:
        if one not in merged:
            merged.insert(merged.index(before) + 1 if before in merged else 0, one)
        before = one
    return merged


def _tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _at(values: Sequence[Any], number: int) -> Any:
    return values[number] if number < len(values) else None


def _said(value: Any) -> str:
    return shown(dt.date.fromisoformat(value)) if _is_day(value) else shown(value)


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4:5] == value[7:8] == "-"
