"""Conditions against the vocabulary: what each line may be of the records that it is about.

The checker refuses what no record could answer, and says what would be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bangfu.programmes.comparing import (
    AMOUNT_WORDS,
    MEASURES,
    TWIN,
    ComparisonChecker,
)
from bangfu.programmes.field_conditions import BOUNDS, FieldChecker
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label
from bangfu.programmes.left_sides import Left, meaning, tied_to
from bangfu.programmes.literals import NAME, SHARE, shown
from bangfu.programmes.names import Names, same
from bangfu.programmes.places_of_words import where_it_stands
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose, listed
from bangfu.programmes.results_asked import ResultsChecker
from bangfu.programmes.runs import IN_A_ROW
from bangfu.programmes.schema import Checklist, Class, Workflow
from bangfu.programmes.turns_asked import ASKED, TurnsChecker
from bangfu.programmes.verdicts import OF_CHECKLIST, OF_WORKFLOW, why_worked_out

GROUPS: Final = ("any", "none")
#: Words of a condition on tied records that say how they are counted, not what they are.
TIED_WORDS: Final = (*MEASURES, "as", "sum", "distinct")


@dataclass(slots=True)
class ConditionChecker:
    """Holds every line of a condition against the vocabulary and the names of the file."""

    names: Names
    report: Report
    compared: ComparisonChecker = field(init=False)
    fields: FieldChecker = field(init=False)
    #: Inside how many events what is checked stands: what surrounds them is read on their day.
    around_events: int = 0

    def __post_init__(self) -> None:
        self.compared = ComparisonChecker(self.names, self.report)
        self.fields = FieldChecker(self.names, self.report, self.compared)

    def check(self, route: Route, where: object, kinds: Sequence[Kind]) -> None:
        """Check a whole condition on records of these kinds (none: of anything)."""
        if not isinstance(where, Mapping):
            self.report.add(
                route,
                both("条件要写成一张表", "A condition is a table"),
                both('例如 { kind = "poor" }', 'Write for example { kind = "poor" }'),
            )
            return
        for left, value in where.items():
            if left in GROUPS:
                self._group((*route, left), value, kinds)
            elif left == TWIN:
                self._twin((*route, left), value, kinds)
            elif kinds:
                self._line((*route, left), left, value, kinds)

    def _group(self, route: Route, value: object, kinds: Sequence[Kind]) -> None:
        if not isinstance(value, list | tuple) or not value:
            self.report.add(
                route,
                both("any、none 后面是一组条件", "any and none take an array of conditions"),
                both("写成 [ { … }, { … } ]", "Write [ { … }, { … } ]"),
            )
            return
        for number, inner in enumerate(value):
            self.check((*route, number), inner, kinds)

    def _twin(self, route: Route, value: object, kinds: Sequence[Kind]) -> None:
        rest = self.compared.twin(route, value, kinds)
        if rest:
            self._inside(route, rest, kinds, kinds)

    def _inside(
        self,
        route: Route,
        where: Mapping[str, Any],
        kinds: Sequence[Kind],
        outside: Sequence[Kind],
    ) -> None:
        """Check what is said of records tied to one of those outside."""
        self.compared.outside.append(outside)
        self.check(route, where, kinds)
        self.compared.outside.pop()

    def _line(self, route: Route, left: str, value: Any, kinds: Sequence[Kind]) -> None:
        if left in self.names.broken:
            return
        found = meaning(self.names, left, kinds, value)
        if found is None:
            self._unknown(route, left, kinds)
            return
        within = found.sort in ("link", "tied") and not self._is_duty(left)
        inside = within and any(kind.nature == "event" for kind in kinds)
        self.around_events += inside
        self._meant(route, found, value, kinds)
        self.around_events -= inside

    def _is_duty(self, name: str) -> bool:
        return name in self.names.entries and self.names.section(name) == "duty"

    def _is_review(self, name: str) -> bool:
        return name in self.names.entries and self.names.section(name) == "review"

    def _meant(self, route: Route, found: Left, value: Any, kinds: Sequence[Kind]) -> None:
        left = found.name
        if found.sort == "field":
            assert found.field is not None
            self.fields.check(route, found.field, value, kinds)
        elif found.sort == "link":
            self._link(route, found, value)
        elif found.sort == "class":
            self._class(route, left, value, kinds)
        elif found.sort == "verdict":
            self._verdict(route, left, value, kinds)
        elif found.sort == "member":
            self._member(route, found, value)
        elif self._is_duty(left):
            self._turns(route, found, value, kinds)
        else:
            self._tied(route, found, value, kinds)

    def _unknown(self, route: Route, left: str, kinds: Sequence[Kind]) -> None:
        fields = [key for kind in kinds for key in kind.fields]
        tied = [
            name
            for name in (*self.names.vocabulary, *self.names.entries)
            if meaning(self.names, name, kinds) is not None
        ]
        of = called(kinds)
        inside = route[-2:-1] not in ((), ("where",))
        cure = choose(left, [*fields, *tied, *(TIED_WORDS if inside else ())])
        if left in _POINTERS and all(kind.name in SUBJECT_KINDS for kind in kinds):
            cure = both(
                f"这里就是{of.zh}本身，去掉“{left}.”",
                f"This is {of.en} itself: leave out “{left}.”",
            )
        elif cure.zh.startswith("可以写"):
            cure = both(
                f"{of.zh}的字段有：{listed(list(dict.fromkeys(fields)))}",
                f"Fields of {of.en}: {listed(list(dict.fromkeys(fields)))}",
            )
        if left not in _POINTERS and (there := where_it_stands(left)):
            cure = both(f"{there.zh}。{cure.zh}", f"{there.en}. {cure.en}")
        self.report.add(
            route,
            both(
                f"{of.zh}没有“{left}”这个字段，也没有叫这个名字的名单",
                f"{of.en} has no field “{left}”, and no list is called so",
            ),
            cure,
        )

    def _link(self, route: Route, left: Left, value: Any) -> None:
        assert left.field is not None
        if isinstance(value, Mapping):
            if "known" in value and not isinstance(value["known"], bool):
                self.fields.wrong(
                    (*route, "known"),
                    left.field,
                    value["known"],
                    "true",
                    "true 或 false",
                    "true or false",
                )
            rest = {key: inner for key, inner in value.items() if key != "known"}
            self.compared.same_record(route, left.field, rest)
            if left.field.type == "many":
                for word in BOUNDS:
                    if word in rest:
                        self._count((*route, word), rest.pop(word))
            self.check(route, rest, left.kinds)
            return
        named = isinstance(value, str) and value in self.names
        by_name = named and any(same_section(self.names, value, kind) for kind in left.kinds)
        self.fields.wrong(
            route,
            left.field,
            value,
            f'{{ name = "{value}" }}' if by_name else f"{{ {value if named else '…'} = true }}",
            "那条记录要满足的条件",
            "a condition on that record",
        )

    def _verdict(self, route: Route, left: str, value: Any, kinds: Sequence[Kind]) -> None:
        """Check that a checklist or a workflow is for such records, and may come to that."""
        entry = self.names.entry(left)
        assert isinstance(entry, Checklist | Workflow)
        held, of = self.names.record(entry.each), called(kinds)
        if held and not any(same(held, kind) for kind in kinds):
            self.report.add(
                route,
                both(
                    f"“{entry.title or left}”是给{held.label.zh}办的，不是给{of.zh}办的",
                    f"{left} is for {held.label.en}, not for {of.en}",
                ),
                both(
                    "换一个条件，或经由指向那条记录的字段来写",
                    "Write it through the field that points to such a record",
                ),
            )
        self.fields.codes(
            route, value, OF_WORKFLOW if isinstance(entry, Workflow) else OF_CHECKLIST
        )
        items = entry.items.items() if isinstance(entry, Checklist) and self.around_events else ()
        for key, check in items:
            if (why := why_worked_out(check, self.names)) is not None:
                self.report.add(
                    route,
                    both(
                        f"清单“{entry.title or left}”的“{check.title or key}”"
                        f"按一天算出来（{why.zh}），"
                        "而与一件事相连的记录按那件事的日子看",
                        f"The item {key} of {left} is worked out for one day ({why.en}); what "
                        "surrounds an event is read on the day of each",
                    ),
                    both(
                        "把这一项改成一个条件能说的，或不用这份清单作条件",
                        "Change the item to what a condition can say, or leave the checklist out",
                    ),
                )

    def _turns(self, route: Route, left: Left, value: object, kinds: Sequence[Kind]) -> None:
        """Check what is asked of the turns of a duty."""
        turns = TurnsChecker(self.names, self.report)
        if self.around_events:
            turns.not_around(route, left.name)
        told = turns.check(route, left.name, value)
        if not left.ties and not (isinstance(value, Mapping) and "as" in value):
            self._tie(route, left, None, kinds)
        known = {key: one for key, one in told.items() if key in (*ASKED, *GROUPS)}
        if known:
            self._inside(route, known, left.kinds, kinds)

    def _class(self, route: Route, left: str, value: Any, kinds: Sequence[Kind]) -> None:
        entry = self.names.entry(left)
        assert isinstance(entry, Class)
        sorted_kind = self.names.record(entry.each)
        if sorted_kind and not any(same(sorted_kind, kind) for kind in kinds):
            of = called(kinds)
            self.report.add(
                route,
                both(
                    f"“{entry.title or left}”是给{sorted_kind.label.zh}分的类，不是给{of.zh}分的",
                    f"The class {left} sorts {sorted_kind.label.en}, not {of.en}",
                ),
                both(
                    "换一个条件，或经由指向那条记录的字段来写",
                    "Write it through the field that points to such a record",
                ),
            )
        self.fields.codes(route, value, entry.items)

    def _member(self, route: Route, left: Left, value: object) -> None:
        if not isinstance(value, bool):
            self.report.add(
                route,
                both(
                    f"“{left.name}”是同一种记录的名单，只能写 true 或 false",
                    f"{left.name} is a list of the same kind: write true or false",
                ),
                both(f"{left.name} = true", f"{left.name} = true"),
            )

    def _tied(self, route: Route, left: Left, value: Any, kinds: Sequence[Kind]) -> None:
        record = left.kinds[0]
        if isinstance(value, bool):
            self._tie(route, left, None, kinds)
            return
        if not isinstance(value, Mapping):
            self.report.add(
                route,
                both(
                    f"“{left.name}”是{record.label.zh}，后面要写条件或个数",
                    f"{left.name} stands for {record.label.en}: write a condition or a number",
                ),
                both(
                    f"例如 {left.name} = {{ at_least = 1 }}",
                    f"Write for example {left.name} = {{ at_least = 1 }}",
                ),
            )
            return
        self._tie(route, left, value.get("as"), kinds)
        if "sum" in value:
            self.compared.sum((*route, "sum"), value["sum"], record)
        if "distinct" in value:
            self.compared.apart((*route, "distinct"), value, record)
        for word in MEASURES:
            if word in value and word not in record:
                self._measured((*route, word), value, kinds)
        inner = {key: one for key, one in value.items() if key not in TIED_WORDS or key in record}
        if IN_A_ROW in inner and self._is_review(left.name):
            around = bool(self.around_events)
            ResultsChecker(self.names, self.report).check(route, value, around_event=around)
            del inner[IN_A_ROW]
        if inner:
            self._inside(route, inner, (record,), tied_to(record, kinds, value.get("as")))

    def _measured(self, route: Route, value: Mapping[str, Any], kinds: Sequence[Kind]) -> None:
        """Check one bound of how many tied records there are, or of what they add up to."""
        word = str(route[-1])
        if "sum" in value or word in AMOUNT_WORDS:
            self.compared.amount(route, value[word], kinds)
        elif not (word in ("at_least", "at_most") and _is_share(value[word])):
            self._count(route, value[word])

    def _tie(self, route: Route, left: Left, chosen: object, kinds: Sequence[Kind]) -> None:
        record, of = left.kinds[0], called(kinds)
        if chosen is None and not left.ties:
            self.report.add(
                route,
                both(
                    f"{record.label.zh}和{of.zh}没有联系",
                    f"{record.label.en} and {of.en} are not tied",
                ),
                both(
                    "换一个名单，或用 as 写出经过哪些字段",
                    "Use another list, or write the fields in as",
                ),
            )
        elif chosen is None and len(left.ties) > 1 and not self._both_sides(left, kinds):
            self.report.add(
                route,
                both(
                    f"{record.label.zh}可以经由几个字段联系到{of.zh}，要写明是哪一个",
                    f"{record.label.en} may be tied to {of.en} by several fields",
                ),
                both(
                    "加上 " + " 或 ".join(f'as = "{tie}"' for tie in left.ties),
                    "Add " + " or ".join(f'as = "{tie}"' for tie in left.ties),
                ),
            )
        elif isinstance(chosen, str) and chosen.split(".")[0] not in record:
            self.report.add(
                (*route, "as"),
                both(
                    f"{record.label.zh}没有“{chosen}”这个字段",
                    f"{record.label.en} has no field “{chosen}”",
                ),
                choose(chosen, left.ties or list(record.fields)),
            )

    def _both_sides(self, left: Left, kinds: Sequence[Kind]) -> bool:
        """A pairing ties by either side; a place by area, that is by its first tie."""
        record = left.kinds[0]
        if record.name in ("pairing", "agreement"):
            return True
        return all(kind.name == "place" for kind in kinds)

    def _count(self, route: Route, value: object) -> None:
        if self.fields.refused_name(route, value):
            return
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if whole or self.fields.is_value(value):
            return
        if isinstance(value, str) and NAME.fullmatch(value) and not SHARE.fullmatch(value):
            self.report.add(
                route,
                both(f"没有叫“{value}”的参数", f"There is no value called “{value}”"),
                choose(value, self.names.of_sections("value")),
            )
            return
        self.report.add(
            route,
            both(f"{shown(value)} 不是个数", f"{shown(value)} is not a number of records"),
            both("写不小于零的整数，或参数的名称", "Write a whole number, or the name of a value"),
        )


def _is_share(value: object) -> bool:
    return isinstance(value, str) and bool(SHARE.fullmatch(value))


#: Pointers from records to whom they are about, looked for in vain on those themselves.
_POINTERS = ("subject", "whom", "person", "household")


def same_section(names: Names, name: str, kind: Kind) -> bool:
    """Whether an entry's own records are of a kind and bear its name: measures, pairings."""
    return names.section(name) == kind.name and "name" in kind


def called(kinds: Sequence[Kind]) -> Label:
    """What a message calls records of these kinds."""
    if len(kinds) > 1:
        return both("对象", "subject")
    return kinds[0].label
