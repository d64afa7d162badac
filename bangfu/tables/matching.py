"""Which questions a heading may ask: by name, by another way of writing it, by likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bangfu.programmes.kinds import Label
from bangfu.tables.catalogue import Catalogue, Heading
from bangfu.tables.headings import Written, canonical, plain, written
from bangfu.tables.likeness import Likeness, fits
from bangfu.tables.periods import without_period
from bangfu.tables.questions import questions

_WHOSE = re.compile(
    r"^(?:建档立卡|农村|本|该|被)?(?:结对帮扶对象|帮扶对象|被帮扶人|受助人|受益人|救助对象|贫困户|脱贫户|监测户|"
    r"监测对象|低保户|困难户|低收入户|农户|户主|家庭成员|家庭|成员|人员|本人|个人|患者|病人|学生|"
    r"老人|儿童|残疾人|劳动力|贫困人口|脱贫人口|户|人)"
)
_TAIL = re.compile(r"(?:基本情况|情况|信息|名称|如何|内容|说明|明细|详情)$")
#: Tails by which a number is asked.
_NUMBER_TAIL = re.compile(r"(?:总数|总额|金额|合计|小计|数)$")
#: Words whose answer is kept, so that long lists do not fill the memory.
_REMEMBERED = 20_000
#: Units of what is counted by heads.
_HEADS = frozenset("人 户 个 名 次 人次 户次".split())
_AND = re.compile(r"[、/及和与或]|以及")
#: Some of a household, so that their number is not that of its members.
_FEW = re.compile(r"^(?:劳动力|残疾人|学生|老人|儿童|患者|病人|建档立卡劳动力)")
#: Words in brackets that say whose name a heading asks.
_WHO = frozenset("户主 姓名 户主姓名".split())
#: Words that are left over of a heading and say nothing by themselves.
_ENDINGS = frozenset("名称 数 情况 号 类别 类型 时间 编号 级别 等级".split())


@dataclass(frozen=True, slots=True)
class Match:
    """One question that a heading may ask, how sure by its words, and why.

    ``near``: by words that both share, and nothing that it says speaks against it.
    """

    heading: Heading
    confidence: float
    reason: Label
    near: bool = False


#: Kinds whose fields a heading may mean once it was taken off whose it is.
_SOMEBODYS = frozenset(("person", "household", "any"))


_OF_ONE = re.compile(r"^(?:家庭成员|成员|人员|本人|个人|患者|病人|学生|老人|儿童|残疾人)")


def _somebodys(name: str) -> frozenset[str]:
    """The kinds that a heading may ask of, by whose it says it is: of one person no household."""
    return _SOMEBODYS - {"household"} if _OF_ONE.match(name) else _SOMEBODYS


class Lexicon:
    """Every name of every question; what the vocabulary holds comes before what is only known."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.by_field = {one.field: one for one in catalogue.headings if one.field}
        self.by_name: dict[str, list[Heading]] = {}
        for heading in _once(catalogue):
            for name in dict.fromkeys(canonical(plain(n)) for n in heading.names if n):
                self.by_name.setdefault(name, []).append(heading)
        self.coded: dict[str, set[str]] = {}
        for heading in catalogue.headings:
            for way in (way for ways in heading.codes.values() for way in ways):
                if len(way) > 1 and not way.isascii() and heading.field:
                    self.coded.setdefault(canonical(plain(way)), set()).add(heading.field)
        self.likeness = Likeness(
            {name: {h.kind for h in listed} for name, listed in self.by_name.items()}
        )
        self._known: dict[str, bool] = {}
        self._told: dict[tuple[str, str, str], tuple[Match, ...]] = {}

    def knows(self, text: str) -> bool:
        """Whether words are surely some heading; by name only, for this is asked of every cell."""
        if not 0 < len(text) <= 40 or text.isdecimal():
            return False
        if (known := self._known.get(text)) is None:
            said = written(text)
            ways = [*self._exact(said.whole, said.bare, ""), *self._shortened(said.bare)]
            known = any(way.confidence >= 0.85 for way in ways)
            known = known or self.likeness.names(canonical(said.bare))
            if len(self._known) < _REMEMBERED:
                self._known[text] = known
        return known

    def matches(self, text: str, above: str = "", kind: str = "") -> tuple[Match, ...]:
        """The questions that a heading (under another one) may ask in rows of a kind, the surest
        first.
        """
        key = (text, above, kind)
        if key not in self._told:
            best: dict[int, Match] = {}
            for match in self._ways(text, above, kind):
                if best.setdefault(id(match.heading), match).confidence < match.confidence:
                    best[id(match.heading)] = match
            self._told[key] = tuple(sorted(best.values(), key=lambda m: -m.confidence))
        return self._told[key]

    def _ways(self, text: str, above: str, kind: str) -> Iterator[Match]:
        said = written(text)
        exact = list(self._less_sure(self._exact(said.whole, said.bare, above), said))
        yield from exact
        if any(
            m.confidence > 0.9 and m.heading.kind in (kind or m.heading.kind, "any") for m in exact
        ):
            return
        bare = canonical(without_period(said.bare)) or canonical(said.bare)
        if said.unit in _HEADS:
            yield from self._numbered(canonical(said.bare), said.unit)
        rest = [*self._shortened(said.bare), *self._alike(bare, kind), *self._in_brackets(said)]
        if above:
            joined = canonical(written(above).bare) + bare
            rest += [m for m in self._alike(joined, kind) if m.confidence >= 0.86]
        for match in self._less_sure(rest, said):
            other_type = not fits(bare, match.heading.type)
            yield _doubted(match) if other_type else match

    def _in_brackets(self, said: Written) -> Iterator[Match]:
        """What stands in a heading's brackets says who it is: 保障对象(户主)."""
        for word in said.beside:
            if word in _WHO:
                yield from self._named(word, 0.84, Label(f"括号里写明“{word}”", f"it says {word}"))

    def _less_sure(self, found: Iterable[Match], said: Written) -> Iterator[Match]:
        """The same, less sure where the words in brackets ask for something else."""
        for match in found:
            other = self._else_asked(match, said)
            yield _doubted(match) if other else match

    def _else_asked(self, match: Match, said: Written) -> bool:
        """Whether what stands in a heading's brackets asks for something else than the rest."""
        if match.confidence > 0.96:
            return False
        if said.unit not in ("", "户") and match.heading.type not in ("number", "money"):
            return True
        more = [canonical(word) for word in said.beside if said.bare in word]
        named = [heading for word in more for heading in self.by_name.get(word, ())]
        return bool(named) and match.heading not in named

    def _exact(self, whole: str, bare: str, above: str) -> Iterator[Match]:
        for name, sure in ((whole, 0.98), (canonical(whole), 0.97), (canonical(bare), 0.96)):
            yield from self._named(name, sure, Label(f"标题即“{name}”", f"named {name}"))
        over = canonical(written(above).bare) if above else ""
        if over:
            joined = over + canonical(bare)
            yield from self._named(joined, 0.95, Label(f"上级标题加本级：“{joined}”", "with above"))

    def _shortened(self, bare: str) -> Iterator[Match]:
        """Without the year, without whose it is, without an empty tail, either half."""
        timeless = without_period(bare)
        core = canonical(timeless)
        if timeless != bare:
            yield from self._named(core, 0.94, Label("去掉年月后相同", "the same without its date"))
        less = _WHOSE.sub("", core)
        if less not in (core, "") and less not in _ENDINGS:
            for match in self._named(less, 0.9, Label(f"去掉对象后为“{less}”", f"about {less}")):
                somebodys = match.heading.kind in _somebodys(core)
                if somebodys and not (match.heading.type == "number" and _FEW.match(core)):
                    yield match
        for form in {core, less} - {""}:
            short = _TAIL.sub("", form)
            if short != form:
                yield from self._named(short, 0.87, Label(f"即“{short}”", f"short for {short}"))
            number = _NUMBER_TAIL.sub("", form)
            if number != form:
                for match in self._named(number, 0.87, Label(f"即“{number}”", f"for {number}")):
                    if match.heading.type in ("number", "money"):
                        yield match
            for longer in (f"是否{form}", f"{form}情况", f"{form}时间", f"{form}名称"):
                yield from self._named(longer, 0.84, Label(f"即“{longer}”", f"that is {longer}"))
        halves = [half for half in _AND.split(core) if len(half) > 1]
        if len(halves) > 1:
            for half in halves:
                yield from self._named(half, 0.8, Label(f"含“{half}”", f"holds {half}"))

    def _numbered(self, bare: str, unit: str) -> Iterator[Match]:
        """What is counted, where only the unit beside it says that it is: 家庭成员(人)."""
        for name in (f"{bare}数", f"{bare}{unit}数"):
            told = Label(f"单位为“{unit}”，即“{name}”", f"the number of them: {name}")
            for match in self._named(canonical(name), 0.93, told):
                if match.heading.type == "number":
                    yield match

    def _named(self, name: str, sure: float, reason: Label) -> Iterator[Match]:
        for heading in self.by_name.get(name, ()):
            yield Match(heading, sure, reason)

    def _alike(self, name: str, kind: str) -> Iterator[Match]:
        """By the words that it is built of: all of them, or the most telling."""
        for one in self.likeness.alike(name, kind):
            if one.way == "near":
                told = Label(f"与“{one.name}”相近", f"much like {one.name}")
            else:
                told = Label(f"与“{one.name}”是一个意思", f"the same as {one.name}")
            sure = {"same": 0.9, "own": 0.86, "near": 0.2 + 0.58 * one.share}[one.way]
            for match in self._named(one.name, round(sure, 2), told):
                other = match.heading.kind
                if other in (kind, "any") or (other in _SOMEBODYS and one.way != "own"):
                    yield replace(match, near=one.way == "near")
                elif one.way != "own":
                    yield replace(match, confidence=round(match.confidence * 0.85, 2))


def _doubted(match: Match) -> Match:
    return replace(match, confidence=match.confidence * 0.75, near=False)


def _once(catalogue: Catalogue) -> Iterator[Heading]:
    """Every question; one that a field answers gives that field its names and yields."""
    asked = questions() if catalogue.known is None else catalogue.known
    fields: dict[tuple[str, str], int] = {}
    found = list(catalogue.headings)
    for place, heading in enumerate(found):
        for name in heading.names:
            fields.setdefault((heading.kind, canonical(plain(name))), place)
    for question in asked:
        place = fields.get((question.kind, canonical(plain(question.label.zh))), -1)
        if place < 0:
            found.append(question)
        else:
            held = found[place]
            found[place] = replace(held, aliases=(*held.aliases, *question.aliases))
    yield from found
