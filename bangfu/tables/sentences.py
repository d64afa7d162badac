"""Sentences of a document with room for numbers, read as tables: 全村共  户  人，其中脱贫户  户."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bangfu.tables.grid import Grid, Span, Value

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: So many lines above a sentence are taken as its title.
_LINES_ABOVE = 4

_ROOM = re.compile(r"[_\uff3f\s]+")
#: What is counted or measured stands right after the room for its number, and is no other word.
_UNIT = re.compile(
    "(?:人次|户次|万元|平方米|公里|户(?![主籍口名])|人(?![均员口])|口|名(?!称)|个(?!人)|元(?!月)|亩|"
    "次(?!年)|件|项(?!目)|条(?!件)|处(?![理室])|所(?![在属])|家(?!庭)|座|对(?![象口应]))"
    "(?![^\\S\n]*[:\uff1a])"
)
_OF_PEOPLE = ("人", "口", "名")
#: What is counted may be said after the unit: 12个村民小组, 3名党员.
_THING = re.compile("[\u4e00-\u9fff]{2,8}(?=[,\uff0c、。;\uff1b)\uff09]|$|[_\uff3f\\s]{2})")
_SENTENCES = re.compile("[。;\uff1b]")
_CLAUSES = re.compile("[,\uff0c、:\uff1a()\uff08\uff09]")
#: Words that say of what a number is told, and not what it counts.
_LEAD = re.compile("^(?:现|已|共|总共|一共|合|总计|辖|下辖|有|和|及)+")
_TRAIL = re.compile("(?:现|已|共|总共|一共|合计|总计|共计|有|达到|达|为|约|计)+$")
_WITHIN = re.compile("其中[有含]?")
_WHOLE = re.compile("(?:^|(?<=[年月日底末初]))(?:全|本|我)([省市州县区旗乡镇村])")
_NAMED = re.compile("^([\u4e00-\u9fff]{2,8}?[县区乡镇村])(?=[共现总有辖])")
#: What says already that it is a number.
_NUMBER = re.compile("(?:人口|人数|户数|口数|数量|[^户人]数)$")
_SEX = {"男": "男性", "女": "女性"}


@dataclass(frozen=True, slots=True)
class Blank:
    """Room for a number: which letters of the paragraph it takes, what it asks, in which unit."""

    start: int
    end: int
    asks: str
    unit: str
    of: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A paragraph as a table of what it asks about one place (``of``), below the lines above."""

    name: str
    paragraph: Any
    above: tuple[str, ...]
    of: str
    blanks: tuple[Blank, ...]

    @property
    def top(self) -> int:
        """In which row of the table its first number stands."""
        return len(self.above) + 2

    def grid(self) -> Grid:
        """The same words as they stand in a table of indicators."""
        cells: list[list[Value]] = [[line, None, None] for line in self.above]
        spans = tuple(Span(row, 1, row, 3) for row in range(1, len(cells) + 1))
        cells.append(["指标", "单位", self.of or "数量"])
        cells += [[one.asks, one.unit, None] for one in self.blanks]
        return Grid(cells, spans, framed=(len(cells), 3))


def sentences_in(body: Any) -> Iterator[Sentence]:
    """The sentences of a document's body that leave room for numbers, paragraph by paragraph."""
    above: list[str] = []
    number = 0
    for paragraph in body.iterchildren(f"{_W}p"):
        text = "".join(part.text or "" for part in texts_of(paragraph))
        if not text.strip():
            continue
        number += 1
        blanks = list(_blanks(text, _underlined(paragraph)))
        if not blanks:
            above = [*above, text.strip()][-_LINES_ABOVE:]
            continue
        lines = (*above, *_time_of(text[: blanks[0].start]))
        for place in dict.fromkeys(one.of for one in blanks):
            name = f"第{number}段" + (f"({place})" if place != blanks[0].of else "")
            own = tuple(one for one in blanks if one.of == place)
            yield Sentence(name, paragraph, lines, place, own)


def texts_of(paragraph: Any) -> list[Any]:
    """The pieces of text of a paragraph, one after the other."""
    return list(paragraph.iter(f"{_W}t"))


def _underlined(paragraph: Any) -> list[bool]:
    """Of every letter of a paragraph whether it is underlined."""
    told: list[bool] = []
    for part in texts_of(paragraph):
        line = part.getparent().find(f"{_W}rPr/{_W}u")
        drawn = line is not None and line.get(f"{_W}val", "single") != "none"
        told += [drawn] * len(part.text or "")
    return told


def _time_of(text: str) -> Iterator[str]:
    """The clause before the first number that says of which time all are told (截至2025年底)."""
    clause, _, rest = text.strip().rpartition("\uff0c")
    if rest and re.search("[0-9〇零一二三四五六七八九]年|[0-9]月", clause):
        yield clause


def _blanks(text: str, underlined: list[bool]) -> Iterator[Blank]:
    """The rooms for numbers of a paragraph, from the left."""
    told, begun = _Told(), 0
    for room in _ROOM.finditer(text):
        unit, before = _UNIT.match(text, room.end()), text[begun : room.start()]
        drawn = bool(re.search("[_\uff3f]{2}", room[0])) or all(
            underlined[room.start() : room.end()]
        )
        if unit is None or not text[: room.start()].strip():
            continue
        if not (drawn or _wide_enough(room[0], before, first=begun == 0)):
            continue
        told.goes_on(before)
        thing = None if told.counts else _THING.match(text, unit.end())
        heading = told.heading(unit[0], thing[0] if thing else "")
        begun = thing.end() if thing else unit.end()
        yield Blank(room.start(), room.end(), heading, unit[0], told.place)


def _wide_enough(room: str, before: str, *, first: bool) -> bool:
    """Whether a gap that is not drawn as a line is room for a number.

    Letters that are set apart (负  责  人) are no words.
    """
    words = _ROOM.split(before)[-1]
    return len(room) > 1 and (len(words) > 1 or not first and not words)


class _Told:
    """Goes along a paragraph and says of each number what it counts, and within which place.

    ``part``: it counts a part (其中) of the last number before (``whole``) in the sentence.
    """

    def __init__(self) -> None:
        self.counts = self.place = ""
        self.part = self.whole = False

    def goes_on(self, before: str) -> None:
        """The words between two numbers; without any the next one counts the same."""
        *ended, going = _SENTENCES.split(before)
        if ended:
            self.counts, self.part, self.whole = "", False, False
        said = [words for one in _CLAUSES.split(going) if (words := "".join(one.split()))]
        if said:
            self.counts, self.place, part = _subject(said[-1], self.place)
            self.part = self.part or part

    def heading(self, unit: str, thing: str) -> str:
        """What the next number is called in a table; ``thing`` is what stands after its unit."""
        called = _heading(self.counts or thing, unit, after=bool(thing))
        if self.part and self.whole:
            return f"其中:{called}"
        self.whole = True
        return called


def _subject(words: str, place: str) -> tuple[str, str, bool]:
    """What some words count, within which place, and whether it is a part of what stood before."""
    part = bool(_WITHIN.search(words))
    words = _WITHIN.sub("", words)
    if whole := _WHOLE.search(words):
        place, words = f"全{whole[1]}", words[: whole.start()] + words[whole.end() :]
    elif named := _NAMED.match(words):
        place, words = named[1], words[named.end() :]
    return _TRAIL.sub("", _LEAD.sub("", words)), place, part


def _heading(told: str, unit: str, *, after: bool) -> str:
    """What a number is called that counts something by a unit, as a table would call it."""
    told = _SEX.get(told, told)
    if unit == "户":
        return f"{told}户数" if told and not told.endswith("户数") else told or "总户数"
    if unit in _OF_PEOPLE:
        return f"{told}人数" if told and not _NUMBER.search(told) else told or "总人口"
    return f"{told}数" if after and not _NUMBER.search(told) else told or unit
