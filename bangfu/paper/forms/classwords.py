"""What words of headings stand for: the records of a kind that they narrow to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import figure_names
from bangfu.lists.headings import ways
from bangfu.lists.listing import Listing
from bangfu.paper.forms.at_work import of_work
from bangfu.paper.forms.flagged import of_flag, of_risk, of_verdict
from bangfu.paper.forms.insured import insured
from bangfu.paper.forms.paired import taken_apart
from bangfu.paper.forms.schooling import of_stage
from bangfu.paper.forms.sealed_words import of_sealed
from bangfu.paper.forms.troubles import of_ending, of_trouble
from bangfu.programmes.kinds import Field, Kind, Label

#: What came to be so within a time, which no state at its end tells.
FLOW = re.compile(
    r"(?:本|当|上|今|去|新)(?:日|周|月|季度?|年度?|半年|期)?.{0,4}"
    r"(?:脱贫|消除|识别|新增|纳入|退出|减少|返贫|销号|死亡|出生|迁入|迁出)"
)
_NOTHING_SAID = re.compile(
    r"(总|合计|全部|总计|小计|其中|共)?"
    r"(户数?|人数?|人口数?|数|数量|个数|次数|件数?|总数|总户数|总人数)?"
)
#: Headings above headings that narrow nothing.
_GENERAL = re.compile(r"(基本|总体|各村|有关|相关|主要|人员|家庭)*(情况|信息|统计|数据|指标|汇总)+")
_ENDING = re.compile(r"(户数|人数|人口|对象|家庭|人员|户|人|数)$")
_AGE_FROM = re.compile(r"(\d{1,3})(?:周?岁)(?:及|或|\(含\)|（含）)?以上")
_AGE_TO = re.compile(r"(\d{1,3})(?:周?岁)(?:及|或|\(含\)|（含）)?以下")
AGE_SPAN = re.compile(r"(\d{1,3})(?:周?岁)?[-—~至到](\d{1,3})周?岁")
#: What is done at all, by a record of work.
_WORK = re.compile("(?:结对)?(?:帮扶)?(?:工作)?(?:开展)?")
#: The time of a column, which is told by its period.
_TIMES = re.compile(
    r"^(?:本|当|上)(?:日|周|月|季度?|年度?|半年|期)|"
    r"^(?:累计|今年|截至目前|全年|[年期]初|期末)|^(?:目前|当前|现有)(?=.)"
)
_ARISEN = re.compile(r"^(?:受理|登记|反映|上报|新增|新发现|发现|收集|新提出|提出|开展)的?")
#: What is counted anyway, as headings name it.
_OWN = {
    "need": "(?:群众)?(?:问题|需求|诉求|困难)",
    "activity": "(?:走访|入户|到户|遍访|家访)(?:农户|群众|家庭|户)?",
    "meeting": "(?:召开)?(?:会议|座谈会?)", "training": "(?:举办)?培训(?:班|会|活动)?",
    "payout": "发放|领取|(?:惠民|惠农)?(?:补贴|补助)",
    "household": "农户|家庭|农村户|农", "person": "农户|农村", "project": "项目",
}  # fmt: skip
_ALLOWED = re.compile(
    "(?:享受)?(?:(?P<where>农村|城市)?(?P<low>低保)|特困(?:供养)?)(?:政策|人员|对象|人口|人数|人|户|家庭)*"
)
#: Who lives with somebody who has it need not have it too (低保户人口).
_HOMES = re.compile("户|家庭")
#: How far projects came, and the day on which they did.
_STEPS = {"批复": "approved", "开工": "started", "动工": "started", "完工": "finished",
          "竣工": "finished", "验收": "accepted"}  # fmt: skip
_SO_FAR = re.compile(rf"(已|未|尚未)?({'|'.join(_STEPS)})")
_WHO = "帮扶(?:责任)?人|责任人|帮扶干部"
_HAS_HELPER = re.compile(rf"已?结对(?:帮扶)?|(?:已?落实|有)(?:{_WHO})|(?:{_WHO})已?落实")
_HAS_NO_HELPER = re.compile(rf"未结对|(?:未落实|没有|无)(?:{_WHO})|(?:{_WHO})未落实")
PAIRED: Mapping[str, Any] = {"pairing": {"as": "subject"}}
#: Who helps one who lives there helps a household; who helps a household helps who lives there.
HELPED: Mapping[str, Mapping[str, Any]] = {
    "household": {"any": [PAIRED, {"person": {"as": "household", **PAIRED}}]},
    "person": {"any": [PAIRED, {"household": PAIRED}]},
}


#: Households of whom somebody is so.
_HAS_SOMEBODY = re.compile("有(?P<who>.+?)的?")


@dataclass(frozen=True, slots=True)
class Counted:
    """A list in the making: its condition, and the words left over."""

    where: Mapping[str, Any]
    left: tuple[str, ...] = ()


class Words:
    """What words of headings stand for, under a programme and at a moment."""

    def __init__(self, moment: Moment, programme: Programme | None) -> None:
        self.moment, self.programme = moment, programme
        self.meaning = Meaning.of(programme, moment) if programme else None

    def counted(self, kind: Kind, words: Iterable[str], above: Sequence[str] = ()) -> Counted:
        """Records of a kind, narrowed by every word that is understood.

        ``above``: the title, where it may say more, and the headings above.
        """
        where: dict[str, Any] = {}
        left: list[str] = []
        listed = tuple(part for word in words for part in taken_apart(word))
        for word in listed:
            said = self._said(kind, plain(word), above, last=word == listed[-1])
            if said is None and not _calls_a_field(kind, word, listed[-1], above):
                left.append(word)
            elif said is None:
                continue
            elif isinstance(said, str):
                where |= {said: True}
            else:
                where = both(where, said)
        if len(left) == 1 and len(listed) > 1 and left[0] == listed[-1]:
            # 硬化 below 入户路 is said in two cells.
            said = self._said(kind, plain(listed[-2] + left[0]), above, last=True)
            if isinstance(said, Mapping) and said:
                return Counted(both(where, said))
        return Counted(where, tuple(left))

    def _said(
        self, kind: Kind, word: str, above: Sequence[str], *, last: bool
    ) -> Mapping[str, Any] | str | None:
        if kind.nature != "event" and FLOW.match(word):
            return None
        whole, word = without_time(word), _without_own(kind, word)
        if kind.nature != "event" and word != whole:
            # 农村低保 is a word of its own, though 农村 says nothing of persons else.
            if told := of_codes(kind, whole, above) or of_allowance(kind, whole):
                return told
        if _WORK.fullmatch(word) and (kind.nature == "event" or not last and "工作" in word):
            return {}
        if _NOTHING_SAID.fullmatch(word.removeprefix(kind.label.zh)) or _GENERAL.fullmatch(word):
            return {}
        if called := [field for field in kind.fields.values() if word == field.label.zh]:
            return of_work(kind, word) or _of_field(called[0], last=last)
        return (
            self._of_programme(kind, word)
            or of_allowance(kind, word)
            or _of_progress(kind, word)
            or of_stage(kind, word, above)
            or of_codes(kind, word, above)
            or of_age(kind, word)
            or of_work(kind, word)
            or (insured(word, above) if kind.name == "person" else None)
            or _of_pairing(kind, word)
            or of_risk(kind, word)
            or of_flag(kind, word)
            or of_verdict(kind, word)
            or _of_home(kind, word)
            or self._of_one_of_them(kind, word)
            or of_trouble(kind, word)
            or of_ending(kind, word, self.moment.on)
        )

    def _of_one_of_them(self, kind: Kind, word: str) -> Mapping[str, Any] | None:
        """Households of whom somebody is of a sort: 有务工人员的户, 有60岁以上老人户."""
        found = _HAS_SOMEBODY.fullmatch(word) if kind.name == "household" else None
        if found is None or _HAS_HELPER.fullmatch(word):
            return None
        person = VOCABULARY["person"]
        counted = self.counted(person, (_ENDING.sub("", found["who"]) or found["who"],))
        if counted.left or not counted.where or {"household", "came", "gone"} & set(counted.where):
            return None
        return {"person": {"as": "household", **counted.where}}

    def _of_programme(self, kind: Kind, word: str) -> Mapping[str, Any] | str | None:
        if self.meaning is None:
            return None
        for name, entry in self.meaning.file.entries("list", "enrol"):
            if _alike(entry.title or "", word) and self._kind_of(name) == kind.name:
                return name
        for name, entry in self.meaning.file.entries("class"):
            for option, title in (getattr(entry, "items", None) or {}).items():
                if _alike(title if isinstance(title, str) else title.title or "", word):
                    return {name: option}
        return None

    def _kind_of(self, name: str) -> str:
        return Listing((name,), self.moment, programme=self.programme).kind.name

    def taken_in(self, name: str) -> bool:
        """Whether a list is of whom the programme takes in."""
        return self.meaning is not None and self.meaning.sort_of(name) == "enrol"

    def figures(self) -> list[tuple[str, Label]]:
        """The programme's figures and lists, with their titles."""
        if self.programme is None or self.meaning is None:
            return []
        names = figure_names(self.programme, self.moment)
        titled = [(name, self.meaning.file.title_of(name) or name) for name in names]
        return [(name, Label(title, title)) for name, title in titled]

    def lists_of(self, kind: Kind) -> list[tuple[str, str]]:
        """The programme's own lists of a kind, with their titles: who is taken in comes first."""
        if self.meaning is None:
            return []
        entries = [*self.meaning.file.entries("enrol"), *self.meaning.file.entries("list")]
        return [(n, e.title or n) for n, e in entries if self._kind_of(n) == kind.name]


def _calls_a_field(kind: Kind, word: str, last: str, above: Sequence[str]) -> bool:
    """Whether a heading above a word of a code book calls its field in short: 住房 above A级.

    基本医疗 above 已参保 says of which insurance.
    """
    if word != last and kind.name == "person" and insured(plain(last), (plain(word),)):
        return True
    if word != last and plain(word) in _ALL_PEOPLE:
        return True
    if word != last and plain(word) in _OLD and (age := of_age(kind, plain(last))):
        return bool(age["age"].get("at_least", 0) >= _OLD_FROM)
    told = of_codes(kind, plain(last), above) or _of_home(kind, plain(last))
    if word == last or not told:
        return False
    (key,) = told
    if key in ("kind", "household"):
        return word in _ALL_SORTS
    names = (kind[key].label.zh, *kind[key].aliases)
    return any(name.startswith(word) for name in names)


#: Headings above kinds of households that mean all of them together.
_ALL_SORTS = frozenset(("贫困", "帮扶", "重点", "重点人群"))
#: Headings above several groups of people, each of which says itself whom it counts.
_ALL_PEOPLE = frozenset("重点人群 重点人员 重点群体 特殊群体 特殊人群 重点对象".split())
_OLD, _OLD_FROM = frozenset("老年人 老人 老年人口 老龄人口".split()), 60


def both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Both conditions; one that speaks of the same field again stands in a group of its own.

    Of several words and one among them the one is meant: 特困供养 above 集中.
    """
    listed = {k: v for k, v in other.items() if _among(v, one.get(k))}
    one = {**one, **listed}
    clashing = {k: v for k, v in other.items() if k in one and one[k] != v}
    merged = {**one, **{k: v for k, v in other.items() if k not in clashing}}
    if clashing:
        merged["none"] = [*merged.get("none", ()), {"none": [clashing]}]
    return merged


def _among(said: Any, several: Any) -> bool:
    """Whether one or some words are among several."""
    if not isinstance(several, list):
        return False
    return set(said) <= set(several) if isinstance(said, list) else said in several


def at_odds(kind: Kind, where: Mapping[str, Any]) -> bool:
    """Whether a condition asks two words of one field at once, which no record has."""
    again = [said for group in where.get("none", ()) for said in group.get("none", ())]
    return any(
        isinstance(word, str) and isinstance(where.get(key), str) and where[key] != word
        or key == "closed" and {"known": False} in (word, where.get(key))
        for said in again for key, word in said.items()
        if key in kind and kind[key].type != "many"
    )  # fmt: skip


def plain(word: str) -> str:
    """A word of a heading in one way of writing; 防止返贫监测对象 are 监测对象."""
    return _AGAINST.sub("", re.sub(r"[\s()（）:：]", "", word).casefold())


_AGAINST = re.compile("^防?止?返贫(?:致贫)?(?:动态)?(?=监测)")


def _alike(title: str, word: str) -> bool:
    """Whether a heading is what a title says, with or without 户, 人, 数 at its end."""
    one, other = plain(title), plain(word)
    return bool(one) and (one == other or _ENDING.sub("", one) == _ENDING.sub("", other) != "")


def of_codes(kind: Kind, word: str, above: Sequence[str] = ()) -> Mapping[str, Any] | None:
    """A word of one field's code book; of several the one that a heading above names.

    本科及以上 and 小学及以下 are every word of the book from there on.
    """
    if reaching := _reaching(kind, word):
        return reaching
    found = [
        (field.key, code)
        for field in kind.fields.values()
        if field.codes and field.key != "relation" and field.key not in kind.preset
        # What is sealed is not counted, so a word of its book means something else here.
        if field.sensitivity != "sealed"
        for code in field.codes
        if any(_alike(way, word) for way in ways(field, code) if not way.isdigit())
    ]
    if len(found) > 1 or found and of_sealed(word):
        named = {plain(heading) for heading in above}
        found = [(k, code) for k, code in found if named & {kind[k].label.zh, *kind[k].aliases}]
    return {found[0][0]: found[0][1]} if len(found) == 1 else None


_REACHING = re.compile(
    r"(?P<word>.{2,8}?)(?:程度|学历|文化)?[及或]?以(?P<way>[上下])(?:学历|程度|文化)?"
)


def _reaching(kind: Kind, word: str) -> Mapping[str, Any] | None:
    """All words of an ordered book from one of them on, up or down."""
    found = _REACHING.fullmatch(word)
    for field in kind.fields.values() if found else ():
        order = list(field.codes) if field.type == "ranked" else []
        for place, code in enumerate(order):
            if found and any(_alike(way, found["word"]) for way in ways(field, code)):
                return {field.key: order[place:] if found["way"] == "上" else order[: place + 1]}
    return None


def _of_progress(kind: Kind, word: str) -> Mapping[str, Any] | None:
    """Projects that came so far, or did not yet: who was accepted was finished too."""
    if kind.name != "project" or not (found := _SO_FAR.fullmatch(word)):
        return None
    return {_STEPS[found[2]]: {"known": found[1] in ("已", None)}}


def of_allowance(kind: Kind, word: str) -> Mapping[str, Any] | None:
    """Persons with an allowance of any sort: 低保 and 特困 do not say of which.

    Households are those of whom one has it.
    """
    if kind.name not in ("person", "household") or not (found := _ALLOWED.fullmatch(word)):
        return None
    key, person = "allowance" if found["low"] else "destitute", VOCABULARY["person"]
    having: dict[str, Any] = {key: [code for code in person[key].codes if code != "none"]}
    if found["where"]:
        having = {key: "rural" if found["where"] == "农村" else "urban"}
    if kind.name == "household":
        return {"person": {"as": "household", **having}}
    return None if _HOMES.search(word) else having


def of_age(kind: Kind, word: str) -> Mapping[str, Any] | None:
    if "age" not in kind:
        return None
    if span := AGE_SPAN.search(word):
        return {"age": {"at_least": int(span[1]), "at_most": int(span[2])}}
    if least := _AGE_FROM.search(word):
        return {"age": {"at_least": int(least[1])}}
    if most := _AGE_TO.search(word):
        # Where nothing else is said, 以上 and 以下 count the number itself in.
        return {"age": {"at_most": int(most[1])}}
    return None


def without_time(word: str) -> str:
    """A word of a heading without the time it speaks of."""
    return _TIMES.sub("", word)


def _without_own(kind: Kind, word: str) -> str:
    """A word without the time it speaks of and without what is counted anyway."""
    word = without_time(word)
    if kind.nature == "event":
        word = _ARISEN.sub("", word)
    own = _OWN.get(kind.name) or _OWN.get(kind.basic or kind.name)
    return re.sub(rf"^(?:{own})|(?:{own})$", "", word) if own else word


def _of_home(kind: Kind, word: str) -> Mapping[str, Any] | None:
    """Persons by the kind of their household: 监测对象 and 脱贫人口 of persons."""
    if kind.name != "person":
        return None
    found = of_codes(VOCABULARY["household"], word)
    # 自然减少 of persons is no way in which the risk of their household ended.
    return {"household": found} if found and "removed_how" not in found else None


def _of_field(field: Field, *, last: bool) -> Mapping[str, Any] | None:
    """What the name of a field says: of yes and no those of whom it is so (参加城乡居民医保).

    Any other says by what the words below it part; alone it names no class.
    """
    if field.type == "flag":
        return {field.key: True}
    return None if last else {}


def _of_pairing(kind: Kind, word: str) -> Mapping[str, Any] | None:
    if kind.name not in VOCABULARY["pairing"].ties:
        return None
    helped = HELPED.get(kind.name, PAIRED)
    if _HAS_HELPER.fullmatch(word):
        return helped
    return {"none": [helped]} if _HAS_NO_HELPER.fullmatch(word) else None
