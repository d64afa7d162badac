"""What a heading may mean in rows of a kind: which field, whose, how sure, and what else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bangfu.programmes.kinds import Label
from bangfu.tables.catalogue import Heading
from bangfu.tables.evidence import AGAINST, FITS, Looks, looks
from bangfu.tables.grid import Grid, Value
from bangfu.tables.likeness import asks_plainly
from bangfu.tables.matching import Lexicon, Match
from bangfu.tables.opposite import asks_opposite, asks_otherwise
from bangfu.tables.parties import CALLED
from bangfu.tables.places_in import level_of
from bangfu.tables.subjects import leaf_of
from bangfu.tables.understood import SURE, Column, Meaning, Party, Period, Rows, Subject

_SAMPLE = 60
#: How readily a question about one kind is asked in rows about another.
_NEAR: Mapping[str, Mapping[str, float]] = {
    "person": {
        "household": 0.985, "pairing": 0.98, "work": 0.98, "benefit": 0.97, "need": 0.95,
    },
    "household": {"person": 0.985, "pairing": 0.98, "benefit": 0.97, "need": 0.95},
    "visit": {"household": 0.98, "person": 0.97, "pairing": 0.97, "activity": 0.99, "need": 0.95},
    "pairing": {"household": 0.98, "person": 0.98},
    "enrolment": {"person": 0.985, "household": 0.985, "class": 0.98},
    "income": {"household": 0.985, "person": 0.98},
    "hospital_stay": {"encounter": 0.99, "person": 0.985, "household": 0.96},
    "need": {"visit": 0.97, "household": 0.96, "person": 0.96},
    "project": {"measure": 0.97, "visit": 0.96, "fund": 0.95},
    "measure": {"report": 0.99, "project": 0.97, "visit": 0.95},
    "benefit": {"payout": 0.995, "person": 0.985, "household": 0.98},
    "team": {"person": 0.985, "pairing": 0.97, "post": 0.97},
    "qualification": {"person": 0.985, "practice": 0.98, "organisation": 0.97},
    "practice": {"person": 0.985, "qualification": 0.98, "organisation": 0.97},
    "affiliation": {"person": 0.985, "organisation": 0.97},
    "stint": {"person": 0.985, "team": 0.985, "organisation": 0.97},
    "award": {"person": 0.985, "household": 0.98},
    "encounter": {"hospital_stay": 0.995, "person": 0.985, "household": 0.96},
}  # fmt: skip
_ANYWHERE, _ELSEWHERE = 0.97, 0.9
#: From here on a heading is a name of what it asks, and not only like one.
NAMED = 0.92
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
#: Values that nearly all are what a likely meaning asks (numbers of persons, three words or more of
#: its code book) speak loudly for it.
_NEARLY_ALL, _SEVERAL, _LIKELY = 0.85, 3, 0.6


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a table before its columns are looked at one by one.

    ``coded``: of which field a column of a summary is headed by a word.
    """

    subject: Subject
    lexicon: Lexicon
    grid: Grid
    body: Rows
    units: tuple[str, ...]
    title: str
    period: Period | None
    remembered: Mapping[tuple[str, ...], str]
    stub: int = 0
    coded: Mapping[int, str] = field(default_factory=dict)

    def values(self, column: int) -> list[Value]:
        """A sample of a column's values, from all over the body."""
        rows = list(self.body)
        step = max(1, len(rows) // _SAMPLE)
        return [self.grid.value(row, column) for row in rows[::step][:_SAMPLE]]


def in_own_words(path: tuple[str, ...]) -> Label:
    """What a column is called when nothing better is known: its headings."""
    words = "·".join(path) or "(没有标题)"
    return Label(words, words)


def part_of(setting: Setting, path: tuple[str, ...]) -> tuple[Meaning, Heading] | None:
    """A column under a known amount that is not known itself is a part of it, and not held."""
    for above in reversed(path[:-1]):
        for match in setting.lexicon.matches(above, kind=setting.subject.kind)[:1]:
            if match.confidence >= 0.85 and match.heading.type in ("money", "number"):
                reason = Label(f"是“{above}”的分项", f"a part of {match.heading.label.en}")
                return Meaning(None, in_own_words(path), 0.82, reason), match.heading
    return None


#: How sure at most a question is whose opposite a heading asks.
_OPPOSITE = 0.7


def meanings(
    setting: Setting, path: tuple[str, ...], party: Party, seen: Looks
) -> list[tuple[Meaning, Heading | None]]:
    if not path:
        return []
    if (place := place_of(setting, path)) and not part_of(setting, path):
        # 市县 below 资金规模 says whose money it is.
        return [(place, None)]
    if own := _of_party(setting, path, party):
        return [(own, None)]
    kind = setting.subject.kind
    found: list[tuple[Meaning, Heading]] = []
    near: set[str | None] = set()
    for match in _matches(setting, path, party):
        sure = match.confidence * _nearness(kind, match.heading.kind)
        if _of_a_pension(setting.title, path[-1]) and match.heading.field == _INSURED:
            continue
        if _of_another(match.heading, kind, party) and not _says_itself(match.heading, path):
            sure *= 0.6
        if party == "row" and _guessed_of_another(match, kind):
            sure *= 0.85
        sure = _weighed(sure, match.heading, seen)
        other = asks_opposite(path[-1], match.heading) or asks_otherwise(path[-1], match.heading)
        sure = min(sure, _OPPOSITE) if other else sure
        told = not other and match.near and match.heading.kind == kind and sure >= match.confidence
        if told and asks_plainly(leaf_of(path), match.heading.type):
            near.add(match.heading.field)
        held = 0.01 if match.heading.field else 0.0
        found.append(
            (_meaning(match, kind, party, round(min(0.99, sure + held), 2)), match.heading)
        )
    if any(m.confidence > _LIKELY and h.type == "text" for m, h in found) and any(
        _listed(h, seen) for h in setting.lexicon.catalogue.headings if h.kind == kind
    ):
        # words of a code book: whoever takes them for free words errs
        found = [
            (replace(m, confidence=round(m.confidence * 0.8, 2)) if h.type == "text" else m, h)
            for m, h in found
        ]
    found.sort(key=lambda pair: -pair[0].confidence)
    return _standing_out(_once(found), near)


#: So like a name a heading must be, and so much more than any other, to be it without a question.
_ENOUGH, _AHEAD = 0.68, 0.15


def _standing_out(
    found: list[tuple[Meaning, Heading]], near: set[str | None]
) -> list[tuple[Meaning, Heading | None]]:
    """The meanings; the first is sure where nothing else of that kind comes near it."""
    if not found:
        return []
    (first, heading), *others = found
    key = (first.field or "").rpartition(".")[2]
    rest = [m.confidence for m, _ in others if (m.field or "").rpartition(".")[2] != key]
    ahead = first.confidence - max(rest, default=0.0)
    stands_out = first.field in near and _ENOUGH <= first.confidence < SURE and ahead >= _AHEAD
    first = replace(first, confidence=SURE) if first.field and stands_out else first
    return [(first, heading), *others]


_FIRST_LEVEL = re.compile("一级(?:分类|类别|项目)?|大类")
_IN_A_POST = re.compile("岗位(?:名称|类型|类别)")


def _matches(setting: Setting, path: tuple[str, ...], party: Party) -> list[Match]:
    """The questions that a heading may ask about the row, and about whoever helps it."""
    if len(path) > 1 and _FIRST_LEVEL.fullmatch("".join(path[-1].split())):
        # 项目类型 above 一级 and 二级: what is held is the first of them.
        path = path[:-1]
    if _IN_A_POST.fullmatch(path[-1]) and re.search("公益.?岗", setting.title):
        path = (*path[:-1], f"公益{path[-1]}")
    above, lexicon = path[-2] if len(path) > 1 else "", setting.lexicon
    found = [*lexicon.matches(path[-1], above, setting.subject.kind)]
    if party in ("helper", "unit"):
        found += [
            m for m in lexicon.matches(path[-1], above, "pairing") if m.heading.kind == "pairing"
        ]
    if _SIGNED.search(path[-1]):
        # 被走访人签字 asks for a hand, not for who it is
        found = [match for match in found if match.heading.field is None]
    return found


#: What 参保 asks unless the table is about pensions.
_INSURED = "person.resident_insured"


def _of_a_pension(title: str, heading: str) -> bool:
    """Whether a heading speaks of an insurance (参保情况) that the title says is a pension."""
    return "养老" in title and not re.search("医|新农合|大病", title + heading)


_SIGNED = re.compile(r"(?:签字|签名|签章|盖章|手印)\W*$")


def _of_another(heading: Heading, kind: str, party: Party) -> bool:
    """Whether a field is too general to be meant in rows of another kind."""
    if heading.kind == kind or heading.field is None:
        return False
    key = heading.field.rpartition(".")[2]
    if heading.field == "person.household" or heading.kind == "place":
        return True
    if key == "place" and heading.kind not in ("person", "household"):
        # where something else was is not where the row is
        return True
    return key in ("began", "ended") and party not in ("helper", "unit")


def _says_itself(heading: Heading, path: tuple[str, ...]) -> bool:
    """Whether a heading names what it asks of: since when somebody is helped, or so sorted."""
    way = _SAYS.get(heading.kind)
    return way is not None and bool(way.search(path[-1]))


def _guessed_of_another(match: Match, kind: str) -> bool:
    """Whether words that are no name, nor say whose, would ask a household's of a person's row.

    Nor of a household's row what is its head's.
    """
    return match.confidence < NAMED and {kind, match.heading.kind} == {"person", "household"}


_SAYS = {"pairing": re.compile(r"结对|帮扶|包保|包联|挂钩"), "class": re.compile(r"分类|归类"),
         "benefit": re.compile(r"享受|停发|停保")}  # fmt: skip


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
        if seen.share(other) > 0.6:
            return sure * 0.5
        plain = field == "identity" and seen.share(field) > _NEARLY_ALL and sure > _LIKELY
        return min(0.99, sure + (0.12 if plain else 0.02 * seen.share(field)))
    if any(seen.share(look) > 0.7 for look in AGAINST.get(heading.type, ())):
        if not any(seen.share(look) > 0.5 for look in FITS.get(heading.type, ())):
            return sure * 0.75
    if heading.codes and seen.words:
        telling = _listed(heading, seen) and sure > _LIKELY
        return min(0.99, sure + (0.1 if telling else 0.03 * _share_of_book(heading, seen)))
    return sure


def _share_of_book(heading: Heading, seen: Looks) -> float:
    """How many of the words that stand in a column are words of a question's code book."""
    if not heading.codes or not seen.words:
        return 0.0
    known = {"".join(word.split()) for written_as in heading.codes.values() for word in written_as}
    return len(seen.words & known) / len(seen.words)


def _listed(heading: Heading, seen: Looks) -> bool:
    """Whether nearly all that stands in a column, several words, are of a question's book."""
    return len(seen.words) >= _SEVERAL and _share_of_book(heading, seen) > _NEARLY_ALL


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


#: Headings above 省, 市, 县 under which these are not those of the row itself.
ELSE_WHERE = re.compile(
    r"务工|就业|就读|学校|外出|流[入出]|[迁转调][入出]|搬迁|安置|医院|就[医诊]|企业|用工|籍贯|出生地|原(?=村)|目的地|输[入出]|返乡前"
)


def place_of(setting: Setting, path: tuple[str, ...]) -> Meaning | None:
    """A column that says where a row belongs, by its level."""
    found = level_of(leaf_of(path))
    if found is None:
        return None
    level, label = found
    if any(ELSE_WHERE.search(words) for words in path[:-1]):
        # Where somebody works or came from is not where the row belongs.
        reason = Label(f"是“{path[-2]}”的一部分", f"a part of “{path[-2]}”")
        return Meaning(None, in_own_words(path), 0.9, reason)
    kind = setting.subject.kind
    fields = {h.field for h in setting.lexicon.catalogue.headings}
    field, lives = "place.name", f"{_LIVES.get(kind, kind)}.place"
    if level == "village" and lives in fields:
        field = lives
    elif level == "group":
        # A group has no place of its own: only households are held by it.
        field = "household.group" if kind in ("household", "person") else ""
    reason = Label(f"标题为“{path[-1]}”，是{label.zh}", f"names the {label.en.lower()}")
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
    # Where two things are asked in one cell (单位及职务), one of them is no answer.
    sure = 0.7 if "单位" in leaf and "职务" in leaf else 0.93
    return Meaning(field if field in fields else None, label, sure, reason, party)


def by_book(setting: Setting, column: Column, found: Sequence[Column]) -> Heading | None:
    """The one question that no other column asks and of whose code book a column's words are."""
    seen, kind = looks(setting.values(column.index)), setting.subject.kind
    if len(seen.words) < _SEVERAL or seen.share("flag") > 0.5:
        return None
    asked = {one.field for one in found if one is not column and one.confidence >= SURE}
    fits = [
        heading for heading in setting.lexicon.catalogue.headings
        if heading.kind in (kind, *_SHEETS.get(kind, ())) and _listed(heading, seen)
    ]  # fmt: skip
    return fits[0] if len(fits) == 1 and fits[0].field not in asked else None


#: Of whom else a row's sheet may ask by words of a code book.
_SHEETS: Mapping[str, tuple[str, ...]] = {"person": ("household",)}


def by_values(setting: Setting, seen: Looks) -> Meaning | None:
    for look, path in (("identity", "person.identity"), ("phone", "person.phone")):
        heading = next((h for h in setting.lexicon.catalogue.headings if h.field == path), None)
        if heading and seen.share(look) > 0.8:
            reason = Label(f"值像{heading.label.zh}", f"values look like {heading.label.en}")
            return Meaning(path, heading.label, 0.6, reason)
    return None
