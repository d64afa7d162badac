"""Score sheets: what is inspected, which samples, and the lines that give points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bangfu.programmes.bounds import Context, given, says_how_many
from bangfu.programmes.claims import ClaimChecker
from bangfu.programmes.field_conditions import BOUNDS
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind
from bangfu.programmes.literals import NAME, SHARE, is_number
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose
from bangfu.programmes.schema import Activity, Question, Review, ScoreLine, ScoreStep, word_of
from bangfu.programmes.scoring import WHOLE, judged

#: What a review says of its sample; the rest is about the review itself.
_OF_SAMPLE: Final = ("of", "where", "as_", "by", "at_least", "at_most", "exactly")


@dataclass(slots=True)
class ReviewChecker:
    """Holds a review and its score sheet against names and each other's words."""

    claims: ClaimChecker
    report: Report

    def check(self, route: Route, entry: Review, context: Context) -> None:
        """Check what is inspected, the sample, and every line of the sheet."""
        self._sample(route, entry)
        if entry.questionnaire is not None:
            self._questionnaire((*route, "questionnaire"), entry, entry.questionnaire)
        self.claims.countable((*route, "each"), (entry.each,))
        held = entry.model_copy(update={**dict.fromkeys(_OF_SAMPLE), "each": None})
        self.claims.claim(route, held, context)
        context = replace(context, each=entry.each, per=entry.per)
        self._grades(route, entry)
        for key, line in entry.items.items():
            self._score_line((*route, "items", key), line, context)
            self._deciding((*route, "items", key), line, entry)

    def _grades(self, route: Route, entry: Review) -> None:
        """Check what the whole comes to: bounds of points, and grades in words."""
        for number, grade in enumerate(entry.grades):
            here = (*route, "grades", number)
            if not isinstance(grade.is_, str):
                self.report.add(
                    (*here, "is"),
                    both("等次要写成词", "A grade is a word"),
                    both('例如 is = "优秀"', 'For example is = "good"'),
                )
            self._one_bound(here, grade)
            for word in BOUNDS:
                bound = getattr(grade, word)
                if not (bound is None or is_number(bound) or self._is_share(bound)):
                    self.report.add(
                        (*here, word),
                        both("等次按得分定，写分数或满分的份额",
                             "A grade goes by points: a number, or a share of the full points"),
                        both('例如 90 或 "90%"', 'For example 90 or "90%"'),
                    )  # fmt: skip
        if WHOLE in entry.items:
            self.report.add(
                (*route, "items", WHOLE),
                both(f"评分项不能叫“{WHOLE}”，那是总评", f"{WHOLE} is the whole, no line of it"),
                both("换一个名称", "Choose another name"),
            )

    def _deciding(self, route: Route, line: ScoreLine, entry: Review) -> None:
        """Check a line that holds the whole down: counted against a bound, to a grade there is."""
        if isinstance(line.items, Mapping):
            for key, inner in line.items.items():
                self._deciding((*route, "items", key), inner, entry)
        if line.is_ is None:
            return
        grades = [str(one.is_) for one in entry.grades]
        if line.is_ not in grades:
            self.report.add(
                (*route, "is"),
                both(f"这项考核没有“{line.is_}”这个等次", f"The review has no grade “{line.is_}”"),
                choose(line.is_, grades)
                if grades
                else both(
                    'grades = [ { at_least = 60, is = "合格" }, { at_least = 0, is = "不合格" } ]'
                    " 写在考核上",
                    'Write grades = [ { at_least = 60, is = "…" }, … ] on the review',
                ),
            )
        if judged(line):
            self._found(route, line)
        elif line.of is None or isinstance(line.items, tuple) or not says_how_many(line):
            self.report.add(
                (*route, "is"),
                both("决定总评的一条，由记录数的要写明界限，由人认定的不写 of 和界限",
                     "A line that decides about the whole is counted against a bound, or judged by "
                     "people without of and bound"),
                both('例如 of = "accidents", at_most = 0', 'For example of = "…", at_most = 0'),
            )  # fmt: skip

    def _found(self, route: Route, line: ScoreLine) -> None:
        """Check a line that people find to be so or not: it gives and takes no points."""
        for word in ("points", "step", *BOUNDS):
            if getattr(line, word) is None:
                continue
            self.report.add(
                (*route, word),
                both(f"由人认定的否决一条不写 {word}",
                     f"A line by which people decide about the whole has no {word}"),
                both(f"去掉 {word}；给分另写一条", f"Leave {word} out: points are another line"),
            )  # fmt: skip

    def _sample(self, route: Route, entry: Review) -> None:
        """Check who is drawn, how many, in which groups, and how they belong to who is reviewed."""
        said = [word for word in _OF_SAMPLE if getattr(entry, word) is not None]
        if entry.of is None:
            if said:
                word = word_of(said[0], Review)
                self.report.add(
                    (*route, word),
                    both(f"写了 {word}，却没有写从哪里抽", f"{word} without a list to draw from"),
                    both('加上 of = "…"（抽哪份名单）', 'Add of = "…", the list to draw from'),
                )
            return
        kind, each = self.claims.listed(route, entry), self.claims.names.record(entry.each)
        if kind and each:
            self.claims.ties.check(route, kind, each, entry.as_, "receiver")
        if kind and not _called_on(kind):
            self.report.add(
                (*route, "of"),
                both(
                    f"{kind.label.zh}没有说是谁的，不知道去查谁",
                    f"A {kind.label.en} does not say who would be called on",
                ),
                both("换成人、户、单位、场所的名单", "Draw from a list of persons or households"),
            )
        self._how_many(route, entry)
        if kind and entry.by:
            self._groups((*route, "by"), entry.by, kind)

    def _questionnaire(self, route: Route, entry: Review, name: str) -> None:
        """Check that the questionnaire asks something, of somebody, and names nobody unawares."""
        names = self.claims.names
        if entry.of is None:
            self.report.add(
                route,
                both("写了问卷，却没有写从哪里抽", "A questionnaire without anybody to be asked"),
                both('加上 of = "…"（抽哪份名单）', 'Add of = "…", the list to draw from'),
            )
        if not names.may_be(name, "activity"):
            self.report.add(
                route,
                both(f"[activity] 里没有“{name}”", f"There is no “{name}” in [activity]"),
                choose(name, names.of_sections("activity")),
            )
            return
        kind, asked = names.record(name), names.entries.get(name, ("", None))[1]
        if kind is None or not isinstance(asked, Activity):
            return
        if kind.name != "questionnaire" or not asked.items:
            self.report.add(
                route,
                both(f"“{name}”不是问卷", f"{name} is no questionnaire"),
                both(
                    '问卷写成 of = "questionnaire"，并在 items 里写问题',
                    'A questionnaire has of = "questionnaire" and questions in items',
                ),
            )
        for key, question in asked.items.items():
            self._question(("activity", name, "items", key, "type"), question, asked)

    def _question(self, route: Route, question: Question, asked: Activity) -> None:
        allowed = ("choice", "yes_no", "number", *(() if asked.readers == () else ("text",)))
        if question.type in allowed:
            return
        told = (
            both(
                "不记名问卷不能让人写字：笔下会露出是谁",
                "Where nobody is named nobody writes: words give away who wrote them",
            )
            if question.type == "text"
            else both(f"问卷里不能用 {question.type} 题", f"A questionnaire has no {question.type}")
        )
        self.report.add(route, told, choose(question.type, allowed))

    def _how_many(self, route: Route, entry: Review) -> None:
        """A number or a share of the list; with at_least also at most so many."""
        asked = entry.exactly if entry.exactly is not None else entry.at_least
        if asked is None:
            self.report.add(
                route,
                both("写了从哪里抽，没有写抽多少", "It does not say how many are drawn"),
                both(
                    '加上 exactly = 5，或 exactly = "10%"（可以再写 at_least = 2、at_most = 20）',
                    'Add exactly = 5, or exactly = "10%" and perhaps at_least = 2, at_most = 20',
                ),
            )
        of_share = self._is_share(entry.exactly)
        bounded = (entry.at_least or entry.at_most) is not None
        if entry.exactly is not None and not of_share and bounded:
            other = "at_most" if entry.at_least is None else "at_least"
            self.claims.bounds.exclude((*route, "exactly"), other, "exactly")
        for word in BOUNDS:
            share = word == "exactly" or word == "at_least" and not of_share
            self._number((*route, word), getattr(entry, word), share=share)

    def _number(self, route: Route, bound: object, *, share: bool) -> None:
        if bound is None or is_number(bound) or share and self._is_share(bound):
            return
        if isinstance(bound, str) and NAME.fullmatch(bound):
            if not self.claims.names.may_be(bound, "value"):
                self.report.add(
                    route,
                    both(f"没有叫“{bound}”的参数", f"There is no value called “{bound}”"),
                    choose(bound, self.claims.names.of_sections("value")),
                )
            return
        self.report.add(
            route,
            both("抽多少要写成数或份额", "How many are drawn is a number or a share"),
            both('例如 5 或 "10%"', 'For example 5 or "10%"'),
        )

    def _is_share(self, bound: object) -> bool:
        return isinstance(bound, str) and bool(SHARE.fullmatch(bound))

    def _groups(self, route: Route, by: Sequence[str], kind: Kind) -> None:
        if len(by) > 1:
            self.report.add(
                route,
                both("分组抽只能写一个字段", "A sample is drawn in groups of one field"),
                both("留下其中一个", "Keep one of them"),
            )
        if self.claims.paths.follow(route, by[0], (kind,)):
            self.claims.paths.one_value(route, by[0], kind)

    def _score_line(self, route: Route, line: ScoreLine, context: Context) -> None:
        self.claims.claim(route, line, context)
        if line.partial == "each" and line.step is None:
            self.report.add(
                (*route, "partial"),
                both('partial = "each" 要同时写 step', 'partial = "each" needs a step'),
                both("加上 step（每差一个单位加减几分）", "Add step: points for each unit missed"),
            )
        if line.proof is not None and not judged(line):
            self.report.add(
                (*route, "proof"),
                both("由记录数的一条不写 proof", "A line that is counted asks for no proof"),
                both("去掉 proof，佐证附在记录上", "Leave proof out; it belongs to the records"),
            )
        if isinstance(line.items, Mapping):
            for key, inner in line.items.items():
                self._score_line((*route, "items", key), inner, context)
        elif line.items is not None:
            for number, step in enumerate(line.items):
                self._score_step((*route, "items", number), step, given(line, context))

    def _score_step(self, route: Route, step: ScoreStep, context: Context) -> None:
        self.claims.bounds.check(route, step, context)
        self._one_bound(route, step)

    def _one_bound(self, route: Route, step: ScoreStep) -> None:
        if all(getattr(step, word) is None for word in BOUNDS):
            self.report.add(
                route,
                both("这一档没有写界限", "A step without a bound"),
                both(
                    "加上 at_least、at_most 或 exactly；其余的那一档写在最后，at_least = 0",
                    "Add at_least, at_most or exactly; the step for the rest comes last, with "
                    "at_least = 0",
                ),
            )


def _called_on(kind: Kind) -> bool:
    """Whether a record says who would be called on: it is somebody, or is about one."""
    return kind.name in SUBJECT_KINDS or any(
        kind[key].type == "one" for key in kind.receiver.values()
    )
