"""Which questions a heading may ask: by name, by another way of writing it, by likeness."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bangfu.programmes.kinds import Label
from bangfu.tables.catalogue import Catalogue, Heading
from bangfu.tables.headings import canonical, plain, written
from bangfu.tables.periods import without_period
from bangfu.tables.questions import questions

_WHOSE = re.compile(
    r"^(?:建档立卡|农村|本|该|被)?(?:结对帮扶对象|帮扶对象|被帮扶人|受助人|受益人|救助对象|贫困户|脱贫户|监测户|"
    r"监测对象|低保户|困难户|低收入户|农户|户主|家庭成员|家庭|成员|人员|本人|个人|患者|病人|学生|"
    r"老人|儿童|残疾人|劳动力|贫困人口|脱贫人口|户|人)"
)
_TAIL = re.compile(
    r"(?:基本情况|情况|信息|名称|如何|内容|说明|明细|详情|总数|总额|金额|合计|小计|数)$"
)
#: Words whose answer is kept, so that long lists do not fill the memory.
_REMEMBERED = 20_000
_AND = re.compile(r"[、/及和与或]|以及")


@dataclass(frozen=True, slots=True)
class Match:
    """One question that a heading may ask, how sure by its words, and why."""

    heading: Heading
    confidence: float
    reason: Label


class Lexicon:
    """Every name of every question; what the vocabulary holds comes before what is only known."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.by_name: dict[str, list[Heading]] = {}
        held = {(h.kind, canonical(plain(n))) for h in catalogue.headings for n in h.names}
        known = [h for h in questions() if (h.kind, canonical(plain(h.label.zh))) not in held]
        for heading in (*catalogue.headings, *known):
            for name in dict.fromkeys(canonical(plain(n)) for n in heading.names if n):
                self.by_name.setdefault(name, []).append(heading)
        self.names = [name for name in self.by_name if len(name) > 1]
        self._known: dict[str, bool] = {}
        self._told: dict[tuple[str, str], tuple[Match, ...]] = {}

    def knows(self, text: str) -> bool:
        """Whether words are surely some heading; by name only, for this is asked of every cell."""
        if not 0 < len(text) <= 40 or text.isdecimal():
            return False
        if (known := self._known.get(text)) is None:
            said = written(text)
            ways = [*self._exact(said.whole, said.bare, ""), *self._shortened(said.bare)]
            known = any(way.confidence >= 0.85 for way in ways)
            if len(self._known) < _REMEMBERED:
                self._known[text] = known
        return known

    def matches(self, text: str, above: str = "") -> tuple[Match, ...]:
        """The questions that a heading (under another one) may ask, the surest first."""
        key = (text, above)
        if key not in self._told:
            best: dict[int, Match] = {}
            for match in self._ways(text, above):
                if best.setdefault(id(match.heading), match).confidence < match.confidence:
                    best[id(match.heading)] = match
            self._told[key] = tuple(sorted(best.values(), key=lambda m: -m.confidence))
        return self._told[key]

    def _ways(self, text: str, above: str) -> Iterator[Match]:
        said = written(text)
        exact = list(self._exact(said.whole, said.bare, above))
        yield from exact
        if exact and exact[0].confidence > 0.9:
            return
        yield from self._shortened(said.bare)
        yield from self._alike(canonical(said.bare))

    def _exact(self, whole: str, bare: str, above: str) -> Iterator[Match]:
        for name, sure in ((whole, 0.98), (canonical(whole), 0.97), (canonical(bare), 0.96)):
            yield from self._named(name, sure, Label(f"标题即“{name}”", f"named {name}"))
        over = canonical(written(above).bare) if above else ""
        if over:
            joined = over + canonical(bare)
            yield from self._named(joined, 0.95, Label(f"上级标题加本级:“{joined}”", "with above"))

    def _shortened(self, bare: str) -> Iterator[Match]:
        """Without the year, without whose it is, without an empty tail, either half."""
        timeless = without_period(bare)
        core = canonical(timeless)
        if timeless != bare:
            yield from self._named(core, 0.94, Label("去掉年月后相同", "the same without its date"))
        less = _WHOSE.sub("", core)
        if less != core:
            yield from self._named(less, 0.9, Label(f"去掉对象后为“{less}”", f"about {less}"))
        for form in {core, less}:
            short = _TAIL.sub("", form)
            if short != form:
                yield from self._named(short, 0.87, Label(f"即“{short}”", f"short for {short}"))
            for longer in (f"是否{form}", f"{form}情况", f"{form}时间", f"{form}名称"):
                yield from self._named(longer, 0.84, Label(f"即“{longer}”", f"that is {longer}"))
        halves = [half for half in _AND.split(core) if len(half) > 1]
        if len(halves) > 1:
            for half in halves:
                yield from self._named(half, 0.8, Label(f"含“{half}”", f"holds {half}"))

    def _named(self, name: str, sure: float, reason: Label) -> Iterator[Match]:
        for heading in self.by_name.get(name, ()):
            yield Match(heading, sure, reason)

    def _alike(self, name: str) -> Iterator[Match]:
        if len(name) < 2:
            return
        for known, score, _ in process.extract(
            name, self.names, scorer=fuzz.ratio, limit=4, score_cutoff=66
        ):
            told = Label(f"与“{known}”相近", f"much like {known}")
            yield from self._named(known, round(0.45 + 0.4 * (score - 66) / 34, 2), told)
        for known in self.names:
            if len(known) > 2 and len(known) < len(name) and known in name:
                share = len(known) / len(name)
                ends = 0.06 if name.endswith(known) else 0.0
                told = Label(f"含“{known}”", f"holds {known}")
                yield from self._named(known, round(0.4 + 0.35 * share + ends, 2), told)
