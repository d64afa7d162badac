"""Headings taken apart into the words that offices build them of, and compared by these."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from bangfu.tables.headings import canonical, plain

#: How much of a name's weight must be shared before it is thought of at all.
_LEAST = 0.45
_MOST_FOUND = 6
#: What a heading is called who did something or to whom it was done.
_PERSONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(way), plainly)
    for way, plainly in (
        (
            r"^(?:本|被)?(?:贫困|脱贫|监测|低保|困难|帮扶|结对|慰问|受益|农|受助|特困|低收入)(?:户|对象)的?"
            r"(?:户?主(?:姓名|名称|名字)?|姓名|名称|名字)$",
            "户主",
        ),
        (r"^(?:户代表|户主的?)(?:姓名|名称|名字|全名)$", "户主"),
        (
            r"^(?:人员|成员|会员|社员|队员|村民|居民|学员|学生|患者|本人)(?:姓名|名称|名字|全名)$",
            "姓名",
        ),
        (r"^被(?:慰问|服务|救助|资助|培训)人员?(?:姓名|名字)$", "姓名"),
        (
            r"^(?:服务|救助|资助|参训|培训|申请|就业|务工|住院|就诊|患病|残疾|脱贫|贫困|低保|受益|监测)"
            r"(?:对象|人员|人口|人|学员)(?:姓名|名字|全名)$",
            "姓名",
        ),
        (
            r"(?:被)?(?:走访|入户|到户|遍访|受访|慰问)的?(?:农户户主|户主|农户|群众|对象|家庭|户|人家)(?:姓名|名称)?",
            "走访对象",
        ),
        (
            r"(?:参与)?(?:走访|入户|到户|遍访|下乡|慰问)的?(?:干部|责任人|人员|工作人员|同志|人)"
            r"(?:姓名|名单|签名|签字)?",
            "走访人",
        ),
        (r"(?<=[人户员])(?:姓名|名字|名称)$", ""),
    )
)
#: The last words of a heading by which a question of another type cannot be meant.
_TYPES: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(way), frozenset(types.split()))
    for way, types in (
        (r"(时间|日期|年月|年份|年度|月份)$", "day number text"),
        (r"(时限|期限)$", "day text"),
        (r"(电话|手机|电话号|身份证号|证件号|身份证)$", "text sealed"),
        (r"(姓名|名单|干部|人员|对象)$", "text one many"),
        (r"(单位|机构|部门|学校|医院|地址|地点|住址)$", "text one code"),
        (r"(金额|收入|支出|费用|补助|补贴|资金|投资|工资|贷款)$", "money text number"),
        (r"(数|人口|面积|数量|人次)$", "number text"),
        (r"^(是否|有无)", "flag code text"),
        (r"(原因|内容|情况|措施|名称|意见|问题)$", "text code ranked flag one number"),
    )
)


@dataclass(frozen=True, slots=True)
class Alike:
    """A name that a heading may stand for, how like it is from 0 to 1, and in which way.

    ``same``: the same but for words that say nothing. ``own``: the same but for words that a table
    of that kind need not say. ``near``: some words are shared.
    """

    name: str
    share: float
    way: Literal["same", "own", "near"]


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of headings: the usual one for each, those that say nothing, and where."""

    usual: Mapping[str, str]
    empty: frozenset[str]
    weak: frozenset[str]
    before: frozenset[str]
    bare: frozenset[str]
    own: Mapping[str, frozenset[str]]
    apart: tuple[tuple[frozenset[str], ...], ...]


@cache
def _words() -> _Words:
    told = tomllib.loads((files("bangfu.tables") / "words.toml").read_text(encoding="utf-8"))
    usual: dict[str, str] = {}
    for line in told["same"]:
        first, *rest = (canonical(plain(word)) for word in line.split())
        usual |= {word: first for word in (first, *rest)}

    def listed(text: str) -> frozenset[str]:
        return frozenset(usual.get(w, w) for w in (canonical(plain(x)) for x in text.split()))

    own = {kind: listed(text) for kind, text in told["own"].items()}
    empty, weak, before, bare = (listed(told[n]) for n in ("empty", "weak", "before", "bare"))
    apart = tuple(tuple(listed(side) for side in line.split("|")) for line in told["apart"])
    return _Words(usual, empty, weak, before, bare, own, apart)


@cache
def _parting() -> re.Pattern[str]:
    words = _words()
    every = {
        *words.usual,
        *words.empty,
        *words.before,
        *(w for own in words.own.values() for w in own),
        *(w for line in words.apart for side in line for w in side),
    }
    longest = sorted(every, key=len, reverse=True)
    return re.compile("|".join([*map(re.escape, longest), "[a-z0-9]+", "."]))


def parted(name: str) -> tuple[str, ...]:
    """The words of a heading in their usual form, without those that say nothing."""
    words = _words()
    for way, plainly in _PERSONS:
        name = way.sub(plainly, name) or name
    found = [words.usual.get(word, word) for word in _parting().findall(name)]
    kept = [word for word in found if word not in words.empty]
    if set(kept) <= words.bare:
        kept = [word for word in found if word not in words.empty - words.weak]
    while len(kept) > 1 and kept[0] in words.before and not set(kept[1:]) <= words.bare:
        kept = kept[1:]
    return tuple(kept or found)


def says_nothing(words: str) -> bool:
    """Whether nothing is said by words that are left of a heading."""
    told = _words()
    found = [told.usual.get(word, word) for word in _parting().findall(words)]
    return all(word in told.empty or word in told.before for word in found)


def _apart(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two headings ask of different things for a word that stands against another."""
    mine, its = set(one), set(other)
    for line in _words().apart:
        said, told = ({n for n, side in enumerate(line) if side & words} for words in (mine, its))
        if said and told and not said & told:
            return True
    return False


#: Words that say of the end of something, and not of its beginning.
ENDED = re.compile("办结|解决|整改|销号|完成|结束|截止|退出|终止|解除|消除|停[发保用止]|注销")


def fits(name: str, sort: str) -> bool:
    """Whether a heading may ask for something of a type, by its last words."""
    return all(sort in types or sort == "" for way, types in _TYPES if way.search(name))


#: What the last words of a heading plainly ask for.
_PLAINLY: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(way), frozenset(types.split()))
    for way, types in (
        (r"(时间|日期)$", "day"),
        (r"(金额|收入|支出|费用?|补助|补贴|资金|投资|工资|贷款|奖补)$", "money"),
        (r"(数|人口|面积|数量|人次)$", "number"),
        (r"(姓名|人员|单位|机构|企业|合作社|学校|医院)$", "text one many"),
    )
)


def asks_plainly(name: str, sort: str) -> bool:
    """Whether the last words of a heading ask for no other type than one."""
    return all(sort in types for way, types in _PLAINLY if way.search(name))


class Likeness:
    """Known names by the words they are built of; ``kinds`` says of which kinds each asks."""

    def __init__(self, kinds: Mapping[str, Iterable[str]]) -> None:
        self.parts = {name: parted(name) for name in kinds}
        self.same: dict[tuple[str, ...], list[str]] = {}
        self.own: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        self.having: dict[str, list[str]] = {}
        counts: Counter[str] = Counter()
        for name, parts in self.parts.items():
            self.same.setdefault(tuple(sorted(parts)), []).append(name)
            for kind in set(kinds[name]):
                self.own.setdefault((kind, _without_own(parts, kind)), []).append(name)
            for part in set(_features(parts)):
                counts[part] += 1
                self.having.setdefault(part, []).append(name)
        total = len(self.parts) + 1
        self.weight = {part: math.log(total / count) for part, count in counts.items()}
        self.rare = math.log(total)

    def names(self, name: str) -> bool:
        """Whether a heading is the same as a known name but for words that say nothing."""
        return len(name) > 1 and tuple(sorted(parted(name))) in self.same

    def alike(self, name: str, kind: str) -> list[Alike]:
        """The names that a heading in rows of a kind may stand for, the likest first."""
        parts = parted(name)
        same = self.same.get(tuple(sorted(parts)), [])
        found = [Alike(one, 1.0, "same") for one in same]
        own = self.own.get((kind, _without_own(parts, kind)), [])
        found += [Alike(one, 1.0, "own") for one in own if one not in same]
        mine = Counter(_features(parts))
        near = {one for part in mine for one in self.having.get(part, ())} - {*same, *own}
        near = {one for one in near if not _apart(parts, self.parts[one])}
        shares = [(self._share(mine, one), one) for one in near]
        rest = sorted((pair for pair in shares if pair[0] >= _LEAST), reverse=True)[:_MOST_FOUND]
        return found + [Alike(one, share, "near") for share, one in rest]

    def _share(self, mine: Counter[str], name: str) -> float:
        """The weight that two headings share, of what both weigh."""
        other = Counter(_features(self.parts[name]))
        both = 2 * self._weigh(mine & other)
        return both / ((self._weigh(mine) + self._weigh(other)) or 1.0)

    def _weigh(self, parts: Counter[str]) -> float:
        return sum(self.weight.get(part, self.rare) * n for part, n in parts.items())


def _without_own(parts: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """The words without those that a table of a kind need not say, in one order."""
    own = _words().own.get(kind, frozenset())
    return tuple(sorted([part for part in parts if part not in own] or parts[-1:]))


def _features(parts: tuple[str, ...]) -> Iterator[str]:
    """The words, and the characters of longer ones, so that abbreviations are seen."""
    for part in parts:
        yield part
        if len(part) > 1:
            yield from (f"{letter}." for letter in part)
        else:
            yield f"{part}."
