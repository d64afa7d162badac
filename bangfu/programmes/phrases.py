"""Conditions of records as they are said in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bangfu.programmes.comparing import (
    AMOUNT_WORDS,
    MEASURES,
    SPAN_WORDS,
    TWIN,
    TWIN_WORDS,
    field_along,
    read_other,
    several,
)
from bangfu.programmes.conditions import GROUPS
from bangfu.programmes.field_conditions import BOUNDS
from bangfu.programmes.kinds import Field, Kind, Label
from bangfu.programmes.left_sides import Left, meaning
from bangfu.programmes.literals import (
    CONDITION_DAY,
    SHARE,
)
from bangfu.programmes.names import ROW, Names
from bangfu.programmes.namings import BOUNDS_SAID, Namings
from bangfu.programmes.runs import IN_A_ROW
from bangfu.programmes.saying import join, number, quoted, quoted_label, say
from bangfu.programmes.schema import Class
from bangfu.programmes.times_said import counted, day
from bangfu.programmes.verdicts import OF_CHECKLIST, OF_WORKFLOW

_COMPARED: Final[Mapping[str, Label]] = {
    "before": Label("早于", "before "),
    "after": Label("晚于", "after "),
    "from": Label("不早于", "not before "),
    "to": Label("不晚于", "not after "),
    "above": Label("大于", "more than "),
    "below": Label("小于", "less than "),
    "same_as": Label("等于", "the same as "),
}
_MEASURED: Final[Mapping[str, Label]] = {**BOUNDS_SAID, **_COMPARED}
_RANKS: Final[Mapping[str, Label]] = {
    "at_least": Label("不低于", "not below "),
    "at_most": Label("不高于", "not above "),
    "exactly": Label("为", "exactly "),
}


@dataclass(slots=True)
class Phrases(Namings):
    """Says what conditions of one file mean, and what they are put together from."""

    open_codes: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def over(cls, names: Names) -> Phrases:
        """The phrases of a file, with what its own titles call words that no code book explains."""
        found: dict[tuple[str, str], str] = {}
        for name, (section, entry) in names.entries.items():
            if section not in ("list", "activity", "fund"):
                continue
            for line in (entry, *_lines(entry)):
                for key, value in (getattr(line, "where", None) or {}).items():
                    if isinstance(value, str):
                        title = getattr(line, "title", None) or name
                        found.setdefault((key, value), title)
        return cls(names, found)

    def condition(
        self, where: Mapping[str, Any], kinds: Sequence[Kind], outside: Sequence[Kind] = ()
    ) -> Label:
        """A whole condition; every part of it must hold. ``this`` in it is one of ``outside``."""
        said = [self._line(left, value, kinds, outside) for left, value in where.items()]
        return join(said, "、", ", ")

    def _line(self, left: str, value: Any, kinds: Sequence[Kind], outside: Sequence[Kind]) -> Label:
        if left in GROUPS:
            inner = join([self.condition(one, kinds, outside) for one in value], "；", "; or ")
            word = (
                Label("以下满足任何一项", "any of")
                if left == "any"
                else Label("以下都不成立", "none of")
            )
            return say("{word}（{inner}）", "{word} ({inner})", word=word, inner=inner)
        if left == TWIN:
            return self._twin(value, kinds)
        found = meaning(self.names, left, kinds, value)
        if found is None:
            return Label(f"{left}：{value}", f"{left}: {value}")
        if found.sort == "field":
            assert found.field is not None
            return self._field(found.field, value, kinds, outside)
        if found.sort == "link":
            return self._link(found, value, outside)
        if found.sort == "class":
            return self._class(left, value)
        if found.sort == "verdict":
            checks = self.names.section(left) == "checklist"
            codes = OF_CHECKLIST if checks else OF_WORKFLOW
            return say(
                "{thing}为{is_}",
                "{thing} is {is_}",
                thing=self.thing(left),
                is_=_coded(value, codes),
            )
        if found.sort == "member":
            return self._member(left, value)
        if isinstance(value, bool):
            value = {} if value else {"exactly": 0}
        return self._tied(found, value, kinds)

    def _twin(self, value: Mapping[str, Any], kinds: Sequence[Kind]) -> Label:
        """Another record of the kind has the same."""
        of = kinds[0].label if len(kinds) == 1 else Label("对象", "subject")
        by, apart = (
            join([self.path(key, kinds) for key in several(value.get(word, ()))], "、", ", ")
            for word in TWIN_WORDS
        )
        said = [say("{by}相同", "with the same {by}", by=by)]
        if apart.zh:
            said.append(say("{apart}不同", "with another {apart}", apart=apart))
        if rest := {key: inner for key, inner in value.items() if key not in TWIN_WORDS}:
            said.append(self.condition(rest, kinds, kinds))
        return say(
            "另有{of}与之（{said}）", "there is another {of} ({said})", of=of, said=join(said)
        )

    def _compared(
        self, one: Field, word: str, value: Any, kinds: Sequence[Kind], outside: Sequence[Kind]
    ) -> Label:
        """A comparison with another field, or a strict bound."""
        return say(
            "{label}{word}{other}",
            "{label} {word}{other}",
            label=one.label,
            word=_COMPARED[word],
            other=self._right(one, value, kinds, outside),
        )

    def _right(
        self, one: Field, value: Any, kinds: Sequence[Kind], outside: Sequence[Kind]
    ) -> Label:
        """What stands on the right of a comparison."""
        unit = "元" if one.type == "money" else ""
        if isinstance(value, str) and not (one.type == "day" and CONDITION_DAY.fullmatch(value)):
            return self._other(value, kinds, outside, unit)
        return day(value) if one.type == "day" else self.amount(value, unit)

    def _other(
        self, value: str, kinds: Sequence[Kind], outside: Sequence[Kind], unit: str = ""
    ) -> Label:
        """Another field, or the name of a value."""
        other = None if value in self.names else read_other(value)
        where = outside if other is not None and other.outside else kinds
        if other is None or field_along(self.names, other.steps, where) is None:
            return self.amount(value, unit)
        path = self.path(".".join(other.steps), where)
        if other.outside:
            path = say("本条的{path}", "its own {path}", path=path)
        if not other.unit:
            return path
        long = counted(abs(other.count), other.unit)
        if other.count < 0:
            return say("{path}之前{long}", "{long} before {path}", path=path, long=long)
        return say("{path}之后{long}", "{long} after {path}", path=path, long=long)

    def _field(
        self, one: Field, value: Any, kinds: Sequence[Kind], outside: Sequence[Kind]
    ) -> Label:
        if isinstance(value, Mapping):
            compared = {
                word: told
                for word, told in value.items()
                if word in _COMPARED and (word not in SPAN_WORDS or read_other(told) is not None)
            }
            plain = {word: told for word, told in value.items() if word not in compared}
            said = [self._inner(one, word, inner, plain) for word, inner in plain.items()]
            said += [
                self._compared(one, word, inner, kinds, outside) for word, inner in compared.items()
            ]
            return join([part for part in said if part], "、", ", ")
        if one.type == "flag":
            yes = Label("是", "yes") if value else Label("否", "no")
            return say("{label}为“{yes}”", "{label}: {yes}", label=one.label, yes=yes)
        if one.type == "day":
            return say("{label}为{day}", "{label} is {day}", label=one.label, day=day(value))
        if one.type in ("number", "money"):
            return say("{label}为{n}", "{label} is {n}", label=one.label, n=number(value))
        return say(
            "{label}为{is_}",
            "{label} is {is_}",
            label=one.label,
            is_=_coded(value, one.codes or self._open(one, value)),
        )

    def _open(self, one: Field, value: Any) -> Mapping[str, Label]:
        """What the file itself calls the words of a field without a code book."""
        codes = {}
        for code in value if isinstance(value, list | tuple) else (value,):
            title = self.open_codes.get((one.key, code))
            if one.key == "name" and code in self.names:
                title = self.names.entry(code).title
            if title:
                codes[code] = Label(title, title)
        return codes

    def _inner(self, one: Field, word: str, value: Any, whole: Mapping[str, Any]) -> Label | None:
        if word == "known":
            zh, en = ("已填写{label}", "{label} is filled in")
            if not value:
                zh, en = ("没有填写{label}", "{label} is not filled in")
            return say(zh, en, label=one.label)
        if one.type == "day":
            return self._days(one, word, whole)
        words = _RANKS if one.type == "ranked" else BOUNDS_SAID
        amount = (
            quoted_label(one.codes[value])
            if one.type == "ranked" and value in one.codes
            else self.amount(value, "元" if one.type == "money" else "")
        )
        return say(
            "{label}{word}{amount}",
            "{label} {word}{amount}",
            label=one.label,
            word=words[word],
            amount=amount,
        )

    def _days(self, one: Field, word: str, whole: Mapping[str, Any]) -> Label | None:
        """From and to read as one; the word that comes second says nothing of its own."""
        if "from" in whole and "to" in whole:
            if word == "to":
                return None
            if whole["from"] == whole["to"]:
                return say("{label}为{a}", "{label} is {a}", label=one.label, a=day(whole["from"]))
            return say(
                "{label}在{a}至{b}之间（含首尾）",
                "{label} from {a} to {b}",
                label=one.label,
                a=day(whole["from"]),
                b=day(whole["to"]),
            )
        if word == "from":
            return say(
                "{label}不早于{a}", "{label} not before {a}", label=one.label, a=day(whole["from"])
            )
        return say("{label}不晚于{a}", "{label} not after {a}", label=one.label, a=day(whole["to"]))

    def _link(self, left: Left, value: Mapping[str, Any], outside: Sequence[Kind]) -> Label:
        assert left.field is not None
        label = left.field.label
        said = []
        if "known" in value:
            said.append(self._inner(left.field, "known", value["known"], value))
        rest = {key: inner for key, inner in value.items() if key != "known"}
        words: dict[str, Any] = {word: rest[word] for word in BOUNDS if word in rest}
        if left.field.type == "many" and words:
            rest = {key: inner for key, inner in rest.items() if key not in words}
            return self._so_many(left.field.label, words, rest, left.kinds, outside)
        if len(rest) == 1:
            ((key, inner),) = rest.items()
            found = meaning(self.names, key, left.kinds, inner)
            if found is not None and found.sort == "member":
                said.append(
                    say("{label}{in_}", "{label} {in_}", label=label, in_=self._member(key, inner))
                )
                rest = {}
        if rest:
            inner = self.condition(rest, left.kinds, outside)
            said.append(
                say("{label}满足（{inner}）", "{label} with ({inner})", label=label, inner=inner)
            )
        return join([one for one in said if one], "、", ", ")

    def _so_many(
        self,
        label: Label,
        words: Mapping[str, Any],
        rest: Mapping[str, Any],
        kinds: Sequence[Kind],
        outside: Sequence[Kind],
    ) -> Label:
        """How many take part in something."""
        if rest:
            inner = self.condition(rest, kinds, outside)
            label = say("{label}（{inner}）", "{label} ({inner})", label=label, inner=inner)
        if words == {"exactly": 0}:
            return say("没有{label}", "no {label}", label=label)
        bounds = self.bounds(words)
        return say(
            "{label}{bounds}", "{bounds} {label}", label=label, bounds=bounds or Label("", "")
        )

    def _class(self, left: str, value: Any) -> Label:
        entry = self.names.entry(left)
        assert isinstance(entry, Class)
        codes = {key: Label(one.title or key, one.title or key) for key, one in entry.items.items()}
        return say(
            "{thing}为{is_}", "{thing} is {is_}", thing=self.thing(left), is_=_coded(value, codes)
        )

    def _member(self, left: str, value: object) -> Label:
        zh, en = ("在{thing}之内", "on {thing}") if value else ("不在{thing}之内", "not on {thing}")
        return say(zh, en, thing=self.thing(left))

    def _tied(self, left: Left, value: Mapping[str, Any], kinds: Sequence[Kind]) -> Label:
        record = left.kinds[0]
        words = {word: value[word] for word in MEASURES if word in value and word not in record}
        inner = {key: one for key, one in value.items() if key not in (*words, *_COUNTED)}
        thing = self.thing(left.name)
        if record.name == ROW:
            thing = say("{thing}各期", "turns of {thing}", thing=thing)
        if "as" in value:
            by = self.path(str(value["as"]), (record,))
            thing = say("{thing}（按{by}）", "{thing} (by {by})", thing=thing, by=by)
        if inner:
            said = self.condition(inner, (record,), kinds)
            thing = say("{thing}（{said}）", "{thing} ({said})", thing=thing, said=said)
        if IN_A_ROW in value:
            zh, en = ("{thing}连续{n}期以上", "at least {n} {thing} in a row")
            if record.name != ROW:
                zh, en = ("{thing}连续{n}次以上", "at least {n} results of {thing} in a row")
            return say(zh, en, thing=thing, n=self.amount(value[IN_A_ROW], ""))
        amounts = any(_is_measured(word, one) for word, one in words.items())
        if "sum" in value or "distinct" in value or amounts:
            return self._measured(thing, value, words, kinds, record)
        if words == {"exactly": 0} or words == {"at_most": 0}:
            return say("没有{thing}", "no {thing}", thing=thing)
        bounds = self.bounds(words)
        if bounds is None or words == {"at_least": 1}:
            return say("有{thing}", "with {thing}", thing=thing)
        return say("{thing}{bounds}", "{bounds} {thing}", thing=thing, bounds=bounds)

    def _measured(
        self,
        thing: Label,
        value: Mapping[str, Any],
        words: Mapping[str, Any],
        kinds: Sequence[Kind],
        record: Kind,
    ) -> Label:
        """What tied records add up to, or how many they are, held against a field or a share."""
        unit = ""
        if "sum" in value:
            added = record[value["sum"]]
            unit = "元" if added.type == "money" else ""
            thing = say("{thing}的{added}合计", "{added} of {thing} in all",
                        thing=thing, added=added.label)  # fmt: skip
        elif "distinct" in value:
            field = value["distinct"]
            told = Label("日子", "days") if field == "day" else record[field].label
            thing = say("{thing}里不同的{told}的个数", "the number of different {told} of {thing}",
                        thing=thing, told=told)  # fmt: skip
            words = words or {"at_least": 1}
        elif any(_is_share(one) for one in words.values()):
            thing = say("{thing}所占比例", "the share of {thing}", thing=thing)
        else:
            thing = say("{thing}的个数", "the number of {thing}", thing=thing)
        said = [
            say("{word}{n}", "{word}{n}", word=_MEASURED[word], n=self._other(one, kinds, (), unit))
            if isinstance(one, str)
            else say("{word}{n}", "{word}{n}", word=_MEASURED[word], n=self.amount(one, unit))
            for word, one in words.items()
        ]
        return say("{thing}{said}", "{thing}: {said}", thing=thing, said=join(said, "、", " and "))


#: Words of a condition on tied records that say how they are counted, not what they are.
_COUNTED = ("as", "sum", "distinct", IN_A_ROW)


def _is_share(value: object) -> bool:
    return isinstance(value, str) and bool(SHARE.fullmatch(value))


def _is_measured(word: str, value: object) -> bool:
    """Whether a bound of tied records is more than a plain number of them."""
    return word in AMOUNT_WORDS or _is_share(value)


def _lines(entry: object) -> Iterable[object]:
    items = getattr(entry, "items", None)
    return items.values() if isinstance(items, Mapping) else ()


def _coded(value: Any, codes: Mapping[str, Label]) -> Label:
    values = value if isinstance(value, list | tuple) else (value,)
    said = [quoted_label(codes[one]) if one in codes else quoted(str(one)) for one in values]
    return join(said, "或", " or ")
