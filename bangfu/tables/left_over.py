"""What a column left over asks in a list that is called something: what such lists ask, by role.

A list of needs asks when each came up, until when and what it is, in whatever words. A heading
ends in the sort of its answer, and what stands before says whether of the beginning or the end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bangfu.programmes.kinds import Label
from bangfu.tables.catalogue import Heading
from bangfu.tables.evidence import Looks, looks
from bangfu.tables.headings import canonical, plain, written
from bangfu.tables.likeness import ENDED, says_nothing
from bangfu.tables.meanings import ELSE_WHERE, NAMED, Setting, by_book, place_of
from bangfu.tables.places_in import LEVELS
from bangfu.tables.understood import SURE, Column, Meaning

#: What lists are called that tell of people or households something else, and what that is: the
#: kind, and the words that name it in headings too.
_CALLED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(way))
    for kind, way in (
        ("need", "问题|需求|诉求|困难(?!职工|对象|群众|家庭|户|学生|人员|残疾)|心愿|愿望"),
        ("visit", "走访|入户|遍访|家访|到户"),
        ("class", "分类|归类|类别"),
        ("enrolment", "纳入|入选|认定(?=名单|公示|对象)|公示(?=名单)"),
        ("measure", "措施|实事|任务|事项"),
    )
)
#: Of which kinds a list also asks that is about one.
_BESIDE: Mapping[str, tuple[str, ...]] = {
    "visit": ("need",), "measure": ("report",),
}  # fmt: skip
_LIMIT = re.compile(r"(?:期限|时限|限期)$|(?:要求|计划|拟|预计|应当?).*(?:时间|日期)$|计划完成$")
_BEGUN = re.compile(
    "提出|反映|反馈|收集|发现|受理|摸排|开始|起始|开展|纳入|认定|评定|确定|分类|归类|走访|入户"
)
#: The last words of a heading, and the sort of what is asked.
_TAILS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (sort, re.compile(f"(?:{way})$"))
    for sort, way in (
        ("day", "时间|日期|年月日|年月"),
        ("reason", "理由|原因|依据|缘由"),
        ("class", "类别|类型|分类|种类|分类结果|认定结果"),
        ("mode", "方式|形式"),
        ("title", "名称|项目|事项|措施|实事|任务"),
        ("text", "内容|描述|情况|记录|说明"),
        ("amount", "完成|完成数|完成量|数量"),
    )
)
#: Types that answer a sort, and the looks of values that speak against it.
_TYPES: Mapping[str, tuple[str, ...]] = {
    "day": ("day",), "limit": ("day",), "reason": ("text",), "class": ("code",),
    "mode": ("code",), "title": ("text",), "text": ("text",), "amount": ("number",),
}  # fmt: skip
_IN_WORDS = ("number", "day", "identity", "phone", "flag")
_NO_DAY = ("name", "place", "identity", "phone", "flag")
_AGAINST: Mapping[str, tuple[str, ...]] = {
    "day": _NO_DAY, "limit": _NO_DAY, "reason": _IN_WORDS, "class": _IN_WORDS, "mode": _IN_WORDS,
    "title": _IN_WORDS, "text": _IN_WORDS, "amount": ("day", "identity", "phone", "name", "place"),
}  # fmt: skip
#: Sure where every word of a heading is known, else asked.
_WHOLLY, _PARTLY = 0.84, 0.7
Role = tuple[str, str]


def answered(setting: Setting, found: Sequence[Column]) -> list[Column]:
    """The columns, those left over with what a list that is called so asks beside the others."""
    found = _who_is_named(setting, found)
    found = [_by_village(setting, column, found) for column in found]
    found = [_by_book(setting, column, found) for column in found]
    kinds = _kinds(setting)
    if not kinds:
        return found
    asked = {column.field for column in found if column.confidence >= SURE}
    open_to = [
        heading for heading in setting.lexicon.catalogue.headings
        if heading.kind in kinds and heading.field and heading.field not in asked
        and says_nothing(_rest(canonical(plain(heading.label.zh))))
    ]  # fmt: skip
    ways = {c.index: _way(setting, c, kinds, open_to) for c in found if _left(c)}
    claims = Counter((way.field, sure) for way, sure in filter(None, ways.values()))
    taken = {way.field for way, sure in filter(None, ways.values()) if sure == _WHOLLY}
    return [
        _told(column, *way, setting.title)
        if (way := ways.get(column.index)) is not None
        and claims[way[0].field, way[1]] == 1
        and (way[1] == _WHOLLY or way[0].field not in taken)
        else column
        for column in found
    ]


def _kinds(setting: Setting) -> tuple[str, ...]:
    """What kinds of record a list tells of, by what its rows are or by what it is called."""
    title = canonical(written(setting.title).bare)
    named = [kind for kind, way in _CALLED if way.search(title)]
    own = setting.subject.kind
    if own in dict(_CALLED) and (own in named or not named):
        named = [own]
    first = named if own in ("person", "household", *dict(_CALLED)) else []
    return tuple(dict.fromkeys((*first[:1], *_BESIDE.get(first[0], ())))) if first else ()


def _left(column: Column) -> bool:
    """Whether nothing says surely what a column asks: no field by name, nor a known question."""
    if not column.path or column.role not in ("value", "unknown") or column.party != "row":
        return False
    return column.confidence < (NAMED if column.field is None else SURE)


def _way(
    setting: Setting, column: Column, kinds: Sequence[str], open_to: Sequence[Heading]
) -> tuple[Heading, float] | None:
    """The one field that a heading asks by its role, and how sure that is."""
    words, seen = canonical(written(column.path[-1]).bare), looks(setting.values(column.index))
    problem = next((kind for kind in kinds if _noun(kind, words)), "")
    role = ("title" if problem == "measure" else "text", "") if problem else role_of(words)
    if role is None or any(seen.share(look) > 0.5 for look in _AGAINST[role[0]]):
        return None
    for kind in (problem,) if problem else [one for one in kinds if one != "need"] or kinds:
        fits = [
            heading for heading in open_to
            if heading.kind == kind and role_of(canonical(plain(heading.label.zh))) == role
            and heading.type in _TYPES[role[0]]
        ]  # fmt: skip
        if len(fits) == 1:
            return fits[0], _sure(words, kind, problem, seen)
    return None


def _noun(kind: str, words: str) -> bool:
    """Whether the last word of a heading is what a kind of record is called."""
    way = dict(_CALLED).get(kind) if kind in ("need", "measure") else None
    return way is not None and bool(re.search(f"(?:{way.pattern})$", words))


def role_of(words: str) -> Role | None:
    """The sort of what a heading asks by its last words, and whether of the end of something."""
    ended = "ended" if ENDED.search(words) else ""
    if _LIMIT.search(words):
        return "limit", ""
    sort = next((sort for sort, way in _TAILS if way.search(words)), "")
    return (sort, ended if sort in ("day", "reason") else "") if sort else None


def _sure(words: str, kind: str, problem: str, seen: Looks) -> float:
    """Sure where nothing is left of a heading without role, kind and words that say nothing."""
    called = [way for one, way in _CALLED if one == kind]
    named = problem or any(way.search(words) for way in called)
    named = named or any(way.search(words) for way in (_BEGUN, ENDED, _LIMIT))
    wholly = named and seen.filled and says_nothing(_rest(words, *called))
    return _WHOLLY if wholly else _PARTLY


def _rest(words: str, *called: re.Pattern[str]) -> str:
    """What is left of a heading without the words that say its role, or what its list is."""
    for way in (*(way for _, way in _TAILS), *called, _LIMIT_WORDS, ENDED, _BEGUN):
        words = way.sub("", words)
    return words


_LIMIT_WORDS = re.compile("期限|时限|限期|要求|计划|拟|预计|办理|完成")


def _told(column: Column, heading: Heading, sure: float, title: str) -> Column:
    called = title.strip()
    told = Label(f"“{called}”里问的是{heading.label.zh}", f"so asked in a list called {called}")
    other = Meaning(column.field, column.says, column.confidence, column.reason, column.party)
    others = (*((other,) if column.field else ()), *column.alternatives)
    return replace(
        column, role="value", field=heading.field, says=heading.label, confidence=sure,
        reason=told, party="row", type=heading.type, alternatives=others[:3], parts=(),
    )  # fmt: skip


def _by_book(setting: Setting, column: Column, found: Sequence[Column]) -> Column:
    """A column whose values are words of one code book alone, and whose heading says no other."""
    if not _left(column) or not (heading := by_book(setting, column, found)):
        return column
    near = heading.field in (column.field, *(meant.field for meant in column.alternatives))
    told = Label(f"值都是“{heading.label.zh}”的选项", f"its values are those of {heading.label.en}")
    sure = _WHOLLY if near else _PARTLY
    if sure < column.confidence:
        return column
    return replace(
        _told(column, heading, sure, ""), reason=told,
        party="household" if heading.kind == "household" != setting.subject.kind else "row",
    )  # fmt: skip


# ── who and where ─────────────────────────────────────────────────────────────────────────────


def _who_is_named(setting: Setting, found: Sequence[Column]) -> list[Column]:
    """Where nothing is known to ask who it is, the one column that is headed by people and holds
    names does (残疾人, 贷款人, 护林员姓名), or by a head (搬迁户主).
    """
    kind = setting.subject.kind
    others = ("applicant", "head") if kind == "person" else ("applicant",)
    sure = {c.field for c in found if c.confidence >= SURE and c.party not in others}
    if sure & {"person.name", "household.name", f"{kind}.subject"}:
        return list(found)
    for field, kinds, way in _NAMED_BY:
        named = [c for c in found if kind in kinds and _holds_names(setting, c) and way(c)]
        if len(named) == 1:
            return [_as_named(setting, column, named[0], field) for column in found]
    return list(found)


def _holds_names(setting: Setting, column: Column) -> bool:
    if column.party not in ("row", "applicant", "head") or not column.path:
        return False
    if column.field is None and column.confidence >= NAMED:
        return False  # a question that is known by this name: 分户后户主
    return looks(setting.values(column.index)).share("name") >= _MOSTLY


def _as_named(setting: Setting, column: Column, named: Column, field: str) -> Column:
    """The column that says who it is, and what stands beside it of the same person."""
    if column is not named:
        return replace(column, party="row") if column.party == named.party else column
    heading = next(h for h in setting.lexicon.catalogue.headings if h.field == field)
    reason = Label("值像姓名，没有别的姓名列", "its values look like names, and no other asks them")
    return replace(column, role="value", field=field, says=heading.label, confidence=0.85,
                   reason=reason, type=heading.type, party="row", parts=())  # fmt: skip


_PEOPLE = re.compile(
    r"(?:人员?|对象|儿童|学生|老人|妇女|群众|职工|村民|劳动力|学员|患者)(?:姓名|名单)?$|姓名$"
)
#: Who does something about the row is not whom it is about.
_DOES = re.compile(
    r"(?:负责|责任|联系|经办|承办|协办|督办|介绍|担保|证明|推荐|见证|审[核批]|复核|核[查实]|验收|监督|动员|劝返|填[表报写]|"
    r"登记|采集|录入|调查|统计|开户|批准|带队|参与|陪同|原)[人员者]{0,2}(?:姓名|名单)?$"
)
#: Of what a benefit is told, whoever gets it is named by what they are.
_RECEIVES = re.compile(
    r"^(?:受|被|享受|领取)|(?:儿童|学生|老人|妇女|群众|学员|患者|残疾人)(?:姓名)?$"
)
#: How many of the values look like names, at least.
_MOSTLY = 0.7


def _by_people(column: Column) -> bool:
    words = plain(column.path[-1])
    named = bool(_PEOPLE.search(words)) and not _DOES.search(words)
    return column.party == "applicant" or (column.party == "row" and named)


def _by_receivers(column: Column) -> bool:
    return _by_people(column) and bool(_RECEIVES.search(plain(column.path[-1])))


def _by_head(column: Column) -> bool:
    words = plain(column.path[-1])
    return bool(re.search("户主(?:姓名)?$", words)) and not words.startswith(("原", "现", "新"))


#: By which field rows of some kinds are named, and which headings may ask it.
_NAMED_BY = (
    ("household.name", ("household", "unknown", "benefit"), _by_head),
    ("person.name", ("person",), _by_people),
    ("person.name", ("benefit",), _by_receivers),
)


def _by_village(setting: Setting, column: Column, found: Sequence[Column]) -> Column:
    """A column of villages, in whatever words, where no other says the village."""
    unsure = _left(column) or (column.field or "").endswith(".place") and column.party == "row"
    village = LEVELS["village"]
    if not unsure or not column.path or any(c.says == village for c in found):
        return column
    words = plain(column.path[-1])
    if not re.search("村(?:社区|委会|名)?$", words) or ELSE_WHERE.search("".join(column.path)):
        return column
    if looks(setting.values(column.index)).share("place") < _MOSTLY:
        return column
    if (place := place_of(setting, ("村",))) is None:
        return column
    told = Label(f"“{words}”，值都是村名", "its values are names of villages")
    return replace(column, role="value", field=place.field, says=place.says, confidence=0.84,
                   reason=told, party="place", type="text", parts=())  # fmt: skip
