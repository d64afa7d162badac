"""The second pass over dated values: the cases for each of which there is a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bangfu.programmes.kinds import Field, Label
from bangfu.programmes.names import Names
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose
from bangfu.programmes.schema import Class

_PLACE: Final = "place"
#: Of a person's post, whether ``post.`` is written or not.
_OF_POSTS: Final = ("rank", "kind")


def options_of(names: Names, name: str) -> Mapping[str, Label]:
    """The options of a class by their names, with what they are called; none while it is broken."""
    entry = names.entry(name) if name in names and name not in names.broken else None
    items = entry.items if isinstance(entry, Class) else {}
    return {key: Label(one.title or key, one.title or key) for key, one in items.items()}


@dataclass(slots=True)
class CaseChecker:
    """Holds the cases of a value against the codes of the field that tells them apart."""

    names: Names
    report: Report

    def path(self, route: Route, by: str) -> bool:
        """Check that ``by`` names a field by which a number can be looked up."""
        if by == _PLACE or self.names.may_be(by, "class") or any(self._fields(by)):
            return True
        coded = sorted({one.key for one in self._every_field() if one.codes})
        self.report.add(
            route,
            both(f"不能按“{by}”找数", f"No number can be looked up by “{by}”"),
            choose(
                by,
                [
                    _PLACE,
                    *(f"post.{key}" for key in _OF_POSTS),
                    *self.names.of_sections("class"),
                    *coded,
                ],
            ),
        )
        return False

    def cases(self, route: Route, by: str, told: Iterable[str]) -> None:
        """Check each case that has a number: an option, a code of the field, or of a division."""
        if self.names.may_be(by, "class"):
            options = options_of(self.names, by)
            if options:
                strange = {one: choose(one, options) for one in told if one not in options}
                self._refuse(route, strange)
            return
        fields = list(self._fields(by))
        if by == _PLACE or any(not one.codes for one in fields):
            wrong = [case for case in told if by == _PLACE and not case.isdigit()]
            cure = both("写区划代码，例如 990001101", "Write codes of divisions, such as 990001101")
            self._refuse(route, {case: cure for case in wrong})
            return
        codes = list(dict.fromkeys(code for one in fields for code in one.codes))
        self._refuse(route, {case: choose(case, codes) for case in told if case not in codes})

    def _refuse(self, route: Route, wrong: Mapping[str, Label]) -> None:
        for case, cure in wrong.items():
            self.report.add(
                (*route, case),
                both(f"没有“{case}”这个选项", f"“{case}” is not one of the codes"),
                cure,
            )

    def _fields(self, by: str) -> Iterator[Field]:
        """The fields that ``by`` may mean: of a post, or of the records that the number is for."""
        column = by.removeprefix("post.")
        if column in _OF_POSTS and "post" in self.names.vocabulary:
            yield self.names.vocabulary["post"][column]
        if column == by:
            yield from (one for one in self._every_field() if one.key == by)

    def _every_field(self) -> Iterator[Field]:
        asked = (self.names.record(name) for name in self.names.of_sections("activity"))
        for kind in (*self.names.vocabulary.kinds.values(), *(one for one in asked if one)):
            yield from kind.fields.values()
