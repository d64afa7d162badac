"""What may be asked of a field in a condition: its values, its bounds, the codes that it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bangfu.programmes.comparing import (
    AMOUNT_WORDS,
    DAY_WORDS,
    SAME,
    SPAN_WORDS,
    ComparisonChecker,
    read_other,
    words_for,
)
from bangfu.programmes.kinds import Field, Kind, Label
from bangfu.programmes.literals import CONDITION_DAY, NAME, is_day, is_number, shown
from bangfu.programmes.meant import as_day
from bangfu.programmes.names import Names
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose, choose_code
from bangfu.programmes.schema import Value

BOUNDS: Final = ("at_least", "at_most", "exactly")


@dataclass(slots=True)
class FieldChecker:
    """Holds what is asked of a field against what it can be."""

    names: Names
    report: Report
    compared: ComparisonChecker

    def check(self, route: Route, one: Field, value: Any, kinds: Sequence[Kind]) -> None:
        """Check what is asked of a field of records of these kinds."""
        if isinstance(value, Mapping):
            self._inner(route, one, value, kinds)
        elif one.type == "flag":
            if not isinstance(value, bool):
                self.wrong(route, one, value, "true", "true 或 false", "true or false")
        elif one.type in ("code", "ranked", "text"):
            self.codes(route, value, one.codes, grows=one.grows, kinds=kinds)
        elif one.type == "day":
            if not is_day(value):
                self.wrong(
                    route,
                    one,
                    value,
                    '{ from = "30 days ago" }',
                    "某一天，或 from、to",
                    "a day, or from and to",
                )
        elif not is_number(value):
            self.wrong(
                route,
                one,
                value,
                "{ at_least = 1 }",
                "数，或 at_least、at_most、exactly",
                "a number, or at_least, at_most, exactly",
            )

    def _inner(
        self, route: Route, one: Field, value: Mapping[str, Any], kinds: Sequence[Kind]
    ) -> None:
        allowed = inner_words(one)
        for word, inner in value.items():
            here = (*route, word)
            if word not in allowed:
                self.report.add(
                    here,
                    both(
                        f"“{one.label.zh}”的条件里不能写 {word}",
                        f"{word} cannot stand in a condition on “{one.label.en}”",
                    ),
                    choose(word, allowed),
                )
            elif word == "known":
                if not isinstance(inner, bool):
                    self.wrong(here, one, inner, "true", "true 或 false", "true or false")
            elif word in SPAN_WORDS and self._named_field(inner, kinds):
                self.compared.field(here, one, inner, kinds)
            elif word == SAME or word in (*DAY_WORDS, *AMOUNT_WORDS) and self._is_field(one, inner):
                self.compared.field(here, one, inner, kinds)
            elif one.type == "day":
                self._day(here, one, inner)
            elif one.type == "ranked":
                self._rank(here, one, inner)
            else:
                self._amount(here, one, inner)

    def _named_field(self, value: object, kinds: Sequence[Kind]) -> bool:
        """Whether a text names a field, perhaps with some days before or after it."""
        other = read_other(value)
        return other is not None and (
            other.outside or bool(other.unit) or any(other.steps[0] in kind for kind in kinds)
        )

    def _is_field(self, one: Field, value: object) -> bool:
        """Whether the right side of a comparison is meant to be a field."""
        if not isinstance(value, str) or one.type == "day" and CONDITION_DAY.fullmatch(value):
            return False
        return not self.compared.named(value)

    def _rank(self, route: Route, one: Field, value: object) -> None:
        if not isinstance(value, str):
            lowest = next(iter(one.codes), "…")
            self.wrong(route, one, value, f'"{lowest}"', "其中一级", "one of its ranks")
        elif not self.is_value(value):
            self.codes(route, value, one.codes)

    def _day(self, route: Route, one: Field, value: object) -> None:
        if is_day(value) or isinstance(value, str) and CONDITION_DAY.fullmatch(value):
            return
        if self.compared.unworked(route, value):
            return
        self.wrong(
            route,
            one,
            value,
            (as_day(value) if isinstance(value, str) else None) or '"30 days ago"',
            "日期，或 today、30 days ago、in 90 days",
            "a day, or today, 30 days ago, in 90 days, start of year",
        )

    def refused_name(self, route: Route, value: object) -> bool:
        """Whether a name stands for what no condition can be held against; that is reported."""
        if not isinstance(value, str) or value not in self.names.entries:
            return False
        section, entry = self.names.entries[value]
        if section == "figure":
            told = both(
                f"“{value}”是数字，随名单变化，条件里不能用",
                f"{value} is a figure and changes with its list: not in a condition",
            )
        elif isinstance(entry, Value) and entry.by is not None:
            told = both(
                f"参数“{value}”每种情况一个数，条件里不知道用哪一个",
                f"The value {value} has a number for each case: a condition cannot tell which",
            )
        else:
            return False
        cure = both(
            "写成任务、目标、预警的界限，或改用只有一个数的参数",
            "Write it as a bound of a duty, target or alert, or use a value of one number",
        )
        self.report.add(route, told, cure)
        return True

    def _amount(self, route: Route, one: Field, value: object) -> None:
        if self.refused_name(route, value):
            return
        if is_number(value) or self.is_value(value):
            return
        if isinstance(value, str) and NAME.fullmatch(value):
            self.report.add(
                route,
                both(f"没有叫“{value}”的参数", f"There is no value called “{value}”"),
                choose(value, self.names.of_sections("value")),
            )
        else:
            self.wrong(
                route, one, value, "1", "数，或参数的名称", "a number, or the name of a value"
            )

    def is_value(self, value: object) -> bool:
        """Whether a text names a dated value, or what may be one."""
        return isinstance(value, str) and (
            value in self.names.broken
            or value in self.names
            and self.names.section(value) == "value"
        )

    def codes(
        self,
        route: Route,
        value: object,
        codes: Mapping[str, object],
        *,
        grows: bool = False,
        kinds: Sequence[Kind] = (),
    ) -> None:
        """Check that a word, or each of several, is one of some codes."""
        several = isinstance(value, list | tuple)
        for number, code in enumerate(value if isinstance(value, list | tuple) else (value,)):
            here = (*route, number) if several else route
            if not isinstance(code, str):
                self.report.add(
                    here,
                    both(f"{shown(code)} 不是一个词", f"{shown(code)} is not a word"),
                    choose(str(code), codes)
                    if codes
                    else both("写成带引号的词", "Write a word in quotation marks"),
                )
            elif codes and code not in codes and not _of_another(route, code, kinds):
                self.report.add(
                    here,
                    both(f"没有“{code}”这个选项", f"“{code}” is not one of the codes"),
                    _in_other_field(code, kinds) or _or_add(choose_code(code, codes), grows),
                )

    def wrong(
        self, route: Route, one: Field, value: object, example: str, zh: str, en: str
    ) -> None:
        """Say that a field cannot be that, what is to be written, and an example."""
        self.report.add(
            route,
            both(
                f"“{one.label.zh}”不能是 {shown(value)}，要写{zh}",
                f"“{one.label.en}” cannot be {shown(value)}: write {en}",
            ),
            both(f"例如 {route[-1]} = {example}", f"For example {route[-1]} = {example}"),
        )


def inner_words(one: Field) -> tuple[str, ...]:
    """The words that may stand inside a condition on a field."""
    if one.type == "day":
        return ("from", "to", *words_for(one), "known")
    if one.type in ("number", "money", "ranked"):
        return (*BOUNDS, *words_for(one), "known")
    return (*words_for(one), "known")


def _or_add(cure: Label, grows: bool) -> Label:
    if not grows:
        return cure
    return both(
        f"{cure.zh}。也可以在 [code] 里添加",
        f"{cure.en} Or add it under [code]",
    )


def _of_another(route: Route, code: str, kinds: Sequence[Kind]) -> bool:
    """Whether the same field of another of some kinds has a code: whom a need is of may be any."""
    key = next((str(step) for step in reversed(route) if isinstance(step, str)), "")
    return any(key in kind and code in kind[key].codes for kind in kinds)


def _in_other_field(code: str, kinds: Sequence[Kind]) -> Label | None:
    """The cure where another field of the record has that code."""
    there = [
        f'{one.key} = "{code}"'
        for kind in kinds
        for one in kind.fields.values()
        if code in one.codes and one.type in ("code", "ranked")
    ]
    if not there:
        return None
    told = " 或 ".join(dict.fromkeys(there)), " or ".join(dict.fromkeys(there))
    return both(f"是不是 {told[0]}？", f"Did you mean {told[1]}?")
