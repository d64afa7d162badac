"""What stands on the right of a comparison: another field, of this record or of the one outside.

``closed = { before = "date" }``, ``closed = { after = "6 months after date" }``; inside of what is
said of tied records ``this.`` leads back to the record that they are tied to.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bangfu.programmes.kinds import Field, Kind, Label
from bangfu.programmes.literals import CONDITION_DAY, is_number, shown
from bangfu.programmes.names import Names
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose

#: Comparisons of which the right side may be another field, and the strict ones besides.
DAY_WORDS: Final = ("before", "after")
SPAN_WORDS: Final = ("from", "to")
AMOUNT_WORDS: Final = ("above", "below")
SAME: Final = "same_as"
#: What is asked of how many tied records there are, or of what they add up to.
MEASURES: Final = ("at_least", "at_most", "exactly", *AMOUNT_WORDS)
COMPARISONS: Final = (*DAY_WORDS, *SPAN_WORDS, *AMOUNT_WORDS, SAME)
#: The line that says that another record of the kind has the same.
TWIN: Final = "twin"
#: By what it is the same, and in what it differs.
TWIN_WORDS: Final = ("by", "apart")

_OTHER: Final = re.compile(
    r"(?:(\d+) (days?|weeks?|months?|years?) (after|before) )?"
    r"(this\.)?([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)"
)

_UNWORKED: Final = re.compile(r"(\d+ (?:working days?|hours?)) (?:after|before) .*")


@dataclass(frozen=True, slots=True)
class Other:
    """Another field that one is held against.

    ``outside``: of the record outside; ``count`` and ``unit`` say by how much a day is shifted,
    backwards where ``count`` is below nothing.
    """

    steps: tuple[str, ...]
    outside: bool = False
    count: int = 0
    unit: str = ""


def read_other(text: object) -> Other | None:
    """The field that a text names, with the time before or after it; None if it names none."""
    found = _OTHER.fullmatch(text) if isinstance(text, str) else None
    if found is None or isinstance(text, str) and CONDITION_DAY.fullmatch(text):
        return None
    count = int(found[1] or 0) * (-1 if found[3] == "before" else 1)
    return Other(tuple(found[5].split(".")), bool(found[4]), count, (found[2] or "").rstrip("s"))


def words_for(one: Field) -> tuple[str, ...]:
    """The comparisons that a field takes."""
    if one.type in ("number", "money"):
        return (*AMOUNT_WORDS, SAME)
    if one.type == "day":
        return (*DAY_WORDS, SAME)
    sealed = one.sensitivity == "sealed"
    return (SAME,) if one.type in ("text", "code", "ranked", "flag") and not sealed else ()


def alike(one: Field, other: Field) -> bool:
    """Whether two fields hold values of one sort, so that they can be compared."""
    words = ("text", "code", "ranked")
    return one.type == other.type or one.type in words and other.type in words


def field_along(names: Names, steps: Sequence[str], kinds: Sequence[Kind]) -> Field | None:
    """The field at the end of a path through fields that point at one record, if there is one."""
    found: Field | None = None
    for step in steps:
        if found is not None:
            kinds = names.targets(found) if found.type == "one" else ()
        found = next((kind[step] for kind in kinds if step in kind), None)
        if found is None:
            return None
    return found


@dataclass(slots=True)
class ComparisonChecker:
    """Holds comparisons with other fields, twins and sums against the vocabulary."""

    names: Names
    report: Report
    #: What stands outside of each line that speaks of tied records, innermost last.
    outside: list[Sequence[Kind]] = dataclasses.field(default_factory=list)

    def named(self, value: object) -> bool:
        """Whether a text is the name of a value of the file, and so no field."""
        return isinstance(value, str) and self.names.may_be(value, "value")

    def unworked(self, route: Route, text: object) -> bool:
        """Whether a day lies working days or hours from a field; that is reported."""
        found = _UNWORKED.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            return False
        self.report.add(
            route,
            both(
                "条件里不能按工作日或小时来算",
                "A condition does not count working days or hours",
            ),
            both(
                "按 days、weeks、months、years 来算；要工作日或小时，写成任务："
                f'within = "{found[1]}"',
                "Count days, weeks, months or years; for working days or hours write a duty: "
                f'within = "{found[1]}"',
            ),
        )
        return True

    def field(self, route: Route, one: Field, text: object, kinds: Sequence[Kind]) -> bool:
        """Whether a text names a field that this one can be held against; else that is reported."""
        other = read_other(text)
        if other is None:
            self._unreadable(route, one, text)
            return False
        if other.outside and not self.outside:
            self.report.add(
                route,
                both(
                    "this 指外面那条记录，这里外面没有记录",
                    "this is the record outside, and nothing stands outside here",
                ),
                both("只写字段的名称", "Write the name of the field alone"),
            )
            return False
        where = self.outside[-1] if other.outside else kinds
        found = field_along(self.names, other.steps, where)
        if other.outside and not all(field_along(self.names, other.steps, (k,)) for k in where):
            found = None  # One of those that may stand outside has no such field.
        if found is None or not alike(one, found) or found.sensitivity == "sealed":
            fits = [key for kind in where for key, f in kind.fields.items() if alike(one, f)]
            self._unlike(route, one, ".".join(other.steps), fits)
            return False
        if other.unit and one.type != "day":
            self._unreadable(route, one, text)
            return False
        return True

    def _unreadable(self, route: Route, one: Field, text: object) -> None:
        day = one.type == "day"
        self.report.add(
            route,
            both(
                f"“{one.label.zh}”不能同 {shown(text)} 比较",
                f"“{one.label.en}” cannot be held against {shown(text)}",
            ),
            both(
                "写一个字段,例如 began、30 days after began" if day else "写数或者一个字段的名称",
                "Write a field, for example began, 30 days after began"
                if day
                else "Write a number or the name of a field",
            ),
        )

    def _unlike(self, route: Route, one: Field, path: str, fits: Sequence[str]) -> None:
        self.report.add(
            route,
            both(
                f"没有可以同“{one.label.zh}”比较的字段“{path}”",
                f"No field “{path}” can be held against “{one.label.en}”",
            ),
            choose(path, [key for key in fits if key != one.key]),
        )

    def twin(self, route: Route, value: object, kinds: Sequence[Kind]) -> Mapping[str, Any] | None:
        """The condition that a twin meets besides; None if the line is wrong."""
        if not isinstance(value, Mapping) or "by" not in value:
            self.report.add(
                route,
                both("twin 要写明哪个字段相同", "twin says which field is the same"),
                both('例如 twin = { by = "phone" }', 'Write for example twin = { by = "phone" }'),
            )
            return None
        for word in TWIN_WORDS:
            for key in several(value.get(word, ())):
                self._told_apart((*route, word), key, kinds)
        said = (*TWIN_WORDS, *self._counted_twins(route, value, kinds))
        return {key: inner for key, inner in value.items() if key not in said}

    def _counted_twins(
        self, route: Route, value: Mapping[str, Any], kinds: Sequence[Kind]
    ) -> list[str]:
        """The bounds that stand in a twin, of which none may: each is reported."""
        words = [w for w in MEASURES if w in value and not any(w in kind for kind in kinds)]
        for word in words:
            self.report.add(
                (*route, word),
                both(
                    "twin 说的是有另一条这样的记录，不数有几条",
                    "twin says that there is another such record, and does not count them",
                ),
                both(
                    f"删去 {word}；要的是没有，就写 none = [ {{ twin = {{ … }} }} ]",
                    f"Remove {word}; where there may be none, none = [ {{ twin = {{ … }} }} ]",
                ),
            )
        return words

    def same_record(self, route: Route, one: Field, rest: dict[str, Any]) -> None:
        """Report two pointers held against each other by ``same_as``, and take the word out."""
        if rest.pop(SAME, None) is None:
            return
        self.report.add(
            (*route, SAME),
            both(
                f"“{one.label.zh}”指向一条记录，不能用 same_as 比较",
                f"“{one.label.en}” points at a record, which same_as does not compare",
            ),
            both(
                f'两条同类记录指向同一个的，写 twin = {{ by = "{one.key}" }}',
                "For two records of a kind that point at the same one "
                f'write twin = {{ by = "{one.key}" }}',
            ),
        )

    def _told_apart(self, route: Route, key: object, kinds: Sequence[Kind]) -> None:
        fits = [name for kind in kinds for name, one in kind.fields.items() if same_is_seen(one)]
        if key not in fits:
            self.report.add(
                route,
                both(
                    f"看不出两条记录的 {shown(key)} 是不是相同",
                    f"Whether two records have the same {shown(key)} cannot be seen",
                ),
                choose(str(key), fits),
            )

    def sum(self, route: Route, path: object, record: Kind) -> None:
        """Check what is added up over tied records."""
        fits = [key for key, one in record.fields.items() if one.type in ("number", "money")]
        if path not in fits:
            self.report.add(
                route,
                both(
                    f"{record.label.zh}没有可以相加的字段 {shown(path)}",
                    f"{record.label.en} has no field {shown(path)} that can be added up",
                ),
                self._through(str(path), record) or choose(str(path), fits),
            )

    def _through(self, path: str, record: Kind) -> Label | None:
        """The cure where what is added up stands in a record that is only pointed at."""
        if "." not in path or path.split(".")[0] not in record:
            return None
        return both(
            f'条件里只能合计记录自己的字段。写成预警或数字：each = "…"、of = "{record.name}"、'
            f'as = "…"、sum = "{path}"，再写界限',
            "A condition adds up fields of the record itself. Write an alert or a figure: "
            f'each = "…", of = "{record.name}", as = "…", sum = "{path}", and a bound',
        )

    def apart(self, route: Route, value: Mapping[str, object], record: Kind) -> None:
        """Check what is told apart over tied records: days, or the values of one plain field."""
        path = value["distinct"]
        fits = [key for key, one in record.fields.items() if one.stands_itself]
        if record.nature == "event":
            fits = ["day", *fits]
        if path not in fits:
            self.report.add(
                route,
                both(
                    f"{record.label.zh}没有可以去重来数的字段 {shown(path)}",
                    f"{record.label.en} has no field {shown(path)} whose values can be told apart",
                ),
                choose(str(path), fits),
            )
        if "sum" in value:
            self.report.add(
                route,
                both("合计和去重不能一起写", "A sum and different values do not go together"),
                both("留下其中一个", "Keep one of them"),
            )

    def amount(self, route: Route, value: object, kinds: Sequence[Kind]) -> None:
        """Check a bound of a number of records or of a sum: a number or a field of this record."""
        if is_number(value) or self.named(value):
            return
        other = read_other(value)
        found = field_along(self.names, other.steps, kinds) if other else None
        if other is None or other.unit or other.outside:
            found = None
        if found is None or found.type not in ("number", "money"):
            fits = [
                key
                for kind in kinds
                for key, one in kind.fields.items()
                if one.type in ("number", "money")
            ]
            self.report.add(
                route,
                both(
                    f"{shown(value)} 不是数，也不是数的字段",
                    f"{shown(value)} is neither a number nor a field that holds one",
                ),
                choose(str(value), fits),
            )


def several(value: Any) -> tuple[Any, ...]:
    """One or several words as several."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def same_is_seen(one: Field) -> bool:
    """Whether two records can be told to have the same in a field: sealed ones by their index."""
    if one.type == "many" or one.compute is not None or one.read.startswith(("answers.", "files.")):
        return False
    return bool(one.index) or one.sensitivity != "sealed"
