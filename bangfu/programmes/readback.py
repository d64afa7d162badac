"""A whole programme file in plain sentences, for the official who signs it, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bangfu.programmes.bounds import says_how_many
from bangfu.programmes.documents_said import DocumentsSaid
from bangfu.programmes.entries import Claim, Milestone, Post, Quota, Said, Side, Word
from bangfu.programmes.kinds import Kind, Label
from bangfu.programmes.lines import Lines, unclear
from bangfu.programmes.programme import Programme
from bangfu.programmes.saying import join, number, quoted, say
from bangfu.programmes.schema import (
    SECTIONS,
    Activity,
    Agreement,
    Alert,
    Checklist,
    Class,
    Code,
    Document,
    Duty,
    Enrol,
    Entry,
    Figure,
    Fund,
    List,
    Measure,
    Organisation,
    Pairing,
    Paper,
    Phase,
    Review,
    Target,
    Value,
    Workflow,
)
from bangfu.programmes.sentences import Sentences, stop
from bangfu.programmes.times_said import day, duration
from bangfu.programmes.values_said import ValuesSaid
from bangfu.programmes.words import SECTION_LABELS


@dataclass(frozen=True, slots=True)
class Passage:
    """What one entry says: its section, its heading, its sentences, the clause it carries out."""

    section: str
    name: str
    heading: Label
    sentences: tuple[Label, ...]
    clause: str | None

    @property
    def text(self) -> Label:
        """The sentences as one text; between Chinese ones stands no blank."""
        return Label("".join(s.zh for s in self.sentences), " ".join(s.en for s in self.sentences))


def readback(programme: Programme) -> tuple[Passage, ...]:
    """The whole file in sentences, section by section, in the file's order within each."""
    sentences = Sentences.over(programme)
    reader = _Reader(programme, sentences, Lines(sentences))
    passages = [reader.head(), *reader.clauses()]
    for section in SECTIONS:
        passages += [
            reader.passage(section, name, entry) for name, entry in programme.entries(section)
        ]
    return tuple(passages)


def entry_readback(programme: Programme, section: str, name: str) -> Passage:
    """One entry of a file in sentences."""
    sentences = Sentences.over(programme)
    reader = _Reader(programme, sentences, Lines(sentences))
    return reader.passage(section, name, programme.entry(name))


def clauses_without_entry(programme: Programme) -> tuple[str, ...]:
    """The clauses of the paper that no entry names: shown as not carried out."""
    named = {clause for _, entry in programme.entries() for clause in _named_clauses(entry)}
    return tuple(clause for clause in programme.file.clause if clause not in named)


def _named_clauses(word: Word) -> Iterator[str]:
    if isinstance(word, Said) and word.clause:
        yield word.clause
    items = getattr(word, "items", None)
    for line in items.values() if isinstance(items, Mapping) else ():
        if isinstance(line, Word):
            yield from _named_clauses(line)


@dataclass(slots=True)
class _Reader:
    programme: Programme
    sentences: Sentences
    lines: Lines

    def head(self) -> Passage:
        """The title, the span, the area, and what is not clear about the whole."""
        file = self.programme.file
        said = [
            say("自{a}至{b}", "From {a} to {b}", a=day(file.from_), b=day(file.to)),
            say("只数区划{code}之内的记录", "Only records in division {code}", code=file.area),
        ]
        if file.owner:
            owner = self.sentences.phrases.thing(file.owner)
            said.append(say("由{owner}负责", "Answerable: {owner}", owner=owner))
        said += [unclear(text) for text in file.unclear or ()]
        return Passage("", "", Label(file.title, file.title), tuple(map(stop, said)), None)

    def clauses(self) -> list[Passage]:
        """The headings of the paper; those that no entry names say so."""
        missing = set(clauses_without_entry(self.programme))
        return [
            Passage(
                "clause",
                key,
                say("第{key}条 {title}", "Clause {key} {title}", key=key, title=title),
                (Label("没有条目落实这一条。", "No entry carries this clause out."),)
                if key in missing
                else (),
                key,
            )
            for key, title in self.programme.file.clause.items()
        ]

    def passage(self, section: str, name: str, entry: Entry) -> Passage:
        """One entry: what sort it is, its title, and all it says."""
        heading = say(
            "{sort}：{title}",
            "{sort}: {title}",
            sort=SECTION_LABELS[section],
            title=entry.title or name,
        )
        said = [*self._entry(entry), *self.lines.common(entry)]
        return Passage(section, name, heading, tuple(map(stop, said)), entry.clause)

    def _entry(self, entry: Entry) -> list[Label]:
        match entry:
            case Paper():
                return self._paper(entry)
            case Code():
                return [self._code(entry)]
            case Organisation():
                return self._organisation(entry)
            case List():
                return self._list(entry)
            case Enrol():
                return self._enrol(entry)
            case Class():
                return self._class(entry)
            case Pairing() | Agreement():
                return self._sides(entry)
            case Activity():
                return self._activity(entry)
            case Value():
                return ValuesSaid(self.sentences.phrases).value(entry)
            case Phase():
                return self._phase(entry)
            case Document():
                return DocumentsSaid(self.sentences, self.lines).document(entry)
            case Figure():
                return [self.sentences.figure(entry)]
            case Fund():
                return self.lines.fund(entry)
            case Checklist() | Workflow():
                return self.lines.lines(entry)
            case Target() | Measure() | Duty() | Alert():
                return self._claim(entry)
            case Review():
                return self.lines.review(entry)

    def _paper(self, entry: Paper) -> list[Label]:
        said = []
        if entry.on:
            said.append(say("日期{day}", "Dated {day}", day=day(entry.on)))
        if entry.after:
            papers = self.sentences.phrases.all_of(entry.after)
            said.append(say("依据{papers}", "Follows {papers}", papers=papers))
        return said

    def _code(self, entry: Code) -> Label:
        kind, _, key = entry.of.partition(".")
        of = self.programme.vocabulary[kind]
        return say(
            "{kind}的“{field}”可以另选：{words}",
            "Of {kind}, “{field}” may also be: {words}",
            kind=of.label,
            field=of[key].label,
            words=join([quoted(title) for title in entry.items.values()]),
        )

    def _organisation(self, entry: Organisation) -> list[Label]:
        said = []
        if listed := self.sentences.listed(entry):
            said.append(say("从{listed}中找", "Found among {listed}", listed=listed))
        return [*said, *(self._post(post) for post in entry.items.values())]

    def _post(self, post: Post) -> Label:
        said = [Label(post.title or "", post.title or "")]
        if post.is_:
            said.append(say("由{who}担任", "held by {who}", who=post.is_))
        if bounds := self.sentences.bounded(post, "人"):
            said.append(bounds)
        return self.lines.line(join(said), post)

    def _list(self, entry: List) -> list[Label]:
        said = [listed] if (listed := self.sentences.whole(entry)) else []
        if entry.on:
            path = self.sentences.phrases.path(entry.on, self.sentences.kinds(entry.of))
            said.append(say("以{path}为准", "Dated by {path}", path=path))
        return said

    def _quota(self, quota: Quota, kinds: tuple[Kind, ...]) -> Label:
        bounds = self.sentences.bounded(quota, "名") or Label("", "")
        parts = [Label(quota.title, quota.title)] if quota.title else []
        if quota.each:
            thing = self.sentences.phrases.thing(quota.each)
            parts.append(say("每个{thing}", "each of {thing}", thing=thing))
        if quota.where:
            parts.append(self.sentences.phrases.condition(quota.where, kinds))
        whose = join(parts, "，", ", ")
        said = say("其中{whose}：名额{bounds}", "Of these {whose}: {bounds}", whose=whose,
                   bounds=bounds)  # fmt: skip
        return self.lines.line(said, quota)

    def _enrol(self, entry: Enrol) -> list[Label]:
        listed = self.sentences.listed(entry) or Label("", "")
        said = [say("从{listed}中纳入", "Taken in from {listed}", listed=listed)]
        if bounds := self.sentences.bounded(entry, "名"):
            said.append(say("名额{bounds}", "Places: {bounds}", bounds=bounds))
        said += [self._quota(one, self.sentences.kinds(entry.of)) for one in entry.also or ()]
        if entry.workflow:
            flow = self.sentences.phrases.thing(entry.workflow)
            said.append(say("按流程{flow}办理", "By the workflow {flow}", flow=flow))
        if entry.items:
            grounds = join([quoted(text) for text in entry.items.values()], "、", ", ")
            said.append(
                say(
                    "理由写明是{grounds}中的哪一项",
                    "On one of these grounds: {grounds}",
                    grounds=grounds,
                )
            )
        return said

    def _class(self, entry: Class) -> list[Label]:
        each = self.sentences.phrases.thing(entry.each)
        said = [say("给每个{each}分类", "Sorts each of {each}", each=each)]
        if bounds := self.sentences.bounded(entry, "类"):
            said.append(say("每个{bounds}", "Each has {bounds}", bounds=bounds))
        for key, option in entry.items.items():
            line = quoted(option.title or key)
            if option.where:
                where = self.sentences.phrases.condition(
                    option.where, self.sentences.kinds((entry.each,))
                )
                line = say(
                    "{line}：{where} 的，由系统提示，由人确定",
                    "{line}: proposed where {where}, decided by people",
                    line=line,
                    where=where,
                )
            said.append(self.lines.line(line, option))
        return said

    def _sides(self, entry: Pairing | Agreement) -> list[Label]:
        said = [*self._span(entry)]
        said.append(self._side(Label("帮扶方", "Helpers"), entry.helper, Label("对象", "subjects")))
        said.append(
            self._side(Label("对象", "Subjects"), entry.subject, Label("帮扶方", "helpers"))
        )
        if isinstance(entry, Pairing):
            if entry.after:
                others = self.sentences.phrases.all_of(entry.after)
                said.append(say("接替{others}", "Takes over from {others}", others=others))
            if entry.workflow:
                flow = self.sentences.phrases.thing(entry.workflow)
                said.append(say("移交按流程{flow}办理", "Handed over by {flow}", flow=flow))
            return said
        for line in entry.items.values():
            owes = (
                Label("帮扶方", "The helper")
                if line.owner == "helper"
                else Label("对象", "The subject")
            )
            said.append(
                say(
                    "{owes}负责：{line}",
                    "{owes} owes: {line}",
                    owes=owes,
                    line=self.lines.claim_line(line, None),
                )
            )
        return said

    def _side(self, label: Label, side: Side, other: Label) -> Label:
        listed = self.sentences.listed(side) or Label("", "")
        said = [say("{label}是{listed}", "{label}: {listed}", label=label, listed=listed)]
        if bounds := self.sentences.bounded(side):
            said.append(
                say(
                    "每个结对的{other}{bounds}个",
                    "each with {bounds} of the {other}",
                    other=other,
                    bounds=bounds,
                )
            )
        if side.within:
            long = duration(side.within)
            said.append(say("空缺要在{long}之内补上", "a gap is filled within {long}", long=long))
        return join(said)

    def _span(self, entry: object) -> list[Label]:
        began, ended = getattr(entry, "from_", None), getattr(entry, "to", None)
        said = []
        if began:
            said.append(say("自{day}起", "From {day}", day=day(began)))
        if ended:
            said.append(say("到{day}为止", "Until {day}", day=day(ended)))
        return said

    def _activity(self, entry: Activity) -> list[Label]:
        listed = self.sentences.whole(entry)
        said = [listed] if listed else []
        return [*said, *(self.lines.question(one, entry) for one in entry.items.values())]

    def _phase(self, entry: Phase) -> list[Label]:
        said = [say("自{a}至{b}", "From {a} to {b}", a=day(entry.from_), b=day(entry.to))]
        if entry.after:
            things = self.sentences.phrases.all_of(entry.after)
            said.append(say("先要完成{things}", "Only after {things}", things=things))
        return said

    def _claim(self, entry: Target | Measure | Duty | Alert) -> list[Label]:
        said = [*self._span(entry)]
        if isinstance(entry, Measure) and entry.phase:
            said.append(
                say(
                    "属于{phase}阶段",
                    "In the phase {phase}",
                    phase=self.sentences.phrases.thing(entry.phase),
                )
            )
        claim = self.sentences.claim(entry)
        if claim.zh:
            said.append(claim)
        if isinstance(entry, Alert):
            said.append(_raised(entry))
        if isinstance(entry, Measure) and entry.budget is not None:
            said.append(say("预算{n}元", "Budget {n} yuan", n=number(entry.budget)))
        if isinstance(entry, Measure) and entry.of is None:
            said.append(Label("完成数由负责单位报", "The owner reports the amount"))
        for milestone in getattr(entry, "items", None) or ():
            said.append(self._milestone(milestone, entry))
        return said

    def _milestone(self, milestone: Milestone, entry: Claim) -> Label:
        said = [say("到{day}", "By {day}", day=day(milestone.on))]
        if milestone.of:
            said.append(
                say(
                    "改数{things}",
                    "counting {things}",
                    things=self.sentences.phrases.things(milestone.of),
                )
            )
        if bounds := self.sentences.bounded(milestone, entry.unit):
            said.append(bounds)
        return join(said)


def _raised(entry: Alert) -> Label:
    """When an alert is raised."""
    if not says_how_many(entry):
        return Label("名单上有一条就预警", "It is raised as soon as one is listed")
    if entry.each:
        return Label("哪一个是这样，就对哪一个预警", "It is raised for each of which this holds")
    return Label("是这样就预警", "It is raised when this holds")
