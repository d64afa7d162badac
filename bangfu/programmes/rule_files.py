"""Reads files of rules: every word is checked, every name, every case; all errors come at once."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from bangfu.programmes.conditions import ConditionChecker
from bangfu.programmes.drawing import Drawing
from bangfu.programmes.kinds import Kind, Label, Vocabulary
from bangfu.programmes.literals import NAME, shown
from bangfu.programmes.loader import forget_circles, parse
from bangfu.programmes.names import Names as Known
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Problem, ProgrammeErrors, Report, both, choose
from bangfu.programmes.references import Needs, built_on
from bangfu.programmes.rule import (
    BLANK,
    HEAD,
    SECTIONS,
    Case,
    Fix,
    Parameter,
    Rule,
    RuleCase,
    RuleEntry,
    RulesHead,
)
from bangfu.programmes.schema import Head, Value
from bangfu.programmes.sections import SectionChecker
from bangfu.programmes.subjects import SubjectChecker
from bangfu.programmes.wording import problem_of

FOLDER: Final = "quality"
_PATH: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")


@dataclass(slots=True)
class Grounds:
    """What rules are held against: the kinds, the forms and of which kinds, who may be asked."""

    vocabulary: Vocabulary
    forms: Mapping[str, Collection[str]]
    roles: Collection[str]


def load_rules(text: str, *, file: str, grounds: Grounds) -> tuple[Rule, ...]:
    """Read one file of rules; raises ProgrammeErrors with every problem."""
    raw, places = parse(text, file=file)
    report = Report(file, places)
    reader = _Reader(file, Known(grounds.vocabulary), grounds, report)
    rules = reader.read(raw)
    if report.problems:
        raise ProgrammeErrors(report.problems)
    return rules


@dataclass(slots=True)
class _Drawable:
    """The kinds of the vocabulary as what may be drawn: a file of rules adds no activities."""

    vocabulary: Vocabulary

    def entries(self, *sections: str) -> Iterator[tuple[str, Any]]:
        return iter(())

    def record(self, name: str) -> Kind:
        return self.vocabulary[name]


@dataclass(slots=True)
class _Reader:
    file: str
    names: Known
    grounds: Grounds
    report: Report
    entries: dict[str, RuleEntry] = field(default_factory=dict)

    def read(self, raw: Mapping[str, Any]) -> tuple[Rule, ...]:
        """Everything in the file: first each entry by itself, then what they mean together."""
        self._head(raw)
        for section, model in SECTIONS.items():
            for name, entry in self._section(raw, section):
                self._entry(section, name, entry, model)
        for key, entry in self._section(raw, "rule"):
            self._rule_alone(key, entry)
        self._names(raw)
        checked = (self._rule(key, entry, raw["rule"][key]) for key, entry in self.entries.items())
        return tuple(rule for rule in checked if rule is not None)

    def _head(self, raw: Mapping[str, Any]) -> None:
        allowed = (*HEAD, *SECTIONS, "rule")
        for key in raw:
            if key not in allowed:
                self.report.add(
                    (key,),
                    both(f"核查规则文件里没有“{key}”", f"A file of rules has no “{key}”"),
                    choose(key, allowed),
                )
        self._valid(RulesHead, {key: raw[key] for key in HEAD if key in raw}, ())

    def _section(self, raw: Mapping[str, Any], section: str) -> Iterator[tuple[str, Any]]:
        told = raw.get(section, {})
        if not isinstance(told, Mapping):
            self.report.add(
                (section,),
                both(f"[{section}] 要写成一节", f"[{section}] is a section"),
                both(f"写成 [{section}.名称]", f"Write [{section}.name]"),
            )
            return
        for name, entry in told.items():
            if section == "paper" or NAME.fullmatch(name):
                yield name, entry
                continue
            self.report.add(
                (section, name),
                both(f"名称“{name}”只能用小写字母、数字和下划线", f"“{name}” is not a name"),
                both("换一个名称，中文写在 title 里", "Small letters, digits and _ only"),
            )

    def _valid(self, model: type[BaseModel], raw: object, route: Route) -> Any:
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            for detail in error.errors():
                where, message, cure = problem_of(detail, model, raw)
                self.report.add((*route, *where), message, cure)
            return None

    def _entry(self, section: str, name: str, raw: Any, model: type[BaseModel]) -> None:
        if name in self.names.vocabulary or name in self.names:
            self.report.add(
                (section, name),
                both(f"“{name}”已经有了", f"“{name}” is there already"),
                both("换一个更具体的名称", "Choose a more particular name"),
            )
            return
        entry = self._valid(model, raw, (section, name))
        if entry is None:
            self.names.unread[name] = section
            self.names.broken.add(name)
        else:
            self.names.entries[name] = (section, entry)

    def _rule_alone(self, key: str, raw: Any) -> None:
        entry = self._valid(RuleEntry, raw, ("rule", key))
        if isinstance(entry, RuleEntry):
            self.entries[key] = entry

    def _names(self, raw: Mapping[str, Any]) -> None:
        """The lists, values and papers of the file, as in a programme."""
        tables = {name: raw[self.names.section(name)][name] for name in self.names.entries}
        forget_circles(
            self.names, tables, {n: built_on(one) for n, one in tables.items()}, self.report
        )
        needs = Needs(self.names)
        every = {name: needs.of(name, one) for name, one in tables.items()}
        forget_circles(self.names, tables, every, self.report)
        always = Head.model_construct(title="", area="", from_=dt.date.min, to=dt.date.max)
        checker = SectionChecker.over(self.names, always, (), self.report)
        subjects = SubjectChecker(self.names, self.report)
        for name, (section, entry) in self.names.entries.items():
            subjects.conditions((section, name), tables[name])
            subjects.check((section, name), section, name, entry)
            if name not in self.names.broken:
                checker.check((section, name), entry)
            if isinstance(entry, Parameter):
                self._regions((section, name), entry, checker)

    def _regions(self, route: Route, entry: Parameter, checker: SectionChecker) -> None:
        for code, one in entry.area.items():
            if not code.isdigit() or len(code) not in (2, 4, 6, 9, 12):
                self.report.add(
                    (*route, "area", code),
                    both(f"“{code}”不是区划代码", f"“{code}” is not the code of a division"),
                    both("例如 area.990001", "For example area.990001"),
                )
            plain = Value(title=entry.title, items=one.items)
            checker.check((*route, "area", code), plain)

    def _rule(self, key: str, entry: RuleEntry, raw: Mapping[str, Any]) -> Rule | None:
        route: Route = ("rule", key)
        kind = self.names.record(entry.of)
        if kind is None:
            if entry.of not in self.names.broken:
                lists = list(self.names.of_sections("list"))
                self.report.add(
                    (*route, "of"),
                    both(
                        f"没有“{entry.of}”这种记录或名单", f"There is no kind or list “{entry.of}”"
                    ),
                    choose(entry.of, [*self.names.vocabulary, *lists]),
                )
            return None
        checker = ConditionChecker(self.names, self.report)
        subjects = SubjectChecker(self.names, self.report)
        for word in ("where", "wrong"):
            if word in raw:
                checker.check((*route, word), raw[word], (kind,))
                subjects.condition((*route, word), raw[word])
        self._asked(route, entry, kind)
        for language in ("zh", "en"):
            self._message(route, language, getattr(entry.message, language), kind)
        cases = self._cases(route, entry, kind)
        line = self.report.positions.of(route).line
        return Rule(key, self.file, line, entry, self.names, kind, cases)

    def _asked(self, route: Route, entry: RuleEntry, kind: Kind) -> None:
        """Who mends it, in which form, by which paper, in which days."""
        for name in entry.source:
            if not self.names.may_be(name, "paper"):
                self.report.add(
                    (*route, "source"),
                    both(f"[paper] 里没有“{name}”", f"There is no “{name}” in [paper]"),
                    choose(name, self.names.of_sections("paper")),
                )
        for one in entry.owner:
            if one not in self.grounds.roles:
                self.report.add(
                    (*route, "owner"),
                    both(f"没有“{one}”这个角色", f"“{one}” is no role"),
                    choose(one, self.grounds.roles),
                )
        self._form(route, entry.fix, kind)
        if entry.from_ and entry.to and entry.to < entry.from_:
            self.report.add(
                (*route, "to"),
                both("末日早于首日", "It ends before it begins"),
                both("把 from 和 to 按先后写", "Put from and to in order"),
            )

    def _form(self, route: Route, fix: Fix, kind: Kind) -> None:
        """The form that mends it: of the record itself, or of one that it points to."""
        kinds: tuple[Kind, ...] = (kind,)
        if fix.on is not None:
            pointer = kind.fields.get(fix.on)
            kinds = self.names.targets(pointer) if pointer and pointer.type == "one" else ()
            if not kinds:
                pointers = [one.key for one in kind.fields.values() if one.type == "one"]
                self.report.add(
                    (*route, "fix", "on"),
                    both(
                        f"{kind.label.zh}没有“{fix.on}”这个指向别的记录的字段",
                        f"{kind.label.en} has no field “{fix.on}” that points to a record",
                    ),
                    choose(fix.on, pointers),
                )
                return
        names = {one for kind in kinds for one in (kind.name, kind.basic)}
        fitting = [verb for verb, of in self.grounds.forms.items() if names & set(of)]
        if fix.form not in fitting:
            called = kinds[0].label
            self.report.add(
                (*route, "fix", "form"),
                both(
                    f"{called.zh}没有“{fix.form}”这张表单",
                    f"{called.en} has no form “{fix.form}”",
                ),
                choose(fix.form, fitting),
            )

    def _message(self, route: Route, language: str, text: str, kind: Kind) -> None:
        for blank in BLANK.findall(text):
            found = kind.fields.get(blank.split(".")[0])
            if found is not None and "." in blank:
                targets = self.names.targets(found) if found.type == "one" else ()
                last = blank.split(".")[1]
                found = next((one[last] for one in targets if last in one), None)
            if not _PATH.fullmatch(blank) or found is None or found.type == "many":
                self.report.add(
                    (*route, "message", language),
                    both(
                        f"{kind.label.zh}没有“{blank}”这个字段可填进句子里",
                        f"{kind.label.en} has no field “{blank}” to put into the sentence",
                    ),
                    choose(blank, kind.fields),
                )

    def _cases(self, route: Route, entry: RuleEntry, kind: Kind) -> tuple[Case, ...]:
        drawing = Drawing(_Drawable(self.names.vocabulary), self.report)
        found = []
        for number, one in enumerate(entry.case):
            here = (*route, "case", number)
            given = drawing.given((*here, "given"), one.given)
            ids = {str(row.get("id", "")) for rows in given.values() for row in rows}
            self._drawn(here, one, ids)
            line = self.report.positions.of(here).line
            found.append(Case(one.title, one.on, given, one.wrong, one.right, line))
        for word, zh in (("wrong", "不对的"), ("right", "对的")):
            if not any(getattr(one, word) for one in found):
                self.report.add(
                    (*route, "case"),
                    both(f"没有一例画出{zh}记录", f"No case draws a record that is {word}"),
                    both(f'加上 {word} = ["甲"]', f'Add {word} = ["甲"]'),
                )
        return tuple(found)

    def _drawn(self, route: Route, one: RuleCase, ids: Collection[str]) -> None:
        for word in ("wrong", "right"):
            for name in getattr(one, word):
                if name not in ids:
                    self.report.add(
                        (*route, word),
                        both(f"given 里没有画出 {shown(name)}", f"given draws no {shown(name)}"),
                        choose(name, [one for one in ids if one]),
                    )


def read_rules(grounds: Grounds) -> tuple[Rule, ...]:
    """Every rule that comes with the product, in the order of the files; a key stands once."""
    found: dict[str, Rule] = {}
    for file, text in rule_files():
        for rule in load_rules(text, file=file, grounds=grounds):
            if rule.key in found:
                raise ProgrammeErrors([_twice(text, rule, found[rule.key])])
            found[rule.key] = rule
    return tuple(found.values())


def _twice(text: str, rule: Rule, first: Rule) -> Problem:
    report = Report(rule.file, parse(text, file=rule.file)[1])
    report.add(
        ("rule", rule.key),
        both(
            f"“{rule.key}”已经是 {first.file} 第 {first.line} 行的规则",
            f"“{rule.key}” is already a rule, in {first.file} on line {first.line}",
        ),
        both("换一个名称", "Choose another key"),
    )
    return report.problems[0]


def titles() -> dict[str, Label]:
    """What each rule is called, by its key; read without holding the files against anything.

    What is wrong in a file is told by whoever reads the rules.
    """
    found = {}
    for _file, text in rule_files():
        for key, entry in tomllib.loads(text).get("rule", {}).items():
            called = entry.get("title") or {}
            found[key] = Label(str(called.get("zh", key)), str(called.get("en", key)))
    return found


def rule_files() -> list[tuple[str, str]]:
    """The files of rules that come with the product, by name: the name and the text."""
    folder = resources.files("bangfu.programmes").joinpath(FOLDER)
    found = sorted((one.name, one) for one in folder.iterdir() if one.name.endswith(".toml"))
    return [(f"{FOLDER}/{name}", one.read_text(encoding="utf-8")) for name, one in found]
