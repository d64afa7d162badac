"""Parts of sentences in both languages: names, periods, amounts, bounds and paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bangfu.programmes.field_conditions import BOUNDS
from bangfu.programmes.kinds import Kind, Label
from bangfu.programmes.left_sides import meaning
from bangfu.programmes.literals import (
    MULTIPLE,
    NAME,
    SHARE,
    Plus,
    Times,
)
from bangfu.programmes.names import Names
from bangfu.programmes.saying import join, number, quoted, say
from bangfu.programmes.times_said import APART_SAID, PERIODS_SAID, counted
from bangfu.programmes.units import unit_called, with_unit

BOUNDS_SAID: Final[Mapping[str, Label]] = {
    "at_least": Label("不少于", "at least "),
    "at_most": Label("不超过", "at most "),
    "exactly": Label("正好", "exactly "),
}


def _change(change: int | float | str, unit: str) -> Label:
    """So much more or less than the baseline."""
    told = str(change) if isinstance(change, str) else number(change)
    less, much = told.startswith("-"), told.removeprefix("-")
    much_said = with_unit(much, unit)
    if isinstance(change, str):
        zh, en = ("百分点", "percentage points") if much.endswith("%") else ("千分点", "per mille")
        much_said = Label(f"{much[:-1]}个{zh}", f"{much[:-1]} {en}")
    if less:
        return say("基数减{much}", "the baseline less {much}", much=much_said)
    return say("基数加{much}", "the baseline plus {much}", much=much_said)


@dataclass(slots=True)
class Namings:
    """Says what names, periods, amounts and bounds of one file mean."""

    names: Names

    def thing(self, name: str) -> Label:
        """What a name is called: the title of an entry, or the label of a kind."""
        if name in self.names.vocabulary:
            return self.names.vocabulary[name].label
        if name in self.names:
            return quoted(self.names.entry(name).title or name)
        return quoted(name)

    def things(self, chosen: Sequence[str]) -> Label:
        """Several names, any of which is meant."""
        return join([self.thing(name) for name in chosen], "或", " or ")

    def all_of(self, chosen: Sequence[str]) -> Label:
        """Several names, all of which are meant."""
        return join([self.thing(name) for name in chosen], "、", ", ")

    def period(self, per: str) -> Label:
        """How often."""
        if per in PERIODS_SAID:
            return PERIODS_SAID[per]
        if found := MULTIPLE.fullmatch(per):
            long = counted(int(found[1]), found[2].removesuffix("s"))
            return say("每{long}", "every {long}", long=long)
        return say("每次{thing}", "in each {thing}", thing=self.thing(per))

    def amount(self, bound: object, unit: str = "") -> Label:
        """A bound as it is said: a number, a share, the name of a value, so many times or more."""
        if isinstance(bound, Times):
            if isinstance(bound.times, str):
                thing = self.thing(bound.times)
                return say("基数乘以{thing}", "the baseline times {thing}", thing=thing)
            times = number(bound.times)
            return Label(f"基数的{times}倍", f"{times} times the baseline")
        if isinstance(bound, Plus):
            if isinstance(bound.plus, str) and NAME.fullmatch(bound.plus):
                thing = self.thing(bound.plus)
                return say("基数加{thing}", "the baseline plus {thing}", thing=thing)
            return _change(bound.plus, unit)
        if isinstance(bound, str):
            if found := SHARE.fullmatch(bound):
                share = Fraction(int(found[3]), int(found[4])) if found[3] else None
                text = Label(f"{share.denominator}分之{share.numerator}", bound) if share else None
                return text or Label(bound, bound)
            called = unit_called(unit)
            return say("{thing}{unit}", "{thing} ({unit})" if called.en else "{thing}",
                       thing=self.thing(bound), unit=called)  # fmt: skip
        assert isinstance(bound, int | float)
        said = number(bound)
        return with_unit(said, unit)

    def bounds(self, bounds: Mapping[str, object], unit: str = "") -> Label | None:
        """Not fewer than, not more than, exactly; None if nothing is bounded."""
        said = [
            say(
                "{word}{amount}",
                "{word}{amount}",
                word=BOUNDS_SAID[word],
                amount=self.amount(bounds[word], unit),
            )
            for word in BOUNDS
            if bounds.get(word) is not None
        ]
        return join(said, "、", " and ") if said else None

    def path(self, path: str, kinds: Sequence[Kind]) -> Label:
        """A path of fields by its labels: 走访对象的类别."""
        if path in APART_SAID:
            return APART_SAID[path]
        here, said = tuple(kinds), []
        for step in path.split("."):
            left = meaning(self.names, step, here)
            if left is None:
                said.append(Label(step, step))
                break
            said.append(left.field.label if left.field else self.thing(step))
            here = left.kinds
        return Label("的".join(one.zh for one in said), " › ".join(one.en for one in said))
