"""The lines of entries read aloud: claims, checks, steps, uses, score lines, and what all share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bangfu.programmes.entries import Claim, Said, Word
from bangfu.programmes.field_conditions import BOUNDS
from bangfu.programmes.handing_over import SUCCESSOR
from bangfu.programmes.issuing import ISSUER, REVIEWER, SIGNER, WRITER
from bangfu.programmes.kinds import Label
from bangfu.programmes.saying import join, number, quoted, say
from bangfu.programmes.schema import (
    Activity,
    Checklist,
    Fund,
    Question,
    Review,
    ScoreLine,
    ScoreStep,
    Workflow,
)
from bangfu.programmes.scoring import judged
from bangfu.programmes.sentences import Sentences
from bangfu.programmes.steps import OF_THE_CASE
from bangfu.programmes.times_said import duration
from bangfu.programmes.units import in_unit
from bangfu.programmes.words import PROOFS, QUESTION_TYPES

#: Whose a step is that is named by the part somebody has in what is gone about.
_BY_PART: Final = {
    SUCCESSOR: Label("由接手人答复", "The successor answers"),
    WRITER: Label("由起草人送审", "Its writer hands it in"),
    REVIEWER: Label("由材料写明的审核人审核", "The reviewer whom the document names reviews it"),
    SIGNER: Label("由签发人签发", "Signed by the signer"),
    ISSUER: Label("由办公室印发", "Issued by the office"),
}


@dataclass(slots=True)
class Lines:
    """Says the lines of entries, and the words that any entry or line may carry."""

    sentences: Sentences

    def question(self, question: Question, entry: Activity) -> Label:
        """A question that is asked with the work: of what sort, its options, and when."""
        said = [
            say(
                "问“{title}”（{type}）",
                "Asks “{title}” ({type})",
                title=question.title or "",
                type=QUESTION_TYPES[question.type],
            )
        ]
        if question.items:
            options = join([quoted(text) for text in question.items.values()], "、", ", ")
            said.append(say("选项有{options}", "options: {options}", options=options))
        if question.where:
            where = self.sentences.phrases.condition(question.where, self.sentences.kinds(entry.of))
            said.append(say("只在{where}时问", "only where {where}", where=where))
        if bounds := self.sentences.bounded(question, question.unit):
            said.append(bounds)
        if question.unit:
            said.append(in_unit(question.unit))
        return self.line(join(said), question)

    def common(self, word: Word) -> list[Label]:
        """Owners, readers, purpose, term, evidence, and what is not clear."""
        phrases, said = self.sentences.phrases, []
        owner = getattr(word, "owner", None)
        if isinstance(owner, tuple) and len(owner) == 1 and owner[0] in _BY_PART:
            said.append(_BY_PART[owner[0]])
        elif isinstance(owner, tuple):
            said.append(say("由{who}负责", "Answerable: {who}", who=phrases.all_of(owner)))
            if len(owner) > 1:
                said[-1] = say(
                    "{said}，{first}牵头",
                    "{said}, led by {first}",
                    said=said[-1],
                    first=phrases.thing(owner[0]),
                )
        said += self._held(word)
        if isinstance(word, Said):
            said += [unclear(text) for text in word.unclear or ()]
        return said

    def _held(self, word: Word) -> list[Label]:
        phrases, said = self.sentences.phrases, []
        readers = getattr(word, "readers", None)
        if readers:
            said.append(say("只给{who}看", "Shown to {who} only", who=phrases.all_of(readers)))
        elif readers is not None:
            said.append(Label("只出合计，谁也不看明细", "Totals only; nobody sees the rows"))
        if purpose := getattr(word, "purpose", None):
            said.append(say("用途：{text}", "Purpose: {text}", text=purpose))
        if lasts := getattr(word, "lasts", None):
            said.append(say("有效{long}", "In force for {long}", long=duration(lasts)))
        if proof := getattr(word, "proof", None):
            said.append(say("要附{proof}", "With {proof}", proof=PROOFS[proof]))
        return said

    def line(self, said: Label, line: Word) -> Label:
        """A line with its clause, evidence, readers and what is not clear behind it."""
        parts = [said, *self.common(line)]
        if isinstance(line, Said) and line.clause:
            parts.insert(1, say("第{n}条", "clause {n}", n=line.clause))
        return join(parts, "，", ", ")

    def claim_line(self, line: Claim, of: tuple[str, ...] | None) -> Label:
        """A line that is a claim: its title, the claim, and what it says of itself."""
        title = getattr(line, "title", None) or ""
        claim = self.sentences.claim(line, of)
        said = (
            say("{title}：{claim}", "{title}: {claim}", title=title, claim=claim)
            if claim.zh
            else Label(title, title)
        )
        return self.line(said, line)

    def fund(self, entry: Fund) -> list[Label]:
        """What a fund is, and each use of it."""
        said = [listed] if (listed := self.sentences.listed(entry)) else []
        return [
            *said,
            *(
                say("用于{line}", "For {line}", line=self.claim_line(use, entry.of))
                for use in entry.items.values()
            ),
        ]

    def lines(self, entry: Checklist | Workflow) -> list[Label]:
        """The lines of a checklist, or the steps of a workflow, numbered."""
        each = self.sentences.phrases.thing(entry.each)
        said = [say("每个{each}一份", "One for each of {each}", each=each)]
        if isinstance(entry, Workflow) and entry.within:
            long = duration(entry.within)
            said.append(say("全程{long}之内", "All of it within {long}", long=long))
        for number_, line in enumerate(entry.items.values(), start=1):
            said.append(say("{n}. {line}", "{n}. {line}", n=number_, line=self._step(line, entry)))
        if isinstance(entry, Workflow) and entry.is_:
            said.append(say("办成后：{what}", "Carried through: {what}", what=entry.is_))
        return said

    def _step(self, line: Claim, entry: Checklist | Workflow) -> Label:
        steps: dict[str, Label] = {}
        if isinstance(entry, Workflow) and line.after:
            steps = {
                name: quoted(entry.items[name].title or name)
                for name in line.after
                if name in entry.items
            }
            line = line.model_copy(update={"after": None})
        alone = line.where if line.of is None else None
        if alone:
            line = line.model_copy(update={"where": None})
        of_the_case = []
        if alone and isinstance(entry, Workflow):
            asked = {word: one for word, one in alone.items() if word in OF_THE_CASE}
            of_the_case = [_CASE[word, one] for word, one in asked.items()]
            alone = {word: one for word, one in alone.items() if word not in OF_THE_CASE}
        said = self.claim_line(line, None)
        if steps:
            said = say(
                "{said}，在{steps}之后",
                "{said}, after {steps}",
                said=said,
                steps=join(steps.values(), "、", ", "),
            )
        if alone:
            where = self.sentences.phrases.condition(alone, self.sentences.kinds((entry.each,)))
            said = say(
                "{said}（只在{where}时）", "{said} (only where {where})", said=said, where=where
            )
        for told in of_the_case:
            said = say("{said}（{told}）", "{said} ({told})", said=said, told=told)
        return said

    def review(self, entry: Review) -> list[Label]:
        """What is inspected, the sample, and the score sheet."""
        drawn = dict.fromkeys(("of", "where", "as_", "by", "at_least", "at_most", "exactly"))
        claim = self.sentences.claim(entry.model_copy(update=drawn))
        said = [say("考核{claim}", "Reviews {claim}", claim=claim)]
        if entry.of is not None:
            said.append(self._sample(entry))
        said += self._score_lines(entry.items, "")
        if entry.grades:
            grades = join([self._score_step(one) for one in entry.grades])
            said.append(
                say("总评按得分：{grades}", "The whole, by points: {grades}", grades=grades)
            )
        return said

    def _sample(self, entry: Review) -> Label:
        """Who is drawn for a round, how many, in which groups."""
        kinds = self.sentences.kinds(entry.of)
        said = say(
            "每轮从{listed}里随机抽{bound}",
            "Each round draws {bound} by chance from {listed}",
            listed=self.sentences.listed(entry) or Label("", ""),
            bound=self.sentences.phrases.bounds(
                {word: bound for word in BOUNDS if (bound := getattr(entry, word)) is not None}
            )
            or Label("", ""),
        )
        if entry.by:
            by = self.sentences.phrases.path(entry.by[0], kinds)
            said = say(
                "{said}，按{by}分组，每组各抽", "{said}, in groups by {by}", said=said, by=by
            )
        if entry.as_:
            path = self.sentences.phrases.path(entry.as_, kinds)
            said = say(
                "{said}（按{path}归属）", "{said} (belonging by {path})", said=said, path=path
            )
        if entry.questionnaire:
            asked = self.sentences.phrases.thing(entry.questionnaire)
            said = say("{said}，先征得同意再问{asked}", "{said}; who agrees is asked {asked}",
                       said=said, asked=asked)  # fmt: skip
        return said

    def _score_lines(self, lines: Mapping[str, ScoreLine], prefix: str) -> list[Label]:
        said = []
        for number_, line in enumerate(lines.values(), start=1):
            place = f"{prefix}{number_}"
            said.append(
                say("{place}. {line}", "{place}. {line}", place=place, line=self._score_line(line))
            )
            if isinstance(line.items, Mapping):
                said += self._score_lines(line.items, f"{place}.")
        return said

    def _score_line(self, line: ScoreLine) -> Label:
        said = [self.claim_line(line, None)]
        if line.points is not None:
            zh = "最多{n}分" if line.points >= 0 else "最多扣{n}分"
            en = "at most {n} points" if line.points >= 0 else "at most {n} points lost"
            said.append(say(zh, en, n=number(abs(line.points))))
        if line.step is not None:
            zh, en = (
                ("每处加{n}分", "{n} points for each")
                if line.step >= 0
                else ("每处扣{n}分", "{n} points lost for each")
            )
            said.append(say(zh, en, n=number(abs(line.step))))
        if line.is_ is not None:
            zh, en = ("达不到的，总评最高为{grade}", "not met, the whole is {grade} at best")
            if judged(line):
                zh, en = ("由人认定，一经认定，总评最高为{grade}",
                          "found by people: if so, the whole is {grade} at best")  # fmt: skip
            said.append(say(zh, en, grade=quoted(line.is_)))
        elif judged(line):
            said.append(Label("由人评定", "judged by a person"))
        if isinstance(line.items, tuple):
            said += [self._score_step(step) for step in line.items]
        return join(said)

    def _score_step(self, step: ScoreStep) -> Label:
        bounds = self.sentences.bounded(step) or Label("", "")
        grade = quoted(str(step.is_))
        if isinstance(step.is_, int | float):
            grade = Label(f"{number(step.is_)}分", f"{number(step.is_)} points")
        return say("{bounds}的为{grade}", "{bounds}: {grade}", bounds=bounds, grade=grade)


#: What a step asks of the case itself.
_CASE: Final[Mapping[tuple[str, object], Label]] = {
    ("outcome", "refused"): Label("前一步不同意时才办", "only after a refusal"),
    ("outcome", "appealed"): Label("有人提出异议或申请复核时才办", "only on an appeal"),
    ("urgent", True): Label("走绿色通道时才办", "in the green channel only"),
    ("urgent", False): Label("走绿色通道时不办", "not in the green channel"),
}


def unclear(text: str) -> Label:
    """What the paper leaves open."""
    return say("待确认：{text}", "To be confirmed: {text}", text=text)
