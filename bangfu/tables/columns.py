"""What each column of a table asks, once it is known what its rows are about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bangfu.programmes.kinds import Label
from bangfu.tables.catalogue import Heading
from bangfu.tables.evidence import FITS, Looks, counts_up, looks
from bangfu.tables.grid import Value
from bangfu.tables.halves import asked_in_two, paired
from bangfu.tables.headings import canonical, plain, written
from bangfu.tables.indicators import named
from bangfu.tables.left_over import answered
from bangfu.tables.matching import Lexicon
from bangfu.tables.meanings import Setting, by_values, in_own_words, meanings, part_of
from bangfu.tables.offered import offered
from bangfu.tables.opposite import asks_whether
from bangfu.tables.parties import Parties
from bangfu.tables.periods import part_of_year, period_in
from bangfu.tables.places_in import LEVELS, level_of
from bangfu.tables.refused import why_refused, why_unranked
from bangfu.tables.subjects import helped_beside_helpers, leaf_of, of_helpers
from bangfu.tables.summaries import Counts, counts
from bangfu.tables.understood import SURE, Column, Meaning, Party, Role
from bangfu.tables.worked_out import with_terms

#: The reason of what a person said of a column before.
SAID_BEFORE = Label("这种表以前就是这样认的", "so it was said for this layout before")
_SERIAL = re.compile(r"^(序号?|行次|no\.?|编号|顺序号|排序|栏次|项次)$")
#: What stands between two things that one heading asks for.
_AND = re.compile(r"以及|及其|[及和与]|[、/]")
_MOST_PARTS = 3
#: Headings that say a number or a share and not of whom.
_WEAK = re.compile(r"^(?:[^人户次场期]{0,4}(?:数|率|比例|占比)|[^人户]{0,6}率.*)$")


def columns(
    setting: Setting, paths: Mapping[int, tuple[str, ...]], parties: Parties | None = None
) -> tuple[Column, ...]:
    """What each column asks; ``parties`` goes on from the answers before, on a card."""
    parties, found = parties or Parties(paths.values()), list[Column]()
    own = setting.subject.kind == "person" and setting.subject.shape == "records"
    leaves = [leaf_of(path) for path in paths.values()] if own else []
    asked = (
        _OF_HELPERS if of_helpers(leaves, setting.title)
        else _OF_HELPED if helped_beside_helpers(leaves, setting.title) else {}
    )  # fmt: skip
    for index, path in paths.items():
        party = parties.of(path) if path else "row"
        first = index == setting.stub if setting.stub else not found
        applies = party == "applicant"
        column = _column(setting, index, path, "row" if applies else party, first=first)
        if applies and column.party in ("row", "head"):
            column = replace(column, party=party)
        column = replace(column, parts=_parts(setting, column, party))
        column = _of_the_row(column, asked) if asked else column
        choices = setting.grid.choices.get(index, ())
        found.append(replace(column, choices=choices) if choices else column)
    if setting.subject.shape == "summary":
        return tuple(with_terms(list(_together(found))))
    found = _yes_beside_no(setting, paths, found)
    told = _which_insurance(answered(setting, list(_together(found))))
    return tuple(offered(column, setting.lexicon.by_field) for column in told)


def _of_the_row(column: Column, asked: _Asked) -> Column:
    """What is asked of a helper or of somebody helped, where each row is one: their own name."""
    parts = tuple(_of_the_row(part, asked) for part in column.parts)
    if (told := asked.get((column.field or "", column.party))) is not None:
        field, says = told
        return replace(column, field=field, says=says, party="row", confidence=SURE, parts=parts)
    party = "row" if column.party == "helper" and asked is _OF_HELPERS else column.party
    return replace(column, party=party, parts=parts)


_Asked = Mapping[tuple[str, Party], tuple[str, Label]]
_CALLED = "person.name", Label("姓名", "Name")
_SERVES = "post.organisation", Label("任职单位", "Unit")
_OF_HELPERS: _Asked = {
    ("pairing.helper", "helper"): _CALLED,
    ("pairing.helper", "unit"): _SERVES,
    ("organisation.name", "unit"): _SERVES,
    ("organisation.name", "helper"): _SERVES,
}
_OF_HELPED: _Asked = {("pairing.subject", "row"): _CALLED}


def _yes_beside_no(
    setting: Setting, paths: Mapping[int, tuple[str, ...]], found: Sequence[Column]
) -> list[Column]:
    """Two columns that are ticked for yes and for no, as the one question above them."""
    read = {column.index: column for column in found}
    for at, other in asked_in_two(paths).items():
        asked = _asked(setting, at, paths[at][:-1], read[at].party, looks(()))
        heading = setting.lexicon.by_field.get(asked.field or "")
        if asked.confidence >= SURE and heading is not None and asks_whether(heading):
            asked = replace(asked, path=paths[at])
            read[at], read[other] = paired(asked, read[at], read[other])
    return list(read.values())


def _which_insurance(found: Sequence[Column]) -> list[Column]:
    """Beside the sort of an insurance a column of whether there is one does not say which."""
    sorts = [column for column in found if _SORT_OF_INSURANCE.search(column.heading)]
    return [
        replace(column, confidence=min(column.confidence, 0.6), alternatives=_of(column))
        if sorts and column.field == "person.resident_insured" and "居民" not in column.heading
        else column
        for column in found
    ]


_SORT_OF_INSURANCE = re.compile("(?:参保|保险|医保)(?:类型|类别|险种)|险种")


def _of(column: Column) -> tuple[Meaning, ...]:
    """What a column means, as one of the meanings that it may have."""
    own = Meaning(column.field, column.says, 0.6, column.reason, column.party)
    return (own, *column.alternatives)


def _parts(setting: Setting, column: Column, party: Party) -> tuple[Column, ...]:
    """A heading that asks for several things at once, taken apart; empty where that is not sure."""
    if column.role not in ("value", "key", "unknown") or setting.subject.shape == "summary":
        return ()
    halves = _halves(column.path[-1]) if column.path else []
    if len(halves) < 2 or _is_one(setting.lexicon, column.path[-1]):
        return ()
    found = [_part(setting, column, half, party) for half in halves]
    sure = any(one.field for one in found) and all(one.confidence >= SURE for one in found)
    apart = len({(one.party, one.field, one.says.zh) for one in found}) == len(found)
    return tuple(found) if len(found) <= _MOST_PARTS and sure and apart else ()


def _is_one(lexicon: Lexicon, heading: str) -> bool:
    """Whether a heading is one question: a name, but for empty words, or one with its choices."""
    name, said = canonical(plain(heading)), written(heading)
    if name in lexicon.by_name or lexicon.likeness.names(name):
        return True
    inside = [half for words in said.beside for half in _AND.split(words) if half]
    choices = inside and not any(canonical(half) in lexicon.by_name for half in inside)
    return bool(choices) and canonical(said.bare) in lexicon.by_name


def _halves(heading: str) -> list[str]:
    """What a heading asks for one after another: 姓名及电话, 帮扶人(姓名、电话)."""
    normal = "".join(unicodedata.normalize("NFKC", heading).split())
    whose, _, inside = normal.rstrip(")").partition("(")
    if inside and _AND.search(inside):
        return [whose + half for half in _AND.split(inside) if half]
    return [half for half in _AND.split(whose) if len(half) > 1]


def _part(setting: Setting, column: Column, half: str, party: Party) -> Column:
    """One half as a column of its own; whose it is it says itself, or the whole heading does.

    Beside a helper's unit a post is the helper's.
    """
    path = (*column.path[:-1], half)
    own = Parties().of(path)
    whose = [own if own != "row" else party]
    if whose == ["unit"]:
        whose.append("helper")
    ways = [_asked(setting, column.index, path, one, looks(())) for one in whose]
    return next((way for way in ways if way.field), ways[0])


def _together(found: Sequence[Column]) -> Iterator[Column]:
    """Under one upper heading all columns count the same kind: the one that says so first."""
    told: dict[tuple[str, ...], str] = {}
    for column in found:
        group = column.path[:-1]
        if column.aggregate == "count" and column.of is None and group in told:
            column = replace(column, of=told[group], confidence=0.9)
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
    if path in setting.remembered and not why_refused("".join(path)):
        return _remembered(setting, index, path, party)
    if setting.subject.shape == "summary":
        return _summed(setting, index, path, values, party, first=first)
    if refused := why_refused("".join(path)):
        said = _plainly(index, path, "forbidden", in_own_words(path), 0.95)
        return replace(said, refused=refused, reason=refused)
    return _asked(setting, index, path, party, looks(values))


def _is_serial(path: tuple[str, ...], values: Sequence[Value], *, first: bool) -> bool:
    leaf = leaf_of(path)
    if leaf in ("序号", "序", "行次", "顺序号", "项次", "no", "栏次", "户序号", "户序"):
        return True
    blank = all(value is None for value in values)
    return first and bool(_SERIAL.match(leaf)) and (blank or counts_up(values))


def _plainly(index: int, path: tuple[str, ...], role: Role, says: Label, sure: float) -> Column:
    reason = Label(f"标题为“{path[-1]}”" if path else "没有标题", "by its heading")
    return Column(index, path, role, None, says, sure, reason)


def _remembered(setting: Setting, index: int, path: tuple[str, ...], party: Party) -> Column:
    """What a person once said that this column of this layout means."""
    name = setting.remembered[path]
    kind, _, key = name.partition(".")
    if kind == "place" and (level := LEVELS.get(key)):
        told = _plainly(index, path, "value", level, 0.99)
        return replace(told, field="place.name", party="place", reason=SAID_BEFORE)
    heading = next((h for h in setting.lexicon.catalogue.headings if h.field == name), None)
    if heading is None:
        return replace(
            _plainly(index, path, "unknown", in_own_words(path), 0.3), reason=SAID_BEFORE
        )
    whose: Party = party if party in ("head", "household") else "row"
    return Column(
        index, path, "key" if name in _KEYS else "value", name, heading.label, 0.99, SAID_BEFORE,
        whose, heading.type, written(path[-1] if path else "").unit,
        period_in(path[-1]) if path else None,
    )  # fmt: skip


# ── rows of records ───────────────────────────────────────────────────────────────────────────


def _asked(
    setting: Setting, index: int, path: tuple[str, ...], party: Party, seen: Looks
) -> Column:
    """A column of records: the likeliest of its meanings, with the others beside it."""
    likely = meanings(setting, path, party, seen)
    if (not likely or likely[0][0].confidence < SURE) and (part := part_of(setting, path)):
        likely = [part, *likely]
    if not likely or likely[0][0].confidence < 0.5:
        return _not_known(setting, index, path, seen, [m for m, _ in likely])
    meaning, heading = likely[0]
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
        alternatives=tuple(m for m, _ in likely[1:4]),
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


def _not_known(
    setting: Setting, index: int, path: tuple[str, ...], seen: Looks, others: Sequence[Meaning]
) -> Column:
    """A heading that nobody knows: perhaps its values tell; else it is asked."""
    guess = by_values(setting, seen)
    alternatives = ([guess] if guess else []) + list(others)[:3]
    reason = (
        Label("标题不认识", "the heading is not known")
        if path
        else Label("没有标题", "there is no heading")
    )
    sort = next((t for t, fits in FITS.items() if any(seen.share(f) > 0.8 for f in fits)), "text")
    column = _plainly(index, path, "unknown", in_own_words(path), 0.3)
    return replace(column, reason=reason, type=sort, alternatives=tuple(alternatives))


# ── summaries ─────────────────────────────────────────────────────────────────────────────────


def _summed(
    setting: Setting, index: int, path: tuple[str, ...], values: Sequence[Value], party: Party,
    *, first: bool,
) -> Column:  # fmt: skip
    """A column of a summary: its stub, a number that is counted, or words beside it."""
    told = _counts(setting, index, path)
    place = level_of(leaf_of(path))
    if place and len(path) == 1:
        return replace(
            _plainly(index, path, "stub", place[1], 0.95), party="place", field="place.name"
        )
    if told is None or first:
        return _beside(setting, index, path, values, party, first=first)
    column = _that_counts(setting, index, path, told, written(path[-1]).unit)
    return replace(column, field=setting.coded.get(index))


def _counts(setting: Setting, index: int, path: tuple[str, ...]) -> Counts | None:
    """What a column counts; a word of a code book counts whom it fits, a total beside it all."""
    told = counts(path, setting.units, setting.title)
    if index in setting.coded:
        kind, words = setting.coded[index].partition(".")[0], written(path[-1]).bare
        classes = told.classes if told and told.classes else (words,)
        return Counts("count", kind, classes, (), 0.9)
    kinds = {name.partition(".")[0] for name in setting.coded.values()}
    if len(kinds) == 1 and _ALL.match(leaf_of(path)) and (told is None or told.of is None):
        return Counts("count", kinds.pop(), (), (), 0.9)
    return told


#: A total beside columns of classes.
_ALL = re.compile(r"^(?:合|总|小|共)?计$|^总数$")


def counted(
    setting: Setting, index: int, path: tuple[str, ...], unit: str, coded: str = ""
) -> Column:
    """What a number asks whose row says what is counted, below the heading of its column.

    ``coded``: the field of whose code book the row's words are.
    """
    *_, label = path
    told = counts((*path[1:-1], named(label, unit)), setting.units, setting.title)
    if coded:
        told = Counts("count", coded.partition(".")[0], (label,), (), 0.9)
    if told is None:
        column = _plainly(index, path, "unknown", in_own_words(path), 0.3)
        return replace(column, type="number", unit=unit)
    unit = unit or written(label).unit
    return replace(_that_counts(setting, index, path, told, unit), field=coded or None)


def _that_counts(
    setting: Setting, index: int, path: tuple[str, ...], told: Counts, unit: str
) -> Column:
    own = (part_of_year(words, setting.period) or period_in(words) for words in reversed(path))
    period = next((p for p in own if p), setting.period)
    refused = why_unranked(setting.subject.kind) if told.aggregate == "rank" else None
    role: Role = "forbidden" if refused else "derived" if told.aggregate == "rank" else "value"
    said = {"count": "数", "sum": "合计", "share": "占比", "average": "平均", "rank": "排名"}
    reason = Label(
        f"按标题统计{said.get(told.aggregate, '')}：{'·'.join(path)}",
        f"a {told.aggregate} by its headings",
    )
    return Column(
        index=index, path=path, role=role, field=None, says=in_own_words(path),
        confidence=told.confidence, reason=refused or reason, type="number",
        unit=unit or _summed_unit(setting, told.aggregate, told.of),
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
