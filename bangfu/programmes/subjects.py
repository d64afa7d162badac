"""Subjects that no programme may sort, ask or select people by, each with the reason and a way.

The list follows the ethics register of the product: what has no statutory purpose, brings stigma,
watches bodies or beliefs, or punishes without a law. The helpful modern form is named each time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bangfu.programmes.entries import Counted
from bangfu.programmes.kinds import Label
from bangfu.programmes.names import Names
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both
from bangfu.programmes.schema import Activity, Class, Document, Enrol, Entry


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A subject that is refused: how it is recognised, why, and what to build instead."""

    subject: Label
    zh: re.Pattern[str]
    words: frozenset[str]
    reason: Label
    instead: Label


FORBIDDEN: Final = (
    Forbidden(
        Label("思想状况", "thought condition"),
        re.compile("思想(状况|问题|动态|类|情况|表现)|等靠要|懒汉|刁民|政治思想|品行"),
        frozenset({"thought", "thoughts", "ideology", "ideological", "lazy", "character"}),
        Label("记录一个人的想法或品性没有法定目的，会伤害人的尊严（个人信息保护法第五、六、二十八条）",
              "recording what a person thinks or is like has no lawful purpose and harms dignity"),
        Label("改为“愿望与障碍”，由本人自述，本人可看可改",
              "Use wishes and barriers in the person's own words, open to that person"),
    ),
    Forbidden(
        Label("怀孕、生育和避孕", "pregnancy and fertility"),
        re.compile("怀孕|孕情|孕检|孕期|孕妇|孕产|早孕|婚育|生育(状况|情况|史|意愿|证明)|上环|避孕|节育|结扎|超生|流产"),
        frozenset({"pregnancy", "pregnant", "fertility", "fertile", "contraception", "iud",
                   "sterilisation", "sterilization", "abortion", "childbearing"}),
        Label("查验生育情况的法律依据已经取消，孕情只能留在医生的病历里",
              "fertility checks have no legal base; pregnancy belongs in clinical records"),
        Label("改为本人自愿预约的妇幼服务，只出五人以上的合计",
              "Use a maternal service that the woman books herself; only totals of five or more"),
    ),
    Forbidden(
        Label("民族", "ethnicity"),
        re.compile("民族|族别|少数族"),
        frozenset({"ethnicity", "ethnic", "nationality", "minority"}),
        Label("民族不能作为条件、分类，也不能按地区列名单",
              "ethnicity is never a condition, a class or a list"),
        Label("按困难和需要来选人", "Select people by hardship and need"),
    ),
    Forbidden(
        Label("宗教信仰", "religion"),
        re.compile("宗教|信教|信仰|教徒|信众|邪教"),
        frozenset({"religion", "religious", "belief", "beliefs", "faith", "church", "mosque"}),
        Label("宗教信仰是敏感个人信息，不能作为条件、分类，也不能列名单",
              "religious belief is sensitive: never a condition, a class or a list of persons"),
        Label("一般的普法活动只记人数", "For general legal education keep head-counts only"),
    ),
    Forbidden(
        Label("失信惩戒", "untrustworthiness"),
        re.compile("失信|不诚信|诚信(度|等级|分|积分|惩戒)|黑名单|不守信"),
        frozenset({"untrustworthy", "untrustworthiness", "dishonest", "blacklist", "blacklisted",
                   "discredited"}),
        Label("惩戒要有法律依据，帮扶不能以守信与否为条件",
              "penalties need a law; aid never depends on behaviour"),
        Label("改为双方自愿的服务约定，两边的义务都记",
              "Use a voluntary agreement that records both sides' duties"),
    ),
    Forbidden(
        Label("给人打分、排名", "points and rankings of people"),
        re.compile("积分|加分|扣分|打分|排名|名次|红黑榜|红榜|黑榜|光荣榜|曝光台|末位|后进户"),
        frozenset({"ranking", "rankings", "leaderboard", "scoreboard"}),
        Label("给户和人打分、排名、张榜没有法定目的，还会把帮扶变成奖惩",
              "points and rankings of people have no lawful purpose and turn aid into penalty"),
        Label("改为自愿参加的活动，只数次数和全村合计；帮扶不看分数。考核单位用 [review]",
              "Count what people took part in of their own accord, for the village as a whole; aid "
              "never depends on points. Units are reviewed under [review]"),
    ),
)  # fmt: skip

_TITLED: Final = ("list", "enrol", "class", "alert", "pairing")


def forbidden(text: str) -> Forbidden | None:
    """The refused subject that a key or a title speaks of, if any."""
    words = set(re.split(r"[^a-z]+", text.lower()))
    for one in FORBIDDEN:
        if one.words & words or one.zh.search(text):
            return one
    return None


@dataclass(slots=True)
class SubjectChecker:
    """Refuses classes, questions, grounds, lists and conditions on a forbidden subject."""

    names: Names
    report: Report

    def check(self, route: Route, section: str, name: str, entry: Entry) -> None:
        """Check one entry: its name and title, its lines, its conditions."""
        if section in _TITLED and self._of_people(name):
            self._said(route, name, entry.title)
        if isinstance(entry, Class):
            for key, option in entry.items.items():
                self._said((*route, "items", key), key, option.title)
        if isinstance(entry, Enrol):
            for key, ground in entry.items.items():
                self._said((*route, "items", key), key, ground)
        if isinstance(entry, Activity):
            for key, question in entry.items.items():
                self._said((*route, "items", key), key, question.title)
                for code, label in (question.items or {}).items():
                    self._said((*route, "items", key, "items", code), code, label)
        if isinstance(entry, Counted) and self._each_person(entry):
            self._said(route, name, entry.title)
        if isinstance(entry, Counted) and entry.by:
            for number, path in enumerate(entry.by):
                self._said((*route, "by", number), path, None)
        if isinstance(entry, Document) and isinstance(entry.items, tuple):
            for number, column in enumerate(entry.items):
                self._said((*route, "items", number), column, None)

    def _of_people(self, name: str) -> bool:
        """Whether an entry may single out people: a list of schools or clinics does not."""
        record = self.names.record(name)
        return record is None or record.name not in ("organisation", "site", "place")

    def _each_person(self, entry: Counted) -> bool:
        """Whether an entry tells a number of each person or household."""
        record = self.names.record(entry.each) if entry.each else None
        return record is not None and record.name in ("person", "household")

    def conditions(self, route: Route, raw: object) -> None:
        """Check every condition in an entry as written, however deep it stands."""
        if isinstance(raw, Mapping):
            for key, inner in raw.items():
                if key == "where":
                    self.condition((*route, key), inner)
                else:
                    self.conditions((*route, key), inner)
        elif isinstance(raw, list | tuple):
            for number, inner in enumerate(raw):
                self.conditions((*route, number), inner)

    def condition(self, route: Route, where: Any) -> None:
        """Check one condition as written."""
        if isinstance(where, Mapping):
            for key, inner in where.items():
                self._said((*route, key), key, None)
                self.condition((*route, key), inner)
        elif isinstance(where, list | tuple):
            for number, inner in enumerate(where):
                self.condition((*route, number), inner)
        elif isinstance(where, str):
            self._said(route, where, None)

    def _said(self, route: Route, key: str, title: str | None) -> None:
        one = forbidden(key) or (forbidden(title) if title else None)
        if one is None:
            return
        self.report.add(
            route,
            both(
                f"不能按“{one.subject.zh}”分类、提问或挑选：{one.reason.zh}",
                f"No class, question or condition on {one.subject.en}: {one.reason.en}",
            ),
            one.instead,
        )
