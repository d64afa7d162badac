"""Lists, figures and claims as sentences in Chinese and English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bangfu.programmes.entries import Bounded, Claim, Counted, Inline, Listed
from bangfu.programmes.field_conditions import BOUNDS
from bangfu.programmes.functions import FUNCTIONS
from bangfu.programmes.kinds import Kind, Label
from bangfu.programmes.literals import MULTIPLE, PERIODS, YEAR_EARLIER, is_number
from bangfu.programmes.own_days import BEGAN, OwnDay, own_window
from bangfu.programmes.phrases import Phrases
from bangfu.programmes.programme import Programme
from bangfu.programmes.saying import join, quoted, say
from bangfu.programmes.schema import Figure, ScoreLine
from bangfu.programmes.times_said import counted, day, duration, window_day
from bangfu.programmes.units import in_unit
from bangfu.programmes.words import HELD, PARTIAL, SCORED


@dataclass(slots=True)
class Sentences:
    """Says lists, figures and claims of one file."""

    programme: Programme
    phrases: Phrases

    @classmethod
    def over(cls, programme: Programme) -> Sentences:
        """The sentences of a programme."""
        return cls(programme, Phrases.over(programme.names))

    def kinds(self, of: Sequence[str] | None) -> tuple[Kind, ...]:
        """What the records of these names are."""
        kind = self.programme.names.common(of) if of else None
        return (kind,) if kind else ()

    def listed(self, entry: Listed, of: Sequence[str] | None = None) -> Label | None:
        """A list: what records, and the condition they meet."""
        chosen = entry.of or of
        if not chosen:
            return None
        thing = self.phrases.things(chosen)
        if not entry.where:
            return thing if entry.of else None
        said = self.phrases.condition(entry.where, self.kinds(chosen))
        return say("{thing}（{said}）", "{thing} ({said})", thing=thing, said=said)

    def whole(self, entry: Listed) -> Label | None:
        """A list in a sentence of its own: what records, and what is asked of each."""
        if not entry.of or not entry.where:
            return self.listed(entry)
        said = self.phrases.condition(entry.where, self.kinds(entry.of))
        thing = self.phrases.things(entry.of)
        return say("{thing}，要求：{said}", "{thing}: {said}", thing=thing, said=said)

    def counting(self, entry: Counted | Inline, kinds: tuple[Kind, ...]) -> Label | None:
        """How a list is counted: added up, without repeats, by which date, by which tie."""
        said = []
        if entry.as_:
            said.append(say("按{path}归属", "by {path}", path=self.phrases.path(entry.as_, kinds)))
        if entry.distinct:
            path = self.phrases.path(entry.distinct, kinds)
            said.append(say("按{path}去重", "distinct by {path}", path=path))
        if isinstance(entry.on, str):
            path = self.phrases.path(entry.on, kinds)
            said.append(say("以{path}为准", "dated by {path}", path=path))
        return join(said, "、", ", ") if said else None

    def summed(self, listed: Label, entry: Counted | Inline, kinds: tuple[Kind, ...]) -> Label:
        """A list with how it is counted."""
        if counting := self.counting(entry, kinds):
            listed = say(
                "{listed}（{counting}）", "{listed} ({counting})", listed=listed, counting=counting
            )
        if entry.sum:
            path = self.phrases.path(entry.sum, kinds)
            listed = say(
                "{listed}的{path}合计", "sum of {path} over {listed}", listed=listed, path=path
            )
        return listed

    def inline(self, entry: Inline) -> Label:
        """A list on the spot."""
        return self.summed(self.listed(entry) or Label("", ""), entry, self.kinds(entry.of))

    def reading(self, entry: Counted, of: Sequence[str] | None = None) -> Label | None:
        """What is counted: the list, how it is counted, and of what it is a part."""
        chosen = entry.of or of
        listed, kinds = self.listed(entry, of), self.kinds(chosen)
        same = listed or Label("同一批记录", "the same records")
        if entry.as_ or entry.sum or entry.distinct or isinstance(entry.on, str):
            listed = self.summed(same, entry, kinds)
        if entry.function:
            listed = self._function(entry.function, listed or same)
        if entry.out_of:
            whole = self.inline(entry.out_of)
            zh, en = "{said}占{whole}的比例", "{said} out of {whole}"
            if entry.sum and not entry.out_of.sum:
                zh, en = "{said}，按{whole}平均", "{said}, on average for {whole}"
            listed = say(zh, en, said=listed or same, whole=whole)
        return listed

    def _function(self, name: str, listed: Label) -> Label:
        """What a function counts, and who reviewed it."""
        found = FUNCTIONS[name]
        return say(
            "{listed}的{called}（函数，{reviewed}）",
            "{called} of {listed} (a function, {reviewed})",
            listed=listed,
            called=found.label,
            reviewed=found.reviewed,
        )

    def before(self, entry: Counted) -> list[Label]:
        """What stands before a reading: each of whom, how often, on which days."""
        said = []
        if entry.each:
            thing = self.phrases.thing(entry.each)
            said.append(say("{thing}", "for each of {thing}", thing=thing))
        if entry.per:
            said.append(self.phrases.period(entry.per))
        if isinstance(entry.on, dt.date):
            said.append(say("看{day}这一天", "on {day}", day=day(entry.on)))
        if isinstance(entry, Claim) and entry.window:
            said.append(self._windows(entry))
        return said

    def _windows(self, entry: Claim) -> Label:
        if own := own_window(entry.window):
            first, last = (self._own_day(side, entry.each or "") for side in own)
            return say("在{a}至{b}之间", "from {a} to {b}", a=first, b=last)
        pairs = [
            say("{a}", "on {a}", a=window_day(first))
            if first == last
            else say("{a}至{b}之间", "from {a} to {b}", a=window_day(first), b=window_day(last))
            for first, last in entry.window or ()
        ]
        return say("在{days}", "{days}", days=join(pairs, "或", " or "))

    def _own_day(self, side: OwnDay, each: str) -> Label:
        """A day of the record that owes, or so long before or after it."""
        called = self._day_called(side.field, each)
        if not side.count:
            return called
        zh, en = "{day}前{long}", "{long} before {day}"
        if side.count > 0:
            zh, en = "{day}后{long}", "{long} after {day}"
        return say(zh, en, day=called, long=counted(abs(side.count), side.unit))

    def _day_called(self, key: str, each: str) -> Label:
        names = self.programme.names
        if key == BEGAN and names.taken_in_by(each):
            return Label("纳入之日", "the day of being taken in")
        label = next((kind[key].label for kind in self.kinds((each,)) if key in kind), quoted(key))
        return say("{label}", "“{label}”", label=label)

    def after(self, entry: Counted, of: Sequence[str] | None = None) -> list[Label]:
        """What stands after a reading: groups, days held, what it is compared with."""
        said = []
        if entry.by:
            kinds = self.kinds(entry.of or of)
            paths = join([self.phrases.path(path, kinds) for path in entry.by], "、", " and ")
            said.append(say("按{paths}分组", "grouped by {paths}", paths=paths))
        if entry.held:
            said.append(HELD[entry.held])
        if entry.baseline is not None:
            said.append(self._baseline(entry))
        return said

    def _baseline(self, entry: Counted) -> Label:
        baseline, unit = entry.baseline, entry.unit
        if baseline == YEAR_EARLIER:
            return Label("与上年同期比", "compared with a year earlier")
        if isinstance(baseline, dt.date):
            return say("以{day}的数为基数", "baseline: {day}", day=day(baseline))
        if isinstance(baseline, str):
            zh, en = "以{thing}为基数", "baseline: {thing}"
            figure = self.programme.entry(baseline) if baseline in self.programme else None
            if entry.each and isinstance(figure, Figure) and figure.each == entry.each:
                zh, en = "以各自的{thing}为基数", "baseline: {thing} of each"
            return say(zh, en, thing=self.phrases.thing(baseline))
        assert isinstance(baseline, int | float)
        amount = self.phrases.amount(baseline, unit or "")
        return say("以{text}为基数", "baseline: {text}", text=amount)

    def bounded(self, entry: Bounded, unit: str | None = None) -> Label | None:
        """The bounds of an entry."""
        return self.phrases.bounds({word: getattr(entry, word) for word in BOUNDS}, unit or "")

    def figure(self, entry: Counted) -> Label:
        """A figure in one sentence, without the full stop."""
        said = [*self.before(entry)]
        if reading := self.reading(entry):
            said.append(reading)
        said += self.after(entry)
        if entry.unit:
            said.append(in_unit(entry.unit))
        return join(said)

    def claim(self, entry: Claim, of: Sequence[str] | None = None) -> Label:
        """A claim in one sentence: for whom, how often, what, how many, what is excepted."""
        chosen = entry.of or of
        reading, bounds = self.reading(entry, of), self.bounded(entry, entry.unit)
        middle = [one for one in (reading, bounds) if one]
        said = [*self.before(entry)]
        if middle:
            said.append(join(middle, "", ": "))
        if entry.unit and (bounds is None or not _says_unit(entry)):
            said.append(in_unit(entry.unit))
        said += [*self.after(entry, of), *self._time(entry, chosen)]
        if entry.except_:
            said.append(
                say("{days}的日子除外", "except days of {days}", days=self.inline(entry.except_))
            )
        if entry.partial:
            words = SCORED if isinstance(entry, ScoreLine) else PARTIAL
            said.append(words[entry.partial])
        said += [
            say("并且{also}", "and {also}", also=self.claim(one, chosen))
            for one in entry.also or ()
        ]
        return join(said)

    def _time(self, entry: Claim, of: Sequence[str] | None) -> list[Label]:
        said = []
        if entry.after:
            things = join([self._started(name, entry, of) for name in entry.after], "、", ", ")
            said.append(say("在{things}之后", "after {things}", things=things))
        if entry.within:
            said.append(_within(entry, duration(entry.within)))
        return said

    def _started(self, name: str, entry: Claim, of: Sequence[str] | None) -> Label:
        """What comes first: another entry, or a date field of the record."""
        if name in self.programme:
            return self.phrases.thing(name)
        kinds = (*self.kinds(of), *self.kinds((entry.each,) if entry.each else None))
        return next((kind[name].label for kind in kinds if name in kind), quoted(name))


def _within(entry: Claim, long: Label) -> Label:
    """A length of time, and from when it runs where the turns say so."""
    if entry.per is None or entry.held:
        if (entry.within or "").startswith("0 "):
            return Label("当天", "the same day")
        return say("{long}之内", "within {long}", long=long)
    if entry.per in PERIODS and entry.per != "phase" or MULTIPLE.fullmatch(entry.per):
        return say("期满后{long}之内", "within {long} of the period's end", long=long)
    return say("开始后{long}之内", "within {long} of its beginning", long=long)


def _says_unit(entry: Claim) -> bool:
    """Whether a bound is a plain number, behind which the unit has been said."""
    return any(is_number(getattr(entry, word)) for word in BOUNDS)


def stop(said: Label) -> Label:
    """A sentence with its full stop."""
    en = said.en[:1].upper() + said.en[1:]
    return Label(f"{said.zh}。", f"{en}.")


def sentence_of_list(programme: Programme, name: str) -> Label:
    """What a list holds, in one sentence, for the page of the list and of every figure on it."""
    sentences = Sentences.over(programme)
    if name in programme.vocabulary:
        return stop(sentences.phrases.thing(name))
    entry = programme.entry(name)
    said = [sentences.phrases.thing(name)]
    if isinstance(entry, Listed) and (listed := sentences.whole(entry)):
        said.append(listed)
    return stop(join(said, "：", ": "))


def sentence_of_rows(programme: Programme, of: Sequence[str], where: Mapping[str, Any]) -> Label:
    """Records of some names that meet a condition, in one sentence."""
    sentences = Sentences.over(programme)
    thing = sentences.phrases.things(of)
    if not where:
        return stop(thing)
    said = sentences.phrases.condition(where, sentences.kinds(of))
    return stop(say("{thing}，要求：{said}", "{thing}: {said}", thing=thing, said=said))


def sentence_of_figure(programme: Programme, name: str) -> Label:
    """What a figure counts, in one sentence; its own title is not said twice."""
    sentences = Sentences.over(programme)
    entry = programme.entry(name)
    thing = sentences.phrases.thing(name)
    if not isinstance(entry, Counted):
        return sentence_of_list(programme, name)
    said = sentences.claim(entry) if isinstance(entry, Claim) else sentences.figure(entry)
    if said.zh.startswith(thing.zh) and said.en.startswith(thing.en):
        return stop(said)
    return stop(say("{thing}：{said}", "{thing}: {said}", thing=thing, said=said))
