"""What each column of a table asks, once it is known what its rows are about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bangfu.programmes.kinds import Label
from bangfu.tables.catalogue import Heading
from bangfu.tables.evidence import AGAINST, FITS, Looks, counts_up, looks
from bangfu.tables.grid import Grid, Value
from bangfu.tables.headings import written
from bangfu.tables.matching import Lexicon, Match
from bangfu.tables.parties import CALLED, Parties
from bangfu.tables.periods import period_in
from bangfu.tables.places_in import level_of
from bangfu.tables.refused import why_refused, why_unranked
from bangfu.tables.subjects import leaf_of
from bangfu.tables.summaries import counts
from bangfu.tables.understood import Column, Meaning, Party, Period, Role, Rows, Subject

_SERIAL = re.compile(r"^(序号?|行次|no\.?|编号|顺序号|排序|栏次|项次)$")
_SAMPLE = 60
#: Headings that say a number or a share and not of whom.
_WEAK = re.compile(r"^(?:[^人户]{0,4}(?:数|率|比例|占比)|[^人户]{0,6}率.*)$")
#: How readily a question about one kind is asked in rows about another.
_NEAR: Mapping[str, Mapping[str, float]] = {
    "person": {"household": 0.985, "pairing": 0.98, "work": 0.98},
    "household": {"person": 0.985, "pairing": 0.98},
    "visit": {"household": 0.98, "person": 0.97, "pairing": 0.97, "activity": 0.99, "need": 0.95},
    "pairing": {"household": 0.98, "person": 0.98},
    "hospital_stay": {"person": 0.985, "household": 0.96},
    "need": {"visit": 0.97, "household": 0.96, "person": 0.96},
    "project": {"measure": 0.97, "visit": 0.96, "fund": 0.95},
    "measure": {"project": 0.97, "visit": 0.95},
    "benefit": {"person": 0.985, "household": 0.98},
    "team": {"person": 0.985, "pairing": 0.97, "post": 0.97},
}
_ANYWHERE, _ELSEWHERE = 0.97, 0.9
#: Whose village is asked in rows about what happened to somebody.
_LIVES: Mapping[str, str] = {
    "hospital_stay": "person", "benefit": "person", "work": "person", "team": "person",
    "pairing": "household", "alert": "household",
}  # fmt: skip
#: A value that belongs to somebody beside the row is this field of that party.
_OF_PARTY: Mapping[tuple[Party, str], str] = {
    ("helper", "name"): "pairing.helper", ("unit", "name"): "pairing.helper",
    ("leader", "name"): "person.name", ("helper", "phone"): "person.phone",
    ("leader", "phone"): "person.phone", ("helper", "post"): "post.title",
    ("leader", "post"): "post.title", ("helper", "unit"): "organisation.name",
    ("leader", "unit"): "organisation.name", ("head", "phone"): "person.phone",
    ("head", "name"): "household.name",
}  # fmt: skip
_TRAITS: tuple[tuple[str, re.Pattern[str], Label], ...] = (
    ("phone", re.compile(r"(电话|手机|联系电话)(号)?$"), Label("联系电话", "Phone")),
    ("post", re.compile(r"(职务|职务职称|职级)$"), Label("职务", "Post")),
    ("unit", re.compile(r"(工作单位|所在单位|^单位|单位职务)$"), Label("工作单位", "Unit")),
    ("name", re.compile(r"(姓名|名称|名字|户主|人|人员|干部|党员|领导|书记|队长|单位|部门)$"),
     Label("姓名", "Name")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a table before its columns are looked at one by one."""

    subject: Subject
    lexicon: Lexicon
    grid: Grid
    body: Rows
    units: tuple[str, ...]
    title: str
    period: Period | None
    remembered: Mapping[tuple[str, ...], str]
    stub: int = 0

    def values(self, column: int) -> list[Value]:
        """A sample of a column's values, from all over the body."""
        rows = list(self.body)
        step = max(1, len(rows) // _SAMPLE)
        return [self.grid.value(row, column) for row in rows[::step][:_SAMPLE]]


def columns(
    setting: Setting, paths: Mapping[int, tuple[str, ...]], parties: Parties | None = None
) -> tuple[Column, ...]:
    """What each column asks; ``parties`` goes on from the answers before, on a card."""
    parties, found = parties or Parties(), list[Column]()
    for index, path in paths.items():
        party = parties.of(path) if path else "row"
        first = index == setting.stub if setting.stub else not found
        column = _column(setting, index, path, party, first=first)
        choices = setting.grid.choices.get(index, ())
        found.append(replace(column, choices=choices) if choices else column)
    return tuple(_together(found))


def _together(found: Sequence[Column]) -> Iterator[Column]:
    """Under one upper heading all columns count the same kind: the one that says so first."""
    told: dict[tuple[str, ...], str] = {}
    for column in found:
        group = column.path[:-1]
        if column.aggregate and column.of and group:
            told.setdefault(group, column.of)
            if _WEAK.match(leaf_of(column.path)):
                column = replace(column, of=told[group])
        yield column


def _column(
    setting: Setting, index: int, path: tuple[str, ...], party: Party, *, first: bool
) -> Column:
    values = setting.values(index)
    if _is_serial(path, values, first=first):
        return _plainly(index, path, "serial", Label("序号", "Running number"), 0.97)
    if path in setting.remembered:
        return _remembered(setting, index, path, party)
    if setting.subject.shape == "summary":
        return _summed(setting, index, path, values, party, first=first)
    if refused := why_refused("".join(path)):
        said = _plainly(index, path, "forbidden", _words(path), 0.95)
        return replace(said, refused=refused, reason=refused)
    return _asked(setting, index, path, party, looks(values))


def _is_serial(path: tuple[str, ...], values: Sequence[Value], *, first: bool) -> bool:
    leaf = leaf_of(path)
    if leaf in ("序号", "序", "行次", "顺序号", "项次", "no", "栏次"):
        return True
    blank = all(value is None for value in values)
    return first and bool(_SERIAL.match(leaf)) and (blank or counts_up(values))


def _plainly(index: int, path: tuple[str, ...], role: Role, says: Label, sure: float) -> Column:
    reason = Label(f"标题为“{path[-1]}”" if path else "没有标题", "by its heading")
    return Column(index, path, role, None, says, sure, reason)


def _words(path: tuple[str, ...]) -> Label:
    """What a column is called when nothing better is known: its headings."""
    words = "·".join(path) or "(没有标题)"
    return Label(words, words)


def _remembered(setting: Setting, index: int, path: tuple[str, ...], party: Party) -> Column:
    """What a person once said that this column of this layout means."""
    name = setting.remembered[path]
    heading = next((h for h in setting.lexicon.catalogue.headings if h.field == name), None)
    reason = Label("这种表以前就是这样认的", "so it was said for this layout before")
    if heading is None:
        return replace(_plainly(index, path, "unknown", _words(path), 0.3), reason=reason)
    return Column(
        index, path, "value", name, heading.label, 0.99, reason, party, heading.type,
        written(path[-1]).unit, period_in(path[-1]),
    )  # fmt: skip


# ── rows of records ───────────────────────────────────────────────────────────────────────────


def _asked(
    setting: Setting, index: int, path: tuple[str, ...], party: Party, seen: Looks
) -> Column:
    """A column of records: the likeliest of its meanings, with the others beside it."""
    meanings = _meanings(setting, path, party, seen)
    if not meanings or meanings[0][0].confidence < 0.5:
        return _not_known(setting, index, path, seen, [m for m, _ in meanings])
    meaning, heading = meanings[0]
    unit = written(path[-1]).unit if path else ""
    return Column(
        index=index,
        path=path,
        role="key" if meaning.field in _KEYS else "value",
        field=meaning.field,
        says=meaning.says,
        confidence=meaning.confidence,
        reason=meaning.reason,
        party=meaning.party,
        type=heading.type if heading else "text",
        unit=unit or _unit_of(setting, heading),
        period=next((p for words in reversed(path) if (p := period_in(words))), None),
        alternatives=tuple(m for m, _ in meanings[1:4]),
    )


_KEYS = frozenset({"person.identity", "household.key", "organisation.credit_code"})


def _unit_of(setting: Setting, heading: Heading | None) -> str:
    """The unit of the sheet's unit line, where it fits the type of a question."""
    if heading is None or heading.type not in ("number", "money"):
        return ""
    money = [unit for unit in setting.units if "元" in unit]
    if heading.type == "money":
        return money[0] if money else heading.unit
    return heading.unit


def _meanings(
    setting: Setting, path: tuple[str, ...], party: Party, seen: Looks
) -> list[tuple[Meaning, Heading | None]]:
    if not path:
        return []
    if place := _place(setting, path):
        return [(place, None)]
    if own := _of_party(setting, path, party):
        return [(own, None)]
    kind = setting.subject.kind
    found: list[tuple[Meaning, Heading]] = []
    for match in setting.lexicon.matches(path[-1], path[-2] if len(path) > 1 else ""):
        sure = match.confidence * _nearness(kind, match.heading.kind)
        sure = _weighed(sure, match.heading, seen)
        held = 0.01 if match.heading.field else 0.0
        found.append(
            (_meaning(match, kind, party, round(min(0.99, sure + held), 2)), match.heading)
        )
    found.sort(key=lambda pair: -pair[0].confidence)
    return [(m, h) for m, h in _once(found)]


def _once(found: list[tuple[Meaning, Heading]]) -> list[tuple[Meaning, Heading]]:
    """Each meaning once, the surest way to it."""
    said: dict[tuple[str | None, str], tuple[Meaning, Heading]] = {}
    for meaning, heading in found:
        said.setdefault((meaning.field, meaning.says.zh), (meaning, heading))
    return list(said.values())


def _nearness(kind: str, other: str) -> float:
    if kind == other:
        return 1.0
    if other == "any":
        return _ANYWHERE
    return _NEAR.get(kind, {}).get(other, _ELSEWHERE)


def _weighed(sure: float, heading: Heading, seen: Looks) -> float:
    """The same in the light of the values: they may speak for a question, or against it."""
    field = (heading.field or "").rpartition(".")[2]
    if field in ("identity", "phone"):
        other = "phone" if field == "identity" else "identity"
        return sure * 0.5 if seen.share(other) > 0.6 else min(0.99, sure + 0.02 * seen.share(field))
    if any(seen.share(look) > 0.7 for look in AGAINST.get(heading.type, ())):
        if not any(seen.share(look) > 0.5 for look in FITS.get(heading.type, ())):
            return sure * 0.75
    if heading.codes and seen.words:
        known = {
            "".join(word.split()) for written_as in heading.codes.values() for word in written_as
        }
        share = len(seen.words & known) / len(seen.words)
        return min(0.99, sure + 0.03 * share)
    return sure


def _meaning(match: Match, kind: str, party: Party, sure: float) -> Meaning:
    heading = match.heading
    if party == "row" and kind != heading.kind:
        party = _whose(kind, heading)
    called = CALLED[party]
    says = heading.label
    if party in ("helper", "leader", "unit", "recorder") and called.zh not in says.zh:
        says = Label(f"{called.zh}·{says.zh}", f"{says.en} [{called.en}]")
    return Meaning(heading.field, says, sure, match.reason, party)


def _whose(kind: str, heading: Heading) -> Party:
    """Whose a field of another kind is in rows of this one."""
    if kind == "household" and heading.kind == "person":
        return "head"
    if heading.kind == "household":
        return "household"
    return "row"


def _place(setting: Setting, path: tuple[str, ...]) -> Meaning | None:
    """A column that says where a row belongs, by its level."""
    found = level_of(leaf_of(path))
    if found is None:
        return None
    level, label = found
    kind = setting.subject.kind
    fields = {h.field for h in setting.lexicon.catalogue.headings}
    field, lives = "place.name", f"{_LIVES.get(kind, kind)}.place"
    if level == "village" and lives in fields:
        field = lives
    elif level == "group" and "household.group" in fields and kind in ("household", "person"):
        field = "household.group"
    reason = Label(f"标题为“{path[-1]}”,是{label.zh}", f"names the {label.en.lower()}")
    return Meaning(field if field in fields else None, label, 0.95, reason, "place")


def _of_party(setting: Setting, path: tuple[str, ...], party: Party) -> Meaning | None:
    """A name, phone, post or unit of somebody beside the row."""
    leaf = leaf_of(path)
    if party in ("row", "household", "place") or (party == "head" and leaf != "户主姓名"):
        if not (party == "head" and re.search(r"^户主(姓名)?$|^户主联系电话$|^户主电话$", leaf)):
            return None
    trait = next(((t, says) for t, way, says in _TRAITS if way.search(leaf)), None)
    if trait is None or re.search(r"(数|户数|人数|次数|金额)$", leaf):
        return None
    name, says = trait
    if party == "unit" and name == "unit":
        name = "name"
    fields = {h.field for h in setting.lexicon.catalogue.headings}
    field = _OF_PARTY.get((party, name))
    called = CALLED[party]
    if party == "head" and name == "name" and setting.subject.kind == "household":
        party = "row"
    if party == "helper" and name == "name" and f"{setting.subject.kind}.who" in fields:
        field = f"{setting.subject.kind}.who"
    label = Label(
        called.zh if name == "name" else f"{called.zh}·{says.zh}",
        called.en.capitalize() if name == "name" else f"{says.en} [{called.en}]",
    )
    exact = setting.lexicon.matches(path[-1])[:1]
    if exact and exact[0].confidence >= 0.97 and exact[0].heading.field is None:
        label = exact[0].heading.label
    reason = Label(
        f"“{'·'.join(path)}”说的是{called.zh}" if called.zh else "", f"about the {called.en}"
    )
    return Meaning(field if field in fields else None, label, 0.93, reason, party)


def _not_known(
    setting: Setting, index: int, path: tuple[str, ...], seen: Looks, others: Sequence[Meaning]
) -> Column:
    """A heading that nobody knows: perhaps its values tell; else it is asked."""
    guess = _by_values(setting, seen)
    alternatives = ([guess] if guess else []) + list(others)[:3]
    reason = (
        Label("标题不认识", "the heading is not known")
        if path
        else Label("没有标题", "there is no heading")
    )
    sort = next((t for t, fits in FITS.items() if any(seen.share(f) > 0.8 for f in fits)), "text")
    column = _plainly(index, path, "unknown", _words(path), 0.3)
    return replace(column, reason=reason, type=sort, alternatives=tuple(alternatives))


def _by_values(setting: Setting, seen: Looks) -> Meaning | None:
    for look, field in (("identity", "person.identity"), ("phone", "person.phone")):
        heading = next((h for h in setting.lexicon.catalogue.headings if h.field == field), None)
        if heading and seen.share(look) > 0.8:
            reason = Label(f"值像{heading.label.zh}", f"values look like {heading.label.en}")
            return Meaning(field, heading.label, 0.6, reason)
    return None


# ── summaries ─────────────────────────────────────────────────────────────────────────────────


def _summed(
    setting: Setting, index: int, path: tuple[str, ...], values: Sequence[Value], party: Party,
    *, first: bool,
) -> Column:  # fmt: skip
    """A column of a summary: its stub, a number that is counted, or words beside it."""
    told = counts(path, setting.units, setting.title)
    place = level_of(leaf_of(path))
    if place and len(path) == 1:
        return replace(
            _plainly(index, path, "stub", place[1], 0.95), party="place", field="place.name"
        )
    if told is None or first:
        return _beside(setting, index, path, values, party, first=first)
    period = next((p for words in reversed(path) if (p := period_in(words))), setting.period)
    refused = why_unranked(setting.subject.kind) if told.aggregate == "rank" else None
    role: Role = "forbidden" if refused else "derived" if told.aggregate == "rank" else "value"
    said = {"count": "数", "sum": "合计", "share": "占比", "average": "平均", "rank": "排名"}
    reason = Label(
        f"按标题统计{said.get(told.aggregate, '')}:{'·'.join(path)}",
        f"a {told.aggregate} by its headings",
    )
    return Column(
        index=index, path=path, role=role, field=None, says=_words(path),
        confidence=told.confidence, reason=refused or reason, type="number",
        unit=written(path[-1]).unit or _summed_unit(setting, told.aggregate, told.of),
        period=period, aggregate=told.aggregate, of=told.of, classes=told.classes, base=told.base,
        refused=refused,
    )  # fmt: skip


def _summed_unit(setting: Setting, aggregate: str, of: str | None) -> str:
    """The unit line's unit that fits what is counted."""
    if aggregate == "share":
        return "%"
    wanted = {"household": "户", "person": "人"}.get(of or "", "个")
    if aggregate == "sum":
        return next((unit for unit in setting.units if unit not in ("人", "户", "个")), "")
    return wanted if wanted in setting.units else ""


def _beside(
    setting: Setting, index: int, path: tuple[str, ...], values: Sequence[Value], party: Party,
    *, first: bool,
) -> Column:  # fmt: skip
    column = _asked(setting, index, path, party, looks(values))
    if first:
        return replace(column, role="stub", confidence=max(column.confidence, 0.85))
    return column
