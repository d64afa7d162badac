"""Columns that ask whether something is so of the row (是否脱贫户): yes or no, where known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Kind

#: What is known of a record, by field: the word of its code book, yes or no, a day; or nothing.
Known = Mapping[str, str]
_YES, _NO = "是", "否"
_HEADING = re.compile(
    r"^(?P<of>.*?)(?:是否|是不是|有无|有没有)(?P<said>.+)$|^(?P<plain>.+?)[(（]是[/、或]?否[)）]$"
)
_BETWEEN = re.compile(r"^(?:为|属于?|享受|纳入|有|已|是|参加|持有)+")


@dataclass(frozen=True, slots=True)
class Whether:
    """What is asked, of which kind of record, from which fields it is told, and how."""

    words: re.Pattern[str]
    kind: str
    fields: tuple[str, ...]
    tell: Callable[[Known], bool | None]


def _by_code(key: str, yes: str, no: str) -> Callable[[Known], bool | None]:
    """Yes for some words of a code book and no for others; of the rest it is not known."""
    yes_, no_ = frozenset(yes.split()), frozenset(no.split())

    def tell(known: Known) -> bool | None:
        said = known.get(key)
        return True if said in yes_ else False if said in no_ else None

    return tell


def _either(*keys: str) -> Callable[[Known], bool | None]:
    """Yes where one of several is so, no where each is known not to be."""

    def tell(known: Known) -> bool | None:
        said = [known.get(key) for key in keys]
        return True if _YES in said else False if all(one == _NO for one in said) else None

    return tell


def _lifted(known: Known) -> bool | None:
    """Whether a household was lifted out; one that is monitored may be, by what it is kept as."""
    kind, sort = known.get("kind"), known.get("monitored_as")
    if kind == "monitored":
        return {"unstable": True, "edge": False}.get(sort or "")
    return {"poor": True, "ordinary": False}.get(kind or "")


def _monitored(known: Known) -> bool | None:
    """Whether a household is monitored; of one whose risk is over the offices say both."""
    if known.get("kind") == "monitored":
        return None if known.get("monitored_as") == "removed" else True
    return False if known.get("kind") in ("ordinary", "poor", "low_income") else None


def _without_risk(known: Known) -> bool | None:
    """Whether the risk of a household that is monitored is over."""
    if known.get("risk_removed") or known.get("monitored_as") == "removed":
        return True
    return False if known.get("kind") == "monitored" else None


def _disabled(known: Known) -> bool | None:
    """Whether somebody is disabled, by the certificate or the state of health."""
    health = known.get("health", "")
    if known.get("disability") or health.endswith("disabled") or health == "all":
        return True
    return False if health in ("healthy", "chronic", "serious", "chronic_serious") else None


def _closed(known: Known) -> bool | None:
    return bool(known.get("closed"))


def _come_to(*keys: str) -> Callable[[Known], bool | None]:
    """Whether a project came to a state that one of some days tells."""

    def tell(known: Known) -> bool | None:
        return any(known.get(key) for key in keys) or (False if known.get("state") else None)

    return tell


_WHO = "(?:户|人口|人员|对象|家庭|人)?"
QUESTIONS: tuple[Whether, ...] = (
    Whether(re.compile(f"(?:已)?脱贫{_WHO}|建档立卡(?:脱贫)?{_WHO}"), "household",
            ("kind", "monitored_as"), _lifted),
    Whether(re.compile(f"(?:防返贫)?监测(?:帮扶)?{_WHO}"), "household",
            ("kind", "monitored_as"), _monitored),
    Whether(re.compile("(?:已)?(?:消除风险|风险消除|风险已消除)|消除"), "household",
            ("kind", "monitored_as", "risk_removed"), _without_risk),
    Whether(re.compile("(?:[CD]、?D?级)?危房户?"), "household", ("house_grade",),
            _by_code("house_grade", "c d", "a b")),
    Whether(re.compile("低保(?:政策|待遇)?(?:人口|人员|对象)?"), "person", ("allowance",),
            _by_code("allowance", "rural urban", "none")),
    Whether(re.compile("特困(?:供养)?(?:政策|待遇)?(?:人口|人员|对象)?"), "person", ("destitute",),
            _by_code("destitute", "scattered gathered", "none")),
    Whether(re.compile("劳动能?力"), "person", ("labour",),
            _by_code("labour", "skilled ordinary", "lost none")),
    Whether(re.compile("外出务工(?:人员)?"), "person", ("work_kind",),
            _by_code("work_kind", "away", "local farming none")),
    Whether(re.compile("务工(?:就业|人员)?"), "person", ("work_kind",),
            _by_code("work_kind", "away local", "farming none")),
    Whether(re.compile("残疾(?:人|证)?"), "person", ("health", "disability"), _disabled),
    Whether(re.compile("(?:基本)?医疗保险|医保|参保"), "person",
            ("resident_insured", "employee_insured"),
            _either("resident_insured", "employee_insured")),
    Whether(re.compile("(?:基本)?养老保险"), "person", ("resident_pension", "employee_pension"),
            _either("resident_pension", "employee_pension")),
    Whether(re.compile("(?:问题|需求|诉求)?(?:办结|解决|整改(?:完成|到位)?|完成(?:整改)?|销号)"),
            "need", ("closed",), _closed),
    Whether(re.compile("(?:开工|动工)(?:建设)?"), "project",
            ("state", "started", "finished", "accepted"),
            _come_to("started", "finished", "accepted")),
    Whether(re.compile("(?:完工|竣工|建成)"), "project", ("state", "finished", "accepted"),
            _come_to("finished", "accepted")),
    Whether(re.compile("(?:通过)?验收"), "project", ("state", "accepted"), _come_to("accepted")),
)  # fmt: skip


def asks_whether(heading: str) -> str:
    """Of what a heading asks whether it is so; nothing where it asks something else."""
    found = _HEADING.match("".join(heading.split()))
    if found is None:
        return ""
    said = found["plain"] or found["of"] + found["said"]
    return re.sub(r"[(（](?:是[/、或]?否)[)）]$", "", said)


_INSURANCE = re.compile(
    r"(?:参加)?(?:基本)?(?P<which>医疗保险|医保|养老保险)?(?P<held>参保|参合|缴费)?(?:情况|状态)"
)


def _insurance_in(heading: str) -> str:
    """Of which insurance it is asked whether somebody has it: 医保情况, 参保状态."""
    found = _INSURANCE.fullmatch("".join(heading.split()))
    if found is None or not (found["which"] or found["held"] in ("参保", "参合")):
        return ""
    return found["which"] or "参保"


def insured_as(heading: str, title: str) -> str:
    """A heading of an insurance that it does not name (参保), as the title names it."""
    said = asks_whether(heading) or _insurance_in(heading)
    if said.endswith("参保") and "养老" in title and not re.search("医|参合", title):
        return "是否参加养老保险"
    if said.endswith("参保") and "居民" in title and not re.search("养老|职工", title):
        return "是否参加城乡居民医保"
    return heading


def question_in(heading: str, row: Kind) -> Whether | None:
    """What a heading asks of rows of a kind, or of the household of a person's row."""
    said = asks_whether(heading) or _insurance_in(heading)
    near = {row.basic or row.name, "household" if row.name == "person" else ""}
    for one in QUESTIONS:
        ways = (said, _BETWEEN.sub("", said))
        if one.kind in near and any(way and one.words.fullmatch(way) for way in ways):
            return one
    return None


def verdict(question: Whether, said: Sequence[str | None]) -> bool | None:
    """Whether it is so, by what each of its fields says as lists show it."""
    kind, known = VOCABULARY[question.kind], dict[str, str]()
    for key, text in zip(question.fields, said, strict=True):
        if text is not None:
            words = {label.zh: word for word, label in kind[key].codes.items()}
            known[key] = words.get(text, text)
    return question.tell(known)
